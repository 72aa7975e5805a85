# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The logarithm of the gamma function of complex numbers."""

from __future__ import annotations

import math
from typing import Any

from wengert import lax
from wengert import numpy as wnp
from wengert.lax._operands import as_array, convert, promote
from wengert.scipy.counting import bernoulli_fractions
from wengert.scipy.error_functions import reals

__all__ = ["loggamma", "stirling_rest"]


def loggamma(x: Any) -> Any:
    """The principal branch of the logarithm of the gamma function; of real numbers gammaln, nan below 0.

    Args:
      x: real or complex numbers.

    >>> loggamma(5.0)
    Array(3.1780539, dtype=float32, weak_type=True)
    """
    z = promote("loggamma", (as_array("loggamma", x),), inexact=True)[0]
    if z.dtype.kind != "c":
        kind = z.dtype
        (u,) = reals("loggamma", z)
        return convert(wnp.where(u < 0, wnp.nan, lax.lgamma(wnp.where(u < 0, 1, u))), kind, z.weak_type)
    reflects = (wnp.real(z) < 0.1) & (wnp.abs(wnp.imag(z)) <= 7)
    value = _loggamma_right(wnp.where(reflects, 1 - z, z))
    # log(sin(pi z)) has the cuts of the sine; those of loggamma are straightened by multiples of 2 pi i
    inside = wnp.where(reflects, z, 0.5)
    turns = wnp.floor(0.5 * wnp.real(inside) + 0.25)
    turns = wnp.copysign(2 * math.pi * wnp.ones_like(turns), wnp.imag(inside)) * turns
    sine = _sine(inside)
    is_pole = sine == 0
    mirrored = lax.complex(wnp.full_like(turns, math.log(math.pi)), turns) - wnp.log(wnp.where(is_pole, 1, sine))
    value = wnp.where(reflects, mirrored - value, value)
    return convert(wnp.where(reflects & is_pole, complex(math.inf, 0), value), z.dtype, z.weak_type)


def stirling_rest(x: Any) -> Any:
    """log(gamma(x)) - ((x - 1/2) log(x) - x + log(2 pi) / 2) for x >= 8."""
    y, numbers = 1 / x, bernoulli_fractions(14)
    square, total = y * y, wnp.zeros_like(x)
    for k in range(7, 0, -1):
        total = total * square + float(numbers[2 * k]) / (2 * k * (2 * k - 1))
    return total * y


def _sine(z: Any) -> Any:
    """sin(pi z), with the real part reduced first."""
    a, b = wnp.real(z), math.pi * wnp.imag(z)
    nearest = wnp.rint(a)
    rest = math.pi * (a - nearest)
    sign = wnp.where(wnp.remainder(nearest, 2) == 0, 1.0, -1.0)
    sign = convert(sign, rest.dtype)
    return lax.complex(sign * wnp.sin(rest) * wnp.cosh(b), sign * wnp.cos(rest) * wnp.sinh(b))


def _loggamma_right(z: Any) -> Any:
    """Stirling's series (DLMF 5.11.1) at z + 8, and back by the recurrence; not near the negative real axis."""
    shift = 8
    back = wnp.zeros_like(z)
    for k in range(shift):
        back = back + wnp.log(z + k)
    y = z + shift
    square = 1 / (y * y)
    series = wnp.zeros_like(y)
    numbers = bernoulli_fractions(18)
    for k in range(9, 0, -1):
        series = series * square + float(numbers[2 * k]) / (2 * k * (2 * k - 1))
    return (y - 0.5) * wnp.log(y) - y + 0.5 * math.log(2 * math.pi) + series / y - back
