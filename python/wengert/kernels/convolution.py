# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""NumPy kernels: convolutions."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from wengert.kernels.contraction import accumulator_dtype, product_dtype
from wengert.kernels.shape import pad

# The windows are gathered in blocks of at most this many elements.
_BLOCK = 1 << 23


def conv_general_dilated(
    lhs: np.ndarray,
    rhs: np.ndarray,
    window_strides: Sequence[int],
    padding_low: Sequence[int],
    padding_high: Sequence[int],
    lhs_dilation: Sequence[int],
    rhs_dilation: Sequence[int],
    lhs_spec: Sequence[int],
    rhs_spec: Sequence[int],
    out_spec: Sequence[int],
    feature_group_count: int = 1,
    batch_group_count: int = 1,
    preferred_element_type: np.dtype | None = None,
) -> np.ndarray:
    """The sum of products of a kernel with windows of lhs: the windows as rows of a matrix, times the kernel."""
    dtype = preferred_element_type or product_dtype(lhs.dtype, rhs.dtype)
    wide = accumulator_dtype(lhs.dtype, rhs.dtype, dtype)
    groups = feature_group_count * batch_group_count
    x = lhs.transpose(lhs_spec[0], *lhs_spec[2:], lhs_spec[1])  # batch, spatial, feature
    w = rhs.transpose(rhs_spec).astype(wide, copy=False)
    kernel = w.shape[2:]
    x = _dilated(x, padding_low, padding_high, lhs_dilation)
    spatial = [
        max(0, (n - (d * (k - 1) + 1 if k else 0)) // s + 1)
        for n, k, d, s in zip(x.shape[1:-1], kernel, rhs_dilation, window_strides, strict=True)
    ]
    batch, features = x.shape[0] // batch_group_count, w.shape[0]
    shape = (groups, batch, *spatial, features // groups)
    rows = batch * math.prod(spatial)
    if 0 in shape or not w.size:
        out = np.zeros(shape, dtype)
    else:
        windows = _windows(x, spatial, kernel, window_strides, rhs_dilation, batch_group_count, feature_group_count)
        # groups, taps and input features, output features
        w = np.moveaxis(w.reshape(groups, -1, *w.shape[1:]), (1, 2), (-1, -2))
        w = w.reshape(groups, -1, w.shape[-1])
        step = max(1, _BLOCK // max(1, w.shape[1] * groups * (rows // batch)))
        parts = [
            np.matmul(windows[:, i : i + step].reshape(groups, -1, w.shape[1]).astype(wide, copy=False), w)
            for i in range(0, batch, step)
        ]
        out = (parts[0] if len(parts) == 1 else np.concatenate(parts, 1)).reshape(shape).astype(dtype, copy=False)
    out = np.moveaxis(out, 0, -2).reshape(batch, *spatial, features)
    return np.asarray(out.transpose(_places(out_spec)), order="C")


def _places(spec: Sequence[int]) -> list[int]:
    """Where each dimension of the result is in (batch, spatial, feature)."""
    order = [spec[0], *spec[2:], spec[1]]
    return [order.index(d) for d in range(len(order))]


def _dilated(x: np.ndarray, low: Sequence[int], high: Sequence[int], dilation: Sequence[int]) -> np.ndarray:
    if not any(low) and not any(high) and all(d == 1 for d in dilation):
        return x
    return pad(x, np.zeros((), x.dtype), (0, *low, 0), (0, *high, 0), (0, *(d - 1 for d in dilation), 0))


def _windows(
    x: np.ndarray,
    spatial: Sequence[int],
    kernel: Sequence[int],
    strides: Sequence[int],
    dilation: Sequence[int],
    batch_groups: int,
    feature_groups: int,
) -> np.ndarray:
    """A view of x as (groups, batch, positions, taps, features)."""
    n, c = x.shape[0] // batch_groups, x.shape[-1] // feature_groups
    steps = x.strides[1:-1]
    view = np.lib.stride_tricks.as_strided(
        x,
        (batch_groups, feature_groups, n, *spatial, *kernel, c),
        (
            x.strides[0] * n,
            x.strides[-1] * c,
            x.strides[0],
            *(a * b for a, b in zip(steps, strides, strict=True)),
            *(a * b for a, b in zip(steps, dilation, strict=True)),
            x.strides[-1],
        ),
        writeable=False,
    )
    return view[:, 0] if batch_groups > 1 else view[0]  # at least one of the counts is 1
