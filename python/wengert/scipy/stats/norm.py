# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The normal distribution of mean loc and standard deviation scale."""

from __future__ import annotations

import math
from typing import Any

from wengert import numpy as wnp
from wengert.scipy.special import log_ndtr, ndtr, ndtri
from wengert.scipy.stats.operands import real

__all__ = ["cdf", "isf", "logcdf", "logpdf", "logsf", "pdf", "ppf", "sf"]


def logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of the density at x.

    >>> logpdf(0.5)
    Array(-1.0439385, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("norm.logpdf", x, loc, scale)
    z = (x - loc) / scale
    return -0.5 * (z * z + math.log(2 * math.pi)) - wnp.log(scale)


def pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The density at x.

    >>> pdf(0.5)
    Array(0.35206532, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpdf(x, loc, scale))


def cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of x or less.

    >>> cdf(0.5)
    Array(0.69146246, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("norm.cdf", x, loc, scale)
    return ndtr((x - loc) / scale)


def logcdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of `cdf`.

    >>> logcdf(0.5)
    Array(-0.36894643, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("norm.logcdf", x, loc, scale)
    return log_ndtr((x - loc) / scale)


def sf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of more than x.

    >>> sf(0.5)
    Array(0.30853754, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("norm.sf", x, loc, scale)
    return ndtr((loc - x) / scale)


def logsf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of `sf`.

    >>> logsf(0.5)
    Array(-1.1759118, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("norm.logsf", x, loc, scale)
    return log_ndtr((loc - x) / scale)


def ppf(q: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The inverse of `cdf`.

    >>> ppf(0.75)
    Array(0.67448974, dtype=float32, weak_type=True)
    """
    q, loc, scale = real("norm.ppf", q, loc, scale)
    return loc + scale * ndtri(q)


def isf(q: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The inverse of `sf`.

    >>> isf(0.25)
    Array(0.67448974, dtype=float32, weak_type=True)
    """
    q, loc, scale = real("norm.isf", q, loc, scale)
    return loc - scale * ndtri(q)
