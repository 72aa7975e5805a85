# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every op beside JAX: the same call of `lax`, its value, jvp, vjp and vmap. Needs JAX: `make oracle`."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from calls import CALLS, JAX_REFUSES, WITHOUT, Call
from op_cases import TOLERANCE, draw, np_dtype

import wengert as wg
from wengert.lax._records import RECORDS

jax = pytest.importorskip("jax")
import jax.numpy

INEXACT = ("float16", "bfloat16", "float32", "float64", "complex64", "complex128")
# The types of elementwise ops that are compared: one of each kind.
COMPARED = (
    "bool",
    "uint8",
    "int16",
    "int32",
    "uint32",
    "float16",
    "bfloat16",
    "float32",
    "float64",
    "complex64",
    "complex128",
)


def elementwise_calls() -> list[Call]:
    """`lax.name(x, y)` on the types of the record, for ops that JAX has under the same name."""
    calls = []
    for name, record in RECORDS.items():
        if record.kind not in ("elementwise", "composite", "nondifferentiable") or record.attributes or name in WITHOUT:
            continue
        if not record.operands or not hasattr(jax.lax, name) or any(a.variadic for a in record.operands):
            continue
        if any(f".{name}(" in c.text for c in CALLS):
            continue
        names = [a.name for a in record.operands]
        accepted = [d for d in COMPARED if all(d in a.dtypes for a in record.operands)]
        dtypes = tuple(d for d in accepted if (name, d) not in JAX_REFUSES)
        if not dtypes:
            continue
        operands = {a.name: ((2, 3), None, *record.domain[i]) for i, a in enumerate(record.operands)}
        calls.append(Call(f"lax.{name}({', '.join(names)})", operands, dtypes, record.kind != "nondifferentiable"))
    return calls


ALL = [*elementwise_calls(), *CALLS]


@pytest.fixture(autouse=True, scope="module")
def x64():
    old = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    with wg.enable_x64():
        yield
    jax.config.update("jax_enable_x64", old)


def arrays(call: Call, dtype: str, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng([seed, len(call.text)])
    made = {}
    for name, spec in call.operands.items():
        shape, kind, low, high = spec if len(spec) == 4 and isinstance(spec[0], tuple) else (spec, None, *call.interval)
        if kind is not None and np.dtype(kind).kind in "iub":
            made[name] = rng.integers(low, high, shape).astype(kind)
        elif np_dtype(kind or dtype).kind == "c":
            made[name] = (
                draw(rng, (low, high), "float64", shape) + 1j * draw(rng, (low, high), "float64", shape)
            ).astype(kind or dtype)
        else:
            made[name] = draw(rng, (low, high), kind or dtype, shape)
    return made


def evaluate(text: str, module: Any, operands: dict[str, Any]) -> tuple:
    out = eval(text, {"lax": module.lax, "numpy": module.numpy}, operands)
    return tuple(out) if isinstance(out, (tuple, list)) else (out,)


def close(got: Any, expected: Any, context: str, factor: float = 8) -> None:
    got, expected = np.asarray(got), np.asarray(expected)
    assert got.shape == expected.shape, f"{context}: shape {got.shape}, JAX has {expected.shape}"
    assert got.dtype == expected.dtype, f"{context}: dtype {got.dtype}, JAX has {expected.dtype}"
    if got.dtype.name not in INEXACT:
        np.testing.assert_array_equal(got, expected, err_msg=context)
        return
    real = {"complex64": "float32", "complex128": "float64"}.get(got.dtype.name, got.dtype.name)
    wide = np.complex128 if got.dtype.kind == "c" else np.float64
    tolerance = factor * TOLERANCE[real]
    np.testing.assert_allclose(got.astype(wide), expected.astype(wide), rtol=tolerance, atol=tolerance, err_msg=context)


def function(call: Call, module: Any, names: list[str], rest: dict[str, Any]) -> Any:
    """The call as a function of its inexact operands with its inexact results."""

    def f(*operands: Any) -> tuple:
        out = evaluate(call.text, module, {**rest, **dict(zip(names, operands, strict=True))})
        return tuple(o for o in out if np.dtype(o.dtype).name in INEXACT)

    return f


CASES = [pytest.param(c, d, id=f"{c}-{d}") for c in ALL for d in (c.dtypes if c.operands else c.dtypes[:1])]


@pytest.mark.parametrize(("call", "dtype"), CASES)
def test_value(call: Call, dtype: str) -> None:
    operands = arrays(call, dtype)
    got, expected = evaluate(call.text, wg, operands), evaluate(call.text, jax, operands)
    for g, e in itertools.zip_longest(got, expected):
        close(g, e, f"{call} on {dtype}")


@pytest.mark.parametrize(
    ("call", "dtype"), [c for c in CASES if c.values[1] in ("float64", "complex128") and c.values[0].differentiable]
)
def test_derivatives(call: Call, dtype: str) -> None:
    operands = arrays(call, dtype)
    names = [n for n, x in operands.items() if x.dtype.name in INEXACT]
    rest = {n: x for n, x in operands.items() if n not in names}
    x = tuple(operands[n] for n in names)
    v = tuple(arrays(call, dtype, seed=1)[n] for n in names)
    f, g = function(call, wg, names, rest), function(call, jax, names, rest)
    (_, dy), (ey, edy) = wg.jvp(f, x, v), jax.jvp(g, x, v)
    if not ey:
        return
    for a, b in zip(dy, edy, strict=True):
        close(a, b, f"jvp of {call}", 1e3)
    w = tuple(np.asarray(e) for e in ey)
    for a, b in zip(wg.vjp(f, *x)[1](w), jax.vjp(g, *x)[1](w), strict=True):
        close(a, b, f"vjp of {call}", 1e3)


@pytest.mark.parametrize("call", [c for c in ALL if c.operands], ids=str)
def test_vmap(call: Call) -> None:
    dtype = call.dtypes[0]
    stacked = {n: np.stack([arrays(call, dtype, seed=s)[n] for s in range(2)]) for n in call.operands}
    names = list(stacked)
    batch = lambda m: m.vmap(lambda *xs: evaluate(call.text, m, dict(zip(names, xs, strict=True))))(*stacked.values())
    for g, e in zip(batch(wg), batch(jax), strict=True):
        close(g, e, f"vmap of {call}")


def test_every_op_is_compared() -> None:
    """Each op of the dialect stands in the program of some call, or says why not."""
    seen = set()
    for call in ALL:
        operands = arrays(call, call.dtypes[0])
        names = list(operands)
        traced = wg.make_jaxpr(lambda *xs, c=call: evaluate(c.text, wg, dict(zip(names, xs, strict=True))))(
            *operands.values()
        )
        seen |= {
            name.removeprefix("wg.") for name in str(traced.module).replace('"', " ").split() if name.startswith("wg.")
        }
    missing = set(RECORDS) - seen - set(WITHOUT)
    assert not missing, f"no call in tests/oracle/calls.py compares {sorted(missing)} with JAX"
