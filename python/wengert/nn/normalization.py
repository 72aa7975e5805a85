# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions along an axis: logsumexp, softmax, standardize, one_hot."""

from __future__ import annotations

from typing import Any

from wengert import dtypes, lax
from wengert import numpy as wnp
from wengert.lax._operands import axis_index, broadcast_all, convert, promote

__all__ = ["log_softmax", "logmeanexp", "logsumexp", "one_hot", "softmax", "standardize"]


def _peak(x: Any, axis: Any, where: Any = None) -> Any:
    """The maximum (of real parts) that is subtracted before exp: a constant to differentiation, 0 if not finite."""
    x = x.real if x.dtype.kind == "c" else x
    if where is not None:
        x = wnp.where(where, x, -wnp.inf)
    empty = -wnp.inf if 0 in x.shape else None  # only then: infs are not to be seen by debug_infs
    peak = lax.stop_gradient(wnp.max(x, axis, keepdims=True, initial=empty))
    return wnp.where(wnp.isfinite(peak), peak, 0)


def logsumexp(
    x: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False, where: Any = None
) -> Any:
    """log(sum(b exp(x))) over `axis` without overflow.

    Args:
      b: factors, 1 by default.
      return_sign: also give the sign of the sum, whose absolute value is then taken. Of complex numbers the sign is
        the sum divided by its absolute value, and the logarithm is real.
      where: bools; only elements where it is true count.

    >>> logsumexp(wnp.zeros(2))
    Array(0.6931472, dtype=float32)
    """
    if b is None:
        x = promote("logsumexp", (x,), inexact=True)[0]
    else:
        x, b = broadcast_all("logsumexp", promote("logsumexp", (x, b), inexact=True))
        x = wnp.where(b == 0, -wnp.inf, x)  # what does not count must not be the peak either
    peak = _peak(x, axis, where)
    terms = wnp.exp(x - peak)
    if b is not None:
        terms = terms * b
    total = wnp.sum(terms, axis, keepdims=keepdims, where=where)
    sign = wnp.sign(total)
    total = wnp.abs(total) if return_sign else total
    shift = peak if keepdims else lax.reshape(peak, total.shape)
    out = wnp.log(total) + shift
    return (out, sign) if return_sign else out


def logmeanexp(x: Any, axis: Any = None, keepdims: bool = False, where: Any = None) -> Any:
    """log(mean(exp(x))) over `axis` without overflow.

    >>> logmeanexp(wnp.zeros(2))
    Array(0., dtype=float32)
    """
    x = promote("logmeanexp", (x,), inexact=True)[0]
    ones = lax.full_like(x, 1)
    count = wnp.sum(ones, axis, keepdims=keepdims, where=where)
    return logsumexp(x, axis, keepdims=keepdims, where=where) - wnp.log(count)


def softmax(x: Any, axis: Any = -1, where: Any = None) -> Any:
    """exp(x) divided by its sum along `axis`.

    >>> softmax(wnp.zeros(2))
    Array([0.5, 0.5], dtype=float32)
    """
    x = promote("softmax", (x,), inexact=True)[0]
    terms = wnp.exp(x - _peak(x, axis, where))
    if where is None:
        return terms / wnp.sum(terms, axis, keepdims=True)
    terms = wnp.where(where, terms, 0)
    total = wnp.sum(terms, axis, keepdims=True)
    return terms / wnp.where(total > 0, total, 1)  # 0 where everything is left out


def log_softmax(x: Any, axis: Any = -1, where: Any = None) -> Any:
    """log(softmax(x)), precise where softmax is nearly 0.

    >>> log_softmax(wnp.zeros(2))
    Array([-0.6931472, -0.6931472], dtype=float32)
    """
    x = promote("log_softmax", (x,), inexact=True)[0]
    shifted = x - _peak(x, axis, where)
    total = wnp.log(wnp.sum(wnp.exp(shifted), axis, keepdims=True, where=where))
    result = shifted - total
    return result if where is None else wnp.where(where, result, -wnp.inf)


def standardize(
    x: Any,
    axis: Any = -1,
    mean: Any = None,
    variance: Any = None,
    epsilon: Any = 1e-5,
    where: Any = None,
    *,
    algorithm: str = "stable",
) -> Any:
    """x less its mean, divided by its standard deviation along `axis`.

    Args:
      mean, variance: in place of those of x.
      epsilon: added to the variance.
      where: bools; only elements where it is true count for mean and variance.
      algorithm: "stable": the variance is the mean of squares of x - mean; "fast": the mean of squares less the square
        of the mean, which loses digits where the mean is far from 0.

    Raises:
      ValueError: the algorithm is neither.

    >>> standardize(wnp.array([1.0, 3.0]), epsilon=0.0)
    Array([-1.,  1.], dtype=float32)
    """
    x = promote("standardize", (x,), inexact=True)[0]
    mean = wnp.mean(x, axis, keepdims=True, where=where) if mean is None else mean
    if algorithm not in ("stable", "fast"):
        raise ValueError(f"standardize: expected the algorithm 'stable' or 'fast' but got {algorithm!r}")
    if variance is None and algorithm == "stable":
        variance = wnp.mean((x - mean) ** 2, axis, keepdims=True, where=where)
    elif variance is None:
        variance = wnp.maximum(wnp.mean(x**2, axis, keepdims=True, where=where) - mean**2, 0)
    return (x - mean) * wnp.true_divide(1, wnp.sqrt(variance + epsilon))


def one_hot(x: Any, num_classes: int, *, dtype: Any = None, axis: int = -1) -> Any:
    """Vectors with a one at the index that x gives, zeros elsewhere (all zeros for an index outside).

    >>> one_hot(wnp.array([0, 2]), 3)
    Array([[1., 0., 0.],
           [0., 0., 1.]], dtype=float32)
    """
    x = wnp.asarray(x)
    at = axis_index("one_hot", axis, x.ndim + 1)
    classes = lax.reshape(
        lax.iota(dtypes.int32, num_classes), [num_classes if d == at else 1 for d in range(x.ndim + 1)]
    )
    hit = wnp.equal(lax.expand_dims(x, (at,)), classes)
    return convert(hit, dtypes.canonical(float if dtype is None else dtype))
