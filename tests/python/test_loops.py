# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""while_loop: values and derivatives of every order against plain Python loops, eager and compiled."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, lax

COMPILED = pytest.mark.parametrize("compiled", [False, True], ids=["eager", "jit"])


def newton(loop, a, w):
    """The root of x^3 + w x = a."""
    x, _ = loop(
        lambda s: wnp.abs(s[0] ** 3 + w * s[0] - a) > 1e-5,
        lambda s: (s[0] - (s[0] ** 3 + w * s[0] - a) / (3.0 * s[0] ** 2 + w), s[1] + 1),
        (1.0 + 0.1 * a, 0),
    )
    return x


def ode(loop, y, w):
    """Steps whose size depends on the error of a pair of formulas, up to time 1."""

    def step(s):
        t, y, h = s
        h = wnp.minimum(h, 1.0 - t)
        slope = -w * y * y
        half = y + h * slope
        better = y + 0.5 * h * (slope - w * half * half)
        error = wnp.abs(half - better)
        accept = error < 0.02
        return wnp.where(accept, t + h, t), wnp.where(accept, better, y), wnp.where(accept, 1.5 * h, 0.5 * h)

    return loop(lambda s: s[0] < 1.0, step, (wnp.zeros_like(y), y, 0.4 + 0.0 * y))[1]


def fixed_point(loop, a, w):
    """x = tanh(w x + a) for a vector x, to convergence."""
    weights = wnp.array([[0.2, -0.3], [0.4, 0.1]], np.float32) * w

    def step(s):
        x, _ = s
        return wnp.tanh(weights @ x + a), x

    x, _ = loop(
        lambda s: wnp.abs(s[0] - s[1]).max() > 1e-6, step, (wnp.zeros(2, np.float32) + a, wnp.full(2, 9.0, np.float32))
    )
    return x.sum()


LOOPS = {"newton": newton, "ode": ode, "fixed_point": fixed_point}
POINTS = np.array([[1.7, 0.6], [0.4, 1.3], [2.5, 0.9]], np.float32)


def in_python(cond, body, state):
    while cond(state):
        state = body(state)
    return state


TRANSFORMS = {
    "value": lambda f: f,
    "grad": lambda f: wg.grad(f, (0, 1)),
    "jvp": lambda f: lambda a, w: wg.jvp(f, (a, w), (w, a)),
    "jacfwd": lambda f: wg.jacfwd(f, (0, 1)),
    "jacrev": lambda f: wg.jacrev(f, (0, 1)),
    "hessian": lambda f: wg.hessian(f, (0, 1)),
    "jacrev of jacrev": lambda f: wg.jacrev(wg.jacrev(f, (0, 1)), (0, 1)),
    "jacrev of jacfwd": lambda f: wg.jacrev(wg.jacfwd(f, (0, 1)), (0, 1)),
}


def compare(got, wanted, rtol=2e-4, atol=2e-4):
    for g, w in zip(wg.tree.leaves(got), wg.tree.leaves(wanted), strict=True):
        np.testing.assert_allclose(g, w, rtol=rtol, atol=atol)


@COMPILED
@pytest.mark.parametrize("name", LOOPS)
def test_like_python(name, compiled):
    chosen = TRANSFORMS if not compiled or name == "newton" else ("value", "grad", "jvp", "jacrev of jacrev")

    def all_of(loop):
        return lambda a, w: [TRANSFORMS[t](lambda a, w: LOOPS[name](loop, a, w))(a, w) for t in chosen]

    run = wg.jit(all_of(lax.while_loop)) if compiled else all_of(lax.while_loop)
    compare(run(*POINTS[0]), all_of(in_python)(*POINTS[0]))


@COMPILED
@pytest.mark.parametrize("name", LOOPS)
def test_steps_of_each_example(name, compiled):
    def f(a, w):
        return LOOPS[name](lax.while_loop, a, w)

    some = ["value", "grad", "jvp", "jacrev of jacrev"]

    def batched(a, w):
        return [wg.vmap(TRANSFORMS[t](f))(a, w) for t in some]

    wanted = [[TRANSFORMS[t](lambda a, w: LOOPS[name](in_python, a, w))(*point) for point in POINTS] for t in some]
    for g, w in zip((wg.jit(batched) if compiled else batched)(*POINTS.T), wanted, strict=True):
        compare(g, wg.tree.map(lambda *x: np.stack(x), *w))


@COMPILED
@pytest.mark.parametrize("name", LOOPS)
def test_gradient_of_a_batch(name, compiled):
    """A parameter that all examples share, and one of each."""

    def total(loop_all):
        return lambda a, w: loop_all(a, w).sum()

    def vmapped(a, w):
        return wg.vmap(lambda a: LOOPS[name](lax.while_loop, a, w))(a)

    def in_turn(a, w):
        return wnp.stack([LOOPS[name](in_python, x, w) for x in a])

    a, w = POINTS[:, 0], np.float32(0.8)

    def both(f):
        return lambda a, w: (wg.grad(total(f), (0, 1))(a, w), wg.hessian(total(f), (0, 1))(a, w))

    run = wg.jit(both(vmapped)) if compiled else both(vmapped)
    compare(run(a, w), both(in_turn)(a, w))


@COMPILED
def test_no_steps(compiled):
    def f(x, w):
        return lax.while_loop(lambda x: wnp.zeros((), bool), lambda x: x / 0.0 * w, x)

    def all_of(x, w):
        return f(x, w), wg.grad(f, (0, 1))(x, w), wg.hessian(f)(x, w), wg.vmap(wg.grad(f, 1), (0, None))(x[None], w)

    value, (dx, dw), second, batched = (wg.jit(all_of) if compiled else all_of)(np.float32(3.0), np.float32(2.0))
    assert (float(value), float(dx), float(dw), float(second), batched.tolist()) == (3.0, 1.0, 0.0, 0.0, [0.0])


@COMPILED
def test_examples_that_make_no_steps_do_not_spoil_others(compiled):
    def f(x, w):
        return lax.while_loop(lambda x: x > 1.0, lambda x: w * wnp.sqrt(x - 1.0), x)

    def loss(x, w):
        return wg.vmap(f, (0, None))(x, w).sum()

    x = np.array([5.0, 1.0, 17.0], np.float32)  # the square root has no derivative at the second
    dx, dw = (wg.jit(wg.grad(loss, (0, 1))) if compiled else wg.grad(loss, (0, 1)))(x, np.float32(0.9))
    wanted = [
        wg.grad(lambda x, w: in_python(lambda x: x > 1.0, lambda x: w * wnp.sqrt(x - 1.0), x), (0, 1))(v, 0.9)
        for v in x
    ]
    compare((dx, dw), (np.array([d[0] for d in wanted]), sum(float(d[1]) for d in wanted)))


@COMPILED
@pytest.mark.parametrize(
    "options", [{"max_steps": 40}, {"checkpoint_every": 3}, {"max_steps": 40, "checkpoint_every": 4}]
)
def test_bounded_memory(options, compiled):
    def f(x, w):
        body = lambda s: (wnp.sin(w * s[0]) + s[0], s[1] + 1)
        return lax.while_loop(lambda s: s[1] < 11, body, (x, 0), **options)[0]

    def plain(x, w):
        for _ in range(11):
            x = wnp.sin(w * x) + x
        return x

    def all_of(f):
        return lambda x, w: (
            f(x, w),
            wg.grad(f, (0, 1))(x, w),
            wg.jacrev(wg.jacrev(f, (0, 1)), (0, 1))(x, w),
            wg.hessian(f, (0, 1))(x, w),
        )

    x, w = np.float32(0.3), np.float32(0.2)
    compare((wg.jit(all_of(f)) if compiled else all_of(f))(x, w), all_of(plain)(x, w))


def test_memory_of_one_entry():
    """Every step writes over what it carries and does not read it, beside what is the same in every step."""
    size = 70_000  # no kernel

    def step(state):
        x, memory, _, i = state
        memory = memory.at[i % 1].set(x)
        x = 0.5 * x + 0 * (wnp.sin(weights) @ weights)
        return x, memory, wnp.linalg.norm(x), i + 1

    def run(x):
        return lax.while_loop(lambda state: state[2] > 1, step, (x, wnp.zeros((1, size)), wnp.linalg.norm(x) + 1, 0))

    weights = wnp.ones(size)
    x, memory, norm, i = wg.jit(run)(wnp.ones(size))
    assert (float(x[-1]), float(memory[0, 0]), int(i)) == (2.0**-9, 2.0**-8, 9)
    np.testing.assert_allclose(norm, 2.0**-9 * size**0.5, rtol=1e-6)


@COMPILED
def test_max_steps_ends_the_loop(compiled):
    def f(x, steps):
        return lax.while_loop(lambda x: x < 1e9, lambda x: x * x, x, max_steps=steps)

    for steps, value in ((1, 9.0), (3, 3.0**8)):
        run = wg.jit(lambda x, n=steps: (f(x, n), wg.grad(lambda x: f(x, n))(x)))
        got = (
            run(np.float32(3)) if compiled else (f(np.float32(3), steps), wg.grad(lambda x: f(x, steps))(np.float32(3)))
        )
        compare(got, (value, value / 3.0 * 2**steps), rtol=1e-5)


@COMPILED
def test_nested(compiled):
    def inner(loop, x, n):
        return loop(lambda s: s[1] < n, lambda s: (wnp.sin(s[0]) * 1.3, s[1] + 1), (x, 0))[0]

    def f(loop, x, w):
        return loop(
            lambda s: inner(loop, s[0], 2) < 1.2,  # a loop in the condition
            lambda s: (inner(loop, s[0], s[1]) + w, s[1] + 1),
            (x, 1),
        )[0]

    def all_of(loop):
        g = lambda x, w: f(loop, x, w)
        return lambda x, w: (g(x, w), wg.grad(g, (0, 1))(x, w), wg.jacrev(wg.jacrev(g))(x, w), wg.hessian(g)(x, w))

    run = wg.jit(all_of(lax.while_loop)) if compiled else all_of(lax.while_loop)
    compare(run(np.float32(0.2), np.float32(0.15)), all_of(in_python)(np.float32(0.2), np.float32(0.15)))


@COMPILED
def test_branches_in_loops_in_branches(compiled):
    def looped(x, w):
        body = lambda s: (lax.cond(s[0] > 1.0, lambda x: x * w, lambda x: x + w, s[0]), s[1] + 1)
        return lax.while_loop(lambda s: s[1] < 5, body, (x, 0))[0]

    def f(x, w):
        return lax.cond(x > 0, looped, lambda x, w: -x * w, x, w)

    def plain(x, w):
        if x <= 0:
            return -x * w
        for _ in range(5):
            x = x * w if x > 1.0 else x + w
        return x

    def all_of(f):
        return lambda x, w: (f(x, w), wg.grad(f, (0, 1))(x, w), wg.hessian(f, (0, 1))(x, w))

    run = wg.jit(all_of(f)) if compiled else all_of(f)
    for x in (0.3, -0.4):
        compare(run(np.float32(x), np.float32(0.7)), all_of(plain)(np.float32(x), np.float32(0.7)))
    xs = np.array([0.3, -0.4, 2.0], np.float32)
    got = wg.vmap(run, (0, None))(xs, np.float32(0.7))
    wanted = [all_of(plain)(x, np.float32(0.7)) for x in xs]
    compare(got, wg.tree.map(lambda *v: np.stack(v), *wanted))


@COMPILED
@pytest.mark.parametrize("batched", [(0, None), (None, 0), (0, 0)])
def test_some_carries_batched(batched, compiled):
    """A condition that is the same for all examples: only what depends on them is batched."""

    def f(x, w):
        body = lambda s: {"n": s["n"] + 1, "x": s["x"] + 1.0, "y": wnp.sin(s["y"]) * w + s["x"], "z": s["z"] * 2}
        first = {"n": 0, "x": wnp.float32(0.5), "y": x, "z": np.arange(3)}
        out = lax.while_loop(lambda s: s["n"] < 4, body, first)
        return out["y"] + out["z"].sum()

    x = np.array([0.1, 0.7], np.float32) if batched[0] == 0 else np.float32(0.3)
    w = np.array([0.4, -0.6], np.float32) if batched[1] == 0 else np.float32(0.8)
    for transform in (lambda f: f, lambda f: wg.grad(f, (0, 1))):
        run = wg.vmap(transform(f), batched)
        got = (wg.jit(run) if compiled else run)(x, w)
        each = [transform(f)(np.broadcast_to(x, 2)[i], np.broadcast_to(w, 2)[i]) for i in range(2)]
        compare(got, wg.tree.map(lambda *v: np.stack(v), *each))


@COMPILED
def test_fori_with_bounds_of_the_program(compiled):
    def f(n, x):
        return lax.fori_loop(2, n, lambda i, x: x * wnp.cos(x) + i, x)

    def plain(n, x):
        for i in range(2, n):
            x = x * wnp.cos(x) + i
        return x

    run = lambda n, x: (f(n, x), wg.grad(f, 1)(n, x), wg.grad(wg.grad(f, 1), 1)(n, x))
    run = wg.jit(run) if compiled else run
    for n in (7, 2, -3):
        wanted = (plain(n, 0.3), wg.grad(plain, 1)(n, 0.3), wg.grad(wg.grad(plain, 1), 1)(n, 0.3))
        compare(run(np.int32(n), np.float32(0.3)), wanted)
    counts = np.array([3, 7, 0], np.int32)
    got = wg.vmap(wg.grad(f, 1), (0, None))(counts, np.float32(0.3))
    compare(got, np.stack([wg.grad(plain, 1)(int(n), 0.3) for n in counts]))


@COMPILED
def test_effects_of_the_loop_happen_once(compiled):
    seen = []

    def f(x):
        def body(s):
            wg.debug.callback(lambda i: seen.append(int(i)), s[1])
            return s[0] * 2.0, s[1] + 1

        return lax.while_loop(lambda s: s[1] < 3, body, (x, 0))[0]

    run = wg.value_and_grad(f)
    value, slope = (wg.jit(run) if compiled else run)(np.float32(1.5))
    assert (float(value), float(slope), seen) == (12.0, 8.0, [0, 1, 2])


def test_linear_transpose_of_a_loop():
    """A loop of unknown length has no transpose of its own; its derivative has."""

    def f(x):
        return lax.while_loop(lambda s: s[1] < 3, lambda s: (s[0] * 2.0 + x, s[1] + 1), (x, 0))[0]

    with pytest.raises(errors.WengertError, match="while: cannot be transposed"):
        wg.linear_transpose(f, np.zeros(2, np.float32))(np.ones(2, np.float32))
    (ct,) = wg.vjp(f, np.zeros(2, np.float32))[1](np.array([1.0, 2.0], np.float32))
    np.testing.assert_allclose(ct, [15.0, 30.0])


def test_trees_captures_and_types():
    offset = np.arange(40, dtype=np.float32)  # too large for a constant

    def f(n):
        return lax.while_loop(
            lambda s: s["i"] < n,
            lambda s: {"i": s["i"] + 1, "x": (s["x"][0] + offset, None)},
            {"i": 0, "x": (offset, None)},
        )

    for run in (f, wg.jit(f)):
        out = run(np.int32(3))
        np.testing.assert_array_equal(out["x"][0], 4 * offset)
        assert out["x"][1] is None
        assert out["i"].dtype == np.int32


def test_weak_types_give_way():
    out = lax.while_loop(lambda x: x < 3, lambda x: x + np.float32(1), 0)
    assert (out.dtype, out.weak_type, float(out)) == (np.float32, False, 3.0)
    assert lax.while_loop(lambda x: x < 3, lambda x: x + 1, 0).weak_type
    assert lax.while_loop(lambda x: x < 3, lambda x: x + 0.5, 0).dtype == np.float32
    assert lax.while_loop(lambda s: s[0] < 3, lambda s: (s[0] + 1, s[1]), (np.int8(0), 2.0))[0].dtype == np.int8


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: lax.while_loop(1.0, lambda x: x, 0.0), TypeError, "expected a function as cond_fun but got float"),
        (lambda: lax.while_loop(lambda x: x < 1, None, 0.0), TypeError, "expected a function as body_fun but got None"),
        (lambda: lax.while_loop(lambda x: x, lambda x: x, 0.0), errors.DtypeError, "to return a scalar bool"),
        (
            lambda: lax.while_loop(lambda x: x < 1, lambda x: x, wnp.ones(2)),
            errors.ShapeError,
            "to return a scalar bool",
        ),
        (lambda: lax.while_loop(lambda x: x < 1, lambda x: (x, x), 0.0), errors.TreeError, "values of the structure"),
        (
            lambda: lax.while_loop(lambda x: True, lambda x: {"a": wnp.ones(2)}, {"a": 0.0}),
            errors.ShapeError,
            r"init_val\['a'\] comes in as float32",
        ),
        (
            lambda: lax.while_loop(lambda x: x[1] < 1, lambda x: (x[0], 1.5), (1.0, np.int32(0))),
            errors.DtypeError,
            r"init_val\[1\] comes in as int32\[\] and goes out as float32",
        ),
        (lambda: lax.while_loop(lambda x: x < 1, lambda x: x, 0, max_steps=0), ValueError, "max_steps of at least 1"),
        (
            lambda: lax.while_loop(lambda x: x < 1, lambda x: x, 0, checkpoint_every=1.5),
            TypeError,
            "an integer as checkpoint_every",
        ),
        (
            lambda: lax.fori_loop(0.5, 3, lambda i, x: x, 0),
            errors.DtypeError,
            "expected an integer scalar as lower bound",
        ),
        (lambda: lax.fori_loop(0, wnp.ones(2, int), lambda i, x: x, 0), errors.ShapeError, "scalar as upper bound"),
    ],
)
def test_messages(call, error, words):
    with pytest.raises(error, match=words):
        call()
