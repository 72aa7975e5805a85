# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions of neural networks, with the names of `jax.nn`: activations, softmax, one_hot, `nn.initializers`."""

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
    leaky_relu,
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
    squareplus,
    swish,
    tanh,
)
from wengert.nn.normalization import log_softmax, logmeanexp, logsumexp, one_hot, softmax, standardize

__all__ = [
    "celu", "elu", "gelu", "glu", "hard_sigmoid", "hard_silu", "hard_swish", "hard_tanh", "initializers",
    "leaky_relu", "log_sigmoid", "log_softmax", "logmeanexp", "logsumexp", "mish", "one_hot", "relu", "relu6",
    "selu", "sigmoid", "silu", "soft_sign", "softmax", "softplus", "sparse_plus", "squareplus", "standardize",
    "swish", "tanh",
]  # fmt: skip
