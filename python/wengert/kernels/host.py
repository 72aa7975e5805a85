# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The kernel of `wg.callback`: functions of this process, which programs know by number."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

__all__ = ["Callback", "callback", "find_callback"]

_numbers = itertools.count(1)
_known: weakref.WeakValueDictionary[int, Callback] = weakref.WeakValueDictionary()


class Callback:
    """A function that programs may call; it is known as long as somebody holds this object.

    Args:
      name: what messages call it.
      function: from a list of arrays, which it must not keep, and the types of the results to the results.
    """

    __slots__ = ("number", "name", "function", "__weakref__")

    def __init__(self, name: str, function: Callable[[Sequence[np.ndarray], Sequence[Any]], Sequence[np.ndarray]]):
        self.number = next(_numbers)
        self.name = name
        self.function = function
        _known[self.number] = self

    def __repr__(self) -> str:
        return f"<Callback {self.number}: {self.name}>"


class _Type:
    """The type of a result without the dimensions of loops."""

    __slots__ = ("shape", "dtype")

    def __init__(self, shape: tuple[int, ...], dtype: np.dtype):
        self.shape = shape
        self.dtype = dtype


def find_callback(number: int) -> Callback:
    """The function with this number.

    Raises:
      KeyError: it is of another process, or the function that called it is gone.
    """
    found = _known.get(number)
    if found is None:
        raise KeyError(
            f"callback: expected the number of a function of this process but got {number}: "
            "a program with callbacks runs where it was traced, as long as the traced function lives"
        )
    return found


def callback(
    *operands: np.ndarray,
    id: int,
    types: Sequence[Any],
    effect: str = "pure",
    vmap_method: str = "",
    loops: Sequence[int] = (),
    batched: Sequence[int] = (),
) -> tuple[np.ndarray, ...]:
    """Call function `id`: once, or for each index of `loops` on the examples of the operands that are batched there."""
    function = find_callback(id).function
    if not loops:
        return tuple(function(operands, types))
    results = [np.empty(t.shape, t.dtype) for t in types]
    single = [_Type(tuple(t.shape[len(loops) :]), t.dtype) for t in types]
    n = len(operands)
    masks = [batched[i * n : (i + 1) * n] for i in range(len(loops))]
    for index in np.ndindex(*loops):
        given = [
            np.asarray(x[tuple(at for at, mask in zip(index, masks, strict=True) if mask[i])])
            for i, x in enumerate(operands)
        ]
        for result, value in zip(results, function(given, single), strict=True):
            result[index] = value
    return tuple(results)
