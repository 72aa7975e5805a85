# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A function from the text of a module."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors

CUBE = """
func.func @cube(%x: tensor<f32>) -> tensor<f32> {
  %0 = wg.mul %x, %x : tensor<f32>
  %1 = wg.mul %0, %x : tensor<f32>
  return %1 : tensor<f32>
}
"""


def test_call():
    cube = wg.from_text(CUBE, "cube")
    assert float(cube(2.0)) == 8.0
    assert float(cube(2)) == 8.0
    assert repr(cube) == "<wengert function cube(f32[]) -> (f32[])>"
    assert float(wg.from_text(CUBE)(3.0)) == 27.0


def test_every_transform_applies():
    cube = wg.from_text(CUBE, "cube")
    assert float(wg.grad(cube)(2.0)) == 12.0
    assert float(wg.grad(wg.grad(cube))(2.0)) == 12.0
    assert [float(v) for v in wg.jvp(cube, (2.0,), (1.0,))] == [8.0, 12.0]
    _, pullback = wg.vjp(cube, 2.0)
    assert float(pullback(1.0)[0]) == 12.0
    np.testing.assert_array_equal(wg.vmap(cube)(wnp.arange(3.0)), [0, 1, 8])
    assert float(wg.jit(cube)(2.0)) == 8.0
    np.testing.assert_allclose(wg.jit(wg.vmap(wg.grad(cube)))(wnp.arange(3.0)), [0, 3, 12])
    assert float(wg.grad(lambda x: cube(x) if cube(x) > 0 else x)(2.0)) == 12.0


def test_round_trip_through_a_program():
    program = wg.make_jaxpr(wg.grad(lambda x: wnp.sin(x) * x))(1.0)
    f = wg.from_text(str(program), program.name)
    np.testing.assert_allclose(f(2.0), np.cos(2) * 2 + np.sin(2), rtol=1e-6)


def test_several_results():
    pair = wg.from_text(
        "func.func @f(%x: tensor<2xf32>) -> (tensor<2xf32>, tensor<2xf32>) {"
        " return %x, %x : tensor<2xf32>, tensor<2xf32> }"
    )
    a, b = pair(wnp.ones(2))
    np.testing.assert_array_equal(a, b)


def test_wrong_arguments():
    cube = wg.from_text(CUBE, "cube")
    with pytest.raises(errors.ShapeError, match=r"cube: expected argument 0 of type float32\[\] but got float32\[2\]"):
        cube(wnp.ones(2))
    with pytest.raises(errors.DtypeError, match="but got int32"):
        cube(wnp.array(1))
    with pytest.raises(TypeError, match="expected 1 arguments but got 2"):
        cube(1.0, 2.0)


def test_wrong_text():
    with pytest.raises(errors.VerificationError, match=r"(?s)from_text: expected a valid module but got.*line 1"):
        wg.from_text("func.func @f(")
    with pytest.raises(errors.VerificationError, match="expected a function g but the module has"):
        wg.from_text(CUBE, "g")
