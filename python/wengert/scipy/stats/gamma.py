# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The gamma distribution of shape a."""

from __future__ import annotations

from typing import Any

from wengert import numpy as wnp
from wengert.scipy.special import gammainc, gammaincc, gammaln, xlogy
from wengert.scipy.stats.operands import real

__all__ = ["cdf", "logcdf", "logpdf", "logsf", "pdf", "sf"]


def logpdf(x: Any, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of the density at x.

    >>> logpdf(2.0, 3.0)
    Array(-1.3068528, dtype=float32, weak_type=True)
    """
    x, a, loc, scale = real("gamma.logpdf", x, a, loc, scale)
    inside = x >= loc
    y = wnp.where(inside, (x - loc) / scale, 1)
    return wnp.where(inside, xlogy(a - 1, y) - y - gammaln(a) - wnp.log(scale), -wnp.inf)


def pdf(x: Any, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The density at x.

    >>> pdf(2.0, 3.0)
    Array(0.27067056, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpdf(x, a, loc, scale))


def cdf(x: Any, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of x or less.

    >>> cdf(2.0, 3.0)
    Array(0.32332358, dtype=float32, weak_type=True)
    """
    x, a, loc, scale = real("gamma.cdf", x, a, loc, scale)
    return gammainc(a, wnp.maximum((x - loc) / scale, 0))


def logcdf(x: Any, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of `cdf`.

    >>> logcdf(2.0, 3.0)
    Array(-1.1291016, dtype=float32, weak_type=True)
    """
    return wnp.log(cdf(x, a, loc, scale))


def sf(x: Any, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of more than x.

    >>> sf(2.0, 3.0)
    Array(0.6766764, dtype=float32, weak_type=True)
    """
    x, a, loc, scale = real("gamma.sf", x, a, loc, scale)
    return gammaincc(a, wnp.maximum((x - loc) / scale, 0))


def logsf(x: Any, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of `sf`.

    >>> logsf(2.0, 3.0)
    Array(-0.39056215, dtype=float32, weak_type=True)
    """
    return wnp.log(sf(x, a, loc, scale))
