# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The programs inside documents that were exported or scraped: notebooks, notes whose lines were joined, slides.

Nothing is translated: what the making of the document has taken from a program (the borders between code and output,
line breaks, indentation) is put back by rules, and the program runs as its author wrote it.
"""

from __future__ import annotations

import ast
import contextlib
import io
import math
import re
import textwrap
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from printed import NUMBER


@dataclass
class Cell:
    """A piece of a program, and what the document shows after it (paragraphs: output, prose or both).

    A notebook shows the value of the last expression, other programs do not.
    """

    name: str
    code: str
    after: list[str] = field(default_factory=list)
    shows_value: bool = False


# ---------------------------------------------------------------------------------------------------------------------
# Notebooks as text: "In [n]:", the code, an empty line, the output, prose


def _parses(code: str) -> bool:
    try:
        ast.parse(re.sub(r"^(\s*)[%!].*", r"\1pass", code, flags=re.M))
    except SyntaxError:
        return False
    return True


def _is_output(paragraph: str) -> bool:
    """Whether a paragraph that reads as Python is a printed value: numbers, or `Array(...)`, which nobody types."""
    tree = ast.parse(re.sub(r"^(\s*)[%!].*", r"\1pass", paragraph, flags=re.M))
    arrays = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
    if "Array" in arrays:
        return True
    values = [_shown_value(s) for s in tree.body]
    return bool(values) and all(v is not None and _constant(v) for v in values)


def _shown_value(statement: ast.stmt) -> ast.expr | None:
    if isinstance(statement, ast.AnnAssign) and statement.value is None:
        return statement.annotation  # "b_grad: -0.29" reads as an annotation
    return statement.value if isinstance(statement, ast.Expr) else None


def _constant(node: ast.expr) -> bool:
    inside = ast.Name | ast.Call | ast.Attribute | ast.Subscript
    return not any(isinstance(n, inside) for n in ast.walk(node))


def notebook(text: str) -> list[Cell]:
    """The cells of a notebook that was exported as text."""
    pieces = re.split(r"^In \[(\d+)\]:[ \t]*\n", text, flags=re.M)
    cells = []
    for number, body in zip(pieces[1::2], pieces[2::2], strict=True):
        # A line of blanks inside an output does not end it.
        paragraphs = [p for p in re.split(r"\n{2,}", body.strip("\n")) if p.strip()]
        taken = 0
        while taken < len(paragraphs) and _parses("\n\n".join(paragraphs[: taken + 1])):
            if taken and _parses(paragraphs[taken]) and _is_output(paragraphs[taken]):
                break
            taken += 1
        cells.append(Cell(f"In [{number}]", "\n\n".join(paragraphs[:taken]), paragraphs[taken:], True))
    return cells


# ---------------------------------------------------------------------------------------------------------------------
# Notes in which every program has become one line


def _statement(text: str) -> str:
    """What a piece of a line can be: "simple", "head" (of a compound statement), "comment", or "" for nothing."""
    if text.startswith("#"):
        return "comment" if text.count("#") == 1 else ""
    if "#" in text:
        return ""
    try:
        if text.endswith(":"):
            body = ast.parse(f"if x: pass\n{text} pass" if text == "else:" else f"{text} pass").body
            return "head" if isinstance(body[-1], ast.If | ast.For | ast.While | ast.With | ast.FunctionDef) else ""
        body = ast.parse(text).body
    except SyntaxError:
        return ""
    if len(body) != 1 or (isinstance(body[0], ast.Expr) and not isinstance(body[0].value, ast.Call)):
        return ""  # words of a comment are names to Python, and no statement that anybody writes
    return "simple" if not isinstance(body[0], ast.If | ast.For | ast.FunctionDef) else ""


def statements(line: str) -> list[tuple[str, str]]:
    """The statements of a program whose line breaks are lost, with their kinds.

    Of all ways to cut the line into statements, heads and comments, the one that leaves least to comments, then the
    one with the fewest statements.
    """
    cuts = [0, *[m.end() for m in re.finditer(r"\s+", line)], len(line) + 1]
    best: list[Any] = [(0, 0, None, "")] + [None] * (len(cuts) - 1)
    for end in range(1, len(cuts)):
        for start in range(end):
            if best[start] is None:
                continue
            text = line[cuts[start] : cuts[end]].strip()
            kind = _statement(text)
            # A head needs something after it; a comment ends where a comment or a statement begins.
            if kind and not (kind == "head" and end == len(cuts) - 1):
                cost = (best[start][0] + (len(text) if kind == "comment" else 0), best[start][1] + 1, start, kind)
                if best[end] is None or cost[:2] < best[end][:2]:
                    best[end] = cost
    if best[-1] is None:
        return []
    found, end = [], len(cuts) - 1
    while end:
        _, _, start, kind = best[end]
        found.append((kind, line[cuts[start] : cuts[end]].strip()))
        end = start
    return found[::-1]


def with_lines(line: str) -> str:
    """The program of `statements`, indented: what a head opens goes on until a return, or to the end."""
    lines, depth = [], 0
    heads: list[int] = []  # the depths of the heads that are open
    for kind, text in statements(line):
        if text in ("else:",) or text.startswith("elif "):
            depth = heads[-1] if heads else 0
        elif kind == "comment" or text.startswith("def "):
            depth = depth if heads and not lines[-1].lstrip().startswith("return") else 0
        lines.append("    " * depth + text)
        if kind == "head":
            heads = [*[h for h in heads if h < depth], depth]
            depth += 1
        elif text.startswith("return"):
            # The innermost suite ends. What follows is its `else`, or stands at the top again.
            depth = 0
    return "\n".join(lines)


def joined(text: str) -> list[Cell]:
    """The programs of a note in which each is one line that begins with an import."""
    lines = [line for line in text.splitlines() if re.match(r"(from \w[\w.]* import|import \w)", line)]
    return [Cell(f"block {i}", with_lines(line)) for i, line in enumerate(lines, 1)]


# ---------------------------------------------------------------------------------------------------------------------
# Slides: fenced blocks, with numbered lines and with dots for the blanks that an editor shows


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def slides(text: str) -> list[Cell]:
    """The fenced blocks."""
    cells = []
    for i, block in enumerate(re.findall(r"^```\w*\n(.*?)^```", text, flags=re.M | re.S), 1):
        lines = block.replace("·", " ").splitlines()
        ways: list[Any] = [None]
        if all(re.match(r"\s*\d+\b", line) for line in lines):
            ways = ["", _blank]  # what follows a number stands in a column of its own, or right after it
        found = []
        for way in ways:
            cut = lines if way is None else [re.sub(r"^\s*\d+", way, line) for line in lines]
            cut = [re.sub(r"^[ .]*\.{3}[ .]*(?=\S)", _blank, line).rstrip() for line in cut]
            found.append(textwrap.dedent("\n".join(cut)))
        cells.append(Cell(f"block {i}", next(filter(_parses, found), found[0])))
    return cells


FORMS: dict[str, Callable[[str], list[Cell]]] = {"notebook": notebook, "joined": joined, "slides": slides}

# ---------------------------------------------------------------------------------------------------------------------
# Running


def _magics(code: str) -> str:
    """IPython's `%timeit [options] statement` as a call; nothing else is used."""

    def call(match: re.Match[str]) -> str:
        return f"{match[1]}__timeit__({match[2]!r})"

    return re.sub(r"^(\s*)%timeit\s+((?:-\w+\s*)*.*)$", call, code, flags=re.M)


def run(cell: Cell, namespace: dict[str, Any]) -> str:
    """What a cell prints."""

    def timeit(command: str) -> None:
        start = time.perf_counter()
        exec(re.sub(r"^(-\w+\s+)*", "", command), namespace)
        print(f"{1e3 * (time.perf_counter() - start):.2f} ms per loop")

    namespace.update(__name__="__main__", __timeit__=timeit)
    tree = ast.parse(_magics(cell.code))
    last = None
    if cell.shows_value and tree.body and isinstance(tree.body[-1], ast.Expr):
        last = ast.Expression(tree.body.pop().value)  # type: ignore[attr-defined]
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, cell.name, "exec"), namespace)
        value = None if last is None else eval(compile(last, cell.name, "eval"), namespace)
    return printed.getvalue() + ("" if value is None else f"{value!r}\n")


# ---------------------------------------------------------------------------------------------------------------------
# Comparing


def _tokens(text: str) -> list[str]:
    return re.findall(rf"{NUMBER.pattern}|\w+|[^\w\s]", text)


def _equal(got: list[str], wanted: list[str], rtol: float, atol: float) -> bool:
    for g, w in zip(got, wanted, strict=True):
        if g != w and not (NUMBER.fullmatch(g) and NUMBER.fullmatch(w) and math.isclose(
            float(g), float(w), rel_tol=rtol, abs_tol=atol
        )):  # fmt: skip
            return False
    return True


def compare(got: str, cell: Cell, *, rtol: float = 2e-5, atol: float = 1e-6) -> str:
    """How what a cell has printed stands to its document.

    "same"; "cut": the document breaks off, and is the same until there; "silent": nothing was printed; "different":
    the document shows something else, or nothing. Numbers are compared to tolerances, white space is not.
    """
    printed = _tokens(got)
    if not printed:
        return "silent"
    for count in range(len(cell.after), 0, -1):
        wanted = _tokens("\n".join(cell.after[:count]))
        if len(wanted) == len(printed) and _equal(printed, wanted, rtol, atol):
            return "same"
        whole = wanted[:-1]  # the last number may be cut too
        if len(wanted) < len(printed) and whole and _equal(printed[: len(whole)], whole, rtol, atol):
            return "cut"
    return "different"
