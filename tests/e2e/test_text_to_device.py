# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""From text to numbers without Python: wg-opt, iree-compile, iree-run-module on a program that asks its gradient."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("WENGERT_BUILD_DIR", ROOT / "build/dev"))
FLAGS = (
    "--iree-hal-target-device=local",
    "--iree-hal-local-target-device-backends=llvm-cpu",
    "--iree-llvmcpu-target-cpu=host",
    "--iree-input-demote-f64-to-f32=false",
)


def run(*command: str) -> str:
    """The standard output of a tool of the build or of the environment."""
    folders = os.pathsep.join([str(BUILD / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    tool = shutil.which(command[0], path=folders)
    assert tool, f"{command[0]} is not there: run make build"
    result = subprocess.run([tool, *command[1:]], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize("name", ["gradient"])
def test_text_to_device(name, tmp_path):
    source = str(ROOT / f"examples/ir/{name}.mlir")
    assert "wg.vjp" in run("wg-opt", source, "--wg-pipeline=stop-after=traced")
    expanded = run("wg-opt", source, "--wg-pipeline=stop-after=simplified")
    assert "wg.vjp" not in expanded and "wg.cos" in expanded
    linalg, module = tmp_path / "linalg.mlir", tmp_path / "module.vmfb"
    run("wg-opt", source, "--wg-pipeline", "--mlir-print-op-generic", "-o", str(linalg))
    run("iree-compile", *FLAGS, str(linalg), "-o", str(module))
    out = run(
        "iree-run-module", f"--module={module}", "--device=local-sync", "--function=main", "--input=4xf32=0,1,2,3"
    )
    numbers = [float(w) for w in re.search(r"4xf32=(.*)", out)[1].split()]
    x = np.arange(4.0)
    np.testing.assert_allclose(numbers, np.sin(x) + x * np.cos(x), rtol=1e-5, atol=1e-6)
