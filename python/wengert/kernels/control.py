# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels of branches and loops: they run functions of the module, which the interpreter gives them as callables
with a method `results`, the types of what they return."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Runner = Callable[..., Sequence[np.ndarray]]


def cond(index: Any, *inputs: np.ndarray, branches: Sequence[Runner]) -> Sequence[np.ndarray]:
    """The results of the branch that the index names; one out of range names the nearest."""
    return branches[min(max(int(index), 0), len(branches) - 1)](*inputs)


def optimization_barrier(*inputs: np.ndarray) -> Sequence[np.ndarray]:
    """The operands: nothing is shared or moved here."""
    return inputs


def scan(
    *inputs: np.ndarray,
    callee: Any,
    num_consts: int,
    num_carry: int,
    length: int,
    reverse: bool,
    **_: Any,
) -> Sequence[np.ndarray]:
    """The last carries and the stacked results of the steps."""
    consts = inputs[:num_consts]
    carry: Sequence[np.ndarray] = inputs[num_consts : num_consts + num_carry]
    xs = inputs[num_consts + num_carry :]
    ys = [np.empty((length, *a.shape), a.dtype) for a in callee.results()[num_carry:]]
    for i in range(length - 1, -1, -1) if reverse else range(length):
        results = callee(*consts, *carry, *[x[i, ...] for x in xs])
        carry = results[:num_carry]
        for stack, y in zip(ys, results[num_carry:], strict=True):
            stack[i] = y
    return [*carry, *ys]


STRUCTURED: dict[str, Runner] = {"cond": cond, "optimization_barrier": optimization_barrier, "scan": scan}
FUNCTIONS: dict[str, tuple[str, ...]] = {
    "cond": ("branches",),
    "optimization_barrier": (),
    "scan": ("callee",),
}  # the attributes that name functions
