# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Fourier transforms with the names and arguments of `numpy.fft`.

>>> import wengert.numpy as wnp
>>> wnp.fft.fftfreq(4)
Array([ 0.  ,  0.25, -0.5 , -0.25], dtype=float32)
"""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert import numpy as wnp
from wengert.lax._operands import as_array, axis_index

__all__ = [
    "fft", "fft2", "fftfreq", "fftn", "fftshift", "hfft", "ifft", "ifft2", "ifftn", "ifftshift", "ihfft", "irfft",
    "irfft2", "irfftn", "rfft", "rfft2", "rfftfreq", "rfftn",
]  # fmt: skip


def _axes(name: str, x: Any, s: Sequence[int] | None, axes: Sequence[int] | None) -> tuple[int, ...]:
    if axes is None:
        axes = range(x.ndim) if s is None else range(x.ndim - len(s), x.ndim)
    found = tuple(axis_index(name, a, x.ndim) for a in axes)
    if len(set(found)) != len(found):
        raise errors.make(errors.ShapeError, name, f"expected axes that differ but got {tuple(axes)}")
    if name.endswith("2") and len(found) != 2:
        raise errors.make(errors.ShapeError, name, f"expected two axes but got {tuple(axes)}")
    if s is not None and len(s) != len(found):
        raise errors.make(errors.ShapeError, name, f"expected a length for each of {len(found)} axes but got {len(s)}")
    return found


def _lengths(name: str, x: Any, s: Sequence[int] | None, axes: tuple[int, ...], is_half: bool) -> tuple[int, ...]:
    """The length of each axis of the side with all entries."""
    if s is not None:
        lengths = tuple(operator.index(n) for n in s)
    else:
        lengths = tuple(x.shape[a] for a in axes)
        if is_half:
            lengths = (*lengths[:-1], max(2 * (lengths[-1] - 1), 0))
    if any(n < 1 for n in lengths):
        raise errors.make(errors.ShapeError, name, f"expected at least one element along each axis but got {lengths}")
    return lengths


def _resized(x: Any, sizes: Sequence[int]) -> Any:
    """The last dimensions cut, or filled up with zeros."""
    before = x.ndim - len(sizes)
    cut = [slice(None)] * before + [slice(0, n) for n in sizes]
    x = x[tuple(cut)]
    missing = [(0, 0)] * before + [(0, n - m) for n, m in zip(sizes, x.shape[before:], strict=True)]
    return wnp.pad(x, missing) if any(after for _, after in missing) else x


def _scale(name: str, norm: Any, is_inverse: bool, size: int) -> float | None:
    """What the result of the op is multiplied by: forward transforms are not scaled, inverse ones by 1 / size."""
    if norm in (None, "backward"):
        return None
    if norm == "ortho":
        return math.sqrt(size) if is_inverse else 1 / math.sqrt(size)
    if norm == "forward":
        return float(size) if is_inverse else 1 / size
    raise ValueError(f"{name}: expected a norm of backward, ortho, forward but got {norm!r}")


def _transform(name: str, kind: str, x: Any, s: Any, axes: Any, norm: Any) -> Any:
    x = as_array(name, x)
    axes = _axes(name, x, s, axes)
    if not axes:
        return lax.convert_element_type(x, dtypes.complex64) if x.dtype.kind != "c" else x
    lengths = _lengths(name, x, s, axes, kind == "IRFFT")
    scale = _scale(name, norm, kind.startswith("I"), math.prod(lengths))
    order = (*[d for d in range(x.ndim) if d not in axes], *axes)
    x = wnp.transpose(x, order)
    x = _resized(x, (*lengths[:-1], lengths[-1] // 2 + 1) if kind == "IRFFT" else lengths)
    x = _in_parts(kind, x, lengths)
    if scale is not None:
        x = x * scale
    return wnp.transpose(x, tuple(np.argsort(order)))


def _in_parts(kind: str, x: Any, lengths: tuple[int, ...]) -> Any:
    """The op takes three dimensions at a time; the one that is halved comes first, or last on the way back."""
    outer = len(lengths) - 3
    if outer <= 0:
        return lax.fft(x, kind, lengths)
    inverse = kind.startswith("I")
    if kind != "IRFFT":
        x = lax.fft(x, kind, lengths[outer:])
    for d in range(outer):
        at = x.ndim - len(lengths) + d
        moved = wnp.moveaxis(x, at, -1)
        x = wnp.moveaxis(lax.fft(moved, "IFFT" if inverse else "FFT", (lengths[d],)), -1, at)
    return lax.fft(x, kind, lengths[outer:]) if kind == "IRFFT" else x


def _one(n: Any) -> Any:
    return None if n is None else (n,)


def fft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """The transform along `axis`, cut or filled up with zeros to `n` elements first.

    >>> fft(wnp.array([1.0, 1.0]))
    Array([2.+0.j, 0.+0.j], dtype=complex64)
    """
    return _transform("fft", "FFT", a, _one(n), (axis,), norm)


def ifft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """The inverse of `fft`.

    >>> ifft(wnp.array([2.0, 0.0]))
    Array([1.+0.j, 1.+0.j], dtype=complex64)
    """
    return _transform("ifft", "IFFT", a, _one(n), (axis,), norm)


def rfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """The first n // 2 + 1 entries of the transform of a real array; the others are their conjugates.

    >>> rfft(wnp.array([1.0, 1.0]))
    Array([2.+0.j, 0.+0.j], dtype=complex64)
    """
    return _transform("rfft", "RFFT", a, _one(n), (axis,), norm)


def irfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """The inverse of `rfft`: a real array of `n` elements along `axis`, 2 * (m - 1) for m entries if not given.

    >>> irfft(wnp.array([2.0, 0.0]))
    Array([1., 1.], dtype=float32)
    """
    return _transform("irfft", "IRFFT", a, _one(n), (axis,), norm)


def fft2(a: Any, s: Any = None, axes: Sequence[int] = (-2, -1), norm: str | None = None) -> Any:
    """`fftn` over two axes."""
    return _transform("fft2", "FFT", a, s, axes, norm)


def ifft2(a: Any, s: Any = None, axes: Sequence[int] = (-2, -1), norm: str | None = None) -> Any:
    """`ifftn` over two axes."""
    return _transform("ifft2", "IFFT", a, s, axes, norm)


def rfft2(a: Any, s: Any = None, axes: Sequence[int] = (-2, -1), norm: str | None = None) -> Any:
    """`rfftn` over two axes."""
    return _transform("rfft2", "RFFT", a, s, axes, norm)


def irfft2(a: Any, s: Any = None, axes: Sequence[int] = (-2, -1), norm: str | None = None) -> Any:
    """`irfftn` over two axes."""
    return _transform("irfft2", "IRFFT", a, s, axes, norm)


def fftn(a: Any, s: Any = None, axes: Sequence[int] | None = None, norm: str | None = None) -> Any:
    """The transform along several axes, all of them by default, cut or filled up to the lengths `s` first.

    >>> fftn(wnp.ones((2, 2))).real
    Array([[4., 0.],
           [0., 0.]], dtype=float32)
    """
    return _transform("fftn", "FFT", a, s, axes, norm)


def ifftn(a: Any, s: Any = None, axes: Sequence[int] | None = None, norm: str | None = None) -> Any:
    """The inverse of `fftn`."""
    return _transform("ifftn", "IFFT", a, s, axes, norm)


def rfftn(a: Any, s: Any = None, axes: Sequence[int] | None = None, norm: str | None = None) -> Any:
    """`rfft` along the last of the axes, `fft` along the others."""
    return _transform("rfftn", "RFFT", a, s, axes, norm)


def irfftn(a: Any, s: Any = None, axes: Sequence[int] | None = None, norm: str | None = None) -> Any:
    """The inverse of `rfftn`."""
    return _transform("irfftn", "IRFFT", a, s, axes, norm)


_SWAPPED = {None: "forward", "backward": "forward", "ortho": "ortho", "forward": "backward"}


def hfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """The transform of a signal with a real spectrum, given its first half: real.

    >>> hfft(wnp.array([1.0, 0.0, 0.0]))
    Array([1., 1., 1., 1.], dtype=float32)
    """
    return _transform("hfft", "IRFFT", lax.conj(a), _one(n), (axis,), _swapped("hfft", norm))


def ihfft(a: Any, n: int | None = None, axis: int = -1, norm: str | None = None) -> Any:
    """The inverse of `hfft`."""
    return lax.conj(_transform("ihfft", "RFFT", a, _one(n), (axis,), _swapped("ihfft", norm)))


def _swapped(name: str, norm: Any) -> str:
    if norm not in _SWAPPED:
        raise ValueError(f"{name}: expected a norm of backward, ortho, forward but got {norm!r}")
    return _SWAPPED[norm]


def fftfreq(n: int, d: Any = 1.0, *, dtype: Any = None, device: Any = None) -> Any:
    """The frequencies of the entries of `fft` for samples that are `d` apart.

    >>> fftfreq(3)
    Array([ 0.        ,  0.33333334, -0.33333334], dtype=float32)
    """
    n = _count("fftfreq", n)
    kind = dtypes.canonical(float if dtype is None else dtype)
    k = np.concatenate([np.arange((n + 1) // 2), np.arange(-(n // 2), 0)])
    return wnp.asarray(k, kind) / (wnp.asarray(d, kind) * n)


def rfftfreq(n: int, d: Any = 1.0, *, dtype: Any = None, device: Any = None) -> Any:
    """The frequencies of the entries of `rfft`.

    >>> rfftfreq(4)
    Array([0.  , 0.25, 0.5 ], dtype=float32)
    """
    n = _count("rfftfreq", n)
    kind = dtypes.canonical(float if dtype is None else dtype)
    return wnp.arange(n // 2 + 1, dtype=kind) / (wnp.asarray(d, kind) * n)


def _count(name: str, n: Any) -> int:
    if isinstance(n, (list, tuple)):
        raise ValueError(f"{name}: expected one number of samples but got {n!r}")
    n = operator.index(n)
    if n < 1:
        raise ValueError(f"{name}: expected at least one sample but got {n}")
    return n


def fftshift(x: Any, axes: Any = None) -> Any:
    """The entries with frequency zero in the middle.

    >>> fftshift(wnp.arange(4))
    Array([2, 3, 0, 1], dtype=int32)
    """
    x = as_array("fftshift", x)
    axes = range(x.ndim) if axes is None else (axes,) if isinstance(axes, int) else axes
    return wnp.roll(x, [x.shape[a] // 2 for a in axes], tuple(axes))


def ifftshift(x: Any, axes: Any = None) -> Any:
    """The inverse of `fftshift`.

    >>> ifftshift(fftshift(wnp.arange(3)))
    Array([0, 1, 2], dtype=int32)
    """
    x = as_array("ifftshift", x)
    axes = range(x.ndim) if axes is None else (axes,) if isinstance(axes, int) else axes
    return wnp.roll(x, [-(x.shape[a] // 2) for a in axes], tuple(axes))
