# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Sorting, top_k and what goes along an axis: order of nan and zeros, axes, gradients, refusals."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, lax

SPECIAL = np.array([0.0, np.nan, -0.0, np.inf, -1.0, 0.0, -np.inf, np.nan, 2.0, -0.0], np.float32)
BOTH = pytest.mark.parametrize("transform", [lambda f: f, wg.jit], ids=["eager", "jit"])


@BOTH
def test_nan_last_and_zeros_in_their_order(transform):
    for dtype in (np.float32, np.float64):
        with wg.enable_x64():
            x = SPECIAL.astype(dtype)
            got = np.asarray(transform(lax.sort)(x))
            np.testing.assert_array_equal(got, np.sort(x))
            np.testing.assert_array_equal(np.signbit(got[2:6]), [False, True, False, True])
            order = np.asarray(transform(wnp.argsort)(x))
            np.testing.assert_array_equal(order, np.argsort(x, kind="stable"))


@BOTH
def test_top_k(transform):
    x = np.random.default_rng(0).normal(size=(4, 5, 3)).astype(np.float32)
    for axis in (-1, 0, 1):
        order = np.argsort(-x, axis, kind="stable").take(range(2), axis)
        values, indices = transform(lambda x, axis=axis: lax.top_k(x, 2, axis=axis))(x)
        np.testing.assert_array_equal(indices, order)
        np.testing.assert_array_equal(values, np.take_along_axis(x, order, axis))
    values, indices = transform(lambda x: lax.top_k(x, 3))(SPECIAL)
    np.testing.assert_array_equal(values, [np.nan, np.nan, np.inf])
    np.testing.assert_array_equal(indices, [1, 7, 3])
    for dtype in ("uint8", "int32", "bool"):
        small = np.array([0, 1, 1, 0]).astype(dtype)
        np.testing.assert_array_equal(transform(lambda x: lax.top_k(x, 3))(small)[1], [1, 2, 0])
    low = transform(lambda x: lax.approx_min_k(x, 2, reduction_dimension=0)[0])(x)
    np.testing.assert_array_equal(low, np.sort(x, 0)[:2])


@pytest.mark.parametrize("dtype", ["float32", "int8", "bool"])
def test_top_k_of_many(dtype):
    """In groups: ties, nan and the ends of the type in their order."""
    rng = np.random.default_rng(1)
    x = rng.integers(-9, 9, (2, 5001)).astype(dtype)
    if dtype == "float32":
        x[:, 4990:] = [np.nan, -np.inf, np.inf, np.nan, 0, 1, 2, 3, 4, 5, 6]
    ranks = np.where(np.isnan(x), np.inf, x.astype(np.float64)) + np.isnan(x)
    order = np.lexsort((np.broadcast_to(np.arange(5001), x.shape), -ranks, ~np.isnan(x)))[:, :12]
    values, indices = lax.top_k(x, 12)
    np.testing.assert_array_equal(indices, order)
    np.testing.assert_array_equal(values, np.take_along_axis(x, order, 1))
    np.testing.assert_array_equal(wg.jit(lambda x: lax.top_k(x, 12))(x)[1], order)


def test_gradients_go_back_by_the_permutation():
    x, w = np.array([3.0, 1.0, 2.0]), np.array([10.0, 20.0, 30.0])
    np.testing.assert_array_equal(wg.grad(lambda x: (w * wnp.sort(x)).sum())(x), [30, 10, 20])
    np.testing.assert_array_equal(wg.grad(lambda x: (w[:2] * lax.top_k(x, 2)[0]).sum())(x), [10, 0, 20])
    np.testing.assert_array_equal(wg.jit(wg.grad(lambda x: lax.approx_max_k(x, 1)[0].sum()))(x), [1, 0, 0])
    rows = np.stack([x, -x])
    both = wg.vmap(wg.grad(lambda x: (w[:2] * lax.top_k(x, 2)[0]).sum()))(rows)
    np.testing.assert_array_equal(both, [[10, 0, 20], [0, 10, 20]])


@BOTH
def test_along_an_axis(transform):
    x = np.arange(24.0).reshape(2, 3, 4)
    i = np.array([[[2], [-1]], [[0], [1]]])
    for axis, index in ((1, i), (2, i[:, :1]), (0, i[:1, :1] - 3)):
        got = transform(lambda x, i, axis=axis: wnp.take_along_axis(x, i, axis))(x, index)
        wide = np.broadcast_shapes(*(np.delete(s, axis) for s in (x.shape, index.shape)))
        index = np.broadcast_to(index, (*wide[:axis], index.shape[axis], *wide[axis:]))
        np.testing.assert_array_equal(got, np.take_along_axis(x, index % x.shape[axis], axis))
    outside = np.array([1, 7, -5])
    np.testing.assert_array_equal(transform(wnp.take_along_axis)(np.arange(4.0), outside), [1, np.nan, np.nan])
    put = transform(lambda x, i: wnp.put_along_axis(x, i, 9, 0, inplace=False))
    np.testing.assert_array_equal(put(np.arange(4.0), outside), [0, 9, 2, 3])
    flat = transform(lambda x, i: wnp.put_along_axis(x, i, np.array([8, 9]), None, inplace=False))
    np.testing.assert_array_equal(flat(np.zeros((2, 2)), np.array([0, 3])), [[8, 0], [0, 9]])


@pytest.mark.parametrize(
    ("run", "cls", "message"),
    [
        (lambda: lax.top_k(np.ones(3), 4), errors.ShapeError, "top_k: expected k within axis 0 of (3,) but got 4"),
        (lambda: lax.top_k(np.float32(1), 0), errors.ShapeError, "top_k: expected an array of rank 1 or more"),
        (lambda: lax.approx_max_k(np.ones(3, int), 1), errors.DtypeError, "approx_max_k: expected an array of a float"),
        (lambda: lax.approx_max_k(np.ones(3), 4), errors.ShapeError, "approx_max_k: expected k within axis 0 of (3,)"),
        (
            lambda: lax.approx_min_k(np.ones(3), 1, aggregate_to_topk=False),
            errors.ShapeError,
            "approx_min_k: expected aggregate_to_topk=True",
        ),
        (lambda: lax.tile(np.ones(3), (1, 2)), errors.ShapeError, "tile: expected one count for each dimension"),
        (lambda: lax.take(np.ones(3), np.ones(2)), errors.DtypeError, "take: expected indices of an integer type"),
        (
            lambda: wnp.take_along_axis(np.ones((2, 2)), np.zeros(2, int), 0),
            errors.ShapeError,
            "take_along_axis: expected integer indices of rank 2",
        ),
        (
            lambda: wnp.put_along_axis(np.ones((1, 2)), np.zeros((3, 2), int), 1, 1, inplace=False),
            errors.ShapeError,
            "put_along_axis: expected indices that broadcast to (1, 2)",
        ),
        (
            lambda: wnp.put_along_axis(np.ones(2), np.zeros(2, int), 1, 0),
            ValueError,
            "put_along_axis: expected inplace",
        ),
    ],
)
def test_refused(run, cls, message):
    with pytest.raises(cls) as raised:
        run()
    assert str(raised.value).startswith(message)


def test_two_sorts_in_one_program():
    """IREE miscounts what two of them share, if that is a fill."""
    x = np.array([3.0, np.nan, -1.0, 0.5, 7.0], np.float32)
    got = wg.jit(lambda a, b: (lax.sort(a), lax.sort(b)))(x, x[::-1].astype(np.float16))
    np.testing.assert_array_equal(got[0], np.sort(x))
    np.testing.assert_array_equal(got[1], np.sort(x).astype(np.float16))
