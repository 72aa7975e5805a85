# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Rules that a program gives for its own functions: derivatives, transposes, batching."""

from wengert.custom.implicit import custom_linear_solve, custom_root
from wengert.custom.jvp import custom_jvp
from wengert.custom.linear import closure_convert, linear_call
from wengert.custom.vjp import CustomVJPPrimal, custom_gradient, custom_vjp, custom_vjp_primal_tree_values
from wengert.custom.zeros import SymbolicZero

__all__ = [
    "CustomVJPPrimal", "SymbolicZero", "closure_convert", "custom_gradient", "custom_jvp", "custom_linear_solve",
    "custom_root", "custom_vjp", "custom_vjp_primal_tree_values", "linear_call",
]  # fmt: skip
