# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random numbers of many distributions, all made of the bits of `keys`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert import numpy as wnp
from wengert.array import Array
from wengert.lax._operands import (
    apply,
    as_array,
    broadcast,
    broadcast_shapes,
    convert,
    in_trace_of,
    is_eager,
    is_tracer,
    promote,
)
from wengert.random.keys import _bits, _like, _shape, split

__all__ = [
    "bernoulli", "categorical", "cauchy", "choice", "exponential", "gumbel", "laplace", "logistic", "lognormal",
    "normal", "pareto", "permutation", "rademacher", "randint", "rayleigh", "shuffle", "truncated_normal",
    "uniform", "weibull_min",
]  # fmt: skip


def _float(function: str, dtype: Any) -> np.dtype:
    kind = dtypes.canonical(float if dtype is None else dtype)
    if not dtypes.is_float(kind):
        raise errors.make(errors.DtypeError, function, f"expected a floating type but got {kind}")
    return kind


def _parameter(function: str, x: Any, kind: np.dtype, shape: tuple[int, ...], like: Any) -> Any:
    x = in_trace_of(convert(as_array(function, x), kind), like)
    if broadcast_shapes(function, x.shape, shape) != shape:
        raise errors.make(
            errors.ShapeError, function, f"expected a parameter that broadcasts to {shape} but got shape {x.shape}"
        )
    return x if is_eager(x, like) else broadcast(x, shape)


def uniform(key: Any, shape: Any = (), dtype: Any = None, minval: Any = 0.0, maxval: Any = 1.0) -> Any:
    """Uniform numbers from `minval` up to and without `maxval`.

    Args:
      key: a key.
      shape: of the result.
      dtype: a floating type, float32 by default.

    >>> from wengert import random
    >>> random.uniform(random.PRNGKey(0), (2,))
    Array([0.21629536, 0.8041241 ], dtype=float32)
    """
    kind, shape = _float("uniform", dtype), _shape("uniform", shape)
    info = dtypes.finfo(kind)
    width = 8 if info.nmant < 8 else info.bits
    raw = _bits("uniform", key, width, shape)
    mantissa = apply("shift_right_logical", (raw, _like(raw, width - info.nmant)))
    if info.bits >= 32:  # the mantissa of a number from 1 to 2
        ones = apply("bitwise_or", (mantissa, _like(mantissa, int(np.ones((), kind).view(raw.dtype)))))
        floats = lax.bitcast_convert_type(ones, kind)
        floats = apply("sub", (floats, _like(floats, 1)))
    else:
        floats = convert(mantissa, kind)
        floats = apply("mul", (floats, _like(floats, 2.0**-info.nmant)))
    if type(minval) is float and type(maxval) is float and minval == 0.0 and maxval == 1.0:
        return floats
    low = _parameter("uniform", minval, kind, shape, floats)
    high = _parameter("uniform", maxval, kind, shape, floats)
    scaled = apply("add", (apply("mul", (floats, apply("sub", (high, low)))), low))
    return apply("max", (low, scaled))


def normal(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Standard normal numbers; complex ones have variance 1, one half in each part.

    >>> from wengert import random
    >>> random.normal(random.PRNGKey(42), (2,))
    Array([..., ...], dtype=float32)
    """
    if dtype is not None and (whole := dtypes.canonical(dtype)).kind == "c":
        part = dtypes.float64 if whole == dtypes.complex128 else dtypes.float32
        parts = [normal(k, shape, part) for k in split(key)]
        return lax.complex(*[apply("div", (x, _like(x, math.sqrt(2)))) for x in parts])
    kind, shape = _float("normal", dtype), _shape("normal", shape)
    low = np.nextafter(np.asarray(-1, kind), np.asarray(0, kind))
    u = uniform(key, shape, kind, Array._wrap(np.asarray(low, kind)), 1.0)
    return apply("mul", (_like(u, math.sqrt(2)), apply("erf_inv_fast", (u,))))


def randint(key: Any, shape: Any, minval: Any, maxval: Any, dtype: Any = None) -> Any:
    """Uniform integers from `minval` up to and without `maxval`.

    Raises:
      DtypeError: the type is no integer.

    >>> from wengert import random
    >>> random.randint(random.PRNGKey(0), (3,), 0, 10).shape
    (3,)
    """
    kind, shape = dtypes.canonical(int if dtype is None else dtype), _shape("randint", shape)
    if not dtypes.is_integer(kind):
        raise errors.make(errors.DtypeError, "randint", f"expected an integer type but got {kind}")
    info, width = dtypes.iinfo(kind), max(32, 8 * kind.itemsize)  # narrow types are drawn with 32 bits too
    above = isinstance(maxval, (int, np.integer)) and int(maxval) > info.max
    bounds = [min(max(int(b), info.min), info.max) if isinstance(b, (int, np.integer)) else b for b in (minval, maxval)]
    k1, k2 = split(key)
    high, low = _bits("randint", k1, width, shape), _bits("randint", k2, width, shape)
    unsigned = high.dtype
    a, b = (_parameter("randint", v, kind, shape, high) for v in bounds)
    wide = lambda x: convert(convert(x, np.dtype(f"i{width // 8}")), unsigned)
    span = apply("sub", (wide(b), wide(a))) if kind.itemsize < 4 else convert(apply("sub", (b, a)), unsigned)
    if above:  # up to and with the greatest integer: one more, 0 then stands for all
        span = wnp.where(b > a, span + 1, lax.full_like(span, 1))
    else:
        span = wnp.where(b <= a, lax.full_like(span, 1), span)
    rem = lambda x, y: apply("rem", (x, y))
    # 2**width modulo span, by squaring its root
    factor = rem(lax.full_like(span, 1 << (width // 2)), span)
    factor = rem(apply("mul", (factor, factor)), span)
    offset = apply("add", (apply("mul", (rem(high, span), factor)), rem(low, span)))
    return apply("add", (a, convert(rem(offset, span), kind)))


def _shuffled(key: Any, x: Any, axis: int) -> Any:
    """x sorted by random numbers, so often that equal numbers do not matter."""
    rounds = math.ceil(3 * math.log(max(1, x.size)) / math.log(2**32 - 1))
    for _ in range(rounds):
        key, subkey = split(key)
        _, x = lax.sort((_bits("permutation", subkey, 32, x.shape), x), axis, True)
    return x


def permutation(key: Any, x: Any, axis: int = 0, independent: bool = False) -> Any:
    """The numbers below an int x, or the parts of an array x along `axis`, in random order.

    Args:
      independent: shuffle every vector along `axis` by itself.

    >>> from wengert import random
    >>> sorted(random.permutation(random.PRNGKey(0), 4).tolist())
    [0, 1, 2, 3]
    """
    x = as_array("permutation", x)
    if not x.ndim:
        if is_tracer(x) or not dtypes.is_integer(x.dtype):
            raise errors.make(errors.DtypeError, "permutation", f"expected an int or an array but got {x!r}")
        return _shuffled(key, wnp.arange(int(x), dtype=x.dtype), 0)
    axis = axis + x.ndim if axis < 0 else axis
    if independent or x.ndim == 1:
        return _shuffled(key, x, axis)
    return lax.take(x, _shuffled(key, wnp.arange(x.shape[axis]), 0), axis)


def shuffle(key: Any, x: Any, axis: int = 0) -> Any:
    """Every vector of x along `axis` in random order.

    >>> from wengert import random
    >>> sorted(random.shuffle(random.PRNGKey(0), wnp.arange(3)).tolist())
    [0, 1, 2]
    """
    return _shuffled(key, as_array("shuffle", x), axis)


def choice(key: Any, a: Any, shape: Any = (), replace: bool = True, p: Any = None, axis: int = 0) -> Any:
    """Random elements of an array a, or of the numbers below an int a.

    Args:
      replace: whether an element may come twice.
      p: the probability of each element; all equal by default.

    Raises:
      ShapeError: more elements than there are are asked for without replacement.

    >>> from wengert import random
    >>> random.choice(random.PRNGKey(0), 5, (3,)).shape
    (3,)
    """
    shape = _shape("choice", shape)
    a = as_array("choice", a if not isinstance(a, (list, tuple)) else wnp.array(a))
    n = int(a) if not a.ndim else a.shape[axis]
    draws = math.prod(shape)
    if (n <= 0 and draws) or (not replace and draws > n):
        raise errors.make(
            errors.ShapeError, "choice", f"expected at most {n} draws without replacement but got {draws}"
        )
    axis = axis + a.ndim if axis < 0 else axis
    if p is None and not replace:
        order = permutation(key, n if not a.ndim else a, axis)
        part = lax.slice_in_dim(order, 0, draws, 1, axis)
        return lax.reshape(part, (*part.shape[:axis], *shape, *part.shape[axis + 1 :]))
    if p is None:
        index = randint(key, shape, 0, n)
    else:
        p = promote("choice", (p,), inexact=True)[0]
        if p.shape != (n,):
            raise errors.make(errors.ShapeError, "choice", f"expected {n} probabilities but got shape {p.shape}")
        if replace:
            total = wnp.cumsum(p)
            r = total[-1] * (1 - uniform(key, shape, total.dtype))
            index = wnp.searchsorted(total, r)
        else:
            g = gumbel(key, (n,), p.dtype) + wnp.log(p)
            index = lax.reshape(lax.top_k(g, draws)[1], shape)
    return index if not a.ndim else lax.take(a, index, axis)


def bernoulli(key: Any, p: Any = 0.5, shape: Any = None) -> Any:
    """True with probability p.

    >>> from wengert import random
    >>> random.bernoulli(random.PRNGKey(0), 1.0)
    Array(True, dtype=bool)
    """
    p = as_array("bernoulli", p)
    p = convert(p, dtypes.to_inexact(p.dtype))
    shape = p.shape if shape is None else _shape("bernoulli", shape)
    u = uniform(key, shape, p.dtype)
    return u < _parameter("bernoulli", p, p.dtype, shape, u)


def rademacher(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """-1 or 1 with equal probability.

    >>> from wengert import random
    >>> abs(random.rademacher(random.PRNGKey(0)).item())
    1
    """
    return convert(2 * convert(bernoulli(key, 0.5, _shape("rademacher", shape)), dtypes.int32) - 1,
                   dtypes.canonical(int if dtype is None else dtype))  # fmt: skip


def exponential(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers of the exponential distribution with rate 1.

    >>> from wengert import random
    >>> random.exponential(random.PRNGKey(0)).item() > 0
    True
    """
    return -wnp.log1p(-uniform(key, shape, dtype))


def gumbel(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers of the standard Gumbel distribution.

    >>> from wengert import random
    >>> random.gumbel(random.PRNGKey(0), (2,)).shape
    (2,)
    """
    kind = _float("gumbel", dtype)
    tiny = Array._wrap(np.asarray(dtypes.finfo(kind).tiny, kind))
    return -wnp.log(-wnp.log(uniform(key, shape, kind, tiny, 1.0)))


def categorical(key: Any, logits: Any, axis: int = -1, shape: Any = None, replace: bool = True) -> Any:
    """Indices along `axis` with probabilities proportional to exp(logits).

    Args:
      shape: of the result; its last dimensions are those of the logits without `axis`, which is the default.

    >>> from wengert import random
    >>> random.categorical(random.PRNGKey(0), wnp.array([0.0, 100.0]))
    Array(1, dtype=int32)
    """
    logits = promote("categorical", (logits,), inexact=True)[0]
    axis = axis if axis < 0 else axis - logits.ndim
    batch = tuple(n for d, n in enumerate(logits.shape) if d != axis % logits.ndim)
    shape = batch if shape is None else _shape("categorical", shape)
    if broadcast_shapes("categorical", shape, batch) != shape:
        raise errors.make(errors.ShapeError, "categorical", f"expected a shape that ends in {batch} but got {shape}")
    extra = shape[: len(shape) - len(batch)]
    tail = list(shape[len(extra) :])
    tail.insert(len(tail) + 1 + axis, logits.shape[axis])
    noise = gumbel(key, (*extra, *tail), logits.dtype)
    return wnp.argmax(noise + logits, axis)


def truncated_normal(key: Any, lower: Any, upper: Any, shape: Any = None, dtype: Any = None) -> Any:
    """Standard normal numbers between `lower` and `upper`.

    >>> from wengert import random
    >>> -1 < random.truncated_normal(random.PRNGKey(0), -1.0, 1.0).item() < 1
    True
    """
    kind = _float("truncated_normal", dtype)
    lower, upper = (convert(as_array("truncated_normal", v), kind) for v in (lower, upper))
    shape = broadcast_shapes("truncated_normal", lower.shape, upper.shape) if shape is None else shape
    root = math.sqrt(2)
    a, b = (apply("erf", (convert(v / root, kind),)) for v in (lower, upper))
    u = uniform(key, shape, kind, a, b)
    out = convert(root * apply("erf_inv_fast", (u,)), kind)
    return wnp.clip(out, _next(lower, True), _next(upper, False))


def _next(x: Any, up: bool) -> Any:
    """The neighbour of x: the integer of its bits is one more, or one less for a number of the other sign."""
    wide = x if x.dtype.itemsize >= 4 else convert(x, dtypes.float32)
    bits = lax.bitcast_convert_type(wide, dtypes.int32 if wide.dtype.itemsize == 4 else dtypes.int64)
    away = wide > 0 if up else wide < 0
    moved = wnp.where(
        wide == 0, -(1 << 8 * wide.dtype.itemsize - 1) * (not up) + 1, wnp.where(away, bits + 1, bits - 1)
    )
    out = wnp.where(wnp.isinf(wide), wide, lax.bitcast_convert_type(convert(moved, bits.dtype), wide.dtype))
    return convert(out, x.dtype)


def laplace(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers of the standard Laplace distribution.

    >>> from wengert import random
    >>> random.laplace(random.PRNGKey(0), (2,)).shape
    (2,)
    """
    kind = _float("laplace", dtype)
    u = uniform(key, shape, kind, -1.0 + float(dtypes.finfo(kind).epsneg), 1.0)
    return wnp.sign(u) * wnp.log1p(-wnp.abs(u))


def logistic(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers of the standard logistic distribution.

    >>> from wengert import random
    >>> random.logistic(random.PRNGKey(0), (2,)).shape
    (2,)
    """
    kind = _float("logistic", dtype)
    u = uniform(key, shape, kind, Array._wrap(np.asarray(dtypes.finfo(kind).tiny, kind)), 1.0)
    return wnp.log(u / (1 - u))


def cauchy(key: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers of the standard Cauchy distribution.

    >>> from wengert import random
    >>> random.cauchy(random.PRNGKey(0), (2,)).shape
    (2,)
    """
    kind = _float("cauchy", dtype)
    u = uniform(key, shape, kind, float(dtypes.finfo(kind).eps), 1.0)
    return wnp.tan(math.pi * (u - 0.5))


def lognormal(key: Any, sigma: Any = 1.0, shape: Any = (), dtype: Any = None) -> Any:
    """exp of normal numbers of standard deviation `sigma`.

    >>> from wengert import random
    >>> random.lognormal(random.PRNGKey(0)).item() > 0
    True
    """
    return wnp.exp(sigma * normal(key, shape, dtype))


def rayleigh(key: Any, scale: Any = 1.0, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers of the Rayleigh distribution.

    >>> from wengert import random
    >>> random.rayleigh(random.PRNGKey(0)).item() > 0
    True
    """
    return scale * wnp.sqrt(-2 * wnp.log(uniform(key, shape, dtype)))


def pareto(key: Any, b: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers of the Pareto distribution with exponent b.

    >>> from wengert import random
    >>> random.pareto(random.PRNGKey(0), 2.0).item() >= 1
    True
    """
    return wnp.exp(exponential(key, shape, dtype) / b)


def weibull_min(key: Any, scale: Any, concentration: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers of the Weibull distribution.

    >>> from wengert import random
    >>> random.weibull_min(random.PRNGKey(0), 1.0, 2.0).item() > 0
    True
    """
    return wnp.power(-wnp.log1p(-uniform(key, shape, dtype)), 1.0 / concentration) * scale
