# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Loops whose number of steps is known only when they run: `while_loop`, over `wg.while`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert.control.bodies import Body, StructuredOp, apply, captures_first, share_captures, trace_body
from wengert.control.carry import as_types, check_structure, check_types, integer, settled
from wengert.frames import api_boundary
from wengert.functions import name_of
from wengert.trace import aval_of, operand
from wengert.trees import keystr, tree_flatten, tree_flatten_with_path, tree_unflatten

__all__ = ["while_loop"]


@api_boundary
def while_loop(
    cond_fun: Callable[[Any], Any],
    body_fun: Callable[[Any], Any],
    init_val: Any,
    *,
    max_steps: int | None = None,
    checkpoint_every: int | None = None,
) -> Any:
    """Replace `init_val` by `body_fun(init_val)` as long as `cond_fun(init_val)` holds.

    Both are traced once, and every step sees values of the same types; Python numbers take the type that `body_fun`
    gives them. Under `vmap` with a condition for each example an example keeps its values once its condition fails.

    All derivatives exist, in reverse too, for any number of steps. The reverse pass runs the steps again and records
    what they need, one entry a step: `checkpoint_every` bounds that memory.

    Args:
      cond_fun: a function of the loop's values that returns a scalar bool.
      body_fun: a function of the loop's values that returns them anew.
      init_val: the first values, arrays in any pytree.
      max_steps: stop after this many steps, though the condition still holds.
      checkpoint_every: in reverse, record every k-th step only and run the k steps from there again. With k near the
        square root of the number of steps the memory is proportional to that root.

    Raises:
      TypeError: `cond_fun` or `body_fun` is no function.
      TreeError, ShapeError, DtypeError: the values change their structure or types, or the condition is no bool.
      ValueError: `max_steps` or `checkpoint_every` is less than 1.

    >>> import wengert as wg
    >>> halve = lambda x: while_loop(lambda x: x > 1.0, lambda x: x / 2.0, x)
    >>> halve(5.0), wg.grad(halve)(5.0)
    (Array(0.625, dtype=float32, weak_type=True), Array(0.125, dtype=float32, weak_type=True))
    """
    attrs = {
        key: _count("while_loop", key, value)
        for key, value in {"max_steps": max_steps, "checkpoint_every": checkpoint_every}.items()
        if value is not None
    }
    return _run("while_loop", cond_fun, body_fun, init_val, attrs)


def count_up(lower: Any, upper: Any, body_fun: Callable[[Any, Any], Any], init_val: Any) -> Any:
    """`fori_loop` with bounds that are known only when it runs."""
    lower, upper = _index("lower bound", lower), _index("upper bound", upper)
    dtype = dtypes.promote_types(lower.dtype, upper.dtype)
    lower, upper = (lax.convert_element_type(x, dtype) for x in (lower, upper))

    def step(state: tuple[Any, Any]) -> tuple[Any, Any]:
        i, value = state
        return lax.add(i, lax.full_like(i, 1)), body_fun(i, value)

    step.__name__ = name_of(body_fun)
    return _run("fori_loop", lambda state: lax.lt(state[0], upper), step, (lower, init_val), {})[1]


def _index(what: str, x: Any) -> Any:
    x = operand(x)
    if x.shape != () or x.dtype.kind not in "iu":
        raise errors.make(
            errors.ShapeError if x.shape else errors.DtypeError,
            "fori_loop",
            f"expected an integer scalar as {what} but got {x.dtype.name}{list(x.shape)}",
            remedy="convert it with astype, or use while_loop",
        )
    return x


def _count(which: str, name: str, value: Any) -> int:
    count = integer(which, f"an integer as {name}", value)
    if count < 1:
        raise ValueError(f"{which}: expected {name} of at least 1 but got {count}")
    return count


def _run(
    which: str,
    cond_fun: Callable[[Any], Any],
    body_fun: Callable[[Any], Any],
    init_val: Any,
    attrs: dict[str, int],
) -> Any:
    paths, tree = tree_flatten_with_path(init_val)
    carry = [operand(x) for _, x in paths]
    in_tree = tree_flatten((init_val,))[1]
    for function, name in ((cond_fun, "cond_fun"), (body_fun, "body_fun")):
        if not callable(function):
            raise TypeError(f"{which}: expected a function as {name} but got {type(function).__name__}")
    avals = [aval_of(x) for x in carry]
    while True:
        body = trace_body(which, body_fun, avals, in_tree)
        check_structure(which, body_fun, "values", tree, body.out_tree)
        before, avals = avals, settled(avals, body.out_avals)
        if avals == before:  # at most once for each leaf: only weak types give way
            break
    own = 1 if which == "fori_loop" else 0  # beside the counter
    check_types(which, body_fun, "init_val", [keystr(p[own:]) for p, _ in paths], avals, body.out_avals)
    cond = trace_body(which, cond_fun, avals, in_tree)
    _check_condition(which, cond_fun, cond)
    functions, captures = share_captures([cond.function, body.function])
    names = [captures_first(m, f, len(captures)) for m, f in functions]
    op = StructuredOp("while", {"cond": names[0], "body": names[1]}, {"num_consts": len(captures), **attrs})
    outs = apply(op, [*captures, *as_types(carry, avals)], [a.weak_type for a in body.out_avals])
    return tree_unflatten(tree, outs)


def _check_condition(which: str, cond_fun: Callable[..., Any], cond: Body) -> None:
    avals = cond.out_avals
    if len(avals) == 1 and avals[0].shape == () and avals[0].dtype == np.bool_:
        return
    words = ", ".join(str(a) for a in avals) or "nothing"
    raise errors.make(
        errors.ShapeError if any(a.shape for a in avals) else errors.DtypeError,
        which,
        f"expected {name_of(cond_fun)} to return a scalar bool but it returns {words}",
        remedy="compare, or use x.any() or x.all(); vmap over examples that loop on their own",
    )
