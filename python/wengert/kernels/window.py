# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels of reductions over windows: a strided view of the dilated and padded operand, reduced over its windows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert.kernels.common import contiguous, widened
from wengert.kernels.reduction import highest, lowest

__all__ = [
    "reduce_window_max", "reduce_window_min", "reduce_window_sum", "select_and_gather_add", "select_and_scatter_add",
    "windows",
]  # fmt: skip

Ints = Sequence[int]


def _spread(x: np.ndarray, fill: Any, low: Ints, high: Ints, dilation: Ints) -> np.ndarray:
    """`x` dilated and padded with `fill`; negative amounts cut."""
    spans = [(n - 1) * step + 1 if n else 0 for n, step in zip(x.shape, dilation, strict=True)]
    begins, ends = [max(p, 0) for p in low], [max(p, 0) for p in high]
    out = np.full([b + n + e for b, n, e in zip(begins, spans, ends, strict=True)], fill, x.dtype)
    places = zip(begins, spans, dilation, strict=True)
    out[tuple(slice(b, b + n, step) for b, n, step in places)] = x
    cuts = zip(low, high, out.shape, strict=True)
    return out[tuple(slice(max(-p, 0), max(n - max(-q, 0), 0)) for p, q, n in cuts)]


def windows(x: np.ndarray, window: Ints, strides: Ints, dilation: Ints) -> np.ndarray:
    """A view of `x`: the places of the windows, then the places inside a window."""
    spans = [(k - 1) * step + 1 for k, step in zip(window, dilation, strict=True)]
    counts = [0 if n < span else (n - span) // step + 1 for n, span, step in zip(x.shape, spans, strides, strict=True)]
    outer = [s * step for s, step in zip(x.strides, strides, strict=True)]
    inner = [s * step for s, step in zip(x.strides, dilation, strict=True)]
    if 0 in counts:
        return np.empty((*counts, *window), x.dtype)
    return np.lib.stride_tricks.as_strided(x, (*counts, *window), (*outer, *inner), writeable=False)


def _reduce(ufunc: np.ufunc, fill: Any, x: np.ndarray, window: Ints, strides: Ints, low: Ints, high: Ints,
            base_dilation: Ints, window_dilation: Ints) -> np.ndarray:  # fmt: skip
    def compute(wide: np.ndarray) -> np.ndarray:
        padded = _spread(wide, fill(wide.dtype) if callable(fill) else fill, low, high, base_dilation)
        view = windows(padded, window, strides, window_dilation)
        return ufunc.reduce(view, axis=tuple(range(x.ndim, 2 * x.ndim)), dtype=wide.dtype)

    return contiguous(widened(compute, x))


def reduce_window_sum(x: np.ndarray, *window: Ints) -> np.ndarray:
    """The sum of each window, in the dtype of x."""
    return _reduce(np.add, 0, x, *window)


def reduce_window_max(x: np.ndarray, *window: Ints) -> np.ndarray:
    """The maximum of each window, nan where there is one."""
    return _reduce(np.maximum, lowest, x, *window)


def reduce_window_min(x: np.ndarray, *window: Ints) -> np.ndarray:
    """The minimum of each window, nan where there is one."""
    return _reduce(np.minimum, highest, x, *window)


def _selected(operand: np.ndarray, order: str, window: Ints, strides: Ints, low: Ints, high: Ints,
              base_dilation: Ints, window_dilation: Ints) -> np.ndarray:  # fmt: skip
    """For each window the flat index in `operand` of its first extreme element; the size of `operand` for padding."""
    wide = operand.astype(np.float32) if operand.dtype.itemsize < 4 else operand
    fill, find = (-np.inf, np.argmax) if order == "ge" else (np.inf, np.argmin)
    indices = np.arange(operand.size).reshape(operand.shape)

    def flat(x: np.ndarray, value: Any) -> np.ndarray:
        view = windows(_spread(x, value, low, high, base_dilation), window, strides, window_dilation)
        return view.reshape(*view.shape[: x.ndim], int(np.prod(window)))

    values, places = flat(wide, fill), flat(indices, operand.size)
    return np.take_along_axis(places, find(values, axis=-1)[..., None], -1)[..., 0]


def select_and_gather_add(tangents: np.ndarray, operand: np.ndarray, order: str, *window: Ints) -> np.ndarray:
    """The elements of `tangents` where `operand` has the extreme of each window, 0 for padding."""
    return np.append(tangents.reshape(-1), np.zeros(1, tangents.dtype))[_selected(operand, order, *window)]


def select_and_scatter_add(source: np.ndarray, operand: np.ndarray, order: str, *window: Ints) -> np.ndarray:
    """The elements of `source` added up where `operand` has the extreme of each window."""

    def compute(wide: np.ndarray) -> np.ndarray:
        out = np.zeros(operand.size + 1, wide.dtype)
        np.add.at(out, _selected(operand, order, *window), wide)
        return out[:-1].reshape(operand.shape)

    return contiguous(widened(compute, source))
