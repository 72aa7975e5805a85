# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Counts: Poisson, binomial and multinomial numbers, drawn all together until each has accepted one."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert import numpy as wnp
from wengert.array import Array
from wengert.lax._operands import broadcast, convert, in_trace_of, is_eager, promote
from wengert.random.distributions import uniform
from wengert.random.keys import _shape, spend, split
from wengert.random.lanes import loop
from wengert.random.parameters import float_type, integer_type, parameters
from wengert.tracer import Tracer

__all__ = ["binomial", "multinomial", "poisson"]


def poisson(key: Any, lam: Any, shape: Any = None, dtype: Any = None) -> Any:
    """Numbers of the Poisson distribution.

    Args:
      key: a key.
      lam: the mean, not negative.
      shape: of the result, by default that of `lam`.
      dtype: an integer type, int32 by default.

    Raises:
      DtypeError: the type is no integer.
      ShapeError: `lam` does not broadcast to the shape.

    >>> from wengert import random
    >>> random.poisson(random.key(0), 0.0)
    Array(0, dtype=int32)
    """
    key, kind = spend("poisson", key), integer_type("poisson", dtype)
    by_times, by_rejection = _of_use(lambda lam: ~(lam >= 10), lam)
    shape, lam = parameters("poisson", shape, dtypes.float32, lam)
    (lam,) = _beside(split(key)[0], shape, lam)
    small = ~(lam >= 10)
    few = _poisson_by_times(key, wnp.where(small, lam, 0), kind) if by_times else lax.full_like(lam, 0, kind)
    drawn = wnp.where(small, few, _poisson_by_rejection(key, wnp.where(small, 1e5, lam), kind)) if by_rejection else few
    return wnp.where(lam == 0, 0, drawn)


def _of_use(is_few: Callable[..., Any], *parameters: Any) -> tuple[bool, bool]:
    """Whether the method for small and that for large parameters give a result that counts.

    A loop of which nothing counts is time lost.
    """
    if any(isinstance(x, Tracer) for x in parameters):
        return True, True
    known = np.asarray(is_few(*(np.asarray(x, np.float32) for x in parameters)))
    return bool(known.any()), not known.all()


def _beside(word: Any, shape: tuple[int, ...], *parameters: Any) -> list[Any]:
    """The parameters in the trace of a word of the key. IREE must not see that they are constants, if they are: it
    fails to compile a loop when it finds that nothing of its result is of use."""
    broadcasted = [broadcast(in_trace_of(x, word), shape) for x in parameters]
    return broadcasted if is_eager(*broadcasted) else list(lax.optimization_barrier(tuple(broadcasted)))


def _poisson_by_times(key: Any, lam: Any, kind: np.dtype) -> Any:
    """How many exponential times fit into `lam` (Knuth)."""

    def step(state: tuple[Any, ...]) -> tuple[Any, ...]:
        count, log_product, key = state
        key, subkey = split(key)
        count = wnp.where(log_product > -lam, count + 1, count)
        return count, log_product + wnp.log(uniform(subkey, lam.shape, dtypes.float32)), key

    start = (lax.full_like(lam, 0, kind), lax.full_like(lam, 0), key)
    return loop(lambda state: wnp.any(state[1] > -lam), step, start, lam)[0] - 1


def _poisson_by_rejection(key: Any, lam: Any, kind: np.dtype) -> Any:
    """Transformed rejection (Hoermann 1993), for means of 10 and more."""
    log_lam = wnp.log(lam)
    b = 0.931 + 2.53 * wnp.sqrt(lam)
    a = -0.059 + 0.02483 * b
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4)
    v_r = 0.9277 - 3.6224 / (b - 2)

    def step(state: tuple[Any, ...]) -> tuple[Any, ...]:
        result, accepted, key = state
        key, u_key, v_key = split(key, 3)
        u = uniform(u_key, lam.shape, lam.dtype) - 0.5
        v = uniform(v_key, lam.shape, lam.dtype)
        edge = 0.5 - wnp.abs(u)
        k = wnp.floor((2 * a / edge + b) * u + lam + 0.43)
        s = wnp.log(v * inverse_alpha / (a / (edge * edge) + b))
        log_mass = -lam + k * log_lam - lax.lgamma(k + 1)
        rejected = (k < 0) | ((edge < 0.013) & (v > edge))
        good = ((edge >= 0.07) & (v <= v_r)) | (~rejected & (s <= log_mass))
        return wnp.where(good, k, result), accepted | good, key

    start = (lax.full_like(lam, -1), lax.full_like(lam, False, dtypes.bool_), key)
    return convert(loop(lambda state: wnp.any(~state[1]), step, start, lam)[0], kind)


def binomial(key: Any, n: Any, p: Any, shape: Any = None, dtype: Any = None) -> Any:
    """Numbers of the binomial distribution, as floats; NaN where n is negative or p is no probability.

    Args:
      key: a key.
      n: the number of trials.
      p: the probability of success.
      shape: of the result, by default that of the parameters together.
      dtype: a floating type, float32 by default.

    Raises:
      DtypeError: the type is no floating type.
      ShapeError: a parameter does not broadcast to the shape.

    >>> from wengert import random
    >>> random.binomial(random.key(0), 10, 1.0)
    Array(10., dtype=float32)
    """
    key, kind = spend("binomial", key), float_type("binomial", dtype)
    by_times, by_rejection = _of_use(lambda n, p: _is_few(n, _nearer_half(p, np)), n, p)
    (p,) = promote("binomial", (p,), inexact=True)
    shape, n, p = parameters("binomial", shape, p.dtype, n, p)
    word = split(key)[0]
    n, p = _beside(word, shape, n, p)
    low_half, q = p < 0.5, _nearer_half(p)
    no_count, no_probability = ~(n >= 0), ~(wnp.where(low_half, p, 1 - p) >= 0)
    endless = wnp.isinf(n)
    few, whole = _is_few(n, q), wnp.floor(n)
    drawn = lax.full_like(q, 0)
    if by_times:
        drawn = _binomial_by_times(key, wnp.where(few, whole, 0), q)
    if by_rejection:
        many = _binomial_by_rejection(key, wnp.where(few, 1e4, whole), wnp.where(few, 0.5, q))
        drawn = wnp.where(few, drawn, many)
    invalid = no_probability | no_count
    drawn = wnp.where(invalid, wnp.nan, wnp.where(endless, wnp.inf, drawn))
    return convert(wnp.where(low_half | no_count | wnp.isnan(p) | endless, drawn, whole - drawn), kind)


def _nearer_half(p: Any, m: Any = wnp) -> Any:
    """The smaller one of p and 1 - p; something harmless if p is no probability."""
    q = m.where(p < 0.5, p, 1 - p)
    return m.where(q >= 0, q, 0.01)


def _is_few(n: Any, q: Any) -> Any:
    return ~(n >= 0) | (n * q <= 10)


def _binomial_by_times(key: Any, n: Any, p: Any) -> Any:
    """How many geometric times fit into n trials."""
    log_failure = wnp.log1p(-p)

    def step(state: tuple[Any, ...]) -> tuple[Any, ...]:
        count, trials, key = state
        subkey, key = split(key)
        count = wnp.where(trials <= n, count + 1, count)
        return count, trials + wnp.ceil(wnp.log(uniform(subkey, p.shape, p.dtype)) / log_failure), key

    start = (lax.full_like(p, 0), lax.full_like(p, 0), key)
    return loop(lambda state: wnp.any(state[1] <= n), step, start, n)[0] - 1


def _binomial_by_rejection(key: Any, n: Any, p: Any) -> Any:
    """Transformed rejection with squeeze (Hoermann 1993), for n p of 10 and more."""
    deviation = wnp.sqrt(n * p * (1 - p))
    b = 1.15 + 2.53 * deviation
    a = -0.0873 + 0.0248 * b + 0.01 * p
    c = n * p + 0.5
    v_r = 0.92 - 4.2 / b
    odds = p / (1 - p)
    alpha = (2.83 + 5.1 / b) * deviation
    m = wnp.floor((n + 1) * p)

    def step(state: tuple[Any, ...]) -> tuple[Any, ...]:
        result, accepted, key = state
        key, u_key, v_key = split(key, 3)
        u = uniform(u_key, p.shape, p.dtype) - 0.5
        v = uniform(v_key, p.shape, p.dtype)
        edge = 0.5 - wnp.abs(u)
        k = wnp.floor((2 * a / edge + b) * u + c)
        height = wnp.log(v * alpha / (a / (edge * edge) + b))
        bound = (
            (m + 0.5) * wnp.log((m + 1) / (odds * (n - m + 1)))
            + (n + 1) * wnp.log((n - m + 1) / (n - k + 1))
            + (k + 0.5) * wnp.log(odds * (n - k + 1) / (k + 1))
            + (_stirling_rest(m) + _stirling_rest(n - m) - _stirling_rest(k) - _stirling_rest(n - k))
        )
        rejected = (k < 0) | (k > n)
        good = ((edge >= 0.07) & (v <= v_r)) | (~rejected & (height <= bound))
        return wnp.where(good, k, result), accepted | good, key

    start = (lax.full_like(p, -1), lax.full_like(p, False, dtypes.bool_), key)
    return loop(lambda state: wnp.any(~state[1]), step, start, n)[0]


# What Stirling's formula leaves of log(k!) for k from 0 to 9.
_RESTS = [math.lgamma(k + 1) - ((k + 0.5) * math.log(k + 1) - (k + 1) + 0.5 * math.log(2 * math.pi)) for k in range(10)]


def _stirling_rest(k: Any) -> Any:
    """log(k!) less Stirling's formula at k + 1."""
    one = wnp.maximum(k, 0) + 1
    square = one * one
    series = (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / one
    index = convert(wnp.clip(k, 0, 9), dtypes.int32)
    known = wnp.take(in_trace_of(Array._wrap(np.array(_RESTS, k.dtype)), k), index)
    return wnp.where(k <= 9, known, series)


def multinomial(key: Any, n: Any, p: Any, *, shape: Any = None, dtype: Any = None, unroll: int | bool = 1) -> Any:
    """How often each of several outcomes comes in n trials, as floats.

    Args:
      key: a key.
      n: the number of trials, shape (...).
      p: the probabilities of the outcomes, shape (..., k).
      shape: of the result, by default that of `p`.
      dtype: of the result, float32 by default.
      unroll: taken for compatibility; it changes nothing in the results.

    Raises:
      ShapeError: a parameter does not broadcast to the shape, or p is a number.

    >>> from wengert import random
    >>> random.multinomial(random.key(0), 5, wnp.array([0.0, 1.0, 0.0]))
    Array([0., 5., 0.], dtype=float32)
    """
    key = spend("multinomial", key)
    n, p = promote("multinomial", (n, p), inexact=True)
    shape = p.shape if shape is None else _shape("multinomial", shape)
    if not shape or not p.ndim:
        raise errors.make(errors.ShapeError, "multinomial", "expected p of shape (..., k) but got shape ()")
    word = split(key)[0]
    n, p = broadcast(in_trace_of(n, word), shape[:-1]), broadcast(in_trace_of(p, word), shape)
    p = wnp.moveaxis(p, -1, 0)
    left = lax.cumsum(p, 0, reverse=True)
    shares = wnp.clip(p / wnp.where(left == 0, 1, left), 0, 1)
    keys = split(key, shape[-1])

    def draw(trials: Any, inputs: tuple[Any, Any]) -> tuple[Any, Any]:
        share, subkey = inputs
        count = binomial(subkey, trials, share, dtype=trials.dtype)
        return trials - count, count

    if is_eager(n, p):
        counts = []
        for i in range(shape[-1]):
            n, count = draw(n, (shares[i], keys[i]))
            counts.append(count)
        counted = wnp.stack(counts, -1) if counts else lax.full(shape, 0, p.dtype)
    else:
        counted = wnp.moveaxis(lax.scan(draw, n, (shares, keys))[1], 0, -1)
    return counted.astype(dtypes.canonical(float if dtype is None else dtype))
