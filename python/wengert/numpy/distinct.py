# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The distinct elements of an array: `unique`, and the four functions of the array API standard.

How many there are depends on the values: eager code finds out, a trace needs to be told by `size`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from wengert import dtypes, errors, lax
from wengert.array import Array
from wengert.lax._operands import as_array, axis_index, convert
from wengert.numpy import logic
from wengert.numpy.counting import OR_SIZE, concrete, first_places, host_array
from wengert.numpy.manipulation import moveaxis, ravel, reshape
from wengert.numpy.reductions import cumsum
from wengert.numpy.runs import equal_runs, filled

__all__ = ["unique", "unique_all", "unique_counts", "unique_inverse", "unique_values"]


class UniqueAll(NamedTuple):
    """What `unique_all` returns."""

    values: Any
    indices: Any
    inverse_indices: Any
    counts: Any


class UniqueCounts(NamedTuple):
    """What `unique_counts` returns."""

    values: Any
    counts: Any


class UniqueInverse(NamedTuple):
    """What `unique_inverse` returns."""

    values: Any
    inverse_indices: Any


def unique(
    ar: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
    size: int | None = None,
    fill_value: Any = None,
    sorted: bool = True,
) -> Any:
    """The distinct elements of an array, sorted, or its distinct slices along `axis`.

    Args:
      ar: an array of any shape and type.
      return_index: also where each distinct element stands first in the array (flattened, or along `axis`).
      return_inverse: also, for each element, which of the distinct ones it is; of the shape of `ar` without `axis`.
      return_counts: also how often each occurs.
      axis: compare slices along this axis; None: single elements.
      equal_nan: whether all nan count as one.
      size: how many to return, necessary under a trace. If there are more, the first are returned; if there are
        less, `fill_value` follows with count 0, and the index of the first distinct one.
      fill_value: by default the first distinct one, 0 if there is none.
      sorted: nothing else is done than sorting.

    Returns:
      An array of rank 1 (of the rank of `ar` with `axis`), or a tuple of it and of what was asked for, integers.

    Raises:
      ConcretizationError: `ar` is traced and no `size` is given.
      ShapeError: `axis` is none of the array.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> unique(wnp.array([2, 1, 2]), return_counts=True)
    (Array([1, 2], dtype=int32), Array([1, 2], dtype=int32))
    >>> wg.jit(lambda x: unique(x, size=3))(wnp.array([2, 1, 2]))
    Array([1, 2, 1], dtype=int32)
    """
    wanted = (True, return_index, return_inverse, return_counts)
    if size is None:
        found = _now(concrete("unique", ar, OR_SIZE), axis, equal_nan)
    else:
        found = _of_size(as_array("unique", ar), axis, equal_nan, size, fill_value)
    out = tuple(x for x, ask in zip(found, wanted, strict=True) if ask)
    return out if len(out) > 1 else out[0]


def _now(x: np.ndarray, axis: int | None, equal_nan: bool) -> tuple[Array, ...]:
    if axis is not None:
        axis = axis_index("unique", axis, x.ndim)
    kept = x.dtype
    if kept == dtypes.bfloat16:  # NumPy does not know that it has nan
        x = x.astype(np.float32)
    values, *rest = np.unique(x, True, True, True, axis, equal_nan=equal_nan)
    return (
        host_array(values.astype(kept, copy=False)),
        *(host_array(r.astype(dtypes.default_int(), copy=False)) for r in rest),
    )


def _of_size(x: Any, axis: int | None, equal_nan: bool, size: int, fill_value: Any) -> tuple[Any, ...]:
    """As `_now`, with a number of results that does not depend on values."""
    if size < 0:
        raise errors.make(errors.ShapeError, "unique", f"expected a size of 0 or more but got {size}")
    if axis is not None:
        axis = axis_index("unique", axis, x.ndim)
    shape = x.shape if axis is None else (x.shape[axis],)
    x, along = (ravel(x), 0) if axis is None else (x, axis)
    n = x.shape[along]
    rows, starts, order = equal_runs(x, along, equal_nan)
    places, found = first_places(starts, size + 1)
    here, there = places[:size], lax.iota("int32", size) < found
    values = moveaxis(filled(rows, here, there, fill_value), 0, along)
    if not n:
        nothing = lax.full((size,), 0, dtypes.default_int())
        return values, nothing, lax.full(shape, 0, dtypes.default_int()), nothing
    which = cumsum(convert(starts, dtypes.default_int())) - 1
    ends = logic.where(lax.iota("int32", size) + 1 < found, places[1:], n)  # where the next run begins
    integers = (lax.take(order, here, 0), lax.sort((order, which), 0)[1], logic.where(there, ends - here, 0))
    indices, inverse, counts = (convert(i, dtypes.default_int()) for i in integers)
    return values, indices, reshape(inverse, shape), counts


def unique_all(x: Any, /, *, size: int | None = None, fill_value: Any = None) -> UniqueAll:
    """The distinct elements, their first places, which of them each element is, and how often each occurs.

    As in the array API standard, nan differs from nan. `size` and `fill_value` are those of `unique`.

    Raises:
      ConcretizationError: `x` is traced and no `size` is given.

    >>> import wengert.numpy as wnp
    >>> unique_all(wnp.array([2, 1, 2])).indices
    Array([1, 0], dtype=int32)
    """
    return UniqueAll(*unique(x, True, True, True, equal_nan=False, size=size, fill_value=fill_value))


def unique_counts(x: Any, /, *, size: int | None = None, fill_value: Any = None) -> UniqueCounts:
    """The distinct elements and how often each occurs; nan differs from nan.

    `size` and `fill_value` are those of `unique`.

    Raises:
      ConcretizationError: `x` is traced and no `size` is given.

    >>> import wengert.numpy as wnp
    >>> unique_counts(wnp.array([2, 1, 2])).counts
    Array([1, 2], dtype=int32)
    """
    return UniqueCounts(*unique(x, False, False, True, equal_nan=False, size=size, fill_value=fill_value))


def unique_inverse(x: Any, /, *, size: int | None = None, fill_value: Any = None) -> UniqueInverse:
    """The distinct elements, and which of them each element is; nan differs from nan.

    `size` and `fill_value` are those of `unique`.

    Raises:
      ConcretizationError: `x` is traced and no `size` is given.

    >>> import wengert.numpy as wnp
    >>> unique_inverse(wnp.array([[2, 1], [2, 2]])).inverse_indices
    Array([[1, 0],
           [1, 1]], dtype=int32)
    """
    return UniqueInverse(*unique(x, False, True, False, equal_nan=False, size=size, fill_value=fill_value))


def unique_values(x: Any, /, *, size: int | None = None, fill_value: Any = None) -> Any:
    """The distinct elements, sorted; nan differs from nan.

    `size` and `fill_value` are those of `unique`.

    Raises:
      ConcretizationError: `x` is traced and no `size` is given.

    >>> import wengert.numpy as wnp
    >>> unique_values(wnp.array([2, 1, 2]))
    Array([1, 2], dtype=int32)
    """
    return unique(x, equal_nan=False, size=size, fill_value=fill_value)
