# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Branches: `cond` and `switch`, over `wg.cond`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wengert import errors, lax
from wengert.control.bodies import StructuredOp, apply, common_results, converted, share_captures, trace_body
from wengert.frames import api_boundary
from wengert.functions import name_of
from wengert.trace import ShapedArray, aval_of, operand
from wengert.trees import tree_flatten, tree_unflatten

__all__ = ["cond", "switch"]

_NONE = object()


@api_boundary
def cond(
    pred: Any,
    true_fun: Callable[..., Any],
    false_fun: Callable[..., Any],
    *operands: Any,
    operand: Any = _NONE,
    linear: Any = None,
    vmap_method: str = "select",
) -> Any:
    """`true_fun(*operands)` if `pred` holds, else `false_fun(*operands)`; only one of them runs.

    Under `vmap` with a mapped `pred` both run, and each example takes its result; with `vmap_method="sequential"` the
    examples run one after the other, each only its function. Both are traced, whatever `pred` is.

    The old form `cond(pred, x, true_fun, y, false_fun)`, with an operand for each function, is taken too.

    Args:
      pred: a scalar of bool or a number, which holds if it is not 0.
      true_fun, false_fun: functions of `operands` whose results agree in structure, shapes and dtypes.
      operands: arrays in any pytrees.
      operand: the one operand, for programs that give it by name.
      linear: accepted for programs that pass it.
      vmap_method: "select" or "sequential", see above.

    Raises:
      ValueError: an unknown `vmap_method`.
      ShapeError, DtypeError: `pred` is no scalar, or the results differ in type.
      TreeError: the results differ in structure.

    >>> import wengert.numpy as wnp
    >>> cond(True, wnp.sin, wnp.cos, 0.0)
    Array(0., dtype=float32, weak_type=True)
    """
    if operand is not _NONE:
        operands = (operand,)
    if len(operands) == 2 and callable(false_fun) and callable(operands[1]):
        x, on_true, y, on_false = true_fun, false_fun, *operands
        true_fun, false_fun, operands = lambda x, y: on_true(x), lambda x, y: on_false(y), (x, y)
    pred = _scalar("cond", pred, "predicate")
    index = pred if pred.dtype == np.bool_ else lax.ne(pred, lax.full_like(pred, 0))
    return _run("cond", lax.convert_element_type(index, np.int32), (false_fun, true_fun), operands, vmap_method)


@api_boundary
def switch(
    index: Any,
    branches: Sequence[Callable[..., Any]],
    *operands: Any,
    operand: Any = _NONE,
    linear: Any = None,
    vmap_method: str = "select",
) -> Any:
    """`branches[index](*operands)`; an index out of range counts as the nearest one.

    Args:
      index: an integer scalar.
      branches: functions of `operands` whose results agree in structure, shapes and dtypes.
      operands: arrays in any pytrees.
      operand, linear, vmap_method: as in `cond`.

    Raises:
      ShapeError, DtypeError, TreeError: as in `cond`; ValueError: there are no branches.

    >>> switch(2, [lambda x: x, lambda x: 2 * x, lambda x: 3 * x], 5.0)
    Array(15., dtype=float32, weak_type=True)
    """
    if operand is not _NONE:
        operands = (operand,)
    if not branches:
        raise ValueError("switch: expected at least one branch but got none")
    index = _scalar("switch", index, "index")
    if index.dtype.kind not in "iu":
        raise errors.make(
            errors.DtypeError,
            "switch",
            f"expected an integer index but got {index.dtype.name}",
            remedy="use cond for bools",
        )
    last = len(branches) - 1
    index = lax.clamp(lax.full_like(index, 0), index, lax.full_like(index, min(last, np.iinfo(index.dtype).max)))
    return _run("switch", lax.convert_element_type(index, np.int32), tuple(branches), operands, vmap_method)


def _scalar(which: str, x: Any, noun: str) -> Any:
    if callable(x):
        raise TypeError(f"{which}: expected a scalar {noun} first but got the function {name_of(x)}")
    x = operand(x)
    if x.shape != ():
        raise errors.make(
            errors.ShapeError,
            which,
            f"expected a scalar {noun} but got shape {x.shape}",
            remedy="use x.any(), x.all() or numpy.where, or vmap over the examples",
        )
    return x


def _run(
    which: str, index: Any, branches: Sequence[Callable[..., Any]], args: tuple[Any, ...], vmap_method: str
) -> Any:
    if vmap_method not in ("select", "sequential"):
        raise ValueError(f"{which}: expected a vmap_method of 'select' or 'sequential' but got {vmap_method!r}")
    leaves, in_tree = tree_flatten(args)
    inputs = [operand(x) for x in leaves]
    avals: list[ShapedArray] = [aval_of(x) for x in inputs]
    if len(branches) == 1:
        return branches[0](*args)
    bodies = [trace_body(which, f, avals, in_tree) for f in branches]
    results = common_results(which, bodies, [name_of(f) for f in branches])
    functions, captures = share_captures([converted(b.function, results) for b in bodies])
    op = StructuredOp("cond", {"branches": functions}, {"sequential": vmap_method == "sequential"})
    outs = apply(op, [index, *inputs, *captures], [a.weak_type for a in results])
    return tree_unflatten(bodies[0].out_tree, outs)
