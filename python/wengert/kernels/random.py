# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""NumPy kernels: random bits."""

from __future__ import annotations

import builtins
from collections.abc import Sequence

import numpy as np

from wengert.kernels.common import quiet

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = 0x1BD11BDA
_CHUNK = 1 << 14  # blocks at a time, so that they stay in the cache through all rounds


def _threefry_words(k0: int, k1: int, x0: int, x1: int) -> tuple[int, int]:
    """One block in Python's integers."""
    mask = 0xFFFFFFFF
    keys = (k0, k1, k0 ^ k1 ^ _PARITY)
    x0, x1 = (x0 + k0) & mask, (x1 + k1) & mask
    for i in range(5):
        for r in _ROTATIONS[i & 1]:
            x0 = (x0 + x1) & mask
            x1 = ((x1 << r | x1 >> (32 - r)) & mask) ^ x0
        x0 = (x0 + keys[(i + 1) % 3]) & mask
        x1 = (x1 + keys[(i + 2) % 3] + i + 1) & mask
    return x0, x1


def _threefry_blocks(keys: Sequence[np.ndarray], x0: np.ndarray, x1: np.ndarray) -> None:
    """Many blocks, in place: `x0` and `x1` already hold the sums with the first two keys."""
    turned = np.empty_like(x1)
    for i in range(5):
        for r in _ROTATIONS[i & 1]:
            np.add(x0, x1, out=x0)
            np.left_shift(x1, np.uint32(r), out=turned)
            np.right_shift(x1, np.uint32(32 - r), out=x1)
            np.bitwise_or(x1, turned, out=x1)
            np.bitwise_xor(x1, x0, out=x1)
        np.add(x0, keys[(i + 1) % 3], out=x0)
        np.add(x1, keys[(i + 2) % 3] + np.uint32(i + 1), out=x1)


def threefry2x32(k0: np.ndarray, k1: np.ndarray, x0: np.ndarray, x1: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Threefry-2x32 with 20 rounds (Salmon et al. 2011): the block (x0, x1) under the key (k0, k1), all uint32.

    The keys may have rank 0 and then serve all blocks.
    """
    shape, size = np.shape(x0), np.size(x0)
    if size <= 8:  # Python's integers are faster than a hundred calls of NumPy
        words = [np.broadcast_to(w, shape).ravel().tolist() for w in (k0, k1, x0, x1)]
        blocks = [_threefry_words(*block) for block in zip(*words, strict=True)]
        y0, y1 = np.array(blocks, np.uint32).reshape(-1, 2).T.reshape((2, *shape))
        return np.asarray(y0), np.asarray(y1)
    with quiet():  # scalars would warn where arrays wrap silently
        keys = [np.asarray(k).ravel() for k in (k0, k1, k0 ^ k1 ^ np.uint32(_PARITY))]
        y0, y1 = (x0.ravel() + keys[0]), (x1.ravel() + keys[1])
        for start in range(0, size, _CHUNK):
            part = builtins.slice(start, start + _CHUNK)
            _threefry_blocks([k if k.size == 1 else k[part] for k in keys], y0[part], y1[part])
    return y0.reshape(shape), y1.reshape(shape)
