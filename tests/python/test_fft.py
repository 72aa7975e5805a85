# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Fourier transforms: wengert.numpy.fft against NumPy, and the form without a library of the host."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert.interpreter import Program

NORMS = (None, "backward", "ortho", "forward")


def signal(*shape, real=False, seed=0):
    rng = np.random.default_rng([seed, *shape])
    x = rng.normal(size=shape)
    return x if real else x + 1j * rng.normal(size=shape)


def assert_near(got, expected, tolerance=2e-6, context=""):
    """Equal up to a part of the greatest entry: that is what a fast transform promises."""
    got, expected = np.asarray(got), np.asarray(expected)
    assert got.shape == expected.shape, context
    scale = np.abs(expected).max(initial=1e-30)
    assert np.abs(got - expected).max(initial=0) <= tolerance * scale, context


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("name", ["fft", "ifft", "rfft", "irfft", "hfft", "ihfft"])
def test_one_dimension(name, norm):
    x = signal(3, 4, 5, real=name in ("rfft", "ihfft"))
    single = x.astype(np.float32 if x.dtype.kind == "f" else np.complex64)
    for n in (None, 1, 3, 5, 8):
        for axis in (-1, 0, 1):
            expected = getattr(np.fft, name)(x, n, axis, norm)
            got = getattr(wnp.fft, name)(single, n, axis, norm)
            assert_near(got, expected, context=f"{n}, {axis}")
            assert got.dtype == (np.float32 if expected.dtype.kind == "f" else np.complex64)


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("name", ["fftn", "ifftn", "rfftn", "irfftn"])
def test_many_dimensions(name, norm):
    x = signal(3, 4, 5, real=name == "rfftn")
    single = x.astype(np.float32 if x.dtype.kind == "f" else np.complex64)
    for s, axes in ((None, None), ((2, 3), (0, 2)), ((6,), (1,)), ((4, 4, 4), (2, 0, 1)), (None, (1, 0))):
        assert_near(getattr(wnp.fft, name)(single, s, axes, norm), getattr(np.fft, name)(x, s, axes, norm))
    two = name.removesuffix("n") + "2"
    assert_near(getattr(wnp.fft, two)(single, norm=norm), getattr(np.fft, two)(x, norm=norm))


def test_more_than_three_dimensions():
    x = signal(2, 3, 2, 3, 4, real=True).astype(np.float32)
    spectrum = wnp.fft.rfftn(x)
    assert_near(spectrum, np.fft.rfftn(x))
    assert_near(wnp.fft.irfftn(spectrum), x)
    assert_near(wnp.fft.fftn(x), np.fft.fftn(x))


def test_double_precision():
    with wg.enable_x64():
        x = signal(5, 7)
        got = wnp.fft.fft2(x)
        assert got.dtype == np.complex128
        assert_near(got, np.fft.fft2(x), 1e-15)


def test_frequencies_and_shifts():
    for n in (1, 2, 5, 8):
        np.testing.assert_allclose(wnp.fft.fftfreq(n, 0.3), np.fft.fftfreq(n, 0.3), rtol=1e-6)
        np.testing.assert_allclose(wnp.fft.rfftfreq(n, 0.3), np.fft.rfftfreq(n, 0.3), rtol=1e-6)
    x = np.arange(15).reshape(3, 5)
    for axes in (None, 0, (1,), (0, 1)):
        np.testing.assert_array_equal(wnp.fft.fftshift(x, axes), np.fft.fftshift(x, axes))
        np.testing.assert_array_equal(wnp.fft.ifftshift(x, axes), np.fft.ifftshift(x, axes))


def test_transforms():
    """The gradient of the energy of a spectrum is that of the signal (Parseval), compiled, batched and not."""
    energy = lambda x: wnp.sum(wnp.abs(wnp.fft.fft(x)) ** 2)
    x = signal(3, 6, real=True).astype(np.float32)
    for grad in (wg.grad(energy), wg.jit(wg.grad(energy))):
        np.testing.assert_allclose(grad(x[0]), 12 * x[0], rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(wg.jit(wg.vmap(wg.grad(energy)))(x), 12 * x, rtol=1e-5, atol=1e-5)
    half = lambda x: wnp.sum(wnp.fft.irfft(wnp.fft.rfft(x) * 2.0, 6) * x)
    np.testing.assert_allclose(wg.grad(half)(x[0]), 4 * x[0], rtol=1e-5, atol=1e-5)


# 37 and 251 are products with one matrix, 257 and 262 = 2 * 131 ... have no factors, or large ones.
LENGTHS = (1, 2, 3, 4, 5, 8, 12, 31, 32, 37, 64, 100, 128, 251, 257, 262, 521, 1000, 1024, 1042)


def decomposed(fft_type, lengths, shape, dtype):
    f = lambda x: wg.lax.fft(x, fft_type, lengths)
    module = wg.make_jaxpr(f)(wg.ShapeDtypeStruct(shape, dtype))
    module.module.run("wg-decompose")
    assert "wg.fft" not in module.module.to_text()
    return Program(module.module, module.name)


@pytest.mark.parametrize("n", LENGTHS)
def test_form_without_a_library(n):
    """Of the four transforms, in both precisions; as exact as SciPy's up to a small factor."""
    with wg.enable_x64():
        for real_type, tolerance in (("float32", 1e-6), ("float64", 2e-14)):
            complex_type = "complex64" if real_type == "float32" else "complex128"
            x, r = signal(2, n).astype(complex_type), signal(2, n, real=True).astype(real_type)
            half = np.fft.rfft(r.astype(np.float64)).astype(complex_type)
            cases = (
                ("FFT", x, np.fft.fft(x.astype(np.complex128))),
                ("IFFT", x, np.fft.ifft(x.astype(np.complex128))),
                ("RFFT", r, np.fft.rfft(r.astype(np.float64))),
                ("IRFFT", half, np.fft.irfft(half.astype(np.complex128), n)),
            )
            for fft_type, operand, expected in cases:
                (got,) = decomposed(fft_type, (n,), operand.shape, operand.dtype)([operand])
                assert_near(got, expected, tolerance, f"{fft_type} {n} {real_type}")


@pytest.mark.parametrize("lengths", [(3, 4), (5, 6), (2, 3, 5)])
def test_form_without_a_library_in_many_dimensions(lengths):
    x = signal(2, *lengths).astype(np.complex64)
    axes = tuple(range(1, x.ndim))
    real = x.real.copy()
    half = np.fft.rfftn(real, lengths, axes).astype(np.complex64)
    for fft_type, operand, expected in (
        ("FFT", x, np.fft.fftn(x, lengths, axes)),
        ("IFFT", x, np.fft.ifftn(x, lengths, axes)),
        ("RFFT", real, np.fft.rfftn(real, lengths, axes)),
        ("IRFFT", half, np.fft.irfftn(half, lengths, axes)),
    ):
        (got,) = decomposed(fft_type, lengths, operand.shape, operand.dtype)([operand])
        assert_near(got, expected, context=fft_type)


@pytest.mark.slow
@pytest.mark.parametrize("n", [12, 37, 96, 262])
def test_exported(n):
    """A file runs without this process: nothing in it calls Python."""
    from wengert import aot

    x = signal(3, n, real=True).astype(np.float32)
    data = aot.export(lambda x: wnp.abs(wnp.fft.rfft(x)), wg.ShapeDtypeStruct(x.shape, "float32"))
    assert b"wengert_host" not in data
    assert_near(aot.load_exported(data)(x), np.abs(np.fft.rfft(x)))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: wnp.fft.fft(wnp.ones(3), 0), wg.errors.ShapeError, "expected at least one element along each axis"),
        (
            lambda: wnp.fft.rfft(wnp.ones(3) + 1j),
            wg.errors.DtypeError,
            "expected real numbers for RFFT but got complex64",
        ),
        (lambda: wnp.fft.fft(wnp.ones(3), norm="x"), ValueError, "expected a norm of backward, ortho, forward"),
        (lambda: wnp.fft.hfft(wnp.ones(3), norm="x"), ValueError, "expected a norm of backward, ortho, forward"),
        (lambda: wnp.fft.fft2(wnp.ones(3)), wg.errors.ShapeError, "fft2: expected an axis"),
        (lambda: wnp.fft.fftn(wnp.ones((2, 2)), axes=(0, 0)), wg.errors.ShapeError, "expected axes that differ"),
        (lambda: wnp.fft.fftn(wnp.ones((2, 2)), (1,), (0, 1)), wg.errors.ShapeError, "expected a length for each of 2"),
        (lambda: wnp.fft.fftfreq(0), ValueError, "expected at least one sample but got 0"),
        (lambda: wnp.fft.rfftfreq([1]), ValueError, "expected one number of samples"),
        (lambda: wg.lax.fft(wnp.ones((2, 3)), "FFT", (4,)), wg.errors.ShapeError, r"are \(4,\) but got shape \(2, 3\)"),
        (lambda: wg.lax.fft(wnp.ones((2, 3)), "IRFFT", ()), wg.errors.ShapeError, "last one to three dimensions"),
        (lambda: wg.lax.fft(wnp.ones(3), "XFFT", (3,)), ValueError, "expected an fft_type of FFT, IFFT, RFFT, IRFFT"),
    ],
)
def test_message(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_types_by_name_and_number():
    x = wnp.arange(4.0)
    expected = wg.lax.fft(x, "FFT", (4,))
    for fft_type in (wg.lax.FftType.FFT, "fft", "FftType.FFT"):
        np.testing.assert_array_equal(wg.lax.fft(x, fft_type, (4,)), expected)
    assert wg.lax.fft(wnp.zeros((0, 4)), "RFFT", (4,)).shape == (0, 3)
    assert wg.lax.fft(wnp.zeros((0, 3)), "IRFFT", (4,)).dtype == np.float32


@pytest.mark.parametrize("name", ["fft2", "ifft2", "rfft2", "irfft2"])
def test_two_axes(name):
    with pytest.raises(wg.errors.ShapeError, match=rf"{name}: expected two axes but got \(0,\)"):
        getattr(wnp.fft, name)(wnp.ones((2, 3)), axes=[0])


def test_fft_over_no_dimension():
    x = wnp.ones((2, 3), "complex64")
    assert wg.lax.fft(x, "FFT", ()).tolist() == x.tolist()
