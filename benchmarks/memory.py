# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Memory of derivatives: plain and checkpointed backpropagation through 1,000 steps, and a Jacobian in chunks."""

from __future__ import annotations

import subprocess
import sys

from benchmarks.harness import Case, optional

# The peak of resident memory of one call of a compiled function, above what the process has before it.
PEAK = """
import numpy, {module} as lib, {module}.numpy as np, {module}.lax as lax

def status(key):
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith(key))

{program}
run = lib.jit(f).lower(*args).compile()
open("/proc/self/clear_refs", "w").write("5")  # the peak is counted from here
before = status("VmRSS")
lib.block_until_ready(run(*args))
print(status("VmHWM") - before)
"""
STEPS = """
def step(w, h):
    for _ in range(4):
        h = np.tanh(h @ w)
    return h

step = {wrap}(step)
f = lib.grad(lambda w, h: np.sum(lax.scan(lambda h, _: (step(w, h), None), h, None, length=1000)[0]))
args = numpy.eye(128, dtype="float32") * 0.9, numpy.ones((32, 128), "float32")
"""
LAYERS = """
def layer(w, x):
    for _ in range(4):
        x = np.tanh(x @ w)
    return x

layer = {wrap}(layer)

def loss(w, x):
    for _ in range(16):
        x = layer(w, x)
    return np.sum(x)

f = lib.grad(loss)
args = numpy.eye(128, dtype="float32") * 0.9, numpy.ones((4096, 128), "float32")
"""
JACOBIAN = """
f = lib.{jacobian}
args = (numpy.ones(2000, "float32"),)
"""
ROWS = "jacrev(lambda x: np.sum(np.sin(x * x[:4, None] * x[:4, None, None]), axis=(0, 1))"


def peak_bytes(module: str, program: str) -> float:
    """The peak in a process of its own."""
    code = PEAK.format(module=module, program=program)
    result = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(result.stdout.split()[-1]) * 1024


class Peak(Case):
    """A case that counts megabytes; `programs` are texts by contender."""

    def __init__(self, name: str, programs: dict[str, str], goal: str = ""):
        super().__init__(name, dict.fromkeys(programs, int), unit="MB", goal=goal)
        self.programs = programs

    def measure(self) -> Case:
        self.measured = {name: peak_bytes(name, program) / 1e6 for name, program in self.programs.items()}
        return self


def both(program: str, **words: str) -> dict[str, str]:
    """The program for wengert and, where it is installed, for JAX."""
    return {name: program.format(**words) for name in ("wengert", "jax") if optional(name)}


def cases() -> list[Case]:
    chunked = {"wengert": JACOBIAN.format(jacobian=f"{ROWS}, chunk_size=100)")}
    return [
        Peak("gradient through 1,000 steps, plain", both(STEPS, wrap="")),
        Peak("gradient through 1,000 steps, checkpointed", both(STEPS, wrap="lib.checkpoint"), goal="< plain / 5"),
        Peak("gradient of 16 layers, plain", both(LAYERS, wrap="")),
        Peak("gradient of 16 layers, checkpointed", both(LAYERS, wrap="lib.checkpoint"), goal="< plain"),
        Peak("Jacobian of 2,000 rows at once", both(JACOBIAN, jacobian=f"{ROWS})")),
        Peak("Jacobian of 2,000 rows, 100 at a time", chunked, goal="< at once"),
    ]
