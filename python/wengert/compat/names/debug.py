# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.debug`: what it has beside `wengert.debug`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from wengert.debug import callback
from wengert.places import CPU, SingleDeviceSharding

__all__ = ["inspect_array_sharding", "log", "visualize_array_sharding", "visualize_sharding"]

_logger = logging.getLogger("jax.debug")


def log(fmt: str | None = None, *args: Any, ordered: bool = False, **kwargs: Any) -> None:
    """Write a line with values to the logger `jax.debug` when the program runs.

    >>> _logger.addHandler(logging.NullHandler())
    >>> log("loss {}", 3.0)
    """

    def write(*args: Any, **kwargs: Any) -> None:
        _logger.info((fmt or "{}").format(*args, **kwargs))

    callback(write, *args, ordered=ordered, **kwargs)


def inspect_array_sharding(value: Any, *, callback: Callable[[Any], None]) -> None:
    """Call a function with how an array is laid out over devices: it is on the one.

    >>> inspect_array_sharding(3, callback=print)
    SingleDeviceSharding(device=CpuDevice(id=0))
    """
    callback(SingleDeviceSharding())


def visualize_sharding(shape: Any, sharding: Any, **_: Any) -> None:
    """Print how an array is laid out over devices.

    Raises:
      ValueError: it has no dimension, or more than two.

    >>> visualize_sharding((4, 4), None)
    ┌───────┐
    │ CPU 0 │
    └───────┘
    """
    if len(shape) not in (1, 2):
        raise ValueError(f"visualize_sharding: expected a shape of 1 or 2 dimensions but got {tuple(shape)}")
    label = f" {CPU.platform.upper()} {CPU.id} "
    print(f"┌{'─' * len(label)}┐\n│{label}│\n└{'─' * len(label)}┘")


def visualize_array_sharding(arr: Any, **kwargs: Any) -> None:
    """Print how an array is laid out over devices."""
    visualize_sharding(arr.shape, None, **kwargs)
