# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Polynomials as vectors of coefficients, the highest power first."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert.lax._operands import as_array, broadcast, broadcast_shapes, convert, in_trace_of, promote
from wengert.numpy import elementwise as ew
from wengert.numpy import logic
from wengert.numpy.contraction import convolve, matmul, outer
from wengert.numpy.counting import concrete
from wengert.numpy.creation import array
from wengert.numpy.diagonals import diag
from wengert.numpy.joining import concatenate
from wengert.numpy.manipulation import atleast_1d
from wengert.numpy.ranges import vander
from wengert.numpy.reductions import all as _all
from wengert.numpy.reductions import argmin
from wengert.numpy.reductions import sum as _sum
from wengert.numpy.repeating import roll

__all__ = ["poly", "polyadd", "polyder", "polydiv", "polyfit", "polyint", "polymul", "polysub", "polyval", "roots"]


def _coefficients(function: str, *ps: Any, inexact: bool = False) -> list[Any]:
    """The polynomials in one type, numbers as those of degree 0."""
    vectors = [atleast_1d(p) for p in promote(function, [as_array(function, p) for p in ps], inexact)]
    for p in vectors:
        if p.ndim != 1:
            raise errors.make(errors.ShapeError, function, f"expected vectors of coefficients but got shape {p.shape}")
    return vectors


def _times(function: str, m: Any) -> int:
    try:
        times = operator.index(m)
    except TypeError:
        times = -1
    if times < 0:
        raise errors.make(errors.ShapeError, function, f"expected an int from 0 on as order but got {m!r}")
    return times


def polyval(p: Any, x: Any, *, unroll: int = 16) -> Any:
    """The polynomial with coefficients p at x, by Horner's rule.

    Args:
      p: coefficients; more dimensions than one hold several polynomials and broadcast with x.
      x: where.
      unroll: accepted for programs written for JAX; the steps always stand one after the other.

    >>> import wengert.numpy as wnp
    >>> polyval(wnp.array([1.0, 2.0, 3.0]), 2.0)
    Array(11., dtype=float32)
    """
    p, x = promote("polyval", (as_array("polyval", p), as_array("polyval", x)))
    if not p.ndim:
        raise errors.make(errors.ShapeError, "polyval", "expected a vector of coefficients but got a scalar")
    shape = broadcast_shapes("polyval", p.shape[1:], x.shape)
    result = broadcast(lax.full_like(x, 0), shape)
    for i in range(p.shape[0]):
        result = result * x + lax.index_in_dim(p, i, 0, False)
    return convert(result, result.dtype)


def polyadd(a1: Any, a2: Any) -> Any:
    """The sum of two polynomials.

    >>> import wengert.numpy as wnp
    >>> polyadd(wnp.array([1, 2]), wnp.array([3]))
    Array([1, 5], dtype=int32)
    """
    p, q = _coefficients("polyadd", a1, a2)
    n = max(p.size, q.size)
    wide = [lax.pad(v, 0, [(n - v.size, 0, 0)]) for v in (p, q)]
    return ew.add(*wide)


def polysub(a1: Any, a2: Any) -> Any:
    """The difference of two polynomials.

    >>> import wengert.numpy as wnp
    >>> polysub(wnp.array([1, 2]), wnp.array([3]))
    Array([ 1, -1], dtype=int32)
    """
    p, q = _coefficients("polysub", a1, a2)
    return polyadd(p, ew.negative(q))


def polymul(a1: Any, a2: Any, *, trim_leading_zeros: bool = False) -> Any:
    """The product of two polynomials, as floats.

    Args:
      a1, a2: vectors of coefficients.
      trim_leading_zeros: leave out leading zeros of the factors; then they must have values.

    >>> import wengert.numpy as wnp
    >>> polymul(wnp.array([1, 1]), wnp.array([1, -1]))
    Array([ 1.,  0., -1.], dtype=float32)
    """
    p, q = _coefficients("polymul", a1, a2, inexact=True)
    if trim_leading_zeros:
        p, q = _trimmed("polymul", p), _trimmed("polymul", q)
    one = lambda v: v if v.size else lax.full((1,), 0, v.dtype)
    return convolve(one(p), one(q), mode="full")


def _trimmed(function: str, p: Any, tolerance: float = 0.0) -> Any:
    kept = np.flatnonzero(np.abs(concrete(function, p)) > tolerance)
    return lax.slice_in_dim(p, int(kept[0]) if kept.size else max(p.size - 1, 0), None)


def polydiv(u: Any, v: Any, *, trim_leading_zeros: bool = False) -> tuple[Any, Any]:
    """Quotient and remainder of two polynomials, as floats.

    Args:
      u, v: vectors of coefficients.
      trim_leading_zeros: leave out leading zeros of the remainder, which otherwise has the length of u; then it must
        have values.

    >>> import wengert.numpy as wnp
    >>> polydiv(wnp.array([1, 0, -1]), wnp.array([1, 1]))
    (Array([ 1., -1.], dtype=float32), Array([0., 0., 0.], dtype=float32))
    """
    rest, divisor = _coefficients("polydiv", u, v, inexact=True)
    if not divisor.size:
        raise errors.make(errors.ShapeError, "polydiv", "expected a divisor with coefficients but got an empty vector")
    steps = rest.size - divisor.size + 1
    lead = lax.index_in_dim(divisor, 0, 0, False)
    digits = []
    for k in range(steps):
        digit = lax.index_in_dim(rest, k, 0, False) / lead
        digits.append(lax.expand_dims(digit, (0,)))
        rest = rest - lax.pad(digit * divisor, 0, [(k, steps - 1 - k, 0)])
    quotient = lax.concatenate(digits, 0) if digits else lax.full((1,), 0, rest.dtype)
    if trim_leading_zeros:
        rest = _trimmed("polydiv", rest, float(np.sqrt(float(dtypes.finfo(rest.dtype).eps))))
    return quotient, rest


def polyder(p: Any, m: int = 1) -> Any:
    """The m-th derivative of a polynomial, as floats.

    Raises:
      ShapeError: m is no int from 0 on.

    >>> import wengert.numpy as wnp
    >>> polyder(wnp.array([1, 2, 3]))
    Array([2., 2.], dtype=float32)
    """
    m = _times("polyder", m)
    (p,) = _coefficients("polyder", p, inexact=True)
    if m == 0:
        return p
    n = max(p.size - m, 0)
    factors = np.ones(n)
    for k in range(m):
        factors *= np.arange(p.size - 1 - k, m - 1 - k, -1)[:n]
    return lax.slice_in_dim(p, 0, n) * factors.astype(p.dtype)


def polyint(p: Any, m: int = 1, k: Any = None) -> Any:
    """The m-th integral of a polynomial, as floats.

    Args:
      p: a vector of coefficients.
      m: how often.
      k: the constants of integration, one for all or m, the first of the first integral.

    Raises:
      ShapeError: m is no int from 0 on, or k has another number of constants.

    >>> import wengert.numpy as wnp
    >>> polyint(wnp.array([2, 2]), k=3)
    Array([1., 2., 3.], dtype=float32)
    """
    m = _times("polyint", m)
    p, k = _coefficients("polyint", p, 0 if k is None else k, inexact=True)
    if k.size == 1:
        k = broadcast(k, (m,))
    if k.shape != (m,):
        raise errors.make(errors.ShapeError, "polyint", f"expected 1 or {m} constants but got {k.size}")
    if m == 0:
        return p
    n = p.size + m
    divisors = np.ones(n)
    for j in range(m):
        divisors *= np.maximum(np.arange(n - 1, -1, -1) - j, 1)
    return concatenate([p, k]) / divisors.astype(p.dtype)


def poly(seq_of_zeros: Any) -> Any:
    """The polynomial with these roots and leading coefficient 1; of a square matrix its characteristic polynomial.

    Raises:
      ShapeError: neither a vector nor a square matrix.

    >>> import wengert.numpy as wnp
    >>> poly(wnp.array([1, 2]))
    Array([ 1., -3.,  2.], dtype=float32)
    """
    zeros = atleast_1d(promote("poly", (as_array("poly", seq_of_zeros),), inexact=True)[0])
    if zeros.ndim == 2 and zeros.shape[0] == zeros.shape[1] and zeros.size:
        from wengert.numpy import linalg

        zeros = linalg.eigvals(zeros)
    if zeros.ndim != 1:
        raise errors.make(
            errors.ShapeError, "poly", f"expected a vector or a square matrix but got shape {zeros.shape}"
        )
    if not zeros.size:
        return lax.full((), 1, zeros.dtype)
    result = in_trace_of(lax.full((1,), 1, zeros.dtype), zeros)
    for i in range(zeros.size):
        shifted = lax.pad(result, 0, [(1, 0, 0)]) * lax.index_in_dim(zeros, i, 0, False)
        result = lax.pad(result, 0, [(0, 1, 0)]) - shifted
    return result


def roots(p: Any, *, strip_zeros: bool = True) -> Any:
    """The roots of a polynomial, complex, as eigenvalues of its companion matrix.

    Args:
      p: a vector of coefficients.
      strip_zeros: leave out leading zeros, which needs values. With False (for traced coefficients) each leading zero
        gives a root nan at the end.

    Raises:
      ShapeError: p is no vector.
      ConcretizationError: p is traced and strip_zeros is True.

    >>> import wengert.numpy as wnp
    >>> roots(wnp.array([1.0, -3.0, 2.0]))
    Array([2.+0.j, 1.+0.j], dtype=complex64)
    """
    (p,) = _coefficients("roots", p, inexact=True)
    if p.size < 2:
        return array([], dtypes.result_type(p.dtype, dtypes.complex64))
    if not strip_zeros:
        return _roots_in_place(p)
    values = concrete("roots", p, " with strip_zeros=True") != 0
    lead = int(np.argmax(values)) if values.any() else p.size
    return _eigenvalues(lax.slice_in_dim(p, lead, None))


def _eigenvalues(p: Any) -> Any:
    from wengert.numpy import linalg

    if p.size < 2:
        return array([], dtypes.result_type(p.dtype, dtypes.complex64))
    first = -lax.slice_in_dim(p, 1, None) / lax.index_in_dim(p, 0, 0, False)
    n = p.size - 1
    below = diag(lax.full((n - 1,), 1, p.dtype), -1) if n > 1 else lax.full((1, 1), 0, p.dtype)
    rows = lax.broadcasted_iota("int32", (n, n), 0)
    return linalg.eigvals(logic.where(rows == 0, lax.expand_dims(first, (0,)), below))


def _roots_in_place(p: Any) -> Any:
    """The leading zeros are moved to the end, where each is a root 0, which is then replaced by nan."""
    lead = logic.where(_all(p == 0), p.size, argmin(p == 0))
    found = _eigenvalues(roll(logic.where(lead == p.size, 1, p), -lead))
    order = lax.sort((found == 0, lax.iota("int32", found.size)), 0, True)[1]
    found = lax.take(found, order)
    spoiled = lax.iota("int32", found.size) >= found.size - lead
    return logic.where(spoiled, convert(array(complex(np.nan, np.nan)), found.dtype), found)


def polyfit(
    x: Any, y: Any, deg: int, rcond: float | None = None, full: bool = False, w: Any = None, cov: Any = False
) -> Any:
    """The coefficients of the polynomial of degree `deg` that fits the points (x, y) best by least squares.

    Args:
      x: a vector of n places.
      y: n values, or a matrix of n rows for several polynomials.
      deg: the degree, an int.
      rcond: singular values below rcond times the greatest count as 0; by default n times the machine epsilon.
      full: give (coefficients, residuals, rank, singular values, rcond).
      w: n weights of the residuals.
      cov: give the covariance of the coefficients too; with "unscaled" without the factor of the residuals.

    Raises:
      ShapeError: shapes that do not fit, or a negative degree; as many coefficients as points with `cov`.

    >>> import wengert.numpy as wnp
    >>> wnp.round(polyfit(wnp.array([0.0, 1.0, 2.0]), wnp.array([1.0, 3.0, 5.0]), 1), 3)
    Array([2., 1.], dtype=float32)
    """
    from wengert.numpy import linalg

    order = _times("polyfit", deg) + 1
    x, y = promote("polyfit", (as_array("polyfit", x), as_array("polyfit", y)), inexact=True)
    if x.ndim != 1 or not x.size or y.ndim not in (1, 2) or y.shape[0] != x.size:
        raise errors.make(
            errors.ShapeError, "polyfit", f"expected n places and n values or rows but got {x.shape} and {y.shape}"
        )
    left, right = vander(x, order), y
    if w is not None:
        w = convert(as_array("polyfit", w), x.dtype)
        if w.shape != x.shape:
            raise errors.make(errors.ShapeError, "polyfit", f"expected weights of shape {x.shape} but got {w.shape}")
        column = lax.expand_dims(w, (1,))
        left, right = left * column, right * (column if y.ndim == 2 else w)
    rcond = x.size * float(dtypes.finfo(x.dtype).eps) if rcond is None else rcond
    scale = ew.sqrt(_sum(left * left, 0))
    left = left / scale
    c, residuals, rank, singular = linalg.lstsq(left, right, rcond)
    c = c / (lax.expand_dims(scale, (1,)) if y.ndim == 2 else scale)
    if full:
        return c, residuals, rank, singular, array(rcond)
    if not cov:
        return c
    base = linalg.inv(matmul(left.T, left)) / outer(scale, scale)
    if cov != "unscaled":
        if x.size <= order:
            raise errors.make(
                errors.ShapeError, "polyfit", f"expected more than {order} points for the covariance but got {x.size}"
            )
        factor = residuals / (x.size - order)
        return c, lax.expand_dims(base, (2,)) * factor if y.ndim == 2 else base * factor
    return c, lax.expand_dims(base, (2,)) if y.ndim == 2 else base
