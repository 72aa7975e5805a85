# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`nn` and `nn.layers` against `jax.nn` and stax: the same values, and for the same key the same parameters."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import nn, random
from wengert.nn import layers

jax = pytest.importorskip("jax")
stax = pytest.importorskip("jax.example_libraries.stax")


@pytest.fixture(autouse=True)
def original_layout():
    """JAX draws by the layout of bits that is wengert's default."""
    jax.config.update("jax_threefry_partitionable", False)
    yield
    jax.config.update("jax_threefry_partitionable", True)


IMAGE, ROWS = (2, 6, 5, 3), (4, 6)
NETWORKS = {
    "dense": (lambda m: m.serial(m.Dense(7), m.Tanh, m.Dense(3), m.LogSoftmax), ROWS),
    "conv": (
        lambda m: m.serial(m.Conv(4, (3, 3), padding="SAME"), m.Relu, m.MaxPool((2, 2)), m.Flatten, m.Dense(5)), IMAGE
    ),
    "transposed": (lambda m: m.serial(m.ConvTranspose(4, (3, 3), (2, 2), "SAME"), m.BatchNorm(), m.Elu), IMAGE),
    "pools": (lambda m: m.serial(m.AvgPool((3, 3), (1, 2), "SAME"), m.SumPool((2, 2), padding="SAME")), IMAGE),
    "parallel": (
        lambda m: m.serial(
            m.FanOut(2), m.parallel(m.Dense(6), m.Identity), m.FanInSum, m.FanOut(2), m.FanInConcat()
        ), ROWS
    ),
    "norm": (lambda m: m.serial(m.BatchNorm(0, center=False), m.Gelu, m.Softplus), ROWS),
}  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_networks(name):
    build, shape = NETWORKS[name]
    x = np.random.default_rng(0).normal(size=shape).astype("float32")
    results = []
    for module, library in ((layers, wg), (stax, jax)):
        init, apply = build(module)
        out_shape, params = init(library.random.PRNGKey(3), shape)
        loss = lambda params, x: (apply(params, x) ** 2).sum()
        grads = library.grad(loss, (0, 1))(params, library.numpy.asarray(x))
        results.append((tuple(out_shape), apply(params, x), library.tree.leaves((params, grads))))
    (shape, y, leaves), (jax_shape, jax_y, jax_leaves) = results
    assert shape == jax_shape
    np.testing.assert_allclose(y, jax_y, rtol=1e-4, atol=1e-5)
    for a, b in zip(leaves, jax_leaves, strict=True):
        np.testing.assert_allclose(
            a, b, rtol=1e-3, atol=1e-3
        )  # BatchNorm divides by small deviations: noise where it is 0


@pytest.mark.parametrize(
    "options",
    [
        {}, {"is_causal": True}, {"scale": 0.3}, {"local_window_size": 1}, {"local_window_size": (2, 0)},
        {"query_seq_lengths": np.array([1, 3])}, {"key_value_seq_lengths": np.array([2, 4]), "return_residual": True},
    ],
    ids=str,
)  # fmt: skip
def test_attention(options):
    rng = np.random.default_rng(0)
    q, k, v = (rng.normal(size=(2, n, h, 4)).astype("float32") for n, h in ((3, 4), (5, 2), (5, 2)))
    bias, mask = rng.normal(size=(2, 4, 3, 5)).astype("float32"), rng.random((1, 1, 3, 5)) > 0.3
    got = wg.tree.leaves(nn.dot_product_attention(q, k, v, bias, mask, **options))
    expected = jax.tree.leaves(jax.nn.dot_product_attention(q, k, v, bias, mask, **options))
    for a, b in zip(got, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", ["orthogonal", "delta_orthogonal"])
def test_orthogonal(name):
    for options, shape in (({}, (3, 2, 2, 4)), ({"scale": 2.0, "column_axis": -2}, (1, 3, 3, 5))):
        got = getattr(nn.initializers, name)(**options)(random.PRNGKey(1), shape, "float32")
        expected = getattr(jax.nn.initializers, name)(**options)(jax.random.PRNGKey(1), shape, "float32")
        np.testing.assert_allclose(got, expected, atol=2e-6)


@pytest.mark.parametrize("name", ["identity", "log1mexp", "sparse_sigmoid"])
def test_elementwise(name):
    x = np.linspace(0.01, 3, 50).astype("float32")
    np.testing.assert_allclose(getattr(nn, name)(wnp.asarray(x)), getattr(jax.nn, name)(x), rtol=3e-6)
    slopes = jax.vmap(jax.grad(getattr(jax.nn, name)))(x)
    np.testing.assert_allclose(wg.vmap(wg.grad(getattr(nn, name)))(wnp.asarray(x)), slopes, rtol=1e-5)
