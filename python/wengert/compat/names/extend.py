# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.extend` and `jax.util`: the little that programs take from them."""

from __future__ import annotations

import builtins
from typing import Any

__all__ = ["safe_map", "safe_zip"]


def safe_zip(*sequences: Any) -> list[tuple[Any, ...]]:
    """A list of tuples of sequences that are of one length.

    Raises:
      ValueError: they are not.

    >>> safe_zip([1, 2], "ab")
    [(1, 'a'), (2, 'b')]
    """
    return list(zip(*sequences, strict=True))


def safe_map(function: Any, *sequences: Any) -> list[Any]:
    """A list of the values of a function on sequences that are of one length.

    Raises:
      ValueError: they are not.

    >>> safe_map(max, [1, 5], [3, 4])
    [3, 5]
    """
    return list(builtins.map(lambda row: function(*row), zip(*sequences, strict=True)))
