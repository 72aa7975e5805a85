# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Exported modules run by iree-run-module alone, and come back as callables."""

import shutil
import subprocess
import sys
from pathlib import Path

import ml_dtypes
import numpy as np
import pytest

import wengert as wg
from wengert import aot, compiler
from wengert.config import config
from wengert.errors import ShapeError, TreeError
from wengert.runtime import Spec, literal

AFFINE = """func.func @f(%x: tensor<2x3xf32>, %b: tensor<2x3xf32>) -> (tensor<2x3xf32>, tensor<2x3xf32>) {
  %y = arith.addf %x, %b : tensor<2x3xf32>
  %z = arith.mulf %x, %b : tensor<2x3xf32>
  return %y, %z : tensor<2x3xf32>, tensor<2x3xf32>
}
"""
F32 = Spec((2, 3), np.dtype(np.float32))
X = np.arange(6, dtype=np.float32).reshape(2, 3)
B = np.full((2, 3), 0.5, np.float32)


@pytest.fixture(autouse=True, scope="module")
def own_cache(tmp_path_factory):
    before = config.cache_dir
    config.update("cache_dir", str(tmp_path_factory.mktemp("cache")))
    yield
    config.update("cache_dir", before)


@pytest.fixture(scope="module")
def affine():
    return aot.export_text(AFFINE, "f", [F32], [F32, F32], captured=[B])


def test_runs_without_python(affine, tmp_path):
    tool = shutil.which("iree-run-module", path=str(Path(sys.executable).parent)) or shutil.which("iree-run-module")
    assert tool, "iree-run-module comes with iree-base-runtime"
    aot.write(tmp_path / "f.vmfb", affine)
    np.save(tmp_path / "x.npy", X)
    command = [tool, f"--module={tmp_path / 'f.vmfb'}", "--device=local-sync", "--function=main"]
    command += [f"--input=@{tmp_path / 'x.npy'}", f"--output=@{tmp_path / 'y.npy'}", f"--output=@{tmp_path / 'z.npy'}"]
    subprocess.run(command, check=True, capture_output=True, env={"PATH": ""})
    np.testing.assert_array_equal(np.load(tmp_path / "y.npy"), X + B)
    np.testing.assert_array_equal(np.load(tmp_path / "z.npy"), X * B)


def test_comes_back_as_a_callable(affine, tmp_path):
    aot.write(tmp_path / "f.vmfb", affine)
    f = aot.load_exported(tmp_path / "f.vmfb")
    y, z = f(X)
    np.testing.assert_array_equal(y, X + B)
    np.testing.assert_array_equal(z, X * B)
    assert f.metadata["inputs"] == [["float32", [2, 3]]]
    assert "main" in repr(f)
    assert [p.name for p in tmp_path.iterdir()] == ["f.vmfb"]


def test_structures_are_kept():
    in_tree = {"t": [{"t": [{"d": {"w": 0, "v": {"l": [1, None]}}}]}, {"d": {}}]}
    data = aot.export_text(AFFINE, "f", [F32, F32], [F32, F32], in_tree=in_tree, out_tree={"d": {"b": 1, "a": 0}})
    f = aot.load_exported(data)
    out = f({"v": [B, None], "w": X})
    np.testing.assert_array_equal(out["a"], X + B)
    np.testing.assert_array_equal(out["b"], X * B)
    with pytest.raises(TreeError, match=r"main: expected a dict with \['w', 'v'\] at args\[0\] but got"):
        f({"w": X})
    with pytest.raises(TreeError, match=r"expected a list with 2 at args\[0\]\['v'\] but got"):
        f({"v": (B, None), "w": X})
    with pytest.raises(TreeError, match=r"expected None at args\[0\]\['v'\]\[1\] but got ndarray"):
        f({"v": [B, B], "w": X})


def test_wrong_arguments_and_names_are_refused(affine):
    f = aot.load_exported(affine)
    with pytest.raises(ShapeError, match="main: expected 1 arrays but got 2"):
        f(X, X)
    with pytest.raises(ShapeError, match=r"expected argument 0 to be float32\[2,3\] but got shape \(3,\)"):
        f(X[0])
    with pytest.raises(ValueError, match=r"expected a function exported by wengert, one of \['main'\], but got 'g'"):
        aot.load_exported(affine, "g")


def test_module_that_wengert_did_not_export():
    data = compiler.compile_text(AFFINE)
    with pytest.raises(ValueError, match=r"one of \[\], but got None \(the module has f\)"):
        aot.load_exported(data)


@pytest.mark.parametrize(
    "value",
    [
        np.float32(2.5),
        np.array([[True, False], [True, True]]),
        np.array(True),
        np.arange(3, dtype=np.uint32) - 1,
        np.arange(4).astype(ml_dtypes.bfloat16),
        np.zeros((0, 2), np.float32),
        np.array([np.nan, np.inf, -0.0], np.float64),
    ],
)
def test_embedded_arrays_of_any_type(value):
    value = np.asarray(value)
    spec = Spec.of(value)
    text = f"func.func @f(%x: {spec.mlir_type}) -> {spec.mlir_type} {{ return %x : {spec.mlir_type} }}"
    out = aot.load_exported(aot.export_text(text, "f", [], [spec], captured=[value]))()
    got = np.asarray(out)
    assert got.dtype == value.dtype and got.shape == value.shape
    np.testing.assert_array_equal(got, value)


def test_literal():
    assert literal(np.array([1.0, 2.0], np.float32)) == 'dense<"0x0000803F00000040"> : tensor<2xf32>'
    assert literal(np.array([True, False])) == "dense<[true, false]> : tensor<2xi1>"


def test_other_targets():
    text = "func.func @f(%x: tensor<4xf32>) -> tensor<4xf32> {\n%y = arith.addf %x, %x : tensor<4xf32>\n"
    text += "return %y : tensor<4xf32> }"
    spec = Spec((4,), np.dtype(np.float32))
    assert b"vulkan" in aot.export_text(text, "f", [spec], [spec], target=compiler.Target("vulkan-spirv"))


def test_exports_functions_at_every_stage(tmp_path):
    def f(x):
        return 2 * x + 1

    spec = wg.ShapeDtypeStruct((3,), "float32")
    jitted = wg.jit(f)
    traced = jitted.trace(spec)
    files = [aot.export(f, spec), aot.export(jitted, spec), aot.export(traced), aot.export(traced.lower().compile())]
    for data in files:
        np.testing.assert_array_equal(aot.load_exported(data)(np.arange(3)), [1, 3, 5])
