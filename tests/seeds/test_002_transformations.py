# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A note on grad, vmap and jit. It prints nothing itself; the expected values are those of its formulas."""

from __future__ import annotations

import matplotlib
import numpy as np
from printed import same_print

import wengert as jax
import wengert.numpy as jnp
import wengert.random as jrandom
from wengert import grad, jit, tree_map, vmap

matplotlib.use("Agg")


def test_grad(capsys):
    sq = lambda x: jnp.sum(x**2)
    dx_sq = grad(sq)
    print(dx_sq(jnp.arange(3.0)))
    same_print(capsys.readouterr().out, "[0. 2. 4.]")


def test_argnums(capsys):
    poly_3d = lambda x, y, z: jnp.sum(x**2 + y**3 + z**4)
    dx_poly_3d = grad(poly_3d, argnums=0)
    print("dpoly_3d/dx is ", dx_poly_3d(jnp.arange(3.0), jnp.arange(3.0), jnp.arange(3.0)))
    dxdydz_poly_3d = grad(poly_3d, argnums=(0, 1, 2))
    print("dpoly_3d/dxdydz is ", dxdydz_poly_3d(jnp.arange(3.0), jnp.arange(3.0), jnp.arange(3.0)))
    dx_poly_3d, dy_poly_3d, dz_poly_3d = dxdydz_poly_3d(jnp.arange(3.0), jnp.arange(3.0), jnp.arange(3.0))
    print("dpoly_3d/dx is ", dx_poly_3d, "dpoly_3d_dy is ", dy_poly_3d, "dpoly_3d_dz is ", dz_poly_3d)
    same_print(
        capsys.readouterr().out,
        "dpoly_3d/dx is [0. 2. 4.]\n"
        "dpoly_3d/dxdydz is (Array([0., 2., 4.], dtype=float32), Array([ 0., 3., 12.], dtype=float32), "
        "Array([ 0., 4., 32.], dtype=float32))\n"
        "dpoly_3d/dx is [0. 2. 4.] dpoly_3d_dy is [ 0. 3. 12.] dpoly_3d_dz is [ 0. 4. 32.]",
    )


def test_linear_regression():
    batch_size = 10
    samples = batch_size * 10
    key = jrandom.PRNGKey(1)
    x = jnp.linspace(-2, 2, samples)
    y = 5 * x + 2 + 0.001 * jrandom.normal(key, shape=x.shape)
    f = lambda params, x: params[0] * x + params[1]
    loss = lambda params, x, y: jnp.mean((y - f(params, x)) ** 2)
    grad_loss = grad(loss)
    lr = 0.1
    update = lambda params, xs, ys: tree_map(lambda p, g: p - lr * g, params, grad_loss(params, xs, ys))
    params = jnp.array([0.0, 1.0])
    for _ in range(20):
        key, _ = jrandom.split(key)
        batch_indices = jrandom.choice(key, jnp.arange(samples, dtype=int), (batch_size,))
        xbatch, ybatch = x[batch_indices], y[batch_indices]
        params = update(params, xbatch, ybatch)
    np.testing.assert_allclose(params, [5, 2], atol=0.1)


def test_vmap_of_a_loss(capsys):
    fhat = lambda params, x: params[0] * x + params[1]
    loss = lambda params, x, y: (fhat(params, x) - y) ** 2
    vmap_loss = vmap(loss, in_axes=(None, 0, 1))
    samples = 5
    xs = jnp.linspace(0, 2, samples)
    ys = 5 * xs + 2
    loss_vals = vmap_loss(jnp.array([5.0, 2.0]), xs.reshape((samples, 1)), ys.reshape((1, samples)))
    print(loss_vals)
    same_print(capsys.readouterr().out, "[[0.]\n [0.]\n [0.]\n [0.]\n [0.]]")


def test_plot_of_a_derivative(tmp_path):
    import matplotlib.pyplot as plt

    f = lambda x: jnp.sin(x)
    dx_f = grad(f)
    x = jnp.linspace(0, 2 * jnp.pi, 100)
    y = f(x)
    dy = vmap(dx_f)(x)
    plt.plot(x, y, x, dy)
    plt.legend(["sine(x)", "d/dx(sine)(x) = cosine(x)"])
    plt.savefig(tmp_path / "sine.png")
    plt.close()
    np.testing.assert_allclose(dy, np.cos(np.linspace(0, 2 * np.pi, 100)), atol=1e-6)


def apply_double_arg_func(func, xs, xs2=None):
    if xs2 is None:
        return vmap(lambda x: vmap(lambda y: func(x, y))(xs))(xs)
    else:
        return vmap(lambda x: vmap(lambda y: func(x, y))(xs))(xs2).T


def apply_double_arg_func2(func, xs, xs2=None):
    if xs2 is None:
        return vmap(vmap(func, (0, None)), (None, 0))(xs, xs)
    else:
        return vmap(vmap(func, (0, None)), (None, 0))(xs, xs2).T


def test_pairwise_distances(capsys):
    def l1dist(x, y):
        return jnp.sum(jnp.abs(x - y))

    x1 = jnp.linspace(1, 10, 100)
    y1 = jnp.linspace(1, 5, 20)
    print(jnp.allclose(apply_double_arg_func(l1dist, x1, y1), apply_double_arg_func2(l1dist, x1, y1)))
    assert capsys.readouterr().out == "True\n"
    expected = np.abs(np.linspace(1, 10, 100)[:, None] - np.linspace(1, 5, 20)[None])
    np.testing.assert_allclose(apply_double_arg_func(l1dist, x1, y1), expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(jit(lambda a: apply_double_arg_func(l1dist, a))(y1)[3, 5], abs(y1[3] - y1[5]), rtol=1e-6)


def test_scan_named_in_the_text():
    carry, _ = jax.lax.scan(lambda c, x: (c + x, c), 0.0, jnp.arange(4.0))
    assert float(carry) == 6.0
