# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.dlpack`: arrays of other libraries."""

from __future__ import annotations

from typing import Any

from wengert import dtypes
from wengert.numpy import from_dlpack

__all__ = ["from_dlpack", "is_supported_dtype"]


def is_supported_dtype(dtype: Any) -> bool:
    """Whether arrays of a type can be exchanged: those that NumPy has.

    >>> is_supported_dtype("float32"), is_supported_dtype("bfloat16")
    (True, False)
    """
    known = dtypes.named(dtype) if isinstance(dtype, str) else dtypes.canonical(dtype)
    return known.type.__module__ == "numpy"
