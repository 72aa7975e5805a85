# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The Laplace distribution."""

from __future__ import annotations

from typing import Any

from wengert import numpy as wnp
from wengert.scipy.stats.operands import real

__all__ = ["cdf", "logpdf", "pdf"]


def logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of the density at x.

    >>> logpdf(0.5)
    Array(-1.1931472, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("laplace.logpdf", x, loc, scale)
    return -wnp.abs(x - loc) / scale - wnp.log(2 * scale)


def pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The density at x.

    >>> pdf(0.5)
    Array(0.30326533, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpdf(x, loc, scale))


def cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of x or less.

    >>> cdf(0.5)
    Array(0.69673467, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("laplace.cdf", x, loc, scale)
    z = (x - loc) / scale
    tail = 0.5 * wnp.exp(-wnp.abs(z))
    return wnp.where(z <= 0, tail, 1 - tail)
