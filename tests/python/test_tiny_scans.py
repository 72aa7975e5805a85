# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Scans whose steps compute element by element, which become one kernel: all types, directions and forms of carries,
compiled against eager mode, and how many kernels there are."""

from __future__ import annotations

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import lax

RNG = np.random.default_rng(0)
STEPS = 7
FLOATS = ("float16", "bfloat16", "float32", "float64", "complex64", "complex128")
INTEGERS = ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")


def same(compiled, eager):
    """Equal but for rounding, which cancellation makes large beside a small element."""
    for got, want in zip(wg.tree.leaves(compiled), wg.tree.leaves(eager), strict=True):
        assert (got.dtype, got.shape) == (want.dtype, want.shape)
        got, want = np.asarray(got), np.asarray(want)
        if wnp.issubdtype(want.dtype, wnp.inexact):
            rough = want.dtype.itemsize == 2
            size = max(1.0, float(np.abs(want.astype("complex128")).max(initial=0)))
            np.testing.assert_allclose(
                got.astype("complex128"),
                want.astype("complex128"),
                rtol=3e-2 if rough else 1e-5,
                atol=1e-2 if rough else 5e-6 * size,
            )
        else:
            np.testing.assert_array_equal(got, want)


def check(f, *args):
    same(wg.jit(f)(*args), f(*args))


def linalg(f, *args):
    return wg.jit(f).lower(*args).as_text("linalg")


def values(dtype, *shape):
    x = RNG.normal(size=shape)
    if dtype.startswith("complex"):
        x = x + 1j * RNG.normal(size=shape)
    return wnp.asarray((x * 3).astype("complex128" if dtype.startswith("complex") else "float64")).astype(dtype)


def both_ways(f):
    return lambda *args: tuple(f(reverse, *args) for reverse in (False, True))


@pytest.mark.parametrize("shape", [(), (3,), (2, 5)], ids=str)
def test_types(shape):
    """Two carries, of which one starts as the other, and stacks of what was before and after each step."""

    def step(carry, x):
        a, b = carry
        return (b * x, a - x), (a, b * x)

    def run(reverse, given):
        return {k: lax.scan(step, (c, c), xs, reverse=reverse) for k, (c, xs) in given.items()}

    with wg.enable_x64():
        check(both_ways(run), {d: (values(d, *shape), values(d, STEPS, *shape) / 2) for d in FLOATS})
        check(both_ways(run), {d: (values(d, *shape), values(d, STEPS, *shape)) for d in INTEGERS})


def test_bools_and_counters():
    def step(carry, x):
        i, was, total = carry
        now = (x > 0) ^ was
        return (i + 1, now, wnp.where(now, total + x, -total)), (i, now, was & (i > 2))

    def run(reverse, start, xs):
        return lax.scan(step, (0, False, start), xs, reverse=reverse)

    check(both_ways(run), np.float32(0.5), values("float32", STEPS))
    batched = wg.vmap(lambda start, xs: both_ways(run)(start, xs))
    check(batched, values("float32", 4), values("float32", 4, STEPS))


def test_forms():
    """Without a carry, without xs, without stacks; scalars beside arrays; constants and places; long ones."""
    x, xs, w = values("float32", 3), values("float32", STEPS, 3), values("float32", 3)

    def run(reverse, x, xs, w):
        options = {"reverse": reverse}
        return (
            lax.scan(lambda c, x: (c, wnp.sin(x) * w), (), xs, **options)[1],
            lax.scan(lambda c, _: (wnp.sin(c) * w, None), x, None, length=STEPS, **options)[0],
            lax.scan(lambda c, _: (c * 0.5 + w[0], c), w[1], None, length=3 * STEPS, **options),
            lax.scan(lambda c, x: ((c[0] + 1, c[1] * x + c[0]), (c[0], x)), (0, x), xs, **options),
            lax.scan(lambda c, x: (c * x[..., None] + wnp.arange(3.0), x), x, xs[:, 0], **options),
            lax.scan(lambda c, x: (c + x * wnp.float32([1, 2, 3]), 1.0), x, xs, **options),
            lax.scan(lambda c, x: (c + x, c + x), x, xs, **options),
            lax.scan(lambda c, x: (wnp.maximum(c, x), c), xs[0, 0], xs[:, 1], **options),
        )

    check(both_ways(run), x, xs, w)


def test_branches():
    def step(c, given):
        i, x = given
        c = lax.switch(i, [lambda c: c + x, lambda c: c * x, lambda c: -c], c)
        return lax.cond(c > 1, lambda c: c / 2, lambda c: c + 0.1, c), c

    def run(reverse, c, given):
        return lax.scan(step, c, given, reverse=reverse)

    given = wnp.int32([0, 1, 2, -1, 5, 1, 0]), values("float32", STEPS)
    check(both_ways(run), np.float32(0.3), given)
    assert "scf" not in linalg(lambda c, g: run(False, c, g), np.float32(0.3), given)


def oscillator(w, c, xs):
    def step(carry, x):
        p, v = carry
        v = v - w * wnp.sin(p) + x
        return (p + 0.1 * v, v), p * v

    (p, v), ys = lax.scan(step, (c, c), xs)
    return wnp.sum(p * v) + wnp.sum(ys)


@pytest.mark.parametrize("shape", [(), (4,)], ids=str)
def test_derivatives(shape):
    w, c, xs = np.float32(0.7), values("float32", *shape), values("float32", STEPS, *shape)
    check(wg.grad(oscillator, (0, 1, 2)), w, c, xs)
    check(wg.jacfwd(wg.grad(oscillator, (0, 1)), 1), w, c, xs)
    check(wg.grad(lambda w: wnp.sum(wg.grad(oscillator, 1)(w, c, xs))), w)
    assert "scf" not in linalg(wg.grad(oscillator, (0, 1, 2)), w, c, xs)


def test_what_is_no_computation_of_elements_is_a_loop():
    w, h, xs = values("float32", 3, 3), values("float32", 3), values("float32", STEPS, 3)

    def run(w, h, xs):
        return lax.scan(lambda h, x: (wnp.tanh(h @ w + x), h[::-1]), h, xs)

    check(run, w, h, xs)
    assert "scf.for" in linalg(run, w, h, xs)
