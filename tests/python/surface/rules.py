# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The types of results by JAX's promotion, by name, and the comparison of results."""

from __future__ import annotations

from typing import Any

import numpy as np

from surface.records import COMPLEX, FLOATS, INEXACT, TOLERANCE, Call, Operand, Record
from wengert import dtypes

KINDS = {"bool": bool, "index": int, "int": int, "float": float, "complex": complex}


def promoted(call: Call) -> np.dtype:
    return dtypes.result_type(*(dtypes.named(x.dtype) if isinstance(x, Operand) else x.value for x in call.leaves))


def inexact(kind: np.dtype) -> np.dtype:
    return kind if kind.name in INEXACT else dtypes.canonical(float)


def real(kind: np.dtype) -> np.dtype:
    return np.dtype({"complex64": "float32", "complex128": "float64"}.get(kind.name, kind))


def complexified(kind: np.dtype) -> np.dtype:
    return kind if kind.kind == "c" else dtypes.canonical("complex64" if kind.name != "float64" else complex)


def summed(kind: np.dtype) -> np.dtype:
    """Sums of integers have at least the default width."""
    if kind.name in INEXACT or (kind.itemsize >= dtypes.canonical(int).itemsize and kind.name != "bool"):
        return kind
    return dtypes.canonical("uint64" if kind.kind == "u" else "int64")


RULES = {
    "same": lambda kind: kind,
    "inexact": inexact,
    "real": lambda kind: real(inexact(kind)),
    "magnitude": real,
    "complex": lambda kind: complexified(inexact(kind)),
    "sum": summed,
    "real sum": lambda kind: real(summed(kind)),
}


def first(call: Call) -> np.dtype:
    return dtypes.named(next(x.dtype for x in call.leaves if isinstance(x, Operand)))


def result_type(rule: Any, call: Call) -> np.dtype:
    """A rule is a name of RULES for the promoted operands, "first ..." for the first one, a type, or a function."""
    if callable(rule) and not isinstance(rule, type):
        return np.dtype(rule(call))
    if rule.startswith("first"):
        return RULES[rule.partition(" ")[2] or "same"](first(call))
    return RULES[rule](promoted(call)) if rule in RULES else dtypes.canonical(KINDS.get(rule, rule))


def results(value: Any) -> list[Any]:
    """The arrays of a result in order."""
    if isinstance(value, (tuple, list)):
        return [r for part in value for r in results(part)]
    return [np.asarray(value)]


def as_wide(x: Any, integers_too: bool) -> Any:
    if not isinstance(x, np.ndarray):
        return x
    if x.dtype.name in COMPLEX:
        return x.astype(np.complex128)
    return x.astype(np.float64) if x.dtype.name in FLOATS or integers_too else x


def expected(record: Record, call: Call, values: list[Any]) -> list[np.ndarray]:
    """What the reference gives."""
    rules = record.result if isinstance(record.result, tuple) else (record.result,)
    if not record.exact:
        integers_too = any(isinstance(r, str) and r.split()[-1] in ("inexact", "real", "complex") for r in rules)
        values = [as_wide(v, integers_too) for v in values]
    with np.errstate(all="ignore"):
        return results(call.of(record.reference)(*values))


def types_of(record: Record, call: Call, count: int) -> list[np.dtype]:
    rules = record.result if isinstance(record.result, tuple) else (record.result,) * count
    return [result_type(rule, call) for rule in rules]


def compare(got: np.ndarray, wanted: np.ndarray, scale: float, context: Any) -> None:
    """Equal shapes and values; those of integers and bools exactly."""
    assert got.shape == wanted.shape, f"{context}: shape {got.shape} is not {wanted.shape}"
    if got.dtype.name not in INEXACT:
        np.testing.assert_array_equal(got, wanted.astype(got.dtype), err_msg=str(context))
        return
    wide = np.complex128 if got.dtype.name in COMPLEX or wanted.dtype.kind == "c" else np.float64
    got_, wanted_ = got.astype(wide), wanted.astype(wide)
    finite = np.abs(wanted_[np.isfinite(wanted_)])
    tolerance = scale * TOLERANCE[got.dtype.name]
    size = max(1.0, float(finite.max())) if finite.size else 1.0
    np.testing.assert_allclose(got_, wanted_, rtol=tolerance, atol=tolerance * size, err_msg=str(context))
