# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Fourier transforms, in the calling convention of `jax.lax`."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Any

from wengert import dtypes, errors
from wengert.lax._operands import apply, as_array, convert

__all__ = ["FftType", "fft"]


class FftType(enum.IntEnum):
    """The four transforms."""

    FFT = 0
    IFFT = 1
    RFFT = 2
    IRFFT = 3


def fft(x: Any, fft_type: Any, fft_lengths: Sequence[int]) -> Any:
    """The discrete Fourier transform over the last one to three dimensions.

    Args:
      x: an array; its last dimensions are `fft_lengths`, for IRFFT with n // 2 + 1 for n in the last place.
      fft_type: FFT, IFFT (complex to complex), RFFT (real to half a spectrum) or IRFFT (back): an FftType or its name.
      fft_lengths: the lengths of the dimensions. Any number will do.

    Returns:
      The transform, in complex64 for 32-bit operands and complex128 for 64-bit ones; of IRFFT the real array. The
      inverse ones are divided by the product of the lengths.

    Raises:
      DtypeError: x is complex for RFFT.
      ShapeError: the dimensions of x are not those of `fft_lengths`.

    >>> import wengert.numpy as wnp
    >>> from wengert import lax
    >>> lax.fft(wnp.array([1.0, 0.0, 0.0, 0.0]), "RFFT", (4,))
    Array([1.+0.j, 1.+0.j, 1.+0.j], dtype=complex64)
    """
    name = fft_type.name if isinstance(fft_type, FftType) else str(fft_type).rpartition(".")[2].upper()
    if name not in FftType.__members__:
        raise ValueError(f"fft: expected an fft_type of {', '.join(FftType.__members__)} but got {fft_type!r}")
    x = as_array("fft", x)
    lengths = tuple(int(n) for n in fft_lengths)
    is_complex = x.dtype.kind == "c"
    if name == "RFFT" and is_complex:
        raise errors.make(
            errors.DtypeError, "fft", f"expected real numbers for RFFT but got {x.dtype}", remedy="use FFT"
        )
    if name == "RFFT":
        x = convert(x, x.dtype if x.dtype in (dtypes.float32, dtypes.float64) else _wide(x.dtype))
    elif not is_complex:
        x = convert(x, dtypes.complex128 if _wide(x.dtype) == dtypes.float64 else dtypes.complex64)
    if not lengths and name in ("FFT", "IFFT"):
        return x  # over no dimension at all
    _check(name, x.shape, lengths)
    return apply("fft", (x,), fft_type=name, fft_lengths=lengths)


def _wide(dtype: Any) -> Any:
    """The type that a real array is transformed in."""
    if dtype == dtypes.float64:
        return dtypes.float64
    return dtypes.default_float() if dtype.kind in "biu" else dtypes.float32


def _check(name: str, shape: tuple[int, ...], lengths: tuple[int, ...]) -> None:
    wanted = (*lengths[:-1], lengths[-1] // 2 + 1) if name == "IRFFT" and lengths else lengths
    fits = 1 <= len(lengths) <= 3 and min(lengths) >= 1 and shape[len(shape) - len(lengths) :] == wanted
    if not fits or len(shape) < len(lengths):
        raise errors.make(
            errors.ShapeError,
            "fft",
            f"expected an array whose last one to three dimensions are {wanted} but got shape {shape}",
            remedy="slice or pad it, or use wengert.numpy.fft, which does",
        )
