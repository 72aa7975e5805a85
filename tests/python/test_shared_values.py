# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A value that several ops read is looked at once: what lowering costs grows with the program, not with its paths."""

import pytest

import wengert as wg
import wengert.numpy as wnp

STEPS = 60  # 2 ** 60 paths: what takes each of them does not end, and is ended by the limit of a test


def doubled(x):
    for _ in range(STEPS):
        x = x * x + x
    return x


def picked_beside_sum(x, i):
    return doubled(x[i] * 0.5) * x.sum() + doubled(x.sum())


def positions(x, i):
    for _ in range(STEPS):
        i = (i * i + i) % 7
    return x[i]


def positions_in_a_loop(x, i):
    step = lambda i, _: (i + 1, positions(x, i))
    return wg.lax.scan(step, i, None, length=3)[1]


PROGRAMS = {
    "numbers": (lambda x, i: doubled(x[0]), False),
    "a picked number beside a sum": (picked_beside_sum, False),
    "arrays": (lambda x, i: doubled(x).sum(), False),
    "positions": (positions, False),
    "positions in a loop": (positions_in_a_loop, False),
    "slope of a picked number": (wg.grad(picked_beside_sum), False),
    "slope of arrays": (wg.grad(lambda x, i: doubled(x).sum()), False),
    "a branch": (lambda x, i: wg.lax.cond(i > 1, doubled, lambda x: x, x), False),
    "a batch": (wg.vmap(picked_beside_sum, (None, 0)), True),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_lowering(name):
    f, is_batch = PROGRAMS[name]
    i = wnp.arange(3) if is_batch else wnp.int32(1)
    assert "func.func" in wg.jit(f).lower(wnp.ones(7), i).as_text("linalg")
