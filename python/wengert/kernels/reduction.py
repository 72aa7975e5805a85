# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""NumPy kernels: reductions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert.kernels.common import BOOL, is_float, widen


def _reduce(ufunc: np.ufunc, x: np.ndarray, axes: Sequence[int], empty: Any = None) -> np.ndarray:
    axes = tuple(axes)
    if not axes:
        return x
    wide = widen(x)
    if empty is not None and not x.size:
        result = ufunc.reduce(wide, axis=axes, dtype=wide.dtype, initial=empty(wide.dtype))
    else:
        result = ufunc.reduce(wide, axis=axes, dtype=wide.dtype)
    return result if wide is x and result.ndim < 2 else np.asarray(result, order="C").astype(x.dtype, copy=False)


def lowest(dtype: np.dtype) -> Any:
    """The least value of a type, -inf for floats: what reduce_max gives of nothing."""
    if dtype == BOOL:
        return np.False_
    return dtype.type(-np.inf) if is_float(dtype) else dtype.type(np.iinfo(dtype).min)


def highest(dtype: np.dtype) -> Any:
    """The greatest value of a type, inf for floats: what reduce_min gives of nothing."""
    if dtype == BOOL:
        return np.True_
    return dtype.type(np.inf) if is_float(dtype) else dtype.type(np.iinfo(dtype).max)


def reduce_sum(x: np.ndarray, axes: Sequence[int]) -> np.ndarray:
    """The sum over `axes`, in the dtype of x."""
    return _reduce(np.add, x, axes)


def reduce_prod(x: np.ndarray, axes: Sequence[int]) -> np.ndarray:
    """The product over `axes`, in the dtype of x."""
    return _reduce(np.multiply, x, axes)


def reduce_max(x: np.ndarray, axes: Sequence[int]) -> np.ndarray:
    """The maximum over `axes`, nan where there is one."""
    return _reduce(np.maximum, x, axes, lowest)


def reduce_min(x: np.ndarray, axes: Sequence[int]) -> np.ndarray:
    """The minimum over `axes`, nan where there is one."""
    return _reduce(np.minimum, x, axes, highest)


def reduce_and(x: np.ndarray, axes: Sequence[int]) -> np.ndarray:
    """And over `axes` (bitwise for integers)."""
    return _reduce(np.bitwise_and, x, axes)


def reduce_or(x: np.ndarray, axes: Sequence[int]) -> np.ndarray:
    """Or over `axes` (bitwise for integers)."""
    return _reduce(np.bitwise_or, x, axes)


def reduce_xor(x: np.ndarray, axes: Sequence[int]) -> np.ndarray:
    """Exclusive or over `axes` (bitwise for integers)."""
    return _reduce(np.bitwise_xor, x, axes)


def argmax(x: np.ndarray, axis: int, dtype: np.dtype) -> np.ndarray:
    """The index of the first maximum along `axis`; a nan counts as the greatest."""
    return np.argmax(widen(x), axis=axis).astype(dtype)


def argmin(x: np.ndarray, axis: int, dtype: np.dtype) -> np.ndarray:
    """The index of the first minimum along `axis`; a nan counts as the least."""
    return np.argmin(widen(x), axis=axis).astype(dtype)
