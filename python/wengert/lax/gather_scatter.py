# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Gather and scatter with XLA's dimension numbers, in the calling convention of `jax.lax`.

What `x[index]` and `x.at[index]` of `wengert.numpy` come down to. An index outside never reads or writes outside the
array, whatever the mode; updates of one element are applied in the row-major order of the indices, eager and compiled.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from wengert import dtypes, errors
from wengert.array import Array
from wengert.lax._operands import apply, as_array, convert, in_trace_of, inferred
from wengert.lax.functions import broadcast_in_dim, concatenate, expand_dims, full_like

__all__ = [
    "GatherDimensionNumbers", "GatherScatterMode", "ScatterDimensionNumbers", "gather", "index_take", "scatter",
    "scatter_add", "scatter_apply", "scatter_max", "scatter_min", "scatter_mul", "scatter_sub",
]  # fmt: skip

# As often a function is applied to every element at most, if it is not known how often an index is named.
MOST_ROUNDS = 64


class GatherDimensionNumbers(NamedTuple):
    """How the dimensions of the operand, the indices and the result of `gather` belong together.

    Attributes:
      offset_dims: dimensions of the result that run through a window, ascending.
      collapsed_slice_dims: dimensions of the operand in which windows have size 1, left out of the result, ascending.
      start_index_map: the dimension of the operand for each entry of the last dimension of the indices.
      operand_batching_dims: dimensions of the operand that go along with dimensions of the indices, ascending.
      start_indices_batching_dims: these dimensions of the indices.
    """

    offset_dims: tuple[int, ...]
    collapsed_slice_dims: tuple[int, ...]
    start_index_map: tuple[int, ...]
    operand_batching_dims: tuple[int, ...] = ()
    start_indices_batching_dims: tuple[int, ...] = ()


class ScatterDimensionNumbers(NamedTuple):
    """How the dimensions of the operand, the indices and the updates of a scatter belong together.

    Attributes:
      update_window_dims: dimensions of the updates that run through a window, ascending.
      inserted_window_dims: dimensions of the operand in which windows have size 1, which the updates lack, ascending.
      scatter_dims_to_operand_dims: the dimension of the operand for each entry of the last dimension of the indices.
      operand_batching_dims: dimensions of the operand that go along with dimensions of the indices, ascending.
      scatter_indices_batching_dims: these dimensions of the indices.
    """

    update_window_dims: Sequence[int]
    inserted_window_dims: Sequence[int]
    scatter_dims_to_operand_dims: Sequence[int]
    operand_batching_dims: Sequence[int] = ()
    scatter_indices_batching_dims: Sequence[int] = ()


class GatherScatterMode(enum.Enum):
    """What happens to a window that is not wholly inside the operand.

    CLIP: it is moved inside. FILL_OR_DROP: it is read as the fill value, and not written. PROMISE_IN_BOUNDS: there is
    no such window; if there is one, it is moved inside (JAX leaves open what happens).

    >>> GatherScatterMode.from_any("drop")
    <GatherScatterMode.FILL_OR_DROP: 2>
    """

    CLIP = 1
    FILL_OR_DROP = 2
    PROMISE_IN_BOUNDS = 3

    @staticmethod
    def from_any(s: str | GatherScatterMode | None) -> GatherScatterMode:
        """The mode of this name; None is FILL_OR_DROP.

        Raises:
          ValueError: there is no such mode.
        """
        if isinstance(s, GatherScatterMode):
            return s
        if s not in _MODES:
            given = "clip, fill, drop, promise_in_bounds"
            raise ValueError(f"GatherScatterMode: expected one of {given} but got {s!r}")
        return _MODES[s]


_MODES = {
    None: GatherScatterMode.FILL_OR_DROP,
    "fill": GatherScatterMode.FILL_OR_DROP,
    "drop": GatherScatterMode.FILL_OR_DROP,
    "clip": GatherScatterMode.CLIP,
    "promise_in_bounds": GatherScatterMode.PROMISE_IN_BOUNDS,
}
_NAMES = {m: m.name.lower() for m in GatherScatterMode}


def _integers(name: str, what: str, values: Any) -> tuple[int, ...]:
    try:
        return tuple(int(v.__index__()) for v in values)
    except (TypeError, AttributeError):
        raise errors.make(errors.DtypeError, name, f"expected integers as {what} but got {values!r}") from None


def _indices(name: str, indices: Any, like: Any) -> Any:
    indices = as_array(name, indices)
    if not dtypes.is_integer(indices.dtype):
        raise errors.make(
            errors.DtypeError, name, f"expected indices of an integer type but got {indices.dtype}", remedy="use astype"
        )
    return in_trace_of(indices, like)


def gather(
    operand: Any,
    start_indices: Any,
    dimension_numbers: GatherDimensionNumbers,
    slice_sizes: Sequence[int],
    *,
    unique_indices: bool = False,
    indices_are_sorted: bool = False,
    mode: str | GatherScatterMode | None = None,
    fill_value: Any = None,
) -> Any:
    """Windows of an array at positions that may be traced.

    Args:
      operand: the array, of any type.
      start_indices: integers; the last dimension holds the components of a position, the others number the windows.
      dimension_numbers: which dimension is which.
      slice_sizes: the size of a window in each dimension of the operand.
      unique_indices: a promise that windows do not overlap, which serves the gradient.
      indices_are_sorted: a promise that is not needed.
      mode: what a window gives that is not wholly inside: with "clip" (and by default) it is moved inside, with "fill"
        it is `fill_value`.
      fill_value: by default nan, for integers the least number, for unsigned ones the greatest, for bools True.

    Returns:
      An array of the type of the operand: the dimensions of `start_indices` but the last, with those of the windows at
      `offset_dims`.

    Raises:
      ShapeError: dimension numbers, sizes and shapes do not fit.
      DtypeError: the indices are not integers.

    >>> import wengert.numpy as wnp
    >>> from wengert import lax
    >>> rows = lax.GatherDimensionNumbers(offset_dims=(1,), collapsed_slice_dims=(0,), start_index_map=(0,))
    >>> x = wnp.arange(6).reshape(3, 2)
    >>> lax.gather(x, wnp.array([[2], [0]]), rows, slice_sizes=(1, 2))
    Array([[4, 5],
           [0, 1]], dtype=int32)
    """
    x = as_array("gather", operand)
    indices = _indices("gather", start_indices, x)
    kind = GatherScatterMode.PROMISE_IN_BOUNDS if mode is None else GatherScatterMode.from_any(mode)
    attrs = _gather_attrs(dimension_numbers, slice_sizes)
    attrs.update(mode=_NAMES[kind], unique_indices=bool(unique_indices), indices_are_sorted=bool(indices_are_sorted))
    out = inferred("gather", (x, indices), **attrs)
    if kind is not GatherScatterMode.FILL_OR_DROP:
        return out
    # The op reads zeros outside; where that is, a gather of True tells.
    fill = as_array("gather", dtypes.fill_value(x.dtype) if fill_value is None else fill_value)
    fill = broadcast_in_dim(convert(in_trace_of(fill, out), x.dtype, x.weak_type), out.shape, ())
    everywhere = in_trace_of(Array._wrap(np.ones(x.shape, np.bool_)), indices)
    inside = apply("gather", (everywhere, indices), **attrs)
    return apply("select", (inside, out, fill))


def _gather_attrs(dims: GatherDimensionNumbers, sizes: Sequence[int]) -> dict[str, Any]:
    attrs = {name: _integers("gather", name, getattr(dims, name)) for name in GatherDimensionNumbers._fields}
    return {"slice_sizes": _integers("gather", "slice_sizes", sizes), **attrs}


def _scatter(
    name: str,
    operand: Any,
    indices: Any,
    updates: Any,
    dims: ScatterDimensionNumbers,
    indices_are_sorted: bool,
    unique_indices: bool,
    mode: Any,
) -> Any:
    x, updates = as_array(name, operand), as_array(name, updates)
    if updates.dtype != x.dtype:
        if not updates.weak_type and not isinstance(updates, (bool, int, float, complex)):
            raise errors.make(
                errors.DtypeError,
                name,
                f"expected updates of the type of the operand, {x.dtype}, but got {updates.dtype}",
                remedy="convert them with astype",
            )
        updates = convert(updates, x.dtype)
    attrs: dict[str, Any] = {f: _integers(name, f, getattr(dims, f)) for f in ScatterDimensionNumbers._fields}
    attrs.update(
        mode=_NAMES[GatherScatterMode.from_any(mode)],
        unique_indices=bool(unique_indices),
        indices_are_sorted=bool(indices_are_sorted),
    )
    return inferred(name, (x, _indices(name, indices, x), in_trace_of(updates, x)), **attrs)


def _scatter_function(name: str, words: str, example: str) -> Callable[..., Any]:
    def function(
        operand: Any,
        scatter_indices: Any,
        updates: Any,
        dimension_numbers: ScatterDimensionNumbers,
        *,
        indices_are_sorted: bool = False,
        unique_indices: bool = False,
        mode: str | GatherScatterMode | None = None,
    ) -> Any:
        return _scatter(
            name, operand, scatter_indices, updates, dimension_numbers, indices_are_sorted, unique_indices, mode
        )

    function.__name__ = function.__qualname__ = name
    function.__doc__ = f"""{words}

    Args:
      operand: the array.
      scatter_indices: integers; the last dimension holds the components of a position, the others number the windows.
      updates: of the type of the operand, arranged as a `gather` of the windows would be. Several updates of one
        element are applied in the row-major order of the indices.
      dimension_numbers: which dimension is which.
      indices_are_sorted: a promise that is not needed.
      unique_indices: a promise that windows do not overlap, which makes derivatives (and some targets) faster.
      mode: what happens to a window that is not wholly inside: by default, and with "drop", nothing is written; with
        "clip" it is moved inside.

    Raises:
      ShapeError: dimension numbers and shapes do not fit.
      DtypeError: the indices are not integers, or the updates are of another type than the operand.

    >>> import wengert.numpy as wnp
    >>> from wengert import lax
    >>> entries = lax.ScatterDimensionNumbers(
    ...     update_window_dims=(), inserted_window_dims=(0,), scatter_dims_to_operand_dims=(0,)
    ... )
    >>> lax.{name}(wnp.array([1, 2, 3, 4]), wnp.array([[1], [3], [1], [9]]), wnp.array([5, 6, 7, 8]), entries)
    {example}
    """
    return function


scatter = _scatter_function(
    "scatter",
    "`operand` with windows at positions that may be traced replaced by `updates`; the last of several updates stays.",
    "Array([1, 7, 3, 6], dtype=int32)",
)
scatter_add = _scatter_function(
    "scatter_add", "`operand` with `updates` added to windows at positions.", "Array([ 1, 14,  3, 10], dtype=int32)"
)
scatter_sub = _scatter_function(
    "scatter_sub",
    "`operand` with `updates` subtracted from windows at positions.",
    "Array([  1, -10,   3,  -2], dtype=int32)",
)
scatter_mul = _scatter_function(
    "scatter_mul",
    "`operand` with windows at positions multiplied by `updates`.",
    "Array([ 1, 70,  3, 24], dtype=int32)",
)
scatter_min = _scatter_function(
    "scatter_min",
    "`operand` with windows at positions replaced by the lesser of them and `updates`.",
    "Array([1, 2, 3, 4], dtype=int32)",
)
scatter_max = _scatter_function(
    "scatter_max",
    "`operand` with windows at positions replaced by the greater of them and `updates`.",
    "Array([1, 7, 3, 6], dtype=int32)",
)


def scatter_apply(
    operand: Any,
    scatter_indices: Any,
    func: Callable[[Any], Any],
    dimension_numbers: ScatterDimensionNumbers,
    *,
    update_shape: Sequence[int] = (),
    indices_are_sorted: bool = False,
    unique_indices: bool = False,
    mode: str | GatherScatterMode | None = None,
) -> Any:
    """`operand` with `func` of its elements in the windows at positions; where windows overlap, `func` of `func` of it.

    Args:
      func: an elementwise function of an array.
      update_shape: the shape that updates would have.
      operand, scatter_indices, dimension_numbers, indices_are_sorted, unique_indices, mode: as for `scatter`. Without
        `unique_indices` the indices should have values (not be traced), because they tell how often `func` is
        applied: for more than 64 windows at traced ones it is applied in a loop.

    >>> import wengert.numpy as wnp
    >>> from wengert import lax
    >>> entries = lax.ScatterDimensionNumbers(
    ...     update_window_dims=(), inserted_window_dims=(0,), scatter_dims_to_operand_dims=(0,)
    ... )
    >>> lax.scatter_apply(wnp.array([1, 2, 3]), wnp.array([[1], [1]]), lambda x: 10 * x, entries, update_shape=(2,))
    Array([  1, 200,   3], dtype=int32)
    """
    x = as_array("scatter_apply", operand)
    flags = {"indices_are_sorted": indices_are_sorted, "unique_indices": unique_indices, "mode": mode}
    touched = scatter_add(
        Array._wrap(np.zeros(x.shape, np.int32)),
        scatter_indices,
        Array._wrap(np.ones(tuple(update_shape), np.int32)),
        dimension_numbers,
        **flags,
    )
    windows = math.prod(n for d, n in enumerate(update_shape) if d not in dimension_numbers.update_window_dims)
    return apply_repeatedly("scatter_apply", x, func, touched, 1 if unique_indices else windows)


def apply_repeatedly(name: str, x: Any, func: Callable[[Any], Any], times: Any, most: int) -> Any:
    """`x` with `func` of its elements, of each as often as `times` says, of none more than `most` times."""
    from wengert.numpy.counting import concrete

    def once(x: Any, done: Any) -> Any:
        more = apply("gt", (times, in_trace_of(full_like(times, done), times)))
        new = convert(as_array(name, func(x)), x.dtype, x.weak_type)
        return apply("select", (more, in_trace_of(new, times), in_trace_of(x, times)))

    rounds = most
    if most > 1:
        try:
            rounds = int(concrete(name, times).max(initial=0))
        except errors.ConcretizationError:
            if most > MOST_ROUNDS:  # a program as long as that would be slow to compile
                from wengert.control.loops import while_loop

                still = lambda state: apply("gt", (_greatest(times), state[0]))
                again = lambda state: (state[0] + 1, once(state[1], state[0]))
                return while_loop(still, again, (np.int32(0), x))[1]

    for done in range(rounds):
        x = once(x, np.int32(done))
    return x


def _greatest(x: Any) -> Any:
    return apply("reduce_max", (x,), axes=tuple(range(x.ndim))) if x.ndim else x


def index_take(src: Any, idxs: Sequence[Any], axes: Sequence[int]) -> Any:
    """`src` at the positions whose components along `axes` are the vectors `idxs`, counted modulo the sizes.

    >>> import wengert.numpy as wnp
    >>> from wengert import lax
    >>> lax.index_take(wnp.arange(6).reshape(2, 3), (wnp.array([0, 1]), wnp.array([2, -3])), (0, 1))
    Array([2, 3], dtype=int32)
    """
    from wengert.numpy import remainder

    x = as_array("index_take", src)
    axes = _integers("index_take", "axes", axes)
    columns = [
        expand_dims(remainder(as_array("index_take", i), x.shape[a]), (1,)) for i, a in zip(idxs, axes, strict=True)
    ]
    dims = GatherDimensionNumbers(tuple(range(1, x.ndim - len(axes) + 1)), tuple(sorted(axes)), axes)
    sizes = [1 if d in axes else n for d, n in enumerate(x.shape)]
    return gather(x, concatenate(columns, 1), dims, sizes)
