# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.ad_checkpoint`: what it has beside `wengert.ad_checkpoint`: the answers that a policy may give."""

from __future__ import annotations

from typing import Any, NamedTuple

__all__ = ["Offloadable", "Recompute", "Saveable"]


class Offloadable(NamedTuple):
    """Save a value in another memory; there is one memory, so it is saved.

    >>> bool(Offloadable("device", "pinned_host"))
    True
    """

    src: Any
    dst: Any

    def __bool__(self) -> bool:
        return True


class _Answer:
    def __init__(self, name: str, save: bool):
        self._name, self._save = name, save

    def __bool__(self) -> bool:
        return self._save

    def __repr__(self) -> str:
        return self._name


Recompute = _Answer("Recompute", False)
Saveable = _Answer("Saveable", True)
