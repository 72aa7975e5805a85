# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wengert.scipy.signal against SciPy over shapes and modes; transforms; messages."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import scipy.signal
from hypothesis import given, settings
from hypothesis import strategies as st

import wengert as wg
import wengert.numpy as wnp
from wengert import errors
from wengert.scipy import signal

RNG = np.random.default_rng(0)
X = RNG.normal(size=(3, 100)).astype(np.float32)
MODES = ("full", "same", "valid")
SIZES = st.lists(st.tuples(st.integers(1, 6), st.integers(1, 6)), min_size=1, max_size=3)


def close(got, expected, tolerance=2e-4):
    np.testing.assert_allclose(np.asarray(got), expected, rtol=tolerance, atol=tolerance)


@settings(max_examples=40, deadline=None)
@given(SIZES, st.sampled_from(MODES), st.booleans(), st.booleans())
def test_convolutions(sizes, mode, swapped, is_complex):
    large, small = ([f(p) for p in sizes] for f in (max, min))
    a, b = (RNG.normal(size=n).astype(np.float32) for n in (large, small))
    if is_complex:
        a, b = a + 1j * a[::-1], b - 2j
    if swapped:
        a, b = b, a
    for name in ("convolve", "correlate"):
        if name == "correlate" and swapped and mode == "same":
            continue  # SciPy's result has the size of the second array
        for method in ("direct", "fft"):
            close(getattr(signal, name)(a, b, mode, method), getattr(scipy.signal, name)(a, b, mode))
    close(signal.fftconvolve(a, b, mode), scipy.signal.fftconvolve(a, b, mode))
    if a.ndim == 2:
        for name in ("convolve2d", "correlate2d"):
            close(getattr(signal, name)(a, b, mode), getattr(scipy.signal, name)(a, b, mode))


@pytest.mark.parametrize("boundary", ["fill", "wrap", "symm"])
@pytest.mark.parametrize("mode", MODES)
def test_boundaries(mode, boundary):
    a = RNG.normal(size=(5, 7)).astype(np.float32)
    for shape in ((2, 3), (3, 2), (4, 4), (1, 1)):
        b = RNG.normal(size=shape).astype(np.float32)
        for name in ("convolve2d", "correlate2d"):
            for fill in (0, 2.5):
                given = (a, b, mode, boundary, fill)
                close(getattr(signal, name)(*given), getattr(scipy.signal, name)(*given))


def test_some_axes():
    a, b = X, X[:1, :7]
    for mode in MODES:
        close(signal.fftconvolve(a, b, mode, axes=1), scipy.signal.fftconvolve(a, b, mode, axes=1))
        close(signal.fftconvolve(a.T, b.T, mode, axes=[0]), scipy.signal.fftconvolve(a.T, b.T, mode, axes=[0]))


@settings(max_examples=25, deadline=None)
@given(
    st.integers(2, 40), st.floats(0, 0.95), st.integers(0, 9), st.sampled_from(("hann", "hamming", ("kaiser", 3.0))),
    st.sampled_from((False, "constant", "linear")), st.booleans(), st.sampled_from((1.0, 12.5)),
)  # fmt: skip
def test_spectra(nperseg, overlap, more, window, trend, onesided, fs):
    noverlap, nfft = int(overlap * nperseg), nperseg + more
    how = (fs, window, nperseg, noverlap, nfft, trend, onesided)
    for scaling in ("density", "spectrum"):
        for average in ("mean", "median"):
            options = {"scaling": scaling, "average": average}
            for f in ("welch", "csd"):
                given = (X,) if f == "welch" else (X, X[:, ::-1].copy())
                for got, expected in zip(
                    getattr(signal, f)(*given, *how, **options),
                    getattr(scipy.signal, f)(*given, *how, **options),
                    strict=True,
                ):
                    close(got, expected, 1e-3)
    for boundary in ("zeros", "even", "odd", "constant", None):
        got = signal.stft(X, *how, boundary, bool(more % 2))
        for a, b in zip(got, scipy.signal.stft(X, *how, boundary, bool(more % 2)), strict=True):
            close(a, b, 1e-3)


def test_other_axes_and_signals():
    z = X + 1j * X[:, ::-1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for got, expected in (
            (signal.welch(X.T, nperseg=20, axis=0), scipy.signal.welch(X.T, nperseg=20, axis=0)),
            (signal.stft(X.T, nperseg=20, axis=0), scipy.signal.stft(X.T, nperseg=20, axis=0)),
            (signal.welch(z, nperseg=20), scipy.signal.welch(z, nperseg=20)),
            (signal.csd(X, X[:, :70], nperseg=20), scipy.signal.csd(X, X[:, :70], nperseg=20)),
            (signal.csd(X, None, nperseg=20), scipy.signal.welch(X, nperseg=20)),
            (signal.welch(X, window=np.ones(9, np.float32)), scipy.signal.welch(X, window=np.ones(9))),
            (signal.welch(X[:, :0]), scipy.signal.welch(X[:, :0])),
            (signal.stft(X[:, :0]), scipy.signal.stft(X[:, :0])),
        ):
            for a, b in zip(got, expected, strict=True):
                close(a, b)
    remover = lambda v: v - v[..., :1]
    close(signal.welch(X, nperseg=20, detrend=remover)[1], scipy.signal.welch(X, nperseg=20, detrend=remover)[1])
    with pytest.warns(UserWarning, match="welch: nperseg is 500 but the signal has 100 numbers"):
        assert signal.welch(X, nperseg=500)[0].shape == (51,)
    with pytest.warns(UserWarning, match="stft: the signal is complex"):
        signal.stft(z, nperseg=20)


def test_inverse():
    for options in ({"nperseg": 16}, {"nperseg": 15, "noverlap": 11}, {"nperseg": 16, "window": "hamming", "fs": 3.0}):
        z = scipy.signal.stft(X, **options)[2]
        (t, x), (_, expected) = signal.istft(z, **options), scipy.signal.istft(z, **options)
        close(x, expected)
        close(t, np.arange(expected.shape[-1]) / options.get("fs", 1))
    z = scipy.signal.stft(X, nperseg=16, return_onesided=False, boundary=None)[2].transpose(2, 0, 1)
    how = {"input_onesided": False, "boundary": False, "time_axis": 0, "freq_axis": 2}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the window begins with zero: without boundary the first number is lost
        close(signal.istft(z, **how)[1], scipy.signal.istft(z, **how)[1], 1e-3)


@settings(max_examples=20, deadline=None)
@given(st.sampled_from((0, 1, -1)), st.lists(st.integers(0, 3), max_size=3))
def test_detrend(axis, breaks):
    for kind in ("linear", "constant"):
        close(signal.detrend(X, axis, kind, breaks), scipy.signal.detrend(X, axis, kind, np.array(breaks, int)))
    assert signal.detrend(np.arange(4)).dtype == np.float32


def test_transforms():
    f = lambda x: wnp.sum(signal.welch(x, nperseg=16)[1] ** 2)
    g = lambda x: wnp.sum(abs(signal.stft(x, nperseg=16)[2])) + wnp.sum(signal.istft(signal.stft(x, nperseg=16)[2])[1])
    h = lambda x: wnp.sum(signal.correlate(x, x[:5], "same") ** 2) + wnp.sum(signal.detrend(x) ** 3)
    whole = lambda x: f(x) + g(x) + h(x)
    values, gradients = wg.vmap(wg.value_and_grad(whole))(X)
    close(values, [whole(x) for x in X])
    with wg.enable_x64():
        x, v = X[0].astype(float), np.cos(np.arange(100.0))
        slope = (whole(wnp.array(x + 1e-6 * v)) - whole(wnp.array(x - 1e-6 * v))) / 2e-6
    close(gradients[0] @ v.astype(np.float32), slope, 1e-3)
    compiled = wg.jit(wg.value_and_grad(whole))(X[0])
    close(compiled[0], values[0], 1e-3)
    close(compiled[1], gradients[0], 1e-3)


MESSAGES = [
    (
        lambda: signal.convolve(X, X, "some"),
        ValueError,
        "convolve: expected a mode of full, same or valid but got 'some'",
    ),
    (
        lambda: signal.convolve(X, X, method="x"),
        ValueError,
        "convolve: expected a method of auto, direct or fft but got 'x'",
    ),
    (
        lambda: signal.convolve(X, X[0]),
        errors.ShapeError,
        "expected two arrays of as many dimensions, at least one, but got",
    ),
    (lambda: signal.convolve(X, X[:, :0]), errors.ShapeError, "expected arrays that are not empty"),
    (lambda: signal.convolve(X, X.T), errors.ShapeError, "expected one array that is at least as large as the other"),
    (
        lambda: signal.convolve2d(X[0], X),
        errors.ShapeError,
        "convolve2d: expected arrays of two dimensions but got 1 and 2",
    ),
    (
        lambda: signal.correlate2d(X, X, boundary="x"),
        ValueError,
        "expected a boundary of fill, wrap or symm but got 'x'",
    ),
    (
        lambda: signal.fftconvolve(X, X[:2], axes=1),
        errors.ShapeError,
        r"expected shapes that agree in the dimensions \[0\]",
    ),
    (lambda: signal.detrend(X, type="x"), ValueError, "detrend: expected a type of linear or constant but got 'x'"),
    (lambda: signal.detrend(X, bp=200), ValueError, "detrend: expected breaks from 0 to 100"),
    (lambda: signal.detrend(X, overwrite_data=True), NotImplementedError, "detrend: expected overwrite_data None"),
    (lambda: signal.welch(X, nperseg=0), ValueError, "welch: expected nperseg of at least 1 but got 0"),
    (
        lambda: signal.welch(X, nperseg=8, noverlap=8),
        ValueError,
        "expected noverlap from 0 to 7, below nperseg, but got 8",
    ),
    (lambda: signal.welch(X, nperseg=8, nfft=4), ValueError, "welch: expected nfft of at least 8, nperseg, but got 4"),
    (lambda: signal.welch(X, scaling="x"), ValueError, "welch: expected a scaling of density or spectrum but got 'x'"),
    (lambda: signal.csd(X, X, average="x"), ValueError, "csd: expected an average of mean or median but got 'x'"),
    (
        lambda: signal.stft(X, nperseg=9, detrend=3),
        ValueError,
        "stft: expected detrend False, 'constant', 'linear' or a function but",
    ),
    (
        lambda: signal.stft(X, boundary="x"),
        ValueError,
        "stft: expected a boundary of zeros, constant, even, odd or None",
    ),
    (
        lambda: signal.stft(X, nperseg=3, window=X),
        errors.ShapeError,
        r"expected a window of shape \(3,\), nperseg, but got \(3, 100\)",
    ),
    (
        lambda: signal.welch(X, window=np.ones(101)),
        ValueError,
        "expected a window not longer than the signal of 100 but got 101",
    ),
    (lambda: signal.istft(X[0]), errors.ShapeError, "istft: expected at least two dimensions but got 1"),
    (
        lambda: signal.istft(X, time_axis=0, freq_axis=0),
        ValueError,
        "istft: expected time_axis and freq_axis to differ",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), MESSAGES)
def test_messages(call, error, message):
    with pytest.raises(error, match=message):
        call()
