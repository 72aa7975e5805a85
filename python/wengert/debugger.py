# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The debugger of `wengert.debug.breakpoint`.

When a compiled program stops, the Python frames that recorded it are gone. So their local variables are kept when the
breakpoint is recorded, and the arrays among them become operands of the call that stops.
"""

from __future__ import annotations

import cmd
import linecache
import pprint
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, TextIO

from wengert.array import Array
from wengert.frames import is_internal
from wengert.tracer import ENDED, Tracer
from wengert.trees import tree_leaves

_MOST_FRAMES = 16

hook: Callable[[Frame], None] | None = None  # see debug.set_breakpoint_hook


class Frame:
    """Where a program stopped.

    Attributes:
      locals: the local variables of the function, arrays with their values.
      globals: its global variables.
      position: (file, line, function).
      stack: the positions of the callers, innermost first, as they were when the program was recorded.
    """

    __slots__ = ("locals", "globals", "position", "stack")

    def __init__(
        self,
        values: dict[str, Any],
        global_values: dict[str, Any],
        position: tuple[str, int, str],
        stack: list[tuple[str, int, str]],
    ):
        self.locals = values
        self.globals = global_values
        self.position = position
        self.stack = stack

    def with_values(self, values: dict[str, Any]) -> Frame:
        """The frame with the values that its arrays have in one run."""
        return Frame({**self.locals, **values}, self.globals, self.position, self.stack)

    def evaluate(self, expression: str) -> Any:
        """The value of an expression of the local and global variables."""
        return eval(expression, dict(self.globals, **self.locals))


def capture(args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Frame, dict[str, Any]]:
    """The user's frame with the local variables that hold no arrays, and the others with `args` and `kwargs`."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and is_internal(frame.f_code.co_filename):
        frame = frame.f_back
    if frame is None:
        return Frame({}, {}, ("?", 0, "?"), []), {**({"args": args} if args else {}), **kwargs}
    plain: dict[str, Any] = {}
    arrays: dict[str, Any] = {}
    for name, value in frame.f_locals.items():
        (arrays if _holds_arrays(value) else plain)[name] = value
    plain = {name: value for name, value in plain.items() if not _holds_ended(value)}
    stack: list[tuple[str, int, str]] = []
    caller = frame.f_back
    while caller is not None and len(stack) < _MOST_FRAMES:
        if not is_internal(caller.f_code.co_filename):
            stack.append(_position(caller))
        caller = caller.f_back
    values = {**arrays, **({"args": args} if args else {}), **kwargs}
    return Frame(plain, frame.f_globals, _position(frame), stack), values


def _position(frame: FrameType) -> tuple[str, int, str]:
    return frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name


def _leaves(value: Any) -> list[Any]:
    try:
        return tree_leaves(value)
    except Exception:  # a variable may be anything
        return []


def _holds_arrays(value: Any) -> bool:
    leaves = _leaves(value)
    return any(type(x) in (Array, Tracer) for x in leaves) and not _holds_ended(value)


def _holds_ended(value: Any) -> bool:
    """Whether a variable holds what only a function knew that has returned."""
    return any(type(x) is Tracer and x._trace.level == ENDED for x in _leaves(value))


def stop(frame: Frame, own_hook: Callable[[Frame], None] | None, stdin: TextIO | None, stdout: TextIO | None) -> None:
    """Hand a frame to a hook, or let the user look at it."""
    chosen = own_hook or hook
    if chosen is not None:
        chosen(frame)
        return
    debugger = Debugger(frame, stdin, stdout)
    if stdin is None and not (sys.stdin is not None and sys.stdin.isatty()):
        debugger.do_where("")
        debugger.do_locals("")
        return
    debugger.cmdloop()


class Debugger(cmd.Cmd):
    """Commands to look at a frame. An expression that is no command is printed."""

    prompt = "(wengert) "

    def __init__(self, frame: Frame, stdin: TextIO | None = None, stdout: TextIO | None = None):
        super().__init__(stdin=stdin, stdout=stdout)
        self.use_rawinput = stdin is None
        self.frame = frame

    def _say(self, text: str) -> None:
        self.stdout.write(text + "\n")

    def preloop(self) -> None:
        file, line, function = self.frame.position
        self._say(f"stopped at {file}:{line} in {function}")

    def _value(self, expression: str) -> tuple[bool, Any]:
        try:
            return True, self.frame.evaluate(expression)
        except Exception as error:
            self._say(f"{type(error).__name__}: {error}")
            return False, None

    def onecmd(self, line: str) -> bool:
        return True if line == "EOF" else super().onecmd(line)

    def default(self, line: str) -> None:
        self.do_p(line)

    def emptyline(self) -> bool:
        return False

    def do_p(self, expression: str) -> None:
        """p EXPRESSION: print its value."""
        good, value = self._value(expression)
        if good:
            self._say(repr(value))

    def do_pp(self, expression: str) -> None:
        """pp EXPRESSION: print its value over several lines."""
        good, value = self._value(expression)
        if good:
            self._say(pprint.pformat(value))

    def do_locals(self, _: str) -> None:
        """locals: the local variables."""
        for name, value in self.frame.locals.items():
            if not name.startswith("@"):
                self._say(f"{name} = {repr(value)[:200]}")

    def do_where(self, _: str) -> None:
        """where: the functions that are being called, innermost first."""
        for file, line, function in [self.frame.position, *self.frame.stack]:
            self._say(f"{file}:{line} in {function}")

    def do_list(self, _: str) -> None:
        """list: the lines around."""
        file, line, _function = self.frame.position
        for i in range(max(1, line - 5), line + 6):
            text = linecache.getline(file, i)
            if text:
                self._say(f"{i:4d} {'->' if i == line else '  '} {text.rstrip()}")

    def do_continue(self, _: str) -> bool:
        """continue: go on."""
        return True

    def do_quit(self, _: str) -> bool:
        """quit: end the program."""
        raise SystemExit

    do_c, do_cont = do_continue, do_continue
    do_q, do_exit = do_quit, do_quit
    do_l, do_w, do_bt = do_list, do_where, do_where
