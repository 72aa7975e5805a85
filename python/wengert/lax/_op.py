# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the generated table of ops (`wengert.lax._ops`) is made of."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


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
    """

    name: str
    kind: str
    dtypes: tuple[str, ...] = ()
    variadic: bool = False
    scalar: bool = False
    optional: bool = False


@dataclass(frozen=True)
class Record:
    """What the record of an op says, for tests and documentation.

    Attributes:
      kind: elementwise, linear, bilinear, nonlinear, nondifferentiable, custom, structured or composite.
      operands, attributes: its arguments; the operands come first.
      results: the names of the results; one with a star stands for any number of them.
      same: all operands have one shape and one dtype.
      reference: the NumPy kernel as an expression.
      rules: expressions by the name of the rule: partials, transposes, batches, derivative, definition.
      domain: for each operand the interval of the values that the law tests take.
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
    samples: tuple[dict[str, Any], ...]
    summary: str
    description: str
    family: str
    assembly: str


class Op:
    """An operation of the dialect: its name there without `wg.`, its NumPy kernel, and which attributes name functions.

    The value of such an attribute is a function of scalars: any callable, or one that is traced already
    (`wengert.computation.Computation`).

    >>> from wengert.lax._ops import OPS
    >>> OPS["sin"].record.rules["partials"]
    ['cos(x)']
    """

    __slots__ = ("name", "kernel", "symbols")

    def __init__(self, name: str, kernel: Callable[..., Any], symbols: tuple[str, ...] = ()):
        self.name = name
        self.kernel = kernel
        self.symbols = symbols

    def __repr__(self) -> str:
        return f"Op({self.name})"

    @property
    def record(self) -> Record:
        """All that the op's record says, loaded on first use."""
        return importlib.import_module("wengert.lax._records").RECORDS[self.name]
