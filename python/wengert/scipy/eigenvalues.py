# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Eigenvalues and the forms on the way to them, under the names of scipy.linalg."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert import control, dtypes, errors
from wengert import numpy as wnp
from wengert.lax import linalg as lax
from wengert.lax._operands import as_array, convert, is_eager, promote
from wengert.numpy import factorizations as fac
from wengert.numpy.factorizations import matrices

__all__ = ["eigh", "eigh_tridiagonal", "hessenberg", "rsf2csf", "schur"]


def eigh(
    a: Any,
    b: Any = None,
    lower: bool = True,
    eigvals_only: bool = False,
    overwrite_a: bool = False,
    overwrite_b: bool = False,
    turbo: bool = True,
    eigvals: tuple[int, int] | None = None,
    type: int = 1,
    check_finite: bool = True,
    *,
    subset_by_index: Sequence[int] | None = None,
    subset_by_value: Sequence[float] | None = None,
) -> Any:
    """(eigenvalues, eigenvectors) of the Hermitian matrices that one triangle gives, or the eigenvalues alone.

    Args:
      a: shape (..., n, n).
      b: a positive definite matrix for the generalised problem, of which the same triangle is read; by default one.
      eigvals, subset_by_index: the first and the last of the eigenvalues that are given, counted from 0 at the least.
      subset_by_value: only eigenvalues above the first number and up to the second; the size of the result is not known
        before it runs: this is for concrete arrays of two dimensions.
      type: 1 for a v = w b v, 2 for a b v = w v, 3 for b a v = w v. The vectors are such that v^H b v (v^H b^-1 v for
        type 3) is one.

    Raises:
      ValueError: another `type`, or no such eigenvalues.
      ConcretizationError: `subset_by_value` for traced arrays or for more than one matrix.

    >>> eigh(wnp.array([[2.0, 0.0], [0.0, 1.0]]), 4 * wnp.eye(2), eigvals_only=True)
    Array([0.25, 0.5 ], dtype=float32)
    >>> eigh(wnp.diag(wnp.arange(4.0)), subset_by_index=(1, 2), eigvals_only=True)
    Array([1., 2.], dtype=float32)
    """
    if type not in (1, 2, 3):
        raise ValueError(f"eigh: expected type 1, 2 or 3 but got {type!r}")
    if b is None:
        v, w = lax.eigh(matrices("eigh", a)[0], lower=lower, symmetrize_input=False)
    else:
        a, b = matrices("eigh", a, b)
        w, v = _generalized_eigh(a, b, lower, type)
    w, v = _subset("eigh", w, v, subset_by_index if eigvals is None else eigvals, subset_by_value)
    return w if eigvals_only else (w, v)


def _subset(function: str, w: Any, v: Any, indices: Any, values: Any) -> tuple[Any, Any]:
    """The eigenvalues in a range of indices or of values, and their vectors."""
    if indices is not None and values is not None:
        raise ValueError(f"{function}: expected a range of indices or of values but got both")
    if indices is not None:
        first, last = (int(i) for i in indices)
        if not 0 <= first <= last < w.shape[-1]:
            raise ValueError(
                f"{function}: expected indices from 0 to {w.shape[-1] - 1} in order but got {first}, {last}"
            )
        return w[..., first : last + 1], v[..., first : last + 1]
    if values is None:
        return w, v
    if w.ndim != 1 or not is_eager(w):
        raise errors.make(
            errors.ConcretizationError, function,
            "expected one concrete matrix with a range of values, because the size of the result depends on it",
            remedy="give a range of indices, or select afterwards with wengert.numpy.where",
        )  # fmt: skip
    low, high = values
    keep = np.flatnonzero((np.asarray(w) > low) & (np.asarray(w) <= high)).astype(np.int32)
    return w[keep], v[:, keep]


def _generalized_eigh(a: Any, b: Any, lower: bool, type: int) -> tuple[Any, Any]:
    """By the factor b = l l^H: the eigenvalues are those of l^-1 a l^-H, or of l^H a l."""
    a, b = fac._batched("eigh", lax.square("eigh", a), lax.square("eigh", b))
    a, b = (x if lower else lax.adjoint(x) for x in (a, b))
    diagonal = wnp.eye(a.shape[-1], dtype=a.dtype) * a
    a = wnp.tril(a, -1) + lax.adjoint(wnp.tril(a, -1)) + lax.symmetrize(diagonal)
    factor = lax.cholesky(b, symmetrize_input=False)
    how = {"lower": True, "transpose_a": True, "conjugate_a": True}
    if type == 1:
        a = lax.triangular_solve(factor, a, left_side=True, lower=True)
        a = lax.triangular_solve(factor, a, **how)
    else:
        a = lax.adjoint(factor) @ a @ factor
    v, w = lax.eigh(a)
    v = factor @ v if type == 3 else lax.triangular_solve(factor, v, left_side=True, **how)
    return w, v


def eigh_tridiagonal(
    d: Any,
    e: Any,
    *,
    eigvals_only: bool = False,
    select: str = "a",
    select_range: Sequence[float] | None = None,
    tol: Any = None,
    key: Any = None,
) -> Any:
    """(eigenvalues, eigenvectors) of Hermitian matrices of three diagonals, or the eigenvalues alone.

    Args:
      d: the diagonal, shape (..., n), of which the real part counts.
      e: the diagonal above, shape (..., n - 1); the one below is its conjugate.
      select: "a" for all eigenvalues, "i" for those of the indices `select_range`, "v" for those above its first and up
        to its second number, as for `eigh`.
      tol, key: ignored: the method is that of `eigh`, which needs no tolerance and no random start.

    Raises:
      ShapeError: other shapes.
      ValueError: another `select`, or no range for it.
      ConcretizationError: "v" for traced arrays or more than one matrix.

    >>> eigh_tridiagonal(wnp.array([2.0, 2.0]), wnp.array([1.0]), eigvals_only=True).round(4)
    Array([1., 3.], dtype=float32)
    """
    name = "eigh_tridiagonal"
    if select not in ("a", "i", "v"):
        raise ValueError(f"{name}: expected select 'a', 'i' or 'v' but got {select!r}")
    if select != "a" and select_range is None:
        raise ValueError(f"{name}: expected select_range with select {select!r} but got None")
    d, e = promote(name, [as_array(name, x) for x in (d, e)], inexact=True)
    n = d.shape[-1] if d.ndim else 0
    if not n or not e.ndim or e.shape[-1] != n - 1:
        raise errors.make(
            errors.ShapeError, name,
            f"expected diagonals of shapes (..., n) and (..., n - 1), n > 0, but got {d.shape} and {e.shape}",
        )  # fmt: skip
    e = wnp.pad(e, [(0, 0)] * (e.ndim - 1) + [(0, 1)])[..., :, None]
    i, j = np.arange(n)[:, None], np.arange(n)[None]
    d = convert(d.real, d.dtype)[..., :, None] if d.dtype.kind == "c" else d[..., :, None]
    upper = wnp.where(j == i + 1, e, 0)
    a = wnp.where(i == j, d, 0) + upper + lax.adjoint(upper)
    v, w = lax.eigh(a, symmetrize_input=False)
    ranges = {"a": (None, None), "i": (select_range, None), "v": (None, select_range)}
    w, v = _subset(name, w, v, *ranges[select])
    return w if eigvals_only else (w, v)


def schur(a: Any, output: str = "real") -> tuple[Any, Any]:
    """(t, z) with a = z t z^H; it has no derivative.

    Args:
      output: "real", or "complex" for a triangle t where a real one has 2 x 2 blocks for pairs of eigenvalues.

    Raises:
      ValueError: another `output`.

    >>> schur(wnp.eye(1))
    (Array([[1.]], dtype=float32), Array([[1.]], dtype=float32))
    """
    if output not in ("real", "complex"):
        raise ValueError(f"schur: expected output 'real' or 'complex' but got {output!r}")
    x = matrices("schur", a)[0]
    if output == "complex":
        x = convert(x, dtypes.promote_types(x.dtype, "complex64"))
    return lax.schur(x)  # type: ignore[return-value]


def rsf2csf(T: Any, Z: Any, check_finite: bool = True) -> tuple[Any, Any]:
    """The complex Schur form (t, z) of a real one: rotations that make a triangle of its 2 x 2 blocks.

    Args:
      T, Z: what `schur` gives, shape (..., n, n).
      check_finite: ignored.

    Raises:
      ShapeError: they are not square or of other shapes.

    >>> t, z = rsf2csf(*schur(wnp.array([[0.0, 1.0], [-1.0, 0.0]])))
    >>> wnp.sort(wnp.diag(t).imag).round(3)
    Array([-1.,  1.], dtype=float32)
    """
    t, z = matrices("rsf2csf", T, Z)
    lax.square("rsf2csf", t)
    lax.square("rsf2csf", z)
    if t.shape[-1] != z.shape[-1]:
        raise errors.make(
            errors.ShapeError, "rsf2csf", f"expected matrices of one shape but got {t.shape} and {z.shape}"
        )
    t, z = fac._batched("rsf2csf", t, z)
    kind = dtypes.promote_types(t.dtype, "complex64")
    t, z = convert(t, kind), convert(z, kind)
    n = t.shape[-1]
    if n < 2:
        return t, z
    return control.fori_loop(1, n, lambda i, state: _rotated(n - i, *state), (t, z))  # type: ignore[no-any-return]


def _rotated(m: Any, t: Any, z: Any) -> tuple[Any, Any]:
    """The forms after the rotation of the rows m - 1 and m that makes the element (m, m - 1) zero."""
    pair = m - 1 + wnp.arange(2)
    block = t[..., pair[:, None], pair]
    a, b, c, d = (block[..., i, j] for i in range(2) for j in range(2))
    needed = abs(c) > wnp.finfo(t.dtype).eps * (abs(a) + abs(d))
    half = (a - d) / 2  # one eigenvalue of the block, less d
    x = half + wnp.sqrt(half * half + b * c)
    r = wnp.sqrt(abs(x) ** 2 + abs(c) ** 2)
    r = wnp.where(needed, r, 1)
    cosine, sine = wnp.where(needed, x / r, 1), wnp.where(needed, c / r, 0)
    g = wnp.stack([wnp.stack([cosine.conj(), sine.conj()], -1), wnp.stack([-sine, cosine], -1)], -2)
    t = t.at[..., pair, :].set(g @ t[..., pair, :])
    back = lax.adjoint(g)
    t = t.at[..., :, pair].set(t[..., :, pair] @ back)
    z = z.at[..., :, pair].set(z[..., :, pair] @ back)
    return t.at[..., m, m - 1].set(0), z


def hessenberg(a: Any, *, calc_q: bool = False, overwrite_a: bool = False, check_finite: bool = True) -> Any:
    """The Hessenberg form h, zero below the first subdiagonal, with a = q h q^H; it has no derivative.

    Args:
      a: shape (..., n, n).
      calc_q: return (h, q) instead of h.
      overwrite_a, check_finite: ignored.

    Raises:
      ShapeError: the matrix is not square.

    >>> a = wnp.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 10.0]])
    >>> h, q = hessenberg(a, calc_q=True)
    >>> bool(abs(h[2, 0]) == 0), wnp.allclose(q @ h @ q.T, a, atol=1e-4)
    (True, Array(True, dtype=bool))
    """
    a = lax.square("hessenberg", matrices("hessenberg", a)[0])
    n = a.shape[-1]
    if n < 2:
        return (a, wnp.ones_like(a)) if calc_q else a
    packed, taus = lax.hessenberg(a)
    h = wnp.triu(packed, -1)
    if not calc_q:
        return h
    q = lax.householder_product(packed[..., 1:, :-1], taus)
    around = [(0, 0)] * (q.ndim - 2) + [(1, 0), (1, 0)]
    corner = (np.arange(n)[:, None] + np.arange(n)[None]) == 0
    return h, wnp.where(corner, 1, wnp.pad(q, around))
