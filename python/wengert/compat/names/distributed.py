# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.distributed`: there is one process."""

from __future__ import annotations

from typing import Any

from wengert.compat.errors import CompatError
from wengert.errors import make

__all__ = ["initialize", "is_initialized", "shutdown"]

_initialized = False


def initialize(
    coordinator_address: str | None = None, num_processes: int | None = None, process_id: int | None = None, **_: Any
) -> None:
    """Start the one process.

    Raises:
      CompatError: there are others.

    >>> initialize(num_processes=1)
    >>> is_initialized()
    True
    >>> shutdown()
    """
    global _initialized
    if num_processes not in (None, 1) or process_id not in (None, 0):
        raise make(
            CompatError, "distributed.initialize", f"expected one process but got {num_processes or 'several'}",
            remedy="start the program once: wengert runs on one device of one process",
        )  # fmt: skip
    _initialized = True


def is_initialized() -> bool:
    """Whether `initialize` was called.

    >>> is_initialized()
    False
    """
    return _initialized


def shutdown() -> None:
    """Undo `initialize`."""
    global _initialized
    _initialized = False
