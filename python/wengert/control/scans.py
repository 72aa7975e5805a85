# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Loops of known length: `scan`, `map`, `fori_loop` with static bounds and `associative_scan`, over `wg.scan`."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from wengert import errors, lax
from wengert.control.bodies import Body, StructuredOp, apply, captures_first, trace_body
from wengert.control.carry import as_types, check_structure, check_types, integer, settled
from wengert.control.loops import count_up
from wengert.frames import api_boundary
from wengert.functions import name_of
from wengert.trace import Function, ShapedArray, aval_of, operand
from wengert.trees import keystr, tree_flatten, tree_flatten_with_path, tree_map, tree_unflatten

__all__ = ["associative_scan", "fori_loop", "map", "scan"]


@api_boundary
def scan(
    f: Callable[[Any, Any], tuple[Any, Any]],
    init: Any,
    xs: Any = None,
    length: int | None = None,
    reverse: bool = False,
    unroll: int | bool = 1,
    _split_transpose: bool = False,
) -> tuple[Any, Any]:
    """Run `carry, y = f(carry, x)` over the entries of `xs`; returns the last carry and the stacked `y`.

    `f` is traced once, whatever the length, and each step sees a carry of the same type. Weakly typed carries (Python
    numbers) take the type that `f` gives them.

    Args:
      f: a function of the carry and one entry, which returns a pair.
      init: the carry of the first step, arrays in any pytree.
      xs: arrays in any pytree, with one leading size; None if `length` is given and `f` needs no input.
      length: the number of steps, if it does not follow from `xs`.
      reverse: run over the entries from the last to the first; `y` stands where its `x` did.
      unroll: how many steps stand in one iteration of the compiled loop; True or 0 for all of them.

    Raises:
      TypeError: `f` is no function or returns no pair; TreeError: the carry changes its structure.
      ShapeError, DtypeError: the carry changes its type, or leading sizes differ.
      ValueError: there is neither `xs` nor a `length`.

    >>> import wengert.numpy as wnp
    >>> scan(lambda total, x: (total + x, total), 0.0, wnp.arange(4.0))
    (Array(6., dtype=float32), Array([0., 0., 1., 3.], dtype=float32))
    """
    return _scan("scan", f, init, xs, length, reverse, unroll)


def _scan(
    which: str,
    f: Callable[[Any, Any], tuple[Any, Any]],
    init: Any,
    xs: Any,
    length: int | None,
    reverse: bool,
    unroll: int | bool,
) -> tuple[Any, Any]:
    """`scan`, as which messages speak of it."""
    if not callable(f):
        raise TypeError(f"{which}: expected a function but got {type(f).__name__}")
    paths, carry_tree = tree_flatten_with_path(init)
    carry = [operand(x) for _, x in paths]
    leaves = tree_flatten(xs)[0]
    arrays = [operand(x) for x in leaves]
    steps = _length(which, arrays, length)
    x_avals = [ShapedArray(x.shape[1:], x.dtype, x.weak_type) for x in arrays]
    in_tree = tree_flatten((init, xs))[1]

    avals = [aval_of(x) for x in carry]
    while True:
        body = trace_body(which, f, [*avals, *x_avals], in_tree)
        y_tree = _second(which, f, body, carry_tree)
        before, avals = avals, settled(avals, body.out_avals)
        if avals == before:  # at most once for each leaf: only weak types give way
            break
    noun, own = ("init_val", 1) if which == "fori_loop" else ("carry", 0)  # beside the counter
    check_types(which, f, noun, [keystr(p[own:]) for p, _ in paths], avals, body.out_avals[: len(avals)])
    outs = run_scan(
        body.function, as_types(carry, avals), arrays, steps, reverse=reverse, unroll=unrolled(which, unroll, steps)
    )
    return tree_unflatten(carry_tree, outs[: len(carry)]), tree_unflatten(y_tree, outs[len(carry) :])


def run_scan(
    function: Function, carry: Sequence[Any], xs: Sequence[Any], length: int, *, reverse: bool = False, unroll: int = 1
) -> list[Any]:
    """`wg.scan` over a traced function `(carry, x, captures) -> (carry, y)`: the last carries and the stacked ys."""
    captures = function.captures
    op = StructuredOp(
        "scan",
        {"callee": captures_first(function.module, function.name, len(captures))},
        {
            "num_consts": len(captures),
            "num_carry": len(carry),
            "length": length,
            "reverse": bool(reverse),
            "unroll": unroll,
        },
    )
    return apply(op, [*captures, *carry, *xs], [a.weak_type for a in function.out_avals])


def _length(which: str, arrays: Sequence[Any], length: Any) -> int:
    sizes = set()
    for x in arrays:
        if not x.shape:
            raise errors.make(
                errors.ShapeError,
                which,
                "expected arrays with a leading dimension to run over but got a scalar",
                remedy="use the carry or a closure for what is the same in every step",
            )
        sizes.add(x.shape[0])
    if length is not None:
        length = integer(which, "an integer length", length)
        if length < 0:
            raise ValueError(f"{which}: expected a length of 0 or more but got {length}")
        sizes.add(length)
    if not sizes:
        raise ValueError(f"{which}: expected arrays to run over or a length but got neither")
    if len(sizes) > 1:
        words = f"leading sizes {sorted(x.shape[0] for x in arrays)}"
        raise errors.make(
            errors.ShapeError,
            which,
            "expected arrays of one leading size"
            + (
                f" and that as length but got {words} and length {length}"
                if length is not None
                else f" but got {words}"
            ),
            remedy="slice or pad them to one size",
        )
    return int(sizes.pop())


def unrolled(which: str, unroll: Any, length: int) -> int:
    """The attribute `unroll` for what the caller gave."""
    if isinstance(unroll, bool):
        return max(length, 1) if unroll else 1
    unroll = integer(which, "unroll as an integer or a bool", unroll)
    if unroll < 0:
        raise ValueError(f"{which}: expected to unroll by 0 (all steps) or more but got {unroll}")
    return max(min(unroll or length, length), 1)


def _second(which: str, f: Callable[..., Any], body: Body, carry_tree: Any) -> Any:
    """The structure of the second result of `f`, whose first one is the carry."""
    tree = body.out_tree
    children: Any = tree.children() if tree.type is tuple or tree.type is list else ()
    if len(children) != 2:
        raise TypeError(f"{which}: expected {name_of(f)} to return a pair (carry, y) but it returns {tree}")
    check_structure(which, f, "a carry", carry_tree, children[0])
    return children[1]


# ---------------------------------------------------------------------------------------------------------------------
# Over scan


@api_boundary
def map(f: Callable[[Any], Any], xs: Any, *, batch_size: int | None = None) -> Any:
    """`f` of each entry of `xs`, one after the other, the results stacked.

    Unlike `vmap` it needs the memory of one entry, or of `batch_size` of them, which run at once under `vmap`.

    Args:
      f: a function of one entry.
      xs: arrays in any pytree with one leading size.
      batch_size: how many entries run at once; None or 0 for one after the other.

    Raises:
      ShapeError: leading sizes differ; ValueError: `batch_size` is negative, or there are no arrays.

    >>> import wengert.numpy as wnp
    >>> map(lambda x: x * x, wnp.arange(3.0))
    Array([0., 1., 4.], dtype=float32)
    """
    if batch_size is None or batch_size == 0:
        return scan(lambda _, x: ((), f(x)), (), xs)[1]
    from wengert.batching import vmap

    batch_size = integer("map", "an integer batch_size", batch_size)
    if batch_size < 1:
        raise ValueError(f"map: expected a batch_size of 0 or more but got {batch_size}")
    leaves, tree = tree_flatten(xs)
    arrays = [operand(x) for x in leaves]
    size = _length("map", arrays, None)
    whole = size // batch_size
    parts = []
    if whole:
        cut = [lax.reshape(_slice(x, 0, whole * batch_size), (whole, batch_size, *x.shape[1:])) for x in arrays]
        stacked = scan(lambda _, x: ((), vmap(f)(x)), (), tree_unflatten(tree, cut))[1]
        parts.append(tree_map(lambda y: lax.reshape(y, (whole * batch_size, *y.shape[2:])), stacked))
    if whole * batch_size < size or not size:
        parts.append(vmap(f)(tree_unflatten(tree, [_slice(x, whole * batch_size, size) for x in arrays])))
    return parts[0] if len(parts) == 1 else tree_map(lambda *ys: lax.concatenate(ys, 0), *parts)


def _slice(x: Any, start: int, stop: int, step: int = 1, axis: int = 0) -> Any:
    return lax.slice_in_dim(x, start, stop, step, axis)


@api_boundary
def fori_loop(
    lower: Any, upper: Any, body_fun: Callable[[Any, Any], Any], init_val: Any, *, unroll: int | bool | None = None
) -> Any:
    """`val = body_fun(i, val)` for `i` from `lower` to `upper - 1`; returns the last `val`.

    With Python integers as bounds it is a `scan`; with bounds that only the running program knows, a `while_loop`.

    Args:
      lower, upper: integers or integer scalars.
      body_fun: a function of the counter and the value, which keeps the value's type.
      init_val: the first value, arrays in any pytree.
      unroll: as in `scan`, for bounds that are Python integers.

    Raises:
      TypeError, TreeError, ShapeError, DtypeError: as in `scan`.

    >>> fori_loop(0, 5, lambda i, total: total + i, 0)
    Array(10, dtype=int32, weak_type=True)
    """
    if not callable(body_fun):
        raise TypeError(f"fori_loop: expected a function but got {type(body_fun).__name__}")
    first, last = _static(lower), _static(upper)
    if first is None or last is None:
        if unroll is not None:
            raise ValueError(
                "fori_loop: expected bounds that are Python integers with unroll but got bounds that only the running "
                "program knows; leave unroll out"
            )
        return count_up(lower, upper, body_fun, init_val)

    def step(carry: tuple[Any, Any], _: None) -> tuple[tuple[Any, Any], None]:
        i, value = carry
        return (i + 1, body_fun(i, value)), None

    step.__name__ = name_of(body_fun)
    length = max(last - first, 0)
    unroll = 1 if unroll is None else unroll
    return _scan("fori_loop", step, (operand(lower), init_val), None, length, False, unroll)[0][1]


def _static(bound: Any) -> int | None:
    """A bound that is known while the program is traced."""
    try:
        return operator.index(bound)
    except (TypeError, errors.WengertError):
        return None


@api_boundary
def associative_scan(fn: Callable[[Any, Any], Any], elems: Any, reverse: bool = False, axis: int = 0) -> Any:
    """All partial results of an associative operation along an axis: `[e0, fn(e0, e1), fn(fn(e0, e1), e2), ...]`.

    The combinations form a tree of logarithmic depth, each level on whole arrays.

    Args:
      fn: a function of two trees of arrays that combines them entry by entry, associative.
      elems: arrays in any pytree of one size along `axis`.
      reverse: combine from the end.
      axis: the axis; negative ones count from the end.

    Raises:
      TypeError: `fn` is no function; ShapeError: sizes differ or `axis` is out of range.

    >>> import wengert.numpy as wnp
    >>> associative_scan(wnp.multiply, wnp.arange(1.0, 6.0))
    Array([  1.,   2.,   6.,  24., 120.], dtype=float32)
    """
    if not callable(fn):
        raise TypeError(f"associative_scan: expected a function but got {type(fn).__name__}")
    leaves, tree = tree_flatten(elems)
    arrays = [operand(x) for x in leaves]
    if not arrays:
        return elems
    axes = []
    for x in arrays:
        if not -len(x.shape) <= axis < len(x.shape):
            raise errors.make(errors.ShapeError, "associative_scan", f"expected an axis of {aval_of(x)} but got {axis}")
        axes.append(axis % len(x.shape))
    sizes = {x.shape[a] for x, a in zip(arrays, axes, strict=True)}
    if len(sizes) > 1:
        raise errors.make(
            errors.ShapeError, "associative_scan", f"expected arrays of one size along the axis but got {sorted(sizes)}"
        )
    if reverse:
        arrays = [lax.rev(x, (a,)) for x, a in zip(arrays, axes, strict=True)]

    def combine(a: list[Any], b: list[Any]) -> list[Any]:
        out, out_tree = tree_flatten(fn(tree_unflatten(tree, a), tree_unflatten(tree, b)))
        if out_tree != tree:
            raise errors.make(
                errors.TreeError,
                "associative_scan",
                f"expected {name_of(fn)} to return the structure {tree} but it returns {out_tree}",
            )
        return [operand(x) for x in out]

    scanned = _prefixes(combine, arrays, axes)
    if reverse:
        scanned = [lax.rev(x, (a,)) for x, a in zip(scanned, axes, strict=True)]
    return tree_unflatten(tree, scanned)


def _prefixes(combine: Callable[..., list[Any]], xs: list[Any], axes: list[int]) -> list[Any]:
    """Partial results: those at odd places from the pairs of neighbours, the others with one more combination each."""
    size = xs[0].shape[axes[0]]
    if size < 2:
        return xs
    part = lambda values, start, stop, step=1: [
        _slice(v, start, stop, step, a) for v, a in zip(values, axes, strict=True)
    ]
    pairs = combine(part(xs, 0, size - 1, 2), part(xs, 1, size, 2))
    odd = _prefixes(combine, pairs, axes)
    count = odd[0].shape[axes[0]]
    if size % 2:
        even = combine(odd, part(xs, 2, size, 2))
    else:
        even = combine(part(odd, 0, count - 1), part(xs, 2, size, 2)) if size > 2 else []
    first = part(xs, 0, 1)
    even = [lax.concatenate((f, e), a) for f, e, a in zip(first, even, axes, strict=True)] if even else first
    return [_interleaved(e, o, a) for e, o, a in zip(even, odd, axes, strict=True)]


def _interleaved(even: Any, odd: Any, axis: int) -> Any:
    """e0 o0 e1 o1 ... along an axis; there may be one more of `even`."""
    count = odd.shape[axis]
    shape = (*even.shape[:axis], 2 * count, *even.shape[axis + 1 :])
    column = lambda x: lax.expand_dims(_slice(x, 0, count, 1, axis), (axis + 1,))
    both = lax.reshape(lax.concatenate((column(even), column(odd)), axis + 1), shape)
    if even.shape[axis] == count:
        return both
    return lax.concatenate((both, _slice(even, count, count + 1, 1, axis)), axis)
