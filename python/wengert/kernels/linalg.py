# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Factorisations and solves by LAPACK: NumPy's where it has the function, SciPy's otherwise.

The last two dimensions are matrices, the others batch dimensions. C-contiguous matrices are handed to LAPACK as the
transposed ones that they are in its order, so that nothing is copied on the way. What fails gives nan, as in JAX.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from wengert.kernels.common import contiguous, quiet

__all__ = [
    "cholesky", "det", "eig", "eigh", "geqrf", "hessenberg", "householder_product", "lu", "lu_pivots_to_permutation",
    "pinv", "qr", "schur", "slogdet", "solve", "svd", "triangular_solve", "tridiagonal", "tridiagonal_solve",
]  # fmt: skip


def _lapack(name: str, dtype: np.dtype) -> Any:
    from scipy.linalg.lapack import get_lapack_funcs

    return get_lapack_funcs(name, dtype=dtype)


def _blas(name: str, dtype: np.dtype) -> Any:
    from scipy.linalg.blas import get_blas_funcs

    return get_blas_funcs(name, dtype=dtype)


def _each(
    fun: Callable[..., Any],
    core: tuple[int, ...],
    out_shapes: tuple[tuple[int, ...], ...],
    *xs: Any,
    dtypes: tuple[np.dtype, ...] = (),
) -> tuple:
    """`fun` of each member of a batch; the last `core[i]` dimensions of operand i are its own.

    The results have `out_shapes` and the dtypes of what the first call gives (if there is none, `dtypes` or that of
    operand 0).
    """
    batch = xs[0].shape[: xs[0].ndim - core[0]]
    if not batch:
        outs = fun(*xs)
        return tuple(contiguous(o) for o in (outs if isinstance(outs, tuple) else (outs,)))
    count = int(np.prod(batch))
    flat = [x.reshape((count, *x.shape[x.ndim - c :])) for x, c in zip(xs, core, strict=True)]
    results: list[np.ndarray] = []
    for i in range(count):
        outs = fun(*(x[i] for x in flat))
        outs = outs if isinstance(outs, tuple) else (outs,)
        results = results or [np.empty((count, *s), o.dtype) for s, o in zip(out_shapes, outs, strict=True)]
        for result, o in zip(results, outs, strict=True):
            result[i] = o
    if not count:
        results = [
            np.empty((0, *s), d) for s, d in zip(out_shapes, dtypes or [xs[0].dtype] * len(out_shapes), strict=True)
        ]
    return tuple(r.reshape((*batch, *s)) for r, s in zip(results, out_shapes, strict=True))


def _or_nan(fun: Callable[[np.ndarray], Any], x: np.ndarray) -> Any:
    """`fun` of a batch of matrices; if it fails for one, that one's results are nan."""
    try:
        return fun(x)
    except np.linalg.LinAlgError:
        pass
    if x.ndim > 2:
        rows = [_or_nan(fun, m) for m in x.reshape((-1, *x.shape[-2:]))]
        if isinstance(rows[0], tuple):
            return tuple(np.stack(c).reshape((*x.shape[:-2], *c[0].shape)) for c in zip(*rows, strict=True))
        return np.stack(rows).reshape((*x.shape[:-2], *rows[0].shape))
    outs = fun(np.eye(*x.shape, dtype=x.dtype))  # the shapes and dtypes of the results
    if isinstance(outs, tuple):
        return tuple(np.full_like(o, np.nan) for o in outs)
    return np.full_like(outs, np.nan)


# Triangles.


def cholesky(x: np.ndarray) -> np.ndarray:
    """The lower factor of x, of which the lower triangle is read; nan where x is not positive definite."""
    if not x.size:
        return x.copy()
    return np.tril(_or_nan(np.linalg.cholesky, x))


def triangular_solve(
    a: np.ndarray,
    b: np.ndarray,
    left_side: bool,
    lower: bool,
    transpose_a: bool = False,
    conjugate_a: bool = False,
    unit_diagonal: bool = False,
) -> np.ndarray:
    """op(a) x = b, or x op(a) = b without `left_side`, with one triangle of a."""
    if not b.size:
        return b.copy()
    conjugate_a = conjugate_a and a.dtype.kind == "c"
    trsm = _blas("trsm", a.dtype)
    # The transposed equation, on the transposed matrices that are in LAPACK's order; conj(a) x = b as conj(a conj(x)).
    outside = conjugate_a and not transpose_a
    trans = 2 if transpose_a and conjugate_a else int(transpose_a)

    def one(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        b = b.conj() if outside else b
        x = trsm(1, a.T, b.T, side=int(left_side), lower=int(not lower), trans_a=trans, diag=int(unit_diagonal)).T
        return x.conj() if outside else x

    return _each(one, (2, 2), (b.shape[-2:],), a, b)[0]


# LU.


def lu(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The factors in one matrix, the row swaps and the permutation, with partial pivoting."""
    m, n = x.shape[-2:]
    k = min(m, n)
    if not x.size:
        pivots = np.zeros((*x.shape[:-2], k), np.int32)
        return x.copy(), pivots, lu_pivots_to_permutation(pivots, m)
    getrf = _lapack("getrf", x.dtype)
    factors, pivots = _each(lambda a: getrf(a)[:2], (2,), ((m, n), (k,)), x)
    pivots = pivots.astype(np.int32, copy=False)
    return factors, pivots, lu_pivots_to_permutation(pivots, m)


def lu_pivots_to_permutation(pivots: np.ndarray, permutation_size: int) -> np.ndarray:
    """The permutation that the row swaps make together; a row outside is moved to the nearest end."""
    batch = pivots.shape[:-1]
    flat = pivots.reshape((int(np.prod(batch)), pivots.shape[-1]))
    result = np.empty((len(flat), permutation_size), np.int32)
    result[:] = np.arange(permutation_size, dtype=np.int32)
    every = np.arange(len(flat))
    for i in range(flat.shape[1]):
        swap = np.clip(flat[:, i], 0, permutation_size - 1)
        chosen = result[every, swap]
        result[every, swap] = result[:, i]
        result[:, i] = chosen
    return result.reshape((*batch, permutation_size))


def solve(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a x = b; inf or nan for a singular matrix."""
    if not b.size:
        return b.copy()
    try:
        return np.linalg.solve(a, b)
    except np.linalg.LinAlgError:
        pass
    factors, _, permutation = lu(a)
    with quiet():
        x = triangular_solve(factors, np.take_along_axis(b, permutation[..., None], -2), True, True, unit_diagonal=True)
        return triangular_solve(factors, x, True, False)


# QR.


def geqrf(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """R above, the Householder vectors below the diagonal, and their factors."""
    m, n = x.shape[-2:]
    if not x.size:
        return x.copy(), np.zeros((*x.shape[:-2], min(m, n)), x.dtype)
    h, taus = np.linalg.qr(x, mode="raw")
    return contiguous(np.swapaxes(h, -1, -2)), contiguous(taus)


def householder_product(a: np.ndarray, taus: np.ndarray) -> np.ndarray:
    """The first columns of the product of reflectors that geqrf gives."""
    if not a.size:
        return a.copy()
    if not taus.shape[-1]:
        return contiguous(np.broadcast_to(np.eye(*a.shape[-2:], dtype=a.dtype), a.shape))
    multiply = _lapack("ungqr" if a.dtype.kind == "c" else "orgqr", a.dtype)
    missing = np.zeros(a.shape[-1] - taus.shape[-1], a.dtype)  # no reflection

    def one(a: np.ndarray, taus: np.ndarray) -> np.ndarray:
        return multiply(a, np.concatenate([taus, missing]))[0]

    return _each(one, (2, 1), (a.shape[-2:],), a, taus)[0]


def qr(x: np.ndarray, full_matrices: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """Unitary columns and an upper triangle; with full_matrices the first factor is square."""
    q, r = np.linalg.qr(x, mode="complete" if full_matrices else "reduced")
    return contiguous(q), contiguous(r)


# Bands.


def tridiagonal_solve(dl: np.ndarray, d: np.ndarray, du: np.ndarray, b: np.ndarray) -> np.ndarray:
    """a x = b for a tridiagonal a with pivoting; nan if it is singular."""
    if not b.size:
        return b.copy()
    gtsv = _lapack("gtsv", b.dtype)

    def one(dl: np.ndarray, d: np.ndarray, du: np.ndarray, b: np.ndarray) -> np.ndarray:
        if len(d) == 1:  # LAPACK's wrapper wants an off-diagonal
            return b / d if d[0] else np.full_like(b, np.nan)
        x, info = gtsv(dl[1:], d, du[:-1], b)[3:]
        return np.full_like(b, np.nan) if info else x

    return _each(one, (1, 1, 1, 2), (b.shape[-2:],), dl, d, du, b)[0]


# Eigenvalues and singular values.


def eigh(x: np.ndarray, lower: bool = True) -> tuple[np.ndarray, np.ndarray]:
    """The eigenvectors, as columns, and the ascending eigenvalues of the Hermitian matrices that one triangle gives."""
    w, v = _or_nan(lambda m: np.linalg.eigh(m, UPLO="L" if lower else "U"), x)
    return contiguous(v), contiguous(w)


def eig(x: np.ndarray, compute_left_eigenvectors: bool = True, compute_right_eigenvectors: bool = True) -> Any:
    """The complex eigenvalues of square matrices and, if asked for, the left and right eigenvectors as columns.

    A vector has the norm 1 and a real largest entry. They are nan for a matrix that is not finite.
    """
    n, dtype = x.shape[-1], np.result_type(x.dtype, np.complex64)
    wanted = (compute_left_eigenvectors, compute_right_eigenvectors)
    shapes = ((n,), *((n, n),) * sum(wanted))
    if not x.size:
        results = tuple(np.empty((*x.shape[:-2], *s), dtype) for s in shapes)
        return results if any(wanted) else results[0]
    geev, is_real = _lapack("geev", x.dtype), x.dtype.kind == "f"

    def one(a: np.ndarray) -> tuple[np.ndarray, ...]:
        found = list(geev(a, *wanted)) if np.isfinite(a).all() else []
        if not found or found[-1]:
            return tuple(np.full(s, np.nan, dtype) for s in shapes)
        w = (found[0] + 1j * found[1]).astype(dtype) if is_real else found[0]
        vectors = [v for v, want in zip(found[-3:-1], wanted, strict=True) if want]
        return (w, *(_unpaired(v, found[1]) if is_real else v for v in vectors))

    results = _each(one, (2,), shapes, x, dtypes=(dtype,) * len(shapes))
    return results if any(wanted) else results[0]


def _unpaired(v: np.ndarray, imaginary: np.ndarray) -> np.ndarray:
    """The eigenvectors of a real matrix: LAPACK stores real and imaginary part of a conjugate pair as two columns."""
    out = v.astype(np.result_type(v.dtype, np.complex64))
    for j in np.flatnonzero(imaginary > 0):
        out[:, j] += 1j * v[:, j + 1]
        out[:, j + 1] = out[:, j].conj()
    return out


def svd(x: np.ndarray, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """The descending singular values and, with compute_uv, the unitary factors u and v^H."""
    if not compute_uv:
        return contiguous(_or_nan(lambda m: np.linalg.svd(m, compute_uv=False), x))
    u, s, vh = _or_nan(lambda m: tuple(np.linalg.svd(m, full_matrices=full_matrices)), x)
    return contiguous(s), contiguous(u), contiguous(vh)


def schur(x: np.ndarray, compute_schur_vectors: bool = True) -> Any:
    """The (quasi-)triangle and, if asked for, the unitary factor."""
    shape = x.shape[-2:]
    if not x.size:
        return (x.copy(), x.copy()) if compute_schur_vectors else x.copy()
    gees = _lapack("gees", x.dtype)

    def one(a: np.ndarray) -> tuple[np.ndarray, ...]:
        out = gees(lambda *_: None, a, compute_v=int(compute_schur_vectors))
        found = (out[0], out[-3]) if compute_schur_vectors else (out[0],)
        return tuple(np.full_like(f, np.nan) for f in found) if out[-1] else found

    results = _each(one, (2,), (shape,) * (1 + compute_schur_vectors), x)
    return results if compute_schur_vectors else results[0]


def hessenberg(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The Hessenberg form above, the reflectors below it, and their factors."""
    n = x.shape[-1]
    gehrd = _lapack("gehrd", x.dtype)
    form, taus = _each(lambda a: gehrd(a)[:2], (2,), ((n, n), (n - 1,)), x)
    return form, taus


def tridiagonal(x: np.ndarray, lower: bool = True) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The tridiagonal form of Hermitian matrices with its reflectors, the two diagonals, the reflectors' factors."""
    n = x.shape[-1]
    reduce = _lapack("hetrd" if x.dtype.kind == "c" else "sytrd", x.dtype)
    shapes = ((n, n), (n,), (n - 1,), (n - 1,))
    dtypes = (x.dtype, x.real.dtype, x.real.dtype, x.dtype)
    form, d, e, taus = _each(lambda a: reduce(a, lower=int(lower))[:4], (2,), shapes, x, dtypes=dtypes)
    return form, d, e, taus


# Determinants.


def det(x: np.ndarray) -> np.ndarray:
    """The determinant."""
    return np.asarray(np.linalg.det(x), x.dtype)


def slogdet(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The sign of the determinant and the logarithm of its absolute value."""
    sign, logdet = np.linalg.slogdet(x)
    return np.asarray(sign), np.asarray(logdet)


def pinv(x: np.ndarray, rtol: float) -> np.ndarray:
    """The pseudo-inverse: singular values up to `rtol` times the largest count as 0."""
    return contiguous(_or_nan(lambda m: np.linalg.pinv(m, rtol=rtol), x))
