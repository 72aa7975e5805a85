# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Discrete cosine transforms against SciPy; transforms; messages."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.fft
from hypothesis import given, settings
from hypothesis import strategies as st

import wengert as wg
import wengert.numpy as wnp
from wengert import errors
from wengert.scipy import fft

RNG = np.random.default_rng(0)


def close(got, expected, tolerance=1e-9):
    np.testing.assert_allclose(np.asarray(got), expected, rtol=tolerance, atol=tolerance)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(2, 9), st.sampled_from((1, 2, 3, 4)), st.sampled_from((None, "backward", "forward", "ortho")),
    st.sampled_from((None, 2, 5, 12)), st.sampled_from((0, 1, -1)),
)  # fmt: skip
def test_one_axis(size, kind, norm, n, axis):
    x = RNG.normal(size=(size, size))
    with wg.enable_x64():
        for name in ("dct", "idct"):
            close(getattr(fft, name)(x, kind, n, axis, norm), getattr(scipy.fft, name)(x, kind, n, axis, norm))
        for name in ("dctn", "idctn"):
            s = None if n is None else [n]
            for axes in (None if n is None else [axis], [axis]):
                close(getattr(fft, name)(x, kind, s, axes, norm), getattr(scipy.fft, name)(x, kind, s, axes, norm))


def test_types_and_transforms():
    x = RNG.normal(size=(3, 6)).astype(np.float32)
    assert fft.dct(np.arange(4)).dtype == np.float32 and fft.dct(np.ones(1)).shape == (1,)
    close(fft.dctn(x, s=[4]), scipy.fft.dctn(x, s=[4]), 1e-5)
    for kind in (1, 2, 3, 4):
        f = lambda x, kind=kind: fft.idct(wnp.tanh(fft.dct(x, kind, norm="ortho")), kind, norm="ortho")
        close(wg.vmap(f)(x), f(x), 1e-5)
        gradient = wg.grad(lambda x, kind=kind: wnp.sum(fft.dct(x, kind, norm="ortho") ** 2))(x)
        if kind != 1:
            close(gradient, 2 * x, 1e-4)  # it is orthogonal
    close(wg.jit(fft.dctn)(x), fft.dctn(x), 1e-4)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x: fft.dct(x, 5), ValueError, "dct: expected a type from 1 to 4 but got 5"),
        (lambda x: fft.dct(x, norm="x"), ValueError, "expected a norm of None, backward, forward or ortho but got 'x'"),
        (lambda x: fft.dct(x, n=0), ValueError, "dct: expected n of at least 1 but got 0"),
        (lambda x: fft.dct(x + 1j), errors.DtypeError, "dct: expected a real array but got complex64"),
        (lambda x: fft.idct(x[:0]), errors.ShapeError, "idct: expected at least 1 elements for type 2 but got 0"),
        (lambda x: fft.dct(x[:1], 1), errors.ShapeError, "dct: expected at least 2 elements for type 1 but got 1"),
        (lambda x: fft.dct(x, axis=1), errors.ShapeError, "dct: expected an axis"),
        (lambda x: fft.dctn(x, s=[2], axes=[0, 0]), ValueError, "expected a size for each of some distinct axes"),
    ],
)
def test_messages(call, error, message):
    with pytest.raises(error, match=message):
        call(np.ones(3, np.float32))
