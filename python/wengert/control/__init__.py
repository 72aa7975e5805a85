# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Control flow in programs: branches and loops over traced functions, as `wengert.lax` exports them."""

from wengert.control.barrier import optimization_barrier
from wengert.control.branches import cond, switch

__all__ = ["cond", "optimization_barrier", "switch"]
