# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What libraries ask of JAX about traces and about frames: `get_opaque_trace_state`, `jax.extend.source_info_util`,
`jax._src.traceback_util`."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from wengert import trace
from wengert.compat.errors import CompatError
from wengert.errors import EXCLUDED, make
from wengert.frames import is_internal

__all__ = [
    "OpaqueTraceState", "TraceTag", "_exclude_paths", "api_boundary", "current_trace_of", "get_opaque_trace_state",
    "include_frame", "register_exclusion", "set_current_trace", "take_current_trace", "trace_state_clean",
    "wait_for_tokens",
]  # fmt: skip

F = TypeVar("F", bound=Callable[..., Any])

_exclude_paths = EXCLUDED  # by the name that flax uses


class OpaqueTraceState:
    """Which trace was innermost. Two are equal if it was the same one."""

    __slots__ = ("_trace",)

    def __init__(self) -> None:
        self._trace = weakref.ref(trace.current()) if trace.is_tracing() else None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OpaqueTraceState) and self._trace is other._trace

    def __hash__(self) -> int:
        return id(self._trace)


def get_opaque_trace_state(convention: str | None = None) -> OpaqueTraceState:
    """Something that says whether another call of this function was made in the same trace.

    >>> get_opaque_trace_state() == get_opaque_trace_state()
    True
    """
    return OpaqueTraceState()


def trace_state_clean() -> bool:
    """Whether nothing is being traced.

    >>> trace_state_clean()
    True
    """
    return not trace.is_tracing()


def current_trace_of() -> Any:
    """The innermost trace, None outside of any."""
    return trace.current() if trace.is_tracing() else None


class TraceTag:
    """What JAX tells traces apart by; traces here are told apart by themselves."""


def take_current_trace() -> NoReturn:
    """A trace of a library's own cannot be put in the place of the innermost one.

    Raises:
      CompatError: always.
    """
    raise make(
        CompatError, "take_current_trace", "expected a program that transforms functions but got a trace of its own",
        remedy="walk the equations of jax.make_jaxpr(f)(x) instead",
    )  # fmt: skip


def set_current_trace(trace: Any) -> NoReturn:
    """As `take_current_trace`.

    Raises:
      CompatError: always.
    """
    take_current_trace()


def api_boundary(fun: F, **_: Any) -> F:
    """The function itself: wengert's messages name the user's line anyway."""
    return fun


def register_exclusion(path: str) -> None:
    """Frames of a file are no places of the user's program: errors name the line that called it."""
    EXCLUDED.append(path)


def include_frame(frame: Any) -> bool:
    """Whether a frame, or the code that it runs, belongs to the user's program."""
    code = getattr(frame, "f_code", frame)
    return not is_internal(code.co_filename)


def wait_for_tokens() -> None:
    """Nothing: effects have happened when a call returns."""
