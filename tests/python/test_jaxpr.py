# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""make_jaxpr: a traced program that prints as IR, can be walked, and can be called."""

from __future__ import annotations

import numpy as np

import wengert as wg
import wengert.numpy as wnp
from wengert.jaxpr import ClosedJaxpr, Literal, Var


def f(x):
    return wnp.log(x) / wnp.log(2.0)


def names(program):
    return [eqn.primitive.name for eqn in program.eqns]


def test_prints_as_ir():
    text = str(wg.make_jaxpr(f)(2.0))
    assert "func.func @main" in text
    assert "wg.log" in text
    assert "wg.div" in text
    assert repr(wg.make_jaxpr(f)(2.0)) == text


def test_walk():
    program = wg.make_jaxpr(f)(2.0)
    assert isinstance(program, ClosedJaxpr)
    assert names(program) == ["log", "log", "div"]
    (x,) = program.jaxpr.invars
    first, second, divide = program.jaxpr.eqns
    assert first.invars == [x]
    assert isinstance(second.invars[0], Literal)
    assert float(second.invars[0].val) == 2.0
    assert divide.invars == [first.outvars[0], second.outvars[0]]
    assert program.jaxpr.outvars == divide.outvars
    assert isinstance(divide.outvars[0], Var)
    assert divide.outvars[0].aval.shape == ()
    assert str(divide) == "d:f32[] = div b c"
    assert program.in_avals[0].dtype == np.float32
    assert program.out_avals[0].weak_type


def test_params():
    program = wg.make_jaxpr(lambda x: wnp.sum(x.reshape(2, 3), axis=1))(wnp.ones(6))
    by_name = {eqn.primitive.name: eqn.params for eqn in program.eqns}
    assert by_name["reshape"]["shape"] == (2, 3)
    assert tuple(by_name["reduce_sum"]["axes"]) == (1,)


def test_gradients_are_expanded():
    program = wg.make_jaxpr(wg.grad(f))(2.0)
    assert "wg.vjp" not in str(program)
    np.testing.assert_allclose(program(2.0), 1 / (2 * np.log(2)), rtol=1e-6)
    assert len(program.eqns) <= 4


def test_gradient_of_a_layer():
    program = wg.make_jaxpr(wg.grad(lambda x, w, b: wnp.dot(w, x) + b, argnums=1))(9.0, 3.0, 1.0)
    assert program.jaxpr.outvars == [program.jaxpr.invars[0]]  # the derivative by w is x


def test_call_keeps_the_structure():
    program = wg.make_jaxpr(lambda p, *, k: {"y": p["a"] * k})({"a": wnp.ones(2)}, k=3.0)
    np.testing.assert_array_equal(program({"a": wnp.ones(2)}, k=2.0)["y"], [2, 2])
    np.testing.assert_array_equal(wg.jit(program)({"a": wnp.ones(2)}, k=2.0)["y"], [2, 2])


def test_evaluate_by_walking():
    program = wg.make_jaxpr(lambda x, y: wnp.sin(x) * y + wnp.cos(y))(1.0, 2.0)
    run = {"sin": np.sin, "cos": np.cos, "mul": np.multiply, "add": np.add}
    values = dict(zip(program.jaxpr.invars, (0.5, 1.5), strict=True))
    read = lambda v: v.val if isinstance(v, Literal) else values[v]
    for eqn in program.jaxpr.eqns:
        values[eqn.outvars[0]] = run[eqn.primitive.name](*map(read, eqn.invars))
    result = read(program.jaxpr.outvars[0])
    np.testing.assert_allclose(result, np.sin(0.5) * 1.5 + np.cos(1.5))


def test_static_arguments_shapes_and_types():
    program, shape = wg.make_jaxpr(lambda x, n: x * n, static_argnums=1, return_shape=True)(
        wg.ShapeDtypeStruct((2,), "float32"), 3
    )
    assert shape == wg.ShapeDtypeStruct((2,), "float32")
    assert names(program) == ["mul"] or names(program)[-1] == "mul"


def test_many_variables_have_names():
    def chain(x):
        for _ in range(30):
            x = wnp.sin(x)
        return x

    assert str(wg.make_jaxpr(chain)(1.0).eqns[29]) == "ae:f32[] = sin ad"


def test_nested_transforms_nest():
    program = wg.make_jaxpr(lambda x: wg.make_jaxpr(wnp.sin)(x)(x))(1.0)
    assert "jit" in names(program) or "sin" in names(program)
