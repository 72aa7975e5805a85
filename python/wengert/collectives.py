# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions of all examples of a batch, inside of `vmap(..., axis_name=...)`: `psum`, `all_gather`, `ppermute`, ...

Their names and semantics are those of `jax.lax`. What is the same for all examples stays outside of the batch: `psum`
and `all_gather` are computed once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wengert import axes, errors, lax, trace
from wengert.axes import Axis
from wengert.frames import api_boundary
from wengert.tracer import is_tracer, operand
from wengert.trees import tree_flatten, tree_unflatten

__all__ = [
    "all_gather", "all_to_all", "axis_index", "axis_size", "pbroadcast", "pmax", "pmean", "pmin", "ppermute",
    "pshuffle", "psum", "psum_scatter", "pswapaxes",
]  # fmt: skip


class CollectiveOp:
    """An op on a named axis: what `Op` is to ops of the table. It has no value of its own, so it has no kernel."""

    __slots__ = ("name",)
    types = ()

    def __init__(self, name: str):
        self.name = name


def _bind(name: str, axis: Axis, operands: Sequence[Any], attrs: dict[str, Any]) -> Any:
    where = trace.trace_of(operands)
    if where is None or where.level < axis.trace.level:
        where = axis.trace
    weak = bool(operands) and all(x.weak_type for x in operands)
    (result,) = trace.record(where, CollectiveOp(name), operands, {**attrs, "axis_name": axis.text}, [weak])
    result._source = None  # its value depends on examples that only the compiled program has
    return result


def _varies(x: Any, axis: Axis) -> bool:
    """Whether `x` may differ between the examples: it belongs to the trace of the vmap, or to one inside."""
    return is_tracer(x) and x._trace.level >= axis.trace.level


def _axes(which: str, names: Any) -> list[Axis]:
    """The axes of a name, or of a tuple of names."""
    return [axes.lookup(which, name) for name in (names if isinstance(names, (tuple, list)) else (names,))]


def _one_axis(which: str, names: Any) -> Axis:
    found = _axes(which, names)
    if len(found) != 1:
        raise errors.make(
            errors.AxisNameError,
            which,
            f"expected the name of one axis but got {names!r}",
            remedy="call it for one axis after the other",
        )
    return found[0]


def _no_groups(which: str, groups: Any) -> None:
    if groups is not None:
        raise errors.make(
            errors.AxisNameError,
            which,
            "expected no axis_index_groups under vmap but got some",
            remedy="nest two vmaps, one for the groups and one for their members, and name the inner axis",
        )


def _dimension(which: str, word: str, dimension: int, rank: int) -> int:
    if not -rank <= dimension < rank:
        raise errors.make(
            errors.ShapeError, which, f"expected {word} between {-rank} and {rank - 1} but got {dimension}"
        )
    return dimension % rank


def _tree(function: Callable[[Any], Any], x: Any) -> Any:
    """`function` of every leaf, called from here so that an error finds the user's line."""
    leaves, tree = tree_flatten(x)
    return tree_unflatten(tree, [function(leaf) for leaf in leaves])


# ---------------------------------------------------------------------------------------------------------------------
# Reductions


@api_boundary
def psum(x: Any, axis_name: Any, *, axis_index_groups: Any = None) -> Any:
    """The sum of `x` over all examples; each of them gets it.

    A Python number is multiplied by the size of the axis, so that `psum(1, name)` is that size, an int.

    Args:
      x: arrays of any shapes in any pytree; bools count as integers.
      axis_name: the name of an axis of a vmap around, or a tuple of names: the sum over all of them.
      axis_index_groups: not supported under vmap.

    Raises:
      AxisNameError: no vmap around has an axis of that name.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> wg.vmap(lambda x: x / psum(x, "i"), axis_name="i")(wnp.array([1.0, 3.0, 4.0]))
    Array([0.125, 0.375, 0.5  ], dtype=float32)
    """
    _no_groups("psum", axis_index_groups)
    found = _axes("psum", axis_name)
    return _tree(lambda leaf: _psum(leaf, found), x)


def _psum(x: Any, found: Sequence[Axis]) -> Any:
    if type(x) in (int, float, complex, bool):
        for axis in found:
            x = x * axis.size
        return x
    x = operand(x)
    if x.dtype == np.bool_:
        x = lax.convert_element_type(x, np.int32)
    for axis in found:
        x = _bind("psum", axis, (x,), {}) if _varies(x, axis) else lax.mul(x, lax.full_like(x, axis.size))
    return x


@api_boundary
def pmean(x: Any, axis_name: Any, *, axis_index_groups: Any = None) -> Any:
    """The mean of `x` over all examples; each of them gets it. See `psum`.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> wg.vmap(lambda x: x - pmean(x, "i"), axis_name="i")(wnp.array([1.0, 3.0, 5.0]))
    Array([-2.,  0.,  2.], dtype=float32)
    """
    _no_groups("pmean", axis_index_groups)
    found = _axes("pmean", axis_name)
    count = _size(found)
    return _tree(lambda leaf: _psum(leaf, found) / count, x)


def _size(found: Sequence[Axis]) -> int:
    count = 1
    for axis in found:
        count *= axis.size
    return count


@api_boundary
def pmax(x: Any, axis_name: Any, *, axis_index_groups: Any = None) -> Any:
    """The maximum of `x` over all examples; each of them gets it. See `psum`.

    Unlike JAX's it has a derivative, which examples that have the maximum share.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> wg.vmap(lambda x: pmax(x, "i") - x, axis_name="i")(wnp.array([1.0, 3.0, 5.0]))
    Array([4., 2., 0.], dtype=float32)
    """
    return _extremum("pmax", x, axis_name, axis_index_groups)


@api_boundary
def pmin(x: Any, axis_name: Any, *, axis_index_groups: Any = None) -> Any:
    """The minimum of `x` over all examples; each of them gets it. See `pmax`.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> wg.vmap(lambda x: x - pmin(x, "i"), axis_name="i")(wnp.array([1.0, 3.0, 5.0]))
    Array([0., 2., 4.], dtype=float32)
    """
    return _extremum("pmin", x, axis_name, axis_index_groups)


def _extremum(which: str, x: Any, axis_name: Any, groups: Any) -> Any:
    _no_groups(which, groups)
    found = _axes(which, axis_name)

    def leaf(x: Any) -> Any:
        x = operand(x)
        for axis in found:
            if _varies(x, axis):
                x = _bind(which, axis, (x,), {})
        return x

    return _tree(leaf, x)


# ---------------------------------------------------------------------------------------------------------------------
# Movements


@api_boundary
def all_gather(
    x: Any, axis_name: Any, *, axis_index_groups: Any = None, axis: int = 0, tiled: bool = False, to: Any = None
) -> Any:
    """The values of `x` of all examples, along one more dimension; each example gets all of them.

    Args:
      x: arrays of any shapes in any pytree.
      axis_name: the name of an axis of a vmap around, or a tuple of names: the first counts slowest.
      axis_index_groups: not supported under vmap.
      axis: where the new dimension goes.
      tiled: join the values along the existing dimension `axis` instead.
      to: accepted for programs that pass it.

    Raises:
      AxisNameError: no vmap around has an axis of that name.
      ShapeError: `axis` is none of the result, or with `tiled` of `x`.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> wg.vmap(lambda x: all_gather(x, "i")[::-1], axis_name="i")(wnp.array([1, 2]))
    Array([[2, 1],
           [2, 1]], dtype=int32)
    """
    _no_groups("all_gather", axis_index_groups)
    found = _axes("all_gather", axis_name)

    def leaf(x: Any) -> Any:
        x = operand(x)
        at = _dimension("all_gather", "axis", axis, len(x.shape) + (not tiled))
        shape = x.shape
        for one in reversed(found):
            x = _gather(x, one, at)
        if tiled:
            return lax.reshape(x, (*shape[:at], _size(found) * shape[at], *shape[at + 1 :]))
        return lax.reshape(x, (*shape[:at], _size(found), *shape[at:])) if len(found) != 1 else x

    return _tree(leaf, x)


def _gather(x: Any, axis: Axis, at: int) -> Any:
    if _varies(x, axis):
        return _bind("all_gather", axis, (x,), {"axis_size": axis.size, "dimension": at})
    dims = tuple(i + (i >= at) for i in range(len(x.shape)))
    return lax.broadcast_in_dim(x, (*x.shape[:at], axis.size, *x.shape[at:]), dims)


@api_boundary
def all_to_all(
    x: Any, axis_name: Any, split_axis: int, concat_axis: int, *, axis_index_groups: Any = None, tiled: bool = False
) -> Any:
    """Exchange a dimension with the named axis: element j along `split_axis` goes to example j.

    Args:
      x: arrays in any pytree.
      axis_name: the name of an axis of a vmap around, or a tuple of names, of which the last one changes first.
      split_axis: a dimension of `x` of the size of the axis; with `tiled`, of a multiple of it.
      concat_axis: the dimension of the result along which an example finds what it got from the others; with
        `tiled` these are joined along a dimension that exists.
      axis_index_groups: not supported under vmap.

    Raises:
      AxisNameError: no vmap around has an axis of that name.
      ShapeError: a dimension does not exist, or has another size.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> wg.vmap(lambda x: all_to_all(x, "i", 0, 0), axis_name="i")(wnp.array([[1, 2], [3, 4]]))
    Array([[1, 3],
           [2, 4]], dtype=int32)
    """
    _no_groups("all_to_all", axis_index_groups)
    found = _axes("all_to_all", axis_name)

    def leaf(x: Any) -> Any:
        x = operand(x)
        split = _dimension("all_to_all", "split_axis", split_axis, len(x.shape))
        concat = _dimension("all_to_all", "concat_axis", concat_axis, len(x.shape))
        if len(found) == 1:
            x = _split("all_to_all", x, found[0], split, tiled)
            x = _bind("all_to_all", found[0], (x,), {"split": split, "concat": concat})
        else:
            x = _exchanged(x, found, split, concat, tiled)
        return _merged(x, concat) if tiled else x

    return _tree(leaf, x)


def _split(which: str, x: Any, axis: Axis, dimension: int, tiled: bool) -> Any:
    """`x` with a dimension of the size of the axis there; with `tiled` the dimension is cut in such parts."""
    size = x.shape[dimension]
    if size != axis.size and not (tiled and axis.size and size % axis.size == 0):
        words = "a multiple of " if tiled else ""
        raise errors.make(
            errors.ShapeError,
            which,
            f"expected dimension {dimension} to have {words}the size {axis.size} of the axis {axis.name!r} "
            f"but got shape {x.shape}",
            remedy="set tiled=True to cut a dimension into parts" if not tiled else "pad the operand",
        )
    if not tiled:
        return x
    return lax.reshape(x, (*x.shape[:dimension], axis.size, size // axis.size, *x.shape[dimension + 1 :]))


def _exchanged(x: Any, found: Sequence[Axis], split: int, concat: int, tiled: bool) -> Any:
    """A dimension of the size of several axes, exchanged with each of them, at `concat`."""
    sizes = [axis.size for axis in found]
    whole = Axis(tuple(axis.name for axis in found), math.prod(sizes), found[0].trace)
    cut = _split("all_to_all", x, whole, split, tiled).shape
    x = lax.reshape(x, (*cut[:split], *sizes, *cut[split + 1 :]))
    for k, axis in enumerate(found, split):
        x = _bind("all_to_all", axis, (x,), {"split": k, "concat": k})
    order = [k for k in range(len(cut)) if k != split]
    order.insert(concat, split)
    return lax.transpose(lax.reshape(x, cut), order)


def _merged(x: Any, at: int) -> Any:
    """Dimensions `at` and `at + 1` as one."""
    return lax.reshape(x, (*x.shape[:at], x.shape[at] * x.shape[at + 1], *x.shape[at + 2 :]))


@api_boundary
def pswapaxes(x: Any, axis_name: Any, axis: int, *, axis_index_groups: Any = None) -> Any:
    """Exchange dimension `axis` of `x` with the named axis: `all_to_all(x, axis_name, axis, axis)`.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> wg.vmap(lambda x: pswapaxes(x, "i", 0), axis_name="i")(wnp.array([[1, 2], [3, 4]]))
    Array([[1, 3],
           [2, 4]], dtype=int32)
    """
    return all_to_all(x, axis_name, axis, axis, axis_index_groups=axis_index_groups)


@api_boundary
def psum_scatter(
    x: Any, axis_name: Any, *, scatter_dimension: int = 0, axis_index_groups: Any = None, tiled: bool = False
) -> Any:
    """The sum of `x` over all examples, of which example i gets element i along `scatter_dimension`.

    Args:
      x: arrays in any pytree.
      axis_name: the name of one axis of a vmap around.
      scatter_dimension: a dimension of `x` of the size of the axis.
      axis_index_groups: not supported under vmap.
      tiled: the dimension has a multiple of that size, and stays: each example gets a part of it.

    Raises:
      AxisNameError: no vmap around has an axis of that name.
      ShapeError: the dimension does not exist, or has another size.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> wg.vmap(lambda x: psum_scatter(x, "i"), axis_name="i")(wnp.array([[1, 2], [3, 4]]))
    Array([4, 6], dtype=int32)
    """
    _no_groups("psum_scatter", axis_index_groups)
    axis = _one_axis("psum_scatter", axis_name)

    def leaf(x: Any) -> Any:
        x = operand(x)
        at = _dimension("psum_scatter", "scatter_dimension", scatter_dimension, len(x.shape))
        if x.dtype == np.bool_:
            x = lax.convert_element_type(x, np.int32)
        x = _split("psum_scatter", x, axis, at, tiled)
        from wengert.lax._ops import REDUCE_SUM

        return trace.bind(REDUCE_SUM, (_bind("all_to_all", axis, (x,), {"split": at, "concat": 0}),), {"axes": (0,)})

    return _tree(leaf, x)


@api_boundary
def ppermute(x: Any, axis_name: Any, perm: Sequence[tuple[int, int]]) -> Any:
    """Each example sends `x` to another one.

    Args:
      x: arrays of any shapes in any pytree.
      axis_name: the name of one axis of a vmap around.
      perm: pairs `(source, destination)` of positions on the axis, no source and no destination twice. An example
        that is no destination gets zeros.

    Raises:
      AxisNameError: no vmap around has an axis of that name.
      IndexingError: a position is outside of the axis, or stands there twice.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> wg.vmap(lambda x: ppermute(x, "i", [(0, 1), (1, 2)]), axis_name="i")(wnp.array([5, 6, 7]))
    Array([0, 5, 6], dtype=int32)
    """
    axis = _one_axis("ppermute", axis_name)
    sources = _sources(axis, perm)
    return _tree(lambda leaf: _bind("ppermute", axis, (operand(leaf),), {"sources": sources}), x)


def _sources(axis: Axis, perm: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """For each position of the axis the one whose value it gets, -1 for zeros."""
    sources = [-1] * axis.size
    pairs = [tuple(pair) for pair in perm]
    for pair in pairs:
        if len(pair) != 2 or not all(0 <= i < axis.size for i in pair):
            raise errors.make(
                errors.IndexingError,
                "ppermute",
                f"expected pairs (source, destination) of positions below {axis.size}, the size of the axis "
                f"{axis.name!r}, but got {pair!r}",
            )
        source, destination = (int(i) for i in pair)
        if sources[destination] >= 0 or source in sources:
            raise errors.make(
                errors.IndexingError,
                "ppermute",
                f"expected each source and each destination once but got {pairs}",
                remedy="use all_gather and index it, or psum",
            )
        sources[destination] = source
    return tuple(sources)


@api_boundary
def pshuffle(x: Any, axis_name: Any, perm: Sequence[int]) -> Any:
    """`ppermute` in other words: example i gets the value of example `perm[i]`.

    Raises:
      IndexingError: `perm` is no permutation of the positions on the axis.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> wg.vmap(lambda x: pshuffle(x, "i", [2, 0, 1]), axis_name="i")(wnp.array([5, 6, 7]))
    Array([7, 5, 6], dtype=int32)
    """
    axis = _one_axis("pshuffle", axis_name)
    if sorted(perm) != list(range(axis.size)):
        raise errors.make(
            errors.IndexingError,
            "pshuffle",
            f"expected a permutation of the {axis.size} positions of the axis {axis.name!r} but got {list(perm)}",
        )
    return ppermute(x, axis_name, [(source, i) for i, source in enumerate(perm)])


@api_boundary
def pbroadcast(x: Any, axis_name: Any, source: int) -> Any:
    """The value of `x` of example `source`; each example gets it.

    Raises:
      IndexingError: `source` is outside of the axis.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> wg.vmap(lambda x: pbroadcast(x, "i", 1), axis_name="i")(wnp.array([5, 6, 7]))
    Array([6, 6, 6], dtype=int32)
    """
    axis = _one_axis("pbroadcast", axis_name)
    if not 0 <= source < axis.size:
        raise errors.make(
            errors.IndexingError,
            "pbroadcast",
            f"expected a source below {axis.size}, the size of the axis {axis.name!r}, but got {source}",
        )
    return _tree(lambda leaf: lax.index_in_dim(_gather(operand(leaf), axis, 0), source, 0, False), x)


# ---------------------------------------------------------------------------------------------------------------------
# The axis itself


@api_boundary
def axis_index(axis_name: Any) -> Any:
    """The position of the example on the axis, an int32; over a tuple of names the first counts slowest.

    Raises:
      AxisNameError: no vmap around has an axis of that name.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> wg.vmap(lambda x: x * axis_index("i"), axis_name="i")(wnp.ones(3))
    Array([0., 1., 2.], dtype=float32)
    """
    found = _axes("axis_index", axis_name)
    index: Any = None
    for axis in found:
        here = _bind("axis_index", axis, (), {})
        index = here if index is None else index * axis.size + here
    return operand(np.int32(0)) if index is None else index


@api_boundary
def axis_size(axis_name: Any) -> int:
    """The size of the axis, or of several together: a Python int.

    Raises:
      AxisNameError: no vmap around has an axis of that name.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> wg.vmap(lambda x: x * axis_size("i"), axis_name="i")(wnp.ones(3))
    Array([3., 3., 3.], dtype=float32)
    """
    return _size(_axes("axis_size", axis_name))
