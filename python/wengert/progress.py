# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The one place that shows progress: a line for work that takes longer than about a second, bars for loops.

Shown only on a terminal, on standard error, and gone when the work is done. Off with `config.update("progress",
False)` or WENGERT_PROGRESS=0.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterable, Iterator, Sized
from typing import Any, TextIO, TypeVar

from .config import config

T = TypeVar("T")
DELAY_SECONDS = 1.0

_lock = threading.Lock()
_busy = False  # rich draws one live display at a time; whoever comes second works silently


def enabled(stream: TextIO | None = None) -> bool:
    """Whether progress is shown: the setting is on and `stream` (standard error) is a terminal."""
    stream = stream or sys.stderr
    if not config.progress or stream is None:
        return False
    try:
        return stream.isatty() and os.environ.get("TERM") != "dumb"
    except (AttributeError, ValueError):  # replaced or closed streams
        return False


def _claim() -> bool:
    global _busy
    with _lock:
        if _busy:
            return False
        _busy = True
        return True


def _release() -> None:
    global _busy
    with _lock:
        _busy = False


@contextlib.contextmanager
def status(message: str, stream: TextIO | None = None) -> Iterator[None]:
    """While the body runs, and once it has run for a second, show `message` with a spinner and the time passed."""
    if not enabled(stream):
        yield
        return
    # The descriptor is copied now: the compiler's output is caught by redirecting descriptor 2 while it works.
    try:
        terminal = os.fdopen(os.dup((stream or sys.stderr).fileno()), "w")
    except (OSError, ValueError):
        yield
        return
    done = threading.Event()
    thread = threading.Thread(target=_spin, args=(message, terminal, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        terminal.close()


def _spin(message: str, terminal: TextIO, done: threading.Event) -> None:
    if done.wait(DELAY_SECONDS) or not _claim():
        return
    try:
        from rich.console import Console
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=Console(file=terminal), transient=True) as bar:
            bar.add_task(message, total=None)
            done.wait()
    finally:
        _release()


def track(items: Iterable[T], message: str, total: int | None = None) -> Iterator[T]:
    """Iterate over `items` with a bar; `total` if they have no length.

    >>> list(track(range(3), "counting"))
    [0, 1, 2]
    """
    if not enabled() or not _claim():
        yield from items
        return
    try:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        if total is None and isinstance(items, Sized):
            total = len(items)
        columns: tuple[Any, ...] = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(message, total=total)
            for item in items:
                yield item
                bar.advance(task)
    finally:
        _release()
