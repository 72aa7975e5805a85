# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Infinities, nan, zeros of both signs and denormal numbers in elementwise ops: as NumPy has them.

Eager mode is NumPy's. Compiled code agrees but for denormal numbers: it takes them for zero in arithmetic, and keeps
them where they only move (select, neg and abs of them, bits), as docs/reference/accuracy.md says.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from op_cases import FLOATS, TOLERANCE, np_dtype

import wengert as wg
from wengert.lax import _ops
from wengert.lax._records import RECORDS

# Functions of floats without attributes.
UNARY, BINARY = (
    [
        name
        for name, r in RECORDS.items()
        if r.kind == "elementwise"
        and len(r.operands) == count
        and not r.attributes
        and all({"float32", "float64"} <= set(a.dtypes) for a in r.operands)
        and r.family in ("Elementwise", "Composite")
    ]
    for count in (1, 2)
)
# Where NumPy's own answers differ from what IEEE 754 and C say, or the sign of a zero is not specified.
UNSIGNED_ZERO = {
    "max",
    "min",
    "rem",
    "pow",
    "logaddexp",
    "log1p",
    "expm1",
    "round",
    "ceil",
    "sign",
    "erf_inv",
    "nextafter",
}


@pytest.fixture(autouse=True)
def x64():
    with wg.enable_x64():
        yield


def special(dtype: str) -> np.ndarray:
    """Infinities, nan, zeros, numbers at both ends of the normal range, small and whole ones."""
    import ml_dtypes

    info = ml_dtypes.finfo(np_dtype(dtype))
    positive = [0.0, float(info.tiny), 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 1e4, float(info.max), np.inf]
    return np.array([*positive, *(-x for x in positive), np.nan]).astype(np_dtype(dtype))


def ops_on(x: np.ndarray) -> dict[str, tuple[np.ndarray, ...]]:
    pairs = np.array(list(itertools.product(range(len(x)), repeat=2)))
    a, b = x[pairs[:, 0]], x[pairs[:, 1]]
    return {**dict.fromkeys(UNARY, (x,)), **dict.fromkeys(BINARY, (a, b))}


def is_denormal(x: np.ndarray) -> np.ndarray:
    import ml_dtypes

    if x.dtype.name not in FLOATS:
        return np.zeros(x.shape, bool)
    wide = np.abs(x.astype(np.float64))
    return (wide > 0) & (wide < float(ml_dtypes.finfo(x.dtype).tiny))


def check(name: str, got: np.ndarray, expected: np.ndarray, given: tuple[np.ndarray, ...], exact: bool) -> None:
    """Equal but for rounding; nan where nan is, infinities and zeros with their signs."""
    assert got.dtype == expected.dtype, name
    if got.dtype.name not in FLOATS:
        np.testing.assert_array_equal(got, expected, err_msg=name)
        return
    g, e = got.astype(np.float64), expected.astype(np.float64)
    kept = np.ones(e.shape, bool) if exact else ~is_denormal(expected)
    tolerance = 4 * TOLERANCE[got.dtype.name]
    with np.errstate(all="ignore"):
        close = (g == e) | (np.isnan(g) & np.isnan(e)) | (np.isfinite(e) & (np.abs(g - e) <= tolerance * np.abs(e)))
    # The greatest number rounds to infinity or not by the last bit of a result.
    top = float(np.finfo(np.float32).max if got.dtype.name == "bfloat16" else np.finfo(got.dtype).max) * 0.98
    close |= (np.abs(e) >= top) & (np.abs(g) >= top) & (np.sign(g) == np.sign(e))
    if name not in UNSIGNED_ZERO:
        close &= (e != 0) | (np.signbit(g) == np.signbit(e))
    bad = np.flatnonzero(kept & ~close)
    shown = [(tuple(float(x[i]) for x in given), float(g[i]), float(e[i])) for i in bad[:5]]
    assert not bad.size, f"{name} ({got.dtype}): (operands, result, expected) {shown}"


@pytest.mark.parametrize("dtype", FLOATS)
def test_compiled_is_eager_on_special_values(dtype):
    """Every op in one module for each type."""
    inputs = ops_on(special(dtype))
    compiled = wg.jit(lambda given: {name: getattr(_ops, name)(*xs) for name, xs in given.items()})(inputs)
    wrong = []
    for name, given in inputs.items():
        try:
            check(name, np.asarray(compiled[name]), np.asarray(getattr(_ops, name)(*given)), given, exact=False)
        except AssertionError as error:
            wrong.append(str(error))
    assert not wrong, "\n".join(wrong)


NUMPY = {
    "acos": "arccos", "acosh": "arccosh", "asin": "arcsin", "asinh": "arcsinh", "atan": "arctan", "atan2": "arctan2",
    "atanh": "arctanh", "neg": "negative", "sub": "subtract", "mul": "multiply", "div": "divide", "rem": "fmod",
    "max": "maximum", "min": "minimum", "pow": "power", "round": "rint", "eq": "equal", "ne": "not_equal",
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "is_finite": "isfinite",
}  # fmt: skip


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_eager_is_numpy_on_special_values(dtype):
    """Denormal numbers too."""
    x = special(dtype)
    denormal = np.array([1, -1, 2**-3], x.dtype) * np.finfo(x.dtype).tiny * x.dtype.type(0.25)
    inputs = ops_on(np.concatenate([x, denormal]))
    for name, given in inputs.items():
        function = getattr(np, NUMPY.get(name, name), None)
        if isinstance(function, np.ufunc):
            with np.errstate(all="ignore"):
                check(name, np.asarray(getattr(_ops, name)(*given)), function(*given), given, exact=True)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_denormal_numbers_in_compiled_code(dtype):
    """They move as they are; arithmetic takes them for zero or computes with them, and never gives anything else."""
    tiny = np.finfo(dtype).tiny
    x = np.array([tiny / 4, -tiny / 4, tiny / 2], dtype)
    bits = np.dtype(f"int{8 * x.itemsize}")

    def f(x):
        moved = [_ops.select(_ops.is_finite(x), x, x), _ops.neg(_ops.neg(x)), _ops.nextafter(x, x + 1)]
        return moved, _ops.bitcast_convert(x, dtype=bits), [x + x, x * 0.5, _ops.sin(x), _ops.sqrt(_ops.abs(x))]

    moved, as_bits, computed = wg.jit(f)(x)
    for got, expected in zip(moved, (x, x, np.nextafter(x, np.ones_like(x))), strict=True):
        np.testing.assert_array_equal(np.asarray(got), expected)
    np.testing.assert_array_equal(np.asarray(as_bits), x.view(bits))
    wanted = (x + x, x * x.dtype.type(0.5), np.sin(x), np.sqrt(np.abs(x)))
    for got, expected in zip(computed, wanted, strict=True):
        got = np.asarray(got)
        assert np.all((got == 0) | np.isclose(got, expected, rtol=1e-6, atol=0)), got
