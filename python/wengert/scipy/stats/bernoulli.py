# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Bernoulli: 1 with probability p, else 0."""

from __future__ import annotations

from typing import Any

from wengert import numpy as wnp
from wengert.scipy.special import xlog1py, xlogy
from wengert.scipy.stats.operands import real

__all__ = ["cdf", "logpmf", "pmf", "ppf"]


def logpmf(k: Any, p: Any, loc: Any = 0) -> Any:
    """The logarithm of the probability of k.

    >>> logpmf(1, 0.25)
    Array(-1.3862944, dtype=float32, weak_type=True)
    """
    k, p, loc = real("bernoulli.logpmf", k, p, loc)
    x = k - loc
    return wnp.where((x == 0) | (x == 1), xlogy(x, p) + xlog1py(1 - x, -p), -wnp.inf)


def pmf(k: Any, p: Any, loc: Any = 0) -> Any:
    """The probability of k.

    >>> pmf(1, 0.25)
    Array(0.25, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpmf(k, p, loc))


def cdf(k: Any, p: Any) -> Any:
    """The probability of x or less.

    >>> cdf(0.5, 0.25)
    Array(0.75, dtype=float32, weak_type=True)
    """
    k, p = real("bernoulli.cdf", k, p)
    below = wnp.where(k < 0, 0, wnp.where(k < 1, 1 - p, 1))
    return wnp.where(wnp.isnan(k) | ~((p >= 0) & (p <= 1)), wnp.nan, below)


def ppf(q: Any, p: Any) -> Any:
    """The inverse of `cdf`.

    >>> ppf(0.5, 0.75)
    Array(1., dtype=float32, weak_type=True)
    """
    q, p = real("bernoulli.ppf", q, p)
    fits = (p >= 0) & (p <= 1) & (q >= 0) & (q <= 1)
    return wnp.where(fits, wnp.where(q <= 1 - p, 0.0, 1.0), wnp.nan)
