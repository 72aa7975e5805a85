# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""vmap with axis names, and the functions of all examples: against NumPy on the whole batch, under every transform."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, lax, random
from wengert.interpreter import free_axes

N = 4
X = np.linspace(-1.0, 2.0, N * 3, dtype=np.float32).reshape(N, 3)
SQUARE = np.random.default_rng(0).normal(size=(N, N, 3)).astype(np.float32)


def close(a, b, rtol=1e-5, atol=1e-5):
    np.testing.assert_allclose(np.asarray(a), b, rtol=rtol, atol=atol)


def over_i(f, **kwargs):
    return wg.vmap(f, axis_name="i", **kwargs)


# What each collective does to the whole batch, in NumPy.
CASES = {
    "psum": (lambda x: lax.psum(x, "i"), lambda x: np.broadcast_to(x.sum(0), x.shape)),
    "pmean": (lambda x: lax.pmean(x, "i"), lambda x: np.broadcast_to(x.mean(0), x.shape)),
    "pmax": (lambda x: lax.pmax(x, "i"), lambda x: np.broadcast_to(x.max(0), x.shape)),
    "pmin": (lambda x: lax.pmin(x, "i"), lambda x: np.broadcast_to(x.min(0), x.shape)),
    "all_gather": (lambda x: lax.all_gather(x, "i"), lambda x: np.broadcast_to(x, (N, *x.shape))),
    "all_gather axis": (
        lambda x: lax.all_gather(x, "i", axis=-1),
        lambda x: np.broadcast_to(np.moveaxis(x, 0, -1), (N, *x.shape[1:], N)),
    ),
    "all_gather tiled": (
        lambda x: lax.all_gather(x, "i", tiled=True),
        lambda x: np.broadcast_to(np.concatenate(list(x)), (N, N * x.shape[1], *x.shape[2:])),
    ),
    "all_gather tiled axis": (
        lambda x: lax.all_gather(x, "i", axis=-1, tiled=True),
        lambda x: np.broadcast_to(np.concatenate(list(x), -1), (N, *x.shape[1:-1], N * x.shape[-1])),
    ),
    "ppermute": (lambda x: lax.ppermute(x, "i", [(i, (i + 1) % N) for i in range(N)]), lambda x: np.roll(x, 1, 0)),
    "ppermute partial": (
        lambda x: lax.ppermute(x, "i", [(0, 2), (3, 0)]),
        lambda x: np.stack([x[3], 0 * x[0], x[0], 0 * x[0]]),
    ),
    "pshuffle": (lambda x: lax.pshuffle(x, "i", [2, 0, 3, 1]), lambda x: x[[2, 0, 3, 1]]),
    "pbroadcast": (lambda x: lax.pbroadcast(x, "i", 2), lambda x: np.broadcast_to(x[2], x.shape)),
    "axis_index": (
        lambda x: x * lax.axis_index("i"),
        lambda x: x * np.arange(N).reshape(N, *[1] * (x.ndim - 1)).astype(x.dtype),
    ),
    "axis_size": (lambda x: x * lax.axis_size("i"), lambda x: x * N),
    "constants": (
        lambda x: x * lax.psum(1, "i") + lax.psum(2.0, "i") + lax.psum(wnp.ones(()), "i"),
        lambda x: x * N + 3 * N,
    ),
}
SQUARE_CASES = {
    "all_to_all": (lambda x: lax.all_to_all(x, "i", 0, 0), lambda x: x.swapaxes(0, 1)),
    "all_to_all axes": (lambda x: lax.all_to_all(x, "i", 0, 1), lambda x: np.transpose(x, (1, 2, 0))),
    "pswapaxes": (lambda x: lax.pswapaxes(x, "i", 0), lambda x: x.swapaxes(0, 1)),
    "psum_scatter": (lambda x: lax.psum_scatter(x, "i"), lambda x: x.sum(0)),
    "psum_scatter tiled": (
        lambda x: lax.psum_scatter(wnp.concatenate([x, 2 * x]), "i", tiled=True),
        lambda x: np.concatenate([x, 2 * x], 1).sum(0).reshape(N, 2, -1),
    ),
    "all_to_all tiled": (
        lambda x: lax.all_to_all(wnp.concatenate([x, 2 * x], 1), "i", 0, 1, tiled=True),
        lambda x: np.concatenate([x, 2 * x], 2).transpose(1, 0, 2).reshape(N, 1, -1),
    ),
}
ALL = {**{k: (*v, X) for k, v in CASES.items()}, **{k: (*v, SQUARE) for k, v in SQUARE_CASES.items()}}


def test_all_to_all_of_two_axes():
    x = np.arange(2 * 3 * 6 * 4.0, dtype=np.float32).reshape(2, 3, 6, 4)
    swapped = x.reshape(6, 6, 4).swapaxes(0, 1)
    over = lambda f: wg.vmap(wg.vmap(f, axis_name="j"), axis_name="i")
    assert np.array_equal(over(lambda a: lax.all_to_all(a, ("i", "j"), 0, 0))(x), swapped.reshape(x.shape))
    moved = over(lambda a: lax.all_to_all(a, ("i", "j"), 0, 1))(x)
    assert np.array_equal(moved, np.moveaxis(swapped, 1, 2).reshape(2, 3, 4, 6))
    tiled = over(lambda a: lax.all_to_all(a, ("i", "j"), 0, 1, tiled=True))(x)
    assert np.array_equal(tiled, np.moveaxis(swapped, 1, 1).reshape(2, 3, 1, 24))


@pytest.mark.parametrize("name", ALL)
class TestCollectives:
    def test_value(self, name):
        f, expected, x = ALL[name]
        got = over_i(f)(x)
        assert got.dtype == x.dtype
        close(got, expected(x))

    def test_jit(self, name):
        f, expected, x = ALL[name]
        close(wg.jit(over_i(f))(x), expected(x))
        close(over_i(wg.jit(f))(x), expected(x))

    def test_another_axis_around_and_inside(self, name):
        f, expected, x = ALL[name]
        many = np.stack([x, 2 * x - 1])
        each = np.stack([expected(m) for m in many])
        close(wg.vmap(over_i(f))(many), each)
        close(wg.vmap(over_i(f), axis_name="j")(many), each)
        close(over_i(wg.vmap(f), in_axes=1, out_axes=1)(many), each)
        close(
            over_i(wg.vmap(f, in_axes=-1, out_axes=-1), in_axes=0)(np.moveaxis(many, 0, -1)), np.moveaxis(each, 0, -1)
        )

    def test_jvp_and_vjp_from_outside(self, name):
        f, expected, x = ALL[name]
        g = over_i(f)
        v = np.cos(np.arange(x.size, dtype=np.float32)).reshape(x.shape)
        y, dy = wg.jvp(g, (x,), (v,))
        if name not in ("pmax", "pmin", "constants"):  # these are linear
            close(dy, expected(v))
        w = np.sin(np.arange(y.size, dtype=np.float32)).reshape(y.shape)
        (ct,) = wg.vjp(g, x)[1](w)
        close(np.sum(ct * v), np.sum(dy * w), rtol=1e-4, atol=1e-4)
        close(wg.jit(lambda w: wg.vjp(g, x)[1](w)[0])(w), ct)

    def test_derivatives_inside(self, name):
        """A transform inside differentiates the results of all examples."""
        f, _, x = ALL[name]
        v = np.cos(np.arange(x.size, dtype=np.float32)).reshape(x.shape)
        y, dy = wg.jvp(over_i(f), (x,), (v,))
        w = np.sin(np.arange(y.size, dtype=np.float32)).reshape(y.shape)
        (ct,) = wg.vjp(over_i(f), x)[1](w)
        close(over_i(lambda x, v: wg.jvp(f, (x,), (v,))[1])(x, v), dy)
        inside = lambda x, w: wg.vjp(f, x)[1](w)[0]
        close(over_i(inside)(x, w), ct)
        close(wg.jit(over_i(inside))(x, w), ct)
        close(over_i(wg.jit(inside))(x, w), ct)
        close(over_i(lambda x, w: wg.grad(lambda x: wnp.sum(f(x) * w))(x))(x, w), ct)
        linear = lambda x, v: wg.linearize(f, x)[1](v)
        close(over_i(linear)(x, v), dy)

    def test_text(self, name):
        """What is traced can be printed and parsed again."""
        from wengert import _native

        f, _, x = ALL[name]
        text = wg.jit(over_i(wg.jit(f))).trace(x).plan.function.module.to_text()
        assert name in ("axis_size", "constants") or 'axis "i"' in text
        assert _native.parse(text).to_text() == text


class TestNames:
    def test_pytrees_and_numbers(self):
        out = over_i(lambda x: lax.psum({"a": x, "b": (x * 2, 1, 2.5, True)}, "i"))(X)
        close(out["a"][0], X.sum(0))
        close(out["b"][0][1], 2 * X.sum(0))
        assert np.asarray(out["b"][1]).tolist() == [N] * N
        close(out["b"][2], [2.5 * N] * N)
        assert np.asarray(out["b"][3]).tolist() == [N] * N

    def test_a_number_gives_a_python_int(self):
        seen = []
        over_i(lambda x: seen.append((lax.psum(1, "i"), lax.axis_size("i"))) or x)(X)
        assert seen == [(N, N)]
        assert all(type(v) is int for v in seen[0])

    def test_bools_count(self):
        got = over_i(lambda x: lax.psum(x > 0, "i"))(X)
        assert got.dtype == np.int32
        close(got[0], (X > 0).sum(0))

    @pytest.mark.parametrize("dtype", ["int8", "uint32", "float16", "bfloat16", "complex64"])
    def test_types(self, dtype):
        x = wnp.arange(1, 5).astype(dtype)
        f = lambda x: (lax.psum(x, "i"), lax.all_gather(x, "i"), lax.ppermute(x, "i", [(0, 1)]))
        for g in (over_i(f), wg.jit(over_i(f))):
            total, gathered, sent = g(x)
            assert {a.dtype for a in (total, gathered, sent)} == {x.dtype}
            assert np.asarray(total).astype(complex).tolist() == [10] * 4
            assert np.asarray(gathered).astype(complex)[2].tolist() == [1, 2, 3, 4]
            assert np.asarray(sent).astype(complex).tolist() == [0, 1, 0, 0]

    def test_several_names(self):
        x = np.arange(6, dtype=np.float32).reshape(2, 3)

        def f(x):
            both = ("i", "j")
            return (
                lax.psum(x, both), lax.pmean(x, both), lax.pmax(x, both), lax.axis_index(both), lax.all_gather(x, both),
                x * lax.axis_size(both), lax.psum(1, both), lax.axis_index(("j", "i")),
            )  # fmt: skip

        g = wg.vmap(wg.vmap(f, axis_name="j"), axis_name="i")
        for run in (g, wg.jit(g)):
            total, mean, top, index, gathered, sized, count, other = run(x)
            close(total, np.full((2, 3), 15.0))
            close(mean, np.full((2, 3), 2.5))
            close(top, np.full((2, 3), 5.0))
            close(index, x)
            close(gathered[1, 2], np.arange(6))
            close(sized, 6 * x)
            close(count, np.full((2, 3), 6))
            close(other, np.arange(6).reshape(3, 2).T)

    def test_nested_names(self):
        x = np.arange(6, dtype=np.float32).reshape(2, 3)
        f = lambda x: (lax.psum(x, "i"), lax.psum(x, "j"), lax.axis_index("i") * 10 + lax.axis_index("j"))
        a, b, c = wg.vmap(wg.vmap(f, axis_name="j"), axis_name="i")(x)
        close(a, np.broadcast_to(x.sum(0), (2, 3)))
        close(b, np.broadcast_to(x.sum(1, keepdims=True), (2, 3)))
        close(c, [[0, 1, 2], [10, 11, 12]])

    def test_the_innermost_of_two_axes_of_a_name_counts(self):
        x = np.arange(6, dtype=np.float32).reshape(2, 3)
        inner = wg.vmap(lambda y: lax.psum(y, "i") + 10 * lax.axis_index("i"), axis_name="i")
        f = lambda row: inner(row) + lax.psum(row[0], "i") + 100 * lax.axis_index("i")
        expected = x.sum(1)[:, None] + 10 * np.arange(3) + x[:, 0].sum() + 100 * np.arange(2)[:, None]
        close(over_i(f)(x), expected)
        close(wg.jit(over_i(f))(x), expected)
        close(over_i(wg.jit(f))(x), expected)

    def test_what_does_not_depend_on_the_axis(self):
        """It is the same for all examples: a sum of it is a multiple."""

        def f(x):
            here = wg.vmap(lambda y: lax.psum(x, "j") + y, axis_name="j")(wnp.zeros(5))
            return here[0]

        close(wg.vmap(f, axis_name="i")(X[:, 0]), 5 * X[:, 0])

    def test_out_axes_none(self):
        """The result of psum is the same for all examples, and need not be repeated."""
        got = over_i(lambda x: (lax.psum(x, "i"), x), out_axes=(None, 0))(X)
        close(got[0], X.sum(0))
        with pytest.raises(errors.InAxesError, match="depends on a batched argument"):
            over_i(lambda x: x * 2, out_axes=None)(X)

    def test_psum_is_computed_once(self):
        module = wg.jit(over_i(lambda x: x / wnp.sum(wnp.exp(lax.psum(x, "i"))))).trace(X)
        text = module.as_text("simplified")
        assert "wg.exp" in text
        assert "wg.exp" in next(line for line in text.splitlines() if "wg.exp" in line and "tensor<3xf32>" in line)

    def test_any_hashable_name(self):
        for name in (1, 'with "quotes" and ü', frozenset((1,)), ""):
            close(wg.vmap(lambda x, n=name: lax.psum(x, n), axis_name=name)(X)[0], X.sum(0))

    def test_spmd_axis_name_is_accepted(self):
        close(wg.vmap(lambda x: x + 1, spmd_axis_name="data")(X), X + 1)

    def test_size_one_and_zero(self):
        close(over_i(lambda x: lax.psum(x, "i") + lax.all_gather(x, "i")[0])(X[:1]), 2 * X[:1])
        out = over_i(
            lambda x: (lax.psum(x, "i"), lax.all_gather(x, "i"), lax.ppermute(x, "i", [])), out_axes=(None, 0, 0)
        )(X[:0])
        close(out[0], np.zeros(3))
        assert out[1].shape == (0, 0, 3)
        assert out[2].shape == (0, 3)

    def test_without_a_mapped_argument(self):
        close(over_i(lambda: lax.axis_index("i"), axis_size=5)(), np.arange(5))
        close(wg.vmap(lambda x: x + lax.axis_index("i"), None, axis_size=3, axis_name="i")(1.0), [1, 2, 3])


class TestFunctionsOfTheAxis:
    """A function that refers to the axis depends on it, whatever its operands are."""

    def test_jit_without_mapped_operands(self):
        f = wg.jit(lambda c: c * lax.axis_index("i"))
        g = lambda x: x + f(10.0) + f(100.0)
        expected = X[:, 0] + 110 * np.arange(N)
        close(over_i(g)(X[:, 0]), expected)
        close(wg.jit(over_i(g))(X[:, 0]), expected)

    def test_jit_is_traced_for_each_axis(self):
        f = wg.jit(lambda x: x + lax.psum(1, "i") + lax.axis_size("i"))
        for n in (2, 3, 2):
            close(over_i(f)(np.zeros(n, np.float32)), np.full(n, 2 * n))
            close(over_i(lambda x: x + f(1.0))(np.zeros(n, np.float32)), np.full(n, 2 * n + 1))
        with pytest.raises(errors.AxisNameError):
            f(1.0)

    def test_derivatives_without_mapped_operands(self):
        f = lambda y: y**2 * lax.axis_index("i") + lax.psum(y, "i")
        expected = X[:, 0] + 6.0 * np.arange(N) + N
        close(over_i(lambda x: x + wg.grad(f)(3.0))(X[:, 0]), expected)
        close(over_i(lambda x: x + wg.jvp(f, (3.0,), (1.0,))[1])(X[:, 0]), expected)
        close(over_i(lambda x: x + wg.vjp(f, 3.0)[1](1.0)[0])(X[:, 0]), expected)
        close(over_i(lambda x: x + wg.linearize(f, 3.0)[1](1.0))(X[:, 0]), expected)
        close(wg.jit(over_i(lambda x: x + wg.grad(f)(3.0)))(X[:, 0]), expected)
        close(over_i(lambda x: x + wg.jacfwd(f)(3.0))(X[:, 0]), expected)
        close(over_i(lambda x: x + wg.hessian(f)(3.0))(X[:, 0]), X[:, 0] + 2 * np.arange(N))

    def test_vmap_without_mapped_operands(self):
        f = lambda x: x + wg.vmap(lambda y: y * lax.axis_index("i"))(wnp.arange(2.0))
        close(over_i(f)(X[:, :2]), X[:, :2] + np.arange(N)[:, None] * np.arange(2))

    @pytest.mark.parametrize("pred", [True, False])
    def test_cond(self, pred):
        def f(x):
            here = lax.cond(pred, lambda: lax.axis_index("i") * 1.0, lambda: lax.psum(2.0, "i") * 1.0)
            there = lax.cond(x[0] > 0, lambda v: lax.psum(v, "i"), lambda v: lax.pmax(v, "i") * 2, x)
            same = lax.cond(lax.psum(x[0], "i") > 0, lambda v: lax.all_gather(v, "i")[0], lambda v: v, x)
            return here, there, same

        for g in (over_i(f), wg.jit(over_i(f)), over_i(wg.jit(f))):
            here, there, same = g(X)
            close(here, np.arange(N) if pred else np.full(N, 2.0 * N))
            close(there, np.where(X[:, :1] > 0, X.sum(0), 2 * X.max(0)))
            close(same, np.broadcast_to(X[0], X.shape) if X[:, 0].sum() > 0 else X)

    def test_gradient_of_cond(self):
        """One predicate for all examples, or each would choose what the others sum."""
        for sign in (1.0, -1.0):
            self.check_gradient_of_cond(sign)

    def check_gradient_of_cond(self, sign):
        def f(x):
            pred = sign * lax.psum(x[0], "i") > 0
            return wnp.sum(lax.cond(pred, lambda v: lax.psum(v**2, "i"), lambda v: v**3 * lax.axis_index("i"), x))

        got = over_i(wg.grad(f))(X)
        total = wg.grad(lambda xs: wnp.sum(over_i(f)(xs)))(X)
        close(got, total)

    @pytest.mark.parametrize("which", ["cond", "switch"])
    def test_gradient_of_branches_that_differ(self, which):
        """From outside, a branch that only some examples take sums all of them, and so does its derivative."""

        def f(x):
            if which == "cond":
                return lax.cond(x[0] > 0, lambda v: lax.psum(v, "i") * v, lambda v: lax.pmean(v**2, "i"), x)
            branches = [lambda v: lax.pmean(v**2, "i"), lambda v: v * lax.psum(v, "i")]
            return lax.switch(lax.axis_index("i") % 2, branches, x)

        loss = lambda xs: wnp.sum(wnp.sin(over_i(f)(xs)))
        with wg.enable_x64():
            x = X.astype(np.float64) + 0.1
            v = np.cos(np.arange(x.size)).reshape(x.shape)
            h = 1e-6
            expected = (float(loss(x + h * v)) - float(loss(x - h * v))) / (2 * h)
            close(np.sum(np.asarray(wg.grad(loss)(x)) * v), expected, rtol=1e-6)
            close(wg.jvp(loss, (x,), (v,))[1], expected, rtol=1e-6)
            close(np.sum(np.asarray(wg.jit(wg.grad(loss))(x)) * v), expected, rtol=1e-6)

    def test_switch(self):
        branches = [lambda x: lax.psum(x, "i"), lambda x: x * lax.axis_index("i"), lambda x: lax.pmin(x, "i")]
        f = lambda k, x: lax.switch(k, branches, x)
        k = np.array([2, 0, 1, 0], np.int32)
        expected = np.stack([X.min(0), X.sum(0), 2 * X[2], X.sum(0)])
        close(over_i(f)(k, X), expected)
        close(wg.jit(over_i(f))(k, X), expected)

    def test_random(self):
        """A key of its own for each example, by its number."""
        key = random.key(0)
        f = lambda x: x + random.normal(random.fold_in(key, lax.axis_index("i")), (3,))
        expected = np.stack([X[i] + np.asarray(random.normal(random.fold_in(key, i), (3,))) for i in range(N)])
        close(over_i(f)(X), expected)
        close(wg.jit(over_i(f))(X), expected)
        draw = lambda key: lax.pmean(random.uniform(key, (3,)), "i")
        keys = random.split(key, N)
        close(over_i(draw)(keys)[0], np.mean([random.uniform(k, (3,)) for k in keys], 0))

    def test_batch_normalisation(self):
        def f(x):
            mean = lax.pmean(x, "batch")
            return (x - mean) / wnp.sqrt(lax.pmean((x - mean) ** 2, "batch") + 1e-5)

        expected = (X - X.mean(0)) / np.sqrt(X.var(0) + 1e-5)
        g = wg.vmap(f, axis_name="batch")
        close(g(X), expected, rtol=1e-4)
        close(wg.jit(g)(X), expected, rtol=1e-4)
        loss = lambda x: wnp.sum(wnp.sin(g(x)))
        slow = lambda x: wnp.sum(wnp.sin((x - x.mean(0)) / wnp.sqrt(x.var(0) + 1e-5)))
        close(wg.grad(loss)(X), wg.grad(slow)(X), atol=1e-4)
        close(wg.hessian(loss)(X), wg.hessian(slow)(X), rtol=1e-3, atol=1e-3)

    def test_data_parallel_step(self):
        """The gradient of a mean over the axis, taken inside."""
        w = np.array([0.5, -1.0, 2.0], np.float32)

        def step(w, x):
            g = wg.grad(lambda w: wnp.sum(wnp.tanh(x * w)))(w)
            return w - 0.1 * lax.pmean(g, "i")

        expected = w - 0.1 * np.mean(X / np.cosh(X * w) ** 2, 0)
        close(over_i(step, in_axes=(None, 0), out_axes=None)(w, X), expected)

    def test_second_derivatives_inside(self):
        f = lambda x: wnp.sum(lax.psum(x, "i") ** 3)
        inner = over_i(wg.grad(lambda x: wnp.sum(wg.grad(f)(x))))(X)
        outer = lambda xs: wnp.sum(over_i(f)(xs))
        close(inner, wg.grad(lambda xs: wnp.sum(wg.grad(outer)(xs)))(X), rtol=1e-4)

    def test_free_axes(self):
        f = lambda x: lax.psum(x, "i") + wg.vmap(lambda y: lax.psum(y, "j"), axis_name="j")(wnp.ones(2) * x)[0]
        program = wg.jit(over_i(wg.jit(f))).trace(X[:, 0]).plan.function
        names = {n: free_axes(program.module, n) for n in program.module.functions()}
        assert names[program.name] == frozenset()
        assert frozenset("i") in names.values()
        assert frozenset("j") in names.values()


class TestRefusals:
    def message(self, run, cls):
        with pytest.raises(cls) as e:
            run()
        return str(e.value)

    @pytest.mark.parametrize(
        ("name", "call"),
        [
            ("psum", lambda x: lax.psum(x, "k")),
            ("pmean", lambda x: lax.pmean(x, ("i", "k"))),
            ("pmax", lambda x: lax.pmax(x, "k")),
            ("all_gather", lambda x: lax.all_gather(x, "k")),
            ("all_to_all", lambda x: lax.all_to_all(x, "k", 0, 0)),
            ("ppermute", lambda x: lax.ppermute(x, "k", [])),
            ("axis_index", lambda x: lax.axis_index("k")),
            ("axis_size", lambda x: lax.axis_size("k")),
        ],
    )
    def test_unknown_name(self, name, call):
        text = self.message(lambda: wg.vmap(over_i(call), axis_name="j")(X[None]), errors.AxisNameError)
        first = f"{name}: expected the name of an axis of a vmap around it ('i', 'j') but got 'k'"
        assert text.splitlines()[0] == first
        assert __file__ in text
        assert "remedy: pass axis_name='k' to the vmap that it is meant for" in text
        assert isinstance(errors.AxisNameError("x"), NameError)

    def test_no_name(self):
        text = self.message(lambda: wg.vmap(lambda x: lax.psum(x, "i"))(X), errors.AxisNameError)
        assert "(none has one) but got 'i'" in text

    def test_permutations(self):
        send = lambda pairs: over_i(lambda x: lax.ppermute(x, "i", pairs))(X)
        text = self.message(lambda: send([(0, 4)]), errors.IndexingError)
        assert "positions below 4, the size of the axis 'i', but got (0, 4)" in text
        assert "positions below 4" in self.message(lambda: send([(-1, 0)]), errors.IndexingError)
        assert "positions below 4" in self.message(lambda: send([(1, 0, 2)]), errors.IndexingError)
        assert "each source and each destination once" in self.message(
            lambda: send([(0, 1), (0, 2)]), errors.IndexingError
        )
        assert "each source and each destination once" in self.message(
            lambda: send([(0, 1), (2, 1)]), errors.IndexingError
        )
        shuffle = lambda: over_i(lambda x: lax.pshuffle(x, "i", [0, 0, 1, 2]))(X)
        assert "expected a permutation of the 4 positions" in self.message(shuffle, errors.IndexingError)
        cast = lambda: over_i(lambda x: lax.pbroadcast(x, "i", 4))(X)
        assert "expected a source below 4, the size of the axis 'i', but got 4" in self.message(
            cast, errors.IndexingError
        )

    def test_dimensions(self):
        text = self.message(lambda: over_i(lambda x: lax.all_to_all(x, "i", 0, 0))(X), errors.ShapeError)
        assert "expected dimension 0 to have the size 4 of the axis 'i' but got shape (3,)" in text
        text = self.message(lambda: over_i(lambda x: lax.psum_scatter(x, "i", tiled=True))(X), errors.ShapeError)
        assert "to have a multiple of the size 4" in text
        text = self.message(lambda: over_i(lambda x: lax.all_gather(x, "i", axis=2))(X), errors.ShapeError)
        assert "expected axis between -2 and 1 but got 2" in text

    def test_several_names_where_one_is_wanted(self):
        f = wg.vmap(over_i(lambda x: lax.ppermute(x, ("i", "j"), [])), axis_name="j")
        assert "expected the name of one axis" in self.message(lambda: f(X[None]), errors.AxisNameError)

    def test_groups(self):
        f = over_i(lambda x: lax.psum(x, "i", axis_index_groups=[[0, 1], [2, 3]]))
        assert "nest two vmaps" in self.message(lambda: f(X), errors.AxisNameError)

    def test_no_value(self):
        def f(x):
            return x if lax.psum(x, "i") > 0 else -x

        assert "which has none" in self.message(lambda: over_i(f)(X[:, 0]), errors.ConcretizationError)

    def test_text_that_nothing_binds(self):
        from wengert import _native
        from wengert.interpreter import interpret

        body = '%0 = wg.psum %x axis "i" : tensor<f32>\n return %0 : tensor<f32>'
        module = _native.parse(f"func.func @f(%x: tensor<f32>) -> tensor<f32> {{\n {body}\n}}")
        text = self.message(lambda: interpret(module, "f", [np.float32(1)]), errors.AxisNameError)
        assert "psum: expected a vmap around it that names an axis 'i' but there is none" in text
