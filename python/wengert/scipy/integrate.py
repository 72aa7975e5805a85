# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`wengert.scipy.integrate`: integrals of samples. Differential equations are in `wengert.ode`."""

from __future__ import annotations

from typing import Any

from wengert import numpy as wnp

__all__ = ["trapezoid"]


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """The integral along an axis by the trapezoidal rule.

    Args:
      y: samples.
      x: where they are taken, shape (n,) or that of y; by default at distances of dx.
      dx: the distance.
      axis: the dimension of y.

    Raises:
      ShapeError: there is no such axis, or x does not fit.

    >>> trapezoid(wnp.array([1.0, 2.0, 4.0]), wnp.array([0.0, 1.0, 3.0]))
    Array(7.5, dtype=float32)
    """
    return wnp.trapezoid(y, x, dx, axis)
