# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Negative binomial: failures before the n-th success of probability p."""

from __future__ import annotations

from typing import Any

from wengert import numpy as wnp
from wengert.scipy.special import gammaln, xlog1py, xlogy
from wengert.scipy.stats.operands import real, whole

__all__ = ["logpmf", "pmf"]


def logpmf(k: Any, n: Any, p: Any, loc: Any = 0) -> Any:
    """The logarithm of the probability of k.

    >>> logpmf(2, 5, 0.5)
    Array(-2.14398, dtype=float32, weak_type=True)
    """
    k, n, p, loc = real("nbinom.logpmf", k, n, p, loc)
    y = k - loc
    inside = whole(y) & (y >= 0)
    y = wnp.where(inside, y, 0)
    choices = gammaln(y + n) - gammaln(n) - gammaln(y + 1)
    return wnp.where(inside, choices + xlogy(n, p) + xlog1py(y, -p), -wnp.inf)


def pmf(k: Any, n: Any, p: Any, loc: Any = 0) -> Any:
    """The probability of k.

    >>> pmf(2, 5, 0.5)
    Array(0.11718751, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpmf(k, n, p, loc))
