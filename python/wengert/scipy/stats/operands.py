# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Operands of the distributions, and a function that several share."""

from __future__ import annotations

import math
from typing import Any

from wengert import numpy as wnp
from wengert.lax._operands import broadcast_all, promote


def real(function: str, *xs: Any) -> list[Any]:
    """The operands as arrays of one floating type and one shape.

    Raises:
      ShapeError: shapes that do not broadcast together.
      UnsupportedTypeError: an operand is no array and no number.
    """
    return broadcast_all(function, promote(function, xs, inexact=True))


def whole(x: Any) -> Any:
    """Whether x is a whole number."""
    return wnp.floor(x) == x


def log1mexp(x: Any) -> Any:
    """log(1 - exp(-x)) for x >= 0, precise for small and large x."""
    small = x < math.log(2)
    return wnp.where(small, wnp.log(-wnp.expm1(-wnp.where(small, x, 1))), wnp.log1p(-wnp.exp(-wnp.where(small, 1, x))))
