# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.core` and `jax.extend.core`: tracers, abstract values and the parts of a jaxpr."""

from wengert.avals import ShapedArray
from wengert.jaxpr import ClosedJaxpr, Jaxpr, JaxprEqn, Literal, Primitive, Var
from wengert.trace import aval_of as get_aval
from wengert.tracer import Tracer

AbstractValue = ShapedArray

__all__ = [
    "AbstractValue", "ClosedJaxpr", "Jaxpr", "JaxprEqn", "Literal", "Primitive", "ShapedArray", "Tracer", "Var",
    "get_aval",
]  # fmt: skip
