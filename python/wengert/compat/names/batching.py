# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.interpreters.batching`: the rules for batches of the primitives that a library defines."""

from __future__ import annotations

from typing import Any

from wengert import numpy as wnp
from wengert.compat.names.definable import Primitive, axis_primitive_batchers, primitive_batchers

__all__ = [
    "axis_primitive_batchers", "bdim_at_front", "broadcast", "defbroadcasting", "defvectorized",
    "fancy_primitive_batchers", "not_mapped", "primitive_batchers",
]  # fmt: skip

fancy_primitive_batchers = axis_primitive_batchers
not_mapped = None


def broadcast(x: Any, size: int, axis: int) -> Any:
    """`x` repeated along a new axis.

    >>> broadcast(wnp.arange(2), 3, 0).shape
    (3, 2)
    """
    return wnp.repeat(wnp.expand_dims(x, axis), size, axis)


def bdim_at_front(x: Any, bdim: int | None, size: int) -> Any:
    """`x` with its batch as axis 0, repeated if it has none.

    >>> bdim_at_front(wnp.ones((2, 3)), 1, 3).shape
    (3, 2)
    """
    return broadcast(x, size, 0) if bdim is None else wnp.moveaxis(x, bdim, 0)


def defvectorized(primitive: Primitive) -> None:
    """Say that a primitive of one argument treats a batch as any other axis."""

    def rule(args: Any, dims: Any, **params: Any) -> Any:
        out = primitive.bind(*args, **params)
        return (out, [dims[0]] * len(out)) if primitive.multiple_results else (out, dims[0])

    primitive_batchers[primitive] = rule


def defbroadcasting(primitive: Primitive) -> None:
    """Say that a primitive works element by element on arguments that broadcast.

    >>> import wengert as wg
    >>> add_p = Primitive("my_add")
    >>> _ = add_p.def_impl(lambda x, y: x + y)
    >>> defbroadcasting(add_p)
    >>> wg.vmap(add_p.bind, in_axes=(0, None))(wnp.arange(2), wnp.arange(2)).tolist()
    [[0, 1], [1, 2]]
    """

    def rule(args: Any, dims: Any, **params: Any) -> Any:
        rank = max(x.ndim - (d is not None) for x, d in zip(args, dims, strict=True))
        front = [
            x if d is None else wnp.expand_dims(wnp.moveaxis(x, d, 0), tuple(range(1, 2 + rank - x.ndim)))
            for x, d in zip(args, dims, strict=True)
        ]
        out = primitive.bind(*front, **params)
        return (out, [0] * len(out)) if primitive.multiple_results else (out, 0)

    primitive_batchers[primitive] = rule
