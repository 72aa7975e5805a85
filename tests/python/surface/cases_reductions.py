# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wengert.numpy: reductions and scans, along axes, with keepdims, where, initial, ddof, methods and weights."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from surface.records import ANY, COMPLEX, FLOATS, INTS, NO_SLOPE, REAL, Call, Draw, Number, Operand, register
from surface.strategies import axes_of, beside, calls, kind_of, maybe, one_axis_or_none, plain, shapes, with_options
from wengert import dtypes


@calls
def reductions(
    draw: Draw,
    kinds: Any = ANY,
    low: float = -3,
    high: float = 3,
    smallest: int = 0,
    initial: Any = None,
    where: bool = False,
    one_axis: bool = False,
    keepdims: bool = True,
    make: Any = None,
    least: int = 0,
    **more: Any,
) -> Call:
    """An array and an axis, several, or None; keywords sometimes."""
    shape = draw(shapes(least, smallest=smallest))
    kwargs: dict[str, Any] = {}
    axis = one_axis_or_none(draw, len(shape)) if one_axis else axes_of(draw, len(shape))
    if axis is not None or draw(st.booleans()):
        kwargs["axis"] = axis
    if keepdims and draw(st.booleans()):
        kwargs["keepdims"] = True
    if initial is not None and draw(st.integers(0, 3)) == 0:
        kwargs["initial"] = initial
    if where and draw(st.integers(0, 2)) == 0 and ("initial" in kwargs or not smallest):
        kwargs["where"] = Operand(beside(draw, shape), "bool")
    for name, values in more.items():
        value = draw(values)
        if value is not ...:
            kwargs[name] = value
    return Call((Operand(shape, kind_of(draw, kinds), low, high, make),), kwargs)


NUMBERS = (*FLOATS, *COMPLEX, *INTS, "bool")
REALS = (*REAL, "bool")


def of_dtype(rule: str, call: Call) -> np.dtype:
    from surface.rules import RULES, first

    return dtypes.canonical(call.kwargs["dtype"]) if "dtype" in call.kwargs else RULES[rule](first(call))


def with_dtype(rule: str) -> Any:
    return lambda call: of_dtype(rule, call)


def in_wide(f: Any) -> Any:
    """The reference takes the type as the result's, and computes with what the operand has."""
    return lambda *args, dtype=None, **kwargs: f(*args, **kwargs)


for name, low in (("sum", -3), ("prod", 0.5)):
    register(
        "numpy",
        name,
        reductions(NUMBERS, low, 3 if low < 0 else 1.5, initial=2, where=True, dtype=maybe(..., "float32")),
        in_wide(getattr(np, name)),
        result=with_dtype("sum"),
        tolerance=4.0,
    )
register(
    "numpy",
    "mean",
    reductions(NUMBERS, smallest=1, dtype=maybe(..., "float32")),
    in_wide(np.mean),
    result=with_dtype("inexact"),
    tolerance=4.0,
)
for name in ("var", "std"):
    register("numpy", name, reductions(NUMBERS, smallest=2, least=1, ddof=maybe(0, 1)), result="real", tolerance=8.0)
register("numpy", "max min amax amin", reductions(REALS, smallest=1, initial=1, where=True))
register("numpy", "max:complex min:complex", reductions(COMPLEX, smallest=1))
register("numpy", "ptp", reductions(REAL, smallest=1))
register("numpy", "all any", reductions(ANY, -1, 1, where=True), result="bool", ways=NO_SLOPE)
register("numpy", "count_nonzero", reductions(ANY, -1, 1), result="int", ways=NO_SLOPE)
register("numpy", "argmax argmin", reductions(REALS, smallest=1, one_axis=True), result="int", ways=NO_SLOPE)


@calls
def averages(draw: Draw) -> Call:
    shape = draw(shapes(1, smallest=1))
    axis = one_axis_or_none(draw, len(shape))
    kwargs: dict[str, Any] = {"axis": axis, "keepdims": draw(st.booleans())}
    kind = kind_of(draw, REAL)
    if draw(st.booleans()):
        weights = (shape[axis],) if axis is not None and draw(st.booleans()) else shape
        kwargs["weights"] = Operand(weights, kind, 1, 3)
        kwargs["returned"] = draw(st.booleans())
    return Call((Operand(shape, kind),), kwargs)


register("numpy", "average", averages(), result="inexact", tolerance=6.0)


def not_a_number(call: Call) -> bool:
    """NumPy fails to keep the dimensions of a number in its medians and quantiles."""
    return bool(call.args[0].shape) or "keepdims" not in call.kwargs


METHODS = [
    "linear",
    "lower",
    "higher",
    "nearest",
    "midpoint",
    "inverted_cdf",
    "averaged_inverted_cdf",
    "closest_observation",
    "interpolated_inverted_cdf",
    "hazen",
    "weibull",
    "median_unbiased",
    "normal_unbiased",
]


@calls
def quantiles(draw: Draw, highest: float = 1.0, nans: bool = False) -> Call:
    call = draw(reductions(FLOATS[:1] + FLOATS[3:] + INTS, smallest=1, make=some_nan if nans else None))
    # exact in binary, off the places of elements in arrays of up to 5: no method sits on a step
    q = draw(st.sampled_from([0.0, 0.3125, 0.5625, 0.828125, 1.0])) * highest
    several = draw(st.booleans())
    kind = "float64" if call.is_wide else "float32"
    operand: Any = Operand((2,), kind, 0.1 * highest, 0.9 * highest) if several else Operand((), kind, q, q)
    if q in (0, highest) and not several:
        operand = Number(q)
    method = draw(maybe(*(m for m in METHODS if not nans)))
    return Call((*call.args, operand), call.kwargs | ({"method": method} if method is not ... else {}))


def some_nan(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Distinct numbers, and nan in every third place or so."""
    x = Operand(shape, "float64").spread(rng)
    return np.where(rng.integers(0, 3, shape) == 0, np.nan, x)


register("numpy", "median", reductions(REAL, smallest=1).filter(not_a_number), result="inexact")
register("numpy", "quantile", quantiles().filter(not_a_number), result="inexact", tolerance=4.0)
register("numpy", "percentile", quantiles(100.0).filter(not_a_number), result="inexact", tolerance=4.0)


# --- without nan --------------------------------------------------------------------------------------------------


def not_all_nan(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """nan here and there, but in no whole row."""
    x = some_nan(rng, shape)
    return np.where(np.indices(shape).sum(0) % 2 == 0, Operand(shape, "float64").spread(rng), x) if shape else x * 0 + 1


NAN = {"kinds": FLOATS, "make": some_nan}
register("numpy", "nansum nanprod", reductions(**NAN, initial=2, where=True), tolerance=4.0)
register("numpy", "nanmax nanmin", reductions(FLOATS, smallest=1, initial=1, make=some_nan))
register("numpy", "nanmean", reductions(**NAN, smallest=1), tolerance=4.0)
register("numpy", "nanvar nanstd", reductions(FLOATS, smallest=2, least=1, ddof=maybe(0), make=some_nan), tolerance=8.0)
register("numpy", "nanmedian", reductions(**NAN, smallest=1))
register("numpy", "nanquantile", quantiles(1.0, True), result="inexact", tolerance=4.0)
register("numpy", "nanpercentile", quantiles(100.0, True), result="inexact", tolerance=4.0)


def without_nan(f: Any) -> Any:
    """JAX's answer for rows of nothing but nan is -1; NumPy refuses them."""

    def reference(x: np.ndarray, axis: int | None = None, keepdims: bool = False) -> Any:
        empty = np.isnan(x).all(axis, keepdims=keepdims)
        worst = -np.inf if f is np.argmax else np.inf
        return np.where(empty, -1, f(np.where(np.isnan(x), worst, x), axis, keepdims=keepdims))

    return reference


for name, plain_one in (("nanargmax", np.argmax), ("nanargmin", np.argmin)):
    register(
        "numpy",
        name,
        reductions(FLOATS, smallest=1, one_axis=True, make=some_nan),
        without_nan(plain_one),
        result="int",
        ways=NO_SLOPE,
    )


# --- scans ----------------------------------------------------------------------------------------------------------


def scanned(names: str, kinds: Any = NUMBERS, low: float = -2, high: float = 2, **options: Any) -> None:
    base = reductions(kinds, low, high, one_axis=True, keepdims=False, make=options.pop("make", None))
    register("numpy", names, base, **options)


def bools_counted(call: Call) -> np.dtype:
    kind = call.leaves[0].dtype
    return dtypes.canonical(int) if kind == "bool" else dtypes.named(kind)


scanned("cumsum", result=bools_counted, tolerance=4.0)
scanned("cumprod", low=0.5, high=1.5, result=bools_counted, tolerance=4.0)
scanned("nancumsum", FLOATS, make=some_nan, tolerance=4.0)
scanned("nancumprod", FLOATS, make=some_nan, tolerance=8.0)


def running(f: Any) -> Any:
    def reference(x: np.ndarray, axis: int | None = None) -> np.ndarray:
        return f.accumulate(x.ravel(), 0) if axis is None else f.accumulate(x, axis)

    return reference


@calls
def with_an_axis(draw: Draw, kinds: Any, low: float = -2, high: float = 2, **more: Any) -> Call:
    shape = draw(shapes(1))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    kwargs = {k: v for k, v in ((k, draw(s)) for k, s in more.items()) if v is not ...}
    return Call((Operand(shape, kind_of(draw, kinds), low, high),), {"axis": axis, **kwargs})


register("numpy", "cummax", with_an_axis(REAL), running(np.maximum))
register("numpy", "cummin", with_an_axis(REAL), running(np.minimum))
register(
    "numpy",
    "cumulative_sum",
    with_an_axis(NUMBERS, include_initial=maybe(True, False)),
    result="first sum",
    tolerance=4.0,
)
register(
    "numpy",
    "cumulative_prod",
    with_an_axis(NUMBERS, 0.5, 1.5, include_initial=maybe(True, False)),
    result="first sum",
    tolerance=4.0,
)


# --- differences ----------------------------------------------------------------------------------------------------


@calls
def differences(draw: Draw) -> Call:
    shape = draw(shapes(1))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    kind = kind_of(draw, (*REAL, "complex64"))
    kwargs: dict[str, Any] = {"axis": axis, "n": draw(st.integers(0, 2))}
    for name in ("prepend", "append"):
        if draw(st.integers(0, 3)) == 0:
            kwargs[name] = Operand(tuple(1 if d == axis % len(shape) else n for d, n in enumerate(shape)), kind)
    return Call((Operand(shape, kind),), kwargs)


@calls
def gradients(draw: Draw) -> Call:
    shape = draw(shapes(1, smallest=3, limit=100))
    axis = axes_of(draw, len(shape))
    axes = range(len(shape)) if axis is None else np.atleast_1d(axis).tolist()
    kind = kind_of(draw, ("float32", "float64"))
    distances: list[Any] = []
    if draw(st.booleans()):
        distances = [
            Operand((), kind, 0.5, 2) if draw(st.booleans()) else Operand((shape[a],), kind, 0, 4, rising) for a in axes
        ]
    return Call((Operand(shape, kind), *distances), {"axis": axis, "edge_order": draw(st.sampled_from([1, 2]))})


def rising(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Increasing along the last axis, in steps of 1/4 to 1."""
    return np.cumsum(rng.uniform(0.25, 1, shape), -1) if shape else rng.uniform(0.5, 1, shape)


@calls
def trapezoids(draw: Draw) -> Call:
    shape = draw(shapes(1, smallest=1))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    kind = kind_of(draw, FLOATS)
    given = draw(st.sampled_from(["x", "whole x", "dx", None]))
    kwargs: dict[str, Any] = {"axis": axis}
    if given == "dx":
        kwargs["dx"] = Operand((), kind, 0.5, 2)
    elif given:
        kwargs["x"] = Operand((shape[axis],) if given == "x" else shape, kind)
    return Call((Operand(shape, kind),), kwargs)


register("numpy", "diff", differences(), tolerance=3.0)
register(
    "numpy",
    "ediff1d",
    with_options(plain((*FLOATS, "int32"), least=1), to_end=maybe(1), to_begin=maybe(2)),
    result="first",
)
register("numpy", "gradient", gradients(), result="inexact", tolerance=6.0)
register("numpy", "trapezoid", trapezoids(), tolerance=4.0)
register("numpy", "unwrap", with_options(with_an_axis(("float32", "float64"), -9, 9), period=maybe(5.0)), tolerance=4.0)
register("scipy.integrate", "trapezoid", trapezoids(), np.trapezoid, tolerance=4.0)
