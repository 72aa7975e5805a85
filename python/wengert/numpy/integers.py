# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Whole numbers: common divisors and multiples, bits counted, packed into bytes and unpacked."""

from __future__ import annotations

from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert.array import Array
from wengert.lax._operands import as_array, axis_index, broadcast_all, check_kind, convert, is_eager, promote
from wengert.numpy import elementwise as ew
from wengert.numpy import logic
from wengert.numpy.manipulation import moveaxis, ravel
from wengert.numpy.reductions import sum as _sum

__all__ = ["bitwise_count", "gcd", "lcm", "packbits", "unpackbits"]


def _integers(function: str, x1: Any, x2: Any) -> list[Any]:
    x1, x2 = promote(function, (x1, x2))
    check_kind(function, "iu", "integer", x1)
    return broadcast_all(function, (x1, x2))


def gcd(x1: Any, x2: Any) -> Any:
    """The greatest common divisor, not negative; 0 of two zeros.

    Args:
      x1, x2: integers whose shapes broadcast together.

    Raises:
      DtypeError: floats or bools.

    >>> gcd(12, -18)
    Array(6, dtype=int32, weak_type=True)
    """
    x, y = _integers("gcd", x1, x2)
    if is_eager(x, y):
        return Array._wrap(np.asarray(np.gcd(x._data, y._data)), x.weak_type and y.weak_type)
    # Euclid's algorithm on numbers of n bits ends within 1.4405 n + 2 steps (Fibonacci numbers take most). They are
    # written out, as one elementwise kernel: a loop whose start is used after it as well is a "circular dependency" to
    # IREE 3.13.
    zero = lax.full_like(x, 0)
    for _ in range(int(1.4405 * 8 * x.dtype.itemsize) + 3):
        done = y == zero
        x, y = logic.where(done, x, y), logic.where(done, zero, lax.rem(x, logic.where(done, 1, y)))
    return ew.abs(x)


def lcm(x1: Any, x2: Any) -> Any:
    """The least common multiple, not negative; 0 if one is 0.

    Args:
      x1, x2: integers whose shapes broadcast together.

    Raises:
      DtypeError: floats or bools.

    >>> lcm(4, 6)
    Array(12, dtype=int32, weak_type=True)
    """
    x, y = _integers("lcm", x1, x2)
    x, y = ew.abs(x), ew.abs(y)
    divisor = gcd(x, y)
    weak = x.weak_type and y.weak_type
    out = logic.where(divisor == 0, 0, ew.floor_divide(x, logic.where(divisor == 0, 1, divisor)) * y)
    return convert(out, x.dtype, weak)


def bitwise_count(x: Any, /) -> Any:
    """The number of bits that are 1 in |x|.

    Args:
      x: integers or bools.

    Returns:
      uint8, of the shape of x.

    Raises:
      DtypeError: x is a float.

    >>> bitwise_count(np.array([5, -1]))
    Array([2, 1], dtype=uint8)
    """
    check_kind("bitwise_count", "biu", "integer or bool", x)
    x = as_array("bitwise_count", x)
    if x.dtype == dtypes.bool_:
        return convert(x, dtypes.uint8)
    return convert(lax.population_count(ew.abs(x)), dtypes.uint8)


def _order(function: str, bitorder: str) -> np.ndarray:
    if bitorder not in ("big", "little"):
        raise ValueError(f"{function}: expected bitorder 'big' or 'little' but got {bitorder!r}")
    shifts = np.arange(8, dtype=np.uint8)
    return shifts if bitorder == "little" else shifts[::-1].copy()


def packbits(a: Any, axis: int | None = None, bitorder: str = "big") -> Any:
    """Eight elements along `axis` as the bits of a byte, filled up with zeros.

    Args:
      a: bools or integers, of which those that are not 0 are ones.
      axis: along which; None flattens.
      bitorder: whether the first of eight is the highest bit ("big") or the lowest ("little").

    Returns:
      uint8, an eighth as long.

    Raises:
      DtypeError: a is a float.

    >>> packbits(np.array([1, 0, 0, 0, 0, 0, 1, 1, 1]))
    Array([131, 128], dtype=uint8)
    """
    check_kind("packbits", "biu", "integer or bool", a)
    shifts = _order("packbits", bitorder)
    x = convert(as_array("packbits", a), dtypes.bool_)
    x, axis = (ravel(x), 0) if axis is None else (x, axis)
    axis = axis_index("packbits", axis, x.ndim)
    bits = convert(moveaxis(x, axis, -1), dtypes.uint8)
    more = -bits.shape[-1] % 8
    bits = lax.pad(bits, np.uint8(0), [(0, 0, 0)] * (bits.ndim - 1) + [(0, more, 0)])
    bits = lax.reshape(bits, (*bits.shape[:-1], bits.shape[-1] // 8, 8))
    return moveaxis(_sum(logic.left_shift(bits, shifts), -1, dtypes.uint8), -1, axis)


def unpackbits(a: Any, axis: int | None = None, count: int | None = None, bitorder: str = "big") -> Any:
    """The bits of bytes along `axis`, each an element 0 or 1.

    Args:
      a: of type uint8.
      axis: along which; None flattens.
      count: how many bits to keep: more are filled up with zeros, a negative number is cut off at the end.
      bitorder: whether the first is the highest bit ("big") or the lowest ("little").

    Returns:
      uint8, eight times as long.

    Raises:
      DtypeError: a is not of type uint8.

    >>> unpackbits(np.array([131], np.uint8))
    Array([1, 0, 0, 0, 0, 0, 1, 1], dtype=uint8)
    """
    x = as_array("unpackbits", a)
    if x.dtype != dtypes.uint8:
        raise errors.make(errors.DtypeError, "unpackbits", f"expected uint8 but got {x.dtype}", remedy="use view")
    shifts = _order("unpackbits", bitorder)
    x, axis = (ravel(x), 0) if axis is None else (x, axis)
    axis = axis_index("unpackbits", axis, x.ndim)
    x = moveaxis(x, axis, -1)
    bits = logic.bitwise_and(logic.right_shift(lax.expand_dims(x, (x.ndim,)), shifts), np.uint8(1))
    bits = lax.reshape(bits, (*x.shape[:-1], x.shape[-1] * 8))
    if count is not None:
        n = bits.shape[-1]
        kept = count if count >= 0 else max(n + count, 0)
        none = [(0, 0, 0)] * (bits.ndim - 1)
        bits = lax.pad(bits, np.uint8(0), [*none, (0, kept - n, 0)])
    return moveaxis(bits, -1, axis)
