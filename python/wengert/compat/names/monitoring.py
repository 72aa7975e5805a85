# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.monitoring`: events go from those who record them to those who listen. wengert itself records none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = [
    "clear_event_listeners", "record_event", "record_event_duration_secs", "record_scalar",
    "register_event_duration_secs_listener", "register_event_listener", "register_scalar_listener",
]  # fmt: skip

_events: list[Callable[..., None]] = []
_durations: list[Callable[..., None]] = []
_scalars: list[Callable[..., None]] = []


def record_event(event: str, **kwargs: Any) -> None:
    """Tell the listeners of events.

    >>> register_event_listener(lambda event, **_: print(event))
    >>> record_event("/program/start")
    /program/start
    >>> clear_event_listeners()
    """
    for listener in _events:
        listener(event, **kwargs)


def record_event_duration_secs(event: str, duration: float, **kwargs: Any) -> None:
    """Tell the listeners of durations."""
    for listener in _durations:
        listener(event, duration, **kwargs)


def record_scalar(event: str, value: float | int, **kwargs: Any) -> None:
    """Tell the listeners of scalars."""
    for listener in _scalars:
        listener(event, value, **kwargs)


def register_event_listener(callback: Callable[..., None]) -> None:
    """Call `callback(event, **kwargs)` with every event."""
    _events.append(callback)


def register_event_duration_secs_listener(callback: Callable[..., None]) -> None:
    """Call `callback(event, duration, **kwargs)` with every duration."""
    _durations.append(callback)


def register_scalar_listener(callback: Callable[..., None]) -> None:
    """Call `callback(event, value, **kwargs)` with every scalar."""
    _scalars.append(callback)


def clear_event_listeners() -> None:
    """Forget all listeners."""
    for listeners in (_events, _durations, _scalars):
        listeners.clear()
