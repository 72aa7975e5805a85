# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tangents and cotangents that are known to be zero, and those of integers."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert import dtypes, trace
from wengert.avals import ShapedArray

float0 = np.dtype([("float0", np.void, 0)])  # the type of the tangents of integers and bools


class SymbolicZero:
    """A tangent or cotangent that is known to be zero: it has a type and no elements.

    Attributes:
      aval: shape and dtype.

    >>> SymbolicZero(ShapedArray((2,), np.dtype("float32")))
    SymbolicZero(f32[2])
    """

    __slots__ = ("aval",)

    def __init__(self, aval: ShapedArray):
        self.aval = aval

    @property
    def shape(self) -> tuple[int, ...]:
        return self.aval.shape

    @property
    def dtype(self) -> np.dtype:
        return self.aval.dtype

    @property
    def ndim(self) -> int:
        return len(self.aval.shape)

    @property
    def size(self) -> int:
        return self.aval.size

    def __repr__(self) -> str:
        return f"SymbolicZero({self.aval.str_short()})"


def has_tangent(aval: ShapedArray) -> bool:
    """Whether values of this type have tangents: floats and complex numbers."""
    return dtypes.is_inexact(aval.dtype)


def no_tangent(aval: ShapedArray) -> np.ndarray:
    """What stands for the tangent of an integer or a bool."""
    return np.zeros(aval.shape, float0)


def zeros_of(aval: ShapedArray) -> Any:
    """An array of zeros of this type."""
    return trace.operand(np.zeros(aval.shape, aval.dtype))


def masks(positions: Sequence[int], most: int) -> list[tuple[int, ...]]:
    """All choices of some of `positions`, the whole first; only the whole if there are more than `most` choices."""
    whole = tuple(positions)
    if 2 ** len(whole) > most:
        return [whole]
    choices = [c for n in range(len(whole), 0, -1) for c in itertools.combinations(whole, n)]
    return choices or [whole]
