# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`wengert.scipy.ndimage`: values of images between their pixels."""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Sequence
from typing import Any

from wengert import dtypes, errors, lax
from wengert import numpy as wnp
from wengert.lax._operands import as_array, convert, promote

__all__ = ["map_coordinates"]

_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")


def _inside(mode: str, index: Any, size: int) -> Any:
    """The index of the pixel that stands for one outside of the image."""
    if mode == "wrap":
        return index % size
    if mode == "mirror":  # the edge pixels are not repeated: a triangular wave of period 2 (size - 1)
        last = size - 1
        return wnp.abs((index + last) % (2 * last) - last) if last else wnp.zeros_like(index)
    if mode == "reflect":  # they are: a wave of period 2 size
        index = index % (2 * size)
        return wnp.minimum(index, 2 * size - 1 - index)
    return wnp.clip(index, 0, size - 1)


def _neighbours(x: Any, order: int) -> list[tuple[Any, Any]]:
    """The pixels beside each coordinate, and their weights."""
    if not dtypes.is_float(x.dtype):
        return [(convert(x, dtypes.int32), 1)]
    if order == 0:
        return [(convert(lax.round(x), dtypes.int32), 1)]
    lower = wnp.floor(x)
    index, above = convert(lower, dtypes.int32), x - lower
    return [(index, 1 - above), (index + 1, above)]


def map_coordinates(input: Any, coordinates: Sequence[Any], order: int, mode: str = "constant", cval: Any = 0.0) -> Any:
    """The values of an image at any coordinates, by interpolation; differentiable by both.

    Args:
      input: the image, of n dimensions.
      coordinates: n arrays of one shape, or one array of shape (n, ...): where, in pixels.
      order: 0 for the nearest pixel, 1 for linear interpolation.
      mode: what is outside of the image: "constant" for `cval`, "nearest" for the nearest pixel, "wrap" for copies of
        the image, "mirror" for reflections at the centres of the edge pixels, "reflect" at their outer sides. The first
        and the third are `grid-constant` and `grid-wrap` in SciPy.
      cval: a number.

    Returns:
      The type of the image (rounded for integers) and the shape of the coordinates.

    Raises:
      ShapeError: not as many coordinates as dimensions.
      DtypeError: complex coordinates.
      NotImplementedError: another order or mode.

    >>> image = wnp.arange(12.0).reshape(3, 4)
    >>> map_coordinates(image, [wnp.array([0.5, 1.5]), wnp.array([1.5, 2.5])], order=1)
    Array([3.5, 8.5], dtype=float32)
    """
    name = "map_coordinates"
    image = as_array(name, input)
    points = list(coordinates)
    if len(points) != image.ndim:
        raise errors.make(
            errors.ShapeError, name,
            f"expected as many coordinates as the image has dimensions but got {len(points)} for {image.ndim}",
        )  # fmt: skip
    if not points:
        return image
    points = promote(name, [as_array(name, x) for x in points])
    if any(x.dtype.kind == "c" for x in points):
        raise errors.make(errors.DtypeError, name, f"expected real coordinates but got {points[0].dtype}")
    if mode not in _MODES:
        raise NotImplementedError(f"{name}: expected a mode of {', '.join(_MODES)} but got {mode!r}")
    if order not in (0, 1):
        raise NotImplementedError(f"{name}: expected order 0 or 1 but got {order!r}")
    axes = []
    for x, size in zip(points, image.shape, strict=True):
        pixels = _neighbours(x, order)
        axes.append([(_inside(mode, i, size), (i >= 0) & (i < size), w) for i, w in pixels])
    total: Any = None
    for corner in itertools.product(*axes):
        indices, valid, weights = zip(*corner, strict=True)
        value = image[indices]
        if mode == "constant":
            value = wnp.where(functools.reduce(operator.and_, valid), value, convert(as_array(name, cval), image.dtype))
        term = functools.reduce(operator.mul, weights) * value
        total = term if total is None else total + term
    if not dtypes.is_inexact(image.dtype) and dtypes.is_float(total.dtype):
        total = lax.round(total)
    return convert(total, image.dtype)
