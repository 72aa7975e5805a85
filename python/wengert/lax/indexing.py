# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Blocks at starts that may be traced, entries at indices, sorting: in the calling convention of `jax.lax`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert import dtypes, errors
from wengert.array import Array
from wengert.lax._operands import apply, as_array, axis_index, convert, in_trace_of
from wengert.lax.functions import _ints, broadcasted_iota, expand_dims, pad, reshape, rev, slice_in_dim, squeeze

__all__ = [
    "approx_max_k", "approx_min_k", "dynamic_index_in_dim", "dynamic_slice", "dynamic_slice_in_dim",
    "dynamic_update_index_in_dim", "dynamic_update_slice", "dynamic_update_slice_in_dim", "sort", "sort_key_val",
    "take", "top_k",
]  # fmt: skip


def _index(i: Any, size: int, like: Any) -> Any:
    """A start index as an int32 scalar, negative ones counted from the end."""
    if isinstance(i, (int, np.integer)):
        return in_trace_of(Array._wrap(np.asarray(i + size if i < 0 else i, np.int32)), like)
    i = as_array("dynamic_slice", i)
    if not dtypes.is_integer(i.dtype) or i.ndim:
        raise errors.make(errors.DtypeError, "dynamic_slice", f"expected integer scalars as starts but got {i.dtype}")
    from wengert.numpy import where

    if i.dtype.itemsize < 4:
        i = convert(i, dtypes.int32)  # the sum may not fit its own type
    return convert(where(i < 0, i + size, i) if i.dtype.kind == "i" else i, dtypes.int32)


def dynamic_slice(operand: Any, start_indices: Sequence[Any], slice_sizes: Sequence[int]) -> Any:
    """The block of `slice_sizes` at `start_indices`, which may be traced; it is moved inside where it would leave.

    >>> from wengert import lax
    >>> lax.dynamic_slice(lax.iota("int32", 5), (3,), (3,))
    Array([2, 3, 4], dtype=int32)
    """
    x, sizes = as_array("dynamic_slice", operand), _ints(slice_sizes)
    if len(sizes) != x.ndim or any(not 0 <= m <= n for m, n in zip(sizes, x.shape, strict=True)):
        raise errors.make(errors.ShapeError, "dynamic_slice", f"expected sizes within shape {x.shape} but got {sizes}")
    starts = tuple(_index(i, n, x) for i, n in zip(start_indices, x.shape, strict=True))
    return apply("dynamic_slice", (x, *starts), sizes=sizes) if starts else x


def dynamic_update_slice(operand: Any, update: Any, start_indices: Sequence[Any]) -> Any:
    """`operand` with the block at `start_indices` replaced by `update`.

    >>> from wengert import lax
    >>> lax.dynamic_update_slice(lax.iota("int32", 4), lax.full((2,), 9), (1,))
    Array([0, 9, 9, 3], dtype=int32)
    """
    x = as_array("dynamic_update_slice", operand)
    update = convert(as_array("dynamic_update_slice", update), x.dtype, x.weak_type)
    if update.ndim != x.ndim or any(m > n for m, n in zip(update.shape, x.shape, strict=True)):
        raise errors.make(
            errors.ShapeError,
            "dynamic_update_slice",
            f"expected an update within shape {x.shape} but got {update.shape}",
        )
    starts = tuple(_index(i, n, x) for i, n in zip(start_indices, x.shape, strict=True))
    return apply("dynamic_update_slice", (x, update, *starts)) if starts else update


def dynamic_slice_in_dim(operand: Any, start_index: Any, slice_size: int, axis: int = 0) -> Any:
    """A block along one axis from a start that may be traced.

    >>> from wengert import lax
    >>> lax.dynamic_slice_in_dim(lax.iota("int32", 5), 1, 2)
    Array([1, 2], dtype=int32)
    """
    x = as_array("dynamic_slice_in_dim", operand)
    axis = axis_index("dynamic_slice_in_dim", axis, x.ndim)
    starts, sizes = [0] * x.ndim, list(x.shape)
    starts[axis], sizes[axis] = start_index, slice_size
    return dynamic_slice(x, starts, sizes)


def dynamic_index_in_dim(operand: Any, index: Any, axis: int = 0, keepdims: bool = True) -> Any:
    """One index, which may be traced, along one axis.

    >>> from wengert import lax
    >>> lax.dynamic_index_in_dim(lax.iota("int32", 5), 3, keepdims=False)
    Array(3, dtype=int32)
    """
    part = dynamic_slice_in_dim(operand, index, 1, axis)
    return part if keepdims else squeeze(part, (axis,))


def dynamic_update_slice_in_dim(operand: Any, update: Any, start_index: Any, axis: int) -> Any:
    """`operand` with the block from `start_index` along one axis replaced by `update`.

    >>> from wengert import lax
    >>> lax.dynamic_update_slice_in_dim(lax.iota("int32", 3), lax.full((1,), 9), 1, 0)
    Array([0, 9, 2], dtype=int32)
    """
    x = as_array("dynamic_update_slice_in_dim", operand)
    starts: list[Any] = [0] * x.ndim
    starts[axis_index("dynamic_update_slice_in_dim", axis, x.ndim)] = start_index
    return dynamic_update_slice(x, update, starts)


def dynamic_update_index_in_dim(operand: Any, update: Any, index: Any, axis: int) -> Any:
    """`operand` with one index along one axis replaced by `update`.

    >>> from wengert import lax
    >>> lax.dynamic_update_index_in_dim(lax.iota("int32", 3), 9, 0, 0)
    Array([9, 1, 2], dtype=int32)
    """
    x, update = as_array("dynamic_update_index_in_dim", operand), as_array("dynamic_update_index_in_dim", update)
    if update.ndim < x.ndim:
        update = expand_dims(update, (axis,))
    return dynamic_update_slice_in_dim(x, update, index, axis)


def take(operand: Any, indices: Any, axis: int = 0) -> Any:
    """The entries at `indices` along `axis`; an index outside is moved to the nearest end.

    >>> import wengert.numpy as wnp
    >>> from wengert import lax
    >>> lax.take(wnp.array([5.0, 6.0, 7.0]), wnp.array([2, 0]))
    Array([7., 5.], dtype=float32)
    """
    x = as_array("take", operand)
    indices = as_array("take", indices)
    if not dtypes.is_integer(indices.dtype):
        raise errors.make(
            errors.DtypeError,
            "take",
            f"expected indices of an integer type but got {indices.dtype}",
            remedy="use astype",
        )
    indices = in_trace_of(indices, x)
    return apply("take", (x, indices), axis=axis_index("take", axis, x.ndim))


def sort(operand: Any, dimension: int = -1, is_stable: bool = True, num_keys: int = 1) -> Any:
    """One array, or a sequence of arrays by the first `num_keys` of them, sorted along `dimension`; nan last.

    >>> from wengert import lax
    >>> lax.sort(lax.rev(lax.iota("int32", 3), (0,)))
    Array([0, 1, 2], dtype=int32)
    """
    many = isinstance(operand, (tuple, list))
    xs = tuple(as_array("sort", x) for x in (operand if many else (operand,)))
    dimension = axis_index("sort", dimension, xs[0].ndim)
    out = apply("sort", xs, dimension=dimension, num_keys=num_keys, stable=is_stable)
    if many:
        return out if isinstance(out, tuple) else (out,)
    return out[0] if isinstance(out, tuple) else out


def sort_key_val(keys: Any, values: Any, dimension: int = -1, is_stable: bool = True) -> tuple[Any, Any]:
    """`keys` sorted along `dimension`, and `values` in the same order.

    >>> import wengert.numpy as wnp
    >>> from wengert import lax
    >>> lax.sort_key_val(wnp.array([3, 1, 2]), wnp.array([0, 1, 2]))
    (Array([1, 2, 3], dtype=int32), Array([1, 2, 0], dtype=int32))
    """
    return sort((keys, values), dimension, is_stable)


def top_k(operand: Any, k: int, *, axis: int = -1) -> tuple[Any, Any]:
    """The k greatest values along `axis`, greatest first, and their indices; nan counts as the greatest.

    Raises:
      ShapeError: the axis has less than k elements.

    >>> from wengert import lax
    >>> lax.top_k(lax.iota("int32", 5), 2)
    (Array([4, 3], dtype=int32), Array([4, 3], dtype=int32))
    """
    x = as_array("top_k", operand)
    if not x.ndim:
        raise errors.make(errors.ShapeError, "top_k", "expected an array of rank 1 or more but got a scalar")
    axis = axis_index("top_k", axis, x.ndim)
    if not 0 <= k <= x.shape[axis]:
        raise errors.make(errors.ShapeError, "top_k", f"expected k within axis {axis} of {x.shape} but got {k}")
    return _first(x, k, axis, True)


def _first(x: Any, k: int, axis: int, greatest: bool) -> tuple[Any, Any]:
    """The k greatest or least entries of x, and their indices; of equal ones those that stand first."""
    from wengert.numpy import moveaxis, take_along_axis

    key = moveaxis(x, axis, -1)
    last = key.ndim - 1
    if greatest:
        indices = _greatest(key, k)
    else:
        indices = slice_in_dim(sort((key, broadcasted_iota("int32", key.shape, last)), last)[1], 0, k, 1, last)
    indices = moveaxis(indices, -1, axis)
    return take_along_axis(x, indices, axis, mode="promise_in_bounds"), indices


_MANY, _GROUP, _FEW = 1 << 11, 1 << 7, 1 << 4


def _greatest(key: Any, k: int) -> Any:
    """The indices of the k greatest of the last axis.

    They are in the k groups with the greatest maxima, so that of many elements only these groups are sorted.
    """
    from wengert.numpy import floor_divide, remainder, take_along_axis

    last, n = key.ndim - 1, key.shape[-1]
    if n <= _MANY or not 0 < k <= _FEW:
        # reversed before and after, so that equal values keep their order
        places = broadcasted_iota("int32", key.shape, last)
        order = sort((rev(key, (last,)), rev(places, (last,))), last)[1]
        return rev(slice_in_dim(order, n - k, n, 1, last), (last,))
    groups = _in_groups(key)
    which = sort(_greatest(apply("reduce_max", (groups,), axes=(last + 1,)), k), last)
    nearest = take_along_axis(groups, expand_dims(which, (last + 1,)), last, mode="promise_in_bounds")
    order = _greatest(reshape(nearest, (*key.shape[:-1], k * _GROUP)), k)
    group = take_along_axis(which, floor_divide(order, _GROUP), last, mode="promise_in_bounds")
    return group * _GROUP + remainder(order, _GROUP)


def _in_groups(x: Any) -> Any:
    """The last axis in groups, filled up with the least value."""
    more = -x.shape[-1] % _GROUP
    least: Any = False
    if dtypes.is_inexact(x.dtype):
        least = -np.inf
    elif x.dtype != dtypes.bool_:
        least = np.iinfo(x.dtype).min
    end = in_trace_of(Array._wrap(np.asarray(least).astype(x.dtype)), x)
    x = pad(x, end, [(0, 0, 0)] * (x.ndim - 1) + [(0, more, 0)])
    return reshape(x, (*x.shape[:-1], x.shape[-1] // _GROUP, _GROUP))


def _approximate(name: str, greatest: bool, summary: str, example: str) -> Any:
    def f(
        operand: Any,
        k: int,
        reduction_dimension: int = -1,
        recall_target: float = 0.95,
        reduction_input_size_override: int = -1,
        aggregate_to_topk: bool = True,
    ) -> tuple[Any, Any]:
        x = as_array(name, operand)
        if not dtypes.is_float(x.dtype):
            raise errors.make(errors.DtypeError, name, f"expected an array of a float type but got {x.dtype}")
        dimension = axis_index(name, reduction_dimension, x.ndim)
        if not 0 <= k <= x.shape[dimension]:
            raise errors.make(errors.ShapeError, name, f"expected k within axis {dimension} of {x.shape} but got {k}")
        if not aggregate_to_topk:
            raise errors.make(
                errors.ShapeError, name, "expected aggregate_to_topk=True: there are no partial results to return"
            )
        return _first(x, k, dimension, greatest)

    f.__name__ = f.__qualname__ = name
    f.__doc__ = f"""{summary} along a dimension, in this order, and their indices: exactly, whatever the target.

    Args:
      operand: of a float type.
      k: how many.
      reduction_dimension: along which.
      recall_target, reduction_input_size_override: not needed.
      aggregate_to_topk: must be True.

    Raises:
      DtypeError: `operand` is not of a float type.
      ShapeError: there is no such dimension, or it is shorter than `k`; aggregate_to_topk is False.

    >>> import wengert.numpy as wnp
    >>> {name}(wnp.array([1.0, 3.0, 2.0]), 2)
    {example}
    """
    return f


approx_max_k = _approximate(
    "approx_max_k",
    True,
    "The k greatest values",
    "(Array([3., 2.], dtype=float32), Array([1, 2], dtype=int32))",
)
approx_min_k = _approximate(
    "approx_min_k",
    False,
    "The k least values",
    "(Array([1., 2.], dtype=float32), Array([0, 2], dtype=int32))",
)
