# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""NumPy's constants."""

from __future__ import annotations

import math

import numpy as np

__all__ = [
    "e", "euler_gamma", "inf", "nan", "newaxis", "pi",
]  # fmt: skip

e = math.e
euler_gamma = float(np.euler_gamma)
inf = math.inf
nan = math.nan
newaxis = None
pi = math.pi
