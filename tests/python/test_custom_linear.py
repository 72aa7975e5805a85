# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Transposes of a program's own, closures as arguments, and solutions differentiated by their equations."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, lax
from wengert.custom_derivatives import closure_convert, linear_call

XS = np.array([1.0, 4.0, 9.0], np.float32)
A = np.array([[2.0, 1.0], [0.5, 4.0]], np.float32)
B = np.array([1.0, 2.0], np.float32)


def close(got, want, tolerance=3e-5):
    got, want = wg.tree_util.tree_leaves(got), wg.tree_util.tree_leaves(want)
    assert len(got) == len(want)
    for g, w in zip(got, want, strict=True):
        np.testing.assert_allclose(np.asarray(g), np.asarray(w), rtol=tolerance, atol=1e-6)


class TestLinearCall:
    def test_transforms(self):
        f = lambda x: linear_call(lambda r, x: x / r, lambda r, ct: 10 * ct / r, 4.0, x)
        close([f(2.0), wg.jit(f)(2.0), wg.jvp(f, (2.0,), (1.0,))[1], wg.jacfwd(f)(2.0)], [0.5, 0.5, 0.25, 0.25])
        close([wg.grad(f)(2.0), wg.jit(wg.grad(f))(2.0), wg.grad(wg.jit(f))(2.0)], [2.5] * 3)
        close(wg.vmap(f)(XS), XS / 4)
        close(wg.vmap(wg.grad(f))(XS), np.full(3, 2.5))
        close(wg.grad(lambda x: wnp.sum(wg.vmap(f)(x)))(wnp.asarray(XS)), np.full(3, 2.5))
        close(wg.linear_transpose(f, 1.0)(3.0), (7.5,))

    def test_residuals_are_differentiated_through_the_function(self):
        f = lambda x: linear_call(lambda r, x: x / r, lambda r, ct: ct / r, x, x**3)
        close([wg.grad(f)(2.0), wg.grad(wg.grad(f))(2.0), wg.jvp(f, (2.0,), (1.0,))[1]], [4.0, 2.0, 4.0])

    def test_trees(self):
        def scale(r, x):
            return {"s": r[0] * x[0] + x[1]}

        def back(r, ct):
            return 2 * r[0] * ct["s"], 3 * ct["s"]

        f = lambda a, b: linear_call(scale, back, (5.0,), (a, b))["s"]
        close([*wg.grad(f, (0, 1))(1.0, 2.0), *wg.jit(wg.grad(f, (0, 1)))(1.0, 2.0)], [10.0, 3.0, 10.0, 3.0])

    @pytest.mark.parametrize(
        "back, error, words",
        [
            (lambda r, ct: (ct, ct), errors.TreeError, "expected a result of the structure of the linear arguments"),
            (
                lambda r, ct: ct.sum(),
                errors.ShapeError,
                r"the cotangent of argument 1 of its transpose .* \(3,\) but got",
            ),
            (lambda r, ct: ct.astype(int), errors.DtypeError, "argument 1 of its transpose to be of type float32"),
        ],
    )
    def test_broken_transpose(self, back, error, words):
        with pytest.raises(error, match=rf"linear_call\(lambda\): .*{words}"):
            wg.vjp(lambda x: linear_call(lambda r, x: r * x, back, 2.0, x), wnp.ones(3))


class TestClosures:
    def test_values_become_arguments(self):
        def f(y):
            converted, values = closure_convert(lambda x: {"out": x * y + len(XS)}, 1.0)
            assert len(values) == 1
            return converted(2.0, *values)["out"] + converted(3.0, 10.0)["out"]

        close([wg.jit(f)(4.0), wg.grad(f)(4.0), wg.jit(wg.grad(f))(4.0)], [11.0 + 33.0, 2.0, 2.0])
        converted, values = closure_convert(lambda x: x * 2, 1.0)
        assert values == [] and float(converted(3.0)) == 6.0
        with pytest.raises(
            errors.TreeError, match=r"closure_convert\(lambda\): expected arguments of the structure of"
        ):
            converted((3.0, 4.0))

    def test_with_custom_vjp(self):
        """A minimiser of a function that closes over what it is differentiated by."""

        def minimize(objective, x):
            converted, values = closure_convert(objective, x)
            return _minimize(converted, x, *values)

        def steps(objective, x, values):
            for _ in range(60):
                x = x - 0.3 * wg.grad(objective)(x, *values)
            return x

        _minimize = wg.custom_vjp(lambda objective, x, *values: steps(objective, x, values), nondiff_argnums=(0,))

        def forward(objective, x, *values):
            best = _minimize(objective, x, *values)
            return best, (best, values)

        def backward(objective, res, ct):
            best, values = res
            slope = wg.grad(objective)
            curvature = wg.grad(slope)(best, *values)
            pulled = wg.vjp(lambda *v: slope(best, *v), *values)[1](-ct / curvature)
            return (0.0 * best, *pulled)

        _minimize.defvjp(forward, backward)
        f = lambda target: minimize(lambda x: (x - target**2) ** 2, 1.0)
        close([wg.jit(f)(3.0), wg.grad(f)(3.0), wg.jit(wg.grad(f))(3.0)], [9.0, 6.0, 6.0])


def newton(f, x):
    for _ in range(20):
        x = x - f(x) / wg.grad(f)(x)
    return x


def root(a):
    return lax.custom_root(lambda x: x * x - a, 1.0, newton, lambda g, y: y / g(1.0))


class TestRoots:
    def test_transforms(self):
        close([root(4.0), wg.jit(root)(4.0), wg.grad(root)(4.0), wg.jit(wg.grad(root))(4.0)], [2.0, 2.0, 0.25, 0.25])
        close([wg.jvp(root, (4.0,), (1.0,))[1], wg.jacfwd(root)(4.0), wg.linearize(root, 4.0)[1](1.0)], [0.25] * 3)
        close([wg.grad(wg.grad(root))(4.0), wg.hessian(root)(4.0)], [-1 / 32, -1 / 32])
        close(wg.vmap(root)(XS), np.sqrt(XS))
        close(wg.vmap(wg.grad(root))(XS), 0.5 / np.sqrt(XS))
        close(wg.grad(lambda a: wnp.sum(wg.vmap(root)(a)))(wnp.asarray(XS)), 0.5 / np.sqrt(XS))

    def test_python_control_flow_in_the_solver(self):
        def bisect(f, x):
            lo, hi = 0.0 * x, 10.0 + 0.0 * x
            for _ in range(30):
                middle = (lo + hi) / 2
                lo, hi = (middle, hi) if f(middle) < 0 else (lo, middle)
            return lo

        f = lambda a: lax.custom_root(lambda x: x**3 - a, 1.0, bisect, lambda g, y: y / g(1.0))
        close([f(8.0), wg.grad(f)(8.0)], [2.0, 1 / 12], 1e-4)

    def test_systems_and_aux(self):
        def solve(f, x):
            for _ in range(10):
                x = x - wnp.linalg.solve(wg.jacobian(f)(x), f(x))
            return x, (7, wnp.sum(x))

        def f(a):
            x, (n, s) = lax.custom_root(
                lambda x: wnp.stack([x[0] * x[1] - a, x[0] - x[1]]),
                wnp.ones(2) * 1.5,
                solve,
                lambda g, y: wnp.linalg.solve(wg.jacobian(g)(y), y),
                has_aux=True,
            )
            return x[0] + 3 * x[1] + 0 * s + 0 * n

        close([f(4.0), wg.grad(f)(4.0), wg.jit(wg.grad(f))(4.0)], [8.0, 1.0, 1.0])

    @pytest.mark.parametrize(
        "change, error, words",
        [
            ({"f": lambda x: (x, x)}, errors.TreeError, "expected a result of f of the structure"),
            ({"f": lambda x: wnp.ones(2) * x}, errors.ShapeError, r"expected a result of f of shape \(\) but got"),
            ({"solve": lambda f, x: (x, x)}, errors.TreeError, "expected a solution of the structure"),
            ({"solve": lambda f, x: x, "has_aux": True}, errors.TreeError, r"expected \(solution, aux\) from solve"),
            (
                {"tangent_solve": lambda g, y: (y,)},
                errors.TreeError,
                "expected a result of tangent_solve of the structure",
            ),
        ],
    )
    def test_refusals(self, change, error, words):
        def f(a):
            given = {"f": lambda x: x * x - a, "solve": newton, "tangent_solve": lambda g, y: y / g(1.0)} | change
            return lax.custom_root(given.pop("f"), 1.0, **given)

        with pytest.raises(error, match=rf"custom_root\(.*\): .*{words}"):
            wg.jvp(f, (4.0,), (1.0,))


def solved(a, b, **options):
    return lax.custom_linear_solve(
        lambda x: a @ x,
        b,
        lambda _, b: wnp.linalg.solve(a, b),
        lambda _, b: wnp.linalg.solve(a.T, b),
        **options,
    )


class TestLinearSolve:
    @pytest.mark.parametrize(
        "transform",
        [
            lambda f: f,
            lambda f: wg.grad(f, (0, 1)),
            lambda f: wg.jit(wg.grad(f, (0, 1))),
            lambda f: wg.jacfwd(f, (0, 1)),
            lambda f: wg.hessian(f, (0, 1)),
            lambda f: wg.grad(lambda a, b: wnp.sum(wg.grad(f)(a, b) ** 2), (0, 1)),
            lambda f: lambda a, b: wg.vmap(wg.grad(f, (0, 1)), (None, 0))(a, wnp.stack([b, 2 * b])),
            lambda f: lambda a, b: wg.vmap(wg.grad(f, (0, 1)))(wnp.stack([a, a + 1]), wnp.stack([b, 2 * b])),
            lambda f: wg.grad(lambda a, b: wnp.sum(wg.vmap(f, (None, 0))(a, wnp.stack([b, 2 * b]))), (0, 1)),
        ],
    )
    def test_against_the_solver_itself(self, transform):
        measure = lambda solve: lambda a, b: wnp.sum(wnp.sin(solve(a, b)))
        close(transform(measure(solved))(A, B), transform(measure(wnp.linalg.solve))(A, B), 1e-4)

    def test_symmetric(self):
        s = A + A.T

        def cg(matvec, b):
            x, r = wnp.zeros_like(b), b
            p = r
            for _ in range(2):
                step = wnp.dot(r, r) / wnp.dot(p, matvec(p))
                x, before = x + step * p, r
                r = r - step * matvec(p)
                p = r + wnp.dot(r, r) / wnp.dot(before, before) * p
            return x

        f = lambda d, b: wnp.sum(lax.custom_linear_solve(lambda x: s @ x + d * x, b, cg, symmetric=True) ** 2)
        g = lambda d, b: wnp.sum(wnp.linalg.solve(s + d * wnp.eye(2), b) ** 2)
        close(wg.grad(f, (0, 1))(1.0, B), wg.grad(g, (0, 1))(1.0, B), 1e-4)
        close(wg.jit(wg.grad(f, (0, 1)))(1.0, B), wg.grad(g, (0, 1))(1.0, B), 1e-4)

    def test_aux(self):
        f = lambda a, b: lax.custom_linear_solve(
            lambda x: a @ x,
            b,
            lambda _, b: (wnp.linalg.solve(a, b), 3),
            lambda _, b: (wnp.linalg.solve(a.T, b), 4),
            has_aux=True,
        )
        assert int(f(A, B)[1]) == 3
        close(
            wg.grad(lambda a: wnp.sum(f(a, B)[0]))(wnp.asarray(A)),
            wg.grad(lambda a: wnp.sum(wnp.linalg.solve(a, B)))(wnp.asarray(A)),
            1e-4,
        )

    def test_refusals(self):
        with pytest.raises(
            errors.ShapeError, match=r"custom_linear_solve\(lambda\): expected a result of matvec of shape"
        ):
            lax.custom_linear_solve(lambda x: x[:1], B, lambda _, b: b)
        with pytest.raises(errors.ShapeError, match=r"expected a solution of shape \(2,\) but got shape \(1,\)"):
            lax.custom_linear_solve(lambda x: x, B, lambda _, b: b[:1])


class TestCheckpoint:
    def test_rules_inside_of_checkpoint(self):
        f = wg.custom_jvp(lambda x: x**3)
        f.defjvp(lambda p, t: (f(*p), 6 * p[0] ** 2 * t[0]))
        g = wg.custom_vjp(lambda x: x**3)
        g.defvjp(lambda x: (g(x), wnp.sin(x)), lambda s, ct: (ct * s,))
        for h in (f, g):
            plain = lambda x, h=h: wnp.sin(h(2 * x))
            for policy in (None, wg.checkpoint_policies.everything_saveable):
                again = wg.checkpoint(plain, policy=policy)
                close([wg.grad(again)(1.1), wg.jit(wg.grad(again))(1.1)], [wg.grad(plain)(1.1)] * 2)
                close(wg.grad(wg.grad(again))(1.1), wg.grad(wg.grad(plain))(1.1))
                close(wg.vmap(wg.grad(again))(XS), wg.vmap(wg.grad(plain))(XS))
