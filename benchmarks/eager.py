# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Common functions of NumPy called outside of `jit`, on few and on many numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy

from benchmarks.harness import Case, optional
from benchmarks.programs import contenders

FUNCTIONS = {
    "add": "np.add(x, y)",
    "multiply by a number": "x * 2.0",
    "divide": "x / y",
    "power": "x**2",
    "exp": "np.exp(x)",
    "tanh": "np.tanh(x)",
    "maximum": "np.maximum(x, y)",
    "where": "np.where(x > y, x, y)",
    "clip": "np.clip(x, -1, 1)",
    "astype": "x.astype('int32')",
    "sum": "np.sum(x)",
    "mean": "np.mean(x)",
    "argmax": "np.argmax(x)",
    "cumsum": "np.cumsum(x)",
    "sort": "np.sort(x)",
    "dot": "np.dot(x, y)",
    "reshape": "np.reshape(x, (2, -1))",
    "slice": "x[1:-1:2]",
    "concatenate": "np.concatenate([x, y])",
    "take": "x[i]",
}
SIZES = ((10, "us"), (1_000_000, "ms"))


def calling(text: str, np: Any, size: int) -> Callable[[], Any]:
    """A call on `size` numbers until its result is there."""
    rng = numpy.random.default_rng(0)
    x, y = (np.asarray(rng.standard_normal(size).astype("float32")) for _ in range(2))
    i = np.asarray(rng.integers(0, size, size).astype("int32"))
    call = eval(f"lambda: {text}", {"np": np, "x": x, "y": y, "i": i})
    return call if np is numpy else lambda: call().block_until_ready()


def cases() -> list[Case]:
    libs = {name: lib.numpy for name, lib in contenders().items()} | {"numpy": optional("numpy")}
    return [
        Case(
            f"{name}, {size:,}",
            {lib: calling(text, np, size) for lib, np in libs.items()},
            unit=unit,
            rounds=15,
            seconds=0.02,
            summary=min,
            goal="<= jax",
        )
        for size, unit in SIZES
        for name, text in FUNCTIONS.items()
    ]
