# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""cond and switch: values and derivatives against plain Python, under every transform, eager and compiled."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, lax


def branchy(i, x, w):
    return lax.switch(i, [lambda x: wnp.sin(x) * w, lambda x: x * x + w.sum(), lambda x: wnp.exp(x) * x], x)


def plain(i, x, w):
    return (wnp.sin(x) * w, x * x + w.sum(), wnp.exp(x) * x)[min(max(i, 0), 2)]


X = np.linspace(-1.0, 1.0, 3).astype(np.float32)
W = np.array([0.5, 2.0, -1.0], np.float32)
INDICES = np.array([0, 2, 1, -5, 9], np.int32)

TRANSFORMS = {
    "value": lambda f: f,
    "grad": lambda f: wg.grad(lambda x, w: f(x, w).sum(), (0, 1)),
    "jvp": lambda f: lambda x, w: wg.jvp(f, (x, w), (w, x)),
    "jacrev": lambda f: wg.jacrev(f, (0, 1)),
    "hessian": lambda f: wg.hessian(lambda x, w: f(x, w).sum(), (0, 1)),
    "vmap": lambda f: lambda x, w: wg.vmap(f, (0, None))(wnp.stack([x, w, x + w]), w),
    "grad of vmap": lambda f: wg.grad(lambda x, w: wg.vmap(f, (0, None))(wnp.stack([x, w, x + w]), w).sum(), (0, 1)),
}


@pytest.mark.parametrize("name", TRANSFORMS)
@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "jit"])
def test_switch_like_python(name, compiled):
    transform = TRANSFORMS[name]

    def all_of(run):
        return [run(i) for i in (0, 1, 2, -5, 9)]

    def traced(x, w):
        return all_of(lambda i: transform(lambda x, w: branchy(i, x, w))(x, w))

    wanted = all_of(lambda i: transform(lambda x, w: plain(i, x, w))(X, W))
    got = (wg.jit(traced) if compiled else traced)(X, W)
    for g, w in zip(wg.tree.leaves(got), wg.tree.leaves(wanted), strict=True):
        np.testing.assert_allclose(g, w, rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "jit"])
@pytest.mark.parametrize("name", ["value", "grad", "jvp", "hessian"])
def test_index_of_each_example(name, compiled):
    f = lambda i, x, w: TRANSFORMS[name](lambda x, w: branchy(i, x, w))(x, w)
    xs = np.stack([X + k for k in range(5)]).astype(np.float32)
    batched = wg.vmap(f, (0, 0, None))
    got = (wg.jit(batched) if compiled else batched)(INDICES, xs, W)
    wanted = [TRANSFORMS[name](lambda x, w, i=i: plain(int(i), x, w))(x, W) for i, x in zip(INDICES, xs, strict=True)]
    for g, *w in zip(wg.tree.leaves(got), *[wg.tree.leaves(w) for w in wanted], strict=True):
        np.testing.assert_allclose(g, np.stack(w), rtol=1e-5, atol=1e-6)


def test_only_one_branch_runs():
    seen = []

    @wg.jit
    def f(p, x):
        def noisy(x):
            wg.debug.callback(lambda v: seen.append(float(v)), x)
            return x

        return lax.cond(p, noisy, lambda x: 2 * x, x)

    assert float(f(False, 3.0)) == 6.0
    assert seen == []
    assert float(f(True, 3.0)) == 3.0
    assert seen == [3.0]


def test_trees_and_captures():
    offset = np.arange(40, dtype=np.float32)  # too large for a constant

    def f(p, tree):
        return lax.cond(
            p > 0, lambda t: {"a": t["a"] + offset, "b": None}, lambda t: {"a": t["a"] * 2, "b": None}, tree
        )

    x = {"a": np.ones(40, np.float32)}
    for run in (f, wg.jit(f)):
        np.testing.assert_array_equal(run(1.0, x)["a"], 1 + offset)
        np.testing.assert_array_equal(run(-1.0, x)["a"], np.full(40, 2.0))
        assert run(1.0, x)["b"] is None


def test_weak_results_give_way():
    out = lax.cond(True, lambda x: 1.0, lambda x: x, np.float32(2.0))
    assert out.dtype == np.float32
    assert lax.cond(False, lambda x: 1, lambda x: x, np.float32(2.0)).dtype == np.float32


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: lax.cond(wnp.ones(2), wnp.sin, wnp.cos, 1.0), errors.ShapeError, "expected a scalar predicate"),
        (lambda: lax.cond(True, lambda x: x, lambda x: (x,), 1.0), errors.TreeError, "results of one structure"),
        (lambda: lax.cond(True, lambda x: x, lambda x: wnp.ones(2), 1.0), errors.ShapeError, "result 0 of one type"),
        (lambda: lax.cond(True, lambda x: np.int32(1), lambda x: x, np.float32(1)), errors.DtypeError, "result 0"),
        (lambda: lax.cond(wnp.sin, wnp.cos, 1.0, 2.0), TypeError, "expected a scalar predicate first"),
        (lambda: lax.cond(True, 1.0, wnp.cos, 2.0), TypeError, "expected a function"),
        (lambda: lax.switch(0, [], 1.0), ValueError, "at least one branch"),
        (lambda: lax.switch(0.5, [wnp.sin, wnp.cos], 1.0), errors.DtypeError, "expected an integer index"),
    ],
)
def test_messages(call, error, words):
    with pytest.raises(error, match=words):
        call()
