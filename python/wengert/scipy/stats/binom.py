# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Binomial: successes of n trials of probability p."""

from __future__ import annotations

from typing import Any

from wengert import numpy as wnp
from wengert.scipy.special import gammaln, xlog1py, xlogy
from wengert.scipy.stats.operands import real, whole

__all__ = ["logpmf", "pmf"]


def logpmf(k: Any, n: Any, p: Any, loc: Any = 0) -> Any:
    """The logarithm of the probability of k.

    >>> logpmf(2, 5, 0.25)
    Array(-1.3330498, dtype=float32, weak_type=True)
    """
    k, n, p, loc = real("binom.logpmf", k, n, p, loc)
    y = k - loc
    inside = whole(y) & (y >= 0) & (y <= n)
    y = wnp.where(inside, y, 0)
    choices = gammaln(n + 1) - (gammaln(y + 1) + gammaln(n - y + 1))
    return wnp.where(inside, choices + xlogy(y, p) + xlog1py(n - y, -p), -wnp.inf)


def pmf(k: Any, n: Any, p: Any, loc: Any = 0) -> Any:
    """The probability of k.

    >>> pmf(2, 5, 0.25)
    Array(0.2636719, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpmf(k, n, p, loc))
