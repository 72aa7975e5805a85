# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reading and updating at indices, sorting."""

from __future__ import annotations

from benchmarks import programs
from benchmarks.harness import Case
from benchmarks.programs import Program

ROWS: tuple[dict[str, tuple[int, ...]], ...] = ({"x": (1000, 16), "i": (64,)}, {"x": (50_000, 256), "i": (4096,)})
KEYS: tuple[dict[str, tuple[int, ...]], ...] = ({"x": (1000,)}, {"x": (100_000,)})
PROGRAMS = [
    Program("embedding lookup", "x[i]", *ROWS),
    Program("its gradient", "lib.grad(lambda x: (x[i] ** 2).sum())(x)", *ROWS),
    Program("set rows", "x.at[i].set(0)", *ROWS),
    Program("segment sum", "np.zeros(1000, 'float32').at[i].add(x)",
            {"x": (1000,), "i": (1000,)}, {"x": (100_000,), "i": (100_000,)}),
    Program("take of a vector", "np.take(x, i)", {"x": (1000,), "i": (100,)}, {"x": (100_000,), "i": (10_000,)}),
    Program("sort", "np.sort(x)", *KEYS, {"numpy": "np.sort(x)"}),
    Program("argsort", "np.argsort(x)", *KEYS, {"numpy": "np.argsort(x)"}),
    Program("top_k of 10", "lax.top_k(x, 10)", *KEYS),
]  # fmt: skip


def cases() -> list[Case]:
    return programs.cases(PROGRAMS)
