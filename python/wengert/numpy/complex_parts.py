# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Real and imaginary parts, conjugates and angles, and which numbers are real."""

from __future__ import annotations

import math
from typing import Any

from wengert import dtypes, lax
from wengert.lax._operands import apply, as_array, convert, promote

__all__ = [
    "angle", "conj", "conjugate", "imag", "iscomplex", "iscomplexobj", "isreal", "isrealobj", "real",
]  # fmt: skip


def conjugate(x: Any, /) -> Any:
    """The complex conjugate: a real x itself.

    >>> conjugate(1.0 + 2.0j)
    Array(1.-2.j, dtype=complex64, weak_type=True)
    """
    x = as_array("conjugate", x)
    return apply("conj", (x,)) if x.dtype.kind == "c" else x


conj = conjugate


def real(val: Any, /) -> Any:
    """The real part: a real `val` itself.

    >>> real(1.0 + 2.0j)
    Array(1., dtype=float32, weak_type=True)
    """
    val = as_array("real", val)
    return apply("real", (val,)) if val.dtype.kind == "c" else val


def imag(val: Any, /) -> Any:
    """The imaginary part: 0 for a real `val`.

    >>> imag(1.0 + 2.0j)
    Array(2., dtype=float32, weak_type=True)
    """
    val = as_array("imag", val)
    if val.dtype.kind == "c":
        return apply("imag", (val,))
    return convert(lax.full_like(val, 0), val.dtype, val.weak_type)


def angle(z: Any, deg: bool = False) -> Any:
    """The angle of z from the positive real axis, from -pi to pi, or in degrees.

    >>> angle(1j, deg=True)
    Array(90., dtype=float32, weak_type=True)
    """
    z = promote("angle", (z,), inexact=True)[0]
    result = apply("atan2", (imag(z), real(z)))
    return result * (180 / math.pi) if deg else result


def iscomplex(x: Any) -> Any:
    """Whether the imaginary part is not 0, element by element.

    >>> iscomplex([1.0, 1.0j])
    Array([False,  True], dtype=bool)
    """
    return imag(_array(x)) != 0


def isreal(x: Any) -> Any:
    """Whether the imaginary part is 0, element by element.

    >>> isreal([1.0, 1.0j])
    Array([ True, False], dtype=bool)
    """
    return imag(_array(x)) == 0


def _array(x: Any) -> Any:
    from wengert.numpy.creation import asarray

    return asarray(x)


def iscomplexobj(x: Any) -> bool:
    """Whether x is of a complex type, whatever its values.

    >>> iscomplexobj(1j), iscomplexobj([1.0, 2.0])
    (True, False)
    """
    if isinstance(x, (list, tuple)):
        x = _array(x)
    return x is not None and bool(dtypes.dtype_and_weak(x)[0].kind == "c")


def isrealobj(x: Any) -> bool:
    """Whether x is of a real type.

    >>> isrealobj(1j), isrealobj([1.0, 2.0])
    (False, True)
    """
    return not iscomplexobj(x)
