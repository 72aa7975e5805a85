# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Where an array is not 0.

How many places there are depends on the values. Outside of traced functions that is no matter; in them `size` says it:
more are cut off, fewer are filled up with `fill_value`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert.array import Array
from wengert.lax._operands import as_array, convert, in_trace_of, is_eager, is_tracer
from wengert.numpy import logic
from wengert.numpy.joining import stack
from wengert.numpy.manipulation import ravel
from wengert.numpy.reductions import cumsum

__all__ = ["argwhere", "flatnonzero", "nonzero"]


def concrete(function: str, x: Any, reason: str = ", whose result's shape depends on them") -> np.ndarray:
    """The values of x, for functions that cannot do without, for a reason that the message says.

    Raises:
      ConcretizationError: x is traced and has no value.
    """
    x = as_array(function, x)
    if is_tracer(x):
        from wengert.tracer import concrete_value

        return concrete_value(x, f"values for {function}{reason}")
    return x._data


OR_SIZE = ", or the argument size,"


def host_array(data: np.ndarray) -> Array:
    """The array of what NumPy has computed, 64-bit types narrowed unless `enable_x64` is set."""
    return Array._wrap(np.array(data, dtypes.canonical(data.dtype), order="C"))


def first_places(mask: Any, size: int) -> tuple[Any, Any]:
    """The first `size` places where the vector of bools is true, 0 behind the last one; and how many there are."""
    n = mask.shape[0]
    if is_eager(mask):
        found = np.flatnonzero(mask._data)[:size]
        places = np.zeros((size,), np.int32)
        places[: found.size] = found
        return Array._wrap(places), Array._wrap(np.asarray(found.size, np.int32))
    rank = cumsum(convert(mask, dtypes.int32))
    if not n or not size:
        return in_trace_of(lax.full((size,), np.int32(0)), mask), in_trace_of(lax.full((), np.int32(0)), mask)
    target = logic.where(mask, rank - 1, size)
    places = in_trace_of(lax.full((size,), np.int32(0)), mask).at[target].set(lax.iota("int32", n), mode="drop")
    count = lax.index_in_dim(rank, n - 1, 0, False)
    return places, logic.where(count < size, count, size)


def _fills(function: str, fill_value: Any, rank: int) -> list[Any]:
    values = list(fill_value) if isinstance(fill_value, tuple | list) else [fill_value] * rank
    if len(values) != rank:
        raise errors.make(errors.ShapeError, function, f"expected {rank} values to fill with but got {len(values)}")
    return [0 if v is None else v for v in values]


def nonzero(a: Any, *, size: int | None = None, fill_value: Any = None) -> tuple[Any, ...]:
    """The indices of the elements that are not 0, one vector a dimension.

    Args:
      a: an array of rank 1 or more.
      size: how many to return, needed in traced functions.
      fill_value: what fills up to `size`, by default 0; a number, or a tuple with one for each dimension.

    Raises:
      ConcretizationError: a is traced and no size is given.
      ShapeError: another number of values to fill with, or a is a scalar.

    >>> import wengert.numpy as wnp
    >>> nonzero(wnp.array([0, 3, 4]))
    (Array([1, 2], dtype=int32),)
    >>> nonzero(wnp.array([0, 3, 4]), size=3, fill_value=-1)
    (Array([ 1,  2, -1], dtype=int32),)
    """
    x = as_array("nonzero", a)
    shape = x.shape
    if not shape:
        problem = "expected an array of rank 1 or more but got a scalar"
        raise errors.make(errors.ShapeError, "nonzero", problem, remedy="use atleast_1d(a)")
    if size is None:
        return tuple(host_array(f) for f in np.nonzero(concrete("nonzero", x, OR_SIZE)))
    fills = _fills("nonzero", fill_value, len(shape))
    places, count = first_places(ravel(logic.not_equal(x, 0)), size)
    valid = lax.iota("int32", size) < count
    out = []
    for d, fill in enumerate(fills):
        stride = max(math.prod(shape[d + 1 :]), 1)
        index = lax.rem(lax.div(places, lax.full_like(places, stride)), lax.full_like(places, max(shape[d], 1)))
        out.append(
            logic.where(
                valid, convert(index, dtypes.default_int()), convert(as_array("nonzero", fill), dtypes.default_int())
            )
        )
    return tuple(out)


def flatnonzero(a: Any, *, size: int | None = None, fill_value: Any = None) -> Any:
    """The indices of the elements of the flattened array that are not 0.

    Args:
      a: an array.
      size, fill_value: as for `nonzero`.

    Raises:
      ConcretizationError: a is traced and no size is given.

    >>> import wengert.numpy as wnp
    >>> flatnonzero(wnp.array([0, 3]))
    Array([1], dtype=int32)
    """
    return nonzero(ravel(a), size=size, fill_value=fill_value)[0]


def argwhere(a: Any, *, size: int | None = None, fill_value: Any = None) -> Any:
    """The indices of the elements that are not 0, one a row.

    Args:
      a: an array.
      size, fill_value: as for `nonzero`.

    Raises:
      ConcretizationError: a is traced and no size is given.

    >>> import wengert.numpy as wnp
    >>> argwhere(wnp.array([0, 3]))
    Array([[1]], dtype=int32)
    """
    x = as_array("argwhere", a)
    found = nonzero(x if x.ndim else ravel(x), size=size, fill_value=fill_value)
    if not x.ndim:
        return lax.full((found[0].shape[0], 0), 0, dtypes.default_int())
    return stack(found, 1)
