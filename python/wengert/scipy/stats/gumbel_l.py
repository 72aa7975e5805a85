# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The left-skewed Gumbel distribution: the smallest of many numbers."""

from __future__ import annotations

from typing import Any

from wengert import numpy as wnp
from wengert.scipy.stats.operands import log1mexp, real

__all__ = ["cdf", "logcdf", "logpdf", "logsf", "pdf", "ppf", "sf"]


def logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of the density at x.

    >>> logpdf(0.5)
    Array(-1.1487212, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("gumbel_l.logpdf", x, loc, scale)
    z = (x - loc) / scale
    return wnp.where(scale > 0, z - wnp.exp(z) - wnp.log(scale), wnp.nan)


def pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The density at x.

    >>> pdf(0.5)
    Array(0.31704196, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpdf(x, loc, scale))


def cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of x or less.

    >>> cdf(0.5)
    Array(0.8077044, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("gumbel_l.cdf", x, loc, scale)
    return wnp.where(scale > 0, -wnp.expm1(-wnp.exp((x - loc) / scale)), wnp.nan)


def logcdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of `cdf`.

    >>> logcdf(0.5)
    Array(-0.2135592, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("gumbel_l.logcdf", x, loc, scale)
    return wnp.where(scale > 0, log1mexp(wnp.exp((x - loc) / scale)), wnp.nan)


def sf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of more than x.

    >>> sf(0.5)
    Array(0.19229566, dtype=float32, weak_type=True)
    """
    return wnp.exp(logsf(x, loc, scale))


def logsf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of `sf`.

    >>> logsf(0.5)
    Array(-1.6487212, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("gumbel_l.logsf", x, loc, scale)
    return wnp.where(scale > 0, -wnp.exp((x - loc) / scale), wnp.nan)


def ppf(p: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The inverse of `cdf`.

    >>> ppf(0.5)
    Array(-0.36651292, dtype=float32, weak_type=True)
    """
    p, loc, scale = real("gumbel_l.ppf", p, loc, scale)
    return wnp.where((p > 0) & (p < 1), loc + scale * wnp.log(-wnp.log1p(-p)), wnp.nan)
