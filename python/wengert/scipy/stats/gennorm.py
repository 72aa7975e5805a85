# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The generalised normal distribution: a density proportional to exp(-|x|**beta)."""

from __future__ import annotations

import math
from typing import Any

from wengert import numpy as wnp
from wengert.scipy.special import gammainc, gammaln
from wengert.scipy.stats.operands import real

__all__ = ["cdf", "logpdf", "pdf"]


def logpdf(x: Any, beta: Any) -> Any:
    """The logarithm of the density at x.

    >>> logpdf(1.0, 1.5)
    Array(-1.5908324, dtype=float32, weak_type=True)
    """
    x, beta = real("gennorm.logpdf", x, beta)
    return wnp.log(beta) - math.log(2) - gammaln(1 / beta) - wnp.abs(x) ** beta


def pdf(x: Any, beta: Any) -> Any:
    """The density at x.

    >>> pdf(1.0, 1.5)
    Array(0.20375594, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpdf(x, beta))


def cdf(x: Any, beta: Any) -> Any:
    """The probability of x or less.

    >>> cdf(1.0, 1.5)
    Array(0.88759124, dtype=float32, weak_type=True)
    """
    x, beta = real("gennorm.cdf", x, beta)
    return 0.5 + 0.5 * wnp.sign(x) * gammainc(1 / beta, wnp.abs(x) ** beta)
