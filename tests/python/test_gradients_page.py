# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""docs/reference/gradients.md: each row is a function, a point and its derivatives there, the same in every mode."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import lax, nn
from wengert.scipy import special

PAGE = Path(__file__).resolve().parents[2] / "docs/reference/gradients.md"
NAMES = {"wnp": wnp, "lax": lax, "nn": nn, "special": special}


def numbers(text):
    values = np.array([float(t) for t in text.split(",")], np.float32)
    return values if values.size > 1 else values[0]


def rows():
    """(expression, point, value, first derivative, second derivative or None) of each row of the page."""
    for cells in re.findall(r"^\| `(.+?)` \| (.+) \|$", PAGE.read_text(), re.MULTILINE):
        expression, rest = cells
        yield (expression, *map(numbers, rest.split(" | ")))


ROWS = [row if len(row) == 5 else (*row, None) for row in rows()]
IDS = [f"{row[0]} at {row[1]}" for row in ROWS]


def function(expression):
    return eval(f"lambda x: 1.0 * ({expression})", dict(NAMES))


def along(f, x):
    return wg.jvp(f, (x,), (wnp.ones_like(x),))[1]


def modes(row):
    """What must agree with the page, by name."""
    expression, x, value, first, second = row
    f, x = function(expression), wnp.asarray(x)
    batch = wnp.stack([x, x])
    found = {
        "value": (f(x), value),
        "grad": (wg.grad(f)(x), first),
        "jvp": (along(f, x), np.sum(first)),
        "linearize": (wg.linearize(f, x)[1](wnp.ones_like(x)), np.sum(first)),
        "jacfwd": (wg.jacfwd(f)(x), first),
        "vmap of grad": (wg.vmap(wg.grad(f))(batch), np.stack([first, first])),
        "grad of vmap": (wg.grad(lambda x: wg.vmap(f)(x).sum())(batch), np.stack([first, first])),
    }
    if second is not None:
        found |= {
            "grad of grad": (wg.grad(wg.grad(f))(x), second),
            "jacfwd of grad": (wg.jacfwd(wg.grad(f))(x), second),
            "grad of jvp": (wg.grad(lambda x: along(f, x))(x), second),
            "jacfwd of jacfwd": (wg.jacfwd(wg.jacfwd(f))(x), second),
            "grad of jacfwd": (wg.grad(wg.jacfwd(f))(x), second),
        }
    return found


def agree(found, expected):
    np.testing.assert_allclose(np.asarray(found), expected, rtol=2e-4, atol=1e-6)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_row(row):
    for name, (found, expected) in modes(row).items():
        try:
            agree(found, expected)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from None


@functools.cache
def compiled():
    """Values and derivatives of all rows in one module."""
    xs = [wnp.asarray(row[1]) for row in ROWS]

    def everything(xs):
        found = []
        for (expression, _, _, _, second), x in zip(ROWS, xs, strict=True):
            f = function(expression)
            result = [*wg.value_and_grad(f)(x), along(f, x)]
            found.append([*result, wg.grad(wg.grad(f))(x)] if second is not None else result)
        return found

    return wg.jit(everything)(xs)


@pytest.mark.parametrize("index", range(len(ROWS)), ids=IDS)
def test_row_compiled(index):
    _, _, value, first, second = ROWS[index]
    for found, expected in zip(compiled()[index], [value, first, np.sum(first), second], strict=False):
        agree(found, expected)


@pytest.mark.parametrize("x", [-1.0, 0.0, np.array([-1.0, 0.0, 2.0], np.float32)], ids=str)
def test_where_under_reverse_over_forward(x):
    """The guard of a branch is seen through the batch of unit vectors, of one or more, that jacfwd takes."""
    for f in (
        lambda x: wnp.where(x > 0, wnp.sqrt(x), 0.0),
        lambda x: wnp.where(x > 0, wnp.log(x) * x, x**2),
        lambda x: wnp.where(x > 0, 1 / x, 0 * x),
    ):
        second = wg.hessian(lambda x, f=f: f(x).sum())(x)
        for run in (lambda g: g, wg.jit):
            found = run(wg.grad(lambda x, f=f: wg.jacfwd(f)(x).sum()))(x)
            agree(found, np.sum(np.asarray(second), axis=-1) if np.ndim(x) else second)


def test_second_derivatives_of_vectors_are_numbers():
    for expression, x, _, _, second in ROWS:
        if second is None:
            assert not np.isnan(np.asarray(wg.hessian(function(expression))(wnp.asarray(x)))).any(), expression
