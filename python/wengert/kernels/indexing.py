# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""NumPy kernels: reading and writing at computed positions."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert.kernels.common import contiguous


def _clamped_starts(shape: Sequence[int], starts: Sequence[Any], sizes: Sequence[int]) -> list[int]:
    return [max(0, min(int(s), n - m)) for s, n, m in zip(starts, shape, sizes, strict=True)]


def dynamic_slice(x: np.ndarray, starts: Sequence[Any], sizes: Sequence[int]) -> np.ndarray:
    """The block of `sizes` at `starts`, moved into x where it would leave it."""
    begin = _clamped_starts(x.shape, starts, sizes)
    return contiguous(x[tuple(builtins.slice(s, s + n) for s, n in zip(begin, sizes, strict=True))])


def dynamic_update_slice(x: np.ndarray, update: np.ndarray, starts: Sequence[Any]) -> np.ndarray:
    """x with the block at `starts` (moved into x where it would leave it) replaced by `update`."""
    begin = _clamped_starts(x.shape, starts, update.shape)
    result = x.copy()
    result[tuple(builtins.slice(s, s + n) for s, n in zip(begin, update.shape, strict=True))] = update
    return result


def take(x: np.ndarray, indices: np.ndarray, axis: int) -> np.ndarray:
    """The entries of x at `indices` along `axis`; an index outside is moved to the nearest end."""
    if x.shape[axis] == 0:
        return np.zeros(x.shape[:axis] + indices.shape + x.shape[axis + 1 :], x.dtype)
    return contiguous(np.take(x, indices, axis=axis, mode="clip"))
