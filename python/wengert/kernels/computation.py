# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels of ops that apply a function of scalars."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wengert.kernels.common import contiguous

__all__ = ["reduce"]


def _tuple(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


def reduce(xs: Sequence[np.ndarray], computation: Callable[..., Any], axes: Sequence[int]) -> Any:
    """n arrays, then n scalars to start with, combined over `axes` in pairs of neighbours: n arrays, one as it is."""
    count = len(xs) // 2
    arrays, starts = xs[:count], xs[count:]
    kept = [d for d in range(arrays[0].ndim) if d not in axes]
    shape = [arrays[0].shape[d] for d in kept]
    size = math.prod(arrays[0].shape[d] for d in axes)
    rows = [np.transpose(x, (*kept, *axes)).reshape(*shape, size) for x in arrays]
    out = tuple(np.broadcast_to(s, shape).copy() for s in starts)
    if size == 0:
        return out if count > 1 else out[0]
    while (size := rows[0].shape[-1]) > 1:
        pairs = [x[..., i : size - size % 2 : 2] for i in (0, 1) for x in rows]
        combined = _tuple(computation(*pairs))
        rows = [np.concatenate([c, x[..., size - size % 2 :]], -1) for c, x in zip(combined, rows, strict=True)]
    results = _tuple(computation(*out, *[x[..., 0] for x in rows]))
    out = tuple(contiguous(np.asarray(r, s.dtype)) for r, s in zip(results, starts, strict=True))
    return out if count > 1 else out[0]
