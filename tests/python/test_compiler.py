# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Targets, flags, refusals, failures and their reports."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import cache as disk_cache
from wengert import compiler, invocation, lax
from wengert.compiler import HOST, Target, compile_text, flag_ladder
from wengert.config import config
from wengert.errors import CompilationError, UnsupportedTypeError


def unary(body, type="tensor<4xf32>", loc=""):
    element = type.rstrip(">").split("x")[-1]
    return f"""func.func @main(%x: {type}) -> {type} {{
  %e = tensor.empty() : {type}
  %r = linalg.generic {{indexing_maps=[affine_map<(i)->(i)>,affine_map<(i)->(i)>],iterator_types=["parallel"]}}
      ins(%x: {type}) outs(%e: {type}) {{
  ^bb0(%a: {element}, %b: {element}):
    %m = {body}
    linalg.yield %m : {element} }} -> {type} {loc}
  return %r : {type}
}}
"""


SQUARE = unary("arith.mulf %a, %a : f32")


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory):
    before = config.cache_dir
    config.update("cache_dir", str(tmp_path_factory.mktemp("cache")))
    yield disk_cache.default()
    config.update("cache_dir", before)


def test_compiles_once_then_hits_the_disk(own_cache):
    with compiler.timed() as first:
        vmfb = compile_text(SQUARE)
    with compiler.timed() as second:
        again = compile_text(SQUARE)
    assert vmfb == again
    assert (first.compiled, first.disk_hits) == (1, 0)
    assert (second.compiled, second.disk_hits) == (0, 1)
    (entry,) = own_cache.entries()
    assert entry.meta["parts"]["iree"] == compiler.iree_version()
    assert "host cpu" in entry.meta["parts"]


def test_damaged_entry_is_compiled_again(own_cache):
    vmfb = compile_text(SQUARE)
    (path,) = own_cache.entries_dir.rglob("*.vmfb")
    path.write_bytes(vmfb[:-100])
    with compiler.timed() as spent:
        assert len(compile_text(SQUARE)) == len(vmfb)
    assert spent.compiled == 1


def test_threads_compile_side_by_side_and_the_same_text_once():
    texts = [SQUARE, SQUARE, unary("arith.addf %a, %a : f32"), SQUARE]
    with compiler.timed() as spent:
        threads = [threading.Thread(target=compile_text, args=(t,)) for t in texts]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
    assert spent.compiled == 2


def test_threads_are_the_first_to_compile():
    code = (
        "import sys, threading; from wengert.compiler import compile_text\n"
        "threads = [threading.Thread(target=compile_text, args=(t,)) for t in sys.argv[1:]]\n"
        "[t.start() for t in threads]; [t.join() for t in threads]"
    )
    path = str(Path(compiler.__file__).parents[1])
    texts = [unary(f"arith.{op} %a, %a : f32") for op in ("mulf", "addf", "subf")]
    environment = {**os.environ, "PYTHONPATH": path, "WENGERT_CACHE_DIR": "off"}
    result = subprocess.run([sys.executable, "-c", code, *texts], capture_output=True, text=True, env=environment)
    assert (result.returncode, result.stderr) == (0, "")


def test_locations_are_not_part_of_the_key():
    moved = unary("arith.mulf %a, %a : f32", loc='loc("f.py":7:1)')
    compile_text(SQUARE, debug_text=lambda: moved)
    with compiler.timed() as spent:
        compile_text(SQUARE, debug_text=lambda: pytest.fail("not needed for a hit"))
    assert spent.disk_hits == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"backend": "tpu"}, "expected a backend of llvm-cpu, vulkan-spirv, cuda but got 'tpu'"),
        ({"features": ("avx2",)}, "expected names such as .* but got 'avx2'"),
        ({"cpu": "a b"}, "but got 'a b'"),
        ({"backend": "cuda", "arch": "ampere"}, "expected a cuda arch such as 'sm_80' but got 'ampere'"),
        ({"extra_flags": ("--iree-llvmcpu-target-cpu-features=-x",)}, "expected extra flags from .*SAFE_FLAGS"),
    ],
)
def test_target_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        Target(**arguments)


def test_a_cpu_that_would_end_the_process_is_refused():
    with pytest.raises(CompilationError, match=r"expected a target that IREE knows .*Unknown CPU(.|\n)*remedy"):
        compile_text(SQUARE, target=Target(cpu="nonsense"))


def test_flags_follow_the_rules():
    (plain,) = flag_ladder(SQUARE, HOST)
    assert "--iree-input-demote-f64-to-f32=false" in plain
    assert "--iree-opt-const-eval=false" in plain
    assert "--iree-llvmcpu-debug-symbols=false" in plain
    assert "--iree-llvmcpu-target-cpu=host" in plain
    assert "--iree-opt-data-tiling" not in plain


def test_hints_choose_data_tiling_with_a_way_back():
    hinted = "linalg.matmul {iree.opt.data_tiling} ins(%a, %b : tensor<9x9xf32>, tensor<9x9xf32>)"
    alone = flag_ladder(hinted, HOST)
    assert "--iree-llvmcpu-enable-inner-tiled" in alone[0]
    fused = flag_ladder(hinted + "\n linalg.generic {} ins(%a : tensor<9xf32>)", HOST)
    assert "--iree-llvmcpu-enable-ukernels=default" in fused[0]
    assert "--iree-llvmcpu-stack-allocation-limit=262144" in fused[0]
    for ladder in (alone, fused):
        assert "--iree-opt-data-tiling" not in ladder[-1]


def test_other_backends_have_their_flags():
    (cuda,) = flag_ladder(SQUARE, Target("cuda", arch="sm_86"))
    assert "--iree-cuda-target=sm_86" in cuda and not [f for f in cuda if "llvmcpu" in f]
    (vulkan,) = flag_ladder(SQUARE, Target("vulkan-spirv"))
    assert "--iree-hal-target-device=vulkan" in vulkan


def test_cuda_and_vulkan_modules_are_made_without_a_gpu():
    assert len(compile_text(SQUARE, target=Target("cuda"))) > 1000
    assert len(compile_text(SQUARE, target=Target("vulkan-spirv"))) > 1000


def test_f64_on_vulkan_is_refused_with_a_remedy():
    text = unary("arith.mulf %a, %a : f64", "tensor<4xf64>")
    with pytest.raises(UnsupportedTypeError, match=r"vulkan-spirv does not support float64(.|\n)*remedy: use float32"):
        compile_text(text, target=Target("vulkan-spirv"))


def test_f64_inside_attributes_is_not_refused():
    compiler.check_types('"wg.x"() <{v = 1.0 : f64}> : () -> tensor<4xf32>', Target("vulkan-spirv"))


def test_failure_names_op_line_and_report(capfd):
    text = unary("math.erf %a : f64", "tensor<4xf64>", loc='loc("model.py":12:3)')
    with pytest.raises(CompilationError) as caught:
        compile_text(text, entry_points=("main",))
    message = str(caught.value)
    assert "op: math.erf" in message
    assert "at: model.py:12" in message
    assert "remedy:" in message
    report = caught.value.report
    assert str(report) in message
    said = report.read_text()
    assert "iree-compile --iree-hal-target-device=local" in said and "marked illegal" in said
    assert report.with_suffix(".mlir").read_text() == text
    assert capfd.readouterr().err == ""


def test_text_that_does_not_parse():
    with pytest.raises(CompilationError, match="undeclared SSA value"):
        compile_text("func.func @main(%x: tensor<f32>) -> tensor<f32> { return %y : tensor<f32> }")


def test_64_bit_libm_functions_link_on_the_second_try(capfd):
    text = unary("math.sin %a : f64", "tensor<4xf64>")
    assert len(compile_text(text)) > 1000
    assert capfd.readouterr().err == ""


def test_a_loop_that_is_of_no_use_is_compiled():
    """Its predicate is a constant only after the compiler has folded it, so that the loop is still there."""

    def f(x):
        small = lax.full_like(x, 20.0) < 10
        doubled = lax.while_loop(lambda s: wnp.any(s[0] < 20), lambda s: (s[0] * 2, s[1] + 1), (x, x))[1]
        return wnp.where(small, doubled, x)

    assert wg.jit(f)(wnp.ones(3)).tolist() == [1, 1, 1]


def test_results_of_loops_are_kept():
    text = """
  %1:2 = "scf.while"(%0, %0) ({
    %2 = "scf.for"(%a, %b, %c, %0) ({
      "scf.yield"(%3) : (f32) -> ()
    }) : (index, index, index, f32) -> f32 loc(#loc)
    "scf.for"(%a, %b, %c) ({
    }) : (index, index, index) -> ()
  }) : (f32, tensor<2xf32>) -> (f32, tensor<2xf32>)
"""
    added = [line.split(" = ")[1] for line in compiler.keeping_loops(text).splitlines() if "kept" in line]
    assert added == [
        '"util.optimization_barrier"(%2) : (f32) -> (f32)',
        '"util.optimization_barrier"(%1#0, %1#1) : (f32, tensor<2xf32>) -> (f32, tensor<2xf32>)',
    ]


def test_console_output_of_others_is_not_lost(capfd):
    with invocation.ConsoleCapture():
        os.write(2, b"someone else\n")
    assert "someone else" in capfd.readouterr().err


def test_reports_are_limited(tmp_path):
    for i in range(5):
        (tmp_path / f"{i}.log").write_text("")
        (tmp_path / f"{i}.mlir").write_text("")
    compiler._limit_reports(tmp_path, keep=2)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["3.log", "3.mlir", "4.log", "4.mlir"]


def test_nothing_heavy_is_imported():
    code = (
        "import sys, wengert.compiler, wengert.runtime, wengert.cache, wengert.progress\n"
        "print([m for m in ('iree', 'scipy', 'rich', 'filelock', 'platformdirs') if m in sys.modules])"
    )
    path = str(Path(compiler.__file__).parents[1])
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": path}
    )
    assert result.stdout.strip() == "[]"
