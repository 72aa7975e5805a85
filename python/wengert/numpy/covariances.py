# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Covariances and correlations of variables that are given as the rows of a matrix."""

from __future__ import annotations

from typing import Any

from wengert import dtypes, errors, lax
from wengert.lax._operands import as_array, convert, promote
from wengert.numpy import elementwise as ew
from wengert.numpy.complex_parts import conjugate, imag, real
from wengert.numpy.contraction import matmul
from wengert.numpy.diagonals import diag
from wengert.numpy.joining import concatenate
from wengert.numpy.manipulation import atleast_2d
from wengert.numpy.reductions import average
from wengert.numpy.reductions import sum as _sum

__all__ = ["corrcoef", "cov"]


def _variables(function: str, x: Any, rowvar: bool) -> Any:
    if x.ndim > 2:
        raise errors.make(errors.ShapeError, function, f"expected a vector or a matrix but got shape {x.shape}")
    rows = atleast_2d(x)
    return rows.T if not rowvar and x.ndim == 2 else rows


def _weights(name: str, w: Any, n: int, kinds: str) -> Any:
    w = as_array("cov", w)
    if w.shape != (n,) or (kinds == "biu" and w.dtype.kind not in kinds):
        raise errors.make(
            errors.ShapeError,
            "cov",
            f"expected {n} {'whole ' if kinds == 'biu' else ''}numbers as {name} but got {w.dtype}{list(w.shape)}",
        )
    return w


def cov(
    m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None, fweights: Any = None,
    aweights: Any = None, dtype: Any = None,
) -> Any:  # fmt: skip
    """The covariance matrix.

    Args:
      m: variables as rows and observations as columns, or a vector of observations of one variable.
      y: more variables of the same form.
      rowvar: False if variables are columns.
      bias: divide by the number of observations instead of that number less 1.
      ddof: divide by the number of observations less this; overrides `bias`.
      fweights: how often each observation occurs, whole numbers.
      aweights: the importance of each observation.
      dtype: the floating type to compute in.

    Returns:
      A matrix, or a scalar for one variable.

    Raises:
      ShapeError: more than two dimensions, or weights of another size.
      DtypeError: a dtype of integers or bools.
      ValueError: ddof is no int.

    >>> import wengert.numpy as wnp
    >>> cov(wnp.array([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]))
    Array([[ 1., -1.],
           [-1.,  1.]], dtype=float32)
    """
    if ddof is not None and ddof != int(ddof):
        raise ValueError(f"cov: expected an int as ddof but got {ddof!r}")
    parts = promote("cov", [as_array("cov", v) for v in (m, y) if v is not None], inexact=True)
    if dtype is not None:
        if not dtypes.is_inexact(kind := dtypes.canonical(dtype)):
            raise errors.make(errors.DtypeError, "cov", f"expected a floating or complex dtype but got {kind}")
        parts = [convert(p, dtypes.canonical(dtype)) for p in parts]
    rows = [_variables("cov", p, rowvar) for p in parts]
    x = concatenate(rows, 0) if len(rows) > 1 else rows[0]
    if not x.shape[0]:
        return lax.full((0, 0), 0, x.dtype)
    ddof = (0 if bias else 1) if ddof is None else ddof
    n, w = x.shape[1], None
    if fweights is not None:
        w = _weights("fweights", fweights, n, "biu")
    if aweights is not None:
        importance = _weights("aweights", aweights, n, "")
        w = importance if w is None else w * importance
    w = None if w is None else convert(w, real(x).dtype)
    middle, total = average(x, 1, w, returned=True)
    total = lax.index_in_dim(total, 0, 0, False)
    if w is None:
        divisor: Any = max(n - ddof, 0)
    elif ddof == 0:
        divisor = total
    elif aweights is None:
        divisor = total - ddof
    else:
        divisor = total - ddof * _sum(w * aweights) / total
    centred = x - lax.expand_dims(middle, (1,))
    product = matmul(centred if w is None else centred * w, conjugate(centred).T)
    out = product / divisor if w is not None or divisor else product / lax.full_like(product, 0)
    return lax.squeeze(out, tuple(d for d in (0, 1) if out.shape[d] == 1)) if out.shape == (1, 1) else out


def corrcoef(x: Any, y: Any = None, rowvar: bool = True, dtype: Any = None) -> Any:
    """The matrix of correlations: covariances divided by the standard deviations, from -1 to 1.

    Args:
      x, y, rowvar, dtype: as for `cov`.

    Raises:
      ShapeError: more than two dimensions.

    >>> import wengert.numpy as wnp
    >>> corrcoef(wnp.array([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]))
    Array([[ 1., -1.],
           [-1.,  1.]], dtype=float32)
    """
    c = cov(x, y, rowvar, dtype=dtype)
    if not c.ndim:
        return c / c
    deviations = ew.sqrt(real(diag(c)))
    c = c / lax.expand_dims(deviations, (1,)) / lax.expand_dims(deviations, (0,))
    if c.dtype.kind == "c":
        return lax.complex(ew.clip(real(c), -1, 1), ew.clip(imag(c), -1, 1))
    return ew.clip(c, -1, 1)
