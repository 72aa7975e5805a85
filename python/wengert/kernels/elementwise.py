# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""NumPy kernels: elementwise ops."""

from __future__ import annotations

import functools
import math
from typing import Any

import ml_dtypes
import numpy as np

from wengert.kernels.bits import SMALL_INTS
from wengert.kernels.common import BOOL, FLOAT32, is_float, quiet, special, widened

INT32 = np.dtype(np.int32)
_FEW = 1 << 8  # below, NumPy is as fast


@functools.cache
def _native() -> Any:
    """The extension, which eager programs load when an array of some size first needs it."""
    from wengert import _native as extension

    return extension


def unary(fun: Any, x: np.ndarray) -> np.ndarray:
    """The NumPy function `fun` at `x`, half types computed in float32, in the dtype of `x`."""
    return widened(fun, x)


def neg(x: np.ndarray) -> np.ndarray:
    """-x, which wraps for unsigned integers."""
    return np.negative(x)


def sign(x: np.ndarray) -> np.ndarray:
    """-1, 0 or 1 (nan for nan, -0.0 for -0.0) in the dtype of x."""
    if is_float(x.dtype):
        return np.where((x == 0) | (x != x), x, np.copysign(np.ones((), x.dtype), x))
    return np.sign(x)


def rsqrt(x: np.ndarray) -> np.ndarray:
    """1 / sqrt(x)."""
    return widened(lambda v: np.reciprocal(np.sqrt(v)), x)


def log1p(x: np.ndarray) -> np.ndarray:
    """log(1 + x); NumPy's own is not accurate for small complex numbers."""
    if x.dtype.kind != "c":
        return np.log1p(x)
    re, im = x.real, x.imag
    near = (np.abs(re) < 0.5) & (np.abs(im) < 0.5)
    small = np.log1p(np.where(near, re * (2 + re) + im * im, re.dtype.type(0))) * re.dtype.type(0.5)
    whole = np.log(x + x.dtype.type(1))
    result = np.empty(np.shape(x), x.dtype)
    result.real = np.where(near, small, whole.real)
    result.imag = whole.imag
    return result


def expm1(x: np.ndarray) -> np.ndarray:
    """exp(x) - 1; NumPy's own makes nan of complex numbers with infinite parts."""
    if x.dtype.kind != "c":
        return np.expm1(x)
    re, im = x.real, x.imag
    one, far = re.dtype.type(1), np.isinf(re) & ~np.isfinite(im)  # far: the angle does not count, or is not known
    sine = np.sin(im * re.dtype.type(0.5))
    versed = 2 * sine * sine  # 1 - cos(im)
    result = np.empty(np.shape(x), x.dtype)
    result.real = np.where(far, np.where(re > 0, re, -one), np.expm1(re) * (one - versed) - versed + 0)
    wave = np.where(im == 0, im, np.exp(re) * np.sin(im))
    result.imag = np.where(far & (re < 0), re.dtype.type(0), wave)
    return result


def tanh(x: np.ndarray) -> np.ndarray:
    """The hyperbolic tangent; of an infinite real part the imaginary 0 has the sign of the imaginary part."""
    result = np.tanh(x)
    if x.dtype.kind != "c" or not np.isinf(x.real).any():
        return result
    zero = np.copysign(x.real.dtype.type(0), x.imag)
    result = np.array(result)
    result.imag = np.where(np.isinf(x.real) & np.isfinite(x.imag), zero, result.imag)
    return result


def cbrt(x: np.ndarray) -> np.ndarray:
    """The real cube root."""
    return widened(np.cbrt, x)


def logistic(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)); exp may overflow to inf, which gives the right limit 0."""

    def compute(v: np.ndarray) -> np.ndarray:
        with quiet():
            if v.dtype.kind == "c":  # an infinite exponential would make a nan
                left = v.real < 0
                power = np.exp(np.where(left, v, -v))
                return np.where(left, power, v.dtype.type(1)) / (1 + power)
            return np.reciprocal(1 + np.exp(-v))

    return widened(compute, x)


def erf(x: np.ndarray) -> np.ndarray:
    """The error function."""
    return special("erf", x)


def integer_pow(x: np.ndarray, y: int) -> np.ndarray:
    """x ** y by repeated squaring; a negative y inverts at the end (floats only)."""
    if y == 0:
        return np.ones(x.shape, x.dtype)

    def compute(v: np.ndarray) -> np.ndarray:
        result: Any = None
        n = abs(y)
        while n:
            if n & 1:
                result = v if result is None else result * v
            n >>= 1
            if n:
                v = v * v
        with quiet():
            return result if y > 0 else np.reciprocal(result)

    return widened(compute, x)


def logical_not(x: np.ndarray) -> np.ndarray:
    """Not of bool, complement of integers."""
    return np.invert(x)


def convert(x: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """x in `dtype`: to bool by x != 0, float to integer towards zero, saturating, nan to 0; integers wrap."""
    dtype = np.dtype(dtype)
    if dtype == x.dtype:
        return x
    if dtype == BOOL:
        if x.dtype.name == "float8_e8m0fnu":  # has no zero
            return np.ones(x.shape, BOOL)
        return np.not_equal(x, np.zeros((), x.dtype))
    if x.dtype.kind == "c" and dtype.kind != "c":
        x = x.real
    with quiet():
        if is_float(x.dtype) and (dtype.kind in "iu" or dtype.name in SMALL_INTS):
            return _float_to_integer(x, dtype)
        if dtype.name in SMALL_INTS:  # the low bits
            return x.astype(np.int8).astype(dtype)
        if dtype.name.startswith("float8"):  # one way of rounding for all
            return x.astype(FLOAT32).astype(dtype)
        return x.astype(dtype)


@functools.cache
def _limits(dtype: np.dtype) -> tuple[int, int]:
    info = ml_dtypes.iinfo(dtype)
    return int(info.min), int(info.max)


def _float_to_integer(x: np.ndarray, dtype: np.dtype) -> np.ndarray:
    least, most = _limits(dtype)
    if x.dtype.kind == "f" and dtype.name not in SMALL_INTS:
        if dtype == INT32 and x.size > _FEW and (out := _native().to_int32(x)) is not None:
            return out
        if ((x > (least or -1)) & (x < float(most))).all():  # the commonest case at once
            return x.astype(dtype)
    wide = x.astype(np.float64)
    result = np.where(wide == wide, wide, 0.0)
    # The bounds of a 64-bit integer are not all float64 numbers: convert inside, then put the saturated values.
    inside = np.clip(result, float(least), math.nextafter(float(most), 0) if dtype.itemsize == 8 else most)
    if dtype.name in SMALL_INTS:
        return inside.astype(np.int8).astype(dtype)
    return np.where(result >= float(most), dtype.type(most), inside.astype(dtype))


# Elementwise, several operands.


def div(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Division: of integers towards zero, with x / 0 == -1 (all bits set) as compiled code gives."""
    if is_float(x.dtype) or x.dtype.kind == "c":
        return np.divide(x, y)
    zero = y == 0
    safe = np.where(zero, y.dtype.type(1), y)
    with quiet():  # the least integer divided by -1 wraps
        quotient = np.floor_divide(x, safe)
    if x.dtype.kind == "i":
        with quiet():
            inexact = (quotient * safe != x) & ((x < 0) != (safe < 0))
        quotient = quotient + inexact.astype(x.dtype)
    return np.where(zero, np.invert(np.zeros((), x.dtype)), quotient)


def rem(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The remainder of truncating division, with the sign of x; an integer x rem 0 is x."""
    if is_float(x.dtype):
        return widened(np.fmod, x, y)
    zero = y == 0
    return np.where(zero, x, np.fmod(x, np.where(zero, y.dtype.type(1), y)))


def pow(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """x ** y; for integers a negative y counts as the integer part of the true power (0, 1 or -1)."""
    if is_float(x.dtype):
        return widened(np.power, x, y)
    if x.dtype.kind == "c":
        return np.where((x == 0) & (y.real > 0), x.dtype.type(0), np.power(x, y))
    if y.dtype.kind != "i" or not np.any(y < 0):
        return np.power(x, y, dtype=x.dtype)
    result = np.power(x, np.maximum(y, 0), dtype=x.dtype)
    odd = np.where(y & 1, x, np.ones((), x.dtype))
    return np.where(y >= 0, result, np.where(np.abs(x) == 1, odd, np.zeros((), x.dtype)))


def shift_left(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """x << y, 0 where y is negative or not less than the width."""
    width = x.dtype.itemsize * 8
    outside = (y >= width) | (y < 0)
    return np.where(outside, x.dtype.type(0), np.left_shift(x, np.where(outside, y.dtype.type(0), y)))


def shift_right_logical(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """x >> y shifting zeros in, 0 where y is negative or not less than the width."""
    unsigned = np.dtype(f"u{x.dtype.itemsize}")
    width = x.dtype.itemsize * 8
    outside = (y >= width) | (y < 0)
    amount = np.where(outside, y.dtype.type(0), y).astype(unsigned)
    shifted = np.where(outside, unsigned.type(0), np.right_shift(x.view(unsigned), amount))
    return np.asarray(shifted).view(x.dtype)


def shift_right_arithmetic(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """x >> y shifting the sign in; where y is outside the width all bits are the sign."""
    width = x.dtype.itemsize * 8
    amount = np.where((y >= width) | (y < 0), y.dtype.type(width - 1), y)
    if x.dtype.kind == "i":
        return np.right_shift(x, amount.astype(x.dtype, copy=False))
    signed = np.dtype(f"i{x.dtype.itemsize}")
    return np.asarray(np.right_shift(x.view(signed), amount.astype(signed))).view(x.dtype)


def logaddexp(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """log(exp(x) + exp(y)) without overflow."""
    return widened(np.logaddexp, x, y)


def atan2(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The angle of the point (y, x): `x` is the ordinate, as in NumPy's arctan2."""
    return widened(np.arctan2, x, y)


def select(pred: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """pred ? x : y."""
    # NumPy's has a branch for each element, which costs ten times as much where the processor cannot guess it.
    out = _native().select(pred, x, y) if type(pred) is np.ndarray and pred.size > _FEW else None
    return np.where(pred, x, y) if out is None else out


def clamp(lo: np.ndarray, x: np.ndarray, hi: np.ndarray) -> np.ndarray:
    """min(max(x, lo), hi); nan stays nan."""
    return np.minimum(np.maximum(x, lo), hi)
