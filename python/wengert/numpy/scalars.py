# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The types as objects of `wengert.numpy`: `wnp.float32` names the type and, called, makes an array of it."""

from __future__ import annotations

import builtins
from typing import Any

import ml_dtypes
import numpy as np

from wengert import dtypes
from wengert.lax._operands import convert
from wengert.numpy.creation import array

__all__ = [
    "bfloat16", "bool", "bool_", "cdouble", "complex128", "complex64", "complex_", "csingle", "double", "float16",
    "float32", "float4_e2m1fn", "float64", "float6_e2m3fn", "float6_e3m2fn", "float8_e3m4", "float8_e4m3",
    "float8_e4m3b11fnuz", "float8_e4m3fn", "float8_e4m3fnuz", "float8_e5m2", "float8_e5m2fnuz", "float8_e8m0fnu",
    "float_", "half", "int1", "int16", "int2", "int32", "int4", "int64", "int8", "int_", "single", "uint", "uint1",
    "uint16", "uint2", "uint32", "uint4", "uint64", "uint8",
]  # fmt: skip


class ScalarType(type):
    """The class of the types. Each has `dtype`, equals it, and converts what it is called with.

    >>> import numpy as np
    >>> float32(2), float32 == np.dtype("float32"), np.dtype(float32)
    (Array(2., dtype=float32), True, dtype('float32'))
    """

    dtype: np.dtype

    def __call__(cls, value: Any = 0) -> Any:
        x = array(value, cls.dtype)
        return convert(x, x.dtype)

    def __eq__(cls, other: object) -> builtins.bool:
        if isinstance(other, ScalarType):
            return cls.dtype == other.dtype
        if other is None:  # NumPy's float64 equals None
            return False
        try:
            return builtins.bool(cls.dtype == other)
        except TypeError:
            return False

    def __hash__(cls) -> int:
        return hash(cls.dtype)

    def __repr__(cls) -> str:
        return f"<class 'wengert.numpy.{cls.__name__}'>"

    def __instancecheck__(cls, instance: Any) -> builtins.bool:
        return isinstance(instance, cls.dtype.type)


def _type(name: str, dtype: np.dtype) -> Any:
    return ScalarType(name, (), {"dtype": dtype, "__module__": __name__, "__doc__": f"The type {dtype}."})


def _stored(name: str) -> Any:
    return _type(name, np.dtype(getattr(ml_dtypes, name)))


bool = bool_ = _type("bool", dtypes.bool_)
int8, int16 = _type("int8", dtypes.int8), _type("int16", dtypes.int16)
int32, int64 = _type("int32", dtypes.int32), _type("int64", dtypes.int64)
uint8, uint16 = _type("uint8", dtypes.uint8), _type("uint16", dtypes.uint16)
uint32, uint64 = _type("uint32", dtypes.uint32), _type("uint64", dtypes.uint64)
bfloat16, float16 = _type("bfloat16", dtypes.bfloat16), _type("float16", dtypes.float16)
float32, float64 = _type("float32", dtypes.float32), _type("float64", dtypes.float64)
complex64, complex128 = _type("complex64", dtypes.complex64), _type("complex128", dtypes.complex128)
csingle, cdouble = complex64, complex128
half, single, double = float16, float32, float64
int_, float_, uint, complex_ = (
    int64,
    float64,
    uint64,
    complex128,
)  # narrowed where they are used, unless enable_x64 is set

# For storage: they convert and move, nothing computes with them.
float8_e3m4, float8_e4m3 = _stored("float8_e3m4"), _stored("float8_e4m3")
float8_e4m3b11fnuz, float8_e4m3fn = _stored("float8_e4m3b11fnuz"), _stored("float8_e4m3fn")
float8_e4m3fnuz, float8_e5m2 = _stored("float8_e4m3fnuz"), _stored("float8_e5m2")
float8_e5m2fnuz, float8_e8m0fnu = _stored("float8_e5m2fnuz"), _stored("float8_e8m0fnu")
int2, int4, uint2, uint4 = _stored("int2"), _stored("int4"), _stored("uint2"), _stored("uint4")
# They name types of files and of other libraries; there are no arrays of them, and making one says so.
float4_e2m1fn, float6_e2m3fn = _stored("float4_e2m1fn"), _stored("float6_e2m3fn")
float6_e3m2fn, int1, uint1 = _stored("float6_e3m2fn"), _stored("int1"), _stored("uint1")
