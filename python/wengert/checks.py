# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks in programs: what `wengert.checkify` and the indexing of arrays record as `wg.check`."""

from __future__ import annotations

import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert import errors, trace
from wengert.array import Array
from wengert.kernels.checks import check as kernel
from wengert.kernels.checks import text_of
from wengert.tracer import is_tracer
from wengert.trees import tree_leaves, tree_map


class CheckOp:
    """The op `wg.check`: what `lax._op.Op` is to ops of the table."""

    name = "check"
    kernel = staticmethod(kernel)
    types: tuple[Any, ...] = ()  # operands of any type


OP = CheckOp()


def record(
    pred: Any, message: str, operands: Sequence[Any], kind: str = "user", debug: bool = False, at: str = ""
) -> None:
    """Check that `pred`, an array of bools, holds: now, or record that it is checked.

    Args:
      message: a format in which {0} stands for the first of the operands.
      kind: "user", "nan", "div" or "index".
      debug: whether it is checked under checkify only.
      at: file and line, if they are not those of the caller.

    Raises:
      CheckError: it does not hold, outside of any trace.
    """
    everything = [trace.operand(pred), *[trace.operand(x) for x in operands]]
    where = trace.trace_of(everything)
    if where is None:
        location = errors.user_location()
        at = at or (f"{location[0]}:{location[1]}" if location else "")
        kernel(*[x._data for x in everything], kind=kind, message=message, debug=debug, at=at)
        return
    attrs = {"kind": kind, "message": message, "debug": debug}
    if at:
        attrs["at"] = at
    module = where.root.module
    if not hasattr(module, "kept"):
        module.kept = {}  # a function without results is called all the same
    trace.record(where, OP, everything, attrs, ())


def is_checking() -> bool:
    """Whether a function is being traced for checkify."""
    return any(t.kind == "checkify" for t in trace._STATE.stack)


def index_outside(shape: tuple[int, ...], axis: int, index: int) -> None:
    """Record that a static index is outside; nothing unless checkify asks for it."""
    if is_checking():
        message = (
            f"out-of-bounds indexing for array of shape {shape}: "
            f"index {index} is out of bounds for axis {axis} with size {shape[axis]}"
        )
        record(np.False_, message, (), kind="index", debug=True)


# ---------------------------------------------------------------------------------------------------------------------
# Messages


def template(message: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, list[Any]]:
    """The format with {i} for the i-th array among what it names, all else filled in; and these arrays."""
    arrays: list[Any] = []
    formatter = string.Formatter()
    text, automatic, numbered = "", 0, False
    for literal, field, spec, conversion in formatter.parse(message):
        text += _escaped(literal)
        if field is None:
            continue
        if not field or field[0] in ".[":
            field, automatic = f"{automatic}{field}", automatic + 1
        elif field[0].isdigit():
            numbered = True
        if numbered and automatic:
            raise ValueError("check: expected a format with numbers in all of its {} or in none")
        value, _ = formatter.get_field(field, args, kwargs)
        spec = formatter.vformat(spec or "", args, kwargs)
        if _is_array(value):
            text += _place(arrays, value, f"!{conversion}" if conversion else "", f":{spec}" if spec else "")
        else:
            text += _filled(formatter, arrays, value, conversion, spec)
    return text, arrays


def _is_array(x: Any) -> bool:
    return type(x) is Array or is_tracer(x) or isinstance(x, (np.ndarray, np.generic))


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _place(arrays: list[Any], x: Any, conversion: str, spec: str) -> str:
    arrays.append(x)
    return f"{{{len(arrays) - 1}{conversion}{spec}}}"


class _Place:
    """Stands for an array in a tree that is printed."""

    def __init__(self, number: int):
        self._mark = f"\0{number}\1"

    def __repr__(self) -> str:
        return self._mark


def _filled(formatter: string.Formatter, arrays: list[Any], value: Any, conversion: str | None, spec: str) -> str:
    """What is no array, as text; arrays inside of it have their places."""
    leaves = [x for x in tree_leaves(value) if _is_array(x)]
    first = len(arrays)
    if leaves:
        places = iter(range(first, first + len(leaves)))
        value = tree_map(lambda x: _Place(next(places)) if _is_array(x) else x, value)
        arrays += leaves
    text = _escaped(formatter.format_field(formatter.convert_field(value, conversion), spec))  # type: ignore[arg-type]
    for i in range(first, len(arrays)):
        text = text.replace(f"\0{i}\1", f"{{{i}}}")
    return text


__all__ = ["index_outside", "is_checking", "record", "template", "text_of"]
