# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Exceptions: the form of messages, what they derive from, and that each one's docstring shows it."""

from __future__ import annotations

import inspect

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
    ],
)
def test_also_pythons_own(cls, base):
    assert issubclass(cls, base)
