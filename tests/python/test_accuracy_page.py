# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""docs/reference/accuracy.md has every function that is measured, within its limit."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools/dev"))

import ulp_table
from wengert.lax._records import RECORDS


def test_page_has_every_function_within_its_limit():
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", ulp_table.PAGE.read_text(), re.MULTILINE))
    functions = {**ulp_table.ELEMENTARY, **ulp_table.SPECIAL}
    assert set(rows) == set(functions)
    for name, row in rows.items():
        cells = row.split(" | ")
        assert max(float(cells[0]), float(cells[2])) <= functions[name].limit, (name, row)


def test_measured_functions_are_ops():
    assert {*ulp_table.ELEMENTARY, *ulp_table.SPECIAL} <= set(RECORDS)


def test_few_numbers_are_measured_well():
    """The tool works, and the functions of a few numbers are within the limit."""
    known = {**ulp_table.ELEMENTARY, **ulp_table.SPECIAL}
    functions = {name: known[name] for name in ("sin", "erf_inv", "expm1", "pow", "digamma", "polygamma", "igamma")}
    for name, row in ulp_table.measure(functions, 60).items():
        assert all(0 < error <= functions[name].limit for error, _ in row.values()), (name, row)
