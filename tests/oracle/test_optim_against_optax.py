# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The cases of tests/python/optim_cases.py against optax, live; the searches of L-BFGS against its own conditions."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

import wengert as wg
from wengert import optim

jax = pytest.importorskip("jax")
optax = pytest.importorskip("optax")
sys.path.insert(0, str(Path(__file__).parents[1] / "python"))
from optim_cases import LOSSES, SCHEDULES, TRANSFORMATIONS, loss_and_gradient, steps, values_of


def close(got, expected, rtol, atol):
    assert len(got) == len(expected)
    for a, b in zip(got, expected, strict=True):
        assert np.shape(a) == np.shape(b)
        np.testing.assert_allclose(np.asarray(a, "float64"), np.asarray(b, "float64"), rtol=rtol, atol=atol)


@pytest.mark.parametrize("case", TRANSFORMATIONS)
def test_updates(case):
    tolerance = (2e-2, 1e-3) if "bfloat16" in case else (2e-5, 2e-6)
    close(steps(case, optim, wg), steps(case, optax, jax), *tolerance)


@pytest.mark.parametrize("case", SCHEDULES)
def test_schedule(case):
    close(values_of(eval(case, {"O": optim})), values_of(eval(case, {"O": optax})), 2e-5, 1e-6)


@pytest.mark.parametrize("case", LOSSES)
def test_loss(case):
    close(loss_and_gradient(case, optim, wg), loss_and_gradient(case, optax, jax), 1e-4, 1e-5)


# The losses above stand in optax's module of the same name too.
@pytest.mark.parametrize("name", optim.losses.__all__)
def test_names_of_losses(name):
    assert hasattr(optax.losses, name)


def test_names():
    mine = {name for name in optim.__all__ if not name.endswith(("State", "Info"))}
    own = {"WeightDecaySchedule", "momentum", *optim.losses.__all__}
    known = {name for module in (optax, optax.transforms, optax.schedules) for name in dir(module)}
    assert mine - own - known == set()
