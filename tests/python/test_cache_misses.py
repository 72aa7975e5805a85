# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What is kept between traces, and why a function is traced again."""

from __future__ import annotations

import copy
import functools
import gc
import weakref

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import calls


def counted(f):
    @functools.wraps(f)
    def g(*args, **kwargs):
        g.calls += 1
        return f(*args, **kwargs)

    g.calls = 0
    return g


class TestKept:
    def test_a_function_that_is_jitted_again(self):
        f = counted(lambda x: x * 2)
        for _ in range(3):
            assert float(wg.jit(f)(2.0)) == 4
        assert f.calls == 1
        wg.jit(f)(wnp.ones(3))
        assert f.calls == 2
        wg.jit(f, inline=True)(2.0)
        assert f.calls == 3

    @pytest.mark.parametrize(
        "transform",
        [wg.grad, wg.value_and_grad, wg.jacfwd, wg.jacrev, wg.hessian, lambda f: wg.grad(wg.grad(f))],
        ids=["grad", "value_and_grad", "jacfwd", "jacrev", "hessian", "grad-grad"],
    )
    def test_a_transform_that_is_jitted_again(self, transform):
        f = counted(lambda x: x**3)
        first = wg.jit(transform(f))(2.0)
        traced = f.calls
        again = wg.jit(transform(f))(2.0)
        assert f.calls == traced
        np.testing.assert_array_equal(np.asarray(first), np.asarray(again))

    def test_a_jitted_function_is_traced_once_for_all_traces_around_it(self):
        f = counted(lambda x: x**3)
        jitted = wg.jit(f)
        close = np.testing.assert_allclose
        for x in (1.0, 2.0):
            close(wg.grad(jitted)(x), 3 * x**2)
            close(wg.grad(lambda x: wg.grad(jitted)(x))(x), 6 * x)
            close(wg.jit(lambda x: jitted(x) + 1)(x), x**3 + 1)
            close(jitted(x), x**3)
        assert f.calls == 1
        close(wg.vmap(jitted)(wnp.arange(3.0)), [0, 1, 8])  # strongly typed: another signature
        close(wg.jit(wg.vmap(jitted))(wnp.arange(3.0)), [0, 1, 8])
        assert f.calls == 2

    def test_a_jitted_function_that_captures_traced_values_is_traced_for_each(self):
        def f(x):
            inner = wg.jit(lambda y: y * x)
            return inner(2.0) + inner(3.0)

        np.testing.assert_allclose([wg.grad(f)(1.0), wg.jit(wg.grad(f))(1.0)], 5)

    def test_other_options_are_other_functions(self):
        f = counted(lambda x, y: x * y)
        close = np.testing.assert_array_equal
        close(wg.jit(wg.grad(f))(2.0, 3.0), 3)
        close(wg.jit(wg.grad(f, argnums=1))(2.0, 3.0), 2)
        close(wg.jit(wg.grad(f, 1))(2.0, 3.0), 2)
        close(wg.jit(wg.vmap(f))(wnp.arange(2.0), wnp.arange(2.0)), [0, 1])
        close(wg.jit(wg.vmap(f, (0, None)))(wnp.arange(2.0), 3.0), [0, 3])
        close(wg.jit(wg.vmap(f, in_axes=[None, 0]))(3.0, wnp.arange(2.0)), [0, 3])  # a list is no key: traced anew
        close(wg.jit(f, static_argnums=1)(2.0, 3.0), 6)

    def test_wrapped_functions_do_not_share(self):
        f = counted(lambda x: x * 2)
        assert float(wg.jit(f)(2.0)) == 4

        @functools.wraps(f)
        def wrapper(x):
            return f(x) + 1

        assert float(wg.jit(wrapper)(2.0)) == 5
        derived = wg.grad(f)
        assert float(wg.jit(derived)(2.0)) == 2

        @functools.wraps(derived)
        def other(x):
            return derived(x) + 1

        assert float(wg.jit(other)(2.0)) == 3

    def test_functions_and_what_they_hold_are_freed(self):
        def make():
            data = wnp.arange(1000.0)
            f = lambda x: (data * x).sum()
            wg.jit(wg.grad(f))(2.0)
            return weakref.ref(f)

        ref = make()
        gc.collect()
        assert ref() is None

    def test_functions_can_be_copied(self):
        f = lambda x: x * 2
        wg.jit(f)(2.0)
        note = f.__dict__["__wengert_note__"]
        assert copy.copy(note) is None  # a copy of the function elsewhere starts anew

    def test_clear_cache(self):
        f = counted(lambda x: x * 2)
        jitted = wg.jit(f)
        jitted(2.0)
        jitted.clear_cache()
        wg.jit(f)(2.0)
        assert f.calls == 2

    def test_eager_transforms_derive_once_for_equal_programs(self, monkeypatch):
        made = []
        original = calls.CallOp._program
        monkeypatch.setattr(calls.CallOp, "_program", lambda self, data: made.append(self.name) or original(self, data))
        f = counted(lambda x: wnp.sin(x) * x * 1.2345)
        for x in (1.0, 2.0, 3.0):
            np.testing.assert_allclose(wg.grad(f)(x), 1.2345 * (np.sin(x) + x * np.cos(x)), rtol=1e-5)
        assert f.calls == 3  # Python runs each time: it may have side effects
        assert made == ["vjp"]
        assert float(wg.grad(lambda x: x if x > 0 else -x)(2.0)) == 1  # other programs are other entries
        assert float(wg.grad(lambda x: x if x > 0 else -x)(-2.0)) == -1

    def test_eager_vjps_linearize_once(self, monkeypatch):
        made = []
        original = calls.Split.__init__
        monkeypatch.setattr(calls.Split, "__init__", lambda self, *a: made.append(a[1]) or original(self, *a))
        for x in (1.0, 2.0):
            pullback = wg.vjp(lambda x: wnp.cos(x) * x * 1.5432, x)[1]
            np.testing.assert_allclose(pullback(1.0)[0], 1.5432 * (np.cos(x) - x * np.sin(x)), rtol=1e-5)
        assert len(made) == 1

    def test_callbacks_are_not_kept(self):
        seen = []

        def f(x):
            wg.debug.callback(lambda v: seen.append(float(v)), x)
            return x * 2

        assert [float(wg.grad(f)(x)) for x in (1.0, 2.0)] == [2, 2]
        assert seen == [1, 2]

    def test_fingerprints(self):
        def of(f, *args):
            program = wg.make_jaxpr(f)(*args)
            return program.module.fingerprint(program.name)

        assert of(lambda x: wnp.sin(x) * 2, 1.0) == of(lambda y: wnp.sin(y) * 2, 1.0)
        assert of(lambda x: wnp.sin(x) * 2, 1.0) != of(lambda x: wnp.sin(x) * 3, 1.0)
        assert of(lambda x: wnp.sin(x), 1.0) != of(lambda x: wnp.sin(x), wnp.ones(2))
        assert of(lambda x, y: x - y, 1.0, 2.0) != of(lambda x, y: y - x, 1.0, 2.0)
        inner = lambda k: wg.jit(lambda x: x * k)
        assert of(lambda x: inner(2.0)(x), 1.0) != of(lambda x: inner(3.0)(x), 1.0)
        assert of(lambda x: wnp.sum(x, axis=0), wnp.ones((2, 2))) != of(lambda x: wnp.sum(x, axis=1), wnp.ones((2, 2)))


class TestExplanations:
    def reasons(self, calls_, **options):
        """What the last of some calls is explained by."""

        def f(x, p, n=0, *rest, k=1.0):
            return x * p["w"]

        jitted = wg.jit(f, **options)
        for args, kwargs in calls_:
            jitted(*args, **kwargs)
        report = wg.explain_cache_misses(jitted)
        assert report.count("jit(f): traced at") == len(calls_)
        assert "test_cache_misses.py:" in report
        return [line.strip() for line in report.split("jit(f): traced at")[-1].splitlines()[1:]]

    ONES = wnp.ones(3)

    @pytest.mark.parametrize(
        ("before", "after", "expected"),
        [
            (((1.0, {"w": 2.0}), {}), ((ONES, {"w": 2.0}), {}), ["x: float32[] (weak) -> float32[3]"]),
            (((1.0, {"w": 2.0}), {}), ((1.0, {"w": ONES}), {}), ["p['w']: float32[] (weak) -> float32[3]"]),
            (((1.0, {"w": 2.0}), {}), ((1, {"w": 2.0}), {}), ["x: float32[] (weak) -> int32[] (weak)"]),
            (((1.0, {"w": 2.0}), {}), ((wnp.float32(1), {"w": 2.0}), {}), ["x: float32[] (weak) -> float32[]"]),
            (((1.0, {"w": 2.0}), {}), ((1.0, {"w": 2.0, "b": 1.0}), {}), ["p['b']: (absent) -> float32[] (weak)"]),
            (((1.0, {"w": 2.0}, 1), {}), ((1.0, {"w": 2.0}, 1, 5.0), {}), ["rest[0]: (absent) -> float32[] (weak)"]),
            (((1.0, {"w": 2.0}), {}), ((1.0, {"w": 2.0}), {"k": 1.0}), ["k: (absent) -> float32[] (weak)"]),
            (((1.0, {"w": 2.0}, 3), {}), ((1.0, {"w": 2.0}, 4), {}), ["static argument n: 3 -> 4"]),
        ],
    )
    def test_differences_of_signatures(self, before, after, expected):
        options = {"static_argnums": 2} if "static" in expected[0] else {}
        assert self.reasons([before, after], **options) == expected

    def test_structures_without_other_leaves(self):
        (reason,) = self.reasons([((1.0, {"w": 2.0}), {}), ((1.0, {"w": 2.0, "b": None}), {})])
        assert reason.startswith("the structure of the arguments: ")
        assert "'b': None" in reason

    def test_static_values_without_equality(self):
        class Mode:
            def __repr__(self):
                return "Mode()"

        calls_ = [((1.0, {"w": 2.0}, Mode()), {}), ((1.0, {"w": 2.0}, Mode()), {})]
        (reason,) = self.reasons(calls_, static_argnums=2)
        assert reason.startswith("static argument n: Mode() -> Mode() (equal text, other object: it has no __eq__")

    def test_settings(self):
        f = wg.jit(lambda x: x * 2)
        x = wnp.ones(2)
        f(x)
        with wg.config.options["threefry_partitionable"].override(True):
            f(x)
        assert "the setting threefry_partitionable: False -> True" in wg.explain_cache_misses(f)

    def test_the_nearest_signature_is_compared(self):
        f = wg.jit(lambda x, y: x + y)
        f(wnp.ones(2), wnp.ones(2))
        f(1, 2)
        f(wnp.ones(2), 3.0)
        last = wg.explain_cache_misses(f).split("traced at")[-1]
        assert "y: float32[2] -> float32[] (weak)" in last
        assert "x:" not in last

    def test_first_calls(self):
        f = wg.jit(lambda x: x * 2)
        assert wg.explain_cache_misses(f) == "jit(lambda): not traced yet"
        f(1.0)
        assert "it was never traced before" in wg.explain_cache_misses(f)

    def test_printed_as_they_happen_with_the_difference_of_programs(self, capsys):
        with wg.explain_cache_misses(True):
            for i in range(3):
                wg.jit(lambda x, i=i: x * max(i, 1))(1.0)
        text = capsys.readouterr().err
        assert "it was never traced before" in text
        assert "it is a new function object; one of the same code" in text
        assert "remedy: define and jit the function once" in text
        assert "its program is the same as before: what was compiled serves again" in text
        assert "-  %0 = wg.constant dense<1.000000e+00>" in text
        assert "+  %0 = wg.constant dense<2.000000e+00>" in text
        wg.jit(lambda x: x)(1.0)
        assert capsys.readouterr().err == ""

    def test_as_a_setting(self, capsys):
        wg.config.update("explain_cache_misses", True)
        try:
            wg.jit(lambda x: x)(1.0)
        finally:
            wg.config.update("explain_cache_misses", False)
        assert "jit(lambda): traced at" in capsys.readouterr().err

    def test_inside_of_other_traces_once(self):
        inner = wg.jit(lambda x: x * 2)
        for x in (1.0, 2.0):
            wg.grad(lambda x: inner(x))(x)
        assert len(inner.cache_misses) == 1

    def test_other_things_are_refused(self):
        with pytest.raises(
            TypeError, match="explain_cache_misses: expected a jitted function or a bool but got function"
        ):
            wg.explain_cache_misses(lambda x: x)
