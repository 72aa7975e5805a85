# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the documentation and the docstrings show is what happens.

In Markdown, blocks marked `pycon` are run as doctests, one namespace a file; in blocks marked `console`, commands that
begin with `$ wg-opt` or `$ wengert` are run from the root of the repository and their output is compared.
"""

import doctest
import importlib
import os
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("WENGERT_BUILD_DIR", ROOT / "build/dev"))
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE

pytestmark = pytest.mark.doctest


def fences(text: str, language: str) -> Iterator[tuple[int, str]]:
    """(line, content) of the fenced blocks of one language."""
    for match in re.finditer(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield text.count("\n", 0, match.start()) + 1, match[1]


def pages() -> list[Path]:
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "dialects/wg/README.md", *ROOT.glob("docs/**/*.md")]
    return sorted(page for page in found if page.exists())


def run_doctest(test: doctest.DocTest) -> None:
    if not test.examples:
        pytest.skip("no examples")
    report: list[str] = []
    doctest.DocTestRunner(optionflags=FLAGS).run(test, out=report.append)
    assert not report, "".join(report)


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_page(page: Path) -> None:
    text = page.read_text()
    examples: list[doctest.Example] = []
    for line, block in fences(text, "pycon"):
        parsed = doctest.DocTestParser().get_examples(block, str(page))
        for example in parsed:
            example.lineno += line
        examples += parsed
    run_doctest(doctest.DocTest(examples, {"__name__": "__main__"}, page.name, str(page), 0, None))


def commands() -> list[tuple[str, str, str]]:
    found = []
    for page in pages():
        for _, block in fences(page.read_text(), "console"):
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                # A line that ends in a backslash goes on.
                head = re.match(r"(?:[^\n]*\\\n)*[^\n]*\n?", part)
                assert head
                if part.startswith(("wg-opt ", "wengert ", "mlir-opt ")):
                    found.append((page.relative_to(ROOT).as_posix(), head[0].strip(), part[head.end() :]))
    return found


@pytest.mark.parametrize(("page", "command", "expected"), commands(), ids=[f"{p}:{c[:50]}" for p, c, _ in commands()])
def test_command(page: str, command: str, expected: str) -> None:
    path = os.pathsep.join([str(BUILD / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT / "python")}
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, env=environment)
    got = result.stdout + result.stderr
    assert doctest.OutputChecker().check_output(expected, got, FLAGS), f"{page}: $ {command}\nprinted:\n{got}"


def docstrings() -> list[doctest.DocTest]:
    wengert = importlib.import_module("wengert")
    finder = doctest.DocTestFinder(exclude_empty=True)
    found: list[doctest.DocTest] = []
    names = ["wengert", *(info.name for info in pkgutil.walk_packages(wengert.__path__, "wengert.", lambda name: None))]
    for name in names:
        if name.split(".")[1:2] in (["mlir"], ["__main__"], ["_native"]):
            continue
        found += [test for test in finder.find(importlib.import_module(name), name) if test.examples]
    return found


def test_docstrings(subtests: pytest.Subtests) -> None:
    for test in docstrings():
        with subtests.test(test.name):
            run_doctest(test)
