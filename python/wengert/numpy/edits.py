# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Arrays with something put in, taken out or cut off: new arrays, as arrays do not change."""

from __future__ import annotations

from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert.array import Array
from wengert.lax._operands import as_array, axis_index, axis_tuple, broadcast, convert, is_tracer
from wengert.numpy import logic
from wengert.numpy.arguments import refuse_inplace
from wengert.numpy.counting import concrete
from wengert.numpy.manipulation import moveaxis, ravel
from wengert.numpy.picking import _integer, _repeated
from wengert.numpy.reductions import sum as _sum

__all__ = ["delete", "fill_diagonal", "insert", "trim_zeros"]


def _along(function: str, x: Any, axis: int | None) -> tuple[Any, int]:
    x = as_array(function, x)
    return (ravel(x), 0) if axis is None else (x, axis_index(function, axis, x.ndim))


def _places(function: str, obj: Any, n: int) -> Any:
    """An index of one dimension as integers: a NumPy array, or a tracer; a bool array must have values."""
    if isinstance(obj, slice):
        return np.arange(n)[obj]
    if isinstance(obj, list | tuple | range):
        obj = np.asarray(obj) if len(obj) else np.zeros(0, np.int32)
    i = as_array(function, obj)
    if i.dtype == dtypes.bool_:
        mask = concrete(function, i)
        if mask.shape != (n,):
            raise errors.make(
                errors.IndexingError, function, f"expected a bool array of {n} but got shape {mask.shape}"
            )
        return np.flatnonzero(mask)
    i = _integer(function, i)
    return i if is_tracer(i) else np.asarray(i)


def _check_inside(function: str, i: np.ndarray, n: int, last: int) -> np.ndarray:
    if ((i < -n) | (i > last)).any():
        raise errors.make(errors.IndexingError, function, f"expected indices from {-n} to {last} but got others")
    return np.where(i < 0, i + n, i)


def delete(arr: Any, obj: Any, axis: int | None = None, *, assume_unique_indices: bool = False) -> Any:
    """`arr` without the slices at these indices along `axis`.

    Args:
      arr: an array.
      obj: an int, a slice, integers, or bools; traced integers need `assume_unique_indices`, but a single one.
      axis: along which; None flattens.
      assume_unique_indices: a promise that no index is named twice, so that the shape does not depend on values.

    Raises:
      IndexingError: an index outside, or bools of another size than the axis.
      ConcretizationError: traced integers without the promise.

    >>> import wengert.numpy as wnp
    >>> delete(wnp.array([5, 6, 7]), 1)
    Array([5, 7], dtype=int32)
    """
    x, axis = _along("delete", arr, axis)
    n = x.shape[axis]
    i = _places("delete", obj, n)
    if is_tracer(i) and not assume_unique_indices and i.ndim:
        i = concrete("delete", i, " with assume_unique_indices=False")
    if not is_tracer(i):
        gone = _check_inside("delete", np.ravel(i), n, n - 1)
        kept = np.delete(np.arange(n), gone)
        return lax.take(x, Array._wrap(kept.astype(np.int32)), axis)
    i = ravel(logic.where(i < 0, i + n, i))
    # the j-th element that stays is j plus the number of those that go up to there
    i = lax.sort(i, 0)
    j = lax.iota(i.dtype, n - i.size)
    before = _sum(lax.expand_dims(i - lax.iota(i.dtype, i.size), (0,)) <= lax.expand_dims(j, (1,)), 1, i.dtype)
    return lax.take(x, j + before, axis)


def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """`arr` with values put in before these indices along `axis`.

    Args:
      arr: an array.
      obj: an int, a slice, integers or bools; integers may be traced.
      values: for a single index the slices to put in, else one for each index; they broadcast, in the type of arr.
      axis: along which; None flattens.

    Raises:
      IndexingError: an index outside.
      ShapeError: values that do not broadcast.

    >>> import wengert.numpy as wnp
    >>> insert(wnp.array([5, 6, 7]), 1, 9)
    Array([5, 9, 6, 7], dtype=int32)
    """
    x, axis = _along("insert", arr, axis)
    n = x.shape[axis]
    i = _places("insert", obj, n)
    new = convert(as_array("insert", values), x.dtype)
    if new.ndim < x.ndim:
        new = lax.reshape(new, (1,) * (x.ndim - new.ndim) + new.shape)
    single = i.ndim == 0 or i.size == 1
    if i.ndim == 0:
        new = moveaxis(new, 0, axis)  # NumPy lets the first dimension of the values count the slices
    k = new.shape[axis] if single else i.size
    new = _broadcast_values(new, (*x.shape[:axis], k, *x.shape[axis + 1 :]))
    if not is_tracer(i):
        i = _check_inside("insert", np.ravel(i), n, n)
        i = np.broadcast_to(i, (k,)) if single else i
        order = np.insert(np.arange(n), i, n + np.arange(k))
        return lax.take(lax.concatenate([x, new], axis), Array._wrap(order.astype(np.int32)), axis)
    i = convert(ravel(i), dtypes.int32)
    i = broadcast(i, (k,)) if single else i
    i = logic.where(i < 0, i + n, i)
    # sorted by the index before which they stand, the new ones first and in their order
    ranks = lax.concatenate([i * 2, lax.iota("int32", n) * 2 + 1], 0)
    sources = lax.concatenate([lax.iota("int32", k) + n, lax.iota("int32", n)], 0)
    order = lax.sort((ranks, sources), 0, True)[1]
    return lax.take(lax.concatenate([x, new], axis), order, axis)


def _broadcast_values(x: Any, shape: tuple[int, ...]) -> Any:
    """x broadcast to a shape of its rank."""
    if x.ndim != len(shape) or any(m not in (1, n) for m, n in zip(x.shape, shape, strict=True)):
        raise errors.make(errors.ShapeError, "insert", f"expected values that broadcast to {shape} but got {x.shape}")
    return broadcast(x, shape)


def fill_diagonal(a: Any, val: Any, wrap: bool = False, *, inplace: bool = True) -> Any:
    """`a` with these values on its main diagonal, begun again as often as needed: a new array.

    Args:
      a: a matrix, or an array with equal sizes.
      val: a number or an array, flattened.
      wrap: begin the diagonal again below, in a matrix with more rows than columns.
      inplace: must be False, as arrays do not change.

    Raises:
      ValueError: inplace is True.
      ShapeError: less than two dimensions, more than two of differing size, or no values.

    >>> import wengert.numpy as wnp
    >>> fill_diagonal(wnp.zeros((2, 2)), 3, inplace=False)
    Array([[3., 0.],
           [0., 3.]], dtype=float32)
    """
    refuse_inplace("fill_diagonal", inplace)
    x, values = as_array("fill_diagonal", a), ravel(as_array("fill_diagonal", val))
    if x.ndim < 2 or (x.ndim > 2 and len(set(x.shape)) > 1) or not values.size:
        raise errors.make(
            errors.ShapeError, "fill_diagonal",
            f"expected a matrix or more dimensions of one size, and values, but got {x.shape} and {values.shape}",
        )  # fmt: skip
    if not x.size:
        return x
    step = _diagonal_step(x.shape)
    end = x.size if wrap or x.ndim > 2 else min(x.size, x.shape[1] * x.shape[1])
    count = len(range(0, end, step))
    flat = ravel(x).at[0:end:step].set(convert(_repeated(values, count), x.dtype))
    return lax.reshape(flat, x.shape)


def _diagonal_step(shape: tuple[int, ...]) -> int:
    """The distance of neighbours of the diagonal in the flattened array."""
    return int(sum(np.cumprod([1, *shape[:0:-1]])))


def trim_zeros(filt: Any, trim: str = "fb", axis: Any = None) -> Any:
    """`filt` without the zeros at its edges; it must have values.

    Args:
      filt: an array.
      trim: with "f" they are cut off in front, with "b" behind.
      axis: along which, an int or several; None for all: a slice is cut off if all of it is 0.

    Raises:
      ConcretizationError: filt is traced.
      ValueError: another letter.

    >>> import wengert.numpy as wnp
    >>> trim_zeros(wnp.array([0, 0, 1, 0, 2, 0]))
    Array([1, 0, 2], dtype=int32)
    """
    if not set(trim.lower()) <= set("fb"):
        raise ValueError(f"trim_zeros: expected the letters f and b but got {trim!r}")
    x = as_array("trim_zeros", filt)
    data = concrete("trim_zeros", x)
    start, limit = [0] * x.ndim, list(x.shape)
    found = np.argwhere(data)
    for d in axis_tuple("trim_zeros", axis, x.ndim):
        low, high = (int(found[:, d].min()), int(found[:, d].max()) + 1) if found.size else (x.shape[d], x.shape[d])
        if "f" in trim.lower():
            start[d] = low
        if "b" in trim.lower():
            limit[d] = high if found.size else start[d]
    return lax.slice(x, start, [max(a, b) for a, b in zip(start, limit, strict=True)])
