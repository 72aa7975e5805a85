# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Names of jax.lax that are short functions over others: values, derivatives, batches, and what they refuse."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, lax

X = np.array([[1, 2, 3], [4, 5, 6]], np.float32)


def test_stacks():
    np.testing.assert_array_equal(lax.stack([X, X + 1], 1), np.stack([X, X + 1], 1))
    np.testing.assert_array_equal(lax.stack([X, X + 1], -1), np.stack([X, X + 1], -1))
    for axis in (0, 1, -1):
        parts = wg.jit(lambda x, axis=axis: lax.unstack(x, axis))(X)
        np.testing.assert_array_equal(np.stack(parts, axis), X)
    np.testing.assert_array_equal(wg.grad(lambda x: lax.unstack(lax.stack([x, 2 * x]))[1].sum())(X), 2 + 0 * X)
    np.testing.assert_array_equal(wg.vmap(lambda x: lax.stack([x, x]))(X), np.stack([X, X], 1))


def test_shapes_and_types():
    np.testing.assert_array_equal(lax.broadcast_like(X[0], X), np.broadcast_to(X[0], X.shape))
    np.testing.assert_array_equal(lax.broadcast_like(2.0, X), np.full(X.shape, 2.0))
    assert lax.broadcast_to_rank(X, 4).shape == (1, 1, 2, 3)
    assert lax.empty((2, 0), "int8").dtype == np.int8
    assert lax.shape_as_value(X.shape).tolist() == [2, 3]
    assert lax.dtype(X) == np.float32 and lax.dtype(np.float64) == np.float32 and lax.dtype(1) == np.int32
    assert isinstance(lax.stage(X), wg.Array)


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_round(dtype):
    values = [0.5, -0.5, 1.5, 2.5, -2.5, 0.49999997, -0.3, 0.0, -0.0, 8388609.0, np.inf, -np.inf, np.nan]
    x = wnp.array(values, dtype)
    exact = np.asarray(x).astype(np.float64)
    away = np.trunc(exact) + np.where(np.abs(exact - np.trunc(exact)) >= 0.5, np.sign(exact), 0)
    away = np.where(np.isfinite(exact), away, exact)
    for run in (lax.round, wg.jit(lax.round)):
        found = np.asarray(run(x)).astype(np.float64)
        np.testing.assert_array_equal(found, away)
        np.testing.assert_array_equal(np.signbit(found[:-1]), np.signbit(exact[:-1]))
    np.testing.assert_array_equal(lax.round(x, 1).astype("float32"), np.rint(exact))
    assert float(wg.grad(lax.round)(1.3)) == 0.0


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"])
def test_mulhi(dtype):
    with wg.enable_x64():
        info = np.iinfo(dtype)
        random = np.random.default_rng(0).integers(info.min, info.max, 20, dtype, endpoint=True)
        xs = np.concatenate([random, np.array([info.min, info.max, 0, 1], dtype)])
        x, y = (a.ravel() for a in np.meshgrid(xs, xs))
        wanted = [int(a) * int(b) >> info.bits for a, b in zip(x, y, strict=True)]
        for run in (lax.mulhi, wg.jit(lax.mulhi), wg.vmap(lax.mulhi)):
            found = run(x, y)
            assert found.dtype == dtype
            np.testing.assert_array_equal(found, np.array(wanted, dtype))


def test_reciprocal():
    np.testing.assert_allclose(lax.reciprocal(X), 1 / X, rtol=1e-6)
    np.testing.assert_allclose(wg.grad(lax.reciprocal)(2.0), -0.25)


def test_generators():
    state = wnp.array([1, 2, 0, 2**32 - 1], "uint32")
    after, bits = lax.rng_bit_generator(state, (1000,))
    assert after.tolist() == [1, 2, 1, 0] and abs(float(bits.astype("float32").mean()) / 2**31 - 1) < 0.1
    again = wg.jit(lambda s: lax.rng_bit_generator(s, (1000,), algorithm=lax.RandomAlgorithm.RNG_THREE_FRY))(state)
    np.testing.assert_array_equal(again[1], bits)
    assert not np.array_equal(lax.rng_bit_generator(after, (1000,))[1], bits)
    assert lax.rng_bit_generator(state, (2, 3), "uint8")[1].dtype == np.uint8


def test_a_state_of_the_process():
    draw = wg.jit(lambda: lax.rng_uniform(2.0, 3.0, (4,)))
    first, second = np.asarray(draw()), np.asarray(draw())
    assert (first >= 2).all() and (first < 3).all() and not np.array_equal(first, second)
    whole = np.asarray(lax.rng_uniform(np.int32(-2), np.int32(2), (50,)))
    assert set(whole.tolist()) == {-2, -1, 0, 1}


def test_platforms():
    f = lambda x: lax.platform_dependent(x, cpu=lambda x: x * 2, default=lambda x: x)
    assert float(f(3.0)) == 6 and float(wg.jit(f)(3.0)) == 6 and float(wg.grad(f)(3.0)) == 2
    assert float(lax.platform_dependent(3.0, cuda=lambda x: x * 2, default=lambda x: x)) == 3
    with pytest.raises(NotImplementedError, match="expected a function for cpu or a default but got"):
        lax.platform_dependent(1.0, tpu=lambda x: x)


def test_composites():
    @wg.jit
    def f(x):
        return lax.composite(lambda x, *, power: x**power, "my.power", 2)(x, power=3)

    assert float(f(2.0)) == 8 and float(wg.grad(f)(2.0)) == 12
    np.testing.assert_array_equal(wg.vmap(f)(X), X**3)
    named = wg.make_jaxpr(lambda x: lax.composite(wnp.sin, "my.sin")(x))(1.0)
    assert named.eqns[0].source_info.name_stack == "my.sin"


def test_tokens():
    def f(x):
        token = lax.after_all(lax.create_token(), lax.create_token())
        return x * 2, token

    assert float(wg.jit(f)(2.0)[0]) == 4 and lax.after_all().shape == (0,)


def test_algorithms_are_precisions():
    algorithm = lax.DotAlgorithm("bfloat16", "bfloat16", "float32")
    for precision in (algorithm, lax.DotAlgorithmPreset.BF16_BF16_F32_X6, "F32_F32_F32", (algorithm, algorithm)):
        np.testing.assert_allclose(lax.dot(X, X.T, precision=precision), X @ X.T, rtol=1e-6)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: lax.stack([]), ValueError, "stack: expected at least one array"),
        (lambda: lax.stack([X, X[0]]), errors.ShapeError, "stack: expected arrays of one shape but got"),
        (lambda: lax.unstack(X, 2), errors.ShapeError, "unstack: expected an axis"),
        (lambda: lax.broadcast_like(X, X[0]), errors.ShapeError, r"broadcast_like: expected a shape within \(3,\)"),
        (lambda: lax.broadcast_to_rank(X, 1), errors.ShapeError, "broadcast_to_rank: expected at most 1 dimensions"),
        (lambda: lax.round(wnp.arange(3)), errors.DtypeError, "round: expected an array of a floating type"),
        (lambda: lax.round(X, 2), ValueError, "2 is not a valid RoundingMethod"),
        (lambda: lax.mulhi(X, X), errors.DtypeError, "mulhi: expected arrays of an integer type"),
        (lambda: lax.reciprocal(wnp.arange(3)), errors.DtypeError, "reciprocal: expected an array of a floating"),
        (lambda: lax.rng_bit_generator(X, (2,)), errors.DtypeError, r"expected a state of type uint32\[4\] but got"),
        (
            lambda: lax.rng_bit_generator(wnp.arange(2, dtype="uint32"), (2,)),
            errors.ShapeError,
            r"expected a state of type uint32\[4\] but got uint32\[2\]",
        ),
        (
            lambda: lax.rng_bit_generator(wnp.arange(4, dtype="uint32"), (2,), "uint32", 2),
            ValueError,
            "expected RNG_DEFAULT or RNG_THREE_FRY but got RNG_PHILOX",
        ),
        (lambda: lax.rng_uniform(1.0, 2, (2,)), errors.DtypeError, "rng_uniform: expected bounds of one type"),
    ],
)
def test_refusals(call, error, words):
    with pytest.raises(error, match=words):
        call()
