# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiled ops against their NumPy kernels where it is hard: special values, empty and large arrays, forms of ops.

Compiling costs more than running, so each test compiles many ops as one function.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import ml_dtypes
import mpmath
import numpy as np
import pytest

import wengert as wg
from wengert import aot, lax
from wengert.compiler import Target
from wengert.lax import _ops as ops

BF16 = np.dtype(ml_dtypes.bfloat16)
RNG = np.random.default_rng(7)
TOLERANCE = {"float16": 2e-3, "bfloat16": 2e-2, "float32": 2e-6, "float64": 1e-13}
pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def x64():
    """64-bit types are tested too."""
    with wg.enable_x64():
        yield


class Batch:
    """Calls of ops, compiled together and compared with their kernels."""

    def __init__(self) -> None:
        self.calls: list[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any], float | None]] = []

    def add(self, op: Callable[..., Any], *operands: Any, rtol: float | None = None, **attributes: Any) -> None:
        self.calls.append((op, tuple(map(np.asarray, operands)), attributes, rtol))

    def check(self) -> None:
        inputs = [operands for _, operands, _, _ in self.calls]

        def together(inputs):
            return [op(*xs, **attrs) for (op, _, attrs, _), xs in zip(self.calls, inputs, strict=True)]

        compiled = wg.jit(together)(inputs)
        for (op, operands, attrs, rtol), got in zip(self.calls, compiled, strict=True):
            expected = op(*operands, **attrs)
            pairs = zip(got, expected, strict=True) if isinstance(expected, tuple) else [(got, expected)]
            for g, e in pairs:
                same(np.asarray(g), np.asarray(e), rtol, f"{op.__name__}{[x.shape for x in operands]} {attrs}")


def same(got: np.ndarray, expected: np.ndarray, rtol: float | None, context: str) -> None:
    assert (got.shape, got.dtype) == (expected.shape, expected.dtype), context
    tolerance = rtol or TOLERANCE.get(got.dtype.name)
    if tolerance is None:
        np.testing.assert_array_equal(got, expected, err_msg=context)
        return
    g, e = got.astype(np.float64), expected.astype(np.float64)
    np.testing.assert_allclose(g, e, rtol=tolerance, atol=tolerance / 10, equal_nan=True, err_msg=context)


def values(dtype: Any, *shape: int) -> np.ndarray:
    dtype = np.dtype(dtype)
    if dtype.kind == "b":
        return RNG.integers(0, 2, shape).astype(bool)
    if dtype.kind in "iu":
        return RNG.integers(0 if dtype.kind == "u" else -50, 50, shape).astype(dtype)
    return RNG.normal(size=shape).astype(dtype)


def pairs(special: list[Any], dtype: Any) -> tuple[np.ndarray, np.ndarray]:
    grid = np.array(list(itertools.product(special, special)), dtype=object).T
    return grid[0].astype(dtype), grid[1].astype(dtype)


# --- elementwise ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["int32", "uint32", "int64", "uint64"])
def test_integers_have_no_undefined_values(dtype):
    """Division by zero, the least number by -1, shifts beyond the width, negative powers."""
    info = np.iinfo(dtype)
    special = [info.min, info.max, 0, 1, 2, 3, 7, 31, 32, 63, 64, *([-1, -2, -7] if info.min else [])]
    x, y = pairs(special, dtype)
    batch = Batch()
    for op in (ops.div, ops.rem, ops.max, ops.min, ops.lt, ops.ge, ops.mul, ops.sub):
        batch.add(op, x, y)
    for op in (ops.shift_left, ops.shift_right_logical, ops.shift_right_arithmetic):
        batch.add(op, x, y)
    batch.add(ops.pow, x, y)
    for op in (ops.neg, ops.abs, ops.sign, ops.bitwise_not, ops.square):
        batch.add(op, x)
    for n in (0, 1, 2, 5):
        batch.add(ops.integer_pow, x, y=n)
    batch.add(ops.clamp, y, x, np.maximum(y, y[::-1]))
    batch.check()


@pytest.mark.parametrize(
    "source", ["bool", "int32", "uint32", "int64", "uint64", "float16", "bfloat16", "float32", "float64"]
)
def test_conversion(source):
    """Between all types: integers wrap, floats saturate, nan becomes 0."""
    kind = BF16 if source == "bfloat16" else np.dtype(source)
    if kind.kind in "iu":
        x = np.array([0, 1, 2, 100, np.iinfo(kind).max, np.iinfo(kind).min, np.iinfo(kind).max // 3], kind)
    elif kind.kind == "b":
        x = np.array([True, False])
    else:
        x = np.array(
            [0, -0.0, 0.5, -0.5, 1.9, -1.9, 1e4, -1e4, 3e9, -3e9, 5e9, 1e19, -1e19, 2e19, np.inf, -np.inf, np.nan]
        )
        with np.errstate(over="ignore"):
            x = x.astype(kind)
    batch = Batch()
    for target in ("bool", "int32", "uint32", "int64", "uint64", "float16", BF16, "float32", "float64"):
        batch.add(ops.convert, x, dtype=np.dtype(target))
    batch.check()


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", BF16])
def test_floats_at_special_values(dtype):
    """Infinities, nan, zeros of both signs and large numbers, alone and in pairs."""
    large = float(np.finfo(np.float32).max) / 2 if np.dtype(dtype) in (np.dtype("float32"), np.dtype(BF16)) else 3e4
    special = [0.0, -0.0, np.inf, -np.inf, np.nan, 1, -1, 2, -2, 0.5, -0.5, 3, -3, 2.5, 3.5, large, -large, 1e-3]
    x, y = pairs(special, dtype)
    one = np.array(special).astype(dtype)
    batch = Batch()
    two_operands = "add sub mul div rem pow max min atan2 logaddexp eq ne lt le gt ge"
    one_operand = """neg abs sign exp exp2 log log1p expm1 sqrt rsqrt cbrt sin cos tan asin acos atan sinh cosh tanh
        asinh acosh atanh logistic erf floor ceil round is_finite erf_inv square"""
    for name in two_operands.split():
        batch.add(getattr(ops, name), x, y)
    for name in one_operand.split():
        rtol = 1e-5 if name == "erf_inv" and one.dtype == np.float32 else None
        batch.add(getattr(ops, name), one, rtol=rtol)
    for n in (0, 1, 3, -1, -2):
        batch.add(ops.integer_pow, one, y=n)
    batch.add(ops.clamp, y, x, np.maximum(y, y[::-1]))
    with np.errstate(all="ignore"):
        batch.check()


def test_signed_zeros():
    """Odd functions keep the sign of zero."""
    names = "sin tan asin atan sinh tanh asinh atanh expm1 log1p cbrt erf sqrt floor ceil round sign".split()
    x = np.array([0.0, -0.0], np.float32)
    results = wg.jit(lambda x: [getattr(ops, n)(x) for n in names])(x)
    for name, got in zip(names, results, strict=True):
        assert np.signbit(np.asarray(got)).tolist() == [False, True], name


# --- accuracy ------------------------------------------------------------------------------------------------------


def spread(low: float, high: float, n: int = 96) -> np.ndarray:
    """Numbers of both signs, evenly spread in size and in magnitude."""
    magnitudes = np.exp(RNG.uniform(np.log(low), np.log(high), n // 2))
    return np.concatenate([magnitudes * RNG.choice([-1, 1], n // 2), RNG.uniform(-high, high, n // 2)])


# function -> (mpmath's, least and greatest size of the operands in float32 and float64)
ACCURATE: dict[str, tuple[Callable[..., Any], float, float, float]] = {
    "sin": (mpmath.sin, 1e-6, 1e30, 1e14), "cos": (mpmath.cos, 1e-6, 1e30, 1e14), "tan": (mpmath.tan, 1e-6, 1e30, 1e14),
    "asin": (mpmath.asin, 1e-6, 1, 1), "acos": (mpmath.acos, 1e-6, 1, 1), "atan": (mpmath.atan, 1e-6, 1e4, 1e9),
    "sinh": (mpmath.sinh, 1e-6, 80, 700), "cosh": (mpmath.cosh, 1e-6, 80, 700), "tanh": (mpmath.tanh, 1e-6, 9, 19),
    "asinh": (mpmath.asinh, 1e-6, 1e30, 1e200), "atanh": (mpmath.atanh, 1e-6, 0.999, 0.999),
    "expm1": (mpmath.expm1, 1e-6, 80, 700), "exp": (mpmath.exp, 1e-6, 80, 700), "erf": (mpmath.erf, 1e-6, 5, 6),
    "exp2": (lambda x: mpmath.mpf(2) ** x, 1e-6, 120, 1000),
    "log1p": (mpmath.log1p, 1e-6, 0.999, 0.999),
    "cbrt": (lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)), 1e-30, 1e30, 1e200),
}  # fmt: skip


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_accuracy(dtype):
    """At most 4 ulp, over the whole range in float32."""
    is_double = dtype is np.float64
    inputs = {
        n: spread(low, high64 if is_double else high).astype(dtype) for n, (_, low, high, high64) in ACCURATE.items()
    }
    base, exponent = np.abs(spread(1e-3, 1e3)).astype(dtype), RNG.uniform(-12, 12, 96).astype(dtype)
    compiled = wg.jit(lambda inputs, b, e: ({n: getattr(ops, n)(x) for n, x in inputs.items()}, ops.pow(b, e)))
    results, powers = compiled(inputs, base, exponent)
    with mpmath.workprec(300):
        for name, x in inputs.items():
            expected = [ACCURATE[name][0](mpmath.mpf(float(v))) for v in x]
            assert worst_ulp(np.asarray(results[name]), expected) < 4, name
        expected = [mpmath.mpf(float(b)) ** mpmath.mpf(float(e)) for b, e in zip(base, exponent, strict=True)]
        assert worst_ulp(np.asarray(powers), expected) < 4


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_functions_need_no_library(dtype):
    """For a processor without instructions for floor, ceil or trunc too, IREE finds all that it links."""
    names = [*ACCURATE, "log", "sqrt", "rsqrt", "floor", "ceil", "round", "logistic", "erf_inv"]
    x = np.array([0.25, 0.5, -0.75], dtype)

    def functions(x):
        return [getattr(ops, n)(x) for n in names] + [ops.pow(x, x), ops.rem(x, x), ops.atan2(x, x)]

    load = aot.load_exported(aot.export(functions, x, target=Target(cpu="generic")))
    for got, expected in zip(load(x), functions(x), strict=True):
        same(np.asarray(got), np.asarray(expected), 1e-5 if dtype is np.float32 else None, "portable")


def worst_ulp(got: np.ndarray, expected: list[Any]) -> float:
    worst, tiny, huge = 0.0, float(np.finfo(got.dtype).tiny), float(np.finfo(got.dtype).max)
    for g, e in zip(got, expected, strict=True):
        if tiny < abs(e) < huge:
            ulp = float(np.spacing(abs(got.dtype.type(float(e)))))
            worst = max(worst, float(abs(mpmath.mpf(float(g)) - e)) / ulp)
    return worst


def test_remainder_is_exact():
    """fmod has no rounding error, whatever the quotient."""
    batch = Batch()
    for dtype, high in ((np.float32, 1e38), (np.float64, 1e300)):
        x, y = spread(1e-3, high, 400).astype(dtype), spread(1e-3, 1e3, 400).astype(dtype)
        batch.add(ops.rem, x, y, rtol=1e-300)
        batch.add(ops.rem, np.float64(7) * y, y, rtol=1e-300) if dtype is np.float64 else None
    batch.check()


# --- shape ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "bool", "uint32", BF16])
def test_shape_ops(dtype):
    batch = Batch()
    x = values(dtype, 4, 5)
    zero = values(dtype)
    for low, high, interior in itertools.product([(0, 1), (-1, 2), (-3, -1)], [(2, 0), (-1, 1)], [(0, 0), (2, 1)]):
        batch.add(ops.pad, x, zero, low=low, high=high, interior=interior)
    batch.add(ops.pad, values(dtype, 0, 2), zero, low=(1, 0), high=(2, 1), interior=(0, 0))
    batch.add(ops.pad, values(dtype, 3), zero, low=(-5,), high=(7,), interior=(0,))
    batch.add(ops.pad, zero, zero, low=(), high=(), interior=())
    batch.add(ops.slice, x, start=(1, 0), limit=(4, 5), strides=(2, 3))
    batch.add(ops.slice, x, start=(1, 2), limit=(1, 5), strides=(1, 1))
    batch.add(ops.slice, values(dtype, 2, 3), start=(0, 0), limit=(1, 3), strides=(1, 1))
    batch.add(ops.slice, values(dtype, 4), start=(0,), limit=(4,), strides=(1,))
    batch.add(ops.reverse, x, dimensions=(0,))
    batch.add(ops.reverse, x, dimensions=(0, 1))
    batch.add(ops.reshape, x, shape=(2, 10))
    batch.add(ops.reshape, x, shape=(1, 5, 2, 1, 2))
    batch.add(ops.reshape, zero, shape=(1, 1))
    batch.add(ops.reshape, values(dtype, 1, 1), shape=())
    batch.add(ops.reshape, values(dtype, 0, 3), shape=(3, 0, 2))
    batch.add(ops.transpose, values(dtype, 2, 3, 4), permutation=(2, 0, 1))
    batch.add(ops.broadcast_in_dim, values(dtype, 1, 3), shape=(4, 2, 3), broadcast_dimensions=(1, 2))
    batch.add(ops.broadcast_in_dim, values(dtype, 1, 1), shape=(4, 2), broadcast_dimensions=(0, 1))
    batch.add(ops.broadcast_in_dim, zero, shape=(2, 2), broadcast_dimensions=())
    batch.add(ops.broadcast_in_dim, values(dtype, 3), shape=(0, 3), broadcast_dimensions=(1,))
    batch.add(ops.concatenate, x, values(dtype, 0, 5), values(dtype, 2, 5), dimension=0)
    batch.add(ops.concatenate, x, values(dtype, 4, 1), dimension=1)
    batch.add(ops.concatenate, *[values(dtype, 3, 1, 2) for _ in range(5)], dimension=1)
    batch.add(ops.concatenate, *[values(dtype, 1) for _ in range(20)], dimension=0)
    if dtype != "bool":
        batch.add(ops.iota, shape=(3, 4), dimension=1, dtype=np.dtype(dtype))
    batch.check()


def test_reading_through_broadcasts_and_transposes():
    """What a reader takes into its maps is read from the right places."""
    x, b = values("float32", 3, 4), values("float32", 4)

    def f(x, b):
        row = ops.broadcast_in_dim(b, shape=(4, 2, 3), broadcast_dimensions=(0,))
        t = ops.transpose(ops.broadcast_in_dim(x, shape=(2, 3, 4), broadcast_dimensions=(1, 2)), permutation=(2, 0, 1))
        s = ops.add(row, t)
        product = ops.dot_general(ops.transpose(x, permutation=(1, 0)), x, lhs_contracting=(1,), rhs_contracting=(0,),
                                  lhs_batch=(), rhs_batch=())  # fmt: skip
        return s, product, ops.reduce_sum(t, axes=(1,))

    for got, expected in zip(wg.jit(f)(x, b), f(x, b), strict=True):
        same(np.asarray(got), np.asarray(expected), None, "through maps")


# --- contraction ---------------------------------------------------------------------------------------------------

CONTRACTIONS = [
    # lhs shape, rhs shape, lhs contracting, rhs contracting, lhs batch, rhs batch
    ((3, 4), (4, 5), (1,), (0,), (), ()),
    ((4, 3), (4, 5), (0,), (0,), (), ()),
    ((3, 4), (5, 4), (1,), (1,), (), ()),
    ((4, 3), (5, 4), (0,), (1,), (), ()),
    ((4,), (4,), (0,), (0,), (), ()),
    ((4,), (4, 5), (0,), (0,), (), ()),
    ((3, 4), (4,), (1,), (0,), (), ()),
    ((3,), (4,), (), (), (), ()),
    ((), (4,), (), (), (), ()),
    ((), (), (), (), (), ()),
    ((2, 3, 4), (2, 4, 5), (2,), (1,), (0,), (0,)),
    ((3, 2, 4), (4, 5, 2), (2,), (0,), (1,), (2,)),
    ((2, 6, 3, 4), (2, 6, 4, 5), (3,), (2,), (0, 1), (0, 1)),
    ((2, 3, 4), (5, 4, 3), (1, 2), (2, 1), (), ()),
    ((2, 3, 4), (3, 4, 5), (1, 2), (0, 1), (), ()),
    ((2, 3, 4), (4, 6, 5), (2,), (0,), (), ()),
    ((2, 4), (2, 4), (1,), (1,), (0,), (0,)),
    ((2, 3), (2, 3), (), (), (0, 1), (0, 1)),
    ((2, 0), (0, 3), (1,), (0,), (), ()),
    ((0, 2), (2, 3), (1,), (0,), (), ()),
    ((1, 4), (4, 1), (1,), (0,), (), ()),
    ((70, 33), (33, 65), (1,), (0,), (), ()),
]


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", BF16, "int32", "uint32"])
def test_dot_general(dtype):
    batch = Batch()
    for lhs, rhs, lc, rc, lb, rb in CONTRACTIONS:
        batch.add(ops.dot_general, values(dtype, *lhs), values(dtype, *rhs), rtol=1e-5 if dtype == "float32" else None,
                  lhs_contracting=lc, rhs_contracting=rc, lhs_batch=lb, rhs_batch=rb)  # fmt: skip
    batch.check()


# --- reduction -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", BF16, "int32", "uint32", "int64"])
def test_reductions(dtype):
    """One stage and two; of nothing; of one element; with axes in any order."""
    batch = Batch()
    small, cube, large = values(dtype, 3, 5), values(dtype, 2, 3, 4), values(dtype, 256, 300)
    exact = np.dtype(dtype).kind in "iu"
    for op in (ops.reduce_sum, ops.reduce_max, ops.reduce_min, ops.reduce_prod):
        for x, axes in [(small, (0,)), (small, (1,)), (small, (0, 1)), (cube, (1,)), (cube, (2, 0)), (cube, ())]:
            batch.add(op, x, axes=axes)
        batch.add(op, values(dtype, 0, 3), axes=(0,))
        batch.add(op, values(dtype, 3, 0), axes=(0,))
        batch.add(op, values(dtype, 1, 1), axes=(0, 1))
    for op in (ops.reduce_sum, ops.reduce_max):
        for x, axes in [
            (large, (0,)), (large, (1,)), (large, (0, 1)), (values(dtype, 40009), (0,)), (values(dtype, 65536), (0,)),
            (values(dtype, 2, 128, 256), (0, 1)), (values(dtype, 16, 64, 64), (1,)),
            (values(dtype, 4, 128, 128), (1, 2)),
        ]:  # fmt: skip
            if op is ops.reduce_sum and not exact:
                x = np.abs(x).astype(x.dtype) / np.asarray(64, x.dtype)  # no cancellation, no overflow of float16
            batch.add(op, x, axes=axes, rtol=None if exact else 4 * TOLERANCE[np.dtype(dtype).name])
    batch.check()


def test_reductions_of_bits():
    batch = Batch()
    for dtype in ("bool", "int32", "uint32"):
        for op in (ops.reduce_and, ops.reduce_or):
            for shape, axes in [((3, 5), (0,)), ((3, 5), (1,)), ((40000,), (0,)), ((0, 2), (0,)), ((2, 3, 4), (0, 2))]:
                batch.add(op, values(dtype, *shape), axes=axes)
    batch.add(ops.reduce_max, values("bool", 3, 4), axes=(0,))
    batch.add(ops.reduce_min, values("bool", 3, 4), axes=(1,))
    batch.check()


def test_nan_and_ties_in_reductions():
    batch = Batch()
    x = values("float32", 6, 7)
    x[1, 3] = x[2, 0] = np.nan
    x[4] = 1.0
    x[5] = -np.inf
    for dtype in ("float32", "float16", BF16, "float64"):
        for op, axis in itertools.product((ops.argmax, ops.argmin), (0, 1)):
            batch.add(op, x.astype(dtype), axis=axis, dtype=np.dtype("int32"))
        batch.add(ops.reduce_max, x.astype(dtype), axes=(1,))
        batch.add(ops.reduce_min, x.astype(dtype), axes=(0, 1))
    ties = RNG.integers(0, 3, (5, 9))
    for dtype in ("int32", "uint32", "int64"):
        batch.add(ops.argmax, ties.astype(dtype), axis=1, dtype=np.dtype("int32"))
        batch.add(ops.argmin, ties.astype(dtype), axis=0, dtype=np.dtype("int32"))
    batch.add(ops.argmax, values("float32", 300, 400), axis=1, dtype=np.dtype("int32"))
    batch.add(ops.argmin, values("float32", 70000), axis=0, dtype=np.dtype("int32"))
    batch.check()


# --- indexing, sorting, random bits --------------------------------------------------------------------------------


def test_what_is_read_at_a_constant_index_is_computed_whole():
    """IREE 3.13 computes only the element that is read of an array with several readers, unless they are kept apart."""

    def f(x):
        y = 2 * x
        first = lax.dynamic_slice(y, (0,), (1,))
        return y, y[np.array([0])], first, lax.rev(lax.slice(y, (0,), (4,), (2,)), (0,)), y.at[np.array([9])].set(0)

    y = np.array([2.0, 4, 6, 8], np.float32)
    for got, expected in zip(wg.jit(f)(y / 2), [y, y[:1], y[:1], y[[2, 0]], y], strict=True):
        np.testing.assert_array_equal(got, expected)


def test_indexing():
    batch = Batch()
    x, big = values("float32", 5, 6), values("float32", 300, 64)
    starts = [np.array(v, np.int32) for v in (-3, 0, 2, 9)]
    for i, j in itertools.product(starts, starts):
        batch.add(ops.dynamic_slice, x, i, j, sizes=(2, 3))
    batch.add(ops.dynamic_update_slice, x, values("float32", 2, 3), starts[2], starts[3])
    batch.add(ops.dynamic_update_slice, x, values("float32", 2, 3), starts[0], starts[1])
    batch.add(ops.dynamic_update_slice, x, values("float32", 0, 3), starts[0], starts[1])
    batch.add(ops.dynamic_slice, x, starts[1], starts[1], sizes=(0, 3))
    batch.add(ops.take, x, np.array([0, 4, -1, 7], np.int32), axis=0)
    batch.add(ops.take, x, np.array([[0, 4], [-1, 7]], np.int32), axis=1)
    batch.add(ops.take, x, np.array(3, np.int32), axis=0)
    batch.add(ops.take, values("float32", 9), np.array([[1, 2], [0, 10]], np.int32), axis=0)
    batch.add(ops.take, big, RNG.integers(-5, 305, (40, 3)).astype(np.int32), axis=0)
    batch.add(ops.take, values("uint32", 300, 8, 8), RNG.integers(0, 300, 100).astype(np.int32), axis=0)
    batch.add(ops.take, x, np.zeros((0, 2), np.int32), axis=0)
    batch.check()


def test_sort():
    batch = Batch()
    x = values("float32", 100)
    x[::9] = np.nan
    for dtype in ("float32", "float16", BF16, "int32", "uint32", "float64"):
        batch.add(ops.sort, x.astype(dtype) if np.dtype(dtype).kind not in "iu" else values(dtype, 100),
                  dimension=0, num_keys=1, stable=True)  # fmt: skip
    batch.add(ops.sort, values("float32", 7, 5), dimension=0, num_keys=1, stable=False)
    batch.add(ops.sort, values("float32", 3, 4, 16), dimension=1, num_keys=1, stable=True)
    keys, more = RNG.integers(0, 4, (3, 33)).astype(np.int32), RNG.integers(0, 3, (3, 33)).astype(np.int32)
    payload = np.tile(np.arange(33, dtype=np.float32), (3, 1))
    batch.add(ops.sort, keys, payload, dimension=1, num_keys=1, stable=True)
    batch.add(ops.sort, keys, more, payload, dimension=1, num_keys=2, stable=True)
    zeros = np.array([0.0, -0.0, 1.0, -0.0, 0.0, np.nan, -1.0], np.float32)
    batch.add(ops.sort, zeros, np.arange(7, dtype=np.int32), dimension=0, num_keys=1, stable=True)
    batch.add(ops.sort, values("float64", 40), np.arange(40, dtype=np.int32), dimension=0, num_keys=1, stable=True)
    for dtype in ("bool", "int64", "uint64"):
        batch.add(ops.sort, values(dtype, 20), dimension=0, num_keys=1, stable=True)
    batch.add(
        ops.sort, np.array([2**31, 5, 2**32 - 1, 0], np.uint32), np.arange(4), dimension=0, num_keys=1, stable=True
    )
    batch.add(ops.sort, values("float32", 1, 3), dimension=0, num_keys=1, stable=True)
    batch.check()


def test_threefry():
    words = [RNG.integers(0, 2**32, (3, 50), dtype=np.uint32) for _ in range(4)]
    batch = Batch()
    batch.add(ops.threefry2x32, *words)
    batch.add(ops.threefry2x32, *(w[0, 0] for w in words))
    batch.check()
