# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One program of each family of ops at a small and a large size: run time, compile time and peak memory.

A program is one line of Python over `lib`, `lax`, `np` (the library's NumPy) and its operands; both libraries run the
same line. Compile time is from the function to the executable, without caches; memory is the peak of a process that
compiles and runs the program at its large size.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy

from benchmarks.harness import Case, optional
from benchmarks.startup import PEAK

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Program:
    """`text` over operands of these shapes (float32, standard normal; int32 below 1,000 for names i, j)."""

    family: str
    text: str
    small: dict[str, Shape]
    large: dict[str, Shape]


PROGRAMS = [
    Program("Elementwise", "np.tanh(x) * np.exp(-x) + np.sin(x)", {"x": (100,)}, {"x": (1_000_000,)}),
    Program("Shape", "np.concatenate([x.T, np.pad(x, 1)[1:-1, 1:-1]], 0)", {"x": (8, 8)}, {"x": (1000, 1000)}),
    Program("Contraction", "x @ y", {"x": (16, 16), "y": (16, 16)}, {"x": (1024, 1024), "y": (1024, 1024)}),
    Program("Reduction", "np.sum(x, 0) + np.max(x, 0)", {"x": (8, 8)}, {"x": (1000, 1000)}),
    Program("Window", "lax.reduce_window(x, 0., lax.add, (2, 2), (2, 2), 'VALID')", {"x": (8, 8)}, {"x": (1000, 1000)}),
    Program("Indexing", "np.take(x, i, 0)", {"x": (1000, 8), "i": (16,)}, {"x": (50_000, 256), "i": (4096,)}),
    Program("Sorting", "np.sort(x)", {"x": (32,)}, {"x": (200_000,)}),
    Program("Random", "lib.random.normal(lib.random.PRNGKey(0), x.shape) + x", {"x": (100,)}, {"x": (1_000_000,)}),
]

fresh = itertools.count(time.time_ns() % 10**5)  # constants that no cache has seen


def operands(shapes: dict[str, Shape]) -> list[numpy.ndarray]:
    rng = numpy.random.default_rng(0)
    draw = {"i": lambda s: rng.integers(0, 1000, s).astype("int32")}
    return [draw.get(n, lambda s: rng.standard_normal(s).astype("float32"))(s) for n, s in shapes.items()]


def function(program: Program, lib: Any, shift: str = "") -> Callable[..., Any]:
    """The program as a function of its operands; `shift` makes its first operand another program for caches."""
    names = ", ".join(program.small)
    first = next(iter(program.small))
    shifted = f"(lambda {names}: {program.text})({first} + {shift}, {', '.join(list(program.small)[1:])})"
    scope = {"lib": lib, "lax": lib.lax, "np": lib.numpy}
    return eval(f"lambda {names}: {shifted if shift else program.text}", scope)


def running(program: Program, lib: Any, shapes: dict[str, Shape]) -> Callable[[], Any]:
    jitted = lib.jit(function(program, lib))
    arrays = [lib.numpy.asarray(x) for x in operands(shapes)]
    return lambda: jitted(*arrays).block_until_ready()


def compiling(program: Program, lib: Any, shapes: dict[str, Shape]) -> Callable[[], Any]:
    arrays = operands(shapes)
    return lambda: lib.jit(function(program, lib, f"{next(fresh)}.5")).lower(*arrays).compile()


class PeakMemory(Case):
    """Megabytes of a process that compiles the program at its large size and runs it once."""

    def measure(self) -> Case:
        for name in self.runs:
            code = f"import {name} as lib, {name}.numpy\nfrom benchmarks.families import *\n"
            code += f"program = next(p for p in PROGRAMS if p.text == {self.name!r})\n"
            code += "running(program, lib, program.large)()"
            run = subprocess.run([sys.executable, "-c", PEAK.format(program=code)], check=True, capture_output=True)
            self.measured[name] = float(run.stdout.split()[-1]) * 1024 / 1e6
        return self


def contenders() -> dict[str, Any]:
    import wengert
    import wengert.numpy

    jax = optional("jax")
    if jax:
        import jax.numpy
    return {"wengert": wengert} | ({"jax": jax} if jax else {})


def cases() -> list[Case]:
    libs, found = contenders(), []
    for p in PROGRAMS:
        for size, shapes in (("small", p.small), ("large", p.large)):
            runs = {name: running(p, lib, shapes) for name, lib in libs.items()}
            compiles = {name: compiling(p, lib, shapes) for name, lib in libs.items()}
            found.append(Case(f"{p.family}, {size}: {p.text}", runs))
            found.append(Case(f"{p.family}, {size}: compile", compiles, unit="ms", rounds=2, seconds=0))
        memory = PeakMemory(p.text, dict.fromkeys(libs, int), unit="MB")
        found.append(memory)
    return found
