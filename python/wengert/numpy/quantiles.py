# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Quantiles, percentiles and medians, with nan and without."""

from __future__ import annotations

import math
from typing import Any, cast

import numpy as np

from wengert import dtypes, errors, lax
from wengert.array import Array
from wengert.lax._operands import as_array, axis_tuple, broadcast, convert, is_eager, promote, refuse_complex
from wengert.numpy import elementwise as ew
from wengert.numpy import logic
from wengert.numpy.arguments import check_place, refuse_out
from wengert.numpy.manipulation import moveaxis
from wengert.numpy.picking import take_along_axis
from wengert.numpy.reductions import any as _any
from wengert.numpy.reductions import cumsum
from wengert.numpy.reductions import sum as _sum

__all__ = ["median", "nanmedian", "nanpercentile", "nanquantile", "percentile", "quantile"]

# NumPy's continuous methods put the quantile q at place q n + a + q (1 - a - b) - 1 among the sorted elements.
_CONTINUOUS = {
    "linear": (1, 1), "interpolated_inverted_cdf": (0, 1), "hazen": (0.5, 0.5), "weibull": (0, 0),
    "median_unbiased": (1 / 3, 1 / 3), "normal_unbiased": (3 / 8, 3 / 8),
}  # fmt: skip
_NEIGHBOURS = ("lower", "higher", "nearest", "midpoint")
_STEPS = ("inverted_cdf", "averaged_inverted_cdf", "closest_observation")


def _place(method: str, q: Any, n: Any) -> tuple[Any, Any, Any]:
    """The places of the two neighbours of the quantile among n sorted elements, and the weight of the second one."""
    if method in _CONTINUOUS:
        a, b = _CONTINUOUS[method]
        place = q * (n - 1) if (a, b) == (1, 1) else q * n + (a + q * (1 - a - b)) - 1
        place = ew.clip(place, 0, n - 1)
        low = ew.floor(place)
        return low, low + 1, place - low
    if method in _NEIGHBOURS:
        place = q * (n - 1)
        low, high = ew.floor(place), ew.ceil(place)
        if method == "nearest":
            return ew.rint(place), low, 0
        return (low, high, 0.5) if method == "midpoint" else (low if method == "lower" else high, low, 0)
    if method == "closest_observation":
        place = ew.ceil(q * n - 0.5) - 1
        # on a tie the place, counted from 1, that is even
        tie = logic.bitwise_and(q * n - 0.5 == ew.floor(q * n - 0.5), ew.remainder(ew.floor(q * n - 0.5), 2) == 1)
        return place + logic.where(tie, 1, 0), place, 0
    place = ew.ceil(q * n) - 1
    weight = logic.where(q * n == ew.floor(q * n), 0.5, 0.0) if method == "averaged_inverted_cdf" else 0
    return place, place + 1, weight


def _check(function: str, q: Any, method: str, weights: Any) -> None:
    methods = (*_CONTINUOUS, *_NEIGHBOURS, *_STEPS)
    if method not in methods:
        raise ValueError(f"{function}: expected a method of {', '.join(methods)} but got {method!r}")
    if weights is not None and method != "inverted_cdf":
        raise ValueError(f"{function}: expected the method 'inverted_cdf' for weights but got {method!r}")
    if not dtypes.is_inexact(q.dtype) and q.dtype != dtypes.bool_ and not dtypes.is_integer(q.dtype):
        raise errors.make(errors.DtypeError, function, f"expected fractions but got {q.dtype}")


def _quantile(
    function: str, a: Any, q: Any, axis: Any, method: str, keepdims: bool, weights: Any, without_nan: bool
) -> Any:
    x, q = as_array(function, a), as_array(function, q)
    refuse_complex(function, x, q)
    x, q = promote(function, (convert(x, dtypes.to_inexact(x.dtype), x.weak_type), q), inexact=True)
    _check(function, q, method, weights)
    kind = x.dtype
    if kind in (dtypes.float16, dtypes.bfloat16):
        x, q = convert(x, dtypes.float32), convert(q, dtypes.float32)
    shape, axes = x.shape, axis_tuple(function, axis, x.ndim)
    if weights is not None:
        weights = _aligned(function, convert(as_array(function, weights), x.dtype), shape, axes)
        weights = _behind(weights, axes)
    x = _behind(x, axes)
    if not x.shape[-1]:
        raise errors.make(errors.ShapeError, function, f"expected at least one element but got shape {shape}")
    if weights is None and not without_nan and is_eager(x, q) and kind in (dtypes.float32, dtypes.float64):
        return _with_numpy(x, q, method, [1 if d in axes else n for d, n in enumerate(shape)] if keepdims else None)
    missing = logic.isnan(x)
    fractions = lax.reshape(q, (q.size,))
    if weights is None:
        x = lax.sort(x, x.ndim - 1)
        out = _plain(x, missing, fractions, method, without_nan)
    else:
        out = _by_weight(x, missing, weights, fractions)
    spoiled = lax.expand_dims(_every(missing) if without_nan else _any(missing, -1), (out.ndim - 1,))
    out = logic.where(spoiled, convert(as_array(function, math.nan), x.dtype, True), out)
    out = lax.reshape(moveaxis(out, -1, 0), (*q.shape, *out.shape[:-1]))
    if keepdims:
        out = lax.reshape(out, (*q.shape, *(1 if d in axes else n for d, n in enumerate(shape))))
    return convert(out, kind)


def _with_numpy(x: Any, q: Any, method: str, kept: list[int] | None) -> Array:
    """The quantiles of the last axis: one call instead of some fifty operations."""
    with np.errstate(all="ignore"):
        out = np.asarray(np.quantile(x._data, q._data, axis=-1, method=cast(Any, method)), x.dtype)
    return Array._wrap(out if kept is None else out.reshape(*q.shape, *kept))


def _every(missing: Any) -> Any:
    return logic.logical_not(_any(logic.logical_not(missing), -1))


def _behind(x: Any, axes: tuple[int, ...]) -> Any:
    """x with these axes as one, the last."""
    x = moveaxis(x, axes, tuple(range(x.ndim - len(axes), x.ndim)))
    kept = x.shape[: x.ndim - len(axes)]
    return lax.reshape(x, (*kept, math.prod(x.shape[len(kept) :])))


def _aligned(function: str, w: Any, shape: tuple[int, ...], axes: tuple[int, ...]) -> Any:
    """The weights in the shape of the data; weights of the reduced axes only serve for all slices."""
    if w.shape == shape:
        return w
    if w.shape != tuple(shape[d] for d in axes):
        raise errors.make(errors.ShapeError, function, f"expected weights of shape {shape} but got {w.shape}")
    return lax.broadcast_in_dim(w, shape, axes)


def _plain(x: Any, missing: Any, q: Any, method: str, without_nan: bool) -> Any:
    """Between neighbours in the sorted x; nan stand last."""
    n: Any = x.shape[-1]
    if without_nan:
        n = convert(_sum(logic.logical_not(missing), -1), q.dtype)
        n = ew.maximum(lax.expand_dims(n, (n.ndim,)), 1)
    low, high, weight = _place(method, q, n)

    def at(place: Any) -> Any:
        place = convert(ew.clip(place, 0, n - 1), dtypes.int32)
        if not without_nan:
            return lax.take(x, place, x.ndim - 1)
        return take_along_axis(x, broadcast(place, (*x.shape[:-1], q.size)), -1)

    first = at(low)
    if isinstance(weight, int):
        return first
    second = at(high)
    # equal neighbours, which may be infinite, are not subtracted
    return logic.where(first == second, first, first * (1 - weight) + second * weight)


def _by_weight(x: Any, missing: Any, weights: Any, q: Any) -> Any:
    """The first of the sorted elements with which the sum of the weights reaches the fraction q of the whole."""
    bad = logic.bitwise_or(weights < 0, logic.isnan(weights))
    spoiled = lax.expand_dims(_any(bad, -1), (x.ndim - 1,))
    clean = logic.where(logic.bitwise_or(bad, missing), 0, weights)
    x, clean = lax.sort((x, clean), x.ndim - 1, True, 1)
    rising = cumsum(clean, -1)
    whole = lax.slice_in_dim(rising, -1, None, 1, -1)
    below = lax.expand_dims(rising, (x.ndim - 1,)) < lax.expand_dims(whole * q, (x.ndim,))
    place = ew.minimum(_sum(below, -1, np.int32), x.shape[-1] - 1)
    out = take_along_axis(x, place, -1)
    return logic.where(spoiled, convert(as_array("quantile", math.nan), x.dtype, True), out)


def _function(name: str, without_nan: bool, scale: float) -> Any:
    def f(
        a: Any, q: Any, axis: Any = None, out: None = None, overwrite_input: bool = False, method: str = "linear",
        keepdims: bool = False, *, weights: Any = None, out_sharding: None = None,
    ) -> Any:  # fmt: skip
        if out is not None or out_sharding is not None:
            refuse_out(name, out)
            check_place(name, None, out_sharding)
        fraction = q if scale == 1 else ew.true_divide(q, scale)
        return _quantile(name, a, fraction, axis, method, keepdims, weights, without_nan)

    f.__name__ = f.__qualname__ = name
    unit = "the fraction q" if scale == 1 else "q per cent"
    nans = "nan are left out; nan if there is nothing else" if without_nan else "nan if there is one"
    f.__doc__ = f"""The value below which {unit} of the elements lies; {nans}.

    Args:
      a: a real array.
      q: from 0 to {scale:g}, a number or an array.
      axis: along which, an int, several, or None for all.
      out: must be None.
      overwrite_input: accepted; arrays do not change.
      method: how it lies between two elements, a name of NumPy's: "linear", "lower", "higher", "nearest", "midpoint",
        "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull",
        "median_unbiased", "normal_unbiased".
      keepdims: keep the reduced axes with size 1.
      weights: of the shape of a, or of its reduced axes, for the method "inverted_cdf".
      out_sharding: None.

    Returns:
      A float array of the shape of q and then that of the axes that are left.

    Raises:
      ValueError: another method, or one that takes no weights.
      ShapeError: there is no element, or weights of another shape.
      DtypeError: a is complex.

    >>> import wengert.numpy as wnp
    >>> {name}(wnp.array([1.0, 2.0, 3.0]), {0.25 * scale:g})
    Array(1.5, dtype=float32)
    """
    return f


quantile, nanquantile = _function("quantile", False, 1), _function("nanquantile", True, 1)
percentile, nanpercentile = _function("percentile", False, 100), _function("nanpercentile", True, 100)


def median(a: Any, axis: Any = None, out: None = None, overwrite_input: bool = False, keepdims: bool = False) -> Any:
    """The middle value, or the mean of the two; nan if there is one. Arguments as of `quantile`.

    >>> import wengert.numpy as wnp
    >>> median(wnp.array([3.0, 1.0, 2.0]))
    Array(2., dtype=float32)
    """
    refuse_out("median", out)
    return _quantile("median", a, 0.5, axis, "midpoint", keepdims, None, False)


def nanmedian(a: Any, axis: Any = None, out: None = None, overwrite_input: bool = False, keepdims: bool = False) -> Any:
    """The middle value of the elements that are not nan; nan if there is none. Arguments as of `quantile`.

    >>> import wengert.numpy as wnp
    >>> nanmedian(wnp.array([3.0, wnp.nan, 2.0]))
    Array(2.5, dtype=float32)
    """
    refuse_out("nanmedian", out)
    return _quantile("nanmedian", a, 0.5, axis, "midpoint", keepdims, None, True)
