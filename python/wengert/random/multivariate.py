# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random vectors and matrices."""

from __future__ import annotations

import operator
from typing import Any

from wengert import dtypes, errors
from wengert import numpy as wnp
from wengert.lax._operands import broadcast_shapes, promote
from wengert.random.distributions import normal
from wengert.random.keys import _shape
from wengert.random.parameters import check_fits, float_type

__all__ = ["multivariate_normal", "orthogonal"]


def multivariate_normal(
    key: Any, mean: Any, cov: Any, shape: Any = None, dtype: Any = None, method: str = "cholesky"
) -> Any:
    """Normal vectors of a given mean and covariance, differentiable in both.

    Args:
      key: a key.
      mean: shape (..., n).
      cov: the covariance, shape (..., n, n), positive definite.
      shape: of the result without its last dimension, by default that of the parameters together.
      dtype: a floating type, that of the parameters by default.
      method: "cholesky", or "eigh" or "svd", which allow a singular covariance.

    Raises:
      ShapeError: `cov` does not fit `mean`, or they do not broadcast to the shape.
      ValueError: the method is none of these.

    >>> from wengert import random
    >>> random.multivariate_normal(random.PRNGKey(0), wnp.zeros(2), wnp.eye(2), (3,)).shape
    (3, 2)
    """
    name = "multivariate_normal"
    mean, cov = promote(name, (mean, cov), inexact=True)
    kind = float_type(name, mean.dtype if dtype is None else dtype)
    if method not in ("cholesky", "eigh", "svd"):
        raise ValueError(f"{name}: expected the method cholesky, eigh or svd but got {method!r}")
    if not mean.ndim or cov.shape[-2:] != 2 * mean.shape[-1:]:
        raise errors.make(
            errors.ShapeError,
            name,
            "expected a mean of shape (..., n) and a covariance of shape (..., n, n) "
            f"but got {mean.shape} and {cov.shape}",
        )
    together = broadcast_shapes(name, mean.shape[:-1], cov.shape[:-2])
    if shape is None:
        shape = together
    else:
        shape = _shape(name, shape)
        check_fits(name, shape, together)
    if method == "cholesky":
        factor = wnp.linalg.cholesky(cov)
    elif method == "eigh":
        values, vectors = wnp.linalg.eigh(cov)
        factor = vectors * wnp.sqrt(values[..., None, :])
    else:
        u, s, _ = wnp.linalg.svd(cov)
        factor = u * wnp.sqrt(s[..., None, :])
    noise = normal(key, (*shape, mean.shape[-1]), kind)
    return mean + wnp.einsum("...ij,...j->...i", factor, noise)


def orthogonal(key: Any, n: int, shape: Any = (), dtype: Any = None, m: int | None = None) -> Any:
    """Orthogonal matrices, uniform in the sense of Haar.

    Args:
      key: a key.
      n: the number of rows.
      shape: of the result without its last two dimensions.
      dtype: a floating or complex type, float32 by default.
      m: the number of columns, n by default; the rows or the columns, whichever are fewer, are orthonormal.

    >>> from wengert import random
    >>> q = random.orthogonal(random.PRNGKey(0), 3)
    >>> bool(wnp.allclose(q @ q.T, wnp.eye(3), atol=1e-6))
    True
    """
    rows = operator.index(n)
    columns = rows if m is None else operator.index(m)
    kind = dtypes.canonical(float if dtype is None else dtype)
    z = normal(key, (*_shape("orthogonal", shape), max(rows, columns), min(rows, columns)), kind)
    q, r = wnp.linalg.qr(z)
    x = q * wnp.sign(wnp.diagonal(r, 0, -2, -1))[..., None, :]
    return wnp.swapaxes(x, -1, -2) if rows < columns else x
