# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What reverse mode saves of scans, beside what JAX saves: never more values, never more bytes."""

from __future__ import annotations

import jax
import jax.ad_checkpoint
import numpy
import pytest
from jax._src.ad_checkpoint import saved_residuals

import wengert
import wengert.ad_checkpoint

RNG = numpy.random.default_rng(0)
STEPS, BATCH, HIDDEN, INPUTS = 10, 4, 8, 3


def normal(*shape):
    return RNG.normal(size=shape).astype("float32")


def rnn(lib, w, u, b, h, xs):
    def step(h, x):
        h = lib.numpy.tanh(h @ w + x @ u + b)
        return h, h

    h, ys = lib.lax.scan(step, h, xs)
    return ys.sum() + h.sum()


def lstm(lib, w, u, b, state, xs):
    np, sigmoid = lib.numpy, lib.nn.sigmoid

    def step(state, x):
        h, c = state
        i, f, g, o = np.split(h @ w + x @ u + b, 4, axis=-1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
        return (h, c), h

    (h, c), ys = lib.lax.scan(step, state, xs)
    return ys.sum() + (h * c).sum()


def gru(lib, w, v, u, h, xs):
    np, sigmoid = lib.numpy, lib.nn.sigmoid

    def step(h, x):
        z, r = np.split(sigmoid(h @ w + x @ u), 2, axis=-1)
        h = (1 - z) * h + z * np.tanh((r * h) @ v)
        return h, h

    return lib.lax.scan(step, h, xs)[1].sum()


def sines(lib, a, c, xs):
    def step(c, x):
        c = lib.numpy.sin(a * c) + x
        return c, c * x

    c, ys = lib.lax.scan(step, c, xs)
    return c + ys.sum()


def linear(lib, a, c, xs):
    step = lambda c, x: (a * c + x, c)
    c, ys = lib.lax.scan(step, c, xs)
    return c + ys.sum()


def decay(lib, a, c, xs):
    return lib.lax.scan(lambda c, x: (lib.numpy.exp(-a * c) * x, None), c, xs)[0]


def counted(lib, a, c, xs):
    def step(carry, x):
        i, c = carry
        c = lib.numpy.where(i % 2 == 0, lib.numpy.tanh(a * c + x), c * x)
        return (i + 1, c), c

    (_, c), ys = lib.lax.scan(step, (0, c), xs)
    return c + ys.sum()


SCALARS = (numpy.float32(0.5), numpy.float32(0.3), normal(STEPS))
H, XS = normal(BATCH, HIDDEN), normal(STEPS, BATCH, INPUTS)
PROGRAMS = {
    rnn: (normal(HIDDEN, HIDDEN), normal(INPUTS, HIDDEN), normal(HIDDEN), H, XS),
    lstm: (normal(HIDDEN, 4 * HIDDEN), normal(INPUTS, 4 * HIDDEN), normal(4 * HIDDEN), (H, H * 2), XS),
    gru: (normal(HIDDEN, 2 * HIDDEN), normal(HIDDEN, HIDDEN), normal(INPUTS, 2 * HIDDEN), H, XS),
    sines: SCALARS,
    linear: SCALARS,
    decay: SCALARS,
    counted: SCALARS,
}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda f: f.__name__)
def test_saves_no_more_than_jax(program):
    args = PROGRAMS[program]
    ours = wengert.explain_residuals(lambda *args: program(wengert, *args))(*args)
    theirs = [aval for aval, _ in saved_residuals(lambda *args: program(jax, *args), *args)]
    assert len(ours) <= len(theirs)
    assert sum(r.num_bytes for r in ours) <= sum(aval.size * aval.dtype.itemsize for aval in theirs)


def layer(lib, w, h, x):
    hidden = lib.ad_checkpoint.checkpoint_name(lib.numpy.sin(h @ w + x), "hidden")
    return lib.numpy.tanh(lib.numpy.exp(-hidden * hidden) @ w)


def steps(lib, step, w, h, xs):
    h, ys = lib.lax.scan(lambda h, x: (step(h, x), h * 2), h, xs)
    return ys.sum() + h.sum()


def plain(lib, w, h, xs):
    return steps(lib, lambda h, x: layer(lib, w, h, x), w, h, xs)


def branching(lib, w, h, xs):
    def step(h, x):
        return lib.lax.cond(x[0] > 0, lambda h: layer(lib, w, h, x), lambda h: lib.numpy.sin(h @ w), h)

    return steps(lib, step, w, h, xs)


def nested(lib, w, h, xs):
    def step(h, x):
        return lib.lax.scan(lambda h, x: (layer(lib, w, h, x), None), h, lib.numpy.stack([x, x + 1]))[0]

    return steps(lib, step, w, h, xs)


def inside(lib, policy, w, h, xs):
    """The policy is that of the step."""
    return steps(lib, lib.checkpoint(lambda h, x: layer(lib, w, h, x), policy=policy), w, h, xs)


POLICIES = {
    "nothing": lambda p: p.nothing_saveable,
    "dots": lambda p: p.dots_saveable,
    "names": lambda p: p.save_only_these_names("hidden"),
    "other names": lambda p: p.save_any_names_but_these("hidden"),
    "everything": lambda p: p.everything_saveable,
}
LOOP = (normal(4, 4) / 2, normal(4), normal(STEPS, 4))


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("program", [plain, branching, nested, inside], ids=lambda f: f.__name__)
def test_policies_hold_in_loops(program, policy):
    """The same values are saved (fewer if all may be), and the derivatives are those of JAX."""

    def of(lib):
        chosen = POLICIES[policy](lib.checkpoint_policies)
        if program is inside:
            return lambda *args: inside(lib, chosen, *args)
        return lib.checkpoint(lambda *args: program(lib, *args), policy=chosen)

    ours = sorted(r.aval.shape for r in wengert.explain_residuals(of(wengert))(*LOOP))
    theirs = sorted(aval.shape for aval, _ in saved_residuals(of(jax), *LOOP))
    assert ours == theirs or (policy == "everything" and len(ours) <= len(theirs))
    for got, want in zip(wengert.grad(of(wengert), (0, 1, 2))(*LOOP), jax.grad(of(jax), (0, 1, 2))(*LOOP), strict=True):
        numpy.testing.assert_allclose(got, want, rtol=1e-3, atol=1e-4)
