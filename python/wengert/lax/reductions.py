# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Cumulative operations, and reductions over axes and over windows by any function: with JAX's names and signatures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wengert import dtypes, errors
from wengert.array import Array
from wengert.computation import Computation, scalar_avals
from wengert.lax._operands import apply, as_array, axis_index, axis_tuple, broadcast, convert, in_trace_of
from wengert.lax._ops import OPS
from wengert.lax.convolution import PaddingType, padtype_to_pads
from wengert.lax.functions import (
    broadcasted_iota,
    full,
    pad,
    reduce_and,
    reduce_max,
    reduce_min,
    reduce_or,
    reduce_prod,
    reduce_sum,
    reduce_xor,
    reshape,
    transpose,
)  # fmt: skip
from wengert.lax.indexing import take
from wengert.trace import bind
from wengert.trees import tree_flatten, tree_leaves, tree_unflatten

__all__ = [
    "cumlogsumexp", "cummax", "cummin", "cumprod", "cumsum", "reduce", "reduce_window",
    "reduce_window_shape_tuple",
]  # fmt: skip

Ints = Sequence[int]


def _cumulative(name: str, summary: str, example: str) -> Any:
    def f(operand: Any, axis: int = 0, reverse: bool = False) -> Any:
        x = as_array(name, operand)
        return apply(name, (x,), axis=axis_index(name, axis, x.ndim), reverse=bool(reverse))

    f.__name__ = f.__qualname__ = name
    f.__doc__ = f"""{summary} of each element along `axis` and all before it, or with `reverse` all after it.

    The result has the shape and the type of the operand.

    Raises:
      ShapeError: there is no such axis.
      DtypeError: the operand is of bools.

    >>> from wengert import lax
    >>> {example}
    """
    return f


cumsum = _cumulative("cumsum", "The sum", 'lax.cumsum(lax.iota("int32", 4))\n    Array([0, 1, 3, 6], dtype=int32)')
cumprod = _cumulative(
    "cumprod", "The product", "lax.cumprod(lax.full((3,), 2))\n    Array([2, 4, 8], dtype=int32, weak_type=True)"
)
cummax = _cumulative(
    "cummax", "The maximum", 'lax.cummax(lax.iota("int32", 3), reverse=True)\n    Array([2, 2, 2], dtype=int32)'
)
cummin = _cumulative("cummin", "The minimum", 'lax.cummin(lax.iota("int32", 3))\n    Array([0, 0, 0], dtype=int32)')
cumlogsumexp = _cumulative(
    "cumlogsumexp",
    "The logarithm of the sum of the exponentials",
    "lax.cumlogsumexp(lax.full((2,), 0.0)).round(3).tolist()[0]\n    0.0",
)


# ---------------------------------------------------------------------------------------------------------------------
# Recognising computations

_MONOIDS = frozenset(("add", "mul", "max", "min", "bitwise_and", "bitwise_or", "bitwise_xor"))
_OVER_AXES = {
    "add": reduce_sum, "mul": reduce_prod, "max": reduce_max, "min": reduce_min, "bitwise_and": reduce_and,
    "bitwise_or": reduce_or, "bitwise_xor": reduce_xor,
}  # fmt: skip
_OVER_WINDOWS = {"add": "reduce_window_sum", "max": "reduce_window_max", "min": "reduce_window_min"}


def _monoid(computation: Computation) -> str | None:
    """The op that a computation consists of, if it is one of two operands with a reduction of its own."""
    function = computation.function
    instructions, arguments, results = function.module.program(function.name)[:3]
    if len(instructions) != 1 or len(arguments) != 2:
        return None
    name, operands, outs = instructions[0][:3]
    fits = name in _MONOIDS and sorted(operands) == sorted(arguments) and list(outs) == list(results)
    return name if fits else None


def _identity(monoid: str, dtype: np.dtype) -> Any:
    """What changes nothing."""
    if monoid in ("max", "min"):
        if dtype == dtypes.bool_:
            return monoid == "min"
        if dtypes.is_inexact(dtype):
            return -np.inf if monoid == "max" else np.inf
        return dtypes.iinfo(dtype).min if monoid == "max" else dtypes.iinfo(dtype).max
    if monoid == "bitwise_and":
        return True if dtype == dtypes.bool_ else np.invert(np.zeros((), dtype))
    return 1 if monoid == "mul" else 0


def _is_identity(start: Any, monoid: str) -> bool:
    """Whether `start` is known to be the identity: an array, no tracer."""
    return type(start) is Array and bool(start._data == np.asarray(_identity(monoid, start.dtype)).astype(start.dtype))


class _Operands:
    """Operands, values to start with, and the computation on their leaves."""

    def __init__(self, name: str, operands: Any, init_values: Any, computation: Callable[[Any, Any], Any]):
        leaves, tree = tree_flatten(operands)
        starts, start_tree = tree_flatten(init_values)
        if not leaves or tree != start_tree:
            raise errors.make(
                errors.TreeError,
                name,
                f"expected operands and init values of one structure but got {tree} and {start_tree}",
            )
        self.name, self.tree = name, tree
        self.xs = [as_array(name, x) for x in leaves]
        self.starts = [self._start(x, s) for x, s in zip(self.xs, starts, strict=True)]
        if len({x.shape for x in self.xs}) > 1:
            shapes = ", ".join(str(x.shape) for x in self.xs)
            raise errors.make(errors.ShapeError, name, f"expected operands of one shape but got {shapes}")
        n = len(leaves)

        def flat(*scalars: Any) -> list[Any]:
            pair = tree_unflatten(tree, scalars[:n]), tree_unflatten(tree, scalars[n:])
            return tree_leaves(computation(*pair))

        avals = scalar_avals(self.xs)
        self.computation = Computation(name, flat, [*avals, *avals], avals)
        self.monoid = _monoid(self.computation) if n == 1 else None

    def _start(self, x: Any, start: Any) -> Any:
        number = type(start) in (bool, int, float)
        start = as_array(self.name, start)
        if start.ndim:
            raise errors.make(
                errors.ShapeError, self.name, f"expected scalars as init values but got shape {start.shape}"
            )
        if start.dtype != x.dtype and not number and not start.weak_type:
            raise errors.make(
                errors.DtypeError,
                self.name,
                f"expected init values of the types of the operands but got {start.dtype} for {x.dtype}",
                remedy="convert one of them with astype",
            )
        if type(start) is Array:  # stays one, so that its value is known
            return Array._wrap(start._data.astype(x.dtype), start.weak_type)
        return convert(start, x.dtype)

    def reduce(self, xs: Sequence[Any], axes: tuple[int, ...]) -> Any:
        """The tree of `xs` combined over `axes`."""
        out = bind(OPS["reduce"], (*xs, *self.starts), {"computation": self.computation, "axes": axes})
        return tree_unflatten(self.tree, out if isinstance(out, (tuple, list)) else (out,))

    def reduce_monoid(self, x: Any, axes: tuple[int, ...]) -> Any:
        """The one operand combined over `axes` by the op that it is for."""
        assert self.monoid is not None
        out, start = _OVER_AXES[self.monoid](x, axes), self.starts[0]
        if not _is_identity(start, self.monoid):
            out = bind(OPS[self.monoid], (broadcast(in_trace_of(start, out), out.shape), out))
        return tree_unflatten(self.tree, (out,))


def reduce(
    operands: Any,
    init_values: Any,
    computation: Callable[[Any, Any], Any],
    dimensions: Sequence[int],
    out_sharding: None = None,
) -> Any:
    """Arrays of one shape combined over `dimensions` by an associative function of scalars.

    A sum, product, maximum, minimum or bitwise operation is recognised. The derivative is that of the computation,
    applied to pairs of neighbours; it needs no inverse.

    Args:
      operands: an array or a pytree of arrays of one shape.
      init_values: scalars of the types of the operands, in the same structure; each is combined once.
      computation: from two such structures of scalars to one.
      dimensions: the axes that are combined.

    Returns:
      The structure of the operands, without these axes.

    Raises:
      ShapeError, DtypeError, TreeError: operands, init values and results of the computation do not fit together.
      UnsupportedTypeError: the computation uses arrays from outside.

    >>> from wengert import lax
    >>> lax.reduce(lax.iota("int32", 5), 0, lambda x, y: x + y, (0,))
    Array(10, dtype=int32)
    >>> lax.reduce(lax.iota("float32", 4), 1.0, lambda x, y: x + y + x * y, (0,))
    Array(47., dtype=float32)
    """
    given = _Operands("reduce", operands, init_values, computation)
    axes = axis_tuple("reduce", tuple(dimensions), given.xs[0].ndim)
    if given.monoid is not None:
        return given.reduce_monoid(given.xs[0], axes)
    return given.reduce(given.xs, axes)


# ---------------------------------------------------------------------------------------------------------------------
# Windows


class _Window:
    """Where windows stand: the attributes of the ops over windows."""

    def __init__(
        self, name: str, shape: Ints, dimensions: Ints, strides: Any, padding: Any, base_dilation: Any, dilation: Any
    ):
        rank = len(shape)
        lists = {
            "window_dimensions": dimensions,
            "window_strides": (1,) * rank if strides is None else strides,
            "base_dilation": (1,) * rank if base_dilation is None else base_dilation,
            "window_dilation": (1,) * rank if dilation is None else dilation,
        }
        for what, values in lists.items():
            lists[what] = tuple(int(v) for v in values)
            if len(lists[what]) != rank or any(v < 1 for v in lists[what]):
                raise errors.make(
                    errors.ShapeError,
                    name,
                    f"expected {what} to have {rank} entries of 1 or more, one for each dimension of shape "
                    f"{tuple(shape)}, but got {lists[what]}",
                )
        self.size, self.strides = lists["window_dimensions"], lists["window_strides"]
        self.base_dilation, self.dilation = lists["base_dilation"], lists["window_dilation"]
        self.spans = [(k - 1) * d + 1 for k, d in zip(self.size, self.dilation, strict=True)]
        dilated = [(n - 1) * d + 1 if n else 0 for n, d in zip(shape, self.base_dilation, strict=True)]
        if isinstance(padding, (str, PaddingType)):
            padding = padtype_to_pads(dilated, self.spans, self.strides, padding)
        pads = [(int(low), int(high)) for low, high in padding]
        if len(pads) != rank:
            raise errors.make(errors.ShapeError, name, f"expected padding of {rank} pairs of numbers but got {padding}")
        self.low, self.high = tuple(low for low, _ in pads), tuple(high for _, high in pads)
        padded = [n + low + high for n, (low, high) in zip(dilated, pads, strict=True)]
        if any(n < 0 for n in padded):
            raise errors.make(errors.ShapeError, name, f"expected padding that leaves shape {tuple(shape)} something")
        self.padded = padded
        self.shape = tuple(
            0 if n < k else (n - k) // s + 1 for n, k, s in zip(padded, self.spans, self.strides, strict=True)
        )

    def attributes(self) -> dict[str, Any]:
        return {
            "window_dimensions": self.size, "window_strides": self.strides, "low": self.low, "high": self.high,
            "base_dilation": self.base_dilation, "window_dilation": self.dilation,
        }  # fmt: skip

    def pad(self, x: Any, value: Any) -> Any:
        config = zip(self.low, self.high, self.base_dilation, strict=True)
        return pad(x, value, [(low, high, d - 1) for low, high, d in config])

    def patches(self, padded: Any) -> Any:
        """The windows of a padded array: their places, then the places inside a window."""
        rank, x = len(self.size), padded
        for d in reversed(range(rank)):
            n, k = self.shape[d], self.size[d]
            at = broadcasted_iota("int32", (n, k), 0) * self.strides[d]
            if n * k:
                x = take(x, at + broadcasted_iota("int32", (n, k), 1) * self.dilation[d], d)
            else:
                x = full((*x.shape[:d], n, k, *x.shape[d + 1 :]), 0, x.dtype)
        order = (*range(0, 2 * rank, 2), *range(1, 2 * rank, 2))
        return transpose(x, order) if rank > 1 else reshape(x, x.shape)


def reduce_window(
    operand: Any,
    init_value: Any,
    computation: Callable[[Any, Any], Any],
    window_dimensions: Sequence[int],
    window_strides: Sequence[int] | None = None,
    padding: str | Sequence[tuple[int, int]] = "VALID",
    base_dilation: Sequence[int] | None = None,
    window_dilation: Sequence[int] | None = None,
) -> Any:
    """The elements of each window combined by an associative function of scalars.

    A sum, maximum or minimum that starts with its identity is one op (`reduce_window_sum`, ...), whose derivative is
    one as well. Other computations are applied to the windows as an array of their own.

    Args:
      operand: an array or a pytree of arrays of one shape.
      init_value: scalars of the types of the operands; what padding and gaps of `base_dilation` hold.
      computation: from two such structures of scalars to one.
      window_dimensions, window_strides, window_dilation: size, distance and gaps of the windows, one entry for each
        dimension.
      padding: "VALID", "SAME", "SAME_LOWER", or (before, after) for each dimension; negative amounts cut.
      base_dilation: the distance of the elements of the operand from each other.

    Raises:
      ShapeError, DtypeError, TreeError: the arguments do not fit together.

    >>> from wengert import lax
    >>> lax.reduce_window(lax.iota("float32", 6), 0.0, lax.add, (2,), (2,), "VALID")
    Array([1., 5., 9.], dtype=float32)
    """
    given = _Operands("reduce_window", operand, init_value, computation)
    x = given.xs[0]
    window = _Window(
        "reduce_window", x.shape, window_dimensions, window_strides, padding, base_dilation, window_dilation
    )
    monoid = given.monoid
    if monoid in _OVER_WINDOWS and x.dtype != dtypes.bool_ and _is_identity(given.starts[0], monoid):
        return tree_unflatten(given.tree, (apply(_OVER_WINDOWS[monoid], (x,), **window.attributes()),))
    padded = [window.pad(x, s) for x, s in zip(given.xs, given.starts, strict=True)]
    axes = tuple(range(x.ndim, 2 * x.ndim))
    patches = [window.patches(x) for x in padded]
    return given.reduce_monoid(patches[0], axes) if monoid is not None else given.reduce(patches, axes)


def reduce_window_shape_tuple(
    operand_shape: Ints,
    window_dimensions: Ints,
    window_strides: Ints | None = None,
    padding: Any = "VALID",
    base_dilation: Ints | None = None,
    window_dilation: Ints | None = None,
) -> tuple[int, ...]:
    """The shape of `reduce_window`.

    >>> reduce_window_shape_tuple((5, 7), (2, 2), (1, 2), "SAME")
    (5, 4)
    """
    return _Window(
        "reduce_window_shape_tuple", operand_shape, window_dimensions, window_strides, padding, base_dilation,
        window_dilation,
    ).shape  # fmt: skip
