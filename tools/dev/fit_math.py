#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Fit the polynomials of dialects/wg/Lowering/MathExpansion*.cpp and print MathCoefficients.h.

    fit_math.py > dialects/wg/Lowering/MathCoefficients.h        (needs mpmath)

A polynomial interpolates its function at Chebyshev nodes, in 60 digits: within a small factor of the best one, so a
degree more than the best needs. Its degree is the least whose error, against the weight given, is below the wanted one.
"""

import sys
from collections.abc import Callable

import mpmath as mp

mp.mp.dps = 60
Function = Callable[[mp.mpf], mp.mpf]


def interpolate(f: Function, a: mp.mpf, b: mp.mpf, degree: int) -> list[mp.mpf]:
    """Coefficients, highest first, of the polynomial through f at the Chebyshev nodes of [a, b]."""
    n = degree + 1
    nodes = [(a + b) / 2 + (b - a) / 2 * mp.cos((2 * i + 1) * mp.pi / (2 * n)) for i in range(n)]
    # Newton's divided differences, then expanded into powers.
    differences = [f(x) for x in nodes]
    for level in range(1, n):
        for i in range(n - 1, level - 1, -1):
            differences[i] = (differences[i] - differences[i - 1]) / (nodes[i] - nodes[i - level])
    powers = [differences[-1]]
    for i in range(n - 2, -1, -1):
        shifted = [*powers, mp.mpf(0)]
        for j, c in enumerate(powers):
            shifted[j + 1] -= nodes[i] * c
        shifted[-1] += differences[i]
        powers = shifted
    return powers


def fit(f: Function, a: float, b: float, weight: Function, wanted: mp.mpf) -> list[mp.mpf]:
    """The polynomial of least degree whose error times `weight` stays below `wanted` on [a, b]."""
    a, b = mp.mpf(a), mp.mpf(b)
    points = [a + (b - a) * mp.mpf(i) / 300 for i in range(301)]
    for degree in range(1, 60):
        p = interpolate(f, a, b, degree)
        if max(abs((mp.polyval(p, x) - f(x)) * weight(x)) for x in points) < wanted:
            return p
    raise ValueError("no degree is enough")


def near_zero(f: Function, limit: mp.mpf) -> Function:
    """f, with its limit where it is 0 / 0; the extra digits make up for cancellation."""

    def value(z: mp.mpf) -> mp.mpf:
        if abs(z) < mp.mpf(10) ** -25:
            return limit
        with mp.workdps(140):
            return f(z)

    return value


def root(z: mp.mpf) -> mp.mpf:
    return mp.sqrt(abs(z))


PI_4, LN2_2 = mp.pi / 4, mp.log(2) / 2
TAN_PI_8 = mp.tan(mp.pi / 8)

# sin(r) = r + r^3 P(r^2) and so on: what is left after the leading terms, which are added last and exactly.
SIN = near_zero(lambda z: (mp.sin(root(z)) - root(z)) / root(z) ** 3, mp.mpf(-1) / 6)
COS = near_zero(lambda z: (mp.cos(root(z)) - 1 + z / 2) / z**2, mp.mpf(1) / 24)
EXP = near_zero(lambda r: (mp.exp(r) - 1 - r) / r**2, mp.mpf(1) / 2)
ATAN = near_zero(lambda z: (mp.atan(root(z)) - root(z)) / root(z) ** 3, mp.mpf(-1) / 3)
ASIN = near_zero(lambda z: (mp.asin(root(z)) - root(z)) / root(z) ** 3, mp.mpf(1) / 6)
ERF = near_zero(lambda z: mp.erf(root(z)) / root(z) - 1, 2 / mp.sqrt(mp.pi) - 1)
# log((1 + s) / (1 - s)) = 2 s + s^3 (2/3 + z P(z)), z = s^2
ATANH = near_zero(lambda z: (2 * mp.atanh(root(z)) - 2 * root(z) - 2 * root(z) ** 3 / 3) / root(z) ** 5, mp.mpf(2) / 5)


def scaled_erfc(t: mp.mpf) -> mp.mpf:
    """(1 + 2 x) exp(x^2) erfc(x) at t = (x - 3.75) / (x + 3.75): smooth over all x >= 0."""
    x = mp.mpf("3.75") * (1 + t) / (1 - t)
    return (1 + 2 * x) * mp.exp(x * x) * mp.erfc(x)


def table(name: str, values: list[mp.mpf], comment: str) -> str:
    def literal(v: mp.mpf) -> str:
        return float(mp.nstr(v, 25)).hex()

    rows, line = [], "   "
    for text in map(literal, values):
        if len(line) + len(text) + 2 > 116:
            rows.append(line)
            line = "   "
        line += f" {text},"
    rows.append(line)
    return f"// {comment}\nconstexpr double {name}[] = {{\n" + "\n".join(rows) + "\n};\n"


def split(x: mp.mpf, bits: int, parts: int, last: int = 53) -> list[mp.mpf]:
    """x as a sum of numbers of `bits` bits each, the last of `last`."""
    result = []
    for i in range(parts):
        n = bits if i + 1 < parts else last
        e = int(mp.floor(mp.log(abs(x), 2)))
        unit = mp.mpf(2) ** (e - n + 1)
        part = mp.floor(x / unit) * unit if i + 1 < parts else mp.nint(x / unit) * unit
        result.append(part)
        x -= part
    return result


def chunks(x: mp.mpf, bits: int, count: int) -> list[mp.mpf]:
    """The binary digits of x in groups of `bits` below the point, each group at its own weight."""
    result = []
    for i in range(1, count + 1):
        unit = mp.mpf(2) ** (-bits * i)
        part = mp.floor(x / unit) * unit
        result.append(part)
        x -= part
    return result


HEADER = """\
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Made by tools/dev/fit_math.py: change that. Polynomials have their highest coefficient first.

#ifndef WG_LOWERING_MATHCOEFFICIENTS_H
#define WG_LOWERING_MATHCOEFFICIENTS_H

namespace wg::lowering::coefficients {
"""
FOOTER = "\n} // namespace wg::lowering::coefficients\n\n#endif // WG_LOWERING_MATHCOEFFICIENTS_H"


def main() -> None:
    print(HEADER)
    single, double = mp.mpf(2) ** -27, mp.mpf(2) ** -57
    for suffix, goal in (("32", single), ("64", double)):
        z1 = (0, TAN_PI_8**2)
        tables = [
            (f"sin{suffix}", SIN, 0, PI_4**2, lambda z: z, "(sin r - r) / r^3 over z = r^2, |r| <= pi/4"),
            (f"cos{suffix}", COS, 0, PI_4**2, lambda z: z * z, "(cos r - 1 + z/2) / z^2 over z = r^2"),
            (f"exp{suffix}", EXP, -LN2_2, LN2_2, lambda r: abs(r), "(e^r - 1 - r) / r^2, |r| <= log(2)/2"),
            (f"atan{suffix}", ATAN, *z1, lambda z: z, "(atan r - r) / r^3 over z = r^2, |r| <= tan(pi/8)"),
            (f"asin{suffix}", ASIN, 0, 0.25, lambda z: z, "(asin r - r) / r^3 over z = r^2, |r| <= 1/2"),
            (f"erf{suffix}", ERF, 0, 1, lambda z: 1, "erf(r) / r - 1 over z = r^2, |r| <= 1"),
            (f"erfc{suffix}", scaled_erfc, mp.mpf(-2.75) / 4.75, mp.mpf(6.25 - 3.75) / 10 if suffix == "64" else
             mp.mpf(4.25 - 3.75) / 8, lambda t: mp.mpf(1) / 8, "(1 + 2x) e^(x^2) erfc(x), t = (x - 3.75) / (x + 3.75)"),
        ]  # fmt: skip
        for name, f, a, b, weight, comment in tables:
            print(table(name, fit(f, a, b, weight, goal), comment))
    smax = ((mp.sqrt(2) - 1) / (mp.sqrt(2) + 1)) ** 2
    print(
        table(
            "log64",
            fit(ATANH, 0, smax, lambda z: z * z, mp.mpf(2) ** -70),
            "log of (1+s)/(1-s), z = s^2: (..-2s-2s^3/3) / s^5",
        )
    )
    print(table("logShort", fit(ATANH, 0, smax, lambda z: z * z, mp.mpf(2) ** -45), "the same for float32 results"))
    print(
        table("expShort", fit(EXP, -LN2_2, LN2_2, lambda r: abs(r), mp.mpf(2) ** -34), "as exp64, for float32 results")
    )

    # erfinv(x) / x over w = -log(1 - x^2).
    def inverse(w: mp.mpf) -> mp.mpf:
        with mp.workdps(100):
            if not w:
                return mp.sqrt(mp.pi) / 2
            x = mp.sqrt(-mp.expm1(-w))
            return mp.erfinv(x) / x

    print(
        table(
            "erfInvCentre",
            fit(lambda t: inverse(t + mp.mpf("3.125")), -3.125, 3.125, lambda t: 1, double),
            "erfinv(x)/x over w - 3.125, w = -log(1 - x^2) < 6.25",
        )
    )
    print(
        table(
            "erfInvMiddle",
            fit(lambda t: inverse((t + mp.mpf("3.25")) ** 2), -0.75, 0.75, lambda t: 1, double),
            "over sqrt(w) - 3.25, 6.25 <= w < 16",
        )
    )
    print(
        table(
            "erfInvTail",
            fit(lambda t: inverse((t + 5) ** 2), -1, 1.2, lambda t: 1, double),
            "over sqrt(w) - 5, 16 <= w",
        )
    )

    print(table("halfPi26", split(mp.pi / 2, 26, 5), "pi/2 in parts whose products with 26 bits are exact"))
    with mp.workdps(100):
        words = [int(mp.floor(2 / mp.pi * mp.mpf(2) ** (32 * k))) % 2**32 for k in range(8)]
        parts = chunks(1 / (2 * mp.pi), 28, 7)
    with mp.workdps(400):
        longs = [int(mp.floor(2 / mp.pi * mp.mpf(2) ** (64 * k + 32))) % 2**64 for k in range(19)]
    print("// the digits of 2/pi after 32 zeros, 64 to a word")
    rows = [", ".join(f"0x{w:016X}" for w in longs[i : i + 5]) for i in range(0, 19, 5)]
    print("constexpr unsigned long long twoOverPiLong[] = {\n    " + ",\n    ".join(rows) + ",\n};\n")
    print("// the digits of 2/pi after 32 zeros")
    print(f"constexpr unsigned twoOverPi[] = {{{', '.join(f'0x{w:08X}' for w in words)}}};\n")
    print(table("invTwoPi28", parts, "the digits of 1/(2 pi), 28 bits a part"))
    print(
        table(
            "ln2Parts32", split(mp.log(2), 14, 2, 24), "log(2) in parts whose first has exact products with exponents"
        )
    )
    print(table("ln2Parts64", split(mp.log(2), 32, 2), "the same for float64"))
    print(table("piParts32", split(mp.pi, 24, 2, 24), "pi, rounded down to float32, and the rest"))
    print(table("piParts64", split(mp.pi, 53, 2), "pi, rounded down to float64, and the rest"))
    print(FOOTER)


if __name__ == "__main__":
    sys.exit(main())
