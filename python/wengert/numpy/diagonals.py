# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Diagonals and triangles of matrices."""

from __future__ import annotations

from typing import Any

from wengert import errors, lax
from wengert.lax._operands import as_array
from wengert.numpy.logic import where
from wengert.numpy.manipulation import moveaxis, ravel
from wengert.numpy.ranges import near_diagonal

__all__ = [
    "diag", "diagflat", "diagonal", "tril", "triu",
]  # fmt: skip


def _triangle(function: str, x: Any, k: int, lower: bool) -> Any:
    x = as_array(function, x)
    if x.ndim < 2:
        raise errors.make(errors.ShapeError, function, f"expected rank 2 or more but got shape {x.shape}")
    rows = lax.broadcasted_iota("int32", x.shape[-2:], 0)
    columns = lax.broadcasted_iota("int32", x.shape[-2:], 1)
    k = near_diagonal(k, x.shape)
    kept = rows + k >= columns if lower else rows + k <= columns
    return where(kept, x, lax.full_like(x, 0))


def tril(m: Any, k: int = 0) -> Any:
    """`m` with zeros above the k-th diagonal.

    >>> import wengert.numpy as wnp
    >>> tril(wnp.array([[1, 2], [3, 4]]))
    Array([[1, 0],
           [3, 4]], dtype=int32)
    """
    return _triangle("tril", m, k, True)


def triu(m: Any, k: int = 0) -> Any:
    """`m` with zeros below the k-th diagonal.

    >>> import wengert.numpy as wnp
    >>> triu(wnp.array([[1, 2], [3, 4]]))
    Array([[1, 2],
           [0, 4]], dtype=int32)
    """
    return _triangle("triu", m, k, False)


def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The elements `a[i, i + offset]` of two axes, as the last dimension.

    Raises:
      ShapeError: an array of rank 0 or 1.
      AxisError: there is no such axis.

    >>> import wengert.numpy as wnp
    >>> diagonal(wnp.array([[1, 2], [3, 4]]))
    Array([1, 4], dtype=int32)
    """
    a = as_array("diagonal", a)
    if a.ndim < 2:
        raise errors.make(errors.ShapeError, "diagonal", f"expected rank 2 or more but got shape {a.shape}")
    a = moveaxis(a, (axis1, axis2), (-2, -1))
    m, n = a.shape[-2:]
    top, left = max(0, -offset), max(0, offset)
    size = max(0, min(m - top, n - left))
    # flattened, the diagonal is every (n + 1)-th element
    flat = lax.reshape(a, (*a.shape[:-2], m * n))
    start = top * n + left
    if not size:
        return lax.slice_in_dim(flat, 0, 0, 1, -1)
    return lax.slice_in_dim(flat, start, start + (size - 1) * (n + 1) + 1, n + 1, -1)


def diag(v: Any, k: int = 0) -> Any:
    """The k-th diagonal of a matrix, or the matrix with a vector on its k-th diagonal.

    >>> import wengert.numpy as wnp
    >>> diag(wnp.array([1, 2]))
    Array([[1, 0],
           [0, 2]], dtype=int32)
    """
    v = as_array("diag", v)
    if v.ndim == 2:
        return diagonal(v, k)
    if v.ndim != 1:
        raise errors.make(errors.ShapeError, "diag", f"expected rank 1 or 2 but got shape {v.shape}")
    n = v.size + abs(k)
    placed = lax.pad(v, 0, [(max(k, 0), max(-k, 0), 0)])  # the entry of column j (of row i for k < 0)
    rows, columns = lax.broadcasted_iota("int32", (n, n), 0), lax.broadcasted_iota("int32", (n, n), 1)
    wide = lax.broadcast_in_dim(placed, (n, n), (1,))
    return where(rows + k == columns, wide, lax.full_like(wide, 0))


def diagflat(v: Any, k: int = 0) -> Any:
    """The matrix with the elements of `v` on its k-th diagonal.

    >>> import wengert.numpy as wnp
    >>> diagflat(wnp.array([[1, 2]])).shape
    (2, 2)
    """
    return diag(ravel(v), k)
