# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""docs/reference/types.md has every op on every type that its record lists."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools/dev"))

import type_matrix


def test_page_is_current():
    found = type_matrix.problems(json.loads(type_matrix.RESULTS.read_text()))
    assert not found, "\n".join(found)
