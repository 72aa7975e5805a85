# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`wengert.scipy.fft`: discrete cosine transforms, by Fourier transforms (Makhoul, A fast cosine transform, 1980)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert import numpy as wnp
from wengert.lax._operands import axis_index, promote, refuse_complex

__all__ = ["dct", "dctn", "idct", "idctn"]

_NORMS = (None, "backward", "forward", "ortho")


def dct(x: Any, type: int = 2, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """The discrete cosine transform along an axis.

    Args:
      x: a real array; integers become floats.
      type: 1 to 4; type 2, the sum of x[j] 2 cos(pi k (2 j + 1) / 2 n), is the usual one, type 3 its inverse but for a
        factor.
      n: x is cut or filled up with zeros to this size first.
      axis: the dimension.
      norm: None or "backward" for no factor, "forward" for that of the inverse, "ortho" for an orthogonal transform.

    Raises:
      DtypeError: a complex array.
      ShapeError: no such axis, or too few elements: one, or two for type 1.
      ValueError: another type, size or norm.

    >>> dct(wnp.array([1.0, 2.0, 3.0]), norm="ortho").round(3)
    Array([ 3.464, -1.414, -0.   ], dtype=float32)
    """
    return _along("dct", x, type, n, axis, norm, False)


def idct(x: Any, type: int = 2, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """The inverse of `dct` with the same arguments.

    >>> idct(dct(wnp.array([1.0, 2.0, 3.0]))).round(3)
    Array([1., 2., 3.], dtype=float32)
    """
    return _along("idct", x, type, n, axis, norm, True)


def dctn(
    x: Any, type: int = 2, s: Sequence[int] | None = None, axes: Sequence[int] | None = None, norm: str | None = None
) -> Any:
    """The discrete cosine transform along several axes, by default all, or the last ones if sizes `s` are given.

    Errors are those of `dct`.

    >>> dctn(wnp.ones((2, 2)), norm="ortho").round(3)
    Array([[2., 0.],
           [0., 0.]], dtype=float32)
    """
    return _over_axes("dctn", x, type, s, axes, norm, False)


def idctn(
    x: Any, type: int = 2, s: Sequence[int] | None = None, axes: Sequence[int] | None = None, norm: str | None = None
) -> Any:
    """The inverse of `dctn` with the same arguments.

    >>> idctn(dctn(wnp.ones((2, 2)))).round(3)
    Array([[1., 1.],
           [1., 1.]], dtype=float32)
    """
    return _over_axes("idctn", x, type, s, axes, norm, True)


def _over_axes(function: str, x: Any, type: int, s: Any, axes: Any, norm: Any, inverse: bool) -> Any:
    (x,) = promote(function, (x,), inexact=True)
    if axes is None:
        axes = range(x.ndim) if s is None else range(x.ndim - len(s), x.ndim)
    axes = [axis_index(function, a, x.ndim) for a in axes]
    sizes = [None] * len(axes) if s is None else list(s)
    if len(sizes) != len(axes) or len(set(axes)) != len(axes):
        raise ValueError(f"{function}: expected a size for each of some distinct axes but got {s} and {axes}")
    for axis, n in zip(axes, sizes, strict=True):
        x = _along(function, x, type, n, axis, norm, inverse)
    return x


def _along(function: str, x: Any, type: int, n: int | None, axis: int, norm: str | None, inverse: bool) -> Any:
    if type not in (1, 2, 3, 4):
        raise ValueError(f"{function}: expected a type from 1 to 4 but got {type!r}")
    if norm not in _NORMS:
        raise ValueError(f"{function}: expected a norm of None, backward, forward or ortho but got {norm!r}")
    (x,) = promote(function, (x,), inexact=True)
    refuse_complex(function, x)
    axis = axis_index(function, axis, x.ndim)
    x = wnp.moveaxis(x, axis, -1)
    if n is not None:
        if n < 1:
            raise ValueError(f"{function}: expected n of at least 1 but got {n}")
        have = x.shape[-1]
        x = x[..., :n] if n <= have else wnp.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, n - have)])
    n = x.shape[-1]
    if n < 1 + (type == 1):
        raise errors.make(
            errors.ShapeError, function, f"expected at least {1 + (type == 1)} elements for type {type} but got {n}"
        )
    if inverse:  # 1 and 4 are their own inverses, 2 and 3 each other's, up to a factor
        type = {1: 1, 2: 3, 3: 2, 4: 4}[type]
    factor = 2 * (n - 1) if type == 1 else 2 * n
    out = _ortho(x, type) if norm == "ortho" else _TRANSFORMS[type](x)
    if norm != "ortho" and (norm == "forward") != inverse:
        out = out / factor
    return wnp.moveaxis(out, -1, axis)


def _constant(values: Any, like: Any) -> Any:
    return wnp.asarray(np.asarray(values).astype(like.dtype))


def _turns(angle: Any, like: Any) -> Any:
    """exp(-i angle), of the type that belongs to a real one."""
    return wnp.asarray(np.exp(-1j * np.asarray(angle)).astype(dtypes.promote_types(like.dtype, "complex64")))


def _first(x: Any) -> Any:
    """Of the even extension, a transform of 2 n - 2 real numbers."""
    return wnp.fft.rfft(wnp.concatenate([x, wnp.flip(x[..., 1:-1], -1)], -1)).real


def _second(x: Any) -> Any:
    n = x.shape[-1]
    order = np.r_[0:n:2, n - 1 - n % 2 : 0 : -2].astype(np.int32)
    return 2 * (wnp.fft.fft(x[..., order]) * _turns(np.pi * np.arange(n) / (2 * n), x)).real


def _third(x: Any) -> Any:
    n = x.shape[-1]
    mirrored = wnp.concatenate([wnp.zeros_like(x[..., :1]), wnp.flip(x[..., 1:], -1)], -1)
    spectrum = lax.complex(x, -mirrored) * _turns(-np.pi * np.arange(n) / (2 * n), x)
    order = np.empty(n, np.int32)
    order[np.r_[0:n:2, n - 1 - n % 2 : 0 : -2]] = np.arange(n)
    return n * wnp.fft.ifft(spectrum).real[..., order]


def _fourth(x: Any) -> Any:
    n = x.shape[-1]
    spectrum = wnp.fft.fft(x * _turns(np.pi * np.arange(n) / (2 * n), x), 2 * n)[..., :n]
    return 2 * (spectrum * _turns(np.pi * (2 * np.arange(n) + 1) / (4 * n), x)).real


_TRANSFORMS = {1: _first, 2: _second, 3: _third, 4: _fourth}


def _ortho(x: Any, type: int) -> Any:
    """The transform as an orthogonal matrix: what stands at the ends counts differently."""
    n = x.shape[-1]
    ends = np.ones(n)
    ends[0] = np.sqrt(2)
    if type == 1:
        ends[-1] = np.sqrt(2)
    before = _constant(ends, x) if type in (1, 3) else 1
    after = _constant(1 / ends, x) if type in (1, 2) else 1
    scale = 1 / np.sqrt(2 * (n - 1) if type == 1 else 2 * n)
    return _TRANSFORMS[type](x * before) * (after * _constant(scale, x))
