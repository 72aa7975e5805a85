# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The composition of layers, and the layers that need no window and no loop."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from wengert import errors, nn, random
from wengert import numpy as wnp
from wengert.nn.initializers import glorot_normal, normal

__all__ = [
    "Dense", "Dropout", "Elu", "Embedding", "Exp", "FanInConcat", "FanInSum", "FanOut", "Flatten", "Gelu", "Identity",
    "Layer", "LeakyRelu", "LogSoftmax", "Relu", "Selu", "Sigmoid", "Silu", "Softmax", "Softplus", "Tanh", "elementwise",
    "parallel", "serial", "shape_dependent",
]  # fmt: skip


class Layer(NamedTuple):
    """init(key, input_shape) -> (output_shape, params) and apply(params, x, key=None); any such pair will do.

    >>> init, apply = Relu
    >>> init(None, (2, 3)), apply((), wnp.array([-1.0, 2.0])).tolist()
    (((2, 3), ()), [0.0, 2.0])
    """

    init: Callable[..., Any]
    apply: Callable[..., Any]


def _keys(key: Any, count: int) -> Any:
    return (None,) * count if key is None else random.split(key, count)


def serial(*layers: Any) -> Layer:
    """One layer after the other; the parameters are a list.

    >>> init, apply = serial(Dense(4), Tanh, Dense(1))
    >>> shape, params = init(random.key(0), (-1, 3))
    >>> shape, len(params), apply(params, wnp.ones((2, 3))).shape
    ((-1, 1), 3, (2, 1))
    """

    def init(key: Any, input_shape: Any) -> Any:
        params = []
        for layer_init, _ in layers:
            key, layer_key = random.split(key)
            input_shape, layer_params = layer_init(layer_key, input_shape)
            params.append(layer_params)
        return input_shape, params

    def apply(params: Any, x: Any, key: Any = None) -> Any:
        for (_, layer_apply), layer_params, layer_key in zip(layers, params, _keys(key, len(layers)), strict=True):
            x = layer_apply(layer_params, x, key=layer_key)
        return x

    return Layer(init, apply)


def parallel(*layers: Any) -> Layer:
    """Each layer on its own of a sequence of inputs; the outputs are a list. Often between FanOut and a FanIn.

    >>> init, apply = serial(FanOut(2), parallel(Dense(4), Identity), FanInConcat())
    >>> shape, params = init(random.key(0), (-1, 3))
    >>> shape, apply(params, wnp.ones((2, 3))).shape
    ((-1, 7), (2, 7))
    """

    def init(key: Any, input_shape: Any) -> Any:
        keys = random.split(key, len(layers))
        made = [layer[0](k, shape) for layer, k, shape in zip(layers, keys, input_shape, strict=True)]
        return [shape for shape, _ in made], [params for _, params in made]

    def apply(params: Any, xs: Any, key: Any = None) -> Any:
        each = zip(layers, params, xs, _keys(key, len(layers)), strict=True)
        return [layer[1](p, x, key=k) for layer, p, x, k in each]

    return Layer(init, apply)


def shape_dependent(make_layer: Callable[[Any], Any]) -> Layer:
    """The layer that `make_layer` makes of the shape of the input, once that is known.

    >>> init, apply = shape_dependent(lambda shape: Dense(2 * shape[-1]))
    >>> init(random.key(0), (5, 3))[0]
    (5, 6)
    """
    return Layer(
        lambda key, input_shape: make_layer(input_shape)[0](key, input_shape),
        lambda params, x, key=None: make_layer(x.shape)[1](params, x, key=key),
    )


def elementwise(function: Callable[..., Any], **options: Any) -> Layer:
    """A layer without parameters that applies `function` and keeps the shape.

    >>> elementwise(nn.leaky_relu, negative_slope=0.5).apply((), wnp.array([-1.0, 1.0])).tolist()
    [-0.5, 1.0]
    """
    return Layer(lambda key, input_shape: (input_shape, ()), lambda params, x, key=None: function(x, **options))


Identity = elementwise(lambda x: x)
Tanh = elementwise(wnp.tanh)
Relu = elementwise(nn.relu)
Exp = elementwise(wnp.exp)
LogSoftmax = elementwise(nn.log_softmax, axis=-1)
Softmax = elementwise(nn.softmax, axis=-1)
Softplus = elementwise(nn.softplus)
Sigmoid = elementwise(nn.sigmoid)
Silu = elementwise(nn.silu)
Elu = elementwise(nn.elu)
LeakyRelu = elementwise(nn.leaky_relu)
Selu = elementwise(nn.selu)
Gelu = elementwise(nn.gelu)


def Dense(out_dim: int, W_init: Any = None, b_init: Any = None) -> Layer:
    """x @ W + b over the last axis; the parameters are (W, b).

    >>> shape, (W, b) = Dense(4).init(random.key(0), (-1, 3))
    >>> shape, W.shape, b.shape
    ((-1, 4), (3, 4), (4,))
    """
    make_weights, make_bias = W_init or glorot_normal(), b_init or normal()

    def init(key: Any, input_shape: Any) -> Any:
        k1, k2 = random.split(key)
        params = make_weights(k1, (input_shape[-1], out_dim)), make_bias(k2, (out_dim,))
        return (*input_shape[:-1], out_dim), params

    def apply(params: Any, x: Any, key: Any = None) -> Any:
        weights, bias = params
        return wnp.dot(x, weights) + bias

    return Layer(init, apply)


def Embedding(vocabulary: int, size: int, init: Any = None) -> Layer:
    """A vector for each int of the input; the parameters are the table (vocabulary, size), normal numbers by default.

    >>> layer = Embedding(10, 3)
    >>> shape, table = layer.init(random.key(0), (-1, 5))
    >>> shape, layer.apply(table, wnp.array([[1, 9]])).shape
    ((-1, 5, 3), (1, 2, 3))
    """
    make_table = init or normal(1.0)
    return Layer(
        lambda key, input_shape: ((*input_shape, size), make_table(key, (vocabulary, size))),
        lambda table, x, key=None: wnp.take(table, x, axis=0),
    )


def Dropout(rate: float, mode: str = "train") -> Layer:
    """Zero for the fraction `rate` of the elements, the others times 1 / (1 - rate).

    Without a key nothing is dropped: `apply(params, x, key=key)` trains, `apply(params, x)` evaluates. (The rate of
    stax is the fraction that is kept; the fraction that is dropped is the rate of everyone else.)

    Args:
      rate: from 0 to less than 1.
      mode: "train", or "test": never drop.

    Raises:
      ValueError: the rate or the mode is none of these.

    >>> x = Dropout(0.5).apply((), wnp.ones(1000), key=random.key(0))
    >>> sorted(set(x.tolist()))
    [0.0, 2.0]
    """
    if not 0 <= rate < 1:
        raise ValueError(f"Dropout: expected a rate, the fraction that is dropped, in [0, 1) but got {rate}")
    if mode not in ("train", "test"):
        raise ValueError(f"Dropout: expected the mode 'train' or 'test' but got {mode!r}")

    def apply(params: Any, x: Any, key: Any = None) -> Any:
        if key is None or mode == "test" or rate == 0:
            return x
        return wnp.where(random.bernoulli(key, 1 - rate, x.shape), x / (1 - rate), 0)

    return Layer(lambda key, input_shape: (input_shape, ()), apply)


def _flat_shape(shape: Sequence[int]) -> tuple[int, ...]:
    if -1 in shape[1:]:
        raise errors.make(
            errors.ShapeError, "Flatten", f"expected sizes that are known but for the first but got {tuple(shape)}"
        )
    return (shape[0], math.prod(shape[1:]))


Flatten = Layer(
    lambda key, input_shape: (_flat_shape(input_shape), ()),
    lambda params, x, key=None: wnp.reshape(x, (x.shape[0], math.prod(x.shape[1:]))),
)


def FanOut(num: int) -> Layer:
    """The input `num` times, as a list.

    >>> FanOut(2).apply((), 1.0)
    [1.0, 1.0]
    """
    return Layer(lambda key, input_shape: ([input_shape] * num, ()), lambda params, x, key=None: [x] * num)


FanInSum = Layer(lambda key, input_shape: (input_shape[0], ()), lambda params, xs, key=None: sum(xs[1:], xs[0]))


def FanInConcat(axis: int = -1) -> Layer:
    """The inputs joined along `axis`.

    >>> FanInConcat().init(None, [(-1, 3), (-1, 4)])[0]
    (-1, 7)
    """

    def init(key: Any, input_shape: Any) -> Any:
        shape = list(input_shape[0])
        shape[axis] = sum(each[axis] for each in input_shape)
        return tuple(shape), ()

    return Layer(init, lambda params, xs, key=None: wnp.concatenate(xs, axis))
