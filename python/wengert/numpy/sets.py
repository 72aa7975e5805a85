# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Sets: the distinct elements of an array, and unions, intersections and differences of vectors.

How many elements a result has depends on the values. Outside of traced functions that is no matter; in them `size` says
it: more are cut off, fewer are filled up with `fill_value`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from wengert import dtypes, errors, lax
from wengert.lax._operands import as_array, axis_index, broadcast, convert, in_trace_of, is_eager, promote
from wengert.numpy import elementwise as ew
from wengert.numpy import logic
from wengert.numpy.complex_parts import imag, real
from wengert.numpy.counting import OR_SIZE, concrete, first_places, host_array
from wengert.numpy.differences import diff
from wengert.numpy.joining import concatenate
from wengert.numpy.manipulation import moveaxis, ravel
from wengert.numpy.reductions import any as _any
from wengert.numpy.reductions import cumsum
from wengert.numpy.sorting import searchsorted

__all__ = [
    "intersect1d", "isin", "setdiff1d", "setxor1d", "union1d", "unique", "unique_all", "unique_counts",
    "unique_inverse", "unique_values",
]  # fmt: skip


def _groups(x: Any, axis: int, equal_nan: bool) -> tuple[Any, Any, Any]:
    """The slices of x along `axis`, sorted, in front; where a new one starts; and where each has come from."""
    rows = moveaxis(x, axis, 0)
    n = rows.shape[0]
    places = lax.iota("int32", n)
    width = rows.size // n if n else 0
    flat = lax.reshape(rows, (n, width))
    keys = []
    for j in range(width):
        column = lax.index_in_dim(flat, j, 1, False)
        keys += [real(column), imag(column)] if column.dtype.kind == "c" else [column]
    order = lax.sort((*keys, places), 0, True, len(keys))[-1] if keys and n else places
    rows = lax.take(rows, order, 0)
    if not width:  # all slices are empty, so they are equal
        return rows, places == 0, order
    later, earlier = lax.slice_in_dim(rows, 1, None), lax.slice_in_dim(rows, 0, max(n - 1, 0))
    differs = logic.not_equal(later, earlier)
    if equal_nan and dtypes.is_inexact(x.dtype):
        differs = logic.bitwise_and(
            differs, logic.logical_not(logic.bitwise_and(logic.isnan(later), logic.isnan(earlier)))
        )
    if differs.ndim > 1:
        differs = _any(differs, tuple(range(1, differs.ndim)))
    first = in_trace_of(lax.full((min(n, 1),), True), differs)
    return rows, lax.concatenate([first, differs], 0), order


def unique(
    ar: Any, return_index: bool = False, return_inverse: bool = False, return_counts: bool = False,
    axis: int | None = None, *, equal_nan: bool = True, size: int | None = None, fill_value: Any = None,
    sorted: bool = True,
) -> Any:  # fmt: skip
    """The distinct elements, sorted.

    Args:
      ar: an array.
      return_index: give the indices of their first occurrences too.
      return_inverse: give the indices that rebuild `ar` too, of its shape.
      return_counts: give how often each occurs too.
      axis: compare whole slices along this axis; None compares elements.
      equal_nan: whether all nan are one element.
      size: how many to return, needed in traced functions.
      fill_value: what fills up to `size`, by default the least element.
      sorted: they are sorted in any case.

    Returns:
      The elements, or a tuple of them and what else is asked for.

    Raises:
      ConcretizationError: ar is traced and no size is given.
      ShapeError: nothing to fill up with: ar is empty, and size is not 0.

    >>> import wengert.numpy as wnp
    >>> unique(wnp.array([2, 1, 2]))
    Array([1, 2], dtype=int32)
    >>> unique(wnp.array([2, 1, 2]), size=3, return_counts=True)
    (Array([1, 2, 1], dtype=int32), Array([1, 2, 0], dtype=int32))
    """
    x = as_array("unique", ar)
    shape = x.shape
    if axis is None and size is None and is_eager(x) and x.dtype.kind in "iufcb":
        return _with_numpy(x, (return_index, return_inverse, return_counts), equal_nan)
    wanted = axis
    x, axis = (ravel(x), 0) if axis is None else (x, axis_index("unique", axis, x.ndim))
    n = x.shape[axis]
    if size and not n and fill_value is None:
        raise errors.make(
            errors.ShapeError, "unique", f"expected a fill_value for {size} elements of an empty array but got none"
        )
    rows, starts, order = _groups(x, axis, equal_nan)
    if size is None:
        found = host_array(np.append(np.flatnonzero(concrete("unique", starts, OR_SIZE)), n))
        count: Any = found.size - 1
    else:
        found, count = first_places(starts, size + 1)
    within = lax.iota("int32", found.size) < count
    bounds = logic.where(within, found, n)
    found, valid = lax.slice_in_dim(found, 0, -1), lax.slice_in_dim(within, 0, -1)
    values = _filled(rows, found, valid, fill_value)
    results = [moveaxis(values, 0, axis)]
    if return_index:
        results.append(_integers(lax.take(order, logic.where(valid, found, 0)) if n else found))
    if return_inverse:
        group = cumsum(convert(starts, dtypes.int32)) - 1
        inverse = lax.sort((order, group), 0)[1]
        results.append(_integers(lax.reshape(inverse, shape) if wanted is None else inverse))
    if return_counts:
        results.append(_integers(diff(bounds)))
    return tuple(results) if len(results) > 1 else results[0]


def _integers(x: Any) -> Any:
    return convert(x, dtypes.default_int())


def _with_numpy(x: Any, flags: tuple[bool, bool, bool], equal_nan: bool) -> Any:
    unique_: Any = np.unique  # its overloads want literal flags
    out = unique_(x._data, *flags, None, equal_nan=equal_nan)
    if not isinstance(out, tuple):
        return host_array(out)
    parts = [host_array(o) for o in out]
    if flags[1]:
        parts[1 + flags[0]] = lax.reshape(parts[1 + flags[0]], x.shape)
    return tuple(parts)


def _filled(rows: Any, places: Any, valid: Any, fill_value: Any) -> Any:
    """The rows at the places that are valid; else the fill value, by default the row that stands first."""
    if not rows.shape[0]:
        fill = convert(as_array("fill_value", 0 if fill_value is None else fill_value), rows.dtype)
        return broadcast(fill, (places.size, *rows.shape[1:]))
    picked = lax.take(rows, places, 0)
    shape = (places.size,) + (1,) * (rows.ndim - 1)
    fill = lax.slice_in_dim(rows, 0, 1) if fill_value is None else convert(as_array("fill", fill_value), rows.dtype)
    return logic.where(lax.reshape(valid, shape), picked, fill)


class UniqueAll(NamedTuple):
    """What `unique_all` gives."""

    values: Any
    indices: Any
    inverse_indices: Any
    counts: Any


class UniqueCounts(NamedTuple):
    """What `unique_counts` gives."""

    values: Any
    counts: Any


class UniqueInverse(NamedTuple):
    """What `unique_inverse` gives."""

    values: Any
    inverse_indices: Any


def unique_all(x: Any, /, *, size: int | None = None, fill_value: Any = None) -> UniqueAll:
    """The distinct elements, their first places, the indices that rebuild x, and counts; every nan is one of its own.

    >>> import wengert.numpy as wnp
    >>> unique_all(wnp.array([2, 1, 2])).counts
    Array([1, 2], dtype=int32)
    """
    return UniqueAll(*unique(x, True, True, True, equal_nan=False, size=size, fill_value=fill_value))


def unique_counts(x: Any, /, *, size: int | None = None, fill_value: Any = None) -> UniqueCounts:
    """The distinct elements and how often each occurs; every nan is one of its own.

    >>> import wengert.numpy as wnp
    >>> unique_counts(wnp.array([2, 1, 2])).values
    Array([1, 2], dtype=int32)
    """
    return UniqueCounts(*unique(x, return_counts=True, equal_nan=False, size=size, fill_value=fill_value))


def unique_inverse(x: Any, /, *, size: int | None = None, fill_value: Any = None) -> UniqueInverse:
    """The distinct elements and the indices that rebuild x; every nan is one of its own.

    >>> import wengert.numpy as wnp
    >>> unique_inverse(wnp.array([2, 1, 2])).inverse_indices
    Array([1, 0, 1], dtype=int32)
    """
    return UniqueInverse(*unique(x, return_inverse=True, equal_nan=False, size=size, fill_value=fill_value))


def unique_values(x: Any, /, *, size: int | None = None, fill_value: Any = None) -> Any:
    """The distinct elements; every nan is one of its own.

    >>> import wengert.numpy as wnp
    >>> unique_values(wnp.array([2, 1, 2]))
    Array([1, 2], dtype=int32)
    """
    return unique(x, equal_nan=False, size=size, fill_value=fill_value)


# ---------------------------------------------------------------------------------------------------------------------
# Two sets


def isin(
    element: Any, test_elements: Any, assume_unique: bool = False, invert: bool = False, *, method: str = "auto"
) -> Any:
    """Whether each element occurs among `test_elements`; nan does not.

    Args:
      element: an array.
      test_elements: an array, flattened.
      assume_unique: a promise that is not needed.
      invert: whether each does not.
      method: "compare_all", or "binary_search" or "sort" for many; by default the numbers decide.

    Returns:
      Bools of the shape of `element`.

    Raises:
      ValueError: another method.

    >>> import wengert.numpy as wnp
    >>> isin(wnp.array([1, 2]), wnp.array([2, 3]))
    Array([False,  True], dtype=bool)
    """
    if method not in ("auto", "compare_all", "binary_search", "sort"):
        raise ValueError(f"isin: expected the method auto, compare_all, binary_search or sort but got {method!r}")
    x, tests = promote("isin", (as_array("isin", element), as_array("isin", test_elements)))
    tests = ravel(tests)
    if not tests.size:
        found = lax.full_like(x, False, bool)
    elif method == "compare_all" or x.dtype.kind == "c" or (method == "auto" and tests.size <= 32):
        found = _any(logic.equal(lax.expand_dims(x, (x.ndim,)), tests), -1)
    else:
        tests = lax.sort(tests, 0)
        found = logic.equal(lax.take(tests, ew.minimum(searchsorted(tests, x), tests.size - 1)), x)
    return logic.logical_not(found) if invert else found


def _vectors(function: str, ar1: Any, ar2: Any) -> list[Any]:
    return [ravel(x) for x in promote(function, (as_array(function, ar1), as_array(function, ar2)))]


def _chosen(function: str, values: Any, keep: Any, size: int | None, fill_value: Any, *others: tuple[Any, int]) -> Any:
    """values[keep], and `others` at the same places; up to `size` with their fill values."""
    if size is None:
        places = host_array(np.flatnonzero(concrete(function, keep, OR_SIZE)))
        count: Any = places.size
    else:
        places, count = first_places(keep, size)
    valid = lax.iota("int32", places.size) < count
    if fill_value is None and values.size:  # the first that is kept
        fill_value = logic.where(count > 0, lax.take(values, first_places(keep, 1)[0][0]), 0)
    results = [_filled(values, places, valid, fill_value)]
    results += [_integers(_filled(x, places, valid, fill)) for x, fill in others]
    return results[0] if len(results) == 1 else tuple(results)


def union1d(ar1: Any, ar2: Any, *, size: int | None = None, fill_value: Any = None) -> Any:
    """The elements of either array, sorted, each once.

    Args:
      ar1, ar2: arrays, flattened.
      size: how many to return, needed in traced functions.
      fill_value: what fills up to `size`, by default the least element.

    Raises:
      ConcretizationError: an array is traced and no size is given.

    >>> import wengert.numpy as wnp
    >>> union1d(wnp.array([3, 1]), wnp.array([1, 2]))
    Array([1, 2, 3], dtype=int32)
    """
    return unique(concatenate(_vectors("union1d", ar1, ar2)), size=size, fill_value=fill_value)


def intersect1d(
    ar1: Any, ar2: Any, assume_unique: bool = False, return_indices: bool = False, *, size: int | None = None,
    fill_value: Any = None,
) -> Any:  # fmt: skip
    """The elements of both arrays, sorted, each once.

    Args:
      ar1, ar2: arrays, flattened.
      assume_unique: a promise that is not needed.
      return_indices: give the first places in both arrays too.
      size: how many to return, needed in traced functions.
      fill_value: what fills up to `size`, by default the least element found; indices are filled with the sizes.

    Raises:
      ConcretizationError: an array is traced and no size is given.

    >>> import wengert.numpy as wnp
    >>> intersect1d(wnp.array([3, 1, 2]), wnp.array([1, 3]))
    Array([1, 3], dtype=int32)
    """
    x, y = _vectors("intersect1d", ar1, ar2)
    values, starts, order = _groups(x, 0, True)
    keep = logic.bitwise_and(starts, isin(values, y))
    if not return_indices:
        return _chosen("intersect1d", values, keep, size, fill_value)
    others, _, second = _groups(y, 0, True)
    at = ew.clip(searchsorted(others, values), 0, max(y.size - 1, 0))
    place = lax.take(second, at) if y.size else lax.full_like(order, 0)
    return _chosen("intersect1d", values, keep, size, fill_value, (order, x.size), (place, y.size))


def setdiff1d(
    ar1: Any, ar2: Any, assume_unique: bool = False, *, size: int | None = None, fill_value: Any = None
) -> Any:
    """The elements of the first array that are not in the second one, sorted, each once.

    Args:
      ar1, ar2: arrays, flattened.
      assume_unique: leave the elements of ar1 as they stand, in their order.
      size: how many to return, needed in traced functions.
      fill_value: what fills up to `size`, by default 0.

    Raises:
      ConcretizationError: an array is traced and no size is given.

    >>> import wengert.numpy as wnp
    >>> setdiff1d(wnp.array([3, 1, 2]), wnp.array([1]))
    Array([2, 3], dtype=int32)
    """
    x, y = as_array("setdiff1d", ar1), as_array("setdiff1d", ar2)
    values, starts = (ravel(x), True) if assume_unique else _groups(ravel(x), 0, True)[:2]
    keep = logic.logical_and(starts, isin(values, y, invert=True))
    return _chosen("setdiff1d", values, keep, size, 0 if fill_value is None else fill_value)


def setxor1d(
    ar1: Any, ar2: Any, assume_unique: bool = False, *, size: int | None = None, fill_value: Any = None
) -> Any:
    """The elements that are in exactly one of the arrays, sorted, each once.

    Args:
      ar1, ar2: arrays, flattened.
      assume_unique: a promise that is not needed.
      size: how many to return, needed in traced functions.
      fill_value: what fills up to `size`, by default the least element found.

    Raises:
      ConcretizationError: an array is traced and no size is given.

    >>> import wengert.numpy as wnp
    >>> setxor1d(wnp.array([3, 1, 2]), wnp.array([1, 4]))
    Array([2, 3, 4], dtype=int32)
    """
    x, y = _vectors("setxor1d", ar1, ar2)
    values, starts, _ = _groups(concatenate([x, y]), 0, True)
    shared = logic.bitwise_and(isin(values, x), isin(values, y))
    return _chosen("setxor1d", values, logic.bitwise_and(starts, logic.logical_not(shared)), size, fill_value)
