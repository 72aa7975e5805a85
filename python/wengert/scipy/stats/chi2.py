# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Chi-squared: the gamma distribution of shape df / 2 and twice the scale."""

from __future__ import annotations

from typing import Any

from wengert.scipy.stats import gamma
from wengert.scipy.stats.operands import real

__all__ = ["cdf", "logcdf", "logpdf", "logsf", "pdf", "sf"]


def logpdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of the density at x.

    >>> logpdf(2.0, 3.0)
    Array(-1.5723649, dtype=float32, weak_type=True)
    """
    x, df, loc, scale = real("chi2.logpdf", x, df, loc, scale)
    return gamma.logpdf(x, df / 2, loc, 2 * scale)


def pdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The density at x.

    >>> pdf(2.0, 3.0)
    Array(0.20755374, dtype=float32, weak_type=True)
    """
    x, df, loc, scale = real("chi2.pdf", x, df, loc, scale)
    return gamma.pdf(x, df / 2, loc, 2 * scale)


def cdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of x or less.

    >>> cdf(2.0, 3.0)
    Array(0.4275933, dtype=float32, weak_type=True)
    """
    x, df, loc, scale = real("chi2.cdf", x, df, loc, scale)
    return gamma.cdf(x, df / 2, loc, 2 * scale)


def logcdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of `cdf`.

    >>> logcdf(2.0, 3.0)
    Array(-0.8495828, dtype=float32, weak_type=True)
    """
    x, df, loc, scale = real("chi2.logcdf", x, df, loc, scale)
    return gamma.logcdf(x, df / 2, loc, 2 * scale)


def sf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of more than x.

    >>> sf(2.0, 3.0)
    Array(0.5724067, dtype=float32, weak_type=True)
    """
    x, df, loc, scale = real("chi2.sf", x, df, loc, scale)
    return gamma.sf(x, df / 2, loc, 2 * scale)


def logsf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of `sf`.

    >>> logsf(2.0, 3.0)
    Array(-0.5579055, dtype=float32, weak_type=True)
    """
    x, df, loc, scale = real("chi2.logsf", x, df, loc, scale)
    return gamma.logsf(x, df / 2, loc, 2 * scale)
