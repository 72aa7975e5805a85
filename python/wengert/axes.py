# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The names that `vmap(..., axis_name=...)` gives to axes, while the functions inside are traced.

A name stands for the innermost axis that has it. What refers to one is recorded in the trace of that vmap or in one
inside of it, also if it has no operand there: so is a call of a function that refers to it.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from wengert import errors, trace
from wengert.interpreter import free_axes
from wengert.trace import Trace


class Axis:
    """An axis with a name.

    Attributes:
      name: what the program calls it.
      text: its name in the IR.
      size: the size of the batch.
      trace: the trace of the vmap.
    """

    __slots__ = ("name", "size", "text", "trace")

    def __init__(self, name: Any, size: int, where: Trace):
        self.name = name
        self.text = text_of(name)
        self.size = size
        self.trace = where


class _State(threading.local):
    def __init__(self) -> None:
        self.stack: list[Axis] = []


_STATE = _State()


def text_of(name: Any) -> str:
    """The name of an axis in the IR; any hashable value can be one."""
    return name if name and isinstance(name, str) else f"{type(name).__name__}:{name}"


@contextlib.contextmanager
def named(name: Any, size: int) -> Iterator[None]:
    """Inside, `name` stands for the axis of the current trace; None names nothing."""
    if name is None:
        yield
        return
    _STATE.stack.append(Axis(name, size, trace.current()))
    try:
        yield
    finally:
        _STATE.stack.pop()


def key() -> tuple[tuple[str, int], ...]:
    """What a traced function depends on besides its arguments: the names and sizes of the axes around it."""
    return tuple([(axis.text, axis.size) for axis in _STATE.stack]) if _STATE.stack else ()


def lookup(which: str, name: Any) -> Axis:
    """The axis that `name` stands for.

    Raises:
      AxisNameError: no vmap around has an axis of that name.
    """
    for axis in reversed(_STATE.stack):
        if axis.name == name:
            return axis
    raise unbound(which, name)


def unbound(which: str, name: Any) -> errors.WengertError:
    """The exception for a name that stands for no axis."""
    names = ", ".join(dict.fromkeys(repr(axis.name) for axis in reversed(_STATE.stack)))
    return errors.make(
        errors.AxisNameError,
        which,
        f"expected the name of an axis of a vmap around it ({names or 'none has one'}) but got {name!r}",
        remedy=f"pass axis_name={name!r} to the vmap that it is meant for",
    )


def trace_of(operands: Sequence[Any], functions: Sequence[tuple[Any, str]]) -> Trace | None:
    """The trace in which an op that runs these functions is recorded, each a module and a name there.

    None: it runs at once.
    """
    where = trace.trace_of(operands)
    if not _STATE.stack:
        return where
    for name in {n for module, function in functions for n in free_axes(module, function)}:
        axis = next((a for a in reversed(_STATE.stack) if a.text == name), None)
        if axis is not None and (where is None or where.level < axis.trace.level):
            where = axis.trace
    return where
