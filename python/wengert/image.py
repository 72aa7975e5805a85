# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Images of other sizes. Names of `jax.image`.

>>> import wengert.numpy as wnp
>>> resize(wnp.array([0.0, 1.0]), (4,), "linear")
Array([0.  , 0.25, 0.75, 1.  ], dtype=float32)
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert import dtypes, errors
from wengert import numpy as wnp

__all__ = ["ResizeMethod", "resize", "scale_and_translate"]

_NAMES = {
    "nearest": "nearest", "linear": "linear", "bilinear": "linear", "trilinear": "linear", "triangle": "linear",
    "cubic": "cubic", "bicubic": "cubic", "tricubic": "cubic", "lanczos3": "lanczos3", "lanczos5": "lanczos5",
}  # fmt: skip


class ResizeMethod(enum.Enum):
    """How numbers between pixels are made.

    >>> ResizeMethod.from_string("bilinear")
    <ResizeMethod.LINEAR: 'linear'>
    """

    NEAREST = "nearest"
    LINEAR = "linear"
    CUBIC = "cubic"
    LANCZOS3 = "lanczos3"
    LANCZOS5 = "lanczos5"

    @staticmethod
    def from_string(s: str) -> ResizeMethod:
        """The method of a name.

        Raises:
          ValueError: there is none.
        """
        if s not in _NAMES:
            raise ValueError(f"resize: expected a method of {', '.join(_NAMES)} but got {s!r}")
        return ResizeMethod(_NAMES[s])


def _triangle(x: Any) -> Any:
    return wnp.maximum(0, 1 - x)


def _cubic(x: Any) -> Any:
    near = ((1.5 * x - 2.5) * x) * x + 1.0
    far = ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
    return wnp.where(x >= 2.0, 0.0, wnp.where(x >= 1.0, far, near))


def _lanczos(radius: float) -> Any:
    def kernel(x: Any) -> Any:
        at_zero = x <= 1e-3
        y = radius * wnp.sin(np.pi * x) * wnp.sin(np.pi * x / radius)
        inside = wnp.where(at_zero, 1.0, y / wnp.where(at_zero, 1.0, np.pi**2 * x**2))
        return wnp.where(x > radius, 0.0, inside)

    return kernel


_KERNELS = {"linear": _triangle, "cubic": _cubic, "lanczos3": _lanczos(3.0), "lanczos5": _lanczos(5.0)}


def _weights(size: int, new_size: int, scale: Any, translation: Any, kernel: Any, antialias: bool, dtype: Any) -> Any:
    """The share of each old place in each new one, an array (size, new_size)."""
    step = 1.0 / scale
    width = wnp.maximum(step, 1.0) if antialias else 1.0
    place = (wnp.arange(new_size, dtype=dtype) + 0.5) * step - translation * step - 0.5
    shares = kernel(wnp.abs(place[None, :] - wnp.arange(size, dtype=dtype)[:, None]) / width)
    total = wnp.sum(shares, axis=0, keepdims=True)
    # A new place beyond the image would divide almost nothing by almost nothing.
    enough = wnp.abs(total) > 1000.0 * float(np.finfo(np.float32).eps)
    shares = wnp.where(enough, shares / wnp.where(enough, total, 1), 0)
    inside = wnp.logical_and(place >= -0.5, place <= size - 0.5)
    return wnp.where(inside[None, :], shares, 0).astype(dtype)


def _method(method: str | ResizeMethod) -> ResizeMethod:
    return ResizeMethod.from_string(method) if isinstance(method, str) else method


def _inexact(image: Any) -> Any:
    image = wnp.asarray(image)
    return image if dtypes.is_inexact(image.dtype) else image.astype(dtypes.default_float())


def _contracted(image: Any, weights: Any, dim: int) -> Any:
    return wnp.moveaxis(wnp.tensordot(image, weights, axes=([dim], [0])), -1, dim)


def scale_and_translate(
    image: Any, shape: Sequence[int], spatial_dims: Sequence[int], scale: Any, translation: Any,
    method: str | ResizeMethod, antialias: bool = True, precision: Any = None,
) -> Any:  # fmt: skip
    """The image stretched by `scale` and then moved by `translation`, on a canvas of `shape`; 0 beyond its border.

    Args:
      image: numbers of any shape.
      shape: that of the result; only the sizes of spatial_dims may differ from those of the image.
      spatial_dims: the dimensions that are stretched.
      scale, translation: a number for each of them; derivatives by them exist.
      method: "linear", "cubic", "lanczos3", "lanczos5" or their other names.
      antialias: smooth before shrinking.
      precision: accepted; products are computed in the type of the image.

    Returns:
      An array of `shape` of the type of the image, float32 for integers.

    Raises:
      ShapeError: the shape has another rank, or differs in another dimension.
      ValueError: another method.

    >>> import wengert.numpy as wnp
    >>> scale_and_translate(wnp.array([1.0, 2.0]), (4,), (0,), wnp.ones(1), wnp.array([1.0]), "linear")
    Array([0., 1., 2., 0.], dtype=float32)
    """
    image, method = _inexact(image), _method(method)
    dims = [d % image.ndim for d in spatial_dims]
    if len(shape) != image.ndim or any(shape[d] != image.shape[d] for d in range(image.ndim) if d not in dims):
        raise errors.make(
            errors.ShapeError, "scale_and_translate",
            f"expected the shape {image.shape} but for the dimensions {dims} but got {tuple(shape)}",
        )  # fmt: skip
    if method is ResizeMethod.NEAREST:
        raise ValueError("scale_and_translate: expected another method than 'nearest'; remedy: use resize")
    scale, translation = wnp.asarray(scale), wnp.asarray(translation)
    kind = np.empty(0, image.dtype).real.dtype
    for i, d in enumerate(dims):
        args = scale[i].astype(kind), translation[i].astype(kind), _KERNELS[method.value], antialias, kind
        image = _contracted(image, _weights(image.shape[d], shape[d], *args).astype(image.dtype), d)
    return image


def resize(
    image: Any, shape: Sequence[int], method: str | ResizeMethod, antialias: bool = True, precision: Any = None
) -> Any:
    """The image in another size; the arguments are those of `scale_and_translate`, and "nearest" is a method too.

    Raises:
      ShapeError: the shape has another rank.
      ValueError: another method.

    >>> import wengert.numpy as wnp
    >>> resize(wnp.array([1, 2]), (4,), "nearest")
    Array([1, 1, 2, 2], dtype=int32)
    """
    image, method, shape = wnp.asarray(image), _method(method), tuple(shape)
    if len(shape) != image.ndim:
        raise errors.make(
            errors.ShapeError, "resize", f"expected a shape of rank {image.ndim} but got {shape}",
            remedy="give the sizes of all dimensions, batch and channels too",
        )  # fmt: skip
    dims = [d for d in range(image.ndim) if shape[d] != image.shape[d]]
    if method is ResizeMethod.NEAREST:
        for d in dims:
            place = (np.arange(shape[d]) + 0.5) * image.shape[d] / shape[d]
            image = wnp.take(image, np.floor(place.astype(np.float32)).astype(np.int32), axis=d)
        return image
    scale = np.array([shape[d] / image.shape[d] for d in dims], np.float32)
    return scale_and_translate(image, shape, dims, scale, np.zeros(len(dims), np.float32), method, antialias)
