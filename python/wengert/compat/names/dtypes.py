# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.dtypes`: what it has beside `wengert.dtypes`."""

from __future__ import annotations

from typing import Any

import numpy as np

from wengert import dtypes
from wengert.dtypes import canonical as canonicalize_dtype
from wengert.random import key_dtype

__all__ = ["bfloat16", "canonicalize_dtype", "extended", "issubdtype", "prng_key", "scalar_type_of"]

bfloat16 = dtypes.bfloat16.type


class extended(np.generic):
    """The abstract type of elements that are no numbers, such as keys."""


class prng_key(extended):
    """The abstract type of the elements of arrays of keys."""


def issubdtype(a: Any, b: Any) -> bool:
    """`wengert.dtypes.issubdtype` which knows the types of keys too.

    >>> import wengert.random
    >>> issubdtype(wengert.random.key(0).dtype, prng_key), issubdtype(np.float32, prng_key)
    (True, False)
    """
    of_keys = isinstance(a, type(key_dtype())) or (isinstance(a, type) and issubclass(a, extended))
    if isinstance(b, type) and issubclass(b, extended):
        return of_keys and (not isinstance(a, type) or issubclass(a, b))
    if of_keys:
        return b is np.generic
    return dtypes.issubdtype(a, b)


def scalar_type_of(x: Any) -> type:
    """The Python type of the elements of an array: bool, int, float or complex.

    >>> scalar_type_of(np.float32(1))
    <class 'float'>
    """
    dtype = dtypes.dtype_and_weak(x)[0]
    for kind, python in (("b", bool), ("iu", int), ("c", complex)):
        if dtype.kind in kind:
            return python
    return float
