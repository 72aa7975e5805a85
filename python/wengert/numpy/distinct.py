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
from wengert.numpy.counting import _wrap, argsort, concrete, lexsort
from wengert.numpy.manipulation import concatenate, moveaxis, reshape
from wengert.numpy.reductions import any as _any
from wengert.numpy.reductions import cumsum

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
        found = _now(concrete("unique", ar), axis, equal_nan)
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
    return (_wrap(values.astype(kept, copy=False)), *(_wrap(r.astype(dtypes.default_int(), copy=False)) for r in rest))


def _of_size(x: Any, axis: int | None, equal_nan: bool, size: int, fill_value: Any) -> tuple[Any, ...]:
    """As `_now`, with a number of results that does not depend on values."""
    if size < 0:
        raise errors.make(errors.ShapeError, "unique", f"expected a size of 0 or more but got {size}")
    rows, shape = _rows(x, axis)
    n = rows.shape[0]
    if not n:
        values = logic.where(
            True, 0 if fill_value is None else fill_value, lax.full((size, *rows.shape[1:]), 0, x.dtype)
        )
        nothing = lax.full((size,), 0, dtypes.default_int())
        return _restore(convert(values, x.dtype), axis), nothing, lax.full(shape, 0, dtypes.default_int()), nothing
    flat = reshape(rows, (n, -1))
    order = lexsort([flat[:, k] for k in reversed(range(flat.shape[1]))]) if flat.shape[1] != 1 else argsort(flat[:, 0])
    ranked = flat[order]
    differs = logic.not_equal(ranked[1:], ranked[:-1])
    if equal_nan and dtypes.is_inexact(x.dtype):
        differs = logic.logical_and(differs, ~((ranked[1:] != ranked[1:]) & (ranked[:-1] != ranked[:-1])))
    first = concatenate([lax.full((1,), True, bool), _any(differs, 1)])
    which = cumsum(convert(first, dtypes.default_int())) - 1
    inverse = lax.full((n,), 0, dtypes.default_int()).at[order].set(which, unique_indices=True)
    # Where runs of equal ones begin, in a vector of n + size so that `size` may be larger than n.
    starts = logic.where(first, np.arange(n), n)
    starts = convert(concatenate([lax.sort(starts), lax.full((size + 1,), n, starts.dtype)]), dtypes.default_int())
    here, after = starts[:size], starts[1 : size + 1]
    there = here < n
    indices = order[logic.where(there, here, 0)]
    values = rows[indices]
    if fill_value is not None:
        there_too = reshape(there, (size,) + (1,) * (rows.ndim - 1))
        values = convert(logic.where(there_too, values, fill_value), x.dtype)
    return _restore(values, axis), indices, reshape(inverse, shape), after - here


def _rows(x: Any, axis: int | None) -> tuple[Any, tuple[int, ...]]:
    """What is to be compared along the first axis, and the shape of the inverse."""
    if axis is None:
        return reshape(x, (x.size,)), x.shape
    axis = axis_index("unique", axis, x.ndim)
    return moveaxis(x, axis, 0), (x.shape[axis],)


def _restore(values: Any, axis: int | None) -> Any:
    return values if axis is None else moveaxis(values, 0, axis)


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
