# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Statistics of samples: the commonest value, ranks, the standard error."""

from __future__ import annotations

from typing import Any, NamedTuple

from wengert import dtypes, errors, lax
from wengert import numpy as wnp
from wengert.lax._operands import as_array, axis_index, convert, is_eager, promote, refuse_complex

__all__ = ["ModeResult", "mode", "rankdata", "sem"]


class ModeResult(NamedTuple):
    """What `mode` gives: the commonest values and how often they come."""

    mode: Any
    count: Any


def _along_last(function: str, a: Any, axis: int | None) -> tuple[Any, int | None]:
    """The array with `axis` as its last, all in one dimension for None."""
    a = as_array(function, wnp.array(a) if isinstance(a, (list, tuple)) else a)
    refuse_complex(function, a)
    if axis is None or not a.ndim:
        return wnp.ravel(a), None
    axis = axis_index(function, axis, a.ndim)
    return wnp.moveaxis(a, axis, -1), axis


def _check_policy(function: str, policy: str, x: Any) -> None:
    """Refuse policies that are unknown, and NaN if the policy says so.

    Raises:
      ValueError: another policy, or NaN and "raise".
      ConcretizationError: "raise" for a traced array.
    """
    if policy not in ("propagate", "omit", "raise"):
        raise ValueError(f"{function}: expected a nan_policy of propagate, omit or raise but got {policy!r}")
    if policy != "raise" or not dtypes.is_inexact(x.dtype):
        return
    if not is_eager(x):
        raise errors.make(
            errors.ConcretizationError, function,
            "expected a concrete array with the nan_policy 'raise' but got a traced one",
            remedy="look for NaN with wengert.numpy.isnan, or use wengert.checkify",
        )  # fmt: skip
    if bool(wnp.any(wnp.isnan(x))):
        raise ValueError(f"{function}: expected no NaN with the nan_policy 'raise' but got some")


def _new_value(ordered: Any) -> Any:
    """Whether each element of sorted vectors is the first of its value; NaN is one value."""
    before, after = ordered[..., :-1], ordered[..., 1:]
    differs = before != after
    if dtypes.is_float(ordered.dtype):
        differs = differs & ~(wnp.isnan(before) & wnp.isnan(after))
    first = lax.full((*ordered.shape[:-1], 1), True, dtypes.bool_)
    return wnp.concatenate([first, differs], -1)


def mode(a: Any, axis: int | None = 0, nan_policy: str = "propagate", keepdims: bool = False) -> ModeResult:
    """The commonest value along an axis, the least of them if there are several, and how often it comes.

    Args:
      a: numbers.
      axis: the dimension; None takes all elements together.
      nan_policy: "propagate": NaN is a value as others are; "omit" leaves NaN out; "raise" refuses it.
      keepdims: keep the dimension, with size 1.

    Raises:
      DtypeError: complex numbers.
      ValueError: another policy, or NaN and "raise".
      ConcretizationError: "raise" for a traced array.

    >>> mode(wnp.array([3, 1, 3, 1, 2]))
    ModeResult(mode=Array(1, dtype=int32), count=Array(2, dtype=int32))
    """
    x, at = _along_last("mode", a, axis)
    _check_policy("mode", nan_policy, x)
    ndim = as_array("mode", wnp.array(a) if isinstance(a, (list, tuple)) else a).ndim
    if not x.shape[-1]:
        value = lax.full(x.shape[:-1], wnp.nan, dtypes.canonical(float))
        count = lax.full_like(value, 0)
    else:
        ordered = wnp.sort(x, -1)
        place = lax.broadcasted_iota(dtypes.int32, ordered.shape, ordered.ndim - 1)
        start = lax.cummax(wnp.where(_new_value(ordered), place, 0), ordered.ndim - 1)
        times = place - start + 1
        if nan_policy == "omit" and dtypes.is_float(x.dtype):
            times = wnp.where(wnp.isnan(ordered), 0, times)
            ordered = wnp.where(wnp.max(times, -1, keepdims=True) > 0, ordered, wnp.nan)
        best = wnp.argmax(times, -1, keepdims=True)
        value = wnp.take_along_axis(ordered, best, -1)[..., 0]
        count = convert(wnp.max(times, -1), dtypes.canonical(int))
    if keepdims:
        value, count = (wnp.reshape(v, (1,) * ndim) if at is None else wnp.expand_dims(v, at) for v in (value, count))
    return ModeResult(value, count)


def rankdata(a: Any, method: str = "average", *, axis: int | None = None, nan_policy: str = "propagate") -> Any:
    """The rank of each element, from 1, as floats.

    Args:
      a: numbers.
      method: the rank of equal elements: "average", "min", "max", "dense" (the next value has the next rank) or
        "ordinal" (in the order of the array).
      axis: the dimension along which elements are ranked; None ranks all together, in one dimension.
      nan_policy: "propagate": a NaN makes all ranks beside it NaN; "omit": only its own; "raise" refuses it.

    Raises:
      DtypeError: complex numbers.
      ValueError: another method or policy, or NaN and "raise".
      ConcretizationError: "raise" for a traced array.

    >>> rankdata(wnp.array([2, 0, 2, 3]))
    Array([2.5, 1. , 2.5, 4. ], dtype=float32)
    """
    methods = ("average", "min", "max", "dense", "ordinal")
    if method not in methods:
        raise ValueError(f"rankdata: expected a method of {', '.join(methods)} but got {method!r}")
    x, at = _along_last("rankdata", a, axis)
    _check_policy("rankdata", nan_policy, x)
    last, n, kind = x.ndim - 1, x.shape[-1], dtypes.canonical(float)
    place = lax.broadcasted_iota(dtypes.int32, x.shape, last)
    ordered, order = lax.sort((x, place), dimension=last, num_keys=1)
    new = _new_value(ordered) if n else place > 0
    start = lax.cummax(wnp.where(new, place, 0), last)
    if method == "ordinal":
        ranks = place + 1
    elif method == "dense":
        ranks = lax.cumsum(convert(new, dtypes.int32), last)
    elif method == "min":
        ranks = start + 1
    else:
        closes = wnp.concatenate([new[..., 1:], lax.full((*x.shape[:-1], min(n, 1)), True, dtypes.bool_)], -1)
        end = lax.cummin(wnp.where(closes, place, n), last, reverse=True)
        ranks = end + 1 if method == "max" else 0.5 * convert(start + end, kind) + 1
    back = lax.sort((order, convert(ranks, kind)), dimension=last, num_keys=1)[1]
    if dtypes.is_float(x.dtype):
        missing = wnp.isnan(x)
        missing = missing if nan_policy == "omit" else wnp.any(missing, -1, keepdims=True)
        back = wnp.where(missing, wnp.nan, back)
    return back if at is None else wnp.moveaxis(back, -1, at)


def sem(a: Any, axis: int | None = 0, ddof: int = 1, nan_policy: str = "propagate", *, keepdims: bool = False) -> Any:
    """The standard error of the mean.

    Args:
      a: numbers.
      axis: the dimension; None takes all elements together.
      ddof: what is subtracted from the number of elements in the variance.
      nan_policy: "propagate"; "omit", which leaves NaN out; "raise", which refuses it.
      keepdims: keep the dimension, with size 1.

    Raises:
      ValueError: another policy, or NaN and "raise".
      ConcretizationError: "raise" for a traced array.

    >>> sem(wnp.array([1.0, 2.0, 3.0, 4.0]))
    Array(0.6454972, dtype=float32)
    """
    (x,) = promote("sem", (wnp.array(a) if isinstance(a, (list, tuple)) else a,), inexact=True)
    _check_policy("sem", nan_policy, x)
    if nan_policy == "omit":
        count = convert(wnp.sum(~wnp.isnan(x), axis, keepdims=keepdims), x.dtype)
        return wnp.nanstd(x, axis, ddof=ddof, keepdims=keepdims) / wnp.sqrt(count)
    size = x.size if axis is None else x.shape[axis]
    return wnp.std(x, axis, ddof=ddof, keepdims=keepdims) / size**0.5
