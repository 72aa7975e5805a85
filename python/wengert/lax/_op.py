# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the generated table of ops (`wengert.lax._ops`) is made of."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from wengert import dtypes


@dataclass(frozen=True)
class Argument:
    """An operand or attribute of an op.

    Attributes:
      name: its name in Python, in the IR and in the rules.
      kind: "operand", or the kind of attribute: int, ints, bool, str, float, dtype, array, symbol.
      dtypes: the NumPy names of the element types that an operand may have.
      variadic: any number of operands, given one after the other.
      scalar: the operand has rank 0.
      optional: the attribute may be absent, None in Python.
      words: the element types of an operand in words.
    """

    name: str
    kind: str
    dtypes: tuple[str, ...] = ()
    variadic: bool = False
    scalar: bool = False
    optional: bool = False
    words: str = ""


@dataclass(frozen=True)
class Record:
    """What the record of an op says, for tests and documentation.

    Attributes:
      kind: elementwise, linear, bilinear, nonlinear, nondifferentiable (a zero tangent), underivable (an error),
        custom, structured or composite.
      operands, attributes: its arguments; the operands come first.
      results: the names of the results; one with a star stands for any number of them.
      same: all operands have one shape and one dtype.
      reference: the NumPy kernel as an expression.
      rules: expressions by the name of the rule: partials, transposes, batches, derivative, definition.
      domain: for each operand the interval of the values that the law tests take.
      generators: the names of what makes operands of a certain structure for these tests, "" for the others.
      samples: for the law tests, dicts of attributes, `shapes` of the operands, and `dtypes` that it is limited to.
      summary, description: what the reference page says.
      family: the stem of the file in dialects/wg/Ops/ that holds it.
      assembly: the format of its textual form.
    """

    kind: str
    operands: tuple[Argument, ...]
    attributes: tuple[Argument, ...]
    results: tuple[str, ...]
    same: bool
    reference: str
    rules: dict[str, Any]
    domain: tuple[tuple[float, float], ...]
    generators: tuple[str, ...]
    samples: tuple[dict[str, Any], ...]
    summary: str
    description: str
    family: str
    assembly: str


def types(names: str) -> frozenset[Any]:
    """The dtypes of these names."""
    return frozenset(map(dtypes.named, names.split()))


class Op:
    """An operation of the dialect: its name there without `wg.`, its NumPy kernel, and which attributes name functions.

    The value of such an attribute is a function of scalars: any callable, or one that is traced already
    (`wengert.computation.Computation`).

    >>> from wengert.lax._ops import OPS
    >>> OPS["sin"].record.rules["partials"]
    ['cos(x)']
    """

    __slots__ = ("accepted", "kernel", "name", "symbols", "types")

    def __init__(
        self,
        name: str,
        kernel: Callable[..., Any],
        types: tuple[frozenset[Any], ...],
        symbols: tuple[str, ...] = (),
    ):
        self.name = name
        self.kernel = kernel
        self.types = types  # the dtypes that each operand may have; one entry for a list of operands
        self.accepted: set[Any] = set()  # the types of operands that have been checked: a dtype, or a tuple of them
        self.symbols = symbols

    def __repr__(self) -> str:
        return f"Op({self.name})"

    @property
    def record(self) -> Record:
        """All that the op's record says, loaded on first use."""
        return importlib.import_module("wengert.lax._records").RECORDS[self.name]
