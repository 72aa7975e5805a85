# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Sets, places and picked elements of wengert.numpy against NumPy: types, axes, shapes; and with a size under jit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import wengert as wg
import wengert.numpy as wnp
from wengert import errors

TYPES = ["bool", "int8", "uint16", "int32", "float16", "float32", "complex64"]
quick = settings(max_examples=60, deadline=None)


@st.composite
def few_values(draw, max_dims=2, min_side=0, types=TYPES):
    """Arrays in which values occur several times."""
    shape = draw(array_shapes(min_dims=1, max_dims=max_dims, min_side=min_side, max_side=5))
    kind = draw(st.sampled_from(types))
    small = arrays(np.int8, shape, elements=st.integers(0, 4))
    x = draw(small).astype(kind)
    return x + 1j * draw(small).astype(kind) if kind == "complex64" else x


def same(got, expected):
    got = np.asarray(got)
    np.testing.assert_array_equal(got, expected)
    assert got.shape == np.shape(expected)


@quick
@given(few_values(), st.booleans())
def test_unique(x, by_axis):
    axis = x.ndim - 1 if by_axis and x.size else None
    expected = np.unique(x, True, True, True, axis)
    got = wnp.unique(wnp.asarray(x), True, True, True, axis)
    for g, e in zip(got, expected, strict=True):
        same(g, np.asarray(e).reshape(np.shape(g)))
    assert got[0].dtype == x.dtype


@quick
@given(few_values(max_dims=1, min_side=1), few_values(max_dims=1))
def test_two_sets(x, y):
    if x.dtype != y.dtype:
        y = y.real.astype(x.dtype)
    a, b = wnp.asarray(x), wnp.asarray(y)
    for name in ("union1d", "intersect1d", "setdiff1d", "setxor1d"):
        same(getattr(wnp, name)(a, b), getattr(np, name)(x, y))
    for got, expected in zip(
        wnp.intersect1d(a, b, return_indices=True), np.intersect1d(x, y, return_indices=True), strict=True
    ):
        same(got, expected)
    same(wnp.isin(a, b), np.isin(x, y))
    for method in ("compare_all", "binary_search", "sort"):
        same(wnp.isin(a, b, invert=True, method=method), np.isin(x, y, invert=True))


def filled(x, size, fill):
    return np.concatenate([x[:size], np.full(max(size - x.size, 0), fill, x.dtype)])


X, Y = np.array([3, 1, 2, 3, 7, 1], np.int32), np.array([5, 3, 7, 7], np.int32)


@pytest.mark.parametrize("size", [2, 8])
def test_sets_of_a_size(size):
    """Compiled and eager, cut off and filled up as JAX does it."""

    def f(x, y):
        return {
            "union1d": wnp.union1d(x, y, size=size), "intersect1d": wnp.intersect1d(x, y, size=size),
            "setdiff1d": wnp.setdiff1d(x, y, size=size, fill_value=9), "setxor1d": wnp.setxor1d(x, y, size=size),
            "unique": wnp.unique(x, True, True, True, size=size, fill_value=-1),
            "nonzero": wnp.nonzero(x > 2, size=size, fill_value=6),
            "argwhere": wnp.argwhere((x > 2).reshape(2, 3), size=size, fill_value=(7, 8)),
            "compress": wnp.compress(x > 2, x, size=size, fill_value=5),
            "extract": wnp.extract(x.reshape(2, 3) > 1, x.reshape(2, 3), size=size),
            "indices": wnp.intersect1d(x, y, return_indices=True, size=size)[1:],
            "rows": wnp.unique(x.reshape(3, 2), axis=0, size=size),
        }  # fmt: skip

    rows = np.unique(X.reshape(3, 2), axis=0)
    values, places, inverse, counts = np.unique(X, True, True, True)
    expected = {
        "union1d": filled(np.union1d(X, Y), size, 1), "intersect1d": filled(np.intersect1d(X, Y), size, 3),
        "setdiff1d": filled(np.setdiff1d(X, Y), size, 9), "setxor1d": filled(np.setxor1d(X, Y), size, 1),
        "nonzero": [filled(np.flatnonzero(X > 2), size, 6)],
        "argwhere": np.stack([filled(p, size, f) for p, f in zip(np.nonzero((X > 2).reshape(2, 3)), (7, 8))], 1),
        "compress": filled(X[X > 2], size, 5), "extract": filled(X[X > 1], size, 0),
        "unique": [filled(values, size, -1), filled(places, size, 1), inverse, filled(counts, size, 0)],
        "indices": [filled(np.intersect1d(X, Y, return_indices=True)[k], size, n) for k, n in ((1, 6), (2, 4))],
        "rows": np.concatenate([rows[:size], np.repeat(rows[:1], max(size - len(rows), 0), 0)]),
    }  # fmt: skip
    x, y = wnp.asarray(X), wnp.asarray(Y)
    for run in (f, wg.jit(f) if size == 8 else wg.make_jaxpr(f)(x, y)):
        got = run(x, y)
        for name, value in expected.items():
            parts = zip(got[name], value, strict=True) if isinstance(value, list) else [(got[name], value)]
            for g, e in parts:
                np.testing.assert_array_equal(np.asarray(g), e, err_msg=f"{name} of size {size}")


def test_batches_of_sets():
    rows = wnp.asarray(np.stack([X, X[::-1] + 1]))
    got = wg.vmap(lambda x: wnp.unique(x, size=5, fill_value=0))(rows)
    for g, x in zip(np.asarray(got), np.asarray(rows), strict=True):
        np.testing.assert_array_equal(g, filled(np.unique(x), 5, 0))


def test_nan_in_sets():
    x = wnp.array([1.0, wnp.nan, 1.0, wnp.nan])
    assert wnp.unique(x).shape == (2,) and wnp.unique(x, equal_nan=False).shape == (3,)
    assert wnp.unique_counts(x).counts.tolist() == [2, 1, 1]
    assert wnp.unique(x, size=4, fill_value=0.0).tolist()[2:] == [0, 0]
    assert wnp.unique_all(x)._fields == ("values", "indices", "inverse_indices", "counts")


@quick
@given(arrays(np.float32, st.integers(0, 70), elements=st.floats(-5, 5, width=16)), st.sampled_from(["left", "right"]))
def test_searchsorted(a, side):
    a = np.sort(np.append(a, [np.inf, np.nan]).astype(np.float32))
    v = np.array([[-6, 0, 0.5], [np.nan, np.inf, 2]], np.float32)
    expected = np.searchsorted(a, v, side)
    same(wnp.searchsorted(wnp.asarray(a), v, side), expected)
    traced = wg.make_jaxpr(lambda a, v: [wnp.searchsorted(a, v, side, method=m) for m in ("scan", "compare_all", None)])
    for got in traced(a, v)(wnp.asarray(a), wnp.asarray(v)):
        same(got, expected)


@pytest.mark.parametrize("mode", ["clip", "wrap"])
def test_choose_and_put(mode):
    i, rows = np.array([[0, 3, -1], [2, 1, 7]]), np.arange(18).reshape(3, 2, 3)
    same(wnp.choose(wnp.asarray(i), wnp.asarray(rows), mode=mode), np.choose(i, rows, mode=mode))
    same(wg.jit(lambda i: wnp.choose(i, list(rows), mode=mode))(i), np.choose(i, rows, mode=mode))
    expected = np.zeros(5, np.int32)
    np.put(expected, i, [7, 8], mode=mode)
    same(wnp.put(wnp.zeros(5, int), wnp.asarray(i), wnp.array([7, 8]), mode=mode, inplace=False), expected)
    dims = (3, 4)
    pair = (np.array([0, 4, -1]), np.array([5, 1, -2]))
    expected = np.ravel_multi_index(pair, dims, mode=mode)
    same(wg.jit(lambda p: wnp.ravel_multi_index(p, dims, mode=mode))(pair), expected)


def test_place_and_fill_diagonal():
    x, mask = np.arange(6).reshape(2, 3), np.array([[True, False, True], [True, True, False]])
    expected = x.copy()
    np.place(expected, mask, [7, 8, 9])
    for run in (lambda f: f, wg.jit):
        same(run(lambda x, m: wnp.place(x, m, wnp.array([7, 8, 9]), inplace=False))(x, mask), expected)
    for shape, wrap in (((3, 4), False), ((7, 3), False), ((7, 3), True), ((2, 2, 2), False)):
        expected = np.zeros(shape, np.float32)
        np.fill_diagonal(expected, [1, 2], wrap)
        same(wnp.fill_diagonal(wnp.zeros(shape), wnp.array([1, 2]), wrap, inplace=False), expected)


@quick
@given(st.data())
def test_insert_and_delete(data):
    x = np.arange(12).reshape(3, 4)
    axis = data.draw(st.sampled_from([0, 1, None]))
    n = 12 if axis is None else x.shape[axis]
    one = st.integers(-n, n - 1)
    i = data.draw(st.one_of(one, st.lists(one, min_size=1, max_size=4), st.slices(n)))
    same(wnp.delete(wnp.asarray(x), i, axis), np.delete(x, i, axis))
    same(wnp.insert(wnp.asarray(x), i, 50, axis), np.insert(x, i, 50, axis))
    if isinstance(i, list):
        values = 50 + np.arange(len(i))
        shape = {0: (-1, 1), 1: (1, -1), None: (-1,)}[axis]
        values = values.reshape(shape)
        expected = np.insert(x, i, values, axis)
        same(wnp.insert(wnp.asarray(x), i, wnp.asarray(values), axis), expected)
        traced = wg.make_jaxpr(lambda x, i, v: wnp.insert(x, i, v, axis))(x, np.array(i), values)
        same(traced(wnp.asarray(x), wnp.array(i), wnp.asarray(values)), expected)
        unique = np.array(sorted({k % n for k in i}))
        traced = wg.make_jaxpr(lambda x, i: wnp.delete(x, i, axis, assume_unique_indices=True))(x, unique)
        same(traced(wnp.asarray(x), wnp.asarray(unique)), np.delete(x, unique, axis))


def test_repeat_of_traced_counts():
    counts = np.array([2, 0, 3])
    f = wg.jit(lambda x, c, n: wnp.repeat(x, c, total_repeat_length=n), static_argnums=2)
    x = np.array([5, 6, 7])
    for n in (5, 3, 8):
        expected = np.repeat(x, counts)
        same(f(x, counts, n), np.concatenate([expected[:n], np.full(max(n - 5, 0), 7)]))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: wg.jit(wnp.unique)(X), errors.ConcretizationError, "values for unique, or the argument size, but got"),
        (lambda: wg.jit(wnp.nonzero)(X), errors.ConcretizationError, "values for nonzero, or the argument size,"),
        (lambda: wg.jit(lambda i: wnp.choose(i, [1]))(X), errors.ConcretizationError, "choose with mode='raise'"),
        (lambda: wg.jit(lambda i: wnp.repeat(X, i))(X), errors.ConcretizationError, "argument total_repeat_length"),
        (lambda: wnp.choose(wnp.array([2]), [1, 2]), errors.IndexingError, "choose: expected numbers from 0 to 1"),
        (lambda: wnp.choose(X, [1], mode="x"), ValueError, "choose: expected choices and the mode"),
        (lambda: wnp.choose(wnp.ones(2), [1]), errors.DtypeError, "choose: expected integer indices"),
        (lambda: wnp.isin(X, X, method="x"), ValueError, "isin: expected the method auto, compare_all"),
        (lambda: wnp.searchsorted(X, X, "middle"), ValueError, "searchsorted: expected side 'left' or 'right'"),
        (lambda: wnp.searchsorted(wnp.ones((2, 2)), 1), errors.ShapeError, "searchsorted: expected a vector"),
        (lambda: wnp.digitize(1, wnp.ones((2, 2))), errors.ShapeError, "digitize: expected a vector"),
        (lambda: wnp.nonzero(X, size=2, fill_value=(1, 2)), errors.ShapeError, "nonzero: expected 1 values to fill"),
        (lambda: wnp.put(X, X, X), ValueError, "put: expected inplace=False"),
        (lambda: wnp.put(X, X, X, "raise", inplace=False), ValueError, "put: expected the mode clip, wrap or None"),
        (lambda: wnp.place(X, X > 1, wnp.zeros(0), inplace=False), errors.ShapeError, "place: expected a mask of 6"),
        (lambda: wnp.fill_diagonal(X, 1, inplace=False), errors.ShapeError, "fill_diagonal: expected a matrix"),
        (lambda: wnp.compress(X.reshape(2, 3), X), errors.ShapeError, "compress: expected a vector as condition"),
        (lambda: wnp.compress(wnp.ones(9), X), errors.ShapeError, "compress: expected a condition of 6"),
        (lambda: wnp.delete(X, 6), errors.IndexingError, "delete: expected indices from -6 to 5"),
        (lambda: wnp.delete(X, wnp.array([True])), errors.IndexingError, "delete: expected a bool array of 6"),
        (lambda: wnp.insert(X, 1, wnp.ones((2, 2))), errors.ShapeError, "insert: expected values that broadcast"),
        (lambda: wnp.trim_zeros(X, "x"), ValueError, "trim_zeros: expected the letters f and b"),
        (lambda: wnp.repeat(X, wnp.array([1, 2])), errors.ShapeError, "repeat: expected 1 or 6 counts"),
        (lambda: wnp.take(X, X, mode="raise"), ValueError, "take: expected the mode fill, clip or wrap"),
        (lambda: wnp.take(wnp.zeros(0), X), errors.IndexingError, "take: expected an axis that is not empty"),
        (lambda: wnp.take(X, X, out=X), errors.UnsupportedTypeError, "take: expected out=None"),
        (lambda: wnp.partition(X, 6), errors.ShapeError, "partition: expected an axis"),
        (lambda: wnp.sort(X, kind="heapsort"), errors.UnsupportedTypeError, "sort: expected kind=None and order=None"),
        (lambda: wnp.lexsort([]), errors.ShapeError, "lexsort: expected at least one key"),
        (lambda: wnp.diag_indices_from(X), errors.ShapeError, "diag_indices_from: expected two or more equal"),
        (lambda: wnp.diag_indices(-1), ValueError, "diag_indices: expected n and ndim"),
        (lambda: wnp.tril_indices_from(X), errors.ShapeError, "tril_indices_from: expected a matrix"),
        (lambda: wnp.ravel_multi_index((X,), (2, 3)), errors.ShapeError, "ravel_multi_index: expected 2 indices"),
        (lambda: wnp.ravel_multi_index((X,), (2,)), errors.IndexingError, "ravel_multi_index: expected indices within"),
        (lambda: wnp.ravel_multi_index((X,), (9,), "x"), ValueError, "ravel_multi_index: expected the mode raise"),
        (lambda: wnp.ravel_multi_index((wnp.ones(1),), (9,)), errors.DtypeError, "multi_index: expected integers"),
        (lambda: wnp.unravel_index(wnp.ones(1), (9,)), errors.DtypeError, "unravel_index: expected integers"),
        (lambda: wnp.unravel_index(1, "a"), errors.ShapeError, "unravel_index: expected a shape of ints"),
        (lambda: wnp.ix_(wnp.ones((2, 2))), errors.ShapeError, "ix_: expected vectors"),
        (lambda: wnp.r_["x", 1], errors.IndexingError, "r_: expected a string of up to three ints"),
        (lambda: wnp.r_[1, "r"], errors.IndexingError, "r_: expected a string in front only"),
    ],
)  # fmt: skip
def test_message(call, error, words):
    with pytest.raises(error, match=words):
        call()
