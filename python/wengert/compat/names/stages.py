# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.stages`: what it has beside `wengert.stages`."""

from __future__ import annotations

from typing import NamedTuple

from wengert.avals import ShapedArray
from wengert.stages import Compiled, Lowered, Traced
from wengert.stages import JitFunction as Wrapped

__all__ = ["ArgInfo", "Compiled", "CompilerOptions", "Lowered", "Traced", "Wrapped"]

CompilerOptions = dict[str, str | bool]


class ArgInfo(NamedTuple):
    """The type of an argument, and whether it is donated.

    >>> ArgInfo(ShapedArray((2,), "float32"), False).shape
    (2,)
    """

    aval: ShapedArray
    donated: bool

    @property
    def shape(self) -> tuple[int, ...]:
        return self.aval.shape

    @property
    def dtype(self) -> object:
        return self.aval.dtype
