# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""NumPy kernels: sorting."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wengert.kernels.common import contiguous, widen


def _shows_order(x: np.ndarray) -> bool:
    """Whether elements that compare equal can be told apart: zeros of both signs. NumPy's stable sort is slower."""
    return x.dtype.kind == "c" or (x.dtype.kind == "f" and bool(np.signbit(x[x == 0]).any()))


def sort(
    xs: Sequence[np.ndarray], dimension: int, num_keys: int = 1, stable: bool = True
) -> np.ndarray | tuple[np.ndarray, ...]:
    """The operands sorted along `dimension` by the first `num_keys` of them, nan last; one operand gives an array."""
    keys = [widen(x) for x in xs[:num_keys]]
    if len(xs) == 1:
        by_order = stable and _shows_order(keys[0])
        return np.sort(keys[0], axis=dimension, kind="stable" if by_order else None).astype(xs[0].dtype, copy=False)
    if num_keys == 1:
        order = np.argsort(keys[0], axis=dimension, kind="stable")
    else:
        order = np.lexsort(keys[::-1], axis=dimension)
    return tuple(contiguous(np.take_along_axis(x, order, axis=dimension)) for x in xs)
