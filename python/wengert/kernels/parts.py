# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""NumPy kernels: complex numbers and their parts."""

from __future__ import annotations

import numpy as np

from wengert.kernels.common import contiguous


def real(x: np.ndarray) -> np.ndarray:
    """The real part."""
    return contiguous(x.real)


def imag(x: np.ndarray) -> np.ndarray:
    """The imaginary part."""
    return contiguous(x.imag)


def complex(re: np.ndarray, im: np.ndarray) -> np.ndarray:
    """re + i im, each part as it is (1j * inf would make a nan)."""
    result = np.empty(np.shape(re), np.result_type(re.dtype, np.complex64))
    result.real = re
    result.imag = im
    return result
