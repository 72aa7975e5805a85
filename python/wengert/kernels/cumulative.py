# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kernels of ops that keep every intermediate result along one axis."""

from __future__ import annotations

from typing import Any

import numpy as np

from wengert.kernels.common import contiguous, widened

__all__ = ["cumlogsumexp", "cummax", "cummin", "cumprod", "cumsum", "linear_recurrence"]


def _accumulate(ufunc: np.ufunc, x: np.ndarray, axis: int, reverse: bool) -> np.ndarray:
    def compute(wide: np.ndarray) -> np.ndarray:
        if reverse:
            return np.flip(ufunc.accumulate(np.flip(wide, axis), axis, wide.dtype), axis)
        return ufunc.accumulate(wide, axis, wide.dtype)

    return contiguous(widened(compute, x))


def cumsum(x: np.ndarray, axis: int, reverse: bool) -> np.ndarray:
    """The sums along `axis`, in the dtype of x."""
    return _accumulate(np.add, x, axis, reverse)


def cumprod(x: np.ndarray, axis: int, reverse: bool) -> np.ndarray:
    """The products along `axis`, in the dtype of x."""
    return _accumulate(np.multiply, x, axis, reverse)


def cummax(x: np.ndarray, axis: int, reverse: bool) -> np.ndarray:
    """The maxima along `axis`, nan from the first nan on."""
    return _accumulate(np.maximum, x, axis, reverse)


def cummin(x: np.ndarray, axis: int, reverse: bool) -> np.ndarray:
    """The minima along `axis`, nan from the first nan on."""
    return _accumulate(np.minimum, x, axis, reverse)


def cumlogsumexp(x: np.ndarray, axis: int, reverse: bool) -> np.ndarray:
    """log(exp(x0) + exp(x1) + ...) along `axis`."""
    return _accumulate(np.logaddexp, x, axis, reverse)


def linear_recurrence(a: np.ndarray, b: np.ndarray, axis: int, reverse: bool) -> np.ndarray:
    """h[i] = a[i] * h[i - 1] + b[i] along `axis`; where a[i] is zero, b[i]."""

    def compute(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        out = np.empty_like(b)
        columns: Any = tuple(np.moveaxis(v, axis, 0) for v in (a, b, out))
        coefficients, terms, results = (c[::-1] for c in columns) if reverse else columns
        h = np.zeros(terms.shape[1:], b.dtype)
        for i in range(len(terms)):
            a = coefficients[i]
            h = np.where(a == 0, terms[i], a * h + terms[i]) if i else terms[i]
            results[i] = h
        return out

    return contiguous(widened(compute, a, b))
