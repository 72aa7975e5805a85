# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Convolutions and correlations of any dimension, directly or by Fourier transforms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wengert import errors, lax
from wengert import numpy as wnp
from wengert.lax._operands import axis_tuple, promote

__all__ = ["convolve", "convolve2d", "correlate", "correlate2d", "fftconvolve"]

_MODES = ("full", "same", "valid")


def _operands(function: str, in1: Any, in2: Any, mode: str) -> list[Any]:
    if mode not in _MODES:
        raise ValueError(f"{function}: expected a mode of full, same or valid but got {mode!r}")
    arrays = promote(function, (in1, in2), inexact=True)
    shapes = tuple(x.shape for x in arrays)
    if len(shapes[0]) != len(shapes[1]) or not shapes[0]:
        raise errors.make(
            errors.ShapeError, function,
            f"expected two arrays of as many dimensions, at least one, but got shapes {shapes[0]} and {shapes[1]}",
        )  # fmt: skip
    if 0 in shapes[0] or 0 in shapes[1]:
        raise errors.make(
            errors.ShapeError, function, f"expected arrays that are not empty but got {shapes[0]} and {shapes[1]}"
        )
    return arrays


def _contained(function: str, a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    """Whether the second is at least as large as the first, which then moves within it.

    Raises:
      ShapeError: neither is in the other.
    """
    if all(m >= n for m, n in zip(a, b, strict=True)):
        return False
    if all(m <= n for m, n in zip(a, b, strict=True)):
        return True
    raise errors.make(
        errors.ShapeError, function,
        f"expected one array that is at least as large as the other in every dimension but got {a} and {b}",
    )  # fmt: skip


def _direct(function: str, in1: Any, in2: Any, mode: str) -> Any:
    """The convolution as one op on an image of one channel and a kernel."""
    in1, in2 = _operands(function, in1, in2, mode)
    rank = in1.ndim
    swapped = _contained(function, in1.shape, in2.shape)
    large, small = (in2, in1) if swapped else (in1, in2)
    if mode == "valid":
        pads = [(0, 0)] * rank
    elif mode == "full":
        pads = [(n - 1, n - 1) for n in small.shape]
    else:  # as large as the first, from the middle of the full one
        pads = []
        for m, n in zip(in1.shape, in2.shape, strict=True):
            k = min(m, n)
            start = (n - 1) // 2  # where "same" begins in "full"
            pads.append((k - 1 - start, k - 1 - (n - 1 - start)))
    kernel = wnp.flip(small)
    out = lax.conv_general_dilated(large[None, None], kernel[None, None], (1,) * rank, pads)
    return out[0, 0]


def convolve(in1: Any, in2: Any, mode: str = "full", method: str = "auto", precision: Any = None) -> Any:
    """The convolution of two arrays of as many dimensions.

    Args:
      in1, in2: arrays; integers become floats. One of them is at least as large as the other in every dimension.
      mode: "full"; "same" for the middle of it, of the size of in1; "valid" for what needs no zeros beyond the edges.
      method: "direct", "fft" for `fftconvolve`, "auto" for "direct".
      precision: ignored.

    Raises:
      ShapeError: other shapes, or an empty array.
      ValueError: another mode or method.

    >>> convolve(wnp.array([1.0, 2.0, 3.0]), wnp.array([1.0, -1.0]))
    Array([ 1.,  1.,  1., -3.], dtype=float32)
    """
    if method == "fft":
        return fftconvolve(in1, in2, mode)
    if method not in ("auto", "direct"):
        raise ValueError(f"convolve: expected a method of auto, direct or fft but got {method!r}")
    return _direct("convolve", in1, in2, mode)


def correlate(in1: Any, in2: Any, mode: str = "full", method: str = "auto", precision: Any = None) -> Any:
    """The correlation of two arrays of as many dimensions: the convolution with the reversed conjugate of the second.

    Arguments and errors are those of `convolve`.

    >>> correlate(wnp.array([1.0, 2.0, 3.0]), wnp.array([1.0, -1.0]))
    Array([-1., -1., -1.,  3.], dtype=float32)
    """
    in1, in2 = _operands("correlate", in1, in2, mode)
    return convolve(in1, wnp.flip(in2.conj()), mode, method, precision)


def _planes(function: str, in1: Any, in2: Any, mode: str, boundary: str) -> list[Any]:
    if boundary not in _BOUNDARIES:
        raise ValueError(f"{function}: expected a boundary of fill, wrap or symm but got {boundary!r}")
    ranks = wnp.ndim(in1), wnp.ndim(in2)
    if ranks != (2, 2):
        raise errors.make(
            errors.ShapeError, function, f"expected arrays of two dimensions but got {ranks[0]} and {ranks[1]}"
        )
    return _operands(function, in1, in2, mode)


_BOUNDARIES = {"fill": "constant", "wrap": "wrap", "symm": "symmetric"}


def _surrounded(in1: Any, in2: Any, mode: str, boundary: str, fillvalue: Any, starts: Sequence[int]) -> Any:
    """The convolution of what is continued beyond the edges, as large as "full", or for "same" from `starts` in it."""
    pads = [(n - 1, n - 1) for n in in2.shape]
    if mode == "same":
        pads = [(n - 1 - s, s) for n, s in zip(in2.shape, starts, strict=True)]
    values = {"constant_values": fillvalue} if boundary == "fill" else {}
    wide = wnp.pad(in1, pads, _BOUNDARIES[boundary], **values)
    return _direct("convolve2d", wide, in2, "valid")


def convolve2d(
    in1: Any, in2: Any, mode: str = "full", boundary: str = "fill", fillvalue: float = 0, precision: Any = None
) -> Any:
    """The convolution of two arrays of two dimensions.

    Arguments and errors are those of `convolve`, and:

    Args:
      boundary: what is beyond the edges of in1: "fill" for `fillvalue`, "wrap" for its other side, "symm" for its image
        in a mirror.
      fillvalue: a number.

    Raises:
      ValueError: another boundary.

    >>> convolve2d(wnp.eye(2), wnp.ones((2, 2)), mode="same")
    Array([[1., 1.],
           [1., 2.]], dtype=float32)
    """
    in1, in2 = _planes("convolve2d", in1, in2, mode, boundary)
    if mode == "valid" or (boundary == "fill" and isinstance(fillvalue, int | float) and not fillvalue):
        return _direct("convolve2d", in1, in2, mode)
    return _surrounded(in1, in2, mode, boundary, fillvalue, [(n - 1) // 2 for n in in2.shape])


def correlate2d(
    in1: Any, in2: Any, mode: str = "full", boundary: str = "fill", fillvalue: float = 0, precision: Any = None
) -> Any:
    """The correlation of two arrays of two dimensions.

    Arguments and errors are those of `convolve2d`.

    >>> correlate2d(wnp.array([[1.0, 2.0], [3.0, 4.0]]), wnp.array([[1.0, 1.0]]), mode="valid")
    Array([[3.],
           [7.]], dtype=float32)
    """
    in1, in2 = _planes("correlate2d", in1, in2, mode, boundary)
    kernel = wnp.flip(in2.conj())
    if mode != "valid":  # SciPy has the middle of the correlation where that of the convolution is one further
        return _surrounded(in1, kernel, mode, boundary, fillvalue, [n // 2 for n in in2.shape])
    swapped = in1.shape != in2.shape and _contained("correlate2d", in1.shape, in2.shape)
    out = _direct("correlate2d", in1, kernel, mode)
    return out.conj() if swapped else out  # SciPy moves the smaller one, and that is the one it conjugates


def fftconvolve(in1: Any, in2: Any, mode: str = "full", axes: int | Sequence[int] | None = None) -> Any:
    """The convolution of two arrays of as many dimensions, by Fourier transforms.

    Args:
      in1, in2: arrays; integers become floats.
      mode: as for `convolve`; only "valid" needs one array that is at least as large as the other.
      axes: the dimensions that are convolved, by default all; in the others the arrays broadcast.

    Raises:
      ShapeError: other shapes, an empty array, or no such axis.
      ValueError: another mode.

    >>> fftconvolve(wnp.array([1.0, 2.0, 3.0]), wnp.array([1.0, -1.0]), "same").round(4)
    Array([1., 1., 1.], dtype=float32)
    """
    in1, in2 = _operands("fftconvolve", in1, in2, mode)
    axes = axis_tuple("fftconvolve", axes, in1.ndim)
    others = [d for d in range(in1.ndim) if d not in axes]
    if any(in1.shape[d] != in2.shape[d] and 1 not in (in1.shape[d], in2.shape[d]) for d in others):
        raise errors.make(
            errors.ShapeError, "fftconvolve",
            f"expected shapes that agree in the dimensions {others}, which are not convolved, but got {in1.shape} and "
            f"{in2.shape}",
        )  # fmt: skip
    sizes = [(in1.shape[d], in2.shape[d]) for d in axes]
    if mode == "valid" and axes and _contained("fftconvolve", *zip(*sizes, strict=True)):
        in1, in2 = in2, in1
        sizes = [(n, m) for m, n in sizes]
    full = [m + n - 1 for m, n in sizes]
    changing = [(d, n) for d, n, (a, b) in zip(axes, full, sizes, strict=True) if a != 1 and b != 1]
    if changing:
        dims, lengths = [d for d, _ in changing], [n for _, n in changing]
        kind = "" if in1.dtype.kind == "c" else "r"
        forward, back = getattr(wnp.fft, f"{kind}fftn"), getattr(wnp.fft, f"i{kind}fftn")
        out = back(forward(in1, lengths, dims) * forward(in2, lengths, dims), lengths, dims)
    else:
        out = in1 * in2
    if mode == "full":
        return out
    keep = {d: (a if mode == "same" else a - b + 1) for d, (a, b) in zip(axes, sizes, strict=True)}
    for d, n in zip(axes, full, strict=True):
        start = (n - keep[d]) // 2
        out = lax.slice_in_dim(out, start, start + keep[d], 1, d)
    return out
