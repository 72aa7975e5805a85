# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Arrays joined and split: one after the other, side by side, in parts."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert.lax._operands import as_array, axis_index, convert, is_tracer, promote
from wengert.numpy.creation import array
from wengert.numpy.manipulation import atleast_1d, atleast_2d, atleast_3d, ravel

__all__ = [
    "append", "array_split", "block", "column_stack", "concat", "concatenate", "dsplit", "dstack", "hsplit", "hstack",
    "row_stack", "split", "stack", "unstack", "vsplit", "vstack",
]  # fmt: skip


def _sequence(function: str, xs: Any) -> list[Any]:
    if not isinstance(xs, (tuple, list)):
        x = as_array(function, xs)
        return [x[i] for i in range(x.shape[0])] if x.ndim else [x]
    return promote(function, [array(x) if isinstance(x, (list, tuple)) else x for x in xs]) if xs else []


def concatenate(arrays: Any, axis: int | None = 0, dtype: Any = None) -> Any:
    """The arrays one after the other along `axis`, flattened first if it is None.

    Raises:
      ShapeError: their other sizes differ.

    >>> import wengert.numpy as wnp
    >>> concatenate([wnp.array([1, 2]), wnp.array([3])])
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

    >>> import wengert.numpy as wnp
    >>> stack([wnp.array([1, 2]), wnp.array([3, 4])])
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

    >>> import wengert.numpy as wnp
    >>> vstack([wnp.array([1, 2]), wnp.array([3, 4])]).shape
    (2, 2)
    """
    return concatenate([atleast_2d(x) for x in _sequence("vstack", tup)], 0, dtype)


row_stack = vstack


def hstack(tup: Any, dtype: Any = None) -> Any:
    """The arrays one beside the other.

    >>> import wengert.numpy as wnp
    >>> hstack([wnp.array([1, 2]), wnp.array([3])])
    Array([1, 2, 3], dtype=int32)
    """
    xs = [atleast_1d(x) for x in _sequence("hstack", tup)]
    return concatenate(xs, 0 if xs and xs[0].ndim == 1 else 1, dtype)


def dstack(tup: Any, dtype: Any = None) -> Any:
    """The arrays one behind the other, along the third dimension.

    >>> import wengert.numpy as wnp
    >>> dstack([wnp.array([1, 2]), wnp.array([3, 4])]).shape
    (1, 2, 2)
    """
    return concatenate([atleast_3d(x) for x in _sequence("dstack", tup)], 2, dtype)


def column_stack(tup: Any) -> Any:
    """Vectors as the columns of a matrix.

    >>> import wengert.numpy as wnp
    >>> column_stack([wnp.array([1, 2]), wnp.array([3, 4])])
    Array([[1, 3],
           [2, 4]], dtype=int32)
    """
    xs = _sequence("column_stack", tup)
    return concatenate([x if x.ndim > 1 else lax.reshape(x, (x.size, 1)) for x in xs], 1)


def append(arr: Any, values: Any, axis: int | None = None) -> Any:
    """`values` after `arr`, both flattened if `axis` is None.

    >>> import wengert.numpy as wnp
    >>> append(wnp.array([1, 2]), 3)
    Array([1, 2, 3], dtype=int32)
    """
    return concatenate([arr, values], axis)


def unstack(x: Any, /, *, axis: int = 0) -> tuple[Any, ...]:
    """The parts of x along `axis`, without it.

    >>> import wengert.numpy as wnp
    >>> unstack(wnp.array([1, 2]))
    (Array(1, dtype=int32), Array(2, dtype=int32))
    """
    x = as_array("unstack", x)
    axis = axis_index("unstack", axis, x.ndim)
    return tuple(lax.index_in_dim(x, i, axis, False) for i in range(x.shape[axis]))


def _split(function: str, x: Any, sections: Any, axis: int, even: bool) -> list[Any]:
    x = as_array(function, x)
    axis = axis_index(function, axis, x.ndim)
    n = x.shape[axis]
    if is_tracer(sections) or (hasattr(sections, "ndim") and not sections.ndim):
        from wengert.numpy.counting import concrete

        values = concrete(function, sections, ", which say how many parts there are")
        sections = values if values.ndim else int(values)
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

    >>> import wengert.numpy as wnp
    >>> split(wnp.array([1, 2, 3, 4]), 2)
    [Array([1, 2], dtype=int32), Array([3, 4], dtype=int32)]
    """
    return _split("split", ary, indices_or_sections, axis, True)


def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """`ary` in parts along `axis` whose sizes differ by at most one.

    >>> import wengert.numpy as wnp
    >>> [p.tolist() for p in array_split(wnp.array([1, 2, 3]), 2)]
    [[1, 2], [3]]
    """
    return _split("array_split", ary, indices_or_sections, axis, False)


def vsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """`split` along the first dimension.

    >>> import wengert.numpy as wnp
    >>> len(vsplit(wnp.array([[1], [2]]), 2))
    2
    """
    return split(ary, indices_or_sections, 0)


def hsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """`split` along the second dimension (the first of a vector).

    >>> import wengert.numpy as wnp
    >>> len(hsplit(wnp.array([[1, 2]]), 2))
    2
    """
    return split(ary, indices_or_sections, 0 if as_array("hsplit", ary).ndim == 1 else 1)


def dsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    """`split` along the third dimension.

    Raises:
      ShapeError: there is no third dimension, or the number of parts does not divide it.

    >>> import wengert.numpy as wnp
    >>> len(dsplit(wnp.zeros((1, 1, 4)), 2))
    2
    """
    return split(ary, indices_or_sections, 2)


def block(arrays: Any) -> Any:
    """Blocks put together as nested lists show them: the innermost lists along the last dimension, and so on.

    Args:
      arrays: an array, or nested lists of arrays and numbers, all of one depth.

    Raises:
      ShapeError: lists of different depths or without elements, or blocks that do not fit.

    >>> import wengert.numpy as wnp
    >>> block([[wnp.ones((1, 2)), wnp.zeros((1, 1))], [2 * wnp.ones((1, 3))]])
    Array([[1., 1., 0.],
           [2., 2., 2.]], dtype=float32)
    """
    depth = _depth(arrays)
    if not depth:
        return array(arrays)
    rank = max(depth, *(leaf.ndim for leaf in _leaves(arrays)))

    def put(part: Any, level: int) -> Any:
        if not isinstance(part, list):
            x = array(part)
            return lax.reshape(x, (1,) * (rank - x.ndim) + x.shape)
        return concatenate([put(p, level + 1) for p in part], rank - depth + level)

    return put(arrays, 0)


def _leaves(part: Any) -> list[Any]:
    return [x for p in part for x in _leaves(p)] if isinstance(part, list) else [array(part)]


def _depth(part: Any) -> int:
    if not isinstance(part, list):
        return 0
    depths = {_depth(p) for p in part}
    if len(depths) != 1:
        given = "none" if not depths else f"depths {sorted(depths)}"
        raise errors.make(errors.ShapeError, "block", f"expected lists of blocks of one depth but got {given}")
    return depths.pop() + 1
