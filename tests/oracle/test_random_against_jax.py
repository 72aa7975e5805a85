# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The calls of tests/python/random_cases.py with another key: the same numbers as JAX's, live."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
import wengert.random

jax = pytest.importorskip("jax")
sys.path.insert(0, str(Path(__file__).parents[1] / "python"))
from random_cases import CLOSE, EXACT, WIDE

TOLERANCE = {"float16": 2e-3, "bfloat16": 2e-2, "float32": 2e-6, "float64": 1e-13}


@pytest.mark.parametrize("partitionable", [False, True])
@pytest.mark.parametrize(("case", "wide"), [(c, False) for c in EXACT + CLOSE] + [(c, True) for c in WIDE])
def test_numbers(case, wide, partitionable):
    jax.config.update("jax_enable_x64", wide)
    jax.config.update("jax_threefry_partitionable", partitionable)
    try:
        names = {"R": jax.random, "m": jax.numpy, "k": jax.random.PRNGKey(20261)}
        expected = np.asarray(eval(case, names))
    finally:
        jax.config.update("jax_enable_x64", False)
    with wg.enable_x64(wide), wg.config.options["threefry_partitionable"].override(partitionable):
        names = {"R": wengert.random, "m": wnp, "k": wengert.random.PRNGKey(20261)}
        got = np.asarray(eval(case, names))
    assert got.dtype == expected.dtype and got.shape == expected.shape
    tolerance = TOLERANCE.get(got.dtype.name, 0)
    kind = np.float64 if got.dtype.kind not in "biu" else got.dtype
    np.testing.assert_allclose(got.astype(kind), expected.astype(kind), rtol=tolerance, atol=tolerance)
