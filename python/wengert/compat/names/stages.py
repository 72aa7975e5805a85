# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.stages`: what it has beside `wengert.stages`."""

from __future__ import annotations

from wengert.stages import ArgInfo, Compiled, Lowered, Traced
from wengert.stages import JitFunction as Wrapped

__all__ = ["ArgInfo", "Compiled", "CompilerOptions", "Lowered", "Traced", "Wrapped"]

CompilerOptions = dict[str, str | bool]
