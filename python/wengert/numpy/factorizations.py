# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The factorisations and solves of `wengert.numpy.linalg`: NumPy's promotion and broadcasting over `lax.linalg`."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from wengert import errors
from wengert.lax import linalg as lax
from wengert.lax._operands import apply, as_array, broadcast, broadcast_shapes, is_tracer, promote
from wengert.numpy import elementwise as ew
from wengert.numpy import logic
from wengert.numpy import reductions as red
from wengert.numpy.contraction import matmul
from wengert.numpy.manipulation import expand_dims, matrix_transpose, moveaxis
from wengert.numpy.ranges import eye


class EigResult(NamedTuple):
    """What `eig` returns."""

    eigenvalues: Any
    eigenvectors: Any


class EighResult(NamedTuple):
    """What `eigh` returns."""

    eigenvalues: Any
    eigenvectors: Any


class QRResult(NamedTuple):
    """What `qr` returns."""

    Q: Any
    R: Any


class SlogdetResult(NamedTuple):
    """What `slogdet` returns."""

    sign: Any
    logabsdet: Any


class SVDResult(NamedTuple):
    """What `svd` returns."""

    U: Any
    S: Any
    Vh: Any


def matrices(function: str, *xs: Any) -> list[Any]:
    """The operands in the float type that they promote to.

    Raises:
      DtypeError: that is a half type, which LAPACK does not have.
      ShapeError: the first has fewer than two dimensions.
    """
    promoted = promote(function, xs, inexact=True)
    return [lax.matrix(function, x, 0 if i else 2) for i, x in enumerate(promoted)]


def _square(function: str, x: Any) -> Any:
    return lax.square(function, matrices(function, x)[0])


def adjoint(x: Any) -> Any:
    """The conjugate transpose of each matrix."""
    return lax.adjoint(x)


def cholesky(a: Any, *, upper: bool = False, symmetrize_input: bool = True) -> Any:
    """The lower (or upper) triangle L with L L^H = a for positive definite a; nan where a is not positive definite.

    Args:
      a: matrices of shape (..., n, n).
      upper: give L^H.
      symmetrize_input: factor (a + a^H) / 2 instead of what the lower triangle says.

    Raises:
      ShapeError: the matrices are not square.
      DtypeError: a is of a half type.

    >>> import wengert.numpy as wnp
    >>> cholesky(wnp.array([[4.0, 2.0], [2.0, 5.0]]))
    Array([[2., 0.],
           [1., 2.]], dtype=float32)
    """
    factor = lax.cholesky(matrices("cholesky", a)[0], symmetrize_input=symmetrize_input)
    return adjoint(factor) if upper else factor


def _batched(function: str, a: Any, b: Any) -> tuple[Any, Any]:
    """Both with the batch dimensions that they broadcast to."""
    batch = broadcast_shapes(function, a.shape[:-2], b.shape[:-2])
    return broadcast(a, (*batch, *a.shape[-2:])), broadcast(b, (*batch, *b.shape[-2:]))


def solve(a: Any, b: Any) -> Any:
    """The solution x of a x = b.

    Args:
      a: matrices of shape (..., n, n).
      b: a vector (n,) or matrices (..., n, k).

    Raises:
      ShapeError: the shapes do not fit.

    >>> import wengert.numpy as wnp
    >>> solve(wnp.array([[2.0, 0.0], [1.0, 1.0]]), wnp.array([2.0, 3.0]))
    Array([1., 2.], dtype=float32)
    """
    a, b = matrices("solve", a, b)
    a = lax.square("solve", a)
    vector = b.ndim == 1
    if not b.ndim or b.shape[-1 if vector else -2] != a.shape[-1]:
        raise errors.make(
            errors.ShapeError,
            "solve",
            f"expected b of shape ({a.shape[-1]},) or (..., {a.shape[-1]}, k) for a of shape {a.shape} "
            f"but got {b.shape}",
        )
    a, columns = _batched("solve", a, expand_dims(b, -1) if vector else b)
    out = apply("solve", (a, columns))
    return out[..., 0] if vector else out


def inv(a: Any) -> Any:
    """The inverse; inf or nan for a singular matrix.

    >>> import wengert.numpy as wnp
    >>> inv(wnp.array([[2.0, 0.0], [0.0, 4.0]]))
    Array([[0.5 , 0.  ],
           [0.  , 0.25]], dtype=float32)
    """
    a = _square("inv", a)
    return apply("solve", (a, broadcast(eye(a.shape[-1], dtype=a.dtype), a.shape)))


def det(a: Any) -> Any:
    """The determinant.

    >>> import wengert.numpy as wnp
    >>> det(wnp.array([[2.0, 1.0], [0.0, 4.0]]))
    Array(8., dtype=float32)
    """
    a = _square("det", a)
    if a.shape[-1] in (2, 3) and is_tracer(a):
        return _by_minors(a)
    return apply("det", (a,))


def _by_minors(a: Any) -> Any:
    """The determinant of 2 x 2 or 3 x 3 matrices as a polynomial, whose derivatives are right for every rank."""
    columns = [a[..., i, j] for i in range(2) for j in range(a.shape[-1])]
    product = lambda i, j: apply("mul", (columns[i], columns[j]))
    if a.shape[-1] == 2:
        return apply("sub", (product(0, 3), product(1, 2)))
    minors = [apply("sub", (product(i, 3 + j), product(j, 3 + i))) for i, j in ((1, 2), (2, 0), (0, 1))]
    terms = [apply("mul", (m, a[..., 2, k])) for k, m in enumerate(minors)]
    return apply("add", (apply("add", (terms[0], terms[1])), terms[2]))


def slogdet(a: Any, *, method: str | None = None) -> SlogdetResult:
    """The sign of the determinant and the logarithm of its absolute value: 0 and -inf for a singular matrix.

    >>> import wengert.numpy as wnp
    >>> slogdet(wnp.array([[0.0, 1.0], [1.0, 0.0]]))
    SlogdetResult(sign=Array(-1., dtype=float32), logabsdet=Array(0., dtype=float32))
    """
    if method not in (None, "lu"):
        raise ValueError(f"slogdet: expected method None or 'lu' but got {method!r}")
    return SlogdetResult(*apply("slogdet", (_square("slogdet", a),)))


def qr(a: Any, mode: str = "reduced") -> Any:
    """a = Q R with unitary columns Q and an upper triangle R.

    Args:
      mode: "reduced", "complete" (a square Q), "r" (only R) or "raw" (what LAPACK stores, transposed, and its factors).

    >>> import wengert.numpy as wnp
    >>> qr(wnp.ones((3, 2))).R.shape
    (2, 2)
    """
    x = matrices("qr", a)[0]
    if mode == "raw":
        packed, taus = lax.geqrf(x)
        return matrix_transpose(packed), taus
    if mode not in ("reduced", "complete", "r"):
        raise ValueError(f"qr: expected mode 'reduced', 'complete', 'r' or 'raw' but got {mode!r}")
    q, r = lax.qr(x, full_matrices=mode == "complete")
    return r if mode == "r" else QRResult(q, r)


def eig(a: Any) -> EigResult:
    """The eigenvalues and the right eigenvectors, as columns, of square matrices: complex, and in no particular order.

    Raises:
      ShapeError: the matrices are not square.
      DtypeError: a is of a half type.

    >>> import wengert.numpy as wnp
    >>> eig(wnp.array([[2.0, 0.0], [0.0, 1.0]])).eigenvalues
    Array([2.+0.j, 1.+0.j], dtype=complex64)
    """
    return EigResult(*lax.eig(matrices("eig", a)[0], compute_left_eigenvectors=False))


def eigvals(a: Any) -> Any:
    """The eigenvalues of square matrices: complex, and in no particular order.

    Raises:
      ShapeError: the matrices are not square.
      DtypeError: a is of a half type.

    >>> import wengert.numpy as wnp
    >>> eigvals(wnp.array([[0.0, 1.0], [-1.0, 0.0]]))
    Array([0.+1.j, 0.-1.j], dtype=complex64)
    """
    x = matrices("eigvals", a)[0]
    return lax.eig(x, compute_left_eigenvectors=False, compute_right_eigenvectors=False)[0]


def eigh(a: Any, UPLO: str | None = None, symmetrize_input: bool = True) -> EighResult:
    """The ascending eigenvalues and the eigenvectors, as columns, of Hermitian matrices.

    Args:
      UPLO: "L" or "U", the triangle that is read without `symmetrize_input`.
      symmetrize_input: take (a + a^H) / 2.

    >>> import wengert.numpy as wnp
    >>> eigh(wnp.array([[2.0, 0.0], [0.0, 1.0]])).eigenvalues
    Array([1., 2.], dtype=float32)
    """
    if UPLO not in (None, "L", "U"):
        raise ValueError(f"eigh: expected UPLO 'L' or 'U' but got {UPLO!r}")
    v, w = lax.eigh(matrices("eigh", a)[0], lower=UPLO != "U", symmetrize_input=symmetrize_input)
    return EighResult(w, v)


def eigvalsh(a: Any, UPLO: str | None = "L", *, symmetrize_input: bool = True) -> Any:
    """The ascending eigenvalues of Hermitian matrices.

    >>> import wengert.numpy as wnp
    >>> eigvalsh(wnp.array([[0.0, 1.0], [1.0, 0.0]]))
    Array([-1.,  1.], dtype=float32)
    """
    return eigh(a, UPLO, symmetrize_input).eigenvalues


def svd(
    a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False,
    subset_by_index: tuple[int, int] | None = None,
) -> Any:  # fmt: skip
    """a = U diag(S) Vh with unitary U and Vh and descending S; only S without `compute_uv`.

    Args:
      full_matrices: square U and Vh; has no derivative unless a is square.
      hermitian: ignored: a Hermitian matrix has a singular value decomposition like any other.
      subset_by_index: (start, stop) of the singular values to return, counted from the greatest; not for
        `full_matrices`.

    Raises:
      ShapeError: a subset that is empty or outside, or of square U and Vh.

    >>> import wengert.numpy as wnp
    >>> svd(wnp.array([[0.0, 2.0], [1.0, 0.0]])).S
    Array([2., 1.], dtype=float32)
    """
    x = matrices("svd", a)[0]
    n = min(x.shape[-2:])
    start, stop = (0, n) if subset_by_index is None else subset_by_index
    if subset_by_index is not None:
        if (full_matrices and compute_uv and x.shape[-1] != x.shape[-2]) or not 0 <= start < stop <= n:
            raise errors.make(
                errors.ShapeError, "svd",
                f"expected a subset of {n} singular values and full_matrices=False but got {subset_by_index}",
            )  # fmt: skip
    if not compute_uv:
        return lax.svd(x, compute_uv=False)[..., start:stop]
    if subset_by_index is not None:
        u, s, vh = lax.svd(x, full_matrices=False)
        return SVDResult(u[..., start:stop], s[..., start:stop], vh[..., start:stop, :])
    return SVDResult(*lax.svd(x, full_matrices=full_matrices))


def svdvals(x: Any, /) -> Any:
    """The descending singular values.

    >>> import wengert.numpy as wnp
    >>> svdvals(wnp.array([[0.0, 2.0], [1.0, 0.0]]))
    Array([2., 1.], dtype=float32)
    """
    return svd(x, compute_uv=False)


def _tolerance(x: Any) -> float:
    return max(x.shape[-2:]) * float(np.finfo(x.dtype).eps)


def pinv(a: Any, rtol: Any = None, hermitian: bool = False, *, rcond: Any = None) -> Any:
    """The pseudo-inverse.

    Args:
      rtol: singular values up to rtol times the largest count as 0, a number or one a matrix; by default
        10 max(m, n) eps.
      hermitian: ignored.
      rcond: the older name of rtol.

    >>> import wengert.numpy as wnp
    >>> pinv(wnp.array([[2.0, 0.0], [0.0, 0.0]]))
    Array([[0.5, 0. ],
           [0. , 0. ]], dtype=float32)
    """
    x = matrices("pinv", a)[0]
    rtol = rcond if rtol is None else rtol
    if rtol is None or (not is_tracer(rtol) and np.ndim(rtol) == 0):
        return apply("pinv", (x,), rtol=10 * _tolerance(x) if rtol is None else float(rtol))
    u, values, vh = lax.svd(x, full_matrices=False)
    kept = logic.greater(values, ew.multiply(red.max(values, -1, keepdims=True, initial=0), _per_matrix("pinv", rtol)))
    inverse = logic.where(kept, ew.reciprocal(logic.where(kept, values, 1)), 0)
    return matmul(adjoint(vh), ew.multiply(expand_dims(inverse, -1), adjoint(u)))


def matrix_rank(M: Any, rtol: Any = None, *, hermitian: bool = False, tol: Any = None) -> Any:
    """The number of singular values above rtol times the largest.

    Args:
      M: matrices, or a vector, whose rank is 0 or 1.
      rtol: by default the larger size times the machine epsilon.
      hermitian: take the absolute eigenvalues of Hermitian matrices instead, which is faster.
      tol: the older name of rtol.

    >>> import wengert.numpy as wnp
    >>> matrix_rank(wnp.ones((2, 2)))
    Array(1, dtype=int32)
    """
    if (x := promote("matrix_rank", (M,), inexact=True)[0]).ndim < 2:  # as in NumPy: of a vector, 0 or 1
        return red.any(logic.not_equal(x, 0)).astype("int32")
    x = matrices("matrix_rank", M)[0]
    values = ew.abs(eigvalsh(x)) if hermitian else lax.svd(x, compute_uv=False)
    rtol = tol if rtol is None else rtol
    rtol = _tolerance(x) if rtol is None else _per_matrix("matrix_rank", rtol)
    most = red.max(values, -1, keepdims=True, initial=0)
    return red.sum(logic.greater(values, ew.multiply(most, rtol)), -1)


def _per_matrix(function: str, rtol: Any) -> Any:
    """A tolerance for each matrix, beside their singular values."""
    rtol = as_array(function, rtol)
    return expand_dims(rtol, -1) if rtol.ndim else rtol


def cond(x: Any, p: Any = None) -> Any:
    """The condition number: the ratio of the singular values at the ends, or norm(x, p) norm(inv(x), p).

    >>> import wengert.numpy as wnp
    >>> cond(wnp.array([[2.0, 0.0], [0.0, 1.0]]))
    Array(2., dtype=float32)
    """
    x = matrices("cond", x)[0]
    if p in (None, 2, -2):
        values = lax.svd(x, compute_uv=False)
        first, last = values[..., 0], values[..., -1]
        return ew.divide(last, first) if p == -2 else ew.divide(first, last)
    from wengert.numpy.linalg import norm

    return ew.multiply(norm(x, p, (-2, -1)), norm(inv(x), p, (-2, -1)))


def lstsq(a: Any, b: Any, rcond: Any = None, *, numpy_resid: bool = False) -> tuple[Any, Any, Any, Any]:
    """The x of least norm among those for which the norm of a x - b is least.

    Args:
      a: a matrix (m, n).
      b: a vector (m,) or a matrix (m, k).
      rcond: singular values up to rcond times the largest count as 0; by default max(m, n) eps.
      numpy_resid: no residuals where the rank of a is less than n, or m <= n, as NumPy has it.

    Returns:
      (x, the sums of squared residuals, the rank of a, its singular values).

    >>> import wengert.numpy as wnp
    >>> lstsq(wnp.array([[1.0], [1.0]]), wnp.array([1.0, 3.0]))[0].round(4)
    Array([2.], dtype=float32)
    """
    a, b = matrices("lstsq", a, b)
    if a.ndim != 2 or b.ndim not in (1, 2) or a.shape[0] != b.shape[0]:
        raise errors.make(
            errors.ShapeError, "lstsq", f"expected shapes (m, n) and (m,) or (m, k) but got {a.shape} and {b.shape}"
        )
    m, n = a.shape
    columns = expand_dims(b, -1) if b.ndim == 1 else b
    u, s, vh = lax.svd(a, full_matrices=False)
    most = red.max(s, initial=0)
    kept = logic.greater(s, ew.multiply(most, _tolerance(a) if rcond is None or rcond < 0 else rcond))
    inverse = logic.where(kept, ew.divide(1, logic.where(kept, s, 1)), 0)
    x = matmul(adjoint(vh), ew.multiply(expand_dims(inverse, -1), matmul(adjoint(u), columns)))
    rank = red.sum(kept)
    residuals = ew.subtract(columns, matmul(a, x))
    squares = red.sum(ew.square(ew.abs(residuals)), 0)
    if numpy_resid and (m <= n or int(rank) < n):
        squares = squares[:0]
    return (x[:, 0] if b.ndim == 1 else x), squares, rank, s


def tensorinv(a: Any, ind: int = 2) -> Any:
    """The inverse of a with respect to tensordot over the first `ind` axes.

    >>> import wengert.numpy as wnp
    >>> tensorinv(wnp.eye(6).reshape(2, 3, 6), ind=2).shape
    (6, 2, 3)
    """
    if ind <= 0:
        raise ValueError(f"tensorinv: expected ind to be positive but got {ind}")
    x = promote("tensorinv", (a,), inexact=True)[0]
    rows = math.prod(x.shape[:ind])
    return inv(x.reshape((rows, -1))).reshape((*x.shape[ind:], *x.shape[:ind]))


def tensorsolve(a: Any, b: Any, axes: Any = None) -> Any:
    """The x with tensordot(a, x, x.ndim) == b.

    >>> import wengert.numpy as wnp
    >>> tensorsolve(wnp.eye(6).reshape(2, 3, 6), wnp.ones((2, 3))).shape
    (6,)
    """
    x, y = promote("tensorsolve", (a, b), inexact=True)
    if axes is not None:
        x = moveaxis(x, axes, tuple(range(x.ndim - len(axes), x.ndim)))
    shape = x.shape[y.ndim :]
    n = math.prod(shape)
    if n != y.size or math.prod(x.shape[: y.ndim]) != n:
        raise errors.make(
            errors.ShapeError,
            "tensorsolve",
            f"expected a of shape b.shape + s with as many elements in s as in b but got {x.shape} and {y.shape}",
        )
    return solve(x.reshape((n, n)), y.ravel()).reshape(shape)
