# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Ops that carry attributes, in the calling convention of `jax.lax`."""

from __future__ import annotations

import builtins
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert import dtypes, errors
from wengert.array import Array
from wengert.lax._operands import (
    SCALARS,
    agreeing,
    apply,
    as_array,
    axis_index,
    axis_tuple,
    convert,
    in_trace_of,
    refuse_complex,
    same,
)
from wengert.lax._operands import broadcast as broadcast_to

__all__ = [
    "argmax", "argmin", "broadcast", "broadcast_in_dim",
    "broadcast_shapes", "broadcasted_iota", "clamp", "collapse", "concatenate", "convert_element_type",
    "expand_dims", "full", "full_like", "index_in_dim", "integer_pow", "iota", "pad", "pow",
    "reduce_and", "reduce_max", "reduce_min", "reduce_or", "reduce_prod", "reduce_sum", "reduce_xor", "reshape", "rev",
    "select", "select_n", "slice", "slice_in_dim", "split", "squeeze", "stop_gradient", "tile", "transpose",
]  # fmt: skip


def _ints(values: Any) -> tuple[int, ...]:
    return tuple(int(v) for v in values)


def convert_element_type(operand: Any, new_dtype: Any) -> Any:
    """`operand` in another type; float to integer goes towards zero and saturates.

    >>> import wengert.numpy as wnp
    >>> convert_element_type(wnp.array([1.5, -2.5]), "int32")
    Array([ 1, -2], dtype=int32)
    """
    x = as_array("convert_element_type", operand)
    return convert(x, dtypes.canonical(new_dtype), new_dtype in (int, float, complex) and x.weak_type)


def reshape(operand: Any, new_sizes: Sequence[int], dimensions: Sequence[int] | None = None) -> Any:
    """`operand`, with its dimensions permuted by `dimensions` if given, in another shape of the same size.

    >>> reshape(iota("int32", 4), (2, 2))
    Array([[0, 1],
           [2, 3]], dtype=int32)
    """
    x, shape = as_array("reshape", operand), _ints(new_sizes)
    if dimensions is not None:
        x = transpose(x, dimensions)
    if math.prod(shape) != x.size:
        raise errors.make(
            errors.ShapeError,
            "reshape",
            f"expected a shape of size {x.size}, that of an operand of shape {x.shape}, but got {shape} of size "
            f"{math.prod(shape)}",
        )
    return x if x.shape == shape else apply("reshape", (x,), shape=shape)


def transpose(operand: Any, permutation: Sequence[int]) -> Any:
    """`operand` with its dimensions permuted: dimension i of the result is dimension permutation[i] of the operand.

    >>> transpose(iota("int32", 2)[None], (1, 0)).shape
    (2, 1)
    """
    x, permutation = as_array("transpose", operand), _ints(permutation)
    if sorted(permutation) != list(range(x.ndim)):
        raise errors.make(
            errors.ShapeError, "transpose", f"expected a permutation of {list(range(x.ndim))} but got {permutation}"
        )
    return x if permutation == tuple(range(x.ndim)) else apply("transpose", (x,), permutation=permutation)


def broadcast_in_dim(operand: Any, shape: Sequence[int], broadcast_dimensions: Sequence[int]) -> Any:
    """Dimension i of `operand` becomes dimension broadcast_dimensions[i] of `shape`; sizes of 1 are repeated.

    Raises:
      ShapeError: dimensions that do not fit, or the same one twice.

    >>> broadcast_in_dim(iota("int32", 2), (2, 3), (0,))
    Array([[0, 0, 0],
           [1, 1, 1]], dtype=int32)
    """
    x = as_array("broadcast_in_dim", operand)
    shape, dims = _ints(shape), _ints(broadcast_dimensions)
    fits = len(dims) == x.ndim and all(0 <= d < len(shape) for d in dims) and len(set(dims)) == len(dims)
    if not fits or any(n not in (1, shape[d]) for n, d in zip(x.shape, dims, strict=True)):
        raise errors.make(
            errors.ShapeError,
            "broadcast_in_dim",
            f"expected distinct dimensions that fit but got shape {x.shape} to {shape} by {dims}",
        )
    if list(dims) != sorted(dims):
        order = sorted(range(x.ndim), key=dims.__getitem__)
        x, dims = transpose(x, order), tuple(sorted(dims))
    if x.shape == shape:
        return x
    return apply("broadcast_in_dim", (x,), shape=shape, broadcast_dimensions=dims)


def broadcast(operand: Any, sizes: Sequence[int]) -> Any:
    """`operand` repeated along new leading dimensions of these sizes.

    >>> broadcast(iota("int32", 2), (3,)).shape
    (3, 2)
    """
    x = as_array("broadcast", operand)
    return broadcast_to(x, (*_ints(sizes), *x.shape))


def broadcast_shapes(*shapes: Sequence[int]) -> tuple[int, ...]:
    """The shape that shapes broadcast to.

    Raises:
      ShapeError: one is no sequence of integers from 0, or they do not fit together.

    >>> broadcast_shapes((2, 1), (3,))
    (2, 3)
    """
    from wengert.lax import _operands

    for shape in shapes:
        if isinstance(shape, str) or not all(hasattr(n, "__index__") and n >= 0 for n in shape):
            raise errors.make(
                errors.ShapeError, "broadcast_shapes", f"expected shapes of integers from 0 but got {shape!r}"
            )
    return _operands.broadcast_shapes("broadcast_shapes", *shapes)


def expand_dims(array: Any, dimensions: Sequence[int]) -> Any:
    """`array` with new dimensions of size 1 at these positions of the result.

    >>> expand_dims(iota("int32", 2), (0,)).shape
    (1, 2)
    """
    x = as_array("expand_dims", array)
    rank = x.ndim + len(dimensions)
    new = axis_tuple("expand_dims", tuple(dimensions), rank)
    sizes = iter(x.shape)
    return reshape(x, [1 if d in new else next(sizes) for d in range(rank)])


def squeeze(array: Any, dimensions: Sequence[int]) -> Any:
    """`array` without these dimensions, which must have size 1.

    >>> squeeze(iota("int32", 2)[None], (0,)).shape
    (2,)
    """
    x = as_array("squeeze", array)
    gone = axis_tuple("squeeze", tuple(dimensions), x.ndim)
    if any(x.shape[d] != 1 for d in gone):
        raise errors.make(
            errors.ShapeError, "squeeze", f"expected dimensions of size 1 but got {gone} of an array of shape {x.shape}"
        )
    return reshape(x, [n for d, n in enumerate(x.shape) if d not in gone])


def collapse(operand: Any, start_dimension: int, stop_dimension: int | None = None) -> Any:
    """`operand` with the dimensions from start to stop (exclusive) merged into one.

    >>> collapse(full((2, 3, 4), 0.0), 0, 2).shape
    (6, 4)
    """
    x = as_array("collapse", operand)
    a, b, _ = builtins.slice(start_dimension, stop_dimension).indices(x.ndim)
    return reshape(x, (*x.shape[:a], math.prod(x.shape[a:b]), *x.shape[b:]))


def slice(
    operand: Any, start_indices: Sequence[int], limit_indices: Sequence[int], strides: Sequence[int] | None = None
) -> Any:
    """`operand[start:limit:stride]` in every dimension, 0 <= start <= limit <= size.

    >>> slice(iota("int32", 6), (1,), (6,), (2,))
    Array([1, 3, 5], dtype=int32)
    """
    x = as_array("slice", operand)
    start, limit = _ints(start_indices), _ints(limit_indices)
    steps = (1,) * x.ndim if strides is None else _ints(strides)
    fits = len(start) == len(limit) == len(steps) == x.ndim
    if not fits or not all(0 <= a <= b <= n and s > 0 for a, b, n, s in zip(start, limit, x.shape, steps, strict=True)):
        raise errors.make(
            errors.ShapeError,
            "slice",
            f"expected 0 <= start <= limit <= size and strides above 0 but got start {start}, limit {limit}, "
            f"strides {steps} for shape {x.shape}",
        )
    if limit == x.shape and not any(start) and all(s == 1 for s in steps):
        return x
    return apply("slice", (x,), start=start, limit=limit, strides=steps)


def slice_in_dim(operand: Any, start_index: int | None, limit_index: int | None, stride: int = 1, axis: int = 0) -> Any:
    """A slice along one axis; negative indices count from the end.

    >>> slice_in_dim(iota("int32", 5), 1, -1)
    Array([1, 2, 3], dtype=int32)
    """
    x = as_array("slice_in_dim", operand)
    axis = axis_index("slice_in_dim", axis, x.ndim)
    a, b, _ = builtins.slice(start_index, limit_index).indices(x.shape[axis])
    start, limit, steps = [0] * x.ndim, list(x.shape), [1] * x.ndim
    start[axis], limit[axis], steps[axis] = a, max(a, b), stride
    return slice(x, start, limit, steps)


def index_in_dim(operand: Any, index: int, axis: int = 0, keepdims: bool = True) -> Any:
    """One index along one axis, which stays with size 1 if `keepdims`.

    >>> index_in_dim(iota("int32", 5), 2, keepdims=False)
    Array(2, dtype=int32)
    """
    x = as_array("index_in_dim", operand)
    axis = axis_index("index_in_dim", axis, x.ndim)
    index = axis_index("index_in_dim", index, x.shape[axis])
    part = slice_in_dim(x, index, index + 1, 1, axis)
    return part if keepdims else squeeze(part, (axis,))


def pad(operand: Any, padding_value: Any, padding_config: Sequence[tuple[int, int, int]]) -> Any:
    """`operand` with (low, high, interior) values of padding in every dimension; negative low and high cut.

    Raises:
      ShapeError: the padding value is no scalar, the configuration has not one entry for each dimension or a negative
        interior, or less than nothing would be left of a dimension.

    >>> pad(iota("int32", 3), 9, [(1, 0, 1)])
    Array([9, 0, 9, 1, 9, 2], dtype=int32)
    """
    x = as_array("pad", operand)
    value = in_trace_of(convert(as_array("pad", padding_value), x.dtype, x.weak_type), x)
    low, high, interior = (tuple(int(c[i]) for c in padding_config) for i in range(3))
    if len(low) != x.ndim or any(i < 0 for i in interior):
        raise errors.make(
            errors.ShapeError, "pad", f"expected {x.ndim} entries (low, high, interior >= 0) but got {padding_config}"
        )
    if value.ndim:
        problem = f"expected a scalar padding value but got an array of shape {value.shape}"
        raise errors.make(errors.ShapeError, "pad", problem)
    for d, n in enumerate(x.shape):
        if low[d] + n + max(n - 1, 0) * interior[d] + high[d] < 0:
            problem = f"expected padding that leaves a size of at least 0 in dimension {d} of size {n}"
            raise errors.make(errors.ShapeError, "pad", f"{problem} but got {tuple(padding_config[d])}")
    if not (any(low) or any(high) or any(interior)):
        return x
    return apply("pad", (x, value), low=low, high=high, interior=interior)


def concatenate(operands: Sequence[Any], dimension: int) -> Any:
    """The operands one after the other along `dimension`; their types and other sizes are equal.

    >>> concatenate([iota("int32", 2), iota("int32", 1)], 0)
    Array([0, 1, 0], dtype=int32)
    """
    xs = [as_array("concatenate", x) for x in operands]
    if not xs:
        raise errors.make(errors.ShapeError, "concatenate", "expected at least one operand but got none")
    dimension = axis_index("concatenate", dimension, xs[0].ndim)
    rest = {(x.ndim, x.shape[:dimension], x.shape[dimension + 1 :]) for x in xs}
    if len(rest) > 1:
        given = ", ".join(str(x.shape) for x in xs)
        raise errors.make(
            errors.ShapeError, "concatenate", f"expected shapes equal but in dimension {dimension} but got {given}"
        )
    return xs[0] if len(xs) == 1 else apply("concatenate", tuple(xs), dimension=dimension)


def split(operand: Any, sizes: Sequence[int], axis: int = 0) -> list[Any]:
    """The parts of these sizes along `axis`.

    Raises:
      ShapeError: there is no such axis, or the sizes do not add up to its size.

    >>> split(iota("int32", 3), (1, 2))
    [Array([0], dtype=int32), Array([1, 2], dtype=int32)]
    """
    operand, sizes = as_array("split", operand), _ints(sizes)
    axis = axis_index("split", axis, operand.ndim)
    if any(n < 0 for n in sizes) or builtins.sum(sizes) != operand.shape[axis]:
        problem = f"expected sizes that add up to {operand.shape[axis]} but got {sizes}"
        raise errors.make(errors.ShapeError, "split", problem)
    parts, start = [], 0
    for n in sizes:
        parts.append(slice_in_dim(operand, start, start + n, 1, axis))
        start += n
    return parts


def tile(operand: Any, reps: Sequence[int]) -> Any:
    """`operand` repeated `reps[d]` times along each dimension d.

    Raises:
      ShapeError: `reps` has not one entry for each dimension, or a negative one.

    >>> tile(iota("int32", 2), (2,))
    Array([0, 1, 0, 1], dtype=int32)
    """
    x, reps = as_array("tile", operand), _ints(reps)
    if len(reps) != x.ndim or any(r < 0 for r in reps):
        raise errors.make(
            errors.ShapeError,
            "tile",
            f"expected one count for each dimension of {x.shape}, not below 0, but got {reps}",
        )
    pairs = [n for pair in zip(reps, x.shape, strict=True) for n in pair]
    wide = broadcast_in_dim(x, tuple(pairs), tuple(range(1, len(pairs), 2)))
    return reshape(wide, tuple(r * n for r, n in zip(reps, x.shape, strict=True)))


def rev(operand: Any, dimensions: Sequence[int]) -> Any:
    """`operand` with the order along `dimensions` reversed.

    >>> rev(iota("int32", 3), (0,))
    Array([2, 1, 0], dtype=int32)
    """
    x = as_array("rev", operand)
    dims = axis_tuple("rev", tuple(dimensions), x.ndim)
    return apply("reverse", (x,), dimensions=dims) if dims else x


def iota(dtype: Any, size: int) -> Any:
    """0, 1, 2, ... of `dtype`.

    >>> iota("float32", 3)
    Array([0., 1., 2.], dtype=float32)
    """
    return broadcasted_iota(dtype, (size,), 0)


def broadcasted_iota(dtype: Any, shape: Sequence[int], dimension: int) -> Any:
    """0, 1, 2, ... along `dimension`, repeated along the others.

    >>> broadcasted_iota("int32", (2, 2), 1)
    Array([[0, 1],
           [0, 1]], dtype=int32)
    """
    shape = _ints(shape)
    dimension = axis_index("iota", dimension, len(shape))
    kind = dtypes.canonical(dtype)
    return apply("iota", (), shape=shape, dimension=dimension, dtype=kind)


def full(shape: Sequence[int] | int, fill_value: Any, dtype: Any = None) -> Any:
    """An array that holds one value.

    >>> full((2,), 1.0)
    Array([1., 1.], dtype=float32, weak_type=True)
    """
    x = as_array("full", fill_value)
    x = convert(x, x.dtype if dtype is None else dtypes.canonical(dtype), x.weak_type and dtype is None)
    shape = (int(shape),) if isinstance(shape, (int, np.integer)) else _ints(shape)
    return broadcast_to(x, shape)


def full_like(x: Any, fill_value: Any, dtype: Any = None, shape: Any = None) -> Any:
    """An array of the shape and type of `x` that holds one value.

    >>> full_like(iota("int32", 2), 7)
    Array([7, 7], dtype=int32)
    """
    x = as_array("full_like", x)
    return full(x.shape if shape is None else shape, fill_value, x.dtype if dtype is None else dtype)


def _reduction(name: str, doc: str, example: str) -> Any:
    def reduce(operand: Any, axes: Sequence[int]) -> Any:
        x = as_array(name, operand)
        if name not in ("reduce_sum", "reduce_prod"):
            refuse_complex(name, x)
        axes = axis_tuple(name, tuple(axes), x.ndim)
        return apply(name, (x,), axes=axes) if axes else x

    reduce.__name__ = reduce.__qualname__ = name
    reduce.__doc__ = f"{doc} over `axes`, in the type of the operand.\n\n    {example}\n    "
    return reduce


reduce_sum = _reduction("reduce_sum", "The sum", '>>> reduce_sum(iota("int32", 4), (0,))\n    Array(6, dtype=int32)')
reduce_prod = _reduction(
    "reduce_prod", "The product", '>>> reduce_prod(iota("int32", 4), (0,))\n    Array(0, dtype=int32)'
)
reduce_max = _reduction(
    "reduce_max", "The maximum", '>>> reduce_max(iota("int32", 4), (0,))\n    Array(3, dtype=int32)'
)
reduce_min = _reduction(
    "reduce_min", "The minimum", '>>> reduce_min(iota("int32", 4), (0,))\n    Array(0, dtype=int32)'
)
reduce_and = _reduction("reduce_and", "And", '>>> reduce_and(iota("bool", 2), (0,))\n    Array(False, dtype=bool)')
reduce_or = _reduction("reduce_or", "Or", '>>> reduce_or(iota("bool", 2), (0,))\n    Array(True, dtype=bool)')


reduce_xor = _reduction(
    "reduce_xor", "Exclusive or", '>>> reduce_xor(iota("int32", 4), (0,))\n    Array(0, dtype=int32)'
)


def _position(name: str, operand: Any, axis: int, index_dtype: Any) -> Any:
    x, dtype = as_array(name, operand), dtypes.canonical(index_dtype)
    refuse_complex(name, x)
    axis = axis_index(name, axis, x.ndim)
    if not x.shape[axis]:
        raise errors.make(
            errors.ShapeError, name, f"expected an axis with elements but got axis {axis} of shape {x.shape}"
        )
    if not dtypes.is_integer(dtype) or dtypes.iinfo(dtype).max < x.shape[axis] - 1:
        raise errors.make(
            errors.DtypeError,
            name,
            f"expected an index_dtype that counts to {x.shape[axis]} but got {dtype}",
            remedy="use int32",
        )
    return apply(name, (x,), axis=axis, dtype=dtype)


def argmax(operand: Any, axis: int, index_dtype: Any = "int32") -> Any:
    """The index of the first maximum along `axis`, of the integer type `index_dtype`; nan counts as the greatest.

    Raises:
      ShapeError: the axis does not exist or has no elements.
      DtypeError: `index_dtype` is no integer type, or too small for the axis.

    >>> argmax(iota("int32", 4), 0, "int32")
    Array(3, dtype=int32)
    """
    return _position("argmax", operand, axis, index_dtype)


def argmin(operand: Any, axis: int, index_dtype: Any = "int32") -> Any:
    """The index of the first minimum along `axis`, of the integer type `index_dtype`; nan counts as the least.

    Raises:
      ShapeError, DtypeError: as argmax.

    >>> argmin(iota("int32", 4), 0, "uint8")
    Array(0, dtype=uint8)
    """
    return _position("argmin", operand, axis, index_dtype)


def integer_pow(x: Any, y: int) -> Any:
    """x ** y for a Python int y, by repeated multiplication.

    Raises:
      DtypeError: a negative power of integers.

    >>> integer_pow(iota("int32", 4), 2)
    Array([0, 1, 4, 9], dtype=int32)
    """
    x = as_array("integer_pow", x)
    if y < 0 and not dtypes.is_inexact(x.dtype):
        raise errors.make(
            errors.DtypeError,
            "integer_pow",
            f"expected a power of at least 0 for {x.dtype} but got {y}",
            remedy="convert the base with x.astype(float)",
        )
    return x if y == 1 else apply("integer_pow", (x,), y=int(y))


def pow(x: Any, y: Any) -> Any:
    """x ** y: operands of one type, or a floating `x` and an integer `y`, which is converted.

    Raises:
      DtypeError: other types that differ.
      ShapeError: shapes that do not fit.

    >>> pow(full((2,), 3.0), iota("int32", 2))
    Array([1., 3.], dtype=float32)
    """
    if type(x) not in SCALARS and type(y) not in SCALARS:
        x, y = as_array("pow", x), as_array("pow", y)
        if dtypes.is_inexact(x.dtype) and dtypes.is_integer(y.dtype):
            y = convert(y, x.dtype)
    return apply("pow", agreeing((x, y)) or same("pow", (x, y)))


def clamp(min: Any, x: Any, max: Any) -> Any:
    """min(max(x, lo), hi); the bounds are scalars or have the shape of x.

    >>> clamp(1, iota("int32", 4), 2)
    Array([1, 1, 2, 2], dtype=int32)
    """
    x = as_array("clamp", x)
    refuse_complex("clamp", x)
    bounds = [in_trace_of(convert(as_array("clamp", b), x.dtype, True), x) for b in (min, max)]
    return apply("clamp", (broadcast_to(bounds[0], x.shape), x, broadcast_to(bounds[1], x.shape)))


def select(pred: Any, on_true: Any, on_false: Any) -> Any:
    """`on_true` where `pred` is true, else `on_false`: arrays of one type and shape; `pred` may be a scalar.

    Raises:
      ShapeError, DtypeError: they differ.

    >>> select(iota("bool", 2), full((2,), 1), full((2,), 5))
    Array([5, 1], dtype=int32, weak_type=True)
    """
    x, y = as_array("select", on_true), as_array("select", on_false)
    if x.dtype != y.dtype or x.shape != y.shape:
        cls = errors.DtypeError if x.dtype != y.dtype else errors.ShapeError
        raise errors.make(
            cls,
            "select",
            f"expected two arrays of one type and shape but got {x.dtype}{list(x.shape)} and {y.dtype}{list(y.shape)}",
            remedy="use wengert.numpy.where, which promotes and broadcasts",
        )
    pred = in_trace_of(convert(as_array("select", pred), dtypes.bool_), x)
    out = apply("select", (broadcast_to(pred, x.shape), x, y))
    return convert(out, out.dtype, x.weak_type and y.weak_type)


def select_n(which: Any, *cases: Any) -> Any:
    """cases[which], elementwise: `which` is bool for two cases, an integer for more.

    >>> select_n(iota("bool", 2), full((2,), 1), full((2,), 5))
    Array([1, 5], dtype=int32, weak_type=True)
    """
    which = as_array("select_n", which)
    result = cases[0]
    for i, case in enumerate(cases[1:], 1):
        pred = which if which.dtype == dtypes.bool_ else which >= i
        case = as_array("select_n", case)
        result = as_array("select_n", result)
        weak = case.weak_type and result.weak_type
        out = apply("select", (broadcast_to(in_trace_of(pred, case), case.shape), case, result))
        result = convert(out, out.dtype, weak)
    return result


def stop_gradient(x: Any) -> Any:
    """`x`, as a constant to differentiation; x may be a pytree.

    The value passes through its bits, which have no derivative.

    >>> stop_gradient(2.0)
    Array(2., dtype=float32, weak_type=True)
    """
    from wengert import trees

    def stop(leaf: Any) -> Any:
        leaf = as_array("stop_gradient", leaf)
        if leaf.dtype.kind == "c" and type(leaf) is not Array:
            parts = [stop(apply(part, (leaf,))) for part in ("real", "imag")]
            return convert(apply("complex", tuple(parts)), leaf.dtype, leaf.weak_type)
        if not dtypes.is_float(leaf.dtype) or type(leaf) is Array:
            return leaf
        wide = leaf if leaf.dtype.itemsize >= 4 else convert(leaf, dtypes.float32)
        bits = apply("bitcast_convert", (wide,), dtype=dtypes.int32 if wide.dtype.itemsize == 4 else dtypes.int64)
        back = apply("bitcast_convert", (bits,), dtype=wide.dtype)
        return convert(back, leaf.dtype, leaf.weak_type)

    return trees.tree_map(stop, x)
