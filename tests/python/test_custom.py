# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Rules that programs give for their own functions: custom_jvp, custom_vjp, as eager, compiled and textual programs."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, lax
from wengert.custom_derivatives import CustomVJPPrimal, SymbolicZero, custom_gradient, custom_vjp_primal_tree_values


def close(got, want, tolerance=2e-5):
    if isinstance(got, (tuple, list, dict)):
        got, want = wg.tree_util.tree_leaves(got), wg.tree_util.tree_leaves(want)
        assert len(got) == len(want)
    else:
        got, want = [got], [want]
    for g, w in zip(got, want, strict=True):
        np.testing.assert_allclose(np.asarray(g), np.asarray(w), rtol=tolerance, atol=1e-6)


def cube_by_jvp():
    """x**3 whose first derivative says 6 x**2, the second 24 x and so on."""

    @wg.custom_jvp
    def f(x):
        return x**3

    @f.defjvp
    def rule(primals, tangents):
        (x,), (dx,) = primals, tangents
        return f(x), 6 * x * x * dx

    return f


def cube_by_vjp():
    @wg.custom_vjp
    def f(x):
        return x**3

    f.defvjp(lambda x: (f(x), x), lambda x, ct: (6 * x * x * ct,))
    return f


XS = np.array([0.5, -1.5, 2.0], np.float32)
REVERSE = [
    ("grad", wg.grad, lambda x: 6 * x * x),
    ("grad of grad", lambda f: wg.grad(wg.grad(f)), lambda x: 12 * x),
    ("third", lambda f: wg.grad(wg.grad(wg.grad(f))), lambda x: 12.0 + 0 * x),
    ("vjp", lambda f: lambda x: wg.vjp(f, x)[1](2.0)[0], lambda x: 12 * x * x),
    ("jacrev", wg.jacrev, lambda x: 6 * x * x),
    ("hessian", wg.hessian, lambda x: 12 * x),
    ("forward over reverse", lambda f: lambda x: wg.jvp(wg.grad(f), (x,), (1.0,))[1], lambda x: 12 * x),
    ("of jit", lambda f: wg.grad(wg.jit(f)), lambda x: 6 * x * x),
    ("of a sum", lambda f: wg.grad(lambda x: 3 * f(2 * x) + x), lambda x: 3 * 2 * 24 * x * x + 1),
    (
        "of a branch",
        lambda f: wg.grad(lambda x: lax.cond(x > 0, f, lambda x: -x, x)),
        lambda x: 6 * x * x if x > 0 else -1,
    ),
    (
        "of a batch",
        lambda f: lambda x: wg.grad(lambda x: wnp.sum(wg.vmap(f)(x)))(wnp.array([x, 2 * x]))[1],
        lambda x: 24 * x * x,
    ),
]
FORWARD = [
    ("jvp", lambda f: lambda x: wg.jvp(f, (x,), (3.0,))[1], lambda x: 18 * x * x),
    ("jacfwd", wg.jacfwd, lambda x: 6 * x * x),
    ("linearize", lambda f: lambda x: wg.linearize(f, x)[1](1.0), lambda x: 6 * x * x),
    ("reverse over forward", lambda f: wg.grad(lambda x: wg.jvp(f, (x,), (1.0,))[1]), lambda x: 12 * x),
]
WAYS = {
    "eager": lambda f: [f(x) for x in XS],
    "jit": lambda f: [wg.jit(f)(x) for x in XS],
    "vmap": lambda f: wg.vmap(f)(XS),
    "jit of vmap": lambda f: wg.jit(wg.vmap(f))(XS),
    "loop in jit": lambda f: wg.jit(lambda xs: [f(x) for x in xs])(XS),
}


class TestGrid:
    @pytest.mark.parametrize("way", WAYS)
    @pytest.mark.parametrize("name", [t[0] for t in REVERSE])
    @pytest.mark.parametrize("kind", [cube_by_jvp, cube_by_vjp], ids=["custom_jvp", "custom_vjp"])
    def test_reverse(self, kind, name, way):
        transform, want = next(t[1:] for t in REVERSE if t[0] == name)
        close(np.stack(WAYS[way](transform(kind()))), np.array([want(x) for x in XS], np.float32))

    @pytest.mark.parametrize("way", WAYS)
    @pytest.mark.parametrize("name", [t[0] for t in FORWARD])
    def test_forward(self, name, way):
        transform, want = next(t[1:] for t in FORWARD if t[0] == name)
        close(np.stack(WAYS[way](transform(cube_by_jvp()))), np.array([want(x) for x in XS], np.float32))

    @pytest.mark.parametrize("kind", [cube_by_jvp, cube_by_vjp])
    def test_value(self, kind):
        f = kind()
        for g in (f, wg.jit(f), lambda x: wg.vmap(f)(wnp.array([x]))[0], lambda x: wg.value_and_grad(f)(x)[0]):
            close(g(2.0), 8.0)

    @pytest.mark.parametrize("outer, inner", list(itertools.product([cube_by_jvp, cube_by_vjp], repeat=2)))
    def test_in_each_other(self, outer, inner):
        f, g = outer(), inner()
        close(wg.grad(lambda x: f(g(x)))(0.5), 6 * 0.5**6 * 6 * 0.25)
        close(wg.jit(wg.vmap(wg.grad(lambda x: g(f(x)))))(XS), 36 * XS**8)


class TestExamples:
    def test_log1pexp(self):
        @wg.custom_jvp
        def log1pexp(x):
            return wnp.log(1.0 + wnp.exp(x))

        close(wg.grad(lambda x: wnp.log(1.0 + wnp.exp(x)))(100.0), np.nan)
        log1pexp.defjvps(lambda dx, out, x: (1 - 1 / (1 + wnp.exp(x))) * dx)
        close(wg.vmap(wg.jit(wg.grad(log1pexp)))(wnp.array([0.0, 100.0])), [0.5, 1.0])
        close(wg.grad(wg.grad(log1pexp))(0.0), 0.25)

    def test_clip_gradient(self):
        @wg.custom_vjp
        def clip_gradient(lo, hi, x):
            return x

        clip_gradient.defvjp(lambda lo, hi, x: (x, (lo, hi)), lambda res, ct: (None, None, wnp.clip(ct, *res)))
        x = np.linspace(0, 10, 7, dtype=np.float32)
        close(wg.vmap(wg.grad(lambda x: wnp.sin(clip_gradient(-0.75, 0.75, x))))(x), np.clip(np.cos(x), -0.75, 0.75))

    def test_fixed_point(self):
        @functools.partial(wg.custom_vjp, nondiff_argnums=(0,))
        def fixed_point(f, a, guess):
            before, x = guess, f(a, guess)
            while abs(x - before) > 1e-6:
                before, x = x, f(a, x)
            return x

        def forward(f, a, guess):
            x = fixed_point(f, a, guess)
            return x, (a, x)

        def backward(f, res, ct):
            a, x = res
            _, pull_a = wg.vjp(lambda a: f(a, x), a)
            adjoint = ct
            for _ in range(30):
                adjoint = ct + wg.vjp(lambda x: f(a, x), x)[1](adjoint)[0]
            return pull_a(adjoint)[0], wnp.zeros_like(x)

        fixed_point.defvjp(forward, backward)

        def newton_sqrt(a):
            return fixed_point(lambda a, x: 0.5 * (x + a / x), a, a)

        close([newton_sqrt(2.0), wg.grad(newton_sqrt)(2.0), wg.grad(wg.grad(newton_sqrt))(2.0)],
              [2**0.5, 0.5 * 2**-0.5, -0.25 * 2**-1.5])  # fmt: skip
        with pytest.raises(errors.ConcretizationError, match="a Python bool"):
            wg.jit(newton_sqrt)(2.0)

    def test_rules_that_call_the_function_with_other_functions(self):
        @functools.partial(wg.custom_vjp, nondiff_argnums=(0,))
        def fixed_point(f, a, x):
            for _ in range(25):
                x = f(a, x)
            return x

        def forward(f, a, x):
            x = fixed_point(f, a, x)
            return x, (a, x)

        def backward(f, res, ct):
            a, x = res
            step = lambda p, u: p[0] + wg.vjp(lambda x: f(p[1], x), p[2])[1](u)[0]
            return wg.vjp(lambda a: f(a, x), a)[1](fixed_point(step, (ct, a, x), ct))[0], None

        fixed_point.defvjp(forward, backward)
        sqrt = lambda a: fixed_point(lambda a, x: 0.5 * (x + a / x), a, a)
        close([wg.grad(sqrt)(2.0), wg.grad(wg.grad(sqrt))(2.0)], [0.5 * 2**-0.5, -0.25 * 2**-1.5])
        close(wg.jit(wg.vmap(wg.grad(sqrt)))(wnp.array([1.0, 4.0])), [0.5, 0.25])

    def test_gradients_seen_on_the_way(self):
        seen = []

        @wg.custom_vjp
        def watch(x):
            return x

        def backward(x, ct):
            wg.debug.callback(lambda g: seen.append(float(g)), ct)
            return (ct,)

        watch.defvjp(lambda x: (x, None), backward)
        close(wg.grad(lambda x: wnp.sin(watch(x * x)))(1.0), 2 * np.cos(1.0))
        close(seen, [np.cos(1.0)])
        wg.jit(wg.grad(lambda x: 3 * watch(x)))(1.0)
        close(seen[1:], [3.0])


class TestArguments:
    def test_trees_and_none(self):
        @wg.custom_vjp
        def f(p, x):
            return {"y": p["a"] * x + p["b"][0]}, p["b"][1]

        def bwd(res, ct):
            x = res[1]
            assert ct[1].dtype.itemsize == 0  # float0
            return {"a": 2 * x * ct[0]["y"], "b": (3 * ct[0]["y"], None)}, None

        f.defvjp(lambda p, x: (f(p, x), (p, x)), bwd)
        loss = lambda a, b, x: f({"a": a, "b": (b, 4)}, x)[0]["y"]
        close(wg.grad(loss, (0, 1, 2))(2.0, 3.0, 5.0), (10.0, 3.0, 0.0))
        close(wg.jit(wg.grad(loss, (0, 1, 2)))(2.0, 3.0, 5.0), (10.0, 3.0, 0.0))

    def test_integers_have_tangents_without_elements(self):
        @wg.custom_jvp
        def f(x, n):
            return x**n, n

        @f.defjvp
        def rule(primals, tangents):
            (x, n), (dx, dn) = primals, tangents
            assert dn.dtype.itemsize == 0
            return f(x, n), (10 * dx, dn)

        close(wg.grad(lambda x: f(x, 3)[0])(2.0), 10.0)
        close(wg.vmap(wg.grad(lambda x, n: f(x, n)[0]))(wnp.ones(2), wnp.array([1, 2])), [10.0, 10.0])

    def test_a_rule_may_pass_another_static_argument(self):
        @functools.partial(wg.custom_jvp, nondiff_argnums=(0,))
        def power(n, x):
            return x**n if x < 100 else x

        @power.defjvp
        def rule(n, primals, tangents):
            (x,), (dx,) = primals, tangents
            return power(n, x), n * power(n - 1, x) * dx if n else 0 * dx

        close([wg.grad(lambda x: power(3, x))(2.0), wg.grad(wg.grad(lambda x: power(3, x)))(2.0)], [12.0, 12.0])

    def test_by_name_and_defaults(self):
        f = wg.custom_jvp(lambda x, scale=2.0: x * scale)
        f.defjvp(lambda p, t: (f(*p), 100 * t[0] + t[1]))
        close([f(3.0), wg.grad(f)(3.0), wg.grad(lambda s: f(x=3.0, scale=s))(1.0)], [6.0, 100.0, 1.0])
        g = wg.custom_jvp(lambda x, *, scale=2.0: x * scale)
        g.defjvp(lambda p, t: (g(*p), t[0]))
        with pytest.raises(TypeError, match=r"custom_jvp\(.*\): expected arguments that can be given by position"):
            g(1.0, scale=3.0)
        with pytest.raises(TypeError, match="missing a required argument"):
            f()

    @pytest.mark.parametrize("names", [{"nondiff_argnums": (0, 2)}, {"nondiff_argnames": ("f", "n")}])
    def test_static_arguments(self, names):
        @functools.partial(wg.custom_jvp, **names)
        def app(f, x, n):
            return f(x) * n

        @app.defjvp
        def rule(f, n, primals, tangents):
            return app(f, *primals, n), 2.0 * n * tangents[0]

        close(wg.grad(lambda x: app(wnp.sin, x, 3))(1.0), 6.0)
        # A traced array there is a constant of the rule.
        h = lambda y: wg.grad(lambda x: app(wnp.sin, x, y))(3.0)
        close([wg.jit(h)(4.0), wg.grad(h)(4.0), wg.grad(lambda y: app(wnp.sin, 1.0, y))(2.0)], [8.0, 0.0, 0.0])
        close(wg.vmap(h)(wnp.arange(3.0)), [0.0, 2.0, 4.0])

    def test_closures(self):
        def outer(y, big):
            f = wg.custom_jvp(lambda x: x * y)
            f.defjvp(lambda p, t: (f(*p), (5 * y + wnp.sum(big)) * t[0]))
            return f

        big = wnp.arange(100.0)
        close(wg.grad(lambda x: outer(3.0, big)(x))(1.0), 15 + 4950.0)
        close(wg.jit(lambda y, big: wg.grad(outer(y, big))(1.0))(2.0, big), 10 + 4950.0)
        close(wg.jit(lambda y: wg.grad(outer(y, wnp.arange(100.0) * 1.0))(1.0))(2.0), 10 + 4950.0)
        close(wg.vmap(lambda y: wg.grad(outer(y, big))(1.0))(wnp.arange(3.0)), 4950 + 5 * np.arange(3.0))
        with pytest.raises(errors.WengertError, match="has no tangent for argument 1, by which it is differentiated"):
            wg.grad(lambda y: outer(y, big)(y))(2.0)

        def outer_vjp(y):
            f = wg.custom_vjp(lambda x: x * y)
            f.defvjp(lambda x: (f(x), x), lambda x, ct: (5 * y * ct * x + wnp.arange(50.0)[3],))
            return f

        close(wg.grad(lambda x: outer_vjp(3.0)(x))(2.0), 33.0)
        close(wg.jit(lambda y: wg.grad(outer_vjp(y))(2.0))(3.0), 33.0)
        close(wg.vmap(lambda y: wg.grad(outer_vjp(y))(2.0))(wnp.arange(2.0)), [3.0, 13.0])

    def test_values_in_python(self):
        @wg.custom_jvp
        def f(x):
            return wnp.sin(x) if x > 0 else -x

        @f.defjvp
        def rule(primals, tangents):
            (x,), (dx,) = primals, tangents
            return (f(x), 3 * x * dx) if x > 0 else (f(x), 7 * dx)

        close([wg.grad(f)(2.0), wg.grad(f)(-2.0), wg.grad(wg.grad(f))(2.0)], [6.0, 7.0, 3.0])
        close(wg.grad(lambda x: f(x) * 2 if f(x) > 0.5 else x)(1.0), 6.0)
        with pytest.raises(errors.ConcretizationError):
            wg.jit(f)(1.0)

        @wg.custom_vjp
        def g(x):
            return x * x

        g.defvjp(lambda x: (g(x), x + 1), lambda y, ct: ((10 if y > 2 else 20) * ct,))
        close([wg.grad(g)(2.0), wg.grad(g)(0.5)], [10.0, 20.0])

    def test_same_program_is_traced_once(self):
        count = [0]

        @wg.custom_jvp
        def f(x):
            count[0] += 1
            return x * 2

        f.defjvp(lambda p, t: (f(*p), 2 * t[0]))
        wg.jit(lambda x: f(x) + f(x + 1) + f(x * 3))(1.0)
        assert count[0] == 1


class TestSymbolicZeros:
    def test_tangents(self):
        f = wg.custom_jvp(lambda x, y: x * y)

        def rule(primals, tangents):
            (x, y), (dx, dy) = primals, tangents
            if isinstance(dx, SymbolicZero):
                assert (dx.shape, dx.dtype.name, dx.ndim, dx.size) == ((), "float32", 0, 1) and repr(
                    dx
                ) == "SymbolicZero(f32[])"
                return f(x, y), 100 * dy
            return f(x, y), 10 * dx if isinstance(dy, SymbolicZero) else y * dx + x * dy

        f.defjvp(rule, symbolic_zeros=True)
        close(wg.grad(f, (0, 1))(2.0, 3.0), (3.0, 2.0))
        close([wg.grad(f, 0)(2.0, 3.0), wg.grad(f, 1)(2.0, 3.0), wg.jit(wg.grad(f, 1))(2.0, 3.0)], [10.0, 100.0, 100.0])
        g = wg.custom_jvp(lambda x: x)
        g.defjvp(lambda p, t: (p[0], SymbolicZero(wg.typeof(p[0]))), symbolic_zeros=True)
        close([wg.grad(g)(2.0), wg.jvp(g, (2.0,), (1.0,))[1]], [0.0, 0.0])

    def test_cotangents(self):
        f = wg.custom_vjp(lambda x, y: (x * y, x + y))

        def fwd(x, y):
            assert isinstance(x, CustomVJPPrimal) and repr(x).startswith("CustomVJPPrimal(")
            scale = 1.0 if x.perturbed and y.perturbed else 10.0
            return f(*custom_vjp_primal_tree_values((x, y))), (x.value, y.value, scale)

        def bwd(res, cts):
            (x, y, scale), (a, b) = res, cts
            if isinstance(b, SymbolicZero):
                return y * a * scale, x * a * scale
            return (1000 * b, 2000 * b) if isinstance(a, SymbolicZero) else (y * a + b, x * a + b)

        f.defvjp(fwd, bwd, symbolic_zeros=True)
        gradients = lambda pick: wg.grad(lambda x, y: pick(f(x, y)), (0, 1))(2.0, 3.0)
        close(gradients(lambda o: o[0]), (3.0, 2.0))
        close(gradients(lambda o: o[1]), (1000.0, 2000.0))
        close(gradients(sum), (4.0, 3.0))
        close(
            [wg.grad(lambda x: f(x, 3.0)[0])(2.0), wg.vmap(wg.grad(lambda x: f(x, 3.0)[0]))(wnp.ones(1))[0]], [30.0] * 2
        )
        with pytest.raises(TypeError, match="expected CustomVJPPrimal but got int"):
            custom_vjp_primal_tree_values((1,))


class TestRefusals:
    """What is wrong with rules, in words that name the function and the rule."""

    def test_forward_mode_through_custom_vjp(self):
        f = cube_by_vjp()
        for run in (
            lambda: wg.jvp(f, (1.0,), (1.0,)),
            lambda: wg.jacfwd(f)(1.0),
            lambda: wg.linearize(f, 1.0)[1](1.0),
            lambda: wg.jit(lambda x: wg.jvp(f, (x,), (1.0,)))(1.0),
            lambda: wg.jvp(lambda x: lax.cond(x > 0, f, f, x), (1.0,), (1.0,)),
        ):
            with pytest.raises(errors.WengertError, match=r"@f\w*: cannot be differentiated in forward mode") as info:
                run()
            assert "custom_jvp" in str(info.value) and __file__ in str(info.value)

    def test_no_rule(self):
        with pytest.raises(AttributeError, match=r"custom_jvp\(sin\): expected a rule given with defjvp"):
            wg.custom_jvp(wnp.sin)(1.0)
        with pytest.raises(AttributeError, match=r"custom_vjp\(sin\): expected rules given with defvjp"):
            wg.custom_vjp(wnp.sin)(1.0)
        with pytest.raises(TypeError, match="custom_jvp: expected a function but got int"):
            wg.custom_jvp(3)
        with pytest.raises(ValueError, match="expected nondiff_argnames among"):
            wg.custom_jvp(lambda x: x, nondiff_argnames=("y",))
        with pytest.raises(TypeError, match="expected defjvp, not defjvps"):
            wg.custom_jvp(lambda f, x: x, nondiff_argnums=(0,)).defjvps(None)

    @pytest.mark.parametrize(
        "rule, error, words",
        [
            (lambda p, t: p[0], errors.TreeError, "expected a pair .result, tangent of the result. from its rule"),
            (lambda p, t: (p[0], t[0], 1), errors.TreeError, "but got a tuple of length 3"),
            (lambda p, t: ((p[0],), t[0]), errors.TreeError, "expected results of the structure"),
            (lambda p, t: (p[0], (t[0],)), errors.TreeError, "expected a tangent of the structure of the result"),
            (lambda p, t: (p[0][:1], t[0]), errors.ShapeError, r"expected result 0 of its rule .* shape \(3,\)"),
            (lambda p, t: (p[0].astype(int), t[0]), errors.DtypeError, "expected result 0 of its rule .* float32 but"),
            (
                lambda p, t: (p[0], t[0].sum()),
                errors.ShapeError,
                r"the tangent of result 0 .* shape \(3,\) but got shape",
            ),
            (
                lambda p, t: (p[0], t[0].astype(int)),
                errors.DtypeError,
                "the tangent of result 0 .* float32 but got int32",
            ),
        ],
    )
    def test_broken_jvp_rule(self, rule, error, words):
        f = wg.custom_jvp(lambda x: x)
        f.defjvp(rule)
        with pytest.raises(error, match=rf"custom_jvp\(lambda\): .*{words}"):
            wg.jvp(f, (wnp.ones(3),), (wnp.ones(3),))

    @pytest.mark.parametrize(
        "bwd, error, words",
        [
            (
                lambda r, ct: ct,
                errors.TreeError,
                "expected a tuple of 2 cotangents, one for each argument, from its rule",
            ),
            (lambda r, ct: (ct,), errors.TreeError, "but got a tuple of length 1"),
            (lambda r, ct: ((ct, ct), ct), errors.TreeError, "expected cotangents of the structure of the arguments"),
            (lambda r, ct: (ct[:1], ct), errors.ShapeError, r"the cotangent of argument 0 .* shape \(3,\) but"),
            (
                lambda r, ct: (ct, ct.astype(int)),
                errors.DtypeError,
                "the cotangent of argument 1 .* float32 but got int32",
            ),
        ],
    )
    def test_broken_backward_rule(self, bwd, error, words):
        f = wg.custom_vjp(lambda x, y: x)
        f.defvjp(lambda x, y: (x, None), bwd)
        with pytest.raises(error, match=rf"custom_vjp\(lambda\): .*{words}"):
            wg.vjp(f, wnp.ones(3), wnp.ones(3))

    def test_broken_forward_rule(self):
        f = wg.custom_vjp(lambda x: x)
        f.defvjp(lambda x: x, lambda r, ct: (ct,))
        with pytest.raises(errors.TreeError, match=r"expected a pair \(result, residuals\) from its rule"):
            wg.grad(f)(1.0)
        f.defvjp(lambda x: (wnp.ones(2), None), lambda r, ct: (ct,))
        with pytest.raises(
            errors.ShapeError, match=r"expected result 0 of its rule .* shape \(\) but got shape \(2,\)"
        ):
            wg.grad(f)(1.0)

    def test_traced_static_argument(self):
        f = wg.custom_vjp(lambda x, n: x, nondiff_argnums=(1,))
        f.defvjp(lambda x, n: (x, None), lambda n, r, ct: (ct,))
        with pytest.raises(errors.LeakedTracerError, match="expected arguments at nondiff_argnums that are not traced"):
            wg.jit(f)(1.0, 2.0)

    def test_rule_that_is_not_linear(self):
        f = wg.custom_jvp(lambda x: x)
        f.defjvp(lambda p, t: (p[0], wnp.sin(t[0])))
        with pytest.raises(errors.WengertError, match="cannot be transposed"):
            wg.grad(f)(1.0)
        close(wg.jvp(f, (1.0,), (1.0,))[1], np.sin(1.0))


class TestPrograms:
    """The rules as text."""

    TEXT = """
    func.func @f(%x: tensor<f32>) -> tensor<f32> attributes {wg.custom_jvp = @rule} {
      %0 = wg.sin %x : tensor<f32>
      return %0 : tensor<f32>
    }
    func.func private @rule(%x: tensor<f32>, %dx: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
      %0 = func.call @f(%x) : (tensor<f32>) -> tensor<f32>
      %1 = wg.add %dx, %dx : tensor<f32>
      return %0, %1 : tensor<f32>, tensor<f32>
    }"""

    def test_text_with_rules(self):
        f = wg.from_text(self.TEXT, "f")
        close(
            [f(1.0), wg.grad(f)(1.0), wg.jit(wg.grad(f))(1.0), wg.jvp(f, (1.0,), (3.0,))[1]],
            [np.sin(1.0), 2.0, 2.0, 6.0],
        )
        close(wg.vmap(wg.grad(lambda x: f(f(x))))(XS), np.full(3, 4.0))

    def test_rules_for_text(self):
        text = "func.func @f(%x: tensor<f32>) -> tensor<f32> { %0 = wg.sin %x : tensor<f32>\n return %0 : tensor<f32> }"
        f = wg.custom_jvp(wg.from_text(text, "f"))
        f.defjvp(lambda p, t: (f(*p), 5 * t[0]))
        x = wnp.float32(1.0)
        close([f(x), wg.grad(f)(x), wg.jit(wg.vmap(wg.grad(f)))(XS)[0]], [np.sin(1.0), 5.0, 5.0])

    @pytest.mark.parametrize("kind", [cube_by_jvp, cube_by_vjp])
    def test_rules_survive_printing(self, kind):
        f = kind()
        traced = wg.make_jaxpr(lambda x: wnp.sum(wg.vmap(f)(x)))(wnp.ones(3))
        text = str(traced.module)
        assert "wg.custom_" in text
        again = wg.from_text(text, _entry(traced))
        close(wg.grad(again)(wnp.asarray(XS)), 6 * XS * XS)


def _entry(traced):
    return next(n for n in traced.module.functions() if n.startswith("lambda") or n == "main")


class TestGradient:
    def test_custom_gradient(self):
        @custom_gradient
        def f(x, y):
            return x * y, lambda ct: (10 * ct * y, 20 * ct)

        close([f(2.0, 3.0), *wg.grad(f, (0, 1))(2.0, 3.0)], [6.0, 30.0, 20.0])
        close(wg.jit(wg.grad(f))(2.0, 3.0), 30.0)

    def test_stop_gradient_to_every_order(self):
        f = lambda y: wg.grad(lambda x: x * lax.stop_gradient(y * x))(1.0)
        close([f(2.0), wg.grad(f)(2.0), wg.jit(wg.grad(f))(2.0)], [2.0, 0.0, 0.0])
        g = lambda x: lax.stop_gradient(x) * x
        close([wg.grad(g)(3.0), wg.grad(wg.grad(g))(3.0), wg.vmap(wg.grad(g))(XS)[0]], [3.0, 0.0, 0.5])


def test_cotangents_of_another_precision():
    @wg.custom_vjp
    def f(x):
        return x.astype("float32")

    f.defvjp(lambda x: (f(x), x), lambda x, ct: (2 * x.astype("float32"),))
    gradient = wg.grad(lambda x: f(x).sum())(wnp.ones(2, "bfloat16"))
    assert gradient.dtype == "bfloat16" and gradient.tolist() == [2, 2]


def test_partials_with_arguments_by_name():
    f = functools.partial(lambda x, y, a: x + y * a, a=0.5)
    g = wg.custom_jvp(f)
    g.defjvp(lambda primals, tangents: wg.jvp(f, primals, tangents))
    assert wg.grad(g, argnums=(0, 1))(1.0, 2.0) == (1.0, 0.5)
    with pytest.raises(TypeError, match=r"expected arguments that can be given by position but got \['a'\] by name"):
        g(1.0, 2.0, a=3.0)
