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


def reshape(a: Any, shape: Any = None, order: str = "C", *, newshape: Any = None, copy: bool | None = None) -> Any:
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
    shape = newshape if shape is None else shape
    sizes = [operator.index(n) for n in shape] if isinstance(shape, (tuple, list)) else [operator.index(shape)]
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


def ravel(a: Any, order: str = "C") -> Any:
    """`a` with one dimension.

    >>> ravel(array([[1], [2]]))
    Array([1, 2], dtype=int32)
    """
    return reshape(a, -1 if as_array("ravel", a).size else 0, order)


def transpose(a: Any, axes: Sequence[int] | None = None) -> Any:
    """`a` with its dimensions permuted, in reverse order by default.

    >>> transpose(array([[1, 2]])).shape
    (2, 1)
    """
    a = as_array("transpose", a)
    if axes is None:
        return lax.transpose(a, range(a.ndim - 1, -1, -1)) if a.ndim > 1 else a
    return lax.transpose(a, [axis_index("transpose", d, a.ndim) for d in axes])


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


def broadcast_to(array: Any, shape: Any) -> Any:
    """`array` repeated along new leading dimensions and dimensions of size 1.

    >>> broadcast_to(array([1, 2]), (2, 2))
    Array([[1, 2],
           [1, 2]], dtype=int32)
    """
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


def vstack(tup: Any, dtype: Any = None) -> Any:
    """The arrays one below the other.

    >>> vstack([array([1, 2]), array([3, 4])]).shape
    (2, 2)
    """
    return concatenate([atleast_2d(x) for x in _sequence("vstack", tup)], 0, dtype)


row_stack = vstack


def hstack(tup: Any, dtype: Any = None) -> Any:
    """The arrays one beside the other.

    >>> hstack([array([1, 2]), array([3])])
    Array([1, 2, 3], dtype=int32)
    """
    xs = [atleast_1d(x) for x in _sequence("hstack", tup)]
    return concatenate(xs, 0 if xs and xs[0].ndim == 1 else 1, dtype)


def dstack(tup: Any, dtype: Any = None) -> Any:
    """The arrays one behind the other, along the third dimension.

    >>> dstack([array([1, 2]), array([3, 4])]).shape
    (1, 2, 2)
    """
    return concatenate([atleast_3d(x) for x in _sequence("dstack", tup)], 2, dtype)


def column_stack(tup: Any) -> Any:
    """Vectors as the columns of a matrix.

    >>> column_stack([array([1, 2]), array([3, 4])])
    Array([[1, 3],
           [2, 4]], dtype=int32)
    """
    xs = _sequence("column_stack", tup)
    return concatenate([x if x.ndim > 1 else lax.reshape(x, (x.size, 1)) for x in xs], 1)


def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    """`values` after `arr`, both flattened if `axis` is None.

    >>> append(array([1, 2]), 3)
    Array([1, 2, 3], dtype=int32)
    """
    return concatenate([arr, values], axis)


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


def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """`ary` in equal parts along `axis`, or cut at the given indices.

    Raises:
      ShapeError: the number of parts does not divide the size.

    >>> split(array([1, 2, 3, 4]), 2)
    [Array([1, 2], dtype=int32), Array([3, 4], dtype=int32)]
    """
    return _split("split", ary, indices_or_sections, axis, True)


def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """`ary` in parts along `axis` whose sizes differ by at most one.

    >>> [p.tolist() for p in array_split(array([1, 2, 3]), 2)]
    [[1, 2], [3]]
    """
    return _split("array_split", ary, indices_or_sections, axis, False)


def vsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """`split` along the first dimension.

    >>> len(vsplit(array([[1], [2]]), 2))
    2
    """
    return split(ary, indices_or_sections, 0)


def hsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """`split` along the second dimension (the first of a vector).

    >>> len(hsplit(array([[1, 2]]), 2))
    2
    """
    return split(ary, indices_or_sections, 0 if as_array("hsplit", ary).ndim == 1 else 1)


# ---------------------------------------------------------------------------------------------------------------------
# Repeating, flipping, padding


def tile(A: Any, reps: Any) -> Any:
    """`A` repeated as a whole along every dimension.

    >>> tile(array([1, 2]), 2)
    Array([1, 2, 1, 2], dtype=int32)
    """
    A, reps = as_array("tile", A), _shape("tile", reps)
    rank = max(A.ndim, len(reps))
    reps = (1,) * (rank - len(reps)) + reps
    shape = (1,) * (rank - A.ndim) + A.shape
    doubled = tuple(m for r, n in zip(reps, shape, strict=True) for m in (r, n))
    dims = tuple(2 * i + 1 for i in range(rank - A.ndim, rank))
    out = lax.broadcast_in_dim(A, doubled, dims)
    return lax.reshape(out, [r * n for r, n in zip(reps, shape, strict=True)])


def repeat(a: Any, repeats: Any, axis: int | None = None, *, total_repeat_length: int | None = None) -> Any:
    """Every element repeated, along `axis` or of the flattened array; the counts must not be traced.

    >>> repeat(array([1, 2]), 2)
    Array([1, 1, 2, 2], dtype=int32)
    """
    a = as_array("repeat", a)
    if axis is None:
        a, axis = ravel(a), 0
    axis = axis_index("repeat", axis, a.ndim)
    if isinstance(repeats, (int, np.integer)):
        n = a.shape[axis]
        wide = lax.broadcast_in_dim(
            a, (*a.shape[: axis + 1], int(repeats), *a.shape[axis + 1 :]), [d + (d > axis) for d in range(a.ndim)]
        )
        return lax.reshape(wide, (*a.shape[:axis], n * int(repeats), *a.shape[axis + 1 :]))
    counts = np.asarray(repeats)
    source = np.repeat(np.arange(a.shape[axis]), counts)
    if total_repeat_length is not None:
        source = np.resize(source, total_repeat_length) if source.size < total_repeat_length else source
        source = source[:total_repeat_length]
    return lax.take(a, Array._wrap(source.astype(np.int32)), axis)


def flip(m: Any, axis: Any = None) -> Any:
    """`m` with the order along `axis` (all by default) reversed.

    >>> flip(array([1, 2, 3]))
    Array([3, 2, 1], dtype=int32)
    """
    m = as_array("flip", m)
    return lax.rev(m, axis_tuple("flip", axis, m.ndim))


def fliplr(m: Any) -> Any:
    """`m` with its columns in reverse order.

    >>> fliplr(array([[1, 2]]))
    Array([[2, 1]], dtype=int32)
    """
    return flip(m, 1)


def flipud(m: Any) -> Any:
    """`m` with its rows in reverse order.

    >>> flipud(array([1, 2]))
    Array([2, 1], dtype=int32)
    """
    return flip(m, 0)


def rot90(m: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Any:
    """`m` turned by k quarter turns in the plane of two axes.

    >>> rot90(array([[1, 2]]))
    Array([[2],
           [1]], dtype=int32)
    """
    m = as_array("rot90", m)
    a, b = (axis_index("rot90", d, m.ndim) for d in axes)
    k %= 4
    if k == 2:
        return flip(m, (a, b))
    if k == 1:
        return swapaxes(flip(m, b), a, b)
    return flip(swapaxes(m, a, b), b) if k == 3 else m


def roll(a: Any, shift: Any, axis: Any = None) -> Any:
    """`a` with its elements moved round by `shift`, a traced integer or ints, along `axis` or as one row.

    >>> roll(array([1, 2, 3]), 1)
    Array([3, 1, 2], dtype=int32)
    """
    a = as_array("roll", a)
    if axis is None:
        return lax.reshape(roll(ravel(a), shift, 0), a.shape)
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    shifts = shift if isinstance(shift, (tuple, list)) else (shift,) * len(axes)
    for s, d in zip(shifts, axes, strict=True):
        d = axis_index("roll", d, a.ndim)
        n = a.shape[d]
        if not n:
            continue
        if isinstance(s, (int, np.integer)):
            k = int(s) % n
            if k:
                parts = [lax.slice_in_dim(a, n - k, n, 1, d), lax.slice_in_dim(a, 0, n - k, 1, d)]
                a = lax.concatenate(parts, d)
        else:
            twice = lax.concatenate([a, a], d)
            a = lax.dynamic_slice_in_dim(twice, (-as_array("roll", s)) % n, n, d)
    return a


def pad(array: Any, pad_width: Any, mode: str = "constant", *, constant_values: Any = 0) -> Any:
    """`array` with values put before and after each dimension.

    Args:
      pad_width: n, (before, after), or one such pair for each dimension.
      mode: "constant", "edge", "reflect", "symmetric" or "wrap".

    >>> pad(array([1, 2]), (1, 2))
    Array([0, 1, 2, 0, 0], dtype=int32)
    """
    array = as_array("pad", array)
    width = np.broadcast_to(np.asarray(pad_width), (array.ndim, 2)).tolist()
    if mode == "constant":
        value = convert(as_array("pad", constant_values), array.dtype, True)
        if value.ndim == 0:
            return lax.pad(array, value, [(a, b, 0) for a, b in width])
        values = np.broadcast_to(np.asarray(constant_values), (array.ndim, 2)).tolist()
        for d, ((a, b), (u, v)) in enumerate(zip(width, values, strict=True)):
            nothing = [(0, 0, 0)] * array.ndim
            before, after = list(nothing), list(nothing)
            before[d], after[d] = (a, 0, 0), (0, b, 0)
            array = lax.pad(lax.pad(array, u, before), v, after)
        return array
    if mode not in ("edge", "reflect", "symmetric", "wrap"):
        raise errors.make(
            errors.ShapeError, "pad", f"expected mode constant, edge, reflect, symmetric or wrap but got {mode!r}"
        )
    for d, (a, b) in enumerate(width):
        if a or b:
            source = np.pad(np.arange(array.shape[d]), (a, b), cast(Any, mode))
            array = lax.take(array, Array._wrap(source.astype(np.int32)), d)
    return array


def resize(a: Any, new_shape: Any) -> Any:
    """The elements of `a`, repeated as often as needed, in another shape.

    >>> resize(array([1, 2]), (3,))
    Array([1, 2, 1], dtype=int32)
    """
    a, shape = ravel(a), _shape("resize", new_shape)
    size = math.prod(shape)
    copies = tile(a, -(-size // max(a.size, 1)))
    return lax.reshape(lax.slice_in_dim(copies, 0, size), shape)
