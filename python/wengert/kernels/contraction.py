# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""NumPy kernels: sums of products."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

import ml_dtypes
import numpy as np

from wengert.kernels.common import FLOAT32, HALVES


def _rank(dtype: np.dtype) -> tuple[bool, int, int, int, bool]:
    is_complex = dtype.kind == "c"
    real = np.dtype(f"f{dtype.itemsize // 2}") if is_complex else dtype
    if real.kind == "f" or real in HALVES:
        info = ml_dtypes.finfo(real)
        return is_complex, int(info.maxexp), int(info.nmant), 8 * real.itemsize, True
    return is_complex, -1, -1, 8 * real.itemsize, real.kind != "u"


@functools.cache
def product_dtype(lhs: np.dtype, rhs: np.dtype) -> np.dtype:
    """The type of products of two types: the higher one, in the order that XLA gives them.

    >>> product_dtype(np.dtype("int32"), np.dtype("float16")).name
    'float16'
    """
    return rhs if _rank(lhs) < _rank(rhs) else lhs


@functools.cache
def accumulator_dtype(lhs: np.dtype, rhs: np.dtype, result: np.dtype) -> np.dtype:
    """The type that products of two types are summed in, if the sum has type `result`."""
    wide = product_dtype(product_dtype(lhs, rhs), result)
    return FLOAT32 if wide in HALVES else wide


def dot_general(
    lhs: np.ndarray,
    rhs: np.ndarray,
    lhs_contracting: Sequence[int],
    rhs_contracting: Sequence[int],
    lhs_batch: Sequence[int] = (),
    rhs_batch: Sequence[int] = (),
    preferred_element_type: np.dtype | None = None,
) -> np.ndarray:
    """The sum of products over the contracting dimensions; result dims: batch, free of lhs, free of rhs."""
    dtype = lhs.dtype
    if preferred_element_type is not None or dtype != rhs.dtype or dtype in HALVES:
        dtype = preferred_element_type or product_dtype(dtype, rhs.dtype)
        wide = accumulator_dtype(lhs.dtype, rhs.dtype, dtype)
        lhs, rhs = lhs.astype(wide, copy=False), rhs.astype(wide, copy=False)
    elif not lhs_batch:  # what np.dot does as it is
        last, first = (lhs.ndim - 1,), (max(rhs.ndim - 2, 0),)
        if lhs.ndim and rhs.ndim and tuple(lhs_contracting) == last and tuple(rhs_contracting) == first:
            return np.dot(lhs, rhs)
    lhs_free = [d for d in range(lhs.ndim) if d not in lhs_contracting and d not in lhs_batch]
    rhs_free = [d for d in range(rhs.ndim) if d not in rhs_contracting and d not in rhs_batch]
    batch = tuple(lhs.shape[d] for d in lhs_batch)
    m = tuple(lhs.shape[d] for d in lhs_free)
    n = tuple(rhs.shape[d] for d in rhs_free)
    size = math.prod(lhs.shape[d] for d in lhs_contracting)
    a = lhs.transpose((*lhs_batch, *lhs_free, *lhs_contracting)).reshape((*batch, math.prod(m), size))
    b = rhs.transpose((*rhs_batch, *rhs_contracting, *rhs_free)).reshape((*batch, size, math.prod(n)))
    return np.matmul(a, b).reshape(batch + m + n).astype(dtype, copy=False)
