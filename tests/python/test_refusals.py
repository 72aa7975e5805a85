# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the functions of wengert.numpy, wengert.random and the transforms refuse, and the first line that they say."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as m
from wengert import aot, errors, random

SHAPE, DTYPE = errors.ShapeError, errors.DtypeError
KEY = random.PRNGKey(0)

REFUSED = [
    (lambda: m.sum(m.ones(2), axis=1.0), DTYPE, "sum: expected an int axis but got 1.0"),
    (lambda: m.tensordot(m.ones((2, 3)), m.ones((3, 2)), ([0, 1], [0])), SHAPE, "tensordot: expected as many axes"),
    (lambda: m.cross(m.ones(2), m.ones(4)), SHAPE, "cross: expected vectors of 2 or 3 but got (2,) and (4,)"),
    (lambda: m.linalg.matrix_power(m.ones((2, 3)), 2), SHAPE, "matrix_power: expected square matrices but got"),
    (lambda: m.sort(1.0), SHAPE, "sort: expected an array of rank 1 or more but got a scalar"),
    (lambda: m.searchsorted(m.ones((2, 2)), 1.0), SHAPE, "searchsorted: expected a vector but got shape (2, 2)"),
    (lambda: m.quantile(m.ones(2), 0.5, method="best"), ValueError, "quantile: expected a method of linear, "),
    (lambda: m.take_along_axis(m.ones((2, 2)), m.array([0]), 0), SHAPE, "take_along_axis: expected integer"),
    (lambda: m.array([m.ones(2), m.ones(3)]), SHAPE, "array: expected nested lists of equal shapes"),
    (lambda: wg.jit(lambda x: m.array([x, x[:1]]))(m.ones(2)), SHAPE, "array: expected parts of one shape but got"),
    (lambda: m.asarray(np.ones(2), copy=False), DTYPE, "asarray: expected float32 in C order for copy=False but got"),
    (lambda: m.meshgrid(m.ones(2), indexing="ik"), SHAPE, "meshgrid: expected indexing 'xy' or 'ij' but got 'ik'"),
    (lambda: m.zeros((2.0,)), SHAPE, "zeros: expected a shape of ints but got (2.0,)"),
    (lambda: m.tril(m.ones(2)), SHAPE, "tril: expected rank 2 or more but got shape (2,)"),
    (lambda: m.diag(m.ones((2, 2, 2))), SHAPE, "diag: expected rank 1 or 2 but got shape (2, 2, 2)"),
    (lambda: m.vectorize(m.dot, signature="(n")(m.ones(2)), SHAPE, "vectorize: expected a signature such as"),
    (lambda: m.piecewise(m.ones(2), [m.ones(2) > 0], []), SHAPE, "piecewise: expected 1 functions or one more"),
    (lambda: m.ones(2)[m.array([0.5])], DTYPE, "index: expected an index of integer or bool type but got float32"),
    (lambda: m.ones(3).at[:2].set(m.ones(3)), SHAPE, "at[].set: expected a value that broadcasts to (2,) but got (3,)"),
    (lambda: m.ones(3).at[m.array([0, 1])].set(m.ones(3)), SHAPE, "at[].set: expected a value that broadcasts"),
    (lambda: m.ones(3)["a":], DTYPE, "index: expected ints in a slice, and a step that is not 0, but got a, None"),
    (lambda: m.ones(3)[::0], DTYPE, "index: expected ints in a slice, and a step that is not 0"),
    (lambda: m.linalg.norm(m.ones(3), ord="fro"), SHAPE, "norm: expected a number as the order of a vector norm"),
    (lambda: m.where(m.ones(2), 1.0), SHAPE, "where: expected both x and y, or neither, but got one"),
    (lambda: m.ones(2).mT, SHAPE, "matrix_transpose: expected rank 2 or more but got shape (2,)"),
    (lambda: m.moveaxis(m.ones((2, 3)), (0, 1), 0), SHAPE, "moveaxis: expected as many distinct"),
    (lambda: m.concatenate([1.0, 2.0]), SHAPE, "concatenate: expected arrays of rank 1 or more but got scalars"),
    (lambda: m.stack([]), SHAPE, "stack: expected at least one array but got none"),
    (lambda: m.pad(m.ones(2), 1, mode="none"), ValueError, "pad: expected the mode constant, edge, empty, "),
    (lambda: m.max(m.ones(2), where=m.ones(2) > 0), SHAPE, "max: expected `initial` together"),
    (lambda: random.uniform(KEY, (2,), minval=m.ones((2, 2))), SHAPE, "uniform: expected a parameter that"),
    (lambda: random.categorical(KEY, m.ones((2, 3)), shape=()), SHAPE, "categorical: expected a shape that ends in"),
    (lambda: wg.make_jaxpr(m.sin)(1.0)((1.0, 2.0)), errors.TreeError, ""),
    (
        lambda: wg.jit(lambda x: aot.export(lambda y: x * y, wg.ShapeDtypeStruct((), "float32")) and x)(1.0),
        errors.CompilationError,
        "export: expected a function of its arguments but it uses values of a trace around it",
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case[2].split(":")[0] or "call")
def test_refused(case):
    run, cls, message = case
    with pytest.raises(cls) as raised:
        run()
    assert str(raised.value).startswith(message)
