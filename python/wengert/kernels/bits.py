# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels that work on the bits of numbers."""

from __future__ import annotations

import ml_dtypes
import numpy as np

# Integers of less than a byte; NumPy keeps one in a byte.
SMALL_INTS = {"int2": 2, "uint2": 2, "int4": 4, "uint4": 4}


def _width(dtype: np.dtype) -> int:
    return SMALL_INTS.get(dtype.name, dtype.itemsize * 8)


def _unsigned(x: np.ndarray) -> np.ndarray:
    return x.view(np.dtype(f"u{x.dtype.itemsize}"))


def bitcast_convert(x: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """The bits of x read as `dtype`; the parts of a wider element stand along the last dimension, lowest first."""
    dtype = np.dtype(dtype)
    old, new = _width(x.dtype), _width(dtype)
    if old == new:
        return x.view(dtype)
    shape = (*x.shape, old // new) if old > new else x.shape[:-1]
    if old >= 8 and new >= 8:
        return np.asarray(x, order="C").reshape(-1).view(dtype).reshape(shape)
    octets = np.asarray(x, order="C").reshape(-1).view(np.uint8)[:, None]
    bits = np.unpackbits(octets, axis=1, count=min(old, 8), bitorder="little").reshape(-1, new)
    return np.packbits(bits, axis=1, bitorder="little").reshape(-1).view(dtype).reshape(shape)


def population_count(x: np.ndarray) -> np.ndarray:
    """The number of bits set."""
    return np.bitwise_count(_unsigned(x)).astype(x.dtype)


def clz(x: np.ndarray) -> np.ndarray:
    """The number of zero bits above the highest set bit."""
    bits, width = _unsigned(x).copy(), _width(x.dtype)
    shift = 1
    while shift < width:  # every bit below the highest one becomes set
        bits |= bits >> bits.dtype.type(shift)
        shift *= 2
    return np.bitwise_count(np.invert(bits)).astype(x.dtype)


def nextafter(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The neighbour of x in the direction of y."""
    return np.nextafter(x, y)


def reduce_precision(x: np.ndarray, exponent_bits: int, mantissa_bits: int) -> np.ndarray:
    """x rounded to what a float of so many exponent and mantissa bits can hold, without denormal numbers."""
    info = ml_dtypes.finfo(x.dtype)
    bits = _unsigned(x)
    integer = bits.dtype.type
    sign = bits & integer(1 << (info.bits - 1))
    value = magnitude = bits ^ sign
    inf = integer(((1 << info.nexp) - 1) << info.nmant)
    drop = info.nmant - mantissa_bits
    if drop > 0:
        odd = (magnitude >> integer(drop)) & integer(1)
        value = ((magnitude + odd + integer((1 << (drop - 1)) - 1)) >> integer(drop)) << integer(drop)
    if exponent_bits < info.nexp:
        bias, own = (1 << (exponent_bits - 1)) - 1, (1 << (info.nexp - 1)) - 1
        value = np.where(value < integer((own - bias + 1) << info.nmant), integer(0), value)
        value = np.where(value < integer((own + bias + 1) << info.nmant), value, inf)
    result = np.where(magnitude > inf, bits, value | sign)
    return np.asarray(result, bits.dtype).view(x.dtype)
