# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Layers that look through windows: convolutions, transposed convolutions, pooling."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert import lax, random
from wengert import numpy as wnp
from wengert.nn.initializers import glorot_normal, normal
from wengert.nn.layers.basic import Layer

__all__ = [
    "AvgPool", "Conv", "Conv1DTranspose", "ConvTranspose", "GeneralConv", "GeneralConvTranspose", "MaxPool", "SumPool",
]  # fmt: skip

_IMAGES = ("NHWC", "HWIO", "NHWC")


def _convolution(shape_of: Any, convolve: Any, layouts: Any, channels: int, window: Any, W_init: Any, b_init: Any):  # type: ignore[no-untyped-def]
    lhs, rhs, out = layouts
    make_kernel = W_init or glorot_normal(rhs.index("I"), rhs.index("O"))
    make_bias = b_init or normal(1e-6)

    def init(key: Any, input_shape: Any) -> Any:
        sizes = {"O": channels, "I": input_shape[lhs.index("C")]}
        spatial = iter(window)
        kernel_shape = [sizes[c] if c in sizes else next(spatial) for c in rhs]
        # The batch may be unknown (-1); it is no part of the computation of the other sizes.
        batch = input_shape[lhs.index("N")]
        known = [1 if c == "N" else n for c, n in zip(lhs, input_shape, strict=True)]
        shape = shape_of(known, kernel_shape)
        output_shape = tuple(batch if c == "N" else n for c, n in zip(out, shape, strict=True))
        k1, k2 = random.split(key)
        bias_shape = [channels if c == "C" else 1 for c in out]
        return output_shape, (make_kernel(k1, kernel_shape), make_bias(k2, bias_shape))

    def apply(params: Any, x: Any, key: Any = None) -> Any:
        kernel, bias = params
        return convolve(x, kernel) + bias

    return Layer(init, apply)


def GeneralConv(
    dimension_numbers: tuple[str, str, str],
    out_chan: int,
    filter_shape: Sequence[int],
    strides: Sequence[int] | None = None,
    padding: Any = "VALID",
    W_init: Any = None,
    b_init: Any = None,
) -> Layer:
    """A convolution of any rank and layout plus a bias for each channel; the parameters are (kernel, bias).

    Args:
      dimension_numbers: layouts of input, kernel and output, e.g. ("NHC", "HIO", "NHC").
      out_chan: the number of output channels.
      filter_shape: the size of the window, one int for each spatial dimension.
      strides: the steps of the window, 1 by default.
      padding: "VALID", "SAME", or (before, after) for each spatial dimension.

    Raises:
      ShapeError: the arguments do not fit the input, as in `lax.conv_general_dilated`.

    >>> layer = GeneralConv(("NHC", "HIO", "NHC"), 4, (3,), padding="SAME")
    >>> layer.init(random.key(0), (-1, 10, 2))[0]
    (-1, 10, 4)
    """
    steps = tuple(strides or (1,) * len(filter_shape))
    return _convolution(
        lambda shape, kernel: lax.conv_general_shape_tuple(shape, kernel, steps, padding, dimension_numbers),
        lambda x, kernel: lax.conv_general_dilated(x, kernel, steps, padding, dimension_numbers=dimension_numbers),
        dimension_numbers, out_chan, filter_shape, W_init, b_init,
    )  # fmt: skip


def GeneralConvTranspose(
    dimension_numbers: tuple[str, str, str],
    out_chan: int,
    filter_shape: Sequence[int],
    strides: Sequence[int] | None = None,
    padding: Any = "VALID",
    W_init: Any = None,
    b_init: Any = None,
) -> Layer:
    """A transposed convolution (see `lax.conv_transpose`) plus a bias; the arguments are those of `GeneralConv`.

    >>> layer = GeneralConvTranspose(("NHC", "HIO", "NHC"), 4, (3,), (2,), "SAME")
    >>> layer.init(random.key(0), (-1, 10, 2))[0]
    (-1, 20, 4)
    """
    steps = tuple(strides or (1,) * len(filter_shape))
    return _convolution(
        lambda shape, kernel: lax.conv_transpose_shape_tuple(shape, kernel, steps, padding, dimension_numbers),
        lambda x, kernel: lax.conv_transpose(x, kernel, steps, padding, dimension_numbers=dimension_numbers),
        dimension_numbers, out_chan, filter_shape, W_init, b_init,
    )  # fmt: skip


Conv = functools.partial(GeneralConv, _IMAGES)
ConvTranspose = functools.partial(GeneralConvTranspose, _IMAGES)
Conv1DTranspose = functools.partial(GeneralConvTranspose, ("NHC", "HIO", "NHC"))


def _pooling(reduce: Any, window: Sequence[int], strides: Any, padding: Any, spec: str | None) -> Layer:
    """reduce(x, window, strides, padding) with the window and the strides of all dimensions of x."""
    layout = spec or "N" + "X" * len(window) + "C"
    sizes, steps = iter(window), iter(strides or (1,) * len(window))
    full = [1 if c in "NC" else next(sizes) for c in layout]
    full_steps = [1 if c in "NC" else next(steps) for c in layout]
    if not isinstance(padding, str):
        pairs = iter(padding)
        padding = [(0, 0) if c in "NC" else tuple(next(pairs)) for c in layout]

    def init(key: Any, input_shape: Any) -> Any:
        known = [1 if c == "N" else n for c, n in zip(layout, input_shape, strict=True)]
        shape = lax.reduce_window_shape_tuple(known, full, full_steps, padding)
        return tuple(i if c == "N" else n for c, n, i in zip(layout, shape, input_shape, strict=True)), ()

    return Layer(init, lambda params, x, key=None: reduce(x, full, full_steps, padding))


def _sums(x: Any, window: Any, strides: Any, padding: Any) -> Any:
    return lax.reduce_window(x, np.zeros((), x.dtype), lax.add, window, strides, padding)


def _maxima(x: Any, window: Any, strides: Any, padding: Any) -> Any:
    return lax.reduce_window(x, np.full((), -np.inf, x.dtype), lax.max, window, strides, padding)


def _means(x: Any, window: Any, strides: Any, padding: Any) -> Any:
    # At the border a window holds fewer elements: padding does not count.
    return _sums(x, window, strides, padding) / _sums(wnp.ones(x.shape, x.dtype), window, strides, padding)


def MaxPool(
    window_shape: Sequence[int], strides: Sequence[int] | None = None, padding: Any = "VALID", spec: str | None = None
) -> Layer:
    """The maximum of each window.

    Args:
      window_shape: the size of the window, one int for each spatial dimension.
      strides: its steps, 1 by default.
      padding: "VALID", "SAME", or (before, after) for each spatial dimension.
      spec: the layout of the input: batch first and channels last by default; any letters but N and C are spatial.

    >>> layer = MaxPool((2, 2), (2, 2))
    >>> layer.init(None, (-1, 8, 8, 3))[0]
    (-1, 4, 4, 3)
    """
    return _pooling(_maxima, window_shape, strides, padding, spec)


def SumPool(
    window_shape: Sequence[int], strides: Sequence[int] | None = None, padding: Any = "VALID", spec: str | None = None
) -> Layer:
    """The sum of each window; the arguments are those of `MaxPool`.

    >>> SumPool((2,)).apply((), wnp.ones((1, 3, 1))).ravel()
    Array([2., 2.], dtype=float32)
    """
    return _pooling(_sums, window_shape, strides, padding, spec)


def AvgPool(
    window_shape: Sequence[int], strides: Sequence[int] | None = None, padding: Any = "VALID", spec: str | None = None
) -> Layer:
    """The mean of each window, padding left out; the arguments are those of `MaxPool`.

    >>> AvgPool((2,), padding="SAME").apply((), wnp.ones((1, 3, 1))).ravel()
    Array([1., 1., 1.], dtype=float32)
    """
    return _pooling(_means, window_shape, strides, padding, spec)
