# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The exponential distribution of mean loc + scale."""

from __future__ import annotations

from typing import Any

from wengert import numpy as wnp
from wengert.scipy.stats.operands import log1mexp, real

__all__ = ["cdf", "logcdf", "logpdf", "logsf", "pdf", "ppf", "sf"]


def logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of the density at x.

    >>> logpdf(1.0)
    Array(-1., dtype=float32, weak_type=True)
    """
    x, loc, scale = real("expon.logpdf", x, loc, scale)
    return wnp.where(x < loc, -wnp.inf, (loc - x) / scale - wnp.log(scale))


def pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The density at x.

    >>> pdf(1.0)
    Array(0.36787942, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpdf(x, loc, scale))


def cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of x or less.

    >>> cdf(1.0)
    Array(0.63212055, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("expon.cdf", x, loc, scale)
    return wnp.where(x < loc, 0, -wnp.expm1((loc - x) / scale))


def logcdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of `cdf`.

    >>> logcdf(1.0)
    Array(-0.4586751, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("expon.logcdf", x, loc, scale)
    return wnp.where(x <= loc, -wnp.inf, log1mexp((x - loc) / scale))


def sf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of more than x.

    >>> sf(1.0)
    Array(0.36787942, dtype=float32, weak_type=True)
    """
    return wnp.exp(logsf(x, loc, scale))


def logsf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of `sf`.

    >>> logsf(1.0)
    Array(-1., dtype=float32, weak_type=True)
    """
    x, loc, scale = real("expon.logsf", x, loc, scale)
    return wnp.where(x < loc, 0, (loc - x) / scale)


def ppf(q: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The inverse of `cdf`.

    >>> ppf(0.5)
    Array(0.6931472, dtype=float32, weak_type=True)
    """
    q, loc, scale = real("expon.ppf", q, loc, scale)
    return wnp.where((q >= 0) & (q <= 1), loc - scale * wnp.log1p(-q), wnp.nan)
