# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Rules that a program gives for its own functions: derivatives, transposes, batching."""

from wengert.custom.jvp import custom_jvp
from wengert.custom.vjp import CustomVJPPrimal, custom_gradient, custom_vjp, custom_vjp_primal_tree_values
from wengert.custom.zeros import SymbolicZero

__all__ = [
    "CustomVJPPrimal", "SymbolicZero", "custom_gradient", "custom_jvp", "custom_vjp", "custom_vjp_primal_tree_values",
]  # fmt: skip
