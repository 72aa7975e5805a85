# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Objects that are indexed to make grids (`mgrid`, `ogrid`), joins (`r_`, `c_`) and indices (`s_`); and `ix_`."""

from __future__ import annotations

from typing import Any

import numpy as np

from wengert import errors, lax
from wengert.lax._operands import as_array, promote
from wengert.numpy.counting import concrete
from wengert.numpy.creation import array
from wengert.numpy.joining import concatenate, stack
from wengert.numpy.manipulation import expand_dims, moveaxis
from wengert.numpy.ranges import arange, linspace, meshgrid

__all__ = ["c_", "index_exp", "ix_", "mgrid", "ogrid", "r_", "s_"]

index_exp = np.index_exp
s_ = np.s_


def _points(function: str, s: slice) -> Any:
    """start:stop:step as numbers; an imaginary step counts them, the end included."""
    start, stop, step = (_bound(function, bound) for bound in (s.start, s.stop, s.step))
    start, step = 0 if start is None else start, 1 if step is None else step
    if stop is None:  # as NumPy reads it: what stands before the colon is the end
        start, stop = 0, start
    if isinstance(step, complex):
        return linspace(start, stop, int(abs(step)))
    return arange(start, stop, step)


def _bound(function: str, bound: Any) -> Any:
    return concrete(function, bound).item() if hasattr(bound, "dtype") else bound


class Grid:
    """Coordinates of the points of a grid: `mgrid[0:2, 0:3]`, or as vectors that broadcast: `ogrid[0:2, 0:3]`.

    A slice is start:stop:step with numbers, or start:stop:nj with an imaginary step for n points, the end included.

    >>> mgrid[0:2, 0:2].tolist()
    [[[0, 0], [1, 1]], [[0, 1], [0, 1]]]
    >>> [a.shape for a in ogrid[0:2, 0:3]], mgrid[0:1:3j]
    ([(2, 1), (1, 3)], Array([0. , 0.5, 1. ], dtype=float32))
    """

    def __init__(self, name: str, sparse: bool) -> None:
        self._name, self._sparse = name, sparse

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return _points(self._name, key)
        vectors = [_points(self._name, s) for s in key]
        parts = meshgrid(*(promote(self._name, vectors) if vectors else ()), sparse=self._sparse, indexing="ij")
        if self._sparse:
            return parts
        return stack(parts, 0) if parts else arange(0)

    def __repr__(self) -> str:
        return f"wengert.numpy.{self._name}"


mgrid, ogrid = Grid("mgrid", False), Grid("ogrid", True)


class Join:
    """Arrays, numbers and slices one after the other: `r_[0:3, 5]`, or as columns: `c_[x, y]`.

    A slice stands for the numbers start:stop:step (with an imaginary step as in `mgrid`). A string in front, "axis,
    ndim, place", says along which axis they are joined, the least rank they are brought to, and at which dimension the
    ones of an array of less rank begin; "r" and "c" make a row or a column of what would be a vector.

    Raises:
      IndexingError: a string that is none of these, or one that is not in front.

    >>> import wengert.numpy as wnp
    >>> r_[0:3, 5, wnp.array([7, 8])]
    Array([0, 1, 2, 5, 7, 8], dtype=int32)
    >>> c_[wnp.array([1, 2]), wnp.array([3, 4])]
    Array([[1, 3],
           [2, 4]], dtype=int32)
    """

    def __init__(self, name: str, axis: int, rank: int, place: int) -> None:
        self._name, self._defaults = name, (axis, rank, place)

    def __getitem__(self, key: Any) -> Any:
        items = list(key) if isinstance(key, tuple) else [key]
        (axis, rank, place), matrix = self._defaults, None
        if items and isinstance(items[0], str):
            axis, rank, place, matrix = self._directive(items.pop(0))
        parts = [self._part(item, rank, place) for item in items]
        out = concatenate(parts, axis)
        return expand_dims(out, matrix) if matrix is not None and out.ndim == 1 else out

    def _directive(self, text: str) -> tuple[int, int, int, int | None]:
        axis, rank, place = self._defaults
        if text in ("r", "c"):
            return axis, rank, place, "rc".index(text)
        try:
            numbers = [int(word) for word in text.split(",")][:3]
        except ValueError:
            raise errors.make(
                errors.IndexingError, self._name, f"expected a string of up to three ints, 'r' or 'c' but got {text!r}"
            ) from None
        axis, rank, place = numbers + [axis, rank, place][len(numbers) :]
        return axis, rank, place, None

    def _part(self, item: Any, rank: int, place: int) -> Any:
        if isinstance(item, str):
            raise errors.make(
                errors.IndexingError, self._name, f"expected a string in front only but got {item!r} behind"
            )
        x = _points(self._name, item) if isinstance(item, slice) else array(item)
        own, missing = x.ndim, rank - x.ndim
        if missing <= 0:
            return x
        x = lax.reshape(x, (1,) * missing + x.shape)
        at = min(max(place if place >= 0 else place + missing + 1, 0), missing)
        return moveaxis(x, tuple(range(missing, rank)), tuple(range(at, at + own)))

    def __len__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return f"wengert.numpy.{self._name}"


r_, c_ = Join("r_", 0, 1, -1), Join("c_", -1, 2, 0)


def ix_(*args: Any) -> tuple[Any, ...]:
    """Vectors as indices of the grid of their elements: `x[ix_(rows, columns)]`.

    Args:
      args: vectors of integers, or of bools (whose values must be known), which stand for where they are true.

    Returns:
      An array for each, with its elements along its own dimension and size 1 in the others.

    Raises:
      ShapeError: an argument is no vector.

    >>> import wengert.numpy as wnp
    >>> [i.shape for i in ix_(wnp.array([0, 1]), wnp.array([True, False, True]))]
    [(2, 1), (1, 2)]
    """
    out = []
    for k, given in enumerate(args):
        x = array(given, dtype=int) if isinstance(given, list | tuple) and not given else array(given)
        x = as_array("ix_", x)
        if x.ndim != 1:
            raise errors.make(errors.ShapeError, "ix_", f"expected vectors but got shape {x.shape}")
        if x.dtype == bool:
            x = array(np.flatnonzero(concrete("ix_", x)))
        out.append(lax.reshape(x, (1,) * k + (x.size,) + (1,) * (len(args) - k - 1)))
    return tuple(out)
