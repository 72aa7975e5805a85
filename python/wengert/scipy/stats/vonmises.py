# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The von Mises distribution of angles, of concentration kappa around 0."""

from __future__ import annotations

import math
from typing import Any

from wengert import numpy as wnp
from wengert.scipy.special import i0e
from wengert.scipy.stats.operands import real

__all__ = ["logpdf", "pdf"]


def logpdf(x: Any, kappa: Any) -> Any:
    """The logarithm of the density at x.

    >>> logpdf(0.5, 2.0)
    Array(-0.90670556, dtype=float32, weak_type=True)
    """
    x, kappa = real("vonmises.logpdf", x, kappa)
    return wnp.where(kappa > 0, kappa * (wnp.cos(x) - 1) - wnp.log(2 * math.pi * i0e(kappa)), wnp.nan)


def pdf(x: Any, kappa: Any) -> Any:
    """The density at x.

    >>> pdf(0.5, 2.0)
    Array(0.4038525, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpdf(x, kappa))
