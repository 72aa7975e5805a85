# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Elements picked out by indices or conditions, and values put in their places."""

from __future__ import annotations

from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert.lax._operands import (
    as_array,
    axis_index,
    broadcast,
    broadcast_all,
    broadcast_shapes,
    convert,
    in_trace_of,
    is_tracer,
    promote,
)
from wengert.numpy import elementwise as ew
from wengert.numpy import logic
from wengert.numpy.arguments import refuse_inplace, refuse_out
from wengert.numpy.counting import OR_SIZE, concrete, first_places, host_array
from wengert.numpy.manipulation import ravel
from wengert.numpy.reductions import cumsum

__all__ = [
    "choose", "compress", "extract", "place", "put", "put_along_axis", "take", "take_along_axis",
]  # fmt: skip


def take(
    a: Any, indices: Any, axis: int | None = None, out: None = None, mode: str | None = None,
    unique_indices: bool = False, indices_are_sorted: bool = False, fill_value: Any = None,
) -> Any:  # fmt: skip
    """The entries of `a` at integer indices along `axis` (of the flattened array if None).

    Args:
      a: an array.
      indices: integers of any shape.
      axis: along which.
      out: must be None.
      mode: for indices outside: "fill" (the default) gives `fill_value`, "clip" the nearest end, "wrap" begins again.
        Negative ones count from the end, but with "clip" are outside.
      unique_indices, indices_are_sorted: promises that are not needed.
      fill_value: by default nan, for integers the least number, for unsigned ones the greatest.

    Raises:
      DtypeError: the indices are no integers.
      ShapeError: there is no such axis.
      IndexingError: the axis is empty, and the indices are not.
      ValueError: another mode.

    >>> import wengert.numpy as wnp
    >>> take(wnp.array([5.0, 6.0, 7.0]), wnp.array([2, -3]))
    Array([7., 5.], dtype=float32)
    """
    if out is not None:
        refuse_out("take", out)
    if mode not in (None, "fill", "clip", "wrap"):
        raise ValueError(f"take: expected the mode fill, clip or wrap but got {mode!r}")
    x, i = as_array("take", a), as_array("take", indices)
    if not dtypes.is_integer(i.dtype):
        raise errors.make(errors.DtypeError, "take", f"expected integer indices but got {i.dtype}")
    if axis is None:
        x, axis = ravel(x), 0
    axis = axis_index("take", axis, x.ndim)
    n = x.shape[axis]
    if not n:
        if i.size:
            raise errors.make(errors.IndexingError, "take", f"expected an axis that is not empty but got {x.shape}")
        return lax.reshape(x, (*x.shape[:axis], *i.shape, *x.shape[axis + 1 :]))
    if mode == "wrap":
        return lax.take(x, ew.remainder(i, n), axis)
    if mode == "clip":
        return lax.take(x, i, axis)
    if i.dtype.kind == "i":
        i = logic.where(i < 0, i + n, i)
    result = lax.take(x, i, axis)
    inside = logic.bitwise_and(i >= 0, i < n)
    if not is_tracer(inside) and bool(np.all(inside._data)):
        return result
    if fill_value is None:
        fill_value = dtypes.fill_value(x.dtype)
    wide = lax.broadcast_in_dim(inside, result.shape, range(axis, axis + i.ndim))
    return logic.where(wide, result, convert(as_array("take", fill_value), x.dtype, True))


def take_along_axis(
    arr: Any, indices: Any, axis: int | None = -1, mode: str | None = None, fill_value: Any = None, *,
    wrap_negative_indices: bool | None = None,
) -> Any:  # fmt: skip
    """The entries of `arr` at `indices`, which has the rank of `arr`, along `axis`; negative ones count from the end.

    Args:
      mode: what an index outside gives: by default and with "fill" `fill_value`, with "clip" the nearest entry, with
        "one_hot" 0.
      fill_value: by default nan, for integers the least number, for unsigned ones the greatest.
      wrap_negative_indices: False if negative indices are outside.

    Raises:
      ShapeError: the indices have another rank than `arr`, or sizes that do not broadcast.

    >>> import wengert.numpy as wnp
    >>> take_along_axis(wnp.array([[5, 6], [7, 8]]), wnp.array([[1], [0]]), 1)
    Array([[6],
           [7]], dtype=int32)
    """
    arr, i, axis = _along("take_along_axis", arr, indices, axis, wraps=wrap_negative_indices is not False)
    others = tuple(d for d in range(arr.ndim) if d != axis)
    dims = lax.GatherDimensionNumbers((), (axis,), (axis,), others, others)
    if mode == "one_hot":
        mode, fill_value = "fill", 0
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
    refuse_inplace("put_along_axis", inplace)
    shape = as_array("put_along_axis", arr).shape
    arr, i, axis = _along("put_along_axis", arr, indices, axis, grows=False)
    others = tuple(d for d in range(arr.ndim) if d != axis)
    dims = lax.ScatterDimensionNumbers((), (axis,), (axis,), others, others)
    values = broadcast(convert(as_array("put_along_axis", values), arr.dtype, True), i.shape[:-1])
    return lax.reshape(lax.scatter(arr, i, in_trace_of(values, i), dims, mode=mode), shape)


def _along(
    name: str, x: Any, indices: Any, axis: int | None, grows: bool = True, wraps: bool = True
) -> tuple[Any, Any, int]:
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
    if i.dtype.kind == "i" and wraps:
        i = convert(i, dtypes.int32) if i.dtype.itemsize < 4 else i
        i = logic.where(i < 0, i + x.shape[axis], i)
    return broadcast(x, wide), lax.expand_dims(in_trace_of(i, x), (x.ndim,)), axis


def choose(a: Any, choices: Any, out: None = None, mode: str = "raise") -> Any:
    """The element of `choices[a]`, at each place.

    Args:
      a: integers.
      choices: arrays that broadcast with a and each other, or one array, whose first dimension counts them.
      out: must be None.
      mode: for numbers outside: "clip" (the nearest choice), "wrap", or "raise", which needs values.

    Raises:
      IndexingError: a number outside with mode "raise".
      ConcretizationError: a is traced and the mode is "raise".
      DtypeError: a is no integer.

    >>> import wengert.numpy as wnp
    >>> choose(wnp.array([1, 0]), [wnp.array([1, 2]), wnp.array([3, 4])])
    Array([3, 2], dtype=int32)
    """
    refuse_out("choose", out)
    i = _integer("choose", a)
    options = [choices[k] for k in range(len(choices))]
    if mode not in ("raise", "clip", "wrap") or not options:
        raise ValueError(
            f"choose: expected choices and the mode raise, clip or wrap but got {len(options)} and {mode!r}"
        )
    n = len(options)
    if mode == "raise":
        values = concrete("choose", i, " with mode='raise'")
        if ((values < 0) | (values >= n)).any():
            raise errors.make(
                errors.IndexingError, "choose", f"expected numbers from 0 to {n - 1} but got others",
                remedy="choose mode='clip' or mode='wrap'",
            )  # fmt: skip
    i = ew.remainder(i, n) if mode == "wrap" else ew.clip(i, 0, n - 1)
    i, *options = broadcast_all("choose", [i, *promote("choose", options)])
    result = options[0]
    for k, option in enumerate(options[1:], 1):
        result = logic.where(i == k, option, result)
    return convert(result, result.dtype)


def _integer(function: str, i: Any) -> Any:
    i = as_array(function, i)
    if i.dtype == dtypes.bool_:
        i = convert(i, dtypes.int32)
    if not dtypes.is_integer(i.dtype):
        raise errors.make(errors.DtypeError, function, f"expected integer indices but got {i.dtype}")
    return i


def compress(
    condition: Any, a: Any, axis: int | None = None, *, size: int | None = None, fill_value: Any = 0, out: None = None
) -> Any:
    """The slices of `a` along `axis` where the condition is true.

    Args:
      condition: a vector of bools, at most as long as the axis.
      a: an array.
      axis: along which; None flattens.
      size: how many slices to return, needed if the condition is traced.
      fill_value: what fills up to `size`.
      out: must be None.

    Raises:
      ShapeError: the condition is no vector, or true behind the end.
      ConcretizationError: the condition is traced and no size is given.

    >>> import wengert.numpy as wnp
    >>> compress(wnp.array([True, False, True]), wnp.array([5, 6, 7]))
    Array([5, 7], dtype=int32)
    """
    refuse_out("compress", out)
    x, keep = as_array("compress", a), as_array("compress", condition)
    if keep.ndim != 1:
        raise errors.make(errors.ShapeError, "compress", f"expected a vector as condition but got shape {keep.shape}")
    x, axis = (ravel(x), 0) if axis is None else (x, axis)
    axis = axis_index("compress", axis, x.ndim)
    keep, n = convert(keep, dtypes.bool_), x.shape[axis]
    if keep.size > n:
        more = lax.slice_in_dim(keep, n, None)
        if not is_tracer(more) and np.asarray(more).any():
            raise errors.make(
                errors.ShapeError, "compress", f"expected a condition of {n} but got {keep.size} elements"
            )
        keep = lax.slice_in_dim(keep, 0, n)
    if size is None:
        return lax.take(x, host_array(np.flatnonzero(concrete("compress", keep, OR_SIZE))), axis)
    if not n:
        shape = (*x.shape[:axis], size, *x.shape[axis + 1 :])
        return broadcast(convert(as_array("compress", fill_value), x.dtype), shape)
    places, count = first_places(keep, size)
    valid = lax.iota("int32", size) < count
    picked = lax.take(x, places, axis)
    valid = lax.broadcast_in_dim(valid, picked.shape, (axis,))
    return logic.where(valid, picked, convert(as_array("compress", fill_value), x.dtype, True))


def extract(condition: Any, arr: Any, *, size: int | None = None, fill_value: Any = 0) -> Any:
    """The elements of the flattened `arr` where the flattened condition is true.

    Args:
      condition: bools of the shape of `arr`.
      arr: an array.
      size, fill_value: as for `compress`.

    Raises:
      ConcretizationError: the condition is traced and no size is given.

    >>> import wengert.numpy as wnp
    >>> extract(wnp.array([True, False, True]), wnp.array([5, 6, 7]))
    Array([5, 7], dtype=int32)
    """
    return compress(ravel(condition), ravel(arr), size=size, fill_value=fill_value)


def _repeated(values: Any, n: int) -> Any:
    """The first n of the values, which begin again at the end."""
    times = -(-n // values.size)
    return lax.slice_in_dim(lax.tile(values, (times,)) if times > 1 else values, 0, n)


def place(arr: Any, mask: Any, vals: Any, *, inplace: bool = True) -> Any:
    """`arr` with the values, as often as needed, one after the other where the mask is true: a new array.

    Args:
      arr: an array.
      mask: bools, as many.
      vals: values, of which the first goes to the first place, and so on.
      inplace: must be False, as arrays do not change.

    Raises:
      ValueError: inplace is True.
      ShapeError: a mask of another size, or no values.

    >>> import wengert.numpy as wnp
    >>> place(wnp.arange(4), wnp.array([True, False, True, True]), wnp.array([7, 8]), inplace=False)
    Array([7, 1, 8, 7], dtype=int32)
    """
    refuse_inplace("place", inplace)
    x, m, v = as_array("place", arr), as_array("place", mask), ravel(as_array("place", vals))
    if m.size != x.size or not v.size:
        raise errors.make(
            errors.ShapeError, "place", f"expected a mask of {x.size} elements and values but got {m.size} and {v.size}"
        )
    if not x.size:
        return x
    m = convert(ravel(m), dtypes.bool_)
    number = ew.maximum(cumsum(convert(m, dtypes.int32)) - 1, 0)
    new = lax.take(convert(v, x.dtype), ew.remainder(number, v.size))
    return lax.reshape(logic.where(m, new, ravel(x)), x.shape)


def put(a: Any, ind: Any, v: Any, mode: str | None = None, *, inplace: bool = True) -> Any:
    """`a` with the values, as often as needed, at these places of the flattened array: a new array.

    Args:
      a: an array.
      ind: integers; negative ones count from the end.
      v: values, of which the first goes to the first place, and so on; the last one stays.
      mode: for places outside: nothing is written by default, "clip" takes the nearest, "wrap" begins again.
      inplace: must be False, as arrays do not change.

    Raises:
      ValueError: inplace is True, or another mode.
      DtypeError: the places are no integers.

    >>> import wengert.numpy as wnp
    >>> put(wnp.arange(4), wnp.array([0, -1]), 9, inplace=False)
    Array([9, 1, 2, 9], dtype=int32)
    """
    refuse_inplace("put", inplace)
    if mode not in (None, "clip", "wrap"):
        raise ValueError(f"put: expected the mode clip, wrap or None but got {mode!r}")
    x, i, values = as_array("put", a), ravel(_integer("put", ind)), ravel(as_array("put", v))
    if not x.size or not i.size or not values.size:
        return x
    if mode == "wrap":
        i = ew.remainder(i, x.size)
    elif mode == "clip":
        i = ew.clip(i, 0, x.size - 1)
    return lax.reshape(ravel(x).at[i].set(_repeated(values, i.size), mode="drop"), x.shape)
