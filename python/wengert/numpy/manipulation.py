# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions that move elements: shapes, joins, splits, repeats, flips, paddings, diagonals."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from wengert import dtypes, errors, lax
from wengert.array import Array
from wengert.lax._operands import (
    as_array,
    axis_index,
    axis_tuple,
    broadcast,
    broadcast_all,
    convert,
    promote,
)
from wengert.numpy.creation import _shape, array

__all__ = [
    "append", "array_split", "atleast_1d", "atleast_2d", "atleast_3d", "broadcast_arrays", "broadcast_shapes",
    "broadcast_to", "column_stack", "concat", "concatenate", "dstack", "expand_dims", "flip", "fliplr",
    "flipud", "hsplit", "hstack", "matrix_transpose", "moveaxis", "pad", "permute_dims", "ravel", "repeat",
    "reshape", "resize", "roll", "rollaxis", "rot90", "row_stack", "split", "squeeze", "stack", "swapaxes",
    "tile", "transpose", "unstack", "vsplit", "vstack",
]  # fmt: skip

# ---------------------------------------------------------------------------------------------------------------------
# Shape


def reshape(x: Any, shape: Any = None, order: str = "C", *, newshape: Any = None, copy: bool | None = None) -> Any:
    """x in another shape of the same size; one entry may be -1 and is computed.

    Args:
      order: "C" for row-major, "F" for column-major reading and writing.

    Raises:
      ShapeError: the sizes differ.

    >>> reshape(array([1, 2, 3, 4]), (2, -1))
    Array([[1, 2],
           [3, 4]], dtype=int32)
    """
    x = as_array("reshape", x)
    shape = newshape if shape is None else shape
    sizes = [operator.index(n) for n in shape] if isinstance(shape, (tuple, list)) else [operator.index(shape)]
    if sizes.count(-1) == 1:
        rest = -math.prod(sizes)
        if rest == 0 or x.size % rest:
            raise errors.make(
                errors.ShapeError,
                "reshape",
                f"expected a shape that divides size {x.size} but got {tuple(sizes)} for an array of shape {x.shape}",
            )
        sizes[sizes.index(-1)] = x.size // rest
    if order == "F":
        return transpose(lax.reshape(transpose(x), sizes[::-1]))
    return lax.reshape(x, sizes)


def ravel(x: Any, order: str = "C") -> Any:
    """x with one dimension.

    >>> ravel(array([[1], [2]]))
    Array([1, 2], dtype=int32)
    """
    return reshape(x, -1 if as_array("ravel", x).size else 0, order)


def transpose(x: Any, axes: Sequence[int] | None = None) -> Any:
    """x with its dimensions permuted, in reverse order by default.

    >>> transpose(array([[1, 2]])).shape
    (2, 1)
    """
    x = as_array("transpose", x)
    if axes is None:
        return lax.transpose(x, range(x.ndim - 1, -1, -1)) if x.ndim > 1 else x
    return lax.transpose(x, [axis_index("transpose", a, x.ndim) for a in axes])


permute_dims = transpose


def matrix_transpose(x: Any, /) -> Any:
    """x with its last two dimensions exchanged.

    >>> matrix_transpose(array([[1, 2]])).shape
    (2, 1)
    """
    x = as_array("matrix_transpose", x)
    if x.ndim < 2:
        raise errors.make(errors.ShapeError, "matrix_transpose", f"expected rank 2 or more but got shape {x.shape}")
    return swapaxes(x, -1, -2)


def swapaxes(x: Any, axis1: int, axis2: int) -> Any:
    """x with two dimensions exchanged.

    >>> swapaxes(array([[1, 2]]), 0, 1).shape
    (2, 1)
    """
    x = as_array("swapaxes", x)
    order = list(range(x.ndim))
    a, b = axis_index("swapaxes", axis1, x.ndim), axis_index("swapaxes", axis2, x.ndim)
    order[a], order[b] = b, a
    return lax.transpose(x, order)


def moveaxis(x: Any, source: Any, destination: Any) -> Any:
    """x with dimensions moved, the others keeping their order.

    >>> moveaxis(array([[[1, 2]]]), -1, 0).shape
    (2, 1, 1)
    """
    x = as_array("moveaxis", x)
    src = [axis_index("moveaxis", a, x.ndim) for a in (source if isinstance(source, (tuple, list)) else (source,))]
    dst = [
        axis_index("moveaxis", a, x.ndim)
        for a in (destination if isinstance(destination, (tuple, list)) else (destination,))
    ]
    if len(src) != len(dst) or len(set(src)) != len(src) or len(set(dst)) != len(dst):
        raise errors.make(
            errors.ShapeError, "moveaxis", f"expected as many distinct sources as destinations but got {src} and {dst}"
        )
    order = [d for d in range(x.ndim) if d not in src]
    for d, s in sorted(zip(dst, src, strict=True)):
        order.insert(d, s)
    return lax.transpose(x, order)


def rollaxis(x: Any, axis: int, start: int = 0) -> Any:
    """x with `axis` moved in front of `start`.

    >>> rollaxis(array([[1, 2]]), 1).shape
    (2, 1)
    """
    x = as_array("rollaxis", x)
    axis = axis_index("rollaxis", axis, x.ndim)
    start = start + x.ndim if start < 0 else start
    return moveaxis(x, axis, start - 1 if axis < start else start)


def expand_dims(x: Any, axis: Any) -> Any:
    """x with new dimensions of size 1 at these positions of the result.

    >>> expand_dims(array([1, 2]), 1).shape
    (2, 1)
    """
    return lax.expand_dims(x, axis if isinstance(axis, (tuple, list)) else (axis,))


def squeeze(x: Any, axis: Any = None) -> Any:
    """x without its dimensions of size 1, or without those in `axis`.

    >>> squeeze(array([[1, 2]])).shape
    (2,)
    """
    x = as_array("squeeze", x)
    if axis is None:
        axis = tuple(d for d, n in enumerate(x.shape) if n == 1)
    return lax.squeeze(x, axis if isinstance(axis, (tuple, list)) else (axis,))


def broadcast_to(x: Any, shape: Any) -> Any:
    """x repeated along new leading dimensions and dimensions of size 1.

    >>> broadcast_to(array([1, 2]), (2, 2))
    Array([[1, 2],
           [1, 2]], dtype=int32)
    """
    x, shape = as_array("broadcast_to", x), _shape("broadcast_to", shape)
    fits = len(shape) >= x.ndim and all(n in (1, m) for n, m in zip(x.shape[::-1], shape[::-1], strict=False))
    if not fits:
        raise errors.make(
            errors.ShapeError, "broadcast_to", f"expected a shape that {x.shape} broadcasts to but got {shape}"
        )
    return broadcast(x, shape)


def broadcast_arrays(*xs: Any) -> list[Any]:
    """The arrays broadcast to one shape.

    >>> [a.shape for a in broadcast_arrays(array([1, 2]), 3)]
    [(2,), (2,)]
    """
    return broadcast_all("broadcast_arrays", [as_array("broadcast_arrays", x) for x in xs])


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


def atleast_1d(*xs: Any) -> Any:
    """The arrays with at least one dimension.

    >>> atleast_1d(3)
    Array([3], dtype=int32, weak_type=True)
    """
    return _at_least("atleast_1d", 1, xs)


def atleast_2d(*xs: Any) -> Any:
    """The arrays with at least two dimensions.

    >>> atleast_2d(array([1, 2])).shape
    (1, 2)
    """
    return _at_least("atleast_2d", 2, xs)


def atleast_3d(*xs: Any) -> Any:
    """The arrays with at least three dimensions.

    >>> atleast_3d(array([1, 2])).shape
    (1, 2, 1)
    """
    return _at_least("atleast_3d", 3, xs)


# ---------------------------------------------------------------------------------------------------------------------
# Joining and splitting


def _sequence(function: str, xs: Any) -> list[Any]:
    if not isinstance(xs, (tuple, list)):
        x = as_array(function, xs)
        return [x[i] for i in range(x.shape[0])] if x.ndim else [x]
    return promote(function, [array(x) if isinstance(x, (list, tuple)) else x for x in xs]) if xs else []


def concatenate(arrays: Any, axis: int | None = 0, dtype: Any = None) -> Any:
    """The arrays one after the other along `axis`, flattened first if it is None.

    Raises:
      ShapeError: their other sizes differ.

    >>> concatenate([array([1, 2]), array([3])])
    Array([1, 2, 3], dtype=int32)
    """
    xs = _sequence("concatenate", arrays)
    if axis is None:
        xs, axis = [ravel(x) for x in xs], 0
    if xs and not xs[0].ndim:
        raise errors.make(
            errors.ShapeError, "concatenate", "expected arrays of rank 1 or more but got scalars", remedy="use stack"
        )
    out = lax.concatenate(xs, axis)
    return out if dtype is None else convert(out, dtypes.canonical(dtype))


concat = concatenate


def stack(arrays: Any, axis: int = 0, out: None = None, dtype: Any = None) -> Any:
    """The arrays of one shape side by side along a new dimension.

    Raises:
      ShapeError: the shapes differ.

    >>> stack([array([1, 2]), array([3, 4])])
    Array([[1, 2],
           [3, 4]], dtype=int32)
    """
    xs = _sequence("stack", arrays)
    if any(x.shape != xs[0].shape for x in xs):
        given = ", ".join(str(x.shape) for x in xs)
        raise errors.make(errors.ShapeError, "stack", f"expected arrays of one shape but got {given}")
    if not xs:
        raise errors.make(errors.ShapeError, "stack", "expected at least one array but got none")
    axis = axis_index("stack", axis, xs[0].ndim + 1)
    result = lax.concatenate([lax.expand_dims(x, (axis,)) for x in xs], axis)
    return result if dtype is None else convert(result, dtypes.canonical(dtype))


def vstack(arrays: Any, dtype: Any = None) -> Any:
    """The arrays one below the other.

    >>> vstack([array([1, 2]), array([3, 4])]).shape
    (2, 2)
    """
    return concatenate([atleast_2d(x) for x in _sequence("vstack", arrays)], 0, dtype)


row_stack = vstack


def hstack(arrays: Any, dtype: Any = None) -> Any:
    """The arrays one beside the other.

    >>> hstack([array([1, 2]), array([3])])
    Array([1, 2, 3], dtype=int32)
    """
    xs = [atleast_1d(x) for x in _sequence("hstack", arrays)]
    return concatenate(xs, 0 if xs and xs[0].ndim == 1 else 1, dtype)


def dstack(arrays: Any, dtype: Any = None) -> Any:
    """The arrays one behind the other, along the third dimension.

    >>> dstack([array([1, 2]), array([3, 4])]).shape
    (1, 2, 2)
    """
    return concatenate([atleast_3d(x) for x in _sequence("dstack", arrays)], 2, dtype)


def column_stack(arrays: Any) -> Any:
    """Vectors as the columns of a matrix.

    >>> column_stack([array([1, 2]), array([3, 4])])
    Array([[1, 3],
           [2, 4]], dtype=int32)
    """
    xs = _sequence("column_stack", arrays)
    return concatenate([x if x.ndim > 1 else lax.reshape(x, (x.size, 1)) for x in xs], 1)


def append(x: Any, values: Any, axis: int | None = None) -> Any:
    """`values` after x, both flattened if `axis` is None.

    >>> append(array([1, 2]), 3)
    Array([1, 2, 3], dtype=int32)
    """
    return concatenate([x, values], axis)


def unstack(x: Any, /, *, axis: int = 0) -> tuple[Any, ...]:
    """The parts of x along `axis`, without it.

    >>> unstack(array([1, 2]))
    (Array(1, dtype=int32), Array(2, dtype=int32))
    """
    x = as_array("unstack", x)
    axis = axis_index("unstack", axis, x.ndim)
    return tuple(lax.index_in_dim(x, i, axis, False) for i in range(x.shape[axis]))


def _split(function: str, x: Any, sections: Any, axis: int, even: bool) -> list[Any]:
    x = as_array(function, x)
    axis = axis_index(function, axis, x.ndim)
    n = x.shape[axis]
    if isinstance(sections, (int, np.integer)):
        if even and n % sections:
            raise errors.make(
                errors.ShapeError, function, f"expected a number of parts that divides {n} but got {sections}"
            )
        small, more = divmod(n, sections)
        bounds = [0]
        for i in range(sections):
            bounds.append(bounds[-1] + small + (i < more))
    else:
        points = [int(i) for i in (sections.tolist() if hasattr(sections, "tolist") else sections)]
        bounds = [0, *(min(max(i + n if i < 0 else i, 0), n) for i in points), n]
    return [lax.slice_in_dim(x, a, max(a, b), 1, axis) for a, b in itertools.pairwise(bounds)]


def split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """x in equal parts along `axis`, or cut at the given indices.

    Raises:
      ShapeError: the number of parts does not divide the size.

    >>> split(array([1, 2, 3, 4]), 2)
    [Array([1, 2], dtype=int32), Array([3, 4], dtype=int32)]
    """
    return _split("split", x, indices_or_sections, axis, True)


def array_split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """x in parts along `axis` whose sizes differ by at most one.

    >>> [p.tolist() for p in array_split(array([1, 2, 3]), 2)]
    [[1, 2], [3]]
    """
    return _split("array_split", x, indices_or_sections, axis, False)


def vsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """`split` along the first dimension.

    >>> len(vsplit(array([[1], [2]]), 2))
    2
    """
    return split(x, indices_or_sections, 0)


def hsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """`split` along the second dimension (the first of a vector).

    >>> len(hsplit(array([[1, 2]]), 2))
    2
    """
    return split(x, indices_or_sections, 0 if as_array("hsplit", x).ndim == 1 else 1)


# ---------------------------------------------------------------------------------------------------------------------
# Repeating, flipping, padding


def tile(x: Any, reps: Any) -> Any:
    """x repeated as a whole along every dimension.

    >>> tile(array([1, 2]), 2)
    Array([1, 2, 1, 2], dtype=int32)
    """
    x, reps = as_array("tile", x), _shape("tile", reps)
    rank = max(x.ndim, len(reps))
    reps = (1,) * (rank - len(reps)) + reps
    shape = (1,) * (rank - x.ndim) + x.shape
    doubled = tuple(m for r, n in zip(reps, shape, strict=True) for m in (r, n))
    dims = tuple(2 * i + 1 for i in range(rank - x.ndim, rank))
    out = lax.broadcast_in_dim(x, doubled, dims)
    return lax.reshape(out, [r * n for r, n in zip(reps, shape, strict=True)])


def repeat(x: Any, repeats: Any, axis: int | None = None, *, total_repeat_length: int | None = None) -> Any:
    """Every element repeated, along `axis` or of the flattened array; the counts must not be traced.

    >>> repeat(array([1, 2]), 2)
    Array([1, 1, 2, 2], dtype=int32)
    """
    x = as_array("repeat", x)
    if axis is None:
        x, axis = ravel(x), 0
    axis = axis_index("repeat", axis, x.ndim)
    if isinstance(repeats, (int, np.integer)):
        n = x.shape[axis]
        wide = lax.broadcast_in_dim(
            x, (*x.shape[: axis + 1], int(repeats), *x.shape[axis + 1 :]), [d + (d > axis) for d in range(x.ndim)]
        )
        return lax.reshape(wide, (*x.shape[:axis], n * int(repeats), *x.shape[axis + 1 :]))
    counts = np.asarray(repeats)
    source = np.repeat(np.arange(x.shape[axis]), counts)
    if total_repeat_length is not None:
        source = np.resize(source, total_repeat_length) if source.size < total_repeat_length else source
        source = source[:total_repeat_length]
    return lax.take(x, Array._wrap(source.astype(np.int32)), axis)


def flip(x: Any, axis: Any = None) -> Any:
    """x with the order along `axis` (all by default) reversed.

    >>> flip(array([1, 2, 3]))
    Array([3, 2, 1], dtype=int32)
    """
    x = as_array("flip", x)
    return lax.rev(x, axis_tuple("flip", axis, x.ndim))


def fliplr(x: Any) -> Any:
    """x with its columns in reverse order.

    >>> fliplr(array([[1, 2]]))
    Array([[2, 1]], dtype=int32)
    """
    return flip(x, 1)


def flipud(x: Any) -> Any:
    """x with its rows in reverse order.

    >>> flipud(array([1, 2]))
    Array([2, 1], dtype=int32)
    """
    return flip(x, 0)


def rot90(x: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Any:
    """x turned by k quarter turns in the plane of two axes.

    >>> rot90(array([[1, 2]]))
    Array([[2],
           [1]], dtype=int32)
    """
    x = as_array("rot90", x)
    a, b = (axis_index("rot90", d, x.ndim) for d in axes)
    k %= 4
    if k == 2:
        return flip(x, (a, b))
    if k == 1:
        return swapaxes(flip(x, b), a, b)
    return flip(swapaxes(x, a, b), b) if k == 3 else x


def roll(x: Any, shift: Any, axis: Any = None) -> Any:
    """x with its elements moved round by `shift`, a traced integer or ints, along `axis` or as one row.

    >>> roll(array([1, 2, 3]), 1)
    Array([3, 1, 2], dtype=int32)
    """
    x = as_array("roll", x)
    if axis is None:
        return lax.reshape(roll(ravel(x), shift, 0), x.shape)
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    shifts = shift if isinstance(shift, (tuple, list)) else (shift,) * len(axes)
    for s, a in zip(shifts, axes, strict=True):
        a = axis_index("roll", a, x.ndim)
        n = x.shape[a]
        if not n:
            continue
        if isinstance(s, (int, np.integer)):
            k = int(s) % n
            if k:
                parts = [lax.slice_in_dim(x, n - k, n, 1, a), lax.slice_in_dim(x, 0, n - k, 1, a)]
                x = lax.concatenate(parts, a)
        else:
            twice = lax.concatenate([x, x], a)
            x = lax.dynamic_slice_in_dim(twice, (-as_array("roll", s)) % n, n, a)
    return x


def pad(x: Any, pad_width: Any, mode: str = "constant", *, constant_values: Any = 0) -> Any:
    """x with values put before and after each dimension.

    Args:
      pad_width: n, (before, after), or one such pair for each dimension.
      mode: "constant", "edge", "reflect", "symmetric" or "wrap".

    >>> pad(array([1, 2]), (1, 2))
    Array([0, 1, 2, 0, 0], dtype=int32)
    """
    x = as_array("pad", x)
    width = np.broadcast_to(np.asarray(pad_width), (x.ndim, 2)).tolist()
    if mode == "constant":
        value = convert(as_array("pad", constant_values), x.dtype, True)
        if value.ndim == 0:
            return lax.pad(x, value, [(a, b, 0) for a, b in width])
        values = np.broadcast_to(np.asarray(constant_values), (x.ndim, 2)).tolist()
        for d, ((a, b), (u, v)) in enumerate(zip(width, values, strict=True)):
            nothing = [(0, 0, 0)] * x.ndim
            before, after = list(nothing), list(nothing)
            before[d], after[d] = (a, 0, 0), (0, b, 0)
            x = lax.pad(lax.pad(x, u, before), v, after)
        return x
    if mode not in ("edge", "reflect", "symmetric", "wrap"):
        raise errors.make(
            errors.ShapeError, "pad", f"expected mode constant, edge, reflect, symmetric or wrap but got {mode!r}"
        )
    for d, (a, b) in enumerate(width):
        if a or b:
            source = np.pad(np.arange(x.shape[d]), (a, b), cast(Any, mode))
            x = lax.take(x, Array._wrap(source.astype(np.int32)), d)
    return x


def resize(x: Any, new_shape: Any) -> Any:
    """The elements of x, repeated as often as needed, in another shape.

    >>> resize(array([1, 2]), (3,))
    Array([1, 2, 1], dtype=int32)
    """
    x, shape = ravel(x), _shape("resize", new_shape)
    size = math.prod(shape)
    copies = tile(x, -(-size // max(x.size, 1)))
    return lax.reshape(lax.slice_in_dim(copies, 0, size), shape)
