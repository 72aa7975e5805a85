# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The functions of `scipy.special` that are integrals of elementary ones: of Fresnel, of sine and cosine, of Spence."""

from __future__ import annotations

import math
from typing import Any

from wengert import lax
from wengert import numpy as wnp
from wengert.lax._operands import convert
from wengert.scipy.counting import bernoulli_fractions
from wengert.scipy.error_functions import kind_of, reals, w_upper

__all__ = ["fresnel", "sici", "spence"]


def fresnel(x: Any) -> tuple[Any, Any]:
    """Fresnel's integrals of sin(pi t^2 / 2) and cos(pi t^2 / 2) from 0 to x.

    Args:
      x: real numbers; integers become the default float.

    Returns:
      (S, C), of the shape of x.

    Raises:
      DtypeError: x is complex.

    >>> fresnel(1.0)
    (Array(0.43825915, dtype=float32, weak_type=True), Array(0.7798934, dtype=float32, weak_type=True))
    """
    kind = kind_of("fresnel", x)
    (u,) = reals("fresnel", x)
    size = wnp.abs(u)
    is_near, is_end = size < 1.5, wnp.isinf(size)
    s, c = _fresnel_series(wnp.where(is_near, size, 0))
    far = wnp.where(is_near | is_end, 2, size)
    # erf of sqrt(pi) / 2 (1 - i) x, by w in the upper half-plane
    root = math.sqrt(math.pi) / 2
    w = w_upper(lax.complex(root * far, root * far), u.dtype.itemsize == 8)
    turns = wnp.fmod(far * far, 4.0) * (math.pi / 2)
    value = (0.5 + 0.5j) * (1 - lax.complex(wnp.cos(turns), wnp.sin(turns)) * w)
    out = []
    for near, beyond in ((s, wnp.imag(value)), (c, wnp.real(value))):
        whole = wnp.where(is_near, near, wnp.where(is_end, 0.5, beyond))
        out.append(convert(wnp.where(u < 0, -whole, whole), kind, u.weak_type))
    return out[0], out[1]


def _fresnel_series(x: Any) -> tuple[Any, Any]:
    """DLMF 7.6.4 and 7.6.6."""
    y = (math.pi / 2 * x * x) ** 2
    s, c = wnp.zeros_like(x), wnp.zeros_like(x)
    for n in range(16, -1, -1):
        s = s * -y + 1 / (math.factorial(2 * n + 1) * (4 * n + 3))
        c = c * -y + 1 / (math.factorial(2 * n) * (4 * n + 1))
    return math.pi / 2 * x**3 * s, x * c


def sici(x: Any) -> tuple[Any, Any]:
    """The integrals of sin(t) / t from 0 to x, and the cosine integral (of |x|).

    Args:
      x: real numbers; integers become the default float.

    Returns:
      (Si, Ci), of the shape of x.

    Raises:
      DtypeError: x is complex.

    >>> sici(1.0)
    (Array(0.9460831, dtype=float32, weak_type=True), Array(0.33740395, dtype=float32, weak_type=True))
    """
    kind = kind_of("sici", x)
    (u,) = reals("sici", x)
    size = wnp.abs(u)
    is_near, is_end = size <= 4, wnp.isinf(size)
    near, far = wnp.where(is_near, size, 1), wnp.where(is_near | is_end, 5, size)
    sine, cosine = wnp.zeros_like(near), wnp.zeros_like(near)
    square = near * near
    for n in range(20, 0, -1):  # DLMF 6.6.5 and 6.6.6
        sine = (sine + 1 / (2 * n + 1)) * -square / ((2 * n) * (2 * n + 1))
        cosine = (cosine + 1 / (2 * n)) * -square / ((2 * n) * (2 * n - 1))
    is_zero = near == 0
    si, ci = near * (1 + sine), 0.57721566490153286061 + wnp.log(wnp.where(is_zero, 1, near)) + cosine
    ci = wnp.where(is_zero, -wnp.inf, ci)
    # the exponential integral E_1(i x) by its continued fraction (DLMF 6.9.1), from its end
    z = lax.complex(wnp.zeros_like(far), far)
    value = wnp.zeros_like(z)
    for k in range(44 if u.dtype.itemsize == 8 else 20, 0, -1):
        value = k * k / (z + 1 + 2 * k - value)
    value = lax.complex(wnp.cos(far), -wnp.sin(far)) / (z + 1 - value)
    si = wnp.where(is_near, si, wnp.where(is_end, math.pi / 2, math.pi / 2 + wnp.imag(value)))
    ci = wnp.where(is_near, ci, wnp.where(is_end, 0, -wnp.real(value)))
    ci = wnp.where(u == -wnp.inf, wnp.nan, ci)
    return convert(wnp.where(u < 0, -si, si), kind, u.weak_type), convert(ci, kind, u.weak_type)


def spence(x: Any) -> Any:
    """Spence's function: the integral of log(t) / (1 - t) from 1 to x, the dilogarithm of 1 - x; nan below 0.

    Args:
      x: real numbers; integers become the default float.

    Raises:
      DtypeError: x is complex.

    >>> spence(0.0)
    Array(1.644934, dtype=float32, weak_type=True)
    """
    kind = kind_of("spence", x)
    (u,) = reals("spence", x)
    is_low, is_high = u < 0.5, u > 2
    high = wnp.where(is_high, u, 4)
    low = wnp.where(is_high, 1 / high, wnp.where(is_low & (u > 0), u, 0.25))
    middle = wnp.where(is_low | is_high, 1 - low, u)
    # with s = -log(x): s - s^2 / 4 + the sum of B_2k s^(2k+1) / (2k+1)!
    s = -wnp.log1p(wnp.where(wnp.isnan(u), 0, middle) - 1)
    square = s * s
    series = wnp.zeros_like(s)
    numbers = bernoulli_fractions(24)
    for k in range(12, 0, -1):
        series = series * square + float(numbers[2 * k] / math.factorial(2 * k + 1))
    value = s - square / 4 + s * square * series
    logarithm = wnp.log(high)
    below = math.pi**2 / 6 - wnp.log(low) * wnp.log1p(-low) - value  # at low by the value at 1 - low
    value = wnp.where(is_low, below, wnp.where(is_high, -0.5 * logarithm * logarithm - below, value))
    value = wnp.where(u == 0, math.pi**2 / 6, wnp.where((u < 0) | wnp.isnan(u), wnp.nan, value))
    return convert(value, kind, u.weak_type)
