# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.dtypes`: what it has beside `wengert.dtypes`."""

from __future__ import annotations

from typing import Any

from wengert import dtypes
from wengert.dtypes import canonical as canonicalize_dtype

__all__ = ["bfloat16", "canonicalize_dtype", "extended", "issubdtype", "prng_key", "scalar_type_of"]

bfloat16 = dtypes.bfloat16.type
extended, issubdtype, prng_key = dtypes.extended, dtypes.issubdtype, dtypes.prng_key  # one class under both names


def scalar_type_of(x: Any) -> type:
    """The Python type of the elements of an array: bool, int, float or complex.

    >>> scalar_type_of(2j)
    <class 'complex'>
    """
    dtype = dtypes.dtype_and_weak(x)[0]
    for kind, python in (("b", bool), ("iu", int), ("c", complex)):
        if dtype.kind in kind:
            return python
    return float
