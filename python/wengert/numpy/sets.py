# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Vectors as sets: unions, intersections and differences. The distinct elements of one array are in `distinct`.

How many elements a result has depends on the values. Outside of traced functions that is no matter; in them `size` says
it: more are cut off, fewer are filled up with `fill_value`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from wengert import dtypes, lax
from wengert.lax._operands import as_array, convert, promote
from wengert.numpy import elementwise as ew
from wengert.numpy import logic
from wengert.numpy.counting import OR_SIZE, concrete, first_places, host_array
from wengert.numpy.distinct import unique
from wengert.numpy.joining import concatenate
from wengert.numpy.manipulation import ravel
from wengert.numpy.reductions import any as _any
from wengert.numpy.runs import equal_runs, filled
from wengert.numpy.sorting import searchsorted

__all__ = ["intersect1d", "isin", "setdiff1d", "setxor1d", "union1d"]


def _integers(x: Any) -> Any:
    return convert(x, dtypes.default_int())


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
    results = [filled(values, places, valid, fill_value)]
    results += [_integers(filled(x, places, valid, fill)) for x, fill in others]
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
    values, starts, order = equal_runs(x, 0, True)
    keep = logic.bitwise_and(starts, isin(values, y))
    if not return_indices:
        return _chosen("intersect1d", values, keep, size, fill_value)
    others, _, second = equal_runs(y, 0, True)
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
    values, starts = (ravel(x), True) if assume_unique else equal_runs(ravel(x), 0, True)[:2]
    keep = logic.logical_and(starts, isin(values, y, invert=True))
    return _chosen("setdiff1d", values, keep, size, 0 if fill_value is None else fill_value)


def setxor1d(
    ar1: Any, ar2: Any, assume_unique: bool = False, *, size: int | None = None, fill_value: Any = None
) -> Any:
    """The elements that are in exactly one of the arrays, sorted, each once.

    Args:
      ar1, ar2: arrays, flattened.
      assume_unique: a promise that no element of an array is there twice, which saves time.
      size: how many to return, needed in traced functions.
      fill_value: what fills up to `size`, by default the least element found.

    Raises:
      ConcretizationError: an array is traced and no size is given.

    >>> import wengert.numpy as wnp
    >>> setxor1d(wnp.array([3, 1, 2]), wnp.array([1, 4]))
    Array([2, 3, 4], dtype=int32)
    """
    x, y = _vectors("setxor1d", ar1, ar2)
    values, starts, _ = equal_runs(concatenate([x, y]), 0, True)
    if assume_unique:  # what occurs once
        once = concatenate([starts[1:], lax.full((min(starts.size, 1),), True)])
        return _chosen("setxor1d", values, logic.bitwise_and(starts, once), size, fill_value)
    shared = logic.bitwise_and(isin(values, x), isin(values, y))
    return _chosen("setxor1d", values, logic.bitwise_and(starts, logic.logical_not(shared)), size, fill_value)
