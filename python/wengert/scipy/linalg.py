# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`wengert.scipy.linalg`: factorisations, solves and the matrix exponential, as in SciPy.

`overwrite_*` and `check_finite` are accepted and ignored: arrays do not change, and what is not finite gives nan.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from wengert import control, errors
from wengert import lax as lax_functions
from wengert.lax import linalg as lax
from wengert.numpy import elementwise as ew
from wengert.numpy import factorizations as fac
from wengert.numpy import logic
from wengert.numpy import reductions as red
from wengert.numpy.contraction import matmul
from wengert.numpy.diagonals import tril, triu
from wengert.numpy.factorizations import matrices
from wengert.numpy.manipulation import broadcast_to, expand_dims
from wengert.numpy.picking import take_along_axis
from wengert.numpy.ranges import eye
from wengert.scipy.eigenvalues import eigh, eigh_tridiagonal, hessenberg, rsf2csf, schur
from wengert.scipy.matrices import (
    block_diag,
    circulant,
    companion,
    convolution_matrix,
    dft,
    fiedler,
    fiedler_companion,
    hadamard,
    hankel,
    helmert,
    hilbert,
    invhilbert,
    invpascal,
    leslie,
    pascal,
    toeplitz,
)
from wengert.scipy.matrix_functions import expm, expm_frechet, funm, polar, solve_sylvester, sqrtm

__all__ = [
    "block_diag", "cho_factor", "cho_solve", "cholesky", "circulant", "companion", "convolution_matrix", "det", "dft",
    "eigh", "eigh_tridiagonal", "expm", "expm_frechet", "fiedler", "fiedler_companion", "funm", "hadamard", "hankel",
    "helmert", "hessenberg", "hilbert", "inv", "invhilbert", "invpascal", "leslie", "lu", "lu_factor", "lu_solve",
    "pascal", "polar", "qr", "qr_multiply", "rsf2csf", "schur", "solve", "solve_sylvester", "solve_triangular", "sqrtm",
    "svd", "toeplitz",
]  # fmt: skip


def cholesky(a: Any, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The upper (or lower) Cholesky factor; only that triangle of `a` is read.

    >>> import wengert.numpy as wnp
    >>> cholesky(wnp.array([[4.0, 2.0], [2.0, 5.0]]))
    Array([[2., 1.],
           [0., 2.]], dtype=float32)
    """
    x = matrices("cholesky", a)[0]
    factor = lax.cholesky(x if lower else lax.adjoint(x), symmetrize_input=False)
    return factor if lower else lax.adjoint(factor)


def cho_factor(a: Any, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> tuple[Any, bool]:
    """The Cholesky factor and whether it is the lower one, for `cho_solve`.

    >>> import wengert.numpy as wnp
    >>> cho_factor(4 * wnp.eye(1))
    (Array([[2.]], dtype=float32), False)
    """
    return cholesky(a, lower), lower


def cho_solve(c_and_lower: tuple[Any, bool], b: Any, overwrite_b: bool = False, check_finite: bool = True) -> Any:
    """The solution of a x = b by the factor that `cho_factor` gives.

    >>> import wengert.numpy as wnp
    >>> cho_solve(cho_factor(4 * wnp.eye(2)), wnp.ones(2))
    Array([0.25, 0.25], dtype=float32)
    """
    c, lower = c_and_lower
    c, b = matrices("cho_solve", c, b)
    x = solve_triangular(c, expand_dims(b, -1) if b.ndim == 1 else b, "N" if lower else "C", lower)
    x = solve_triangular(c, x, "C" if lower else "N", lower)
    return x[..., 0] if b.ndim == 1 else x


def solve_triangular(
    a: Any,
    b: Any,
    trans: int | str = 0,
    lower: bool = False,
    unit_diagonal: bool = False,
    overwrite_b: bool = False,
    debug: Any = None,
    check_finite: bool = True,
) -> Any:
    """The solution of a x = b for a triangular a.

    Args:
      trans: 0 or "N" for a, 1 or "T" for its transpose, 2 or "C" for its conjugate transpose.
      lower: which triangle of a is read.
      unit_diagonal: its diagonal counts as ones.

    >>> import wengert.numpy as wnp
    >>> solve_triangular(wnp.array([[2.0, 0.0], [1.0, 4.0]]), wnp.array([2.0, 9.0]), lower=True)
    Array([1., 2.], dtype=float32)
    """
    codes = {0: 0, 1: 1, 2: 2, "N": 0, "T": 1, "C": 2}
    if trans not in codes:
        raise ValueError(f"solve_triangular: expected trans 0, 1, 2, 'N', 'T' or 'C' but got {trans!r}")
    a, b = matrices("solve_triangular", a, b)
    vector = b.ndim == 1
    a, columns = fac._batched("solve_triangular", a, expand_dims(b, -1) if vector else b)
    out = lax.triangular_solve(
        a, columns, left_side=True, lower=lower, transpose_a=codes[trans] > 0, conjugate_a=codes[trans] == 2,
        unit_diagonal=unit_diagonal,
    )  # fmt: skip
    return out[..., 0] if vector else out


def lu_factor(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> tuple[Any, Any]:
    """Both triangles of the LU decomposition in one matrix, and the row swaps.

    >>> import wengert.numpy as wnp
    >>> lu_factor(wnp.array([[1.0, 2.0], [2.0, 2.0]]))[1]
    Array([1, 1], dtype=int32)
    """
    factors, pivots, _ = lax.lu(matrices("lu_factor", a)[0])
    return factors, pivots


def lu_solve(
    lu_and_piv: tuple[Any, Any], b: Any, trans: int = 0, overwrite_b: bool = False, check_finite: bool = True
) -> Any:
    """The solution of a x = b by the factors that `lu_factor` gives.

    Args:
      trans: 0 for a, 1 for its transpose, 2 for its conjugate transpose.

    Raises:
      ShapeError: the shapes do not fit.

    >>> import wengert.numpy as wnp
    >>> lu_solve(lu_factor(wnp.array([[0.0, 2.0], [4.0, 0.0]])), wnp.array([2.0, 4.0]))
    Array([1., 1.], dtype=float32)
    """
    if trans not in (0, 1, 2):
        raise ValueError(f"lu_solve: expected trans 0, 1 or 2 but got {trans!r}")
    factors, b = matrices("lu_solve", lu_and_piv[0], b)
    n = factors.shape[-1]
    permutation = lax.lu_pivots_to_permutation(lu_and_piv[1], n)
    vector = b.ndim == 1
    if not b.ndim or b.shape[-1 if vector else -2] != n:
        problem = f"expected b of shape ({n},) or (..., {n}, k) but got {b.shape}"
        raise errors.make(errors.ShapeError, "lu_solve", problem)
    factors, x = fac._batched("lu_solve", factors, expand_dims(b, -1) if vector else b)
    order = expand_dims(broadcast_to(permutation, factors.shape[:-1]), -1)
    if trans == 0:
        x = take_along_axis(x, order, -2)
        x = lax.triangular_solve(factors, x, left_side=True, lower=True, unit_diagonal=True)
        x = lax.triangular_solve(factors, x, left_side=True)
    else:
        how = {"left_side": True, "transpose_a": True, "conjugate_a": trans == 2}
        x = lax.triangular_solve(factors, x, **how)
        x = lax.triangular_solve(factors, x, lower=True, unit_diagonal=True, **how)
        places = ew.multiply(logic.equal(order, np.arange(n, dtype=np.int32)), np.arange(n, dtype=np.int32)[:, None])
        x = take_along_axis(x, expand_dims(red.sum(places, -2).astype("int32"), -1), -2)
    return x[..., 0] if vector else x


def lu(a: Any, permute_l: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> tuple[Any, ...]:
    """a = P L U.

    Args:
      permute_l: return (P L, U) instead of (P, L, U).

    >>> import wengert.numpy as wnp
    >>> p, l, u = lu(wnp.array([[1.0, 2.0], [2.0, 2.0]]))
    >>> l
    Array([[1. , 0. ],
           [0.5, 1. ]], dtype=float32)
    """
    x = matrices("lu", a)[0]
    factors, _, permutation = lax.lu(x)
    m, n = x.shape[-2:]
    k = min(m, n)
    p = logic.equal(np.arange(m, dtype=np.int32)[:, None], expand_dims(permutation, -2)).astype(x.dtype)
    lower = ew.add(tril(factors[..., :k], -1), eye(m, k, dtype=x.dtype))
    upper = triu(factors[..., :k, :])
    return (matmul(p, lower), upper) if permute_l else (p, lower, upper)


def qr(
    a: Any,
    overwrite_a: bool = False,
    lwork: Any = None,
    mode: str = "full",
    pivoting: bool = False,
    check_finite: bool = True,
) -> Any:
    """a = Q R; mode "full" for a square Q, "economic" for as many columns as a has, "r" for R alone.

    Args:
      pivoting: return also p, integers, with a[:, p] = Q R and a diagonal of R that does not grow.

    Raises:
      ValueError: another mode.

    >>> import wengert.numpy as wnp
    >>> [x.shape for x in qr(wnp.ones((3, 2)), mode="economic")]
    [(3, 2), (2, 2)]
    >>> qr(wnp.array([[1.0, 3.0], [0.0, 4.0]]), pivoting=True)[2]
    Array([1, 0], dtype=int32)
    """
    if mode not in ("full", "economic", "r"):
        raise ValueError(f"qr: expected mode 'full', 'economic' or 'r' but got {mode!r}")
    x = matrices("qr", a)[0]
    order: tuple[Any, ...] = ()
    if pivoting:
        order = (_pivots(x),)
        x = take_along_axis(x, order[0][..., None, :], -1)
    q, r = lax.qr(x, full_matrices=mode != "economic")
    return (r, *order) if mode == "r" else (q, r, *order)


def _pivots(a: Any) -> Any:
    """The order in which each column is the longest of those left, without its part along those before."""
    a = lax_functions.stop_gradient(a)
    m, n = a.shape[-2:]
    places = np.arange(n, dtype=np.int32)

    def step(k: Any, state: tuple[Any, Any]) -> tuple[Any, Any]:
        rest, order = state
        length = red.sum(rest.real**2 + rest.imag**2 if rest.dtype.kind == "c" else rest * rest, -2)
        best = expand_dims(red.argmax(logic.where(places < k, -1, length), -1).astype("int32"), -1)
        swap = logic.where(places == k, best, logic.where(places == best, k, places))  # as LAPACK does
        rest = take_along_axis(rest, expand_dims(swap, -2), -1)
        order = take_along_axis(order, swap, -1)
        column = rest[..., k]
        square = expand_dims(take_along_axis(length, best, -1), -1)
        share = matmul(expand_dims(column.conj(), -2), rest) / logic.where(square > 0, square, 1).astype(rest.dtype)
        return rest - expand_dims(column, -1) * share, order

    order = broadcast_to(places, (*a.shape[:-2], n))
    return control.fori_loop(0, min(m, n), step, (a, order))[1]


def qr_multiply(
    a: Any,
    c: Any,
    mode: str = "right",
    pivoting: bool = False,
    conjugate: bool = False,
    overwrite_a: bool = False,
    overwrite_c: bool = False,
) -> Any:
    """(c Q, R), or (Q c, R) for mode "left", with a = Q R and as many columns of Q as a has (rows, if they are fewer).

    Args:
      a: shape (..., m, n).
      c: shape (..., l, m), or (..., min(m, n), l) for mode "left"; or one vector.
      pivoting: return also the order of columns, as `qr`.
      conjugate: the conjugate of Q is taken.
      overwrite_a, overwrite_c: ignored.

    Raises:
      ValueError: another mode.
      ShapeError: c does not fit.

    >>> import wengert.numpy as wnp
    >>> a = wnp.array([[3.0, 1.0], [4.0, 2.0]])
    >>> abs(qr_multiply(a, wnp.array([3.0, 4.0]))[0]).round(3)
    Array([5., 0.], dtype=float32)
    """
    if mode not in ("left", "right"):
        raise ValueError(f"qr_multiply: expected mode 'left' or 'right' but got {mode!r}")
    a, c = matrices("qr_multiply", a, c)
    q, *rest = qr(a, mode="economic", pivoting=pivoting)
    q = q.conj() if conjugate else q
    vector = c.ndim == 1
    rows = c if not vector else expand_dims(c, -1 if mode == "left" else 0)
    if rows.shape[-2 if mode == "left" else -1] != q.shape[-1 if mode == "left" else -2]:
        fitting = f"(..., {q.shape[-1]}, l)" if mode == "left" else f"(..., l, {q.shape[-2]})"
        raise errors.make(
            errors.ShapeError, "qr_multiply", f"expected c of shape {fitting} for Q of {q.shape} but got {c.shape}"
        )
    out = matmul(q, rows) if mode == "left" else matmul(rows, q)
    return (out.ravel() if vector else out, *rest)


def svd(
    a: Any,
    full_matrices: bool = True,
    compute_uv: bool = True,
    overwrite_a: bool = False,
    check_finite: bool = True,
    lapack_driver: str = "gesdd",
) -> Any:
    """(u, s, v^H), or s alone without `compute_uv`.

    >>> import wengert.numpy as wnp
    >>> svd(wnp.array([[0.0, 2.0], [1.0, 0.0]]), compute_uv=False)
    Array([2., 1.], dtype=float32)
    """
    return lax.svd(matrices("svd", a)[0], full_matrices=full_matrices, compute_uv=compute_uv)


def det(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The determinant of square matrices, shape (..., n, n).

    >>> import wengert.numpy as wnp
    >>> det(2 * wnp.eye(2))
    Array(4., dtype=float32)
    """
    return fac.det(a)


def inv(a: Any, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The inverse of square matrices, shape (..., n, n).

    >>> import wengert.numpy as wnp
    >>> inv(2 * wnp.eye(1))
    Array([[0.5]], dtype=float32)
    """
    return fac.inv(a)


def solve(
    a: Any,
    b: Any,
    lower: bool = False,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    debug: bool = False,
    check_finite: bool = True,
    assume_a: str = "gen",
) -> Any:
    """The solution of a x = b, by Cholesky with assume_a="pos".

    >>> import wengert.numpy as wnp
    >>> solve(4 * wnp.eye(2), wnp.ones(2), assume_a="pos")
    Array([0.25, 0.25], dtype=float32)
    """
    if assume_a not in ("gen", "sym", "her", "pos"):
        raise ValueError(f"solve: expected assume_a 'gen', 'sym', 'her' or 'pos' but got {assume_a!r}")
    if assume_a == "pos":
        return cho_solve(cho_factor(a, lower), b)
    return fac.solve(a, b)
