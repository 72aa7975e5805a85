# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""NumPy kernels: reading and writing at computed positions."""

from __future__ import annotations

import builtins
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert.kernels.common import HALVES, contiguous


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


# gather and scatter compute, for each window and each place in it, the row of the array that it touches: the leading
# dimensions as one axis, the trailing ones that every window has whole as the row. Then a gather is `take`, and a
# scatter is an assignment or `ufunc.at`, which apply the updates one after the other.

_UFUNCS = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "min": np.minimum, "max": np.maximum}
# window, dropped, mapped, operand batching and indices batching dimensions
_Dims = tuple[Sequence[int], Sequence[int], Sequence[int], Sequence[int], Sequence[int]]


def _starts(
    indices: np.ndarray, shape: Sequence[int], sizes: Sequence[int], dims: _Dims, mode: str
) -> tuple[dict[int, np.ndarray], np.ndarray | None]:
    """For each dimension with a position its start for each window, moved inside; and which windows were inside."""
    _, _, mapped, operand_batching, indices_batching = dims
    windows = indices.shape[:-1]
    starts: dict[int, np.ndarray] = {}
    inside: np.ndarray | None = None
    for k, d in enumerate(mapped):
        i = indices[..., k]
        last = min(shape[d] - sizes[d], int(np.iinfo(i.dtype).max))
        if mode == "fill_or_drop":
            ok = (i >= 0) & (i <= last)
            inside = ok if inside is None else inside & ok
        starts[d] = np.clip(i, 0, max(last, 0)).astype(np.int64)
    for d, at in zip(operand_batching, indices_batching, strict=True):
        aligned = [1] * len(windows)
        aligned[at] = windows[at]
        starts[d] = np.broadcast_to(np.arange(windows[at]).reshape(aligned), windows)
    return starts, inside


def _split(shape: Sequence[int], sizes: Sequence[int], dims: _Dims) -> int:
    """The dimensions from this one on are whole in every window: a window is made of rows over them."""
    pointed = {*dims[1], *dims[3]}
    m = len(shape)
    while m and m - 1 not in pointed and sizes[m - 1] == shape[m - 1]:
        m -= 1
    return m


def _rows(
    starts: dict[int, np.ndarray],
    windows: Sequence[int],
    shape: Sequence[int],
    sizes: Sequence[int],
    dims: _Dims,
    m: int,
) -> np.ndarray:
    """The row for each window (all dimensions but the last ones) and each place in it (the kept dimensions below m)."""
    kept = [d for d in range(m) if d not in dims[1] and d not in dims[3]]
    rows: np.ndarray = np.zeros((*windows, *(1 for _ in kept)), np.int64)
    stride = 1
    for d in reversed(range(m)):
        if d in starts:
            rows = rows + starts[d].reshape((*windows, *(1 for _ in kept))) * stride
        if d in kept and sizes[d] > 1:
            place = [1] * len(kept)
            place[kept.index(d)] = sizes[d]
            rows = rows + np.arange(sizes[d]).reshape(place) * stride
        stride *= shape[d]
    return np.broadcast_to(rows, (*windows, *(sizes[d] for d in kept)))


def _arrange(count: int, window: Sequence[int]) -> list[int]:
    """The permutation that takes (windows, window) to where the window dimensions belong."""
    numbers = iter(range(count))
    places = iter(range(count, count + len(window)))
    return [next(places) if d in window else next(numbers) for d in range(count + len(window))]


def gather(x: np.ndarray, indices: np.ndarray, slice_sizes: Sequence[int], dims: _Dims, mode: str) -> np.ndarray:
    """The windows of `slice_sizes` of x at `indices`; see the op."""
    windows = indices.shape[:-1]
    kept = [d for d in range(x.ndim) if d not in dims[1] and d not in dims[3]]
    window = tuple(slice_sizes[d] for d in kept)
    order = _arrange(len(windows), dims[0])
    if not math.prod(windows) or not math.prod(window):
        return np.zeros([(*windows, *window)[d] for d in order], x.dtype)
    starts, inside = _starts(indices, x.shape, slice_sizes, dims, mode)
    m = _split(x.shape, slice_sizes, dims)
    rows = _rows(starts, windows, x.shape, slice_sizes, dims, m)
    out = (
        np.asarray(x)
        .reshape(math.prod(x.shape[:m]), *x.shape[m:])
        .take(rows.ravel(), axis=0)
        .reshape((*windows, *window))
    )
    if inside is not None and not inside.all():
        out[~inside] = np.zeros((), out.dtype)  # its bits: float8_e8m0fnu has no zero
    return np.asarray(out.transpose(order), order="C")


def scatter(kind: str, x: np.ndarray, indices: np.ndarray, updates: np.ndarray, dims: _Dims, mode: str) -> np.ndarray:
    """x with `updates` set in, added to, ... the windows at `indices`, one after the other; see the op."""
    windows = indices.shape[:-1]
    if not x.size or not updates.size:
        return x.copy()
    # halves are accumulated in float32 and rounded once
    wide = x.dtype in HALVES and kind != "set"
    result = np.array(x, np.float32 if wide else None, ndmin=0)
    updates = np.asarray(updates, result.dtype)
    kept = [d for d in range(x.ndim) if d not in dims[1] and d not in dims[3]]
    sizes = [1] * x.ndim
    for d, at in zip(kept, dims[0], strict=True):
        sizes[d] = updates.shape[at]
    starts, inside = _starts(indices, x.shape, sizes, dims, mode)
    m = _split(x.shape, sizes, dims)
    rows = _rows(starts, windows, x.shape, sizes, dims, m)
    updates = updates.transpose(np.argsort(_arrange(len(windows), dims[0])))
    if inside is not None and not inside.all():
        rows, updates = rows[inside], updates[inside]
    rows = np.ascontiguousarray(rows).ravel()
    width = math.prod(x.shape[m:])
    updates = np.ascontiguousarray(updates).reshape(len(rows), width)
    if kind == "set":
        result.reshape(-1, width)[rows] = updates
    else:  # ufunc.at is fast on one axis only
        places = rows if width == 1 else (rows[:, None] * width + np.arange(width)).ravel()
        _UFUNCS[kind].at(result.reshape(-1), places, updates.ravel())
    return result.astype(x.dtype, copy=False)
