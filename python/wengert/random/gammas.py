# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The gamma distribution and those that are made of it, differentiable in their parameters.

Numbers are drawn by the method of Marsaglia and Tsang (2000). The derivative by the shape is that of the inverse of the
distribution function ("implicit reparameterisation"), `lax.random_gamma_grad`.
"""

from __future__ import annotations

import math
import operator
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert import numpy as wnp
from wengert.lax._operands import as_array, broadcast, convert, in_trace_of, is_eager
from wengert.nn.normalization import softmax
from wengert.random.discrete import rademacher
from wengert.random.distributions import exponential, normal, normal_of, uniform_of
from wengert.random.keys import _shape, split
from wengert.random.lanes import Lanes, lane_bits, lanes_of, split_lanes, until_accepted
from wengert.random.parameters import check_fits, float_type, parameters

__all__ = ["ball", "beta", "chisquare", "dirichlet", "f", "gamma", "generalized_normal", "loggamma", "t"]


def gamma(key: Any, a: Any, shape: Any = None, dtype: Any = None) -> Any:
    """Numbers of the gamma distribution of scale 1, differentiable in `a`.

    Args:
      key: a key.
      a: the shape of the distribution, positive.
      shape: of the result, by default that of `a`.
      dtype: a floating type, float32 by default.

    Raises:
      DtypeError: the type is no floating type.
      ShapeError: `a` does not broadcast to the shape.

    >>> from wengert import random
    >>> random.gamma(random.key(0), 2.0, (3,)).shape
    (3,)
    """
    return _gamma("gamma", key, a, shape, dtype, False)


def loggamma(key: Any, a: Any, shape: Any = None, dtype: Any = None) -> Any:
    """The logarithms of numbers of the gamma distribution, precise where those would underflow.

    Args:
      key: a key.
      a: the shape of the distribution, positive.
      shape: of the result, by default that of `a`.
      dtype: a floating type, float32 by default.

    >>> from wengert import random
    >>> bool(random.loggamma(random.key(0), 1e-3) < 0)
    True
    """
    return _gamma("loggamma", key, a, shape, dtype, True)


def _gamma(function: str, key: Any, a: Any, shape: Any, dtype: Any, log: bool) -> Any:
    kind = float_type(function, dtype)
    shape, a = parameters(function, shape, kind, a)
    keys = lanes_of(key, math.prod(shape))
    a = lax.reshape(broadcast(in_trace_of(a, keys[0]), shape), (math.prod(shape),))
    constant = lax.stop_gradient(a)
    drawn = lax.stop_gradient(_drawn(keys, constant, log))
    if is_eager(drawn, a):  # nothing is differentiated
        return lax.reshape(drawn, shape)
    return lax.reshape(_implicit(drawn, constant, log) * (a - constant) + drawn, shape)


def _implicit(drawn: Any, a: Any, log: bool) -> Any:
    """The derivative of the number drawn by `a`; 0 where it is not known."""
    if log:
        tiny = float(dtypes.finfo(drawn.dtype).tiny)
        number = wnp.maximum(wnp.exp(drawn), tiny)
        slope = _gamma_grad(a, number) / number
    else:
        slope = _gamma_grad(a, drawn)
    return wnp.where(wnp.isfinite(slope), slope, 0)


def _gamma_grad(a: Any, number: Any) -> Any:
    wide = a.dtype if a.dtype.itemsize >= 4 else dtypes.float32
    return convert(lax.random_gamma_grad(convert(a, wide), convert(number, wide)), a.dtype)


def _uniform(keys: Lanes, kind: np.dtype) -> Any:
    return uniform_of(lambda *args: lane_bits("gamma", keys, *args), (), kind)


def _drawn(keys: Lanes, a: Any, log: bool) -> Any:
    """One gamma number a lane: of a + 1 where a is below 1, and then made smaller by a uniform number."""
    kind = a.dtype
    large = a >= 1
    d = wnp.where(large, a, a + 1) - 1 / 3
    c = (1 / 3) / wnp.sqrt(d)
    keys, last = split_lanes(keys, 2)
    keys, x_keys, u_keys = split_lanes(keys, 3)
    impossible = ~(d > 0)  # nan or negative: nothing is ever accepted
    state = (*keys, *x_keys, *u_keys, wnp.where(impossible, wnp.nan, lax.full_like(d, 1)), impossible)
    v = until_accepted(lambda *values: ~values[7], _proposed, state, (d, c))[6]
    if log:
        smaller = wnp.log1p(-_uniform(last, kind))
        return wnp.log(d) + wnp.log(v) + wnp.where(large, 0, smaller / a)
    return d * v * wnp.where(large, 1, (1 - _uniform(last, kind)) ** (1 / a))


def _proposed(
    k0: Any, k1: Any, x0: Any, x1: Any, u0: Any, u1: Any, result: Any, done: Any, d: Any, c: Any
) -> tuple[Any, ...]:
    """The next state of a lane: three keys, the number accepted, and whether there is one.

    A normal number x that makes 1 + c x negative is drawn anew of its own key; with a positive one the uniform number
    decides, and if it rejects, the first key gives new ones.
    """
    again, now = split_lanes((x0, x1), 2)
    x = normal_of(lambda *args: lane_bits("gamma", now, *args), (), c.dtype)
    root = 1 + x * c
    positive, square, v = root > 0, x * x, root * root * root
    u = _uniform((u0, u1), c.dtype)
    log_v = wnp.log(wnp.where(positive, v, 1))
    rejected = (u >= 1 - 0.0331 * (square * square)) & (wnp.log(u) >= square * 0.5 + d * (1 - v + log_v))
    accepted = positive & ~rejected
    keys, x_keys, u_keys = split_lanes((k0, k1), 3)
    chosen = zip((*keys, *x_keys, *u_keys), (k0, k1, *again, u0, u1), strict=True)
    words = [wnp.where(positive, new, old) for new, old in chosen]
    return *words, wnp.where(accepted, v, result), done | accepted


def beta(key: Any, a: Any, b: Any, shape: Any = None, dtype: Any = None) -> Any:
    """Numbers of the beta distribution, differentiable in `a` and `b`.

    Args:
      key: a key.
      a, b: the parameters, positive.
      shape: of the result, by default that of the parameters together.
      dtype: a floating type, float32 by default.

    >>> from wengert import random
    >>> 0 <= random.beta(random.key(0), 2.0, 3.0).item() <= 1
    True
    """
    kind = float_type("beta", dtype)
    shape, a, b = parameters("beta", shape, kind, a, b)
    k1, k2 = split(key)
    log_a, log_b = loggamma(k1, a, shape, kind), loggamma(k2, b, shape, kind)
    peak = lax.stop_gradient(wnp.maximum(log_a, log_b))
    x, y = wnp.exp(log_a - peak), wnp.exp(log_b - peak)
    return x / (x + y)


def dirichlet(key: Any, alpha: Any, shape: Any = None, dtype: Any = None) -> Any:
    """Shares that sum to 1, of the Dirichlet distribution, differentiable in `alpha`.

    Args:
      key: a key.
      alpha: the concentrations, shape (..., n).
      shape: of the result without its last dimension, by default that of `alpha` without it.
      dtype: a floating type, float32 by default.

    Raises:
      ShapeError: alpha is a number, or does not broadcast to the shape.

    >>> from wengert import random
    >>> random.dirichlet(random.key(0), wnp.ones(3), (4,)).shape
    (4, 3)
    """
    kind = float_type("dirichlet", dtype)
    alpha = convert(as_array("dirichlet", alpha), kind)
    if not alpha.ndim:
        raise errors.make(errors.ShapeError, "dirichlet", "expected alpha of shape (..., n) but got shape ()")
    if shape is None:
        shape = alpha.shape[:-1]
    else:
        shape = _shape("dirichlet", shape)
        check_fits("dirichlet", shape, alpha.shape[:-1])
    return softmax(loggamma(key, alpha, (*shape, alpha.shape[-1]), kind), -1)


def chisquare(key: Any, df: Any, shape: Any = None, dtype: Any = None) -> Any:
    """Numbers of the chi-squared distribution, differentiable in `df`.

    Args:
      key: a key.
      df: the degrees of freedom.
      shape: of the result, by default that of `df`.
      dtype: a floating type, float32 by default.

    >>> from wengert import random
    >>> random.chisquare(random.key(0), 3.0).item() > 0
    True
    """
    kind = float_type("chisquare", dtype)
    shape, df = parameters("chisquare", shape, kind, df)
    return 2 * wnp.exp(loggamma(key, df / 2, shape, kind))


def f(key: Any, dfnum: Any, dfden: Any, shape: Any = None, dtype: Any = None) -> Any:
    """Numbers of the F distribution, differentiable in its parameters.

    Args:
      key: a key.
      dfnum, dfden: the degrees of freedom above and below the line.
      shape: of the result, by default that of the parameters together.
      dtype: a floating type, float32 by default.

    >>> from wengert import random
    >>> random.f(random.key(0), 3.0, 5.0).item() > 0
    True
    """
    kind = float_type("f", dtype)
    shape, dfnum, dfden = parameters("f", shape, kind, dfnum, dfden)
    below, above = split(key)
    return chisquare(above, dfnum, shape, kind) / dfnum / (chisquare(below, dfden, shape, kind) / dfden)


def t(key: Any, df: Any, shape: Any = None, dtype: Any = None) -> Any:
    """Numbers of Student's t distribution, differentiable in `df`.

    Args:
      key: a key.
      df: the degrees of freedom.
      shape: of the result, by default that of `df`.
      dtype: a floating type, float32 by default.

    >>> from wengert import random
    >>> random.t(random.key(0), 3.0, (2,)).shape
    (2,)
    """
    kind = float_type("t", dtype)
    shape, df = parameters("t", shape, kind, df)
    k1, k2 = split(key)
    return normal(k1, shape, kind) * wnp.sqrt(df / 2 / gamma(k2, df / 2, shape, kind))


def generalized_normal(key: Any, p: Any, shape: Any = (), dtype: Any = None) -> Any:
    """Numbers with a density proportional to exp(-|x|**p), differentiable in `p`.

    Args:
      key: a key.
      p: the exponent.
      shape: of the result.
      dtype: a floating type, float32 by default.

    >>> from wengert import random
    >>> random.generalized_normal(random.key(0), 4.0, (2,)).shape
    (2,)
    """
    kind, shape = float_type("generalized_normal", dtype), _shape("generalized_normal", shape)
    k1, k2 = split(key)
    size = gamma(k1, 1 / as_array("generalized_normal", p), shape, kind)
    return rademacher(k2, shape, kind) * size ** (1 / p)


def ball(key: Any, d: int, p: Any = 2, shape: Any = (), dtype: Any = None) -> Any:
    """Uniform points of the ball of radius 1 in the norm of order p.

    Args:
      key: a key.
      d: the number of dimensions.
      p: the order of the norm.
      shape: of the result without its last dimension, d.
      dtype: a floating type, float32 by default.

    >>> from wengert import random
    >>> random.ball(random.key(0), 3).shape
    (3,)
    """
    kind, shape = float_type("ball", dtype), _shape("ball", shape)
    k1, k2 = split(key)
    x = generalized_normal(k1, p, (*shape, operator.index(d)), kind)
    radius = wnp.sum(wnp.abs(x) ** p, -1) + exponential(k2, shape, kind)
    return x / (radius ** (1 / p))[..., None]
