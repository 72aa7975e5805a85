# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.interpreters.mlir`: what the primitives that a library defines are lowered to, which here is a function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wengert.compat.names.definable import LoweredFunction, Primitive, lowerings

__all__ = ["lower_fun", "register_lowering"]


def lower_fun(fun: Callable[..., Any], multiple_results: bool = True) -> LoweredFunction:
    """The lowering to what a function computes."""
    return LoweredFunction(fun, multiple_results)


def register_lowering(primitive: Primitive, rule: Any, platform: str | None = None, **_: Any) -> Any:
    """Give what a primitive is lowered to; rules for other platforms than the CPU are not used.

    >>> import wengert as wg
    >>> triple_p = Primitive("triple")
    >>> _ = register_lowering(triple_p, lower_fun(lambda x: 3 * x, multiple_results=False))
    >>> int(wg.jit(triple_p.bind)(2))
    6
    """
    if platform in (None, "cpu"):
        lowerings[primitive] = rule
    return rule
