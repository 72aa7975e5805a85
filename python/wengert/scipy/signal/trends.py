# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Straight lines taken out of signals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert import numpy as wnp
from wengert.lax._operands import axis_index, promote

__all__ = ["detrend"]


def detrend(
    data: Any, axis: int = -1, type: str = "linear", bp: int | Sequence[int] | Any = 0, overwrite_data: Any = None
) -> Any:
    """The data without its mean or its straight line of least squares, along an axis.

    Args:
      data: any array; integers become floats.
      axis: the dimension.
      type: "linear", or "constant" for the mean.
      bp: where a new line begins: indices, known when the program is traced.
      overwrite_data: None: arrays do not change.

    Raises:
      ShapeError: there is no such axis.
      ValueError: another type, or a break beyond the data.
      NotImplementedError: overwrite_data.

    >>> detrend(wnp.array([1.0, 2.0, 4.0])).round(3)
    Array([ 0.167, -0.333,  0.167], dtype=float32)
    """
    if overwrite_data is not None:
        raise NotImplementedError("detrend: expected overwrite_data None: arrays do not change")
    if type not in ("constant", "linear"):
        raise ValueError(f"detrend: expected a type of linear or constant but got {type!r}")
    (x,) = promote("detrend", (data,), inexact=True)
    axis = axis_index("detrend", axis, x.ndim)
    if type == "constant":
        return x - wnp.mean(x, axis, keepdims=True)
    n = x.shape[axis]
    breaks = np.unique(np.r_[0, np.asarray(bp, int), n])
    if breaks[0] < 0 or breaks[-1] > n:
        raise ValueError(f"detrend: expected breaks from 0 to {n}, the size of the data, but got {bp}")
    x = wnp.moveaxis(x, axis, -1)
    parts = [_without_line(x[..., i:j]) for i, j in zip(breaks[:-1].tolist(), breaks[1:].tolist(), strict=True)]
    return wnp.moveaxis(parts[0] if len(parts) == 1 else wnp.concatenate(parts, -1), -1, axis)


def _without_line(x: Any) -> Any:
    """By the orthonormal basis of the constant and the line, which is known beforehand."""
    n = x.shape[-1]
    x = x - wnp.mean(x, -1, keepdims=True)
    if n < 2:
        return x
    line = np.arange(n) - (n - 1) / 2
    line = wnp.asarray((line / np.linalg.norm(line)).astype(x.real.dtype))
    return x - wnp.sum(x * line, -1, keepdims=True) * line
