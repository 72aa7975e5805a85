# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Signals cut into frames: windows, the short-time Fourier transform and its inverse."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from wengert import dtypes, errors
from wengert import numpy as wnp
from wengert.lax._operands import as_array, axis_index, convert, promote
from wengert.scipy.signal.trends import detrend as remove_trend

__all__ = ["Frames", "istft", "stft", "transformed"]


class Frames(NamedTuple):
    """How a signal is cut: the window, how far it moves, the length of the transform."""

    window: Any
    step: int
    nfft: int

    @property
    def length(self) -> int:
        return int(self.window.shape[0])


def window_values(function: str, window: Any, length: int, dtype: Any) -> Any:
    """The numbers of a window: "hann", what scipy.signal.get_window knows, or an array."""
    if isinstance(window, (str, tuple)):
        if window == "hann":
            values = np.sin(np.pi * np.arange(length) / length) ** 2 if length > 1 else np.ones(1)
        else:
            from scipy.signal import get_window

            values = get_window(window, length)
        return wnp.asarray(values.astype(dtype))
    window = convert(as_array(function, window), dtype)
    if window.ndim != 1 or window.shape[0] != length:
        raise errors.make(
            errors.ShapeError, function, f"expected a window of shape ({length},), nperseg, but got {window.shape}"
        )
    return window


def frames(
    function: str, size: int, window: Any, nperseg: int | None, noverlap: int | None, nfft: int | None, dtype: Any
) -> Frames:
    """The frames for a signal of this size.

    Raises:
      ValueError: nperseg, noverlap and nfft do not fit together.
    """
    named = isinstance(window, (str, tuple))
    if nperseg is not None and int(nperseg) < 1:
        raise ValueError(f"{function}: expected nperseg of at least 1 but got {nperseg}")
    if named:
        length = size if nperseg is None else int(nperseg)
        if length > size:
            warnings.warn(
                f"{function}: nperseg is {length} but the signal has {size} numbers, which are used", stacklevel=3
            )
            length = size
    else:
        given = as_array(function, window).shape
        length = (given[0] if given else 1) if nperseg is None else int(nperseg)
        if length > size:
            raise ValueError(f"{function}: expected a window not longer than the signal of {size} but got {length}")
    values = window_values(function, window, length, dtype)
    overlap = length // 2 if noverlap is None else int(noverlap)
    if not 0 <= overlap < length:
        raise ValueError(f"{function}: expected noverlap from 0 to {length - 1}, below nperseg, but got {noverlap}")
    points = length if nfft is None else int(nfft)
    if points < length:
        raise ValueError(f"{function}: expected nfft of at least {length}, nperseg, but got {nfft}")
    return Frames(values, length - overlap, points)


def trend_remover(function: str, detrend: Any) -> Callable[[Any], Any]:
    """What is done to every frame, along the last dimension."""
    if callable(detrend):
        return detrend  # type: ignore[no-any-return]
    if not detrend:
        return lambda x: x
    if not isinstance(detrend, str):
        raise ValueError(f"{function}: expected detrend False, 'constant', 'linear' or a function but got {detrend!r}")
    return lambda x: remove_trend(x, type=detrend)


def is_onesided(function: str, onesided: bool, *xs: Any) -> bool:
    if onesided and any(x.dtype.kind == "c" for x in xs):
        warnings.warn(f"{function}: the signal is complex: return_onesided=False is used", stacklevel=3)
        return False
    return onesided


def transformed(x: Any, frames: Frames, trend: Callable[[Any], Any], onesided: bool) -> Any:
    """The Fourier transform of every frame of the last dimension: shape (..., frames, frequencies)."""
    count = (x.shape[-1] - frames.length) // frames.step + 1
    starts = np.arange(count, dtype=np.int32)[:, None] * np.int32(frames.step)
    pieces = trend(x[..., starts + np.arange(frames.length, dtype=np.int32)])
    pieces = pieces * frames.window
    if not onesided:
        return wnp.fft.fft(pieces, frames.nfft)
    return wnp.fft.rfft(pieces.real if pieces.dtype.kind == "c" else pieces, frames.nfft)


def frequencies(frames: Frames, fs: Any, onesided: bool, dtype: Any) -> Any:
    values = (np.fft.rfftfreq if onesided else np.fft.fftfreq)(frames.nfft)
    return wnp.asarray(values.astype(dtype)) * fs


def _extended(x: Any, n: int, boundary: str | None) -> Any:
    """The last dimension with n more numbers on both sides."""
    if boundary is None or n < 1:
        return x
    width = [(0, 0)] * (x.ndim - 1) + [(n, n)]
    modes = {"zeros": "constant", "constant": "edge", "even": "reflect"}
    if boundary in modes:
        return wnp.pad(x, width, modes[boundary])
    left, right = 2 * x[..., :1] - x[..., n:0:-1], 2 * x[..., -1:] - x[..., -2 : -n - 2 : -1]
    return wnp.concatenate([left, x, right], -1)


def stft(
    x: Any,
    fs: Any = 1.0,
    window: Any = "hann",
    nperseg: int | None = 256,
    noverlap: int | None = None,
    nfft: int | None = None,
    detrend: Any = False,
    return_onesided: bool = True,
    boundary: str | None = "zeros",
    padded: bool = True,
    axis: int = -1,
) -> tuple[Any, Any, Any]:
    """The Fourier transforms of overlapping pieces of a signal, scaled by the sum of the window.

    Args:
      x: a signal, real or complex; integers become floats.
      fs: how many numbers it has in a unit of time.
      window: the name of one that scipy.signal.get_window knows, or an array of shape (nperseg,).
      nperseg: the size of a piece, at most that of the signal, which is None.
      noverlap: how much of it belongs to the next one too; half of it by default.
      nfft: the size of a transform, at least nperseg (the default): pieces are filled up with zeros.
      detrend: False, "constant", "linear" (see `detrend`) or a function of the pieces, shape (..., nperseg).
      return_onesided: for a real signal the frequencies from zero up, and not the negative ones, which are conjugates.
      boundary: what is put before and after the signal, nperseg // 2 numbers each: "zeros", "constant" for the edges,
        "even" and "odd" for reflections, or None.
      padded: add zeros at the end so that every number is in a piece.
      axis: the dimension of x.

    Returns:
      The frequencies, the times, and the transforms, in which the frequencies are in the place of `axis` and the times
      in a new last dimension.

    Raises:
      ShapeError: no such axis, or a window of another size.
      ValueError: sizes that do not fit together, another boundary or detrend.

    >>> f, t, z = stft(wnp.sin(wnp.arange(64.0)), nperseg=16)
    >>> f.shape, t.shape, z.shape
    ((9,), (9,), (9, 9))
    """
    (x,) = promote("stft", (x,), inexact=True)
    axis = axis_index("stft", axis, x.ndim)
    if boundary not in ("zeros", "constant", "even", "odd", None):
        raise ValueError(f"stft: expected a boundary of zeros, constant, even, odd or None but got {boundary!r}")
    real = x.real.dtype
    if not x.size:
        empty = wnp.zeros(x.shape, real)
        return empty, empty, wnp.zeros(x.shape, dtypes.promote_types(real, "complex64"))
    cut = frames("stft", x.shape[axis], window, nperseg, noverlap, nfft, real)
    onesided = is_onesided("stft", return_onesided, x)
    x = _extended(wnp.moveaxis(x, axis, -1), cut.length // 2, boundary)
    if padded:
        more = -(x.shape[-1] - cut.length) % cut.step
        x = wnp.pad(x, [(0, 0)] * (x.ndim - 1) + [(0, more)])
    z = transformed(x, cut, trend_remover("stft", detrend), onesided) / wnp.sum(cut.window)
    times = wnp.asarray((np.arange(z.shape[-2]) * cut.step + (0 if boundary else cut.length / 2)).astype(real)) / fs
    return frequencies(cut, fs, onesided, real), times, wnp.moveaxis(wnp.swapaxes(z, -1, -2), -2, axis)


def _overlapped(pieces: Any, step: int) -> Any:
    """The sum of pieces, shape (..., count, length), that each begin `step` after the one before."""
    *batch, count, length = pieces.shape
    blocks = -(-length // step)
    pieces = wnp.pad(pieces, [(0, 0)] * (len(batch) + 1) + [(0, blocks * step - length)])
    pieces = wnp.reshape(pieces, (*batch, count, blocks, step))
    total: Any = 0
    for i in range(blocks):  # block i of each piece falls on block i of the result
        around = [(0, 0)] * len(batch) + [(i, blocks - 1 - i), (0, 0)]
        total = total + wnp.pad(pieces[..., i, :], around)
    out = wnp.reshape(total, (*batch, (count + blocks - 1) * step))
    return out[..., : step * (count - 1) + length]


def istft(
    Zxx: Any,
    fs: Any = 1.0,
    window: Any = "hann",
    nperseg: int | None = None,
    noverlap: int | None = None,
    nfft: int | None = None,
    input_onesided: bool = True,
    boundary: bool = True,
    time_axis: int = -1,
    freq_axis: int = -2,
) -> tuple[Any, Any]:
    """The signal of a short-time Fourier transform, the one of least squares (Griffin and Lim, 1984).

    Args:
      Zxx: what `stft` gives, of two or more dimensions.
      fs, window, nperseg, noverlap, nfft: as they were there; nperseg and nfft follow from the frequencies by default.
      input_onesided: there are no negative frequencies: the signal is real.
      boundary: the signal was extended: that is taken away.
      time_axis, freq_axis: the dimensions of Zxx.

    Returns:
      The times and the signal, whose time is in the place of `time_axis`, without `freq_axis`.

    Raises:
      ShapeError: no such axes, one dimension or a window of another size.
      ValueError: sizes that do not fit together, or one axis for both.

    >>> x = wnp.sin(wnp.arange(64.0))
    >>> t, y = istft(stft(x, nperseg=16)[2])
    >>> wnp.allclose(x, y, atol=1e-5)
    Array(True, dtype=bool)
    """
    z = as_array("istft", Zxx)
    if z.ndim < 2:
        raise errors.make(errors.ShapeError, "istft", f"expected at least two dimensions but got {z.ndim}")
    freq_axis, time_axis = axis_index("istft", freq_axis, z.ndim), axis_index("istft", time_axis, z.ndim)
    if freq_axis == time_axis:
        raise ValueError(f"istft: expected time_axis and freq_axis to differ but got {time_axis} for both")
    z = convert(z, dtypes.promote_types(z.dtype, "complex64"))
    usual = 2 * (z.shape[freq_axis] - 1) if input_onesided else z.shape[freq_axis]
    length = usual if nperseg is None else int(nperseg)
    points = nfft if nfft is not None else usual + (input_onesided and length == usual + 1)
    cut = frames("istft", max(length, 1), window, length, noverlap, points, z.real.dtype)
    z = wnp.moveaxis(z, (freq_axis, time_axis), (-1, -2))
    pieces = (wnp.fft.irfft if input_onesided else wnp.fft.ifft)(z, cut.nfft)[..., : cut.length] * wnp.sum(cut.window)
    x = _overlapped(pieces * cut.window, cut.step)
    norm = _overlapped(wnp.broadcast_to(cut.window * cut.window, (z.shape[-2], cut.length)), cut.step)
    if boundary:
        edge = cut.length // 2
        x, norm = (v[..., edge : v.shape[-1] - edge] for v in (x, norm))
    x = x / wnp.where(norm > 1e-10, norm, 1)
    times = wnp.asarray(np.arange(x.shape[-1]).astype(norm.dtype)) / fs
    return times, wnp.moveaxis(x, -1, time_axis - (freq_axis < time_axis))
