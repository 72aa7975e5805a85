# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Shapes: dimensions merged, split, permuted, added, removed, broadcast."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

from wengert import errors, lax
from wengert.lax._operands import (
    as_array,
    axis_index,
    broadcast,
    broadcast_all,
)
from wengert.numpy.arguments import check_place
from wengert.numpy.creation import _shape, array

__all__ = [
    "atleast_1d", "atleast_2d", "atleast_3d", "broadcast_arrays", "broadcast_shapes", "broadcast_to", "expand_dims",
    "matrix_transpose", "moveaxis", "permute_dims", "ravel", "reshape", "rollaxis", "squeeze", "swapaxes", "transpose",
]  # fmt: skip


def reshape(a: Any, shape: Any, order: str = "C", *, copy: bool | None = None, out_sharding: None = None) -> Any:
    """`a` in another shape of the same size; one entry may be -1 and is computed.

    Args:
      order: "C" for row-major, "F" for column-major reading and writing.

    Raises:
      ShapeError: the sizes differ.

    >>> reshape(array([1, 2, 3, 4]), (2, -1))
    Array([[1, 2],
           [3, 4]], dtype=int32)
    """
    a = as_array("reshape", a)
    if out_sharding is not None:
        check_place("reshape", None, out_sharding)
    if order not in ("C", "F"):
        raise ValueError(f"reshape: expected the order C or F but got {order!r}")
    several = isinstance(shape, (tuple, list, range)) or getattr(shape, "ndim", 0) == 1
    sizes = [operator.index(n) for n in shape] if several else [operator.index(shape)]
    if sizes.count(-1) == 1:
        rest = -math.prod(sizes)
        if rest == 0 or a.size % rest:
            raise errors.make(
                errors.ShapeError,
                "reshape",
                f"expected a shape that divides size {a.size} but got {tuple(sizes)} for an array of shape {a.shape}",
            )
        sizes[sizes.index(-1)] = a.size // rest
    if order == "F":
        return transpose(lax.reshape(transpose(a), sizes[::-1]))
    return lax.reshape(a, sizes)


def ravel(a: Any, order: str = "C", *, out_sharding: None = None) -> Any:
    """`a` with one dimension.

    >>> ravel(array([[1], [2]]))
    Array([1, 2], dtype=int32)
    """
    return reshape(a, -1 if as_array("ravel", a).size else 0, order, out_sharding=out_sharding)


def transpose(a: Any, axes: Sequence[int] | None = None) -> Any:
    """`a` with its dimensions permuted, in reverse order by default.

    >>> transpose(array([[1, 2]])).shape
    (2, 1)
    """
    a = as_array("transpose", a)
    if axes is None:
        return lax.transpose(a, range(a.ndim - 1, -1, -1)) if a.ndim > 1 else a
    return lax.transpose(a, [axis_index("transpose", d, a.ndim) for d in axes])


def permute_dims(a: Any, /, axes: Sequence[int]) -> Any:
    """`a` with its dimensions in this order, by the array API standard.

    >>> permute_dims(array([[1, 2]]), (1, 0)).shape
    (2, 1)
    """
    return transpose(a, axes)


def matrix_transpose(x: Any, /) -> Any:
    """x with its last two dimensions exchanged.

    >>> matrix_transpose(array([[1, 2]])).shape
    (2, 1)
    """
    x = as_array("matrix_transpose", x)
    if x.ndim < 2:
        raise errors.make(errors.ShapeError, "matrix_transpose", f"expected rank 2 or more but got shape {x.shape}")
    return swapaxes(x, -1, -2)


def swapaxes(a: Any, axis1: int, axis2: int) -> Any:
    """`a` with two dimensions exchanged.

    >>> swapaxes(array([[1, 2]]), 0, 1).shape
    (2, 1)
    """
    a = as_array("swapaxes", a)
    order = list(range(a.ndim))
    i, j = axis_index("swapaxes", axis1, a.ndim), axis_index("swapaxes", axis2, a.ndim)
    order[i], order[j] = j, i
    return lax.transpose(a, order)


def moveaxis(a: Any, source: Any, destination: Any) -> Any:
    """`a` with dimensions moved, the others keeping their order.

    >>> moveaxis(array([[[1, 2]]]), -1, 0).shape
    (2, 1, 1)
    """
    a = as_array("moveaxis", a)
    src = [axis_index("moveaxis", d, a.ndim) for d in (source if isinstance(source, (tuple, list)) else (source,))]
    dst = [
        axis_index("moveaxis", d, a.ndim)
        for d in (destination if isinstance(destination, (tuple, list)) else (destination,))
    ]
    if len(src) != len(dst) or len(set(src)) != len(src) or len(set(dst)) != len(dst):
        raise errors.make(
            errors.ShapeError, "moveaxis", f"expected as many distinct sources as destinations but got {src} and {dst}"
        )
    order = [d for d in range(a.ndim) if d not in src]
    for d, s in sorted(zip(dst, src, strict=True)):
        order.insert(d, s)
    return lax.transpose(a, order)


def rollaxis(a: Any, axis: int, start: int = 0) -> Any:
    """`a` with `axis` moved in front of `start`.

    >>> rollaxis(array([[1, 2]]), 1).shape
    (2, 1)
    """
    a = as_array("rollaxis", a)
    axis = axis_index("rollaxis", axis, a.ndim)
    start = start + a.ndim if start < 0 else start
    return moveaxis(a, axis, start - 1 if axis < start else start)


def expand_dims(a: Any, axis: Any) -> Any:
    """`a` with new dimensions of size 1 at these positions of the result.

    >>> expand_dims(array([1, 2]), 1).shape
    (2, 1)
    """
    return lax.expand_dims(a, axis if isinstance(axis, (tuple, list)) else (axis,))


def squeeze(a: Any, axis: Any = None) -> Any:
    """`a` without its dimensions of size 1, or without those in `axis`.

    >>> squeeze(array([[1, 2]])).shape
    (2,)
    """
    a = as_array("squeeze", a)
    if axis is None:
        axis = tuple(d for d, n in enumerate(a.shape) if n == 1)
    return lax.squeeze(a, axis if isinstance(axis, (tuple, list)) else (axis,))


def broadcast_to(array: Any, shape: Any, *, out_sharding: None = None) -> Any:
    """`array` repeated along new leading dimensions and dimensions of size 1.

    >>> broadcast_to(array([1, 2]), (2, 2))
    Array([[1, 2],
           [1, 2]], dtype=int32)
    """
    if out_sharding is not None:
        check_place("broadcast_to", None, out_sharding)
    array, shape = as_array("broadcast_to", array), _shape("broadcast_to", shape)
    fits = len(shape) >= array.ndim and all(n in (1, m) for n, m in zip(array.shape[::-1], shape[::-1], strict=False))
    if not fits:
        raise errors.make(
            errors.ShapeError, "broadcast_to", f"expected a shape that {array.shape} broadcasts to but got {shape}"
        )
    return broadcast(array, shape)


def broadcast_arrays(*args: Any) -> list[Any]:
    """The arrays broadcast to one shape.

    >>> [a.shape for a in broadcast_arrays(array([1, 2]), 3)]
    [(2,), (2,)]
    """
    return broadcast_all("broadcast_arrays", [as_array("broadcast_arrays", x) for x in args])


def broadcast_shapes(*shapes: Any) -> tuple[int, ...]:
    """The shape that shapes broadcast to.

    >>> broadcast_shapes((2, 1), (3,))
    (2, 3)
    """
    return lax.broadcast_shapes(*(_shape("broadcast_shapes", s) for s in shapes))


def _at_least(function: str, rank: int, xs: tuple[Any, ...]) -> Any:
    out = []
    for x in xs:
        x = as_array(function, x) if not isinstance(x, (list, tuple)) else array(x)
        missing = rank - x.ndim
        if missing > 0:
            # NumPy's order for rank 3: (1, n, 1) for a vector, (m, n, 1) for a matrix
            after = rank == 3 and x.ndim in (1, 2)
            shape = (1,) * (missing - after) + x.shape + (1,) * after
            x = lax.reshape(x, shape)
        out.append(x)
    return out[0] if len(out) == 1 else out


def atleast_1d(*arys: Any) -> Any:
    """The arrays with at least one dimension.

    >>> atleast_1d(3)
    Array([3], dtype=int32, weak_type=True)
    """
    return _at_least("atleast_1d", 1, arys)


def atleast_2d(*arys: Any) -> Any:
    """The arrays with at least two dimensions.

    >>> atleast_2d(array([1, 2])).shape
    (1, 2)
    """
    return _at_least("atleast_2d", 2, arys)


def atleast_3d(*arys: Any) -> Any:
    """The arrays with at least three dimensions.

    >>> atleast_3d(array([1, 2])).shape
    (1, 2, 1)
    """
    return _at_least("atleast_3d", 3, arys)
