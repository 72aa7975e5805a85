# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every record of tests/python/surface against the function of JAX: values, shapes and types."""

from __future__ import annotations

import importlib
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import wengert as wg

jax = pytest.importorskip("jax")
sys.path.insert(0, str(Path(__file__).parents[1] / "python"))
from surface.all_cases import TABLE
from surface.checks import arrays, for_all
from surface.records import Call, Record
from surface.rules import compare, results

# What JAX refuses to take, or gives otherwise on purpose or by a fault of its own.
DIFFERENT: dict[str, str] = {
    "numpy.cumulative_prod": "narrow integers are widened, as the array API standard has it and cumulative_sum does",
    "scipy.special.bessel_jn": "the recurrence of JAX gives nan where there is one order",
    "numpy.nanquantile": "of a number with keepdims JAX makes a vector, NumPy a number",
    "numpy.nanpercentile": "of a number with keepdims JAX makes a vector, NumPy a number",
    "numpy.nanmedian": "of a number with keepdims JAX makes a vector, NumPy a number",
}
# Values are compared, types are not.
OTHER_TYPES: dict[str, str] = {
    "numpy.angle": "of one half JAX makes a single",
    "numpy.searchsorted": "positions have the default integer, as in the array API standard",
    "numpy.digitize": "positions have the default integer, as those of searchsorted",
}
# Where JAX has no more than the digits of single precision in double precision, and SciPy agrees with us.
SINGLE = ("nn.dot_product_attention", "scipy.stats.betabinom.logpmf", "scipy.stats.betabinom.pmf")


def jax_function(record: Record) -> Any:
    f = getattr(importlib.import_module(f"jax.{record.module}"), record.name)
    return f if record.function is None else lambda *args, **kwargs: record.function(f, *args, **kwargs)


def check_jax(record: Record, call: Call) -> None:
    values = call.values()
    with wg.enable_x64(call.is_wide), jax.enable_x64(call.is_wide), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        given = [jax.numpy.asarray(v) if isinstance(v, np.ndarray) else v for v in values]
        try:
            theirs = results(call.of(jax_function(record))(*given))
        except Exception:  # JAX refuses: methods, modes and places that only NumPy has
            return
        ours = results(call.of(record.call)(*arrays(values)))
        assert len(ours) == len(theirs)
        for got, wanted in zip(ours, theirs, strict=True):
            name = f"{record.module}.{record.name}"
            assert name in OTHER_TYPES or got.dtype == wanted.dtype, (
                f"{record}({call}): type {got.dtype} is not {wanted.dtype}"
            )
            if record.tolerance is not None:
                scale = 1e4 if name in SINGLE and got.dtype == np.float64 else 5 * record.tolerance
                compare(got, wanted, scale, f"{record}({call})")


@pytest.mark.parametrize("name", [n for n in TABLE if n not in DIFFERENT])
def test_as_in_jax(name: str) -> None:
    record = TABLE[name]
    if not hasattr(importlib.import_module(f"jax.{record.module}"), record.name):
        pytest.skip("JAX has no such function")
    for_all(record, 6, check_jax)
