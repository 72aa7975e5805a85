# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.example_libraries.stax`: the layers of `wengert.nn.layers` as stax calls them, with `rng` for the key.

>>> import wengert.random
>>> init, apply = serial(Dense(3), Relu)
>>> shape, params = init(wengert.random.PRNGKey(0), (-1, 4))
>>> shape, [tuple(p.shape for p in layer) for layer in params]
((-1, 3), [((4, 3), (3,)), ()])
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wengert import numpy as wnp
from wengert import random
from wengert.nn import elu, gelu, leaky_relu, log_softmax, relu, selu, sigmoid, softmax, softplus, standardize
from wengert.nn import layers as own
from wengert.nn.initializers import glorot_normal, normal, ones, zeros

glorot = glorot_normal
randn = normal
logsoftmax = log_softmax

__all__ = [
    "AvgPool", "BatchNorm", "Conv", "Conv1DTranspose", "ConvTranspose", "Dense", "Dropout", "Elu", "Exp",
    "FanInConcat", "FanInSum", "FanOut", "Flatten", "Gelu", "GeneralConv", "GeneralConvTranspose", "Identity",
    "LeakyRelu", "LogSoftmax", "MaxPool", "Relu", "Selu", "Sigmoid", "Softmax", "Softplus", "SumPool", "Tanh",
    "elementwise", "elu", "gelu", "glorot", "glorot_normal", "leaky_relu", "log_softmax", "logsoftmax", "normal",
    "ones", "parallel", "randn", "relu", "selu", "serial", "shape_dependent", "sigmoid", "softmax", "softplus",
    "standardize", "zeros",
]  # fmt: skip

Pair = tuple[Callable[..., Any], Callable[..., Any]]


def _pair(layer: Any) -> Pair:
    """A layer of wengert as one of stax: what it is called with beside its parameters and input is `rng` or nothing."""
    init, apply = layer
    return init, lambda params, inputs, **kwargs: apply(params, inputs, key=kwargs.get("rng"))


def _maker(make: Any) -> Callable[..., Pair]:
    def maker(*args: Any, **kwargs: Any) -> Pair:
        return _pair(make(*args, **kwargs))

    name = getattr(make, "__name__", None) or make.func.__name__
    maker.__name__ = maker.__qualname__ = name
    maker.__doc__ = f"The layer `wengert.nn.layers.{name}`."
    return maker


AvgPool, MaxPool, SumPool = (_maker(m) for m in (own.AvgPool, own.MaxPool, own.SumPool))
BatchNorm, Dense = map(_maker, (own.BatchNorm, own.Dense))
Conv, Conv1DTranspose, ConvTranspose = map(_maker, (own.Conv, own.Conv1DTranspose, own.ConvTranspose))
GeneralConv, GeneralConvTranspose = map(_maker, (own.GeneralConv, own.GeneralConvTranspose))
FanInConcat, FanOut = map(_maker, (own.FanInConcat, own.FanOut))
Elu, Exp, Flatten, Gelu, Identity = map(_pair, (own.Elu, own.Exp, own.Flatten, own.Gelu, own.Identity))
LeakyRelu, LogSoftmax, Relu, Selu = map(_pair, (own.LeakyRelu, own.LogSoftmax, own.Relu, own.Selu))
Sigmoid, Softmax, Softplus, Tanh = map(_pair, (own.Sigmoid, own.Softmax, own.Softplus, own.Tanh))
FanInSum = _pair(own.FanInSum() if callable(own.FanInSum) else own.FanInSum)


def elementwise(fun: Callable[..., Any], **fun_kwargs: Any) -> Pair:
    """A layer without parameters that applies a function.

    >>> elementwise(wnp.abs)[1]((), wnp.array([-1.0])).tolist()
    [1.0]
    """
    return _pair(own.elementwise(fun, **fun_kwargs))


def Dropout(rate: float, mode: str = "train") -> Pair:
    """Keep the fraction `rate` of the elements and divide them by it; outside of training nothing happens.

    Raises:
      ValueError: in training without `rng`.

    >>> kept = Dropout(0.5)[1]((), wnp.ones(1000), rng=random.PRNGKey(0))
    >>> sorted(set(kept.tolist()))
    [0.0, 2.0]
    """

    def apply(params: Any, inputs: Any, **kwargs: Any) -> Any:
        if mode != "train":
            return inputs
        rng = kwargs.get("rng")
        if rng is None:
            raise ValueError("Dropout: expected apply_fun(params, inputs, rng=key) but got no rng; remedy: pass a key")
        keep = random.bernoulli(rng, rate, inputs.shape)
        return wnp.where(keep, inputs / rate, 0)

    return lambda rng, input_shape: (input_shape, ()), apply


def _split(rng: Any, count: int) -> Any:
    return (None,) * count if rng is None else random.split(rng, count)


def serial(*layers: Any) -> Pair:
    """One layer after the other; layers are pairs (init_fun, apply_fun), of this module or of the program.

    >>> init, apply = serial(Dense(2), Tanh)
    >>> shape, params = init(random.PRNGKey(0), (-1, 3))
    >>> apply(params, wnp.ones((5, 3))).shape
    (5, 2)
    """

    def init(rng: Any, input_shape: Any) -> Any:
        params = []
        for layer_init, _ in layers:
            rng, layer_rng = random.split(rng)
            input_shape, layer_params = layer_init(layer_rng, input_shape)
            params.append(layer_params)
        return input_shape, params

    def apply(params: Any, inputs: Any, **kwargs: Any) -> Any:
        keys = _split(kwargs.pop("rng", None), len(layers))
        for (_, layer_apply), layer_params, key in zip(layers, params, keys, strict=True):
            inputs = layer_apply(layer_params, inputs, rng=key, **kwargs)
        return inputs

    return init, apply


def parallel(*layers: Any) -> Pair:
    """Each layer on its own input.

    >>> init, apply = serial(FanOut(2), parallel(Dense(4), Identity), FanInConcat())
    >>> shape, params = init(random.PRNGKey(0), (-1, 3))
    >>> shape, apply(params, wnp.ones((2, 3))).shape
    ((-1, 7), (2, 7))
    """

    def init(rng: Any, input_shape: Any) -> Any:
        rngs = random.split(rng, len(layers))
        made = [layer[0](key, shape) for layer, key, shape in zip(layers, rngs, input_shape, strict=True)]
        return [shape for shape, _ in made], [params for _, params in made]

    def apply(params: Any, inputs: Any, **kwargs: Any) -> Any:
        keys = _split(kwargs.pop("rng", None), len(layers))
        each = zip(layers, params, inputs, keys, strict=True)
        return [layer[1](p, x, rng=key, **kwargs) for layer, p, x, key in each]

    return init, apply


def shape_dependent(make_layer: Callable[[Any], Any]) -> Pair:
    """The layer that `make_layer` makes of the shape of the input, once that is known.

    >>> init, apply = shape_dependent(lambda shape: Dense(2 * shape[-1]))
    >>> init(random.PRNGKey(0), (5, 3))[0]
    (5, 6)
    """
    return (
        lambda rng, input_shape: make_layer(input_shape)[0](rng, input_shape),
        lambda params, inputs, **kwargs: make_layer(inputs.shape)[1](params, inputs, **kwargs),
    )
