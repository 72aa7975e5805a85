# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The Cauchy distribution."""

from __future__ import annotations

import math
from typing import Any

from wengert import numpy as wnp
from wengert.scipy.stats.operands import real

__all__ = ["cdf", "isf", "logcdf", "logpdf", "logsf", "pdf", "ppf", "sf"]


def logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of the density at x.

    >>> logpdf(1.0)
    Array(-1.8378772, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("cauchy.logpdf", x, loc, scale)
    z = (x - loc) / scale
    return -wnp.log(math.pi * scale) - wnp.log1p(z * z)


def pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The density at x.

    >>> pdf(1.0)
    Array(0.15915494, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpdf(x, loc, scale))


def cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of x or less.

    >>> cdf(1.0)
    Array(0.75, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("cauchy.cdf", x, loc, scale)
    return wnp.arctan2(scale, loc - x) / math.pi


def logcdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of `cdf`.

    >>> logcdf(1.0)
    Array(-0.2876821, dtype=float32, weak_type=True)
    """
    return wnp.log(cdf(x, loc, scale))


def sf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of more than x.

    >>> sf(1.0)
    Array(0.24999999, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("cauchy.sf", x, loc, scale)
    return wnp.arctan2(scale, x - loc) / math.pi


def logsf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of `sf`.

    >>> logsf(1.0)
    Array(-1.3862945, dtype=float32, weak_type=True)
    """
    return wnp.log(sf(x, loc, scale))


def ppf(q: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The inverse of `cdf`.

    >>> ppf(0.75)
    Array(0.99999994, dtype=float32, weak_type=True)
    """
    q, loc, scale = real("cauchy.ppf", q, loc, scale)
    return wnp.where((q >= 0) & (q <= 1), loc + scale * wnp.tan(math.pi * q - math.pi / 2), wnp.nan)


def isf(q: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The inverse of `sf`.

    >>> isf(0.25)
    Array(1., dtype=float32, weak_type=True)
    """
    q, loc, scale = real("cauchy.isf", q, loc, scale)
    return wnp.where((q >= 0) & (q <= 1), loc + scale * wnp.tan(math.pi / 2 - math.pi * q), wnp.nan)
