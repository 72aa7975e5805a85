# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Laws that hold for every op of the dialect; a new op is covered the moment its record exists.

eager == interpreted == compiled; jvp against finite differences; <v, vjp(w)> == <jvp(v), w>; vmap == the Python loop;
jvp of vmap == vmap of jvp; the second derivative; printed, parsed and printed again.
"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from op_cases import INEXACT, TOLERANCE, Case, all_cases, assert_close, cases_of

import wengert as wg
import wengert.numpy as wnp
from wengert import dtypes
from wengert.interpreter import Program
from wengert.lax._records import RECORDS

CASES = all_cases()
OPS = sorted(RECORDS)
DIFFERENTIABLE = [op for op in OPS if RECORDS[op].kind not in ("nondifferentiable", "underivable")]
BATCHABLE = [op for op in OPS if RECORDS[op].operands]


@pytest.fixture(autouse=True)
def x64():
    """The laws run on 64-bit types too."""
    with wg.enable_x64():
        yield


def results(value) -> list[np.ndarray]:
    """The results of an op as a list of NumPy arrays."""
    return [np.asarray(v) for v in (value if isinstance(value, (tuple, list)) else (value,))]


def on_floats(case: Case, operands: list[np.ndarray]):
    """The op as a function of its float and complex operands with such results, and these operands."""
    f, at = case.function(), case.inexact

    def g(*floats):
        given = list(operands)
        for i, x in zip(at, floats, strict=True):
            given[i] = x
        out = f(*given)
        out = without_phase(case, out if isinstance(out, tuple) else (out,))
        return tuple(o for o in out if o.dtype.name in INEXACT)

    return g, tuple(operands[i] for i in at)


def without_phase(case: Case, out: tuple) -> tuple:
    """Of complex vectors that the op gives up to a phase, which its derivative chooses otherwise than LAPACK: products
    that do not depend on it."""

    def products(u, v):  # of column j of u and the conjugate of column j of v, for each j
        return wnp.multiply(u[..., :, None, :], wnp.conj(v)[..., None, :, :])

    if "complex128" not in case.dtypes or case.op not in ("eigh", "svd") or len(out) == 1:
        return out
    if case.op == "eigh":
        return products(out[0], out[0]), out[1]
    s, u, vh = out
    v, k = wnp.conj(vh.mT), s.shape[-1]
    return s, products(u[..., :k], v[..., :k]), products(u, u), products(v, v)


def smooth_cases(op: str) -> list[Case]:
    """The cases of an op in float64 and complex128 in which a derivative is asked for."""
    wide = {"float64", "complex128"}
    return [c for c in cases_of(op) if set(c.dtypes) & set(INEXACT) <= wide and c.is_differentiable]


def direction(case: Case, values: tuple[np.ndarray, ...], seed: int) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng([seed, len(str(case))])

    def like(v):
        parts = rng.normal(size=(2, *v.shape))
        return parts[0] + 1j * parts[1] if np.iscomplexobj(v) else np.asarray(parts[0])

    return tuple(map(like, values))


def inner(xs, ys) -> float:
    """The pairing of tangents and cotangents: nothing is conjugated, and the real part counts (docs/adr/0011).

    A function of complex numbers need not be complex linear (`abs`, `real`), so this is all that the transpose keeps;
    as it holds along every direction, also i times one, it is the whole pairing where the function is.
    """
    wide = [[np.asarray(a).astype(np.complex128) for a in side] for side in (xs, ys)]
    return float(sum(np.sum(x * y) for x, y in zip(*wide, strict=True)).real)


@pytest.mark.parametrize("op", OPS)
def test_interpreted_is_eager(op):
    """The interpreter on the traced op gives what the kernel gives, in the types that C++ infers."""
    for case in cases_of(op):
        operands = case.operands()
        module = wg.make_jaxpr(case.function())(*operands)
        outs = module.module.signature(module.name)[1]
        got = Program(module.module, module.name)(operands)
        for g, e, aval in zip(got, results(case.function()(*operands)), outs, strict=True):
            assert_close(g, e, context=str(case))
            assert (g.shape, g.dtype) == (aval.shape, aval.dtype), f"{case}: {g.dtype}{g.shape} is not {aval}"


@pytest.mark.parametrize("op", OPS)
def test_text_round_trip(op):
    """Printed, parsed and printed again is the same text, in both forms."""
    from wengert import _native

    for case in cases_of(op):
        module = wg.make_jaxpr(case.function())(*case.operands()).module
        for generic in (False, True):
            text = module.to_text(generic=generic)
            assert _native.parse(text).to_text(generic=generic) == text, str(case)


@pytest.mark.parametrize("op", DIFFERENTIABLE)
def test_jvp_is_the_limit_of_differences(op):
    for case in smooth_cases(op):
        g, x = on_floats(case, case.operands())
        v = direction(case, x, 1)
        _, dy = wg.jvp(g, x, v)
        h = 1e-6
        up = g(*[a + h * b for a, b in zip(x, v, strict=True)])
        down = g(*[a - h * b for a, b in zip(x, v, strict=True)])
        for d, u, w in zip(dy, up, down, strict=True):
            if d.dtype in (np.float64, np.complex128):
                assert_close(d, (np.asarray(u) - np.asarray(w)) / (2 * h), 2e-6, f"jvp of {case}")


@pytest.mark.parametrize("op", DIFFERENTIABLE)
def test_vjp_is_the_transpose_of_jvp(op):
    for case in smooth_cases(op):
        g, x = on_floats(case, case.operands())
        v = direction(case, x, 2)
        y, dy = wg.jvp(g, x, v)
        w = tuple(a.astype(o.dtype) for a, o in zip(direction(case, tuple(map(np.asarray, y)), 3), y, strict=True))
        _, pullback = wg.vjp(g, *x)
        left, right = inner(v, pullback(w)), inner(dy, w)
        tolerance = max(1e-6, *(4 * TOLERANCE[d.dtype.name] for d in dy))
        assert np.isclose(left, right, rtol=tolerance, atol=tolerance), f"{case}: {left} is not {right}"


@pytest.mark.parametrize("op", DIFFERENTIABLE)
def test_second_derivative(op):
    """The jvp of the jvp is the limit of differences of the jvp, and the vjp of the jvp is its transpose."""
    for case in smooth_cases(op):
        g, x = on_floats(case, case.operands())
        v, u = direction(case, x, 4), direction(case, x, 5)
        first = lambda *a, g=g, v=v: wg.jvp(g, a, v)[1]
        y, ddy = wg.jvp(first, x, u)
        h = 1e-5
        up = first(*[a + h * b for a, b in zip(x, u, strict=True)])
        down = first(*[a - h * b for a, b in zip(x, u, strict=True)])
        for d, p, m in zip(ddy, up, down, strict=True):
            if d.dtype in (np.float64, np.complex128):
                assert_close(d, (np.asarray(p) - np.asarray(m)) / (2 * h), 2e-5, f"second jvp of {case}")
        w = tuple(a.astype(o.dtype) for a, o in zip(direction(case, tuple(map(np.asarray, y)), 6), y, strict=True))
        _, pullback = wg.vjp(first, *x)
        left, right = inner(u, pullback(w)), inner(ddy, w)
        tolerance = max(1e-6, *(4 * TOLERANCE[d.dtype.name] for d in ddy))
        assert np.isclose(left, right, rtol=tolerance, atol=tolerance), f"vjp of jvp of {case}: {left} is not {right}"


def batches(case: Case, size: int) -> list[np.ndarray]:
    """The operands of `size` cases, stacked."""
    return [np.stack(column) for column in zip(*[case.operands(seed) for seed in range(size)], strict=True)]


@pytest.mark.parametrize("op", BATCHABLE)
def test_vmap_is_the_loop(op):
    """For every choice of batched operands, and with the batch dimension last."""
    size = 3
    for case in cases_of(op):
        stacked, f, n = batches(case, size), case.function(), len(case.dtypes)
        masks = [m for m in itertools.product((True, False), repeat=n) if any(m)] if n <= 3 else [(True,) * n]
        for mask in masks:
            given = [s if m else s[0] for s, m in zip(stacked, mask, strict=True)]
            got = results(wg.vmap(f, in_axes=tuple(0 if m else None for m in mask))(*given))
            rows = [results(f(*[s[i] if m else s[0] for s, m in zip(stacked, mask, strict=True)])) for i in range(size)]
            for g, column in zip(got, zip(*rows, strict=True), strict=True):
                assert_close(g, np.stack(column), context=f"vmap of {case}, batched {mask}")
        last = [np.moveaxis(s, 0, -1) for s in stacked]
        got = results(wg.vmap(f, in_axes=-1, out_axes=-1)(*last))
        for g, e in zip(got, results(wg.vmap(f)(*stacked)), strict=True):
            assert_close(np.moveaxis(g, -1, 0), e, context=f"vmap of {case} over the last dimension")


@pytest.mark.parametrize("op", [op for op in DIFFERENTIABLE if RECORDS[op].operands])
def test_jvp_of_vmap_is_vmap_of_jvp(op):
    for case in smooth_cases(op):
        stacked = batches(case, 2)
        at = case.inexact
        f = case.function()

        def g(*floats, rest=stacked, at=at, f=f):
            given = list(rest)
            for i, x in zip(at, floats, strict=True):
                given[i] = x
            out = wg.vmap(f)(*given)
            return tuple(o for o in (out if isinstance(out, tuple) else (out,)) if o.dtype.name in INEXACT)

        def one(tangents, *operands, at=at, f=f):
            def h(*floats):
                given = list(operands)
                for i, x in zip(at, floats, strict=True):
                    given[i] = x
                out = f(*given)
                return tuple(o for o in (out if isinstance(out, tuple) else (out,)) if o.dtype.name in INEXACT)

            return wg.jvp(h, tuple(operands[i] for i in at), tangents)[1]

        x = tuple(stacked[i] for i in at)
        v = direction(case, x, 7)
        for a, b in zip(wg.jvp(g, x, v)[1], wg.vmap(one)(v, *stacked), strict=True):
            assert_close(a, b, 1e-9 if a.dtype in (np.float64, np.complex128) else None, f"jvp of vmap of {case}")


def compiled_groups() -> list[tuple[str, list[Case]]]:
    """The cases in groups by type, many to a module: compiling costs more than running."""
    groups: dict[str, list[Case]] = {}
    for case in CASES:
        name = case.dtypes[0] if case.dtypes else "none"
        groups.setdefault("storage" if name in dtypes.STORAGE else name, []).append(case)
    chunks = []
    for name, cases in groups.items():
        chunks += [(f"{name}-{i // 60}", cases[i : i + 60]) for i in range(0, len(cases), 60)]
    return chunks


@pytest.mark.slow
@pytest.mark.parametrize("cases", [pytest.param(c, id=name) for name, c in compiled_groups()])
def test_compiled_is_eager(cases, record_property):
    """One jitted function runs many ops; each result is that of the op's kernel."""

    def together(inputs):
        return [case.function()(*operands) for case, operands in zip(cases, inputs, strict=True)]

    inputs = [case.operands() for case in cases]
    for case, got, operands in zip(cases, wg.jit(together)(inputs), inputs, strict=True):
        for g, e in zip(results(got), results(case.function()(*operands)), strict=True):
            assert_close(g, e, 4 * TOLERANCE.get(e.dtype.name, 1), f"compiled {case}")
    record_property("types", sorted({(case.op, case.element_type, "passed") for case in cases}))
