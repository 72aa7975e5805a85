# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""NumPy kernels of the ops whose reference is more than one NumPy expression.

The `numpy` string of an op's record is a Python expression over its operands and attributes, `np`, and this module as
`k`. A kernel gets C-contiguous arrays and returns a C-contiguous array (or a NumPy scalar for rank 0) of exactly the
dtype that the op's type rule gives. float16 and bfloat16 are computed in float32 and rounded once at the end, as a
compiler would. Kernels never warn when they run under `quiet()`, which is how eager mode runs them.

SciPy is imported on first use: only erf, and erf_inv in float64, need it.
"""

from __future__ import annotations

import builtins
import math
from collections.abc import Sequence
from typing import Any

import ml_dtypes
import numpy as np

BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
FLOAT16 = np.dtype(np.float16)
FLOAT32 = np.dtype(np.float32)
BOOL = np.dtype(np.bool_)
_HALVES = frozenset((BFLOAT16, FLOAT16))


def quiet() -> Any:
    """A context in which floating-point kernels raise no NumPy warnings (inf and nan are ordinary values here)."""
    return np.errstate(all="ignore")


def is_float(dtype: np.dtype) -> bool:
    """Whether `dtype` is a real floating type, bfloat16 included (which NumPy calls kind 'V')."""
    return dtype.kind == "f" or dtype == BFLOAT16


def _wide(x: np.ndarray) -> np.ndarray:
    return x.astype(FLOAT32) if x.dtype in _HALVES else x


def _widened(fun: Any, *operands: np.ndarray) -> np.ndarray:
    """`fun` of the operands, computed in float32 for half types and rounded back."""
    dtype = operands[0].dtype
    if dtype in _HALVES:
        return np.asarray(fun(*(x.astype(FLOAT32) for x in operands))).astype(dtype)
    return fun(*operands)


def _contiguous(x: np.ndarray) -> np.ndarray:
    return np.asarray(x, order="C")  # ascontiguousarray would turn rank 0 into rank 1


def special(name: str, x: np.ndarray) -> np.ndarray:
    """The function `name` of `scipy.special` at `x`, in the dtype of `x`."""
    import scipy.special

    return np.asarray(_widened(getattr(scipy.special, name), x)).astype(x.dtype, copy=False)


# Elementwise, one operand.


def unary(fun: Any, x: np.ndarray) -> np.ndarray:
    """The NumPy function `fun` at `x`, half types computed in float32, in the dtype of `x`."""
    return _widened(fun, x)


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
    return _widened(lambda v: np.reciprocal(np.sqrt(v)), x)


def cbrt(x: np.ndarray) -> np.ndarray:
    """The real cube root."""
    return _widened(np.cbrt, x)


def logistic(x: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-x)); exp may overflow to inf, which gives the right limit 0."""

    def compute(v: np.ndarray) -> np.ndarray:
        with quiet():
            return np.reciprocal(1 + np.exp(-v))

    return _widened(compute, x)


def erf(x: np.ndarray) -> np.ndarray:
    """The error function."""
    return special("erf", x)


# Coefficients of M. Giles, "Approximating the erfinv function" (2010), single precision, central part and tails.
_ERF_INV_CENTRE = (
    2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087,
    -0.00125372503, -0.00417768164, 0.246640727, 1.50140941,
)  # fmt: skip
_ERF_INV_TAIL = (
    -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773,
    -0.0076224613, 0.00943887047, 1.00167406, 2.83297682,
)  # fmt: skip
_ERF_INV = [(float(np.float32(a)), float(np.float32(b))) for a, b in zip(_ERF_INV_CENTRE, _ERF_INV_TAIL, strict=True)]


def _erf_inv_float32(x: np.ndarray) -> np.ndarray:
    """Each multiply-add is exact in float64 and then rounded once, as compiled code does with fused instructions."""

    def rounded(v: np.ndarray) -> np.ndarray:
        return v.astype(np.float32).astype(np.float64)

    with quiet():
        w = -rounded(np.log1p((x * -x).astype(np.float64)))
        centre = w < 5
        w = rounded(np.where(centre, w - 2.5, rounded(np.sqrt(w)) - 3))
        p = np.where(centre, *_ERF_INV[0])
        for a, b in _ERF_INV[1:]:
            p = rounded(np.where(centre, a, b) + p * w)
        return np.where(np.abs(x) == 1, x * np.float32(np.inf), p.astype(np.float32) * x)


def erf_inv(x: np.ndarray) -> np.ndarray:
    """The inverse error function: Giles's polynomial in float32 (what compilers use), SciPy's in float64."""
    return special("erfinv", x) if x.dtype == np.float64 else _widened(_erf_inv_float32, x)


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

    return _widened(compute, x)


def logical_not(x: np.ndarray) -> np.ndarray:
    """Not of bool, complement of integers."""
    return np.invert(x)


def convert(x: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """x in `dtype`: to bool by x != 0, float to integer towards zero, saturating, nan to 0; integers wrap."""
    dtype = np.dtype(dtype)
    if dtype == x.dtype:
        return x
    if dtype == BOOL:
        return np.not_equal(x, np.zeros((), x.dtype))
    if x.dtype.kind == "c" and dtype.kind != "c":
        x = x.real
    with quiet():
        if dtype.kind in "iu" and is_float(x.dtype):
            return _float_to_integer(x, dtype)
        return x.astype(dtype)


def _float_to_integer(x: np.ndarray, dtype: np.dtype) -> np.ndarray:
    wide = x.astype(np.float64)
    info = np.iinfo(dtype)
    result = np.where(wide == wide, wide, 0.0)
    # The bounds of a 64-bit integer are not all float64 numbers: convert inside, then put the saturated values.
    inside = np.clip(result, float(info.min), math.nextafter(float(info.max), 0) if dtype.itemsize == 8 else info.max)
    converted = inside.astype(dtype)
    return np.where(result >= float(info.max), dtype.type(info.max), converted)


def bitcast_convert(x: np.ndarray, dtype: np.dtype) -> np.ndarray:
    """The bits of x read as `dtype` of the same width."""
    return x.view(dtype)


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
        return _widened(np.fmod, x, y)
    zero = y == 0
    return np.where(zero, x, np.fmod(x, np.where(zero, y.dtype.type(1), y)))


def pow(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """x ** y; for integers a negative y counts as the integer part of the true power (0, 1 or -1)."""
    if is_float(x.dtype):
        return _widened(np.power, x, y)
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
    return _widened(np.logaddexp, x, y)


def atan2(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The angle of the point (y, x): `x` is the ordinate, as in NumPy's arctan2."""
    return _widened(np.arctan2, x, y)


def select(pred: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """pred ? x : y."""
    return np.where(pred, x, y)


def clamp(lo: np.ndarray, x: np.ndarray, hi: np.ndarray) -> np.ndarray:
    """min(max(x, lo), hi); nan stays nan."""
    return np.minimum(np.maximum(x, lo), hi)


# Shape.


def reshape(x: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """x in row-major order with another shape (no copy)."""
    return x.reshape(shape)


def transpose(x: np.ndarray, permutation: Sequence[int]) -> np.ndarray:
    """x with its dimensions permuted."""
    return _contiguous(x.transpose(permutation))


def broadcast_in_dim(x: np.ndarray, shape: Sequence[int], broadcast_dimensions: Sequence[int]) -> np.ndarray:
    """x with dimension i of x at dimension broadcast_dimensions[i] of the result, repeated along the others."""
    aligned = [1] * len(shape)
    for size, d in zip(x.shape, broadcast_dimensions, strict=True):
        aligned[d] = size
    return _contiguous(np.broadcast_to(x.reshape(aligned), tuple(shape)))


def slice(x: np.ndarray, start: Sequence[int], limit: Sequence[int], strides: Sequence[int]) -> np.ndarray:
    """x[start:limit:strides] in every dimension (positive strides)."""
    return _contiguous(x[tuple(map(_slice, start, limit, strides))])


def pad(
    x: np.ndarray, value: np.ndarray, low: Sequence[int], high: Sequence[int], interior: Sequence[int]
) -> np.ndarray:
    """x with `interior` values between neighbours and `low`, `high` values at the ends (negative ones cut)."""
    dilated = [max(0, n + (n - 1) * i) for n, i in zip(x.shape, interior, strict=True)]
    shape = [max(0, a + n + b) for a, n, b in zip(low, dilated, high, strict=True)]
    result = np.full(shape, value, x.dtype)
    into, out_of = [], []
    for n, m, a, i in zip(x.shape, shape, low, interior, strict=True):
        step = i + 1
        first = max(0, -(a // step)) if a < 0 else 0  # the first element of x at or after position 0
        last = min(n, (m - 1 - a) // step + 1) if m else 0  # one past the last before position m
        last = max(first, last)
        into.append(_slice(a + first * step, a + last * step if last > first else a + first * step, step))
        out_of.append(_slice(first, last, 1))
    result[tuple(into)] = x[tuple(out_of)]
    return result


def concatenate(xs: Sequence[np.ndarray], dimension: int) -> np.ndarray:
    """The operands one after the other along `dimension`."""
    return np.concatenate(xs, axis=dimension)


def reverse(x: np.ndarray, dimensions: Sequence[int]) -> np.ndarray:
    """x with the order along `dimensions` reversed."""
    return _contiguous(np.flip(x, tuple(dimensions)))


def constant(value: np.ndarray) -> np.ndarray:
    """The literals as they are."""
    return _contiguous(value)


def iota(shape: Sequence[int], dimension: int, dtype: np.dtype) -> np.ndarray:
    """0, 1, 2, ... along `dimension`, the same along the others."""
    aligned = [1] * len(shape)
    aligned[dimension] = shape[dimension]
    return _contiguous(np.broadcast_to(np.arange(shape[dimension]).astype(dtype).reshape(aligned), tuple(shape)))


_slice = builtins.slice


# Contraction.


def dot_general(
    lhs: np.ndarray,
    rhs: np.ndarray,
    lhs_contracting: Sequence[int],
    rhs_contracting: Sequence[int],
    lhs_batch: Sequence[int] = (),
    rhs_batch: Sequence[int] = (),
) -> np.ndarray:
    """The sum of products over the contracting dimensions; result dims: batch, free of lhs, free of rhs."""
    dtype = lhs.dtype
    if not lhs_batch and dtype not in _HALVES:  # what np.dot does as it is
        last, first = (lhs.ndim - 1,), (max(rhs.ndim - 2, 0),)
        if lhs.ndim and rhs.ndim and tuple(lhs_contracting) == last and tuple(rhs_contracting) == first:
            return np.dot(lhs, rhs)
    lhs, rhs = _wide(lhs), _wide(rhs)
    lhs_free = [d for d in range(lhs.ndim) if d not in lhs_contracting and d not in lhs_batch]
    rhs_free = [d for d in range(rhs.ndim) if d not in rhs_contracting and d not in rhs_batch]
    batch = tuple(lhs.shape[d] for d in lhs_batch)
    m = tuple(lhs.shape[d] for d in lhs_free)
    n = tuple(rhs.shape[d] for d in rhs_free)
    size = math.prod(lhs.shape[d] for d in lhs_contracting)
    a = lhs.transpose((*lhs_batch, *lhs_free, *lhs_contracting)).reshape((*batch, math.prod(m), size))
    b = rhs.transpose((*rhs_batch, *rhs_contracting, *rhs_free)).reshape((*batch, size, math.prod(n)))
    return np.matmul(a, b).reshape(batch + m + n).astype(dtype, copy=False)


# Reduction.


def _reduce(ufunc: np.ufunc, x: np.ndarray, axes: Sequence[int], empty: Any = None) -> np.ndarray:
    axes = tuple(axes)
    if not axes:
        return x
    wide = _wide(x)
    if empty is not None and not x.size:
        result = ufunc.reduce(wide, axis=axes, dtype=wide.dtype, initial=empty(wide.dtype))
    else:
        result = ufunc.reduce(wide, axis=axes, dtype=wide.dtype)
    return result if wide is x and result.ndim < 2 else np.asarray(result, order="C").astype(x.dtype, copy=False)


def lowest(dtype: np.dtype) -> Any:
    """The least value of a type, -inf for floats: what reduce_max gives of nothing."""
    if dtype == BOOL:
        return np.False_
    return dtype.type(-np.inf) if is_float(dtype) else dtype.type(np.iinfo(dtype).min)


def highest(dtype: np.dtype) -> Any:
    """The greatest value of a type, inf for floats: what reduce_min gives of nothing."""
    if dtype == BOOL:
        return np.True_
    return dtype.type(np.inf) if is_float(dtype) else dtype.type(np.iinfo(dtype).max)


def reduce_sum(x: np.ndarray, axes: Sequence[int]) -> np.ndarray:
    """The sum over `axes`, in the dtype of x."""
    return _reduce(np.add, x, axes)


def reduce_prod(x: np.ndarray, axes: Sequence[int]) -> np.ndarray:
    """The product over `axes`, in the dtype of x."""
    return _reduce(np.multiply, x, axes)


def reduce_max(x: np.ndarray, axes: Sequence[int]) -> np.ndarray:
    """The maximum over `axes`, nan where there is one."""
    return _reduce(np.maximum, x, axes, lowest)


def reduce_min(x: np.ndarray, axes: Sequence[int]) -> np.ndarray:
    """The minimum over `axes`, nan where there is one."""
    return _reduce(np.minimum, x, axes, highest)


def reduce_and(x: np.ndarray, axes: Sequence[int]) -> np.ndarray:
    """And over `axes` (bitwise for integers)."""
    return _reduce(np.bitwise_and, x, axes)


def reduce_or(x: np.ndarray, axes: Sequence[int]) -> np.ndarray:
    """Or over `axes` (bitwise for integers)."""
    return _reduce(np.bitwise_or, x, axes)


def argmax(x: np.ndarray, axis: int) -> np.ndarray:
    """The int32 index of the first maximum along `axis`; a nan counts as the greatest."""
    return np.argmax(_wide(x), axis=axis).astype(np.int32)


def argmin(x: np.ndarray, axis: int) -> np.ndarray:
    """The int32 index of the first minimum along `axis`; a nan counts as the least."""
    return np.argmin(_wide(x), axis=axis).astype(np.int32)


# Random.

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = 0x1BD11BDA
_CHUNK = 1 << 14  # blocks at a time, so that they stay in the cache through all rounds


def _threefry_words(k0: int, k1: int, x0: int, x1: int) -> tuple[int, int]:
    """One block in Python's integers."""
    mask = 0xFFFFFFFF
    keys = (k0, k1, k0 ^ k1 ^ _PARITY)
    x0, x1 = (x0 + k0) & mask, (x1 + k1) & mask
    for i in range(5):
        for r in _ROTATIONS[i & 1]:
            x0 = (x0 + x1) & mask
            x1 = ((x1 << r | x1 >> (32 - r)) & mask) ^ x0
        x0 = (x0 + keys[(i + 1) % 3]) & mask
        x1 = (x1 + keys[(i + 2) % 3] + i + 1) & mask
    return x0, x1


def _threefry_blocks(keys: Sequence[np.ndarray], x0: np.ndarray, x1: np.ndarray) -> None:
    """Many blocks, in place: `x0` and `x1` already hold the sums with the first two keys."""
    turned = np.empty_like(x1)
    for i in range(5):
        for r in _ROTATIONS[i & 1]:
            np.add(x0, x1, out=x0)
            np.left_shift(x1, np.uint32(r), out=turned)
            np.right_shift(x1, np.uint32(32 - r), out=x1)
            np.bitwise_or(x1, turned, out=x1)
            np.bitwise_xor(x1, x0, out=x1)
        np.add(x0, keys[(i + 1) % 3], out=x0)
        np.add(x1, keys[(i + 2) % 3] + np.uint32(i + 1), out=x1)


def threefry2x32(k0: np.ndarray, k1: np.ndarray, x0: np.ndarray, x1: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Threefry-2x32 with 20 rounds (Salmon et al. 2011): the block (x0, x1) under the key (k0, k1), all uint32.

    The keys may have rank 0 and then serve all blocks.
    """
    shape, size = np.shape(x0), np.size(x0)
    if size <= 8:  # Python's integers are faster than a hundred calls of NumPy
        words = [np.broadcast_to(w, shape).ravel().tolist() for w in (k0, k1, x0, x1)]
        blocks = [_threefry_words(*block) for block in zip(*words, strict=True)]
        y0, y1 = np.array(blocks, np.uint32).reshape(-1, 2).T.reshape((2, *shape))
        return np.asarray(y0), np.asarray(y1)
    with quiet():  # scalars would warn where arrays wrap silently
        keys = [np.asarray(k).ravel() for k in (k0, k1, k0 ^ k1 ^ np.uint32(_PARITY))]
        y0, y1 = (x0.ravel() + keys[0]), (x1.ravel() + keys[1])
        for start in range(0, size, _CHUNK):
            part = builtins.slice(start, start + _CHUNK)
            _threefry_blocks([k if k.size == 1 else k[part] for k in keys], y0[part], y1[part])
    return y0.reshape(shape), y1.reshape(shape)


# Indexing and sorting.


def _clamped_starts(shape: Sequence[int], starts: Sequence[Any], sizes: Sequence[int]) -> list[int]:
    return [max(0, min(int(s), n - m)) for s, n, m in zip(starts, shape, sizes, strict=True)]


def dynamic_slice(x: np.ndarray, starts: Sequence[Any], sizes: Sequence[int]) -> np.ndarray:
    """The block of `sizes` at `starts`, moved into x where it would leave it."""
    begin = _clamped_starts(x.shape, starts, sizes)
    return _contiguous(x[tuple(_slice(s, s + n) for s, n in zip(begin, sizes, strict=True))])


def dynamic_update_slice(x: np.ndarray, update: np.ndarray, starts: Sequence[Any]) -> np.ndarray:
    """x with the block at `starts` (moved into x where it would leave it) replaced by `update`."""
    begin = _clamped_starts(x.shape, starts, update.shape)
    result = x.copy()
    result[tuple(_slice(s, s + n) for s, n in zip(begin, update.shape, strict=True))] = update
    return result


def take(x: np.ndarray, indices: np.ndarray, axis: int) -> np.ndarray:
    """The entries of x at `indices` along `axis`; an index outside is moved to the nearest end."""
    if x.shape[axis] == 0:
        return np.zeros(x.shape[:axis] + indices.shape + x.shape[axis + 1 :], x.dtype)
    return _contiguous(np.take(x, indices, axis=axis, mode="clip"))


def sort(
    xs: Sequence[np.ndarray], dimension: int, num_keys: int = 1, stable: bool = True
) -> np.ndarray | tuple[np.ndarray, ...]:
    """The operands sorted along `dimension` by the first `num_keys` of them, nan last; one operand gives an array."""
    keys = [_wide(x) for x in xs[:num_keys]]
    if len(xs) == 1:
        return np.sort(keys[0], axis=dimension, kind="stable" if stable else None).astype(xs[0].dtype, copy=False)
    if num_keys == 1:
        order = np.argsort(keys[0], axis=dimension, kind="stable")
    else:
        order = np.lexsort(keys[::-1], axis=dimension)
    return tuple(_contiguous(np.take_along_axis(x, order, axis=dimension)) for x in xs)
