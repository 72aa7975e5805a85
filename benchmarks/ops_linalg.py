# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Factorisations, beside NumPy's."""

from __future__ import annotations

from benchmarks import programs
from benchmarks.harness import Case
from benchmarks.programs import Program

FUNCTIONS = {
    "cholesky": "np.linalg.cholesky(p)",
    "solve": "np.linalg.solve(p, v)",
    "qr": "np.linalg.qr(p)",
    "svd": "np.linalg.svd(p)",
    "eigh": "np.linalg.eigh(p)",
}
PROGRAMS = [
    Program(name, text, {"p": (16, 16), "v": (16,)}, {"p": (512, 512), "v": (512,)}, {"numpy": text})
    for name, text in FUNCTIONS.items()
]


def cases() -> list[Case]:
    return programs.cases(PROGRAMS)
