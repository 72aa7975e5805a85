# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Layers that move means to 0 and variances to 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wengert import nn, random
from wengert import numpy as wnp
from wengert.nn.initializers import ones, zeros
from wengert.nn.layers.basic import Layer

__all__ = ["BatchNorm", "LayerNorm"]


def _norm(over: Any, shared: Any, epsilon: float, center: bool, scale: bool, beta_init: Any, gamma_init: Any) -> Layer:
    """standardize over the axes over(rank), then scale and shift by parameters of the size of the axes not shared."""

    def init(key: Any, input_shape: Any) -> Any:
        left_out = shared(len(input_shape))
        shape = tuple(n for d, n in enumerate(input_shape) if d not in left_out)
        k1, k2 = random.split(key)
        beta = beta_init(k1, shape) if center else ()
        gamma = gamma_init(k2, shape) if scale else ()
        return input_shape, (beta, gamma)

    def apply(params: Any, x: Any, key: Any = None) -> Any:
        beta, gamma = params
        left_out = shared(x.ndim)
        shape = [1 if d in left_out else n for d, n in enumerate(x.shape)]
        z = nn.standardize(x, over(x.ndim), epsilon=epsilon)
        if scale:
            z = wnp.reshape(gamma, shape) * z
        return z + wnp.reshape(beta, shape) if center else z

    return Layer(init, apply)


def _axes(axis: int | Sequence[int], rank: int) -> tuple[int, ...]:
    return tuple(a % rank for a in ((axis,) if isinstance(axis, int) else axis))


def BatchNorm(
    axis: int | Sequence[int] = (0, 1, 2),
    epsilon: float = 1e-5,
    center: bool = True,
    scale: bool = True,
    beta_init: Any = zeros,
    gamma_init: Any = ones,
) -> Layer:
    """The input standardised over `axis`, times gamma plus beta; the parameters are (beta, gamma).

    Means and variances are always those of the batch at hand: a layer has no state, so no running averages.

    Args:
      axis: what is averaged over: all axes but the last of an image (batch, height, width, channels); 0 after Dense.
      center, scale: whether there are beta and gamma; what is not there is () in the parameters.

    >>> layer = BatchNorm(0)
    >>> _, params = layer.init(random.key(0), (-1, 1))
    >>> layer.apply(params, wnp.array([[1.0], [3.0]])).round(3)
    Array([[-1.],
           [ 1.]], dtype=float32)
    """
    axes = lambda rank: _axes(axis, rank)
    return _norm(axes, axes, epsilon, center, scale, beta_init, gamma_init)


def LayerNorm(
    axis: int | Sequence[int] = -1,
    epsilon: float = 1e-5,
    center: bool = True,
    scale: bool = True,
    beta_init: Any = zeros,
    gamma_init: Any = ones,
) -> Layer:
    """Each example standardised over `axis`, times gamma plus beta, whose size is that of `axis`.

    >>> layer = LayerNorm()
    >>> _, params = layer.init(random.key(0), (-1, 2))
    >>> layer.apply(params, wnp.array([[1.0, 3.0]])).round(3)
    Array([[-1.,  1.]], dtype=float32)
    """

    def others(rank: int) -> tuple[int, ...]:
        return tuple(d for d in range(rank) if d not in _axes(axis, rank))

    return _norm(lambda rank: _axes(axis, rank), others, epsilon, center, scale, beta_init, gamma_init)
