# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Control flow in programs: branches and loops over traced functions, as `wengert.lax` exports them."""

from wengert.control.barrier import optimization_barrier
from wengert.control.branches import cond, switch
from wengert.control.loops import while_loop
from wengert.control.platforms import after_all, composite, create_token, platform_dependent
from wengert.control.scans import associative_scan, fori_loop, map, scan

__all__ = [
    "after_all", "associative_scan", "composite", "cond", "create_token", "fori_loop", "map", "optimization_barrier",
    "platform_dependent", "scan", "switch", "while_loop",
]  # fmt: skip
