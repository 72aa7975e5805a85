# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the pages and the docstrings show is what happens (tools/dev/doc_examples.py says which blocks count)."""

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import doc_examples

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

pytestmark = pytest.mark.doctest


def failures(test: doctest.DocTest) -> str:
    report: list[str] = []
    doctest.DocTestRunner(optionflags=FLAGS).run(test, out=report.append)
    return "".join(report)


def name_of(page: Path) -> str:
    return page.relative_to(doc_examples.ROOT).as_posix()


PAGES = {name_of(page): page for page in doc_examples.pages()}
COMMANDS = [(name, *pair) for name, page in PAGES.items() for pair in doc_examples.commands(page)]


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if doc_examples.statements(page)])
def test_page(name: str) -> None:
    page = PAGES[name]
    test = doctest.DocTest(doc_examples.statements(page), {"__name__": "__main__"}, name, str(page), 0, None)
    assert not (report := failures(test)), report


@pytest.mark.parametrize(("page", "command", "expected"), COMMANDS, ids=[f"{p}:{c[:50]}" for p, c, _ in COMMANDS])
def test_command(page: str, command: str, expected: str) -> None:
    printed = doc_examples.run_command(command)
    remedy = f"if that is right: python tools/dev/doc_examples.py {page}"
    assert doctest.OutputChecker().check_output(expected, printed, FLAGS), f"$ {command}\n{printed}\n{remedy}"


def docstrings() -> list[doctest.DocTest]:
    wengert = importlib.import_module("wengert")
    finder = doctest.DocTestFinder(exclude_empty=True)
    found: list[doctest.DocTest] = []
    names = ["wengert", *(info.name for info in pkgutil.walk_packages(wengert.__path__, "wengert.", lambda name: None))]
    for name in names:
        # wengert.mlir is MLIR's own code but for its front page.
        if name.split(".")[1:2] in (["__main__"], ["_native"]) or name.startswith("wengert.mlir."):
            continue
        found += [test for test in finder.find(importlib.import_module(name), name) if test.examples]
    return found


def test_docstrings() -> None:
    found = docstrings()
    assert len(found) > 20
    assert not (reports := [report for test in found if (report := failures(test))]), "\n".join(reports)
