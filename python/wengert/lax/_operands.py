# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operands of ops made equal: one type by the promotion table, one shape by broadcasting.

An op wants operands of exactly one type and shape. The functions here bring NumPy's freedom down to that, with as
few conversions and broadcasts as possible: operands that agree already cost two comparisons.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert import array, dtypes, errors
from wengert.array import Array
from wengert.failures import leaked, native_failure
from wengert.lax._ops import OPS
from wengert.trace import ENDED, bind, from_native, run, scalar_like, with_weak_type
from wengert.tracer import Tracer, operand
from wengert.tracer import is_tracer as is_tracer

SCALARS = (bool, int, float, complex)


def apply(name: str, operands: tuple[Any, ...], **attrs: Any) -> Any:
    """The op `name` on operands that fit already."""
    return bind(OPS[name], operands, attrs)


def inferred(name: str, operands: tuple[Any, ...], **attrs: Any) -> Any:
    """The same, checked by the type rule of the op first if it runs at once: for ops with many ways to be wrong."""
    if is_eager(*operands):
        try:
            _infer(name, tuple((x.shape, x.dtype) for x in operands), tuple(attrs.items()))
        except Exception as error:
            raise native_failure(error, name) from None
    return bind(OPS[name], operands, attrs)


@functools.lru_cache(maxsize=1024)
def _infer(name: str, avals: tuple[tuple[tuple[int, ...], Any], ...], attrs: tuple[tuple[str, Any], ...]) -> None:
    from wengert import _native

    builder = _native.Module().function("main", private=False)
    builder.build(name, [builder.add_argument(_native.aval(*a)) for a in avals], dict(attrs))


def is_eager(*xs: Any) -> bool:
    """Whether an op on these operands (arrays, tracers or scalars) would run at once."""
    return not array._staging and not any(type(x) is Tracer for x in xs)


def as_array(function: str, x: Any) -> Any:
    """`x` as an Array or Tracer.

    Raises:
      UnsupportedTypeError: `x` is a list or anything else that is no array and no number.
    """
    if type(x) is Array or type(x) is Tracer:
        return x
    if isinstance(x, (list, tuple)):
        raise errors.make(
            errors.UnsupportedTypeError,
            function,
            f"expected arrays or numbers but got {type(x).__name__}",
            remedy="convert it with wengert.numpy.array",
        )
    return operand(x)


def convert(x: Any, dtype: np.dtype, weak: bool = False) -> Any:
    """The array `x` in `dtype`, with no op if it is that already."""
    if x.dtype != dtype:
        x = bind(OPS["convert"], (x,), {"dtype": dtype})
    return x if x.weak_type == weak else with_weak_type(x, weak)


def _type(function: str, x: Any) -> tuple[np.dtype, bool]:
    kind = type(x)
    if kind is Array:
        return x._data.dtype, x.weak_type
    if kind is Tracer:
        return x.aval.dtype, x.aval.weak_type
    if kind not in SCALARS and (not hasattr(x, "dtype") or hasattr(kind, "wrap_words")):
        x = as_array(function, x)
    return dtypes.dtype_and_weak(x)


def promote(function: str, xs: Sequence[Any], inexact: bool = False) -> list[Any]:
    """The operands in the type they promote to, a floating one if `inexact`; shapes stay."""
    dtype, weak = dtypes.join(*[_type(function, x) for x in xs])
    if inexact:
        dtype = dtypes.to_inexact(dtype)
    result = []
    for x in xs:
        kind = type(x)
        if kind in SCALARS:
            result.append(Array._wrap(np.asarray(x, dtype), weak or kind is not bool))
            continue
        if kind is not Array and kind is not Tracer:
            x = operand(x)
        if x.dtype is not dtype and x.dtype != dtype:
            x = bind(OPS["convert"], (x,), {"dtype": dtype})
            if weak:
                x = with_weak_type(x, True)
        result.append(x)
    return result


def broadcast_shapes(function: str, *shapes: Sequence[int]) -> tuple[int, ...]:
    """The shape that shapes broadcast to.

    Raises:
      ShapeError: sizes of a dimension differ and are not 1.
    """
    rank = max(map(len, shapes))
    result = [1] * rank
    for shape in shapes:
        for i, n in enumerate(shape, rank - len(shape)):
            if result[i] == 1:
                result[i] = n
            elif n not in (1, result[i]):
                given = " and ".join(map(str, map(tuple, shapes)))
                raise errors.make(
                    errors.ShapeError,
                    function,
                    f"expected shapes that broadcast together but got {given}",
                    remedy="reshape one of them, or insert a dimension of size 1 with x[:, None]",
                )
    return tuple(result)


def broadcast(x: Any, shape: tuple[int, ...]) -> Any:
    """`x` repeated along new leading dimensions and dimensions of size 1."""
    if x.shape == shape:
        return x
    own = x.shape
    dimensions = tuple(range(len(shape) - len(own), len(shape)))
    return bind(OPS["broadcast_in_dim"], (x,), {"shape": shape, "broadcast_dimensions": dimensions})


def in_trace_of(x: Any, partner: Any) -> Any:
    """The Array `x` as a constant in the trace of `partner`, so that what is made of it is recorded there.

    Without it, the broadcast of a number under an unjitted `grad` would run at once and its large result become
    a hidden argument.
    """
    if type(x) is not Array or type(partner) is not Tracer:
        return x
    trace = partner._trace
    if trace.level == ENDED:
        leaked(partner)
    value = trace.lift(x)
    return Tracer(trace, value, from_native(value.aval, x.weak_type), x)


def broadcast_all(function: str, xs: Sequence[Any]) -> list[Any]:
    """The arrays broadcast to one shape."""
    first = xs[0].shape
    if all(x.shape == first for x in xs):
        return list(xs)
    shape = broadcast_shapes(function, *(x.shape for x in xs))
    partner = next((x for x in xs if type(x) is Tracer), None)
    return [x if x.shape == shape else broadcast(in_trace_of(x, partner), shape) for x in xs]


def unary(function: str, op: str, x: Any, inexact: bool = False) -> Any:
    """An elementwise op of one operand."""
    if type(x) is Array and not array._staging and (not inexact or dtypes.is_inexact(x._data.dtype)):
        return run(OPS[op], [x._data], {}, x.weak_type)
    if type(x) in SCALARS and inexact:  # a number becomes a float before it becomes an array
        x = promote(function, (x,), inexact)[0]
    x = as_array(function, x)
    if inexact and not dtypes.is_inexact(x.dtype):
        x = convert(x, dtypes.to_inexact(x.dtype), x.weak_type)
    return bind(OPS[op], (x,))


def pair(x: Any, y: Any) -> tuple[Any, Any] | None:
    """Two tracers of one type, or a tracer and a Python number made equal to it; None for other operands."""
    if type(x) is Tracer:
        if type(y) is Tracer:
            return (x, y) if x.aval is y.aval else None
        other = scalar_like(x, y)
        return None if other is None else (x, other)
    if type(y) is Tracer:
        other = scalar_like(y, x)
        return None if other is None else (other, y)
    return None


def both_eager(x: Any, y: Any) -> bool:
    """Whether x and y are arrays of one type and shape, and nothing records what is done to them."""
    if type(x) is not Array or type(y) is not Array or array._staging:
        return False
    a, b = x._data, y._data
    return a.dtype is b.dtype and a.shape == b.shape


def agreeing(operands: tuple[Any, ...]) -> tuple[Any, ...] | None:
    """One or two operands as they are, or as `pair` makes them, if it is plain that they have one type and shape."""
    if len(operands) == 2:
        return operands if both_eager(*operands) else pair(*operands)
    return operands if len(operands) == 1 and type(operands[0]) in (Array, Tracer) else None


def elementwise(function: str, op: str, x: Any, y: Any, inexact: bool = False) -> Any:
    """An elementwise op of two operands of any types and shapes that fit together."""
    if both_eager(x, y) and (not inexact or dtypes.is_inexact(x._data.dtype)):
        return run(OPS[op], [x._data, y._data], {}, x.weak_type and y.weak_type)
    fit = pair(x, y)
    if fit is not None and (not inexact or dtypes.is_inexact(fit[0].dtype)):
        return bind(OPS[op], fit)
    return fitted(function, op, promote(function, (x, y), inexact))


def fitted(function: str, op: str, operands: Sequence[Any]) -> Any:
    """An elementwise op on operands of one type, broadcast."""
    first = operands[0].shape
    for x in operands:
        if x.shape != first:
            if is_eager(*operands):
                # NumPy's kernels broadcast by themselves, without making the repeated operands
                broadcast_shapes(function, *[x.shape for x in operands])
            else:
                operands = broadcast_all(function, operands)
            break
    return bind(OPS[op], tuple(operands))


def same(name: str, xs: tuple[Any, ...]) -> tuple[Any, ...]:
    """The operands of an elementwise op: numbers and arrays of rank 0 take the shape of the others, numbers their type.

    The others must agree, but for dimensions of size 1: the ranks are never made equal here.

    Raises:
      DtypeError: types differ.
      ShapeError: ranks differ, or sizes that are not 1.
    """
    scalars = [type(x) in (bool, int, float, complex) for x in xs]
    arrays = [x if s else as_array(name, x) for x, s in zip(xs, scalars, strict=True)]
    kinds = {x.dtype for x, s in zip(arrays, scalars, strict=True) if not s}
    if len(kinds) > 1:
        given = ", ".join(str(x.dtype) for x, s in zip(arrays, scalars, strict=True) if not s)
        raise errors.make(
            errors.DtypeError,
            name,
            f"expected operands of one type but got {given}",
            remedy=f"convert with astype, or use wengert.numpy.{name}, which promotes",
        )
    if any(scalars):
        arrays = promote(name, arrays)
    shapes = {x.shape for x in arrays if x.shape}
    if len(shapes) > 1 and not _alike(shapes):
        given = " and ".join(str(x.shape) for x in arrays)
        raise errors.make(
            errors.ShapeError,
            name,
            f"expected operands of one shape but got {given}",
            remedy=f"broadcast with lax.broadcast_in_dim, or use wengert.numpy.{name}, which broadcasts",
        )
    return tuple(broadcast_all(name, arrays))


def _alike(shapes: set[tuple[int, ...]]) -> bool:
    """Whether shapes have one rank and differ in sizes of 1 only."""
    return len(set(map(len, shapes))) == 1 and all(len(set(sizes) - {1}) <= 1 for sizes in zip(*shapes, strict=True))


def check_kind(function: str, kinds: str, words: str, *xs: Any) -> None:
    """Refuse operands whose types are of none of the NumPy `kinds` ('b', 'i', 'u', 'f').

    Raises:
      DtypeError: naming `words`, what the function takes.
    """
    for x in xs:
        dtype = dtypes.dtype_and_weak(x)[0]
        kind = "f" if dtype == dtypes.bfloat16 else dtype.kind
        if kind not in kinds:
            raise errors.make(
                errors.DtypeError,
                function,
                f"expected operands of {words} type but got {dtype}",
                remedy="convert with x.astype(...)",
            )


def is_complex(x: Any) -> bool:
    """Whether an array, tracer or number is of a complex type."""
    kind = type(x)
    if kind is Array:
        return x._data.dtype.kind == "c"
    if kind is Tracer:
        return x.aval.dtype.kind == "c"
    return kind is complex or getattr(getattr(x, "dtype", None), "kind", "") == "c"


def refuse_complex(function: str, *xs: Any) -> None:
    """Refuse complex operands of a function that needs an order, or whole numbers.

    Raises:
      DtypeError: one of the arrays is complex.
    """
    for x in xs:
        if x.dtype.kind == "c":
            raise errors.make(
                errors.DtypeError,
                function,
                f"expected a real array but got {x.dtype}",
                remedy="take the real part, the imaginary part or the absolute value: x.real, x.imag, abs(x)",
            )


def axis_index(function: str, axis: Any, rank: int) -> int:
    """`axis` counted from the front.

    Raises:
      AxisError: there is no such axis.
    """
    try:
        index = int(axis.__index__())
    except (AttributeError, TypeError):
        raise errors.make(errors.DtypeError, function, f"expected an int axis but got {axis!r}") from None
    if not -rank <= index < rank:
        raise errors.make(
            errors.AxisError,
            function,
            f"expected an axis from {-rank} to {rank - 1} but got axis {index} "
            f"(axis {index} is out of bounds for array of dimension {rank})",
        )
    return index + rank if index < 0 else index


def axis_tuple(function: str, axis: Any, rank: int) -> tuple[int, ...]:
    """`axis`, an int, a sequence of them or None for all, as sorted indices from the front.

    Raises:
      ShapeError: there is no such axis, or one is named twice.
    """
    if axis is None:
        return tuple(range(rank))
    axes = axis if isinstance(axis, (tuple, list)) else tuple(axis) if getattr(axis, "ndim", 0) == 1 else (axis,)
    result = tuple(sorted(axis_index(function, a, rank) for a in axes))
    if len(set(result)) != len(result):
        raise errors.make(errors.ShapeError, function, f"expected distinct axes but got {tuple(axes)}")
    return result
