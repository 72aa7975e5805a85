# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tangents of integers and bools: arrays of type float0, which have a shape and no data."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors
from wengert.dtypes import float0

mixed = lambda n, x: x * n


def is_float0(x, shape=()):
    return isinstance(x, np.ndarray) and x.dtype == float0 and x.shape == shape


@pytest.mark.parametrize("transform", [lambda f: f, wg.jit], ids=["eager", "jit"])
class TestGradients:
    def test_allow_int(self, transform):
        dn, dx = transform(wg.grad(mixed, argnums=(0, 1), allow_int=True))(3, 2.0)
        assert is_float0(dn)
        assert float(dx) == 3
        assert is_float0(transform(wg.grad(lambda n: n * 2.0, allow_int=True))(3))
        dn, dx = transform(wg.grad(lambda n, x: wnp.where(n, x, 0.0).sum(), (0, 1), allow_int=True))(
            wnp.array([True, False]), wnp.ones(2)
        )
        assert is_float0(dn, (2,))
        np.testing.assert_array_equal(dx, [1, 0])

    def test_twice_with_one_signature(self, transform):
        f = transform(wg.grad(mixed, argnums=(0, 1), allow_int=True))
        for n in (3, 4, 5):
            dn, dx = f(n, 2.0)
            assert is_float0(dn)
            assert float(dx) == n

    def test_vmap(self, transform):
        f = wg.vmap(wg.grad(mixed, argnums=(0, 1), allow_int=True))
        dn, dx = transform(f)(wnp.arange(3), wnp.ones(3))
        assert is_float0(dn, (3,))
        np.testing.assert_array_equal(dx, [0, 1, 2])

    def test_vjp(self, transform):
        def back(n, x):
            y, pullback = wg.vjp(lambda n, x: (x * n, n + 1), n, x)
            return y, pullback((1.0, np.zeros((), float0)))

        (y, m), (dn, dx) = transform(back)(3, 2.0)
        assert (float(y), int(m), float(dx)) == (6, 4, 3)
        assert is_float0(dn)

    def test_jvp(self, transform):
        def along(n, x):
            return wg.jvp(lambda n, x: (x * n, n + 1), (n, x), (np.zeros((), float0), 1.0))

        (y, m), (dy, dm) = transform(along)(3, 2.0)
        assert (float(y), int(m), float(dy)) == (6, 4, 3)
        assert is_float0(dm)

    def test_linearize(self, transform):
        def along(n, x):
            return wg.linearize(mixed, n, x)[1](np.zeros((), float0), 2.0)

        assert float(transform(along)(3, 2.0)) == 6

    def test_jacrev(self, transform):
        dn, dx = transform(wg.jacrev(lambda n, x: n * x, argnums=(0, 1), allow_int=True))(wnp.arange(2), wnp.ones(2))
        assert is_float0(dn, (2, 2))
        np.testing.assert_array_equal(dx, [[0, 0], [0, 1]])

    def test_as_an_argument(self, transform):
        f = transform(lambda t, x: wg.jvp(mixed, (3, x), (t, 1.0))[1])
        assert float(f(np.zeros((), float0), 2.0)) == 3
        assert float(f(np.zeros((), float0), 5.0)) == 3
        batched = transform(wg.vmap(lambda t, x: wg.jvp(mixed, (3, x), (t, 1.0))[1]))
        np.testing.assert_array_equal(batched(np.zeros(2, float0), wnp.ones(2)), [3, 3])


class TestRefusals:
    def test_tangents_of_integers(self):
        problem = r"jvp: expected a tangent of type float0\[\], because the value is int32, but got int32\[\]"
        with pytest.raises(errors.DtypeError, match=problem) as caught:
            wg.jvp(mixed, (3, 2.0), (1, 1.0))
        assert "remedy: pass numpy.zeros((), wengert.dtypes.float0)" in str(caught.value)
        with pytest.raises(errors.DtypeError, match=r"of type float0\[2\].*but got float0\[\]"):
            wg.jvp(lambda n: n * 2.0, (wnp.arange(2),), (np.zeros((), float0),))
        with pytest.raises(errors.DtypeError, match="linear function of linearize"):
            wg.linearize(mixed, 3, 2.0)[1](1.0, 1.0)

    def test_cotangents_of_integers(self):
        pullback = wg.vjp(lambda x: (x, wnp.int32(x)), 2.0)[1]
        with pytest.raises(errors.DtypeError, match=r"pullback of vjp.*expected a cotangent of type float0"):
            pullback((1.0, 1))

    def test_integers_need_allow_int(self):
        with pytest.raises(errors.IntegerGradError, match="allow_int=True"):
            wg.grad(mixed)(3, 2.0)

    def test_arithmetic(self):
        with pytest.raises(errors.UnsupportedTypeError, match="float0"):
            wnp.ones(2) + np.zeros(2, float0)
