# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""NumPy kernels: sums of products."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from wengert.kernels.common import HALVES, widen


def dot_general(
    lhs: np.ndarray,
    rhs: np.ndarray,
    lhs_contracting: Sequence[int],
    rhs_contracting: Sequence[int],
    lhs_batch: Sequence[int] = (),
    rhs_batch: Sequence[int] = (),
) -> np.ndarray:
    """The sum of products over the contracting dimensions; result dims: batch, free of lhs, free of rhs."""
    dtype = lhs.dtype
    if not lhs_batch and dtype not in HALVES:  # what np.dot does as it is
        last, first = (lhs.ndim - 1,), (max(rhs.ndim - 2, 0),)
        if lhs.ndim and rhs.ndim and tuple(lhs_contracting) == last and tuple(rhs_contracting) == first:
            return np.dot(lhs, rhs)
    lhs, rhs = widen(lhs), widen(rhs)
    lhs_free = [d for d in range(lhs.ndim) if d not in lhs_contracting and d not in lhs_batch]
    rhs_free = [d for d in range(rhs.ndim) if d not in rhs_contracting and d not in rhs_batch]
    batch = tuple(lhs.shape[d] for d in lhs_batch)
    m = tuple(lhs.shape[d] for d in lhs_free)
    n = tuple(rhs.shape[d] for d in rhs_free)
    size = math.prod(lhs.shape[d] for d in lhs_contracting)
    a = lhs.transpose((*lhs_batch, *lhs_free, *lhs_contracting)).reshape((*batch, math.prod(m), size))
    b = rhs.transpose((*rhs_batch, *rhs_contracting, *rhs_free)).reshape((*batch, size, math.prod(n)))
    return np.matmul(a, b).reshape(batch + m + n).astype(dtype, copy=False)
