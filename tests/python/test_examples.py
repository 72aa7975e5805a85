# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the pages and the docstrings show is what happens (tools/dev/doc_examples.py says which blocks count)."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import numpy as np
import pytest

import doc_examples

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

pytestmark = pytest.mark.doctest


NUMBER = re.compile(r"-?\d+\.\d*(?:e[+-]?\d+)?")


class Checker(doctest.OutputChecker):
    """Lets the last digits of floats differ: they are the processor's, not the page's."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        if super().check_output(want, got, optionflags):
            return True
        shapes = ["".join(NUMBER.sub("#", text).split()) for text in (want, got)]
        numbers = [[float(number) for number in NUMBER.findall(text)] for text in (want, got)]
        return shapes[0] == shapes[1] and np.allclose(*numbers, rtol=1e-5, atol=1e-6)


def failures(test: doctest.DocTest) -> str:
    report: list[str] = []
    doctest.DocTestRunner(Checker(), optionflags=FLAGS).run(test, out=report.append)
    return "".join(report)


def test_checker_forgives_last_digits_only() -> None:
    assert Checker().check_output("Array([29.333334, -1.])", "Array([29.333332,\n  -1. ])", FLAGS)
    assert not Checker().check_output("Array([29.333334])", "Array([29.334334])", FLAGS)
    assert not Checker().check_output("Array([1., 2.])", "Array([1.])", FLAGS)
    assert not Checker().check_output("(2, 3)", "(2, 4)", FLAGS)


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
        module = importlib.import_module(name)
        # Examples of a part use the names of the whole: users see wengert.lax, not wengert.lax.indexing.
        names_seen = {**vars(importlib.import_module(name.rpartition(".")[0] or name)), **vars(module)}
        found += [test for test in finder.find(module, name, globs=names_seen) if test.examples]
    return found


def test_docstrings() -> None:
    found = docstrings()
    assert len(found) > 20
    assert not (reports := [report for test in found if (report := failures(test))]), "\n".join(reports)
