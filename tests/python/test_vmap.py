# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""vmap: axes, trees, nesting, refusals."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors


def close(a, b, rtol=1e-5, atol=1e-6):
    np.testing.assert_allclose(np.asarray(a), b, rtol=rtol, atol=atol)


x34 = np.arange(12, dtype=np.float32).reshape(3, 4)


class TestAxes:
    def test_default(self):
        close(wg.vmap(lambda x: wnp.sum(x) * 2)(x34), x34.sum(1) * 2)

    @pytest.mark.parametrize("axis", [0, 1, -1, -2])
    def test_in_axes(self, axis):
        close(wg.vmap(wnp.sum, in_axes=axis)(x34), x34.sum(1 if axis in (0, -2) else 0))

    @pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
    def test_out_axes(self, axis):
        x = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
        close(wg.vmap(lambda x: x * 2, out_axes=axis)(x), np.moveaxis(x * 2, 0, axis))

    def test_none(self):
        close(wg.vmap(lambda x, y: x * y, in_axes=(None, 0))(2.0, x34), 2 * x34)
        close(wg.vmap(lambda x, y: x * y, in_axes=(0, None))(x34, 2.0), 2 * x34)
        close(wg.vmap(lambda x, y: (x * y, x + 1), in_axes=(None, 0), out_axes=(0, None))(2.0, x34)[1], 3)

    def test_different_axes(self):
        fhat = lambda params, x: params[0] * x + params[1]
        loss = wg.vmap(lambda params, x, y: (fhat(params, x) - y) ** 2, in_axes=(None, 0, 1))
        xs = wnp.linspace(0, 2, 5)
        close(
            loss(wnp.array([5.0, 2.0]), xs.reshape((5, 1)), (5 * xs + 2).reshape((1, 5))), np.zeros((5, 1)), atol=1e-5
        )

    def test_trees(self):
        f = lambda p, q: p["a"] * q[0] + p["b"] - q[1]
        p = {"a": wnp.arange(3.0), "b": 10.0}
        q = (2.0, wnp.arange(3.0))
        expected = np.arange(3) * 2 + 10 - np.arange(3)
        close(wg.vmap(f, in_axes=({"a": 0, "b": None}, (None, 0)))(p, q), expected)
        close(wg.vmap(f, in_axes=[{"a": 0, "b": None}, (None, 0)])(p, q), expected)
        out = wg.vmap(lambda x: {"y": x, "z": (x * 2, x)}, out_axes={"y": 0, "z": 1})(x34)
        close(out["y"], x34)
        close(out["z"][0], 2 * x34.T)

    def test_keywords_are_mapped_over_axis_0(self):
        close(wg.vmap(lambda x, y: x * y)(wnp.arange(3.0), y=wnp.arange(3.0)), np.arange(3) ** 2)

    def test_axis_size(self):
        close(wg.vmap(lambda: 3.0, axis_size=4)(), np.full(4, 3.0))
        close(wg.vmap(lambda x: x, in_axes=None, axis_size=2)(wnp.ones(3)), np.ones((2, 3)))

    def test_results_that_do_not_depend(self):
        _, b = wg.vmap(lambda x: (x, wnp.arange(2.0)), out_axes=(0, 1))(wnp.ones(3))
        close(b, np.repeat(np.arange(2.0)[:, None], 3, 1))
        assert wg.vmap(lambda x: 7.0, out_axes=None)(wnp.ones(3)) == 7.0

    def test_results_that_the_compiler_finds_not_to_depend(self):
        along = lambda dx: wg.jvp(wnp.sin, (2.0,), (dx,))
        for run in (wg.vmap(along, out_axes=(None, 0)), wg.jit(wg.vmap(along, out_axes=(None, 0)))):
            y, dy = run(wnp.arange(3.0))
            np.testing.assert_allclose(y, np.sin(2.0), rtol=1e-6)
            np.testing.assert_allclose(dy, np.cos(2.0) * np.arange(3), rtol=1e-6)

    @pytest.mark.parametrize("wrap", [lambda f: f, wg.jit])
    def test_what_loops_and_branches_hand_on_does_not_depend(self, wrap):
        def loop(w, x, n):
            return wg.lax.while_loop(lambda s: s[0] < n, lambda s: (s[0] + 1, s[1] @ s[2], s[2]), (0, x, w))[1:]

        w, xs = 2 * wnp.eye(2), wnp.ones((3, 2))
        got = wrap(wg.vmap(loop, (None, 0, 0), (0, None)))(w, xs, wnp.arange(3))
        close(got[0], [[1, 1], [2, 2], [4, 4]])
        close(got[1], w)

        def branch(x, y):
            return wg.lax.switch(x, [lambda x, y: (x, y, y), lambda x, y: (2 * x, y, 2 * y)], x, y)

        got = wrap(wg.vmap(branch, (0, None), (0, None, 0)))(wnp.arange(2), 3.0)
        for a, b in zip(got, ([0, 2], 3.0, [3.0, 6.0]), strict=True):
            close(a, b)
        with pytest.raises(errors.InAxesError, match="entry 2 of out_axes"):
            wrap(wg.vmap(branch, (0, None), (0, None, None)))(wnp.arange(2), 3.0)

    def test_types(self):
        assert wg.vmap(lambda x: x > 1)(wnp.arange(3)).dtype == np.bool_
        assert wg.vmap(lambda x: x + 1)(wnp.arange(3)).dtype == np.int32


class TestNesting:
    def test_pairs(self):
        f = lambda x, y: wnp.sum(wnp.abs(x - y))
        x = np.linspace(1, 5, 4, dtype=np.float32)
        expected = np.abs(x[:, None] - x[None])
        close(wg.vmap(lambda a: wg.vmap(lambda b: f(a, b))(x))(x), expected)
        close(wg.vmap(wg.vmap(f, (0, None)), (None, 0))(x, x), expected)
        close(wg.jit(wg.vmap(lambda a: wg.vmap(lambda b: f(a, b))(x)))(x), expected)

    def test_of_grad(self):
        x = np.linspace(0, 6, 20, dtype=np.float32)
        close(wg.vmap(wg.grad(wnp.sin))(x), np.cos(x))
        close(wg.vmap(wg.grad(wg.grad(wnp.sin)))(x), -np.sin(x))
        close(wg.jit(wg.vmap(wg.grad(wnp.tanh)))(x), 1 / np.cosh(x) ** 2)

    def test_per_example_gradients(self):
        rng = np.random.default_rng(0)
        w = rng.normal(size=(3,)).astype(np.float32)
        xs, ys = rng.normal(size=(8, 3)).astype(np.float32), rng.normal(size=(8,)).astype(np.float32)
        loss = lambda w, x, y: (wnp.dot(x, w) - y) ** 2
        close(wg.vmap(wg.grad(loss), in_axes=(None, 0, 0))(w, xs, ys), 2 * (xs @ w - ys)[:, None] * xs, rtol=1e-4)

    def test_matrices(self):
        rng = np.random.default_rng(1)
        a = rng.normal(size=(5, 2, 3)).astype(np.float32)
        b = rng.normal(size=(3, 4)).astype(np.float32)
        close(wg.vmap(wnp.dot, (0, None))(a, b), a @ b, rtol=1e-4)
        close(wg.vmap(lambda y: wnp.dot(a[0], y), in_axes=1, out_axes=1)(b), a[0] @ b, rtol=1e-4)

    def test_with_a_captured_outer_value(self):
        close(wg.grad(lambda w: wnp.sum(wg.vmap(lambda x: w * x)(wnp.arange(4.0))))(2.0), 6.0)
        large = wnp.arange(30.0)
        close(wg.vmap(lambda x: wnp.dot(large, x * large))(wnp.arange(2.0)), [0, (np.arange(30.0) ** 2).sum()])


class TestRefusals:
    def test_sizes(self):
        with pytest.raises(errors.InAxesError) as info:
            wg.vmap(wnp.add)(wnp.ones(2), wnp.ones(3))
        message = str(info.value)
        assert message.startswith("vmap(add): expected mapped axes of one size but got argument 0: shape (2,)")
        assert "argument 1: shape (3,), axis 0 of size 3" in message
        assert "test_vmap.py" in message

    def test_sizes_in_trees(self):
        with pytest.raises(errors.InAxesError, match=r"argument 0\['a'\]: shape \(2,\)"):
            wg.vmap(lambda p: p["a"])({"a": wnp.ones(2), "b": wnp.ones(3)})

    def test_axis_size(self):
        with pytest.raises(errors.InAxesError, match="axis_size: 4"):
            wg.vmap(lambda x: x, axis_size=4)(wnp.ones(3))

    def test_rank(self):
        with pytest.raises(errors.InAxesError, match=r"but got axis 0 for shape \(\).*"):
            wg.vmap(lambda x: x)(1.0)
        with pytest.raises(errors.InAxesError, match=r"out_axes between -1 and 0 but got 3"):
            wg.vmap(lambda x: x, out_axes=3)(wnp.ones(2))

    def test_number_of_entries(self):
        with pytest.raises(errors.InAxesError, match="expected in_axes for 2 positional arguments but got 1"):
            wg.vmap(wnp.add, in_axes=(0,))(wnp.ones(2), wnp.ones(2))

    def test_structure(self):
        with pytest.raises(errors.InAxesError, match="expected in_axes that fits the structure"):
            wg.vmap(wnp.add, in_axes=({"a": 0}, 0))(wnp.ones(2), wnp.ones(2))
        with pytest.raises(errors.InAxesError, match="expected out_axes that fits the structure"):
            wg.vmap(lambda x: x, out_axes=(0, 0))(wnp.ones(2))

    def test_nothing_mapped(self):
        with pytest.raises(errors.InAxesError, match="at least one mapped argument"):
            wg.vmap(lambda x: x, in_axes=None)(wnp.ones(2))

    def test_out_axes_none_for_a_mapped_result(self):
        message = "entry 0 of out_axes is - but result 0 depends on a batched argument; give it an axis"
        for f in (wg.vmap(lambda x: x, out_axes=None), wg.jit(wg.vmap(lambda x: x, out_axes=None))):
            with pytest.raises(errors.InAxesError, match=message):
                f(wnp.ones(2))

    def test_axes_of_another_type(self):
        with pytest.raises(TypeError, match="in_axes to be an int, None"):
            wg.vmap(lambda x: x, in_axes="a")
        with pytest.raises(TypeError, match="out_axes to be an int, None"):
            wg.vmap(lambda x: x, out_axes=1.5)

    def test_not_a_function(self):
        with pytest.raises(TypeError, match="vmap: expected a function"):
            wg.vmap(3)
