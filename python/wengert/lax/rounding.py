# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Rounding to integers, and the high half of a product of integers."""

from __future__ import annotations

import enum
from typing import Any

from wengert import dtypes, errors
from wengert.lax._operands import apply, as_array, broadcast_all, convert, promote, refuse_complex
from wengert.lax.functions import full_like

__all__ = ["RoundingMethod", "mulhi", "reciprocal", "round"]


class RoundingMethod(enum.IntEnum):
    """Where `round` takes what lies in the middle of two integers.

    >>> RoundingMethod.TO_NEAREST_EVEN.value
    1
    """

    AWAY_FROM_ZERO = 0
    TO_NEAREST_EVEN = 1


def round(x: Any, rounding_method: Any = RoundingMethod.AWAY_FROM_ZERO) -> Any:
    """The nearest integer, as a float; of two the one away from zero, or the even one.

    Raises:
      DtypeError: x is not of a floating type; ValueError: an unknown method.

    >>> import wengert.numpy as wnp
    >>> x = wnp.array([0.5, 1.5, -2.5])
    >>> round(x), round(x, RoundingMethod.TO_NEAREST_EVEN)
    (Array([ 1.,  2., -3.], dtype=float32), Array([ 0.,  2., -2.], dtype=float32))
    """
    x = as_array("round", x)
    if not dtypes.is_float(x.dtype):
        raise errors.make(
            errors.DtypeError, "round", f"expected an array of a floating type but got {x.dtype}",
            remedy="integers need no rounding; convert with astype(float)",
        )  # fmt: skip
    if RoundingMethod(rounding_method) is RoundingMethod.TO_NEAREST_EVEN:
        return apply("round", (x,))
    size = apply("abs", (x,))
    whole = apply("floor", (size,))
    up = apply("ge", (apply("sub", (size, whole)), full_like(size, 0.5)))
    nearest = apply("select", (up, apply("add", (whole, full_like(whole, 1))), whole))
    return convert(apply("mul", (nearest, apply("sign", (x,)))), x.dtype, x.weak_type)  # of zeros the sign stays


def reciprocal(x: Any) -> Any:
    """1 / x.

    >>> reciprocal(4.0)
    Array(0.25, dtype=float32, weak_type=True)
    """
    x = as_array("reciprocal", x)
    if not dtypes.is_inexact(x.dtype):
        raise errors.make(
            errors.DtypeError, "reciprocal", f"expected an array of a floating or complex type but got {x.dtype}"
        )
    return apply("integer_pow", (x,), y=-1)


def mulhi(x: Any, y: Any) -> Any:
    """The upper half of the bits of the product of integers of one type.

    Raises:
      DtypeError: x and y are not integers of one type.

    >>> import numpy as np
    >>> mulhi(np.uint32(1 << 31), np.uint32(6))
    Array(3, dtype=uint32)
    """
    refuse_complex("mulhi", as_array("mulhi", x), as_array("mulhi", y))
    a, b = broadcast_all("mulhi", promote("mulhi", (x, y)))
    dtype = a.dtype
    if not dtypes.is_integer(dtype):
        raise errors.make(errors.DtypeError, "mulhi", f"expected arrays of an integer type but got {dtype}")
    half = dtype.itemsize * 4
    unsigned = dtypes.named(f"uint{2 * half}")
    bits = lambda v: apply("bitcast_convert", (v,), dtype=unsigned) if dtype.kind == "i" else v
    u, v = bits(a), bits(b)
    high = lambda z: apply("shift_right_logical", (z, full_like(z, half)))
    low = lambda z: apply("bitwise_and", (z, full_like(z, (1 << half) - 1)))
    times, plus = lambda p, q: apply("mul", (p, q)), lambda p, q: apply("add", (p, q))
    first = plus(times(high(u), low(v)), high(times(low(u), low(v))))
    second = plus(times(low(u), high(v)), low(first))
    out = plus(times(high(u), high(v)), plus(high(first), high(second)))
    if dtype.kind == "u":
        return out
    # As unsigned numbers negative ones are larger by 2 to the number of bits.
    zero = full_like(u, 0)
    for sign, other in ((a, v), (b, u)):
        is_negative = apply("lt", (sign, full_like(sign, 0)))
        out = apply("sub", (out, apply("select", (is_negative, other, zero))))
    return apply("bitcast_convert", (out,), dtype=dtype)
