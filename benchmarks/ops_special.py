# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Special functions, beside SciPy's (in the column of NumPy)."""

from __future__ import annotations

from benchmarks import programs
from benchmarks.harness import Case
from benchmarks.programs import Program

# function of lax and of SciPy, operands
FUNCTIONS = [
    ("lgamma", "gammaln", "a"),
    ("digamma", "psi", "a"),
    ("erf_inv", "erfinv", "u"),
    ("igamma", "gammainc", "ab"),
    ("betainc", "betainc", "abu"),
    ("random_gamma_grad", "", "ab"),
]


def program(name: str, scipy: str, operands: str) -> Program:
    given = ", ".join(operands)
    others = {"numpy": f"scipy.special.{scipy}({given})"} if scipy else {}
    small, large = dict.fromkeys(operands, (100,)), dict.fromkeys(operands, (100_000,))
    return Program(name, f"lax.{name}({given})", small, large, others)


PROGRAMS = [program(*f) for f in FUNCTIONS]


def cases() -> list[Case]:
    return programs.cases(PROGRAMS)
