# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wengert.scipy.special and wengert.nn: functions of numbers, and normalisations along axes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy.special as sp
from hypothesis import strategies as st

from surface.cases_reductions import reductions
from surface.records import COMPLEX, FLOATS, JIT, NO_SLOPE, Call, Draw, Operand, register
from surface.strategies import axes_of, axis_of, calls, kind_of, maybe, plain, several, shapes, with_options

F = ("float32", "float64", "float16", "int32")  # integers become default floats
WIDE = ("float32", "float64")


def special(names: str, low: float, high: float, kinds: Any = F, **options: Any) -> None:
    options = {"result": "inexact", "tolerance": 20.0, "slope": 3.0} | options
    register("scipy.special", names, plain(kinds, low, high), **options)


def special_of(names: str, *intervals: tuple[float, float], kinds: Any = WIDE, **options: Any) -> None:
    options = {"result": "inexact", "tolerance": 40.0, "slope": 10.0} | options
    register("scipy.special", names, several(kinds, intervals, mixed=False, numbers=False), **options)


special("erf erfc expit ndtr log_ndtr i0 i0e i1 i1e", -3, 3)
special("digamma psi gammaln gamma", 0.5, 5)
special("gammasgn", 0.5, 5, ways=NO_SLOPE)
special("entr", 0.1, 3)
special("erfinv", -0.9, 0.9, WIDE)
special("logit ndtri", 0.1, 0.9, WIDE)
special("factorial", 0.5, 5, WIDE)
special("exp1", 0.2, 5, WIDE)
special("expi", 0.3, 5, WIDE)
special("erfcx", -3, 3, WIDE)
special("spence", 0.1, 4, WIDE)
special("loggamma", 0.5, 5, WIDE)
special("loggamma:complex", 0.5, 5, COMPLEX, result="complex")
special("wofz", -2, 2, COMPLEX, result="complex")
register("scipy.special", "dawsn", plain(WIDE), sp.dawsn, result="inexact", tolerance=20.0)
register("scipy.special", "fresnel sici", plain(WIDE, 0.3, 3), result="inexact", tolerance=20.0)
special_of("beta betaln", (0.5, 4), (0.5, 4))
special_of("gammainc gammaincc", (0.5, 4), (0.2, 4))
special_of("betainc", (0.5, 4), (0.5, 4), (0.1, 0.9))
special_of("xlogy xlog1py", (0.2, 3), (0.2, 3))
special_of("rel_entr kl_div", (0.2, 3), (0.2, 3))
special_of("binom comb", (4, 6), (0.5, 3))
special_of("poch", (0.5, 3), (0.5, 3))
special_of("zeta", (1.5, 5), (0.5, 3))
special_of("boxcox boxcox1p", (0.3, 3), (0.2, 2))
special_of("owens_t", (-2, 2), (-2, 2))
special_of("hyp1f1", (0.5, 2), (1.2, 3), (-1, 1))
special_of("hyp2f1", (0.5, 2), (0.5, 2), (2.2, 4), (-0.6, 0.6), slope=100.0)


@calls
def ordered(draw: Draw, low: float, high: float, orders: Any, after: bool = False) -> Call:
    """An order, a Python int, and an array."""
    x = Operand(draw(shapes()), kind_of(draw, WIDE), low, high)
    n = draw(orders)
    return Call((x, n) if after else (n, x))


register("scipy.special", "expn", ordered(0.3, 4, st.integers(1, 4)), result="inexact", tolerance=20.0)
register("scipy.special", "multigammaln", ordered(3, 6, st.integers(1, 3), True), result="inexact", tolerance=20.0)


def orders_of_bessel(z: np.ndarray, v: int) -> np.ndarray:
    return np.stack([sp.jv(k, z) for k in range(v + 1)])


register(
    "scipy.special",
    "bessel_jn",
    with_options(plain(WIDE, 0.5, 3, least=1, most=1), v=st.integers(0, 4)),
    orders_of_bessel,
    tolerance=100.0,
    slope=10.0,
)


@calls
def polygammas(draw: Draw) -> Call:
    shape, kind = draw(shapes()), kind_of(draw, WIDE)
    return Call((Operand(shape, "int32", 0, 3), Operand(shape, kind, 0.5, 4)))


register("scipy.special", "polygamma", polygammas(), result="inexact", tolerance=40.0, slope=10.0)
register("scipy.special", "bernoulli", st.integers(0, 8).map(lambda n: Call((n,))), result="float32", ways=(JIT,))


@calls
def harmonics(draw: Draw) -> Call:
    n = draw(st.integers(1, 5))
    kind = kind_of(draw, WIDE)
    angles = [Operand((n,), kind, 0.3, 2.5), Operand((n,), kind, -3, 3)]
    return Call((Operand((n,), "int32", 2, 3), Operand((n,), "int32", 0, 2), *angles), {"n_max": 4})


register(
    "scipy.special",
    "sph_harm_y",
    harmonics(),
    lambda n, m, theta, phi, n_max: sp.sph_harm_y(n.astype(int), m.astype(int), theta, phi),
    result="complex",
    tolerance=60.0,
)

# --- along axes -------------------------------------------------------------------------------------------------------

SOFT = reductions(FLOATS, smallest=1, keepdims=False)
register("scipy.special", "softmax log_softmax", SOFT.filter(lambda c: "axis" in c.kwargs), tolerance=6.0)
register("nn", "softmax", SOFT.filter(lambda c: "axis" in c.kwargs), sp.softmax, tolerance=6.0)
register("nn", "log_softmax", SOFT.filter(lambda c: "axis" in c.kwargs), sp.log_softmax, tolerance=6.0)


@calls
def sums_of_exponentials(draw: Draw, signed: bool = True) -> Call:
    shape, kind = draw(shapes(smallest=1)), kind_of(draw, FLOATS)
    kwargs: dict[str, Any] = {"axis": axes_of(draw, len(shape)), "keepdims": draw(st.booleans())}
    if signed and draw(st.booleans()):
        kwargs |= {"b": Operand(shape, kind, 0.5, 2), "return_sign": draw(st.booleans())}
    return Call((Operand(shape, kind),), kwargs)


def mean_exp(x: np.ndarray, axis: Any = None, keepdims: bool = False) -> Any:
    return np.log(np.mean(np.exp(x), axis, keepdims=keepdims))


def log_of_sum(x: np.ndarray, axis: Any, keepdims: bool, b: Any = 1, return_sign: bool = False) -> Any:
    total = np.sum(b * np.exp(x), axis, keepdims=keepdims)
    return (np.log(np.abs(total)), np.sign(total)) if return_sign else np.log(total)


for module in ("scipy.special", "nn"):
    register(module, "logsumexp", sums_of_exponentials(), log_of_sum, tolerance=6.0)
register("nn", "logmeanexp", sums_of_exponentials(False), mean_exp, tolerance=6.0)

# --- wengert.nn -------------------------------------------------------------------------------------------------------

softplus = lambda x: np.logaddexp(x, 0)
ACTIVATIONS = {
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "sigmoid": sp.expit,
    "softplus": softplus,
    "silu": lambda x: x * sp.expit(x),
    "swish": lambda x: x * sp.expit(x),
    "log_sigmoid": lambda x: -softplus(-x),
    "soft_sign": lambda x: x / (1 + abs(x)),
    "tanh": np.tanh,
    "identity": lambda x: x,
    "selu": lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x)),
    "hard_tanh": lambda x: np.clip(x, -1, 1),
    "hard_sigmoid": lambda x: np.clip(x + 3, 0, 6) / 6,
    "hard_silu": lambda x: x * np.clip(x + 3, 0, 6) / 6,
    "hard_swish": lambda x: x * np.clip(x + 3, 0, 6) / 6,
    "mish": lambda x: x * np.tanh(softplus(x)),
    "sparse_sigmoid": lambda x: np.clip(x + 1, 0, 2) / 2,
    "sparse_plus": lambda x: np.where(x <= -1, 0, np.where(x >= 1, x, (x + 1) ** 2 / 4)),
}
for name, formula in ACTIVATIONS.items():
    register("nn", name, plain(FLOATS, -4.3, 4.1), formula, tolerance=6.0)


def gelu(x: np.ndarray, approximate: bool = True) -> np.ndarray:
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))) if approximate else x * sp.ndtr(x)


register("nn", "gelu", with_options(plain(FLOATS, -4, 4), approximate=maybe(True, False)), gelu, tolerance=6.0)
register(
    "nn",
    "elu",
    with_options(plain(FLOATS), alpha=maybe(0.5)),
    lambda x, alpha=1.0: np.where(x > 0, x, alpha * np.expm1(x)),
    tolerance=6.0,
)
register(
    "nn",
    "celu",
    with_options(plain(FLOATS), alpha=maybe(0.5)),
    lambda x, alpha=1.0: np.where(x > 0, x, alpha * np.expm1(x / alpha)),
    tolerance=6.0,
)
register(
    "nn",
    "leaky_relu",
    with_options(plain(FLOATS), negative_slope=maybe(0.2)),
    lambda x, negative_slope=0.01: np.where(x >= 0, x, negative_slope * x),
)
register(
    "nn",
    "squareplus",
    with_options(plain(FLOATS), b=maybe(1)),
    lambda x, b=4: (x + np.sqrt(x * x + b)) / 2,
    tolerance=6.0,
)
register("nn", "log1mexp", plain(WIDE, 0.2, 4), lambda x: np.log1p(-np.exp(-x)), tolerance=20.0)


@calls
def halves(draw: Draw) -> Call:
    shape = draw(shapes(1))
    axis = axis_of(draw, len(shape))
    shape = tuple(2 * n if d == axis % len(shape) else n for d, n in enumerate(shape))
    return Call((Operand(shape, kind_of(draw, FLOATS)),), {"axis": axis})


def glu(x: np.ndarray, axis: int = -1) -> np.ndarray:
    a, b = np.split(x, 2, axis)
    return a * sp.expit(b)


def standardized(x: np.ndarray, axis: Any = -1, epsilon: float = 1e-5) -> np.ndarray:
    return (x - x.mean(axis, keepdims=True)) / np.sqrt(x.var(axis, keepdims=True) + epsilon)


register("nn", "glu", halves(), glu, tolerance=6.0)
register(
    "nn",
    "standardize",
    reductions(("float32", "float64"), smallest=2, least=1, keepdims=False, epsilon=maybe(0.1)).filter(
        lambda c: "axis" in c.kwargs
    ),
    standardized,
    tolerance=60.0,
    slope=30.0,
)


@calls
def classes(draw: Draw) -> Call:
    shape = draw(shapes(most=2))
    return Call((Operand(shape, "int32", -1, 4), draw(st.integers(1, 4))), {"axis": draw(st.integers(-1, len(shape)))})


def one_hot(x: np.ndarray, num_classes: int, axis: int = -1) -> np.ndarray:
    return np.moveaxis((x[..., None] == np.arange(num_classes)) * 1.0, -1, axis)


register("nn", "one_hot", classes(), one_hot, result="float", ways=NO_SLOPE)


@calls
def attentions(draw: Draw) -> Call:
    b, t, s, n, h = (draw(st.integers(1, 3)) for _ in range(5))
    kind = kind_of(draw, WIDE)
    kwargs: dict[str, Any] = {"is_causal": draw(st.booleans())}
    if draw(st.booleans()):
        kwargs["bias"] = Operand((b, n, t, s), kind)
    if draw(st.booleans()):
        kwargs["scale"] = 0.5
    return Call(tuple(Operand(shape, kind) for shape in ((b, t, n, h), (b, s, n, h), (b, s, n, h))), kwargs)


def attention(
    q: np.ndarray, k: np.ndarray, v: np.ndarray, bias: Any = 0.0, is_causal: bool = False, scale: Any = None
) -> np.ndarray:
    logits = np.einsum("btnh,bsnh->bnts", q, k) * (scale or 1 / math.sqrt(q.shape[-1])) + bias
    if is_causal:
        t, s = logits.shape[-2:]
        logits = np.where(np.arange(t)[:, None] >= np.arange(s), logits, -np.inf)
    return np.einsum("bnts,bsnh->btnh", sp.softmax(logits, -1), v)


register("nn", "dot_product_attention", attentions(), attention, tolerance=20.0, slope=5.0)
