# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A notebook on gradients of log2, of attention, and on vmap."""

from __future__ import annotations

import numpy as np
import pytest
from printed import same_print

import wengert as jax
import wengert.numpy as jnp
from wengert import make_jaxpr

x_0 = 2.0


def f(x):
    ln_x = jnp.log(x)
    ln_2 = jnp.log(2)
    return ln_x / ln_2


def names(jaxpr):
    """The operations of a jaxpr in order."""
    return [eqn.primitive.name for eqn in jaxpr.eqns]


def test_trace_of_f():
    # { lambda ; a:f32[]. let b = log a; c = log 2.0; d = div b c in (d,) }
    jaxpr = make_jaxpr(f)(x_0)
    assert names(jaxpr) == ["log", "log", "div"]
    assert [str(v.aval) for v in jaxpr.jaxpr.invars] == ["float32[]"]
    log_of_literal = jaxpr.eqns[1]
    assert log_of_literal.invars[0].val == 2.0
    assert "wg.log" in str(jaxpr) and "wg.div" in str(jaxpr)


def test_gradient():
    gradient = jax.grad(f)
    assert set(names(make_jaxpr(gradient)(x_0))) <= {"log", "div", "mul"}
    same_print(repr(gradient(x_0)), "Array(0.7213475, dtype=float32, weak_type=True)")
    same_print(repr(1 / (x_0 * jnp.log(2))), "Array(0.7213475, dtype=float32, weak_type=True)")


def test_gradient_of_gradient():
    gradient = jax.grad(f)
    jaxpr = make_jaxpr(jax.grad(gradient))(x_0)
    assert len(jaxpr.eqns) <= 9  # as many as the document's
    equal = -1 / (x_0**2 * jnp.log(2)) == jax.grad(gradient)(x_0)
    assert repr(equal) == "Array(True, dtype=bool, weak_type=True)"


def test_eighth_derivative_stays_small():
    g = f
    for _ in range(8):
        g = jax.grad(g)
    jaxpr = make_jaxpr(g)(x_0)
    assert len(jaxpr.eqns) < 40  # the document's fills pages
    # d^8/dx^8 log2(x) = -7! / (x^8 log 2)
    np.testing.assert_allclose(g(x_0), -5040 / (2.0**8 * np.log(2)), rtol=1e-5)


def mlp(x, w, b):
    return jnp.dot(w, x) + b


def test_layer():
    x, w, b = 9.0, 3.0, 1.0
    assert names(make_jaxpr(mlp)(x, w, b)) == ["mul", "add"]
    gradient = jax.grad(mlp, argnums=1)
    assert names(make_jaxpr(gradient)(x, w, b)) in ([], ["mul"])
    assert repr(x == gradient(x, w, b)) == "Array(True, dtype=bool, weak_type=True)"


def softmax(x):
    return jnp.exp(x) / jnp.sum(jnp.exp(x))


def scaled_dot_product_attention(q, k, v):
    qk = jnp.dot(q, k.T) / jnp.sqrt(q.shape[-1])
    weights = softmax(qk)
    return jnp.dot(weights, v)


def attention(weights, e):
    Wq = weights["Wq"]
    Wk = weights["Wk"]
    Wv = weights["Wv"]

    q = jnp.dot(Wq, e)
    k = jnp.dot(Wk, e)
    v = jnp.dot(Wv, e)
    return scaled_dot_product_attention(q, k, v)


@pytest.fixture
def weights():
    Wq = jnp.array([[1.0, 0.1, 0.0], [0.0, 1.0, 0.1], [0.1, 0.0, 1.0]])
    Wk = jnp.array([[1.0, 0.0, 0.1], [0.1, 1.0, 0.0], [0.0, 0.1, 1.0]])
    Wv = jnp.array([[1.0, 0.1, 0.0], [0.0, 1.0, 0.1], [0.1, 0.0, 1.0]])
    return dict(Wq=Wq, Wk=Wk, Wv=Wv)


e = jnp.array([1.0, 2.0, 3.0])


def test_attention_trace(weights):
    jaxpr = make_jaxpr(attention)(weights, e)
    got = names(jaxpr)
    assert got.count("dot_general") == 4 and got.count("exp") == 2 and "sqrt" in got and "div" in got
    assert len(jaxpr.jaxpr.invars) == 4
    assert [str(v.aval) for v in jaxpr.jaxpr.outvars] == ["float32[3]"]


def test_attention_value(weights):
    same_print(repr(attention(weights, e)), "Array([1.2, 2.3, 3.1], dtype=float32)")
    same_print(repr(jax.jit(attention)(weights, e)), "Array([1.2, 2.3, 3.1], dtype=float32)")


def test_attention_jacobian(weights):
    jacobian = jax.jacobian(attention, argnums=0)(weights, e)
    # With one key the softmax is 1: the document's entries of Wk and Wq are rounding, of the order of 1e-7.
    for name in ("Wk", "Wq"):
        assert jacobian[name].shape == (3, 3, 3)
        np.testing.assert_allclose(jacobian[name], 0, atol=2e-5)
    expected = np.zeros((3, 3, 3))
    for i in range(3):
        expected[i, i] = [1, 2, 3]
    np.testing.assert_allclose(jacobian["Wv"], expected, rtol=1e-6)
    assert list(jacobian) == ["Wk", "Wq", "Wv"]


def predict(params, inputs):
    for W, b in params:
        outputs = jnp.dot(inputs, W) + b
        inputs = jnp.tanh(outputs)
    return outputs


def test_vmap():
    params = [
        (jnp.array([[1.0, 2.0], [3.0, 4.0]]), jnp.array([1.0, 1.0])),
    ]
    inputs = jnp.array([[1.0, 2.0]])
    same_print(predict(params, inputs), "[[ 8. 11.]]")

    batched_predict = jax.vmap(predict, in_axes=(None, 0))

    many_inputs = jnp.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    same_print(
        repr(batched_predict(params, many_inputs)),
        """Array([[ 8., 11.],
       [16., 23.],
       [24., 35.]], dtype=float32)""",
    )
