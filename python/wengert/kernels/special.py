# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""NumPy kernels: special functions, in float64 and rounded once, SciPy's where it has them.

The derivatives in a parameter, which it lacks, follow DLMF's formulas (https://dlmf.nist.gov) over Taylor series.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from wengert.kernels.common import quiet, widened
from wengert.kernels.series import Series, counting

# Loops end when their terms no longer count; this ends those that never get there.
_MOST_TERMS = 20000


def _double(fun: Callable[..., Any], *operands: np.ndarray) -> np.ndarray:
    """`fun` of the operands in float64, rounded to the type of the last one."""
    with quiet():
        return np.asarray(fun(*(x.astype(np.float64) for x in operands))).astype(operands[-1].dtype)


def _scipy(name: str, *operands: np.ndarray) -> np.ndarray:
    import scipy.special

    return _double(getattr(scipy.special, name), *operands)


def erfc(x: np.ndarray) -> np.ndarray:
    """1 - erf(x)."""
    return _scipy("erfc", x)


def erf_inv(x: np.ndarray) -> np.ndarray:
    """The inverse of erf."""
    return _scipy("erfinv", x)


# Coefficients of M. Giles, "Approximating the erfinv function" (2010), single precision, central part and tails.
_ERF_INV_CENTRE = (
    2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
    -0.00125372503, -0.00417768164, 0.246640727, 1.50140941,
)  # fmt: skip
_ERF_INV_TAIL = (
    -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773,
    -0.0076224613, 0.00943887047, 1.00167406, 2.83297682,
)  # fmt: skip
_ERF_INV = [(float(np.float32(a)), float(np.float32(b))) for a, b in zip(_ERF_INV_CENTRE, _ERF_INV_TAIL, strict=True)]


def _erf_inv_float32(x: np.ndarray) -> np.ndarray:
    """Each multiply-add is exact in float64 and then rounded once, as compiled code does with fused instructions."""

    def rounded(v: np.ndarray) -> np.ndarray:
        return v.astype(np.float32).astype(np.float64)

    with quiet():
        w = -rounded(np.log1p((x * -x).astype(np.float64)))
        centre = w < 5
        w = rounded(np.where(centre, w - 2.5, rounded(np.sqrt(w)) - 3))
        p = np.where(centre, *_ERF_INV[0])
        for a, b in _ERF_INV[1:]:
            p = rounded(np.where(centre, a, b) + p * w)
        return np.where(np.abs(x) == 1, x * np.float32(np.inf), p.astype(np.float32) * x)


def erf_inv_fast(x: np.ndarray) -> np.ndarray:
    """The inverse error function: Giles's polynomial in float32, SciPy's in float64."""
    return erf_inv(x) if x.dtype == np.float64 else widened(_erf_inv_float32, x)


def bessel_i0e(x: np.ndarray) -> np.ndarray:
    """exp(-|x|) I0(x)."""
    return _scipy("i0e", x)


def bessel_i1e(x: np.ndarray) -> np.ndarray:
    """exp(-|x|) I1(x)."""
    return _scipy("i1e", x)


def lgamma(x: np.ndarray) -> np.ndarray:
    """log |gamma(x)|, which is inf at -inf as in C and JAX; SciPy has -inf."""
    import scipy.special

    return _double(lambda v: np.where(v == -np.inf, np.inf, scipy.special.gammaln(v)), x)


def digamma(x: np.ndarray) -> np.ndarray:
    """The derivative of lgamma."""
    return _scipy("digamma", x)


def polygamma(n: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The derivative of order n of digamma, nan for negative n."""
    import scipy.special

    return _double(lambda n, v: np.where(n < 0, np.nan, scipy.special.polygamma(np.maximum(n, 0), v)), n, x)


def zeta(x: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Hurwitz's zeta function; where SciPy has inf for a nan and nan for large x, the nan and the limit 0."""
    import scipy.special

    def compute(x: np.ndarray, q: np.ndarray) -> np.ndarray:
        value = scipy.special.zeta(x, q)
        value = np.where(np.isnan(value) & (x > 1) & (q > 1), 0, value)
        return np.where(np.isnan(x) | ((x == np.inf) & (q <= 0) & (np.floor(q) != q)), np.nan, value)

    return _double(compute, x, q)


def igamma(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The regularised lower incomplete gamma function."""
    return _scipy("gammainc", a, x)


def igammac(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The regularised upper incomplete gamma function."""
    return _scipy("gammaincc", a, x)


def betainc(a: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The regularised incomplete beta function."""
    return _scipy("betainc", a, b, x)


# Densities.

# B_2k / (2k (2k - 1)), lowest first: the Stirling series 5.11.1
_STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400)


def _stirling_remainder(a: np.ndarray) -> np.ndarray:
    """log(gamma(a)) - (a - 1/2) log(a) + a - log(2 pi) / 2."""
    import scipy.special

    direct = scipy.special.gammaln(a) - (a - 0.5) * np.log(a) + a - 0.5 * math.log(2 * math.pi)
    u = 1 / np.where(a < 10, 10.0, a)
    return np.where(a < 10, direct, u * np.polyval(_STIRLING[::-1], u * u))


def _log1p_minus(u: np.ndarray, shifted: np.ndarray) -> np.ndarray:
    """log(1 + u) - u, with 1 + u given: for small u by u = 2 s / (1 - s), whose logarithm is 2 atanh(s)."""
    s = np.where(np.abs(u) < 0.1, u / (2 + u), 0)
    series = s**3 * np.polyval([2 / k for k in range(15, 2, -2)], s * s)
    return np.where(np.abs(u) < 0.1, series - u * s, np.log(shifted) - u)


def gamma_density(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    """x^(a-1) e^-x / gamma(a)."""

    def compute(a: np.ndarray, x: np.ndarray) -> np.ndarray:
        inside = (a > 0) & (a < np.inf) & (x > 0) & (x < np.inf)
        p, t = np.where(inside, a, 1.0), np.where(inside, x, 1.0)
        value = np.sqrt(p / (2 * np.pi)) * np.exp(p * _log1p_minus((t - p) / p, t / p) - _stirling_remainder(p)) / t
        edge = np.where((a > 0) & (x >= 0), np.where((x == 0) & (a == 1), 1.0, 0.0), np.nan)
        return np.where(inside, value, edge)

    return _double(compute, a, x)


def beta_density(a: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    """x^(a-1) (1-x)^(b-1) / B(a, b)."""

    def compute(a: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
        given = (a > 0) & (a < np.inf) & (b > 0) & (b < np.inf)
        inside = given & (x > 0) & (x < 1)
        p, q, t = np.where(inside, a, 1.0), np.where(inside, b, 1.0), np.where(inside, x, 0.5)
        delta = t * q - (1 - t) * p
        rest = _stirling_remainder(p + q) - _stirling_remainder(p) - _stirling_remainder(q)
        value = np.sqrt(p / (2 * np.pi) * (q / (p + q))) / t / (1 - t)
        logarithms = _log1p_minus(delta / p, t * ((p + q) / p)), _log1p_minus(-delta / q, (1 - t) * ((p + q) / q))
        value = value * np.exp(p * logarithms[0] + q * logarithms[1] + rest)
        edge = np.where((x == 0) & (a == 1), b, np.where((x == 1) & (b == 1), a, 0.0))
        return np.where(inside, value, np.where(given & ((x == 0) | (x == 1)), edge, np.nan))

    return _double(compute, a, b, x)


# Derivatives in parameters.


def _lgamma_taylor(n: int, a: np.ndarray) -> np.ndarray:
    """The derivative of order n of lgamma, divided by n!."""
    import scipy.special

    return scipy.special.polygamma(n - 1, a) / math.factorial(n)


def zeta_partial(x: np.ndarray, q: np.ndarray, order: int) -> np.ndarray:
    """The derivative of zeta in x, by Euler and Maclaurin's formula over series in x."""
    import scipy.special

    def power(a: np.ndarray, x: np.ndarray) -> Series:
        return Series([[a**-x * (-np.log(a)) ** k / math.factorial(k)] for k in range(order + 1)])

    def compute(x: np.ndarray, q: np.ndarray) -> np.ndarray:
        inside = (x > 1) & (x < np.inf) & (q > 0) & (q < np.inf)
        s0, a = np.where(inside, x, 2.0), np.where(inside, q, 1.0)
        s = Series.variable(s0, (order, 0), 0)
        total = s.constant(0.0 * a)
        for _ in range(10):
            total, a = total + power(a, s0), a + 1
        rest, factor = s.constant(a) / (s + -1.0) + 0.5, s * (1 / a)
        for j in range(1, 13):
            rest = rest + factor * (scipy.special.bernoulli(2 * j)[-1] / math.factorial(2 * j))
            factor = factor * (s + (2 * j - 1)) * (s + 2 * j) * (1 / a**2)
        value = (total + power(a, s0) * rest).last * math.factorial(order)
        value = np.where(np.isnan(value) & (a > 11), 0, value)  # powers of a large x that vanish
        return np.where(inside, value, np.where((x > 1) & (q == np.inf), 0.0, np.nan))

    return _double(compute, x, q)


def _lower_sum(a: Series, x: np.ndarray) -> Series:
    """8.11.4: P = x^a e^-x / gamma(a + 1) times it."""
    term = total = a.constant(np.ones_like(x))
    for n in range(1, _MOST_TERMS):
        term = term * x / (a + n)
        total = total + term
        if not counting(term, total, 2.0**-53):
            break
    return total


def _upper_fraction(a: Series, x: np.ndarray) -> Series:
    """8.9.2 times a, as in Lentz's method (Numerical Recipes, 5.2): Q = x^a e^-x / gamma(a + 1) times it."""
    one = a.constant(np.ones_like(x))
    b, c = a * -1.0 + (x + 1), one * 1e100
    d = value = one / b
    for i in range(1, _MOST_TERMS):
        numerator, b = (a + -i) * float(i), b + 2
        d = one / (numerator * d + b)
        c = b + numerator / c
        change = value * (c * d) + value * -1.0
        value = value + change
        if not counting(change, value, 2.0**-51):
            break
    return a * value


def _where(condition: np.ndarray, x: np.ndarray, *others: np.ndarray) -> list[np.ndarray]:
    return [np.broadcast_to(v, condition.shape)[condition] for v in (x, *others)]


def igamma_sensitivity(a: np.ndarray, x: np.ndarray, order: int) -> np.ndarray:
    """The derivative of igamma in a, divided by the density."""

    def by(method: Callable[[Series, np.ndarray], Series], sign: float, a: np.ndarray, x: np.ndarray) -> np.ndarray:
        logarithms = [np.zeros_like(a), np.log(x) - _lgamma_taylor(1, a + 1)]
        logarithms += [-_lgamma_taylor(k, a + 1) for k in range(2, order + 1)]
        growth = Series([[v] for v in logarithms]).exp_of_nilpotent()
        series = method(Series.variable(a, (order, 0), 0), x) * growth
        return sign * math.factorial(order) * (x / a) * series.last

    def compute(a: np.ndarray, x: np.ndarray) -> np.ndarray:
        given = (a > 0) & (a < np.inf)
        inside, upper = given & (x > 0) & (x < np.inf), (x > 1.1) & (x > a)
        result = np.where(given & ((x == 0) | (x == np.inf)), 0.0, np.nan)
        for where, method, sign in ((inside & ~upper, _lower_sum, 1.0), (inside & upper, _upper_fraction, -1.0)):
            if where.any():
                result[where] = by(method, sign, *_where(where, a, x))
        return result

    return _double(compute, a, x)


def random_gamma_grad(a: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The derivative in a of a sample x of the gamma distribution."""
    return -igamma_sensitivity(a, x, 1)


def _beta_fraction(a: Series, b: Series, x: np.ndarray) -> Series:
    """8.17.22, as in Lentz's method."""
    one, total = a.constant(np.ones_like(x)), a + b
    c = one
    d = value = one / (one + total * -x / (a + 1))
    for m in range(1, _MOST_TERMS):
        am = a + 2 * m
        even, odd = (b + -m) * (m * x) / ((am + -1) * am), (a + m) * (total + m) * -x / (am * (am + 1))
        d = one / (even * d + 1)
        c = even / c + 1
        first = c * d
        d = one / (odd * d + 1)
        c = odd / c + 1
        change = value * (first * (c * d)) + value * -1.0
        value = value + change
        if not counting(change, value, 2.0**-51):
            break
    return value


def betainc_sensitivity(a: np.ndarray, b: np.ndarray, x: np.ndarray, order_p: int, order_q: int) -> np.ndarray:
    """The derivative of betainc in a and b, divided by the density."""

    def logarithm(i: int, j: int, a: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
        if i + j == 0:
            return np.zeros_like(x)
        value = _lgamma_taylor(i + j, a + b + 1) * math.comb(i + j, i)
        if i == 0 or j == 0:
            value = value - _lgamma_taylor(i + j, (a if i else b) + 1)
        return value + ((np.log(x) if i else np.log1p(-x)) if i + j == 1 else 0)

    def part(swap: bool, a: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
        orders = (order_p, order_q)
        p, q = Series.variable(a, orders, 0), Series.variable(b, orders, 1)
        growth = Series([[logarithm(i, j, a, b, x) for j in range(order_q + 1)] for i in range(order_p + 1)])
        first, second, t = (q, p, 1 - x) if swap else (p, q, x)
        series = _beta_fraction(first, second, t) * second / (p + q) * growth.exp_of_nilpotent()
        size = math.factorial(order_p) * math.factorial(order_q) * (x / a * (1 - x)) * ((a + b) / b)
        return series.last * (-size if swap else size)

    def compute(a: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
        given = (a > 0) & (a < np.inf) & (b > 0) & (b < np.inf)
        inside, swaps = given & (x > 0) & (x < 1), x > (a + 1) / (a + b + 2)
        result = np.where(given & ((x == 0) | (x == 1)), 0.0, np.nan)
        for where, swap in ((inside & ~swaps, False), (inside & swaps, True)):
            if where.any():
                result[where] = part(swap, *_where(where, a, b, x))
        return result

    return _double(compute, a, b, x)
