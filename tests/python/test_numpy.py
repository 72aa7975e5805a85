# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wengert.numpy against NumPy: eager, compiled, differentiated, batched; and where it differs from NumPy on purpose."""

from __future__ import annotations

import re

import numpy as np
import pytest
from numpy_cases import DISCRETE, SMOOTH, data, expressions

import wengert as wg
import wengert.numpy as wnp
from wengert import errors

NARROW = {np.dtype("int64"): np.int32, np.dtype("float64"): np.float32}
CONCRETE = re.compile(r"m\.(unique|nonzero|argwhere|flatnonzero|bincount|arange|array_equal|histogram)|\[b|tolist|b\[")


class Numpy:
    """NumPy with the array methods that only wengert has."""

    def __getattr__(self, name):
        return getattr(np, name)


def with_numpy(expression):
    with np.errstate(all="ignore"):
        return np.asarray(eval(expression.replace("t.mT", "t.swapaxes(-1, -2)"), {"m": Numpy(), **data()}))


def used(expression):
    """The names of the arrays that an expression uses."""
    return [n for n in data() if re.search(rf"(?<![\w.]){n}(?!\w)", expression)]


def with_wengert(expression, arrays):
    return eval(expression, {"m": wnp, **arrays})


def arrays(names=None):
    return {n: wnp.asarray(a) for n, a in data().items() if names is None or n in names}


def check(result, expected, expression):
    result = np.asarray(result)
    assert result.shape == expected.shape, expression
    kind = NARROW.get(expected.dtype, expected.dtype)
    assert result.dtype == kind, f"{expression}: {result.dtype} instead of {kind}"
    np.testing.assert_allclose(result, expected, rtol=2e-5, atol=1e-5, err_msg=expression)


@pytest.mark.parametrize("expression", expressions(SMOOTH) + expressions(DISCRETE))
def test_eager(expression):
    check(with_wengert(expression, arrays()), with_numpy(expression), expression)


def chunks(cases, size=40):
    return [cases[i : i + size] for i in range(0, len(cases), size)]


TRACED = [e for e in expressions(SMOOTH) + expressions(DISCRETE) if not CONCRETE.search(e)]


@pytest.mark.parametrize("cases", chunks(TRACED), ids=lambda c: c[0])
def test_compiled(cases):
    given = arrays()
    results = wg.jit(lambda a: [with_wengert(e, a) for e in cases])(given)
    for expression, result in zip(cases, results, strict=True):
        check(result, with_numpy(expression), expression)


@pytest.mark.parametrize("expression", [e for e in expressions(SMOOTH) if not CONCRETE.search(e)])
def test_derivative(expression):
    """The directional derivative, forward and backward, against a difference quotient in float64."""
    with wg.enable_x64():
        given = {n: wnp.asarray(a, np.float64 if a.dtype.kind == "f" else None) for n, a in data().items()}
        floats = {n: a for n, a in given.items() if n in used(expression) and a.dtype == np.float64}
        rng = np.random.default_rng(3)
        direction = {n: wnp.asarray(rng.normal(size=a.shape)) for n, a in floats.items()}
        f = lambda part: with_wengert(expression, {**given, **part})
        out, tangent = wg.jvp(f, (floats,), (direction,))
        h = 1e-6
        moved = [
            np.asarray(f({n: a + sign * h * direction[n] for n, a in floats.items()}), np.float64) for sign in (1, -1)
        ]
        np.testing.assert_allclose(tangent, (moved[0] - moved[1]) / (2 * h), rtol=1e-5, atol=1e-6, err_msg=expression)
        weight = wnp.asarray(rng.normal(size=out.shape))
        (gradient,) = wg.vjp(f, floats)[1](weight)
        inner = sum(float(wnp.sum(gradient[n] * direction[n])) for n in floats)
        np.testing.assert_allclose(inner, float(wnp.sum(weight * tangent)), rtol=1e-7, atol=1e-9, err_msg=expression)


@pytest.mark.parametrize("expression", [e for e in TRACED if used(e)])
def test_batched(expression):
    """vmap against the loop."""
    names = used(expression)
    # "k" holds indices: the same ones for all
    base = {n: a for n, a in data().items() if n in names}
    rows = {
        n: wnp.asarray(np.stack([a, (a * 0.75).astype(a.dtype) if a.dtype.kind == "f" else a])) for n, a in base.items()
    }
    batched = wg.vmap(lambda a: with_wengert(expression, a))(rows)
    for i in range(2):
        single = with_wengert(expression, {n: a[i] for n, a in rows.items()})
        np.testing.assert_allclose(np.asarray(batched[i]), np.asarray(single), rtol=1e-5, atol=1e-6, err_msg=expression)


# ---------------------------------------------------------------------------------------------------------------------
# Types


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("m.log(2)", "Array(0.6931472, dtype=float32, weak_type=True)"),
        ("m.arange(3) / 2", "Array([0. , 0.5, 1. ], dtype=float32)"),
        ("m.array(2) * 1.5", "Array(3., dtype=float32, weak_type=True)"),
        ("m.dot(m.arange(2), 1.5)", "Array([0. , 1.5], dtype=float32, weak_type=True)"),
        ("m.exp(m.arange(2, dtype='float16'))", "Array([1.   , 2.719], dtype=float16)"),
        ("m.array([True, 2])", "Array([1, 2], dtype=int32)"),
        ("m.float32(2)", "Array(2., dtype=float32)"),
        ("m.full((2,), 3)", "Array([3, 3], dtype=int32, weak_type=True)"),
        ("m.where(m.array([True]), 1, 0)", "Array([1], dtype=int32, weak_type=True)"),
        ("m.mean(m.arange(4))", "Array(1.5, dtype=float32)"),
        ("m.sum(m.array([True, False]))", "Array(1, dtype=int32)"),
        ("m.prod(m.array([1, 2], dtype='int8'))", "Array(2, dtype=int32)"),
        ("m.array(1.0) + m.array(1)", "Array(2., dtype=float32, weak_type=True)"),
        ("m.array(True) + True", "Array(True, dtype=bool)"),
        ("m.uint8(200) + m.int8(1)", "Array(201, dtype=int16)"),
        ("m.bfloat16(1.5) * m.float16(2)", "Array(3., dtype=float32)"),
        ("m.sign(-0.0)", "Array(0., dtype=float32, weak_type=True)"),
    ],
)
def test_types_and_weakness(expression, expected):
    assert repr(eval(expression, {"m": wnp})) == expected


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_every_float_type_is_kept(dtype):
    x = wnp.array([0.25, 0.5], dtype)
    for f in (wnp.sin, wnp.exp, wnp.sum, wnp.mean, wnp.var, wnp.max, wnp.cumsum, wnp.sort, wnp.sqrt, lambda v: v @ v):
        assert f(x).dtype == x.dtype
    assert (x * 2.0).dtype == x.dtype and (1 - x).dtype == x.dtype and (x**2).dtype == x.dtype


def test_x64():
    with wg.enable_x64():
        assert wnp.arange(3).dtype == np.int64
        assert wnp.ones(2).dtype == np.float64
        assert (wnp.ones(2, "float32") + 1.0).dtype == np.float32
        assert wnp.sum(wnp.arange(3)).dtype == np.int64
    assert wnp.asarray(np.ones(2)).dtype == np.float32


# ---------------------------------------------------------------------------------------------------------------------
# Indexing


def test_index_outside_is_moved_inside():
    x = wnp.arange(5)
    assert x[10] == 4 and x[-10] == 0
    assert x[wnp.array([7, -9])].tolist() == [4, 0]


def test_traced_index():
    x = wnp.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(wg.jit(lambda x, i: x[i])(x, 1), np.asarray(x)[1])
    np.testing.assert_array_equal(wg.jit(lambda x, i: x[:, i])(x, -1), np.asarray(x)[:, -1])
    np.testing.assert_array_equal(wg.jit(lambda x, i: x[i, 1:3])(x, 2), np.asarray(x)[2, 1:3])
    np.testing.assert_array_equal(wg.vmap(lambda i: x[i])(wnp.array([2, 0])), np.asarray(x)[[2, 0]])


@pytest.mark.parametrize(
    "index", [0, -1, slice(1, None), (slice(None), 2), (slice(None, None, 2), slice(None, None, -3)), ...]
)
@pytest.mark.parametrize("method", ["set", "add", "subtract", "multiply", "divide", "power", "min", "max"])
def test_at(index, method):
    base = np.arange(1.0, 13.0, dtype=np.float32).reshape(3, 4)
    value = 3.0
    expected = base.copy()
    operation = {
        "set": lambda a: value,
        "add": lambda a: a + value,
        "subtract": lambda a: a - value,
        "multiply": lambda a: a * value,
        "divide": lambda a: a / value,
        "power": lambda a: a**value,
        "min": lambda a: np.minimum(a, value),
        "max": lambda a: np.maximum(a, value),
    }
    expected[index] = operation[method](expected[index])
    update = lambda x: getattr(x.at[index], method)(value)
    np.testing.assert_allclose(update(wnp.asarray(base)), expected, rtol=1e-6)
    np.testing.assert_allclose(wg.make_jaxpr(update)(wnp.asarray(base))(wnp.asarray(base)), expected, rtol=1e-6)


def test_at_with_arrays_and_outside():
    x = wnp.zeros(4)
    assert x.at[wnp.array([0, 0, 2])].add(1).tolist() == [2, 0, 1, 0]
    assert x.at[wnp.array([True, False, False, True])].set(5).tolist() == [5, 0, 0, 5]
    assert x.at[9].set(1).tolist() == [0, 0, 0, 0]
    assert x.at[1:3].set(wnp.array([1.0, 2.0])).tolist() == [0, 1, 2, 0]
    assert x.at[1].apply(lambda v: v - 1).tolist() == [0, -1, 0, 0]
    assert x.at[2].get() == 0


def test_gradient_through_at():
    g = wg.grad(lambda x: wnp.sum(x.at[1].set(0.0) ** 2))(wnp.array([1.0, 2.0, 3.0]))
    assert g.tolist() == [2, 0, 6]


def test_gradient_of_norm_at_zero_is_zero():
    assert wg.grad(wnp.linalg.norm)(wnp.zeros(3)).tolist() == [0, 0, 0]


# ---------------------------------------------------------------------------------------------------------------------
# Messages


@pytest.mark.parametrize(
    ("expression", "error", "words"),
    [
        ("m.ones(3) + m.ones(2)", errors.ShapeError, r"add: expected shapes .* got \(3,\) and \(2,\)"),
        ("m.where(m.ones((2, 1)), m.ones(3), m.ones(2))", errors.ShapeError, "where: expected shapes that broadcast"),
        ("m.dot(m.ones(3), m.ones(2))", errors.ShapeError, r"dot: expected equal sizes .* got \(3,\) and \(2,\)"),
        ("m.matmul(m.ones(()), m.ones(2))", errors.ShapeError, "matmul: expected no scalars"),
        ("m.einsum('ij,jk', m.ones((2, 3)), m.ones((4, 5)))", errors.ShapeError, "one size for index 'j'"),
        ("m.einsum('ij', m.ones(3))", errors.ShapeError, "einsum: expected a letter for every dimension"),
        ("m.reshape(m.ones(3), (2, 2))", errors.ShapeError, r"reshape: .* of size 3, .* of size 4"),
        ("m.reshape(m.ones(3), (2, -1))", errors.ShapeError, "reshape: expected a shape that divides size 3"),
        ("m.sum(m.ones(3), axis=1)", errors.ShapeError, "axis 1 is out of bounds for array of dimension 1"),
        ("m.sum(m.ones((2, 2)), axis=(0, 0))", errors.ShapeError, "sum: expected distinct axes"),
        ("m.max(m.zeros((0,)))", errors.ShapeError, "max: expected at least one element"),
        ("m.argmax(m.zeros((0,)))", errors.ShapeError, "argmax: expected at least one element"),
        ("m.concatenate([m.ones((2, 2)), m.ones((2, 3))])", errors.ShapeError, "equal but in dimension 0"),
        ("m.stack([m.ones(2), m.ones(3)])", errors.ShapeError, "stack: expected arrays of one shape"),
        ("m.split(m.ones(3), 2)", errors.ShapeError, "split: expected a number of parts that divides 3"),
        ("m.squeeze(m.ones((2, 1)), 0)", errors.ShapeError, "squeeze: expected dimensions of size 1"),
        ("m.broadcast_to(m.ones(3), (2,))", errors.ShapeError, "broadcast_to: expected a shape that"),
        ("m.array([[1], [1, 2]])", errors.ShapeError, "array: expected nested lists of equal lengths"),
        ("m.array(['a'])", errors.UnsupportedTypeError, "array: expected numbers or bools but got dtype <U1"),
        ("m.sum([1, 2])", errors.UnsupportedTypeError, "sum: expected arrays or numbers but got list"),
        ("m.bitwise_and(m.ones(2), 1)", errors.DtypeError, "bitwise_and: expected operands of integer or bool type"),
        ("~m.ones(2)", errors.DtypeError, "bitwise_not: expected operands of integer or bool"),
        ("-m.array(True)", errors.DtypeError, "negative: expected operands of numeric type"),
        ("m.array(True) - m.array(True)", errors.DtypeError, "subtract: expected operands of numeric type"),
        ("m.arange(3) ** -1", errors.DtypeError, "integer_pow: expected a power of at least 0 for int32 but got -1"),
        ("m.take(m.ones(3), 1.5)", errors.DtypeError, "take: expected integer indices"),
        ("m.ones(3)[1.5]", errors.DtypeError, "index: expected integers, slices, None, ... or arrays"),
        ("m.ones(3)['a']", errors.DtypeError, "index: expected integers"),
        ("m.ones(3)[[0, 1]]", errors.DtypeError, "index: expected a tuple or an array but got a list"),
        ("m.ones(3)[0, 0]", errors.ShapeError, r"index: expected at most 1 indices for shape \(3,\) but got 2"),
        ("m.ones(3).at[0:2].set(m.ones(3))", errors.ShapeError, "at"),
        ("m.zeros(-1)", errors.ShapeError, "zeros: expected sizes of at least 0"),
        ("m.linalg.norm(m.ones((2, 2)), 3)", errors.ShapeError, "norm: expected order"),
        ("m.linalg.norm(m.ones((2, 2, 2)), 2)", errors.ShapeError, "norm: expected one or two axes"),
    ],
)
def test_message(expression, error, words):
    with pytest.raises(error, match=words) as raised:
        eval(expression, {"m": wnp})
    assert "at: " in str(raised.value)


def test_values_are_needed_under_jit():
    for f in (wnp.unique, wnp.nonzero, lambda x: x[x > 0], lambda x: wnp.arange(x[0])):
        with pytest.raises(errors.ConcretizationError):
            wg.make_jaxpr(f)(wnp.ones(3))
