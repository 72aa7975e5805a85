#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Fit the polynomials of dialects/wg/Lowering/Special*.cpp and print SpecialCoefficients.h.

    fit_special.py > dialects/wg/Lowering/SpecialCoefficients.h        (needs mpmath)

The means are those of fit_math.py: interpolation at Chebyshev nodes in 60 digits, of the least degree that is enough.
Formula numbers are those of NIST's Digital Library of Mathematical Functions, https://dlmf.nist.gov.
"""

import sys
from fractions import Fraction

import mpmath as mp

from fit_math import Function, fit, near_zero, root, table

HEADER = """\
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Made by tools/dev/fit_special.py: change that. Polynomials have their highest coefficient first.

#ifndef WG_LOWERING_SPECIALCOEFFICIENTS_H
#define WG_LOWERING_SPECIALCOEFFICIENTS_H

namespace wg::lowering::coefficients {
"""
FOOTER = "\n} // namespace wg::lowering::coefficients\n\n#endif // WG_LOWERING_SPECIALCOEFFICIENTS_H"

# Where the tails begin: above them the functions are smooth in 1/x.
LGAMMA_TAIL, DIGAMMA_TAIL, BESSEL_TAIL = 8, 6, 8

with mp.workdps(120):
    DIGAMMA_ROOT = mp.findroot(mp.digamma, mp.mpf("1.4616321449683623"))


def lgamma_at_2(t: mp.mpf) -> mp.mpf:
    return mp.loggamma(2 + t) / t


def stirling_remainder(z: mp.mpf) -> mp.mpf:
    """a (log gamma(a) - (a - 1/2) log a + a - log(2 pi) / 2) over z = 1 / a^2: 5.11.1."""
    a = 1 / mp.sqrt(z)
    return a * (mp.loggamma(a) - (a - mp.mpf(1) / 2) * mp.log(a) + a - mp.log(2 * mp.pi) / 2)


def digamma_centre(t: mp.mpf) -> mp.mpf:
    x = t + mp.mpf("1.5")
    if abs(x - DIGAMMA_ROOT) < mp.mpf(10) ** -25:
        return mp.polygamma(1, DIGAMMA_ROOT)
    with mp.workdps(120):
        return mp.digamma(x) / (x - DIGAMMA_ROOT)


def digamma_remainder(z: mp.mpf) -> mp.mpf:
    """x^2 (log x - 1 / (2 x) - digamma(x)) over z = 1 / x^2: 5.11.2."""
    x = 1 / mp.sqrt(z)
    return (mp.log(x) - 1 / (2 * x) - mp.digamma(x)) / z


def bessel(order: int) -> Function:
    """(I_order(x) / (x/2)^order - 1) / z over z = x^2 / 4: 10.25.2."""
    return near_zero(lambda z: (mp.besseli(order, 2 * root(z)) / root(z) ** order - 1) / z, mp.mpf(1) / (1 + order))


def bessel_tail(order: int) -> Function:
    """sqrt(x) e^-x I_order(x) over t = 16 / x - 1: 10.40.1."""

    def value(t: mp.mpf) -> mp.mpf:
        u = (t + 1) / (2 * BESSEL_TAIL)
        if u < mp.mpf(10) ** -4:
            with mp.workdps(40):  # the asymptotic series, which at 1e4 gives all digits
                terms, mu, total = mp.mpf(1), mp.mpf(4 * order * order), mp.mpf(1)
                for k in range(1, 12):
                    terms *= -(mu - (2 * k - 1) ** 2) * u / (k * 8)
                    total += terms
                return total / mp.sqrt(2 * mp.pi)
        return mp.besseli(order, 1 / u) * mp.exp(-1 / u) / mp.sqrt(u)

    return value


def scaled_erfc(t: mp.mpf) -> mp.mpf:
    """(1 + 2 x) exp(x^2) erfc(x) at t = (x - 3.75) / (x + 3.75)."""
    x = mp.mpf("3.75") * (1 + t) / (1 - t)
    return (1 + 2 * x) * mp.exp(x * x) * mp.erfc(x)


def inverse_erf(w: mp.mpf) -> mp.mpf:
    """erfinv(x) / x over w = -log(1 - x^2)."""
    with mp.workdps(100):
        if not w:
            return mp.sqrt(mp.pi) / 2
        x = mp.sqrt(-mp.expm1(-w))
        return mp.erfinv(x) / x


def temme(orders: int, terms: int) -> list[list[mp.mpf]]:
    """The Taylor coefficients, lowest first, of c_k(eta) in 8.12.7: the uniform expansion of the incomplete gamma.

    eta^2 / 2 = mu - log(1 + mu); c_0 = 1 / mu - 1 / eta, c_k = c_(k-1)' / eta + (-1)^k g_k / mu, g_k of 5.11.3.
    """
    n = terms + 2 * orders + 4
    # mu = eta (1 + m_1 eta + ...) from mu' = eta (1 + mu) / mu, that is mu mu' = eta (1 + mu)
    m = [Fraction(0), Fraction(1)]
    for k in range(2, n + 2):
        # the coefficient of eta^k: sum_i m_i (k + 1 - i) m_(k+1-i) = m_(k-1)
        known = sum(m[i] * (k + 1 - i) * m[k + 1 - i] for i in range(2, k))
        m.append((m[k - 1] - known) / (k + 1))
    # 1 / mu = inverse / eta
    inverse = [Fraction(1)]
    for k in range(1, n + 1):
        inverse.append(-sum(m[i + 1] * inverse[k - i] for i in range(1, k + 1)))
    bernoulli = [Fraction(*map(int, mp.bernfrac(k))) for k in range(2 * orders + 4)]
    logs = [Fraction(0)] * (orders + 1)  # of the gamma function's correction, in powers of 1 / a
    for j in range(1, orders + 1, 2):
        logs[j] = bernoulli[j + 1] / (j * (j + 1))
    g = [Fraction(1)]
    for k in range(1, orders + 1):
        g.append(sum(j * logs[j] * g[k - j] for j in range(1, k + 1)) / k)
    c = inverse[1:]  # 1 / mu - 1 / eta
    result = [c]
    for k in range(1, orders):
        # both parts have a pole 1 / eta, which cancels
        tail = [(-1) ** k * g[k] * v for v in inverse[1:]]
        c = [(i + 2) * c[i + 2] + tail[i] for i in range(len(c) - 2)]
        result.append(c)
    return [[mp.mpf(v.numerator) / v.denominator for v in c[:terms]] for c in result]


def matrix(name: str, rows: list[list[mp.mpf]], comment: str) -> str:
    """Rows of different lengths, one array each, and a table of them."""
    text = f"// {comment}\n"
    for i, row in enumerate(rows):
        text += table(f"{name}{i}", row, f"k = {i}") + "\n"
    return text


def main() -> None:
    print(HEADER)
    one = lambda t: mp.mpf(1)
    print(f"constexpr double lgammaTail = {LGAMMA_TAIL}, digammaTail = {DIGAMMA_TAIL}, besselTail = {BESSEL_TAIL};\n")
    for suffix, goal in (("32", mp.mpf(2) ** -30), ("64", mp.mpf(2) ** -57)):
        at_2 = near_zero(lgamma_at_2, 1 - mp.euler)
        print(table(f"lgammaAt2_{suffix}", fit(at_2, -0.75, 0.5, one, goal), "lgamma(2 + t) / t, -3/4 <= t <= 1/2"))
        stirling = near_zero(stirling_remainder, mp.mpf(1) / 12)
        ends = (mp.mpf(10) ** -24, mp.mpf(1) / LGAMMA_TAIL**2)
        print(
            table(
                f"stirling{suffix}",
                fit(stirling, *ends, one, goal * 10),
                "a times Stirling's remainder, z = 1 / a^2 <= 1/64",
            )
        )
        sine = near_zero(lambda z: (mp.sinpi(root(z)) / (mp.pi * root(z)) - 1) / z, -(mp.pi**2) / 6)
        print(
            table(
                f"sinPi{suffix}", fit(sine, 0, 0.25, lambda z: z, goal), "(sin(pi r) / (pi r) - 1) / z, z = r^2 <= 1/4"
            )
        )
        cotangent = near_zero(lambda z: (mp.pi * root(z) * mp.cot(mp.pi * root(z)) - 1) / z, -(mp.pi**2) / 3)
        print(
            table(
                f"cotPi{suffix}", fit(cotangent, 0, 0.25, lambda z: z, goal), "(pi r cot(pi r) - 1) / z, z = r^2 <= 1/4"
            )
        )
        print(
            table(
                f"digammaCentre{suffix}",
                fit(digamma_centre, -0.5, 0.5, one, goal),
                "digamma(x) / (x - root), t = x - 1.5",
            )
        )
        rest = near_zero(digamma_remainder, mp.mpf(1) / 12)
        ends = (mp.mpf(10) ** -24, mp.mpf(1) / DIGAMMA_TAIL**2)
        print(
            table(
                f"digammaTail{suffix}",
                fit(rest, *ends, lambda z: z, goal),
                "(log x - 1 / (2 x) - digamma(x)) / z, z = 1 / x^2 <= 1/36",
            )
        )
        for order in (0, 1):
            f, limit = bessel(order), mp.mpf(BESSEL_TAIL) ** 2 / 4
            weight = lambda z, f=f: z / (1 + z * f(z))
            print(
                table(
                    f"besselI{order}_{suffix}",
                    fit(f, 0, limit, weight, goal),
                    f"(I{order}(x) / (x/2)^{order} - 1) / z, z = x^2 / 4 <= 16",
                )
            )
            print(
                table(
                    f"besselTail{order}_{suffix}",
                    fit(bessel_tail(order), -1, 1, lambda t: mp.mpf(2.5), goal),
                    f"sqrt(x) e^-x I{order}(x), t = 16 / x - 1",
                )
            )
        high = 28 if suffix == "64" else mp.mpf(10.25)
        ends = (mp.mpf(-3.25) / 4.25, (high - 3.75) / (high + 3.75))
        print(
            table(
                f"erfcTail{suffix}",
                fit(scaled_erfc, *ends, one, goal),
                "(1 + 2x) e^(x^2) erfc(x), t = (x - 3.75) / (x + 3.75), 1/2 <= x",
            )
        )
    short = mp.mpf(2) ** -29
    print(
        table(
            "erfInvCentre32",
            fit(lambda t: inverse_erf(t + mp.mpf("3.125")), -3.125, 3.125, one, short),
            "erfinv(x)/x over w - 3.125, w = -log(1 - x^2) < 6.25",
        )
    )
    print(
        table(
            "erfInvTail32",
            fit(lambda t: inverse_erf((t + mp.mpf("3.25")) ** 2), -0.75, 0.85, one, short),
            "over sqrt(w) - 3.25, 6.25 <= w < 16.7",
        )
    )
    with mp.workdps(60):
        high = mp.mpf(float(DIGAMMA_ROOT))
        print(
            table(
                "digammaRoot", [high, DIGAMMA_ROOT - high], "the positive root of digamma and what float64 leaves of it"
            )
        )
        print(
            table(
                "bernoulli",
                [mp.bernoulli(2 * j) / mp.factorial(2 * j) for j in range(1, 14)],
                "B_2j / (2j)!, j = 1 ... 13",
            )
        )
        rows = temme(8, 20)
        # 200^-k 0.42^n c_kn below 1e-18 does not count
        kept = [
            [
                v
                for n, v in enumerate(row)
                if n == 0 or abs(v) * mp.mpf("0.42") ** n / mp.mpf(200) ** k > mp.mpf(10) ** -18
            ]
            for k, row in enumerate(rows)
        ]
        print(
            matrix(
                "temme", [list(reversed(row)) for row in kept], "c_k(eta) of DLMF 8.12.7, for a >= 200 and |eta| < 0.42"
            )
        )
    print(FOOTER)


if __name__ == "__main__":
    sys.exit(main())
