# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""vmap with axis names beside JAX's: programs over both packages, their values and derivatives inside and outside."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest

import wengert as wg

N = 4
X = np.random.default_rng(1).normal(size=(N, N)).astype(np.float32)
RING = [(i, (i + 1) % N) for i in range(N)]

# Each a function of the package that makes one of one example.
PROGRAMS = {
    "psum": lambda m: lambda x: x * m.lax.psum(x, "i"),
    "number": lambda m: lambda x: x * m.lax.psum(1, "i") + m.lax.psum(2.5, "i"),
    "tree": lambda m: lambda x: m.lax.psum({"a": x, "b": m.numpy.sin(x)}, "i")["b"] * x,
    "pmean": lambda m: lambda x: m.numpy.tanh(x - m.lax.pmean(x, "i")),
    "normalised": lambda m: lambda x: x / m.numpy.sqrt(1e-3 + m.lax.pmean((x - m.lax.pmean(x, "i")) ** 2, "i")),
    "all_gather": lambda m: lambda x: m.numpy.sin(m.lax.all_gather(x, "i")) @ x,
    "gather axis": lambda m: lambda x: x @ m.lax.all_gather(x, "i", axis=1),
    "gather tiled": lambda m: lambda x: m.numpy.cumsum(m.lax.all_gather(x, "i", tiled=True)) * x[0],
    "all_to_all": lambda m: lambda x: x * m.lax.all_to_all(x, "i", 0, 0),
    "pswapaxes": lambda m: lambda x: m.numpy.exp(m.lax.pswapaxes(x, "i", 0)) * x,
    "tiled": lambda m: lambda x: m.lax.all_to_all(m.numpy.outer(x, x), "i", 0, 1, tiled=True),
    "psum_scatter": lambda m: lambda x: m.lax.psum_scatter(x * x, "i") * x,
    "ppermute": lambda m: lambda x: x * m.lax.ppermute(x, "i", RING),
    "pshuffle": lambda m: lambda x: x * m.lax.pshuffle(m.numpy.cos(x), "i", [2, 0, 3, 1]),
    "axis_index": lambda m: lambda x: x[m.lax.axis_index("i")] * m.lax.axis_index("i") + x * m.lax.axis_size("i"),
    "jit": lambda m: m.jit(lambda x: m.lax.psum(m.jit(m.numpy.sin)(x), "i") * x),
    "nested": lambda m: (
        lambda x: m.vmap(lambda y: m.lax.psum(y, "j") * m.lax.psum(y, "i") + m.lax.axis_index("j"), axis_name="j")(x)
    ),
    "both": lambda m: lambda x: m.vmap(lambda y: y * m.lax.psum(m.numpy.sin(y), ("i", "j")), axis_name="j")(x),
    "shadowed": lambda m: lambda x: m.vmap(lambda y: m.lax.psum(y, "i") * y, axis_name="i")(x) + m.lax.psum(x, "i"),
    "cond": lambda m: (
        lambda x: m.lax.cond(m.lax.psum(x[0], "i") > 0, lambda v: m.lax.psum(v, "i") * v, lambda v: m.numpy.sin(v), x)
    ),
    "mapped cond": lambda m: (
        lambda x: m.lax.cond(x[0] > 0, lambda v: m.lax.psum(v, "i") * v, lambda v: m.numpy.sin(v), x)
    ),
    "switch": lambda m: (
        lambda x: m.lax.switch(
            m.lax.axis_index("i") % 2, [lambda v: m.lax.pmean(v**2, "i"), lambda v: v * m.lax.psum(v, "i")], x
        )
    ),
    "shared": lambda m: lambda x: x + m.grad(lambda y: m.lax.psum(m.numpy.sin(y), "i") * y)(0.5),
}


def leaves(tree: Any) -> list[np.ndarray]:
    return [np.asarray(leaf) for leaf in jax.tree.leaves(jax.tree.map(np.asarray, tree))]


def compare(transform: Any, name: str) -> None:
    got, want = (leaves(transform(m, PROGRAMS[name](m))) for m in (wg, jax))
    for g, e in zip(got, want, strict=True):
        assert (g.shape, g.dtype) == (e.shape, e.dtype)
        np.testing.assert_allclose(g, e, rtol=2e-4, atol=2e-4)


def total(m: Any, f: Any) -> Any:
    return lambda x: m.numpy.sum(m.numpy.sin(f(x)))


# JAX's gradients are wrong where a branch that only some examples take holds a collective (finite differences agree
# with ours from outside, see tests/python/test_axis_names.py), and its all_to_all does not run under a second vmap.
BRANCHES = ("mapped cond", "switch")
EXCHANGES = ("all_to_all", "pswapaxes", "tiled")
DERIVED = [name for name in PROGRAMS if name not in BRANCHES]
NESTED = [name for name in PROGRAMS if name not in EXCHANGES]


@pytest.mark.parametrize("name", PROGRAMS)
def test_value(name: str) -> None:
    compare(lambda m, f: m.vmap(f, axis_name="i")(X), name)
    compare(lambda m, f: m.jit(m.vmap(f, in_axes=1, out_axes=-1, axis_name="i"))(X), name)


@pytest.mark.parametrize("name", DERIVED)
def test_derivatives_outside(name: str) -> None:
    compare(lambda m, f: m.grad(lambda xs: total(m, m.vmap(f, axis_name="i"))(xs))(X), name)
    compare(lambda m, f: m.jvp(m.vmap(f, axis_name="i"), (X,), (m.numpy.cos(X),)), name)


@pytest.mark.parametrize("name", DERIVED)
def test_derivatives_inside(name: str) -> None:
    compare(lambda m, f: m.vmap(m.grad(total(m, f)), axis_name="i")(X), name)
    compare(lambda m, f: m.jit(m.vmap(lambda x: m.vjp(f, x)[1](f(x)), axis_name="i"))(X), name)
    compare(lambda m, f: m.vmap(lambda x: m.jvp(m.grad(total(m, f)), (x,), (x,)), axis_name="i")(X), name)


@pytest.mark.parametrize("name", NESTED)
def test_under_another_vmap(name: str) -> None:
    xs = np.stack([X, X * 2])
    compare(lambda m, f: m.vmap(m.vmap(f, axis_name="i"))(xs), name)
    compare(lambda m, f: m.vmap(m.vmap(f), in_axes=1, axis_name="i")(xs), name)
    if name not in BRANCHES:
        compare(lambda m, f: m.vmap(m.jacfwd(f), axis_name="i")(X), name)


@pytest.mark.parametrize("name", ["pmax", "pmin"])
def test_extrema(name: str) -> None:
    """Values alone: JAX's have no derivative."""
    for f in (lambda m: lambda x: getattr(m.lax, name)(x, "i"), lambda m: lambda x: getattr(m.lax, name)(x > 0, "i")):
        got, want = (m.vmap(f(m), axis_name="i")(X) for m in (wg, jax))
        np.testing.assert_array_equal(np.asarray(got), np.asarray(want))
