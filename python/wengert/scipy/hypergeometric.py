# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Hypergeometric functions, by their power series and the transformations that make its argument small."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from wengert import dtypes, lax
from wengert import numpy as wnp
from wengert.lax._operands import convert
from wengert.scipy.error_functions import kind_of, reals

__all__ = ["hyp1f1", "hyp2f1"]


def _series(ratio: Callable[[Any], Any], like: Any, limit: int) -> Any:
    """1 + r_0 + r_0 r_1 + ... until the terms no longer count, at most `limit` of them."""
    from wengert.control.loops import while_loop

    eps = float(dtypes.finfo(like.dtype).eps)

    def goes_on(state: Any) -> Any:
        return wnp.logical_and(state[0] < limit, wnp.any(state[3]))

    def step(state: Any) -> Any:
        k, term, total, _ = state
        factor = ratio(convert(k, like.dtype))
        term = term * factor
        total = total + term
        # small terms count on while they still grow, e.g. from a zero of a factor on the way
        slow = (wnp.abs(term) > eps / 16 * wnp.abs(total)) | (wnp.abs(factor) >= 1) & (term != 0)
        return k + 1, term, total, slow

    start = wnp.ones_like(like)
    return while_loop(goes_on, step, (wnp.zeros((), wnp.int32), start, start, start > 0))[2]


def _gamma_quotient(top: list[Any], bottom: list[Any]) -> Any:
    """The product of the gammas of `top` over that of `bottom`, 0 where one of `bottom` has a pole."""
    logarithm: Any = 0
    sign: Any = 1
    for x, s in [(x, 1) for x in top] + [(x, -1) for x in bottom]:
        logarithm = logarithm + s * lax.lgamma(x)
        sign = sign * wnp.where((x < 0) & (wnp.remainder(wnp.floor(x), 2) == 1), -1.0, 1.0)
    zero: Any = False
    for x in bottom:
        zero = wnp.logical_or(zero, (x <= 0) & (x == wnp.floor(x)))
    return wnp.where(zero, 0, sign * wnp.exp(wnp.where(zero, 0, logarithm)))


def hyp1f1(a: Any, b: Any, x: Any) -> Any:
    """Kummer's confluent hypergeometric function M(a, b, x).

    Precise for moderate parameters (up to about 20); for x < 0 by Kummer's transformation, which keeps the terms of one
    sign where b > a > 0.

    Args:
      a, b, x: real numbers whose shapes broadcast; b is not 0, -1, -2, ... .

    Raises:
      DtypeError: an operand is complex.

    >>> hyp1f1(1.0, 2.0, 1.0)
    Array(1.7182817, dtype=float32, weak_type=True)
    """
    kind = kind_of("hyp1f1", a, b, x)
    a, b, x = reals("hyp1f1", a, b, x)
    weak = a.weak_type and b.weak_type and x.weak_type
    turns = x < 0
    first, size = wnp.where(turns, b - a, a), wnp.abs(x)
    is_polynomial = (first <= 0) & (first == wnp.floor(first))
    is_far = (size > 50) & wnp.logical_not(is_polynomial)
    near, far = wnp.where(is_far, 1, size), wnp.where(is_far, size, 60)
    value = _series(lambda k: (first + k) / (b + k) * near / (k + 1), near, 400)
    # DLMF 13.7.1, up to its smallest term
    total = term = wnp.ones_like(far)
    for k in range(25):
        step = (b - first + k) * (1 - first + k) / ((k + 1) * far)
        term = wnp.where(wnp.abs(step) < 1, term * step, 0)
        total = total + term
    grown = wnp.exp(wnp.where(turns, 0, far)) * far ** (first - b) * _gamma_quotient([b], [first]) * total
    small = wnp.exp(wnp.where(turns, -near, 0)) * value
    value = wnp.where(is_far, grown, small)
    return convert(value, kind, weak)


def hyp2f1(a: Any, b: Any, c: Any, x: Any) -> Any:
    """Gauss's hypergeometric function for x <= 1; for any x where it is a polynomial (a or b is 0, -1, -2, ...).

    The power series converges slowly near 1: from 0.9 on it is taken at 1 - x (DLMF 15.8.4) unless c - a - b is close
    to an integer, where up to 5000 terms are summed: few digits remain from 0.999 on. Below 0 by Pfaff's
    transformation. Precise for moderate parameters.

    Args:
      a, b, c, x: real numbers whose shapes broadcast; c is not 0, -1, -2, ... .

    Returns:
      inf for other x > 1, and where the series at x = 1 diverges.

    Raises:
      DtypeError: an operand is complex.

    >>> hyp2f1(1.0, 1.0, 2.0, 0.5)
    Array(1.3862944, dtype=float32, weak_type=True)
    """
    kind = kind_of("hyp2f1", a, b, c, x)
    a, b, c, x = reals("hyp2f1", a, b, c, x)
    weak = all(v.weak_type for v in (a, b, c, x))
    is_polynomial = ((a <= 0) & (a == wnp.floor(a))) | ((b <= 0) & (b == wnp.floor(b)))
    turns, ends = x < 0, (x >= 1) & wnp.logical_not(is_polynomial)
    inside = wnp.where(ends, 0.5, x)
    y = wnp.where(turns, inside / (inside - 1), inside)
    second = wnp.where(turns, c - b, b)
    excess = c - a - second
    is_plain = wnp.abs(excess - wnp.rint(excess)) < 0.05
    mirrors = (y > 0.9) & (y < 1) & wnp.logical_not(is_plain)
    direct = _hyp2f1_series(a, second, c, wnp.where(mirrors, 0.5, y))
    rest = wnp.where(mirrors, 1 - y, 0.25)
    safe = wnp.where(is_plain, 0.5, excess)  # a value at which the gamma functions below are finite
    third = wnp.where(is_plain, a + second + 0.5, c)
    one = _gamma_quotient([third, safe], [third - a, third - second]) * _hyp2f1_series(a, second, 1 - safe, rest)
    two = _gamma_quotient([third, -safe], [a, second]) * rest**safe
    two = two * _hyp2f1_series(third - a, third - second, 1 + safe, rest)
    value = wnp.where(mirrors, one + two, direct)
    value = value * wnp.where(turns, (1 - wnp.where(turns, inside, 0)) ** -a, 1)
    converges = (c - a - b > 0) & (x == 1)
    limit = wnp.where(converges, c - a - b, 1)
    total = _gamma_quotient([c, limit], [wnp.where(converges, c - a, 1), wnp.where(converges, c - b, 1)])
    value = wnp.where(ends, wnp.where(converges, total, math.inf), value)
    return convert(wnp.where(wnp.isnan(a + b + c + x), math.nan, value), kind, weak)


def _hyp2f1_series(a: Any, b: Any, c: Any, x: Any) -> Any:
    return _series(lambda k: (a + k) * (b + k) / (c + k) * x / (k + 1), x, 5000)
