# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Cases for the laws: every op of the records, on every type that it accepts, with operands from its domain."""

from __future__ import annotations

import functools
import itertools
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from wengert import dtypes
from wengert.lax import _ops
from wengert.lax._records import RECORDS

FLOATS = ("float16", "bfloat16", "float32", "float64")
COMPLEX = ("complex64", "complex128")
INEXACT = (*FLOATS, *COMPLEX)
# The relative error that two ways to compute a value in this type may differ by.
TOLERANCE = {"float16": 4e-3, "bfloat16": 3e-2, "float32": 2e-5, "float64": 1e-11}
TOLERANCE |= {"complex64": 2e-5, "complex128": 1e-11}
ELEMENTWISE_SHAPES = ((2, 3), (), (0, 3))
# Rank 0 and zero-size arrays are a matter of shapes, not of types: these stand for the others.
ALL_SHAPES = ("bool", "int32", "float32", "float64")


def np_dtype(name: str) -> np.dtype:
    return dtypes.named(name)


@dataclass(frozen=True)
class Case:
    """One op with attributes and with operands of given types and shapes."""

    op: str
    dtypes: tuple[str, ...]
    shapes: tuple[tuple[int, ...], ...]
    attributes: tuple[tuple[str, Any], ...]

    def __str__(self) -> str:
        shapes = "x".join(str(list(s)).replace(" ", "") for s in self.shapes)
        attributes = "".join(f"-{k}={getattr(v, '__name__', v)}" for k, v in self.attributes)
        return f"{self.op}-{','.join(self.dtypes)}-{shapes}{attributes}"

    @property
    def record(self) -> Any:
        return RECORDS[self.op]

    @property
    def element_type(self) -> str:
        """The type of the operand that has the choice, or of the result where there are no operands."""
        if not self.dtypes:
            attributes = dict(self.attributes)
            return str(np.dtype(attributes["dtype"] if "dtype" in attributes else attributes["value"].dtype))
        arguments = expand(self.record, len(self.dtypes))
        return self.dtypes[max(range(len(arguments)), key=lambda i: len(arguments[i].dtypes))]

    def function(self) -> Callable[..., Any]:
        """The op as a function of its operands."""
        return functools.partial(getattr(_ops, self.op), **dict(self.attributes))

    def operands(self, seed: int = 0) -> list[np.ndarray]:
        """Values from the domain of the record, the same at each run."""
        rng = np.random.default_rng([seed, zlib.crc32(str(self).encode())])
        domain, makers = self.record.domain, self.record.generators
        return [
            GENERATORS[makers[i]](rng, dtype, shape)
            if i < len(makers) and makers[i]
            else draw(rng, domain[min(i, len(domain) - 1)], dtype, shape)
            for i, (dtype, shape) in enumerate(zip(self.dtypes, self.shapes, strict=True))
        ]

    @property
    def inexact(self) -> list[int]:
        """The positions of operands that have a tangent."""
        return [i for i, d in enumerate(self.dtypes) if d in INEXACT]

    @property
    def is_differentiable(self) -> bool:
        """Whether an inexact operand and an inexact result exist; the rest has no tangents."""
        results = self.function()(*self.operands())
        results = results if isinstance(results, tuple) else (results,)
        return bool(self.inexact) and any(r.dtype.name in INEXACT for r in results)


def draw(rng: np.random.Generator, interval: tuple[float, float], dtype: str, shape: tuple[int, ...]) -> np.ndarray:
    """An array of distinct values in the interval (distinct, so that no derivative sits at a tie)."""
    low, high = interval
    kind = np_dtype(dtype)
    if kind.kind == "c":  # the imaginary parts stay near the real axis, where the domain is
        return (draw(rng, interval, "float64", shape) + 1j * draw(rng, (-1.5, 1.5), "float64", shape)).astype(kind)
    if dtype == "bool":
        return rng.integers(0, 2, shape).astype(bool)
    if "int" in dtype:
        low, high = (max(low, 0), max(high, 0)) if dtype[0] == "u" else (low, high)
        return rng.integers(int(np.floor(low)), int(np.ceil(high)) + 1, shape).astype(kind)
    n = int(np.prod(shape))
    grid = low + (high - low) * (np.arange(n) + rng.uniform(0.2, 0.8, n)) / max(n, 1)
    return rng.permutation(grid).reshape(shape).astype(kind)


def dominant(rng: np.random.Generator, dtype: str, shape: tuple[int, ...]) -> np.ndarray:
    """Matrices with 2, 4, 6, ... on the diagonal and small values elsewhere: far from singular, each triangle too; the
    one that the lower triangle stands for is positive definite, its eigenvalues are far apart."""
    x = rng.uniform(-0.5, 0.5, shape) + (rng.uniform(-0.5, 0.5, shape) * 1j if np_dtype(dtype).kind == "c" else 0)
    i = np.arange(min(shape[-2:]))
    x[..., i, i] = x[..., i, i].real + 2 * (i + 1)
    return x.astype(np_dtype(dtype))


def shuffled(rng: np.random.Generator, dtype: str, shape: tuple[int, ...]) -> np.ndarray:
    """The same with the rows in the other order, so that pivoting has something to do."""
    return np.ascontiguousarray(dominant(rng, dtype, shape)[..., ::-1, :])


def pivots(rng: np.random.Generator, dtype: str, shape: tuple[int, ...]) -> np.ndarray:
    """Row swaps as lu gives them: each with a row that is not above."""
    n = shape[-1]
    return (np.arange(n) + rng.integers(0, n - np.arange(n), shape)).astype(np_dtype(dtype))


GENERATORS = {"dominant": dominant, "shuffled": shuffled, "pivots": pivots}


def dtype_choices(op: str) -> list[str]:
    """The types that the first operand may have."""
    record = RECORDS[op]
    return list(record.operands[0].dtypes) if record.operands else []


def cases_of(op: str) -> Iterator[Case]:
    """All cases of one op: each sample of its record on each type."""
    record = RECORDS[op]
    samples = record.samples or ({},)
    for sample in samples:
        attributes = {k: v for k, v in sample.items() if k not in ("shapes", "dtypes")}
        for a in record.attributes:
            if a.kind == "dtype" and a.name in attributes:
                attributes[a.name] = np_dtype(attributes[a.name])
        if not record.operands:
            if not any(isinstance(v, np.ndarray) for v in attributes.values()):
                yield Case(op, (), (), tuple(attributes.items()))
            continue
        plain = ELEMENTWISE_SHAPES if sample is samples[0] else ELEMENTWISE_SHAPES[:1]
        all_shapes = [tuple(sample["shapes"])] if "shapes" in sample else [None]
        for dtype, given in itertools.product(sample.get("dtypes", dtype_choices(op)), all_shapes):
            for shape in (plain if dtype in ALL_SHAPES else plain[:1]) if given is None else (None,):
                arguments = expand(record, len(given) if given is not None else len(record.operands))
                shapes = given if given is not None else (shape,) * len(arguments)
                dtypes = tuple(dtype if dtype in a.dtypes else a.dtypes[0] for a in arguments)
                # A select of bools: operands other than the predicate take every type as well.
                for types in spread_types(arguments, dtypes):
                    yield from valid(Case(op, types, shapes, tuple(attributes.items())))


def expand(record: Any, count: int) -> list[Any]:
    """The argument of each operand: a variadic one stands for as many as are left."""
    arguments = []
    for a in record.operands:
        copies = count - len(record.operands) + 1 if a.variadic else 1
        arguments += [a] * copies
    return arguments


def spread_types(arguments: list[Any], dtypes: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The types themselves; where the first operand has one type only (a predicate), each type of the second."""
    if len(arguments) > 1 and len(arguments[0].dtypes) == 1 and len(arguments[1].dtypes) > 1:
        for d in arguments[1].dtypes:
            yield tuple(d if len(a.dtypes) > 1 and d in a.dtypes else t for a, t in zip(arguments, dtypes, strict=True))
    else:
        yield dtypes


def valid(case: Case) -> Iterator[Case]:
    """The case, unless its attributes exclude the type (a negative integer_pow of integers)."""
    attributes = dict(case.attributes)
    if case.op == "integer_pow" and attributes["y"] < 0 and case.dtypes[0] not in INEXACT:
        return
    yield case


def all_cases() -> list[Case]:
    """Every case of every op."""
    return [case for op in RECORDS for case in cases_of(op)]


def assert_close(got: Any, expected: Any, tolerance: float | None = None, context: str = "") -> None:
    """Equal types and shapes, values equal up to the tolerance of the type; integers and bools exactly."""
    got, expected = np.asarray(got), np.asarray(expected)
    assert got.shape == expected.shape, f"{context}: shape {got.shape} is not {expected.shape}"
    assert got.dtype == expected.dtype, f"{context}: dtype {got.dtype} is not {expected.dtype}"
    name = got.dtype.name
    if dtypes.is_storage(got.dtype):
        both_nan = (got != got) & (expected != expected)
        np.testing.assert_array_equal(both_nan | (got.view(np.uint8) == expected.view(np.uint8)), True, err_msg=context)
        return
    if name not in INEXACT:
        np.testing.assert_array_equal(got, expected, err_msg=context)
        return
    rtol = tolerance or TOLERANCE[name]
    wide = np.complex128 if name in COMPLEX else np.float64
    np.testing.assert_allclose(
        got.astype(wide), expected.astype(wide), rtol=rtol, atol=rtol, err_msg=context, equal_nan=True
    )
