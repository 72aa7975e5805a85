# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""jit: signatures, static arguments, trees, nesting."""

from __future__ import annotations

import functools
import itertools
import threading

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors


def counted(fun):
    """fun, and a list that grows by one whenever it is traced."""
    traces = []

    @functools.wraps(fun)
    def wrapper(*args, **kwargs):
        traces.append(1)
        return fun(*args, **kwargs)

    return wrapper, traces


class TestSignatures:
    def test_one_trace_a_type(self):
        fun, traces = counted(lambda x: wnp.sin(x) * 2)
        f = wg.jit(fun)
        for x in (1.0, 2.0, wnp.array(1.0), np.float32(3), wnp.ones(3), wnp.zeros(3), 1):
            np.testing.assert_allclose(f(x), 2 * np.sin(np.asarray(x)), rtol=1e-6)
        assert len(traces) == 4  # weak float, strong float, float[3], weak int
        f.clear_cache()
        f(1.0)
        assert len(traces) == 5

    def test_settings_are_part_of_it(self):
        fun, traces = counted(lambda x: x + 1.5)
        f = wg.jit(fun)
        assert f(1).dtype == np.float32
        with wg.enable_x64():
            assert f(1).dtype == np.float64
        assert f(1).dtype == np.float32
        assert len(traces) == 2

    def test_trees(self):
        @wg.jit
        def f(params, *, scale=2.0):
            return {"sum": params["a"] + params["b"][0], "parts": [params["a"] * scale, (params["b"][1], None)]}

        out = f({"a": 1.0, "b": (2.0, wnp.ones(2))}, scale=3.0)
        assert float(out["sum"]) == 3.0
        assert float(out["parts"][0]) == 3.0
        np.testing.assert_array_equal(out["parts"][1][0], [1, 1])
        assert out["parts"][1][1] is None

    def test_keywords_and_defaults(self):
        f = wg.jit(lambda x, y=3.0: x * y)
        assert [float(f(2.0)), float(f(2.0, 4.0)), float(f(2.0, y=5.0)), float(f(x=1.0))] == [6.0, 8.0, 10.0, 3.0]

    def test_results_that_are_arguments_or_constants(self):
        f = wg.jit(lambda x: (x, 2.0, x, wnp.arange(3)))
        a, b, c, d = f(wnp.ones(2))
        np.testing.assert_array_equal(a, [1, 1])
        np.testing.assert_array_equal(c, [1, 1])
        assert float(b) == 2.0
        np.testing.assert_array_equal(d, [0, 1, 2])

    def test_no_results(self):
        assert wg.jit(lambda x: None)(1.0) is None
        assert wg.jit(lambda: ())() == ()

    @pytest.mark.parametrize("dtype", ["bool", "int32", "uint32", "float16", "bfloat16", "float32"])
    def test_types(self, dtype):
        x = wnp.array([0, 1, 2]).astype(dtype)
        y = wg.jit(lambda x: x)(x)
        assert y.dtype == x.dtype
        np.testing.assert_array_equal(np.asarray(y), np.asarray(x))


class TestStatic:
    def test_by_position(self):
        fun, traces = counted(lambda x, n: x**n)
        f = wg.jit(fun, static_argnums=1)
        assert [float(f(2.0, 2)), float(f(3.0, 2)), float(f(2.0, 3))] == [4.0, 9.0, 8.0]
        assert len(traces) == 2

    def test_by_name_found_by_position_and_back(self):
        def fun(x, n, flag=True):
            return x * 2 if n > 3 and flag else x

        f = wg.jit(fun, static_argnames=("n", "flag"))
        assert [float(f(1.0, 4)), float(f(1.0, n=2)), float(f(1.0, 4, False)), float(f(x=1.0, n=5))] == [2, 1, 1, 2]
        g = wg.jit(fun, static_argnums=(1, 2))
        assert [float(g(1.0, n=4)), float(g(1.0, 4, flag=False))] == [2, 1]

    def test_negative(self):
        assert float(wg.jit(lambda x, n: x if n else -x, static_argnums=-1)(1.0, 0)) == -1.0

    def test_values_of_different_types_differ(self):
        f = wg.jit(lambda x, n: x + (1 if isinstance(n, bool) else 2), static_argnums=1)
        assert [float(f(0.0, True)), float(f(0.0, 1))] == [1.0, 2.0]

    def test_unhashable(self):
        with pytest.raises(errors.UnsupportedTypeError, match=r"(?s)jit\(lambda\): expected a hashable.*pass a tuple"):
            wg.jit(lambda x, n: x, static_argnums=1)(1.0, [1])

    def test_unknown(self):
        with pytest.raises(ValueError, match="static_argnames"):
            wg.jit(lambda x: x, static_argnames="y")
        with pytest.raises(ValueError, match="static_argnums"):
            wg.jit(lambda x: x, static_argnums=3)
        with pytest.raises(TypeError, match="static arguments given by int"):
            wg.jit(lambda x: x, static_argnums="x")

    def test_strings_and_functions(self):
        @functools.partial(wg.jit, static_argnames=("f", "mode"))
        def apply(f, x, mode="plain"):
            return f(x) if mode == "plain" else -f(x)

        assert float(apply(wnp.exp, 0.0)) == 1.0
        assert float(apply(wnp.exp, 0.0, mode="negative")) == -1.0


class TestForms:
    def test_decorator_with_options(self):
        @wg.jit(static_argnums=(1,), donate_argnums=(0,), inline=True)
        def f(x, n):
            return x * n

        assert float(f(2.0, 3)) == 6.0

    def test_methods(self):
        @wg.tree_util.register_pytree_node_class
        class Model:
            def __init__(self, w):
                self.w = w

            def tree_flatten(self):
                return (self.w,), None

            @classmethod
            def tree_unflatten(cls, aux, children):
                return cls(*children)

            @wg.jit
            def apply(self, x):
                return self.w * x

        model = Model(wnp.array(2.0))
        assert float(model.apply(3.0)) == 6.0
        model.w = wnp.array(5.0)
        assert float(model.apply(3.0)) == 15.0

    def test_static_self(self):
        class Model:
            scale = 3.0

            @functools.partial(wg.jit, static_argnums=0)
            def apply(self, x):
                return self.scale * x

        assert float(Model().apply(2.0)) == 6.0

    def test_metadata(self):
        @wg.jit
        def documented(x):
            """What it does."""
            return x

        assert documented.__name__ == "documented"
        assert documented.__doc__ == "What it does."
        assert repr(documented) == "<wengert.jit(documented)>"

    def test_of_something_else(self):
        with pytest.raises(TypeError, match="jit: expected a function but got int"):
            wg.jit(3)


class TestNesting:
    def test_becomes_a_call(self):
        inner = wg.jit(lambda x: wnp.sin(x) * 2)
        program = wg.make_jaxpr(lambda x: inner(x) + inner(x + 1))(1.0)
        calls = [eqn for eqn in program.eqns if eqn.primitive.name == "jit"]
        assert len(calls) == 2
        assert calls[0].params["name"] == calls[1].params["name"]  # traced once
        assert [e.primitive.name for e in calls[0].params["jaxpr"].eqns] == ["sin", "mul"]
        np.testing.assert_allclose(
            wg.jit(lambda x: inner(x) + inner(x + 1))(1.0), 2 * (np.sin(1) + np.sin(2)), rtol=1e-6
        )

    def test_inline(self):
        inner = wg.jit(lambda x: wnp.sin(x) * 2, inline=True)
        np.testing.assert_allclose(wg.jit(lambda x: inner(x) + 1)(1.0), 2 * np.sin(1) + 1, rtol=1e-6)

    def test_closes_over_an_outer_tracer(self):
        @wg.jit
        def f(x):
            return wg.jit(lambda y: x * y)(3.0) + wg.jit(lambda y: x - y)(1.0)

        assert float(f(2.0)) == 7.0

    def test_inside_grad_closing_over_its_tracer(self):
        assert float(wg.grad(lambda x: wg.jit(lambda y: x * x * y)(3.0))(2.0)) == 12.0

    def test_inside_grad_of_known_arguments(self):
        @wg.jit
        def constant(y):
            return y * 2

        assert float(wg.grad(lambda x: x * float(constant(3.0)))(2.0)) == 6.0
        assert constant._cache_size() == 1

    def test_of_grad_and_grad_of(self):
        f = lambda x: wnp.sum(wnp.sin(x) * x)
        x = wnp.arange(4.0)
        expected = np.cos(np.arange(4)) * np.arange(4) + np.sin(np.arange(4))
        np.testing.assert_allclose(wg.jit(wg.grad(f))(x), expected, rtol=1e-5)
        np.testing.assert_allclose(wg.grad(wg.jit(f))(x), expected, rtol=1e-5)
        np.testing.assert_allclose(wg.vmap(wg.jit(wg.grad(lambda x: x**3)))(x), 3 * np.arange(4.0) ** 2, rtol=1e-6)


def test_threads():
    f = wg.jit(lambda x: wnp.sum(wnp.sin(x) ** 2 + wnp.cos(x) ** 2))
    results, failures = [], []

    def work(n):
        try:
            for _ in range(20):
                results.append(float(f(wnp.ones(n))) - n)
                wg.grad(lambda x: x * x)(3.0)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in (3, 3, 4, 5)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    assert failures == []
    np.testing.assert_allclose(results, 0, atol=1e-5)


def test_captured_values_are_not_shared_between_functions():
    def make(value):
        data = wnp.full(100, value) + wnp.arange(100.0)
        return wg.jit(lambda x: x + data)

    one, two = make(1.0), make(2.0)
    np.testing.assert_array_equal(one(0.0), 1 + np.arange(100.0))
    np.testing.assert_array_equal(two(0.0), 2 + np.arange(100.0))


def test_what_is_no_function():
    def generator(x):
        yield x

    for f, kind in ((generator, "a generator function"), (staticmethod(lambda x: x), "staticmethod"), (3, "int")):
        with pytest.raises(TypeError, match=f"jit: expected a function but got {kind}"):
            wg.jit(f)
    with pytest.raises(ValueError, match="jit: expected donate_argnums below 2 but got 3"):
        wg.jit(lambda a, b: a, donate_argnums=(0, 3))


def test_a_tracer_that_has_leaked():
    kept = []
    wg.jit(lambda x: kept.append(x + 1))(1.0)
    wg.jit(lambda x: kept.append(x))(wnp.ones((2, 3)))
    uses = (wg.jit(lambda x: x), lambda x: wg.jit(wnp.add)(wnp.ones(()), x), lambda x: x + 1)
    for f, x in itertools.product(uses, kept):
        with pytest.raises(wg.errors.LeakedTracerError, match="expected no use of its traced values"):
            f(x)


def test_arguments_by_position_and_by_name():
    seen = []

    def look(x, y):
        seen.append((type(x) is str, type(y) is str))
        return 1

    wg.jit(look, static_argnums=1, static_argnames=())(2, "foo")
    wg.jit(look, static_argnums=(), static_argnames="y")(1, y="foo")
    assert seen == [(False, True), (False, True)]
    with pytest.raises(wg.errors.UnsupportedTypeError):
        wg.jit(look, static_argnums=(), static_argnames="y")(1, "foo")  # by position it is not static
    for names in ("a", "args"):
        with pytest.raises(ValueError, match=f"expected static_argnames that can be given by name but got '{names}'"):
            wg.jit(lambda a, /, b, *args, **kwargs: b, static_argnames=names)
    with pytest.raises(ValueError, match=r"expected arguments that are static or donated but got \['x'\] as both"):
        wg.jit(lambda x: x, static_argnames="x", donate_argnames="x")


def test_what_was_compiled_takes_no_traced_values():
    compiled = wg.jit(lambda x: x + 1).lower(1.0).compile()
    assert compiled(1.0) == 2
    with pytest.raises(TypeError, match="expected arrays, for whose types it was compiled, but got traced values"):
        wg.vmap(lambda x: compiled(x))(wnp.ones(3))
