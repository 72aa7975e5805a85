# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The complex error function and its relatives: wofz, erfcx, Dawson's integral, Owen's T."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from wengert import dtypes, lax
from wengert import numpy as wnp
from wengert.lax._operands import as_array, broadcast_all, convert, promote, refuse_complex

__all__ = ["dawsn", "erfcx", "kind_of", "owens_t", "reals", "w_upper", "wofz"]


def reals(function: str, *xs: Any) -> list[Any]:
    """The operands as arrays of one real floating type, 32 bits or more, and one shape.

    Raises:
      DtypeError: one is complex.
    """
    arrays = promote(function, [as_array(function, x) for x in xs], inexact=True)
    refuse_complex(function, *arrays)
    return broadcast_all(function, [convert(x, dtypes.float32) if x.dtype.itemsize < 4 else x for x in arrays])


def kind_of(function: str, *xs: Any) -> Any:
    """The floating type of the result."""
    return dtypes.to_inexact(dtypes.result_type(*(as_array(function, x) for x in xs)))


@functools.cache
def _weideman(n: int) -> tuple[float, tuple[float, ...]]:
    """The scale and the coefficients of a rational function for w(z) in the upper half-plane.

    J. A. C. Weideman, Computation of the complex error function, SIAM J. Numer. Anal. 31 (1994): the Fourier series of
    exp(-t^2) (scale^2 + t^2), t = scale tan(angle / 2), in powers of a map of the half-plane to the disc.
    """
    m = 2 * n
    scale = math.sqrt(n / math.sqrt(2))
    angles = np.arange(-m + 1, m) * np.pi / m
    t = scale * np.tan(angles / 2)
    values = np.append(0.0, np.exp(-t * t) * (scale * scale + t * t))
    series = np.real(np.fft.fft(np.fft.fftshift(values))) / (2 * m)
    return scale, tuple(series[1 : n + 1][::-1].tolist())


def w_upper(z: Any, is_wide: bool) -> Any:
    """w(z) where the imaginary part of z is not negative, to 2e-14 (1e-7 for single precision)."""
    scale, coefficients = _weideman(40 if is_wide else 20)
    below = scale - 1j * z
    ratio = (scale + 1j * z) / below
    total = wnp.zeros_like(z)
    for c in coefficients:
        total = total * ratio + c
    return (2 * total / below + 1 / math.sqrt(math.pi)) / below


def wofz(z: Any) -> Any:
    """Faddeeva's function w(z) = exp(-z^2) erfc(-i z), of relative error 3e-14 in double precision above the real axis.

    Args:
      z: complex numbers; real ones become complex.

    Returns:
      A complex array of the shape of z.

    >>> wofz(0.0)
    Array(1.+0.j, dtype=complex64, weak_type=True)
    """
    x = promote("wofz", (as_array("wofz", z), 0j))[0]
    weak, kind = x.weak_type, x.dtype
    lies_below = wnp.imag(x) < 0
    upper = w_upper(wnp.where(lies_below, -x, x), kind.itemsize > 8)
    low = wnp.where(lies_below, x, 0)
    return convert(wnp.where(lies_below, 2 * wnp.exp(-low * low) - upper, upper), kind, weak)


def erfcx(x: Any) -> Any:
    """exp(x^2) erfc(x), which does not underflow for large x.

    Args:
      x: real or complex numbers; integers become the default float.

    >>> erfcx(100.0)
    Array(0.00564161, dtype=float32, weak_type=True)
    """
    kind = kind_of("erfcx", x)
    if kind.kind == "c":
        return wofz(1j * as_array("erfcx", x))
    (u,) = reals("erfcx", x)
    # on the imaginary axis everything in `_upper` is real
    scale, coefficients = _weideman(40 if u.dtype.itemsize == 8 else 20)
    size = wnp.minimum(wnp.abs(u), float(dtypes.finfo(u.dtype).max) / 16)
    ratio = (scale - size) / (scale + size)
    total = wnp.zeros_like(size)
    for c in coefficients:
        total = total * ratio + c
    value = (2 * total / (scale + size) + 1 / math.sqrt(math.pi)) / (scale + size)
    negative = wnp.where(u < 0, u, 0)
    value = wnp.where(u < 0, 2 * wnp.exp(negative * negative) - value, value)
    return convert(wnp.where(wnp.isnan(u), u, value), kind, u.weak_type)


def dawsn(x: Any) -> Any:
    """Dawson's integral: exp(-x^2) times the integral of exp(t^2) from 0 to x.

    Args:
      x: real numbers; integers become the default float.

    Raises:
      DtypeError: x is complex.

    >>> dawsn(1.0)
    Array(0.5380795, dtype=float32, weak_type=True)
    """
    kind = kind_of("dawsn", x)
    (u,) = reals("dawsn", x)
    is_near = wnp.abs(u) < 0.6
    near, far = wnp.where(is_near, u, 0), wnp.where(is_near, 1, u)
    series = wnp.ones_like(near)
    for k in range(16, 0, -1):  # x (1 - 2 x^2 / 3 (1 - 2 x^2 / 5 (...)))
        series = 1 - 2 * near * near / (2 * k + 1) * series
    w = w_upper(lax.complex(far, wnp.zeros_like(far)), u.dtype.itemsize == 8)
    value = wnp.where(is_near, near * series, math.sqrt(math.pi) / 2 * wnp.imag(w))
    return convert(wnp.where(wnp.isinf(u), 0, value), kind, u.weak_type)


def owens_t(h: Any, a: Any) -> Any:
    """Owen's T function: the probability that X > h and 0 < Y < a X for independent standard normal X and Y.

    Args:
      h, a: real numbers whose shapes broadcast; integers become the default float.

    Raises:
      DtypeError: an operand is complex.

    >>> owens_t(0.5, 1.0)
    Array(0.10667197, dtype=float32, weak_type=True)
    """
    kind = kind_of("owens_t", h, a)
    x, slope = reals("owens_t", h, a)
    x_, size = wnp.abs(x), wnp.abs(slope)
    is_steep = size > 1
    steep = wnp.where(is_steep, wnp.minimum(size, float(dtypes.finfo(x.dtype).max)), 2)
    turned = wnp.where(x_ == 0, 0, wnp.where(x_ == 0, 1, x_) * steep)
    plain = _owens_integral(wnp.where(is_steep, turned, x_), wnp.where(is_steep, 1 / steep, size))
    q = lambda t: 0.5 * lax.erfc(t * math.sqrt(0.5))
    first, second = q(x_), q(wnp.where(is_steep, turned, x_))
    value = wnp.where(is_steep, 0.5 * (first + second) - first * second - plain, plain)
    value = wnp.where(slope < 0, -value, value)
    return convert(wnp.where(wnp.isnan(x) | wnp.isnan(slope), wnp.nan, value), kind, x.weak_type and slope.weak_type)


def _owens_integral(h: Any, a: Any) -> Any:
    """The integral of exp(-h^2 (1 + t^2) / 2) / (1 + t^2) / (2 pi) from 0 to a <= 1, by Gauss and Legendre."""
    nodes, weights = np.polynomial.legendre.leggauss(32)
    end = wnp.minimum(a, 10 / wnp.maximum(h, 1e-3))  # beyond, nothing is left
    square = -0.5 * h * h
    total = wnp.zeros_like(h)
    for node, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
        t = end * float(node)
        total = total + float(weight) * wnp.exp(square * (1 + t * t)) / (1 + t * t)
    return total * end / (2 * math.pi)
