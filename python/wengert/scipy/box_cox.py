# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The transforms of Box and Cox."""

from __future__ import annotations

from typing import Any

from wengert import numpy as wnp
from wengert.lax._operands import convert
from wengert.scipy.error_functions import kind_of, reals

__all__ = ["boxcox", "boxcox1p"]


def _relative(u: Any) -> Any:
    """(exp(u) - 1) / u, with its derivatives at 0."""
    is_near = wnp.abs(u) < 0.3
    near, far = wnp.where(is_near, u, 0), wnp.where(is_near, 1, u)
    series = wnp.ones_like(near)
    for k in range(14, 1, -1):
        series = 1 + near / k * series
    return wnp.where(is_near, series, wnp.expm1(far) / far)


def _box_cox(function: str, x: Any, lmbda: Any, logarithm: Any) -> Any:
    kind = kind_of(function, x, lmbda)
    y, exponent = reals(function, x, lmbda)
    size = logarithm(y)
    is_end = wnp.isinf(size)
    inside = wnp.where(is_end, 0, size)
    power = wnp.where(exponent == 0, 1, exponent)
    end = wnp.where(size * wnp.sign(exponent) < 0, -1 / power, size)
    value = wnp.where(is_end, end, inside * _relative(exponent * inside))
    return convert(value, kind, y.weak_type and exponent.weak_type)


def boxcox(x: Any, lmbda: Any) -> Any:
    """(x^lmbda - 1) / lmbda; log(x) for lmbda = 0.

    Args:
      x, lmbda: real numbers whose shapes broadcast; nan for negative x.

    Raises:
      DtypeError: an operand is complex.

    >>> boxcox(4.0, 0.5)
    Array(2., dtype=float32, weak_type=True)
    """
    return _box_cox("boxcox", x, lmbda, wnp.log)


def boxcox1p(x: Any, lmbda: Any) -> Any:
    """((1 + x)^lmbda - 1) / lmbda; log(1 + x) for lmbda = 0.

    Args:
      x, lmbda: real numbers whose shapes broadcast; nan for x < -1.

    Raises:
      DtypeError: an operand is complex.

    >>> boxcox1p(3.0, 0.5)
    Array(2., dtype=float32, weak_type=True)
    """
    return _box_cox("boxcox1p", x, lmbda, wnp.log1p)
