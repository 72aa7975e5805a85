# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Ops on shapes and attributes that hypothesis draws: zero-size arrays, rank 0 to 6, dimensions of size 1.

For each drawn call: the type that C++ infers is the type of the kernel's result, the pullback is the transpose of the
jvp, vmap is the Python loop, and (many calls to a module) compiled is eager.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from op_cases import INEXACT, TOLERANCE, Case, assert_close, valid
from op_strategies import STRATEGIES, calls, is_elementwise

import wengert as wg
from wengert.interpreter import Program
from wengert.lax._records import RECORDS

OPS = [op for op in RECORDS if op in STRATEGIES or (is_elementwise(op) and RECORDS[op].operands)]
QUIET = settings(
    max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def main_dtype(op: str) -> str:
    """float64 where the op takes it, for derivatives; else the first type of its record."""
    kinds = {d for a in RECORDS[op].operands for d in a.dtypes}
    return "float64" if "float64" in kinds or not kinds else RECORDS[op].operands[0].dtypes[0]


def results(value) -> list[np.ndarray]:
    return [np.asarray(v) for v in (value if isinstance(value, (tuple, list)) else (value,))]


def check_types(case: Case, operands: list[np.ndarray]) -> None:
    traced = wg.make_jaxpr(case.function())(*operands)
    avals = traced.module.signature(traced.name)[1]
    got = Program(traced.module, traced.name)(operands)
    for g, e, aval in zip(got, results(case.function()(*operands)), avals, strict=True):
        assert (e.shape, e.dtype) == (aval.shape, aval.dtype), (
            f"{case}: the kernel gives {e.dtype}{e.shape}, not {aval}"
        )
        assert_close(g, e, context=str(case))


def check_transpose(case: Case, operands: list[np.ndarray]) -> None:
    at = case.inexact

    def f(*floats):
        given = list(operands)
        for i, x in zip(at, floats, strict=True):
            given[i] = x
        return [o for o in case.function()(*given) if o.dtype.name in INEXACT] if many else case.function()(*given)

    many = isinstance(case.function()(*operands), tuple)
    x = tuple(operands[i] for i in at)
    rng = np.random.default_rng(0)

    def like(a):
        return rng.normal(size=a.shape) + (1j * rng.normal(size=a.shape) if np.iscomplexobj(a) else 0)

    v = tuple(like(a).astype(a.dtype) for a in x)
    y, dy = wg.jvp(f, x, v)
    w = [like(o).astype(o.dtype) for o in results(y)]
    cotangents = wg.vjp(f, *x)[1](w if many else w[0])
    # The pairing without conjugation, of which the real part counts.
    pair = lambda a, b: float(np.sum(np.asarray(a).astype(complex) * np.asarray(b).astype(complex)).real)
    left = sum(pair(a, c) for a, c in zip(v, cotangents, strict=True))
    right = sum(pair(d, a) for d, a in zip(results(dy), w, strict=True))
    tolerance = max([1e-7, *(4 * TOLERANCE[d.dtype.name] for d in results(dy))])
    assert np.isclose(left, right, rtol=tolerance, atol=tolerance), f"{case}: {left} is not {right}"


def check_vmap(case: Case) -> None:
    rows = [case.operands(seed) for seed in range(2)]
    stacked = [np.stack(column) for column in zip(*rows, strict=True)]
    got = results(wg.vmap(case.function())(*stacked))
    for g, column in zip(got, zip(*[results(case.function()(*row)) for row in rows], strict=True), strict=True):
        assert_close(g, np.stack(column), context=f"vmap of {case}")


@pytest.mark.parametrize("op", OPS)
def test_drawn_calls(op: str) -> None:
    @QUIET
    @given(calls(op, main_dtype(op)))
    def check(case: Case) -> None:
        with wg.enable_x64():
            operands = case.operands()
            check_types(case, operands)
            if case.is_differentiable and RECORDS[op].kind != "underivable":
                check_transpose(case, operands)
            if operands:
                check_vmap(case)

    check()


def drawn(op: str, count: int) -> list[Case]:
    """Some calls of an op, the same at each run."""
    found: list[Case] = []

    @seed(0)
    @settings(QUIET, max_examples=count)
    @given(st.one_of([calls(op, d) for d in ("float32", "int32")]))
    def collect(case: Case) -> None:
        found.extend(valid(case))

    collect()
    return found


GROUPS = [OPS[i : i + 12] for i in range(0, len(OPS), 12)]


@pytest.mark.slow
@pytest.mark.parametrize("ops", GROUPS, ids=lambda ops: ops[0])
def test_compiled_is_eager_on_drawn_shapes(ops) -> None:
    cases = [case for op in ops for case in drawn(op, 4)]
    inputs = [case.operands() for case in cases]

    def together(inputs):
        return [case.function()(*operands) for case, operands in zip(cases, inputs, strict=True)]

    for case, got, operands in zip(cases, wg.jit(together)(inputs), inputs, strict=True):
        for g, e in zip(results(got), results(case.function()(*operands)), strict=True):
            assert_close(g, e, 4 * TOLERANCE.get(e.dtype.name, 1), f"compiled {case}")
