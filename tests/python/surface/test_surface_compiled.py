# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every public function compiled: what it is eager. Many functions go into one module, because a module is dear."""

from __future__ import annotations

from typing import Any

import pytest

import wengert as wg
from surface.all_cases import TABLE
from surface.checks import arrays, drawn
from surface.records import JIT, VALUES, Call, Record
from surface.rules import compare, results
from wengert import errors

COMPILED = [n for n, r in TABLE.items() if JIT in r.ways]
# Eager for other reasons: buffers and text, shapes, numbers that LAPACK finds in an order of its own.
OTHERS = ["broadcast_shapes", "frombuffer", "fromiter", "fromstring", "from_dlpack", "einsum_path"]
BY_VALUES = [n for n, r in TABLE.items() if r.ways == VALUES and r.name not in OTHERS]


def groups(names: list[str], *marks: Any) -> list[Any]:
    return [pytest.param(names[i : i + 40], marks=marks, id=names[i]) for i in range(0, len(names), 40)]


# The programs of linalg and scipy are long ones, and have short tests of their own.
SHORT = [n for n in COMPILED if TABLE[n].module in ("numpy", "numpy.fft", "nn")]
GROUPS = groups(SHORT) + groups([n for n in COMPILED if n not in SHORT], pytest.mark.slow)


def check_together(cases: list[tuple[Record, Call]]) -> None:
    inputs = [arrays(call.values(4)) for _, call in cases]
    f = lambda inputs: [results_of(call.of(r.call)(*v)) for (r, call), v in zip(cases, inputs, strict=True)]
    for (record, call), got, values in zip(cases, wg.jit(f)(inputs), inputs, strict=True):
        wanted = results(call.of(record.call)(*values))
        for g, w in zip(results(got), wanted, strict=True):
            assert g.dtype == w.dtype, f"compiled {record}({call}): type {g.dtype} is not {w.dtype}"
            if record.tolerance is not None:
                compare(g, w, 4 * record.tolerance, f"compiled {record}({call})")


def results_of(value: Any) -> list[Any]:
    """The arrays of a result, traced as they are."""
    return [r for part in value for r in results_of(part)] if isinstance(value, (tuple, list)) else [value]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("wide", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["narrow", "wide"])
@pytest.mark.parametrize("names", GROUPS)
def test_compiled_is_eager(names: list[str], wide: bool) -> None:
    """A call of types of at most 32 bits each; among the long tests one of 64-bit types where it has them."""
    calls = [(TABLE[n], next((c for c in drawn(TABLE[n], 4) if c.is_wide == wide), None)) for n in names]
    with wg.enable_x64(wide):
        check_together([(r, c) for r, c in calls if c is not None])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", BY_VALUES)
def test_what_depends_on_values_says_so(name: str) -> None:
    """A function whose result has a shape by values is refused under jit, with the values' own error."""
    record = TABLE[name]
    call = next((c for c in drawn(record, 9) if c.inexact or c.leaves), None)
    if call is None:
        return
    with wg.enable_x64(call.is_wide), pytest.raises(errors.ConcretizationError):
        wg.make_jaxpr(call.of(record.call))(*arrays(call.values()))
