#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The examples of the Markdown pages: found for the tests, and run anew to write down what they print.

In blocks marked `pycon` the statements are run, in one namespace a page; in blocks marked `console`, the commands that
begin with `$ wg-opt`, `$ wengert` or `$ cat`, from the root of the repository.

    doc_examples.py README.md docs/tutorials/*.md     rewrite the outputs in these pages (then read the difference)
"""

import contextlib
import doctest
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("WENGERT_BUILD_DIR", ROOT / "build/dev"))
RUNNABLE = ("wg-opt ", "wengert ", "cat ")


def pages() -> list[Path]:
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "dialects/wg/README.md", *ROOT.glob("docs/**/*.md")]
    return sorted(page for page in found if page.exists())


def fence(language: str) -> re.Pattern[str]:
    return re.compile(rf"^```{language}\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def statements(page: Path) -> list[doctest.Example]:
    """The statements of a page with what they are said to print, with line numbers of the page."""
    text = page.read_text()
    found: list[doctest.Example] = []
    for block in fence("pycon").finditer(text):
        examples = doctest.DocTestParser().get_examples(block[1], str(page))
        for example in examples:
            example.lineno += text.count("\n", 0, block.start()) + 1
        found += examples
    return found


def split_console(block: str) -> Iterator[tuple[str, str]]:
    """(command, output) of a console block; a line that ends in a backslash goes on."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        head = re.match(r"(?:[^\n]*\\\n)*[^\n]*\n?", part)
        assert head
        yield head[0].strip(), part[head.end() :]


def commands(page: Path) -> list[tuple[str, str]]:
    blocks = fence("console").finditer(page.read_text())
    return [pair for block in blocks for pair in split_console(block[1]) if f"{pair[0]} ".startswith(RUNNABLE)]


def run_command(command: str) -> str:
    path = os.pathsep.join([str(BUILD / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT / "python")}
    result = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=ROOT, env=environment)
    return result.stdout + result.stderr


def rewritten_console(block: re.Match[str]) -> str:
    parts = []
    for command, output in split_console(block[1]):
        text = run_command(command).strip("\n") + "\n" if f"{command} ".startswith(RUNNABLE) else output
        parts.append(f"$ {command}\n{text if text.strip() else ''}")
    return "```console\n" + "".join(parts) + "```"


def rewritten_pycon(block: re.Match[str], namespace: dict[str, object]) -> str:
    lines = []
    for example in doctest.DocTestParser().get_examples(block[1]):
        first, *rest = example.source.rstrip("\n").split("\n")
        lines += [f">>> {first}", *(f"... {line}".rstrip() for line in rest)]
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                exec(compile(example.source, "<page>", "single"), namespace)
        except Exception as error:
            if not example.exc_msg:
                raise
            printed.write(f"Traceback (most recent call last):\n    ...\n{type(error).__module__}.{error!r}")
        # What was abbreviated stays so.
        text = example.want if "..." in example.want else printed.getvalue()
        if text.strip():
            lines += [line.rstrip() or "<BLANKLINE>" for line in text.rstrip("\n").split("\n")]
    return "```pycon\n" + "\n".join(lines) + "\n```"


def rewrite(page: Path) -> None:
    namespace: dict[str, object] = {"__name__": "__main__"}
    text = fence("console").sub(rewritten_console, page.read_text())
    page.write_text(fence("pycon").sub(lambda block: rewritten_pycon(block, namespace), text))


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT / "python"))
    for name in sys.argv[1:]:
        rewrite(Path(name))
