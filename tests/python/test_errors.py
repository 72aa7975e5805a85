# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Exceptions: the form of messages, what they derive from, and that each one's docstring shows it."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors

CLASSES = [c for _, c in inspect.getmembers(errors, inspect.isclass) if issubclass(c, errors.WengertError)]


def test_form():
    text = errors.describe("add", "expected a but got b", location=("f.py", 3, "g"), transforms="jit(g)", remedy="do c")
    assert text == "add: expected a but got b\n  at: f.py:3 in g\n  transforms: jit(g)\n  remedy: do c"
    assert errors.describe("add", "wrong") == "add: wrong"


def test_message_names_line_and_transforms():
    def loss(x):
        return wnp.sum(x + wnp.ones(2))

    line = inspect.getsourcelines(loss)[1] + 1
    with pytest.raises(errors.ShapeError) as raised:
        wg.vmap(wg.grad(loss))(wnp.ones((4, 3)))
    message = str(raised.value)
    assert f"{__file__}:{line} in loss" in message
    assert "transforms: vmap(" in message and "> grad(loss)" in message
    assert "remedy: " in message


def test_location_is_the_users():
    file, line, function = errors.user_location()
    assert file == __file__ and function == "test_location_is_the_users" and line > 0


@pytest.mark.parametrize("cls", CLASSES)
def test_every_class_is_documented_with_an_example(cls):
    assert cls.__doc__ and ">>>" in cls.__doc__


@pytest.mark.parametrize(
    ("cls", "base"),
    [
        (errors.ShapeError, ValueError),
        (errors.ShapeError, TypeError),
        (errors.DtypeError, TypeError),
        (errors.ConcretizationError, TypeError),
        (errors.NonScalarGradError, TypeError),
        (errors.IntegerGradError, TypeError),
        (errors.InAxesError, ValueError),
        (errors.UnsupportedTypeError, TypeError),
        (errors.CompilationError, RuntimeError),
        (errors.VerificationError, ValueError),
        (errors.CacheError, RuntimeError),
        (errors.TreeError, ValueError),
        (errors.KeyReuseError, RuntimeError),
        (errors.DerivativeError, TypeError),
        (errors.DerivativeError, ValueError),
        (errors.TracerBoolConversionError, errors.ConcretizationTypeError),
        (errors.TracerIntegerConversionError, TypeError),
        (errors.TracerArrayConversionError, errors.JAXTypeError),
        (errors.NonConcreteBooleanIndexError, IndexError),
        (errors.UnexpectedTracerError, errors.LeakedTracerError),
        (errors.JaxRuntimeError, RuntimeError),
    ],
)
def test_also_pythons_own(cls, base):
    assert issubclass(cls, base)


@pytest.mark.parametrize(
    ("use", "cls"),
    [
        (lambda x: 1 if x.ravel()[0] > 0 else 2, errors.TracerBoolConversionError),
        (lambda x: [1, 2][x.astype(int).ravel()[0]], errors.TracerIntegerConversionError),
        (lambda x: np.sin(x), errors.TracerArrayConversionError),
        (lambda x: x[x > 0], errors.NonConcreteBooleanIndexError),
        (lambda x: float(x.ravel()[0]), errors.ConcretizationTypeError),
    ],
)
@pytest.mark.parametrize("transform", [wg.jit, wg.vmap, lambda f: wg.jit(wg.grad(f))], ids=["jit", "vmap", "grad"])
def test_a_traced_value_that_python_needs(use, cls, transform):
    x = np.ones((2, 2), np.float32)
    with pytest.raises(errors.ConcretizationError) as caught:
        transform(use)(x)
    assert type(caught.value) is cls


def test_what_has_no_derivative():
    cube = wg.custom_gradient(lambda x: (x**3, lambda ct: (ct * 3 * x * x,)))
    called = lambda x: wg.pure_callback(lambda v: v, x, x)
    for refused in (lambda x: wg.jvp(cube, (x,), (x,)), wg.grad(called), lambda x: wg.linear_transpose(wnp.sin, x)(x)):
        for run in (refused, wg.jit(refused)):
            with pytest.raises(errors.DerivativeError):
                run(np.float32(2))
