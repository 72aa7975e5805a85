# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stacks, ranks and types of arrays: short functions over those that reshape and broadcast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert import dtypes, errors
from wengert.array import Array
from wengert.lax._operands import as_array, axis_index, broadcast_shapes
from wengert.lax.functions import broadcast_in_dim, concatenate, expand_dims, full, slice_in_dim, squeeze

__all__ = [
    "broadcast_like", "broadcast_to_rank", "dtype", "empty", "shape_as_value", "stack", "stage", "unstack",
]  # fmt: skip


def broadcast_like(arr: Any, like_arr: Any) -> Any:
    """`arr` in the shape of `like_arr`, by NumPy's rule.

    Raises:
      ShapeError: the shapes do not broadcast to that of `like_arr`.

    >>> import wengert.numpy as wnp
    >>> broadcast_like(wnp.array([1, 2]), wnp.zeros((2, 2)))
    Array([[1, 2],
           [1, 2]], dtype=int32)
    """
    x, shape = as_array("broadcast_like", arr), as_array("broadcast_like", like_arr).shape
    if broadcast_shapes("broadcast_like", x.shape, shape) != shape:
        raise errors.make(errors.ShapeError, "broadcast_like", f"expected a shape within {shape} but got {x.shape}")
    return broadcast_in_dim(broadcast_to_rank(x, len(shape)), shape, tuple(range(len(shape))))


def broadcast_to_rank(x: Any, rank: int) -> Any:
    """`x` with dimensions of size 1 in front, `rank` dimensions in all.

    Raises:
      ShapeError: x has more dimensions.

    >>> broadcast_to_rank(1.0, 2).shape
    (1, 1)
    """
    x = as_array("broadcast_to_rank", x)
    if x.ndim > rank:
        raise errors.make(
            errors.ShapeError, "broadcast_to_rank", f"expected at most {rank} dimensions but got shape {x.shape}"
        )
    return expand_dims(x, tuple(range(rank - x.ndim)))


def dtype(x: Any) -> np.dtype:
    """The type of an array, a number or a type, 64-bit types as their 32-bit counterparts unless x64 is enabled.

    >>> dtype(1.0), dtype(int)
    (dtype('float32'), dtype('int32'))
    """
    return dtypes.dtype_and_weak(x)[0]


def empty(shape: Any, dtype: Any, *, out_sharding: Any = None) -> Any:
    """An array of a shape and type whose elements do not matter: zeros.

    >>> empty(2, "float32").shape
    (2,)
    """
    return full(shape, 0, dtype)


def shape_as_value(shape: Sequence[int]) -> Any:
    """A shape as an array of int32.

    >>> shape_as_value((2, 3))
    Array([2, 3], dtype=int32)
    """
    return Array._wrap(np.asarray(tuple(shape), np.int32))


def stack(operands: Sequence[Any], axis: int = 0) -> Any:
    """Arrays of one shape and type along a new axis.

    Raises:
      ValueError: there are none; ShapeError, DtypeError: they differ, or the axis is out of range.

    >>> import wengert.numpy as wnp
    >>> stack([wnp.array([1, 2]), wnp.array([3, 4])], axis=1)
    Array([[1, 3],
           [2, 4]], dtype=int32)
    """
    arrays = [as_array("stack", x) for x in operands]
    if not arrays:
        raise ValueError("stack: expected at least one array but got none")
    shapes = {x.shape for x in arrays}
    if len(shapes) > 1:
        raise errors.make(errors.ShapeError, "stack", f"expected arrays of one shape but got {sorted(shapes)}")
    place = axis_index("stack", axis, arrays[0].ndim + 1)
    return concatenate([expand_dims(x, (place,)) for x in arrays], place)


def stage(x: Any) -> Any:
    """A number or a NumPy array as an array.

    >>> stage(np.float32(1))
    Array(1., dtype=float32)
    """
    return as_array("stage", x)


def unstack(x: Any, axis: int = 0) -> tuple[Any, ...]:
    """The entries of an array along an axis.

    Raises:
      ShapeError: the axis is out of range.

    >>> import wengert.numpy as wnp
    >>> unstack(wnp.array([[1, 2], [3, 4]]), axis=1)
    (Array([1, 3], dtype=int32), Array([2, 4], dtype=int32))
    """
    x = as_array("unstack", x)
    place = axis_index("unstack", axis, x.ndim)
    return tuple(squeeze(slice_in_dim(x, i, i + 1, 1, place), (place,)) for i in range(x.shape[place]))
