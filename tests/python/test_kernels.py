# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The NumPy kernels where they are more than a NumPy function: corner cases and types."""

from __future__ import annotations

import ml_dtypes
import numpy as np
import pytest
import scipy.special

from wengert import _native
from wengert import kernels as k

f32, i32, u32 = np.float32, np.int32, np.uint32
NAN, INF = np.nan, np.inf


def same(result, expected):
    expected = np.asarray(expected)
    np.testing.assert_array_equal(result, expected)
    assert np.asarray(result).dtype == expected.dtype


def test_integer_division_truncates():
    same(k.div(i32([7, -7, 7, -7, 5, -(2**31)]), i32([2, 2, -2, -2, 0, -1])), i32([3, -3, -3, 3, -1, -(2**31)]))
    same(k.rem(i32([7, -7, 7, -7, 5]), i32([2, 2, -2, -2, 0])), i32([1, -1, 1, -1, 5]))
    same(k.div(u32([7, 5]), u32([2, 0])), u32([3, 2**32 - 1]))
    same(k.rem(f32([5.5, -5.5]), f32([2, 2])), f32([1.5, -1.5]))


def test_pow():
    same(k.pow(i32([2, -1, -1, 1, 3]), i32([-1, -1, -2, -3, 4])), i32([0, -1, 1, 1, 81]))
    same(k.pow(u32([3]), u32([2])), u32([9]))
    same(k.integer_pow(f32([2, -2]), -2), f32([0.25, 0.25]))
    same(k.integer_pow(f32([NAN]), 0), f32([1]))
    same(k.integer_pow(i32([3]), 5), i32([243]))


def test_shifts_beyond_the_width():
    same(k.shift_left(u32([1, 1, 1]), u32([4, 31, 32])), u32([16, 2**31, 0]))
    same(k.shift_right_logical(i32([-8, -8]), i32([1, 32])), i32([2147483644, 0]))
    same(k.shift_right_arithmetic(i32([-8, -8, 8]), i32([1, 40, 40])), i32([-4, -1, 0]))
    same(k.shift_right_arithmetic(u32([2**31]), u32([31])), u32([2**32 - 1]))


def test_convert():
    same(k.convert(f32([1.9, -1.9, NAN, 3e9, -3e9, INF]), i32), i32([1, -1, 0, 2**31 - 1, -(2**31), 2**31 - 1]))
    same(k.convert(f32([1.9, -1.9, NAN, 5e9]), u32), u32([1, 0, 0, 2**32 - 1]))
    same(k.convert(f32([1e20, -1e20]), np.int64), np.int64([2**63 - 1, -(2**63)]))
    same(k.convert(f32([0, NAN, -0.0, 2]), bool), [False, True, False, True])
    same(k.convert(i32([-1]), u32), u32([2**32 - 1]))
    same(k.convert(f32([1.5]), ml_dtypes.bfloat16), np.array([1.5], ml_dtypes.bfloat16))


def test_sign_and_extremes():
    same(k.sign(f32([-2, 0, 3, NAN])), f32([-1, 0, 1, NAN]))
    assert np.signbit(k.sign(f32(-0.0)))
    same(k.sign(u32([0, 5])), u32([0, 1]))
    same(k.clamp(f32(0), f32([-1, 0.5, 2, NAN]), f32(1)), f32([0, 0.5, 1, NAN]))


def test_special_functions():
    x = np.linspace(-0.999, 0.999, 201)
    np.testing.assert_allclose(k.erf_inv(x.astype(f32)), scipy.special.erfinv(x.astype(f32)), rtol=3e-6)
    np.testing.assert_allclose(k.erf_inv(x), scipy.special.erfinv(x), rtol=1e-12)
    same(k.erf_inv(f32([-1, 1, 0])), f32([-INF, INF, 0]))
    np.testing.assert_allclose(k.erf(x.astype(f32)), scipy.special.erf(x), rtol=1e-6)
    same(k.logistic(f32([-1000, 0, 1000])), f32([0, 0.5, 1]))
    same(k.logaddexp(f32([1000, -INF]), f32([1000, -INF])), f32([1000 + np.log(2), -INF]))


def test_half_types_round_once():
    x = np.full(1000, 0.1, np.float16)
    assert k.reduce_sum(x, (0,)) == np.float16(x.astype(f32).sum())
    b = np.array([1.5, 2.5], ml_dtypes.bfloat16)
    for result in (
        k.rsqrt(b),
        k.logistic(b),
        k.cbrt(b),
        k.erf(b),
        k.integer_pow(b, 3),
        k.reduce_max(b, (0,)),
        k.sort([b], 0),
    ):
        assert np.asarray(result).dtype == ml_dtypes.bfloat16
    assert k.dot_general(b, b, (0,), (0,)).dtype == ml_dtypes.bfloat16


@pytest.mark.parametrize(
    ("low", "high", "interior", "expected"),
    [
        ((0,), (0,), (0,), [1, 2, 3]),
        ((1,), (2,), (0,), [9, 1, 2, 3, 9, 9]),
        ((0,), (0,), (1,), [1, 9, 2, 9, 3]),
        ((-1,), (2,), (1,), [9, 2, 9, 3, 9, 9]),
        ((-2,), (-2,), (1,), [2]),
        ((2,), (-1,), (0,), [9, 9, 1, 2]),
        ((-4,), (3,), (0,), [9, 9]),
        ((-1,), (0,), (1,), [9, 2, 9, 3]),
        ((0,), (-5,), (1,), []),
        ((-3,), (0,), (2,), [2, 9, 9, 3]),
    ],
)
def test_pad(low, high, interior, expected):
    same(k.pad(f32([1, 2, 3]), f32(9), low, high, interior), f32(expected))


def test_pad_of_nothing():
    same(k.pad(np.zeros((0, 2), f32), f32(1), (1, 0), (1, -1), (3, 0)), np.ones((2, 1), f32))


def test_reductions_of_nothing():
    empty = np.zeros((0, 2), f32)
    same(k.reduce_max(empty, (0,)), f32([-INF, -INF]))
    same(k.reduce_min(np.zeros((0,), i32), (0,)), i32(2**31 - 1))
    same(k.reduce_sum(empty, (0,)), f32([0, 0]))
    same(k.reduce_and(np.zeros((0,), bool), (0,)), np.bool_(True))
    same(k.reduce_max(np.zeros((0,), bool), (0,)), np.bool_(False))


def test_positions_and_nan():
    same(k.argmax(f32([1, NAN, 3, NAN]), 0, np.dtype("int32")), i32(1))
    same(k.argmin(f32([[3, 1], [0, 2]]), 1, np.dtype("int32")), i32([1, 0]))
    same(k.sort([f32([2, NAN, 1])], 0), f32([1, 2, NAN]))
    keys, values = k.sort([i32([2, 1, 2, 1]), i32([0, 1, 2, 3])], 0)
    same(keys, i32([1, 1, 2, 2]))
    same(values, i32([1, 3, 0, 2]))
    out = k.sort([i32([1, 1, 0]), i32([5, 4, 9]), i32([0, 1, 2])], 0, 2)
    same(out[2], i32([2, 1, 0]))


def test_indexing_moves_inside():
    x = np.arange(5, dtype=f32)
    same(k.dynamic_slice(x, [i32(4)], (2,)), f32([3, 4]))
    same(k.dynamic_slice(x, [i32(-3)], (2,)), f32([0, 1]))
    same(k.dynamic_update_slice(x, f32([8, 9]), [i32(9)]), f32([0, 1, 2, 8, 9]))
    same(k.take(x, i32([7, -1, 2]), 0), f32([4, 0, 2]))
    assert k.take(np.zeros((0, 2), f32), i32([1]), 0).shape == (1, 2)


def test_dot_general_dimensions():
    a, b = np.random.default_rng(0).normal(size=(2, 3, 4)).astype(f32), np.ones((4, 2, 5), f32)
    out = k.dot_general(a, b, (2,), (0,), (0,), (1,))
    np.testing.assert_allclose(out, np.einsum("bik,kbj->bij", a, b), rtol=1e-6)
    same(k.dot_general(i32([1, 2]), i32([3, 4]), (), ()), i32([[3, 4], [6, 8]]))


def test_threefry_known_answers():
    """The test vectors published with Random123."""
    zero, ones = u32(0), u32(0xFFFFFFFF)
    same(k.threefry2x32(zero, zero, zero, zero), u32([0x6B200159, 0x99BA4EFE]))
    same(k.threefry2x32(ones, ones, ones, ones), u32([0x1CB996FC, 0xBB002BE7]))
    digits = u32([0x13198A2E, 0x03707344, 0x243F6A88, 0x85A308D3])
    same(k.threefry2x32(*digits), u32([0xC4923A9C, 0x483DF7A0]))
    many = k.threefry2x32(*(np.full(40, d) for d in digits))
    same(many[0], np.full(40, u32(0xC4923A9C)))


def test_results_are_contiguous():
    x = np.arange(24, dtype=f32).reshape(2, 3, 4)
    results = [
        k.transpose(x, (2, 0, 1)),
        k.broadcast_in_dim(x, (5, 2, 3, 4), (1, 2, 3)),
        k.slice(x, (0, 0, 0), (2, 3, 4), (1, 2, 1)),
        k.reverse(x, (1,)),
        k.iota((2, 3), 1, i32),
        k.reduce_sum(x, (1,)),
        k.dynamic_slice(x, [0, 1, 0], (2, 1, 2)),
        k.take(x, i32([0]), 1),
        k.dot_general(x, x, (1,), (1,), (0,), (0,)),
        k.sort([x], 1),
    ]
    assert all(r.flags.c_contiguous for r in results)


@pytest.mark.parametrize("dtype", ["bool", "uint8", "float16", "float32", "complex64", "int64", "complex128"])
@pytest.mark.parametrize("count", [3, 1000])
def test_select_of_few_and_many(dtype, count):
    rng = np.random.default_rng(0)
    pred = rng.random(count) > 0.5
    x, y = (5 * rng.standard_normal((2, count))).astype(dtype)
    one = np.asarray(x[0])
    for a, b in ((x, y), (one, y), (x, one), (one, one), (x[::-1], y)):
        np.testing.assert_array_equal(k.select(pred, a, b), np.where(pred, a, b), strict=True)
    np.testing.assert_array_equal(k.select(pred[::2], x[::2], y[::2]), np.where(pred, x, y)[::2])


@pytest.mark.parametrize("count", [1, 100])
def test_float32_to_int32_saturates(count):
    x = [0.5, -1.9, 2147483520, 2147483648, -2147483648, -2147483904, 3e38, -3e38, np.inf, -np.inf, np.nan, -0.0]
    expected = [0, -1, 2147483520, 2**31 - 1, *[-(2**31)] * 2, 2**31 - 1, -(2**31), 2**31 - 1, -(2**31), 0, 0]
    found = k.convert(np.tile(np.float32(x), count), np.dtype("int32"))
    np.testing.assert_array_equal(found, np.tile(np.int32(expected), count), strict=True)


def test_native_loops_leave_to_numpy_what_does_not_fit():
    pred, x = np.ones(4, bool), np.ones(4, np.float32)
    for operands in ((x, x, x), (pred, x[:3], x), (pred, x, x.astype(int)), (pred[::2], x[::2], x[::2]), (1, x, x)):
        assert _native.select(*operands) is None
    assert [_native.to_int32(v) for v in (x[::2], x.astype(float), 1)] == [None] * 3
