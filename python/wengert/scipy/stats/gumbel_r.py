# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The right-skewed Gumbel distribution: the greatest of many numbers."""

from __future__ import annotations

from typing import Any

from wengert import numpy as wnp
from wengert.scipy.stats.operands import log1mexp, real

__all__ = ["cdf", "logcdf", "logpdf", "logsf", "pdf", "ppf", "sf"]


def logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of the density at x.

    >>> logpdf(0.5)
    Array(-1.1065307, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("gumbel_r.logpdf", x, loc, scale)
    z = (loc - x) / scale
    return wnp.where(scale > 0, z - wnp.exp(z) - wnp.log(scale), wnp.nan)


def pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The density at x.

    >>> pdf(0.5)
    Array(0.3307043, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpdf(x, loc, scale))


def cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of x or less.

    >>> cdf(0.5)
    Array(0.5452392, dtype=float32, weak_type=True)
    """
    return wnp.exp(logcdf(x, loc, scale))


def logcdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of `cdf`.

    >>> logcdf(0.5)
    Array(-0.60653067, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("gumbel_r.logcdf", x, loc, scale)
    return wnp.where(scale > 0, -wnp.exp((loc - x) / scale), wnp.nan)


def sf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of more than x.

    >>> sf(0.5)
    Array(0.4547608, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("gumbel_r.sf", x, loc, scale)
    return wnp.where(scale > 0, -wnp.expm1(-wnp.exp((loc - x) / scale)), wnp.nan)


def logsf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of `sf`.

    >>> logsf(0.5)
    Array(-0.7879837, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("gumbel_r.logsf", x, loc, scale)
    return wnp.where(scale > 0, log1mexp(wnp.exp((loc - x) / scale)), wnp.nan)


def ppf(p: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The inverse of `cdf`.

    >>> ppf(0.5)
    Array(0.36651292, dtype=float32, weak_type=True)
    """
    p, loc, scale = real("gumbel_r.ppf", p, loc, scale)
    return wnp.where((p > 0) & (p < 1), loc - scale * wnp.log(-wnp.log(p)), wnp.nan)
