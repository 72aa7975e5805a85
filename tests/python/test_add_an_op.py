# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The recipe "Add an op in ten minutes" of CONTRIBUTING.md, carried out on its own text.

The record is taken from the page, generated and compiled as one small file into a scratch wg-opt, and the laws are
checked on what that tool prints: a record is enough, and the page says how to write one.
"""

import json
import os
import re
import shlex
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("WENGERT_BUILD_DIR", ROOT / "build/dev"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (BUILD / "compile_commands.json").exists(), reason="needs a build folder"),
]

SOURCE = """
#include "wg/IR/Assembly.h"
#include "wg/IR/TypeRules.h"
#include "wg/Ops/Functions.h"
#include "wg/Ops/WgOps.h"
#include "wg/Pipeline/Registration.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"

namespace wg {
#include "Functions.h.inc"
}
#define GET_OP_CLASSES
#include "Scratch.h.inc"

using namespace mlir;
using namespace wg;

#define GET_OP_CLASSES
#include "Scratch.cpp.inc"

template <typename... Ops> static void insert(Dialect &dialect) {
  (RegisteredOperationName::insert<Ops>(dialect), ...);
}

int main(int argc, char **argv) {
  DialectRegistry registry;
  registerDialects(registry);
  registerPasses();
  registry.addExtension(+[](MLIRContext *, WgDialect *dialect) {
    insert<
#define GET_OP_LIST
#include "Scratch.cpp.inc"
        >(*dialect);
  });
  return asMainReturnCode(MlirOptMain(argc, argv, "scratch", registry));
}
"""


def run(command: list[str], **options: object) -> str:
    result = subprocess.run(command, capture_output=True, text=True, **options)  # type: ignore[call-overload]
    assert result.returncode == 0, f"{shlex.join(command)}\n{result.stdout}{result.stderr}"
    return result.stdout


def record_of_the_page() -> str:
    page = (ROOT / "CONTRIBUTING.md").read_text()
    match = re.search(r"<!-- scratch-op.*?-->\n```tablegen\n(.*?)```", page, re.DOTALL)
    assert match, "CONTRIBUTING.md has lost its record"
    return match[1]


def wheel_tool(package: str, name: str) -> str:
    return str(Path(sysconfig.get_path("purelib")) / package / "bin" / name)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything that is generated from the record, and wg-opt with the op in it."""
    here = tmp_path_factory.mktemp("scratch")
    (here / "Scratch.td").write_text(f'include "wg/IR/WgBase.td"\n{record_of_the_page()}')
    mlir = Path(sysconfig.get_path("purelib")) / "mlir/include"
    includes = ["-I", str(ROOT / "dialects"), "-I", str(mlir), str(here / "Scratch.td")]
    for kind, output in [("-gen-op-decls", "Scratch.h.inc"), ("-gen-op-defs", "Scratch.cpp.inc")]:
        run([wheel_tool("mlir", "mlir-tblgen"), kind, *includes, "-o", str(here / output)])
    run([wheel_tool("llvm", "llvm-tblgen"), "--dump-json", *includes, "-o", str(here / "Ops.json")])
    generator = str(ROOT / "tools/dev/gen_from_ops.py")
    run([sys.executable, generator, "functions", str(here / "Ops.json"), "-o", str(here / "Functions.h.inc")])

    # Compiled and linked as wg-opt is.
    (here / "scratch.cpp").write_text(SOURCE)
    commands = json.loads((BUILD / "compile_commands.json").read_text())
    compile_ = next(c["command"] for c in commands if c["file"].endswith("tools/wg-opt/wg-opt.cpp"))
    source = next(c["file"] for c in commands if c["file"].endswith("tools/wg-opt/wg-opt.cpp"))
    words = [w for w in shlex.split(compile_) if not w.endswith(".o") and w not in {"-o", "-c", source}]
    run([*words, f"-I{here}", "-c", str(here / "scratch.cpp"), "-o", str(here / "scratch.o")], cwd=BUILD)
    link = run(["ninja", "-C", str(BUILD), "-t", "commands", "bin/wg-opt"]).strip().splitlines()[-1]
    link = re.sub(r"\S*wg-opt\.cpp\.o", str(here / "scratch.o"), link)
    link = link.replace("-o bin/wg-opt", f"-o {here / 'wg-opt'}")
    run(["bash", "-c", link], cwd=BUILD)
    return here


def opt(scratch: Path, text: str, *passes: str) -> str:
    return run([str(scratch / "wg-opt"), *passes, "-"], input=text)


def unary(element: str = "f32", shape: str = "3x", name: str = "f") -> str:
    tensor = f"tensor<{shape}{element}>"
    return f"func.func @{name}(%x: {tensor}) -> {tensor} {{ %y = wg.softsign %x : {tensor}  return %y : {tensor} }}"


def compiled(scratch: Path, text: str, entry: str) -> Callable[..., list[np.ndarray]]:
    """The function `entry`, through the whole pipeline and IREE; all its arguments and results are of x's type."""
    from wengert import compiler, runtime

    lowered = opt(scratch, text, "--wg-pipeline=stop-after=linalg", "--mlir-print-op-generic")
    vmfb = compiler.compile_text(lowered, target=compiler.HOST, entry_points=[entry])

    def call(*arguments: np.ndarray) -> list[np.ndarray]:
        spec = runtime.Spec(arguments[0].shape, arguments[0].dtype)
        results = 1 if entry == "f" else 2
        return runtime.load(vmfb, entry, [spec] * len(arguments), [spec] * results)(list(arguments))

    return call


def test_round_trip(scratch: Path) -> None:
    printed = opt(scratch, unary())
    assert "wg.softsign %arg0 : tensor<3xf32>" in printed
    assert opt(scratch, printed) == printed


def test_type_rule(scratch: Path) -> None:
    result = subprocess.run(
        [str(scratch / "wg-opt"), "-"], input=unary().replace("f32", "i32"), capture_output=True, text=True
    )
    assert result.returncode != 0
    assert "softsign" in result.stderr


def test_derivatives_and_batching_as_ir(scratch: Path) -> None:
    jvp = opt(scratch, unary(), "--wg-jvp=fn=f wrt=0", "--wg-simplify")
    assert "@f.jvp" in jvp
    assert "wg.square" in jvp
    vjp = opt(scratch, unary(), "--wg-vjp=fn=f wrt=0", "--wg-simplify")
    assert "@f.vjp" in vjp
    batched = opt(scratch, unary(), "--wg-batch=fn=f in-axes=0 size=8", "--wg-simplify")
    assert "wg.softsign %arg0 : tensor<8x3xf32>" in batched
    assert "wg.softsign" not in opt(scratch, unary(), "--wg-decompose")


def test_laws(scratch: Path) -> None:
    """Compiled value == NumPy reference; jvp == finite differences; <v, vjp(w)> == <jvp(v), w>."""
    numpy = json.loads((scratch / "Ops.json").read_text())["Wg_SoftsignOp"]["numpy"]
    x, v, w = np.random.default_rng(0).uniform(-3, 3, (3, 3))

    def reference(x: np.ndarray) -> np.ndarray:
        return eval(numpy, {"np": np, "x": x})

    text = unary("f64")
    (value,) = compiled(scratch, text, "f")(x)
    np.testing.assert_allclose(value, reference(x), rtol=1e-12)

    forward = opt(scratch, text, "--wg-jvp=fn=f wrt=0")
    _, tangent = compiled(scratch, forward, "f.jvp")(x, v)
    step = 1e-6
    differences = (reference(x + step * v) - reference(x - step * v)) / (2 * step)
    np.testing.assert_allclose(tangent, differences, rtol=1e-7)

    _, cotangent = compiled(scratch, opt(scratch, text, "--wg-vjp=fn=f wrt=0"), "f.vjp")(x, w)
    np.testing.assert_allclose(v @ cotangent, tangent @ w, rtol=1e-12)
