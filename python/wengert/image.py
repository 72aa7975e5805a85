# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Images of another size: `resize`, `scale_and_translate`, as in `jax.image`.

Each dimension is one matrix product, so that all of it is linear in the image, differentiable and quick in batches.
"""

from __future__ import annotations

import enum
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wengert import errors
from wengert import numpy as wnp
from wengert.lax._operands import as_array, axis_index, convert, promote

__all__ = ["ResizeMethod", "resize", "scale_and_translate"]


class ResizeMethod(enum.Enum):
    """How pixels are made of others: the nearest one, or a mean with the weights of a kernel.

    LINEAR is a triangle, LANCZOS3 and LANCZOS5 are windowed sincs of that radius, CUBIC is Keys' kernel, CUBIC_PYTORCH
    that of PyTorch and OpenCV (a = -0.75, edge pixels repeated) where no antialiasing is done, AREA the mean over the
    area of the new pixel.

    >>> ResizeMethod.from_string("bilinear")
    <ResizeMethod.LINEAR: 1>
    """

    NEAREST = 0
    LINEAR = 1
    LANCZOS3 = 2
    LANCZOS5 = 3
    CUBIC = 4
    CUBIC_PYTORCH = 5
    AREA = 6

    @staticmethod
    def from_string(s: str) -> ResizeMethod:
        """The method of a name.

        Raises:
          ValueError: there is none of this name.
        """
        for method, names in _NAMES.items():
            if s in names.split():
                return method
        raise ValueError(f"ResizeMethod: expected one of {', '.join(' '.join(_NAMES.values()).split())} but got {s!r}")


_NAMES = {
    ResizeMethod.NEAREST: "nearest",
    ResizeMethod.LINEAR: "linear bilinear trilinear triangle",
    ResizeMethod.LANCZOS3: "lanczos3",
    ResizeMethod.LANCZOS5: "lanczos5",
    ResizeMethod.CUBIC: "cubic bicubic tricubic",
    ResizeMethod.CUBIC_PYTORCH: "cubic-pytorch bicubic-pytorch",
    ResizeMethod.AREA: "area",
}


def _triangle(x: Any) -> Any:
    return wnp.maximum(0, 1 - x)


def _lanczos(radius: int) -> Callable[[Any], Any]:
    def kernel(x: Any) -> Any:
        near = x < 1e-3  # the limit; a division by zero would be a nan in the gradient
        z = np.pi * wnp.where(near, 1, x)
        value = radius * wnp.sin(z) * wnp.sin(z / radius) / (z * z)
        return wnp.where(x > radius, 0, wnp.where(near, 1, value))

    return kernel


def _cubic(a: float) -> Callable[[Any], Any]:
    """Keys, Cubic convolution interpolation for digital image processing (1981)."""

    def kernel(x: Any) -> Any:
        inner = ((a + 2) * x - (a + 3)) * x * x + 1
        outer = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
        return wnp.where(x < 1, inner, wnp.where(x < 2, outer, 0))

    return kernel


_KERNELS: dict[ResizeMethod, Callable[[Any], Any]] = {
    ResizeMethod.LINEAR: _triangle,
    ResizeMethod.LANCZOS3: _lanczos(3),
    ResizeMethod.LANCZOS5: _lanczos(5),
    ResizeMethod.CUBIC: _cubic(-0.5),
    ResizeMethod.CUBIC_PYTORCH: _cubic(-0.75),
}


def _method(function: str, method: Any, antialias: bool) -> ResizeMethod:
    if isinstance(method, str):
        method = ResizeMethod.from_string(method)
    if not isinstance(method, ResizeMethod):
        raise TypeError(f"{function}: expected a ResizeMethod or its name but got {type(method).__name__}")
    return ResizeMethod.CUBIC if method is ResizeMethod.CUBIC_PYTORCH and antialias else method


def _normalised(weights: Any) -> Any:
    """Weights of sum 1; none where there is nothing to sum."""
    total = wnp.sum(weights, 0, keepdims=True)
    some = wnp.abs(total) > 1000 * float(np.finfo(np.float32).eps)
    return wnp.where(some, weights / wnp.where(some, total, 1), 0)


def _weights(m: int, n: int, scale: Any, shift: Any, method: ResizeMethod, antialias: bool) -> Any:
    """The share of each of m pixels in each of n new ones, shape (m, n)."""
    inverse = 1 / scale
    places = (np.arange(n, dtype=np.float32) + 0.5) * inverse - shift * inverse - 0.5
    if method is ResizeMethod.AREA:
        left = np.arange(n, dtype=np.float32) * inverse - shift * inverse
        pixel = np.arange(m, dtype=np.float32)[:, None]
        weights = wnp.maximum(0, wnp.minimum(left + inverse, pixel + 1) - wnp.maximum(left, pixel))
    elif (
        method is ResizeMethod.CUBIC_PYTORCH
    ):  # pixels beyond the edge are those of the edge, as a matrix of zeros, ones
        beyond = np.clip(np.arange(-2, m + 2), 0, m - 1)
        weights = _KERNELS[method](wnp.abs(places - np.arange(-2, m + 2, dtype=np.float32)[:, None]))
        edges = (beyond == np.arange(m)[:, None]).astype(np.float32)
        return _normalised(convert(as_array("resize", edges), weights.dtype) @ weights)
    else:
        # Making an image smaller needs a wider kernel, which filters out what the new pixels cannot show.
        width = wnp.maximum(inverse, 1) if antialias else 1
        distance = wnp.abs(places - np.arange(m, dtype=np.float32)[:, None]) / width
        weights = _KERNELS[method](distance)
    inside = (places >= -0.5) & (places <= m - 0.5)
    return wnp.where(inside, _normalised(weights), 0)


def _resampled(image: Any, dimensions: Sequence[int], weights: Sequence[Any]) -> Any:
    for d, w in zip(dimensions, weights, strict=True):
        out = wnp.tensordot(image, convert(w, image.dtype), ((d,), (0,)))
        image = wnp.moveaxis(out, -1, d)
    return image


def _check_shape(function: str, image: Any, shape: Sequence[int]) -> tuple[int, ...]:
    try:
        shape = tuple(int(operator.index(n)) for n in shape)
    except TypeError:
        raise errors.make(
            errors.DtypeError, function, f"expected a shape of ints but got {shape!r}", remedy="round it"
        ) from None
    if len(shape) != image.ndim:
        raise errors.make(
            errors.ShapeError, function,
            f"expected a shape of as many dimensions as the image has but got {shape} for {image.shape}",
            remedy="name all dimensions; those that do not change keep their size",
        )  # fmt: skip
    return shape


def scale_and_translate(
    image: Any,
    shape: Sequence[int],
    spatial_dims: Sequence[int],
    scale: Any,
    translation: Any,
    method: str | ResizeMethod,
    antialias: bool = True,
    precision: Any = None,
) -> Any:
    """An image whose pixel at x is that at (x - translation) / scale of the given one, with pixel i from i to i + 1.

    Args:
      image: any array; integers become floats.
      shape: of the result, as many dimensions as the image has.
      spatial_dims: the k dimensions that change.
      scale, translation: shape (k,); they may be traced, and be differentiated by.
      method: a `ResizeMethod` or its name, not NEAREST.
      antialias: whether a wider kernel is used where the image becomes smaller.
      precision: ignored.

    Raises:
      ShapeError: a shape of other dimensions than the image's, or not as many scales as dimensions.
      ValueError: NEAREST, or no method of this name.
      TypeError: a method that is neither.

    >>> scale_and_translate(wnp.array([1.0, 2.0]), (4,), (0,), wnp.array([2.0]), wnp.array([0.0]), "linear")
    Array([1.  , 1.25, 1.75, 2.  ], dtype=float32)
    """
    name = "scale_and_translate"
    (image,) = promote(name, (image,), inexact=True)
    scale, translation = promote(name, [as_array(name, x) for x in (scale, translation)], inexact=True)
    shape = _check_shape(name, image, shape)
    chosen = _method(name, method, antialias)
    if chosen is ResizeMethod.NEAREST:
        raise ValueError(f"{name}: expected a method other than NEAREST, which only resize has")
    dimensions = [axis_index(name, d, image.ndim) for d in spatial_dims]
    if scale.shape != (len(dimensions),) or translation.shape != (len(dimensions),):
        raise errors.make(
            errors.ShapeError, name,
            f"expected a scale and a translation of shape ({len(dimensions)},), one for each dimension that changes, "
            f"but got {scale.shape} and {translation.shape}",
        )  # fmt: skip
    weights = [
        _weights(image.shape[d], shape[d], scale[i], translation[i], chosen, antialias)
        for i, d in enumerate(dimensions)
    ]
    out = _resampled(image, dimensions, weights)
    if out.shape != shape:
        raise errors.make(
            errors.ShapeError, name,
            f"expected a shape that differs from {image.shape} only in the spatial_dims but got {shape}",
        )  # fmt: skip
    return out


def resize(
    image: Any, shape: Sequence[int], method: str | ResizeMethod, antialias: bool = True, precision: Any = None
) -> Any:
    """An image of another size.

    Args:
      image: any array; integers become floats, except with the nearest method.
      shape: of the result, with all dimensions; those that do not change keep their size.
      method: a `ResizeMethod` or its name.
      antialias: whether a wider kernel is used where the image becomes smaller.
      precision: ignored.

    Raises:
      ShapeError: a shape of other dimensions than the image's.
      ValueError: no method of this name.
      TypeError: a method that is neither.

    >>> resize(wnp.array([[1.0, 2.0]]), (1, 4), "linear")
    Array([[1.  , 1.25, 1.75, 2.  ]], dtype=float32)
    >>> resize(wnp.array([1, 2]), (4,), "nearest")
    Array([1, 1, 2, 2], dtype=int32)
    """
    image = as_array("resize", image)
    shape = _check_shape("resize", image, shape)
    chosen = _method("resize", method, antialias)
    dimensions = [d for d in range(image.ndim) if image.shape[d] != shape[d]]
    if chosen is ResizeMethod.NEAREST:
        for d in dimensions:
            m, n = image.shape[d], shape[d]
            places = np.floor((np.arange(n, dtype=np.float32) + 0.5) * np.float32(m) / np.float32(n))
            image = wnp.take(image, places.astype(np.int32), d)
        return image
    (image,) = promote("resize", (image,), inexact=True)
    scales = [as_array("resize", float(shape[d] or 1) / image.shape[d]) for d in dimensions]
    weights = [
        _weights(image.shape[d], shape[d], scale, 0, chosen, antialias)
        for d, scale in zip(dimensions, scales, strict=True)
    ]
    return _resampled(image, dimensions, weights)
