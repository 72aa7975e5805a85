# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Matrices of a special form, under the names of scipy.linalg: Toeplitz, Hankel, companion, Hilbert, Pascal, ...

Those that are made of arrays take leading dimensions, one matrix for each; those that are made of numbers are computed
exactly and rounded once.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert import numpy as wnp
from wengert.lax._operands import as_array, broadcast_shapes, promote

__all__ = [
    "block_diag", "circulant", "companion", "convolution_matrix", "dft", "fiedler", "fiedler_companion", "hadamard",
    "hankel", "helmert", "hilbert", "invhilbert", "invpascal", "leslie", "pascal", "toeplitz",
]  # fmt: skip


def _vectors(function: str, *xs: Any, inexact: bool = False) -> list[Any]:
    """Arrays of one type and at least one dimension, with equal leading ones."""
    arrays = [wnp.atleast_1d(x) for x in promote(function, [as_array(function, x) for x in xs], inexact=inexact)]
    batch = broadcast_shapes(function, *(x.shape[:-1] for x in arrays))
    return [wnp.broadcast_to(x, (*batch, x.shape[-1])) if x.shape[:-1] != batch else x for x in arrays]


def _places(rows: int, columns: int) -> tuple[np.ndarray, np.ndarray]:
    return np.arange(rows, dtype=np.int32)[:, None], np.arange(columns, dtype=np.int32)[None]


def _too_short(function: str, what: str, x: Any) -> Exception:
    return errors.make(errors.ShapeError, function, f"expected {what} but got shape {x.shape}")


def _size(function: str, n: Any, least: int = 0) -> int:
    n = operator.index(n)
    if n < least:
        raise ValueError(f"{function}: expected n of at least {least} but got {n}")
    return n


def toeplitz(c: Any, r: Any = None) -> Any:
    """The matrix with constant diagonals.

    Args:
      c: the first column, shape (..., m).
      r: the first row, shape (..., n), without its first element, which is that of c; by default the conjugate of c.

    Returns:
      The type that they promote to, shape (..., m, n).

    >>> toeplitz(wnp.array([1, 2, 3]), wnp.array([0, 4]))
    Array([[1, 4],
           [2, 1],
           [3, 2]], dtype=int32)
    """
    c = as_array("toeplitz", c)
    c, r = _vectors("toeplitz", c, c.conj() if r is None else r)
    m, n = c.shape[-1], r.shape[-1]
    if not m or not n:
        return wnp.zeros((*c.shape[:-1], m, n), c.dtype)
    i, j = _places(m, n)
    return wnp.concatenate([wnp.flip(c, -1), r[..., 1:]], -1)[..., m - 1 - i + j]


def hankel(c: Any, r: Any = None) -> Any:
    """The matrix with constant diagonals from below to the right.

    Args:
      c: the first column, shape (..., m).
      r: the last row, shape (..., n), without its first element, which is the last of c; by default zeros, n = m.

    Returns:
      The type that they promote to, shape (..., m, n).

    Raises:
      ShapeError: c or r is a number.

    >>> hankel(wnp.array([1, 2, 3]))
    Array([[1, 2, 3],
           [2, 3, 0],
           [3, 0, 0]], dtype=int32)
    """
    c = as_array("hankel", c)
    r = wnp.zeros_like(c) if r is None else as_array("hankel", r)
    if not c.ndim or not r.ndim:
        raise _too_short("hankel", "a column and a row of at least one dimension", c if not c.ndim else r)
    c, r = _vectors("hankel", c, r)
    m, n = c.shape[-1], r.shape[-1]
    if not m or not n:
        return wnp.zeros((*c.shape[:-1], m, n), c.dtype)
    i, j = _places(m, n)
    return wnp.concatenate([c, r[..., 1:]], -1)[..., i + j]


def circulant(c: Any) -> Any:
    """The matrix whose columns are those before, moved down in a circle; c, of shape (..., n), is the first.

    >>> circulant(wnp.array([1, 2, 3]))
    Array([[1, 3, 2],
           [2, 1, 3],
           [3, 2, 1]], dtype=int32)
    """
    (c,) = _vectors("circulant", c)
    n = c.shape[-1]
    if not n:
        return wnp.zeros((*c.shape, 0), c.dtype)
    i, j = _places(n, n)
    return c[..., (i - j) % n]


def leslie(f: Any, s: Any) -> Any:
    """The matrix of a population: f in the first row, s below the diagonal.

    Args:
      f: how many children each age has, shape (..., n), n > 1.
      s: how much of each age survives, shape (..., n - 1).

    Raises:
      ShapeError: other shapes.

    >>> leslie(wnp.array([0.1, 2.0]), wnp.array([0.5]))
    Array([[0.1, 2. ],
           [0.5, 0. ]], dtype=float32)
    """
    f, s = _vectors("leslie", f, s)
    n = f.shape[-1]
    if n < 2 or s.shape[-1] != n - 1:
        raise errors.make(
            errors.ShapeError, "leslie",
            f"expected f of shape (..., n), n > 1, and s of shape (..., n - 1) but got {f.shape} and {s.shape}",
        )  # fmt: skip
    return _below(s, f)


def _below(diagonal: Any, first: Any) -> Any:
    """The matrix of a first row and of the diagonal below the main one."""
    n = first.shape[-1]
    i, j = _places(n, n)
    filled = wnp.where(i == j + 1, wnp.pad(diagonal, [(0, 0)] * (diagonal.ndim - 1) + [(0, 1)])[..., None, :], 0)
    return wnp.where(i == 0, first[..., None, :], filled)


def companion(a: Any) -> Any:
    """The matrix whose eigenvalues are the zeros of a polynomial.

    Args:
      a: its coefficients from the highest, shape (..., n + 1), n > 0; integers become floats.

    Returns:
      Shape (..., n, n).

    Raises:
      ShapeError: fewer than two coefficients.

    >>> companion(wnp.array([1, -10, 31, -30]))
    Array([[ 10., -31.,  30.],
           [  1.,   0.,   0.],
           [  0.,   1.,   0.]], dtype=float32)
    """
    (a,) = _vectors("companion", a, inexact=True)
    if a.shape[-1] < 2:
        raise _too_short("companion", "at least two coefficients", a)
    first = -a[..., 1:] / a[..., :1]
    return _below(wnp.ones_like(first[..., 1:]), first)


def fiedler(a: Any) -> Any:
    """The distances of numbers from each other, shape (..., n, n) for a of shape (..., n).

    >>> fiedler(wnp.array([1, 4, 6]))
    Array([[0, 3, 5],
           [3, 0, 2],
           [5, 2, 0]], dtype=int32)
    """
    (a,) = _vectors("fiedler", a)
    return abs(a[..., None] - a[..., None, :])


def fiedler_companion(a: Any) -> Any:
    """A matrix of five diagonals whose eigenvalues are the zeros of a polynomial (Fiedler, 2003).

    Args:
      a: its coefficients from the highest, shape (..., n + 1); integers become floats.

    Returns:
      Shape (..., n, n).

    Raises:
      ShapeError: no coefficients.

    >>> fiedler_companion(wnp.array([1, -10, 31, -30]))
    Array([[ 10., -31.,   1.],
           [  1.,   0.,   0.],
           [  0.,  30.,   0.]], dtype=float32)
    """
    (a,) = _vectors("fiedler_companion", a, inexact=True)
    if not a.shape[-1]:
        raise _too_short("fiedler_companion", "at least one coefficient", a)
    a = -a / a[..., :1]
    n = a.shape[-1] - 1
    if n < 2:
        return wnp.reshape(a[..., 1:], (*a.shape[:-1], n, n))
    i, j = _places(n, n)
    even = i % 2 == 0
    # Coefficients k + 1 of an even column or row k stand beside the diagonal, ones two beside it and in the corner.
    beside = a[..., np.where(j == i + 1, np.minimum(i + 2, n), np.minimum(i + 1, n))]
    ones = ((i == 1) & (j == 0)) | ((j == i + 2) & even) | ((j == i - 2) & ~even & (i >= 3))
    coefficients = ((i == 0) & (j == 0)) | (even & ((j == i + 1) | ((j == i - 1) & (i >= 2))))
    return wnp.where(coefficients, beside, wnp.asarray(ones).astype(a.dtype))


def convolution_matrix(a: Any, n: int, mode: str = "full") -> Any:
    """The matrix whose product with a vector v of size n is the convolution of a and v.

    Args:
      a: shape (..., m), m > 0.
      n: the size of v.
      mode: "full", "same" or "valid", as for `wengert.numpy.convolve`.

    Raises:
      ShapeError: a is a number or empty.
      ValueError: n is less than 1, or another mode.

    >>> convolution_matrix(wnp.array([1, 2]), 2)
    Array([[1, 0],
           [2, 1],
           [0, 2]], dtype=int32)
    """
    n = _size("convolution_matrix", n, 1)
    a = as_array("convolution_matrix", a)
    if not a.ndim or not a.shape[-1]:
        raise _too_short("convolution_matrix", "an array of shape (..., m), m > 0,", a)
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"convolution_matrix: expected a mode of full, same or valid but got {mode!r}")
    m = a.shape[-1]
    around = [(0, 0)] * (a.ndim - 1)
    whole = toeplitz(wnp.pad(a, [*around, (0, n - 1)]), wnp.pad(a[..., :1], [*around, (0, n - 1)]))
    cut = 0 if mode == "full" else min(m, n) - 1
    above = cut // 2 if mode == "same" else cut
    return lax.slice_in_dim(whole, above, m + n - 1 - (cut - above if mode == "same" else cut), 1, whole.ndim - 2)


def block_diag(*arrs: Any) -> Any:
    """The matrix with these matrices along its diagonal; vectors count as rows, numbers as 1 by 1.

    Returns:
      The type that they promote to; shape (1, 0) for none.

    Raises:
      ShapeError: an array of more than two dimensions.

    >>> block_diag(wnp.array([[1, 2]]), 3)
    Array([[1, 2, 0],
           [0, 0, 3]], dtype=int32)
    """
    if not arrs:
        return wnp.zeros((1, 0))
    blocks = promote("block_diag", [as_array("block_diag", x) for x in arrs])
    for block in blocks:
        if block.ndim > 2:
            raise _too_short("block_diag", "arrays of at most two dimensions", block)
    blocks = [wnp.atleast_2d(x) for x in blocks]
    width, left, rows = sum(x.shape[1] for x in blocks), 0, []
    for block in blocks:
        rows.append(wnp.pad(block, ((0, 0), (left, width - left - block.shape[1]))))
        left += block.shape[1]
    return wnp.concatenate(rows)


def dft(n: int, scale: str | None = None, *, dtype: Any = None) -> Any:
    """The matrix of the discrete Fourier transform of n numbers.

    Args:
      scale: None, "sqrtn" for a unitary matrix, "n" to divide by n.
      dtype: a complex type.

    Raises:
      ValueError: another scale, or a type that is not complex.

    >>> dft(2).real
    Array([[ 1.,  1.],
           [ 1., -1.]], dtype=float32)
    """
    n = _size("dft", n)
    if scale not in (None, "sqrtn", "n"):
        raise ValueError(f"dft: expected a scale of None, 'sqrtn' or 'n' but got {scale!r}")
    kind = dtypes.canonical(complex if dtype is None else dtype)
    if kind.kind != "c":
        raise ValueError(f"dft: expected a complex dtype but got {kind}")
    i, j = (np.asarray(x, np.int64) for x in _places(n, n))
    values = np.exp(-2j * np.pi * (i * j % max(n, 1)) / max(n, 1))  # the remainder keeps the angle small and exact
    values = values / {None: 1, "sqrtn": math.sqrt(max(n, 1)), "n": max(n, 1)}[scale]
    return wnp.asarray(values.astype(kind))


def hadamard(n: int, dtype: Any = int) -> Any:
    """Sylvester's matrix of ones and minus ones with orthogonal columns.

    Args:
      n: a power of two.

    Raises:
      ValueError: n is no power of two.

    >>> hadamard(2)
    Array([[ 1,  1],
           [ 1, -1]], dtype=int32)
    """
    n = _size("hadamard", n, 1)
    if n & (n - 1):
        raise ValueError(f"hadamard: expected a power of two but got {n}")
    i, j = _places(n, n)
    values = 1 - 2 * (np.bitwise_count(i & j) % 2).astype(np.int8)
    return wnp.asarray(values.astype(dtypes.canonical(dtype)))


def helmert(n: int, full: bool = False) -> Any:
    """Helmert's matrix: orthonormal rows, each the mean of what stands before against one element.

    Args:
      full: with the row of the mean itself, n by n and not n - 1 by n.

    Raises:
      ValueError: n is less than 1.

    >>> helmert(2, full=True).round(3)
    Array([[ 0.707,  0.707],
           [ 0.707, -0.707]], dtype=float32)
    """
    n = _size("helmert", n, 1)
    i, j = _places(n, n)
    values = np.where(j < i, 1.0, np.where(i == j, -1.0 * i, 0.0)) / np.sqrt(np.maximum(i * (i + 1.0), 1))
    values[0] = 1 / math.sqrt(n)
    return wnp.asarray((values if full else values[1:]).astype(dtypes.canonical(float)))


def _exact(n: int, element: Callable[[int, int], Any]) -> Any:
    """The matrix of exact numbers, rounded once; inf for what is too large."""
    values = np.zeros((n, n), dtypes.canonical(float))
    largest = float(np.finfo(values.dtype).max)
    for i in range(n):
        for j in range(n):
            x = element(i, j)
            values[i, j] = x if abs(x) <= largest else math.copysign(math.inf, x)
    return wnp.asarray(values)


def hilbert(n: int) -> Any:
    """Hilbert's matrix, 1 / (i + j + 1), which is close to singular.

    >>> hilbert(2)
    Array([[1.        , 0.5       ],
           [0.5       , 0.33333334]], dtype=float32)
    """
    i, j = _places(_size("hilbert", n), _size("hilbert", n))
    return wnp.asarray((1 / (i + j + 1.0)).astype(dtypes.canonical(float)))


def invhilbert(n: int) -> Any:
    """The inverse of Hilbert's matrix, by its formula in integers.

    >>> invhilbert(2)
    Array([[ 4., -6.],
           [-6., 12.]], dtype=float32)
    """
    n = _size("invhilbert", n)

    def element(i: int, j: int) -> int:
        choices = math.comb(n + i, n - j - 1) * math.comb(n + j, n - i - 1) * math.comb(i + j, i) ** 2
        return (-1) ** (i + j) * (i + j + 1) * choices

    return _exact(n, element)


_KINDS = ("symmetric", "lower", "upper")


def _kind(function: str, kind: str | None) -> str:
    if kind not in (None, *_KINDS):
        raise ValueError(f"{function}: expected a kind of symmetric, lower or upper but got {kind!r}")
    return kind or "symmetric"


def pascal(n: int, kind: str | None = None) -> Any:
    """Pascal's matrix of binomial coefficients.

    Args:
      kind: "symmetric" for (i + j choose i), "lower" for (i choose j), "upper" for its transpose.

    Raises:
      ValueError: another kind.

    >>> pascal(3, "lower")
    Array([[1., 0., 0.],
           [1., 1., 0.],
           [1., 2., 1.]], dtype=float32)
    """
    kind, n = _kind("pascal", kind), _size("pascal", n)
    if kind == "symmetric":
        return _exact(n, lambda i, j: math.comb(i + j, i))
    return _exact(n, lambda i, j: math.comb(i, j) if kind == "lower" else math.comb(j, i))


def invpascal(n: int, kind: str | None = None) -> Any:
    """The inverse of Pascal's matrix; see `pascal`.

    >>> invpascal(3)
    Array([[ 3., -3.,  1.],
           [-3.,  5., -2.],
           [ 1., -2.,  1.]], dtype=float32)
    """
    kind, n = _kind("invpascal", kind), _size("invpascal", n)

    def lower(i: int, j: int) -> int:
        return (-1) ** (i - j) * math.comb(i, j) if i >= j else 0

    if kind == "symmetric":
        return _exact(n, lambda i, j: sum(lower(k, i) * lower(k, j) for k in range(max(i, j), n)))
    return _exact(n, lower if kind == "lower" else lambda i, j: lower(j, i))
