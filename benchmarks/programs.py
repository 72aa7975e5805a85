# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Programs that every library runs: one line of Python each, at a small and a large size, jitted.

A group of benchmarks is a list of `Program`s; `cases` makes of each two cases of run time and one of compile time, from
the function to the executable, which no cache has seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import ml_dtypes
import numpy

from benchmarks.harness import Case, fresh, optional

Shape = tuple[int, ...]


@dataclass(frozen=True)
class Program:
    """An expression over `lib`, its `lax`, `np` (its NumPy) and operands, whose names say what they are.

    Attributes:
      name: what it is called in the table.
      text: the expression.
      small, large: the shapes of the operands, by name (see DRAW).
      others: the same as an expression over `np` (NumPy), `scipy` or `torch` and the same operands, by contender.
    """

    name: str
    text: str
    small: dict[str, Shape]
    large: dict[str, Shape]
    others: dict[str, str] = field(default_factory=dict)


def _normal(rng: numpy.random.Generator, shape: Shape) -> numpy.ndarray:
    return rng.standard_normal(shape).astype("float32")


def _complex(rng: numpy.random.Generator, shape: Shape) -> numpy.ndarray:
    return (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)).astype("complex64")


def _positive_definite(rng: numpy.random.Generator, shape: Shape) -> numpy.ndarray:
    x, n = _normal(rng, shape), shape[-1]
    return x @ x.T + n * numpy.eye(n, dtype="float32")


# What the letters of operands stand for.
DRAW: dict[str, Callable[[numpy.random.Generator, Shape], numpy.ndarray]] = {
    **dict.fromkeys("xyv", _normal),
    **dict.fromkeys("zw", _complex),
    **dict.fromkeys("ab", lambda rng, s: rng.uniform(0.1, 10, s).astype("float32")),
    "u": lambda rng, s: rng.uniform(0, 1, s).astype("float32"),
    "p": _positive_definite,
    "i": lambda rng, s: rng.integers(0, 1000, s).astype("int32"),
    **dict.fromkeys("hk", lambda rng, s: _normal(rng, s).astype(ml_dtypes.bfloat16)),
    **dict.fromkeys("qr", lambda rng, s: rng.integers(-100, 100, s).astype("int8")),
}


def operands(shapes: dict[str, Shape]) -> list[numpy.ndarray]:
    """The operands, the same numbers every time."""
    rng = numpy.random.default_rng(0)
    return [DRAW[name](rng, shape) for name, shape in shapes.items()]


def function(program: Program, lib: Any, shift: str = "") -> Callable[..., Any]:
    """The program as a function of its operands; `shift` is added to those of a floating type."""
    names = list(program.small)
    scope = {"lib": lib, "lax": lib.lax, "np": lib.numpy, "numpy": numpy}
    plain = f"lambda {', '.join(names)}: {program.text}"
    if not shift:
        return eval(plain, scope)
    given = ", ".join(n if n in "iqr" else f"{n} + {shift}" for n in names)
    return eval(f"lambda {', '.join(names)}: ({plain})({given})", scope)


def running(program: Program, lib: Any, shapes: dict[str, Shape]) -> Callable[[], Any]:
    """A run of the jitted program until its result is there."""
    jitted = lib.jit(function(program, lib))
    arrays = [lib.numpy.asarray(x) for x in operands(shapes)]

    def run() -> Any:
        out = jitted(*arrays)
        while isinstance(out, (tuple, list)):  # the parts of a result are ready together
            out = out[0]
        return out.block_until_ready()

    return run


def running_other(program: Program, contender: str, shapes: dict[str, Shape]) -> Callable[[], Any] | None:
    """A run of what NumPy, SciPy or PyTorch have for it; None where they are not installed."""
    module = optional(contender)
    if module is None:
        return None
    arrays = operands(shapes)
    if contender == "torch":
        arrays = [module.from_numpy(x) for x in arrays]
    scope = {"np": numpy, "scipy": optional("scipy.special") and optional("scipy"), "torch": module}
    f = eval(f"lambda {', '.join(shapes)}: {program.others[contender]}", scope)
    return lambda: f(*arrays)


def compiling(program: Program, lib: Any, shapes: dict[str, Shape]) -> Callable[[], Any]:
    """The way from the function to the executable."""
    arrays = operands(shapes)
    return lambda: lib.jit(function(program, lib, f"{next(fresh)}.5")).lower(*arrays).compile()


def contenders() -> dict[str, Any]:
    """wengert and, if it is installed, JAX."""
    import wengert
    import wengert.numpy

    jax = optional("jax")
    if jax:
        import jax.numpy
    return {"wengert": wengert} | ({"jax": jax} if jax else {})


def cases(programs: Iterable[Program], goal: str = "") -> list[Case]:
    """Three cases for each program: run time at both sizes, and compile time at the small one."""
    libs, found = contenders(), []
    for p in programs:
        for shapes, unit in ((p.small, "us"), (p.large, "ms")):
            runs = {name: running(p, lib, shapes) for name, lib in libs.items()}
            others = {name: running_other(p, name, shapes) for name in p.others}
            runs |= {name: run for name, run in others.items() if run}
            size = "x".join(map(str, max(shapes.values(), key=math.prod)))
            found.append(Case(f"{p.name}, {size}", runs, unit=unit, goal=goal, rounds=5, seconds=0.02))
        compiles = {name: compiling(p, lib, p.small) for name, lib in libs.items()}
        found.append(Case(f"{p.name}: compile", compiles, unit="ms", rounds=1, seconds=0))
    return found
