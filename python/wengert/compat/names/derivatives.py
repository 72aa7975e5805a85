# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.custom_derivatives`: what it has beside `wengert.custom_derivatives`."""

from __future__ import annotations

from typing import Any

from wengert.avals import ShapedArray
from wengert.custom import SymbolicZero
from wengert.custom.zeros import zeros_of
from wengert.jaxpr import Primitive
from wengert.trace import aval_of
from wengert.trees import tree_map

__all__ = ["custom_jvp_call_p", "custom_vjp_call_p", "zero_from_primal"]

custom_jvp_call_p, custom_vjp_call_p = Primitive("custom_jvp_call"), Primitive("custom_vjp_call")


def zero_from_primal(val: Any, symbolic_zeros: bool = False) -> Any:
    """The zero tangents of values, as arrays or as `SymbolicZero`.

    >>> zero_from_primal([1.0])
    [Array(0., dtype=float32)]
    """

    def zero(x: Any) -> Any:
        aval = aval_of(x)
        aval = ShapedArray(aval.shape, aval.dtype)
        return SymbolicZero(aval) if symbolic_zeros else zeros_of(aval)

    return tree_map(zero, val)
