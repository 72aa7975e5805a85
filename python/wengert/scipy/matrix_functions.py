# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions of matrices, under the names of scipy.linalg: exponential, square root, polar form, Sylvester's equation.

See Higham, Functions of matrices (2008): the column recurrences are those of chapters 6 and 9.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from wengert import autodiff, control, dtypes, errors
from wengert import numpy as wnp
from wengert.custom import custom_jvp, custom_linear_solve
from wengert.lax import linalg as lax
from wengert.lax._operands import broadcast_shapes, convert, is_eager
from wengert.numpy import factorizations as fac
from wengert.numpy.factorizations import matrices
from wengert.scipy.eigenvalues import schur

__all__ = ["expm", "expm_frechet", "funm", "polar", "solve_sylvester", "sqrtm"]

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

    >>> expm(wnp.array([[0.0, 1.0], [0.0, 0.0]]))
    Array([[1., 1.],
           [0., 1.]], dtype=float32)
    """
    a = lax.square("expm", matrices("expm", A)[0])
    wide = a.dtype.name in ("float64", "complex128")
    coefficients, bound = (_PADE13, 5.371920351148152) if wide else (_PADE7, 3.925724783138660)
    size = wnp.max(wnp.sum(wnp.abs(a), -2), -1, initial=0)
    count = wnp.maximum(0, wnp.ceil(wnp.log2(wnp.divide(wnp.maximum(size, bound), bound))))
    steps = max_squarings
    if is_eager(count) and np.isfinite(size).all():  # as many as it takes
        steps = min(steps, int(count.max(initial=0)))
    count = wnp.expand_dims(count, (-2, -1))
    a = wnp.multiply(a, wnp.exp2(wnp.negative(wnp.minimum(count, max_squarings))).astype(a.dtype))
    u, v = _pade(a, coefficients)
    r = fac.solve(wnp.subtract(v, u), wnp.add(u, v))
    for i in range(steps):
        r = wnp.where(wnp.maximum(count, 0) > i, wnp.matmul(r, r), r)
    return wnp.where(count > max_squarings, np.nan, r)


def _pade(a: Any, c: tuple[float, ...]) -> tuple[Any, Any]:
    """The odd and the even part of the numerator."""
    one, square = wnp.eye(a.shape[-1], dtype=a.dtype), wnp.matmul(a, a)
    odd, even = wnp.multiply(c[1], one), wnp.multiply(c[0], one)
    power = square
    for k in range(2, len(c) - 1, 2):
        odd, even = wnp.add(odd, wnp.multiply(c[k + 1], power)), wnp.add(even, wnp.multiply(c[k], power))
        power = wnp.matmul(power, square) if k + 3 < len(c) else power
    return wnp.matmul(a, odd), even


def expm_frechet(A: Any, E: Any, *, method: str | None = None, compute_expm: bool = True) -> Any:
    """The exponential of A and its derivative in the direction E.

    Args:
      A, E: square matrices of one shape (..., n, n).
      method: ignored.
      compute_expm: False to return the derivative alone.

    Raises:
      ShapeError: they are not square or of other shapes.

    >>> expm_frechet(wnp.zeros((2, 2)), wnp.eye(2), compute_expm=False)
    Array([[1., 0.],
           [0., 1.]], dtype=float32)
    """
    a, e = (lax.square("expm_frechet", x) for x in matrices("expm_frechet", A, E))
    if a.shape != e.shape:
        raise errors.make(
            errors.ShapeError, "expm_frechet", f"expected matrices of one shape but got {a.shape} and {e.shape}"
        )
    value, derivative = autodiff.jvp(expm, (a,), (e,))
    return (value, derivative) if compute_expm else derivative


def _by_columns(start: Any, system: Callable[[Any, Any], tuple[Any, Any]], at_zero: float | None = None) -> Any:
    """A matrix to whose column j the solution of an upper triangular system is added, one column after the other.

    Args:
      start: the matrix before, shape (..., m, n).
      system: `system(j, matrix so far)` gives the triangle and the right-hand side, shapes (..., m, m) and (..., m).
      at_zero: what an unknown with a zero on the diagonal becomes, unless it is zero; by default its right-hand side.
    """
    m, n = start.shape[-2:]
    rows, one = np.arange(n, dtype=np.int32), np.eye(m, dtype=bool)

    def step(j: Any, x: Any) -> Any:
        left, right = system(j, x)
        zero = wnp.diagonal(left, 0, -2, -1) == 0
        left = wnp.where(one & zero[..., None], 1, left)
        solved = lax.triangular_solve(left, right[..., None], left_side=True)[..., 0]
        if at_zero is not None:
            solved = wnp.where(zero & (solved != 0), at_zero, solved)
        return wnp.where(rows == j, x + solved[..., None], x)

    return control.fori_loop(0, n, step, start) if n else start


def _plus(t: Any, shift: Any) -> Any:
    """The matrix with a number added to its diagonal."""
    return t + shift[..., None, None] * wnp.eye(t.shape[-1], dtype=t.dtype)


def sqrtm(A: Any, blocksize: int = 1) -> Any:
    """The principal square root: the matrix x with x x = A whose eigenvalues have no negative real part.

    Its derivative is the solution of a Sylvester equation.

    Args:
      A: shape (..., n, n).
      blocksize: 1.

    Returns:
      Complex matrices, of which only the real part counts where the root is real; nan in them if there is no root.

    Raises:
      NotImplementedError: another blocksize.
      ShapeError: the matrix is not square.

    >>> sqrtm(wnp.array([[2.0, 2.0], [2.0, 2.0]])).real.round(2)
    Array([[1., 1.],
           [1., 1.]], dtype=float32)
    """
    if blocksize > 1:
        raise NotImplementedError(f"sqrtm: expected a blocksize of 1 but got {blocksize}")
    a = lax.square("sqrtm", matrices("sqrtm", A)[0])
    return _square_root(convert(a, dtypes.promote_types(a.dtype, "complex64")))


@custom_jvp
def _square_root(a: Any) -> Any:
    t, z = lax.schur(a)
    roots = wnp.sqrt(wnp.diagonal(t, 0, -2, -1))
    above = np.arange(t.shape[-1], dtype=np.int32)

    def system(j: Any, x: Any) -> tuple[Any, Any]:
        return _plus(x, roots[..., j]), wnp.where(above < j, t[..., j], 0)

    start = wnp.eye(t.shape[-1], dtype=t.dtype) * roots[..., None, :]
    return z @ _by_columns(start, system, wnp.nan) @ lax.adjoint(z)


@_square_root.defjvp
def _square_root_jvp(primals: Any, tangents: Any) -> tuple[Any, Any]:
    x = _square_root(*primals)
    return x, solve_sylvester(x, x, tangents[0])


def funm(A: Any, func: Callable[[Any], Any], disp: bool = True) -> Any:
    """A function of a matrix, by the recurrence of Parlett (1976); it has no derivative.

    It loses digits where eigenvalues are close to each other.

    Args:
      A: shape (n, n).
      func: a function of a complex array, element by element, that is analytic at the eigenvalues.
      disp: False to return an estimate of the relative error of the result, too.

    Returns:
      A complex matrix, of which only the real part counts where the function is real; with disp False also a number.

    Raises:
      ShapeError: A is not one square matrix.

    >>> funm(wnp.array([[4.0, 1.0], [0.0, 9.0]]), wnp.sqrt).real.round(3)
    Array([[2. , 0.2],
           [0. , 3. ]], dtype=float32)
    """
    a = lax.square("funm", matrices("funm", A)[0])
    if a.ndim != 2:
        raise errors.make(
            errors.ShapeError, "funm", f"expected one matrix but got shape {a.shape}", remedy="use wengert.vmap"
        )
    t, z = schur(a, "complex")
    n = t.shape[-1]
    eigenvalues = wnp.diagonal(t)
    values = convert(wnp.asarray(func(eigenvalues)), t.dtype)
    above = np.arange(n, dtype=np.int32)

    def system(j: Any, f: Any) -> tuple[Any, Any]:
        right = f @ t[:, j] - t[:, j] * values[j]  # of f t = t f
        return _plus(t, -t[j, j]), wnp.where(above < j, right, 0)

    out = z @ _by_columns(wnp.diag(values), system) @ lax.adjoint(z)
    if disp:
        return out
    gaps = wnp.where(above[:, None] < above, abs(eigenvalues[:, None] - eigenvalues), wnp.inf)
    eps = wnp.finfo(t.dtype).eps
    largest = wnp.max(wnp.sum(abs(wnp.triu(t, 1)), 0), initial=0)
    error = wnp.clip(eps / wnp.min(gaps, initial=1) * largest, eps, 1)
    return out, wnp.where(wnp.all(wnp.isfinite(out)), error, wnp.inf)


def polar(
    a: Any, side: str = "right", *, method: str = "qdwh", eps: float | None = None, max_iterations: int | None = None
) -> tuple[Any, Any]:
    """(u, p) with a = u p (a = p u for the left side), u unitary (or with orthonormal rows or columns), p positive.

    Args:
      a: shape (..., m, n).
      side: "right" for p of shape (..., n, n), "left" for (..., m, m).
      method, eps, max_iterations: "qdwh" or "svd", ignored: it is by the singular value decomposition.

    Raises:
      ShapeError: fewer than two dimensions.
      ValueError: another side or method.

    >>> u, p = polar(wnp.array([[0.0, -2.0], [3.0, 0.0]]))
    >>> p.round(4)
    Array([[3., 0.],
           [0., 2.]], dtype=float32)
    """
    if side not in ("right", "left"):
        raise ValueError(f"polar: expected side 'right' or 'left' but got {side!r}")
    if method not in ("qdwh", "svd"):
        raise ValueError(f"polar: expected method 'qdwh' or 'svd' but got {method!r}")
    w, s, vh = lax.svd(matrices("polar", a)[0], full_matrices=False)
    s = convert(s, w.dtype)[..., None, :]
    positive = (lax.adjoint(vh) * s) @ vh if side == "right" else (w * s) @ lax.adjoint(w)
    return w @ vh, positive


def solve_sylvester(A: Any, B: Any, C: Any, *, method: str = "schur", tol: float = 1e-8) -> Any:
    """The solution of A x + x B = C, by the Schur forms of A and B (Bartels and Stewart, 1972).

    It is differentiable by A, B and C, through the equation.

    Args:
      A, B, C: shapes (..., m, m), (..., n, n), (..., m, n).
      method: "schur" or "eigen", ignored.
      tol: nan where an eigenvalue of A is this close to one of -B: there is not one solution.

    Raises:
      ShapeError: other shapes.
      ValueError: another method.

    >>> solve_sylvester(2 * wnp.eye(2), wnp.eye(1), wnp.array([[3.0], [6.0]])).round(4)
    Array([[1.],
           [2.]], dtype=float32)
    """
    name = "solve_sylvester"
    if method not in ("schur", "eigen"):
        raise ValueError(f"{name}: expected method 'schur' or 'eigen' but got {method!r}")
    a, b, c = matrices(name, A, B, C)
    m, n = c.shape[-2:]
    if a.shape[-2:] != (m, m) or b.shape[-2:] != (n, n):
        raise errors.make(
            errors.ShapeError, name,
            f"expected shapes (..., m, m), (..., n, n) and (..., m, n) but got {a.shape}, {b.shape} and {c.shape}",
        )  # fmt: skip
    batch = broadcast_shapes(name, a.shape[:-2], b.shape[:-2], c.shape[:-2])
    a, b, c = (wnp.broadcast_to(x, (*batch, *x.shape[-2:])) for x in (a, b, c))

    def solve(_: Any, c: Any) -> Any:
        return _by_schur_forms(a, b, c, tol)

    def transpose_solve(_: Any, c: Any) -> Any:
        return _by_schur_forms(wnp.swapaxes(a, -1, -2), wnp.swapaxes(b, -1, -2), c, tol)

    return custom_linear_solve(lambda x: a @ x + x @ b, c, solve, transpose_solve)


def _by_schur_forms(a: Any, b: Any, c: Any, tol: float) -> Any:
    (r, u), (s, v) = schur(a, "complex"), schur(b, "complex")
    right = lax.adjoint(u) @ convert(c, r.dtype) @ v
    shifts = wnp.diagonal(s, 0, -2, -1)

    def system(j: Any, y: Any) -> tuple[Any, Any]:
        done = (y @ s[..., :, j][..., None])[..., 0]
        return _plus(r, shifts[..., j]), right[..., :, j] - done

    y = _by_columns(wnp.zeros_like(right), system)
    sums = wnp.diagonal(r, 0, -2, -1)[..., :, None] + shifts[..., None, :]
    singular = wnp.any(abs(sums) < tol, (-2, -1), keepdims=True)
    x = wnp.where(singular, wnp.nan, u @ y @ lax.adjoint(v))
    return x if c.dtype.kind == "c" else x.real
