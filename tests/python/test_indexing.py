# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reading and updating at indices, beside NumPy; what lies outside; the refusals."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors

X = np.arange(24).reshape(2, 3, 4)
MASK = np.array([True, False, True])


@pytest.mark.parametrize(
    "index",
    [
        np.s_[1], np.s_[-1, ..., 0], np.s_[None, :, 1], np.s_[..., None], np.s_[:, ::-2], np.s_[()], np.s_[True],
        np.s_[:, MASK], np.s_[..., MASK, :], np.s_[X % 5 == 0], np.s_[X[..., 0] > 3], np.s_[:, np.array([2, -1, 0])],
        np.s_[np.array([0, 1]), :, np.array([1, 3])], np.s_[np.array([[0], [1]]), np.array([0, 2])],
        np.s_[1, :, [0, 2]],
    ],
)  # fmt: skip
def test_reads_as_numpy(index):
    x = wnp.array(X)
    np.testing.assert_array_equal(x[index], X[index])
    np.testing.assert_array_equal(wg.jit(lambda x: x[index])(x), X[index])


@pytest.mark.parametrize(
    "index", [np.s_[1], np.s_[:, MASK], np.s_[np.array([0, 1]), :, np.array([1, 3])], np.s_[X > 7]]
)
def test_updates_as_numpy(index):
    expected = X.copy()
    expected[index] += 100
    np.testing.assert_array_equal(wnp.array(X).at[index].add(100), expected)


@pytest.mark.parametrize("transform", [lambda f: f, wg.jit])
def test_reads_outside(transform):
    x, i = wnp.arange(3.0), wnp.array([1, 7, -1, -9])
    np.testing.assert_array_equal(transform(lambda x, i: x[i])(x, i), [1, 2, 2, 0])
    np.testing.assert_array_equal(transform(lambda x, i: x.at[i].get(mode="fill"))(x, i), [1, np.nan, 2, np.nan])
    np.testing.assert_array_equal(transform(lambda x, i: x.at[i].get(mode="fill", fill_value=5))(x, i), [1, 5, 2, 5])
    assert np.isnan(transform(lambda x: x.at[4].get(mode="fill"))(x))


def test_fill_values_of_the_types():
    get = lambda dtype: wnp.ones(1, dtype).at[3].get(mode="fill").item()
    assert (get("int32"), get("uint32"), get("bool")) == (-(2**31), 2**32 - 1, True)


def test_updates_outside():
    x = wnp.zeros(3)
    np.testing.assert_array_equal(x.at[7].set(1), [0, 0, 0])
    np.testing.assert_array_equal(x.at[7].set(1, mode="clip"), [0, 0, 1])
    np.testing.assert_array_equal(x.at[wnp.array([0, 5, -1])].add(1), [1, 0, 1])
    np.testing.assert_array_equal(x.at[wnp.array([9, 1])].set(wnp.array([4, 5]), mode="clip"), [0, 5, 4])
    pairs = wnp.zeros((2, 2)).at[wnp.array([0, 5]), wnp.array([1, 1])].set(wnp.array([7, 8]))
    np.testing.assert_array_equal(pairs, [[0, 7], [0, 0]])


@pytest.mark.parametrize(
    ("index", "message"),
    [
        (np.s_[0, 0, 0, 0], "index: expected at most 3 indices for shape (2, 3, 4) but got 4"),
        (np.s_[..., ...], "index: expected at most one ... but got several"),
        (np.s_[MASK], "index: expected a bool array of the shape (2,) that it selects but got (3,)"),
        (np.s_[..., MASK], "index: expected a bool array of the shape (4,) that it selects but got (3,)"),
        (np.s_[False], "index: expected no False as an index"),
    ],
)
def test_refuses_what_does_not_fit(index, message):
    for f in (lambda x: x[index], wg.jit(lambda x: x[index]), lambda x: x.at[index].set(0)):
        with pytest.raises(IndexError) as raised:
            f(wnp.array(X))
        assert isinstance(raised.value, errors.IndexingError) and str(raised.value).startswith(message)


def test_refuses_an_empty_dimension():
    with pytest.raises(errors.IndexingError, match="expected a dimension that is not empty but got"):
        wnp.zeros((0, 3))[0]


def test_refuses_options_of_updates():
    with pytest.raises(ValueError, match=r"at\[\].set: expected a mode of None, clip, drop, .* but got 'near'"):
        wnp.zeros(2).at[0].set(1, mode="near")
    with pytest.raises(TypeError, match=r"at\[\].add: expected the options mode, .* but got {'wrap'}"):
        wnp.zeros(2).at[0].add(1, wrap=True)
