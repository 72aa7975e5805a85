# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions of one operand that work element by element: NumPy's ufuncs and what is made of them.

The operand is an array, a tracer or a number. Functions with real results (`sin`, `exp`, ...) turn integers and bools
into the default float.
"""

from __future__ import annotations

import builtins
import math
from typing import Any

import numpy as np

from wengert import dtypes, lax
from wengert.array import Array
from wengert.lax._operands import (
    as_array,
    check_kind,
    convert,
    is_eager,
    promote,
    refuse_complex,
    unary,
)
from wengert.numpy.arguments import refuse_out
from wengert.numpy.complex_parts import imag, real
from wengert.numpy.logic import isnan, isneginf, isposinf, where

__all__ = [
    "abs", "absolute", "acos", "acosh", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctanh", "around",
    "asin", "asinh", "atan", "atanh", "cbrt", "ceil", "cos", "cosh", "deg2rad", "degrees", "exp", "exp2", "expm1",
    "fabs", "fix", "floor", "log", "log10", "log1p", "log2", "nan_to_num", "negative", "positive", "rad2deg",
    "radians", "rint", "round", "rsqrt", "sign", "signbit", "sin", "sinc", "sinh", "sqrt", "square", "tan", "tanh",
    "trunc",
]  # fmt: skip


def _real(function: str, op: str, summary: str, example: str, of_complex: bool = True) -> Any:
    def f(x: Any, /) -> Any:
        return unary(function, op, x, inexact=True)

    if not of_complex:
        inner = f

        def f(x: Any, /) -> Any:
            refuse_complex(function, as_array(function, x))
            return inner(x)

    f.__name__ = f.__qualname__ = function
    given, result = example.split(" -> ")
    f.__doc__ = f"""{summary}, element by element.

    Args:
      x: an array or number of any shape; integers and bools become the default float.

    Returns:
      An array of the shape of `x`, of its floating or complex type.

    >>> {function}({given})
    Array({result}, dtype=float32, weak_type=True)
    """
    return f


exp = _real("exp", "exp", "The exponential", "0.0 -> 1.")
exp2 = _real("exp2", "exp2", "2 to the power of x", "3.0 -> 8.")
expm1 = _real("expm1", "expm1", "exp(x) - 1, precise near 0", "0.0 -> 0.")
log = _real("log", "log", "The natural logarithm", "2 -> 0.6931472")
log1p = _real("log1p", "log1p", "log(1 + x), precise near 0", "0.0 -> 0.")
sqrt = _real("sqrt", "sqrt", "The square root", "4.0 -> 2.")
rsqrt = _real("rsqrt", "rsqrt", "1 / sqrt(x)", "4.0 -> 0.5")
cbrt = _real("cbrt", "cbrt", "The real cube root", "8.0 -> 2.", of_complex=False)
sin = _real("sin", "sin", "The sine", "0.0 -> 0.")
cos = _real("cos", "cos", "The cosine", "0.0 -> 1.")
tan = _real("tan", "tan", "The tangent", "0.0 -> 0.")
arcsin = _real("arcsin", "asin", "The inverse sine", "0.0 -> 0.")
arccos = _real("arccos", "acos", "The inverse cosine", "1.0 -> 0.")
arctan = _real("arctan", "atan", "The inverse tangent", "0.0 -> 0.")
sinh = _real("sinh", "sinh", "The hyperbolic sine", "0.0 -> 0.")
cosh = _real("cosh", "cosh", "The hyperbolic cosine", "0.0 -> 1.")
tanh = _real("tanh", "tanh", "The hyperbolic tangent", "0.0 -> 0.")
arcsinh = _real("arcsinh", "asinh", "The inverse hyperbolic sine", "0.0 -> 0.")
arccosh = _real("arccosh", "acosh", "The inverse hyperbolic cosine", "1.0 -> 0.")
arctanh = _real("arctanh", "atanh", "The inverse hyperbolic tangent", "0.0 -> 0.")
asin, acos, atan = arcsin, arccos, arctan
asinh, acosh, atanh = arcsinh, arccosh, arctanh


def negative(x: Any, /) -> Any:
    """-x.

    Raises:
      DtypeError: x is bool.

    >>> negative(2)
    Array(-2, dtype=int32, weak_type=True)
    """
    x = as_array("negative", x)
    if x.dtype == dtypes.bool_:
        check_kind("negative", "iufc", "numeric", x)
    return unary("negative", "neg", x)


def positive(x: Any, /) -> Any:
    """+x: x itself.

    >>> positive(2)
    Array(2, dtype=int32, weak_type=True)
    """
    return as_array("positive", x)


def abs(x: Any, /) -> Any:
    """The absolute value.

    >>> abs(-3)
    Array(3, dtype=int32, weak_type=True)
    """
    x = as_array("abs", x)
    return x if x.dtype.kind in "ub" else unary("abs", "abs", x)


absolute = abs


def fabs(x: Any, /) -> Any:
    """The absolute value as a float.

    >>> fabs(-3)
    Array(3., dtype=float32, weak_type=True)
    """
    return unary("fabs", "abs", x, inexact=True)


def sign(x: Any, /) -> Any:
    """-1, 0 or 1; nan for nan; x / |x| of complex numbers, 0 of 0.

    >>> sign(-2.5)
    Array(-1., dtype=float32, weak_type=True)
    """
    x = as_array("sign", x)
    out = lax.sign(x) if x.dtype.kind == "c" else unary("sign", "sign", x)
    if type(out) is Array and out.dtype.kind == "f" and is_eager():
        return Array._wrap(out._data + 0, out.weak_type)  # -0 + 0 is 0
    return where(x == 0, convert(lax.full_like(x, 0), x.dtype, x.weak_type), out) if dtypes.is_inexact(x.dtype) else out


def square(x: Any, /) -> Any:
    """x * x.

    >>> square(3)
    Array(9, dtype=int32, weak_type=True)
    """
    return unary("square", "square", x)


def _rounding(function: str, op: str, summary: str) -> Any:
    def f(x: Any, /) -> Any:
        x = as_array(function, x)
        if function == "rint" and x.dtype.kind == "c":
            return lax.complex(f(real(x)), f(imag(x)))
        refuse_complex(function, x)
        if dtypes.is_inexact(x.dtype):
            return unary(function, op, x)
        return convert(x, dtypes.default_float(), x.weak_type) if function == "rint" else x

    f.__name__ = f.__qualname__ = function
    f.__doc__ = f"""{summary}; integers {"become the default float" if function == "rint" else "stay as they are"}.

    >>> {function}(2.0)
    Array(2., dtype=float32, weak_type=True)
    """
    return f


floor = _rounding("floor", "floor", "The greatest integer not above x, as a float")
ceil = _rounding("ceil", "ceil", "The least integer not below x, as a float")
rint = _rounding("rint", "round", "The nearest integer, halves to the even one, as a float")


def trunc(x: Any) -> Any:
    """The nearest integer towards zero, as a float.

    >>> trunc(-2.7)
    Array(-2., dtype=float32, weak_type=True)
    """
    x = as_array("trunc", x)
    refuse_complex("trunc", x)
    return where(x < 0, ceil(x), floor(x)) if dtypes.is_inexact(x.dtype) else x


fix = trunc


def round(a: Any, decimals: int = 0, out: None = None) -> Any:
    """`a` rounded to `decimals`, halves to the even digit.

    >>> round(2.5), round(2.567, 2)
    (Array(2., dtype=float32, weak_type=True), Array(2.57, dtype=float32, weak_type=True))
    """
    refuse_out("round", out)
    a = as_array("round", a)
    if decimals >= 0 and not dtypes.is_inexact(a.dtype):
        return a
    if decimals == 0:
        return rint(a)
    if not dtypes.is_inexact(a.dtype):
        scale = 10**-decimals
        return convert(rint(a / scale), a.dtype, a.weak_type) * scale
    scale = float(10 ** builtins.abs(decimals))
    return rint(a * scale) / scale if decimals > 0 else rint(a / scale) * scale


around = round


def log2(x: Any, /) -> Any:
    """The logarithm to base 2.

    >>> log2(8.0)
    Array(3., dtype=float32, weak_type=True)
    """
    return log(x) / math.log(2)


def log10(x: Any, /) -> Any:
    """The logarithm to base 10.

    >>> log10(100.0)
    Array(2., dtype=float32, weak_type=True)
    """
    return log(x) / math.log(10)


def deg2rad(x: Any, /) -> Any:
    """Degrees to radians.

    >>> deg2rad(180.0)
    Array(3.1415927, dtype=float32, weak_type=True)
    """
    return as_array("deg2rad", x) * (math.pi / 180)


def rad2deg(x: Any, /) -> Any:
    """Radians to degrees.

    >>> rad2deg(0.0)
    Array(0., dtype=float32, weak_type=True)
    """
    return as_array("rad2deg", x) * (180 / math.pi)


radians, degrees = deg2rad, rad2deg


def sinc(x: Any, /) -> Any:
    """sin(pi x) / (pi x), 1 at 0.

    >>> sinc(0.0)
    Array(1., dtype=float32, weak_type=True)
    """
    x = promote("sinc", (x,), inexact=True)[0] * math.pi
    small = abs(x) < 0.5
    large, square = where(small, 1, x), where(small, x, 0) ** 2
    series = 1.0  # its derivatives are right at 0 too, where sin(x) / x has none
    for n in (12, 10, 8, 6, 4, 2):
        series = 1 - square / (n * (n + 1)) * series
    return where(small, series, sin(large) / large)


def signbit(x: Any, /) -> Any:
    """Whether x is negative, -0.0 included.

    >>> signbit(-0.0)
    Array(True, dtype=bool)
    """
    x = as_array("signbit", x)
    refuse_complex("signbit", x)
    if not dtypes.is_inexact(x.dtype):
        return x < 0 if x.dtype.kind == "i" else lax.full_like(x, False, bool)
    x = x if x.dtype.itemsize >= 4 else convert(x, dtypes.float32)
    return lax.bitcast_convert_type(x, np.dtype(f"i{x.dtype.itemsize}")) < 0


def nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    """x with nan, inf and -inf replaced by numbers.

    >>> nan_to_num(float("nan"))
    Array(0., dtype=float32, weak_type=True)
    """
    x = as_array("nan_to_num", x)
    if not dtypes.is_inexact(x.dtype):
        return x
    if x.dtype.kind == "c":
        return lax.complex(*[nan_to_num(part, copy, nan, posinf, neginf) for part in (real(x), imag(x))])
    info = dtypes.finfo(x.dtype)
    x = where(isnan(x), convert(as_array("nan_to_num", nan), x.dtype, True), x)
    x = where(
        isposinf(x), convert(as_array("nan_to_num", float(info.max) if posinf is None else posinf), x.dtype, True), x
    )
    return where(
        isneginf(x), convert(as_array("nan_to_num", float(info.min) if neginf is None else neginf), x.dtype, True), x
    )
