# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Windows for signals: weights that fall off towards both ends. They have M elements of the default float."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert.array import Array
from wengert.lax._operands import as_array, is_tracer, unary
from wengert.numpy import elementwise as ew

__all__ = ["bartlett", "blackman", "hamming", "hanning", "i0", "kaiser"]


def _length(function: str, M: Any) -> int:
    try:
        return operator.index(M)
    except TypeError as error:
        if isinstance(error, errors.WengertError):
            raise
        raise errors.make(errors.ShapeError, function, f"expected an int as length but got {M!r}") from None


def _window(function: str, window: Callable[[int], np.ndarray], summary: str, example: str) -> Any:
    def f(M: int) -> Any:
        return Array._wrap(window(_length(function, M)).astype(dtypes.default_float()))

    f.__name__ = f.__qualname__ = function
    f.__doc__ = f"""{summary}.

    Args:
      M: the length, an int; nothing below 1, a single 1 at 1.

    Returns:
      A vector of M elements of the default float.

    Raises:
      ShapeError: M is no int.

    >>> {function}(3)
    Array({example}, dtype=float32)
    """
    return f


bartlett = _window("bartlett", np.bartlett, "A triangle from 0 to 1 and back", "[0., 1., 0.]")
blackman = _window(
    "blackman",
    lambda n: np.maximum(np.blackman(n), 0),
    "0.42 - 0.5 cos(t) + 0.08 cos(2 t), t from 0 to 2 pi",
    "[0., 1., 0.]",
)
hamming = _window("hamming", np.hamming, "0.54 - 0.46 cos(t), t from 0 to 2 pi", "[0.08, 1.  , 0.08]")
hanning = _window("hanning", np.hanning, "0.5 - 0.5 cos(t), t from 0 to 2 pi", "[0., 1., 0.]")


def i0(x: Any) -> Any:
    """The modified Bessel function of the first kind and order 0.

    Args:
      x: an array or number; integers and bools become the default float.

    Raises:
      DtypeError: x is complex.

    >>> i0(1.0)
    Array(1.2660658, dtype=float32, weak_type=True)
    """
    scaled = unary("i0", "bessel_i0e", x, inexact=True)
    x = as_array("i0", x)
    return ew.multiply(ew.exp(ew.multiply(x, ew.sign(x))), scaled)  # not abs: its derivative at 0 is 1, that of i0 is 0


def kaiser(M: int, beta: Any) -> Any:
    """The Kaiser window, i0(beta sqrt(1 - u^2)) / i0(beta) for u from -1 to 1.

    Args:
      M: the length, an int.
      beta: the shape, a number, which may be traced and differentiated: 0 gives ones, 14 a narrow window.

    Returns:
      A vector of M elements of the default float.

    Raises:
      ShapeError: M is no int.

    >>> kaiser(3, 0.0)
    Array([1., 1., 1.], dtype=float32)
    """
    n = _length("kaiser", M)
    if not is_tracer(beta):
        return Array._wrap(np.kaiser(n, float(beta)).astype(dtypes.default_float()))
    place = np.linspace(-1, 1, n) if n > 1 else np.zeros(max(n, 0))
    height = Array._wrap(np.sqrt(1 - place * place).astype(dtypes.default_float()))
    beta = lax.convert_element_type(beta, height.dtype)
    return i0(beta * height) / i0(beta)
