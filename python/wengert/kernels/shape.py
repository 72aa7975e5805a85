# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""NumPy kernels: ops that move elements."""

from __future__ import annotations

import builtins
from collections.abc import Sequence

import numpy as np

from wengert.kernels.common import contiguous


def reshape(x: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """x in row-major order with another shape (no copy)."""
    return x.reshape(shape)


def transpose(x: np.ndarray, permutation: Sequence[int]) -> np.ndarray:
    """x with its dimensions permuted."""
    return contiguous(x.transpose(permutation))


def broadcast_in_dim(x: np.ndarray, shape: Sequence[int], broadcast_dimensions: Sequence[int]) -> np.ndarray:
    """x with dimension i of x at dimension broadcast_dimensions[i] of the result, repeated along the others."""
    aligned = [1] * len(shape)
    for size, d in zip(x.shape, broadcast_dimensions, strict=True):
        aligned[d] = size
    return contiguous(np.broadcast_to(x.reshape(aligned), tuple(shape)))


def slice(x: np.ndarray, start: Sequence[int], limit: Sequence[int], strides: Sequence[int]) -> np.ndarray:
    """x[start:limit:strides] in every dimension (positive strides)."""
    return contiguous(x[tuple(map(builtins.slice, start, limit, strides))])


def pad(
    x: np.ndarray, value: np.ndarray, low: Sequence[int], high: Sequence[int], interior: Sequence[int]
) -> np.ndarray:
    """x with `interior` values between neighbours and `low`, `high` values at the ends (negative ones cut)."""
    dilated = [max(0, n + (n - 1) * i) for n, i in zip(x.shape, interior, strict=True)]
    shape = [max(0, a + n + b) for a, n, b in zip(low, dilated, high, strict=True)]
    result = np.full(shape, value, x.dtype)
    into, out_of = [], []
    for n, m, a, i in zip(x.shape, shape, low, interior, strict=True):
        step = i + 1
        first = max(0, -(a // step)) if a < 0 else 0  # the first element of x at or after position 0
        last = min(n, (m - 1 - a) // step + 1) if m else 0  # one past the last before position m
        last = max(first, last)
        into.append(builtins.slice(a + first * step, a + last * step if last > first else a + first * step, step))
        out_of.append(builtins.slice(first, last, 1))
    result[tuple(into)] = x[tuple(out_of)]
    return result


def concatenate(xs: Sequence[np.ndarray], dimension: int) -> np.ndarray:
    """The operands one after the other along `dimension`."""
    return np.concatenate(xs, axis=dimension)


def reverse(x: np.ndarray, dimensions: Sequence[int]) -> np.ndarray:
    """x with the order along `dimensions` reversed."""
    return contiguous(np.flip(x, tuple(dimensions)))


def constant(value: np.ndarray) -> np.ndarray:
    """The literals as they are."""
    return contiguous(value)


def iota(shape: Sequence[int], dimension: int, dtype: np.dtype) -> np.ndarray:
    """0, 1, 2, ... along `dimension`, the same along the others."""
    aligned = [1] * len(shape)
    aligned[dimension] = shape[dimension]
    return contiguous(np.broadcast_to(np.arange(shape[dimension]).astype(dtype).reshape(aligned), tuple(shape)))
