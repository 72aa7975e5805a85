# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`wengert.image` beside `jax.image`."""

from __future__ import annotations

import numpy as np
import pytest

from wengert import image, ops

jax = pytest.importorskip("jax")


@pytest.mark.parametrize("method", ["nearest", "linear", "cubic", "lanczos3", "lanczos5"])
@pytest.mark.parametrize("shape", [(4, 9, 2), (7, 3, 2), (12, 14, 2)])
def test_resize(method, shape):
    x = np.random.default_rng(0).normal(size=(7, 9, 2)).astype(np.float32)
    for antialias in (True, False):
        wanted = jax.image.resize(x, shape, method, antialias)
        np.testing.assert_allclose(image.resize(x, shape, method, antialias), wanted, rtol=2e-5, atol=2e-6)


@pytest.mark.parametrize("method", ["linear", "cubic", "lanczos3"])
def test_scale_and_translate(method):
    x = np.random.default_rng(0).normal(size=(7, 9)).astype(np.float32)
    args = (8, 12), (0, 1), np.float32([0.7, 1.6]), np.float32([1.5, -2.0]), method
    np.testing.assert_allclose(
        image.scale_and_translate(x, *args), jax.image.scale_and_translate(x, *args), rtol=2e-5, atol=2e-6
    )


@pytest.mark.parametrize("name", ops.__all__)
def test_segments(name):
    data = np.random.default_rng(0).normal(size=(6, 2)).astype(np.float32)
    ids = np.array([0, 2, -1, 2, 5, 0])
    for count in (None, 3, 8):
        wanted = getattr(jax.ops, name)(data, ids, count)
        np.testing.assert_allclose(getattr(ops, name)(data, ids, count), wanted, rtol=1e-6)
