# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions of neural networks, with the names of `jax.nn`: activations, softmax, attention, `nn.initializers`.

`nn.layers` (imported on first use) builds networks of layers, pairs of functions (init, apply).
"""

import importlib
from typing import Any

from wengert.nn import initializers
from wengert.nn.activations import (
    celu,
    elu,
    gelu,
    glu,
    hard_sigmoid,
    hard_silu,
    hard_swish,
    hard_tanh,
    identity,
    leaky_relu,
    log1mexp,
    log_sigmoid,
    mish,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    soft_sign,
    softplus,
    sparse_plus,
    sparse_sigmoid,
    squareplus,
    swish,
    tanh,
)
from wengert.nn.attention import dot_product_attention, scaled_matmul
from wengert.nn.normalization import log_softmax, logmeanexp, logsumexp, one_hot, softmax, standardize

__all__ = [
    "celu", "dot_product_attention", "elu", "gelu", "glu", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh",
    "identity", "initializers", "layers", "leaky_relu", "log1mexp", "log_sigmoid", "log_softmax", "logmeanexp",
    "logsumexp", "mish", "one_hot", "relu", "relu6", "scaled_matmul", "selu", "sigmoid", "silu", "soft_sign",
    "softmax", "softplus", "sparse_plus", "sparse_sigmoid", "squareplus", "standardize", "swish", "tanh",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name == "layers":
        return importlib.import_module("wengert.nn.layers")
    raise AttributeError(f"module 'wengert.nn' has no attribute {name!r}")
