# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""vmap and Jacobians in chunks: the same results as at once, with a remainder, under transforms; bounded memory."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, random

RNG = np.random.default_rng(0)
X = RNG.normal(size=(10, 4)).astype(np.float32)
W = RNG.normal(size=(4, 3)).astype(np.float32)
CHUNKS = (1, 3, 5, 7, 10, 11)


def close(got, want, rtol=2e-5):
    for g, w in zip(wg.tree.leaves(got), wg.tree.leaves(want), strict=True):
        np.testing.assert_allclose(g, w, rtol=rtol, atol=1e-5)


def f(x, w):
    return {"y": wnp.sin(x) @ w, "sum": x.sum()}


@pytest.mark.parametrize("chunk", CHUNKS)
def test_like_at_once(chunk):
    for in_axes, out_axes, args in (
        ((0, None), 0, (X, W)),
        ((1, None), {"y": 1, "sum": 0}, (X.T, W)),
        ((0, 0), -1, (X, np.stack([W + k for k in range(10)]))),
    ):
        want = wg.vmap(f, in_axes, out_axes)(*args)
        close(wg.vmap(f, in_axes, out_axes, chunk_size=chunk)(*args), want)
        if chunk in (3, 5):
            close(wg.jit(wg.vmap(f, in_axes, out_axes, chunk_size=chunk))(*args), want)


@pytest.mark.parametrize("chunk", [3, 5])
@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "jit"])
def test_derivatives(chunk, compiled):
    def loss(batch):
        return lambda x, w: sum(wnp.sum(v**2) for v in batch(lambda x: f(x, w))(x).values())

    ours, plain = loss(lambda g: wg.vmap(g, chunk_size=chunk)), loss(wg.vmap)
    for derive in (
        lambda l: wg.grad(l, (0, 1)),
        lambda l: lambda x, w: wg.jvp(l, (x, w), (x, w)),
        lambda l: lambda x, w: wg.jvp(wg.grad(l), (x, w), (x, w)),
        lambda l: lambda x, w: wg.vmap(wg.grad(l), (None, 0))(x, wnp.stack([w, -w])),
    ):
        got = derive(ours)
        close((wg.jit(got) if compiled else got)(X, W), derive(plain)(X, W), 1e-4)


def test_bounded_with_checkpoint():
    """What a derivative saves of a checkpointed function is the arguments, chunk by chunk."""
    deep = lambda x: wnp.sum(wnp.sin(wnp.sin(wnp.sin(x))))
    loss = lambda g: lambda x: wnp.sum(wg.vmap(g, chunk_size=5)(x))
    saved = wg.explain_residuals(loss(wg.checkpoint(deep)))(X)
    assert saved.num_bytes <= X.nbytes
    assert wg.explain_residuals(loss(deep))(X).num_bytes >= 3 * X.nbytes
    close(wg.grad(loss(wg.checkpoint(deep)))(X), wg.grad(loss(deep))(X))


def test_keys_keywords_trees_and_what_is_not_mapped():
    keys = random.split(random.key(0), 7)
    draw = lambda key, scale: scale * random.normal(key, (2,))
    close(wg.vmap(draw, (0, None), chunk_size=3)(keys, 2.0), wg.vmap(draw, (0, None))(keys, 2.0))
    g = lambda t, n=None, *, shift: (t["a"] + shift, 3.0, n)
    got = wg.vmap(g, chunk_size=4)({"a": X}, shift=X)
    close(got, wg.vmap(g)({"a": X}, shift=X))
    assert got[2] is None
    constant = wg.vmap(lambda x: (x, 1.0), out_axes=(0, None), chunk_size=4)(X)[1]
    assert float(constant) == 1.0
    close(wg.vmap(lambda: 1.0, axis_size=9, chunk_size=4)(), np.ones(9))
    close(wg.vmap(wg.jit(lambda x: wnp.sin(x)), chunk_size=4)(X), np.sin(X))
    close(wg.vmap(wg.vmap(wnp.sin, chunk_size=3), chunk_size=4)(X), np.sin(X))


@pytest.mark.parametrize("chunk", [1, 2, 3, 12, 20])
def test_jacobians(chunk):
    g = lambda x, w: {"a": wnp.tanh(x @ w), "b": wnp.sum(x) * w[0]}
    x = X[0]
    for jacobian in (wg.jacfwd, wg.jacrev):
        want = jacobian(g, (0, 1))(x, W)
        close(jacobian(g, (0, 1), chunk_size=chunk)(x, W), want)
        close(wg.jit(jacobian(g, (0, 1), chunk_size=chunk))(x, W), want)
    loss = lambda x, w: wnp.sum(wnp.tanh(x @ w) ** 2)
    close(wg.hessian(loss, (0, 1), chunk_size=chunk)(x, W), wg.hessian(loss, (0, 1))(x, W))
    close(wg.hessian(loss, chunk_size=chunk, has_aux=False)(x, W), wg.hessian(loss)(x, W))


def test_no_matrix_of_unit_vectors():
    """The unit vectors are made chunk by chunk: no value of the program has N x N elements but the result."""
    n = 300
    f = lambda x: wnp.sin(x) * x
    x = np.linspace(0, 1, n, dtype=np.float32)
    g = wg.jit(wg.jacrev(f, chunk_size=10))
    text = g.lower(x).as_text("core")
    assert "tensor<10x300xf32>" in text
    assert "dense_resource<" not in text
    assert max(len(line) for line in text.splitlines()) < 2000
    close(
        g(np.linspace(0, 1, n, dtype=np.float32)),
        wg.jacrev(lambda x: wnp.sin(x) * x)(np.linspace(0, 1, n, dtype=np.float32)),
    )


@pytest.mark.parametrize("chunk", [0, -1, 2.0, True, "3"])
def test_messages(chunk):
    with pytest.raises(ValueError, match="vmap: expected a positive chunk_size but got"):
        wg.vmap(wnp.sin, chunk_size=chunk)


def test_sizes_are_checked():
    with pytest.raises(errors.InAxesError, match="mapped axes of one size"):
        wg.vmap(wnp.add, chunk_size=2)(X, X[1:])
