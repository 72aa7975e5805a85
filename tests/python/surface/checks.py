# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One check per way to run a function: eager against the reference, vmap against the loop, derivatives against
difference quotients and each other; and calls drawn the same at each run, for many in one compiled module."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

import wengert as wg
import wengert.numpy as wnp
from surface.records import Call, Operand, Record
from surface.rules import compare, expected, results, types_of

# How often as many examples: few at each run, more among the long tests.
MORE = [1, pytest.param(8, marks=pytest.mark.slow)]
QUIET = settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))


def arrays(values: list[Any]) -> list[Any]:
    return [wnp.asarray(v) if isinstance(v, np.ndarray) else v for v in values]


def check_eager(record: Record, call: Call) -> None:
    """Values and shapes of the reference, types by JAX's promotion."""
    values = call.values()
    with wg.enable_x64(call.is_wide):
        wanted = expected(record, call, [v.copy() if isinstance(v, np.ndarray) else v for v in values])
        outputs = results(call.of(record.call)(*arrays(values)))
        context = f"{record}({call})"
        assert len(outputs) == len(wanted), f"{context}: {len(outputs)} results instead of {len(wanted)}"
        for got, want, kind in zip(outputs, wanted, types_of(record, call, len(outputs)), strict=True):
            assert got.dtype == kind, f"{context}: type {got.dtype} is not {kind}"
            if record.tolerance is None:
                assert got.shape == want.shape, f"{context}: shape {got.shape} is not {want.shape}"
            else:
                compare(got, want, record.tolerance, context)


def check_vmap(record: Record, call: Call) -> None:
    """A batch of two for some of the operands, the same array for the others."""
    leaves = call.leaves
    arrays_at = [i for i, x in enumerate(leaves) if isinstance(x, Operand)]
    if not arrays_at:
        return
    f = call.of(record.call)
    for mapped in {tuple(arrays_at), (arrays_at[0],), (arrays_at[-1],)}:
        rows = [call.values(seed) for seed in (1, 2)]
        rows[1] = [rows[1][i] if i in mapped else v for i, v in enumerate(rows[0])]
        with wg.enable_x64(call.is_wide):
            loop = [results(f(*arrays(row))) for row in rows]
            stacked = [np.stack([r[i] for r in rows]) if i in mapped else rows[0][i] for i in range(len(leaves))]
            in_axes = tuple(0 if i in mapped else None for i in range(len(leaves)))
            batched = results(wg.vmap(f, in_axes)(*arrays(stacked)))
        for got, *want in zip(batched, *loop, strict=True):
            compare(got, np.stack(want), 2 * (record.tolerance or 1), f"vmap by {mapped} of {record}({call})")
            assert got.dtype == want[0].dtype, f"vmap of {record}({call}): {got.dtype} is not {want[0].dtype}"


def pairing(a: list[np.ndarray], b: list[np.ndarray]) -> float:
    """The sum of products without conjugation, of which the real part counts."""
    return float(sum(np.sum(np.asarray(x) * np.asarray(y)).real for x, y in zip(a, b, strict=True)))


def like(rng: np.random.Generator, x: np.ndarray) -> np.ndarray:
    noise = rng.normal(size=x.shape)
    return (noise + 1j * rng.normal(size=x.shape) if np.iscomplexobj(x) else noise).astype(x.dtype)


def check_grad(record: Record, call: Call) -> None:
    """The jvp is a difference quotient in double precision, the vjp its transpose."""
    call = call.widened()
    at = call.inexact
    if not at:
        return
    with wg.enable_x64(True):
        compare_slopes(record, call, at, arrays(call.values(3)))


def compare_slopes(record: Record, call: Call, at: list[int], values: list[Any]) -> None:
    f = call.of(record.call)

    def g(*floats: Any) -> list[Any]:
        given_ = list(values)
        for i, x in zip(at, floats, strict=True):
            given_[i] = x
        flat: list[Any] = []
        walk = lambda r: [walk(p) for p in r] if isinstance(r, (tuple, list)) else flat.append(r)
        walk(f(*given_))
        return [r for r in flat if hasattr(r, "dtype") and r.dtype.name in ("float64", "complex128")]

    rng = np.random.default_rng(0)
    x = [np.asarray(values[i]) for i in at]
    v = [like(rng, a) for a in x]
    y, dy = wg.jvp(g, tuple(arrays(x)), tuple(arrays(v)))
    if not y:
        return
    h = 1e-6
    up, down = (g(*arrays([a + s * h * d for a, d in zip(x, v, strict=True)])) for s in (1, -1))
    for got, p, m in zip(dy, up, down, strict=True):
        quotient = (np.asarray(p).astype(complex) - np.asarray(m).astype(complex)) / (2 * h)
        quotient = quotient if np.iscomplexobj(got) else quotient.real
        size = max(1.0, float(np.max(np.abs(quotient), initial=0, where=~np.isnan(quotient))))
        tolerance = 2e-6 * record.slope
        # where a value is nan there is no slope to compare with
        got = np.where(np.isnan(quotient), quotient, np.asarray(got, quotient.dtype))
        np.testing.assert_allclose(got, quotient, tolerance, tolerance * size, err_msg=f"jvp of {record}({call})")
    w = [like(rng, np.asarray(a)) for a in y]
    cotangents = wg.vjp(g, *arrays(x))[1](arrays(w))
    left, right = pairing(v, cotangents), pairing(dy, w)
    assert np.isclose(left, right, 1e-7, 1e-8), f"vjp of {record}({call}): {left} is not {right}"


def drawn(record: Record, count: int) -> list[Call]:
    """Some calls, the same at each run, without the simplest one."""
    found: list[Call] = []

    @seed(1)
    @settings(QUIET, max_examples=count + 1, phases=[Phase.generate])
    @given(record.calls)
    def collect(call: Call) -> None:
        found.append(call)

    collect()
    return found[1:] or found


def for_all(record: Record, count: int, check: Any) -> None:
    """The check on drawn calls."""

    @settings(QUIET, max_examples=count)
    @given(record.calls)
    def run(call: Call) -> None:
        check(record, call)

    run()
