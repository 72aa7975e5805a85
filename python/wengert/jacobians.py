# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Jacobians and Hessians: a derivative, or its transpose, of unit vectors, all at once or in chunks."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wengert import errors, trace
from wengert.array import Array
from wengert.autodiff import _check_arguments, _check_results, _inexact, linearized, pushed, trace_at, vjp
from wengert.batching import vmap
from wengert.frames import api_boundary
from wengert.functions import is_float0, name_of, normal_argnums, pick, put, transform
from wengert.trace import ShapedArray, aval_of, operand
from wengert.tree_util import tree_flatten, tree_map, tree_unflatten

__all__ = ["hessian", "jacfwd", "jacobian", "jacrev"]


def _basis(avals: Sequence[ShapedArray]) -> list[Any]:
    """For each leaf, the stacked unit vectors of all leaves together: shape (total size, *leaf shape)."""
    sizes = [a.size for a in avals]
    starts = np.concatenate([[0], np.cumsum(sizes)]).astype(int)
    basis = []
    for a, size, start in zip(avals, sizes, starts, strict=False):
        rows = np.zeros((int(starts[-1]), size), a.dtype)
        rows[start : start + size] = np.eye(size, dtype=a.dtype)
        basis.append(Array._wrap(rows.reshape((int(starts[-1]), *a.shape)), a.weak_type))
    return basis


def _along_basis(linear: Callable[..., Any], avals: Sequence[ShapedArray], out_axes: Any, chunk_size: Any) -> Any:
    """`linear`, a function of the leaves, of all unit vectors; with a chunk size of so many of them at a time."""
    from wengert import lax

    if chunk_size is None:
        return vmap(linear, out_axes=out_axes)(*_basis(avals))
    starts = np.concatenate([[0], np.cumsum([a.size for a in avals])])

    def at(place: Any) -> Any:
        units = []
        for a, start in zip(avals, starts, strict=False):
            here = lax.eq(lax.iota(np.int32, a.size), lax.broadcast(lax.sub(place, np.int32(start)), (a.size,)))
            unit = lax.convert_element_type(lax.reshape(here, a.shape), a.dtype)
            units.append(trace.with_weak_type(unit, a.weak_type))
        return linear(*units)

    return vmap(at, out_axes=out_axes, chunk_size=chunk_size)(np.arange(starts[-1], dtype=np.int32))


def _sliced(x: Any, axis: int, avals: Sequence[ShapedArray]) -> list[Any]:
    """`x` cut along `axis` into the leaves, each with the shape of its leaf in place of that axis."""
    import wengert.numpy as wnp

    parts: list[Any] = []
    start = 0
    for a in avals:
        if is_float0(x):
            parts.append(np.zeros((*x.shape[:axis], *a.shape, *x.shape[axis + 1 :]), x.dtype))
            continue
        index = (slice(None),) * axis + (slice(start, start + a.size),)
        parts.append(wnp.reshape(x[index], (*x.shape[:axis], *a.shape, *x.shape[axis + 1 :])))
        start += a.size
    return parts


def _differentiated(
    fun: Callable[..., Any],
    which: str,
    args: Sequence[Any],
    kwargs: Any,
    argnums: Any,
    allow_int: bool,
    holomorphic: bool,
) -> tuple[Callable[..., Any], Any]:
    """`fun` as a function of the arguments at `argnums` only, as a tuple, and these arguments."""
    positions = normal_argnums(which, argnums, len(args))
    chosen = pick(args, positions, isinstance(argnums, int))
    label, operands = f"{which}({name_of(fun)})", [operand(x) for x in tree_flatten(chosen)[0]]
    _check_arguments(label, operands, holomorphic, allow_int)
    if which == "jacfwd":
        _check_results(label, operands, holomorphic, "argument")

    def partial(x: Any) -> Any:
        return fun(*put(args, positions, x, isinstance(argnums, int)), **kwargs)

    partial.__name__ = partial.__qualname__ = name_of(fun)
    return partial, chosen


@transform
def jacfwd(
    fun: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    *,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """The Jacobian, column by column in forward mode: best for functions with more results than arguments.

    With `chunk_size`, at most so many columns are computed at a time, which bounds the memory: see `vmap`.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> wg.jacfwd(lambda x: x**2)(wnp.array([1.0, 2.0]))
    Array([[2., 0.],
           [0., 4.]], dtype=float32)
    """

    @api_boundary
    @functools.wraps(fun, updated=())
    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        partial, chosen = _differentiated(fun, "jacfwd", args, kwargs, argnums, False, holomorphic)
        leaves, in_tree = tree_flatten(chosen)
        avals = [aval_of(x) for x in leaves]
        traced = trace_at(partial, "jacfwd", (chosen,), has_aux)
        if holomorphic:
            _check_results(f"jacfwd({name_of(fun)})", traced.out_avals, True)
        aux: list[Any] = []
        if chunk_size is None and not has_aux and not traced.function.transforms:
            # In one function, a derivative of it sees what guards values that are not finite, and loops save nothing.
            linear = lambda tangent: pushed(traced, (tangent,))[1]
        else:
            _, linear, *aux = linearized(traced)  # once for all chunks
        columns = _along_basis(lambda *rows: linear(tree_unflatten(in_tree, rows)), avals, -1, chunk_size)

        def split(column: Any) -> Any:
            return tree_unflatten(in_tree, _sliced(column, column.ndim - 1, avals))

        jacobian = tree_map(split, columns)
        return (jacobian, aux[0]) if has_aux else jacobian

    return jacobian_of


@transform
def jacrev(
    fun: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    allow_int: bool = False,
    *,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """The Jacobian, row by row in reverse mode: best for functions with fewer results than arguments.

    With `chunk_size`, at most so many rows are computed at a time, which bounds the memory: see `vmap`.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> wg.jacrev(wnp.sum)(wnp.array([1.0, 2.0]))
    Array([1., 1.], dtype=float32)
    """

    @api_boundary
    @functools.wraps(fun, updated=())
    def jacobian_of(*args: Any, **kwargs: Any) -> Any:
        partial, chosen = _differentiated(fun, "jacrev", args, kwargs, argnums, allow_int, holomorphic)
        value, pullback, *aux = vjp(partial, chosen, has_aux=has_aux)
        leaves, out_tree = tree_flatten(value)
        avals = [aval_of(y) for y in leaves]
        for a in avals:
            if not _inexact(a):
                raise errors.make(errors.IntegerGradError, "jacrev", f"expected floating results but got {a}")
        _check_results(f"jacrev({name_of(fun)})", avals, holomorphic)

        def row(*cts: Any) -> Any:
            return pullback(tree_unflatten(out_tree, cts))[0]

        rows = _along_basis(row, avals, 0, chunk_size)
        row_leaves, in_tree = tree_flatten(rows)
        pieces = [_sliced(r, 0, avals) for r in row_leaves]
        blocks = [tree_unflatten(in_tree, [p[i] for p in pieces]) for i in range(len(avals))]
        jacobian = tree_unflatten(out_tree, blocks)
        return (jacobian, aux[0]) if has_aux else jacobian

    return jacobian_of


jacobian = jacrev


@transform
def hessian(
    fun: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    *,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """The second derivatives, forward over reverse; with `chunk_size` at most so many rows at a time.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> wg.hessian(lambda x: wnp.sum(x**3))(wnp.array([1.0, 2.0]))
    Array([[ 6.,  0.],
           [ 0., 12.]], dtype=float32)
    """
    gradient = jacrev(fun, argnums, has_aux, holomorphic, chunk_size=chunk_size)
    return jacfwd(gradient, argnums, has_aux, holomorphic, chunk_size=chunk_size)
