# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Cells with memory (GRU, LSTM) and the layer that runs one over a sequence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from wengert import lax, nn, random
from wengert import numpy as wnp
from wengert.nn.initializers import glorot_normal, orthogonal, zeros
from wengert.nn.layers.basic import Layer

__all__ = ["Cell", "GRUCell", "LSTMCell", "Recurrent"]


class Cell(NamedTuple):
    """One step of a recurrent layer.

    `init(key, input_shape) -> (output_shape, params)` for inputs (..., features); `apply(params, (carry, x)) ->
    (carry, output)`; `carry(shape, dtype)` is the memory at the start, for inputs of batch shape `shape`.

    >>> cell = LSTMCell(3)
    >>> _, params = cell.init(random.key(0), (-1, 2))
    >>> carry, out = cell.apply(params, (cell.carry((5,)), wnp.ones((5, 2))))
    >>> out.shape
    (5, 3)
    """

    init: Callable[..., Any]
    apply: Callable[..., Any]
    carry: Callable[..., Any]


def _gates(size: int, gates: int, W_init: Any, b_init: Any) -> Callable[..., Any]:
    """init of weights for inputs and memory and of two biases, the gates side by side as in PyTorch."""
    of_input, of_memory, of_bias = W_init or glorot_normal(), orthogonal(), b_init or zeros

    def init(key: Any, input_shape: Any) -> Any:
        k1, k2, k3, k4 = random.split(key, 4)
        memory = [of_memory(k, (size, size)) for k in random.split(k2, gates)]
        params = {
            "input": of_input(k1, (input_shape[-1], gates * size)),
            "memory": wnp.concatenate(memory, axis=1),
            "input_bias": of_bias(k3, (gates * size,)),
            "memory_bias": of_bias(k4, (gates * size,)),
        }
        return (*input_shape[:-1], size), params

    return init


def GRUCell(size: int, W_init: Any = None, b_init: Any = None) -> Cell:
    """The gated recurrent unit; its memory is its last output h. With sigmoid s:

    r = s(x W_r + h U_r + b_r), z = s(x W_z + h U_z + b_z), n = tanh(x W_n + b + r (h U_n + c)), h' = (1 - z) n + z h

    The parameters are a dict: "input" (features, 3 size), "memory" (size, 3 size) and their biases, in the order
    r, z, n.

    >>> cell = GRUCell(3)
    >>> _, params = cell.init(random.key(0), (-1, 2))
    >>> sorted((name, p.shape) for name, p in params.items())[0]
    ('input', (2, 9))
    """

    def apply(params: Any, carry_and_x: Any, key: Any = None) -> Any:
        h, x = carry_and_x
        of_x = wnp.split(x @ params["input"] + params["input_bias"], 3, axis=-1)
        of_h = wnp.split(h @ params["memory"] + params["memory_bias"], 3, axis=-1)
        r, z = nn.sigmoid(of_x[0] + of_h[0]), nn.sigmoid(of_x[1] + of_h[1])
        n = wnp.tanh(of_x[2] + r * of_h[2])
        h = (1 - z) * n + z * h
        return h, h

    return Cell(_gates(size, 3, W_init, b_init), apply, lambda shape, dtype=float: wnp.zeros((*shape, size), dtype))


def LSTMCell(size: int, W_init: Any = None, b_init: Any = None) -> Cell:
    """The long short-term memory; its memory is (h, c), its output h. With sigmoid s:

    i, f, o = s(x W + h U + b) each, g = tanh(x W_g + h U_g + b_g), c' = f c + i g, h' = o tanh(c')

    The parameters are a dict: "input" (features, 4 size), "memory" (size, 4 size) and their biases, in the order
    i, f, g, o.

    >>> cell = LSTMCell(3)
    >>> _, params = cell.init(random.key(0), (-1, 2))
    >>> params["memory"].shape
    (3, 12)
    """

    def apply(params: Any, carry_and_x: Any, key: Any = None) -> Any:
        (h, c), x = carry_and_x
        gates = x @ params["input"] + params["input_bias"] + h @ params["memory"] + params["memory_bias"]
        i, f, g, o = wnp.split(gates, 4, axis=-1)
        c = nn.sigmoid(f) * c + nn.sigmoid(i) * wnp.tanh(g)
        h = nn.sigmoid(o) * wnp.tanh(c)
        return (h, c), h

    def carry(shape: Any, dtype: Any = float) -> Any:
        return wnp.zeros((*shape, size), dtype), wnp.zeros((*shape, size), dtype)

    return Cell(_gates(size, 4, W_init, b_init), apply, carry)


def Recurrent(cell: Cell, reverse: bool = False) -> Layer:
    """A cell run over a sequence (batch, time, features), from the last to the first step if `reverse`.

    The output holds the output of the cell at each time: (batch, time, size).

    >>> layer = Recurrent(GRUCell(3))
    >>> shape, params = layer.init(random.key(0), (-1, 7, 2))
    >>> shape, layer.apply(params, wnp.ones((4, 7, 2))).shape
    ((-1, 7, 3), (4, 7, 3))
    """

    def init(key: Any, input_shape: Any) -> Any:
        out, params = cell.init(key, (input_shape[0], *input_shape[2:]))
        return (out[0], input_shape[1], *out[1:]), params

    def apply(params: Any, x: Any, key: Any = None) -> Any:
        steps = wnp.swapaxes(x, 0, 1)
        start = cell.carry((x.shape[0], *x.shape[2:-1]), x.dtype)
        _, out = lax.scan(lambda carry, step: cell.apply(params, (carry, step)), start, steps, reverse=reverse)
        return wnp.swapaxes(out, 0, 1)

    return Layer(init, apply)
