# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The normal distribution cut off at a and b, in units of scale from loc."""

from __future__ import annotations

from typing import Any

from wengert import numpy as wnp
from wengert.scipy.special import log_ndtr, ndtr
from wengert.scipy.stats import norm
from wengert.scipy.stats.operands import log1mexp, real

__all__ = ["cdf", "logcdf", "logpdf", "logsf", "pdf", "sf"]


def _log_mass(a: Any, b: Any) -> Any:
    """log(ndtr(b) - ndtr(a)), in the tail that both lie in."""
    right = a > 0
    low, high = wnp.where(right, -b, a), wnp.where(right, -a, b)
    tail, unbounded = high <= 0, low == -wnp.inf
    nearer, farther = log_ndtr(wnp.where(tail, high, 0)), log_ndtr(wnp.where(tail & ~unbounded, low, -1))
    in_tail = nearer + wnp.where(unbounded, 0, log1mexp(wnp.maximum(nearer - farther, 0)))
    return wnp.where(tail, in_tail, wnp.log1p(-ndtr(a) - ndtr(-b)))


def logpdf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of the density at x.

    >>> logpdf(0.5, -1.0, 2.0)
    Array(-0.8437722, dtype=float32, weak_type=True)
    """
    x, a, b, loc, scale = real("truncnorm.logpdf", x, a, b, loc, scale)
    z = (x - loc) / scale
    log = norm.logpdf(x, loc, scale) - _log_mass(a, b)
    return wnp.where(a < b, wnp.where((z < a) | (z > b), -wnp.inf, log), wnp.nan)


def pdf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The density at x.

    >>> pdf(0.5, -1.0, 2.0)
    Array(0.43008512, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpdf(x, a, b, loc, scale))


def cdf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of x or less.

    >>> cdf(0.5, -1.0, 2.0)
    Array(0.6508804, dtype=float32, weak_type=True)
    """
    return wnp.exp(logcdf(x, a, b, loc, scale))


def logcdf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of `cdf`.

    >>> logcdf(0.5, -1.0, 2.0)
    Array(-0.42942932, dtype=float32, weak_type=True)
    """
    x, a, b, loc, scale = real("truncnorm.logcdf", x, a, b, loc, scale)
    z = wnp.clip((x - loc) / scale, a, b)
    whole = _log_mass(a, b)
    log = _log_mass(a, z) - whole
    # near 1 the rest is more precise
    log = wnp.where(log > -0.1, wnp.log1p(-wnp.exp(_log_mass(z, b) - whole)), log)
    return wnp.where(a < b, wnp.where(z <= a, -wnp.inf, wnp.where(z >= b, 0, log)), wnp.nan)


def sf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of more than x.

    >>> sf(0.5, -1.0, 2.0)
    Array(0.3491196, dtype=float32, weak_type=True)
    """
    return wnp.exp(logsf(x, a, b, loc, scale))


def logsf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of `sf`.

    >>> logsf(0.5, -1.0, 2.0)
    Array(-1.0523407, dtype=float32, weak_type=True)
    """
    x, a, b, loc, scale = real("truncnorm.logsf", x, a, b, loc, scale)
    return logcdf(-x, -b, -a, -loc, scale)
