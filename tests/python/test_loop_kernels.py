# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Loops of small arrays that become one dispatch: what they carry, hand on and leave alone, against NumPy."""

from __future__ import annotations

import numpy as np

import wengert as wg
import wengert.numpy as wnp
from wengert import lax

RNG = np.random.default_rng(0)
X = RNG.normal(size=4).astype(np.float32)
W = RNG.normal(size=(32, 32)).astype(np.float32) / 8


def is_kernel(f, *args) -> bool:
    text = wg.jit(f).lower(*args).as_text("linalg")
    return "flow.dispatch" in text and "scf." not in text.split("func.func @main")[1]


def check(f, expected, *args) -> None:
    assert is_kernel(f, *args)
    for got, want in zip(wg.jit(f)(*args), expected, strict=True):
        np.testing.assert_allclose(got, want, rtol=2e-5, atol=1e-6)


def test_carries_change_places():
    """What one step writes another carry has read before: a rotation, a part of another carry, one value twice."""

    def f(x):
        def step(i, c):
            a, b, d = c
            return b + 0, a[::-1], d.at[1:3].set(a[:2])

        a, b, d = lax.fori_loop(0, 5, step, (x, 2 * x, 3 * x))
        twice = lax.fori_loop(0, 3, lambda i, c: (c[1] * 2, c[1] * 2), (x, x + 1))
        return a, b, d, *twice

    a, b, d = X, 2 * X, 3 * X
    for _ in range(5):
        d = np.concatenate([d[:1], a[:2], d[3:]])
        a, b = b, a[::-1]
    check(f, (a, b, d, 8 * (X + 1), 8 * (X + 1)), X)


def test_results_beside_a_branch():
    """Sums that start from one zero, in and around a branch, are apart."""

    def f(x):
        rows = x[:, None] * x
        total = wnp.sum(rows, 0)
        y = lax.cond(x[0] > 0, lambda: wnp.sum(rows * 2, 0), lambda: wnp.sum(-rows, 0))
        return total, y, x[0] > 0

    for x in (X, -X):
        rows = np.outer(x, x)
        check(f, (rows.sum(0), (2 * rows if x[0] > 0 else -rows).sum(0), x[0] > 0), x)


def test_loops_in_loops():
    """A stack that an inner loop of unknown length fills in part, integers, booleans and long sums."""

    def f(x, w):
        def step(c, k):
            def more(s):
                return (s[0] < k + 2) & (wnp.sum(s[1] * s[1]) > 1e-3)

            n, y = lax.while_loop(more, lambda s: (s[0] + 1, wnp.tanh(w @ s[1])), (0, c))
            return y, (n, y[::4], wnp.any(y > 0.5))

        y, out = lax.scan(step, x, wnp.arange(6))
        return y, *out

    x = RNG.normal(size=32).astype(np.float32)
    y, out = x, []
    for k in range(6):
        n = 0
        while n < k + 2 and np.sum(y * y) > 1e-3:
            n, y = n + 1, np.tanh(W @ y)
        out.append((n, y[::4], np.any(y > 0.5)))
    check(f, (y, *(np.stack(v) for v in zip(*out, strict=True))), x, W)


def test_entries_times_products():
    """An entry by a computed index times a product of vectors, step by step."""

    def f(x, w, idx):
        return lax.scan(lambda c, i: (c + w[i, i] * wnp.dot(x, x), c), 0.0, idx)

    x, idx = RNG.normal(size=32).astype(np.float32), np.array([3, 0, 7], np.int32)
    terms = W[idx, idx] * (x @ x)
    check(f, (terms.sum(), np.concatenate([[0], terms.cumsum()[:-1]])), x, W, idx)


def test_large_steps_keep_their_dispatches():
    f = lambda x: lax.fori_loop(0, 3, lambda i, c: wnp.tanh(c), x)
    assert not is_kernel(f, np.zeros(100_000, np.float32))


def test_several_kernels():
    """With what is too large between them."""

    def f(x):
        a = lax.fori_loop(0, 3, lambda i, c: c[::-1] + x, x)
        big = wnp.tanh(wnp.ones(100_000) * a[0])
        return a, lax.fori_loop(0, 3, lambda i, c: c[::-1] * x, x + big[7])

    text = wg.jit(f).lower(X).as_text("linalg")
    assert text.count('"hal.executable.source"') == 2
    a = b = X
    for _ in range(3):
        a = a[::-1] + X
    b = X + np.tanh(a[0])
    for _ in range(3):
        b = b[::-1] * X
    for got, want in zip(wg.jit(f)(X), (a, b), strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-5)


def test_picked_numbers_beside_long_sums():
    """As above with arrays that are too long for a kernel: IREE's own code."""
    n = 70000
    rho, rows, start = (RNG.normal(size=shape) for shape in (3, (3, n), n))

    def f(rho, rows, c):
        def step(c, i):
            a = lax.dynamic_index_in_dim(rho, i, 0, False) * wnp.vdot(rows[i], c)
            return c - a / n * rows[i], a

        return lax.scan(step, c, wnp.arange(3))

    c, products = start, []
    for i in range(3):
        products.append(rho[i] * (rows[i] @ c))
        c = c - products[-1] / n * rows[i]
    last, got = wg.jit(f)(*(x.astype(np.float32) for x in (rho, rows, start)))
    np.testing.assert_allclose(got, products, rtol=1e-3, atol=1e-2)
    np.testing.assert_allclose(last, c, rtol=1e-3, atol=1e-4)
