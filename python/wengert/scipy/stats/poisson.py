# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The Poisson distribution of mean loc + mu."""

from __future__ import annotations

import math
from typing import Any

from wengert import numpy as wnp
from wengert.scipy.special import gammaincc, gammaln, xlogy
from wengert.scipy.stats.operands import real, whole

__all__ = ["cdf", "entropy", "logpmf", "pmf"]

# A mean of 100 leaves less than 1e-20 above it.
_TERMS = 250


def logpmf(k: Any, mu: Any, loc: Any = 0) -> Any:
    """The logarithm of the probability of k.

    >>> logpmf(2, 1.5)
    Array(-1.3822169, dtype=float32, weak_type=True)
    """
    k, mu, loc = real("poisson.logpmf", k, mu, loc)
    x = k - loc
    inside = whole(x) & (x >= 0)
    x = wnp.where(inside, x, 0)
    return wnp.where(inside, xlogy(x, mu) - gammaln(x + 1) - mu, -wnp.inf)


def pmf(k: Any, mu: Any, loc: Any = 0) -> Any:
    """The probability of k.

    >>> pmf(2, 1.5)
    Array(0.25102144, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpmf(k, mu, loc))


def cdf(k: Any, mu: Any, loc: Any = 0) -> Any:
    """The probability of x or less.

    >>> cdf(2, 1.5)
    Array(0.80884683, dtype=float32, weak_type=True)
    """
    k, mu, loc = real("poisson.cdf", k, mu, loc)
    x = wnp.floor(k - loc)
    return wnp.where(x < 0, 0, gammaincc(wnp.maximum(x, 0) + 1, mu))


def entropy(mu: Any, loc: Any = 0) -> Any:
    """The entropy: a sum for mu below 100, else an asymptotic series.

    >>> entropy(1.5)
    Array(1.5394045, dtype=float32)
    """
    mu, _ = real("poisson.entropy", mu, loc)
    k = wnp.arange(_TERMS, dtype=mu.dtype)
    few = wnp.where(mu < 100, mu, 100)[..., None]
    log = logpmf(k, few)
    summed = -wnp.sum(wnp.exp(log) * wnp.where(log > -wnp.inf, log, 0), -1)
    many = wnp.where(mu < 100, 100, mu)
    series = 0.5 * wnp.log(2 * math.pi * math.e * many) - 1 / (12 * many) - 1 / (24 * many**2) - 19 / (360 * many**3)
    return wnp.where(mu < 100, summed, wnp.where(mu < 0, wnp.nan, series))
