# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Derivatives of derivatives: jvp of vjp and vjp of jvp, Hessian-vector products in all orders, linear functions."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, lax

RNG = np.random.default_rng(0)
W = RNG.normal(size=(4, 4)) / 2
X, V, U = RNG.normal(size=(3, 4))


@pytest.fixture(autouse=True)
def x64():
    with wg.enable_x64():
        yield


PROGRAMS = {
    "mlp": lambda x: wnp.sum(wnp.tanh(wnp.tanh(x @ W) @ W)),
    "softmax": lambda x: -wg.nn.log_softmax(x * x)[1],
    "norm": lambda x: wnp.linalg.norm(wnp.sin(x)) ** 3,
    "solve": lambda x: wnp.sum(wnp.linalg.solve(wnp.eye(4) * 4 + wnp.outer(x, x), x) ** 2),
    "index": lambda x: wnp.sort(x)[::2].prod() + x[1] ** 3,
    "cond": lambda x: lax.cond(x[0] > 0, lambda x: wnp.sum(x**3), lambda x: wnp.prod(wnp.exp(x)), x),
    "jit": lambda x: wg.jit(lambda x: wnp.sum(wnp.sin(x) * x[::-1]))(x),
    "checkpoint": lambda x: wg.checkpoint(lambda x: wnp.sum(wnp.sin(wnp.sin(x)) * x[::-1]))(x),
    "cumulative": lambda x: wnp.sum(wnp.cumprod(1 + x) * wnp.cumsum(x)),
}


def hessian_by_differences(f, x, step=1e-5):
    gradient = wg.grad(f)
    return np.stack([(np.asarray(gradient(x + e)) - gradient(x - e)) / (2 * step) for e in step * np.eye(len(x))])


PRODUCTS = {
    "forward over reverse": lambda f: lambda x, v: wg.jvp(wg.grad(f), (x,), (v,))[1],
    "reverse over forward": lambda f: lambda x, v: wg.grad(lambda x: wg.jvp(f, (x,), (v,))[1])(x),
    "reverse over reverse": lambda f: lambda x, v: wg.grad(lambda x: wnp.vdot(wg.grad(f)(x), v))(x),
    "forward over forward": lambda f: (
        lambda x, v: wg.vmap(lambda e: wg.jvp(lambda x: wg.jvp(f, (x,), (v,))[1], (x,), (e,))[1])(wnp.eye(4))
    ),
    "jvp of vjp": lambda f: lambda x, v: wg.jvp(lambda x: wg.vjp(f, x)[1](1.0)[0], (x,), (v,))[1],
    "vjp of jvp": lambda f: lambda x, v: wg.vjp(lambda x: wg.jvp(f, (x,), (v,))[1], x)[1](1.0)[0],
    "linearized gradient": lambda f: lambda x, v: wg.linearize(wg.grad(f), x)[1](v),
    "vjp of the linear part": lambda f: lambda x, v: wg.vjp(lambda x: wg.linearize(f, x)[1](v), x)[1](1.0)[0],
    "transposed": lambda f: lambda x, v: wg.linear_transpose(wg.linearize(wg.grad(f), x)[1], x)(v)[0],
}


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("product", PRODUCTS)
def test_hessian_vector_products(program, product):
    f = PROGRAMS[program]
    wanted = hessian_by_differences(f, X) @ V
    of = PRODUCTS[product](f)
    np.testing.assert_allclose(of(X, V), wanted, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("product", PRODUCTS)
def test_products_compiled_and_mapped(product):
    f = PROGRAMS["mlp"]
    hessian = hessian_by_differences(f, X)
    of = PRODUCTS[product](f)
    np.testing.assert_allclose(wg.jit(of)(X, V), hessian @ V, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(wg.vmap(of, (None, 0))(X, wnp.eye(4)), hessian, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("program", PROGRAMS)
def test_hessians_in_all_orders(program):
    f = PROGRAMS[program]
    wanted = hessian_by_differences(f, X)
    for outer, inner in itertools.product((wg.jacfwd, wg.jacrev), repeat=2):
        np.testing.assert_allclose(outer(inner(f))(X), wanted, rtol=1e-6, atol=1e-7)


def test_third_derivatives():
    f = PROGRAMS["mlp"]
    step = 1e-5
    wanted = [
        (hessian_by_differences(f, X + e) - hessian_by_differences(f, X - e)) / (2 * step) for e in step * np.eye(4)
    ]
    for orders in itertools.product((wg.jacfwd, wg.jacrev), repeat=3):
        third = f
        for transform in orders:
            third = transform(third)
        np.testing.assert_allclose(third(X), wanted, atol=2e-4)


class TestLinearize:
    def test_once_for_many_tangents(self):
        seen = []
        y, linear = wg.linearize(lambda x: (seen.append(1), wnp.sin(x) * x)[1], X)
        np.testing.assert_allclose(y, np.sin(X) * X)
        rows = [linear(e) for e in np.eye(4)]
        np.testing.assert_allclose(np.stack(rows), np.diag(np.cos(X) * X + np.sin(X)))
        assert seen == [1]

    def test_its_function_under_transforms(self):
        _, linear = wg.linearize(lambda x: wnp.sin(x @ W), X)
        jacobian = np.asarray(wg.jacfwd(lambda x: wnp.sin(x @ W))(X))
        np.testing.assert_allclose(wg.vmap(linear)(wnp.eye(4)), jacobian.T)
        np.testing.assert_allclose(wg.jit(linear)(V), jacobian @ V)
        np.testing.assert_allclose(wg.vjp(linear, V)[1](U)[0], jacobian.T @ U)
        np.testing.assert_allclose(wg.grad(lambda v: linear(v) @ U)(V), jacobian.T @ U)

    def test_has_aux_and_trees(self):
        y, linear, aux = wg.linearize(lambda t: ({"a": t["x"] ** 2}, "text"), {"x": X}, has_aux=True)
        assert aux == "text"
        np.testing.assert_allclose(linear({"x": V})["a"], 2 * X * V)
        np.testing.assert_allclose(y["a"], X**2)


class TestTranspose:
    def test_like_the_matrix(self):
        f = lambda x, y: {"a": x @ W - 2 * y, "b": wnp.sum(y)}
        transposed = wg.linear_transpose(f, X, V)
        ct = {"a": U, "b": 3.0}
        x, y = transposed(ct)
        np.testing.assert_allclose(x, W @ U)
        np.testing.assert_allclose(y, 3 - 2 * U)
        x, y = wg.jit(transposed)(ct)
        np.testing.assert_allclose(x, W @ U)
        np.testing.assert_allclose(wg.vmap(lambda u: transposed({"a": u, "b": 0.0})[0])(np.eye(4)), W.T)

    def test_only_types_are_needed(self):
        transposed = wg.linear_transpose(lambda x: wnp.cumsum(x), wg.ShapeDtypeStruct((4,), "float64"))
        np.testing.assert_allclose(transposed(U)[0], np.cumsum(U[::-1])[::-1])

    def test_transposed_twice(self):
        f = lambda x: wnp.sin(W) @ x
        twice = wg.linear_transpose(lambda u: wg.linear_transpose(f, X)(u)[0], U)
        np.testing.assert_allclose(twice(V)[0], np.sin(W) @ V)

    def test_derivative_by_what_it_captures(self):
        f = lambda w: wnp.sum(wg.linear_transpose(lambda x: w * x, X)(U)[0] * V)
        np.testing.assert_allclose(wg.grad(f)(X), U * V)

    def test_refusals(self):
        with pytest.raises(errors.WengertError, match="cannot be transposed: it is not linear"):
            wg.linear_transpose(lambda x: wnp.sin(x), X)
        with pytest.raises(errors.DtypeError, match="expected arguments of a floating type but got int"):
            wg.linear_transpose(lambda x: x, 3)
        with pytest.raises(errors.DtypeError, match="expected results of a floating type but got int"):
            wg.linear_transpose(lambda x: wnp.zeros(3, int), X)
        with pytest.raises(errors.TreeError, match="expected a cotangent of the structure"):
            wg.linear_transpose(lambda x: (x, x), X)(X)
