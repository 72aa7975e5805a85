# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The wrapped Cauchy distribution of angles from 0 to 2 pi."""

from __future__ import annotations

import math
from typing import Any

from wengert import numpy as wnp
from wengert.scipy.stats.operands import real

__all__ = ["logpdf", "pdf"]


def logpdf(x: Any, c: Any) -> Any:
    """The logarithm of the density at x.

    >>> logpdf(0.5, 0.25)
    Array(-1.4303437, dtype=float32, weak_type=True)
    """
    x, c = real("wrapcauchy.logpdf", x, c)
    log = wnp.log1p(-c * c) - math.log(2 * math.pi) - wnp.log1p(c * (c - 2 * wnp.cos(x)))
    inside = (x >= 0) & (x <= 2 * math.pi)
    return wnp.where((c > 0) & (c < 1), wnp.where(inside, log, -wnp.inf), wnp.nan)


def pdf(x: Any, c: Any) -> Any:
    """The density at x.

    >>> pdf(0.5, 0.25)
    Array(0.23922668, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpdf(x, c))
