# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Krylov solvers and BFGS against dense solves and SciPy; implicit derivatives; transforms; messages."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.optimize
import scipy.sparse.linalg
from hypothesis import given, settings
from hypothesis import strategies as st

import wengert as wg
import wengert.numpy as wnp
from wengert import errors
from wengert.scipy.optimize import minimize
from wengert.scipy.sparse import linalg as sparse

RNG = np.random.default_rng(0)
A = RNG.normal(size=(6, 6))
B = RNG.normal(size=6)
POSITIVE = A @ A.T + 2 * np.eye(6)
GENERAL = A + 5 * np.eye(6)
HERMITIAN = POSITIVE + 1j * (A - A.T)
SOLVERS = [
    ("cg", POSITIVE, {}),
    ("cg", HERMITIAN, {}),
    ("bicgstab", GENERAL, {}),
    ("bicgstab", GENERAL + 1j * A.T, {}),
    ("gmres", GENERAL, {}),
    ("gmres", GENERAL, {"solve_method": "incremental"}),
    ("gmres", GENERAL, {"restart": 3}),
    ("gmres", GENERAL + 1j * A.T, {"solve_method": "incremental", "restart": 4}),
]


def close(got, expected, tolerance=1e-6):
    np.testing.assert_allclose(np.asarray(got), expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("name", "a", "options"), SOLVERS)
def test_krylov(name, a, options):
    solver = getattr(sparse, name)
    with wg.enable_x64():
        b = B.astype(a.dtype)
        expected = np.linalg.solve(a, b)
        how = {"tol": 1e-10, **options}
        diagonal = np.diag(a)
        for x, _ in (
            solver(a, b, **how),
            solver(lambda x: wnp.array(a) @ x, b, x0=b, M=lambda x: x / diagonal, **how),
            solver(a, b, M=np.diag(1 / diagonal), **how),
        ):
            close(x, expected)
        tree, _ = solver(lambda t: {"u": 2 * t["u"], "v": (3 * t["v"][0],)}, {"u": b, "v": (b.reshape(2, 3),)}, **how)
        close(tree["u"], b / 2)
        close(tree["v"][0], b.reshape(2, 3) / 3)

        def loss(a, b, x0):
            x = solver(lambda x: a @ x, b, x0=x0, **how)[0]
            return wnp.sum((x * wnp.arange(6.0)).real) + wnp.sum(abs(x) ** 2)

        def dense(a, b):
            x = wnp.linalg.solve(a, b)
            return wnp.sum((x * wnp.arange(6.0)).real) + wnp.sum(abs(x) ** 2)

        start = 0.1 * b
        got = wg.grad(loss, argnums=(0, 1, 2))(wnp.array(a), wnp.array(b), wnp.array(start))
        for g, e in zip(got, wg.grad(dense, argnums=(0, 1))(wnp.array(a), wnp.array(b)), strict=False):
            close(g, e, 1e-5)
        close(got[2], 0)  # the solution does not depend on where the solver starts
        batch = np.stack([b, 0 * b, 2 * b])
        close(wg.vmap(lambda b: solver(a, b, **how)[0])(batch), np.linalg.solve(a, batch.T).T)
        if a.dtype.kind != "c":
            tangent = wg.jvp(lambda b: solver(a, b, **how)[0], (wnp.array(b),), (wnp.array(start),))[1]
            close(tangent, 0.1 * expected)


def test_as_many_steps_as_scipy():
    with wg.enable_x64():
        for steps in (1, 2, 4):
            for name in ("cg", "bicgstab"):
                a = POSITIVE if name == "cg" else GENERAL
                expected = getattr(scipy.sparse.linalg, name)(a, B, maxiter=steps, rtol=1e-12)[0]
                close(getattr(sparse, name)(a, B, maxiter=steps, tol=1e-12)[0], expected)
        expected = scipy.sparse.linalg.gmres(GENERAL, B, restart=2, maxiter=2, rtol=1e-12)[0]
        close(sparse.gmres(GENERAL, B, restart=2, maxiter=2, tol=1e-12)[0], expected)


def test_compiled():
    a, b = POSITIVE.astype(np.float32), B.astype(np.float32)
    f = wg.jit(lambda a, b: wg.value_and_grad(lambda b: sparse.cg(a, b)[0].sum())(b))
    close(f(a, b)[0], np.linalg.solve(a, b).sum(), 1e-3)
    close(f(a, b)[1], np.linalg.solve(a, np.ones(6)), 1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cg", "bicgstab", "gmres"])
def test_compiled_derivatives_and_batches(name):
    a, b = POSITIVE.astype(np.float32), B.astype(np.float32)
    f = lambda a, b: getattr(sparse, name)(a, b)[0]
    programs = (
        wg.grad(lambda a, b: f(a, b).sum(), argnums=(0, 1)), wg.vmap(f, in_axes=(None, 0)),
        wg.vmap(wg.grad(lambda a, b: f(a, b).sum()), in_axes=(None, 0)),
    )  # fmt: skip
    for program, rhs in zip(programs, (b, np.stack([b, 2 * b]), np.stack([b, 2 * b])), strict=True):
        for got, expected in zip(wg.tree_leaves(wg.jit(program)(a, rhs)), wg.tree_leaves(program(a, rhs)), strict=True):
            close(got, expected, 1e-4)


def test_special_cases():
    assert (sparse.gmres(GENERAL, 0 * B)[0] == 0).all()
    _, info = sparse.gmres(np.full((2, 2), np.nan), np.ones(2))
    assert info == -1 and sparse.gmres(np.eye(2), np.ones(2))[1] == 0
    np.testing.assert_array_equal(sparse.cg(np.eye(3, dtype=np.float32), np.arange(3))[0], [0, 1, 2])


SOLVER_MESSAGES = [
    (
        lambda: sparse.cg(np.ones((2, 3)), np.ones(3)),
        errors.ShapeError,
        r"cg: expected a square matrix but got \(2, 3\)",
    ),
    (lambda: sparse.cg(3, np.ones(3)), errors.UnsupportedTypeError, "cg: expected a function or a matrix but got int"),
    (
        lambda: sparse.cg(np.eye(3), np.ones(3), x0=np.ones(2)),
        errors.ShapeError,
        r"expected x0 of the shapes of b, \(3,\), but",
    ),
    (
        lambda: sparse.gmres(np.eye(3), np.ones(3), x0=[np.ones(3)]),
        errors.TreeError,
        "gmres: expected x0 of the structure of b",
    ),
    (
        lambda: sparse.cg(lambda x: x[:1], np.ones(3)),
        errors.ShapeError,
        "expected a result of the operator of the shapes of b",
    ),
    (
        lambda: sparse.gmres(np.eye(3), np.ones(3), solve_method="x"),
        ValueError,
        "expected solve_method 'batched' or 'incremental'",
    ),
    (
        lambda: sparse.gmres(np.eye(3), np.ones(3), restart=0),
        ValueError,
        "gmres: expected restart of at least 1 but got 0",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), SOLVER_MESSAGES)
def test_solver_messages(call, error, message):
    with pytest.raises(error, match=message):
        call()


def rosenbrock(x):
    return wnp.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def himmelblau(x):
    return (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2


def matyas(x):
    return 0.26 * (x[0] ** 2 + x[1] ** 2) - 0.48 * x[0] * x[1]


def steep(x):
    return wnp.log(1 + wnp.sum(wnp.exp(3 * x)) + wnp.sum(wnp.exp(-40 * x)))


@pytest.mark.parametrize("f", [rosenbrock, himmelblau, matyas, steep])
@settings(max_examples=8, deadline=None)
@given(start=st.lists(st.floats(-2, 2), min_size=2, max_size=2))
def test_minima(f, start):
    """A minimum wherever SciPy finds one, with about as many evaluations."""
    with wg.enable_x64():
        result = minimize(f, wnp.array(start, float), method="BFGS")
        both = wg.value_and_grad(f)
        expected = scipy.optimize.minimize(
            lambda x: tuple(np.asarray(v) for v in both(x)), np.array(start), jac=True, method="BFGS"
        )
    assert bool(result.success) == (result.status == 0)
    assert result.success or not expected.success
    assert np.abs(result.jac).max() < 1e-5 or not result.success
    np.testing.assert_allclose(result.fun, f(result.x), rtol=1e-12)
    if result.success:
        assert result.nfev <= 3 * expected.nfev + 30
        np.testing.assert_allclose(result.hess_inv, result.hess_inv.T, atol=1e-8)


def test_minima_in_single_precision():
    result = minimize(rosenbrock, np.zeros(4, np.float32), method="bfgs", options={"gtol": 1e-3})
    assert result.success and result.x.dtype == np.float32
    close(result.x, 1, 1e-3)
    shifted = minimize(lambda x, a, b: wnp.sum((x - a) ** 4 + b * x), np.ones(3, np.float32), (2.0, 0.5), method="BFGS")
    close(shifted.x, 2 - 0.5, 1e-2)
    steep = minimize(lambda x: wnp.mean((1e4 * x) ** 2), np.ones(2, np.float32), method="BFGS")
    assert steep.success and np.abs(steep.x).max() < 1e-6


def test_minima_in_little_memory():
    """L-BFGS: as good as BFGS, of complex numbers too, and under jax's name for it."""
    result = minimize(rosenbrock, np.zeros(4, np.float32), method="L-BFGS", options={"gtol": 1e-3, "maxcor": 5})
    assert result.success and result.hess_inv is None
    close(result.x, 1, 1e-3)
    at = wnp.array([1.0, 2.0 - 3.0j])
    distance = lambda z: wnp.vdot(z - at, z - at).real
    compiled = wg.jit(lambda z: minimize(distance, z, method="L-BFGS"))(wnp.zeros_like(at))
    close(compiled.x, at, 1e-5)
    named = minimize(lambda x: wnp.sum(x**2), np.ones(2), method="l-bfgs-experimental-do-not-rely-on-this")
    close(named.x, 0, 1e-5)
    flat = minimize(lambda x: wnp.sum(x**4), np.ones(2), method="L-BFGS", options={"ftol": 1e-2, "maxls": 5})
    assert flat.status == 4 and not flat.success


def test_minima_under_transforms():
    f = lambda a: (
        minimize(lambda x: wnp.sum((x - a) ** 2 * wnp.array([1.0, 9.0])), np.zeros(2, np.float32), method="BFGS").x
    )
    at = np.array([[1.0, 2.0], [-3.0, 0.5]], np.float32)
    close(wg.vmap(f)(at), at, 1e-4)
    close(wg.jit(f)(at[0]), at[0], 1e-4)


def test_stops():
    few = minimize(rosenbrock, np.zeros(2, np.float32), method="BFGS", options={"maxiter": 3})
    assert not few.success and few.status == 1 and few.nit == 3
    falling = minimize(lambda x: -wnp.sum(x), np.zeros(2, np.float32), method="BFGS")
    assert falling.status == 5 and not falling.success
    assert minimize(rosenbrock, np.ones(2, np.float32), method="BFGS").nit == 0
    loose = minimize(rosenbrock, np.zeros(2, np.float32), method="BFGS", tol=1e3)
    assert loose.nit == 0 and loose.success
    assert minimize(rosenbrock, np.zeros(2, np.float32), method="BFGS", tol=0.1, options={"norm": 2}).success


MINIMIZE_MESSAGES = [
    (
        lambda: minimize(rosenbrock, B, method="CG"),
        ValueError,
        "minimize: expected the method 'BFGS' or 'L-BFGS'",
    ),
    (lambda: minimize(rosenbrock, B, 3, method="BFGS"), TypeError, "minimize: expected a tuple of args but got int"),
    (
        lambda: minimize(rosenbrock, B, method="BFGS", options={"disp": 1}),
        ValueError,
        "expected options of .* but got disp",
    ),
    (
        lambda: minimize(rosenbrock, A, method="BFGS"),
        errors.ShapeError,
        r"expected x0 of shape \(n,\) but got \(6, 6\)",
    ),
    (
        lambda: minimize(rosenbrock, B + 1j, method="BFGS"),
        errors.DtypeError,
        "minimize: expected a real array but got complex64",
    ),
    (lambda: minimize(lambda x: x, B, method="BFGS"), errors.NonScalarGradError, "grad"),
]


@pytest.mark.parametrize(("call", "error", "message"), MINIMIZE_MESSAGES)
def test_minimize_messages(call, error, message):
    with pytest.raises(error, match=message):
        call()
