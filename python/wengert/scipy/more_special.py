# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""More functions of `scipy.special`, each a series, a recurrence or a continued fraction of its own."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert import numpy as wnp
from wengert.lax._operands import as_array, broadcast_all, convert, promote
from wengert.scipy.error_functions import kind_of, reals

__all__ = [
    "bernoulli", "bessel_jn", "boxcox", "boxcox1p", "comb", "loggamma", "sici", "spence", "sph_harm_y",
]  # fmt: skip


def _bernoulli(n: int) -> list[Fraction]:
    numbers = [Fraction(1)]
    for m in range(1, n + 1):
        numbers.append(-sum((math.comb(m + 1, k) * b for k, b in enumerate(numbers)), Fraction(0)) / (m + 1))
    return numbers


def _order(function: str, n: Any) -> int:
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
    for b in _bernoulli(_order("bernoulli", n)):
        try:
            values.append(float(b))
        except OverflowError:
            values.append(math.copysign(math.inf, b))
    with np.errstate(over="ignore"):
        return wnp.array(np.array(values).astype(dtypes.default_float()))


def bessel_jn(z: Any, *, v: int, n_iter: int = 50) -> Any:
    """Bessel's functions of the first kind of orders 0 to v.

    Args:
      z: real numbers; integers become the default float.
      v: the greatest order.
      n_iter: orders beyond v at which the recurrence begins; it must exceed |z| by some tens.

    Returns:
      Of shape (v + 1,) + the shape of z.

    Raises:
      ShapeError: v or n_iter is no int from 0 on.
      DtypeError: z is complex.

    >>> bessel_jn(1.0, v=1)
    Array([0.7651977 , 0.44005057], dtype=float32, weak_type=True)
    """
    v, n_iter = _order("bessel_jn", v), _order("bessel_jn", n_iter)
    kind = kind_of("bessel_jn", z)
    (x,) = reals("bessel_jn", z)
    # ratios J_k / J_(k-1) from the end, which neither overflow nor lose digits; then 1 = J_0 + 2 J_2 + 2 J_4 + ...
    ratios: list[Any] = []
    ratio = wnp.zeros_like(x)
    tiny = float(dtypes.finfo(x.dtype).tiny)
    for k in range(v + n_iter, 0, -1):
        below = 2 * k - x * ratio
        ratio = x / wnp.where(wnp.abs(below) < tiny, tiny, below)
        ratios.append(ratio)
    ratios.reverse()
    total = wnp.zeros_like(x)
    for k in range(len(ratios) // 2 * 2, 0, -2):
        total = ratios[k - 2] * ratios[k - 1] * (1 + total)
    values = [1 / (1 + 2 * total)]
    for k in range(v):
        values.append(values[-1] * ratios[k])
    return convert(wnp.stack(values), kind, x.weak_type)


def _relative(u: Any) -> Any:
    """(exp(u) - 1) / u, with its derivatives at 0."""
    is_near = wnp.abs(u) < 0.3
    near, far = wnp.where(is_near, u, 0), wnp.where(is_near, 1, u)
    series = wnp.ones_like(near)
    for k in range(14, 1, -1):
        series = 1 + near / k * series
    return wnp.where(is_near, series, wnp.expm1(far) / far)


def _box_cox(function: str, x: Any, lmbda: Any, logarithm: Any) -> Any:
    kind = kind_of(function, x, lmbda)
    y, exponent = reals(function, x, lmbda)
    size = logarithm(y)
    is_end = wnp.isinf(size)
    inside = wnp.where(is_end, 0, size)
    power = wnp.where(exponent == 0, 1, exponent)
    end = wnp.where(size * wnp.sign(exponent) < 0, -1 / power, size)
    value = wnp.where(is_end, end, inside * _relative(exponent * inside))
    return convert(value, kind, y.weak_type and exponent.weak_type)


def boxcox(x: Any, lmbda: Any) -> Any:
    """(x^lmbda - 1) / lmbda; log(x) for lmbda = 0.

    Args:
      x, lmbda: real numbers whose shapes broadcast; nan for negative x.

    Raises:
      DtypeError: an operand is complex.

    >>> boxcox(4.0, 0.5)
    Array(2., dtype=float32, weak_type=True)
    """
    return _box_cox("boxcox", x, lmbda, wnp.log)


def boxcox1p(x: Any, lmbda: Any) -> Any:
    """((1 + x)^lmbda - 1) / lmbda; log(1 + x) for lmbda = 0.

    Args:
      x, lmbda: real numbers whose shapes broadcast; nan for x < -1.

    Raises:
      DtypeError: an operand is complex.

    >>> boxcox1p(3.0, 0.5)
    Array(2., dtype=float32, weak_type=True)
    """
    return _box_cox("boxcox1p", x, lmbda, wnp.log1p)


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
    y, numbers = 1 / x, _bernoulli(14)
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
    numbers = _bernoulli(18)
    for k in range(9, 0, -1):
        series = series * square + float(numbers[2 * k]) / (2 * k * (2 * k - 1))
    return (y - 0.5) * wnp.log(y) - y + 0.5 * math.log(2 * math.pi) + series / y - back


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
    numbers = _bernoulli(24)
    for k in range(12, 0, -1):
        series = series * square + float(numbers[2 * k] / math.factorial(2 * k + 1))
    value = s - square / 4 + s * square * series
    logarithm = wnp.log(high)
    below = math.pi**2 / 6 - wnp.log(low) * wnp.log1p(-low) - value  # at low by the value at 1 - low
    value = wnp.where(is_low, below, wnp.where(is_high, -0.5 * logarithm * logarithm - below, value))
    value = wnp.where(u == 0, math.pi**2 / 6, wnp.where((u < 0) | wnp.isnan(u), wnp.nan, value))
    return convert(value, kind, u.weak_type)


def sph_harm_y(n: Any, m: Any, theta: Any, phi: Any, diff_n: int | None = None, n_max: int | None = None) -> Any:
    """Spherical harmonics of degree n and order m, with the phase of Condon and Shortley.

    Args:
      n, m: integers; 0 for |m| > n.
      theta: the polar angle, from 0 to pi.
      phi: the azimuth.
      diff_n: must be None: differentiate with `grad`.
      n_max: the greatest degree; needed if n is traced.

    Returns:
      Complex numbers of the shape that the four broadcast to.

    Raises:
      DtypeError: n or m is no integer.
      ConcretizationError: n is traced and there is no n_max.

    >>> sph_harm_y(0, 0, 1.0, 1.0)
    Array(0.2820948+0.j, dtype=complex64)
    """
    from wengert.numpy.counting import concrete

    if diff_n is not None:
        raise errors.make(
            errors.UnsupportedTypeError, "sph_harm_y", f"expected diff_n=None but got {diff_n!r}",
            remedy="differentiate with grad or jacfwd",
        )  # fmt: skip
    degree, order = as_array("sph_harm_y", n), as_array("sph_harm_y", m)
    for i in (degree, order):
        if not dtypes.is_integer(i.dtype):
            raise errors.make(errors.DtypeError, "sph_harm_y", f"expected integers n and m but got {i.dtype}")
    if n_max is None:
        values = concrete("sph_harm_y", degree, ", or the argument n_max,")
        n_max = int(values.max()) if values.size else 0
    polar, azimuth = reals("sph_harm_y", theta, phi)
    degree, order, polar, azimuth = broadcast_all("sph_harm_y", (degree, order, polar, azimuth))
    which = wnp.abs(order)
    x, sine = wnp.cos(polar), wnp.sin(polar)
    sine = wnp.where(sine < 0, -sine, sine)  # not abs: its derivative at the poles is 0
    out = wnp.zeros_like(x)
    start = wnp.full_like(x, math.sqrt(1 / (4 * math.pi)))  # the Legendre function of degree and order k, normalised
    for k in range(n_max + 1):
        if k:
            start = start * sine * -math.sqrt((2 * k + 1) / (2 * k))
        before, value = wnp.zeros_like(x), start
        for d in range(k, n_max + 1):
            if d > k:
                a = math.sqrt((4 * d * d - 1) / (d * d - k * k))
                b = math.sqrt(((d - 1) ** 2 - k * k) / (4 * (d - 1) ** 2 - 1))
                before, value = value, a * (x * value - b * before)
            out = wnp.where((degree == d) & (which == k), value, out)
    out = wnp.where((order < 0) & (wnp.remainder(which, 2) == 1), -out, out)
    angle = convert(order, azimuth.dtype) * azimuth
    return lax.complex(out * wnp.cos(angle), out * wnp.sin(angle))
