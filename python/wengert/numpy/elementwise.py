# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions that work element by element: those of one operand, from `unary`, and here arithmetic and the other ones.

Operands are arrays, tracers or numbers; they are promoted to one type and broadcast to one shape. Functions with real
results (`true_divide`, `arctan2`, ...) turn integers and bools into the default float.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from wengert import array, dtypes, lax
from wengert.array import Array, start_quiet, stop_quiet
from wengert.lax._operands import (
    agreeing,
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
)
from wengert.numpy.arguments import refuse_out
from wengert.numpy.complex_parts import imag, real
from wengert.numpy.logic import bitwise_and, bitwise_or, greater, isinf, isnan, less, where
from wengert.numpy.unary import *  # noqa: F403
from wengert.numpy.unary import abs, exp, log1p, rint, signbit, sqrt, trunc

__all__ = [
    "add", "arctan2", "atan2", "clip", "copysign", "divide", "divmod", "float_power", "floor_divide", "fmax", "fmin",
    "fmod", "heaviside", "hypot", "logaddexp", "logaddexp2", "maximum", "minimum", "mod", "modf", "multiply", "pow",
    "power", "reciprocal", "remainder", "subtract", "true_divide",
]  # fmt: skip


def _arithmetic(function: str, op: str, bool_op: str | None, summary: str, example: str) -> Any:
    def f(x: Any, y: Any, /) -> Any:
        operands = promote(function, (x, y))
        if operands[0].dtype == dtypes.bool_:
            if bool_op is None:
                check_kind(function, "iufc", "numeric", *operands)
            return fitted(function, bool_op or op, operands)
        return fitted(function, op, operands)

    def fast(x: Any, y: Any, /) -> Any:
        fit = agreeing((x, y))
        if fit is not None and fit[0].dtype != dtypes.bool_:
            return apply(op, fit)
        return f(x, y)

    fast.__name__ = fast.__qualname__ = function
    fast.__doc__ = f"""{summary}.

    Args:
      x, y: arrays or numbers whose shapes broadcast together.

    Raises:
      ShapeError: the shapes do not broadcast together.

    >>> {function}({example.split(" -> ")[0]})
    Array({example.split(" -> ")[1]}, weak_type=True)
    """
    return fast


add = _arithmetic("add", "add", "bitwise_or", "x + y; of bools: or", "2, 3.0 -> 5., dtype=float32")
subtract = _arithmetic("subtract", "sub", None, "x - y", "2, 3.0 -> -1., dtype=float32")
multiply = _arithmetic("multiply", "mul", "bitwise_and", "x * y; of bools: and", "2, 3 -> 6, dtype=int32")
_maximum = _arithmetic(
    "maximum", "max", "bitwise_or", "The greater of x and y, nan if one is nan", "2, 3 -> 3, dtype=int32"
)
_minimum = _arithmetic(
    "minimum", "min", "bitwise_and", "The lesser of x and y, nan if one is nan", "2, 3 -> 2, dtype=int32"
)


def _extremum(plain: Any, prefers: Any) -> Any:
    """`plain`, and of complex numbers the one that `prefers`, a lexicographic comparison; nan if one is nan."""

    def f(x: Any, y: Any, /) -> Any:
        if is_complex(x) or is_complex(y):
            x, y = promote(plain.__name__, (x, y))
            return where(bitwise_or(prefers(x, y), isnan(x)), x, y)
        return plain(x, y)

    f.__name__ = f.__qualname__ = plain.__name__
    f.__doc__ = plain.__doc__
    return f


maximum, minimum = _extremum(_maximum, greater), _extremum(_minimum, less)


def true_divide(x1: Any, x2: Any, /) -> Any:
    """x1 / x2 as a float.

    >>> true_divide(1, 2)
    Array(0.5, dtype=float32, weak_type=True)
    """
    return elementwise("true_divide", "div", x1, x2, inexact=True)


divide = true_divide


def _flips(remainder: Any, divisor: Any) -> Any:
    """Where a truncated remainder has another sign than the divisor, so that flooring differs from truncating."""
    return bitwise_and(remainder != 0, (remainder < 0) != (divisor < 0))


def _divisor(y: Any) -> Any:
    """`y` with 1 for an integer 0: the remainder of a division of integers by zero is 0, as in NumPy."""
    if dtypes.is_inexact(y.dtype) or (type(y) is Array and y._data.all()):
        return y
    return where(y == 0, lax.full_like(y, 1), y)


def _by_numpy(ufunc: Any, x: Any, y: Any) -> Any:
    """`ufunc` of two arrays of one type if it runs at once and agrees with the compiled form; None if not."""
    if not is_eager(x, y) or x.dtype.kind not in "iuf" or x.dtype == dtypes.float16:
        return None
    if ufunc is np.floor_divide and x.dtype.kind != "f" and not y._data.all():
        return None
    token = start_quiet()
    try:
        return Array._wrap(ufunc(x._data, y._data), x.weak_type and y.weak_type)
    finally:
        stop_quiet(token)


def floor_divide(x1: Any, x2: Any, /) -> Any:
    """The quotient rounded down, as NumPy does: of an infinite x1 it is nan, of a finite x1 and an infinite x2 -1 or 0.

    >>> floor_divide(-7, 2), floor_divide(7.5, 2.0)
    (Array(-4, dtype=int32, weak_type=True), Array(3., dtype=float32, weak_type=True))
    """
    x1, x2 = promote("floor_divide", (x1, x2))
    broadcast_shapes("floor_divide", x1.shape, x2.shape)
    if (done := _by_numpy(np.floor_divide, x1, x2)) is not None:
        return done
    x1, x2 = broadcast_all("floor_divide", (x1, x2))
    refuse_complex("floor_divide", x1)
    check_kind("floor_divide", "iuf", "numeric", x1, x2)
    if dtypes.is_inexact(x1.dtype):
        return divmod(x1, x2)[0]
    quotient = apply("div", (x1, x2))
    if x1.dtype.kind == "u":
        return quotient
    return where(_flips(apply("rem", (x1, x2)), x2), quotient - 1, quotient)


def remainder(x1: Any, x2: Any, /) -> Any:
    """The remainder of flooring division, with the sign of `x2` (Python's %); of an integer and zero it is 0.

    >>> remainder(-7, 3), remainder(5.5, 2.0)
    (Array(2, dtype=int32, weak_type=True), Array(1.5, dtype=float32, weak_type=True))
    """
    x1, x2 = promote("remainder", (x1, x2))
    broadcast_shapes("remainder", x1.shape, x2.shape)
    if (done := _by_numpy(np.remainder, x1, x2)) is not None:
        return done
    x1, x2 = broadcast_all("remainder", (x1, x2))
    refuse_complex("remainder", x1)
    check_kind("remainder", "iuf", "numeric", x1, x2)
    rest = apply("rem", (x1, _divisor(x2)))
    if dtypes.is_inexact(x1.dtype):
        return _floored(rest, x2, _flips(rest, x2))
    return rest if x1.dtype.kind == "u" else where(_flips(rest, x2), rest + x2, rest)


def _floored(rest: Any, y: Any, flips: Any) -> Any:
    """The remainder of flooring division from that of truncating division: it has the sign of y even if it is 0."""
    zero = copysign(lax.stop_gradient(rest), y) - (lax.stop_gradient(rest) - rest)  # with the derivative of rest
    return where(rest == 0, zero, where(flips, rest + y, rest))


mod = remainder


def fmod(x1: Any, x2: Any, /) -> Any:
    """The remainder of truncating division, with the sign of `x1` (C's fmod); of an integer and zero it is 0.

    >>> fmod(-7, 3)
    Array(-1, dtype=int32, weak_type=True)
    """
    x1, x2 = promote("fmod", (x1, x2))
    refuse_complex("fmod", x1)
    return fitted("fmod", "rem", (x1, _divisor(x2)))


def divmod(x1: Any, x2: Any, /) -> tuple[Any, Any]:
    """`floor_divide(x1, x2), remainder(x1, x2)`.

    >>> divmod(7, 2)
    (Array(3, dtype=int32, weak_type=True), Array(1, dtype=int32, weak_type=True))
    """
    x1, x2 = broadcast_all("divmod", promote("divmod", (x1, x2)))
    refuse_complex("divmod", x1)
    if not dtypes.is_inexact(x1.dtype):
        return floor_divide(x1, x2), remainder(x1, x2)
    rest = apply("rem", (x1, x2))
    flips, ratio = _flips(rest, x2), x1 / x2
    quotient = (x1 - rest) / x2
    quotient = rint(where(flips, quotient - 1, quotient))
    # Where the quotient is 0 it has the sign of x1 / x2, and where x2 is 0 it is x1 / x2: infinite, or nan.
    quotient = where(x2 == 0, ratio, where(quotient == 0, copysign(quotient, ratio), quotient))
    return quotient, _floored(rest, x2, flips)


def modf(x: Any, /, out: None = None) -> tuple[Any, Any]:
    """The fractional and the whole part of x.

    >>> modf(2.5)
    (Array(0.5, dtype=float32, weak_type=True), Array(2., dtype=float32, weak_type=True))
    """
    refuse_out("modf", out)
    x = promote("modf", (x,), inexact=True)[0]
    refuse_complex("modf", x)
    whole = trunc(x)
    return x - whole, whole


def power(x1: Any, x2: Any, /) -> Any:
    """x1 ** x2. A Python int `x2` becomes repeated multiplication, which also has a derivative at every `x1`.

    Raises:
      DtypeError: an integer array to a negative Python int.

    >>> power(2.0, 3), power(3, 2)
    (Array(8., dtype=float32, weak_type=True), Array(9, dtype=int32, weak_type=True))
    """
    if type(x2) is int or isinstance(x2, np.integer):
        x1 = as_array("power", x1)
        if x1.dtype != dtypes.bool_:
            if not dtypes.is_inexact(x1.dtype) and x2 < 0:
                return lax.integer_pow(x1, int(x2))
            if isinstance(x2, np.integer):
                x1 = promote("power", (x1, x2))[0]
            return lax.integer_pow(x1, int(x2))
    x1, x2 = promote("power", (x1, x2))
    if dtypes.is_inexact(x1.dtype):
        return fitted("power", "pow", (x1, x2))
    if x1.dtype == dtypes.bool_:
        x1, x2 = convert(x1, dtypes.int32), convert(x2, dtypes.int32)
    if is_eager(x1, x2):
        return fitted("power", "pow", (x1, x2))
    return _integer_power(*broadcast_all("power", (x1, x2)))


def _integer_power(x: Any, y: Any) -> Any:
    """Integers to integer powers that are traced: squaring, once for every bit that the power may have."""
    # the low bits alone would give 1 for what has overflowed to 0
    result = where(bitwise_and(bitwise_and(x, 1) == 0, y >= 64), lax.full_like(x, 0), lax.full_like(x, 1))
    for _ in range(6):
        result = where(bitwise_and(y, 1) == 1, result * x, result)
        x, y = x * x, apply("shift_right_logical", (y, lax.full_like(y, 1)))
    return result


pow = power


def float_power(x: Any, y: Any, /) -> Any:
    """x ** y computed in floats.

    >>> float_power(2, -1)
    Array(0.5, dtype=float32, weak_type=True)
    """
    x, y = promote("float_power", (x, y), inexact=True)
    return fitted("float_power", "pow", (x, y))


def arctan2(x1: Any, x2: Any, /) -> Any:
    """The angle of the point (`x2`, `x1`), from -pi to pi.

    >>> arctan2(0.0, 1.0)
    Array(0., dtype=float32, weak_type=True)
    """
    x1, x2 = promote("arctan2", (x1, x2), inexact=True)
    refuse_complex("arctan2", x2)
    return fitted("arctan2", "atan2", (x1, x2))


atan2 = arctan2


def logaddexp(x: Any, y: Any, /) -> Any:
    """log(exp(x) + exp(y)) without overflow.

    >>> logaddexp(0.0, 0.0)
    Array(0.6931472, dtype=float32, weak_type=True)
    """
    x, y = promote("logaddexp", (x, y), inexact=True)
    if x.dtype.kind == "c":
        x, y = broadcast_all("logaddexp", (x, y))
        swaps = real(x) < real(y)
        large, small = where(swaps, y, x), where(swaps, x, y)
        total = large + log1p(exp(small - large))
        turns = rint(imag(total) / (2 * math.pi))  # the angle is from -pi to pi
        return lax.complex(real(total), imag(total) - turns * (2 * math.pi))
    return fitted("logaddexp", "logaddexp", (x, y))


def logaddexp2(x: Any, y: Any, /) -> Any:
    """log2(2**x + 2**y) without overflow.

    >>> logaddexp2(0.0, 0.0)
    Array(1., dtype=float32, weak_type=True)
    """
    x, y = promote("logaddexp2", (x, y), inexact=True)  # before the multiplication, which rounds in a narrow type
    ln2 = math.log(2)
    return logaddexp(x * ln2, y * ln2) / ln2


def reciprocal(x: Any, /) -> Any:
    """1 / x.

    >>> reciprocal(4.0)
    Array(0.25, dtype=float32, weak_type=True)
    """
    return true_divide(1, x)


def hypot(x1: Any, x2: Any, /) -> Any:
    """sqrt(x1**2 + x2**2) without overflow of the squares.

    >>> hypot(3.0, 4.0)
    Array(5., dtype=float32, weak_type=True)
    """
    x1, x2 = promote("hypot", (x1, x2), inexact=True)
    refuse_complex("hypot", x1, x2)
    x1, x2 = abs(x1), abs(x2)
    big, small = maximum(x1, x2), minimum(x1, x2)
    degenerate = bitwise_or(big == 0, isinf(big))
    ratio = small / where(degenerate, 1, big)
    return where(degenerate, big, big * sqrt(1 + ratio * ratio))


def copysign(x1: Any, x2: Any, /) -> Any:
    """|x1| with the sign of `x2`.

    >>> copysign(2.0, -1.0)
    Array(-2., dtype=float32, weak_type=True)
    """
    x1, x2 = promote("copysign", (x1, x2), inexact=True)
    refuse_complex("copysign", x1, x2)
    return where(signbit(x2), -abs(x1), abs(x1))


def heaviside(x1: Any, x2: Any, /) -> Any:
    """0 below 0, `x2` at 0, 1 above.

    >>> heaviside(2.0, 0.5)
    Array(1., dtype=float32, weak_type=True)
    """
    x1, x2 = promote("heaviside", (x1, x2), inexact=True)
    refuse_complex("heaviside", x1, x2)
    return where(x1 < 0, 0, where(x1 > 0, 1, where(x1 == 0, x2, x1)))


def clip(arr: Any, /, min: Any = None, max: Any = None, *, a_min: Any = None, a_max: Any = None) -> Any:
    """`arr` moved into the range from `min` to `max`.

    >>> clip(5, 0, 3)
    Array(3, dtype=int32, weak_type=True)
    """
    if type(arr) is Array and not array._staging and a_min is None and a_max is None:
        if arr._data.dtype in array._FLOATS and type(min) in _NUMBERS and type(max) in _NUMBERS:
            return _clip_at_once(arr, min, max)
    arr = as_array("clip", arr)
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    refuse_complex("clip", *[as_array("clip", v) for v in (arr, low, high) if v is not None])
    if low is not None:
        arr = maximum(low, arr)
    return arr if high is None else minimum(high, arr)


_NUMBERS = (int, float)


def _clip_at_once(arr: Array, low: Any, high: Any) -> Array:
    dtype, token = arr._data.dtype, start_quiet()
    try:
        least, most = np.asarray(low, dtype), np.asarray(high, dtype)
        if arr._data.size > 1 << 10:  # np.clip reads once, but takes longer to start
            out = np.clip(arr._data, least, most)
        else:
            out = np.minimum(most, np.maximum(least, arr._data))
    finally:
        stop_quiet(token)
    return Array._wrap(np.asarray(out), arr.weak_type)


def fmax(x1: Any, x2: Any) -> Any:
    """The greater of `x1` and `x2`, the other one if one is nan.

    >>> fmax(float("nan"), 1.0)
    Array(1., dtype=float32, weak_type=True)
    """
    x1, x2 = promote("fmax", (x1, x2))
    return where(bitwise_or(greater(x1, x2), isnan(x2)), x1, x2)


def fmin(x1: Any, x2: Any) -> Any:
    """The lesser of `x1` and `x2`, the other one if one is nan.

    >>> fmin(float("nan"), 1.0)
    Array(1., dtype=float32, weak_type=True)
    """
    x1, x2 = promote("fmin", (x1, x2))
    return where(bitwise_or(less(x1, x2), isnan(x2)), x1, x2)
