# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Floats taken apart: mantissa and exponent, neighbours and the distance to them. They work on the bits."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from wengert import dtypes, lax
from wengert.lax._operands import as_array, broadcast_all, check_kind, convert, fitted, promote, refuse_complex
from wengert.numpy import elementwise as ew
from wengert.numpy import logic

__all__ = ["frexp", "ldexp", "nextafter", "spacing"]

_MANTISSA = {4: 23, 8: 52}


def _wide(x: Any) -> Any:
    return x if x.dtype.itemsize >= 4 else convert(x, dtypes.float32)


def _power_of_two(e: Any, dtype: np.dtype) -> Any:
    """2 to the power of e, a normal number, exactly."""
    bits = _MANTISSA[dtype.itemsize]
    whole = np.dtype(f"i{dtype.itemsize}")
    bias = int(dtypes.finfo(dtype).maxexp) - 1
    raised = logic.left_shift(convert(e, whole) + bias, np.asarray(bits, whole))
    return lax.bitcast_convert_type(raised, dtype)


def _scaled(x: Any, e: Any) -> Any:
    """x times 2 to the power of e, rounded once: every step but the last one stays among the normal numbers."""
    info = dtypes.finfo(x.dtype)
    bits = _MANTISSA[x.dtype.itemsize]
    low, high = int(info.minexp) + bits + 1, int(info.maxexp) - 1
    rest = ew.clip(convert(e, dtypes.int32), 3 * low, 3 * high)
    for _ in range(3):
        step = ew.clip(rest, low, high)
        x, rest = x * _power_of_two(step, x.dtype), rest - step
    return x


def ldexp(x1: Any, x2: Any, /) -> Any:
    """x1 times 2 to the power of x2.

    Args:
      x1: floats; integers become the default float.
      x2: integers; the shapes broadcast together.

    Raises:
      DtypeError: x1 is complex, or x2 no integer.

    >>> ldexp(3.0, 2)
    Array(12., dtype=float32, weak_type=True)
    """
    check_kind("ldexp", "biu", "integer", x2)
    x = promote("ldexp", (x1,), inexact=True)[0]
    refuse_complex("ldexp", x)
    weak = x.weak_type
    wide, e = broadcast_all("ldexp", (_wide(x), as_array("ldexp", x2)))
    return convert(_scaled(wide, e), x.dtype, weak)


def frexp(x: Any, /) -> tuple[Any, Any]:
    """The mantissa, from 1/2 to 1 in size, and the exponent of 2, as int32; 0, inf and nan have exponent 0.

    The mantissa is differentiable, with the exponent as a constant.

    Raises:
      DtypeError: x is complex.

    >>> frexp(6.0)
    (Array(0.75, dtype=float32, weak_type=True), Array(3, dtype=int32))
    """
    x = promote("frexp", (x,), inexact=True)[0]
    refuse_complex("frexp", x)
    weak, wide = x.weak_type, _wide(x)
    bits = _MANTISSA[wide.dtype.itemsize]
    info = dtypes.finfo(wide.dtype)
    small = logic.less(ew.abs(wide), float(info.tiny))  # subnormal numbers are made normal first
    lifted = logic.where(small, wide * 2.0 ** (bits + 1), wide)
    whole = np.dtype(f"i{wide.dtype.itemsize}")
    field = (1 << (8 * whole.itemsize - 1 - bits)) - 1
    raw = lax.bitcast_convert_type(lax.stop_gradient(lifted), whole)
    e = logic.bitwise_and(logic.right_shift(raw, np.asarray(bits, whole)), np.asarray(field, whole))
    e = convert(e, dtypes.int32) - (int(info.maxexp) - 2) - logic.where(small, bits + 1, 0)
    plain = logic.bitwise_and(logic.isfinite(wide), wide != 0)
    e = convert(logic.where(plain, e, 0), dtypes.int32)
    return convert(_scaled(wide, -e), x.dtype, weak), e


def nextafter(x: Any, y: Any, /) -> Any:
    """The next number after x towards y; y itself where they are equal.

    Args:
      x, y: floats whose shapes broadcast together; integers become the default float.

    Raises:
      DtypeError: an operand is complex.

    >>> nextafter(1.0, 2.0) - 1.0 == np.finfo(np.float32).eps
    Array(True, dtype=bool)
    """
    x, y = promote("nextafter", (x, y), inexact=True)
    refuse_complex("nextafter", x)
    return fitted("nextafter", "nextafter", (x, y))


def spacing(x: Any, /) -> Any:
    """The distance to the next number away from zero, with the sign of x; nan for inf and nan.

    Of float16, as in NumPy, the distance to the next greater number.

    Raises:
      DtypeError: x is complex.

    >>> spacing(1.0) == np.finfo(np.float32).eps
    Array(True, dtype=bool)
    """
    x = promote("spacing", (x,), inexact=True)[0]
    refuse_complex("spacing", x)
    info = dtypes.finfo(x.dtype)
    integer = np.dtype(f"int{info.bits}")
    # Made of bits: compiled arithmetic takes subnormal numbers for 0.
    bits = lax.bitcast_convert_type(lax.stop_gradient(x), integer)
    size = bits & np.asarray(np.iinfo(integer).max, integer)
    if x.dtype == dtypes.float16:
        size = logic.where(bits < 0, ew.maximum(size - 1, 0), size)
    exponent = lax.shift_right_logical(size, lax.full_like(size, info.nmant))
    normal = lax.shift_left(ew.maximum(exponent - info.nmant, 0), lax.full_like(size, info.nmant))
    tiny = lax.shift_left(lax.full_like(size, 1), ew.clip(exponent - 1, 0, info.nmant))
    distance = lax.bitcast_convert_type(logic.where(exponent > info.nmant, normal, tiny), x.dtype)
    if x.dtype != dtypes.float16:
        distance = logic.where(logic.bitwise_and(bits < 0, size > 0), -distance, distance)
    return convert(logic.where(logic.isfinite(x), distance, math.nan), x.dtype, x.weak_type)
