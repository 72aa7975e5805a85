# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Networks of layers in the manner of stax: a layer is a pair of functions (init, apply), and nothing else.

`init(key, input_shape) -> (output_shape, params)` makes parameters, a pytree; -1 stands for a size that is not known
yet (the batch). `apply(params, x, key=None)` computes the layer; the key is for layers that draw random numbers.
Parameters are made as stax makes them: the same key gives the same numbers.

>>> import wengert.numpy as wnp
>>> from wengert import random
>>> from wengert.nn.layers import Dense, Relu, serial
>>> init, apply = serial(Dense(16), Relu, Dense(10))
>>> output_shape, params = init(random.key(0), (-1, 64))
>>> output_shape
(-1, 10)
>>> apply(params, wnp.zeros((5, 64))).shape
(5, 10)
"""

from wengert.nn.layers.attention import MultiHeadAttention
from wengert.nn.layers.basic import (
    Dense,
    Dropout,
    Elu,
    Embedding,
    Exp,
    FanInConcat,
    FanInSum,
    FanOut,
    Flatten,
    Gelu,
    Identity,
    Layer,
    LeakyRelu,
    LogSoftmax,
    Relu,
    Selu,
    Sigmoid,
    Silu,
    Softmax,
    Softplus,
    Tanh,
    elementwise,
    parallel,
    serial,
    shape_dependent,
)
from wengert.nn.layers.normalization import BatchNorm, LayerNorm
from wengert.nn.layers.recurrent import Cell, GRUCell, LSTMCell, Recurrent
from wengert.nn.layers.windows import (
    AvgPool,
    Conv,
    Conv1DTranspose,
    ConvTranspose,
    GeneralConv,
    GeneralConvTranspose,
    MaxPool,
    SumPool,
)

__all__ = [
    "AvgPool", "BatchNorm", "Cell", "Conv", "Conv1DTranspose", "ConvTranspose", "Dense", "Dropout", "Elu", "Embedding",
    "Exp", "FanInConcat", "FanInSum", "FanOut", "Flatten", "GRUCell", "Gelu", "GeneralConv", "GeneralConvTranspose",
    "Identity", "LSTMCell", "Layer", "LayerNorm", "LeakyRelu", "LogSoftmax", "MaxPool", "MultiHeadAttention",
    "Recurrent", "Relu", "Selu", "Sigmoid", "Silu", "Softmax", "Softplus", "SumPool", "Tanh", "elementwise",
    "parallel", "serial", "shape_dependent",
]  # fmt: skip
