# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Control flow in programs: branches and loops over traced functions, as `wengert.lax` exports them."""

from wengert.control.barrier import optimization_barrier
from wengert.control.branches import cond, switch
from wengert.control.scans import associative_scan, fori_loop, map, scan

__all__ = ["associative_scan", "cond", "fori_loop", "map", "optimization_barrier", "scan", "switch"]
