# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The promotion table and the 32-bit rule."""

from __future__ import annotations

import ml_dtypes
import numpy as np
import pytest

import wengert as wg
from wengert import dtypes, errors

NAMES = "bool uint8 uint16 uint32 uint64 int8 int16 int32 int64 bfloat16 float16 float32 float64 int* float*".split()
# JAX's table with 64-bit types enabled: what the type of the row and the type of the column join to.
TABLE = """
bool uint8 uint16 uint32 uint64 int8 int16 int32 int64 bfloat16 float16 float32 float64 int* float*
uint8 uint8 uint16 uint32 uint64 int16 int16 int32 int64 bfloat16 float16 float32 float64 uint8 float*
uint16 uint16 uint16 uint32 uint64 int32 int32 int32 int64 bfloat16 float16 float32 float64 uint16 float*
uint32 uint32 uint32 uint32 uint64 int64 int64 int64 int64 bfloat16 float16 float32 float64 uint32 float*
uint64 uint64 uint64 uint64 uint64 float* float* float* float* bfloat16 float16 float32 float64 uint64 float*
int8 int16 int32 int64 float* int8 int16 int32 int64 bfloat16 float16 float32 float64 int8 float*
int16 int16 int32 int64 float* int16 int16 int32 int64 bfloat16 float16 float32 float64 int16 float*
int32 int32 int32 int64 float* int32 int32 int32 int64 bfloat16 float16 float32 float64 int32 float*
int64 int64 int64 int64 float* int64 int64 int64 int64 bfloat16 float16 float32 float64 int64 float*
bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 bfloat16 bfloat16
bfloat16 bfloat16 float32 float32 float64 bfloat16 bfloat16
float16 float16 float16 float16 float16 float16 float16 float16 float16 float32 float16 float32 float64 float16 float16
float32 float32 float32 float32 float32 float32 float32 float32 float32 float32 float32 float32 float64 float32 float32
float64 float64 float64 float64 float64 float64 float64 float64 float64 float64 float64 float64 float64 float64 float64
int* uint8 uint16 uint32 uint64 int8 int16 int32 int64 bfloat16 float16 float32 float64 int* float*
float* float* float* float* float* float* float* float* float* bfloat16 float16 float32 float64 float* float*
""".split()


def typed(name):
    if name == "int*":
        return dtypes.int64, True
    if name == "float*":
        return dtypes.float64, True
    return dtypes.canonical(name), False


@pytest.mark.parametrize("row", NAMES)
def test_promotion_table(row):
    with wg.enable_x64():
        for column, expected in zip(NAMES, TABLE[NAMES.index(row) * len(NAMES) :], strict=False):
            assert dtypes.join(typed(row), typed(column)) == typed(expected), (row, column)


def test_narrow_by_default():
    assert dtypes.canonical(float) == np.float32
    assert dtypes.canonical("uint64") == np.uint32
    assert dtypes.canonical(np.complex128) == np.complex64
    assert dtypes.promote_types("uint32", "int32") == np.int32
    with wg.enable_x64():
        assert dtypes.promote_types(np.dtype("float64"), np.dtype("float32")) == np.float64
        assert dtypes.promote_types(float, np.dtype("float32")) == np.float32
    with wg.enable_x64():
        assert dtypes.canonical(float) == np.float64


def test_real_functions_of_integers_compute_in_float32_below_64_bits():
    """As in JAX, whether 64-bit types are enabled or not; the sum of integers is in the default integer type."""
    with wg.enable_x64():
        for name in ("bool", "int8", "uint16", "int32", "uint32"):
            x = wg.numpy.ones(2, name)
            assert wg.numpy.sqrt(x).dtype == wg.numpy.mean(x).dtype == (x / x).dtype == np.float32
            assert wg.numpy.sum(x).dtype == (np.uint64 if name[0] == "u" else np.int64)
        assert wg.numpy.sqrt(wg.numpy.ones(2, int)).dtype == np.float64
    assert wg.numpy.sum(wg.numpy.ones(2, "int8")).dtype == np.int32
    assert wg.numpy.cumsum(wg.numpy.ones(2, "int8")).dtype == np.int8


def test_scalars_and_types():
    assert dtypes.of_scalar(True) == np.bool_ and dtypes.of_scalar(1) == np.int32 and dtypes.of_scalar([]) is None
    assert dtypes.dtype_and_weak(2) == (np.dtype("int32"), True)
    assert dtypes.dtype_and_weak(np.int64(2)) == (np.dtype("int32"), False)
    assert dtypes.dtype_and_weak(float) == (np.dtype("float32"), True)
    assert dtypes.result_type(True, 1, 2.0) == np.float32
    assert dtypes.result_type(np.ones(1, ml_dtypes.bfloat16), 1.5) == ml_dtypes.bfloat16


def test_kinds():
    assert dtypes.issubdtype("bfloat16", np.floating) and not dtypes.issubdtype("bfloat16", np.integer)
    assert dtypes.issubdtype("int8", np.signedinteger) and dtypes.issubdtype("float32", np.float32)
    assert dtypes.isdtype("uint8", "unsigned integer") and not dtypes.isdtype("bool", "numeric")
    assert dtypes.finfo("float16").bits == 16 and dtypes.iinfo("uint8").max == 255
    assert dtypes.iinfo(np.int32).max == dtypes.iinfo(np.ones(2, np.int32)).max == 2**31 - 1
    assert dtypes.iinfo(np.int64).max == 2**63 - 1 and dtypes.finfo(np.float64).bits == 64
    assert dtypes.issubdtype(dtypes.prng_key, dtypes.extended) and not dtypes.issubdtype(dtypes.extended, np.number)
    assert dtypes.finfo(np.float32).bits == dtypes.finfo(np.complex64).bits == 32 and dtypes.iinfo(np.int8).max == 127
    assert dtypes.can_cast("int8", "int16")


def test_messages():
    with pytest.raises(errors.UnsupportedTypeError, match="expected numbers or bools but got dtype object"):
        dtypes.canonical(object)
    with pytest.raises(errors.UnsupportedTypeError, match="expected arrays, scalars or types but got list"):
        dtypes.dtype_and_weak([])
