# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The beta distribution on loc < x < loc + scale."""

from __future__ import annotations

from typing import Any

from wengert import numpy as wnp
from wengert.scipy.special import betainc, betaln, xlog1py, xlogy
from wengert.scipy.stats.operands import real

__all__ = ["cdf", "logcdf", "logpdf", "logsf", "pdf", "sf"]


def logpdf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of the density at x.

    >>> logpdf(0.25, 2.0, 3.0)
    Array(0.5232482, dtype=float32, weak_type=True)
    """
    x, a, b, loc, scale = real("beta.logpdf", x, a, b, loc, scale)
    y = (x - loc) / scale
    inside = (y >= 0) & (y <= 1)
    y = wnp.where(inside, y, 0.5)
    log = xlogy(a - 1, y) + xlog1py(b - 1, -y) - betaln(a, b) - wnp.log(scale)
    return wnp.where((a > 0) & (b > 0) & (scale > 0), wnp.where(inside, log, -wnp.inf), wnp.nan)


def pdf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The density at x.

    >>> pdf(0.25, 2.0, 3.0)
    Array(1.6875001, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpdf(x, a, b, loc, scale))


def cdf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of x or less.

    >>> cdf(0.25, 2.0, 3.0)
    Array(0.26171875, dtype=float32, weak_type=True)
    """
    x, a, b, loc, scale = real("beta.cdf", x, a, b, loc, scale)
    return betainc(a, b, wnp.clip((x - loc) / scale, 0, 1))


def logcdf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of `cdf`.

    >>> logcdf(0.25, 2.0, 3.0)
    Array(-1.3404849, dtype=float32, weak_type=True)
    """
    return wnp.log(cdf(x, a, b, loc, scale))


def sf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of more than x.

    >>> sf(0.25, 2.0, 3.0)
    Array(0.73828125, dtype=float32, weak_type=True)
    """
    x, a, b, loc, scale = real("beta.sf", x, a, b, loc, scale)
    return betainc(b, a, 1 - wnp.clip((x - loc) / scale, 0, 1))


def logsf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of `sf`.

    >>> logsf(0.25, 2.0, 3.0)
    Array(-0.30343047, dtype=float32, weak_type=True)
    """
    return wnp.log(sf(x, a, b, loc, scale))
