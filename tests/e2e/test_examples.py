# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every example on a small setting: it ends well by its own measure, and draws its picture."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "examples"
# Steps, few but enough for the example's own measure; those that compile for long are for `make examples`.
SMALL = {
    "tanh_derivatives": 2,
    "gaussian_process": 40,
    "variational_inference": 60,
    "logistic_regression": 12,
    "conv_digits": 80,
    "char_transformer": 40,
    "hessian_vector_products": 3,
    "dcgan_digits": 20,
    "neural_ode": 10,
}
SLOW = ("conv_digits", "char_transformer", "hessian_vector_products", "dcgan_digits", "neural_ode")
OTHERS = {"common", "train_digits"}  # no example; test_demo.py


def test_every_example_is_here():
    assert {path.stem for path in FOLDER.glob("*.py")} == SMALL.keys() | OTHERS


@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.slow if n in SLOW else ()) for n in SMALL])
def test_example(name, tmp_path):
    result = subprocess.run(
        [sys.executable, str(FOLDER / f"{name}.py"), "--steps", str(SMALL[name]), "--output", str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    assert (tmp_path / f"{name}.png").read_bytes().startswith(b"\x89PNG")
