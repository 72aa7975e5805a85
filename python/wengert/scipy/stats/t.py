# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Student's t distribution of df degrees of freedom."""

from __future__ import annotations

import math
from typing import Any

from wengert import numpy as wnp
from wengert.scipy.special import gammaln
from wengert.scipy.stats.operands import real

__all__ = ["logpdf", "pdf"]


def logpdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of the density at x.

    >>> logpdf(0.5, 3.0)
    Array(-1.1609743, dtype=float32, weak_type=True)
    """
    x, df, loc, scale = real("t.logpdf", x, df, loc, scale)
    z = (x - loc) / scale
    constant = gammaln(df / 2) - gammaln(df / 2 + 0.5) + 0.5 * wnp.log(math.pi * df) + wnp.log(scale)
    return -constant - (df / 2 + 0.5) * wnp.log1p(z * z / df)


def pdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The density at x.

    >>> pdf(0.5, 3.0)
    Array(0.31318092, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpdf(x, df, loc, scale))
