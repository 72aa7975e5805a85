# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Beta-binomial: successes of n trials whose probability is drawn from a beta distribution."""

from __future__ import annotations

from typing import Any

from wengert import numpy as wnp
from wengert.scipy.special import betaln
from wengert.scipy.stats.operands import real, whole

__all__ = ["logpmf", "pmf"]


def logpmf(k: Any, n: Any, a: Any, b: Any, loc: Any = 0) -> Any:
    """The logarithm of the probability of k.

    >>> logpmf(2, 5, 1.5, 2.0)
    Array(-1.5458984, dtype=float32, weak_type=True)
    """
    k, n, a, b, loc = real("betabinom.logpmf", k, n, a, b, loc)
    y = k - loc
    inside = whole(y) & (y >= 0) & (y <= n)
    y = wnp.where(inside, y, 0)
    log = betaln(y + a, n - y + b) - betaln(a, b) - wnp.log1p(n) - betaln(n - y + 1, y + 1)
    return wnp.where((n >= 0) & (a > 0) & (b > 0), wnp.where(inside, log, -wnp.inf), wnp.nan)


def pmf(k: Any, n: Any, a: Any, b: Any, loc: Any = 0) -> Any:
    """The probability of k.

    >>> pmf(2, 5, 1.5, 2.0)
    Array(0.2131203, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpmf(k, n, a, b, loc))
