# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Batched forms that programs give for their own functions: custom_vmap."""

from __future__ import annotations

import re

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, lax
from wengert.custom_batching import custom_vmap, sequential_vmap

XS = np.array([1.0, 2.0, 3.0], np.float32)


def close(got, want):
    np.testing.assert_allclose(np.asarray(got), np.asarray(want), rtol=2e-5, atol=1e-6)


def told_apart():
    """x + y, and x * y over a batch; what the rule was told."""
    seen = []

    @custom_vmap
    def f(x, y):
        return x + y

    @f.def_vmap
    def rule(axis_size, in_batched, xs, ys):
        seen.append((axis_size, in_batched))
        assert all(not b or x.shape[0] == axis_size for b, x in zip(in_batched, (xs, ys), strict=True))
        return xs * ys, True

    return f, seen


class TestRules:
    def test_batches(self):
        f, seen = told_apart()
        close(f(2.0, 3.0), 5.0)
        close(wg.jit(f)(2.0, 3.0), 5.0)
        assert not seen
        for run in (wg.vmap(f), wg.jit(wg.vmap(f)), wg.vmap(wg.jit(f)), wg.vmap(lambda x, y: f(x, y) + 0)):
            close(run(XS, XS), XS * XS)
        assert set(map(str, seen)) == {"(3, [True, True])"}
        close(wg.vmap(f, (0, None))(XS, 2.0), 2 * XS)
        close(wg.vmap(f, (1, None), 0)(XS.reshape(1, 3), 2.0), 2 * XS.reshape(3, 1))
        assert seen[-1] == (3, [True, False])
        close(wg.vmap(f)(XS[:2], XS[:2]), XS[:2] ** 2)
        assert seen[-1] == (2, [True, True])

    def test_results_without_a_batch(self):
        f = custom_vmap(lambda x, y: (x, y))
        f.def_vmap(lambda n, batched, xs, ys: ((2 * xs, ys), (True, False)))
        a, b = wg.vmap(f, (0, None))(XS, 5.0)
        close(a, 2 * XS)
        close(b, [5.0] * 3)

    def test_trees(self):
        f = custom_vmap(lambda p: {"y": p["a"] * p["b"][0]})

        @f.def_vmap
        def rule(n, batched, p):
            assert batched == [{"a": True, "b": [False]}] and n == 3
            return {"y": 10 * p["a"] * p["b"][0]}, {"y": True}

        close(wg.vmap(lambda x: f({"a": x, "b": [2.0]})["y"])(XS), 20 * XS)

    def test_nested_batches(self):
        f, seen = told_apart()
        got = wg.vmap(wg.vmap(f, (0, None)), (None, 0))(XS, XS)
        close(got, XS[:, None] * XS)
        assert len(seen) == 1  # the outer batch is one of the rule's products
        g = custom_vmap(lambda x: x)
        g.def_vmap(lambda n, batched, xs: (n * g(xs), True))
        close(wg.vmap(wg.vmap(g))(wnp.ones((2, 4))), np.full((2, 4), 8.0))

    def test_derivatives(self):
        f, _ = told_apart()
        close(wg.grad(f)(2.0, 3.0), 1.0)
        close(wg.grad(lambda x: wnp.sum(wg.vmap(f)(x, XS)))(wnp.asarray(XS)), XS)
        close(wg.jvp(lambda x: wg.vmap(f)(x, XS), (wnp.asarray(XS),), (wnp.ones(3),))[1], XS)

    def test_batches_of_derivatives(self):
        f, seen = told_apart()
        jvp = lambda x, y, t: wg.jvp(lambda x: f(x, y), (x,), (t,))
        for wrap in (lambda g: g, wg.jit):
            for got, want in [
                (wrap(wg.vmap(jvp))(XS, 2 * XS, 3 * XS), (2 * XS * XS, 6 * XS * XS)),
                (wrap(wg.vmap(wg.jit(jvp)))(XS, XS, XS), (XS * XS, XS * XS)),
                (wrap(wg.vmap(jvp, (0, None, None)))(XS, 2.0, 3.0), (2 * XS, np.full(3, 6.0))),
                (wrap(wg.vmap(jvp, (None, 0, None)))(2.0, XS, 3.0), (2 * XS, 3 * XS)),
                (wrap(wg.vmap(jvp, (None, 0, 0)))(2.0, XS, XS), (2 * XS, XS * XS)),
                # Nothing of f is batched.
                (wrap(wg.vmap(jvp, (None, None, 0)))(2.0, 3.0, XS), (np.full(3, 5.0), XS)),
            ]:
                close(got[0], want[0])
                close(got[1], want[1])
        assert {str(batched) for _, batched in seen} == {"[True, True]", "[True, False]", "[False, True]"}

    def test_batches_of_second_derivatives(self):
        f = custom_vmap(lambda x: wnp.sin(x))
        f.def_vmap(lambda n, batched, xs: (xs**3, True))
        slope = lambda g: lambda x: wg.jvp(g, (x,), (wnp.ones_like(x),))[1]
        close(wg.vmap(slope(slope(f)))(XS), 6 * XS)
        close(wg.vmap(wg.vmap(slope(f)))(np.stack([XS, XS])), 3 * np.stack([XS, XS]) ** 2)
        close(wg.jvp(wg.vmap(slope(f)), (wnp.asarray(XS),), (wnp.ones(3),))[1], 6 * XS)
        close(wg.jacfwd(f)(2.0), np.cos(2.0))

    def test_batches_of_derivatives_of_results_without_a_batch(self):
        f = custom_vmap(lambda x, i: (x, i, wnp.float32(1)))
        f.def_vmap(lambda n, batched, xs, i: ((2 * xs, i, xs.sum()), (True, False, False)))
        out, tangents = wg.vmap(lambda x: wg.jvp(lambda x: f(x, 3), (x,), (x,)))(XS)
        for got, want in zip(out, (2 * XS, [3] * 3, [6.0] * 3), strict=True):
            close(got, want)
        close(tangents[0], 2 * XS)
        close(tangents[2], [6.0] * 3)

    def test_with_custom_vjp_around(self):
        inner = custom_vmap(lambda x: wnp.sin(x))
        inner.def_vmap(lambda n, batched, xs: (wnp.cos(xs), True))
        f = wg.custom_vjp(lambda x: inner(x))
        f.defvjp(lambda x: (f(x), x), lambda x, ct: (7 * ct * x,))
        close(wg.vmap(f)(XS), np.cos(XS))
        close(wg.vmap(wg.grad(f))(XS), 7 * XS)
        close(wg.grad(lambda x: wnp.sum(wg.vmap(f)(x)))(wnp.asarray(XS)), 7 * XS)

    def test_in_branches(self):
        f, _ = told_apart()
        close(wg.vmap(lambda x: lax.cond(True, lambda x: f(x, x), lambda x: x, x))(XS), XS * XS)

    def test_arrays_that_the_rule_uses(self):
        big = np.arange(60.0, dtype=np.float32).reshape(3, 20)
        f = custom_vmap(lambda x: x)
        f.def_vmap(lambda n, batched, xs: (xs + wnp.sum(wnp.asarray(big), 1), True))
        close(wg.vmap(f)(XS), XS + big.sum(1))
        close(wg.jit(wg.vmap(f))(XS), XS + big.sum(1))

    def test_the_rule_stays_in_the_program(self):
        f, _ = told_apart()
        traced = wg.make_jaxpr(lambda x: wg.vmap(f)(x, x))(wnp.asarray(XS))
        module = traced.module
        module.run("wg-expand-transforms")
        text = str(module).replace("wg.custom_vmap_source", "wg.other")
        name = re.search(r"func.func @(\w+)\(", text)[1]
        close(wg.from_text(text, name)(wnp.asarray(XS)), XS * XS)


class TestSequential:
    def test_one_after_the_other(self):
        f = sequential_vmap(lambda x, y: wnp.sin(x) * y)
        close(f(2.0, 3.0), 3 * np.sin(2.0))
        close(wg.vmap(f, (0, None))(XS, 2.0), 2 * np.sin(XS))
        close(wg.vmap(f, (1, 0))(XS[None], XS), (XS * np.sin(XS))[:, None])
        close(wg.jit(wg.vmap(f))(XS, XS), XS * np.sin(XS))
        assert "scan" in str(wg.make_jaxpr(wg.vmap(f))(XS, XS))

    def test_trees_and_batches_of_batches(self):
        @sequential_vmap
        def f(data):
            return {"sum": wnp.sum(data["x"]) * data["w"], "x": data["x"]}

        x = np.arange(12.0, dtype=np.float32).reshape(2, 3, 2)
        axes = ({"x": 0, "w": None},)
        out = wg.vmap(wg.vmap(f, axes), axes)({"x": x, "w": 2.0})
        close(out["sum"], 2 * x.sum(-1))
        close(out["x"], x)

    def test_derivatives(self):
        f = sequential_vmap(lambda x: wnp.sin(x) ** 2)
        for run in (wg.vmap(wg.grad(f)), wg.grad(lambda xs: wg.vmap(f)(xs).sum()), wg.jit(wg.vmap(wg.jacfwd(f)))):
            close(run(XS), np.sin(2 * XS))

    def test_effects_of_each_element_in_order(self):
        seen = []
        f = sequential_vmap(lambda x: wg.pure_callback(seen.append, None, x) or x)
        assert f(1.0) == 1.0
        g = sequential_vmap(lambda x: (wg.debug.callback(lambda v: seen.append(float(v)), x), 2 * x)[1])
        close(wg.vmap(g)(XS), 2 * XS)
        assert seen[-3:] == XS.tolist()


class TestText:
    TEXT = """
    func.func @f(%x: tensor<f32>) -> tensor<f32>
        attributes {wg.custom_vmap = {rule = @rule, size = 3 : i64, batched = array<i64: 0>, outs = array<i64: 0>}} {
      return %x : tensor<f32>
    }
    func.func private @rule(%x: tensor<3xf32>) -> tensor<3xf32> {
      %0 = wg.neg %x : tensor<3xf32>
      return %0 : tensor<3xf32>
    }"""

    def test_rule(self):
        f = wg.from_text(self.TEXT, "f")
        close(f(2.0), 2.0)
        close(wg.vmap(f)(XS), -XS)
        with pytest.raises(errors.WengertError, match=r"custom_vmap of @f\w*: expected a rule for a batch of 2 over"):
            wg.vmap(f)(XS[:2])

    @pytest.mark.parametrize(
        "attribute, words",
        [
            ("{of = @f, wrt = array<i64: 0>}", None),
            ("{of = @f, wrt = array<i64>}", "expected {of = @function, wrt = array<i64: ...>} but got"),
            ("{of = @f}", "expected {of = @function, wrt = array<i64: ...>} but got"),
            ("{of = @f, wrt = array<i64: 1>}", "wrt"),
            ("{of = @f, wrt = array<i64: 0, 0>}", "wrt"),
            ("{of = @g, wrt = array<i64: 0>}", "expected the arguments and results of @g_1 and their tangents"),
            ("3 : i64", "expected a rule for a batch of 3"),
        ],
    )
    def test_derivatives_in_text(self, attribute, words):
        self.check(attribute, words, "tensor<f32>, tensor<f32>", "%x, %t")

    def test_derivatives_in_text_of_other_results(self):
        self.check("{of = @f, wrt = array<i64: 0>}", "expected the arguments and results of @f", "tensor<f32>", "%x")

    def check(self, attribute, words, types, values):
        text = f"""{self.TEXT}
        func.func @g(%x: tensor<f32>, %t: tensor<f32>) -> ({types})
            attributes {{wg.custom_vmap_jvp = {attribute}}} {{
          return {values} : {types}
        }}"""
        run = wg.vmap(wg.from_text(text, "g"))
        if words is None:
            close(run(XS, XS), [-XS, -XS])
            return
        with pytest.raises(errors.WengertError, match=words.replace("{", "[{]").replace("...", "[.]{3}")):
            run(XS, XS)


class TestRefusals:
    def test_no_rule(self):
        with pytest.raises(AttributeError, match=r"custom_vmap\(sin\): expected a rule given with def_vmap"):
            custom_vmap(wnp.sin)(1.0)

    @pytest.mark.parametrize(
        "rule, error, words",
        [
            (lambda n, b, x: x, errors.TreeError, "expected a pair .result, out_batched. from its rule"),
            (lambda n, b, x: ((x,), (True,)), errors.TreeError, "expected a result of the structure"),
            (lambda n, b, x: (x, (True,)), errors.TreeError, "expected out_batched of the structure"),
            (lambda n, b, x: (x, False), errors.ShapeError, r"result 0 of its rule .* shape \(\) but got shape \(3,\)"),
            (lambda n, b, x: (x.astype(int), True), errors.DtypeError, "of type float32 but got int32"),
        ],
    )
    def test_broken_rule(self, rule, error, words):
        f = custom_vmap(lambda x: x)
        f.def_vmap(rule)
        for run in (wg.vmap(f), wg.jit(wg.vmap(f))):
            with pytest.raises(error, match=rf"custom_vmap\(lambda\): .*{words}"):
                run(XS)

    def test_closures(self):
        def outer(y):
            f = custom_vmap(lambda x: x * y)
            f.def_vmap(lambda n, batched, xs: (xs * 2, True))
            return f

        close(wg.jit(lambda y: wg.vmap(outer(y))(XS))(3.0), 2 * XS)
        with pytest.raises(errors.InAxesError, match="as arguments of the function but it closes over one"):
            wg.vmap(lambda y: outer(y)(y))(XS)

        def other(y):
            f = custom_vmap(lambda x: x)
            f.def_vmap(lambda n, batched, xs: (xs * y, True))
            return f

        with pytest.raises(errors.LeakedTracerError, match="expected no use of its traced values"):
            wg.jit(lambda y: wg.vmap(other(y))(XS))(3.0)
        with pytest.raises(errors.LeakedTracerError, match=r"a rule for batches .* closes over a traced value"):
            wg.grad(lambda y: y * float(wnp.sum(wg.vmap(other(y))(XS * y))))(3.0)
