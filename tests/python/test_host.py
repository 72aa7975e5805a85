# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiled modules that call kernels of this process."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
import weakref

import ml_dtypes
import numpy as np
import pytest

from wengert import host, runtime
from wengert.lax._ops import OPS
from wengert.runtime import Spec


def program(calls: str, inputs: list[Spec], outputs: list[Spec], declarations: dict[str, str]) -> runtime.Executable:
    """A loaded `main` whose body is `calls`, over %a0, %a1 ...; `declarations`: a name for each host function."""
    declared = ""
    for short, name in declarations.items():
        symbol = '@"' + name.replace('"', "\\22") + '"'
        types = name.split(".", 1)[1].split("(", 1)[1].rsplit(" {", 1)[0].replace("ui", "i")
        declared += f"func.func private {symbol}({types}\n"
        calls = calls.replace(f"@{short}(", f"{symbol}(")
    parameters = ", ".join(f"%a{i}: {s.mlir_type}" for i, s in enumerate(inputs))
    results = ", ".join(s.mlir_type for s in outputs)
    text = f"{declared}func.func @main({parameters}) -> ({results}) {{\n{calls}\n}}\n"
    return runtime.executable_from_text(text, "main", inputs, outputs)


def unary(op: str, mlir: str, spec: Spec, attributes: str = "{}") -> runtime.Executable:
    """One host call of an op from a type to the same type."""
    name = f"wengert_host.{op}({mlir}) -> ({mlir}) {attributes}"
    signless = spec.mlir_type
    calls = f"%0 = func.call @f(%a0) : ({signless}) -> {signless}\nreturn %0 : {signless}"
    return program(calls, [spec], [spec], {"f": name})


TYPES = {
    "bool": "i1", "int8": "i8", "uint16": "ui16", "int32": "i32", "uint32": "ui32", "uint64": "ui64", "float16": "f16",
    "bfloat16": "bf16", "float32": "f32", "float64": "f64", "complex64": "complex<f32>", "complex128": "complex<f64>",
}  # fmt: skip


def test_every_type_travels_both_ways(monkeypatch):
    seen = []
    monkeypatch.setattr(OPS["sort"], "kernel", lambda x, *, dimension: (seen.append((x.dtype, x.shape)), x)[1])
    arrays, calls, names = [], [], {}
    for name, element in TYPES.items():
        for shape in ((2, 3), (), (0, 3)):
            x = np.arange(np.prod(shape, dtype=int)).reshape(shape).astype(np.dtype(getattr(ml_dtypes, name, name)))
            mlir = f"tensor<{''.join(f'{d}x' for d in shape)}{element}>"
            i, t = len(arrays), Spec.of(x).mlir_type
            names[f"f{i}"] = f'wengert_host.sort({mlir}) -> ({mlir}) {{"dimension":0}}'
            calls.append(f"%{i} = func.call @f{i}(%a{i}) : ({t}) -> {t}")
            arrays.append(x)
    specs = [Spec.of(x) for x in arrays]
    values = ", ".join(f"%{i}" for i in range(len(arrays)))
    calls.append(f"return {values} : {', '.join(s.mlir_type for s in specs)}")
    got = program("\n".join(calls), specs, specs, names)(arrays)
    for g, x in zip(got, arrays, strict=True):
        assert (g.dtype, g.shape) == (x.dtype, x.shape)
        np.testing.assert_array_equal(g, x)
    assert seen == [(x.dtype, x.shape) for x in arrays]


@pytest.mark.parametrize("driver", ["local-sync", "local-task"])
def test_several_calls_between_dispatches(driver):
    spec = Spec((4,), np.dtype("float32"))
    t = "tensor<4xf32>"
    calls = f"""
      %0 = arith.addf %a0, %a0 : {t}
      %1 = func.call @sin(%0) : ({t}) -> {t}
      %2 = arith.mulf %1, %a0 : {t}
      %3 = func.call @max(%2, %a0) : ({t}, {t}) -> {t}
      %4 = func.call @sin(%3) : ({t}) -> {t}
      %5 = arith.addf %4, %1 : {t}
      return %5, %1 : {t}, {t}"""
    names = {"sin": f"wengert_host.sin({t}) -> ({t}) {{}}", "max": f"wengert_host.max({t}, {t}) -> ({t}) {{}}"}
    f = program(calls, [spec], [spec, spec], names)
    f = runtime.Executable(f.vmfb, f.entry, f.inputs, f.outputs, driver=driver, storage=True, host=f.host)
    x = np.linspace(-1, 2, 4, dtype=np.float32)
    for _ in range(20):
        s = np.sin(x + x)
        got = f([x])
        np.testing.assert_allclose(got[0], np.sin(np.maximum(s * x, x)) + s, rtol=1e-6)
        np.testing.assert_allclose(got[1], s, rtol=1e-6)


def test_several_results():
    spec = Spec((3,), np.dtype("float32"))
    t = "tensor<3xf32>"
    name = f'wengert_host.sort({t}, {t}) -> ({t}, {t}) {{"dimension":0,"num_keys":1,"stable":true}}'
    calls = f"%0:2 = func.call @sort(%a0, %a1) : ({t}, {t}) -> ({t}, {t})\nreturn %0#0, %0#1 : {t}, {t}"
    f = program(calls, [spec, spec], [spec, spec], {"sort": name})
    got = f([np.array([3, 1, 2], np.float32), np.array([7, 8, 9], np.float32)])
    np.testing.assert_array_equal(got, [[1, 2, 3], [8, 9, 7]])


def failing(monkeypatch, error):
    def kernel(x):
        if x[0] < 0:
            raise error
        return np.sqrt(x)

    monkeypatch.setattr(OPS["sqrt"], "kernel", kernel)
    runtime._loaded.clear()  # with the kernel of another test
    spec = Spec((4,), np.dtype("float32"))
    return unary("sqrt", "tensor<4xf32>", spec)


def test_exceptions_come_out_as_raised(monkeypatch):
    class Singular(Exception):
        pass

    cause = KeyError("cause")
    error = Singular("the matrix is singular")
    error.__cause__ = cause
    f = failing(monkeypatch, error)
    good = np.ones(4, np.float32)
    f([good])
    for _ in range(3):
        with pytest.raises(Singular, match="the matrix is singular") as caught:
            f([-good])
        assert caught.value is error
        assert caught.value.__cause__ is cause
        assert caught.traceback[-1].name == "kernel"
        np.testing.assert_array_equal(f([good])[0], good)


def test_interrupts_come_out(monkeypatch):
    f = failing(monkeypatch, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        f([-np.ones(4, np.float32)])


def test_results_of_other_types_are_refused(monkeypatch):
    monkeypatch.setattr(OPS["cos"], "kernel", lambda x: x.astype(np.float64)[:2])
    f = unary("cos", "tensor<4xf32>", Spec((4,), np.dtype("float32")))
    with pytest.raises(TypeError, match=r"cos: expected results of types float32\[4\] but got float64\[2\]"):
        f([np.ones(4, np.float32)])


def test_kernels_may_call_compiled_functions(monkeypatch):
    """And the same one: each call has a context of its own."""
    spec = Spec((4,), np.dtype("float32"))
    depth = []

    def kernel(x):
        if len(depth) < 3:
            depth.append(1)
            return f([x])[0] + 1
        return x

    monkeypatch.setattr(OPS["tan"], "kernel", kernel)
    f = unary("tan", "tensor<4xf32>", spec)
    np.testing.assert_array_equal(f([np.zeros(4, np.float32)])[0], np.full(4, 3, np.float32))


def test_threads():
    f = unary("exp", "tensor<1000xf64>", Spec((1000,), np.dtype("float64")))
    bad = []

    def work(seed):
        x = np.random.default_rng(seed).normal(size=1000)
        if not all(np.array_equal(f([x])[0], np.exp(x)) for _ in range(30)):
            bad.append(seed)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not bad


def test_names():
    name = 'sort(tensor<2x3xui8>, tensor<complex<f32>>) -> () {"dimension":1,"num_keys":2,"stable":false}'
    f = host.parse(name)
    assert f.inputs == (((2, 3), np.dtype("uint8")), ((), np.dtype("complex64")))
    assert f.outputs == ()
    assert f.convention == "0rr_v"
    assert f.attributes == {"dimension": 1, "num_keys": 2, "stable": False}
    text = 'callee = @"wengert_host.' + name.replace('"', "\\22") + '"'
    assert host.functions_of(text + text) == [f]
    with pytest.raises(ValueError, match="expected a name such as op"):
        host.parse("sort")


def test_nothing_is_kept(monkeypatch):
    """Neither the executable nor what an exception refers to outlives its last reference."""

    def kernel(x):
        raise ValueError("no")

    monkeypatch.setattr(OPS["log"], "kernel", kernel)
    f = unary("log", "tensor<4xf32>", Spec((4,), np.dtype("float32")))
    runtime._loaded.clear()

    class Witness:
        pass

    witness = Witness()
    f.witness = witness
    alive = weakref.ref(witness)
    with pytest.raises(ValueError, match="no"):
        f([-np.ones(4, np.float32)])
    del f, witness
    gc.collect()
    assert alive() is None


SCRIPT = """
import sys, numpy as np
sys.path.insert(0, {tests!r})
from test_host import unary, Spec
from wengert import compiler
f = unary("sinh", "tensor<7xf32>", Spec((7,), np.dtype("float32")))
print(f([np.ones(7, np.float32)])[0][0] == np.sinh(np.float32(1)), compiler.statistics.disk_hits)
"""


def test_a_cached_module_finds_its_functions(tmp_path):
    """A new process takes the module from the disk cache and provides what it imports; nothing is leaked at its end."""
    import os

    environment = {**os.environ, "WENGERT_CACHE_DIR": str(tmp_path)}
    said = []
    for _ in range(2):
        command = [sys.executable, "-c", SCRIPT.format(tests=os.path.dirname(__file__))]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
        said.append(done.stdout.split())
        assert "leaked" not in done.stderr
    assert said == [["True", "0"], ["True", "1"]]
