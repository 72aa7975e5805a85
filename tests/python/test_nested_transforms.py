# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Nested wg.jvp, wg.vjp and wg.vmap in one module: values against finite differences and loops, with and without
compile boundaries between the functions."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import wengert as wg

MODULE = Path(__file__).with_name("nested_transforms.mlir").read_text()
JITTED = re.sub(r"(func\.func (?:private )?@(?:f|s|g|vx|vs)\([^{]*)\{", r"\1attributes {wg.jit} {", MODULE)

F = Callable[..., np.ndarray]


@pytest.fixture(scope="module", params=[MODULE, JITTED], ids=["inlined", "boundaries"])
def run(request):
    """run(name, arguments...) -> results of the module's function."""

    @cache
    def function(name: str) -> Callable:
        return wg.from_text(request.param, name)

    def call(name: str, *args: np.ndarray) -> list[np.ndarray]:
        with wg.enable_x64():
            out = function(name)(*args)
        return [np.asarray(o) for o in (out if isinstance(out, tuple) else (out,))]

    return call


def normal(*shape: int) -> np.ndarray:
    return np.random.default_rng(sum(shape) + len(shape)).standard_normal(shape)


def slope(f: F, x: np.ndarray, dx: np.ndarray, eps: float = 1e-6) -> np.ndarray:
    return (f(x + eps * dx) - f(x - eps * dx)) / (2 * eps)


X, W, N = normal(3), normal(3, 2), np.array([1, 2], np.int32)
DX, DW = normal(3) + 0.5, normal(3, 2) - 0.5


def test_jvp(run):
    out = run("j", X, W, N, DX, DW)
    for got, want in zip(out[:4], run("F", X, W, N), strict=True):
        np.testing.assert_allclose(got, want)
    for result, tangent in ((0, 4), (2, 5), (3, 6)):
        want = slope(lambda t, i=result: run("F", X + t * DX, W + t * DW, N)[i], np.zeros(()), np.ones(()))
        np.testing.assert_allclose(out[tangent], want, rtol=1e-6, atol=1e-8)


def test_vjp_is_the_transpose_of_jvp(run):
    a, b, c = normal(2), normal(3), normal()
    tangents = run("j", X, W, N, DX, DW)[4:]
    *outs, ct_x, ct_w = run("v", X, W, N, a, b, c)
    for got, want in zip(outs, run("F", X, W, N), strict=True):
        np.testing.assert_allclose(got, want)
    forward = sum((ct * t).sum() for ct, t in zip((a, b, c), tangents, strict=True))
    np.testing.assert_allclose((ct_x * DX).sum() + (ct_w * DW).sum(), forward)


def test_gradient_and_second_derivatives(run):
    np.testing.assert_allclose((run("g", X, W)[0] * DX).sum(), slope(lambda x: run("S", x, W)[0], X, DX), rtol=1e-6)
    want = slope(lambda x: run("g", x, W)[0], X, DX)
    for name in ("hvp_fr", "hvp_rf", "hvp_rr"):
        np.testing.assert_allclose(run(name, X, W, DX)[0], want, rtol=1e-5, atol=1e-8)


def test_vmap_of_grad(run):
    xs = normal(3, 5)
    want = np.stack([run("g", xs[:, i], W)[0] for i in range(5)], 1)
    np.testing.assert_allclose(run("vg", xs, W)[0], want)


def test_grad_of_vmap(run):
    xs, ws, ct = normal(3, 5), normal(3, 2, 5), normal(5)
    want = np.stack([run("S", xs[:, i], ws[:, :, i])[0] for i in range(5)])
    np.testing.assert_allclose(run("vs", xs, ws)[0], want)
    want = np.stack([ct[i] * run("g", xs[:, i], ws[:, :, i])[0] for i in range(5)], 1)
    np.testing.assert_allclose(run("gvs", xs, ws, ct)[0], want)


def test_vmap_of_vmap_over_other_axes(run):
    xs, ws = normal(3, 5), normal(3, 2, 4)
    want = [[run("S", xs[:, i], ws[:, :, j])[0] for j in range(4)] for i in range(5)]
    np.testing.assert_allclose(run("vvs", xs, ws)[0], want)
