# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`--type-matrix FILE` writes which op passed on which type, for tools/dev/type_matrix.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

# A test says what it has shown with record_property("types", [(op or target, type, what), ...]).
_SHOWN: list[tuple[str, str, str]] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--type-matrix", metavar="FILE", help="write which op passed on which type")


def pytest_runtest_logreport(report: Any) -> None:
    if report.when == "call" and report.passed:
        for name, value in report.user_properties:
            if name == "types":
                _SHOWN.extend(map(tuple, value))


def pytest_sessionfinish(session: pytest.Session) -> None:
    path = session.config.getoption("--type-matrix")
    if not path or hasattr(session.config, "workerinput"):
        return
    file = Path(path)
    results = json.loads(file.read_text()) if file.exists() else {"ops": {}, "targets": {}}
    ops: dict[str, set[str]] = {op: set(types) for op, types in results["ops"].items()}
    for subject, dtype, what in _SHOWN:
        if what == "passed":
            ops.setdefault(subject, set()).add(dtype)
        else:
            results["targets"].setdefault(subject, {})[dtype] = what
    results["ops"] = {op: sorted(types) for op, types in sorted(ops.items())}
    results["targets"] = {t: dict(sorted(types.items())) for t, types in sorted(results["targets"].items())}
    file.write_text(json.dumps(results, indent=1) + "\n")
