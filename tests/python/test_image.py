# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Images of other sizes: exact cases, what the methods keep, transforms."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, image

METHODS = ["linear", "cubic", "lanczos3", "lanczos5"]


@pytest.mark.parametrize("method", METHODS)
def test_a_constant_stays_and_the_mean_is_kept(method):
    x = np.random.default_rng(0).normal(size=(6, 4, 3)).astype(np.float32)
    np.testing.assert_allclose(image.resize(np.full((6, 4, 3), 2.0), (9, 2, 3), method), np.full((9, 2, 3), 2), 1e-5)
    small = wg.jit(lambda x: image.resize(x, (3, 4, 3), method))(x)
    assert small.shape == (3, 4, 3) and small.dtype == np.float32
    np.testing.assert_allclose(small, image.resize(x, (3, 4, 3), method), rtol=1e-5, atol=1e-6)
    # The transpose of a resize is its derivative.
    v = np.random.default_rng(1).normal(size=(9, 4, 3)).astype(np.float32)
    f = lambda x: image.resize(x, (9, 4, 3), method)
    (pulled,) = wg.vjp(f, x)[1](v)
    np.testing.assert_allclose(wnp.vdot(pulled, x), wnp.vdot(v, f(x)), rtol=1e-4)


def test_linear_and_nearest():
    x = np.array([[0, 2], [4, 6]], np.float32)
    np.testing.assert_allclose(image.resize(x, (2, 4), "bilinear"), [[0, 0.5, 1.5, 2], [4, 4.5, 5.5, 6]])
    np.testing.assert_array_equal(image.resize(x, (4, 1), "nearest"), [[2], [2], [6], [6]])
    np.testing.assert_allclose(image.resize(x, (1, 1), image.ResizeMethod.LINEAR), [[3]])
    assert image.resize(np.array([1, 2, 3]), (2,), "cubic").dtype == np.float32
    assert image.resize(np.array([1, 2, 3]), (5,), "nearest").tolist() == [1, 1, 2, 3, 3]
    assert image.resize(x, wnp.array((4, 1)), "nearest").shape == (4, 1)
    with pytest.raises(errors.DtypeError, match=r"resize: expected a shape of ints but got \[10.5, 17\]"):
        image.resize(x, [10.5, 17], "bicubic")


def test_derivative_by_the_translation():
    x = np.array([1.0, 3.0, 4.0], np.float32)
    f = lambda t: image.scale_and_translate(x, (3,), (0,), wnp.ones(1), t, "linear")[1]
    np.testing.assert_allclose(wg.grad(f)(wnp.array([0.25])), [-2])
