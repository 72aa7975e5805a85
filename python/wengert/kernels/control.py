# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels of branches and loops: they run functions of the module, which the interpreter gives them as callables."""

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


STRUCTURED: dict[str, Runner] = {"cond": cond, "optimization_barrier": optimization_barrier}
# The attributes that name functions.
FUNCTIONS: dict[str, tuple[str, ...]] = {"cond": ("branches",), "optimization_barrier": ()}
