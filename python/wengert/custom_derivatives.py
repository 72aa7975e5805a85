# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Derivatives that a program gives for its own functions. Names of `jax.custom_derivatives`."""

from wengert.custom import (
    CustomVJPPrimal,
    SymbolicZero,
    closure_convert,
    custom_gradient,
    custom_jvp,
    custom_vjp,
    custom_vjp_primal_tree_values,
    linear_call,
)

__all__ = [
    "CustomVJPPrimal", "SymbolicZero", "closure_convert", "custom_gradient", "custom_jvp", "custom_vjp",
    "custom_vjp_primal_tree_values", "linear_call",
]  # fmt: skip
