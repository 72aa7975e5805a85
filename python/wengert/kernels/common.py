# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the kernels of all families share."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np

BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
FLOAT16 = np.dtype(np.float16)
FLOAT32 = np.dtype(np.float32)
BOOL = np.dtype(np.bool_)
HALVES = frozenset((BFLOAT16, FLOAT16))


def quiet() -> Any:
    """A context in which floating-point kernels raise no NumPy warnings (inf and nan are ordinary values here)."""
    return np.errstate(all="ignore")


def is_float(dtype: np.dtype) -> bool:
    """Whether `dtype` is a real floating type, those of ml_dtypes included (which NumPy calls kind 'V')."""
    return dtype.kind == "f" or dtype == BFLOAT16 or dtype.name.startswith("float8")


def widen(x: np.ndarray) -> np.ndarray:
    return x.astype(FLOAT32) if x.dtype in HALVES else x


def widened(fun: Any, *operands: np.ndarray) -> np.ndarray:
    """`fun` of the operands, computed in float32 for half types and rounded back."""
    dtype = operands[0].dtype
    if dtype in HALVES:
        return np.asarray(fun(*(x.astype(FLOAT32) for x in operands))).astype(dtype)
    return fun(*operands)


def contiguous(x: np.ndarray) -> np.ndarray:
    return np.asarray(x, order="C")  # ascontiguousarray would turn rank 0 into rank 1


def special(name: str, x: np.ndarray) -> np.ndarray:
    """The function `name` of `scipy.special` at `x`, in the dtype of `x`."""
    import scipy.special

    return np.asarray(widened(getattr(scipy.special, name), x)).astype(x.dtype, copy=False)
