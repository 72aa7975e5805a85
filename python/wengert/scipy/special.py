# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`scipy.special`: functions that work element by element on arrays and numbers, promoted and broadcast.

Integers and bools become the default float; results have the floating type of the operands. Float16 and bfloat16 are
computed in float32 and rounded. Each function has the derivatives of the ops that it is made of (see `wengert.lax`).
"""

from __future__ import annotations

import math
from typing import Any

from wengert import errors, lax
from wengert import numpy as wnp
from wengert.lax._operands import as_array, broadcast_all, convert, elementwise, fitted, promote, unary
from wengert.nn import normalization
from wengert.nn.normalization import logsumexp
from wengert.scipy.box_cox import boxcox, boxcox1p
from wengert.scipy.counting import bernoulli, comb
from wengert.scipy.error_functions import dawsn, erfcx, kind_of, owens_t, reals, wofz
from wengert.scipy.harmonics import bessel_jn, sph_harm_y
from wengert.scipy.hypergeometric import hyp1f1, hyp2f1
from wengert.scipy.integrals import fresnel, sici, spence
from wengert.scipy.log_gamma import loggamma, stirling_rest

__all__ = [
    "bernoulli", "bessel_jn", "beta", "betainc", "betaln", "binom", "boxcox", "boxcox1p", "comb", "dawsn", "digamma",
    "entr", "erf", "erfc", "erfcx", "erfinv", "exp1", "expi", "expit", "expn", "factorial", "fresnel", "gamma",
    "gammainc", "gammaincc", "gammaln", "gammasgn", "hyp1f1", "hyp2f1", "i0", "i0e", "i1", "i1e", "kl_div",
    "log_ndtr", "log_softmax", "loggamma", "logit", "logsumexp", "multigammaln", "ndtr", "ndtri", "owens_t", "poch",
    "polygamma", "psi", "rel_entr", "sici", "softmax", "spence", "sph_harm_y", "wofz", "xlog1py", "xlogy", "zeta",
]  # fmt: skip


def _real(function: str, *xs: Any) -> list[Any]:
    """The operands as arrays of one floating type and one shape."""
    return broadcast_all(function, promote(function, xs, inexact=True))


# One op each.


def _of_one(function: str, op: str, summary: str, example: str) -> Any:
    """The function of one operand that an op computes."""

    def f(x: Any) -> Any:
        return unary(function, op, x, inexact=True)

    given, result = example.split(" -> ")
    f.__name__ = f.__qualname__ = function
    f.__doc__ = f"""{summary}.

    >>> {function}({given})
    Array({result}, dtype=float32, weak_type=True)
    """
    return f


gammaln = _of_one("gammaln", "lgamma", "The logarithm of |gamma(x)|", "5.0 -> 3.1780539")
digamma = _of_one("digamma", "digamma", "The derivative of `gammaln`", "1.0 -> -0.5772157")
erf = _of_one("erf", "erf", "The error function", "0.5 -> 0.5204999")
erfc = _of_one("erfc", "erfc", "1 - erf(x), precise for large x", "2.0 -> 0.00467773")
erfinv = _of_one("erfinv", "erf_inv", "The inverse of erf", "0.5 -> 0.47693628")
i0e = _of_one("i0e", "bessel_i0e", "exp(-|x|) times the modified Bessel function of order 0", "1.0 -> 0.46575961")
i1e = _of_one("i1e", "bessel_i1e", "exp(-|x|) times the modified Bessel function of order 1", "1.0 -> 0.20791042")
psi = digamma


def polygamma(n: Any, x: Any) -> Any:
    """The derivative of order `n` (whole, not negative) of `digamma`.

    >>> polygamma(1, 1.0)
    Array(1.644934, dtype=float32, weak_type=True)
    """
    n, x = broadcast_all("polygamma", [as_array("polygamma", n), promote("polygamma", (x,), inexact=True)[0]])
    return lax.polygamma(n, x)


def gammainc(a: Any, x: Any) -> Any:
    """The regularised lower incomplete gamma function.

    >>> gammainc(1.0, 2.0)
    Array(0.86466473, dtype=float32, weak_type=True)
    """
    return elementwise("gammainc", "igamma", a, x, inexact=True)


def gammaincc(a: Any, x: Any) -> Any:
    """The regularised upper incomplete gamma function.

    >>> gammaincc(1.0, 2.0)
    Array(0.13533528, dtype=float32, weak_type=True)
    """
    return elementwise("gammaincc", "igammac", a, x, inexact=True)


def betainc(a: Any, b: Any, x: Any) -> Any:
    """The regularised incomplete beta function, differentiable in all three.

    >>> betainc(2.0, 3.0, 0.5)
    Array(0.6875, dtype=float32, weak_type=True)
    """
    return fitted("betainc", "betainc", promote("betainc", (a, b, x), inexact=True))


def i0(x: Any) -> Any:
    """The modified Bessel function of order 0.

    >>> i0(1.0)
    Array(1.2660658, dtype=float32, weak_type=True)
    """
    x = _real("i0", x)[0]
    return wnp.exp(wnp.abs(x)) * i0e(x)


def i1(x: Any) -> Any:
    """The modified Bessel function of order 1.

    >>> i1(1.0)
    Array(0.56515914, dtype=float32, weak_type=True)
    """
    x = _real("i1", x)[0]
    return wnp.exp(wnp.abs(x)) * i1e(x)


def zeta(x: Any, q: Any = None) -> Any:
    """Hurwitz's zeta function for x > 1; Riemann's, without `q`, for every real number.

    >>> zeta(2.0)
    Array(1.644934, dtype=float32, weak_type=True)
    >>> zeta(0.0)
    Array(-0.5, dtype=float32, weak_type=True)
    """
    if q is not None:
        return elementwise("zeta", "zeta", x, q, inexact=True)
    x = _real("zeta", x)[0]
    near = wnp.where((x >= 0) & (x < 1), x, 0.0)
    below = wnp.where(x < 0, x, -1.0)
    result = elementwise("zeta", "zeta", wnp.where(x < 1, 2.0, x), 1.0, inexact=True)
    result = wnp.where(x < 1, wnp.where(x < 0, _zeta_below_0(below), _zeta_from_0(near)), result)
    return convert(result, x.dtype, x.weak_type)


# The Laurent series of Riemann's zeta function at 1 (DLMF 25.2.4): (-1)^n / n! times the constants of Stieltjes.
_ZETA_AT_1 = (
    0.57721566490153286,
    0.072815845483676725,
    -0.0048451815964361592,
    -0.00034230573671722431,
    9.6890419394470836e-5,
    -6.6110318108421892e-6,
    -3.3162409087527724e-7,
    1.0462094584479187e-7,
    -8.7332181002737974e-9,
    9.478277782762359e-11,
    5.658421927608708e-11,
    -6.7686898635136967e-12,
    3.4921159366720319e-13,
    4.4104247417577534e-15,
    -2.3997862217709992e-15,
    2.1677312200726829e-16,
    -9.5444660763669652e-18,
)


def _zeta_from_0(x: Any) -> Any:
    u = x - 1
    rest = wnp.zeros_like(x)
    for c in reversed(_ZETA_AT_1):
        rest = rest * u + c
    return 1 / u + rest


def _zeta_below_0(x: Any) -> Any:
    """By the value at 1 - x (DLMF 25.4.1); exactly zero at even numbers."""
    quarter = wnp.remainder(x, 4) - 2  # the sine of (quarter + 2) quarters, for quarter in [-2, 2)
    quarter = wnp.where(wnp.abs(quarter) > 1, wnp.copysign(2 - wnp.abs(quarter), quarter), quarter)
    size = wnp.exp(gammaln(1 - x) - (1 - x) * math.log(2 * math.pi))
    return -2 * wnp.sin(quarter * (math.pi / 2)) * size * elementwise("zeta", "zeta", 1 - x, 1.0, inexact=True)


def expit(x: Any) -> Any:
    """1 / (1 + exp(-x)).

    >>> expit(0.0)
    Array(0.5, dtype=float32, weak_type=True)
    """
    return unary("expit", "logistic", x, inexact=True)


# Gamma and beta.


def gammasgn(x: Any) -> Any:
    """The sign of gamma(x): nan at -1, -2, ..., 1 at 0, -1 at -0.0.

    >>> gammasgn(-0.5)
    Array(-1., dtype=float32, weak_type=True)
    """
    x = _real("gammasgn", x)[0]
    floor = wnp.floor(x)
    is_odd = wnp.fmod(floor, 2) != 0
    sign = wnp.where(is_odd & (x < 0), -1.0, 1.0)
    sign = wnp.where(x == 0, wnp.copysign(wnp.ones_like(x), x), sign)
    return convert(wnp.where((x < 0) & (x == floor) | wnp.isnan(x), wnp.nan, sign), x.dtype, x.weak_type)


def gamma(x: Any) -> Any:
    """The gamma function, from its logarithm: of relative error |log gamma(x)| times that of the type.

    Args:
      x: real or complex numbers; the value is nan at the poles.

    >>> gamma(0.5)
    Array(1.7724538, dtype=float32, weak_type=True)
    """
    x = _real("gamma", x)[0]
    if x.dtype.kind == "c":
        at_pole = (x.imag == 0) & (x.real <= 0) & (x.real == wnp.floor(x.real))
        return wnp.where(at_pole, complex(wnp.nan, wnp.nan), wnp.exp(loggamma(wnp.where(at_pole, 1, x))))
    value = gammasgn(x) * wnp.exp(gammaln(x))
    return wnp.where(x == -wnp.inf, wnp.nan, value)


def betaln(a: Any, b: Any) -> Any:
    """The logarithm of |beta(a, b)|.

    >>> betaln(2.0, 3.0)
    Array(-2.4849064, dtype=float32, weak_type=True)
    """
    a, b = _real("betaln", a, b)
    small, large = wnp.minimum(a, b), wnp.maximum(a, b)
    wide = (small > 0) & (large >= 8)
    p, q = wnp.where(wide, small, 1), wnp.where(wide, large, 8)
    # Stirling's formula, in which what is large in the three logarithms has cancelled.
    tail = stirling_rest(q) - stirling_rest(p + q) - (p + q - 0.5) * wnp.log1p(p / q)
    both = p >= 8
    big = wnp.where(both, p, 8)
    head = 0.5 * wnp.log(2 * math.pi / q) + (big - 0.5) * wnp.log(big / q) + stirling_rest(big)
    asymptotic = wnp.where(both, head, gammaln(p) + p - p * wnp.log(q)) + tail
    return wnp.where(wide, asymptotic, gammaln(a) + gammaln(b) - gammaln(a + b))


def beta(a: Any, b: Any) -> Any:
    """gamma(a) gamma(b) / gamma(a + b).

    >>> beta(2.0, 2.0)
    Array(0.16666669, dtype=float32, weak_type=True)
    """
    a, b = _real("beta", a, b)
    return gammasgn(a) * gammasgn(b) * gammasgn(a + b) * wnp.exp(betaln(a, b))


def binom(n: Any, k: Any) -> Any:
    """n over k, for real n >= k - 1 and k >= 0.

    >>> binom(4.0, 2.0)
    Array(6.0000005, dtype=float32, weak_type=True)
    """
    n, k = _real("binom", n, k)
    return wnp.exp(-betaln(1 + n - k, 1 + k)) / (n + 1)


def factorial(n: Any, exact: bool = False) -> Any:
    """gamma(n + 1), 0 for negative n.

    Raises:
      UnsupportedTypeError: `exact` is wanted.

    >>> factorial(4.0)
    Array(24.000002, dtype=float32, weak_type=True)
    """
    if exact:
        raise errors.make(
            errors.UnsupportedTypeError,
            "factorial",
            "expected exact=False but got True",
            remedy="compute exact factorials with math.factorial, outside traced functions",
        )
    n = _real("factorial", n)[0]
    is_negative = n < 0
    return wnp.where(is_negative, 0, wnp.exp(gammaln(wnp.where(is_negative, 0, n) + 1)))


def poch(z: Any, m: Any) -> Any:
    """Pochhammer's symbol, gamma(z + m) / gamma(z), for positive z and z + m.

    >>> poch(2.0, 3.0)
    Array(24.000002, dtype=float32, weak_type=True)
    """
    z, m = _real("poch", z, m)
    return wnp.exp(gammaln(z + m) - gammaln(z))


def multigammaln(a: Any, d: int) -> Any:
    """The logarithm of the multivariate gamma function of dimension `d`.

    Raises:
      ShapeError: `d` is not a positive int.

    >>> multigammaln(2.0, 2)
    Array(0.45158272, dtype=float32, weak_type=True)
    """
    if not isinstance(d, int) or d < 1:
        raise errors.make(errors.ShapeError, "multigammaln", f"expected a positive int as dimension but got {d!r}")
    a = _real("multigammaln", a)[0]
    total = gammaln(a) + d * (d - 1) / 4 * math.log(math.pi)
    for i in range(1, d):
        total = total + gammaln(a - i / 2)
    return total


# Entropies and logarithms.


def logit(p: Any) -> Any:
    """log(p / (1 - p)), the inverse of `expit`.

    >>> logit(0.5)
    Array(0., dtype=float32, weak_type=True)
    """
    p = _real("logit", p)[0]
    return wnp.log(p) - wnp.log1p(-p)


def xlogy(x: Any, y: Any) -> Any:
    """x log(y), which is 0 for x = 0, with gradient 0 where log(y) is not finite.

    >>> xlogy(0.0, 0.0)
    Array(0., dtype=float32, weak_type=True)
    """
    x, y = _real("xlogy", x, y)
    vanishes = (x == 0) & ((y <= 0) | (y == wnp.inf))
    return x * wnp.log(wnp.where(vanishes, 1, y))


def xlog1py(x: Any, y: Any) -> Any:
    """x log(1 + y), which is 0 for x = 0, with gradient 0 where the logarithm is not finite.

    >>> xlog1py(0.0, -1.0)
    Array(0., dtype=float32, weak_type=True)
    """
    x, y = _real("xlog1py", x, y)
    vanishes = (x == 0) & ((y <= -1) | (y == wnp.inf))
    return x * wnp.log1p(wnp.where(vanishes, 0, y))


def entr(x: Any) -> Any:
    """-x log(x); 0 at 0, -inf below.

    >>> entr(0.5)
    Array(0.34657359, dtype=float32, weak_type=True)
    """
    x = _real("entr", x)[0]
    return wnp.where(x < 0, -wnp.inf, -xlogy(x, x))


def rel_entr(p: Any, q: Any) -> Any:
    """p log(p / q); 0 for p = 0 and q >= 0, inf where p < 0 or q <= 0 otherwise.

    >>> rel_entr(1.0, 0.5)
    Array(0.6931472, dtype=float32, weak_type=True)
    """
    p, q = _real("rel_entr", p, q)
    both, none = (p > 0) & (q > 0), (p == 0) & (q >= 0)
    safe_p, safe_q = wnp.where(both, p, 1), wnp.where(both, q, 1)
    value = safe_p * (wnp.log(safe_p) - wnp.log(safe_q))
    outside = wnp.where(none, 0, wnp.where(wnp.isnan(p) | wnp.isnan(q), wnp.nan, wnp.inf))
    return wnp.where(both, value, outside)


def kl_div(p: Any, q: Any) -> Any:
    """p log(p / q) - p + q, with the exceptions of `rel_entr`.

    >>> kl_div(1.0, 0.5)
    Array(0.19314718, dtype=float32, weak_type=True)
    """
    p, q = _real("kl_div", p, q)
    return rel_entr(p, q) - p + q


# The normal distribution.


def ndtr(x: Any) -> Any:
    """The probability that a normal variable is below x.

    >>> ndtr(0.0)
    Array(0.5, dtype=float32, weak_type=True)
    """
    x = _real("ndtr", x)[0]
    return 0.5 * erfc(x * -math.sqrt(0.5))


def log_ndtr(x: Any) -> Any:
    """The logarithm of `ndtr`, precise on both sides.

    >>> log_ndtr(-20.0)
    Array(-203.91716, dtype=float32, weak_type=True)
    """
    x = _real("log_ndtr", x)[0]
    # Each branch sees operands of its own range only, so that its gradient is finite elsewhere.
    low = -20.0 if x.dtype.itemsize == 8 else -8.0
    is_low, is_high = x < low, x > 2
    high = -0.5 * erfc(wnp.where(is_high, x, 2) * math.sqrt(0.5))
    middle = 0.5 * erfc(wnp.where(is_low | is_high, 0, x) * -math.sqrt(0.5))
    far = wnp.where(is_low, x, low)
    # 1 - 1/x^2 + 3/x^4 - ... (DLMF 7.12.1)
    series, u = wnp.ones_like(far), 1 / (far * far)
    for k in range(21, 0, -2):
        series = 1 - k * u * series
    tail = -0.5 * far * far - wnp.log(-far) - 0.5 * math.log(2 * math.pi) + wnp.log(series)
    return wnp.where(is_low, tail, wnp.where(is_high, wnp.log1p(high), wnp.log(middle)))


def ndtri(p: Any) -> Any:
    """The inverse of `ndtr`, precise for small p.

    >>> ndtri(0.5)
    Array(0., dtype=float32, weak_type=True)
    """
    p = _real("ndtri", p)[0]
    is_low, is_high = p < 0.02, p > 0.98
    centre = math.sqrt(2) * erfinv(2 * wnp.where(is_low | is_high, 0.5, p) - 1)
    tail = wnp.where(is_low, p, wnp.where(is_high, 1 - p, 0.01))
    is_edge = tail == 0
    # Newton's method for log_ndtr(x) = log(p), which is concave and nearly quadratic there.
    logarithm = wnp.log(wnp.where(is_edge, 0.01, tail))
    r = wnp.sqrt(-2 * logarithm)
    x = (wnp.log(r) + 0.5 * math.log(2 * math.pi)) / r - r
    for _ in range(3 if x.dtype.itemsize < 8 else 4):
        value = log_ndtr(x)
        x = x - (value - logarithm) * wnp.exp(value + 0.5 * x * x) * math.sqrt(2 * math.pi)
    x = wnp.where(is_edge, -wnp.inf, x)
    x = wnp.where(is_low, x, wnp.where(is_high, -x, centre))
    return wnp.where((p < 0) | (p > 1), wnp.nan, x)


def softmax(x: Any, /, *, axis: Any = None) -> Any:
    """exp(x) divided by its sum along `axis`, over all of x by default (`nn.softmax` takes the last axis).

    >>> softmax(wnp.zeros((2, 2)))[0]
    Array([0.25, 0.25], dtype=float32)
    """
    return normalization.softmax(x, axis)


def log_softmax(x: Any, /, *, axis: Any = None) -> Any:
    """log(softmax(x)) along `axis`, over all of x by default (`nn.log_softmax` takes the last axis).

    >>> log_softmax(wnp.zeros((2, 2)))[0]
    Array([-1.3862944, -1.3862944], dtype=float32)
    """
    return normalization.log_softmax(x, axis)


# Exponential integrals.


def _expn_series(n: Any, x: Any) -> Any:
    """DLMF 8.19.8, for 0 < x <= 1."""
    if isinstance(n, int):  # constants, which cost nothing to compile
        at_n = -0.57721566490153286061 + sum(1 / k for k in range(1, n))
        power = wnp.power(x, n - 1) / math.factorial(n - 1)
    else:
        at_n, power = digamma(n), wnp.exp((n - 1) * wnp.log(x) - gammaln(n))
    total = wnp.where(n % 2 == 1, power, -power) * (at_n - wnp.log(x))
    term = wnp.ones_like(x)
    for k in range(20 if x.dtype.itemsize == 8 else 13):
        skips = n == k + 1
        total = total - wnp.where(skips, 0, term / wnp.where(skips, 1, k - n + 1))
        term = term * -x / (k + 1)
    return total


def _expn_fraction(n: Any, x: Any) -> Any:
    """DLMF 8.19.17, for x >= 1, from its end."""
    steps = 100 if x.dtype.itemsize == 8 else 24
    value, both = wnp.zeros_like(x), x + n
    for k in range(steps, 0, -1):
        value = (k * n + k * (k - 1)) / (both + 2 * k - value)
    return wnp.exp(-x) / (both - value)


def expn(n: Any, x: Any) -> Any:
    """The exponential integral of order `n`: the integral of exp(-x t) / t^n over t from 1 to inf.

    Args:
      n: integers from 0 on, of any type; nan comes of others. Not differentiable in n.
      x: real numbers; the shapes broadcast.

    Raises:
      DtypeError: an operand is complex.

    >>> expn(2, 1.0)
    Array(0.14849551, dtype=float32, weak_type=True)
    """
    x = reals("expn", x)[0]
    weak, kind = x.weak_type, kind_of("expn", x)
    known = n
    n, x = broadcast_all("expn", (convert(lax.stop_gradient(reals("expn", n)[0]), x.dtype), x))
    is_order = (n >= 0) & (n == wnp.floor(n))
    is_near, is_far = (x > 0) & (x < 1), (x >= 1) & (x < wnp.inf)
    order = known if isinstance(known, int) and 1 <= known <= 30 else wnp.where(n >= 1, n, 1)
    near, far = wnp.where(is_near, x, 0.5), wnp.where(is_far, x, 1)
    value = wnp.where(is_near, _expn_series(order, near), _expn_fraction(order, far))
    positive = wnp.where(is_near | is_far, x, 1)
    value = wnp.where(n == 0, wnp.exp(-positive) / positive, value)
    at_zero = wnp.where(n <= 1, wnp.inf, 1 / wnp.where(n <= 1, 1, n - 1))
    edge = wnp.where(x == 0, at_zero, wnp.where(x == wnp.inf, 0, wnp.nan))
    return convert(wnp.where(is_order, wnp.where(is_near | is_far, value, edge), wnp.nan), kind, weak)


def exp1(x: Any) -> Any:
    """The exponential integral E1, for x >= 0.

    >>> exp1(1.0)
    Array(0.21938393, dtype=float32, weak_type=True)
    """
    return expn(1, x)


def expi(x: Any) -> Any:
    """The exponential integral Ei.

    >>> expi(1.0)
    Array(1.8951178, dtype=float32, weak_type=True)
    """
    x = _real("expi", x)[0]
    is_positive = x > 0
    negative = -exp1(wnp.where(is_positive, 1, -x))
    limit, terms = (40, 110) if x.dtype.itemsize == 8 else (20, 50)
    is_far = x > limit
    near = wnp.where(is_positive & ~is_far, x, 1)
    # DLMF 6.6.2, whose terms are all positive, and 6.12.2
    total, term = 0.57721566490153286061 + wnp.log(near), wnp.ones_like(near)
    for k in range(1, terms):
        term = term * near / k
        total = total + term / k
    far = wnp.where(is_far, x, 50)
    series = wnp.ones_like(far)
    for k in range(limit - 2, 0, -1):
        series = 1 + k / far * series
    value = wnp.where(is_far, wnp.exp(far) / far * series, total)
    value = wnp.where(x == wnp.inf, wnp.inf, value)
    return wnp.where(is_positive, value, wnp.where(x == 0, -wnp.inf, negative))
