# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Products with the reflectors of a factorisation, and the polar form by iteration; part of `wengert.lax.linalg`."""

from __future__ import annotations

from typing import Any

from wengert import errors

__all__ = ["ormqr", "qdwh"]


def ormqr(a: Any, taus: Any, c: Any, *, left: bool = True, transpose: bool = False) -> Any:
    """Q c, or c Q, for the unitary Q of the reflectors that `geqrf` gives; it has no derivative.

    Q is made in full: the cost is that of `householder_product` for a square matrix, and of a product.

    Args:
      a: matrices of shape (..., m, n) with m >= n, the vectors below the diagonal.
      taus: their factors, of shape (..., k) with k <= n.
      c: of shape (..., m, p), or (..., p, m) with `left=False`.
      transpose: the conjugate transpose of Q instead.

    Raises:
      ShapeError: the shapes do not fit.

    >>> import wengert.numpy as wnp
    >>> from wengert.lax.linalg import geqrf
    >>> x = wnp.array([[3.0, 1.0], [4.0, 2.0]])
    >>> ormqr(*geqrf(x), x, transpose=True).round(3)
    Array([[-5. , -2.2],
           [ 0. ,  0.4]], dtype=float32)
    """
    from wengert import numpy as wnp
    from wengert.lax.linalg import householder_product, matrix

    a, c = matrix("ormqr", a), matrix("ormqr", c)
    m, n = a.shape[-2:]
    if m < n or c.shape[-2 if left else -1] != m or a.shape[:-2] != c.shape[:-2]:
        side = "(..., m, p)" if left else "(..., p, m)"
        raise errors.make(
            errors.ShapeError, "ormqr",
            f"expected shapes (..., m, n) with m >= n and {side} but got {a.shape} and {c.shape}",
            remedy="give the matrix that geqrf returned, and left=False for a product from the right",
        )  # fmt: skip
    full = wnp.concatenate([a, wnp.zeros((*a.shape[:-1], m - n), a.dtype)], axis=-1)
    q = householder_product(full, taus)
    q = wnp.conj(wnp.swapaxes(q, -1, -2)) if transpose else q
    return wnp.matmul(q, c) if left else wnp.matmul(c, q)


def _weights(eps: float, most: int) -> list[tuple[float, float, float]]:
    """The coefficients of Halley's iteration while the lower bound of the singular values grows from `eps` to 1."""
    low = eps
    weights: list[tuple[float, float, float]] = []
    while low + 5 * eps < 1 and len(weights) < most:
        square = low * low
        d = (4 * (1 / square - 1) / square) ** (1 / 3)
        root = (1 + d) ** 0.5
        a = root + (2 - d + 2 * (2 - square) / (square * root)) ** 0.5
        b = (a - 1) ** 2 / 4
        c = a + b - 1
        low = low * (a + b * square) / (1 + c * square)
        weights.append((a, b, c))
    return weights


def qdwh(
    x: Any, *, is_hermitian: bool = False, max_iterations: int | None = None, eps: float | None = None,
    dynamic_shape: None = None,
) -> tuple[Any, Any, Any, Any]:  # fmt: skip
    """x = u h with orthonormal columns u and a positive h, by Halley's iteration with weights.

    Args:
      x: one matrix of shape (m, n) with m >= n, of full rank.
      is_hermitian: accepted; nothing depends on it.
      max_iterations: by default 10.
      eps: the precision that is wanted, by default that of the type.
      dynamic_shape: must be None.

    Returns:
      u, h, the number of iterations, and whether they converged.

    Raises:
      ValueError: m < n, or a `dynamic_shape`.

    >>> import wengert.numpy as wnp
    >>> u, h, steps, converged = qdwh(wnp.array([[0.0, -2.0], [3.0, 0.0]]))
    >>> u.round(3).tolist(), h.round(3).tolist(), bool(converged)
    ([[0.0, -1.0], [1.0, 0.0]], [[3.0, 0.0], [0.0, 2.0]], True)
    """
    from wengert import numpy as wnp
    from wengert.control.loops import while_loop
    from wengert.lax.linalg import cholesky, matrix, qr, triangular_solve

    x = matrix("qdwh", x)
    if x.ndim != 2 or x.shape[0] < x.shape[1] or dynamic_shape is not None:
        raise ValueError(
            errors.describe("qdwh", f"expected one matrix with at least as many rows as columns but got {x.shape}",
                            location=errors.user_location(), remedy="transpose it, or map over a batch with vmap")
        )  # fmt: skip
    most = 10 if max_iterations is None else int(max_iterations)
    eps = float(wnp.finfo(x.dtype).eps) if eps is None else float(eps)
    adjoint = lambda y: wnp.conj(y.T)
    size = wnp.sqrt(wnp.max(wnp.sum(wnp.abs(x), 0)) * wnp.max(wnp.sum(wnp.abs(x), 1)))
    u = x / wnp.where(size == 0, 1, size).astype(x.dtype)
    unit = wnp.eye(x.shape[1], dtype=x.dtype)

    def by_qr(u: Any, a: float, b: float, c: float) -> Any:
        q, _ = qr(wnp.concatenate([c**0.5 * u, unit]), full_matrices=False)
        return b / c * u + (a - b / c) / c**0.5 * (q[: x.shape[0]] @ adjoint(q[x.shape[0] :]))

    def by_cholesky(u: Any, a: float, b: float, c: float) -> Any:
        factor = cholesky(c * (adjoint(u) @ u) + unit, symmetrize_input=False)
        half = triangular_solve(factor, u, left_side=False, lower=True, transpose_a=True, conjugate_a=True)
        return b / c * u + (a - b / c) * triangular_solve(factor, half, left_side=False, lower=True)

    moves = wnp.asarray(True)
    weights = _weights(eps, most)
    for a, b, c in weights:
        before, u = u, (by_qr if c > 100 else by_cholesky)(u, a, b, c)
        if c <= 100:
            moves = wnp.linalg.norm(u - before) > (5 * eps) ** (1 / 3)

    def step(state: Any) -> Any:
        count, u, _ = state
        new = by_cholesky(u, 3.0, 1.0, 3.0)
        return count + 1, new, wnp.linalg.norm(new - u) > (5 * eps) ** (1 / 3)

    start = (wnp.asarray(len(weights), "int32"), u, moves)
    steps, u, moves = while_loop(lambda s: wnp.logical_and(s[2], s[0] < most), step, start)
    u = 1.5 * u - 0.5 * u @ (adjoint(u) @ u)
    h = adjoint(u) @ x
    return u, (h + adjoint(h)) / 2, steps, wnp.logical_not(moves)
