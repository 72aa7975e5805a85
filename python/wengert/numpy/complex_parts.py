# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Real and imaginary parts and conjugates. There are no complex ops yet, so these take real arrays only."""

from __future__ import annotations

from typing import Any

from wengert import errors, lax
from wengert.lax._operands import as_array

__all__ = ["conj", "conjugate", "imag", "real"]


def conjugate(x: Any, /) -> Any:
    """The complex conjugate: a real x itself.

    >>> conjugate(2.0)
    Array(2., dtype=float32, weak_type=True)
    """
    return _only_real("conjugate", x)


conj = conjugate


def _only_real(function: str, x: Any) -> Any:
    x = as_array(function, x)
    if x.dtype.kind == "c":
        raise errors.make(
            errors.UnsupportedTypeError, function, f"expected a real array but got {x.dtype}: no complex ops yet"
        )
    return x


def real(x: Any, /) -> Any:
    """The real part.

    >>> real(2.0)
    Array(2., dtype=float32, weak_type=True)
    """
    return _only_real("real", x)


def imag(x: Any, /) -> Any:
    """The imaginary part: 0 for a real x.

    >>> imag(2.0)
    Array(0., dtype=float32)
    """
    return lax.full_like(_only_real("imag", x), 0)
