# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Geometric: the number of trials of probability p up to and with the first success."""

from __future__ import annotations

from typing import Any

from wengert import numpy as wnp
from wengert.scipy.special import xlog1py
from wengert.scipy.stats.operands import real, whole

__all__ = ["logpmf", "pmf"]


def logpmf(k: Any, p: Any, loc: Any = 0) -> Any:
    """The logarithm of the probability of k.

    >>> logpmf(3, 0.25)
    Array(-1.9616585, dtype=float32, weak_type=True)
    """
    k, p, loc = real("geom.logpmf", k, p, loc)
    x = k - loc
    inside = whole(x) & (x >= 1)
    return wnp.where(inside, xlog1py(wnp.where(inside, x, 1) - 1, -p) + wnp.log(p), -wnp.inf)


def pmf(k: Any, p: Any, loc: Any = 0) -> Any:
    """The probability of k.

    >>> pmf(3, 0.25)
    Array(0.140625, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpmf(k, p, loc))
