# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The logistic distribution."""

from __future__ import annotations

from typing import Any

from wengert import numpy as wnp
from wengert.scipy.special import expit, logit
from wengert.scipy.stats.operands import real

__all__ = ["cdf", "isf", "logpdf", "pdf", "ppf", "sf"]


def logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of the density at x.

    >>> logpdf(0.5)
    Array(-1.448154, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("logistic.logpdf", x, loc, scale)
    half = (x - loc) / scale / 2
    return -2 * wnp.logaddexp(half, -half) - wnp.log(scale)


def pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The density at x.

    >>> pdf(0.5)
    Array(0.23500371, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpdf(x, loc, scale))


def cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of x or less.

    >>> cdf(0.5)
    Array(0.62245935, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("logistic.cdf", x, loc, scale)
    return expit((x - loc) / scale)


def sf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of more than x.

    >>> sf(0.5)
    Array(0.37754068, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("logistic.sf", x, loc, scale)
    return expit((loc - x) / scale)


def ppf(q: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The inverse of `cdf`.

    >>> ppf(0.75)
    Array(1.0986123, dtype=float32, weak_type=True)
    """
    q, loc, scale = real("logistic.ppf", q, loc, scale)
    return loc + scale * logit(q)


def isf(q: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The inverse of `sf`.

    >>> isf(0.25)
    Array(1.0986123, dtype=float32, weak_type=True)
    """
    q, loc, scale = real("logistic.isf", q, loc, scale)
    return loc - scale * logit(q)
