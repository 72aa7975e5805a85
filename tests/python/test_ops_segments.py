# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Reductions by segment against loops of NumPy, under transforms, and their messages."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, ops

KINDS = {
    "segment_sum": (np.add, 0), "segment_prod": (np.multiply, 1), "segment_max": (np.maximum, None),
    "segment_min": (np.minimum, None),
}  # fmt: skip


def looped(name, data, ids, count):
    function, start = KINDS[name]
    if start is None:
        limits = (-np.inf, np.inf) if data.dtype.kind == "f" else (np.iinfo(data.dtype).min, np.iinfo(data.dtype).max)
        start = limits[name == "segment_min"]
    result = np.full((count, *data.shape[ids.ndim :]), start, data.dtype)
    for index in np.ndindex(ids.shape):
        if 0 <= ids[index] < count:
            result[ids[index]] = function(result[ids[index]], data[index])
    return result


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("dtype", ["float32", "int32"])
def test_segments(name, dtype):
    rng = np.random.default_rng(0)
    data = rng.integers(-4, 5, (6, 3)).astype(dtype)
    ids = np.array([0, 2, 0, -1, 3, 2])
    wanted = looped(name, data, ids, 4)
    f = getattr(ops, name)
    np.testing.assert_array_equal(f(data, ids), wanted)
    np.testing.assert_array_equal(f(data, ids, 3), wanted[:3])
    np.testing.assert_array_equal(wg.jit(lambda d, i: f(d, i, num_segments=5))(data, ids), looped(name, data, ids, 5))
    np.testing.assert_array_equal(f(data[:, 0].reshape(2, 3), ids.reshape(2, 3)), wanted[:, 0])
    batched = wg.vmap(lambda d, i: f(d, i, 4))(np.stack([data, data + 1]), np.stack([ids, ids[::-1]]))
    np.testing.assert_array_equal(batched[1], looped(name, data + 1, ids[::-1], 4))


def test_gradient():
    data, ids = np.array([1.0, 2.0, 3.0], np.float32), np.array([1, 0, 1])
    gradient = wg.grad(lambda x: wnp.sum(ops.segment_sum(x, ids) ** 2))(data)
    np.testing.assert_allclose(gradient, [8, 4, 8])


def test_messages():
    with pytest.raises(errors.ShapeError, match=r"segment_sum: expected segment_ids for the leading .* but got \(3,\)"):
        ops.segment_sum(np.ones(2), np.arange(3))
    with pytest.raises(errors.DtypeError, match="segment_max: expected segment_ids of integers but got float32"):
        ops.segment_max(np.ones(2), np.ones(2))
    with pytest.raises(errors.ConcretizationError, match="segment_min: expected num_segments"):
        wg.jit(ops.segment_min)(np.ones(2), np.arange(2))
    with pytest.raises(errors.ShapeError, match="segment_prod: expected num_segments of at least 0 but got -1"):
        ops.segment_prod(np.ones(2), np.arange(2), -1)
    assert ops.segment_sum(np.ones(0), np.zeros(0, int)).shape == (0,)
