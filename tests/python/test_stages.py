# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""trace, lower, as_text, compile."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors
from wengert.stages import PHASES


@pytest.fixture
def f():
    return wg.jit(lambda x, y: {"out": wnp.sin(x) * y})


def test_trace(f):
    traced = f.trace(wnp.ones(3), 2.0)
    assert traced.fun_name == "lambda"
    assert [str(a) for a in traced.in_avals] == ["float32[3]", "float32[]"]
    assert traced.out_info == {"out": wg.ShapeDtypeStruct((3,), "float32")}
    assert traced.jaxpr.eqns[0].primitive.name == "sin"


def test_types_instead_of_arrays(f):
    struct = wg.ShapeDtypeStruct((3,), "float32")
    compiled = f.lower(struct, struct).compile()
    np.testing.assert_allclose(compiled(wnp.ones(3), wnp.arange(3.0))["out"], np.sin(1) * np.arange(3), rtol=1e-6)


@pytest.mark.parametrize("phase", PHASES)
def test_text_of_each_phase(f, phase):
    text = f.lower(wnp.ones(3), 2.0).as_text(phase)
    assert "func.func" in text
    assert ("wg.sin" in text) == (phase != "linalg")
    if phase != "linalg":
        wg.from_text(text)  # it can be parsed back


def test_text_of_a_gradient():
    lowered = wg.jit(wg.grad(wnp.sin)).lower(1.0)
    assert "wg.vjp" in lowered.as_text("traced")
    assert "wg.vjp" not in lowered.as_text("expanded")
    assert "linalg" in lowered.as_text() or "math" in lowered.as_text()


def test_unknown_phase(f):
    with pytest.raises(ValueError, match="expected a phase of traced, expanded"):
        f.lower(1.0, 1.0).as_text("hlo")


def test_debug_info(f):
    assert "test_stages.py" in f.lower(1.0, 2.0).as_text("traced", debug_info=True)


def test_compiled_checks_its_arguments(f):
    compiled = f.lower(wnp.ones(3), 2.0).compile()
    with pytest.raises(errors.ShapeError, match=r"float32\[3\], for which it was compiled, but got float32\[4\]"):
        compiled(wnp.ones(4), 2.0)
    with pytest.raises(errors.DtypeError):
        compiled(wnp.arange(3), 2.0)
    with pytest.raises(errors.TreeError):
        compiled(wnp.ones(3))


def test_trees_of_the_stages(f):
    lowered = f.lower(1.0, 2.0)
    compiled = lowered.compile()
    assert lowered.in_tree == compiled.in_tree
    assert lowered.out_tree == compiled.out_tree == wg.tree_util.tree_structure({"out": 0})
    assert lowered.out_info["out"].shape == ()
    assert "func.func" in compiled.as_text()


def test_shape_dtype_struct():
    s = wg.ShapeDtypeStruct((2, 3), "float32")
    assert (s.ndim, s.size, len(s)) == (2, 6, 2)
    assert s == wg.ShapeDtypeStruct([2, 3], np.float32)
    assert s != wg.ShapeDtypeStruct([2], np.float32)
    assert len({s, wg.ShapeDtypeStruct([2, 3], np.float32)}) == 1
    with pytest.raises(TypeError):
        len(wg.ShapeDtypeStruct((), "int32"))


def test_eval_shape():
    def f(x, y):
        return {"a": wnp.dot(x, y), "b": x.sum()}

    a = wg.ShapeDtypeStruct((2000, 3000), "float32")
    b = wg.ShapeDtypeStruct((3000, 1000), "float32")
    assert wg.eval_shape(f, a, b) == {
        "a": wg.ShapeDtypeStruct((2000, 1000), "float32"),
        "b": wg.ShapeDtypeStruct((), "float32"),
    }


def test_what_a_stage_says_of_its_arguments():
    f = wg.jit(lambda x, y, *, z: (x["a"] + y, z), donate_argnums=0, donate_argnames="z")
    lowered = f.lower({"a": wnp.ones(2), "b": 1}, 1.0, z=2.0)
    for stage in (lowered, lowered.compile()):
        (x, y), kwargs = stage.args_info
        assert x["a"].donated and x["b"].donated and not y.donated and kwargs["z"].donated
        assert x["a"].shape == (2,) and y.dtype == "float32"
        assert stage.donate_argnums == (0, 1, 3) and stage.cost_analysis() is None
    assert stage.memory_analysis() is None
