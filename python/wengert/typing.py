# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Types for annotations. Names of `jax.typing`.

>>> from wengert.typing import ArrayLike
>>> isinstance(1.0, ArrayLike)
True
"""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable

import numpy as np

from wengert.array import Array

__all__ = ["ArrayLike", "DTypeLike", "DuckTypedArray", "Shape"]


@runtime_checkable
class SupportsDType(Protocol):
    """What has a `dtype`."""

    @property
    def dtype(self) -> np.dtype: ...


@runtime_checkable
class DuckTypedArray(Protocol):
    """What has a shape and a dtype: arrays, tracers, `ShapeDtypeStruct`."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    @property
    def dtype(self) -> np.dtype: ...


# What functions take where they say array: arrays, NumPy's arrays and numbers, Python's numbers.
ArrayLike = Array | np.ndarray | np.bool_ | np.number | bool | int | float | complex
DTypeLike = str | type[Any] | np.dtype | SupportsDType
Shape = tuple[int, ...]
