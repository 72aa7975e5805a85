# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The uniform distribution from loc to loc + scale."""

from __future__ import annotations

from typing import Any

from wengert import numpy as wnp
from wengert.scipy.stats.operands import real

__all__ = ["cdf", "logpdf", "pdf", "ppf"]


def logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The logarithm of the density at x.

    >>> logpdf(0.5, 0.0, 2.0)
    Array(-0.6931472, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("uniform.logpdf", x, loc, scale)
    return wnp.where((x < loc) | (x > loc + scale), -wnp.inf, -wnp.log(scale))


def pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The density at x.

    >>> pdf(0.5, 0.0, 2.0)
    Array(0.5, dtype=float32, weak_type=True)
    """
    return wnp.exp(logpdf(x, loc, scale))


def cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The probability of x or less.

    >>> cdf(0.5, 0.0, 2.0)
    Array(0.25, dtype=float32, weak_type=True)
    """
    x, loc, scale = real("uniform.cdf", x, loc, scale)
    return wnp.clip((x - loc) / scale, 0, 1)


def ppf(q: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """The inverse of `cdf`.

    >>> ppf(0.5, 0.0, 2.0)
    Array(1., dtype=float32, weak_type=True)
    """
    q, loc, scale = real("uniform.ppf", q, loc, scale)
    return wnp.where((q >= 0) & (q <= 1), loc + scale * q, wnp.nan)
