# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The keys that paths in trees consist of, and paths as text."""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Sequence
from typing import Any

__all__ = ["DictKey", "FlattenedIndexKey", "GetAttrKey", "KeyEntry", "KeyPath", "SequenceKey", "keystr"]

KeyEntry = Any  # the keys below, or any hashable object that a class of its own gives
KeyPath = tuple[KeyEntry, ...]


@dataclasses.dataclass(frozen=True)
class SequenceKey:
    """The place of a child in a tuple or list."""

    idx: int

    def __str__(self) -> str:
        return f"[{self.idx}]"


@dataclasses.dataclass(frozen=True)
class DictKey:
    """The key of a child in a dict."""

    key: Hashable

    def __str__(self) -> str:
        return f"[{self.key!r}]"


@dataclasses.dataclass(frozen=True)
class GetAttrKey:
    """The attribute that holds a child."""

    name: str

    def __str__(self) -> str:
        return f".{self.name}"


@dataclasses.dataclass(frozen=True)
class FlattenedIndexKey:
    """The place of a child among the children of a class of its own."""

    key: int

    def __str__(self) -> str:
        return f"[<flat index {self.key}>]"


def _simple(key: KeyEntry) -> str:
    for name in ("key", "idx", "name"):
        if hasattr(key, name):
            return str(getattr(key, name))
    return str(key)


def keystr(keys: Sequence[Any], *, simple: bool = False, separator: str = "") -> str:
    """A path as text, e.g. "['params'][0].weight"; the keys may be of any class that has a text.

    Args:
      keys: the path.
      simple: only the names and numbers themselves.
      separator: what stands between them.

    >>> keystr((DictKey("a"), SequenceKey(0), GetAttrKey("w")))
    "['a'][0].w"
    >>> keystr((DictKey("a"), SequenceKey(0)), simple=True, separator="/")
    'a/0'
    """
    if simple:
        return separator.join(map(_simple, keys))
    return separator.join(map(str, keys))
