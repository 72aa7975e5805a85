# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""vmap: a function of single elements as a function of batches, over `wg.vmap`.

Arguments that are not mapped reach the function as they are, so Python may branch on them.
What the function computes without its mapped arguments is computed once, outside of the batch.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import optree

from wengert import axes as axis_names
from wengert import errors
from wengert.calls import UNBATCHED, CallOp, call
from wengert.frames import api_boundary
from wengert.functions import Outputs, is_float0, name_of, transform
from wengert.trace import ShapedArray, operand, trace_function
from wengert.tree_util import tree_flatten, tree_unflatten


@transform
def vmap(
    fun: Callable[..., Any],
    in_axes: Any = 0,
    out_axes: Any = 0,
    axis_name: Any = None,
    axis_size: int | None = None,
    spmd_axis_name: Any = None,
    *,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """`fun` applied to every element of a batch.

    Args:
      in_axes: for each positional argument the axis to map over: an int (negative ones count from the end), None for
        an argument that is the same for all elements, or a tree of these that fits the argument. One
        value stands for all. Keyword arguments are mapped over axis 0.
      out_axes: where the new axis goes in the results; None for a result that is the same for all elements.
      axis_size: the size of the batch, needed only if nothing is mapped.
      axis_name: a name for the axis, by which `lax.psum`, `lax.axis_index` and their like refer to it inside of `fun`.
      spmd_axis_name: accepted for programs that pass it.
      chunk_size: at most so many elements at a time, in a loop: what `fun` needs beside its arguments and results is
        needed for one chunk only. A derivative of the loop saves its values for all chunks, unless `fun` is
        checkpointed.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> wg.vmap(wnp.dot)(wnp.ones((3, 2)), wnp.ones((3, 2)))
    Array([2., 2., 2.], dtype=float32)
    """
    if isinstance(in_axes, list):
        in_axes = tuple(in_axes)
    _check_axes_tree("in_axes", in_axes)
    _check_axes_tree("out_axes", out_axes)
    if not callable(fun):
        raise TypeError(f"vmap: expected a function but got {type(fun).__name__}")
    label = f"vmap({name_of(fun)})"
    if chunk_size is not None and (isinstance(chunk_size, bool) or not isinstance(chunk_size, int) or chunk_size < 1):
        raise ValueError(f"vmap: expected a positive chunk_size but got {chunk_size!r}")

    @api_boundary
    @functools.wraps(fun, updated=())
    def batched(*args: Any, **kwargs: Any) -> Any:
        if isinstance(in_axes, tuple) and len(in_axes) != len(args):
            raise errors.make(
                errors.InAxesError,
                label,
                f"expected in_axes for {len(args)} positional arguments but got {len(in_axes)} entries",
                remedy="give in_axes one entry for each positional argument, or a single int",
            )
        leaves, in_tree = tree_flatten((args, kwargs))
        axes = [*flat_axes(label, "in_axes", in_axes, args), *flat_axes(label, "in_axes", 0, kwargs)]
        if chunk_size is not None:
            if axis_name is not None:
                raise ValueError(
                    f"vmap: expected no axis_name beside chunk_size but got {axis_name!r}; "
                    "remedy: an op on all elements would see one chunk only, leave chunk_size out"
                )
            return _in_chunks(fun, label, leaves, axes, in_tree, out_axes, axis_size, chunk_size)
        return _apply(fun, label, leaves, axes, in_tree, out_axes, axis_size, axis_name)

    return batched


def _in_chunks(
    fun: Callable[..., Any],
    label: str,
    leaves: list[Any],
    axes: list[int | None],
    in_tree: Any,
    out_axes: Any,
    axis_size: int | None,
    chunk_size: int,
) -> Any:
    """`_apply` for one chunk after the other, then for the elements that are left."""
    import wengert.numpy as wnp
    from wengert.control.scans import map as in_loop

    mapped = [i for i, axis in enumerate(axes) if axis is not None]
    if any(is_float0(leaves[i]) for i in mapped):
        leaves, mapped = _one_of_float0(label, leaves, axes, mapped)
    operands = [operand(leaves[i]) for i in mapped]
    dims = [_normal(label, axes[i], x) for i, x in zip(mapped, operands, strict=True)]
    size = _batch_size(label, operands, dims, axis_size, in_tree, mapped)
    if size <= chunk_size or not mapped:
        return _apply(fun, label, leaves, axes, in_tree, out_axes, axis_size)
    in_front = [wnp.moveaxis(x, d, 0) for x, d in zip(operands, dims, strict=True)]
    places = set(mapped)
    out_in_front = optree.tree_map(
        lambda axis: None if axis is None else 0, out_axes, none_is_leaf=True, namespace="wengert"
    )

    def on_chunk(xs: Sequence[Any]) -> Any:
        new = list(leaves)
        for i, x in zip(mapped, xs, strict=True):
            new[i] = x
        front = [0 if i in places else None for i in range(len(leaves))]
        return _apply(fun, label, new, front, in_tree, out_in_front, None)

    count = size // chunk_size
    whole = count * chunk_size
    chunks = [wnp.reshape(x[:whole], (count, chunk_size, *x.shape[1:])) for x in in_front]
    pieces, out_tree = tree_flatten(in_loop(on_chunk, chunks))
    rest = tree_flatten(on_chunk([x[whole:] for x in in_front]))[0] if whole < size else [None] * len(pieces)
    out_dims = flat_axes(label, "out_axes", out_axes, tree_unflatten(out_tree, [0] * len(pieces)))
    results = []
    for y, z, axis in zip(pieces, rest, out_dims, strict=True):
        if axis is None:
            results.append(y[0])
            continue
        y = wnp.reshape(y, (whole, *y.shape[2:]))
        y = y if z is None else wnp.concatenate([y, z])
        results.append(wnp.moveaxis(y, 0, axis))
    return tree_unflatten(out_tree, results)


def _apply(
    fun: Callable[..., Any],
    label: str,
    leaves: list[Any],
    axes: list[int | None],
    in_tree: Any,
    out_axes: Any,
    axis_size: int | None,
    axis_name: Any = None,
) -> Any:
    mapped = [i for i, axis in enumerate(axes) if axis is not None]
    if any(is_float0(leaves[i]) for i in mapped):
        leaves, mapped = _one_of_float0(label, leaves, axes, mapped)
    operands = [operand(leaves[i]) for i in mapped]
    in_dims = [_normal(label, axes[i], x) for i, x in zip(mapped, operands, strict=True)]
    size = _batch_size(label, operands, in_dims, axis_size, in_tree, mapped)
    single = [
        ShapedArray(x.shape[:d] + x.shape[d + 1 :], x.dtype, x.weak_type)
        for x, d in zip(operands, in_dims, strict=True)
    ]
    outputs = Outputs()

    def flat(*tracers: Any) -> list[Any]:
        new = list(leaves)
        for i, x in zip(mapped, tracers, strict=True):
            new[i] = x
        args, kwargs = tree_unflatten(in_tree, new)
        with axis_names.named(axis_name, size):
            return outputs.flatten(fun(*args, **kwargs))

    function = trace_function(flat, single, "vmap", label, name_of(fun))
    out_tree_axes = flat_axes(label, "out_axes", out_axes, tree_unflatten(outputs.tree, [0] * len(outputs.leaves)))
    out_dims = []
    for place, aval in zip(outputs.places, function.out_avals, strict=True):
        axis = out_tree_axes[place]
        if axis is None:
            out_dims.append(UNBATCHED)  # the compiler knows whether it depends on the batch, and refuses if it does
        else:
            out_dims.append(_normal_out(label, axis, aval))
    results: list[Any] = []
    if out_dims or hasattr(function.module, "kept"):  # without results it may still call functions of this process
        attrs = {
            "in_axes": (*in_dims, *[UNBATCHED] * len(function.captures)),
            "out_axes": tuple(out_dims),
            "size": size,
        }
        if axis_name is not None:
            attrs["axis_name"] = axis_names.text_of(axis_name)
        op = CallOp("vmap", function.module, function.name, attrs)
        results = call(op, [*operands, *function.captures], [a.weak_type for a in function.out_avals])
    traced = set(outputs.places)
    for i, x in enumerate(outputs.leaves):
        axis = out_tree_axes[i]
        if i not in traced and axis is not None:
            outputs.leaves[i] = _repeated(label, x, axis, size)
    return outputs.unflatten(results)


def _one_of_float0(
    label: str, leaves: list[Any], axes: list[int | None], mapped: list[int]
) -> tuple[list[Any], list[int]]:
    """float0 arrays have no data to map over: the leaves with one element of each, and what else is mapped."""
    rest = [i for i in mapped if not is_float0(leaves[i])]
    leaves = list(leaves)
    for i in mapped:
        x = leaves[i]
        if is_float0(x):
            axis = _normal(label, axes[i], x)
            leaves[i] = np.zeros(x.shape[:axis] + x.shape[axis + 1 :], x.dtype)
    return leaves, rest


def _repeated(label: str, x: Any, axis: int, size: int) -> Any:
    """`x`, which is the same for all elements, repeated along the new axis."""
    from wengert import lax

    if is_float0(x):
        axis = _normal_out(label, axis, x)
        return np.zeros((*x.shape[:axis], size, *x.shape[axis:]), x.dtype)
    x = operand(x)
    axis = _normal_out(label, axis, x)
    shape = (*x.shape[:axis], size, *x.shape[axis:])
    dims = tuple(i + (i >= axis) for i in range(len(x.shape)))
    return lax.broadcast_in_dim(x, shape, dims)


def _check_axes_tree(which: str, axes: Any) -> None:
    for axis in optree.tree_leaves(axes, none_is_leaf=True, namespace="wengert"):
        if axis is not None and (isinstance(axis, bool) or not hasattr(axis, "__index__")):
            raise TypeError(f"vmap: expected {which} to be an int, None, or a tree of these but got {axis!r}")


def flat_axes(label: str, which: str, axes: Any, tree: Any) -> list[int | None]:
    """`axes`, a prefix of `tree` with ints and None, spread over the leaves of `tree`."""
    if axes is None or hasattr(axes, "__index__"):
        if axes is None:
            return [None] * len(tree_flatten(tree)[0])
        leaves = tree_flatten(tree, is_leaf=lambda x: hasattr(type(x), "element_rank"))[0]
        return [_leaf_axis(label, which, int(axes), x) for x in leaves]
    try:
        axis_children, axis_meta, _, _ = optree.tree_flatten_one_level(axes, namespace="wengert")
        children, meta, _, _ = optree.tree_flatten_one_level(tree, namespace="wengert")
    except ValueError:  # one of them is a leaf
        axis_children, axis_meta, children, meta = [axes], None, [], 0
    same_type = type(axes) is type(tree) or (isinstance(axes, (tuple, list)) and isinstance(tree, (tuple, list)))
    if not same_type or len(axis_children) != len(children) or (axis_meta != meta and isinstance(axes, dict)):
        raise errors.make(
            errors.InAxesError,
            label,
            f"expected {which} that fits the structure {tree_flatten(tree)[1]} but got {axes!r}",
            remedy=f"give {which} one int, or a tree of the structure of the values or the beginning of it",
        )
    return [a for x, y in zip(axis_children, children, strict=True) for a in flat_axes(label, which, x, y)]


def _leaf_axis(label: str, which: str, axis: int, x: Any) -> int:
    """The axis of the leaf behind `x`, which for keys has their words at the end."""
    extra = getattr(type(x), "element_rank", 0)
    if extra and which == "in_axes" and not -len(x.shape) <= axis < len(x.shape):
        raise errors.make(
            errors.InAxesError,
            label,
            f"expected an axis of each mapped argument but got axis {axis} for {x.dtype} of shape {x.shape}",
            remedy="use None in in_axes for arguments that are not mapped, or split the key first",
        )
    return axis - extra if axis < 0 else axis


def _normal(label: str, axis: int | None, x: Any) -> int:
    assert axis is not None
    rank = len(x.shape)
    if not -rank <= axis < rank:
        raise errors.make(
            errors.InAxesError,
            label,
            f"expected an axis of each mapped argument but got axis {axis} for shape {x.shape}",
            remedy="use None in in_axes for arguments that are not mapped",
        )
    return axis % rank


def _normal_out(label: str, axis: int, x: Any) -> int:
    rank = len(x.shape) + 1
    if not -rank <= axis < rank:
        raise errors.make(
            errors.InAxesError, label, f"expected out_axes between {-rank} and {rank - 1} but got {axis}: {x.shape}"
        )
    return axis % rank


def _batch_size(
    label: str, operands: Sequence[Any], dims: Sequence[int], axis_size: int | None, in_tree: Any, mapped: Sequence[int]
) -> int:
    sizes = [x.shape[d] for x, d in zip(operands, dims, strict=True)]
    if axis_size is not None:
        sizes.append(int(axis_size))
    if not sizes:
        raise errors.make(
            errors.InAxesError,
            label,
            "expected at least one mapped argument but got none",
            remedy="give in_axes an int for one of them, or set axis_size",
        )
    if len(set(sizes)) > 1:
        paths = optree.treespec_paths(in_tree) if hasattr(optree, "treespec_paths") else in_tree.paths()
        lines = [
            f"{_path(paths[i])}: shape {x.shape}, axis {d} of size {x.shape[d]}"
            for i, x, d in zip(mapped, operands, dims, strict=True)
        ]
        if axis_size is not None:
            lines.append(f"axis_size: {axis_size}")
        raise errors.make(
            errors.InAxesError,
            label,
            "expected mapped axes of one size but got " + "; ".join(lines),
            remedy="check in_axes, or use None for arguments that are not mapped",
        )
    return sizes[0]


def _path(path: tuple[Any, ...]) -> str:
    rest = path[1:]
    first = f"argument {rest[0]}" if rest else "argument"
    return first + "".join(f"[{p!r}]" for p in rest[1:])
