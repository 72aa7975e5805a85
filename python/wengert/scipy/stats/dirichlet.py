# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The Dirichlet distribution of shares that sum to 1."""

from __future__ import annotations

from typing import Any

from wengert import errors
from wengert import numpy as wnp
from wengert.lax._operands import promote
from wengert.scipy.special import gammaln, xlogy

__all__ = ["logpdf", "pdf"]


def logpdf(x: Any, alpha: Any) -> Any:
    """The logarithm of the density at x.

    Args:
      x: shares along the first dimension, of which the last may be left out.
      alpha: the concentrations, shape (n,).

    Raises:
      ShapeError: alpha is no vector, or x has another number of shares.

    >>> logpdf(wnp.array([0.2, 0.3, 0.5]), wnp.array([1.0, 2.0, 3.0]))
    Array(1.5040774, dtype=float32)
    """
    x, alpha = promote("dirichlet.logpdf", (x, alpha), inexact=True)
    n = alpha.shape[0] if alpha.ndim == 1 else -1
    if not x.ndim or n < 1 or x.shape[0] not in (n, n - 1):
        raise errors.make(
            errors.ShapeError,
            "dirichlet.logpdf",
            f"expected alpha of shape (n,) and x of shape (n, ...) or (n - 1, ...) but got {alpha.shape} and {x.shape}",
        )
    if x.shape[0] != n:
        x = wnp.concatenate([x, 1 - wnp.sum(x, 0, keepdims=True)])
    shares = wnp.all(x > 0, 0) & (abs(wnp.sum(x, 0) - 1) < 1e-6)
    weights = wnp.reshape(alpha, (n,) + (1,) * (x.ndim - 1)) - 1
    constant = wnp.sum(gammaln(alpha)) - gammaln(wnp.sum(alpha))
    return wnp.where(shares, wnp.sum(xlogy(weights, x), 0) - constant, -wnp.inf)


def pdf(x: Any, alpha: Any) -> Any:
    """The density at x.

    >>> pdf(wnp.array([0.2, 0.3, 0.5]), wnp.array([1.0, 2.0, 3.0]))
    Array(4.5, dtype=float32)
    """
    return wnp.exp(logpdf(x, alpha))
