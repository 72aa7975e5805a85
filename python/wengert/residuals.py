# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What reverse mode saves between the forward and the backward pass: which values, how large, from which lines."""

from __future__ import annotations

import inspect
import linecache
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wengert import dtypes, trace
from wengert.avals import ShapedArray
from wengert.frames import api_boundary
from wengert.functions import name_of
from wengert.interpreter import short_name
from wengert.trace import from_native, operand, trace_function
from wengert.trees import keystr, tree_flatten, tree_flatten_with_path, tree_unflatten


@dataclass(frozen=True)
class Residual:
    """A value that is saved.

    Attributes:
      aval: its shape and dtype.
      op: the op that computes it; None for an argument or a captured array.
      argument: the argument that it is, e.g. `params['w']`; "a captured array"; None for a computed value.
      name: the name that `checkpoint_name` gave it.
      file, line: where in the user's program it is computed.
      source: that line.
    """

    aval: ShapedArray
    op: str | None = None
    argument: str | None = None
    name: str | None = None
    file: str | None = None
    line: int | None = None

    @property
    def num_bytes(self) -> int:
        return self.aval.size * self.aval.dtype.itemsize

    @property
    def source(self) -> str:
        return linecache.getline(self.file, self.line).strip() if self.file and self.line else ""

    @property
    def origin(self) -> str:
        """What it is, in words."""
        if self.op is None:
            return self.argument or "a constant"
        return f"{self.op} {self.name!r}" if self.name is not None else self.op

    @property
    def where(self) -> str:
        return f"{Path(self.file).name}:{self.line}" if self.file else ""


class Residuals(Sequence[Residual]):
    """What is saved, the largest first. It prints as a table, which `show` draws with colours on a terminal.

    Attributes:
      function: the name of the function.
      entries: the saved values.
    """

    def __init__(self, function: str, entries: Sequence[Residual]):
        self.function = function
        self.entries = sorted(entries, key=lambda r: -r.num_bytes)

    def __len__(self) -> int:
        return len(self.entries)

    def __getitem__(self, i: Any) -> Any:
        return self.entries[i]

    def __iter__(self) -> Iterator[Residual]:
        return iter(self.entries)

    @property
    def num_bytes(self) -> int:
        """The size of all of them together."""
        return sum(r.num_bytes for r in self.entries)

    def _title(self) -> str:
        count = f"{len(self.entries)} value{'s' * (len(self.entries) != 1)}"
        return f"{self.function} saves {count} for its derivative, {size_text(self.num_bytes)}"

    def _rows(self) -> list[tuple[str, ...]]:
        return [(size_text(r.num_bytes), r.aval.str_short(), r.origin, r.where, r.source) for r in self.entries]

    def __str__(self) -> str:
        rows = self._rows()
        if not rows:
            return self._title()
        widths = [max(len(row[i]) for row in rows) for i in range(4)]
        lines = []
        for size, *rest in rows:
            cells = [size.rjust(widths[0]), *(x.ljust(w) for x, w in zip(rest, widths[1:], strict=False)), rest[-1]]
            lines.append("  " + "  ".join(cells).rstrip())
        return "\n".join([self._title(), *lines])

    __repr__ = __str__

    def show(self, file: Any = None) -> None:
        """Print it: with rich on a terminal, as plain text otherwise."""
        file = file or sys.stdout
        if not (hasattr(file, "isatty") and file.isatty()):
            print(self, file=file)
            return
        from rich.console import Console
        from rich.table import Table
        from rich.text import Text

        table = Table(title=self._title(), title_justify="left", header_style="bold")
        for heading, justify in (
            ("size", "right"),
            ("type", "left"),
            ("what", "left"),
            ("where", "left"),
            ("line", "left"),
        ):
            table.add_column(heading, justify=justify, style="dim" if heading == "line" else None)  # type: ignore[arg-type]
        for row in self._rows():
            table.add_row(*[Text(cell) for cell in row])
        Console(file=file).print(table)


def size_text(count: int) -> str:
    """A number of bytes for people.

    >>> size_text(2048)
    '2.0 KiB'
    """
    size = float(count)
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024 or unit == "GiB":
            return f"{count} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    raise AssertionError


def explain_residuals(fun: Callable[..., Any]) -> Callable[..., Residuals]:
    """A function of the arguments of `fun` that tells what the reverse-mode derivative of `fun` saves there.

    All floating arguments count as differentiated. Calls, also of checkpointed functions, are looked into; what is
    needed twice is listed once. The result is a sequence of `Residual` that prints as a table.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> saved = wg.explain_residuals(lambda x: wnp.sum(wnp.exp(wnp.sin(x))))(wnp.ones(1000))
    >>> [(r.op, r.num_bytes) for r in saved]
    [('cos', 4000), ('exp', 4000)]
    """
    if not callable(fun):
        raise TypeError(f"explain_residuals: expected a function but got {type(fun).__name__}")

    @api_boundary
    def explained(*args: Any, **kwargs: Any) -> Residuals:
        return Residuals(name_of(fun), _residuals(fun, args, kwargs))

    return explained


def print_saved_residuals(fun: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """Print what the reverse-mode derivative of `fun` saves, a line for each value, as `jax.ad_checkpoint` does.

    >>> import wengert.numpy as wnp
    >>> print_saved_residuals(lambda x: 3.0 * x**2, 2.0)
    f32[] from the argument x
    """
    for r in _residuals(fun, args, kwargs):
        what = f"output of {r.origin}" if r.op else "from a captured array" if r.argument == _CAPTURED else None
        what = what or (f"from the argument {r.argument}" if r.argument else "from a constant")
        print(r.aval.str_short(), what + (f" from {r.file}:{r.line}" if r.file else ""))


_CAPTURED = "a captured array"


def _residuals(fun: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> list[Residual]:
    from wengert import _native

    paths, in_tree = tree_flatten_with_path((tuple(args), kwargs))
    operands = [operand(x) for _, x in paths]

    def flat(*tracers: Any) -> list[Any]:
        new, keywords = tree_unflatten(in_tree, tracers)
        return tree_flatten(fun(*new, **keywords))[0]

    function = trace_function(flat, operands, "vjp", f"explain_residuals({name_of(fun)})", name_of(fun))
    wrt = [i for i, x in enumerate(operands) if dtypes.is_inexact(x.dtype)]
    split, module = _native.Module(), _native.Module()
    try:
        forward, *_ = split.linearize(split.merge(function.module, function.name), wrt)
        name = module.publish(module.merge(split, forward))
        module.run("wg-simplify{inline-jit=true}")
    except Exception as error:
        raise trace.native_failure(error, "explain_residuals") from None
    names = [_argument(fun, path) for path, _ in paths] + [_CAPTURED] * len(function.captures)
    return _entries(module, name, names, len(function.out_avals))


def _argument(fun: Callable[..., Any], path: Sequence[Any]) -> str:
    """The leaf of an argument as the program writes it."""
    which, first, *rest = path
    if getattr(which, "idx", None) != 0:
        return f"{first.key}{keystr(tuple(rest))}"
    place: int = first.idx
    try:
        parameters = list(inspect.signature(fun).parameters.values())
    except (TypeError, ValueError):  # a function that does not tell
        parameters = []
    variadic = next((i for i, p in enumerate(parameters) if p.kind is p.VAR_POSITIONAL), len(parameters))
    if place < variadic:
        name = parameters[place].name
    elif variadic < len(parameters):
        name = f"{parameters[variadic].name}[{place - variadic}]"
    else:
        name = f"argument {place}"
    return f"{name}{keystr(tuple(rest))}"


def _entries(module: Any, name: str, arguments: Sequence[str], num_outs: int) -> list[Residual]:
    """The results of a forward function after the first `num_outs`, each once."""
    instructions, argument_ids, results = module.program(name)[:3]
    types = module.value_types(name)
    made = {i: (op, operands, attrs, line) for op, operands, outs, attrs, line, *_ in instructions for i in outs}
    place = {id_: i for i, id_ in enumerate(argument_ids)}
    entries = []
    for i in dict.fromkeys(results[num_outs:]):
        aval = from_native(types[i])
        if i in place:
            entries.append(Residual(aval, argument=arguments[place[i]]))
            continue
        op, _, attrs, line = made[i]
        op = short_name(op)
        if op == "constant":
            continue
        file, number = line[:2] if line else (None, None)
        given = attrs.get("name") if op == "checkpoint_name" else None
        entries.append(Residual(aval, op, name=given, file=file, line=number))
    return entries
