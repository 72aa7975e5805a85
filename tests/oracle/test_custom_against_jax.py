# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Rules that programs give for their own functions, beside JAX."""

import custom_programs
import numpy as np
import pytest

import wengert
import wengert.numpy as wnp

jax = pytest.importorskip("jax", reason="the comparison with JAX is the oracle job's: make oracle")


@pytest.mark.parametrize("program", custom_programs.PROGRAMS, ids=lambda p: p.__name__)
def test_rules(program):
    expected, got = program(jax, jax.numpy), program(wengert, wnp)
    assert len(expected) == len(got)
    for i, (e, g) in enumerate(zip(expected, got, strict=True)):
        e_leaves, g_leaves = jax.tree_util.tree_leaves(e), wengert.tree_util.tree_leaves(g)
        assert len(e_leaves) == len(g_leaves), f"entry {i}"
        for x, y in zip(e_leaves, g_leaves, strict=True):
            np.testing.assert_allclose(np.asarray(y), np.asarray(x), rtol=2e-5, atol=1e-6, err_msg=f"entry {i}")
