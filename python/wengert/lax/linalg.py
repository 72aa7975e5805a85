# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`wengert.lax.linalg`: factorisations and solves of matrices, in the calling convention of `jax.lax.linalg`.

The last two dimensions are matrices, the others batch dimensions. Operands are float32, float64, complex64 or
complex128; half types are refused, because LAPACK has none.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from wengert import errors
from wengert.lax._operands import apply, as_array
from wengert.lax.contraction import dot_general
from wengert.lax.functions import (
    broadcasted_iota,
    expand_dims,
    full_like,
    index_in_dim,
    select,
    transpose,
)
from wengert.lax.polar import ormqr, qdwh

__all__ = [
    "cholesky", "cholesky_update", "eig", "eigh", "geqrf", "hessenberg", "householder_product", "lu",
    "lu_pivots_to_permutation", "ormqr", "qdwh", "qr", "schur", "svd", "symmetric_product", "triangular_solve",
    "tridiagonal", "tridiagonal_solve",
]  # fmt: skip

_KINDS = ("float32", "float64", "complex64", "complex128")


def matrix(function: str, x: Any, rank: int = 2) -> Any:
    """`x` as an array of a type that LAPACK has, of at least `rank` dimensions.

    Raises:
      DtypeError: its type is a half type, or neither a float nor complex.
      ShapeError: it has fewer dimensions.
    """
    x = as_array(function, x)
    if x.dtype.name not in _KINDS:
        to = "float64" if x.dtype.name in ("int64", "uint64") else "float32"
        raise errors.make(
            errors.DtypeError,
            function,
            f"expected an operand of {', '.join(_KINDS)} but got {x.dtype}",
            remedy=f"convert it with x.astype('{to}')",
        )
    if x.ndim < rank:
        raise errors.make(
            errors.ShapeError, function, f"expected an operand of at least {rank} dimensions but got shape {x.shape}"
        )
    return x


def square(function: str, x: Any) -> Any:
    """`x` as a batch of square matrices.

    Raises:
      ShapeError: the last two dimensions differ.
    """
    x = matrix(function, x)
    if x.shape[-1] != x.shape[-2]:
        raise errors.make(
            errors.ShapeError, function, f"expected square matrices in the last two dimensions but got shape {x.shape}"
        )
    return x


def adjoint(x: Any) -> Any:
    """The conjugate transpose of each matrix."""
    n = x.ndim
    y = transpose(x, (*range(n - 2), n - 1, n - 2))
    return apply("conj", (y,)) if y.dtype.kind == "c" else y


def symmetrize(x: Any) -> Any:
    """The mean of each matrix and its adjoint."""
    half = apply("add", (x, adjoint(x)))
    return apply("mul", (half, full_like(half, 0.5)))


def _product(x: Any, y: Any) -> Any:
    batch = tuple(range(x.ndim - 2))
    return dot_general(x, y, (((x.ndim - 1,), (y.ndim - 2,)), (batch, batch)))


def _triangle(x: Any, lower: bool, k: int = 0) -> Any:
    row, column = (broadcasted_iota("int32", x.shape, x.ndim - d) for d in (2, 1))
    shifted = apply("add", (row, full_like(row, k)))
    return select(apply("le" if lower else "ge", (column, shifted)), x, full_like(x, 0))


# The functions of jax.lax.linalg.


def cholesky(x: Any, *, symmetrize_input: bool = True) -> Any:
    """The lower triangle L with L L^H = x for positive definite matrices x; nan where x is not positive definite.

    Args:
      x: matrices of shape (..., n, n).
      symmetrize_input: factor (x + x^H) / 2; otherwise the lower triangle alone is read, and the gradient with respect
        to the other one is zero.

    Returns:
      Matrices like x, zero above the diagonal.

    Raises:
      ShapeError: the matrices are not square.
      DtypeError: x is of a half type, or neither a float nor complex.

    >>> import wengert.numpy as wnp
    >>> cholesky(wnp.array([[4.0, 2.0], [2.0, 5.0]]))
    Array([[2., 0.],
           [1., 2.]], dtype=float32)
    """
    x = square("cholesky", x)
    return apply("cholesky", (symmetrize(x) if symmetrize_input else x,))


def cholesky_update(r_matrix: Any, w_vector: Any) -> Any:
    """The upper Cholesky factor of R^T R + w w^T, from the factor R.

    Args:
      r_matrix: an upper triangle of shape (n, n).
      w_vector: a vector of shape (n,).

    >>> import wengert.numpy as wnp
    >>> cholesky_update(2 * wnp.eye(2), wnp.array([0.0, 1.5]))
    Array([[2. , 0. ],
           [0. , 2.5]], dtype=float32)
    """
    r, w = square("cholesky_update", r_matrix), matrix("cholesky_update", w_vector, 1)
    if r.ndim != 2 or w.shape != r.shape[:1]:
        raise errors.make(
            errors.ShapeError,
            "cholesky_update",
            f"expected a matrix (n, n) and a vector (n,) but got {r.shape} and {w.shape}",
        )
    column = expand_dims(w, (1,))
    together = apply("add", (_product(adjoint(r), r), _product(column, adjoint(column))))
    return adjoint(apply("cholesky", (together,)))


def triangular_solve(
    a: Any,
    b: Any,
    *,
    left_side: bool = False,
    lower: bool = False,
    transpose_a: bool = False,
    conjugate_a: bool = False,
    unit_diagonal: bool = False,
) -> Any:
    """The solution x of op(a) x = b with `left_side`, else of x op(a) = b, for triangular matrices a.

    Args:
      a: matrices of shape (..., m, m).
      b: matrices of shape (..., m, n) with `left_side`, else (..., n, m); or vectors (..., m).
      lower: which triangle of a is read.
      transpose_a, conjugate_a: what op does to a.
      unit_diagonal: the diagonal of a counts as ones and is not read.

    Raises:
      ShapeError: the matrices do not fit.
      DtypeError: types that differ, half types, or neither floats nor complex.

    >>> import wengert.numpy as wnp
    >>> triangular_solve(wnp.array([[2.0, 0.0], [1.0, 4.0]]), wnp.array([2.0, 9.0]), left_side=True, lower=True)
    Array([1., 2.], dtype=float32)
    """
    a, b = square("triangular_solve", a), matrix("triangular_solve", b, 1)
    vector = b.ndim == a.ndim - 1
    if vector:
        b = expand_dims(b, (b.ndim if left_side else b.ndim - 1,))
    if b.ndim != a.ndim or a.shape[:-2] != b.shape[:-2] or b.shape[-2 if left_side else -1] != a.shape[-1]:
        raise errors.make(
            errors.ShapeError,
            "triangular_solve",
            f"expected b of shape (..., {f'{a.shape[-1]}, n' if left_side else f'n, {a.shape[-1]}'}) with the batch "
            f"dimensions of a, {a.shape}, but got {b.shape}",
        )
    _same_type("triangular_solve", a, b)
    out = apply(
        "triangular_solve", (a, b), left_side=left_side, lower=lower, transpose_a=transpose_a,
        conjugate_a=conjugate_a and a.dtype.kind == "c", unit_diagonal=unit_diagonal,
    )  # fmt: skip
    return index_in_dim(out, 0, -1 if left_side else -2, keepdims=False) if vector else out


def _same_type(function: str, *xs: Any) -> None:
    if len({x.dtype for x in xs}) > 1:
        raise errors.make(
            errors.DtypeError,
            function,
            f"expected operands of one type but got {' and '.join(str(x.dtype) for x in xs)}",
            remedy="convert one of them with astype",
        )


def lu(x: Any) -> tuple[Any, Any, Any]:
    """P x = L U with partial pivoting.

    Args:
      x: matrices of shape (..., m, n).

    Returns:
      (lu, pivots, permutation): both triangles in one matrix, without L's diagonal of ones; the int32 row swaps of
      shape (..., min(m, n)); P as the int32 order of rows of shape (..., m).

    >>> import wengert.numpy as wnp
    >>> lu(wnp.array([[1.0, 2.0], [2.0, 2.0]]))
    (Array([[2. , 2. ],
           [0.5, 1. ]], dtype=float32), Array([1, 1], dtype=int32), Array([1, 0], dtype=int32))
    """
    return apply("lu", (matrix("lu", x),))


def lu_pivots_to_permutation(pivots: Any, permutation_size: int) -> Any:
    """The order of rows that the row swaps of `lu` make.

    Args:
      pivots: int32 of shape (..., k).
      permutation_size: the number of rows, at least k.

    >>> import wengert.numpy as wnp
    >>> lu_pivots_to_permutation(wnp.array([2, 2]), 3)
    Array([2, 0, 1], dtype=int32)
    """
    p = as_array("lu_pivots_to_permutation", pivots)
    if p.dtype != np.int32:
        raise errors.make(
            errors.DtypeError,
            "lu_pivots_to_permutation",
            f"expected int32 pivots but got {p.dtype}",
            remedy="convert them with astype('int32')",
        )
    if not p.ndim or permutation_size < p.shape[-1]:
        raise errors.make(
            errors.ShapeError,
            "lu_pivots_to_permutation",
            f"expected pivots (..., k) and a permutation_size of at least k but got shape {p.shape} and "
            f"{permutation_size}",
        )
    return apply("lu_pivots_to_permutation", (p,), permutation_size=permutation_size)


def geqrf(a: Any) -> tuple[Any, Any]:
    """The QR decomposition as LAPACK stores it; it has no derivative, use `qr` for one.

    Returns:
      (a, taus): R in the upper triangle and the Householder vectors below it, and their factors.

    >>> import wengert.numpy as wnp
    >>> [x.shape for x in geqrf(wnp.ones((3, 2)))]
    [(3, 2), (2,)]
    """
    return apply("geqrf", (matrix("geqrf", a),))


def householder_product(a: Any, taus: Any) -> Any:
    """The first columns of the product of the reflectors that `geqrf` gives; it has no derivative, use `qr` for one.

    Args:
      a: matrices of shape (..., m, n) with m >= n, the vectors below the diagonal.
      taus: their factors, of shape (..., k) with k <= n.

    >>> import wengert.numpy as wnp
    >>> householder_product(wnp.zeros((2, 2)), wnp.array([2.0]))
    Array([[-1.,  0.],
           [-0.,  1.]], dtype=float32)
    """
    a, taus = matrix("householder_product", a), matrix("householder_product", taus, 1)
    m, n = a.shape[-2:]
    if a.shape[:-2] != taus.shape[:-1] or m < n or taus.shape[-1] > n:
        raise errors.make(
            errors.ShapeError,
            "householder_product",
            f"expected shapes (..., m, n) and (..., k) with m >= n >= k but got {a.shape} and {taus.shape}",
        )
    _same_type("householder_product", a, taus)
    return apply("householder_product", (a, taus))


def qr(x: Any, *, pivoting: bool = False, full_matrices: bool = True, use_magma: bool | None = None) -> tuple[Any, Any]:
    """x = Q R with unitary columns Q and an upper triangle R.

    Args:
      x: matrices of shape (..., m, n).
      full_matrices: Q of shape (..., m, m) instead of (..., m, min(m, n)).
      pivoting: not supported.
      use_magma: ignored.

    Raises:
      ValueError: `pivoting`.

    >>> import wengert.numpy as wnp
    >>> q, r = qr(wnp.array([[3.0, 1.0], [4.0, 2.0]]))
    >>> r.round(3)
    Array([[-5. , -2.2],
           [ 0. ,  0.4]], dtype=float32)
    """
    if pivoting:
        raise ValueError("qr: expected pivoting=False but got True: the pivoted decomposition is not supported")
    return apply("qr", (matrix("qr", x),), full_matrices=full_matrices)


def symmetric_product(
    a_matrix: Any, c_matrix: Any, *, alpha: float = 1.0, beta: float = 0.0, symmetrize_output: bool = False
) -> Any:
    """alpha a a^T + beta c for a symmetric c, of which the lower triangle counts with `symmetrize_output`.

    >>> import wengert.numpy as wnp
    >>> symmetric_product(wnp.ones((2, 3)), wnp.eye(2), beta=2.0)
    Array([[5., 3.],
           [3., 5.]], dtype=float32)
    """
    a, c = matrix("symmetric_product", a_matrix), matrix("symmetric_product", c_matrix)
    if c.shape != (*a.shape[:-1], a.shape[-2]):
        raise errors.make(
            errors.ShapeError,
            "symmetric_product",
            f"expected shapes (..., m, n) and (..., m, m) but got {a.shape} and {c.shape}",
        )
    _same_type("symmetric_product", a, c)
    n = a.ndim
    out = _product(a, transpose(a, (*range(n - 2), n - 1, n - 2)))
    out = apply("add", (apply("mul", (out, full_like(out, alpha))), apply("mul", (c, full_like(c, beta)))))
    if symmetrize_output:
        strict = transpose(_triangle(out, True, -1), (*range(n - 2), n - 1, n - 2))
        out = apply("add", (_triangle(out, True), strict))
    return out


def tridiagonal_solve(dl: Any, d: Any, du: Any, b: Any, *, perturb_singular: bool = False) -> Any:
    """The solution of a x = b for a tridiagonal a.

    Args:
      dl: a[i, i - 1] at i, of shape (..., m); dl[..., 0] is not read.
      d: the diagonal.
      du: a[i, i + 1] at i; du[..., m - 1] is not read.
      b: matrices of shape (..., m, n).
      perturb_singular: not supported.

    >>> import wengert.numpy as wnp
    >>> one, two = wnp.ones(3), 2 * wnp.ones(3)
    >>> tridiagonal_solve(one, two, one, wnp.array([[3.0], [4.0], [3.0]])).ravel()
    Array([1., 1., 1.], dtype=float32)
    """
    if perturb_singular:
        raise ValueError("tridiagonal_solve: expected perturb_singular=False but got True: it is not supported")
    b = matrix("tridiagonal_solve", b)
    diagonals = [matrix("tridiagonal_solve", x, 1) for x in (dl, d, du)]
    if any(x.shape != b.shape[:-1] for x in diagonals):
        raise errors.make(
            errors.ShapeError,
            "tridiagonal_solve",
            f"expected three diagonals of shape {b.shape[:-1]} for b of shape {b.shape} but got "
            f"{', '.join(str(x.shape) for x in diagonals)}",
        )
    _same_type("tridiagonal_solve", *diagonals, b)
    return apply("tridiagonal_solve", (*diagonals, b))


def _refuse(function: str, **given: Any) -> None:
    for name, value in given.items():
        if value is not None and value is not False:
            raise ValueError(f"{function}: expected {name} not to be given but got {value!r}: it is not supported")


def eig(
    x: Any,
    *,
    compute_left_eigenvectors: bool = True,
    compute_right_eigenvectors: bool = True,
    enable_eigvec_derivs: bool = True,
    implementation: Any = None,
) -> list[Any]:
    """The eigenvalues and eigenvectors of square matrices, complex even where they are real.

    A vector has the norm 1 and a real largest entry, and so has its derivative; that is inf or nan where eigenvalues
    are equal, and holds only where no other entry is as large. For the derivative of a function that does not depend on
    the phase of the vectors the latter does not matter.

    Args:
      x: matrices of shape (..., n, n).
      compute_left_eigenvectors, compute_right_eigenvectors: which vectors to compute.
      enable_eigvec_derivs: ignored: the vectors have derivatives.
      implementation: ignored.

    Returns:
      [w, vl, vr] of those asked for: eigenvalues of shape (..., n) in no particular order, and as columns the left
      eigenvectors, with vl^H x = w vl^H, and the right ones, with x vr = w vr. They are nan if x is not finite.

    Raises:
      ShapeError: the matrices are not square.
      DtypeError: x is of a half type, or neither a float nor complex.

    >>> import wengert.numpy as wnp
    >>> eig(wnp.array([[0.0, 1.0], [-1.0, 0.0]]))[0]
    Array([0.+1.j, 0.-1.j], dtype=complex64)
    """
    out = apply(
        "eig", (square("eig", x),), compute_left_eigenvectors=bool(compute_left_eigenvectors),
        compute_right_eigenvectors=bool(compute_right_eigenvectors),
    )  # fmt: skip
    return list(out) if isinstance(out, tuple) else [out]


def eigh(
    x: Any,
    *,
    lower: bool = True,
    symmetrize_input: bool = True,
    sort_eigenvalues: bool = True,
    subset_by_index: tuple[int, int] | None = None,
    implementation: Any = None,
) -> tuple[Any, Any]:
    """The eigenvectors and eigenvalues of Hermitian matrices.

    The derivative of the eigenvectors is inf or nan where eigenvalues are equal.

    Args:
      x: matrices of shape (..., n, n).
      lower: without `symmetrize_input`, the triangle that is read.
      symmetrize_input: take (x + x^H) / 2.
      sort_eigenvalues: they are in ascending order either way.
      subset_by_index: not supported, unless it is (0, n).
      implementation: ignored.

    Returns:
      The eigenvectors v as columns, and the eigenvalues w of shape (..., n).

    Raises:
      ShapeError: the matrices are not square.
      DtypeError: x is of a half type, or neither a float nor complex.

    >>> import wengert.numpy as wnp
    >>> eigh(wnp.array([[2.0, 0.0], [0.0, 1.0]]))[1]
    Array([1., 2.], dtype=float32)
    """
    x = square("eigh", x)
    if subset_by_index != (0, x.shape[-1]):
        _refuse("eigh", subset_by_index=subset_by_index)
    return apply("eigh", (symmetrize(x) if symmetrize_input else x,), lower=lower)


def svd(
    x: Any,
    *,
    full_matrices: bool = True,
    compute_uv: bool = True,
    subset_by_index: tuple[int, int] | None = None,
    algorithm: Any = None,
) -> Any:
    """x = u diag(s) v^H with unitary u and v^H and descending s.

    The derivative of u and v^H is inf or nan where singular values are equal; there is none for full_matrices of
    matrices that are not square.

    Args:
      x: matrices of shape (..., m, n).
      full_matrices: u and v^H are square, else they have min(m, n) columns and rows.
      compute_uv: whether to compute more than s.
      subset_by_index: not supported, unless it is (0, min(m, n)).
      algorithm: ignored.

    Returns:
      (u, s, v^H), or s without `compute_uv`.

    >>> import wengert.numpy as wnp
    >>> svd(wnp.array([[0.0, 2.0], [1.0, 0.0]]), compute_uv=False)
    Array([2., 1.], dtype=float32)
    """
    x = matrix("svd", x)
    if subset_by_index != (0, min(x.shape[-2:])):
        _refuse("svd", subset_by_index=subset_by_index)
    out = apply("svd", (x,), full_matrices=full_matrices, compute_uv=compute_uv)
    if not compute_uv:
        return out[0] if isinstance(out, tuple) else out
    s, u, vh = out
    return u, s, vh


def schur(
    x: Any, *, compute_schur_vectors: bool = True, sort_eig_vals: bool = False, select_callable: Any = None
) -> tuple[Any, ...]:
    """x = z t z^H with unitary z and an upper triangle t.

    For real x it has 2 x 2 blocks on its diagonal for pairs of complex eigenvalues.

    It has no derivative.

    Returns:
      (t, z), or (t,) without `compute_schur_vectors`.

    >>> import wengert.numpy as wnp
    >>> t, z = schur(wnp.array([[1.0, 2.0], [0.0, 3.0]]))
    >>> t
    Array([[1., 2.],
           [0., 3.]], dtype=float32)
    """
    _refuse("schur", sort_eig_vals=sort_eig_vals, select_callable=select_callable)
    out = apply("schur", (square("schur", x),), compute_schur_vectors=compute_schur_vectors)
    return out if isinstance(out, tuple) else (out,)


def hessenberg(a: Any) -> tuple[Any, Any]:
    """The Hessenberg form of square matrices as LAPACK stores it; it has no derivative.

    Returns:
      (a, taus): the form in the upper triangle and the first subdiagonal, the Householder vectors below, their factors.

    >>> import wengert.numpy as wnp
    >>> [x.shape for x in hessenberg(wnp.ones((3, 3)))]
    [(3, 3), (2,)]
    """
    a = square("hessenberg", a)
    _not_empty("hessenberg", a)
    return apply("hessenberg", (a,))


def tridiagonal(a: Any, *, lower: bool = True) -> tuple[Any, Any, Any, Any]:
    """The tridiagonal form of Hermitian matrices as LAPACK stores it; it has no derivative.

    Returns:
      (a, d, e, taus): the form with the Householder vectors outside of it, its diagonal, the diagonal beside it, the
      factors of the vectors.

    >>> import wengert.numpy as wnp
    >>> tridiagonal(wnp.eye(3))[1]
    Array([1., 1., 1.], dtype=float32)
    """
    a = square("tridiagonal", a)
    _not_empty("tridiagonal", a)
    return apply("tridiagonal", (a,), lower=lower)


def _not_empty(function: str, x: Any) -> None:
    if not x.shape[-1]:
        raise errors.make(
            errors.ShapeError, function, f"expected matrices with at least one row but got shape {x.shape}"
        )
