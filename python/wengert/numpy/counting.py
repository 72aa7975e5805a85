# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Sorting, searching, counting.

Functions whose result's shape depends on the values (`nonzero`, ...) need concrete arrays and say so
when they meet a tracer.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert.array import Array
from wengert.lax._operands import (
    as_array,
    axis_index,
    broadcast,
    broadcast_shapes,
    convert,
    in_trace_of,
    is_tracer,
    promote,
)
from wengert.numpy import elementwise as ew
from wengert.numpy import logic
from wengert.numpy.manipulation import flip, moveaxis, ravel
from wengert.numpy.reductions import any as _any
from wengert.numpy.reductions import max as _max
from wengert.numpy.reductions import sum as _sum

__all__ = [
    "argsort", "argwhere", "bincount", "digitize", "flatnonzero", "histogram", "interp", "isin", "lexsort",
    "median", "nonzero", "percentile", "polyval", "put_along_axis", "quantile", "searchsorted", "sort", "take",
    "take_along_axis",
]  # fmt: skip


def concrete(function: str, x: Any) -> np.ndarray:
    """The values of x, for functions whose result's shape depends on them.

    Raises:
      ConcretizationError: x is traced and has no value.
    """
    x = as_array(function, x)
    if is_tracer(x):
        from wengert.tracer import concrete_value

        return concrete_value(x, f"values for {function}, whose result's shape depends on them")
    return x._data


def _wrap(data: np.ndarray) -> Array:
    return Array._wrap(np.array(data, dtypes.canonical(data.dtype), order="C"))


def sort(
    a: Any, axis: int | None = -1, *, kind: Any = None, order: Any = None, stable: bool = True, descending: bool = False
) -> Any:
    """`a` sorted along `axis` (flattened if None), nan last.

    >>> import wengert.numpy as wnp
    >>> sort(wnp.array([3, 1, 2]))
    Array([1, 2, 3], dtype=int32)
    """
    a = as_array("sort", a)
    if axis is None:
        a, axis = ravel(a), 0
    if not a.ndim:
        raise errors.make(errors.ShapeError, "sort", "expected an array of rank 1 or more but got a scalar")
    out = lax.sort(a, axis, stable)
    return flip(out, axis) if descending else out


def argsort(
    a: Any, axis: int | None = -1, *, kind: Any = None, order: Any = None, stable: bool = True, descending: bool = False
) -> Any:
    """The indices that sort `a` along `axis`; equal elements keep their order.

    >>> import wengert.numpy as wnp
    >>> argsort(wnp.array([3, 1, 2]))
    Array([1, 2, 0], dtype=int32)
    """
    a = as_array("argsort", a)
    if axis is None:
        a, axis = ravel(a), 0
    axis = axis_index("argsort", axis, a.ndim)
    places = lax.broadcasted_iota("int32", a.shape, axis)
    if descending:  # reversed twice, so that equal elements keep their order
        return _descending(a, places, axis)
    return convert(lax.sort((a, places), axis, True)[1], dtypes.default_int())


def _descending(x: Any, places: Any, axis: int) -> Any:
    _, order = lax.sort((flip(x, axis), flip(places, axis)), axis, True)
    return convert(flip(order, axis), dtypes.default_int())


def lexsort(keys: Any, axis: int = -1) -> Any:
    """The indices that sort by the last key, then the last but one, and so on.

    >>> import wengert.numpy as wnp
    >>> lexsort([wnp.array([2, 1, 3]), wnp.array([1, 1, 0])])
    Array([2, 1, 0], dtype=int32)
    """
    xs = [as_array("lexsort", k) for k in keys][::-1]
    axis = axis_index("lexsort", axis, xs[0].ndim)
    places = lax.broadcasted_iota("int32", xs[0].shape, axis)
    return convert(lax.sort((*xs, places), axis, True, len(xs))[-1], dtypes.default_int())


def searchsorted(a: Any, v: Any, side: str = "left", sorter: Any = None, *, method: Any = None) -> Any:
    """Where to insert v into the sorted vector a, before (left) or after (right) equal elements.

    >>> import wengert.numpy as wnp
    >>> searchsorted(wnp.array([1.0, 2.0, 3.0]), 2.5)
    Array(2, dtype=int32)
    """
    a, v = promote("searchsorted", (a, v))
    if a.ndim != 1:
        raise errors.make(errors.ShapeError, "searchsorted", f"expected a vector but got shape {a.shape}")
    if sorter is not None:
        a = lax.take(a, sorter)
    wide = lax.expand_dims(v, (v.ndim,))
    return _sum(logic.less(a, wide) if side == "left" else logic.less_equal(a, wide), -1, dtypes.default_int())


def digitize(x: Any, bins: Any, right: bool = False) -> Any:
    """The bin of every element of x, for increasing or decreasing bin edges.

    >>> import wengert.numpy as wnp
    >>> digitize(wnp.array([0.5, 1.5]), wnp.array([0.0, 1.0, 2.0]))
    Array([1, 2], dtype=int32)
    """
    bins = as_array("digitize", bins)
    up = searchsorted(bins, x, "left" if right else "right")
    if bins.shape[0] < 2:
        return up
    down = bins.shape[0] - searchsorted(flip(bins), x, "right" if right else "left")
    return logic.where(lax.index_in_dim(bins, 0, 0, False) <= lax.index_in_dim(bins, -1, 0, False), up, down)


def quantile(a: Any, q: Any, axis: int | None = None, keepdims: bool = False, *, method: str = "linear") -> Any:
    """The value below which the fraction q of the elements lies.

    Args:
      method: "linear" between the neighbours, or "lower", "higher", "nearest", "midpoint".

    >>> import wengert.numpy as wnp
    >>> quantile(wnp.array([1.0, 2.0, 3.0]), 0.25)
    Array(1.5, dtype=float32)
    """
    methods = ("linear", "lower", "higher", "nearest", "midpoint")
    if method not in methods:
        raise ValueError(f"quantile: expected a method of {', '.join(methods)} but got {method!r}")
    a, q = promote("quantile", (a, q), inexact=True)
    shape, rank = a.shape, a.ndim
    a = ravel(a) if axis is None else moveaxis(a, axis, -1)
    a = lax.sort(logic.where(_any(logic.isnan(a), -1, keepdims=True), math.nan, a), -1)
    n = a.shape[-1]
    place = q * (n - 1)
    low, high = ew.floor(place), ew.ceil(place)
    at = lambda p: lax.take(a, convert(p, dtypes.int32), a.ndim - 1)
    if method == "lower":
        out = at(low)
    elif method == "higher":
        out = at(high)
    elif method == "nearest":
        out = at(ew.rint(place))
    else:
        weight = convert(place - low, a.dtype) if method == "linear" else 0.5
        out = at(low) * (1 - weight) + at(high) * weight
    out = moveaxis(out, tuple(range(out.ndim - q.ndim, out.ndim)), tuple(range(q.ndim))) if q.ndim else out
    if keepdims:
        kept = (1,) * rank if axis is None else tuple(1 if d == axis % rank else m for d, m in enumerate(shape))
        out = lax.reshape(out, q.shape + kept)
    return convert(out, out.dtype)


def percentile(a: Any, q: Any, axis: int | None = None, keepdims: bool = False, *, method: str = "linear") -> Any:
    """The value below which q per cent of the elements lie.

    >>> import wengert.numpy as wnp
    >>> percentile(wnp.array([1.0, 2.0, 3.0]), 25)
    Array(1.5, dtype=float32)
    """
    return quantile(a, ew.true_divide(q, 100), axis, keepdims, method=method)


def median(a: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The middle value.

    >>> import wengert.numpy as wnp
    >>> median(wnp.array([3.0, 1.0, 2.0]))
    Array(2., dtype=float32)
    """
    return quantile(a, 0.5, axis, keepdims, method="midpoint")


def take(
    a: Any, indices: Any, axis: int | None = None, out: None = None, mode: str | None = None, fill_value: Any = None
) -> Any:
    """The entries of `a` at integer indices along `axis` (of the flattened array if None).

    Negative indices count from the end.

    Args:
      mode: for indices outside: "clip" (the nearest end), "wrap", or "fill" (with `fill_value`, by default nan; the
        default for floats is "fill" as in JAX).

    >>> import wengert.numpy as wnp
    >>> take(wnp.array([5.0, 6.0, 7.0]), wnp.array([2, -3]))
    Array([7., 5.], dtype=float32)
    """
    a, i = as_array("take", a), as_array("take", indices)
    if not dtypes.is_integer(i.dtype):
        raise errors.make(errors.DtypeError, "take", f"expected integer indices but got {i.dtype}")
    if axis is None:
        a, axis = ravel(a), 0
    axis = axis_index("take", axis, a.ndim)
    n = a.shape[axis]
    if mode == "wrap":
        return lax.take(a, ew.remainder(i, n), axis)
    if i.dtype.kind == "i":
        i = logic.where(i < 0, i + n, i)
    result = lax.take(a, i, axis)
    if mode == "clip":
        return result
    inside = logic.bitwise_and(i >= 0, i < n)
    if not is_tracer(inside) and bool(np.all(inside._data)):
        return result
    if fill_value is None:
        fill_value = dtypes.fill_value(a.dtype)
    wide = lax.broadcast_in_dim(inside, result.shape, range(axis, axis + i.ndim))
    return logic.where(wide, result, convert(as_array("take", fill_value), a.dtype, True))


def take_along_axis(
    arr: Any, indices: Any, axis: int | None = -1, mode: str | None = None, fill_value: Any = None
) -> Any:
    """The entries of `arr` at `indices`, which has the rank of `arr`, along `axis`; negative ones count from the end.

    Args:
      mode: what an index outside gives: by default and with "fill" `fill_value`, with "clip" the nearest entry.
      fill_value: by default nan, for integers the least number, for unsigned ones the greatest.

    Raises:
      ShapeError: the indices have another rank than `arr`, or sizes that do not broadcast.

    >>> import wengert.numpy as wnp
    >>> take_along_axis(wnp.array([[5, 6], [7, 8]]), wnp.array([[1], [0]]), 1)
    Array([[6],
           [7]], dtype=int32)
    """
    arr, i, axis = _along("take_along_axis", arr, indices, axis)
    others = tuple(d for d in range(arr.ndim) if d != axis)
    dims = lax.GatherDimensionNumbers((), (axis,), (axis,), others, others)
    return lax.gather(arr, i, dims, (1,) * arr.ndim, mode=mode or "fill", fill_value=fill_value)


def put_along_axis(
    arr: Any, indices: Any, values: Any, axis: int | None, inplace: bool = True, *, mode: str | None = None
) -> Any:
    """`arr` with `values` at `indices`, which has the rank of `arr`, along `axis`: a new array.

    Args:
      inplace: must be False, as arrays do not change.
      mode: what happens at an index outside: by default nothing is written, with "clip" the nearest entry is.

    >>> import wengert.numpy as wnp
    >>> put_along_axis(wnp.array([[5, 6], [7, 8]]), wnp.array([[1], [0]]), 9, 1, inplace=False)
    Array([[5, 9],
           [9, 8]], dtype=int32)
    """
    if inplace:
        raise ValueError("put_along_axis: expected inplace=False: arrays do not change; use the array that is returned")
    shape = as_array("put_along_axis", arr).shape
    arr, i, axis = _along("put_along_axis", arr, indices, axis, grows=False)
    others = tuple(d for d in range(arr.ndim) if d != axis)
    dims = lax.ScatterDimensionNumbers((), (axis,), (axis,), others, others)
    values = broadcast(convert(as_array("put_along_axis", values), arr.dtype, True), i.shape[:-1])
    return lax.reshape(lax.scatter(arr, i, in_trace_of(values, i), dims, mode=mode), shape)


def _along(name: str, x: Any, indices: Any, axis: int | None, grows: bool = True) -> tuple[Any, Any, int]:
    """x and the indices with equal sizes beside the axis, the indices as positions from 0; and the axis."""
    x, i = as_array(name, x), as_array(name, indices)
    if axis is None:
        x, axis = ravel(x), 0
    axis = axis_index(name, axis, x.ndim)
    if i.ndim != x.ndim or not dtypes.is_integer(i.dtype):
        raise errors.make(
            errors.ShapeError, name, f"expected integer indices of rank {x.ndim} but got {i.dtype} of shape {i.shape}"
        )
    shape = broadcast_shapes(name, *((*a.shape[:axis], *a.shape[axis + 1 :]) for a in (x, i)))
    wide = (*shape[:axis], x.shape[axis], *shape[axis:])
    if not grows and wide != x.shape:
        raise errors.make(errors.ShapeError, name, f"expected indices that broadcast to {x.shape} but got {i.shape}")
    i = broadcast(i, (*shape[:axis], i.shape[axis], *shape[axis:]))
    if i.dtype.kind == "i":
        i = logic.where(i < 0, convert(i, dtypes.join((i.dtype, False), (dtypes.int32, False))[0]) + x.shape[axis], i)
    return broadcast(x, wide), lax.expand_dims(in_trace_of(i, x), (x.ndim,)), axis


def bincount(x: Any, weights: Any = None, minlength: int = 0, *, length: int | None = None) -> Any:
    """How often each integer occurs, or the sums of its weights.

    Args:
      length: the number of bins; needed if x is traced, larger numbers are not counted.

    >>> import wengert.numpy as wnp
    >>> bincount(wnp.array([0, 2, 2]))
    Array([1, 0, 2], dtype=int32)
    """
    x = as_array("bincount", x)
    if length is None:
        values = concrete("bincount", x)
        length = max(minlength, int(values.max()) + 1 if values.size else 0)
    hits = logic.equal(lax.expand_dims(x, (1,)), lax.iota("int32", length))
    if weights is None:
        return _sum(hits, 0, dtypes.default_int())
    w = as_array("bincount", weights)
    return _sum(logic.where(hits, lax.expand_dims(w, (1,)), convert(as_array("bincount", 0), w.dtype)), 0)


def histogram(a: Any, bins: Any = 10, range: Any = None, weights: Any = None, density: bool = False) -> Any:
    """How many elements lie in each bin, and the edges of the bins.

    >>> import wengert.numpy as wnp
    >>> histogram(wnp.array([0.0, 0.4, 1.0]), 2)
    (Array([2., 1.], dtype=float32), Array([0. , 0.5, 1. ], dtype=float32))
    """
    from wengert.numpy.creation import linspace
    from wengert.numpy.reductions import diff
    from wengert.numpy.reductions import min as _min

    a = ravel(promote("histogram", (a,), inexact=True)[0])
    if isinstance(bins, int):
        low, high = (_min(a), _max(a)) if range is None else range
        edges = linspace(low, high, bins + 1)
    else:
        edges = as_array("histogram", bins)
    n = edges.shape[0] - 1
    place = searchsorted(edges, a, "right") - 1
    place = logic.where(logic.equal(a, lax.index_in_dim(edges, -1, 0, False)), n - 1, place)
    hits = logic.equal(lax.expand_dims(place, (1,)), lax.iota("int32", n))
    w = lax.full_like(a, 1) if weights is None else convert(as_array("histogram", weights), a.dtype)
    counts = _sum(logic.where(hits, lax.expand_dims(w, (1,)), 0), 0)
    return (counts / _sum(counts) / diff(edges) if density else counts), edges


def nonzero(a: Any, *, size: int | None = None, fill_value: Any = 0) -> tuple[Array, ...]:
    """The indices of the elements that are not 0, one vector a dimension. Needs concrete values.

    Raises:
      ConcretizationError: x is traced and has no value.
      ShapeError: x is a scalar.

    >>> import wengert.numpy as wnp
    >>> nonzero(wnp.array([0, 3, 4]))
    (Array([1, 2], dtype=int32),)
    """
    data = concrete("nonzero", a)
    if not data.ndim:
        problem = "expected an array of rank 1 or more but got a scalar"
        raise errors.make(errors.ShapeError, "nonzero", problem, remedy="use atleast_1d(a)")
    found = np.nonzero(data)
    if size is not None:
        found = tuple(np.concatenate([f[:size], np.full(max(0, size - f.size), fill_value, f.dtype)]) for f in found)
    return tuple(_wrap(f) for f in found)


def flatnonzero(a: Any) -> Array:
    """The indices of the elements of the flattened array that are not 0. Needs concrete values.

    >>> import wengert.numpy as wnp
    >>> flatnonzero(wnp.array([0, 3]))
    Array([1], dtype=int32)
    """
    return _wrap(np.flatnonzero(concrete("flatnonzero", a)))


def argwhere(a: Any) -> Array:
    """The indices of the elements that are not 0, one a row. Needs concrete values.

    >>> import wengert.numpy as wnp
    >>> argwhere(wnp.array([0, 3]))
    Array([[1]], dtype=int32)
    """
    return _wrap(np.argwhere(concrete("argwhere", a)))


def isin(element: Any, test_elements: Any, invert: bool = False) -> Any:
    """Whether each element occurs among `test_elements`.

    >>> import wengert.numpy as wnp
    >>> isin(wnp.array([1, 2]), wnp.array([2, 3]))
    Array([False,  True], dtype=bool)
    """
    element, t = promote("isin", (element, test_elements))
    found = _any(logic.equal(lax.expand_dims(element, (element.ndim,)), ravel(t)), -1)
    return logic.logical_not(found) if invert else found


def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None) -> Any:
    """The value at x of the polygon through the points (xp, fp), xp increasing.

    >>> import wengert.numpy as wnp
    >>> interp(1.5, wnp.array([1.0, 2.0]), wnp.array([10.0, 20.0]))
    Array(15., dtype=float32)
    """
    x, xp, fp = promote("interp", (x, xp, fp), inexact=True)
    n = xp.shape[0]
    i = ew.clip(searchsorted(xp, x, "right"), 1, n - 1)
    at = lambda v, k: lax.take(v, k)
    x0, x1, y0, y1 = at(xp, i - 1), at(xp, i), at(fp, i - 1), at(fp, i)
    width = x1 - x0
    out = y0 + (x - x0) / logic.where(logic.equal(width, 0), 1, width) * (y1 - y0)
    first, last = lax.index_in_dim(fp, 0, 0, False), lax.index_in_dim(fp, n - 1, 0, False)
    out = logic.where(x < lax.index_in_dim(xp, 0, 0, False), first if left is None else left, out)
    return logic.where(x > lax.index_in_dim(xp, n - 1, 0, False), last if right is None else right, out)


def polyval(p: Any, x: Any) -> Any:
    """The polynomial with coefficients p, highest power first, at x.

    >>> import wengert.numpy as wnp
    >>> polyval(wnp.array([1.0, 2.0, 3.0]), 2.0)
    Array(11., dtype=float32)
    """
    p, x = promote("polyval", (p, x))
    result = lax.full_like(x, 0)
    for i in range(p.shape[0]):
        result = result * x + lax.index_in_dim(p, i, 0, False)
    return convert(result, result.dtype)
