# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Truncated Taylor series in one or two parameters, over arrays: an algorithm written for them gives derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__: list[str] = []


class Series:
    """`c[i][j]` is the coefficient of s^i t^j, an array."""

    def __init__(self, c: list[list[Any]]) -> None:
        self.c = c

    @staticmethod
    def variable(x: np.ndarray, orders: tuple[int, int], which: int) -> Series:
        """x + s (which = 0) or x + t, up to these orders in s and t."""
        zero = np.zeros_like(x)
        c = [[zero for _ in range(orders[1] + 1)] for _ in range(orders[0] + 1)]
        c[0][0] = x
        if orders[which]:
            c[1 - which][which] = zero + 1
        return Series(c)

    def constant(self, x: np.ndarray) -> Series:
        """x as a series of the same orders."""
        return Series([[x if i + j == 0 else 0.0 * x for j, _ in enumerate(row)] for i, row in enumerate(self.c)])

    @property
    def last(self) -> np.ndarray:
        """The coefficient of the highest orders."""
        return self.c[-1][-1]

    def __add__(self, other: Any) -> Series:
        if not isinstance(other, Series):
            return Series([[v + other if i + j == 0 else v for j, v in enumerate(r)] for i, r in enumerate(self.c)])
        return Series([[a + b for a, b in zip(r, s, strict=True)] for r, s in zip(self.c, other.c, strict=True)])

    def _convolution(self, other: Series, i: int, j: int, start: int) -> Any:
        pairs = [(p, q) for p in range(i + 1) for q in range(j + 1)][start:]
        return sum(self.c[i - p][j - q] * other.c[p][q] for p, q in pairs)

    def __mul__(self, other: Any) -> Series:
        if not isinstance(other, Series):
            return Series([[v * other for v in row] for row in self.c])
        return Series([[self._convolution(other, i, j, 0) for j, _ in enumerate(r)] for i, r in enumerate(self.c)])

    def __truediv__(self, other: Series) -> Series:
        result = self.constant(self.c[0][0])
        for i, row in enumerate(self.c):
            for j, v in enumerate(row):
                result.c[i][j] = (v - result._convolution(other, i, j, 1)) / other.c[0][0]
        return result

    def exp_of_nilpotent(self) -> Series:
        """e to the power of a series without constant."""
        power = total = self.constant(np.ones_like(self.c[0][0]))
        for k in range(1, len(self.c) + len(self.c[0]) - 1):
            power = power * self * (1 / k)
            total = total + power
        return total


def counting(change: Series, total: Series, epsilon: float) -> bool:
    """Whether a coefficient of `change` still counts beside that of `total`, anywhere."""
    least = np.abs(total.c[0][0]) * epsilon * 2.0**-60
    return any(
        bool(np.any((np.abs(d) > np.abs(v) * epsilon) & (np.abs(d) > least)))
        for row, other in zip(change.c, total.c, strict=True)
        for d, v in zip(row, other, strict=True)
    )
