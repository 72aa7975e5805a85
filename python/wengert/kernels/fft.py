# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""NumPy kernels: Fourier transforms, by SciPy's pocketfft, which computes in the type of its operand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["fft"]

_FUNCTIONS = {"FFT": "fftn", "IFFT": "ifftn", "RFFT": "rfftn", "IRFFT": "irfftn"}


def fft(x: np.ndarray, fft_type: str, fft_lengths: Sequence[int]) -> np.ndarray:
    """The transform over the last dimensions; `fft_lengths` are the lengths of the side with all entries."""
    axes = tuple(range(x.ndim - len(fft_lengths), x.ndim))
    if not x.size:  # SciPy refuses what has no elements
        last = {"RFFT": fft_lengths[-1] // 2 + 1, "IRFFT": fft_lengths[-1]}.get(fft_type, x.shape[-1])
        kind = x.dtype
        if fft_type in ("RFFT", "IRFFT"):
            kind = np.dtype({"f": "c8", "d": "c16", "F": "f4", "D": "f8"}[kind.char])
        return np.empty((*x.shape[:-1], last), kind)
    import scipy.fft

    return np.ascontiguousarray(getattr(scipy.fft, _FUNCTIONS[fft_type])(x, tuple(fft_lengths), axes))
