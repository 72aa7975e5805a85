# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The checks of tools/dev can fail, and say what to do."""

import subprocess
import sys
from pathlib import Path

import pytest

import check_layers
import requirements

ROOT = Path(__file__).resolve().parents[2]


def violations(tmp_path: Path, name: str, text: str) -> list[str]:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return [*check_layers.cpp_violations(tmp_path), *check_layers.python_violations(tmp_path)]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("dialects/wg/IR/A.cpp", '#include "wg/Transforms/Passes.h"', "Transforms is a later layer"),
        ("dialects/wg/Ops/A.h", '#include "mlir/Dialect/Linalg/IR/Linalg.h"', "do not know what they are lowered to"),
        ("dialects/wg/CAPI/A.cpp", "#include <nanobind/nanobind.h>", "nothing in dialects/ knows Python"),
        ("python/native/a.cpp", '#include "wg/IR/Expr.h"', "see only wg/CAPI/"),
        ("python/native/a.cpp", '#include "mlir/IR/Value.h"', "through mlir-c/ only"),
        ("python/wengert/trace.py", "from . import numpy\n", "trace must not import wengert.numpy"),
        ("python/wengert/array.py", "from .api import jit\n", "api is a later layer"),
        ("python/wengert/numpy/a.py", "from ..cli import main\n", "cli is a later layer"),
        ("python/wengert/nn/a.py", "def f():\n    import iree.runtime\n", "only runtime does"),
        ("python/wengert/runtime.py", "import iree.runtime as rt\n", "inside a function"),
        ("python/wengert/novel.py", "", "novel has no layer"),
    ],
)
def test_layer_violation(tmp_path: Path, name: str, text: str, message: str) -> None:
    found = violations(tmp_path, name, text)
    assert len(found) == 1, found
    assert found[0].startswith(name)
    assert message in found[0]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("dialects/wg/Pipeline/A.cpp", '#include "wg/Lowering/A.h"\n#include "wg/IR/B.h"'),
        ("dialects/wg/Lowering/A.cpp", '#include "mlir/Dialect/Linalg/IR/Linalg.h"'),
        ("python/wengert/array.py", "def f():\n    from . import numpy\n"),
        ("python/wengert/array.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .trace import T\n"),
        ("python/wengert/runtime.py", "def f():\n    import iree.runtime as rt\n"),
        ("python/wengert/__init__.py", "from .api import jit\nfrom . import numpy\n"),
    ],
)
def test_layer_allowed(tmp_path: Path, name: str, text: str) -> None:
    assert violations(tmp_path, name, text) == []


def test_this_tree_keeps_its_layers() -> None:
    assert [*check_layers.cpp_violations(ROOT), *check_layers.python_violations(ROOT)] == []


def test_sources_carry_the_licence() -> None:
    result = subprocess.run([sys.executable, ROOT / "tools/dev/check_sources.py"], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


def test_requirements_resolve_nested_extras() -> None:
    lines = requirements.requirements(["build", "run", "dev"])
    assert len(lines) == len(set(lines))
    assert not any(line.startswith("wengert") for line in lines)
    assert sum(line.startswith(("xtc-", "iree-")) and "==" in line for line in lines) == 6


def test_reference_pages_show_every_op(tmp_path: Path) -> None:
    import gen_reference

    gen_reference.write(tmp_path)
    index = (tmp_path / "index.md").read_text()
    for name, record in gen_reference.RECORDS.items():
        assert f"[{name}]" in index
        page = (tmp_path / f"{record.family.lower()}.md").read_text()
        section = page.split(f"\n## {name}\n")[1].split("\n## ")[0]
        assert f"wg.{name} " in section, "no example"
        assert record.reference in section
        assert record.summary, f"{name} has no summary"
