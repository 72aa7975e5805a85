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


STRUCTURED: dict[str, Runner] = {"cond": cond}
FUNCTIONS: dict[str, tuple[str, ...]] = {"cond": ("branches",)}  # the attributes that name functions
