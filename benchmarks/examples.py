# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One training step of each program in examples/: a warm call, its processor time, its trace, its compilation.

Every library runs the example's own lines (benchmarks/over.py): the step is the function that the example gives to
`jit`, its arguments those of the first call.
"""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from benchmarks.harness import Case, fresh
from benchmarks.over import over
from benchmarks.programs import contenders

FOLDER = Path(__file__).resolve().parent.parent / "examples"


def _main(module: ModuleType) -> Any:
    """The example as a program, with one step to do."""
    given = sys.argv
    with tempfile.TemporaryDirectory() as folder:
        sys.argv = [module.__name__, "--output", folder]
        try:
            return module.main()
        finally:
            sys.argv = given


def _conv_digits(network: str) -> Callable[[ModuleType], Any]:
    return lambda m: m.train(m.NETWORKS[network], 100, *m.digits())


# What calls the step first, of a module of examples/; by the name of the line.
STEPS: dict[str, tuple[str, Callable[[ModuleType], Any]]] = {
    "train_digits": ("step", lambda m: m.train(1, *m.load_data())),
    "conv_digits, perceptron": ("step", _conv_digits("perceptron")),
    "conv_digits, convolutions": ("step", _conv_digits("convolutions")),
    "dcgan_digits": ("step", lambda m: m.train(1, m.digits()[0])),
    "char_transformer": ("step", lambda m: m.train(100)),
    "gaussian_process": ("step", _main),
    "variational_inference": ("step", _main),
    "logistic_regression": ("step", _main),
    "neural_ode": ("step", _main),
    "hessian_vector_products": ("newton_step", lambda m: m.descend(1)),
    "tanh_derivatives": ("<lambda>", _main),
}


def step_of(name: str, library: str) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """The step of an example over a library, and the arguments of its first call."""
    wanted, run = STEPS[name]
    with contextlib.redirect_stdout(io.StringIO()):
        return over(library).first_call(FOLDER / f"{name.partition(',')[0]}.py", wanted, run)


class Step:
    """The step of an example over a library, and what is measured of it."""

    def __init__(self, name: str, library: Any):
        self.library = library
        self.function, args = step_of(name, library.__name__)
        self.args = library.tree_util.tree_map(library.numpy.asarray, args)

    def running(self) -> Callable[[], object]:
        jitted = self.library.jit(self.function)
        return lambda: self.library.block_until_ready(jitted(*self.args))

    def trace(self) -> object:
        return self.library.jit(lambda *args: self.function(*args)).trace(*self.args)  # JAX remembers functions

    def compile(self) -> object:
        number = next(fresh) + 0.5  # as a result, it makes the program one that no cache holds
        return self.library.jit(lambda *args: (self.function(*args), number)).lower(*self.args).compile()


def cases() -> Iterator[Case]:
    libs = contenders()
    for name in STEPS:
        steps = {lib: Step(name, library) for lib, library in libs.items()}
        runs = {lib: step.running() for lib, step in steps.items()}
        warm: dict[str, Any] = {"unit": "us", "rounds": 15, "seconds": 0.05, "summary": min}
        yield Case(name, runs, goal="<= 1.3 x JAX", **warm)
        yield Case(f"{name}: processor", runs, clock=time.process_time, **warm)
        for what in ("trace", "compile"):
            made = {lib: getattr(step, what) for lib, step in steps.items()}
            rounds = 5 if what == "trace" else 2
            yield Case(f"{name}: {what}", made, unit="ms", rounds=rounds, seconds=0, summary=min)
