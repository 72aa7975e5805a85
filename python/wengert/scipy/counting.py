# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions of `scipy.special` about numbers of things: binomials and the numbers of Bernoulli."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert import numpy as wnp
from wengert.lax._operands import convert
from wengert.scipy.error_functions import kind_of, reals

__all__ = ["bernoulli", "bernoulli_fractions", "comb", "order_of"]


def bernoulli_fractions(n: int) -> list[Fraction]:
    """The numbers of Bernoulli from B_0 to B_n."""
    numbers = [Fraction(1)]
    for m in range(1, n + 1):
        numbers.append(-sum((math.comb(m + 1, k) * b for k, b in enumerate(numbers)), Fraction(0)) / (m + 1))
    return numbers


def order_of(function: str, n: Any) -> int:
    """n, which must be an int from 0 on."""
    if not isinstance(n, int) or n < 0:
        raise errors.make(errors.ShapeError, function, f"expected an int from 0 on as order but got {n!r}")
    return n


def bernoulli(n: int) -> Any:
    """Bernoulli's numbers from B_0 to B_n, with B_1 = -1/2.

    Raises:
      ShapeError: n is no int from 0 on.

    >>> bernoulli(2)
    Array([ 1.        , -0.5       ,  0.16666667], dtype=float32)
    """
    values = []
    for b in bernoulli_fractions(order_of("bernoulli", n)):
        try:
            values.append(float(b))
        except OverflowError:
            values.append(math.copysign(math.inf, b))
    with np.errstate(over="ignore"):
        return wnp.array(np.array(values).astype(dtypes.default_float()))


def comb(N: Any, k: Any, *, repetition: bool = False) -> Any:
    """The number of ways to choose k of N things; 0 for k < 0, N < 0 or k > N.

    Args:
      N, k: real numbers whose shapes broadcast.
      repetition: whether a thing may be chosen more than once.

    Raises:
      DtypeError: an operand is complex.

    >>> comb(5, 2).round(3)
    Array(10., dtype=float32, weak_type=True)
    """
    kind = kind_of("comb", N, k)
    n, m = reals("comb", N, k)
    weak = n.weak_type and m.weak_type
    if repetition:
        none = (n == 0) & (m == 0)
        n = wnp.where(none, 0, n + m - 1)
    possible = (m <= n) & (n >= 0) & (m >= 0)
    n, m = wnp.where(possible, n, 1), wnp.where(possible, m, 0)
    logarithm = lax.lgamma(n + 1) - lax.lgamma(m + 1) - lax.lgamma(n - m + 1)
    return convert(wnp.where(possible, wnp.exp(logarithm), 0), kind, weak)
