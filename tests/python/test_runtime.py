# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Loading and calling: element types, shapes, alignment, ownership, threads, the choice of device."""

import gc
import threading

import ml_dtypes
import numpy as np
import pytest

from wengert import compiler, runtime
from wengert.config import config
from wengert.errors import CompilationError, DtypeError, ShapeError, UnsupportedTypeError
from wengert.runtime import Spec, add_entry, aligned_empty, estimate_work, executable_from_text


@pytest.fixture(autouse=True, scope="module")
def own_cache(tmp_path_factory):
    before = config.cache_dir
    config.update("cache_dir", str(tmp_path_factory.mktemp("cache")))
    yield
    config.update("cache_dir", before)


def spec(shape, dtype="float32"):
    return Spec(shape, np.dtype(dtype))


def elementwise(shape, dtype, op):
    type = spec(shape, dtype).mlir_type
    element = runtime.ELEMENT_TYPES[np.dtype(dtype).name][0]
    dims = ", ".join(f"d{i}" for i in range(len(shape)))
    iterators = ", ".join(['"parallel"'] * len(shape))
    return f"""func.func @main(%x: {type}) -> {type} {{
  %e = tensor.empty() : {type}
  %r = linalg.generic {{indexing_maps = [affine_map<({dims}) -> ({dims})>, affine_map<({dims}) -> ({dims})>],
      iterator_types = [{iterators}]}} ins(%x : {type}) outs(%e : {type}) {{
  ^bb0(%a: {element}, %b: {element}):
    %m = {op} %a, %a : {element}
    linalg.yield %m : {element}
  }} -> {type}
  return %r : {type}
}}
"""


def double(shape, dtype="float32"):
    op = "arith.addf" if np.dtype(dtype).kind in "fV" else "arith.addi"
    return executable_from_text(elementwise(shape, dtype, op), "main", [spec(shape, dtype)], [spec(shape, dtype)])


MANY = """module {
  func.func @main(%x: tensor<4xf32>, %y: tensor<0x3xf32>, %z: tensor<4xi1>)
      -> (tensor<4xf32>, tensor<4xf32>, tensor<0x3xf32>, tensor<4xi1>, tensor<2xf32>, tensor<4xf32>) {
    %c = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
    %m = arith.addf %x, %x : tensor<4xf32>
    return %x, %m, %y, %z, %c, %m
      : tensor<4xf32>, tensor<4xf32>, tensor<0x3xf32>, tensor<4xi1>, tensor<2xf32>, tensor<4xf32>
  }
}
#loc = loc("a.py":1:2)
"""


@pytest.fixture(scope="module")
def many():
    inputs = [spec((4,)), spec((0, 3)), spec((4,), "bool")]
    outputs = [spec((4,)), spec((4,)), spec((0, 3)), spec((4,), "bool"), spec((2,)), spec((4,))]
    return executable_from_text(MANY, "main", inputs, outputs)


def test_arguments_constants_and_equal_results_are_separate_arrays(many):
    x, y, z = np.arange(4, dtype=np.float32), np.zeros((0, 3), np.float32), np.array([True, False, True, True])
    out = many([x, y, z])
    for got, want in zip(out, [x, x + x, y, z, np.float32([1, 2]), x + x], strict=True):
        assert got.dtype == want.dtype and got.shape == want.shape
        np.testing.assert_array_equal(got, want)
    out[0][:] = 7
    out[1][:] = 8
    np.testing.assert_array_equal(x, np.arange(4))
    np.testing.assert_array_equal(out[5], x + x)


def test_results_outlive_the_executable_and_later_calls():
    f = double((64,))
    first = f([np.full(64, 1, np.float32)])[0]
    second = f([np.full(64, 2, np.float32)])[0]
    del f
    runtime._loaded.clear()
    gc.collect()
    assert (first == 2).all() and (second == 4).all()


@pytest.mark.parametrize("dtype", ["int32", "uint32", "float16", "bfloat16", "float64", "int64"])
def test_element_types(dtype):
    dtype = np.dtype(ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype)
    x = np.arange(-1, 5).astype(np.int32).astype(dtype)
    (out,) = double((6,), dtype)([x])
    assert out.dtype == dtype
    np.testing.assert_array_equal(out, x + x)


def test_scalars_have_rank_zero():
    (out,) = double(())([np.array(3, np.float32)])
    assert out.shape == () and out == 6
    (out,) = double(())([np.float32(4)])
    assert out == 8


@pytest.mark.parametrize("offset", [0, 1, 4, 8])
def test_any_alignment_is_read_right(offset):
    memory = aligned_empty((1024 + 64,), np.float32)
    x = memory[offset : offset + 1024]
    x[:] = np.arange(1024)
    np.testing.assert_array_equal(double((1024,))([x])[0], x + x)


def test_strided_and_read_only_arguments():
    f = double((8, 8))
    x = np.arange(256, dtype=np.float32).reshape(16, 16)[::2, 1::2]
    np.testing.assert_array_equal(f([x])[0], x + x)
    x = np.asfortranarray(x.copy())
    np.testing.assert_array_equal(f([x])[0], x + x)
    y = aligned_empty((8, 8), np.float32)
    y[...] = x
    y.flags.writeable = False
    np.testing.assert_array_equal(f([y])[0], x + x)


def test_wrong_arguments_are_refused(many):
    with pytest.raises(ShapeError, match="main: expected 3 arguments but got 1"):
        many([np.zeros(4, np.float32)])
    f = double((4,))
    with pytest.raises(ShapeError, match=r"expected argument 0 to be float32\[4\] but got shape \(5,\)"):
        f([np.zeros(5, np.float32)])
    with pytest.raises(DtypeError, match=r"expected argument 0 to be float32\[4\] but got dtype int32"):
        f([np.zeros(4, np.int32)])
    with pytest.raises(UnsupportedTypeError, match=r"expected an element type of .* but got <U3"):
        Spec.of(np.array(["abc"]))


def test_unknown_entry_and_device():
    vmfb = compiler.compile_text(elementwise((4,), "float32", "arith.addf"))
    with pytest.raises(ValueError, match=r"expected a function of the module, one of .*main.* but got 'other'"):
        runtime.load(vmfb, "other", [spec((4,))], [spec((4,))])
    with pytest.raises(ValueError, match=r"expected a driver of .*local-sync.* but got 'abacus'"):
        runtime.device("abacus")


def test_device_that_does_not_work_names_the_remedy():
    with pytest.raises(CompilationError, match=r"device cuda: expected a working device but got(.|\n)*remedy"):
        runtime.device("cuda")
        pytest.skip("this machine has one")


@pytest.mark.parametrize("driver", ["local-sync", "local-task"])
def test_plain_modules_run_on_both_devices(driver):
    vmfb = compiler.compile_text(elementwise((4,), "float32", "arith.addf"))
    f = runtime.load(vmfb, "main", [spec((4,))], [spec((4,))], driver=driver)
    np.testing.assert_array_equal(f([np.float32([1, 2, 3, 4])])[0], [2, 4, 6, 8])
    assert driver in repr(f)


def test_threads_share_an_executable():
    f = double((1000,))
    wrong = []

    def call(i):
        x = np.full(1000, i, np.float32)
        wrong.extend(i for _ in range(200) if not (f([x])[0] == 2 * i).all())

    threads = [threading.Thread(target=call, args=(i,)) for i in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not wrong


def test_equal_text_gives_the_same_executable_but_for_signedness():
    assert double((6,), "int32") is double((6,), "int32")
    assert double((6,), "int32") is not double((6,), "uint32")


GENERIC = """"builtin.module"() ({
  "func.func"() <{function_type = (tensor<f32>) -> tensor<f32>, sym_name = "f.1"}> ({
  ^bb0(%x: tensor<f32>):
    "func.return"(%x) : (tensor<f32>) -> ()
  }) : () -> ()
}) : () -> ()
"""


def test_entry_is_added_to_generic_form():
    f = executable_from_text(GENERIC, "f.1", [spec(())], [spec(())])
    assert f([np.float32(5)])[0] == 5


def test_entry_keeps_names_that_only_begin_alike():
    text = "func.func private @f2() -> ()\nfunc.func @f() { call @f2() : () -> () return }"
    added = add_entry(text, "f", [], [], name="g")
    assert "@f2()" in added and "private @f$body()" in added and "public @g()" in added


def test_small_programs_run_in_the_calling_thread_and_large_ones_on_all_cores():
    def driver(text):
        return estimate_work(text, cores=4).cpu_driver

    assert driver(elementwise((1000,), "float32", "arith.addf")) == "local-sync"
    assert driver(elementwise((1000, 1000), "float32", "arith.addf")) == "local-task"
    matmul = "%r = linalg.matmul ins(%a, %b : {0}, {0}) outs(%c : {0}) -> {0}"
    assert driver(matmul.format("tensor<64x64xf32>")) == "local-sync"
    assert driver(matmul.format("tensor<512x512xf32>")) == "local-task"
    assert estimate_work(elementwise((1000, 1000), "float32", "arith.addf"), cores=1).cpu_driver == "local-sync"


def test_small_and_large_programs_agree():
    x = np.random.default_rng(0).standard_normal((1000, 1000)).astype(np.float32)
    f = double((1000, 1000))
    np.testing.assert_array_equal(f([x])[0], x + x)
