# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""checkpoint: values and derivatives as without it, fewer residuals; policies; what is repeated and what is not."""

from __future__ import annotations

import functools

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, lax
from wengert.ad_checkpoint import checkpoint_name, print_saved_residuals

POLICIES = wg.checkpoint_policies
X = np.linspace(-1.0, 1.0, 4).astype(np.float32)
W = (np.arange(16).reshape(4, 4) % 5 - 2).astype(np.float32) / 4


def layer(w, x):
    hidden = checkpoint_name(wnp.sin(x @ w), "hidden")
    return wnp.tanh(hidden * x) + wnp.exp(-hidden)


def chain(layer):
    return lambda w, x: layer(w, layer(w, layer(w, x)))


TRANSFORMS = {
    "value": lambda f: f,
    "grad": lambda f: wg.grad(lambda w, x: f(w, x).sum(), (0, 1)),
    "jvp": lambda f: lambda w, x: wg.jvp(f, (w, x), (w, x)),
    "jacrev": lambda f: wg.jacrev(f, 1),
    "jacfwd": lambda f: wg.jacfwd(f, 1),
    "hessian": lambda f: wg.hessian(lambda w, x: f(w, x).sum(), 1),
    "reverse over reverse": lambda f: wg.jacrev(wg.grad(lambda w, x: f(w, x).sum(), 1), 1),
    "reverse over forward": lambda f: wg.grad(lambda w, x: wg.jvp(lambda x: f(w, x), (x,), (x,))[1].sum(), 1),
    "vmap": lambda f: lambda w, x: wg.vmap(f, (None, 0))(w, wnp.stack([x, x + 1])),
    "grad of vmap": lambda f: wg.grad(lambda w, x: wg.vmap(f, (None, 0))(w, wnp.stack([x, x + 1])).sum()),
    "vmap of grad": lambda f: (
        lambda w, x: wg.vmap(wg.grad(lambda w, x: f(w, x).sum()), (None, 0))(w, wnp.stack([x, -x]))
    ),
    "linearize": lambda f: lambda w, x: wg.linearize(f, w, x)[1](w, x),
}
CHOICES = {
    "default": None,
    "nothing": POLICIES.nothing_saveable,
    "everything": POLICIES.everything_saveable,
    "dots": POLICIES.dots_saveable,
    "plain dots": POLICIES.dots_with_no_batch_dims_saveable,
    "names": POLICIES.save_only_these_names("hidden"),
    "not names": POLICIES.save_anything_except_these_names("hidden"),
    "other names": POLICIES.save_any_names_but_these("hidden"),
    "any callable": lambda prim, *_, **__: prim.name == "sin",
}


@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "jit"])
@pytest.mark.parametrize("transform", TRANSFORMS)
def test_values_stay_the_same(transform, compiled):
    derived = TRANSFORMS[transform]
    wanted = wg.tree.leaves(derived(chain(layer))(W, X))
    for policy in CHOICES.values() if not compiled else [POLICIES.dots_saveable]:
        f = derived(chain(wg.checkpoint(layer, policy=policy)))
        for got, want in zip(wg.tree.leaves((wg.jit(f) if compiled else f)(W, X)), wanted, strict=True):
            np.testing.assert_allclose(got, want, rtol=2e-5, atol=2e-5)


def ops_saved(policy, f=layer):
    saved = wg.explain_residuals(wg.checkpoint(f, policy=policy))(W, X)
    return sorted(r.name or r.op or r.argument for r in saved)


def test_what_policies_save():
    assert ops_saved(None) == ops_saved(POLICIES.nothing_saveable) == ["w", "x"]
    plain = sorted(r.name or r.op or r.argument for r in wg.explain_residuals(layer)(W, X))
    assert ops_saved(POLICIES.everything_saveable) == plain
    assert len(plain) > 4
    assert ops_saved(POLICIES.dots_saveable) == ["dot_general", "w", "x"]
    assert ops_saved(POLICIES.dots_with_no_batch_dims_saveable) == ["dot_general", "w", "x"]
    assert ops_saved(POLICIES.save_only_these_names("hidden")) == ["hidden", "w", "x"]
    assert ops_saved(POLICIES.save_only_these_names("other")) == ["w", "x"]
    assert ops_saved(POLICIES.save_any_names_but_these("hidden")) == ["w", "x"]
    assert ops_saved(POLICIES.save_any_names_but_these("other")) == ["hidden", "w", "x"]
    assert "hidden" not in ops_saved(POLICIES.save_anything_except_these_names("hidden"))
    assert ops_saved(lambda prim, *avals, **params: prim.name == "sin") == ["sin", "w", "x"]
    both = POLICIES.save_from_both_policies(POLICIES.dots_saveable, POLICIES.save_only_these_names("hidden"))
    assert ops_saved(both) == ["dot_general", "hidden", "w", "x"]


def test_products_with_batch_dimensions():
    batched = lambda w, x: wnp.sin(wnp.einsum("bi,bij->bj", x[:, :2], w.reshape(4, 2, 2))).sum()
    x = np.ones((4, 4), np.float32)

    def saved(policy):
        return [r.op for r in wg.explain_residuals(wg.checkpoint(batched, policy=policy))(W, x) if r.op]

    assert "dot_general" in saved(POLICIES.dots_saveable)
    assert "dot_general" not in saved(POLICIES.dots_with_no_batch_dims_saveable)


def test_a_union_of_exceptions():
    except_a, except_b = (POLICIES.save_anything_except_these_names(n) for n in "ab")
    both = POLICIES.save_from_both_policies(except_a, except_b)
    assert both == POLICIES.everything_saveable
    assert POLICIES.save_from_both_policies(except_a, except_a) == except_a
    assert hash(except_a) == hash(POLICIES.save_anything_except_these_names("a")) and except_a != except_b


def test_a_policy_looks_into_calls():
    inner = wg.jit(lambda w, x: wnp.sin(x @ w))
    assert ops_saved(POLICIES.dots_saveable, lambda w, x: wnp.exp(inner(w, x)).sum()) == ["dot_general", "w", "x"]


def counts(f, *args, phase="simplified"):
    text = wg.jit(f).lower(*args).as_text(phase)
    return lambda what: text.count(what)


def test_the_second_computation_stays():
    f = lambda x: wnp.exp(wnp.sin(wnp.sin(x))).sum()
    assert counts(wg.grad(f), X)("wg.sin") == 2
    checkpointed = counts(wg.grad(wg.checkpoint(f)), X)
    assert (checkpointed("wg.sin"), checkpointed("wg.optimization_barrier")) == (2, 1)  # the first ones are dead
    both = counts(wg.value_and_grad(wg.checkpoint(f)), X)
    assert (both("wg.sin"), both("wg.optimization_barrier")) == (4, 1)
    shared = counts(wg.value_and_grad(wg.checkpoint(f, prevent_cse=False)), X)
    assert (shared("wg.sin"), shared("wg.optimization_barrier")) == (2, 0)
    assert counts(wg.value_and_grad(wg.checkpoint(f)), X, phase="linalg")("util.optimization_barrier") == 2


def test_names_are_gone_in_the_end():
    assert counts(wg.grad(lambda x: checkpoint_name(wnp.sin(x), "a").sum()), X, phase="core")("checkpoint_name") == 0


@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "jit"])
def test_effects_happen_once(compiled):
    seen = []

    @wg.checkpoint
    def f(x):
        y = wnp.sin(x)
        wg.debug.callback(lambda v: seen.append(float(v)), y)
        return wnp.sin(y)

    g = wg.grad(f)
    (wg.jit(g) if compiled else g)(0.0)
    assert seen == [0.0]


def test_python_control_flow_sees_values():
    @wg.checkpoint
    def f(x, scale):
        return scale * x if x > 0 else -x

    assert float(wg.grad(f)(2.0, 3.0)) == 3.0
    assert float(wg.grad(f)(-2.0, 3.0)) == -1.0
    with pytest.raises(errors.ConcretizationError):
        wg.jit(wg.grad(f))(2.0, 3.0)


def test_what_comes_from_outside():
    def outer(w, x):
        inner = wg.checkpoint(lambda x: wnp.sin(wnp.exp(w)) * x)  # sin(exp(w)) does not depend on the argument
        return wnp.sum(inner(inner(x)))

    plain = lambda w, x: wnp.sum(wnp.sin(wnp.exp(w)) ** 2 * x)
    for g, want in zip(wg.grad(outer, (0, 1))(X, X + 1), wg.grad(plain, (0, 1))(X, X + 1), strict=True):
        np.testing.assert_allclose(g, want, rtol=1e-5)
    assert {r.op for r in wg.explain_residuals(outer)(X, X + 1)} <= {None, "mul"}
    large = np.arange(40, dtype=np.float32)
    np.testing.assert_array_equal(wg.grad(wg.checkpoint(lambda x: (large * x).sum()))(np.ones(40, np.float32)), large)


def test_static_keyword_and_tree_arguments():
    @functools.partial(wg.checkpoint, static_argnums=(1,), static_argnames=("power",))
    def f(tree, mode, scale=1.0, *, power=1, nothing=None):
        assert isinstance(mode, str) and isinstance(power, int) and nothing is None
        return {"out": scale * tree["x"] ** power} if mode == "power" else {"out": tree["x"]}

    grad = wg.grad(lambda x: f({"x": x, "n": 3}, "power", scale=2.0, power=3)["out"])
    assert float(grad(2.0)) == 24.0
    assert float(wg.jit(grad)(2.0)) == 24.0
    assert float(wg.grad(lambda x: f({"x": x}, mode="same")["out"])(2.0)) == 1.0
    assert float(f({"x": 2.0}, "power", power=2)["out"]) == 4.0


def test_integers_and_results_that_do_not_move():
    f = wg.checkpoint(lambda x, i: (wnp.sin(x) * i, i + 1, wnp.zeros(2)))
    _, pullback = wg.vjp(lambda x: f(x, 3)[0], 0.0)
    assert float(pullback(1.0)[0]) == 3.0
    assert int(wg.jit(lambda x: f(x, 3))(1.0)[1]) == 4


def test_nested():
    inner = wg.checkpoint(lambda x: wnp.sin(wnp.sin(x)))
    outer = wg.checkpoint(lambda x: inner(wnp.cos(inner(x))))
    plain = lambda x: wnp.sin(wnp.sin(wnp.cos(wnp.sin(wnp.sin(x)))))
    for derive in (wg.grad, lambda f: wg.grad(wg.grad(f)), lambda f: wg.grad(wg.grad(wg.grad(f)))):
        np.testing.assert_allclose(derive(outer)(0.7), derive(plain)(0.7), rtol=1e-4)
        np.testing.assert_allclose(wg.jit(derive(outer))(0.7), derive(plain)(0.7), rtol=1e-4)
    assert [r.argument for r in wg.explain_residuals(outer)(0.7)] == ["x"]


def test_with_branches():
    f = wg.checkpoint(lambda x: lax.cond(x > 0, lambda x: wnp.sin(wnp.sin(x)), lambda x: x**2, x))
    for x in (0.5, -0.5):
        want = np.cos(np.sin(x)) * np.cos(x) if x > 0 else 2 * x
        for g in (wg.grad(f), wg.jit(wg.grad(f))):
            np.testing.assert_allclose(g(x), want, rtol=1e-6)
    assert [r.argument for r in wg.explain_residuals(f)(0.5)] == ["x"]
    inside = lambda x: lax.cond(x > 0, wg.checkpoint(lambda x: wnp.sin(wnp.sin(x))), lambda x: x, x)
    np.testing.assert_allclose(wg.jit(wg.grad(inside))(0.5), np.cos(np.sin(0.5)) * np.cos(0.5), rtol=1e-6)


def test_in_loops():
    """Of a checkpointed step the carry is saved; what is the same in all steps is saved once."""
    steps = 50
    h = np.ones((2, 4), np.float32)

    def loss(step):
        return lambda w, h: wnp.sum(lax.scan(lambda h, _: (step(w, h), None), h, None, length=steps)[0])

    def step(w, h):
        for _ in range(3):
            h = wnp.sin(h @ w)
        return h

    saved = wg.explain_residuals(loss(wg.checkpoint(step)))(W, h)
    assert [(r.aval.shape, r.argument) for r in saved] == [((steps, 2, 4), None), ((4, 4), "w")]
    assert wg.explain_residuals(loss(step))(W, h).num_bytes > 5 * saved.num_bytes
    for run in (lambda f: f, wg.jit):
        for derive in (
            lambda f: wg.grad(f, (0, 1)),
            lambda f: lambda w, h: wg.jvp(wg.grad(f), (w, h), (w, h)),
            lambda f: lambda w, h: wg.vmap(wg.grad(f), (None, 0))(w, wnp.stack([h, -h])),
        ):
            got, want = derive(loss(wg.checkpoint(step))), derive(loss(step))
            for g, e in zip(wg.tree.leaves(run(got)(W, h)), wg.tree.leaves(want(W, h)), strict=True):
                np.testing.assert_allclose(g, e, rtol=1e-3, atol=1e-4)


def test_a_loop_inside():
    def f(x):
        return wnp.sum(lax.scan(lambda c, v: (wnp.sin(c * v), c), x, wnp.arange(1.0, 6.0))[0])

    assert [r.argument for r in wg.explain_residuals(wg.checkpoint(f))(X)] == ["x"]
    for run in (lambda g: g, wg.jit):
        np.testing.assert_allclose(run(wg.grad(wg.checkpoint(f)))(X), wg.grad(f)(X), rtol=1e-5)


def test_a_long_chain():
    def f(x):
        for _ in range(3000):
            x = wnp.sin(x)
        return x

    np.testing.assert_allclose(wg.grad(wg.checkpoint(f))(1.0), wg.grad(f)(1.0), rtol=1e-5)


def test_survives_export_as_text():
    traced = wg.jit(lambda x: wg.checkpoint(wnp.sin)(x)).trace(1.0).as_text()
    assert 'wg.checkpoint = "nothing"' in traced
    f = wg.from_text(traced)
    np.testing.assert_allclose(wg.grad(lambda x: f(x))(0.5), np.cos(np.float32(0.5)), rtol=1e-6)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: wg.checkpoint(3), TypeError, "checkpoint: expected a function but got int"),
        (
            lambda: wg.checkpoint(wnp.sin, policy="dots"),
            errors.UnsupportedTypeError,
            "wengert.checkpoint_policies as policy",
        ),
        (lambda: POLICIES.save_only_these_names(["a"]), errors.UnsupportedTypeError, "expected names as strings"),
        (lambda: checkpoint_name(1.0, "a;b"), errors.UnsupportedTypeError, "without ';'"),
        (
            lambda: POLICIES.save_from_both_policies(POLICIES.dots_saveable, len),
            errors.UnsupportedTypeError,
            "expected two of",
        ),
        (
            lambda: wg.grad(
                wg.checkpoint(lambda x: wnp.sin(wnp.sin(x).sum()), policy=lambda p, a, *_, **__: a.shape == ())
            )(X),
            errors.UnsupportedTypeError,
            "treats all ops of a kind alike",
        ),
        (lambda: wg.grad(wg.checkpoint(lambda x, s: x))(1.0, "text"), errors.UnsupportedTypeError, "static"),
    ],
)
def test_messages(make, error, words):
    with pytest.raises(error, match=words):
        make()


class TestBarrier:
    def test_trees_and_derivatives(self):
        tree = {"a": X, "b": (np.float32(2.0), None), "n": 3}
        for run in (lax.optimization_barrier, wg.jit(lax.optimization_barrier)):
            got = run(tree)
            np.testing.assert_array_equal(got["a"], X)
            assert got["b"][1] is None and int(got["n"]) == 3
        f = lambda x, y: wnp.multiply(*lax.optimization_barrier((wnp.sin(x), y)))
        for run in (lambda g: g, wg.jit):
            np.testing.assert_allclose(run(wg.grad(f))(0.5, 2.0), 2 * np.cos(0.5), rtol=1e-6)
            np.testing.assert_allclose(run(wg.grad(wg.grad(f)))(0.5, 2.0), -2 * np.sin(0.5), rtol=1e-6)
            np.testing.assert_allclose(run(wg.vmap(f, (0, None)))(X, 2.0), 2 * np.sin(X), rtol=1e-6)
        assert lax.optimization_barrier(()) == ()

    def test_it_keeps_computations_apart(self):
        def f(x):
            return wnp.sin(x) + wnp.sin(lax.optimization_barrier(x))

        assert counts(f, X)("wg.sin") == 2
        np.testing.assert_allclose(wg.jit(f)(X), 2 * np.sin(X), rtol=1e-6)


class TestExplain:
    def test_table(self, capsys):
        def loss(params, x, *rest):
            hidden = wnp.tanh(x @ params["w"])  # a line of the user
            return wnp.sum(hidden**2) + rest[0]

        saved = wg.explain_residuals(loss)({"w": W}, X, 1.0)
        assert {r.argument for r in saved if r.op is None} >= {"x"}
        computed = [r for r in saved if r.op]
        assert computed and all(r.file == __file__ for r in computed)
        assert any(r.source == 'hidden = wnp.tanh(x @ params["w"])  # a line of the user' for r in computed)
        assert saved.num_bytes == sum(r.num_bytes for r in saved.entries)
        assert [r.num_bytes for r in saved] == sorted((r.num_bytes for r in saved), reverse=True)
        text = str(saved)
        assert text.startswith(f"loss saves {len(saved)} values for its derivative, {saved.num_bytes} B")
        assert "test_checkpoint.py:" in text and "f32[4]" in text
        saved.show()
        assert capsys.readouterr().out == text + "\n"

    def test_terminal(self):
        import io

        class Terminal(io.StringIO):
            def isatty(self):
                return True

        out = Terminal()
        wg.explain_residuals(lambda w, x: wnp.sin(x @ w).sum())(W, X).show(out)
        assert "float" not in out.getvalue() and "f32[4,4]" in out.getvalue() and "size" in out.getvalue()

    def test_nothing_saved_and_names_of_arguments(self, capsys):
        assert str(wg.explain_residuals(lambda x: x + 1.0)(X)) == "lambda saves 0 values for its derivative, 0 B"
        saved = wg.explain_residuals(lambda a, *b, c: (a * b[1] * c).sum())(X, 1.0, X + 1, c=X + 2)
        assert {r.argument for r in saved} >= {"a", "c", "b[1]"}
        large = np.arange(100, dtype=np.float32)
        print_saved_residuals(lambda x: (large * x).sum() + wnp.sin(checkpoint_name(wnp.exp(x), "e")).sum(), large / 99)
        lines = capsys.readouterr().out.splitlines()
        assert "f32[100] from a captured array" in lines
        assert any(line.startswith("f32[100] output of checkpoint_name 'e'") or "output of" in line for line in lines)
        with pytest.raises(TypeError, match="explain_residuals: expected a function but got int"):
            wg.explain_residuals(3)
