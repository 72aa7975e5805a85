# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Sorting, and searching in what is sorted."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from wengert import dtypes, errors, lax
from wengert.array import Array
from wengert.lax._operands import (
    as_array,
    axis_index,
    broadcast,
    convert,
    in_trace_of,
    is_eager,
    promote,
    refuse_complex,
)
from wengert.numpy import logic
from wengert.numpy.manipulation import ravel
from wengert.numpy.reductions import sum as _sum
from wengert.numpy.repeating import flip

__all__ = [
    "argpartition", "argsort", "digitize", "lexsort", "partition", "searchsorted", "sort", "sort_complex",
]  # fmt: skip


def _along(function: str, a: Any, axis: int | None, kind: Any = None, order: Any = None) -> tuple[Any, int]:
    if kind is not None or order is not None:
        raise errors.make(
            errors.UnsupportedTypeError, function, f"expected kind=None and order=None but got {kind!r} and {order!r}",
            remedy="say stable=True or stable=False",
        )  # fmt: skip
    x = as_array(function, a)
    if axis is None:
        return ravel(x), 0
    if not x.ndim:
        raise errors.make(errors.ShapeError, function, "expected an array of rank 1 or more but got a scalar")
    return x, axis_index(function, axis, x.ndim)


def sort(
    a: Any, axis: int | None = -1, *, kind: None = None, order: None = None, stable: bool = True,
    descending: bool = False,
) -> Any:  # fmt: skip
    """`a` sorted along `axis` (flattened if None), nan last; complex numbers by real, then by imaginary parts.

    Args:
      a: an array.
      axis: along which.
      kind, order: must be None.
      stable: whether equal elements keep their order, which shows in `argsort` only.
      descending: the greatest first.

    Raises:
      ShapeError: there is no such axis.

    >>> import wengert.numpy as wnp
    >>> sort(wnp.array([3, 1, 2]))
    Array([1, 2, 3], dtype=int32)
    """
    x, axis = _along("sort", a, axis, kind, order)
    out = lax.sort(x, axis, stable)
    return flip(out, axis) if descending else out


def argsort(
    a: Any, axis: int | None = -1, *, kind: None = None, order: None = None, stable: bool = True,
    descending: bool = False, dtype: Any = None,
) -> Any:  # fmt: skip
    """The indices that sort `a` along `axis`; equal elements keep their order.

    Args:
      a: an array.
      axis: along which, None for the flattened array.
      kind, order: must be None.
      stable, descending: as for `sort`.
      dtype: the integer type of the result, by default the default integer.

    Raises:
      ShapeError: there is no such axis.

    >>> import wengert.numpy as wnp
    >>> argsort(wnp.array([3, 1, 2]))
    Array([1, 2, 0], dtype=int32)
    """
    x, axis = _along("argsort", a, axis, kind, order)
    kind_ = dtypes.default_int() if dtype is None else dtypes.canonical(dtype)
    places = lax.broadcasted_iota("int32", x.shape, axis)
    if descending:  # reversed twice, so that equal elements keep their order
        _, places = lax.sort((flip(x, axis), flip(places, axis)), axis, True)
        return convert(flip(places, axis), kind_)
    return convert(lax.sort((x, places), axis, True)[1], kind_)


def lexsort(keys: Any, axis: int = -1) -> Any:
    """The indices that sort by the last key, then the last but one, and so on.

    >>> import wengert.numpy as wnp
    >>> lexsort([wnp.array([2, 1, 3]), wnp.array([1, 1, 0])])
    Array([2, 1, 0], dtype=int32)
    """
    xs = [as_array("lexsort", k) for k in keys][::-1]
    if not xs:
        raise errors.make(errors.ShapeError, "lexsort", "expected at least one key but got none")
    if not xs[0].ndim:
        return convert(lax.full((), 0), dtypes.default_int())
    axis = axis_index("lexsort", axis, xs[0].ndim)
    places = lax.broadcasted_iota("int32", xs[0].shape, axis)
    return convert(lax.sort((*xs, places), axis, True, len(xs))[-1], dtypes.default_int())


def sort_complex(a: Any) -> Any:
    """`a` sorted along its last axis, as complex numbers.

    >>> import wengert.numpy as wnp
    >>> sort_complex(wnp.array([2.0, 1.0]))
    Array([1.+0.j, 2.+0.j], dtype=complex64)
    """
    x = sort(a)
    return convert(x, x.dtype if x.dtype.kind == "c" else dtypes.result_type(dtypes.to_inexact(x.dtype), 1j))


def _partition(function: str, a: Any, kth: Any, axis: int) -> tuple[Any, Any, int]:
    x, axis = _along(function, a, axis)
    refuse_complex(function, x)
    axis_index(function, kth, x.shape[axis])
    return x, lax.broadcasted_iota("int32", x.shape, axis), axis


def partition(a: Any, kth: int, axis: int = -1) -> Any:
    """`a` with the element that sorting puts at `kth` there, along `axis`: what is less before, what is greater behind.

    The parts are sorted too, which is one of the orders that NumPy allows.

    Raises:
      ShapeError: there is no such axis, or no element `kth` along it.
      DtypeError: a is complex.

    >>> import wengert.numpy as wnp
    >>> partition(wnp.array([3, 1, 2]), 0)[0]
    Array(1, dtype=int32)
    """
    x, _, axis = _partition("partition", a, kth, axis)
    return lax.sort(x, axis)


def argpartition(a: Any, kth: int, axis: int = -1) -> Any:
    """The indices that bring `a` into the order of `partition`.

    Raises:
      ShapeError, DtypeError: as for `partition`.

    >>> import wengert.numpy as wnp
    >>> argpartition(wnp.array([3, 1, 2]), 0)[0]
    Array(1, dtype=int32)
    """
    x, places, axis = _partition("argpartition", a, kth, axis)
    return convert(lax.sort((x, places), axis, True)[1], dtypes.default_int())


# ---------------------------------------------------------------------------------------------------------------------
# Searching

_METHODS = (None, "scan", "scan_unrolled", "sort", "compare_all")
_FEW = 32  # so many elements are compared with all at once; beyond, halving the range takes less work


def searchsorted(a: Any, v: Any, side: str = "left", sorter: Any = None, *, method: str | None = None) -> Any:
    """Where to insert v into the sorted vector a, before (left) or after (right) equal elements.

    Args:
      a: a vector in increasing order.
      v: values of any shape.
      side: "left" or "right".
      sorter: the indices that sort a, if it is not sorted.
      method: "compare_all" compares every value with every element, the others halve the range over and over; by
        default the number of elements decides.

    Returns:
      Integers of the shape of v.

    Raises:
      ShapeError: a is no vector.
      ValueError: another side or method.

    >>> import wengert.numpy as wnp
    >>> searchsorted(wnp.array([1.0, 2.0, 3.0]), 2.5)
    Array(2, dtype=int32)
    """
    if side not in ("left", "right") or method not in _METHODS:
        raise ValueError(
            f"searchsorted: expected side 'left' or 'right' and a method of {_METHODS} but got {side!r} and {method!r}"
        )
    a, v = promote("searchsorted", (a, v))
    if a.ndim != 1:
        raise errors.make(errors.ShapeError, "searchsorted", f"expected a vector but got shape {a.shape}")
    if sorter is not None:
        a = lax.take(a, as_array("searchsorted", sorter))
    if is_eager(a, v) and a.dtype.kind in "iufb":
        return Array._wrap(np.asarray(np.searchsorted(a._data, v._data, cast(Any, side)), dtypes.default_int()))
    if method == "compare_all" or (method is None and a.size <= _FEW):
        return _sum(_goes_on(a, lax.expand_dims(v, (v.ndim,)), side), -1, dtypes.default_int())
    return convert(_halving(a, v, side), dtypes.default_int())


def _goes_on(element: Any, value: Any, side: str) -> Any:
    """Whether the value belongs behind the element; nan counts as the greatest."""
    if side == "left":
        before = logic.less(element, value)
        if dtypes.is_inexact(element.dtype):
            return logic.bitwise_or(
                before, logic.bitwise_and(logic.isnan(value), logic.logical_not(logic.isnan(element)))
            )
        return before
    before = logic.less_equal(element, value)
    return logic.bitwise_or(before, logic.isnan(value)) if dtypes.is_inexact(element.dtype) else before


def _halving(a: Any, v: Any, side: str) -> Any:
    low = in_trace_of(broadcast(lax.full((), np.int32(0)), v.shape), v)
    high = in_trace_of(broadcast(lax.full((), np.int32(a.size)), v.shape), v)
    for _ in range(a.size.bit_length()):
        middle = logic.right_shift(low + high, np.int32(1))
        open_ = low < high
        on = _goes_on(lax.take(a, middle), v, side)
        low = logic.where(logic.bitwise_and(open_, on), middle + 1, low)
        high = logic.where(logic.bitwise_and(open_, logic.logical_not(on)), middle, high)
    return low


def digitize(x: Any, bins: Any, right: bool = False, *, method: str | None = None) -> Any:
    """The bin of every element of x, for increasing or decreasing bin edges.

    Args:
      x: an array.
      bins: a vector of edges.
      right: whether a bin includes its right edge instead of its left one.
      method: as for `searchsorted`.

    Raises:
      ShapeError: bins is no vector.

    >>> import wengert.numpy as wnp
    >>> digitize(wnp.array([0.5, 1.5]), wnp.array([0.0, 1.0, 2.0]))
    Array([1, 2], dtype=int32)
    """
    bins = as_array("digitize", bins)
    if bins.ndim != 1:
        raise errors.make(errors.ShapeError, "digitize", f"expected a vector of edges but got shape {bins.shape}")
    up = searchsorted(bins, x, "left" if right else "right", method=method)
    if bins.shape[0] < 2:
        return up
    down = bins.shape[0] - searchsorted(flip(bins), x, "left" if right else "right", method=method)
    return logic.where(lax.index_in_dim(bins, 0, 0, False) <= lax.index_in_dim(bins, -1, 0, False), up, down)
