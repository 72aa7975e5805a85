# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Comparisons, logic, bits, and the choice between values, element by element."""

from __future__ import annotations

import math
from typing import Any

from wengert import dtypes, errors, lax
from wengert.lax._operands import (
    apply,
    as_array,
    broadcast_all,
    broadcast_shapes,
    check_kind,
    convert,
    elementwise,
    fitted,
    is_complex,
    is_eager,
    promote,
    refuse_complex,
    unary,
)
from wengert.numpy.arguments import refuse_out

__all__ = [
    "bitwise_and", "bitwise_invert", "bitwise_left_shift", "bitwise_not", "bitwise_or", "bitwise_right_shift",
    "bitwise_xor", "equal", "greater", "greater_equal", "invert", "isclose", "isfinite", "isinf", "isnan",
    "isneginf", "isposinf", "left_shift", "less", "less_equal", "logical_and", "logical_not", "logical_or",
    "logical_xor", "not_equal", "right_shift", "select", "where",
]  # fmt: skip


def _lexicographic(op: str, x: Any, y: Any) -> Any:
    """An order of complex numbers: by real parts, then by imaginary ones."""
    (a, b), (c, d) = [(apply("real", (z,)), apply("imag", (z,))) for z in broadcast_all(op, (x, y))]
    strict = op.replace("e", "t")  # le and ge differ from lt and gt in the imaginary parts only
    return bitwise_or(apply(strict, (a, c)), bitwise_and(apply("eq", (a, c)), apply(op, (b, d))))


def _comparison(function: str, op: str, sign: str, example: str) -> Any:
    ordered = op not in ("eq", "ne")

    def f(x: Any, y: Any, /) -> Any:
        if ordered and (is_complex(x) or is_complex(y)):
            return _lexicographic(op, *promote(function, (x, y)))
        return elementwise(function, op, x, y)

    f.__name__ = f.__qualname__ = function
    order = "; complex numbers are ordered by real, then by imaginary part" if ordered else ""
    f.__doc__ = f"""Whether x {sign} y, a bool array{order}.

    >>> {function}(1, 2)
    Array({example}, dtype=bool, weak_type=True)
    """
    return f


equal = _comparison("equal", "eq", "==", "False")


not_equal = _comparison("not_equal", "ne", "!=", "True")


less = _comparison("less", "lt", "<", "True")


less_equal = _comparison("less_equal", "le", "<=", "True")


greater = _comparison("greater", "gt", ">", "False")


greater_equal = _comparison("greater_equal", "ge", ">=", "False")


def _bitwise(function: str, op: str, summary: str, example: str) -> Any:
    def f(x: Any, y: Any, /) -> Any:
        check_kind(function, "biu", "integer or bool", x, y)
        return elementwise(function, op, x, y)

    f.__name__ = f.__qualname__ = function
    f.__doc__ = f"""{summary} of integers or bools.

    Raises:
      DtypeError: an operand is a float.

    >>> {function}(6, 3)
    Array({example}, dtype=int32, weak_type=True)
    """
    return f


bitwise_and = _bitwise("bitwise_and", "bitwise_and", "And of the bits", "2")


bitwise_or = _bitwise("bitwise_or", "bitwise_or", "Or of the bits", "7")


bitwise_xor = _bitwise("bitwise_xor", "bitwise_xor", "Exclusive or of the bits", "5")


def bitwise_not(x: Any, /) -> Any:
    """The complement of the bits; of bools: not.

    >>> bitwise_not(0)
    Array(-1, dtype=int32, weak_type=True)
    """
    check_kind("bitwise_not", "biu", "integer or bool", x)
    return unary("bitwise_not", "bitwise_not", x)


invert = bitwise_invert = bitwise_not


def left_shift(x: Any, y: Any, /) -> Any:
    """x << y.

    >>> left_shift(1, 4)
    Array(16, dtype=int32, weak_type=True)
    """
    x, y = promote("left_shift", (x, y))
    check_kind("left_shift", "iu", "integer", x)
    return fitted("left_shift", "shift_left", (x, y))


def right_shift(x1: Any, x2: Any, /) -> Any:
    """x1 >> x2, keeping the sign.

    >>> right_shift(-8, 1)
    Array(-4, dtype=int32, weak_type=True)
    """
    x1, x2 = promote("right_shift", (x1, x2))
    check_kind("right_shift", "iu", "integer", x1)
    return fitted("right_shift", "shift_right_logical" if x1.dtype.kind == "u" else "shift_right_arithmetic", (x1, x2))


bitwise_left_shift, bitwise_right_shift = left_shift, right_shift


def _truth(function: str, x: Any) -> Any:
    return convert(as_array(function, x), dtypes.bool_)


def logical_and(x: Any, y: Any, /) -> Any:
    """Whether both are true (not 0).

    >>> logical_and(1, 0.0)
    Array(False, dtype=bool)
    """
    return elementwise("logical_and", "bitwise_and", _truth("logical_and", x), _truth("logical_and", y))


def logical_or(x: Any, y: Any, /) -> Any:
    """Whether one is true (not 0).

    >>> logical_or(1, 0.0)
    Array(True, dtype=bool)
    """
    return elementwise("logical_or", "bitwise_or", _truth("logical_or", x), _truth("logical_or", y))


def logical_xor(x: Any, y: Any, /) -> Any:
    """Whether exactly one is true (not 0).

    >>> logical_xor(1, 2)
    Array(False, dtype=bool)
    """
    return elementwise("logical_xor", "bitwise_xor", _truth("logical_xor", x), _truth("logical_xor", y))


def logical_not(x: Any, /) -> Any:
    """Whether x is false (0).

    >>> logical_not(0)
    Array(True, dtype=bool)
    """
    return apply("bitwise_not", (_truth("logical_not", x),))


def isnan(x: Any, /) -> Any:
    """Whether x is nan.

    >>> isnan(float("nan"))
    Array(True, dtype=bool, weak_type=True)
    """
    x = as_array("isnan", x)
    return not_equal(x, x) if dtypes.is_inexact(x.dtype) else lax.full_like(x, False, bool)


def isfinite(x: Any, /) -> Any:
    """Whether x is neither inf nor nan.

    >>> isfinite(1.0)
    Array(True, dtype=bool, weak_type=True)
    """
    x = as_array("isfinite", x)
    if x.dtype.kind == "c":
        return bitwise_and(isfinite(apply("real", (x,))), isfinite(apply("imag", (x,))))
    return apply("is_finite", (x,)) if dtypes.is_inexact(x.dtype) else lax.full_like(x, True, bool)


def isinf(x: Any, /) -> Any:
    """Whether x is inf or -inf.

    >>> isinf(float("inf"))
    Array(True, dtype=bool, weak_type=True)
    """
    x = as_array("isinf", x)
    return equal(unary("isinf", "abs", x), math.inf) if dtypes.is_inexact(x.dtype) else lax.full_like(x, False, bool)


def isposinf(x: Any, /, out: None = None) -> Any:
    """Whether x is inf.

    >>> isposinf(float("inf"))
    Array(True, dtype=bool, weak_type=True)
    """
    refuse_out("isposinf", out)
    x = as_array("isposinf", x)
    refuse_complex("isposinf", x)
    return equal(x, math.inf) if dtypes.is_inexact(x.dtype) else lax.full_like(x, False, bool)


def isneginf(x: Any, /, out: None = None) -> Any:
    """Whether x is -inf.

    >>> isneginf(float("-inf"))
    Array(True, dtype=bool, weak_type=True)
    """
    refuse_out("isneginf", out)
    x = as_array("isneginf", x)
    refuse_complex("isneginf", x)
    return equal(x, -math.inf) if dtypes.is_inexact(x.dtype) else lax.full_like(x, False, bool)


def isclose(a: Any, b: Any, rtol: Any = 1e-5, atol: Any = 1e-8, equal_nan: bool = False) -> Any:
    """Whether |a - b| <= atol + rtol |b|; equal infinities are close.

    >>> isclose(1.0, 1.000001)
    Array(True, dtype=bool, weak_type=True)
    """
    a, b = promote("isclose", (a, b), inexact=True)
    near = bitwise_and(
        less_equal(unary("isclose", "abs", a - b), atol + rtol * unary("isclose", "abs", b)),
        bitwise_and(isfinite(a), isfinite(b)),
    )
    result = bitwise_or(near, equal(a, b))
    return bitwise_or(result, bitwise_and(isnan(a), isnan(b))) if equal_nan else result


def where(condition: Any, x: Any = None, y: Any = None, /, *, size: int | None = None, fill_value: Any = None) -> Any:
    """x where `condition` is true, else y. With the condition alone: the indices where it is true.

    Args:
      condition: bools, or numbers that count as true when not 0.
      x, y: arrays or numbers; all three broadcast together.
      size, fill_value: with the condition alone, as for `nonzero`.

    Raises:
      ShapeError: shapes that do not broadcast, or only one of x and y.
      ConcretizationError: the condition stands alone, is traced, and no size is given.

    >>> where(True, 1.0, 0.0)
    Array(1., dtype=float32, weak_type=True)
    """
    if x is None or y is None:
        if x is not None or y is not None:
            raise errors.make(errors.ShapeError, "where", "expected both x and y, or neither, but got one")
        from wengert.numpy.counting import nonzero

        return nonzero(condition, size=size, fill_value=fill_value)
    if size is not None or fill_value is not None:
        raise ValueError("where: expected size and fill_value with the condition alone but got x and y too")
    pred = _truth("where", condition)
    x, y = promote("where", (x, y))
    weak = x.weak_type and y.weak_type
    if is_eager(pred, x, y):
        broadcast_shapes("where", pred.shape, x.shape, y.shape)
    else:
        pred, x, y = broadcast_all("where", (pred, x, y))
    out = apply("select", (pred, x, y))
    return convert(out, x.dtype, True) if weak else out


def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """The first choice whose condition is true, else `default`.

    Args:
      condlist: arrays of bools.
      choicelist: as many arrays or numbers; all broadcast together.
      default: where no condition is true.

    Raises:
      ShapeError: not as many choices as conditions, or none.

    >>> select([False, True], [1.0, 2.0])
    Array(2., dtype=float32, weak_type=True)
    """
    if len(condlist) != len(choicelist) or not len(condlist):
        raise errors.make(
            errors.ShapeError, "select",
            f"expected conditions and as many choices but got {len(condlist)} and {len(choicelist)}",
        )  # fmt: skip
    *choices, result = promote("select", [*choicelist, default])
    for condition, choice in zip(list(condlist)[::-1], choices[::-1], strict=True):
        result = where(condition, choice, result)
    return as_array("select", result)
