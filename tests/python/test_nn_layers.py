# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Layers: the shapes that init tells are those that apply gives; values against formulas; under jit, vmap and grad."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, nn, random
from wengert.nn import layers
from wengert.nn.layers import Dense, Identity, Relu, Tanh, parallel, serial

KEY = random.PRNGKey(0)
IMAGE, ROWS, SEQUENCE = (2, 6, 5, 3), (4, 6), (2, 7, 8)
RESIDUAL = serial(layers.FanOut(2), parallel(Dense(6), Identity), layers.FanInSum)

CASES = {
    "Dense": (Dense(4), ROWS),
    "Conv": (layers.Conv(4, (3, 2)), IMAGE),
    "Conv same, strides": (layers.Conv(4, (3, 3), (2, 1), "SAME"), IMAGE),
    "Conv pairs": (layers.Conv(4, (3, 3), padding=((1, 0), (2, 1))), IMAGE),
    "GeneralConv": (layers.GeneralConv(("NCH", "OIH", "NCH"), 4, (3,), (2,)), (2, 3, 9)),
    "ConvTranspose": (layers.ConvTranspose(4, (3, 3), (2, 2), "SAME"), IMAGE),
    "Conv1DTranspose": (layers.Conv1DTranspose(4, (3,), (2,)), (2, 5, 3)),
    "MaxPool": (layers.MaxPool((2, 2), (2, 2)), IMAGE),
    "MaxPool same": (layers.MaxPool((3, 3), (2, 2), "SAME"), IMAGE),
    "MaxPool layout": (layers.MaxPool((2, 2), spec="NCHW"), IMAGE),
    "SumPool": (layers.SumPool((2, 3), padding=((1, 1), (0, 2))), IMAGE),
    "AvgPool": (layers.AvgPool((3, 3), padding="SAME"), IMAGE),
    "BatchNorm": (layers.BatchNorm(), IMAGE),
    "LayerNorm": (layers.LayerNorm((-2, -1), scale=False), IMAGE),
    "Dropout": (layers.Dropout(0.5), ROWS),
    "Flatten": (layers.Flatten, IMAGE),
    "FanInSum": (RESIDUAL, ROWS),
    "FanInConcat": (serial(layers.FanOut(2), parallel(Dense(2), Tanh), layers.FanInConcat()), ROWS),
    "GRU": (layers.Recurrent(layers.GRUCell(5)), SEQUENCE),
    "LSTM": (layers.Recurrent(layers.LSTMCell(5), reverse=True), SEQUENCE),
    "MultiHeadAttention": (layers.MultiHeadAttention(2, causal=True), SEQUENCE),
    "attention to memory": (
        serial(layers.FanOut(2), parallel(Identity, Dense(3)), layers.MultiHeadAttention(2, 5)), SEQUENCE
    ),
    "shape_dependent": (layers.shape_dependent(lambda shape: Dense(2 * shape[-1])), ROWS),
}  # fmt: skip


def inputs(shape):
    return np.random.default_rng(1).normal(size=shape).astype("float32")


@pytest.mark.parametrize("name", CASES)
def test_shape(name):
    layer, shape = CASES[name]
    out, params = layer.init(KEY, (-1, *shape[1:]))
    assert out[0] == -1
    y = layer.apply(params, inputs(shape))
    assert y.shape == (shape[0], *out[1:]) and y.dtype == np.float32
    assert layer.init(KEY, shape)[0] == y.shape


def run(layer, params, x, key):
    """The output, the gradient of a function of it, and the outputs of a batch of inputs."""
    loss = lambda params, x: wnp.sum(layer.apply(params, x, key=key) ** 2)
    return layer.apply(params, x, key=key), wg.grad(loss)(params, x), wg.vmap(lambda x: layer.apply(params, x))(x[None])


def test_compiled_gradients_and_batches():
    """A layer of each kind in one program: compiled and eager agree."""
    kinds = ("Conv same, strides", "MaxPool same", "AvgPool", "BatchNorm", "Dropout", "GRU", "MultiHeadAttention")
    made = {n: (CASES[n][0], CASES[n][0].init(KEY, CASES[n][1])[1], inputs(CASES[n][1])) for n in kinds}

    def everything(params, xs, key):
        return {name: run(made[name][0], params[name], xs[name], key) for name in made}

    params, xs = ({name: made[name][i] for name in made} for i in (1, 2))
    eager, compiled = everything(params, xs, KEY), wg.jit(everything)(params, xs, KEY)
    for name in made:
        for a, b in zip(wg.tree.leaves(eager[name]), wg.tree.leaves(compiled[name]), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-3, atol=2e-4, err_msg=name)


@pytest.mark.parametrize("name", ["Conv", "AvgPool", "BatchNorm", "GRU", "LSTM", "MultiHeadAttention"])
def test_gradient_against_differences(name):
    with wg.enable_x64():
        layer, shape = CASES[name]
        params = wg.tree.map(lambda p: wnp.asarray(p, "float64"), layer.init(KEY, shape)[1])
        x, direction = (np.random.default_rng(i).normal(size=shape) for i in (1, 2))
        f = lambda t: wnp.sum(wnp.sin(layer.apply(params, x + t * direction)))
        slope = wg.jvp(f, (0.0,), (1.0,))[1]
        np.testing.assert_allclose(slope, (f(1e-5) - f(-1e-5)) / 2e-5, rtol=1e-5)
        pulled = wg.grad(lambda x: wnp.sum(wnp.sin(layer.apply(params, x))))(wnp.asarray(x))
        np.testing.assert_allclose(wnp.sum(pulled * direction), slope, rtol=1e-8)


def test_pooling_formulas():
    x = inputs(IMAGE)
    windows = np.lib.stride_tricks.sliding_window_view(x, (2, 2), (1, 2))
    for make, reduce in ((layers.MaxPool, np.max), (layers.SumPool, np.sum), (layers.AvgPool, np.mean)):
        np.testing.assert_allclose(make((2, 2)).apply((), x), reduce(windows, axis=(-2, -1)), rtol=1e-5)
    np.testing.assert_array_equal(layers.AvgPool((3, 3), padding="SAME").apply((), np.ones(IMAGE, "float32")), 1)


def test_normalization_formulas():
    x = inputs(IMAGE)
    beta, gamma = inputs((3,)), inputs((3,)) + 2
    batch = (x - x.mean((0, 1, 2))) / np.sqrt(x.var((0, 1, 2)) + 1e-5) * gamma + beta
    np.testing.assert_allclose(layers.BatchNorm().apply((beta, gamma), x), batch, rtol=1e-4, atol=1e-5)
    each = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-5)
    np.testing.assert_allclose(layers.LayerNorm().apply((beta, gamma), x), each * gamma + beta, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(
        layers.LayerNorm(center=False, scale=False).apply(((), ()), x), each, rtol=1e-4, atol=1e-5
    )
    assert layers.LayerNorm(center=False, scale=False).init(KEY, IMAGE)[1] == ((), ())


def numpy_sigmoid(x):
    return 1 / (1 + np.exp(-x))


def test_gru_formula():
    _, p = layers.GRUCell(5, b_init=nn.initializers.normal(1.0)).init(KEY, (-1, 8))
    x, h = inputs(SEQUENCE), np.zeros((2, 5), "float32")
    p = {name: np.asarray(value) for name, value in p.items()}
    out = []
    for t in range(7):
        of_x = np.split(x[:, t] @ p["input"] + p["input_bias"], 3, -1)
        of_h = np.split(h @ p["memory"] + p["memory_bias"], 3, -1)
        r, z = (numpy_sigmoid(of_x[i] + of_h[i]) for i in (0, 1))
        h = (1 - z) * np.tanh(of_x[2] + r * of_h[2]) + z * h
        out.append(h)
    np.testing.assert_allclose(CASES["GRU"][0].apply(p, x), np.stack(out, 1), rtol=1e-4, atol=1e-5)


def test_lstm_formula():
    _, p = layers.LSTMCell(5, b_init=nn.initializers.normal(1.0)).init(KEY, (-1, 8))
    x, h, c = inputs(SEQUENCE), np.zeros((2, 5), "float32"), np.zeros((2, 5), "float32")
    p = {name: np.asarray(value) for name, value in p.items()}
    out = []
    for t in range(7):
        gates = x[:, t] @ p["input"] + p["input_bias"] + h @ p["memory"] + p["memory_bias"]
        i, f, g, o = np.split(gates, 4, -1)
        c = numpy_sigmoid(f) * c + numpy_sigmoid(i) * np.tanh(g)
        h = numpy_sigmoid(o) * np.tanh(c)
        out.append(h)
    np.testing.assert_allclose(layers.Recurrent(layers.LSTMCell(5)).apply(p, x), np.stack(out, 1), rtol=1e-4, atol=1e-5)


def test_attention_is_causal():
    layer, shape = CASES["MultiHeadAttention"]
    _, params = layer.init(KEY, shape)
    x = wnp.asarray(inputs(shape))
    changed = layer.apply(params, x.at[:, 4:].add(1.0)) - layer.apply(params, x)
    assert bool(wnp.all(changed[:, :4] == 0)) and bool(wnp.all(wnp.abs(changed[:, 4:]).max((0, 2)) > 1e-3))


def test_dropout():
    x = wnp.ones((100, 100))
    dropped = layers.Dropout(0.2).apply((), x, key=KEY)
    assert set(np.unique(dropped)) == {0, 1.25} and float(dropped.mean()) == pytest.approx(1, abs=0.02)
    for same in (layers.Dropout(0.2).apply((), x), layers.Dropout(0.2, "test").apply((), x, key=KEY)):
        np.testing.assert_array_equal(same, x)
    both = serial(layers.Dropout(0.5), Identity, layers.Dropout(0.5)).apply([(), (), ()], x, key=KEY)
    assert float((both > 0).mean()) == pytest.approx(0.25, abs=0.03)  # each layer has a key of its own
    with pytest.raises(
        ValueError, match=r"Dropout: expected a rate, the fraction that is dropped, in \[0, 1\) but got 1"
    ):
        layers.Dropout(1.0)
    with pytest.raises(ValueError, match="Dropout: expected the mode 'train' or 'test' but got 'eval'"):
        layers.Dropout(0.5, "eval")


def test_embedding():
    layer = layers.Embedding(10, 3)
    _, table = layer.init(KEY, (-1,))
    np.testing.assert_array_equal(layer.apply(table, wnp.array([9, 0])), table[wnp.array([9, 0])])
    grad = wg.grad(lambda t: layer.apply(t, wnp.array([2, 2])).sum())(table)
    assert grad[:, 0].tolist() == [0, 0, 2, 0, 0, 0, 0, 0, 0, 0]


def test_activation_layers():
    x = inputs((3, 4))
    for name in ("relu", "sigmoid", "softplus", "elu", "selu", "gelu", "leaky_relu", "log_softmax", "softmax", "silu"):
        layer = getattr(layers, name.title().replace("_", ""))
        assert layer.init(KEY, (3, 4)) == ((3, 4), ())
        np.testing.assert_array_equal(layer.apply((), x), getattr(nn, name)(x))
    np.testing.assert_array_equal(layers.Exp.apply((), x), wnp.exp(x))
    np.testing.assert_array_equal(Relu.apply((), x), np.maximum(x, 0))


def test_messages():
    with pytest.raises(
        errors.ShapeError, match=r"Flatten: expected sizes that are known but for the first .*\(-1, -1\)"
    ):
        layers.Flatten.init(KEY, (-1, -1))
    with pytest.raises(errors.ShapeError, match="MultiHeadAttention: expected features that 3 heads can share") as e:
        layers.MultiHeadAttention(3).init(KEY, SEQUENCE)
    assert "remedy: give the size of a head" in str(e.value)
