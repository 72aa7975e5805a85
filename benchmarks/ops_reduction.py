# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reductions, cumulative ops and windows."""

from __future__ import annotations

from benchmarks import programs
from benchmarks.harness import Case
from benchmarks.programs import Program

POOL = "lax.reduce_window(x, -np.inf, lax.max, (1, 3, 3, 1), (1, 2, 2, 1), 'SAME')"
MEAN = "lax.reduce_window(x, 0., lax.add, (1, 2, 2, 1), (1, 2, 2, 1), 'VALID')"
PROGRAMS = [
    Program("sum of all", "x.sum()", {"x": (8, 8)}, {"x": (4096, 4096)}),
    Program("sum of rows", "x.sum(1)", {"x": (8, 8)}, {"x": (4096, 4096)}),
    Program("sum of columns", "x.sum(0)", {"x": (8, 8)}, {"x": (4096, 4096)}),
    Program("argmax of rows", "np.argmax(x, 1)", {"x": (8, 8)}, {"x": (1024, 1024)}),
    Program("layer norm", "(x - x.mean(1, keepdims=True)) / np.sqrt(x.var(1, keepdims=True) + 1e-5)",
            {"x": (8, 8)}, {"x": (1024, 1024)}),
    Program("cumsum of rows", "np.cumsum(x, 1)", {"x": (8, 8)}, {"x": (1024, 1024)}),
    Program("cumsum", "np.cumsum(x)", {"x": (64,)}, {"x": (1_000_000,)}),
    Program("gradient of cumprod", "lib.grad(lambda v: np.cumprod(v, 1).sum())(x)", {"x": (8, 8)}, {"x": (1024, 1024)}),
    Program("maximum pooling", POOL, {"x": (1, 8, 8, 4)}, {"x": (8, 112, 112, 64)}),
    Program("its gradient", f"lib.grad(lambda x: {POOL}.sum())(x)", {"x": (1, 8, 8, 4)}, {"x": (8, 56, 56, 64)}),
    Program("average pooling", MEAN, {"x": (1, 8, 8, 4)}, {"x": (8, 112, 112, 64)}),
    Program("reduce by a function", "lax.reduce(x, 0., lambda a, b: a + b + a * b * 1e-3, (1,))",
            {"x": (8, 8)}, {"x": (1024, 1024)}),
]  # fmt: skip


def cases() -> list[Case]:
    return programs.cases(PROGRAMS)
