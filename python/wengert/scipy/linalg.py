# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`wengert.scipy.linalg`: factorisations, solves and the matrix exponential, as in SciPy.

`overwrite_*` and `check_finite` are accepted and ignored: arrays do not change, and what is not finite gives nan.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from wengert.lax import linalg as lax
from wengert.lax._operands import is_eager
from wengert.numpy import elementwise as ew
from wengert.numpy import factorizations as fac
from wengert.numpy import logic
from wengert.numpy import reductions as red
from wengert.numpy.contraction import matmul
from wengert.numpy.diagonals import tril, triu
from wengert.numpy.factorizations import det, inv, matrices
from wengert.numpy.manipulation import expand_dims
from wengert.numpy.picking import take_along_axis
from wengert.numpy.ranges import eye

__all__ = [
    "cho_factor", "cho_solve", "cholesky", "det", "eigh", "expm", "inv", "lu", "lu_factor", "lu_solve", "qr", "schur",
    "solve", "solve_triangular", "svd",
]  # fmt: skip


def cholesky(a: Any, lower: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The upper (or lower) Cholesky factor.

    >>> import wengert.numpy as wnp
    >>> cholesky(wnp.array([[4.0, 2.0], [2.0, 5.0]]))
    Array([[2., 1.],
           [0., 2.]], dtype=float32)
    """
    return fac.cholesky(a, upper=not lower)


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
    x = solve_triangular(c, b, "N" if lower else "C", lower)
    return solve_triangular(c, x, "C" if lower else "N", lower)


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

    >>> import wengert.numpy as wnp
    >>> lu_solve(lu_factor(wnp.array([[0.0, 2.0], [4.0, 0.0]])), wnp.array([2.0, 4.0]))
    Array([1., 1.], dtype=float32)
    """
    if trans not in (0, 1, 2):
        raise ValueError(f"lu_solve: expected trans 0, 1 or 2 but got {trans!r}")
    factors, b = matrices("lu_solve", lu_and_piv[0], b)
    permutation = lax.lu_pivots_to_permutation(lu_and_piv[1], factors.shape[-1])
    vector = b.ndim == 1
    factors, x = fac._batched("lu_solve", factors, expand_dims(b, -1) if vector else b)
    n = factors.shape[-1]
    order = expand_dims(permutation, -1)
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

    >>> import wengert.numpy as wnp
    >>> [x.shape for x in qr(wnp.ones((3, 2)), mode="economic")]
    [(3, 2), (2, 2)]
    """
    if mode not in ("full", "economic", "r"):
        raise ValueError(f"qr: expected mode 'full', 'economic' or 'r' but got {mode!r}")
    q, r = lax.qr(matrices("qr", a)[0], pivoting=pivoting, full_matrices=mode != "economic")
    return (r,) if mode == "r" else (q, r)


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


def eigh(
    a: Any,
    b: Any = None,
    lower: bool = True,
    eigvals_only: bool = False,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    turbo: bool = True,
    eigvals: Any = None,
    type: int = 1,
    check_finite: bool = True,
) -> Any:
    """(eigenvalues, eigenvectors) of the Hermitian matrices that one triangle gives, or the eigenvalues alone.

    Args:
      b: a positive definite matrix for the generalised problem, of which the same triangle is read; by default one.
      type: 1 for a v = w b v, 2 for a b v = w v, 3 for b a v = w v. The vectors are such that v^H b v (v^H b^-1 v for
        type 3) is one.

    Raises:
      NotImplementedError: `eigvals`: subsets are not supported.
      ValueError: another `type`.

    >>> import wengert.numpy as wnp
    >>> eigh(wnp.array([[2.0, 0.0], [0.0, 1.0]]), 4 * wnp.eye(2), eigvals_only=True)
    Array([0.25, 0.5 ], dtype=float32)
    """
    if eigvals is not None:
        raise NotImplementedError("eigh: expected eigvals to be None: subsets are not supported")
    if type not in (1, 2, 3):
        raise ValueError(f"eigh: expected type 1, 2 or 3 but got {type!r}")
    if b is None:
        v, w = lax.eigh(matrices("eigh", a)[0], lower=lower, symmetrize_input=False)
        return w if eigvals_only else (w, v)
    a, b = matrices("eigh", a, b)
    w, v = _generalized_eigh(a, b, lower, type)
    return w if eigvals_only else (w, v)


def _generalized_eigh(a: Any, b: Any, lower: bool, type: int) -> tuple[Any, Any]:
    """By the factor b = l l^H: the eigenvalues are those of l^-1 a l^-H, or of l^H a l."""
    a, b = fac._batched("eigh", lax.square("eigh", a), lax.square("eigh", b))
    a, b = (x if lower else lax.adjoint(x) for x in (a, b))
    diagonal = ew.multiply(eye(a.shape[-1], dtype=a.dtype), a)
    a = ew.add(ew.add(tril(a, -1), lax.adjoint(tril(a, -1))), lax.symmetrize(diagonal))
    factor = lax.cholesky(b, symmetrize_input=False)
    how = {"lower": True, "transpose_a": True, "conjugate_a": True}
    if type == 1:
        a = lax.triangular_solve(factor, a, left_side=True, lower=True)
        a = lax.triangular_solve(factor, a, **how)
    else:
        a = matmul(matmul(lax.adjoint(factor), a), factor)
    v, w = lax.eigh(a)
    v = matmul(factor, v) if type == 3 else lax.triangular_solve(factor, v, left_side=True, **how)
    return w, v


def schur(a: Any, output: str = "real") -> tuple[Any, Any]:
    """(t, z) with a = z t z^H; it has no derivative.

    Args:
      output: "real", or "complex" for a triangle t where a real one has 2 x 2 blocks for pairs of eigenvalues.

    Raises:
      ValueError: another `output`.

    >>> import wengert.numpy as wnp
    >>> schur(wnp.eye(1))
    (Array([[1.]], dtype=float32), Array([[1.]], dtype=float32))
    """
    if output not in ("real", "complex"):
        raise ValueError(f"schur: expected output 'real' or 'complex' but got {output!r}")
    x = matrices("schur", a)[0]
    if output == "complex" and x.dtype.kind != "c":
        x = x.astype("complex128" if x.dtype.name == "float64" else "complex64")
    return lax.schur(x)  # type: ignore[return-value]


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


# The coefficients of the Pade approximants of exp, and the norms up to which they are exact to rounding: Higham, The
# scaling and squaring method for the matrix exponential revisited (2005).
_PADE7 = (17297280.0, 8648640.0, 1995840.0, 277200.0, 25200.0, 1512.0, 56.0, 1.0)
_PADE13 = (
    64764752532480000.0, 32382376266240000.0, 7771770303897600.0, 1187353796428800.0, 129060195264000.0,
    10559470521600.0, 670442572800.0, 33522128640.0, 1323241920.0, 40840800.0, 960960.0, 16380.0, 182.0, 1.0,
)  # fmt: skip


def expm(A: Any, *, upper_triangular: bool = False, max_squarings: int = 16) -> Any:
    """The exponential of square matrices, by a Pade approximant with scaling and squaring.

    Args:
      upper_triangular: ignored.
      max_squarings: nan for a matrix that needs more.

    >>> import wengert.numpy as wnp
    >>> expm(wnp.array([[0.0, 1.0], [0.0, 0.0]]))
    Array([[1., 1.],
           [0., 1.]], dtype=float32)
    """
    a = lax.square("expm", matrices("expm", A)[0])
    wide = a.dtype.name in ("float64", "complex128")
    coefficients, bound = (_PADE13, 5.371920351148152) if wide else (_PADE7, 3.925724783138660)
    size = red.max(red.sum(ew.abs(a), -2), -1, initial=0)
    count = ew.maximum(0, ew.ceil(ew.log2(ew.divide(ew.maximum(size, bound), bound))))
    steps = max_squarings
    if is_eager(count) and np.isfinite(size).all():  # as many as it takes
        steps = min(steps, int(count.max(initial=0)))
    count = expand_dims(count, (-2, -1))
    a = ew.multiply(a, ew.exp2(ew.negative(ew.minimum(count, max_squarings))).astype(a.dtype))
    u, v = _pade(a, coefficients)
    r = fac.solve(ew.subtract(v, u), ew.add(u, v))
    for i in range(steps):
        r = logic.where(ew.maximum(count, 0) > i, matmul(r, r), r)
    return logic.where(count > max_squarings, np.nan, r)


def _pade(a: Any, c: tuple[float, ...]) -> tuple[Any, Any]:
    """The odd and the even part of the numerator."""
    one, square = eye(a.shape[-1], dtype=a.dtype), matmul(a, a)
    odd, even = ew.multiply(c[1], one), ew.multiply(c[0], one)
    power = square
    for k in range(2, len(c) - 1, 2):
        odd, even = ew.add(odd, ew.multiply(c[k + 1], power)), ew.add(even, ew.multiply(c[k], power))
        power = matmul(power, square) if k + 3 < len(c) else power
    return matmul(a, odd), even
