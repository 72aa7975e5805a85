# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Contractions: the type that is summed in, operands of two types, and what is refused."""

from __future__ import annotations

import re

import ml_dtypes
import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, lax

MATMUL = (((1,), (0,)), ((), ()))


def operands(lhs, rhs):
    rng = np.random.default_rng(5)
    return (rng.integers(0, 9, (3, 4)) / 4).astype(lhs), (rng.integers(0, 9, (4, 2)) / 4).astype(rhs)


@pytest.mark.parametrize("compiled", [False, pytest.param(True, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("lhs", "rhs", "preferred", "result"),
    [
        ("float16", "float16", "float32", "float32"),
        ("bfloat16", "bfloat16", "float32", "float32"),
        ("float32", "float32", "bfloat16", "bfloat16"),
        ("float32", "float32", "float32", "float32"),
        ("bfloat16", "float32", None, "float32"),
        ("float16", "bfloat16", None, "bfloat16"),
        ("int32", "float16", None, "float16"),
        ("uint32", "int32", None, "int32"),
        ("int8", "int8", "int32", "int32"),
        ("uint8", "uint8", "uint32", "uint32"),
        ("uint8", "int8", "int32", "int32"),
        ("int16", "int8", None, "int16"),
        ("int32", "int32", "float32", "float32"),
        ("uint32", "uint32", "float32", "float32"),
    ],
)
def test_types(lhs, rhs, preferred, result, compiled):
    x, y = operands(lhs, rhs)
    f = lambda x, y: lax.dot_general(x, y, MATMUL, preferred_element_type=preferred)
    out = (wg.jit(f) if compiled else f)(x, y)
    assert out.dtype.name == result
    exact = x.astype(np.float64) @ y.astype(np.float64)
    np.testing.assert_allclose(np.asarray(out, np.float64), exact.astype(out.dtype).astype(np.float64))


def test_sums_are_wide():
    """Products of bfloat16 summed in float32 keep what a sum in bfloat16 would lose."""
    x = np.full((1, 300), 1.0, ml_dtypes.bfloat16)
    assert float(wnp.matmul(x, x.T, preferred_element_type="float32")[0, 0]) == 300
    assert float(wnp.matmul(x, x.T)[0, 0]) == 300
    y = np.full((1, 257), 1.0, ml_dtypes.bfloat16)
    assert float(wnp.matmul(y, y.T, preferred_element_type="float32")[0, 0]) == 257
    assert float(wnp.matmul(y, y.T)[0, 0]) == 256  # rounded once


def test_derivatives_keep_the_types_of_the_operands():
    x, y = operands("bfloat16", "float32")
    f = lambda x, y: lax.dot_general(x, y, MATMUL, preferred_element_type="float32")
    out, pull = wg.vjp(f, x, y)
    ct = np.random.default_rng(0).normal(size=out.shape).astype(np.float32)
    dx, dy = pull(ct)
    assert (dx.dtype, dy.dtype) == (x.dtype, y.dtype)
    np.testing.assert_allclose(np.asarray(dx, np.float32), (ct @ y.T).astype(x.dtype).astype(np.float32))
    np.testing.assert_allclose(dy, x.astype(np.float32).T @ ct, rtol=1e-6)
    _, tangent = wg.jvp(f, (x, y), (x, y))
    assert tangent.dtype == np.float32
    np.testing.assert_allclose(tangent, 2 * np.asarray(out), rtol=1e-6)
    rows = wg.vmap(lambda x: lax.dot_general(x, y, (((0,), (0,)), ((), ())), preferred_element_type="float32"))(x)
    np.testing.assert_allclose(rows, out, rtol=1e-6)


def test_numpy_functions_take_the_type():
    x = wnp.arange(4).astype("int32")
    two = x.reshape(2, 2)
    for out in (
        wnp.dot(x, x, preferred_element_type="float32"),
        wnp.vdot(x, x, preferred_element_type="float32"),
        wnp.inner(x, x, preferred_element_type="float32"),
        wnp.tensordot(x, x, 1, preferred_element_type="float32"),
        wnp.einsum("i,i->", x, x, preferred_element_type="float32"),
    ):
        assert out.dtype == np.float32
        assert float(out) == 14
    assert wnp.matmul(two, two, preferred_element_type="float32").dtype == np.float32
    assert wnp.einsum("ij,jk,kl->il", two, two, two, preferred_element_type="float32").dtype == np.float32
    assert wnp.dot(3, x, preferred_element_type="float32").dtype == np.float32
    assert not wnp.dot(3.0, 2.0, preferred_element_type="float32").weak_type


def test_bools_are_or_of_ands():
    x, y = np.array([[True, False], [False, False]]), np.array([[False, True], [True, True]])
    out = lax.dot_general(x, y, MATMUL)
    assert out.dtype == bool
    np.testing.assert_array_equal(out, x @ y)
    assert lax.dot_general(x, y, MATMUL, preferred_element_type="int32").dtype == np.int32


A, B = np.ones((2, 3), np.float32), np.ones((3, 4), np.float32)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: lax.dot_general(A, B, (((0,), (0,)), ((), ()))),
            "expected equal sizes in contracting dimensions (0,) and (0,)",
        ),
        (
            lambda: lax.dot_general(A, B, (((2,), (0,)), ((), ()))),
            "expected distinct lhs batch and contracting dimensions from 0 to 1 but got (2,)",
        ),
        (
            lambda: lax.dot_general(A, B, (((1,), (0,)), ((1,), ()))),
            "expected distinct lhs batch and contracting dimensions",
        ),
        (lambda: lax.dot_general(A, B, (((1,), (0,)), ((), (1,)))), "expected equal sizes"),
        (lambda: lax.dot_general(A, B, ((1,), (0,))), "expected dimension_numbers as ((lhs contracting"),
        (lambda: lax.dot_general(A, B, ((("x",), (0,)), ((), ()))), "as a sequence of ints but got"),
        (
            lambda: lax.dot_general(A, B, MATMUL, preferred_element_type="int32"),
            "to hold sums of float32 but got int32",
        ),
        (lambda: lax.dot_general(A, B, MATMUL, precision="best"), "expected a precision"),
        (lambda: lax.dot(A, A), "expected ranks 1 or 2 and equal sizes"),
        (lambda: lax.batch_matmul(A, B[0]), "expected two operands of one rank from 2 but got (2, 3), (4,)"),
        (lambda: wnp.matmul(A, B, preferred_element_type="bool"), "to hold sums of float32 but got bool"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(errors.WengertError, match=re.escape(message)):
        call()


@pytest.mark.parametrize("dtype", ["float32", "complex64", "int32", "float16"])
def test_convolve_and_correlate_are_numpys(dtype):
    """Of every order of lengths and mode: whole numbers, which all types hold."""
    rng = np.random.default_rng(0)

    def draw(n):
        x = rng.integers(-4, 5, n) + (1j * rng.integers(-4, 5, n) if dtype == "complex64" else 0)
        return x.astype(dtype)

    for n, m in ((1, 1), (3, 1), (2, 5), (5, 2), (4, 4), (3, 6), (6, 3)):
        x, y = draw(n), draw(m)
        for mode in ("full", "same", "valid"):
            for name in ("convolve", "correlate"):
                got = getattr(wnp, name)(x, y, mode)
                assert got.dtype == (np.float32 if dtype == "int32" else dtype)
                np.testing.assert_array_equal(got, getattr(np, name)(x, y, mode), err_msg=f"{name} {n} {m} {mode}")
                wide = {"complex64": "complex64", "int32": "int32"}.get(dtype, "float32")
                compiled = wg.jit(lambda x, y, f=name, m=mode: getattr(wnp, f)(x, y, m, preferred_element_type=wide))
                if (n, m) in ((2, 5), (5, 2)):
                    assert compiled(x, y).dtype == wide
                    np.testing.assert_array_equal(compiled(x, y), got)


def test_convolve_differentiates_and_takes_bools():
    x, y = np.arange(4.0, dtype=np.float32), np.array([1, -2], np.float32)
    dx, dy = wg.grad(lambda x, y: wnp.convolve(x, y)[1:3].sum(), (0, 1))(x, y)
    np.testing.assert_array_equal(dx, [-2, -1, 1, 0])
    np.testing.assert_array_equal(dy, [3, 1])
    bits = np.array([True, True, False])
    np.testing.assert_array_equal(wnp.convolve(bits, bits, preferred_element_type="int32"), [1, 2, 1, 0, 0])
    rows = wg.vmap(lambda x: wnp.correlate(x, y))(np.stack([x, x + 1]))
    np.testing.assert_array_equal(rows, [np.correlate(v, y) for v in (x, x + 1)])


def grouped(x, matrices, sizes):
    """ragged_dot by a loop."""
    out = np.zeros((len(x), matrices.shape[2]), x.dtype)
    start = 0
    for matrix, n in zip(matrices, sizes, strict=True):
        out[start : start + n] = x[start : start + n] @ matrix
        start += n
    return out


def test_ragged_dot_is_the_loop():
    rng = np.random.default_rng(1)
    x, matrices = rng.normal(size=(5, 3)).astype(np.float32), rng.normal(size=(3, 3, 2)).astype(np.float32)
    for sizes in ([2, 0, 3], [1, 1, 1], [0, 0, 0], [4, 5, 1]):
        sizes = np.array(sizes)
        for run in (lax.ragged_dot, wg.jit(lax.ragged_dot)):
            np.testing.assert_allclose(run(x, matrices, sizes), grouped(x, matrices, sizes), rtol=1e-5, atol=1e-6)
    both = wg.vmap(lax.ragged_dot, (None, None, 0))(x, matrices, np.array([[2, 0, 3], [1, 1, 1]]))
    np.testing.assert_allclose(both[1], grouped(x, matrices, [1, 1, 1]), rtol=1e-5, atol=1e-6)
    matrices[1] = np.inf  # a group without rows has no influence
    np.testing.assert_allclose(
        lax.ragged_dot(x, matrices, np.array([2, 0, 3])), grouped(x, matrices, [2, 0, 3]), rtol=1e-5
    )
    dx, dm = wg.grad(lambda x, m: lax.ragged_dot(x, m, np.array([2, 1, 1])).sum(), (0, 1))(x, np.ones((3, 3, 2), "f4"))
    np.testing.assert_allclose(dx, [[2, 2, 2]] * 4 + [[0, 0, 0]])
    np.testing.assert_allclose(dm[0], np.repeat(x[:2].sum(0)[:, None], 2, 1), rtol=1e-6)
    counts = lax.ragged_dot(
        np.full((1, 2), 100, np.int8), np.full((1, 2, 1), 100, np.int8), np.array([1]), None, "int32"
    )
    np.testing.assert_array_equal(counts, [[20000]])


def test_ragged_dot_general_is_the_loop():
    rng = np.random.default_rng(2)
    draw = lambda *shape: rng.normal(size=shape).astype(np.float32)
    numbers = lambda *n: lax.RaggedDotDimensionNumbers(*n)
    sizes, x = np.array([1, 0, 3]), draw(2, 5, 3)
    batch = lambda at, right: (((2,), (at,)), ((0,), (right,)))
    matrices, other, sums = draw(3, 2, 3, 6), draw(2, 3, 6), np.array([1, 2])

    @wg.jit
    def all_of(x, matrices, other):
        stays = lax.ragged_dot_general(x, matrices, sizes, numbers(batch(2, 1), [1], [0]))
        summed = lax.ragged_dot_general(x, other, sums, numbers(batch(1, 0), [2], []))
        return stays, summed, lax.ragged_dot_general(x, other, sums, numbers(batch(1, 0), [0], []))

    stays, summed, plain = all_of(x, matrices, other)
    for i in range(2):
        np.testing.assert_allclose(stays[i], grouped(x[i], matrices[:, i], sizes), rtol=1e-5, atol=1e-6)
        for g, part in enumerate((slice(0, 1), slice(1, 3))):
            np.testing.assert_allclose(summed[g, i], x[i][:, part] @ other[i][part], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(plain, x @ other, rtol=1e-5, atol=1e-6)
    with pytest.raises(errors.ShapeError, match=r"ragged_dot_general: expected sizes of shape \(groups,\)"):
        lax.ragged_dot_general(x, matrices, sizes[None], numbers(batch(2, 1), [1], [0]))
    with pytest.raises(errors.DtypeError, match="ragged_dot_general: expected sizes of an integer type"):
        lax.ragged_dot_general(x, matrices, np.ones(3), numbers(batch(2, 1), [1], [0]))
    with pytest.raises(TypeError, match="expected no group_offset"):
        lax.ragged_dot_general(x, matrices, sizes, numbers(batch(2, 1), [1], [0]), group_offset=np.zeros(1))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: wnp.convolve(np.ones((2, 2)), np.ones(2)),
            errors.ShapeError,
            r"convolve: expected two vectors .*\(2, 2\)",
        ),
        (lambda: wnp.correlate(np.ones(0), np.ones(2)), errors.ShapeError, r"correlate: expected two vectors .*\(0,\)"),
        (
            lambda: wnp.convolve(np.ones(2), np.ones(2), "all"),
            ValueError,
            "expected the mode full, same or valid but got",
        ),
        (
            lambda: lax.ragged_dot(np.ones((2, 3)), np.ones((2, 2, 2)), np.array([1, 1])),
            errors.ShapeError,
            r"expected the shapes \(m, k\), \(g, k, n\) and \(g,\) but got \(2, 3\), \(2, 2, 2\) and \(2,\)",
        ),
        (
            lambda: lax.ragged_dot(np.ones((2, 3)), np.ones((2, 3, 2)), np.ones(2)),
            errors.DtypeError,
            "ragged_dot: expected sizes of an integer type but got",
        ),
        (
            lambda: lax.ragged_dot(np.ones((2, 3)), np.ones((2, 3, 2)), np.array([1, 1]), group_offset=np.zeros(1)),
            TypeError,
            "ragged_dot: expected no group_offset",
        ),
    ],
)
def test_refusals_of_compositions(call, error, message):
    with pytest.raises(error, match=message):
        call()
