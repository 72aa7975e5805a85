# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the lit tests (tests/**/*.mlir), so that one command runs everything."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("WENGERT_BUILD_DIR", ROOT / "build/dev"))


def run_lit(*arguments: str) -> subprocess.CompletedProcess[str]:
    site = BUILD / "tests/lit.site.cfg.py"
    suite = site.parent if site.exists() else ROOT / "tests"
    return subprocess.run(
        [sys.executable, "-c", "from lit.main import main; main()", *arguments, str(suite)],
        capture_output=True, text=True, cwd=ROOT,
    )  # fmt: skip


@pytest.mark.skipif(not (BUILD / "bin/wg-opt").exists(), reason="wg-opt is not built")
def test_lit() -> None:
    result = run_lit("-j2", "--quiet", "--verbose")
    assert result.returncode == 0, result.stdout + result.stderr
