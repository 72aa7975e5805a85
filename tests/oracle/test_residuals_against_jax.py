# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What reverse mode saves of scans, beside what JAX saves: never more values, never more bytes."""

from __future__ import annotations

import jax
import numpy
import pytest
from jax._src.ad_checkpoint import saved_residuals

import wengert

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
