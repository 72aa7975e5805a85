# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels of branches and loops.

The interpreter gives them the functions of the module that they run as runners: `run(*arrays)` gives the results,
`results` are their types, `cost` is about how many kernels a run calls. `compiled` runs the whole op as compiled code.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

MANY = 20_000  # a loop of more calls of kernels is compiled: it takes about as long as compiling


class Runner(Protocol):
    """A function of the module that an op runs."""

    run: Callable[..., Sequence[np.ndarray]]

    @property
    def results(self) -> Sequence[Any]:
        """The types of its results."""

    @property
    def cost(self) -> int:
        """About how many kernels one run calls."""


Compiled = Callable[[Sequence[np.ndarray]], Sequence[np.ndarray]]


def cond(index: Any, *inputs: np.ndarray, branches: Sequence[Runner], **_: Any) -> Sequence[np.ndarray]:
    """The results of the branch that the index names; one out of range names the nearest."""
    return branches[min(max(int(index), 0), len(branches) - 1)].run(*inputs)


def scan(
    *inputs: np.ndarray,
    callee: Runner,
    compiled: Compiled,
    num_consts: int,
    num_carry: int,
    length: int,
    reverse: bool,
    **_: Any,
) -> Sequence[np.ndarray]:
    """The last carries and the stacked results of the steps."""
    if length * callee.cost > MANY:
        return compiled(inputs)
    run = callee.run
    consts = inputs[:num_consts]
    carry: Sequence[np.ndarray] = inputs[num_consts : num_consts + num_carry]
    xs = inputs[num_consts + num_carry :]
    ys = [np.empty((length, *a.shape), a.dtype) for a in callee.results[num_carry:]]
    for i in range(length - 1, -1, -1) if reverse else range(length):
        results = run(*consts, *carry, *[x[i, ...] for x in xs])
        carry = results[:num_carry]
        for stack, y in zip(ys, results[num_carry:], strict=True):
            stack[i] = y
    return [*carry, *ys]


STRUCTURED: dict[str, Callable[..., Sequence[np.ndarray]]] = {"cond": cond, "scan": scan}
FUNCTIONS: dict[str, tuple[str, ...]] = {"cond": ("branches",), "scan": ("callee",)}  # what names functions
