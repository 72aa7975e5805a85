# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Attention as a layer."""

from __future__ import annotations

from typing import Any

from wengert import errors, nn, random
from wengert import numpy as wnp
from wengert.nn.initializers import glorot_normal
from wengert.nn.layers.basic import Layer

__all__ = ["MultiHeadAttention"]


def MultiHeadAttention(heads: int, size: int | None = None, causal: bool = False, W_init: Any = None) -> Layer:
    """Several attentions side by side, each on its own projection of the input.

    The input (batch, time, features) attends to itself; a pair of inputs (queries, memory) makes the first attend to
    the second. The parameters are a dict of matrices: "query", "key", "value" (features, heads * size) and "out"
    (heads * size, features).

    Args:
      heads: how many.
      size: of a head, features // heads by default.
      causal: a position sees no later one.

    Raises:
      ShapeError: there is no size, and the features cannot be divided among the heads.

    >>> layer = MultiHeadAttention(4, causal=True)
    >>> shape, params = layer.init(random.key(0), (-1, 10, 16))
    >>> shape, layer.apply(params, wnp.ones((2, 10, 16))).shape
    ((-1, 10, 16), (2, 10, 16))
    """
    make = W_init or glorot_normal()

    def init(key: Any, input_shape: Any) -> Any:
        pair = isinstance(input_shape[0], (tuple, list))
        queries, memory = input_shape if pair else (input_shape, input_shape)
        if size is None and queries[-1] % heads:
            raise errors.make(
                errors.ShapeError,
                "MultiHeadAttention",
                f"expected features that {heads} heads can share equally but got {queries[-1]}",
                remedy="give the size of a head: MultiHeadAttention(heads, size)",
            )
        inner = heads * (size or queries[-1] // heads)
        k1, k2, k3, k4 = random.split(key, 4)
        params = {
            "query": make(k1, (queries[-1], inner)),
            "key": make(k2, (memory[-1], inner)),
            "value": make(k3, (memory[-1], inner)),
            "out": make(k4, (inner, queries[-1])),
        }
        return queries, params

    def apply(params: Any, x: Any, key: Any = None) -> Any:
        queries, memory = x if isinstance(x, (tuple, list)) else (x, x)

        def project(name: str, inputs: Any) -> Any:
            out = inputs @ params[name]
            return wnp.reshape(out, (*out.shape[:-1], heads, out.shape[-1] // heads))

        out = nn.dot_product_attention(
            project("query", queries), project("key", memory), project("value", memory), is_causal=causal
        )
        return wnp.reshape(out, (*out.shape[:-2], out.shape[-2] * out.shape[-1])) @ params["out"]

    return Layer(init, apply)
