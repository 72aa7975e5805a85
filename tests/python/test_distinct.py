# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""unique and the four functions of the array API standard, against NumPy; with a size, eager and compiled."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors

ARRAYS = {
    "ints": np.array([[3, 1, 3], [2, 1, 1]], np.int32),
    "nan": np.array([1.0, np.nan, 0.0, -0.0, np.nan, np.inf, 1.0], np.float32),
    "bools": np.array([True, True]),
    "complex": np.array([1j, 1, 1j, 0], np.complex64),
    "bytes": np.array([[[200, 1], [200, 2]]], np.uint8),
    "none": np.zeros((0, 2), np.float32),
}


def padded(expected, size, fill=None):
    """What `unique` with a size gives, from NumPy's values, index, inverse, counts; along axis 0 or flattened."""
    values, index, inverse, counts = (np.asarray(e) for e in expected)
    more = max(0, size - len(values))
    first = fill if fill is not None else values[0] if len(values) else 0
    pad = lambda x, v: np.concatenate([x[:size], np.full((more, *x.shape[1:]), v, x.dtype)])
    return pad(values, first), pad(index, index[0] if len(index) else 0), inverse, pad(counts, 0)


@pytest.mark.parametrize("name", ARRAYS)
@pytest.mark.parametrize("equal_nan", [True, False])
def test_unique(name, equal_nan):
    x = ARRAYS[name]
    for axis in (None, 0, -1) if x.size else (None,):
        expected = np.unique(x, True, True, True, axis, equal_nan=equal_nan)
        got = wnp.unique(x, True, True, True, axis, equal_nan=equal_nan)
        for g, e in zip(got, expected, strict=True):
            np.testing.assert_array_equal(g, e)
        np.testing.assert_array_equal(wnp.unique(x, axis=axis, equal_nan=equal_nan), expected[0])


@pytest.mark.parametrize("name", ARRAYS)
def test_unique_of_a_size(name):
    x = ARRAYS[name]
    for axis in (None, 0) if x.size else (None,):
        expected = np.unique(x, True, True, True, axis)
        calls = [(len(expected[0]), None), (1, None), (9, None), (9, 1), (0, None)]

        def all_of_them(x, axis=axis, calls=calls):
            return [wnp.unique(x, True, True, True, axis, size=s, fill_value=f) for s, f in calls]

        compiled = [wg.jit(all_of_them)(x)] if (name, axis) in (("nan", None), ("bytes", 0), ("none", None)) else []
        for results in (all_of_them(x), *compiled):
            for got, (size, fill) in zip(results, calls, strict=True):
                for g, e in zip(got, padded(expected, size, fill), strict=True):
                    np.testing.assert_array_equal(g, e)


def test_the_standard_tells_nan_apart():
    x = wnp.asarray(ARRAYS["nan"])
    expected = np.unique_all(ARRAYS["nan"])
    for got in (wnp.unique_all(x), wg.jit(lambda x: wnp.unique_all(x, size=5))(x)):
        assert got._fields == ("values", "indices", "inverse_indices", "counts")
        for g, e in zip(got, expected, strict=True):
            np.testing.assert_array_equal(g, e)
    np.testing.assert_array_equal(wnp.unique_counts(x).counts, expected.counts)
    np.testing.assert_array_equal(wnp.unique_inverse(x).inverse_indices, expected.inverse_indices)
    np.testing.assert_array_equal(wnp.unique_values(x), expected.values)
    half = x.astype("bfloat16")
    assert wnp.unique(half).shape == (4,) and wnp.unique_values(half).shape == (5,)


def test_messages():
    with pytest.raises(errors.ConcretizationError, match="unique, whose result's shape depends"):
        wg.jit(wnp.unique)(np.ones(3))
    with pytest.raises(errors.ShapeError, match="unique: expected a size of 0 or more but got -1"):
        wnp.unique(np.ones(3), size=-1)
    with pytest.raises(errors.WengertError, match=r"unique: .*axis"):
        wnp.unique(np.ones(3), axis=1)
