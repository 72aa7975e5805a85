# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Taylor mode: every op against jvps of jvps, to third order; programs against known series; every transform."""

from __future__ import annotations

import math

import numpy as np
import pytest
from op_cases import assert_close
from test_op_laws import DIFFERENTIABLE, on_floats, smooth_cases

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, lax
from wengert.ad_checkpoint import checkpoint_name
from wengert.experimental.jet import jet


@pytest.fixture
def x64():
    with wg.enable_x64():
        yield


def by_jvps(f, primals, series):
    """The same from the definition: the derivative of the derivative of the derivative."""

    def along(order):
        if order == 0:
            return lambda curve: [f(*curve[0])]
        lower = along(order - 1)

        def derivatives(curve):
            values, rates = wg.jvp(lower, (curve[:-1],), (curve[1:],))
            return [*values, rates[-1]]

        return derivatives

    order = len(series[0])
    return along(order)([tuple(primals), *(tuple(s[j] for s in series) for j in range(order))])


@pytest.mark.parametrize("op", DIFFERENTIABLE)
def test_every_op(op, x64):
    order = 3
    for case in smooth_cases(op)[:3]:
        f, values = on_floats(case, case.operands())
        rng = np.random.default_rng(7)
        series = [[0.3 * rng.normal(size=np.shape(v)).astype(v.dtype) for _ in range(order)] for v in values]
        wanted = by_jvps(f, values, series)
        got, terms = jet(f, values, series)
        for i, y in enumerate(got):
            for k, x in enumerate([y, *terms[i]]):
                scale = 1 + float(np.max(np.abs(wanted[k][i]), initial=0))
                exact = np.asarray(y).dtype.name in ("float64", "complex128")
                assert_close(x / scale, wanted[k][i] / scale, 1e-9 if exact else None, f"{case}: result {i}, order {k}")


PROGRAMS = {
    "mlp": lambda x: wnp.tanh(wnp.tanh(x @ W) @ W).sum(),
    "quotient": lambda x: (x / (1 + x * x)).sum(),
    "softmax": lambda x: wg.nn.softmax(x)[0] * wnp.log(wnp.sum(x * x)),
    "branches": lambda x: lax.cond(x[0] > 0, lambda x, n: wnp.sin(x) * x * n, lambda x, n: x * n, x, 3).sum(),
    "scan": lambda x: lax.scan(lambda c, v: (wnp.sin(c @ W) + v * x, c[0]), x * x, wnp.stack([x[0], x[1] ** 2]))[0],
    "outputs of a scan": lambda x: lax.scan(lambda c, i: (c * x[i], (c, i)), 1.0, wnp.arange(3), reverse=True)[1][0],
    "while": lambda x: lax.while_loop(lambda s: s[0] < 3, lambda s: (s[0] + 1, wnp.sin(s[1]) * x), (0, x))[1],
    "grad of while": lambda x: wg.grad(
        lambda x: lax.while_loop(lambda s: s[0] < 3, lambda s: (s[0] + 1, wnp.sin(s[1]) * x), (0, x))[1].sum()
    )(x),
    "grad of scan": lambda x: wg.grad(lambda x: lax.scan(lambda c, v: (wnp.sin(c) * v, None), x[0], x)[0])(x),
    "switch": lambda x: lax.switch(x.size - 3, [wnp.sin, lambda x: x * x, wnp.exp], x),
    "map": lambda x: lax.map(lambda v: v**3, x),
    "jit": lambda x: wg.jit(lambda x: wnp.sin(x) ** 2)(x).sum(),
    "checkpoint": lambda x: wg.checkpoint(lambda x: wnp.sin(checkpoint_name(x, "a")) ** 2)(x).sum(),
    "grad": lambda x: wg.grad(lambda x: wnp.exp(wnp.sin(x)).sum())(x),
    "vmap": lambda x: wg.vmap(lambda x: x**3)(x),
    "indices": lambda x: wnp.sort(x * x)[wnp.argmax(x)] * x[::-1],
    "solve": lambda x: wnp.linalg.solve(wnp.eye(4) * 3 + x[:, None] * x, x),
}
W = (np.arange(16).reshape(4, 4) % 5 - 2).astype(np.float32) / 4
X = np.array([0.3, -0.5, 0.8, 1.1], np.float32)
CURVE = [np.array([0.2, 0.1, -0.3, 0.4], np.float32) * (j + 1) for j in range(4)]


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs(name):
    f = PROGRAMS[name]
    wanted = by_jvps(f, (X,), (CURVE,))
    for run in (lambda g: g, wg.jit):
        y, terms = run(lambda x, curve: jet(f, (x,), (curve,)))(X, CURVE)
        for got, want in zip([y, *terms], wanted, strict=True):
            np.testing.assert_allclose(got, want, rtol=2e-4, atol=2e-4)


def test_known_series(x64):
    order = 12
    path = [1.0] + [0.0] * (order - 1)
    geometric = jet(lambda x: 1 / (1 - x), (0.0,), [path])[1]
    np.testing.assert_allclose(geometric, [math.factorial(k + 1) for k in range(order)])
    np.testing.assert_allclose(jet(wnp.exp, (0.0,), [path])[1], np.ones(order))
    np.testing.assert_allclose(jet(wnp.sin, (0.0,), [path])[1], [1, 0, -1, 0] * 3)
    np.testing.assert_allclose(
        jet(wnp.log1p, (0.0,), [path], factorial_scaled=False)[1],
        [(-1) ** k / (k + 1) for k in range(order)],
        rtol=1e-12,
    )
    np.testing.assert_allclose(
        jet(wnp.arctan, (0.0,), [path], factorial_scaled=False)[1],
        [0 if k % 2 == 0 else (-1) ** (k // 2) / k for k in range(1, order + 1)],
        atol=1e-14,
    )


def test_transforms_of_jet():
    third = lambda x: jet(wnp.sin, (x,), [[1.0, 0.0, 0.0]])[1][2]  # -cos
    for run in (lambda f: f, wg.jit):
        np.testing.assert_allclose(run(wg.grad(third))(0.5), np.sin(0.5), rtol=1e-6)
        np.testing.assert_allclose(run(wg.vmap(third))(X), -np.cos(X), rtol=1e-6)
        np.testing.assert_allclose(run(lambda x: jet(third, (x,), [[1.0, 0.0]])[1][1])(0.5), np.cos(0.5), rtol=1e-6)


def test_work_grows_with_the_square_of_the_order():
    """Jvps of jvps of the quotient are 169 ops at order 4 and 14,088 at order 10; of branches 217 and 175,105."""

    def ops(f, order):
        g = wg.jit(lambda x, *curve: jet(f, (x,), [curve]))
        return g.lower(np.float32(0.5), *[np.float32(1.0)] * order).as_text("simplified").count(" = wg.")

    quotient = lambda x: x / (1 + x * x)
    branches = lambda x: lax.cond(x > 0, lambda x: wnp.sin(x) * x, lambda x: x, x)
    assert [ops(quotient, k) for k in (4, 8)] == [68, 210]
    assert [ops(branches, k) for k in (4, 8)] == [91, 321]
    assert ops(wnp.sin, 20) < 1500


def test_trees_integers_and_captures():
    def f(x, n):
        return {"a": x**n + offset[0], "n": n, "rest": (wnp.floor(x), None)}

    offset = np.arange(100, dtype=np.float32)
    y, terms = jet(f, (wnp.float32(2.0), 3), [[1.0, 0.0], [0, 0]])
    assert float(y["a"]) == 8.0 and int(y["n"]) == 3 and y["rest"][1] is None
    assert [float(t) for t in terms["a"]] == [12.0, 12.0]
    assert [float(t) for t in terms["rest"][0]] == [0.0, 0.0]
    assert jet(lambda: 1.0, (), ()) == (1.0, [])
    assert float(jet(lambda x: x * x if x > 0 else x, (3.0,), [[1.0]])[1][0]) == 6.0


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: jet(wnp.sin, (1.0,), [[1.0], [1.0]]), errors.TreeError, "expected a series for each of 1 arguments"),
        (lambda: jet(wnp.add, (1.0, 1.0), [[1.0], [1.0, 2.0]]), errors.TreeError, r"got lengths \[1, 2\]"),
        (lambda: jet(wnp.sin, ((1.0, 2.0),), [[1.0]]), errors.TreeError, "expected an array as argument 0"),
        (lambda: jet(wnp.sin, (X,), [[1.0]]), errors.ShapeError, "expected a term of the series of shape"),
        (
            lambda: jet(wnp.sin, (X,), [[X.astype(np.int32)]]),
            errors.DtypeError,
            "expected a term of the series of type",
        ),
        (
            lambda: jet(lambda x: x, (3,), [[1]]),
            errors.DtypeError,
            "expected a series of zeros for an argument of type",
        ),
    ],
)
def test_messages(call, error, words):
    with pytest.raises(error, match=words):
        call()
