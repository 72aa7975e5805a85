# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""stax and the optimizers that the door gives, beside those of JAX: the same parameters and the same steps."""

from __future__ import annotations

import numpy as np
import pytest

jax = pytest.importorskip("jax")

from jax import flatten_util as their_flatten_util
from jax.example_libraries import optimizers as theirs
from jax.example_libraries import stax as their_stax

import wengert.random
from wengert import flatten_util, tree, tree_util
from wengert.compat.names import optimizers as ours
from wengert.compat.names import stax as our_stax

MAKERS = {
    "sgd": (0.1,), "momentum": (0.1, 0.9), "nesterov": (0.1, 0.9), "adagrad": (0.1,), "rmsprop": (0.1,),
    "rmsprop_momentum": (0.1,), "adam": (0.1,), "adamax": (0.1,), "sm3": (0.1,),
}  # fmt: skip
SCHEDULES = {
    "constant": (0.1,), "exponential_decay": (0.1, 3, 0.5), "inverse_time_decay": (0.1, 3, 0.5),
    "polynomial_decay": (0.1, 3, 0.01, 2.0), "piecewise_constant": ([1, 3], [0.1, 0.05, 0.01]),
}  # fmt: skip


def steps(library, triple, params):
    init, update, get_params = triple
    state = init(params)
    for i in range(5):
        state = update(i, library.tree.map(lambda x: 2 * x + 1 + i, get_params(state)), state)
    return [np.asarray(x) for x in library.tree.leaves(get_params(state))]


@pytest.mark.parametrize("name", MAKERS)
def test_steps(name):
    params = {"w": np.linspace(-1, 1, 6, dtype=np.float32).reshape(2, 3), "b": np.float32([0.5, -2])}
    wanted = steps(jax, getattr(theirs, name)(*MAKERS[name]), jax.tree.map(jax.numpy.asarray, params))
    got = steps(wengert, getattr(ours, name)(*MAKERS[name]), tree.map(wengert.numpy.asarray, params))
    for g, w in zip(got, wanted, strict=True):
        np.testing.assert_allclose(g, w, rtol=2e-5, atol=1e-6)


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules(name):
    mine, other = (getattr(library, name)(*SCHEDULES[name]) for library in (ours, theirs))
    for i in range(6):
        np.testing.assert_allclose(mine(i), other(i), rtol=1e-6)
    np.testing.assert_allclose(
        ours.inverse_time_decay(1.0, 3, 0.5, True)(4), theirs.inverse_time_decay(1.0, 3, 0.5, True)(4), rtol=1e-6
    )


def test_norms():
    grads = [np.float32([3, 4]), np.float32(12)]
    np.testing.assert_allclose(ours.l2_norm(grads), theirs.l2_norm(grads))
    for limit in (1.0, 20.0):
        pairs = zip(ours.clip_grads(grads, limit), theirs.clip_grads(grads, limit), strict=True)
        for g, w in pairs:
            np.testing.assert_allclose(g, w, rtol=1e-6)


def network(stax):
    branch = stax.serial(stax.Conv(4, (3, 3), padding="SAME"), stax.BatchNorm(), stax.Relu)
    return stax.serial(
        stax.FanOut(2), stax.parallel(branch, stax.GeneralConv(("NHWC", "HWIO", "NHWC"), 4, (3, 3), padding="SAME")),
        stax.FanInSum, stax.AvgPool((2, 2), strides=(2, 2)), stax.Flatten, stax.Dense(5), stax.LogSoftmax,
    )  # fmt: skip


def test_a_network():
    x = np.random.default_rng(0).normal(size=(3, 6, 6, 2)).astype(np.float32)
    init, apply = network(our_stax)
    their_init, their_apply = network(their_stax)
    with jax.threefry_partitionable(False):
        wanted_shape, wanted = their_init(jax.random.PRNGKey(0), (3, 6, 6, 2))
    shape, params = init(wengert.random.PRNGKey(0), (3, 6, 6, 2))
    assert shape == wanted_shape and len(tree.leaves(params)) == len(jax.tree.leaves(wanted))
    for g, w in zip(tree.leaves(params), jax.tree.leaves(wanted), strict=True):
        np.testing.assert_allclose(g, w, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(apply(params, x), their_apply(wanted, x), rtol=1e-4, atol=1e-5)


def test_dropout():
    x = np.ones(100, np.float32)
    with jax.threefry_partitionable(False):
        wanted = their_stax.Dropout(0.7)[1]((), x, rng=jax.random.PRNGKey(0))
    np.testing.assert_allclose(our_stax.Dropout(0.7)[1]((), x, rng=wengert.random.PRNGKey(0)), wanted, rtol=1e-6)


def test_names_of_trees_and_vectors():
    names = {n for n in dir(jax.tree_util) if not n.startswith("_")} - {"annotations"}
    assert not names - set(tree_util.__all__)
    assert not {n for n in dir(jax.tree) if not n.startswith("_")} - set(tree.__all__)
    data = {"i": np.arange(3, dtype=np.int32), "h": np.ones((2, 2), np.float16), "f": 1.5}
    mine, other = flatten_util.ravel_pytree(data)[0], their_flatten_util.ravel_pytree(data)[0]
    assert mine.dtype == other.dtype and mine.tolist() == other.tolist()
