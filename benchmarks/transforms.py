# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Transforms of programs: Jacobians of a classifier, Hessian of a logistic model, pairwise distances by nested vmap,
and the time from a function to the executable of its gradient."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from benchmarks import programs
from benchmarks.harness import Case, fresh
from benchmarks.programs import Program, contenders

# x are examples with a row each, v the weights, y what is to be predicted.
PROBABILITIES = "lib.nn.sigmoid(x @ v)"
LOSS = "np.mean(np.logaddexp(0., x @ v) - y * (x @ v))"
SMALL, LARGE = {"v": (3,), "x": (4, 3)}, {"v": (50,), "x": (1000, 50)}
LABELLED = ({"v": (50,), "x": (100, 50), "y": (100,)}, {"v": (50,), "x": (10_000, 50), "y": (10_000,)})
PAIRS = "lib.vmap(lambda q: lib.vmap(lambda r: np.sqrt(np.sum((q - r)**2)))(y))(x)"

PROGRAMS = [
    Program("jacfwd of a classifier", f"lib.jacfwd(lambda v: {PROBABILITIES})(v)", SMALL, LARGE),
    Program("jacrev of a classifier", f"lib.jacrev(lambda v: {PROBABILITIES})(v)", SMALL, LARGE),
    Program("Hessian of a logistic model", f"lib.hessian(lambda v: {LOSS})(v)", *LABELLED),
    Program("Hessian-vector product", f"lib.jvp(lib.grad(lambda v: {LOSS}), (v,), (v,))[1]", *LABELLED),
    Program("pairwise distances", PAIRS, {"x": (10, 3), "y": (10, 3)}, {"x": (1000, 8), "y": (1000, 8)}),
]
LAYERS, WIDTH = 100, 32


def deep_gradient(lib: Any) -> Callable[[], Any]:
    """From an unrolled MLP of 100 layers to the executable of its gradient."""
    weights = [numpy.full((WIDTH, WIDTH), 0.01, "float32") for _ in range(LAYERS)]
    x = numpy.ones((8, WIDTH), "float32")

    def compile_it() -> Any:
        shift = next(fresh) + 0.5

        def loss(weights: list[Any]) -> Any:
            h = x * shift
            for w in weights:
                h = lib.numpy.tanh(h @ w)
            return h.sum()

        return lib.jit(lib.grad(loss)).lower(weights).compile()

    return compile_it


def cases() -> list[Case]:
    deep = {name: deep_gradient(lib) for name, lib in contenders().items()}
    return [
        *programs.cases(PROGRAMS),
        Case(f"gradient of {LAYERS} unrolled layers: compile", deep, unit="s", rounds=1, seconds=0),
    ]
