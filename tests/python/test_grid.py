# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Anything composes with anything: every construct under every pair of transforms, eager, compiled, and as text through
wg-opt, against plain NumPy and finite differences."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from grid_cases import CONSTRUCTS, TRANSFORMS

import wengert as wg

BUILD = Path(os.environ.get("WENGERT_BUILD_DIR", Path(__file__).resolve().parents[2] / "build/dev"))
X = np.array([0.6, -0.41, 0.27])
PAIRS = [(a, b) for a in TRANSFORMS for b in TRANSFORMS]
# What JAX refuses too: a custom_vjp rule says nothing of forward mode.
FORWARD = {"jvp", "linearize", "jacfwd"}


def allowed(construct: str, outer: str, inner: str) -> bool:
    """Whether the pair needs no forward mode of a function that has only a rule for reverse mode."""
    return construct != "custom_vjp" or not FORWARD & {outer, inner}


@cache
def expected(construct: str, outer: str, inner: str) -> np.ndarray:
    return TRANSFORMS[outer][1](TRANSFORMS[inner][1](CONSTRUCTS[construct][1]))(X)


def program(construct: str, outer: str, inner: str):
    return TRANSFORMS[outer][0](TRANSFORMS[inner][0](CONSTRUCTS[construct][0]))


def check(got, construct: str, outer: str, inner: str) -> None:
    np.testing.assert_allclose(
        got, expected(construct, outer, inner), rtol=2e-6, atol=2e-7, err_msg=f"{outer} of {inner} of {construct}"
    )


@pytest.fixture(autouse=True)
def wide():
    with wg.enable_x64():
        yield


@pytest.mark.parametrize("inner", TRANSFORMS)
@pytest.mark.parametrize("construct", [c for c in CONSTRUCTS if c != "jit"])  # which compiles each derived function
def test_eager(construct, inner):
    for outer in TRANSFORMS:
        if allowed(construct, outer, inner) and "jit" not in (outer, inner):
            check(program(construct, outer, inner)(X), construct, outer, inner)


def check_compiled(cases) -> None:
    """Several (construct, outer, inner) in one program."""
    results = wg.jit(lambda x: [program(*case)(x) for case in cases])(X)
    for got, case in zip(results, cases, strict=True):
        check(got, *case)


@pytest.mark.slow
@pytest.mark.parametrize("inner", TRANSFORMS)
@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_compiled(construct, inner):
    check_compiled([(construct, outer, inner) for outer in TRANSFORMS if allowed(construct, outer, inner)])


# What IREE 3.13 had its difficulties with: loops and branches in each other, and loops of several examples.
AT_RISK = {
    "loops of examples": [("while_loop", "vmap", "grad"), ("newton", "vmap", "jit"), ("while_loop", "scan", "vmap")],
    "loops and branches": [("cond", "vjp", "scan"), ("scan", "grad", "cond"), ("nested", "grad", "jit")],
}


@pytest.mark.parametrize("cases", AT_RISK.values(), ids=AT_RISK)
def test_compiled_pairs_at_risk(cases):
    check_compiled(cases)


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_text(construct):
    """The traced programs printed, expanded by wg-opt, parsed, and interpreted."""
    pairs = [(a, b) for a, b in PAIRS if allowed(construct, a, b)]
    traced = wg.make_jaxpr(lambda x: [program(construct, a, b)(x) for a, b in pairs])(X)
    command = [str(BUILD / "bin/wg-opt"), "--wg-pipeline=stop-after=simplified"]
    done = subprocess.run(command, input=str(traced.module), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "wg.vjp" not in done.stdout and "wg.jvp" not in done.stdout
    results = wg.from_text(done.stdout, traced.module.functions()[0])(X)
    for got, (a, b) in zip(results, pairs, strict=True):
        check(got, construct, a, b)
