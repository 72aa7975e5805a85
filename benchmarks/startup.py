# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Import time and peak memory, each in fresh processes."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.harness import Case, optional

PEAK = """
{program}
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
"""
PROGRAM = """
import {module} as lib
import {module}.numpy as np
f = lib.jit(lambda x: np.sin(x @ x) + x)
print(f(np.ones((512, 512))).shape)
"""


def importing(module: str, then: str = ""):
    """Run `import module` in a new interpreter, and a statement after it."""
    return lambda: subprocess.run([sys.executable, "-c", f"import {module}\n{then}"], check=True)


def peak_bytes(module: str) -> float:
    """Peak resident bytes of a process that jits one function (getrusage would count the parent's memory)."""
    code = PEAK.format(program=PROGRAM.format(module=module))
    result = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(result.stdout.split()[-1]) * 1024


class PeakMemory(Case):
    """A case that counts megabytes instead of seconds."""

    def measure(self) -> Case:
        self.measured = {name: peak_bytes(name) / 1e6 for name in self.runs}
        return self


def cases() -> list[Case]:
    contenders = [name for name in ("wengert", "jax", "torch", "numpy") if optional(name)]
    imports = {name: importing(name) for name in contenders}
    return [
        Case("import, with the interpreter's own start", imports, unit="s", goal="< 0.25 s", rounds=5, seconds=0),
        Case(
            "import, and a first sum of ones",
            {
                name: importing(f"{name}.numpy as np", "np.sum(np.ones(3))")
                for name in ("wengert", "jax")
                if name in contenders
            }
            | {"numpy": importing("numpy as np", "np.sum(np.ones(3))")},
            unit="s",
            rounds=5,
            seconds=0,
        ),
        Case("start of the interpreter alone", {"wengert": importing("sys")}, unit="s", rounds=5, seconds=0),
        PeakMemory(
            "peak memory of a process that jits one function",
            {name: int for name in contenders if name in ("wengert", "jax")},
            unit="MB",
        ),
    ]
