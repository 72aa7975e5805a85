# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A notebook on derivatives of any order and logistic regression."""

from __future__ import annotations

import pytest
from printed import same_print

import wengert as jax
import wengert.numpy as jnp
from wengert import grad


def test_derivatives_of_tanh(capsys):
    grad_tanh = grad(jnp.tanh)
    print(grad_tanh(2.0))
    print(grad(grad(jnp.tanh))(2.0))
    print(grad(grad(grad(jnp.tanh)))(2.0))
    same_print(capsys.readouterr().out, "0.070650816\n-0.13621868\n0.25265405", rtol=3e-6)


def test_derivatives_of_a_polynomial(capsys):
    f = lambda x: x**3 + 2 * x**2 - 3 * x + 1
    dfdx = grad(f)
    d2fdx = jax.grad(dfdx)
    d3fdx = jax.grad(d2fdx)
    d4fdx = jax.grad(d3fdx)
    print(dfdx(1.0))
    print(d2fdx(1.0))
    print(d3fdx(1.0))
    print(d4fdx(1.0))
    same_print(capsys.readouterr().out, "4.0\n10.0\n6.0\n0.0")


def sigmoid(x):
    return 0.5 * (jnp.tanh(x / 2) + 1)


def predict(W, b, inputs):
    return sigmoid(jnp.dot(inputs, W) + b)


inputs = jnp.array([[0.52, 1.12, 0.77], [0.88, -1.08, 0.15], [0.52, 0.06, -1.30], [0.74, -2.49, 1.39]])
targets = jnp.array([True, True, False, True])


def loss(W, b):
    preds = predict(W, b, inputs)
    label_probs = preds * targets + (1 - preds) * (1 - targets)
    return -jnp.sum(jnp.log(label_probs))


@pytest.fixture
def drawn():
    """key, W and b as the notebook draws them."""
    key = jax.random.key(0)
    key, W_key, b_key = jax.random.split(key, 3)
    W = jax.random.normal(W_key, (3,))
    b = jax.random.normal(b_key, ())
    return key, W, b


def test_gradients(drawn, capsys):
    _, W, b = drawn
    W_grad = grad(loss, argnums=0)(W, b)
    print(f"{W_grad=}")
    b_grad = grad(loss, 1)(W, b)
    print(f"{b_grad=}")
    W_grad, b_grad = grad(loss, (0, 1))(W, b)
    print(f"{W_grad=}")
    print(f"{b_grad=}")
    expected = """W_grad=Array([-0.16965583, -0.8774644 , -1.4901346 ], dtype=float32)
b_grad=Array(-0.29227245, dtype=float32)
"""
    same_print(capsys.readouterr().out, expected + expected)


def test_gradient_of_a_dict(drawn, capsys):
    _, W, b = drawn

    def loss2(param_dict):
        preds = predict(param_dict["W"], param_dict["b"], inputs)
        label_probs = preds * targets + (1 - preds) * (1 - targets)
        return -jnp.sum(jnp.log(label_probs))

    print(grad(loss2)({"W": W, "b": b}))
    same_print(
        capsys.readouterr().out,
        "{'W': Array([-0.16965583, -0.8774644 , -1.4901346 ], dtype=float32), 'b': Array(-0.29227245, dtype=float32)}",
    )


def test_value_and_grad(drawn, capsys):
    _, W, b = drawn
    loss_value, Wb_grad = jax.value_and_grad(loss, (0, 1))(W, b)
    print(f"loss value: {loss_value}")
    print(f"Wb_grad: {Wb_grad}")
    print(f"loss value: {loss(W, b)}")
    same_print(
        capsys.readouterr().out,
        """loss value: 3.051938533782959
Wb_grad: (Array([-0.16965583, -0.8774644 , -1.4901346 ], dtype=float32), Array(-0.29227245, dtype=float32))
loss value: 3.051938533782959""",
    )


def test_numerical_differences(drawn, capsys):
    key, W, b = drawn
    eps = 1e-4
    b_grad_numerical = (loss(W, b + eps / 2.0) - loss(W, b - eps / 2.0)) / eps
    print("b_grad_autodiff:", grad(loss, 1)(W, b))
    key, subkey = jax.random.split(key)
    vec = jax.random.normal(subkey, W.shape)
    unitvec = vec / jnp.sqrt(jnp.vdot(vec, vec))
    W_grad_numerical = (loss(W + eps / 2.0 * unitvec, b) - loss(W - eps / 2.0 * unitvec, b)) / eps
    print("W_grad_autodiff:", jnp.vdot(grad(loss)(W, b), unitvec))
    same_print(capsys.readouterr().out, "b_grad_autodiff: -0.29227245\nW_grad_autodiff: -0.19909117")
    # Differences of float32 losses near 3 divided by 1e-4 carry an error of about 5e-3: the last bit of the loss.
    same_print(f"{b_grad_numerical} {W_grad_numerical}", "-0.29325485 -0.2002716", atol=6e-3)
