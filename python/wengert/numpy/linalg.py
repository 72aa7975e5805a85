# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`wengert.numpy.linalg`: norms, products, factorisations and solves of matrices, as in NumPy."""

from __future__ import annotations

import math
from typing import Any

from wengert import errors
from wengert.lax._operands import axis_index, promote
from wengert.numpy import contraction, diagonals, logic
from wengert.numpy import elementwise as ew
from wengert.numpy import reductions as red
from wengert.numpy.complex_parts import conjugate, real
from wengert.numpy.contraction import cross, einsum, matmul, matrix_power, outer, tensordot, vecdot
from wengert.numpy.factorizations import (
    cholesky,
    cond,
    det,
    eig,
    eigh,
    eigvals,
    eigvalsh,
    inv,
    lstsq,
    matrix_rank,
    pinv,
    qr,
    slogdet,
    solve,
    svd,
    svdvals,
    tensorinv,
    tensorsolve,
)
from wengert.numpy.manipulation import expand_dims, matrix_transpose, moveaxis, ravel

__all__ = [
    "cholesky", "cond", "cross", "det", "diagonal", "eig", "eigh", "eigvals", "eigvalsh", "inv", "lstsq", "matmul",
    "matrix_norm", "matrix_power", "matrix_rank", "matrix_transpose", "multi_dot", "norm", "outer", "pinv", "qr",
    "slogdet", "solve", "svd", "svdvals", "tensordot", "tensorinv", "tensorsolve", "trace", "vecdot", "vector_norm",
]  # fmt: skip


def diagonal(x: Any, /, *, offset: int = 0) -> Any:
    """The diagonals of matrices: the elements `x[..., i, i + offset]`, as the last dimension.

    Raises:
      ShapeError: `x` has less than two dimensions.

    >>> import wengert.numpy as wnp
    >>> diagonal(wnp.ones((5, 2, 3))).shape
    (5, 2)
    """
    return diagonals.diagonal(x, offset, -2, -1)


def trace(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    """The sums of the diagonals of matrices, which are the last two dimensions.

    Raises:
      ShapeError: `x` has less than two dimensions.

    >>> import wengert.numpy as wnp
    >>> trace(wnp.ones((5, 2, 3))).shape
    (5,)
    """
    return contraction.trace(x, offset, -2, -1, dtype)


def _safe_sqrt(x: Any) -> Any:
    """sqrt whose derivative at 0 is 0 instead of inf: the gradient of a norm at 0 is then 0."""
    zero = logic.equal(x, 0)
    return logic.where(zero, 0, ew.sqrt(logic.where(zero, 1, x)))


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """The norm of a vector or matrix: by default the root of the sum of the squares of all elements.

    Its gradient at 0 is 0.

    Args:
      ord: for vectors inf, -inf, 0 or any number; for matrices "fro", "nuc", 1, -1, 2, -2, inf or -inf.
      axis: an int for vectors, two ints for matrices.

    Raises:
      ShapeError: no norm of this order for such an array.

    >>> import wengert.numpy as wnp
    >>> norm(wnp.array([3.0, 4.0]))
    Array(5., dtype=float32)
    """
    x = promote("norm", (x,), inexact=True)[0]
    if axis is None and ord is None:
        shape = x.shape
        out = _safe_sqrt(red.sum(_squared(x)))
        return out.reshape((1,) * len(shape)) if keepdims else out
    axes = tuple(range(x.ndim)) if axis is None else axis if isinstance(axis, (tuple, list)) else (axis,)
    axes = tuple(axis_index("norm", a, x.ndim) for a in axes)
    if len(axes) == 1:
        return _vector_norm(x, 2 if ord is None else ord, axes, keepdims)
    if len(axes) == 2:
        return _matrix_norm(x, ord, axes, keepdims)
    raise errors.make(errors.ShapeError, "norm", f"expected one or two axes but got {axes} for shape {x.shape}")


def _squared(x: Any) -> Any:
    return real(ew.multiply(x, conjugate(x))) if x.dtype.kind == "c" else ew.multiply(x, x)


def _vector_norm(x: Any, ord: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    if ord == math.inf:
        return _greatest(ew.abs(x), axes, keepdims)
    if ord == -math.inf:
        return red.min(ew.abs(x), axes, keepdims=keepdims)
    if ord == 0:
        return red.sum(logic.not_equal(x, 0), axes, real(x).dtype, keepdims=keepdims)
    if ord == 1:
        return red.sum(ew.abs(x), axes, keepdims=keepdims)
    if ord == 2:
        return _safe_sqrt(red.sum(_squared(x), axes, keepdims=keepdims))
    if isinstance(ord, str):
        raise errors.make(errors.ShapeError, "norm", f"expected a number as the order of a vector norm but got {ord!r}")
    return ew.power(red.sum(ew.power(ew.abs(x), ord), axes, keepdims=keepdims), 1 / ord)


def _greatest(x: Any, axes: Any, keepdims: bool = False) -> Any:
    """The maximum of values that are not negative, 0 of none."""
    return red.max(x, axes, keepdims=keepdims, initial=None if x.size else 0)


def _matrix_norm(x: Any, ord: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    if ord in (None, "fro", "f"):
        return _safe_sqrt(red.sum(_squared(x), axes, keepdims=keepdims))
    if ord in ("nuc", 2, -2):
        values = svdvals(moveaxis(x, axes, (-2, -1)))
        out = red.sum(values, -1) if ord == "nuc" else (_greatest if ord == 2 else red.min)(values, -1)
        return expand_dims(out, tuple(sorted(axes))) if keepdims else out
    if ord not in (1, -1, math.inf, -math.inf):
        raise errors.make(
            errors.ShapeError,
            "norm",
            f"expected order 'fro', 'nuc', 1, -1, 2, -2, inf or -inf for a matrix but got {ord!r}",
        )
    first, second = axes if ord in (1, -1) else axes[::-1]
    sums = red.sum(ew.abs(x), first, keepdims=True)
    best = (_greatest if ord > 0 else red.min)(sums, second, keepdims=True)
    return best if keepdims else best.squeeze(axes)


def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Any:
    """The norm of the elements along `axis`, of all by default.

    >>> import wengert.numpy as wnp
    >>> vector_norm(wnp.array([[3.0], [4.0]]))
    Array(5., dtype=float32)
    """
    x = promote("vector_norm", (x,), inexact=True)[0]
    if axis is None:
        out = _vector_norm(ravel(x), ord, (0,), False)
        return out.reshape((1,) * x.ndim) if keepdims else out
    axes = axis if isinstance(axis, (tuple, list)) else (axis,)
    return _vector_norm(x, ord, tuple(axis_index("vector_norm", a, x.ndim) for a in axes), keepdims)


def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Any:
    """The norm of the matrices in the last two axes.

    >>> import wengert.numpy as wnp
    >>> matrix_norm(wnp.array([[3.0, 4.0]]))
    Array(5., dtype=float32)
    """
    return norm(x, ord, (-2, -1), keepdims)


def multi_dot(arrays: Any, *, precision: Any = None) -> Any:
    """The product of several matrices, in the order that takes the least work.

    Args:
      arrays: two matrices or more; the first and the last may be vectors.
      precision: accepted for programs written for JAX.

    Raises:
      ShapeError: less than two, other ranks, or sizes that do not fit.

    >>> import wengert.numpy as wnp
    >>> multi_dot([wnp.ones((2, 3)), wnp.ones((3, 4)), wnp.ones((4, 1))]).shape
    (2, 1)
    """
    xs = promote("multi_dot", list(arrays))
    ranks = [x.ndim for x in xs]
    if len(xs) < 2 or any(r != 2 for r in ranks[1:-1]) or not {ranks[0], ranks[-1]} <= {1, 2}:
        raise errors.make(
            errors.ShapeError,
            "multi_dot",
            f"expected two or more matrices, vectors at the ends, but got {[x.shape for x in xs]}",
        )
    axes = [[i, i + 1] for i in range(len(xs))]
    axes[0], axes[-1] = axes[0][-ranks[0] :], axes[-1][: ranks[-1]]
    output = [*axes[0][: ranks[0] - 1], *axes[-1][1:]]
    return einsum(*(part for pair in zip(xs, axes, strict=True) for part in pair), output, optimize="optimal")
