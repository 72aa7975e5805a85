# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The demo as `make demo` runs it, with fewer epochs."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_train_digits(tmp_path):
    script = ROOT / "examples/train_digits.py"
    result = subprocess.run(
        [sys.executable, str(script), "--epochs", "25", "--output", str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    accuracy = float(re.search(r"accuracy\s+([0-9.]+)", result.stdout)[1])
    assert accuracy >= 0.96
    assert "agrees   True" in result.stdout
    for stage in ("trace", "passes", "compile", "step"):
        assert re.search(rf"^{stage}\s+[0-9.]+ [mu]s", result.stdout, re.MULTILINE), stage
    assert (tmp_path / "digits.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "digits.vmfb").stat().st_size > 10_000
