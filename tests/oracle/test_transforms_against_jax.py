# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""checkpoint beside JAX's: values, derivatives, and what is saved."""

from __future__ import annotations

from typing import Any

import jax
import jax.ad_checkpoint
import numpy as np
import pytest

import wengert as wg
import wengert.ad_checkpoint

X = np.linspace(-1.0, 1.0, 4).astype(np.float32)
W = (np.arange(16).reshape(4, 4) % 5 - 2).astype(np.float32) / 4

# Each a function of the package and a policy, called with W and X.
LAYERS = {
    "sines": lambda m, w, x: m.numpy.sin(m.numpy.sin(x @ w)),
    "named": lambda m, w, x: m.numpy.exp(m.ad_checkpoint.checkpoint_name(m.numpy.sin(x @ w), "hidden")) * x,
    "dots": lambda m, w, x: m.numpy.exp(m.numpy.sin(m.numpy.cos(x @ w) @ w) @ w),
    "called": lambda m, w, x: m.numpy.exp(m.jit(lambda x: m.numpy.sin(x @ w))(x)),
}
POLICIES = {
    "default": lambda p: None,
    "nothing": lambda p: p.nothing_saveable,
    "everything": lambda p: p.everything_saveable,
    "dots": lambda p: p.dots_saveable,
    "no batch": lambda p: p.dots_with_no_batch_dims_saveable,
    "names": lambda p: p.save_only_these_names("hidden"),
    "other names": lambda p: p.save_any_names_but_these("hidden"),
    "both": lambda p: p.save_from_both_policies(p.dots_saveable, p.save_only_these_names("hidden")),
}


def program(m: Any, layer: str, policy: str) -> Any:
    f = m.checkpoint(lambda w, x: LAYERS[layer](m, w, x), policy=POLICIES[policy](m.checkpoint_policies))
    return lambda w, x: m.numpy.sum(f(w, f(w, x)))


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("policy", POLICIES)
def test_derivatives(layer: str, policy: str) -> None:
    ours, theirs = program(wg, layer, policy), program(jax, layer, policy)
    for derive in (
        lambda m, f: m.value_and_grad(f, (0, 1)),
        lambda m, f: m.hessian(f, 1),
        lambda m, f: lambda w, x: m.vmap(m.grad(f, 1), (None, 0))(w, m.numpy.stack([x, x + 1])),
    ):
        got, want = (m.tree.leaves(derive(m, f)(W, X)) for m, f in ((wg, ours), (jax, theirs)))
        for g, e in zip(got, want, strict=True):
            np.testing.assert_allclose(g, e, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("layer", LAYERS)
@pytest.mark.parametrize("policy", [p for p in POLICIES if p != "everything"])
def test_no_more_is_saved(layer: str, policy: str) -> None:
    from jax._src.ad_checkpoint import saved_residuals

    theirs = sum(a.size * a.dtype.itemsize for a, _ in saved_residuals(program(jax, layer, policy), W, X))
    ours = wg.explain_residuals(program(wg, layer, policy))(W, X).num_bytes
    assert ours <= theirs
