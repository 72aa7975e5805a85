# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the table of public functions is made of: a record says how to call a function, and what it should give.

A strategy draws a `Call`: arguments in which an `Operand` stands for an array of a shape and a type, and a `Number` for
a Python number. The arrays come later, from a seed, so that one call serves for a batch of them. `TABLE` has one
record per function; the tests run over it, and `test_complete.py` holds it against the public names.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from wengert import dtypes

FLOATS = ("float32", "float16", "bfloat16", "float64")
COMPLEX = ("complex64", "complex128")
INEXACT = (*FLOATS, *COMPLEX)
INTS = ("int32", "int8", "uint8", "uint32", "int16")
BOOL = ("bool",)
REAL = (*FLOATS, *INTS)
NUMERIC = (*FLOATS, *INTS, "complex64")
ANY = (*NUMERIC, "bool")
DISCRETE = (*INTS, "bool")
WIDE = ("float64", "complex128", "int64", "uint64")
# The relative error of a result of this type; records scale it.
TOLERANCE = {"float16": 4e-3, "bfloat16": 3e-2, "float32": 2e-5, "float64": 1e-10}
TOLERANCE |= {"complex64": 2e-5, "complex128": 1e-10}

Draw = Callable[[Any], Any]
Maker = Callable[[np.random.Generator, tuple[int, ...]], np.ndarray]


@dataclass(frozen=True)
class Operand:
    """An array of this shape and type with distinct values of the interval, or as `make` makes them."""

    shape: tuple[int, ...]
    dtype: str
    low: float = -3.0
    high: float = 3.0
    make: Maker | None = None

    def __repr__(self) -> str:
        of = f"{self.low}..{self.high}" if self.make is None else self.make.__name__
        return f"{self.dtype}{list(self.shape)} of {of}"

    def array(self, rng: np.random.Generator) -> np.ndarray:
        kind = dtypes.named(self.dtype)
        if self.make is not None:
            values = self.make(rng, self.shape)
            if kind.kind == "c" and values.dtype.kind == "f":
                values = values + 1j * self.make(rng, self.shape)
            return np.asarray(values).astype(kind)
        if self.dtype == "bool":
            return np.asarray(rng.integers(0, 2, self.shape)).astype(bool)
        if "int" in self.dtype:
            low = max(self.low, 0) if self.dtype[0] == "u" else self.low
            low, high = int(np.ceil(low)), int(np.floor(self.high))
            return np.asarray(rng.integers(low, max(low, high) + 1, self.shape)).astype(kind)
        if kind.kind == "c":
            return np.asarray(self.spread(rng) + 1j * replace(self, low=-1.5, high=1.5).spread(rng), kind)
        return self.spread(rng).astype(kind)

    def spread(self, rng: np.random.Generator) -> np.ndarray:
        """Distinct numbers in any order: no derivative sits at a tie."""
        n = int(np.prod(self.shape))
        grid = self.low + (self.high - self.low) * (np.arange(n) + rng.uniform(0.2, 0.8, n)) / max(n, 1)
        return rng.permutation(grid).reshape(self.shape)


@dataclass(frozen=True)
class Number:
    """A Python number: weakly typed."""

    value: Any

    def __repr__(self) -> str:
        return repr(self.value)


@dataclass(frozen=True)
class Static:
    """An argument that no transform sees, whatever it is made of."""

    value: Any


def is_leaf(x: Any) -> bool:
    return isinstance(x, (Operand, Number))


def leaves_of(x: Any) -> Iterator[Any]:
    if is_leaf(x):
        yield x
    elif isinstance(x, (list, tuple)):
        for part in x:
            yield from leaves_of(part)
    elif isinstance(x, dict):
        for part in x.values():
            yield from leaves_of(part)


def filled_in(x: Any, values: Iterator[Any]) -> Any:
    if is_leaf(x):
        return next(values)
    if isinstance(x, Static):
        return x.value
    if isinstance(x, (list, tuple)):
        return type(x)(filled_in(part, values) for part in x)
    if isinstance(x, dict):
        return {key: filled_in(part, values) for key, part in x.items()}
    return x


@dataclass(frozen=True)
class Call:
    """Arguments of one call."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return ", ".join([*map(repr, self.args), *(f"{k}={v!r}" for k, v in self.kwargs.items())])

    @property
    def leaves(self) -> list[Any]:
        return list(leaves_of((self.args, self.kwargs)))

    @property
    def is_wide(self) -> bool:
        return any(isinstance(x, Operand) and x.dtype in WIDE for x in self.leaves)

    @property
    def inexact(self) -> list[int]:
        return [i for i, x in enumerate(self.leaves) if isinstance(x, Operand) and x.dtype in INEXACT]

    def values(self, seed: int = 0) -> list[Any]:
        rng = np.random.default_rng(seed)
        return [x.value if isinstance(x, Number) else x.array(rng) for x in self.leaves]

    def of(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function of the leaves alone."""

        def call(*values: Any) -> Any:
            args, kwargs = filled_in((self.args, self.kwargs), iter(values))
            return function(*args, **kwargs)

        return call

    def widened(self) -> Call:
        """The same with double precision, for difference quotients."""
        wide = {**dict.fromkeys(FLOATS, "float64"), **dict.fromkeys(COMPLEX, "complex128")}

        def walk(x: Any) -> Any:
            if isinstance(x, Operand):
                return replace(x, dtype=wide.get(x.dtype, x.dtype))
            if isinstance(x, (list, tuple)):
                return type(x)(walk(part) for part in x)
            return {key: walk(part) for key, part in x.items()} if isinstance(x, dict) else x

        return Call(walk(self.args), walk(self.kwargs))


JIT, MAP, GRAD = "jit", "vmap", "grad"
EVERY, NO_SLOPE, VALUES = (JIT, MAP, GRAD), (JIT, MAP), ()


@dataclass(frozen=True)
class Record:
    """A public function: what calls of it look like, what it should give, and which transforms it takes.

    `result` names the rule of the result's type (see `rules.py`); `ways` are EVERY, NO_SLOPE (results of integers and
    bools, or steps) or VALUES (shapes depend on values: eager only). `exact` references see the arrays as they are,
    others in double precision. `tolerance` scales the table above; None says that only shapes and types are compared.
    """

    module: str
    name: str
    calls: st.SearchStrategy[Call]
    reference: Callable[..., Any]
    result: Any = "same"
    ways: tuple[str, ...] = EVERY
    exact: bool = False
    tolerance: float | None = 1.0
    slope: float = 1.0  # scales the tolerance of derivatives
    function: Callable[..., Any] | None = None  # in place of the function itself: parts of its result, say

    def __str__(self) -> str:
        return f"{self.module}.{self.name}"

    def call(self, *args: Any, **kwargs: Any) -> Any:
        f = getattr(importlib.import_module(f"wengert.{self.module}"), self.name)
        return f(*args, **kwargs) if self.function is None else self.function(f, *args, **kwargs)


TABLE: dict[str, Record] = {}


def register(module: str, names: str, calls: st.SearchStrategy[Call], reference: Any = None, **options: Any) -> None:
    """A record for each name; the reference is by default what NumPy or SciPy has under the name.

    `name:key` makes another record of a function, of calls that look different.
    """
    for key in names.split():
        name = key.partition(":")[0]
        found = reference
        if found is None:
            library = module if module.split(".")[0] in ("numpy", "scipy") else "numpy"
            found = getattr(importlib.import_module(library), name)
        assert f"{module}.{key}" not in TABLE, f"{module}.{key} stands in the table twice"
        TABLE[f"{module}.{key}"] = Record(module, name, calls, found, **options)
