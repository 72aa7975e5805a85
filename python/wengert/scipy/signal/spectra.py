# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The power of signals at each frequency, by Welch's method (1967)."""

from __future__ import annotations

from typing import Any

import numpy as np

from wengert import dtypes, lax
from wengert import numpy as wnp
from wengert.lax._operands import as_array, axis_index, broadcast_shapes, promote
from wengert.scipy.signal.frames import frames, frequencies, is_onesided, transformed, trend_remover

__all__ = ["csd", "welch"]


def csd(
    x: Any,
    y: Any,
    fs: Any = 1.0,
    window: Any = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Any = "constant",
    return_onesided: bool = True,
    scaling: str = "density",
    axis: int = -1,
    average: str = "mean",
) -> tuple[Any, Any]:
    """The cross power spectral density of two signals.

    Args:
      x, y: signals, whose other dimensions broadcast; the shorter one is filled up with zeros. y may be None for x.
      fs, window, noverlap, nfft, return_onesided: as for `stft`.
      nperseg: the size of a piece; by default that of the signal, or of the window if it is an array.
      detrend: as for `stft`.
      scaling: "density" for power in a unit of frequency, "spectrum" for power.
      axis: the dimension of x and y.
      average: "mean" or "median" of the pieces.

    Returns:
      The frequencies and the density there, in the place of `axis`: complex, and real if y is None.

    Raises:
      ShapeError: no such axis, signals that do not broadcast, or a window of another size.
      ValueError: sizes that do not fit together, another detrend, scaling or average.

    >>> x = wnp.sin(0.5 * wnp.pi * wnp.arange(64.0))
    >>> f, p = csd(x, x, nperseg=8)
    >>> f[wnp.argmax(p.real)]
    Array(0.25, dtype=float32)
    """
    return _density("csd", x, y, fs, window, nperseg, noverlap, nfft, detrend, return_onesided, scaling, axis, average)


def welch(
    x: Any,
    fs: Any = 1.0,
    window: Any = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Any = "constant",
    return_onesided: bool = True,
    scaling: str = "density",
    axis: int = -1,
    average: str = "mean",
) -> tuple[Any, Any]:
    """The power spectral density of a signal: a real mean over overlapping pieces. See `csd`.

    >>> f, p = welch(wnp.sin(0.5 * wnp.pi * wnp.arange(64.0)), nperseg=8)
    >>> f[wnp.argmax(p)]
    Array(0.25, dtype=float32)
    """
    return _density(
        "welch", x, None, fs, window, nperseg, noverlap, nfft, detrend, return_onesided, scaling, axis, average
    )


def _signals(function: str, x: Any, y: Any, axis: int) -> tuple[list[Any], int]:
    """The signals with time as their last dimension, and where it was in their broadcast shape."""
    given = [as_array(function, v) for v in ((x,) if y is None else (x, y))]
    arrays = promote(function, given, inexact=True)
    places = [axis_index(function, axis, v.ndim) for v in arrays]
    arrays = [wnp.moveaxis(v, i, -1) for v, i in zip(arrays, places, strict=True)]
    rank = max(v.ndim for v in arrays)
    broadcast_shapes(function, *(v.shape[:-1] for v in arrays))
    size = max(v.shape[-1] for v in arrays)
    arrays = [wnp.pad(v, [(0, 0)] * (v.ndim - 1) + [(0, size - v.shape[-1])]) for v in arrays]
    return arrays, axis_index(function, axis, rank)


def _density(
    function: str, x: Any, y: Any, fs: Any, window: Any, nperseg: Any, noverlap: Any, nfft: Any, detrend: Any,
    return_onesided: bool, scaling: str, axis: int, average: str,
) -> tuple[Any, Any]:  # fmt: skip
    if scaling not in ("density", "spectrum"):
        raise ValueError(f"{function}: expected a scaling of density or spectrum but got {scaling!r}")
    if average not in ("mean", "median"):
        raise ValueError(f"{function}: expected an average of mean or median but got {average!r}")
    signals, axis = _signals(function, x, y, axis)
    real = signals[0].real.dtype
    if not all(v.size for v in signals):
        shape = broadcast_shapes(function, *(v.shape for v in signals))
        empty = wnp.moveaxis(wnp.zeros(shape, real), -1, axis)
        return empty, empty if y is None else empty.astype(dtypes.promote_types(real, "complex64"))
    cut = frames(function, signals[0].shape[-1], window, nperseg, noverlap, nfft, real)
    onesided = is_onesided(function, return_onesided, *signals)
    trend = trend_remover(function, detrend)
    first, *second = [transformed(v, cut, trend, onesided) for v in signals]
    power = first.conj() * second[0] if second else first.real**2 + first.imag**2
    if scaling == "density":
        power = power / (fs * wnp.sum(cut.window * cut.window))
    else:
        power = power / wnp.square(wnp.sum(cut.window))
    if onesided:  # a negative frequency has the power of its positive one; zero and the highest even one have none
        twice = np.full(power.shape[-1], 2)
        twice[0] = 1
        twice[-1] = 2 if cut.nfft % 2 else 1
        power = power * wnp.asarray(twice.astype(real))
    return frequencies(cut, fs, onesided, real), wnp.moveaxis(_averaged(power, average), -1, axis)


def _averaged(power: Any, average: str) -> Any:
    """Over the pieces, the dimension before the last."""
    n = power.shape[-2]
    if average == "mean" or n == 1:
        return wnp.mean(power, -2)
    steps = np.arange(2, n, 2)
    bias = float(1 + np.sum(1 / (steps + 1) - 1 / steps))  # of the median of a chi squared distribution
    if power.dtype.kind == "c":
        return lax.complex(wnp.median(power.real, -2), wnp.median(power.imag, -2)) / bias
    return wnp.median(power, -2) / bias
