# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""grad, value_and_grad, jvp, vjp, linearize, Jacobians."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors
from wengert.dtypes import float0


def close(a, b, rtol=1e-5, atol=1e-6):
    np.testing.assert_allclose(np.asarray(a), b, rtol=rtol, atol=atol)


class TestGrad:
    def test_scalar(self):
        close(wg.grad(wnp.tanh)(2.0), 0.070650816)
        close(wg.grad(wg.grad(wnp.tanh))(2.0), -0.13621868)
        close(wg.grad(wg.grad(wg.grad(wnp.tanh)))(2.0), 0.25265405)

    def test_vector(self):
        close(wg.grad(lambda x: wnp.sum(x**2))(wnp.arange(3.0)), [0, 2, 4])

    def test_argnums(self):
        f = lambda x, y, z: wnp.sum(x**2 + y**3 + z**4)
        x = wnp.arange(3.0)
        close(wg.grad(f, argnums=2)(x, x, x), 4 * np.arange(3) ** 3)
        close(wg.grad(f, -1)(x, x, x), 4 * np.arange(3) ** 3)
        dx, dz = wg.grad(f, (0, 2))(x, x, x)
        close(dx, [0, 2, 4])
        close(dz, [0, 4, 32])
        assert isinstance(wg.grad(f, argnums=(1,))(x, x, x), tuple)
        assert isinstance(wg.grad(f, argnums=[0, 1])(x, x, x), tuple)

    def test_bad_argnums(self):
        with pytest.raises(ValueError, match="argnums below the number of positional arguments, 1, but got 1"):
            wg.grad(lambda x: x, argnums=1)(1.0)
        with pytest.raises(TypeError, match="argnums of type int"):
            wg.grad(lambda x: x, argnums=("x",))(1.0)

    def test_trees(self):
        def loss(params, x):
            return wnp.sum((params["w"] * x + params["b"][0]) ** 2)

        params = {"w": wnp.ones(2), "b": [2.0, None]}
        g = wg.grad(loss)(params, wnp.arange(2.0))
        assert set(g) == {"w", "b"}
        close(g["w"], [0, 6])
        close(g["b"][0], 10)
        assert g["b"][1] is None

    def test_keywords(self):
        close(wg.grad(lambda x, scale: x * x * scale)(3.0, scale=2.0), 12)

    def test_of_what_does_not_depend(self):
        close(wg.grad(lambda x: 3.0)(1.0), 0)
        close(wg.grad(lambda x, y: y, argnums=(0, 1))(1.0, 2.0), [0, 1])

    def test_value_and_grad(self):
        value, gradient = wg.value_and_grad(lambda x: wnp.sum(x**2))(wnp.arange(3.0))
        close(value, 5)
        close(gradient, [0, 2, 4])

    def test_aux(self):
        def f(x):
            y = x * x
            return y, {"y": y, "kept": "a string", "known": 3.0, "vector": wnp.arange(3.0) * x}

        gradient, aux = wg.grad(f, has_aux=True)(3.0)
        close(gradient, 6)
        close(aux["y"], 9)
        assert aux["kept"] == "a string"
        close(aux["vector"], [0, 3, 6])
        assert aux["vector"].dtype == np.float32
        (value, aux), gradient = wg.value_and_grad(f, has_aux=True)(3.0)
        close([value, aux["y"], gradient], [9, 9, 6])
        close(wg.grad(lambda x: wg.grad(f, has_aux=True)(x)[1]["y"])(3.0), 6)

    def test_aux_of_the_wrong_form(self):
        with pytest.raises(errors.TreeError, match=r"expected \(result, aux\).*but got a"):
            wg.grad(lambda x: x, has_aux=True)(1.0)

    def test_integers_in_aux_and_arguments(self):
        gradient, index = wg.grad(lambda x, i: (x[i], wnp.argmax(x)), has_aux=True)(wnp.array([1.0, 5.0]), 1)
        close(gradient, [0, 1])
        assert int(index) == 1

    def test_metadata(self):
        def documented(x):
            """Doc."""
            return x

        assert wg.grad(documented).__name__ == "documented"

    @pytest.mark.parametrize("transform", [lambda f: f, wg.jit], ids=["eager", "jit"])
    def test_high_order(self, transform):
        f = lambda x: wnp.log(x) / wnp.log(2.0)
        g = f
        for _ in range(6):
            g = wg.grad(g)
        close(transform(g)(2.0), -120 / 2.0**6 / np.log(2), rtol=1e-4)

    def test_eighth_derivative_stays_small(self):
        g = lambda x: wnp.log(x) / wnp.log(2)
        for _ in range(8):
            g = wg.grad(g)
        assert len(wg.make_jaxpr(g)(2.0).eqns) < 40

    def test_perturbations_are_not_confused(self):
        close(wg.grad(lambda x: x * wg.grad(lambda y: x + y)(1.0))(1.0), 1)
        close(wg.grad(lambda x: x * wg.grad(lambda y: x * y)(2.0))(3.0), 6)

    def test_grad_of_vmap(self):
        f = lambda w: wnp.sum(wg.vmap(lambda x: wnp.tanh(w * x))(wnp.arange(3.0)))
        close(wg.grad(f)(0.5), np.sum(np.arange(3) / np.cosh(0.5 * np.arange(3)) ** 2))


class TestGradErrors:
    def test_not_a_scalar(self):
        with pytest.raises(errors.NonScalarGradError) as info:
            wg.grad(wnp.sin)(wnp.ones(3))
        message = str(info.value)
        assert message.startswith("grad(sin): expected a scalar result but got shape (3,)")
        assert "test_grad.py" in message
        assert "jacrev" in message

    def test_not_an_array(self):
        with pytest.raises(errors.NonScalarGradError, match="but got tuple"):
            wg.grad(lambda x: (x, x))(1.0)
        with pytest.raises(errors.NonScalarGradError, match="but got NoneType"):
            wg.grad(lambda x: None)(1.0)

    def test_integer_argument(self):
        with pytest.raises(errors.IntegerGradError) as info:
            wg.grad(lambda x: x * x)(3)
        message = str(info.value)
        assert message.startswith("grad(lambda): expected arguments of a floating type but got int32[]")
        assert "test_grad.py" in message
        assert "2.0 for 2" in message

    def test_integer_result(self):
        with pytest.raises(errors.IntegerGradError, match="expected a result of a floating type but got int32"):
            wg.grad(lambda x: wnp.argmax(x))(wnp.ones(3))

    def test_allow_int(self):
        g = wg.grad(lambda x, i: x[1] * 2.0 + 0.0 * i, argnums=(0, 1), allow_int=True)(wnp.ones(2), 1)
        close(g[0], [0, 2])
        assert g[1].dtype == float0
        assert g[1].shape == ()

    def test_holomorphic(self):
        with pytest.raises(errors.DtypeError, match="expected complex arguments"):
            wg.grad(lambda x: x, holomorphic=True)(1.0)

    def test_complex_result(self):
        with pytest.raises(errors.DtypeError, match="expected a real result but got complex64"):
            wg.grad(lambda x: x)(1j)

    def test_not_a_function(self):
        with pytest.raises(TypeError, match="grad: expected a function but got float"):
            wg.grad(1.0)

    def test_chain(self):
        with pytest.raises(errors.NonScalarGradError, match=r"transforms: jit\(g\) > grad\(sin\)"):

            @wg.jit
            def g(x):
                return wg.grad(wnp.sin)(x)

            g(wnp.ones(2))


class TestJvp:
    def test_value_and_tangent(self):
        y, dy = wg.jvp(lambda x, w: (wnp.sin(x) * w, {"w": w * 2}), (1.0, 2.0), (0.5, 1.0))
        close(y[0], np.sin(1) * 2)
        close(dy[0], np.cos(1) * 2 * 0.5 + np.sin(1))
        close(dy[1]["w"], 2)

    def test_integers_have_no_tangent(self):
        y, dy = wg.jvp(lambda x, i: (x * i, i), (2.0, 3), (1.0, np.zeros((), float0)))
        close(y[0], 6)
        close(dy[0], 3)
        assert dy[1].dtype == float0

    def test_aux(self):
        y, dy, aux = wg.jvp(lambda x: (x * x, "aux"), (3.0,), (1.0,), has_aux=True)
        close([y, dy], [9, 6])
        assert aux == "aux"

    def test_of_jvp_and_of_grad(self):
        df = lambda f: lambda x: wg.jvp(f, (x,), (1.0,))[1]
        close(df(df(wnp.sin))(1.0), -np.sin(1))
        close(df(wg.grad(wnp.sin))(1.0), -np.sin(1))
        close(wg.grad(df(wnp.sin))(1.0), -np.sin(1))
        close(wg.jit(df(df(wnp.sin)))(1.0), -np.sin(1))

    def test_hessian_vector_product(self):
        f = lambda x: wnp.sum(x**3)
        close(wg.jvp(wg.grad(f), (wnp.arange(3.0),), (wnp.ones(3),))[1], [0, 6, 12])

    def test_mismatches(self):
        with pytest.raises(errors.ShapeError, match=r"jvp: expected a tangent of shape \(2,\) but got shape \(3,\)"):
            wg.jvp(wnp.sin, (wnp.ones(2),), (wnp.ones(3),))
        with pytest.raises(errors.DtypeError, match="expected a tangent of type float32 but got int32"):
            wg.jvp(wnp.sin, (wnp.ones(2),), (wnp.arange(2),))
        with pytest.raises(errors.TreeError, match="structure of the primals"):
            wg.jvp(wnp.sin, (1.0,), (1.0, 2.0))
        with pytest.raises(errors.TreeError, match="write jvp"):
            wg.jvp(wnp.sin, 1.0, 1.0)


class TestVjp:
    def test_pullback_is_reusable(self):
        calls = []

        def f(x, y):
            calls.append(1)
            return wnp.sin(x) * y

        y, pullback = wg.vjp(f, wnp.arange(3.0), 2.0)
        for scale in (1.0, 2.0):
            dx, dy = pullback(wnp.ones(3) * scale)
            close(dx, 2 * scale * np.cos(np.arange(3)))
            close(dy, scale * np.sin(np.arange(3)).sum())
        close(y, 2 * np.sin(np.arange(3)))
        assert len(calls) == 1

    def test_trees(self):
        _, pullback = wg.vjp(lambda p: {"a": p["x"] * 2, "b": (p["x"] + p["y"],)}, {"x": 1.0, "y": 2.0})
        (g,) = pullback({"a": 1.0, "b": (10.0,)})
        close([g["x"], g["y"]], [12, 10])

    def test_aux(self):
        y, pullback, aux = wg.vjp(lambda x: (x * x, (x + 1, "s")), 3.0, has_aux=True)
        close([y, pullback(1.0)[0], aux[0]], [9, 6, 4])
        assert aux[1] == "s"

    def test_integer_argument_and_result(self):
        _, pullback = wg.vjp(lambda x, i: (x * i, i), 2.0, 3)
        dx, di = pullback((1.0, np.zeros((), float0)))
        close(dx, 3)
        assert di.dtype == float0

    def test_inside_other_transforms(self):
        def f(x):
            y, pullback = wg.vjp(lambda z: wnp.sin(z) * x, x)
            return pullback(y)[0]

        expected = lambda x: np.sin(x) * x * np.cos(x) * x
        close(f(1.5), expected(1.5))
        close(wg.jit(f)(1.5), expected(1.5))
        close(wg.vmap(f)(wnp.array([1.0, 1.5])), [expected(1.0), expected(1.5)])
        e = 1e-5
        close(wg.grad(f)(1.5), (expected(1.5 + e) - expected(1.5 - e)) / (2 * e), rtol=1e-4)

    def test_pullback_under_vmap_and_jit(self):
        _, pullback = wg.vjp(lambda x: wnp.sin(x), wnp.arange(3.0))
        close(wg.vmap(pullback)(wnp.eye(3))[0], np.diag(np.cos(np.arange(3))))
        close(wg.jit(pullback)(wnp.ones(3))[0], np.cos(np.arange(3)))
        close(wg.grad(lambda ct: wnp.sum(pullback(ct)[0]))(wnp.ones(3)), np.cos(np.arange(3)))

    def test_mismatches(self):
        _, pullback = wg.vjp(wnp.sin, wnp.ones(2))
        with pytest.raises(errors.ShapeError, match=r"pullback of vjp\(sin\): expected a cotangent of shape \(2,\)"):
            pullback(wnp.ones(3))
        with pytest.raises(errors.DtypeError, match="cotangent of type float32 but got int32"):
            pullback(wnp.arange(2))
        with pytest.raises(errors.TreeError, match="expected a cotangent of the structure"):
            pullback((wnp.ones(2),))
        with pytest.raises(TypeError, match="expected one cotangent but got 2"):
            pullback(1.0, 2.0)

    def test_inner_product(self):
        rng = np.random.default_rng(0)
        x, v = (wnp.array(rng.normal(size=(3, 4)).astype(np.float32)) for _ in range(2))
        w = wnp.array(rng.normal(size=(4, 2)).astype(np.float32))
        ct = wnp.array(rng.normal(size=(3, 2)).astype(np.float32))
        f = lambda x: wnp.tanh(wnp.dot(x, w))
        _, pullback = wg.vjp(f, x)
        _, jv = wg.jvp(f, (x,), (v,))
        close(wnp.sum(ct * jv), wnp.sum(pullback(ct)[0] * v), rtol=1e-4)


class TestLinearize:
    def test_value_and_linear_function(self):
        calls = []
        y, linear = wg.linearize(lambda x, w: calls.append(1) or wnp.sin(x) * w, 1.0, 2.0)
        close(y, 2 * np.sin(1))
        close(linear(1.0, 0.0), 2 * np.cos(1))
        close(linear(0.0, 1.0), np.sin(1))
        assert len(calls) == 1
        close(wg.vmap(linear, (0, None))(wnp.arange(3.0), 0.0), 2 * np.cos(1) * np.arange(3))

    def test_inside_grad(self):
        close(wg.grad(lambda x: wg.linearize(wnp.sin, x)[1](1.0))(1.0), -np.sin(1))

    def test_wrong_structure(self):
        _, linear = wg.linearize(wnp.sin, 1.0)
        with pytest.raises(errors.TreeError, match="expected tangents of the structure"):
            linear(1.0, 2.0)

    def test_transpose(self):
        a = wnp.array([[1.0, 2.0], [3.0, 4.0]])
        transposed = wg.linear_transpose(lambda x: wnp.dot(a, x), wg.ShapeDtypeStruct((2,), "float32"))
        close(transposed(wnp.array([1.0, 0.0]))[0], [1, 2])


class TestJacobians:
    def test_forward_and_reverse(self):
        f = lambda x: wnp.stack([x[0] * x[1], wnp.sin(x[1]), x[0] ** 2])
        x = wnp.array([2.0, 3.0])
        expected = [[3, 2], [0, np.cos(3)], [4, 0]]
        close(wg.jacfwd(f)(x), expected)
        close(wg.jacrev(f)(x), expected)
        assert wg.jacobian is wg.jacrev
        close(wg.jit(wg.jacfwd(f))(x), expected)
        close(wg.jit(wg.jacrev(f))(x), expected)

    def test_matrices(self):
        w = wnp.arange(6.0).reshape(3, 2)
        x = wnp.ones((4, 3))
        f = lambda w: wnp.dot(x, w)
        for jac in (wg.jacfwd, wg.jacrev):
            j = jac(f)(w)
            assert j.shape == (4, 2, 3, 2)
            close(j, np.einsum("ij,kl->ikjl", np.ones((4, 3)), np.eye(2)))

    def test_trees(self):
        f = lambda p: {"y": p["a"] * p["b"], "z": p["a"][0]}
        p = {"a": wnp.array([1.0, 2.0]), "b": 3.0}
        for jac in (wg.jacfwd, wg.jacrev):
            j = jac(f)(p)
            close(j["y"]["a"], 3 * np.eye(2))
            close(j["y"]["b"], [1, 2])
            close(j["z"]["a"], [1, 0])
            close(j["z"]["b"], 0)

    def test_argnums_and_aux(self):
        f = lambda x, y: (x * y, "aux")
        for jac in (wg.jacfwd, wg.jacrev):
            (jx, jy), aux = jac(f, argnums=(0, 1), has_aux=True)(wnp.array([1.0, 2.0]), 3.0)
            close(jx, 3 * np.eye(2))
            close(jy, [1, 2])
            assert aux == "aux"

    def test_hessian(self):
        f = lambda x: wnp.sum(x**3) + x[0] * x[1]
        close(wg.hessian(f)(wnp.array([1.0, 2.0])), [[6, 1], [1, 12]])
        close(wg.jit(wg.hessian(f))(wnp.array([1.0, 2.0])), [[6, 1], [1, 12]])
        h = wg.hessian(lambda p: p["a"] ** 2 * p["b"])({"a": 2.0, "b": 3.0})
        close([h["a"]["a"], h["a"]["b"], h["b"]["a"], h["b"]["b"]], [6, 4, 4, 0])

    def test_python_control_flow(self):
        f = lambda x: x**2 if wnp.sum(x) > 0 else x
        close(wg.jacfwd(f)(wnp.array([1.0, 2.0])), np.diag([2, 4]))
        close(wg.jacrev(f)(wnp.array([-1.0, -2.0])), np.eye(2))

    def test_errors(self):
        with pytest.raises(errors.IntegerGradError, match=r"jacrev\(lambda\)"):
            wg.jacrev(lambda x: x)(wnp.arange(3))
        with pytest.raises(errors.IntegerGradError, match="jacrev: expected floating results"):
            wg.jacrev(lambda x: wnp.argmax(x))(wnp.ones(3))
        with pytest.raises(errors.DtypeError, match="holomorphic"):
            wg.jacfwd(lambda x: x, holomorphic=True)(1.0)


def test_finite_differences_of_a_network():
    rng = np.random.default_rng(0)
    params = [(wnp.array(rng.normal(size=s).astype(np.float32)), wnp.zeros(s[1])) for s in ((3, 4), (4, 2))]
    x = wnp.array(rng.normal(size=(5, 3)).astype(np.float32))

    def loss(params):
        h = x
        for w, b in params:
            h = wnp.tanh(wnp.dot(h, w) + b)
        return wnp.mean(h**2)

    g = wg.grad(loss)(params)
    e = 1e-2
    for layer in range(2):
        w = np.asarray(params[layer][0])
        step = np.zeros_like(w)
        step[0, 1] = e
        moved = lambda s: [(wnp.array(w + s), b) if i == layer else (v, b) for i, (v, b) in enumerate(params)]
        numeric = (float(loss(moved(step))) - float(loss(moved(-step)))) / (2 * e)
        close(g[layer][0][0, 1], numeric, rtol=2e-2, atol=1e-4)
