# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.profiler`: the annotated parts of a program, as a file that Perfetto and `chrome://tracing` show.

A trace has the annotations (`TraceAnnotation`, `StepTraceAnnotation`, `annotate_function`) and nothing else: for the
functions of the program take Python's cProfile.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import json
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

__all__ = ["ProfileOptions", "StepTraceAnnotation", "TraceAnnotation", "annotate_function", "start_trace",
           "stop_trace", "trace"]  # fmt: skip


class _Session:
    def __init__(self, directory: str):
        self.directory = directory
        self.events: list[dict[str, Any]] = []


_session: _Session | None = None


class ProfileOptions:
    """Options of a trace; those of JAX's are about what is not recorded here."""


class TraceAnnotation(contextlib.ContextDecorator):
    """A named part of the trace that is being recorded, as a context or a decorator.

    >>> with TraceAnnotation("step"):
    ...     print("inside")
    inside
    """

    def __init__(self, name: str, **kwargs: Any):
        self.name, self.kwargs = name, kwargs
        self._starts: list[int] = []

    def __enter__(self) -> TraceAnnotation:
        self._starts.append(time.perf_counter_ns())
        return self

    def __exit__(self, *_: Any) -> None:
        start = self._starts.pop()
        if _session is not None:
            duration = (time.perf_counter_ns() - start) / 1000
            _session.events.append(
                {"ph": "X", "name": self.name, "ts": start / 1000, "dur": duration, "pid": os.getpid(),
                 "tid": threading.get_native_id(), "args": {k: str(v) for k, v in self.kwargs.items()}}
            )  # fmt: skip


class StepTraceAnnotation(TraceAnnotation):
    """A step of the trace that is being recorded; `step_num` is its number."""


def annotate_function(func: Callable[..., Any], name: str | None = None, **kwargs: Any) -> Callable[..., Any]:
    """The function, whose calls are named parts of a trace.

    >>> annotate_function(abs)(-1)
    1
    """
    label = name or str(getattr(func, "__qualname__", "function"))

    @functools.wraps(func)
    def annotated(*args: Any, **options: Any) -> Any:
        with TraceAnnotation(label, **kwargs):
            return func(*args, **options)

    return annotated


def start_trace(
    log_dir: Any, create_perfetto_link: bool = False, create_perfetto_trace: bool = False, **_: Any
) -> None:
    """Record the annotations from now on.

    Raises:
      RuntimeError: a trace is being recorded.
    """
    global _session
    if _session is not None:
        raise RuntimeError("start_trace: expected no trace but one is being recorded; remedy: call stop_trace()")
    _session = _Session(os.fspath(log_dir))


def stop_trace() -> None:
    """Write what was recorded to `<log_dir>/plugins/profile/<time>/<host>.trace.json.gz`.

    Raises:
      RuntimeError: no trace is being recorded.
    """
    global _session
    if _session is None:
        raise RuntimeError("stop_trace: expected a trace but none is being recorded; remedy: call start_trace(log_dir)")
    session, _session = _session, None
    folder = os.path.join(session.directory, "plugins", "profile", time.strftime("%Y_%m_%d_%H_%M_%S"))
    os.makedirs(folder, exist_ok=True)
    with gzip.open(os.path.join(folder, f"{socket.gethostname()}.trace.json.gz"), "wt") as file:
        json.dump({"displayTimeUnit": "ns", "traceEvents": session.events}, file)


@contextlib.contextmanager
def trace(log_dir: Any, *args: Any, **kwargs: Any) -> Iterator[None]:
    """`start_trace` and `stop_trace` around a `with`.

    >>> import glob, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with trace(folder), TraceAnnotation("step"):
    ...         pass
    ...     len(glob.glob(f"{folder}/plugins/profile/*/*.trace.json.gz"))
    1
    """
    start_trace(log_dir, *args, **kwargs)
    try:
        yield
    finally:
        stop_trace()
