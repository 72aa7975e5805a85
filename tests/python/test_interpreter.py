# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The reference interpreter."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert.interpreter import Program, expanded, has_transforms, interpret, short_name


def test_runs_kernels():
    program = wg.make_jaxpr(lambda x, y: (wnp.dot(x, y), wnp.sin(x) * 2.0))(wnp.ones((2, 3)), wnp.ones(3))
    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    y = np.ones(3, np.float32)
    a, b = Program(program.module, program.name)([x, y])
    np.testing.assert_allclose(a, x @ y)
    np.testing.assert_allclose(b, 2 * np.sin(x), rtol=1e-6)


def test_constant_results_and_repeated_arguments():
    program = wg.make_jaxpr(lambda x: (x, 2.0, x))(1.0)
    results = Program(program.module, program.name)([np.float32(3)])
    assert [float(r) for r in results] == [3.0, 2.0, 3.0]
    assert all(type(r) is np.ndarray for r in results)
    assert [float(r) for r in Program(program.module, program.name)([np.float32(4)])] == [4.0, 2.0, 4.0]


def test_no_arguments_no_results():
    program = wg.make_jaxpr(lambda: ())()
    assert Program(program.module, program.name)([]) == []


def test_wrong_number_of_arguments():
    program = wg.make_jaxpr(lambda x: x)(1.0)
    with pytest.raises(ValueError):
        Program(program.module, program.name)([])


def test_calls_are_interpreted():
    module = wg.from_text(
        """
        func.func private @g(%x: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
          %0 = wg.neg %x : tensor<f32>
          return %0, %x : tensor<f32>, tensor<f32>
        }
        func.func @f(%x: tensor<f32>) -> tensor<f32> {
          %0:2 = call @g(%x) : (tensor<f32>) -> (tensor<f32>, tensor<f32>)
          %1:2 = call @g(%0#0) : (tensor<f32>) -> (tensor<f32>, tensor<f32>)
          %2 = wg.sub %1#0, %0#0 : tensor<f32>
          return %2 : tensor<f32>
        }
        """,
        "f",
    ).module
    assert float(interpret(module, "f", [np.float32(3)])[0]) == 6.0


def test_calls_of_jit_functions_run_compiled(monkeypatch):
    from wengert import stages

    compiled = []
    original = stages.compile_symbol
    monkeypatch.setattr(stages, "compile_symbol", lambda m, n: compiled.append(n) or original(m, n))
    program = wg.make_jaxpr(lambda x: wg.jit(lambda y: wnp.sin(y) * y)(x) + 1)(1.0)
    run = Program(program.module, program.name)
    for value in (2.0, 3.0):
        np.testing.assert_allclose(run([np.float32(value)])[0], np.sin(value) * value + 1, rtol=1e-6)
    assert len(compiled) == 1


def test_transforms_are_expanded():
    f = wg.from_text(
        """
        func.func private @g(%x: tensor<f32>) -> tensor<f32> {
          %0 = wg.mul %x, %x : tensor<f32>
          return %0 : tensor<f32>
        }
        func.func @f(%x: tensor<f32>, %dx: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
          %0:2 = wg.jvp @g(%x) tangents(%dx) wrt [0] : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
          return %0#0, %0#1 : tensor<f32>, tensor<f32>
        }
        """,
        "f",
    )
    assert has_transforms(f.module, "f")
    assert not has_transforms(f.module, "g")
    assert [float(r) for r in interpret(f.module, "f", [np.float32(3), np.float32(1)])] == [9.0, 6.0]
    module, name = expanded(f.module, "f")
    assert not has_transforms(module, name)


def test_values_are_freed():
    import weakref

    class Watched(np.ndarray):
        pass

    program = wg.make_jaxpr(lambda x: wnp.sin(wnp.cos(x)))(wnp.ones(3))
    run = Program(program.module, program.name)
    alive = []
    kernel, *rest = run.steps[0]

    def watched(x):
        result = kernel(x).view(Watched)
        alive.append(weakref.ref(result))
        return result

    second, *rest2 = run.steps[1]

    def check(x):
        return np.asarray(second(np.asarray(x)))

    run.steps = [(watched, *rest), (check, *rest2), *run.steps[2:]]
    run([np.ones(3, np.float32)])
    assert alive[0]() is None


def test_short_name():
    assert short_name("wg.sin") == "sin"
    assert short_name("func.call") == "func.call"
