# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The barrier that keeps a compiler from sharing and moving computations, over `wg.optimization_barrier`."""

from __future__ import annotations

from typing import Any

from wengert.control.bodies import StructuredOp, apply
from wengert.frames import api_boundary
from wengert.trace import operand
from wengert.trees import tree_flatten, tree_unflatten

_BARRIER = StructuredOp("optimization_barrier", {})


@api_boundary
def optimization_barrier(operand_: Any, /) -> Any:
    """`operand_`, an array or a tree of them, as values of which the compiler knows nothing.

    What is computed from the result is not shared with what is computed from `operand_`, and nothing of it is
    there before all of `operand_` is.

    >>> optimization_barrier((1.0, 2.0))
    (Array(1., dtype=float32, weak_type=True), Array(2., dtype=float32, weak_type=True))
    """
    leaves, tree = tree_flatten(operand_)
    values = [operand(x) for x in leaves]
    if not values:
        return operand_
    return tree_unflatten(tree, apply(_BARRIER, values, [x.weak_type for x in values]))
