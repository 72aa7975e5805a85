# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Complex numbers: derivatives by JAX's conventions, what is refused, and the functions of wengert.numpy."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, lax

Z = np.array([1 + 2j, -0.5 + 0.25j, 3 - 1j], np.complex64)


def close(got, expected, **tolerance):
    np.testing.assert_allclose(np.asarray(got), expected, **{"rtol": 1e-6, "atol": 1e-6, **tolerance})


class TestGrad:
    def test_real_function_of_complex_numbers(self):
        """df/dx - i df/dy"""
        close(wg.grad(lambda z: wnp.abs(z) ** 2)(1 + 2j), 2 * (1 - 2j))
        close(wg.grad(wnp.abs)(3 + 4j), (3 - 4j) / 5)
        close(wg.grad(lambda z: wnp.real(z * z))(1 + 2j), 2 * (1 + 2j))
        close(wg.grad(lambda z: wnp.imag(z))(1 + 2j), -1j)
        close(wg.grad(lambda z: wnp.sum(wnp.abs(z) ** 2))(Z), 2 * Z.conj())

    def test_differences(self):
        """The convention, by differences along both axes."""

        def f(z):
            return wnp.sum(wnp.real(wnp.sin(z) * wnp.conj(z)) + wnp.abs(wnp.exp(z)))

        with wg.enable_x64():
            z, h = Z.astype(np.complex128), 1e-6
            gradient = wg.grad(f)(z)
            for i in range(len(z)):
                step = np.where(np.arange(len(z)) == i, h, 0)
                dx = (f(z + step) - f(z - step)) / (2 * h)
                dy = (f(z + 1j * step) - f(z - 1j * step)) / (2 * h)
                close(gradient[i], complex(dx) - 1j * complex(dy), rtol=1e-7)

    def test_descent_goes_along_the_conjugate(self):
        z = wnp.array(1 + 1j)
        loss = lambda z: wnp.abs(z - (2 - 3j)) ** 2
        for _ in range(50):
            z = z - 0.2 * wnp.conj(wg.grad(loss)(z))
        close(z, 2 - 3j, atol=1e-5)

    def test_holomorphic(self):
        derivative = wg.grad(lambda z: z * z * wnp.exp(z), holomorphic=True)
        z = 0.5 + 0.25j
        close(derivative(z), (2 * z + z * z) * np.exp(z))
        assert derivative(z).dtype == np.complex64

    def test_holomorphic_higher(self):
        third = wg.grad(wg.grad(wg.grad(wnp.sin, holomorphic=True), holomorphic=True), holomorphic=True)
        close(third(1 + 1j), -np.cos(1 + 1j))

    def test_real_argument_in_complex_code(self):
        """The cotangent of what a real array becomes has a real part only."""
        close(wg.grad(lambda x: wnp.real(wnp.exp(1j * x)))(0.5), -np.sin(0.5))
        close(wg.grad(lambda x: wnp.abs(x + 1j))(1.0), 1 / np.sqrt(2))
        assert wg.grad(lambda x: wnp.abs(x + 1j))(1.0).dtype == np.float32

    def test_compiled(self):
        f = wg.jit(wg.grad(lambda z: wnp.sum(wnp.abs(wnp.sin(z)) ** 2)))
        close(f(Z), wg.grad(lambda z: wnp.sum(wnp.abs(wnp.sin(z)) ** 2))(Z), rtol=1e-5)

    @pytest.mark.parametrize("jit", [lambda f: f, wg.jit], ids=["eager", "jit"])
    def test_at_zero(self, jit):
        """The absolute value has the derivative 0 at 0, the root of the squares too, and nothing becomes nan."""
        zero = np.zeros(2, np.complex64)
        close(jit(wg.grad(lambda z: wnp.sum(wnp.abs(z))))(zero), zero)
        close(jit(wg.grad(wnp.linalg.norm))(zero), zero)
        value, tangent = wg.jvp(jit(wnp.abs), (zero,), (zero + 1j,))
        assert value.dtype == tangent.dtype == np.float32
        close(tangent, np.zeros(2))
        masked = lambda z: wnp.sum(wnp.abs(wnp.where(z == 0, 0, wnp.log(z))))
        assert np.isfinite(np.asarray(jit(wg.grad(masked))(zero))).all()

    def test_value_and_grad(self):
        value, gradient = wg.value_and_grad(lambda z, x: wnp.abs(z) * x, argnums=(0, 1))(3 + 4j, 2.0)
        close(value, 10)
        close(gradient[0], 2 * (3 - 4j) / 5)
        close(gradient[1], 5)


class TestJacobians:
    def test_holomorphic(self):
        f = lambda z: wnp.stack([z[0] * z[1], z[1] ** 2])
        expected = np.array([[Z[1], Z[0]], [0, 2 * Z[1]]])
        close(wg.jacfwd(f, holomorphic=True)(Z[:2]), expected)
        close(wg.jacrev(f, holomorphic=True)(Z[:2]), expected)

    def test_complex_results_of_real_arguments(self):
        close(wg.jacfwd(lambda x: wnp.exp(1j * x))(np.float32(0.5)), 1j * np.exp(0.5j))

    def test_real_results_of_complex_arguments(self):
        close(wg.jacrev(wnp.abs)(Z), np.diag(Z.conj() / np.abs(Z)))

    def test_hessian(self):
        close(wg.hessian(lambda z: z**3, holomorphic=True)(1j), 6j)


class TestJvpVjp:
    def test_jvp(self):
        value, tangent = wg.jvp(lambda z: z * z, (1 + 2j,), (1j,))
        close(value, (1 + 2j) ** 2)
        close(tangent, 2 * (1 + 2j) * 1j)

    def test_vjp_does_not_conjugate(self):
        _, pullback = wg.vjp(lambda z: (2 + 1j) * z, 1j)
        close(pullback(1 + 0j)[0], 2 + 1j)

    def test_vjp_of_parts(self):
        close(wg.vjp(wnp.real, 1j)[1](2.0)[0], 2)
        close(wg.vjp(wnp.imag, 1j)[1](2.0)[0], -2j)
        close(wg.vjp(wnp.conj, 1j)[1](2 + 1j)[0], 2 - 1j)
        re, im = wg.vjp(lax.complex, 1.0, 2.0)[1](3 + 4j)
        close(re, 3)
        close(im, -4)

    def test_conversion_transposes_to_the_real_part(self):
        _, pullback = wg.vjp(lambda x: x.astype(np.complex64), 1.0)
        gradient = pullback(2 + 5j)[0]
        close(gradient, 2)
        assert gradient.dtype == np.float32

    def test_linearize(self):
        value, linear = wg.linearize(lambda z: wnp.exp(z) * wnp.conj(z), 1j)
        close(value, np.exp(1j) * -1j)
        close(linear(1 + 0j), np.exp(1j) * -1j + np.exp(1j))

    def test_linear_transpose(self):
        transposed = wg.linear_transpose(lambda z: 1j * wnp.conj(z), np.complex64(0))
        close(transposed(2 + 1j)[0], np.conj(1j * (2 + 1j)))

    def test_stop_gradient(self):
        f = lambda z: wnp.abs(z * lax.stop_gradient(z))
        close(wg.grad(f)(3 + 4j), 5 * (3 - 4j) / 5)

    def test_vmap(self):
        close(wg.vmap(wg.grad(wnp.abs))(Z), Z.conj() / np.abs(Z))


def refused(run, cls, message):
    with pytest.raises(cls) as raised:
        run()
    text = str(raised.value)
    assert message in text, text
    assert "remedy" in text


class TestRefused:
    @pytest.mark.parametrize("gradient", [wg.grad, wg.jacrev], ids=["grad", "jacrev"])
    def test_complex_result(self, gradient):
        name = gradient.__name__
        message = f"{name}(square): expected a real result but got complex64"
        refused(lambda: gradient(wnp.square)(1 + 2j), errors.DtypeError, message)
        refused(lambda: gradient(lambda x: x * 1j)(1.0), errors.DtypeError, "expected a real result but got complex64")

    def test_complex_argument_of_jacfwd(self):
        message = "jacfwd(square): expected a real argument but got complex64"
        refused(lambda: wg.jacfwd(wnp.square)(1 + 2j), errors.DtypeError, message)

    @pytest.mark.parametrize("gradient", [wg.grad, wg.jacfwd, wg.jacrev], ids=["grad", "jacfwd", "jacrev"])
    def test_real_argument_with_holomorphic(self, gradient):
        message = "expected complex arguments, because holomorphic is set, but got float32"
        refused(lambda: gradient(wnp.square, holomorphic=True)(1.0), errors.DtypeError, message)

    @pytest.mark.parametrize("gradient", [wg.grad, wg.jacfwd, wg.jacrev], ids=["grad", "jacfwd", "jacrev"])
    def test_real_result_with_holomorphic(self, gradient):
        message = "expected a complex result, because holomorphic is set, but got float32"
        refused(lambda: gradient(wnp.abs, holomorphic=True)(1j), errors.DtypeError, message)

    def test_tangents_of_another_type(self):
        message = "expected a tangent of type complex64 but got float32"
        refused(lambda: wg.jvp(wnp.abs, (1j,), (np.float32(1),)), errors.DtypeError, message)
        message = "expected a cotangent of type float32 but got complex64"
        refused(lambda: wg.vjp(wnp.abs, 1j)[1](1 + 0j), errors.DtypeError, message)

    @pytest.mark.parametrize("jit", [lambda f: f, wg.jit], ids=["eager", "jit"])
    @pytest.mark.parametrize(
        "f",
        [wnp.floor, wnp.trunc, wnp.cbrt, wnp.signbit, wnp.modf, lambda z: wnp.clip(z, 0, 1),
         lambda z: wnp.remainder(z, 2), lambda z: wnp.floor_divide(z, 2), lambda z: wnp.arctan2(z, 1),
         lambda z: wnp.hypot(z, 1), lambda z: wnp.copysign(z, 1),
         lambda z: wnp.fmod(z, 2), lambda z: lax.max(z, z), lambda z: lax.lt(z, z), lambda z: lax.clamp(0, z, 1),
         lambda z: lax.argmax(z, 0), lambda z: lax.reduce_max(z, (0,)), lax.erf],
    )  # fmt: skip
    def test_no_order(self, f, jit):
        with pytest.raises(errors.DtypeError, match=r"real|complex"):
            jit(f)(Z)

    def test_parts_of_real_arrays(self):
        refused(lambda: lax.real(1.0), errors.DtypeError, "real: expected a complex array but got float32")
        refused(lambda: lax.complex(1, 2), errors.DtypeError, "complex: expected operands of float32 or float64")


class TestNumpy:
    @pytest.mark.parametrize("jit", [lambda f: f, wg.jit], ids=["eager", "jit"])
    @pytest.mark.parametrize(
        "name",
        ["real", "imag", "conj", "angle", "abs", "sign", "sqrt", "exp", "log", "log2", "log10", "square", "reciprocal",
         "isfinite", "isnan", "isinf", "rint", "iscomplex", "isreal", "sinc", "sum", "prod", "mean", "var", "std",
         "cumsum", "nan_to_num", "negative", "any", "all", "count_nonzero"],
    )  # fmt: skip
    def test_as_numpy(self, name, jit):
        got, expected = jit(getattr(wnp, name))(Z), getattr(np, name)(Z)
        close(got, expected, rtol=2e-6)
        assert np.asarray(got).dtype.kind == np.asarray(expected).dtype.kind

    @pytest.mark.parametrize(
        "name", ["add", "multiply", "true_divide", "power", "maximum", "minimum", "less", "greater_equal", "equal",
                 "vdot", "inner", "dot", "outer", "vecdot", "logical_and", "isclose"],
    )  # fmt: skip
    def test_two_operands(self, name):
        x, y = Z, np.array([1 + 2j, -0.5, 3 + 1j], np.complex64)
        close(getattr(wnp, name)(x, y), getattr(np, name)(x, y), rtol=2e-6)
        close(wg.jit(getattr(wnp, name))(x, y), getattr(np, name)(x, y), rtol=2e-6)

    def test_methods(self):
        z = wnp.array(Z)
        close(z.real, Z.real)
        close(z.imag, Z.imag)
        close(z.conj(), Z.conj())
        close(abs(z), abs(Z))
        assert complex(z[0]) == 1 + 2j and wnp.array(1j).item() == 1j
        close(z @ z, Z @ Z)

    def test_printing(self):
        assert repr(wnp.array([1 + 2j, 3])) == "Array([1.+2.j, 3.+0.j], dtype=complex64)"
        assert repr(wnp.array(1j)) == "Array(0.+1.j, dtype=complex64, weak_type=True)"

    def test_predicates(self):
        assert wnp.iscomplexobj(1j) and wnp.iscomplexobj(Z) and not wnp.iscomplexobj([1.0])
        assert wnp.isrealobj(np.float32(1)) and not wnp.isrealobj([1j])

    def test_sort(self):
        rng = np.random.default_rng(0)
        parts = rng.integers(0, 3, (2, 20)).astype(np.float32)
        parts[0, 3] = parts[1, 5] = parts[0, 7] = parts[1, 7] = np.nan
        z = lax.complex(*parts)
        np.testing.assert_array_equal(wnp.sort(z), np.sort(np.asarray(z)))
        np.testing.assert_array_equal(wg.jit(wnp.sort)(z), np.sort(np.asarray(z)))
        np.testing.assert_array_equal(wg.jit(wnp.argsort)(z), np.argsort(np.asarray(z), stable=True))

    def test_norms(self):
        for ord in (None, 1, 2, np.inf):
            close(wnp.linalg.norm(Z, ord), np.linalg.norm(Z, ord))

    @pytest.mark.parametrize(
        ("x", "y", "expected"),
        [(np.float32(1), 1j, "complex64"), (np.float64(1), 1j, "complex128"), (np.int32(1), 1j, "complex128"),
         (np.complex64(1), 1.0, "complex64"), (np.complex64(1), np.float64(1), "complex128"),
         (np.float16(1), 1j, "complex64"), (np.complex64(1), np.int64(1), "complex64"), (True, 1j, "complex128"),
         (1, 1j, "complex128"), (np.complex128(1), 1j, "complex128")],
    )  # fmt: skip
    def test_promotion(self, x, y, expected):
        with wg.enable_x64():
            assert wnp.add(x, y).dtype == expected
            assert wnp.multiply(y, x).dtype == expected
            assert wg.jit(wnp.add)(x, y).dtype == expected
        assert wnp.result_type(x, y) == "complex64"

    def test_scalars_in_programs(self):
        f = lambda x: (1j * x + 2) / (x - 1j) - (0.5 + 1j)
        x = np.array([1.0, -2.0], np.float32)
        close(f(wnp.array(x)), f(x))
        close(wg.jit(f)(x), f(x))
        close(wg.jit(f)(Z), f(Z), rtol=5e-6)
        assert wg.jit(f)(x).dtype == np.complex64

    def test_captured_and_constant(self):
        """Literals, captured arrays and splats of both types reach the compiled code."""
        with wg.enable_x64():
            for dtype in (np.complex64, np.complex128):
                captured = Z.astype(dtype)
                f = lambda z, c=captured, d=dtype: (
                    z * wnp.array([1 + 1j, 2j, 3], d) + c + wnp.full(3, 2 - 1j, d), wnp.zeros((2, 2), d),
                    wnp.pad(z, 1, constant_values=1j), wnp.concatenate([z, c]), z[::-1], wnp.array(1j, d),
                    wnp.full((2,), 1j, d), wnp.zeros((0, 2), d),
                )  # fmt: skip
                for got, expected in zip(wg.jit(f)(captured), f(wnp.array(captured)), strict=True):
                    assert got.dtype == dtype
                    np.testing.assert_array_equal(got, expected)

    def test_matmul_sizes(self):
        rng = np.random.default_rng(0)
        for m, k, n in ((1, 5, 3), (16, 32, 8), (70, 65, 64)):
            a, b = (rng.normal(size=(*s, 2)).astype(np.float32).view(np.complex64)[..., 0] for s in ((m, k), (k, n)))
            close(wg.jit(wnp.matmul)(a, b), a @ b, rtol=1e-4, atol=1e-4)

    def test_text(self):
        """A literal in IR takes complex arguments, also as Python numbers."""
        body = "%y = wg.abs %z : tensor<complex<f32>>\n  return %y : tensor<f32>"
        text = f"func.func @f(%z: tensor<complex<f32>>) -> tensor<f32> {{\n  {body}\n}}\n"
        close(wg.from_text(text)(3 + 4j), 5)


class TestLayout:
    def test_not_contiguous(self):
        grid = np.arange(12).reshape(3, 4) * (1 + 0.5j)
        z = grid.astype(np.complex64).T
        close(wg.jit(lambda z: z * 2)(z), z * 2)

    def test_views_of_parts(self):
        """NumPy's real part is a view into the complex array: it is copied."""
        x = wnp.array(Z).real
        assert np.asarray(x).flags.c_contiguous
        close(wg.jit(wnp.sin)(x), np.sin(Z.real))


def test_zeros_of_double_complex_numbers_are_not_shared():
    """Sums, products and updates that start from equal numbers of 128 bits, in one program."""

    def f(x):
        zeros = wnp.zeros((3, 2), complex)
        return [wnp.sum(x), wnp.vdot(x, x), zeros.at[wnp.array([0, 0, 2])].add(x), zeros.at[1].set(x[0])]

    def g(x):
        return f(x), f(2 * x), f(x - 1)

    rng = np.random.default_rng(0)
    with wg.enable_x64():
        x = wnp.asarray(rng.normal(size=(3, 2)) + 1j * rng.normal(size=(3, 2)))
        for got, expected in zip(wg.jit(g)(x), g(x), strict=True):
            for a, b in zip(got, expected, strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-12)
