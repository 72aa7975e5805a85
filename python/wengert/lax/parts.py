# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Complex numbers and their parts."""

from __future__ import annotations

from typing import Any

from wengert import dtypes, errors
from wengert.lax._operands import apply, as_array, broadcast_all, convert, promote
from wengert.lax.functions import full_like

__all__ = ["complex", "conj", "imag", "real", "sign"]


def _complex_only(function: str, x: Any) -> Any:
    x = as_array(function, x)
    if x.dtype.kind != "c":
        raise errors.make(
            errors.DtypeError,
            function,
            f"expected a complex array but got {x.dtype}",
            remedy=f"use wengert.numpy.{function}, which takes real arrays too",
        )
    return x


def real(x: Any) -> Any:
    """The real part of a complex array, of any shape.

    Raises:
      DtypeError: x is not complex.

    >>> real(1.0 + 2.0j)
    Array(1., dtype=float32, weak_type=True)
    """
    return apply("real", (_complex_only("real", x),))


def imag(x: Any) -> Any:
    """The imaginary part of a complex array, of any shape.

    Raises:
      DtypeError: x is not complex.

    >>> imag(1.0 + 2.0j)
    Array(2., dtype=float32, weak_type=True)
    """
    return apply("imag", (_complex_only("imag", x),))


def complex(x: Any, y: Any) -> Any:
    """x + i y of float32 or float64 arrays of one shape and type.

    Raises:
      DtypeError: x and y are not both float32 or float64.

    >>> complex(1.0, 2.0)
    Array(1.+2.j, dtype=complex64, weak_type=True)
    """
    operands = promote("complex", (x, y))
    if operands[0].dtype not in (dtypes.float32, dtypes.float64):
        raise errors.make(
            errors.DtypeError,
            "complex",
            f"expected operands of float32 or float64 but got {operands[0].dtype}",
            remedy="convert them with x.astype('float32')",
        )
    return apply("complex", tuple(broadcast_all("complex", operands)))


def conj(x: Any, input_dtype: Any = None) -> Any:
    """The complex conjugate; of a real array the complex array with it as real part.

    >>> conj(1.0 + 2.0j)
    Array(1.-2.j, dtype=complex64, weak_type=True)
    """
    x = as_array("conj", x)
    if x.dtype.kind == "c":
        return apply("conj", (x,))
    part = convert(x, x.dtype if x.dtype in (dtypes.float32, dtypes.float64) else dtypes.default_float(), x.weak_type)
    return convert(part, dtypes.complex128 if part.dtype == dtypes.float64 else dtypes.complex64, x.weak_type)


def sign(x: Any) -> Any:
    """-1, 0 or 1, with zeros and nan kept; of complex numbers x / |x|, 0 at 0.

    >>> sign(-2.0), sign(3.0 + 4.0j)
    (Array(-1., dtype=float32, weak_type=True), Array(0.6+0.8j, dtype=complex64, weak_type=True))
    """
    x = as_array("sign", x)
    if x.dtype.kind != "c":
        return apply("sign", (x,))
    size = apply("abs", (x,))
    zero = apply("eq", (size, full_like(size, 0)))
    safe = convert(apply("select", (zero, full_like(size, 1), size)), x.dtype, x.weak_type)
    return apply("div", (x, safe))
