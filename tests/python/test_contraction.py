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
