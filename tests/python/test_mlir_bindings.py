# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wengert.mlir: MLIR's Python bindings know the dialect, and share one copy of MLIR with the tracer."""

import subprocess
import sys

import pytest

import wengert.mlir
from wengert import _native
from wengert.mlir import ir, passmanager
from wengert.mlir.dialects import arith, func, wg

TEXT = """
func.func @f(%x: tensor<3xf32>, %w: tensor<3xf32>) -> tensor<3xf32> {
  %0 = wg.sin %x : tensor<3xf32>
  %1 = wg.mul %0, %w : tensor<3xf32>
  return %1 : tensor<3xf32>
}
"""


def ops_of(module: ir.Module, name: str = "f") -> list[ir.OpView]:
    for function in module.body.operations:
        if ir.StringAttr(function.attributes["sym_name"]).value == name:
            return list(function.regions[0].blocks[0].operations)
    raise KeyError(name)


def test_parse_and_walk() -> None:
    with ir.Context():
        module = ir.Module.parse(TEXT)
        assert module.operation.verify()
        ops = ops_of(module)
        assert [op.operation.name for op in ops] == ["wg.sin", "wg.mul", "func.return"]
        assert isinstance(ops[0], wg.SinOp)
        assert isinstance(ops[1], wg.MulOp)
        assert ops[1].x.owner.name == "wg.sin"
        assert str(ops[0].out.type) == "tensor<3xf32>"

        walked: list[str] = []

        def note(op: ir.Operation) -> ir.WalkResult:
            walked.append(op.name)
            return ir.WalkResult.ADVANCE

        module.operation.walk(note)
        assert walked.count("wg.mul") == 1


def test_build_with_inferred_types() -> None:
    with ir.Context(), ir.Location.unknown():
        module = ir.Module.create()
        tensor = ir.RankedTensorType.get([2, 3], ir.F32Type.get())
        with ir.InsertionPoint(module.body):

            @func.FuncOp.from_py_func(tensor)
            def g(x):
                return wg.add(wg.cos(x), x)

        assert module.operation.verify()
        assert "wg.add" in str(module)
        assert "-> tensor<2x3xf32>" in str(module)


def test_rewrite_by_hand() -> None:
    with ir.Context(), ir.Location.unknown():
        module = ir.Module.parse(TEXT)
        sine = ops_of(module)[0]
        with ir.InsertionPoint(sine):
            cosine = wg.cos(sine.x)
        sine.out.replace_all_uses_with(cosine)
        sine.operation.erase()
        assert [op.operation.name for op in ops_of(module)] == ["wg.cos", "wg.mul", "func.return"]


def test_verifier_speaks_through_the_bindings() -> None:
    text = """
    func.func @f(%x: tensor<3xf32>, %w: tensor<4xf32>) -> tensor<3xf32> {
      %0 = "wg.mul"(%x, %w) : (tensor<3xf32>, tensor<4xf32>) -> tensor<3xf32>
      return %0 : tensor<3xf32>
    }
    """
    with ir.Context(), pytest.raises(ir.MLIRError, match=r"wg\.mul.*4xf32"):
        ir.Module.parse(text)


def test_other_dialects_are_there() -> None:
    with ir.Context(), ir.Location.unknown(), ir.InsertionPoint(ir.Module.create().body):
        assert arith.constant(ir.F32Type.get(), 1.0).owner.name == "arith.constant"


@pytest.mark.parametrize("passes", ["canonicalize", "cse", "wg-expand-transforms", "wg-simplify", "wg-jvp{fn=f wrt=0}"])
def test_passes_by_name(passes: str) -> None:
    with ir.Context():
        module = ir.Module.parse(TEXT)
        passmanager.PassManager.parse(f"builtin.module({passes})").run(module.operation)
        assert module.operation.verify()


def test_transform_through_pass_manager() -> None:
    call = """
    func.func @df(%x: tensor<3xf32>, %w: tensor<3xf32>, %t: tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>) {
      %0:2 = wg.jvp @f(%x, %w) tangents(%t) wrt [0]
        : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<3xf32>)
      return %0#0, %0#1 : tensor<3xf32>, tensor<3xf32>
    }
    """
    with ir.Context():
        module = ir.Module.parse(TEXT + call)
        passmanager.PassManager.parse("builtin.module(wg-expand-transforms)").run(module.operation)
        assert "wg.jvp" not in str(module)
        assert "wg.cos" in str(module)


def test_modules_pass_to_the_tracer_without_text() -> None:
    module = ir.Module.parse(TEXT, wengert.mlir.context())
    native = wengert.mlir.to_native(module)
    assert native.functions() == ["f"]
    # The copies are independent.
    ops_of(module)[0].operation.attributes["mark"] = ir.UnitAttr.get(module.context)
    assert "mark" in str(module)
    assert "mark" not in native.to_text()


def test_modules_of_the_tracer_pass_to_the_bindings() -> None:
    native = _native.parse(TEXT)
    module = wengert.mlir.from_native(native)
    assert [op.operation.name for op in ops_of(module)] == ["wg.sin", "wg.mul", "func.return"]
    assert module.context == wengert.mlir.context()
    del native
    assert module.operation.verify()


def test_text_passes_both_ways() -> None:
    native = _native.parse(TEXT)
    with ir.Context():
        assert str(ir.Module.parse(native.to_text(generic=True))) == str(ir.Module.parse(TEXT))
        assert _native.parse(str(ir.Module.parse(TEXT))).to_text() == native.to_text()


def test_module_of_another_context_is_refused() -> None:
    module = ir.Module.parse(TEXT, ir.Context())
    with pytest.raises(ValueError, match=r"to_native: expected a module of wengert\.mlir\.context\(\)"):
        wengert.mlir.to_native(module)


def test_process_ends_cleanly() -> None:
    """The shared context is destroyed by neither side: it outlives the interpreter."""
    code = (
        "import wengert.mlir as m, wengert._native as n; from wengert.mlir import ir;"
        "c = m.context(); a = m.from_native(n.parse('func.func @f() { return }'));"
        "print(m.to_native(a).functions())"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert result.stdout == "['f']\n"
    assert result.stderr == ""
