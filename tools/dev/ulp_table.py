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
    """

    exact: str | Callable[..., Any]
    ranges: tuple[tuple[float, float], ...]
    limit: float = LIMIT
    cancels: bool = False


def log_sum(mp: Any, x: Any, y: Any) -> Any:
    high, low = (x, y) if x > y else (y, x)
    return high + mp.log1p(mp.exp(low - high))


# The name of an op -> what it should be. Special functions are a table of their own.
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
    "erf": Function("erf", ((-4, 4),)),
    "erf_inv": Function(lambda mp, x: mp.erfinv(x), ((-1, 1),)),
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
SPECIAL: dict[str, Function] = {}


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
        arguments = [mp.mpf(x) for x in xs]
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
            size = max(abs(float(value)), *(abs(float(c[i])) for c in columns)) if function.cancels else float(value)
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
cancels (`logaddexp` near 0) counts in ulp of its operands. Eager mode computes with NumPy and SciPy, whose errors are
of the same size.

"""


def table(title: str, errors: dict[str, dict[str, tuple[float, str]]]) -> str:
    lines = [f"## {title}", "", "| op | float32 | at | float64 | at |", "|---|---|---|---|---|"]
    for name, row in sorted(errors.items()):
        cells = " | ".join(f"{row[d][0]:.1f} | {row[d][1]}" for d in DTYPES)
        lines.append(f"| `{name}` | {cells} |")
    return "\n".join(lines) + "\n"


def page(n: int) -> str:
    parts = [table("Elementary functions", measure(ELEMENTARY, n))]
    if SPECIAL:
        parts.append(table("Special functions", measure(SPECIAL, n)))
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
