# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions that work element by element: those of one operand, from `unary`, and here arithmetic and the other ones.

Operands are arrays, tracers or numbers; they are promoted to one type and broadcast to one shape. Functions with real
results (`true_divide`, `arctan2`, ...) turn integers and bools into the default float.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from wengert import dtypes, lax
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
from wengert.numpy.complex_parts import real
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


def true_divide(x: Any, y: Any, /) -> Any:
    """x / y as a float.

    >>> true_divide(1, 2)
    Array(0.5, dtype=float32, weak_type=True)
    """
    return elementwise("true_divide", "div", x, y, inexact=True)


divide = true_divide


def _flips(remainder: Any, divisor: Any) -> Any:
    """Where a truncated remainder has another sign than the divisor, so that flooring differs from truncating."""
    return bitwise_and(remainder != 0, (remainder < 0) != (divisor < 0))


def _by_numpy(ufunc: Any, x: Any, y: Any) -> Any:
    """`ufunc` of two arrays of one type if it runs at once and agrees with the compiled form; None if not."""
    if not is_eager(x, y) or x.dtype.kind not in "iuf" or x.dtype == dtypes.float16:
        return None
    if x.dtype.kind != "f" and not y._data.all():
        return None
    token = start_quiet()
    try:
        return Array._wrap(ufunc(x._data, y._data), x.weak_type and y.weak_type)
    finally:
        stop_quiet(token)


def floor_divide(x: Any, y: Any, /) -> Any:
    """The quotient rounded down, as NumPy does: of an infinite x it is nan, of a finite x and an infinite y -1 or 0.

    >>> floor_divide(-7, 2), floor_divide(7.5, 2.0)
    (Array(-4, dtype=int32, weak_type=True), Array(3., dtype=float32, weak_type=True))
    """
    x, y = promote("floor_divide", (x, y))
    broadcast_shapes("floor_divide", x.shape, y.shape)
    if (done := _by_numpy(np.floor_divide, x, y)) is not None:
        return done
    x, y = broadcast_all("floor_divide", (x, y))
    refuse_complex("floor_divide", x)
    check_kind("floor_divide", "iuf", "numeric", x, y)
    if dtypes.is_inexact(x.dtype):
        return divmod(x, y)[0]
    quotient = apply("div", (x, y))
    if x.dtype.kind == "u":
        return quotient
    return where(_flips(apply("rem", (x, y)), y), quotient - 1, quotient)


def remainder(x: Any, y: Any, /) -> Any:
    """The remainder of flooring division, with the sign of y (Python's %).

    >>> remainder(-7, 3), remainder(5.5, 2.0)
    (Array(2, dtype=int32, weak_type=True), Array(1.5, dtype=float32, weak_type=True))
    """
    x, y = promote("remainder", (x, y))
    broadcast_shapes("remainder", x.shape, y.shape)
    if (done := _by_numpy(np.remainder, x, y)) is not None:
        return done
    x, y = broadcast_all("remainder", (x, y))
    refuse_complex("remainder", x)
    check_kind("remainder", "iuf", "numeric", x, y)
    rest = apply("rem", (x, y))
    if dtypes.is_inexact(x.dtype):
        return _floored(rest, y, _flips(rest, y))
    return rest if x.dtype.kind == "u" else where(_flips(rest, y), rest + y, rest)


def _floored(rest: Any, y: Any, flips: Any) -> Any:
    """The remainder of flooring division from that of truncating division: it has the sign of y even if it is 0."""
    zero = copysign(lax.stop_gradient(rest), y) - (lax.stop_gradient(rest) - rest)  # with the derivative of rest
    return where(rest == 0, zero, where(flips, rest + y, rest))


mod = remainder


def fmod(x: Any, y: Any, /) -> Any:
    """The remainder of truncating division, with the sign of x (C's fmod).

    >>> fmod(-7, 3)
    Array(-1, dtype=int32, weak_type=True)
    """
    x, y = promote("fmod", (x, y))
    refuse_complex("fmod", x)
    return fitted("fmod", "rem", (x, y))


def divmod(x: Any, y: Any, /) -> tuple[Any, Any]:
    """`floor_divide(x, y), remainder(x, y)`.

    >>> divmod(7, 2)
    (Array(3, dtype=int32, weak_type=True), Array(1, dtype=int32, weak_type=True))
    """
    x, y = broadcast_all("divmod", promote("divmod", (x, y)))
    refuse_complex("divmod", x)
    if not dtypes.is_inexact(x.dtype):
        return floor_divide(x, y), remainder(x, y)
    rest = apply("rem", (x, y))
    flips, ratio = _flips(rest, y), x / y
    quotient = (x - rest) / y
    quotient = rint(where(flips, quotient - 1, quotient))
    # Where the quotient is 0 it has the sign of x / y, and where y is 0 it is x / y: infinite, or nan.
    quotient = where(y == 0, ratio, where(quotient == 0, copysign(quotient, ratio), quotient))
    return quotient, _floored(rest, y, flips)


def modf(x: Any, /) -> tuple[Any, Any]:
    """The fractional and the whole part of x.

    >>> modf(2.5)
    (Array(0.5, dtype=float32, weak_type=True), Array(2., dtype=float32, weak_type=True))
    """
    x = promote("modf", (x,), inexact=True)[0]
    refuse_complex("modf", x)
    whole = trunc(x)
    return x - whole, whole


def power(x: Any, y: Any, /) -> Any:
    """x ** y. A Python int y becomes repeated multiplication, which also has a derivative at every x.

    Raises:
      DtypeError: an integer array to a negative Python int.

    >>> power(2.0, 3), power(3, 2)
    (Array(8., dtype=float32, weak_type=True), Array(9, dtype=int32, weak_type=True))
    """
    if type(y) is int or isinstance(y, np.integer):
        x = as_array("power", x)
        if x.dtype != dtypes.bool_:
            if not dtypes.is_inexact(x.dtype) and y < 0:
                return lax.integer_pow(x, int(y))
            if isinstance(y, np.integer):
                x = promote("power", (x, y))[0]
            return lax.integer_pow(x, int(y))
    x, y = promote("power", (x, y))
    if dtypes.is_inexact(x.dtype):
        return fitted("power", "pow", (x, y))
    if x.dtype == dtypes.bool_:
        x, y = convert(x, dtypes.int32), convert(y, dtypes.int32)
    if is_eager(x, y):
        return fitted("power", "pow", (x, y))
    return _integer_power(*broadcast_all("power", (x, y)))


def _integer_power(x: Any, y: Any) -> Any:
    """Integers to integer powers that are traced: squaring, once for every bit that the power may have."""
    result = lax.full_like(x, 1)
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


def arctan2(y: Any, x: Any, /) -> Any:
    """The angle of the point (x, y), from -pi to pi.

    >>> arctan2(0.0, 1.0)
    Array(0., dtype=float32, weak_type=True)
    """
    y, x = promote("arctan2", (y, x), inexact=True)
    refuse_complex("arctan2", x)
    return fitted("arctan2", "atan2", (y, x))


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
        return large + log1p(exp(small - large))
    return fitted("logaddexp", "logaddexp", (x, y))


def logaddexp2(x: Any, y: Any, /) -> Any:
    """log2(2**x + 2**y) without overflow.

    >>> logaddexp2(0.0, 0.0)
    Array(1., dtype=float32, weak_type=True)
    """
    ln2 = math.log(2)
    return logaddexp(x * ln2, y * ln2) / ln2


def reciprocal(x: Any, /) -> Any:
    """1 / x.

    >>> reciprocal(4.0)
    Array(0.25, dtype=float32, weak_type=True)
    """
    return true_divide(1, x)


def hypot(x: Any, y: Any, /) -> Any:
    """sqrt(x**2 + y**2) without overflow of the squares.

    >>> hypot(3.0, 4.0)
    Array(5., dtype=float32, weak_type=True)
    """
    x, y = promote("hypot", (x, y), inexact=True)
    refuse_complex("hypot", x, y)
    x, y = abs(x), abs(y)
    big, small = maximum(x, y), minimum(x, y)
    degenerate = bitwise_or(big == 0, isinf(big))
    ratio = small / where(degenerate, 1, big)
    return where(degenerate, big, big * sqrt(1 + ratio * ratio))


def copysign(x: Any, y: Any, /) -> Any:
    """|x| with the sign of y.

    >>> copysign(2.0, -1.0)
    Array(-2., dtype=float32, weak_type=True)
    """
    x, y = promote("copysign", (x, y), inexact=True)
    refuse_complex("copysign", x, y)
    return where(signbit(y), -abs(x), abs(x))


def heaviside(x: Any, h: Any, /) -> Any:
    """0 below 0, h at 0, 1 above.

    >>> heaviside(2.0, 0.5)
    Array(1., dtype=float32, weak_type=True)
    """
    x, h = promote("heaviside", (x, h), inexact=True)
    refuse_complex("heaviside", x, h)
    return where(x < 0, 0, where(x > 0, 1, where(x == 0, h, x)))


def clip(x: Any, min: Any = None, max: Any = None, *, a_min: Any = None, a_max: Any = None) -> Any:
    """x moved into the range from `min` to `max`.

    >>> clip(5, 0, 3)
    Array(3, dtype=int32, weak_type=True)
    """
    x = as_array("clip", x)
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    refuse_complex("clip", *[as_array("clip", v) for v in (x, low, high) if v is not None])
    if low is not None:
        x = maximum(low, x)
    return x if high is None else minimum(high, x)


def fmax(x: Any, y: Any, /) -> Any:
    """The greater of x and y, the other one if one is nan.

    >>> fmax(float("nan"), 1.0)
    Array(1., dtype=float32, weak_type=True)
    """
    x, y = promote("fmax", (x, y))
    return where(bitwise_or(greater(x, y), isnan(y)), x, y)


def fmin(x: Any, y: Any, /) -> Any:
    """The lesser of x and y, the other one if one is nan.

    >>> fmin(float("nan"), 1.0)
    Array(1., dtype=float32, weak_type=True)
    """
    x, y = promote("fmin", (x, y))
    return where(bitwise_or(less(x, y), isnan(y)), x, y)
