# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""DLPack for the types that NumPy has no code for: bfloat16 goes as 16-bit integers whose code is then put right.

A capsule points to a C structure whose layout the standard fixes; only its type field is read and written here.
"""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np

from wengert.dtypes import bfloat16

_UNSIGNED, _BFLOAT = 1, 4  # the codes of DLPack


class _Tensor(ctypes.Structure):
    _fields_ = (
        ("data", ctypes.c_void_p), ("device_type", ctypes.c_int32), ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32), ("code", ctypes.c_uint8), ("bits", ctypes.c_uint8), ("lanes", ctypes.c_uint16),
    )  # fmt: skip


class _Versioned(ctypes.Structure):
    _fields_ = (
        ("major", ctypes.c_uint32), ("minor", ctypes.c_uint32), ("context", ctypes.c_void_p),
        ("deleter", ctypes.c_void_p), ("flags", ctypes.c_uint64), ("tensor", _Tensor),
    )  # fmt: skip


_name = ctypes.pythonapi.PyCapsule_GetName
_name.restype, _name.argtypes = ctypes.c_char_p, [ctypes.py_object]
_pointer = ctypes.pythonapi.PyCapsule_GetPointer
_pointer.restype, _pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]


def _tensor(capsule: Any) -> _Tensor:
    name = _name(capsule)
    address = _pointer(capsule, name)
    if name == b"dltensor_versioned":
        return _Versioned.from_address(address).tensor
    return _Tensor.from_address(address)


def export(data: np.ndarray, **options: Any) -> Any:
    """The capsule of `data`, bfloat16 too; the options are those of NumPy's `__dlpack__`."""
    if data.dtype != bfloat16:
        return data.__dlpack__(**options)
    capsule = data.view(np.uint16).__dlpack__(**options)
    _tensor(capsule).code = _BFLOAT
    return capsule


class _Unsigned:
    """An array of bfloat16 of another library, as one of 16-bit integers."""

    def __init__(self, capsule: Any, device: tuple[int, int]):
        self.capsule, self.device = capsule, device

    def __dlpack__(self, **_: Any) -> Any:
        return self.capsule

    def __dlpack_device__(self) -> tuple[int, int]:
        return self.device


def load(x: Any) -> np.ndarray:
    """The memory of another library's array as a NumPy array, bfloat16 too.

    Raises:
      BufferError: it is not in the memory of the CPU, or of a type that there are no arrays of.
    """
    device = tuple(x.__dlpack_device__())
    if device[0] != 1:
        raise BufferError(f"from_dlpack: expected an array in the memory of the CPU but got one on device {device}")
    if "bfloat16" not in str(getattr(x, "dtype", "")):
        return np.from_dlpack(x)
    capsule = x.__dlpack__()
    _tensor(capsule).code = _UNSIGNED
    return np.from_dlpack(_Unsigned(capsule, device)).view(bfloat16)
