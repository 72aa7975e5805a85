# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The whole table: every file of cases, loaded."""

from __future__ import annotations

import importlib
from pathlib import Path

from surface.records import TABLE

for file in sorted(Path(__file__).parent.glob("cases_*.py")):
    importlib.import_module(f"surface.{file.stem}")

__all__ = ["TABLE"]
