# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What is like SciPy, and `ops`, `image`, `ode`, beside JAX: values, gradients, batches."""

import warnings

import numpy as np
import pytest
import scipy_programs

import wengert
import wengert.numpy as wnp

jax = pytest.importorskip("jax", reason="the comparison with JAX is the oracle job's: make oracle")
# The solvers stop where they are precise enough, each at another point.
TOLERANCES = {
    "krylov": 1e-4,
    "matrix_functions": 2e-4,
    "minima": 2e-3,
    "differential_equations": 1e-4,
    "spectra": 1e-4,
    "frames": 1e-4,
}


@pytest.mark.parametrize("program", scipy_programs.PROGRAMS, ids=lambda p: p.__name__)
def test_programs(program):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected, got = program(jax, jax.numpy), program(wengert, wnp)
    assert len(expected) == len(got)
    tolerance = TOLERANCES.get(program.__name__, 3e-5)
    for i, (e, g) in enumerate(zip(expected, got, strict=True)):
        e_leaves, g_leaves = jax.tree_util.tree_leaves(e), wengert.tree_util.tree_leaves(g)
        assert len(e_leaves) == len(g_leaves), f"entry {i}"
        for x, y in zip(e_leaves, g_leaves, strict=True):
            x, y = np.asarray(x), np.asarray(y)
            assert x.dtype == y.dtype, f"entry {i}: {x.dtype} {y.dtype}"
            np.testing.assert_allclose(y, x, rtol=tolerance, atol=tolerance, err_msg=f"entry {i}")
