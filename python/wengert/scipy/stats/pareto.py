# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The Pareto distribution of exponent b on x > loc + scale."""

from __future__ import annotations

from typing import Any

from wengert import numpy as wnp
from wengert.scipy.stats.operands import real

__all__ = ["cdf", "logcdf", "logpdf", "logsf", "pdf", "ppf", "sf"]


def logpdf(x: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of the density at x.

    >>> logpdf(2.0, 3.0)
    Array(-1.6739764, dtype=float32, weak_type=True)
    """
    x, b, loc, scale = real("pareto.logpdf", x, b, loc, scale)
    z = (x - loc) / scale
    return wnp.where(z < 1, -wnp.inf, wnp.log(b) - wnp.log(scale) - (b + 1) * wnp.log(wnp.maximum(z, 1)))


def pdf(x: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The density at x.

    >>> pdf(2.0, 3.0)
    Array(0.1875, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpdf(x, b, loc, scale))


def cdf(x: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of x or less.

    >>> cdf(2.0, 3.0)
    Array(0.875, dtype=float32, weak_type=True)
    """
    x, b, loc, scale = real("pareto.cdf", x, b, loc, scale)
    z = wnp.maximum((x - loc) / scale, 1)
    return -wnp.expm1(-b * wnp.log(z))


def logcdf(x: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of `cdf`.

    >>> logcdf(2.0, 3.0)
    Array(-0.13353139, dtype=float32, weak_type=True)
    """
    return wnp.log(cdf(x, b, loc, scale))


def sf(x: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of more than x.

    >>> sf(2.0, 3.0)
    Array(0.125, dtype=float32, weak_type=True)
    """
    return wnp.exp(logsf(x, b, loc, scale))


def logsf(x: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of `sf`.

    >>> logsf(2.0, 3.0)
    Array(-2.0794415, dtype=float32, weak_type=True)
    """
    x, b, loc, scale = real("pareto.logsf", x, b, loc, scale)
    return -b * wnp.log(wnp.maximum((x - loc) / scale, 1))


def ppf(q: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The inverse of `cdf`.

    >>> ppf(0.75, 2.0)
    Array(2., dtype=float32, weak_type=True)
    """
    q, b, loc, scale = real("pareto.ppf", q, b, loc, scale)
    return wnp.where((q >= 0) & (q <= 1), loc + scale * (1 - q) ** (-1 / b), wnp.nan)
