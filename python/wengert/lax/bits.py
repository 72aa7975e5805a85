# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions of the bits of numbers, with the names and arguments of `jax.lax`."""

from __future__ import annotations

from typing import Any

from wengert import dtypes, errors
from wengert.lax._operands import apply, as_array, check_kind

__all__ = ["bitcast_convert_type", "clz", "population_count", "reduce_precision"]


def bitcast_convert_type(operand: Any, new_dtype: Any) -> Any:
    """The bits of `operand` read as another type.

    A wider element is split into parts along a new last dimension, the lowest bits first; where the new type is wider,
    the last dimension has the parts of one element and goes away.

    Args:
      operand: an array of integers or floats, those for storage included.
      new_dtype: such a type.

    Raises:
      DtypeError: bools and complex numbers, unless the type stays.
      ShapeError: the last dimension is not as large as the ratio of the widths.

    >>> bitcast_convert_type(1.0, "int32").item() == 0x3F800000
    True
    >>> bitcast_convert_type(1.0, "uint8")
    Array([  0,   0, 128,  63], dtype=uint8)
    """
    name = "bitcast_convert_type"
    x, dtype = as_array(name, operand), dtypes.canonical(new_dtype)
    if dtype == x.dtype:
        return x
    for given in (x.dtype, dtype):
        if given.kind in "bc":
            raise errors.make(
                errors.DtypeError,
                name,
                f"expected integers or floats on both sides but got {x.dtype} and {dtype}",
                remedy="use astype, or lax.real and lax.imag",
            )
    width, new_width = dtypes.width(x.dtype), dtypes.width(dtype)
    if width < new_width and (not x.ndim or x.shape[-1] != new_width // width):
        raise errors.make(
            errors.ShapeError,
            name,
            f"expected a last dimension of size {new_width // width} for {x.dtype} to {dtype} but got shape {x.shape}",
            remedy="reshape it first, or use astype to change the width",
        )
    return apply("bitcast_convert", (x,), dtype=dtype)


def population_count(x: Any) -> Any:
    """The number of bits set in integers of any shape.

    >>> import wengert.numpy as wnp
    >>> population_count(wnp.array([0, 7, -1]))
    Array([ 0,  3, 32], dtype=int32)
    """
    return apply("population_count", (_integers("population_count", x),))


def clz(x: Any) -> Any:
    """The number of zero bits above the highest set bit of integers of any shape.

    >>> import wengert.numpy as wnp
    >>> clz(wnp.array([0, 1, -1]))
    Array([32, 31,  0], dtype=int32)
    """
    return apply("clz", (_integers("clz", x),))


def _integers(function: str, x: Any) -> Any:
    x = as_array(function, x)
    check_kind(function, "iu", "integer", x)
    return x


def reduce_precision(operand: Any, exponent_bits: int, mantissa_bits: int) -> Any:
    """`operand` rounded to what a float of so many exponent and mantissa bits could hold.

    To the nearest, ties to even; what is too large becomes inf, what is too small for a normal number becomes 0.

    Raises:
      DtypeError: operands that are not of a floating type.
      VerificationError: fewer than 1 exponent bits or than 0 mantissa bits.

    >>> reduce_precision(1.2345, exponent_bits=5, mantissa_bits=3)
    Array(1.25, dtype=float32, weak_type=True)
    """
    x = as_array("reduce_precision", operand)
    check_kind("reduce_precision", "f", "floating", x)
    if exponent_bits < 1 or mantissa_bits < 0:
        raise errors.make(
            errors.VerificationError,
            "reduce_precision",
            f"expected exponent_bits >= 1 and mantissa_bits >= 0 but got {exponent_bits} and {mantissa_bits}",
        )
    return apply("reduce_precision", (x,), exponent_bits=exponent_bits, mantissa_bits=mantissa_bits)
