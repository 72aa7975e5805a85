# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Multinomial: how often each of several outcomes comes in n trials."""

from __future__ import annotations

from typing import Any

from wengert import dtypes, errors
from wengert import numpy as wnp
from wengert.lax._operands import as_array, promote
from wengert.scipy.special import gammaln, xlogy

__all__ = ["logpmf", "pmf"]


def logpmf(x: Any, n: Any, p: Any) -> Any:
    """The logarithm of the probability of k.

    Args:
      x: how often each outcome came, along the last dimension: integers.
      n: the number of trials, an integer.
      p: the probability of each outcome, along the last dimension.

    Raises:
      DtypeError: x or n are no integers.

    >>> logpmf(wnp.array([1, 2]), 3, wnp.array([0.25, 0.75]))
    Array(-0.86304617, dtype=float32)
    """
    (p,) = promote("multinomial.logpmf", (p,), inexact=True)
    x, n = (as_array("multinomial.logpmf", v if not isinstance(v, (list, tuple)) else wnp.array(v)) for v in (x, n))
    for v in (x, n):
        if not dtypes.is_integer(v.dtype):
            raise errors.make(errors.DtypeError, "multinomial.logpmf", f"expected integer counts but got {v.dtype}")
    x, n = x.astype(p.dtype), n.astype(p.dtype)
    log = gammaln(n + 1) + wnp.sum(xlogy(x, p) - gammaln(x + 1), -1)
    return wnp.where((wnp.sum(x, -1) == n) & wnp.all(x >= 0, -1), log, -wnp.inf)


def pmf(x: Any, n: Any, p: Any) -> Any:
    """The probability of k.

    >>> pmf(wnp.array([1, 2]), 3, wnp.array([0.25, 0.75]))
    Array(0.42187503, dtype=float32)
    """
    return wnp.exp(logpmf(x, n, p))
