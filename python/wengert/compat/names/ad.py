# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.interpreters.ad`: the rules of derivatives of the primitives that a library defines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wengert.avals import ShapedArray
from wengert.compat.names.definable import (
    Primitive,
    Zero,
    instantiate_zeros,
    primitive_jvps,
    primitive_transposes,
)
from wengert.custom.zeros import zeros_of as zeros_like_aval
from wengert.tracer import Tracer as JVPTracer

__all__ = [
    "JVPTracer", "UndefinedPrimal", "Zero", "add_tangents", "defjvp", "defjvp2", "deflinear", "deflinear2",
    "instantiate_zeros", "is_undefined_primal", "primitive_jvps", "primitive_transposes", "zeros_like_aval",
]  # fmt: skip


class UndefinedPrimal:
    """What a rule for transposes gets in the place of an argument that it is linear in; no rule is called here.

    Attributes:
      aval: its type.
    """

    __slots__ = ("aval",)

    def __init__(self, aval: ShapedArray):
        self.aval = aval


def is_undefined_primal(x: Any) -> bool:
    """Whether a rule for transposes got this in the place of an argument that it is linear in."""
    return isinstance(x, UndefinedPrimal)


def add_tangents(x: Any, y: Any) -> Any:
    """The sum of two tangents.

    >>> add_tangents(Zero(ShapedArray((), "float32")), 2.0)
    2.0
    """
    return y if isinstance(x, Zero) else x if isinstance(y, Zero) else x + y


def defjvp2(primitive: Primitive, *rules: Callable[..., Any] | None) -> None:
    """Give for each argument a function of (its tangent, the result, the arguments) with the result's tangent."""

    def jvp(primals: Any, tangents: Any, **params: Any) -> Any:
        out = primitive.bind(*primals, **params)
        total: Any = Zero(ShapedArray(out.shape, out.dtype))
        for rule, tangent in zip(rules, tangents, strict=True):
            if rule is not None and not isinstance(tangent, Zero):
                total = add_tangents(total, rule(tangent, out, *primals, **params))
        return out, total

    primitive_jvps[primitive] = jvp


def defjvp(primitive: Primitive, *rules: Callable[..., Any] | None) -> None:
    """Give for each argument a function of (its tangent, the arguments) with the result's tangent.

    >>> import wengert as wg
    >>> square_p = Primitive("square")
    >>> _ = square_p.def_impl(lambda x: x * x)
    >>> defjvp(square_p, lambda t, x: 2 * x * t)
    >>> float(wg.grad(square_p.bind)(3.0))
    6.0
    """
    without_out = [r and (lambda t, out, *xs, _r=r, **params: _r(t, *xs, **params)) for r in rules]
    defjvp2(primitive, *without_out)


def deflinear2(primitive: Primitive, transpose_rule: Callable[..., Any]) -> None:
    """Say that a primitive is linear in all its arguments together: its tangent is the primitive of the tangents."""

    def jvp(primals: Any, tangents: Any, **params: Any) -> Any:
        return primitive.bind(*primals, **params), primitive.bind(*map(instantiate_zeros, tangents), **params)

    primitive_jvps[primitive] = jvp
    primitive_transposes[primitive] = transpose_rule


deflinear = deflinear2
