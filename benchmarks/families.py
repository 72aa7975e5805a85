# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One program of each family of ops at a small and a large size: run time, compile time and peak memory.

Memory is the peak of a process that compiles and runs the program at its large size.
"""

from __future__ import annotations

import subprocess
import sys

from benchmarks import programs
from benchmarks.harness import Case
from benchmarks.programs import Program, contenders
from benchmarks.startup import PEAK

PROGRAMS = [
    Program("Elementwise", "np.tanh(x) * np.exp(-x) + np.sin(x)", {"x": (100,)}, {"x": (1_000_000,)}),
    Program("Shape", "np.concatenate([x.T, np.pad(x, 1)[1:-1, 1:-1]], 0)", {"x": (8, 8)}, {"x": (1000, 1000)}),
    Program("Contraction", "x @ y", {"x": (16, 16), "y": (16, 16)}, {"x": (1024, 1024), "y": (1024, 1024)}),
    Program("Reduction", "np.sum(x, 0) + np.max(x, 0)", {"x": (8, 8)}, {"x": (1000, 1000)}),
    Program("Window", "lax.reduce_window(x, 0., lax.add, (2, 2), (2, 2), 'VALID')", {"x": (8, 8)}, {"x": (1000, 1000)}),
    Program("Indexing", "np.take(x, i, 0)", {"x": (1000, 8), "i": (16,)}, {"x": (50_000, 256), "i": (4096,)}),
    Program("Sorting", "np.sort(x)", {"x": (32,)}, {"x": (200_000,)}),
    Program("Complex", "np.exp(z) * np.conj(z) / (1 + np.abs(z))", {"z": (100,)}, {"z": (1_000_000,)}),
    Program("Complex product", "z @ w", {"z": (16, 16), "w": (16, 16)}, {"z": (512, 512), "w": (512, 512)}),
    Program("Fft", "np.abs(np.fft.rfft(x))", {"x": (1000,)}, {"x": (1_000_000,)}),
    Program("Random", "lib.random.normal(lib.random.PRNGKey(0), x.shape) + x", {"x": (100,)}, {"x": (1_000_000,)}),
]


class PeakMemory(Case):
    """Megabytes of a process that compiles the program at its large size and runs it once."""

    def measure(self) -> Case:
        for name in self.runs:
            code = f"import {name} as lib, {name}.numpy\nfrom benchmarks import families, programs\n"
            code += f"program = next(p for p in families.PROGRAMS if p.name == {self.name!r})\n"
            code += "programs.running(program, lib, program.large)()"
            run = subprocess.run([sys.executable, "-c", PEAK.format(program=code)], check=True, capture_output=True)
            self.measured[name] = float(run.stdout.split()[-1]) * 1024 / 1e6
        return self


def cases() -> list[Case]:
    found = programs.cases(PROGRAMS)
    return found + [PeakMemory(p.name, dict.fromkeys(contenders(), int), unit="MB") for p in PROGRAMS]
