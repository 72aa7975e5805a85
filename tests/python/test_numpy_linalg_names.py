# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions of numpy.linalg that stand beside the factorisations: arguments that NumPy and JAX have."""

from __future__ import annotations

import numpy as np
import pytest

import wengert.numpy as wnp
from wengert import errors

RNG = np.random.default_rng(5)
A, B, C = (RNG.normal(size=s).astype(np.float32) for s in ((5, 3), (3, 7), (7, 2)))


def close(got, expected):
    np.testing.assert_allclose(np.asarray(got), expected, rtol=1e-5, atol=1e-5)


def test_multi_dot():
    close(wnp.linalg.multi_dot([A, B, C]), A @ B @ C)
    close(wnp.linalg.multi_dot([A[0], B, C], precision="highest"), A[0] @ B @ C)
    close(wnp.linalg.multi_dot([A[0], B, C[:, 0]]), A[0] @ B @ C[:, 0])
    close(wnp.linalg.multi_dot([A, B]), A @ B)
    with pytest.raises(errors.ShapeError, match="multi_dot: expected two or more matrices"):
        wnp.linalg.multi_dot([A])


def test_last_two_axes():
    x = RNG.normal(size=(2, 3, 4)).astype(np.float32)
    close(wnp.linalg.diagonal(x, offset=1), np.linalg.diagonal(x, offset=1))
    close(wnp.linalg.trace(x, offset=-1), np.linalg.trace(x, offset=-1))


def test_some_singular_values():
    u, s, vh = wnp.linalg.svd(A, full_matrices=False)
    part = wnp.linalg.svd(A, full_matrices=False, subset_by_index=(1, 3))
    close(part.S, np.asarray(s)[1:3])
    close(part.U * part.S @ part.Vh, np.asarray(u * s)[:, 1:] @ np.asarray(vh)[1:])
    close(wnp.linalg.svd(A, compute_uv=False, subset_by_index=(0, 2)), np.asarray(s)[:2])
    with pytest.raises(errors.ShapeError, match="svd: expected a subset of 3 singular values"):
        wnp.linalg.svd(A, subset_by_index=(0, 4))


def test_rank_of_hermitian():
    x = np.outer(A[0], A[0]).astype(np.float32)
    assert wnp.linalg.matrix_rank(x, hermitian=True) == 1 == wnp.linalg.matrix_rank(x)


@pytest.mark.parametrize("order", [np.inf, 1, 2, "nuc", "fro"])
def test_norms_of_empty_matrices(order):
    for shape in ((0, 2), (2, 0), (0, 0)):
        assert wnp.linalg.matrix_norm(wnp.zeros(shape), ord=order) == 0
    assert wnp.linalg.matrix_norm(wnp.zeros((3, 2, 0)), ord=order).tolist() == [0, 0, 0]
