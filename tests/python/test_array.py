# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Array: how it prints, what it exchanges with other libraries, what it refuses, and its operators."""

from __future__ import annotations

import copy
import operator
import pickle

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors
from wengert.array import Array


@pytest.mark.parametrize(
    ("array", "text"),
    [
        (wnp.array([1.0, 2.0]), "Array([1., 2.], dtype=float32)"),
        (wnp.asarray(3.0), "Array(3., dtype=float32, weak_type=True)"),
        (wnp.zeros((0, 3)), "Array([], shape=(0, 3), dtype=float32)"),
        (wnp.array([1.5, 2], "bfloat16"), "Array([1.5, 2], dtype=bfloat16)"),
        (wnp.eye(2), "Array([[1., 0.],\n       [0., 1.]], dtype=float32)"),
        (
            wnp.arange(1.0, 9) / 7,
            "Array([0.14285715, 0.2857143 , 0.42857143, 0.5714286 , 0.71428573,\n"
            "       0.85714287, 1.        , 1.1428572 ], dtype=float32)",
        ),
    ],
)
def test_repr(array, text):
    assert repr(array) == text


def test_str_and_format():
    x = wnp.array([0.5, 1.0])
    assert str(x) == "[0.5 1. ]" and f"{x}" == "[0.5 1. ]"
    assert f"{x[0]:.3f}" == "0.500" and f"{wnp.float32(0.1)}" == "0.10000000149011612"


def test_python_scalars():
    assert (
        float(wnp.array(1.5)) == 1.5
        and int(wnp.array(7)) == 7
        and bool(wnp.array(True))
        and complex(wnp.array(1.0)) == 1
    )
    assert [10, 20][wnp.array(1)] == 20 and wnp.array([[3]]).item() == 3 and wnp.arange(2).tolist() == [0, 1]
    with pytest.raises(TypeError, match=r"expected a scalar to make a Python float of but got float32\[1\]"):
        float(wnp.ones(1))
    with pytest.raises(TypeError, match="index: expected an integer scalar but got float32"):
        operator.index(wnp.array(1.0))
    with pytest.raises(ValueError, match="ambiguous"):
        bool(wnp.ones(2))


def test_sequence():
    x = wnp.arange(6).reshape(3, 2)
    assert len(x) == 3 and [r.tolist() for r in x] == [[0, 1], [2, 3], [4, 5]] and next(reversed(x)).tolist() == [4, 5]
    assert 5 in x and 9 not in x
    for call in (len, iter):
        with pytest.raises(TypeError):
            call(wnp.array(1))


def test_immutable():
    x = wnp.zeros(3)
    with pytest.raises(TypeError, match=r"(?s)immutable.*use x.at\[index\].set\(value\)"):
        x[0] = 1
    view = np.asarray(x)
    with pytest.raises(ValueError, match="read-only"):
        view[0] = 1
    source = np.zeros(3, np.float32)
    y = wnp.asarray(source)
    source[0] = 5
    assert y.tolist() == [0, 0, 0]
    assert copy.copy(x) is x and copy.deepcopy(x) is x and x.copy() is x
    with pytest.raises(TypeError, match="unhashable"):
        hash(x)
    with pytest.raises(TypeError, match=r"(?s)pickle: expected .*numpy.save"):
        pickle.dumps(x)
    with pytest.raises(TypeError, match=r"expected wengert.numpy.array\(data\)"):
        Array([1])


def test_numpy_exchange_without_copies():
    x = wnp.arange(4.0)
    assert np.shares_memory(np.asarray(x), np.asarray(x))
    assert np.asarray(x, np.float64).dtype == np.float64
    assert np.shares_memory(np.from_dlpack(x), np.asarray(x))
    assert x.__dlpack_device__() == (1, 0)
    source = np.arange(3, dtype=np.float32)
    assert np.shares_memory(np.asarray(wnp.from_dlpack(source)), source)
    assert np.shares_memory(np.asarray(wnp.asarray(source, copy=False)), source)
    with pytest.raises(ValueError, match="copy"):
        np.asarray(x, np.int32, copy=False)
    old = x.__dlpack__()  # the old protocol cannot say read-only
    assert old is not None
    with pytest.raises(BufferError, match="gets a copy"):
        x.__dlpack__(copy=False)
    assert bytes(np.asarray(x)) == x.tobytes()
    assert x.__array_namespace__() is wnp


def test_numpy_operands():
    x = wnp.ones(2)
    for result in (np.ones(2, np.float32) + x, x + np.ones(2), np.float32(1) + x, 1 + x):
        assert type(result) is Array and result.dtype == np.float32 and result.tolist() == [2, 2]
    assert isinstance(np.sin(x), np.ndarray)


@pytest.mark.parametrize(
    "op",
    [operator.add, operator.sub, operator.mul, operator.truediv, operator.eq, operator.ne, operator.lt, operator.ge],
)
@pytest.mark.parametrize(
    "pair", [("f", "f"), ("f", 2.0), (2, "f"), ("i", 3), ("i", "f"), ("i", 2.5), ("h", "h"), ("s", "s"), ("u", 1)]
)
def test_short_ways_agree_with_the_long_way(op, pair):
    """The operators of Array against the functions of wengert.numpy, which take no short way."""
    values = {
        "f": wnp.array([1.0, 2.0]),
        "i": wnp.array([1, 3]),
        "h": wnp.array([0.5, 2.0], "float16"),
        "s": wnp.asarray(1.5),
        "u": wnp.array([1, 2], "uint32"),
    }
    x, y = (values.get(p, p) if isinstance(p, str) else p for p in pair)
    name = {
        "truediv": "true_divide",
        "sub": "subtract",
        "mul": "multiply",
        "eq": "equal",
        "ne": "not_equal",
        "lt": "less",
        "ge": "greater_equal",
    }.get(op.__name__, op.__name__)
    short, long = op(x, y), getattr(wnp, name)(x, y)
    assert repr(short) == repr(long)


def test_operators_with_other_things():
    x = wnp.ones(2)
    assert (x == None) is False and (x == "a") is False  # noqa: E711
    with pytest.raises(TypeError, match="unsupported operand"):
        x + [1, 2]
    with pytest.raises(TypeError, match="unsupported operand"):
        x + None
    with pytest.raises(OverflowError):
        wnp.array([1], "uint8") + 300
    with pytest.raises(
        errors.ShapeError, match=r"add: expected shapes that broadcast together but got \(2,\) and \(3,\)"
    ):
        x + wnp.ones(3)


def test_no_warnings(recwarn):
    x = wnp.array([0.0, 1e38])
    x / x, x * 1e10, x - x * 1e10, wnp.log(x), wnp.sqrt(-x), 1 / x
    assert not recwarn.list


def test_attributes():
    x = wnp.ones((2, 3))
    assert (x.shape, x.ndim, x.size, x.nbytes, x.itemsize) == ((2, 3), 2, 6, 24, 4)
    assert x.T.shape == (3, 2) and x.mT.shape == (3, 2) and x.real is x and x.imag.tolist() == [[0] * 3] * 2
    assert str(x.aval) == "float32[2,3]" and x.block_until_ready() is x and not x.is_deleted()
    assert x.view("int32").dtype == np.int32 and round(wnp.array(2.567), 1) == wnp.round(2.567, 1)


def test_instances_of_array():
    assert isinstance(wnp.ones(1), wg.Array) and not isinstance(np.ones(1), wg.Array)
    assert wg.jit(lambda x: x * isinstance(x, wg.Array))(2.0) == 2.0


def test_array_of_a_range():
    assert wnp.asarray(range(3)).tolist() == [0, 1, 2] and wnp.asarray(range(3)).dtype == "int32"
