# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Types of traced arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np


class ShapedArray:
    """The type of a traced array: shape, dtype, and whether it is weak (came from Python scalars only).

    A `sharding` is accepted: over one device there is one.
    """

    __slots__ = ("shape", "dtype", "weak_type")

    def __init__(self, shape: Sequence[int], dtype: Any, weak_type: bool = False, *, sharding: Any = None):
        self.shape = tuple(shape)
        self.dtype = dtype if getattr(dtype, "name", "").startswith("key<") else np.dtype(dtype)
        self.weak_type = weak_type

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        size = 1
        for n in self.shape:
            size *= n
        return size

    @property
    def sharding(self) -> Any:
        """How values of this type are laid out over devices: nothing is split."""
        from wengert import sharding

        return sharding.of_aval(self)

    def to_tangent_aval(self) -> ShapedArray:
        """The type of the tangents of values of this type."""
        from wengert.dtypes import float0

        return ShapedArray(self.shape, self.dtype if self.dtype.kind in "fcV" else float0)

    def update(self, **changes: Any) -> ShapedArray:
        """This type with some of `shape`, `dtype`, `weak_type` changed."""
        return ShapedArray(**{"shape": self.shape, "dtype": self.dtype, "weak_type": self.weak_type, **changes})

    def str_short(self) -> str:
        """`f32[3,4]`, as jaxprs print types."""
        kind, bits = self.dtype.kind, 8 * self.dtype.itemsize
        name = {"f": f"f{bits}", "i": f"i{bits}", "u": f"u{bits}", "c": f"c{bits}", "b": "bool"}.get(kind, "bf16")
        return f"{name}[{','.join(map(str, self.shape))}]"

    def __str__(self) -> str:
        return f"{self.dtype.name}[{','.join(map(str, self.shape))}]"

    def __repr__(self) -> str:
        return f"ShapedArray({self}{', weak_type=True' if self.weak_type else ''})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ShapedArray):
            return NotImplemented
        return self.shape == other.shape and self.dtype == other.dtype and self.weak_type == other.weak_type

    def __hash__(self) -> int:
        return hash((self.shape, self.dtype, self.weak_type))


_strong_avals: dict[Any, ShapedArray] = {}
_weak_avals: dict[Any, ShapedArray] = {}


def from_native(aval: Any, weak: bool = False) -> ShapedArray:
    """The ShapedArray of a native type; one object for each type and weakness."""
    cache = _weak_avals if weak else _strong_avals
    known = cache.get(aval)
    if known is None:
        known = cache[aval] = ShapedArray(aval.shape, aval.dtype, weak)
    return known
