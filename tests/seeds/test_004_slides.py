# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Slides on automatic differentiation. They show no results; the expected values are those of the formulas."""

from __future__ import annotations

import numpy as onp
import pytest

import wengert.numpy as np
from wengert import grad, jacobian, jit, make_jaxpr, random, vmap


def predict(weights, inputs):
    for W, b in weights:
        outputs = np.dot(inputs, W) + b
        inputs = np.tanh(outputs)
    return outputs


def init_params(key, scale, sizes):
    """The slide's init_params, with keys: jax.random has no randn."""
    keys = random.split(key, len(sizes) - 1)
    return [
        (random.normal(k, (m, n)) * scale, random.normal(k, (n,)) * scale)
        for k, m, n in zip(keys, sizes[:-1], sizes[1:], strict=True)
    ]


def logprob_fun(params, inputs, targets):
    preds = predict(params, inputs)
    return np.sum((preds - targets) ** 2)


def test_gradient_of_a_network():
    params = init_params(random.PRNGKey(0), 0.5, [3, 4, 2])
    inputs, targets = onp.linspace(-1, 1, 15).reshape(5, 3).astype("float32"), onp.ones((5, 2), "float32")
    gradient_fun = grad(logprob_fun)
    g = gradient_fun(params, inputs, targets)
    compiled = jit(gradient_fun)(params, inputs, targets)
    for (gW, gb), (cW, cb), (W, b) in zip(g, compiled, params, strict=True):
        assert gW.shape == W.shape and gb.shape == b.shape
        onp.testing.assert_allclose(gW, cW, rtol=1e-4, atol=1e-5)
        onp.testing.assert_allclose(gb, cb, rtol=1e-4, atol=1e-5)
    eps = 1e-2
    W0, b0 = params[0]
    up = logprob_fun([(W0.at[1, 2].add(eps), b0), params[1]], inputs, targets)
    down = logprob_fun([(W0.at[1, 2].add(-eps), b0), params[1]], inputs, targets)
    onp.testing.assert_allclose(g[0][0][1, 2], (up - down) / (2 * eps), rtol=1e-2, atol=1e-3)


def test_derivatives_of_tanh():
    x = np.linspace(-7, 7, 200)
    t = onp.tanh(onp.linspace(-7, 7, 200))
    expected = [
        t,
        1 - t**2,
        -2 * t * (1 - t**2),
        (1 - t**2) * (6 * t**2 - 2),
        8 * t * (1 - t**2) * (2 - 3 * t**2),
    ]
    got = [
        np.tanh(x),
        vmap(grad(np.tanh))(x),
        vmap(grad(grad(np.tanh)))(x),
        vmap(grad(grad(grad(np.tanh))))(x),
        vmap(grad(grad(grad(grad(np.tanh)))))(x),
    ]
    for g, e in zip(got, expected, strict=True):
        onp.testing.assert_allclose(g, e, rtol=1e-4, atol=2e-5)


def hessian(fun, argnum=0):
    return jacobian(jacobian(fun, argnum), argnum)


def hvp(fun):
    def grad_dot_vector(arg, vector):
        return np.dot(grad(fun)(arg), vector)

    return grad(grad_dot_vector)


def test_hessian_and_hvp():
    f = lambda x: np.sum(np.sin(x) * x[::-1]) + x[0] * x[1] ** 2
    x, v = np.array([0.3, -1.2, 2.0]), np.array([1.0, 2.0, -1.0])
    H = hessian(f)(x)
    assert H.shape == (3, 3)
    onp.testing.assert_allclose(H, onp.asarray(H).T, atol=1e-5)
    onp.testing.assert_allclose(np.dot(H, v), hvp(f)(x, v), rtol=1e-5, atol=1e-5)
    onp.testing.assert_allclose(np.dot(H, v), jit(hvp(f))(x, v), rtol=1e-5, atol=1e-5)


def slow_f(x):
    return x * x + x * 2.0


@pytest.mark.slow
def test_jit():
    x = np.ones((5000, 5000))
    fast_f = jit(slow_f)
    onp.testing.assert_array_equal(fast_f(x), slow_f(x))


def test_trace_of_predict():
    jaxpr = make_jaxpr(predict)([(np.ones((3, 4)), np.ones(4)), (np.ones((4, 2)), np.ones(2))], np.ones((5, 3)))
    names = [eqn.primitive.name for eqn in jaxpr.eqns if eqn.primitive.name != "broadcast_in_dim"]
    # dot, add, tanh, dot, add, and the last tanh, which the slide's trace has lost
    assert names[:5] == ["dot_general", "add", "tanh", "dot_general", "add"]


def test_stax():
    from wengert.nn.layers import Conv, Dense, Flatten, LogSoftmax, MaxPool, Relu, serial

    net_init, net_apply = serial(
        Conv(32, (3, 3), padding="SAME"),
        Relu,
        Conv(64, (3, 3), padding="SAME"),
        Relu,
        MaxPool((2, 2)),
        Flatten,
        Dense(128),
        Relu,
        Dense(10),
        LogSoftmax,
    )
    rng = random.PRNGKey(0)
    in_shape = (-1, 28, 28, 1)
    out_shape, net_params = net_init(rng, in_shape)
    inputs = np.zeros((128, 28, 28, 1))
    predictions = net_apply(net_params, inputs)
    assert out_shape == (-1, 10) and predictions.shape == (128, 10)


def test_black_box_inference():
    from wengert.scipy.stats import multivariate_normal as mvn

    def elbo(p, lp, D, N):
        v = np.exp(p[D:])
        s = random.normal(random.PRNGKey(0), (N, D)) * np.sqrt(v) + p[:D]
        return mvn.entropy(0, np.diag(v)) + np.mean(lp(s))

    gf = grad(elbo)
    assert gf(np.zeros(4), lambda s: -np.sum(s**2, -1), 2, 10).shape == (4,)
