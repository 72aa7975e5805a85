# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""scan, map, fori_loop and associative_scan: values and derivatives against plain Python loops, eager and compiled."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, lax

RNG = np.random.default_rng(0)
STEPS = 4
W = RNG.standard_normal((3, 3)).astype(np.float32)
H = RNG.standard_normal(3).astype(np.float32)
XS = RNG.standard_normal((STEPS, 3)).astype(np.float32)
EXAMPLES = 2


def python_scan(f, carry, xs, length=None, reverse=False, unroll=1):
    """What `scan` means."""
    length = len(wg.tree.leaves(xs)[0]) if length is None else length
    order = range(length - 1, -1, -1) if reverse else range(length)
    ys = [None] * length
    for i in order:
        carry, ys[i] = f(carry, wg.tree.map(lambda x, i=i: x[i], xs))
    return carry, wg.tree.map(lambda *y: wnp.stack(y), *ys)


def rnn(scan, w, h, xs, **options):
    def step(h, x):
        h = wnp.tanh(h @ w + x)
        return h, {"h": h, "e": wnp.exp(h) * x}

    h, ys = scan(step, h, xs, **options)
    return h, ys["h"] * 2 + ys["e"]


def counted(scan, w, h, xs, **options):
    """A counter, a carry that no step changes, a y that is the same in every step, and an unused x."""

    def step(carry, x):
        i, h, scale, _ = carry
        return (i + 1, wnp.sin(h * scale + i), scale, x["a"]), (wnp.cos(scale @ w), h[::-1] * i)

    (i, h, _, last), (same, ys) = scan(step, (0, h, h * 2, h), {"a": xs, "b": xs}, **options)
    return h * i + last, same + ys


def nested(scan, w, h, xs, **options):
    def outer(h, x):
        def inner(c, k):
            c = c * w[0] + wnp.sin(x) * k
            return c, c.sum()

        h, ys = scan(inner, h, xs * h, **options)
        return h, (ys, x)

    h, (ys, x) = scan(outer, h, xs, **options)
    return h, ys.sum(1)[:, None] * x


def branches_inside(scan, w, h, xs, **options):
    def step(h, x):
        h = lax.cond(x[0] > 0, lambda h: wnp.sin(h @ w), lambda h: h * x, h)
        return h, h

    return scan(step, h, xs, **options)


def inside_branches(scan, w, h, xs, **options):
    run = lambda h: rnn(scan, w, h, xs, **options)
    return lax.cond(h[0] > -10, run, lambda h: (h, xs), h)


PROGRAMS = {
    "rnn": rnn,
    "counted": counted,
    "nested": nested,
    "branches inside": branches_inside,
    "inside branches": inside_branches,
}


def scalar(f):
    return lambda *args: sum(wnp.sum(wnp.sin(x)) for x in wg.tree.leaves(f(*args)))


def over(axes):
    """vmap with the operands that `axes` names batched."""

    def transform(f):
        batch = lambda x, axis: x if axis is None else wnp.stack([x * (1 + k) for k in range(EXAMPLES)], axis)
        return lambda *args: wg.vmap(f, axes)(*map(batch, args, axes))

    return transform


TRANSFORMS = {
    "value": lambda f: f,
    "grad": lambda f: wg.grad(scalar(f), (0, 1, 2)),
    "jvp": lambda f: lambda *args: wg.jvp(f, args, tuple(wnp.cos(x) for x in args)),
    "jacfwd": lambda f: wg.jacfwd(f, (0, 1)),
    "jacrev": lambda f: wg.jacrev(f, (1, 2)),
    "hessian": lambda f: wg.hessian(scalar(f), (0, 1)),
    "vmap consts": over((0, None, None)),
    "vmap carry": over((None, 0, None)),
    "vmap xs": over((None, None, 1)),
    "vmap all": over((0, 0, 0)),
    "grad of vmap": lambda f: wg.grad(scalar(over((0, None, 1))(f)), (0, 1, 2)),
    "vmap of grad": lambda f: over((None, 0, 0))(wg.grad(scalar(f), (0, 1, 2))),
    "jvp of grad": lambda f: lambda *args: wg.jvp(wg.grad(scalar(f), (0, 1, 2)), args, tuple(wnp.cos(x) for x in args)),
    "grad of jvp": lambda f: wg.grad(
        lambda *args: scalar(lambda *a: wg.jvp(f, a, tuple(wnp.cos(x) for x in a))[1])(*args), (0, 1)
    ),
}
OPTIONS = {"plain": {}, "reverse": {"reverse": True}, "unroll": {"unroll": 3, "reverse": True}}


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "jit"])
@pytest.mark.parametrize("name", TRANSFORMS)
def test_like_python(name, compiled, program):
    # One program for all options: compiling is what takes time.
    every = name in ("value", "grad", "vmap all") and "branches" not in program
    options = OPTIONS if every else {"reverse": OPTIONS["reverse"]}
    which = PROGRAMS[program]

    def run(scan):
        return lambda *args: {
            key: TRANSFORMS[name](lambda *a, given=given: which(scan, *a, **given))(*args)
            for key, given in options.items()
        }

    got = (wg.jit(run(lax.scan)) if compiled else run(lax.scan))(W, H, XS)
    wanted = run(python_scan)(W, H, XS)
    for g, w in zip(wg.tree.leaves(got), wg.tree.leaves(wanted), strict=True):
        np.testing.assert_allclose(g, w, rtol=2e-4, atol=2e-4)


@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "jit"])
def test_no_xs_no_ys_no_carry_no_steps(compiled):
    run = wg.jit if compiled else lambda f: f
    carry, ys = run(lambda c: lax.scan(lambda c, _: (c * 2, None), c, None, length=3))(1.5)
    assert float(carry) == 12.0
    assert ys is None
    empty, ys = run(lambda xs: lax.scan(lambda _, x: ((), {"a": x + 1}), (), xs))(XS)
    assert empty == ()
    np.testing.assert_array_equal(ys["a"], XS + 1)
    carry, ys = run(lambda c, xs: lax.scan(lambda c, x: (c + x, c), c, xs))(H, XS[:0])
    np.testing.assert_array_equal(carry, H)
    assert ys.shape == (0, 3)
    grads = run(wg.grad(lambda c, xs: lax.scan(lambda c, x: (c * x, c), c, xs)[0].sum(), (0, 1)))(H, XS[:0])
    np.testing.assert_array_equal(grads[0], np.ones(3))
    assert grads[1].shape == (0, 3)
    assert lax.scan(lambda c, _: (c, None), None, None, length=2) == (None, None)


def test_weak_carry_takes_the_type_of_the_result():
    carry, ys = lax.scan(lambda c, x: (c + x, c), 0, np.arange(3, dtype=np.float32))
    assert (carry.dtype, ys.dtype) == (np.float32, np.float32)
    carry, _ = lax.scan(lambda c, x: (c * x, None), 2.0, np.ones(3, np.float16))
    assert carry.dtype == np.float16
    carry, _ = lax.scan(lambda c, _: (c + 1, None), 0, None, length=3)
    assert (carry.dtype, carry.weak_type) == (np.int32, True)


def test_large_captured_arrays_are_operands():
    table = wnp.asarray(RNG.standard_normal((50, 3)).astype(np.float32))

    def f(h):
        return lax.scan(lambda h, i: (h * table[i], h), h, np.arange(4))

    for run in (f, wg.jit(f)):
        carry, ys = run(H)
        np.testing.assert_allclose(carry, H * np.prod(table[:4], 0), rtol=1e-5)
        np.testing.assert_array_equal(ys[0], H)


def test_effects_in_order():
    seen = []

    def f(xs):
        def step(c, x):
            wg.debug.callback(lambda c, x: seen.append((float(c), float(x))), c, x)
            return c + x, None

        return lax.scan(step, 0.0, xs, reverse=True)[0]

    xs = np.arange(3, dtype=np.float32)
    wanted = [(0.0, 2.0), (2.0, 1.0), (3.0, 0.0)]
    for run in (f, wg.jit(f), wg.jit(wg.grad(f))):
        seen.clear()
        run(xs)
        assert seen == wanted


def test_jit_of_the_body():
    @wg.jit
    def step(c, x):
        return wnp.sin(c) * x, c

    for run in (lax.scan, wg.jit(lambda f, c, xs: lax.scan(f, c, xs), static_argnums=0)):
        carry, ys = run(step, H, XS)
        wanted = python_scan(lambda c, x: (wnp.sin(c) * x, c), H, XS)
        np.testing.assert_allclose(carry, wanted[0], rtol=1e-5)
        np.testing.assert_allclose(ys, wanted[1], rtol=1e-5)
    got = wg.grad(lambda h: lax.scan(step, h, XS)[0].sum())(H)
    want = wg.grad(lambda h: python_scan(step, h, XS)[0].sum())(H)
    np.testing.assert_allclose(got, want, rtol=1e-5)


@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "jit"])
def test_fori_loop(compiled):
    run = wg.jit if compiled else lambda f: f
    f = lambda x: lax.fori_loop(2, 6, lambda i, v: wnp.sin(v * i) + x, x)

    def plain(x):
        v = x
        for i in range(2, 6):
            v = wnp.sin(v * i) + x
        return v

    np.testing.assert_allclose(run(f)(0.3), plain(0.3), rtol=1e-5)
    np.testing.assert_allclose(run(wg.grad(f))(0.3), wg.grad(plain)(0.3), rtol=1e-5)
    assert int(run(lambda: lax.fori_loop(5, 2, lambda i, v: v + 1, 7))()) == 7
    assert int(run(lambda: lax.fori_loop(np.int32(0), 4, lambda i, v: v + i, 0, unroll=2))()) == 6


def test_long_loops_are_compiled_outside_of_jit(monkeypatch):
    from wengert import stages

    compiled = []
    real = stages.compile_symbol
    monkeypatch.setattr(stages, "compile_symbol", lambda *args: compiled.append(args) or real(*args))
    f = lambda x: lax.scan(lambda c, _: (wnp.sin(c) * 0.9 + x, c), x, None, length=8000)[0]
    x = 0.3
    for _ in range(8000):
        x = np.sin(x) * 0.9 + 0.3
    np.testing.assert_allclose(f(0.3), x, rtol=1e-5)
    assert len(compiled) == 1
    wg.grad(f)(0.3)
    assert len(compiled) == 3  # forward and backward
    lax.scan(lambda c, _: (wnp.sin(c) * 0.9, c), 0.3, None, length=20)
    assert len(compiled) == 3


@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "jit"])
def test_branch_of_each_example_alone(compiled):
    seen = []

    def noisy(x):
        wg.debug.callback(lambda v: seen.append(float(v)), x)
        return wnp.sin(x)

    def f(p, x):
        return lax.cond(p, noisy, lambda x: x * x, x, vmap_method="sequential")

    run = wg.jit if compiled else lambda f: f
    preds, xs = np.array([True, False, True]), np.array([0.5, 2.0, 1.5], np.float32)
    np.testing.assert_allclose(run(wg.vmap(f))(preds, xs), np.where(preds, np.sin(xs), xs * xs), rtol=1e-6)
    assert seen == [0.5, 1.5]
    grads = run(lambda x: wg.grad(lambda x: wg.vmap(f)(preds, x).sum())(x))(xs)
    np.testing.assert_allclose(grads, np.where(preds, np.cos(xs), 2 * xs), rtol=1e-6)
    with pytest.raises(ValueError, match="a vmap_method of 'select' or 'sequential' but got 'loop'"):
        lax.cond(True, wnp.sin, wnp.cos, 1.0, vmap_method="loop")


@pytest.mark.parametrize("batch_size", [None, 0, 1, 2, 5, 7])
@pytest.mark.parametrize("compiled", [False, True], ids=["eager", "jit"])
def test_map(compiled, batch_size):
    run = wg.jit if compiled else lambda f: f
    xs = RNG.standard_normal((5, 2)).astype(np.float32)
    f = lambda xs: lax.map(lambda t: {"s": wnp.sin(t[0]) @ t[1], "x": t[0]}, (xs, xs + 1), batch_size=batch_size)
    got = run(f)(xs)
    np.testing.assert_allclose(got["s"], (np.sin(xs) * (xs + 1)).sum(1), rtol=1e-5)
    np.testing.assert_array_equal(got["x"], xs)
    got = run(wg.grad(lambda xs: f(xs)["s"].sum()))(xs)
    np.testing.assert_allclose(got, np.cos(xs) * (xs + 1) + np.sin(xs), rtol=1e-5)


@pytest.mark.parametrize("size", range(8))
@pytest.mark.parametrize("reverse", [False, True])
def test_associative_scan(size, reverse):
    x = RNG.standard_normal((2, size)).astype(np.float32)
    got = lax.associative_scan(wnp.add, x, reverse=reverse, axis=-1)
    flip = slice(None, None, -1 if reverse else 1)
    np.testing.assert_allclose(got, x[:, flip].cumsum(1)[:, flip], rtol=1e-5, atol=1e-6)


def test_associative_scan_of_a_tree():
    # Affine maps, which do not commute.
    a, b = RNG.standard_normal((2, 6, 3)).astype(np.float32)
    combine = lambda f, g: (f[0] * g[0], f[1] * g[0] + g[1])
    got = wg.jit(lambda a, b: lax.associative_scan(combine, (a, b)))(a, b)
    wanted = python_scan(lambda c, x: (combine(c, x),) * 2, (wnp.ones(3), wnp.zeros(3)), (a, b))[1]
    for g, w in zip(got, wanted, strict=True):
        np.testing.assert_allclose(g, w, rtol=1e-4, atol=1e-5)
    grad = wg.grad(lambda b: lax.associative_scan(combine, (a, b))[1].sum())(b)
    np.testing.assert_allclose(grad, [sum(a[i + 1 : k].prod(0) for k in range(i + 1, 7)) for i in range(6)], rtol=1e-4)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: lax.scan(1, 0, XS), TypeError, "scan: expected a function but got int"),
        (lambda: lax.scan(lambda c, x: c, 0.0, XS), TypeError, "to return a pair"),
        (lambda: lax.scan(lambda c, x: ((c, c), x), 0.0, XS), errors.TreeError, "a carry of the structure"),
        (
            lambda: lax.scan(lambda c, x: ({"a": c["a"], "b": x}, x), {"a": 1.0, "b": 0.0}, XS),
            errors.ShapeError,
            r"carry\['b'\] comes in as float32\[\].* and goes out as float32\[3\]",
        ),
        (
            lambda: lax.scan(lambda c, x: ((c[0], c[1].astype(np.float16)), x), (1.0, H), XS),
            errors.DtypeError,
            r"carry\[1\] comes in as float32\[3\] and goes out as float16\[3\]",
        ),
        (lambda: lax.scan(lambda c, x: (c, x), 0.0, (XS, XS[1:])), errors.ShapeError, r"leading sizes \[3, 4\]"),
        (lambda: lax.scan(lambda c, x: (c, x), 0.0, XS, length=5), errors.ShapeError, "and length 5"),
        (lambda: lax.scan(lambda c, x: (c, x), 0.0, 1.0), errors.ShapeError, "a leading dimension to run over"),
        (lambda: lax.scan(lambda c, x: (c, x), 0.0), ValueError, "or a length but got neither"),
        (lambda: lax.scan(lambda c, x: (c, x), 0.0, length=-1), ValueError, "a length of 0 or more but got -1"),
        (lambda: lax.scan(lambda c, x: (c, x), 0.0, length=1.5), TypeError, "an integer length but got float"),
        (lambda: lax.scan(lambda c, x: (c, x), 0.0, XS, unroll=-1), ValueError, "to unroll by 0"),
        (lambda: lax.scan(lambda c, x: (c, x), 0.0, XS, unroll=1.5), TypeError, "unroll as an integer or a bool"),
        (lambda: lax.map(lambda x: x, XS, batch_size=-1), ValueError, "a batch_size of 0 or more but got -1"),
        (lambda: lax.map(lambda x: x, XS, batch_size=0.5), TypeError, "an integer batch_size but got float"),
        (lambda: lax.fori_loop(0, 3, 1, 0.0), TypeError, "fori_loop: expected a function"),
        (
            lambda: lax.fori_loop(0, 3, lambda i, v: (v[0], wnp.append(v[1], i)), (0.0, wnp.ones(2))),
            errors.ShapeError,
            r"fori_loop: expected lambda to return .* but init_val\[1\] comes in as float32\[2\]",
        ),
        (
            lambda: lax.fori_loop(0, wnp.asarray(3), lambda i, v: wnp.append(v, i), wnp.ones(2)),
            errors.ShapeError,
            r"fori_loop: expected lambda to return .* but init_val comes in as float32\[2\]",
        ),
        (lambda: lax.associative_scan(1, XS), TypeError, "associative_scan: expected a function"),
        (lambda: lax.associative_scan(wnp.add, XS, axis=2), errors.ShapeError, "expected an axis of"),
        (lambda: lax.associative_scan(lambda a, b: a, (XS, XS[1:])), errors.ShapeError, "of one size along the axis"),
        (lambda: lax.associative_scan(lambda a, b: a[0], (XS, XS)), errors.TreeError, "to return the structure"),
    ],
)
def test_messages(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_sums_of_products_and_within_steps_leave_the_loop():
    """The gradient with respect to what all steps share, against that of the plain loop."""

    def loss(scan, w, b, scale, h, xs):
        def step(h, x):
            h = wnp.tanh(h @ w + x * scale + b)
            return h, h * x

        h, ys = scan(step, h, xs)
        return wnp.sum(h) + wnp.sum(ys)

    h = RNG.standard_normal((1, 3)).astype(np.float32)
    xs = RNG.standard_normal((STEPS, 1, 3)).astype(np.float32)
    args = (W, H, np.float32(0.5), h, xs)
    want = wg.grad(lambda *args: loss(python_scan, *args), range(5))(*args)
    gradient = wg.jit(wg.grad(lambda *args: loss(lax.scan, *args), range(5)))
    for g, e in zip(gradient(*args), want, strict=True):
        np.testing.assert_allclose(g, e, rtol=1e-4, atol=1e-5)
    text = gradient.lower(*args).as_text("core")
    assert "contracting [0, 1] x [0, 1]" in text
