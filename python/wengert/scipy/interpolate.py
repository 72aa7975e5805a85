# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`wengert.scipy.interpolate`: values between the points of a rectangular grid."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from wengert import dtypes, errors, tree_util
from wengert import numpy as wnp
from wengert.lax._operands import as_array, convert, promote

__all__ = ["RegularGridInterpolator"]

_METHODS = ("linear", "nearest")


def _check_method(method: str) -> None:
    if method not in _METHODS:
        raise ValueError(f"RegularGridInterpolator: expected a method of linear or nearest but got {method!r}")


@tree_util.register_pytree_node_class
class RegularGridInterpolator:
    """A function that is known on a rectangular grid, between its points.

    It is a pytree of the grid, the values and the fill value, and differentiable by them and by where it is evaluated.

    Attributes:
      grid: the coordinates of each dimension.
      values: at the points of the grid.
      fill_value: outside of the grid, or None.

    Args:
      points: n arrays of shapes (m1,), ..., (mn,), each of two or more coordinates in increasing order.
      values: shape (m1, ..., mn, ...); integers become floats.
      method: "linear" or "nearest".
      bounds_error: False: what is outside of the grid is no error.
      fill_value: the value outside of the grid; None to extrapolate.

    Raises:
      ShapeError: the points do not fit the values.
      DtypeError: a complex fill value for real values.
      NotImplementedError: `bounds_error`.
      ValueError: another method.

    >>> grid = (wnp.array([1.0, 2.0, 3.0]), wnp.array([4.0, 5.0, 6.0]))
    >>> f = RegularGridInterpolator(grid, wnp.array([[10, 20, 30], [40, 50, 60], [70, 80, 90]]))
    >>> f(wnp.array([[1.5, 4.5], [2.0, 5.5]]))
    Array([30., 55.], dtype=float32)
    """

    def __init__(
        self,
        points: Sequence[Any],
        values: Any,
        method: str = "linear",
        bounds_error: bool = False,
        fill_value: Any = wnp.nan,
    ):
        name = "RegularGridInterpolator"
        _check_method(method)
        if bounds_error:
            raise NotImplementedError(f"{name}: expected bounds_error False: values cannot raise errors in a program")
        (values,) = promote(name, (values,), inexact=True)
        grid = tuple(promote(name, (p,), inexact=True)[0] for p in points)
        if len(grid) > values.ndim or any(p.shape != (n,) for p, n in zip(grid, values.shape, strict=False)):
            raise errors.make(
                errors.ShapeError, name,
                f"expected points of shapes {', '.join(f'({n},)' for n in values.shape)} for values of shape "
                f"{values.shape} but got {', '.join(str(p.shape) for p in grid)}",
            )  # fmt: skip
        if any(p.shape[0] < 2 for p in grid):
            raise errors.make(errors.ShapeError, name, "expected at least two points in each dimension but got one")
        if fill_value is not None:
            fill_value = as_array(name, fill_value)
            if not dtypes.can_cast(fill_value.dtype, values.dtype, casting="same_kind"):
                raise errors.make(
                    errors.DtypeError, name, f"expected a fill_value of type {values.dtype} but got {fill_value.dtype}"
                )
            fill_value = convert(fill_value, values.dtype)
        self.grid, self.values, self.fill_value = grid, values, fill_value
        self.method, self.bounds_error = method, bounds_error

    def tree_flatten(self) -> tuple[Any, Any]:
        return (self.grid, self.values, self.fill_value), self.method

    @classmethod
    def tree_unflatten(cls, method: str, children: Any) -> RegularGridInterpolator:
        self = object.__new__(cls)  # the leaves may be anything, not only arrays
        self.grid, self.values, self.fill_value = children
        self.method, self.bounds_error = method, False
        return self

    def __call__(self, xi: Any, method: str | None = None) -> Any:
        """The values at points.

        Args:
          xi: shape (..., n), or a tuple of n arrays of one shape, or one point of shape (n,).
          method: in place of that of the object.

        Returns:
          An array of the leading dimensions of xi and the dimensions of the values after the nth.

        Raises:
          ShapeError: the last dimension of xi is not n.

        >>> f = RegularGridInterpolator((wnp.array([0.0, 1.0]),), wnp.array([1.0, 2.0]), fill_value=None)
        >>> f(wnp.array([[0.5], [3.0]]))
        Array([1.5, 4. ], dtype=float32)
        """
        name = "RegularGridInterpolator"
        method = self.method if method is None else method
        _check_method(method)
        n = len(self.grid)
        if isinstance(xi, tuple) and len(xi) == 1:
            (xi,) = xi
        if isinstance(xi, tuple):
            parts = promote(name, [as_array(name, x) for x in xi], inexact=True)
            xi = wnp.stack(wnp.broadcast_arrays(*parts), -1)
        (xi,) = promote(name, (xi,), inexact=True)
        if xi.ndim == 1 and xi.shape[0] % n == 0:
            xi = wnp.reshape(xi, (-1, n))
        if not xi.ndim or xi.shape[-1] != n:
            raise errors.make(
                errors.ShapeError,
                name,
                f"expected points of shape (..., {n}), the dimension of the grid, but got {xi.shape}",
            )
        flat = wnp.reshape(xi, (-1, n))
        outside, cells = self._cells(flat)
        out = self._nearest(cells) if method == "nearest" else self._linear(cells)
        if self.fill_value is not None:
            shape = (-1, *[1] * (out.ndim - 1))
            out = wnp.where(wnp.reshape(outside, shape), self.fill_value, out)
        return wnp.reshape(out, (*xi.shape[:-1], *self.values.shape[n:]))

    def _cells(self, xi: Any) -> tuple[Any, list[tuple[Any, Any]]]:
        """Which points are outside; for each dimension the index below them and the place between it and the next."""
        outside: Any = False
        cells = []
        for i, grid in enumerate(self.grid):
            x = xi[:, i]
            below = wnp.clip(wnp.searchsorted(grid, x) - 1, 0, grid.shape[0] - 2)
            left = grid[below]
            cells.append((below, (x - left) / (grid[below + 1] - left)))
            outside = outside | (x < grid[0]) | (x > grid[-1])
        return outside, cells

    def _linear(self, cells: list[tuple[Any, Any]]) -> Any:
        trailing = (-1, *[1] * (self.values.ndim - len(cells)))
        total: Any = 0
        for corner in itertools.product((0, 1), repeat=len(cells)):
            weight: Any = 1
            for above, (_, place) in zip(corner, cells, strict=True):
                weight = weight * (place if above else 1 - place)
            value = self.values[tuple(i + above for above, (i, _) in zip(corner, cells, strict=True))]
            total = total + value * wnp.reshape(weight, trailing)
        return total

    def _nearest(self, cells: list[tuple[Any, Any]]) -> Any:
        return self.values[tuple(wnp.where(place <= 0.5, i, i + 1) for i, place in cells)]
