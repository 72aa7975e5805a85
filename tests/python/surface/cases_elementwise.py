# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wengert.numpy: functions of numbers, one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from surface.records import (
    ANY,
    BOOL,
    COMPLEX,
    DISCRETE,
    FLOATS,
    INTS,
    NO_SLOPE,
    NUMERIC,
    REAL,
    Call,
    Draw,
    Number,
    Operand,
    Static,
    register,
)
from surface.strategies import beside, calls, kind_of, maybe, plain, several, shapes, with_options

INEXACT_FIRST = (*FLOATS, *COMPLEX, *INTS, *BOOL)
REAL_FIRST = (*FLOATS, *INTS, *BOOL)


def unary(names: str, kinds=INEXACT_FIRST, low=-3.0, high=3.0, **options):
    register("numpy", names, plain(kinds, low, high), **options)


# Every inexact function takes integers and bools as default floats.
unary("sin cos sinh cosh tanh exp expm1 exp2 arctan atan arcsinh asinh sinc", result="inexact")
unary("tan", low=-1.4, high=1.4, result="inexact")
unary("log log2 log10 log1p sqrt", low=0.1, result="inexact")
unary("rsqrt", low=0.1, result="inexact", reference=lambda x: 1 / np.sqrt(x))
unary("arcsin asin arccos acos arctanh atanh", low=-0.9, high=0.9, result="inexact")
unary("arccosh acosh", low=1.1, result="inexact")
unary("cbrt", REAL_FIRST, result="inexact")
unary("deg2rad rad2deg degrees radians", REAL_FIRST, -90, 90, result="inexact")
unary("fabs", REAL_FIRST, result="inexact")
unary("i0", FLOATS, result="inexact", tolerance=5.0)
unary("reciprocal", (*FLOATS, *COMPLEX), 0.4, 3)
unary("square conj conjugate", (*NUMERIC, "complex128"))
unary("negative positive", NUMERIC)
unary("abs absolute", ANY, result="magnitude")
unary("real imag", ANY, result="magnitude")
unary("sign", NUMERIC)
unary("floor ceil trunc fix", (*FLOATS, *INTS, *BOOL))
unary("rint", REAL, result="inexact")
unary("isnan isinf isfinite iscomplex isreal logical_not", ANY, result="bool", ways=NO_SLOPE)
unary("isneginf isposinf signbit", REAL, result="bool", ways=NO_SLOPE)
unary("invert bitwise_not bitwise_invert", DISCRETE, ways=NO_SLOPE)
unary("bitwise_count", INTS, -100, 100, result="uint8", ways=NO_SLOPE)
unary("spacing", ("float32", "float16", "float64"), exact=True, ways=NO_SLOPE)
unary("modf", FLOATS, result="same")
unary("frexp", ("float32", "float16", "float64"), -90, 90, result=("same", "int32"), exact=True)
register("numpy", "angle", with_options(plain(INEXACT_FIRST), deg=maybe(True, False)), result="real")
register("numpy", "round around", with_options(plain(FLOATS), decimals=maybe(0, 1, 2)), tolerance=3.0)
register("numpy", "round:integers", with_options(plain(INTS), decimals=maybe(0, 1)))
register("numpy", "nan_to_num", with_options(plain((*NUMERIC, *BOOL)), nan=maybe(1.5), posinf=maybe(7)))


def binary(names: str, kinds=NUMERIC, x=(-3, 3), y=(-3, 3), **options):
    register("numpy", names, several(kinds, (x, y)), **options)


binary("add multiply", (*FLOATS, *COMPLEX, *INTS, *BOOL))
binary("subtract", (*FLOATS, *COMPLEX, *INTS))
binary("true_divide divide", (*FLOATS, *COMPLEX, *INTS, *BOOL), y=(0.6, 4), result="inexact")
binary("float_power", REAL, (0.6, 3), result="inexact", tolerance=4.0)
binary("power pow", FLOATS, (0.4, 3), tolerance=4.0)
binary("power:integers pow:integers", INTS, (-3, 3), (0, 3))
binary("power:complex", COMPLEX, (0.4, 3), tolerance=4.0)
# Away from the steps in narrow types: multiples of 1/4 against integers.
binary("floor_divide remainder mod fmod divmod", ("float32", "float64", *INTS), (-9, 9), (2, 4))
binary("maximum minimum", ANY)
binary("fmax fmin", REAL)
binary("hypot", REAL, result="inexact")
binary("arctan2 atan2", REAL, y=(0.5, 3), result="inexact")
binary("logaddexp logaddexp2", REAL, result="inexact")
binary("copysign", REAL, result="inexact")
binary("heaviside", REAL, result="inexact")
register(
    "numpy",
    "nextafter",
    several(("float32", "float16", "float64"), mixed=False, numbers=False),
    exact=True,
    ways=NO_SLOPE,
)
binary("gcd lcm", INTS, (-12, 12), (-12, 12), ways=NO_SLOPE)
binary("bitwise_and bitwise_or bitwise_xor", DISCRETE, (-90, 90), (-90, 90), ways=NO_SLOPE)
binary("left_shift right_shift bitwise_left_shift bitwise_right_shift", INTS, (0, 9), (0, 3), ways=NO_SLOPE)
binary("logical_and logical_or logical_xor", ANY, (-1, 1), (-1, 1), result="bool", ways=NO_SLOPE)
binary("equal not_equal less less_equal greater greater_equal", ANY, result="bool", ways=NO_SLOPE)
register(
    "numpy",
    "isclose",
    with_options(several(ANY, ((-1, 1), (-1, 1))), rtol=maybe(0.1), atol=maybe(0.5)),
    result="bool",
    ways=NO_SLOPE,
)


@calls
def floats_and_ints(draw: Draw) -> Call:
    shape = draw(shapes())
    return Call((Operand(shape, kind_of(draw, FLOATS)), Operand(beside(draw, shape), kind_of(draw, INTS[:2]), -4, 4)))


register("numpy", "ldexp", floats_and_ints(), result="first")


@calls
def wheres(draw: Draw) -> Call:
    shape = draw(shapes())
    kind = kind_of(draw, ANY)
    parts: list = [Operand(beside(draw, shape), kind), Operand(shape, kind_of(draw, ANY))]
    if draw(st.integers(0, 3)) == 0:
        parts[0] = Number(2)
    return Call((Operand(beside(draw, shape), kind_of(draw, ("bool", "int32", "float32")), -1, 1), *parts))


@calls
def clips(draw: Draw) -> Call:
    shape, kind = draw(shapes()), kind_of(draw, REAL)
    args: list = [Operand(shape, kind)]
    for low, high in ((-1.4, -0.6), (0.7, 1.6)):
        bound = [None, Number(1 if high > 1 else 0), Operand((), kind, low, high), Operand(shape, kind, low, high)]
        args.append(draw(st.sampled_from(bound)))
    return Call(tuple(args))


def of_branches(call: Call):
    from wengert import dtypes

    return dtypes.result_type(*(dtypes.named(x.dtype) if isinstance(x, Operand) else x.value for x in call.leaves[1:]))


register("numpy", "where", wheres(), result=of_branches)
register("numpy", "clip", clips())


@calls
def selections(draw: Draw) -> Call:
    shape, kind = draw(shapes()), kind_of(draw, (*FLOATS, *INTS))
    count = draw(st.integers(1, 3))
    conditions = [Operand(shape, "bool") for _ in range(count)]
    default = draw(st.sampled_from([(), (Number(7),)]))
    return Call((conditions, [Operand(beside(draw, shape), kind) for _ in range(count)], *default))


register(
    "numpy",
    "select",
    selections(),
    result=lambda c: c.leaves[-1].dtype if isinstance(c.leaves[-1], Operand) else c.leaves[-2].dtype,
)


@calls
def pieces(draw: Draw) -> Call:
    shape = draw(shapes())
    square, half = (lambda v: v * v), (lambda v: v / 2)
    parts = [square, half] if draw(st.booleans()) else [3.0, square, -1.0]
    conditions = [Operand(shape, "bool"), Operand(shape, "bool")]
    return Call((Operand(shape, kind_of(draw, ("float32", "float64"))), conditions, Static(parts)))


register("numpy", "piecewise", pieces(), result="first")
