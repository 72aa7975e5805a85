# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`wengert.scipy.signal`: convolutions, trends, spectra, short-time Fourier transforms."""

from wengert.scipy.signal.convolutions import convolve, convolve2d, correlate, correlate2d, fftconvolve
from wengert.scipy.signal.frames import istft, stft
from wengert.scipy.signal.spectra import csd, welch
from wengert.scipy.signal.trends import detrend

__all__ = [
    "convolve", "convolve2d", "correlate", "correlate2d", "csd", "detrend", "fftconvolve", "istft", "stft", "welch",
]  # fmt: skip
