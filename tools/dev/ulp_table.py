#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Measure the accuracy of the functions of real numbers and write docs/reference/accuracy.md.

    ulp_table.py [--samples 4000] [--only sin,cos] [--check]        (needs mpmath)

Every function is compiled for this machine and compared with mpmath on numbers whose exponents are spread evenly over
all of the type, of both signs, and on numbers in the part of the range where the function does most. One ulp is the
distance of neighbours at the true value. Results that overflow or are no normal numbers are left out. `--only` prints
the rows of a few functions; `--check` fails if a function of the page is worse than its limit now.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/reference/accuracy.md"
DTYPES = ("float32", "float64")
LIMIT = 4.0


@dataclass(frozen=True)
class Function:
    """What an op is compared with.

    Attributes:
      exact: the function in mpmath (a name there, or a callable of the module and the operands).
      ranges: for each operand the interval in which a function does most, beside the whole range of the type.
      limit: the largest error in ulp that is allowed.
      cancels: near a zero that is none of an operand's, errors count in ulp of the operands.
      draw: the operands, in place of `ranges`: of a generator and how many.
      floor: of operands the size below which the result's error counts as if it were as large as that: zeros are near.
      most: more numbers than these are not tried, because mpmath is slow.
    """

    exact: str | Callable[..., Any]
    ranges: tuple[tuple[float, float], ...]
    limit: float = LIMIT
    cancels: bool = False
    draw: Callable[[np.random.Generator, int], list[np.ndarray]] | None = None
    floor: Callable[..., float] = lambda *xs: 0.0
    most: int = 1_000_000


def log_sum(mp: Any, x: Any, y: Any) -> Any:
    high, low = (x, y) if x > y else (y, x)
    return high + mp.log1p(mp.exp(low - high))


# The name of an op -> what it should be.
ELEMENTARY: dict[str, Function] = {
    "acos": Function("acos", ((-1, 1),)),
    "acosh": Function("acosh", ((1, 20),)),
    "asin": Function("asin", ((-1, 1),)),
    "asinh": Function("asinh", ((-10, 10),)),
    "atan": Function("atan", ((-10, 10),)),
    "atan2": Function("atan2", ((-10, 10), (-10, 10))),
    "atanh": Function("atanh", ((-1, 1),)),
    "cbrt": Function(lambda mp, x: mp.sign(x) * mp.cbrt(abs(x)), ((-10, 10),)),
    "cos": Function("cos", ((-100, 100),)),
    "cosh": Function("cosh", ((-80, 80),)),
    "exp": Function("exp", ((-80, 80),)),
    "exp2": Function(lambda mp, x: mp.mpf(2) ** x, ((-100, 100),)),
    "expm1": Function("expm1", ((-20, 80),)),
    "log": Function("log", ((0.5, 2),)),
    "log1p": Function("log1p", ((-0.9, 10),)),
    "logaddexp": Function(log_sum, ((-5, 5), (-5, 5)), cancels=True),
    "logistic": Function(lambda mp, x: 1 / (1 + mp.exp(-x)), ((-80, 80),)),
    "pow": Function(lambda mp, x, y: x**y, ((0.1, 10), (-30, 30))),
    "rsqrt": Function(lambda mp, x: 1 / mp.sqrt(x), ((0, 10),)),
    "sin": Function("sin", ((-100, 100),)),
    "sinh": Function("sinh", ((-80, 80),)),
    "sqrt": Function("sqrt", ((0, 10),)),
    "tan": Function("tan", ((-100, 100),)),
    "tanh": Function("tanh", ((-10, 10),)),
}


def sizes(rng: np.random.Generator, low: float, high: float, n: int) -> np.ndarray:
    """Numbers spread evenly in magnitude."""
    return np.exp(rng.uniform(np.log(low), np.log(high), n))


def about_gamma(rng: np.random.Generator, n: int) -> list[np.ndarray]:
    """Parameters, and positions a few standard deviations around the middle of the distribution."""
    a = sizes(rng, 1e-3, 3e4, n)
    return [a, a * np.exp(rng.normal(size=n) * np.minimum(1, 3 / np.sqrt(a)))]


def about_beta(rng: np.random.Generator, n: int) -> list[np.ndarray]:
    a, b = sizes(rng, 0.05, 300, n), sizes(rng, 0.05, 300, n)
    return [a, b, rng.beta(a, b).clip(1e-6, 1 - 1e-6)]


def gamma_part(kind: str) -> Callable[..., Any]:
    def part(mp: Any, a: Any, x: Any) -> Any:
        limits = (0, x) if kind == "lower" else (x, mp.inf)
        return mp.gammainc(a, *limits, regularized=True)

    return part


def both_signs(low: float, high: float) -> Callable[[np.random.Generator, int], list[np.ndarray]]:
    return lambda rng, n: [sizes(rng, low, high, n) * rng.choice([-1, 1], n)]


SPECIAL: dict[str, Function] = {
    "bessel_i0e": Function(lambda mp, x: mp.besseli(0, x) * mp.exp(-abs(x)), (), draw=both_signs(1e-4, 700)),
    "bessel_i1e": Function(lambda mp, x: mp.besseli(1, x) * mp.exp(-abs(x)), (), draw=both_signs(1e-4, 700)),
    "betainc": Function(
        lambda mp, a, b, x: mp.betainc(a, b, 0, x, regularized=True), (), 400, draw=about_beta, most=300
    ),
    "digamma": Function("digamma", (), 8, draw=both_signs(1e-6, 100), floor=lambda x: 0.25 if x > 0 else 2.0),
    "erf": Function("erf", ((-4, 4),)),
    "erf_inv": Function("erfinv", ((-1, 1),)),
    "erfc": Function("erfc", ((-3, 9),)),
    "igamma": Function(gamma_part("lower"), (), 400, draw=about_gamma, most=300),
    "igammac": Function(gamma_part("upper"), (), 400, draw=about_gamma, most=300),
    "lgamma": Function(
        lambda mp, x: mp.re(mp.loggamma(x)), (), draw=both_signs(1e-6, 100), floor=lambda x: 0.0 if x > 0 else 2.0
    ),
    "polygamma": Function(
        "polygamma",
        (),
        50,
        draw=lambda rng, n: [rng.integers(0, 9, n).astype(np.int32), sizes(rng, 1e-2, 1e3, n)],
        floor=lambda n, x: 0.0 if n else 0.25,
        most=1000,
    ),
    "zeta": Function(
        "zeta", (), 20, draw=lambda rng, n: [1 + sizes(rng, 1e-2, 30, n), sizes(rng, 1e-2, 50, n)], most=1000
    ),
}


def spread(rng: np.random.Generator, dtype: Any, n: int) -> np.ndarray:
    """Normal numbers of all exponents and both signs."""
    info = np.finfo(dtype)
    with np.errstate(over="ignore"):
        powers = np.ldexp(rng.uniform(1, 2, n), rng.integers(info.minexp, info.maxexp, n)).astype(dtype)
    return np.where(np.isfinite(powers), powers, info.max) * rng.choice(np.array([-1, 1], dtype), n)


def operands(name: str, function: Function, dtype: str, n: int) -> list[np.ndarray]:
    """Half of the numbers from the whole range of the type, half from the range of the function."""
    rng = np.random.default_rng([n, *name.encode()])
    kind = np.dtype(dtype).type
    columns = []
    n = min(n, function.most)
    if function.draw is not None:
        return [x if x.dtype == np.int32 else x.astype(kind) for x in function.draw(rng, n)]
    for low, high in function.ranges:
        near = rng.uniform(low, high, n - n // 2).astype(kind)
        columns.append(np.concatenate([spread(rng, kind, n // 2), np.clip(near, kind(low), kind(high))]))
    if name == "pow":  # of the whole range only few powers are numbers: choose those that are
        limit = float(np.log2(np.finfo(kind).max))
        columns[0] = np.abs(columns[0])
        with np.errstate(divide="ignore"):
            exponents = rng.uniform(-limit, limit, n) / np.log2(columns[0].astype(np.float64))
        columns[1][: n // 2] = np.clip(exponents[: n // 2], -1e30, 1e30).astype(kind)
    if name == "logaddexp":  # sums of numbers of very different size are the larger one
        columns[1][: n // 2] = columns[0][: n // 2] + rng.uniform(-20, 20, n // 2).astype(kind)
    return columns


def exact_values(function: Function, columns: list[np.ndarray], got: np.ndarray) -> Iterator[tuple[int, Any]]:
    """The position and mpmath's value of every result that is a normal number."""
    import mpmath as mp

    info = np.finfo(got.dtype)
    tiny, huge = mp.mpf(float(info.tiny)), mp.mpf(float(info.max))
    compute = getattr(mp, function.exact) if isinstance(function.exact, str) else None
    for i, xs in enumerate(zip(*(c.tolist() for c in columns), strict=True)):
        if not np.isfinite(got[i]):
            continue
        arguments = [x if isinstance(x, int) else mp.mpf(x) for x in xs]
        try:
            value = compute(*arguments) if compute else function.exact(mp, *arguments)  # type: ignore[operator]
        except (ValueError, ZeroDivisionError, OverflowError):
            continue
        if isinstance(value, mp.mpf) and mp.isfinite(value) and tiny <= abs(value) <= huge:
            yield i, value


def worst(function: Function, columns: list[np.ndarray], got: np.ndarray) -> tuple[float, str]:
    """The largest error in ulp, and where it is."""
    import mpmath as mp

    largest, place = 0.0, ""
    with mp.workprec(200):
        for i, value in exact_values(function, columns, got):
            size = max(abs(float(value)), function.floor(*(c[i] for c in columns)))
            if function.cancels:
                size = max(size, *(abs(float(c[i])) for c in columns))
            ulp = float(np.spacing(np.abs(got.dtype.type(size))))
            error = float(abs(mp.mpf(float(got[i])) - value) / ulp)
            if error > largest:
                largest, place = error, ", ".join(f"{c[i]:.6g}" for c in columns)
    return largest, place


def measure(functions: dict[str, Function], n: int) -> dict[str, dict[str, tuple[float, str]]]:
    """Largest errors by op and type, compiled; many functions go into one module."""
    import wengert as wg
    from wengert.lax import _ops

    errors: dict[str, dict[str, tuple[float, str]]] = {name: {} for name in functions}
    with wg.enable_x64():
        for dtype in DTYPES:
            inputs = {name: operands(name, f, dtype, n) for name, f in functions.items()}
            together = wg.jit(lambda given: {name: getattr(_ops, name)(*xs) for name, xs in given.items()})
            results = together(inputs)
            for name, function in functions.items():
                errors[name][dtype] = worst(function, inputs[name], np.asarray(results[name]))
    return errors


HEADER = """\
# Accuracy

<!-- Made by tools/dev/ulp_table.py: change that. -->

The largest errors that were found in compiled functions (CPU, {n} numbers each), in ulp: one ulp is the distance of
neighbouring numbers at the true value, so that 0.5 is the best there is. Half of the numbers have exponents spread
evenly over the whole range of the type, half come from where the function does most. Results that overflow or are not
normal numbers are left out: compiled code takes denormal numbers for zero, in operands and in results. A sum that
cancels (`logaddexp` near 0) counts in ulp of its operands: half an ulp of an operand moves such a result by as much,
so that no formula in the precision of the type does better. Eager mode computes with NumPy and SciPy, whose errors are
of the same size.

"""
OF_SPECIAL = """
Operands are spread evenly in magnitude: from 1e-6 to 100 and both signs for `lgamma` and `digamma`, to 700 for the
Bessel functions, parameters from 0.001 to 30000 for `igamma` and `igammac` and from 0.05 to 300 for `betainc`, with the
last operand where the distribution has its mass; orders from 0 to 8 for `polygamma`; `erf`, `erf_inv` and `erfc` as
above. Where mpmath is slow there are fewer numbers:
{few}.

Near their zeros functions count in ulp of a fixed size: `digamma` of 0.25, and of 2 for negative operands, as `lgamma`
there. Where the target has float64, float32 is computed in it, but for `erf` and `erf_inv`.
"""


def table(title: str, errors: dict[str, dict[str, tuple[float, str]]]) -> str:
    lines = [f"## {title}", "", "| op | float32 | at | float64 | at |", "|---|---|---|---|---|"]
    for name, row in sorted(errors.items()):
        cells = " | ".join(f"{row[d][0]:.1f} | {row[d][1]}" for d in DTYPES)
        lines.append(f"| `{name}` | {cells} |")
    return "\n".join(lines) + "\n"


def page(n: int) -> str:
    parts = [table("Elementary functions", measure(ELEMENTARY, n))]
    few = ", ".join(f"{f.most} for `{name}`" for name, f in SPECIAL.items() if f.most < n)
    parts.append(table("Special functions", measure(SPECIAL, n)) + OF_SPECIAL.format(few=few))
    return HEADER.format(n=n) + "\n".join(parts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=4000)
    parser.add_argument("--only", help="print the rows of these functions, separated by commas")
    parser.add_argument("--check", action="store_true", help="fail if a function is worse than its limit")
    args = parser.parse_args()
    functions = {**ELEMENTARY, **SPECIAL}
    if not args.only and not args.check:
        PAGE.write_text(page(args.samples))
        return 0
    names = args.only.split(",") if args.only else list(functions)
    errors = measure({n: functions[n] for n in names}, args.samples)
    print(table("Largest errors", errors))
    return int(args.check and any(e > functions[n].limit for n in names for e, _ in errors[n].values()))


if __name__ == "__main__":
    sys.exit(main())
