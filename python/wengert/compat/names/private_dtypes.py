# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax._src.dtypes`: what flax and equinox take from it."""

from __future__ import annotations

from typing import Any

from wengert.compat.names.dtypes import canonicalize_dtype, scalar_type_of
from wengert.dtypes import extended, issubdtype, prng_key
from wengert.errors import DtypeError as TypePromotionError
from wengert.numpy import finfo

__all__ = [
    "DType", "ExtendedDType", "TypePromotionError", "canonicalize_dtype", "extended", "finfo", "issubdtype",
    "prng_key", "scalar_type_of", "supports_inf",
]  # fmt: skip

DType = Any


class ExtendedDType:
    """A type of elements that are no numbers; libraries derive from it. No array here has one but keys."""


def supports_inf(dtype: Any) -> bool:
    """Whether a float type has infinities.

    >>> supports_inf("float32")
    True
    """
    import numpy as np

    return bool(np.isinf(np.asarray(np.inf, dtype)))
