# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Control flow in programs: branches and loops over traced functions, as `wengert.lax` exports them."""

from wengert.control.branches import cond, switch
from wengert.control.loops import while_loop

__all__ = ["cond", "switch", "while_loop"]
