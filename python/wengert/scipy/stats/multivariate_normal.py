# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The normal distribution of vectors."""

from __future__ import annotations

import math
from typing import Any

from wengert import errors, lax
from wengert import numpy as wnp
from wengert.lax._operands import broadcast_shapes, promote

__all__ = ["entropy", "logpdf", "pdf"]


def _squares(factor: Any, y: Any) -> Any:
    """The squared length of each vector y in the metric of the covariance with this triangular factor."""
    if factor.ndim == 2:  # one system of equations with all vectors on its right-hand side
        columns = wnp.reshape(y, (-1, y.shape[-1])).T
        z = lax.linalg.triangular_solve(factor, columns, left_side=True, lower=True)
        return wnp.reshape(wnp.sum(z * z, 0), y.shape[:-1])
    batch = broadcast_shapes("multivariate_normal.logpdf", factor.shape[:-2], y.shape[:-1])
    factor = wnp.broadcast_to(factor, (*batch, *factor.shape[-2:]))
    y = wnp.broadcast_to(y, (*batch, y.shape[-1]))
    z = lax.linalg.triangular_solve(factor, y[..., None], left_side=True, lower=True)
    return wnp.sum(z * z, (-2, -1))


def _on_its_support(cov: Any, y: Any) -> Any:
    """The density where the covariance may be singular: -inf outside of the space that it spans."""
    s, u = wnp.linalg.eigh(cov)
    eps = wnp.finfo(cov.dtype).eps * (1e3 if wnp.finfo(cov.dtype).bits < 64 else 1e6)
    least = eps * wnp.max(abs(s), -1, keepdims=True)
    spans = s > least
    s = wnp.where(spans, s, 1)
    parts = wnp.einsum("...ij,...i->...j", u, y)
    z = wnp.where(spans, parts, 0)
    squares = wnp.sum(z * z / s, -1)
    rank = wnp.sum(spans, -1)
    inside = wnp.linalg.norm(wnp.where(spans, 0, parts), axis=-1) < 1e3 * least[..., 0]
    out = -0.5 * (squares + rank * math.log(2 * math.pi) + wnp.sum(wnp.log(s), -1))
    return wnp.where(inside, out, -wnp.inf)


def logpdf(x: Any, mean: Any, cov: Any, allow_singular: bool | None = None) -> Any:
    """The logarithm of the density at x.

    Args:
      x: points, shape (..., n).
      mean: shape (..., n), or a number.
      cov: shape (..., n, n), positive definite, or a number, the variance of each component.
      allow_singular: the covariance is only positive semidefinite: the density is that within the space that it spans,
        and 0 outside of it.

    Raises:
      ShapeError: the covariance does not fit the mean.

    >>> logpdf(wnp.array([1.0, 2.0]), wnp.zeros(2), wnp.eye(2))
    Array(-4.3378773, dtype=float32)
    """
    x, mean, cov = promote("multivariate_normal.logpdf", (x, mean, cov), inexact=True)
    n = mean.shape[-1] if mean.ndim else 1
    if cov.ndim and mean.ndim and cov.shape[-2:] != (n, n):
        raise errors.make(
            errors.ShapeError,
            "multivariate_normal.logpdf",
            f"expected a mean of shape (..., n) and a covariance of shape (..., n, n) or () "
            f"but got {mean.shape} and {cov.shape}",
        )
    y = x - mean
    if not mean.ndim:
        return -0.5 * (y * y / cov + math.log(2 * math.pi) + wnp.log(cov))
    if not cov.ndim:
        return -0.5 * (wnp.sum(y * y, -1) / cov + n * (math.log(2 * math.pi) + wnp.log(cov)))
    if allow_singular:
        return _on_its_support(cov, y)
    factor = wnp.linalg.cholesky(cov)
    log_det = 2 * wnp.sum(wnp.log(wnp.diagonal(factor, 0, -2, -1)), -1)
    return -0.5 * (_squares(factor, y) + n * math.log(2 * math.pi) + log_det)


def pdf(x: Any, mean: Any, cov: Any) -> Any:
    """The density at x.

    >>> pdf(wnp.array([1.0, 2.0]), wnp.zeros(2), wnp.eye(2))
    Array(0.01306423, dtype=float32)
    """
    return wnp.exp(logpdf(x, mean, cov))


def entropy(mean: Any = None, cov: Any = 1) -> Any:
    """The entropy, which does not depend on the mean.

    Args:
      mean: not used.
      cov: shape (..., n, n), positive definite, or a variance.

    Raises:
      ShapeError: the covariance is no square matrix.

    >>> entropy(None, 2 * wnp.eye(2))
    Array(3.5310242, dtype=float32)
    """
    (cov,) = promote("multivariate_normal.entropy", (cov,), inexact=True)
    if cov.ndim and (cov.ndim < 2 or cov.shape[-1] != cov.shape[-2]):
        raise errors.make(
            errors.ShapeError,
            "multivariate_normal.entropy",
            f"expected a covariance of shape (..., n, n) or () but got {cov.shape}",
        )
    if not cov.ndim:
        return 0.5 * (1 + math.log(2 * math.pi) + wnp.log(cov))
    factor = wnp.linalg.cholesky(cov)
    half_log_det = wnp.sum(wnp.log(wnp.diagonal(factor, 0, -2, -1)), -1)
    return half_log_det + 0.5 * cov.shape[-1] * (1 + math.log(2 * math.pi))
