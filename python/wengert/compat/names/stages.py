# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.stages`: what it has beside `wengert.stages`."""

from wengert.stages import Compiled, Lowered, Traced
from wengert.stages import JitFunction as Wrapped

__all__ = ["Compiled", "Lowered", "Traced", "Wrapped"]
