# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.experimental.sparse`: the classes by which libraries ask whether an array is sparse; none is."""

from __future__ import annotations

from typing import Any

from wengert.compat.errors import CompatError
from wengert.errors import make

__all__ = ["BCOO", "BCSR", "JAXSparse"]


class JAXSparse:
    """A sparse array.

    Raises:
      CompatError: always: arrays are dense.
    """

    def __init__(self, *_: Any, **__: Any):
        raise make(
            CompatError, type(self).__name__, "expected dense arrays but got a sparse one",
            remedy="use dense arrays, or scipy.sparse outside of the traced program",
        )  # fmt: skip

    @classmethod
    def fromdense(cls, mat: Any, **_: Any) -> Any:
        """A sparse copy.

        Raises:
          CompatError: always.
        """
        return cls(mat)


class BCOO(JAXSparse):
    """A sparse array by the coordinates of its elements."""


class BCSR(JAXSparse):
    """A sparse array by the rows of its elements."""
