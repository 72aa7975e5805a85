# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions as attributes of ops: a Python function of scalars, traced into the module of the op that applies it.

An op names in `Op.symbols` which of its attributes are functions. `bind` takes any callable there, or a `Computation`,
which is traced already; the module gets a private function, the op its symbol.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wengert import errors
from wengert.interpreter import ScalarFunction
from wengert.trace import Function, ShapedArray, trace_function


class Symbol(str):
    """The name of a function of the module, as the value of an attribute."""

    __slots__ = ()


class Computation:
    """A traced function of scalars, which ops apply to the elements of arrays.

    Args:
      name: the op or function that applies it, for messages.
      fun: a function of flat scalars that returns one scalar or a sequence of them.
      avals: the types of its arguments.
      results: the types that it has to return.

    Raises:
      DtypeError, ShapeError: it returns other types.
      UnsupportedTypeError: it uses a traced or a large array from outside.
    """

    __slots__ = ("function", "_apply")

    def __init__(
        self, name: str, fun: Callable[..., Any], avals: Sequence[ShapedArray], results: Sequence[ShapedArray]
    ):
        def flat(*arguments: Any) -> Sequence[Any]:
            out = fun(*arguments)
            return out if isinstance(out, (tuple, list)) else (out,)

        label = f"{name}(computation)"
        self.function: Function = trace_function(flat, avals, "make_jaxpr", label, f"{name}.computation")
        if self.function.captures:
            raise errors.make(
                errors.UnsupportedTypeError,
                name,
                "expected a computation of its arguments but got one that uses arrays from outside",
                remedy="pass them as further operands, or use Python numbers",
            )
        got = [(a.shape, a.dtype) for a in self.function.out_avals]
        if got != [(a.shape, a.dtype) for a in results]:
            wrong_shape = len(got) != len(results) or any(shape for shape, _ in got)
            words = lambda types: ", ".join(f"{dtype}{list(shape)}" for shape, dtype in types)
            raise errors.make(
                errors.ShapeError if wrong_shape else errors.DtypeError,
                name,
                f"expected a computation that returns {words([(a.shape, a.dtype) for a in results])} "
                f"but got {words(got)}",
                remedy="return scalars of the types of the accumulators, converted with astype if needed",
            )
        self._apply = ScalarFunction(self.function.module, self.function.name)

    def __call__(self, *data: np.ndarray) -> Any:
        return self._apply(*data)

    def __repr__(self) -> str:
        return f"Computation({self.function.name})"


def scalar_avals(operands: Sequence[Any]) -> list[ShapedArray]:
    """A scalar of the type of each operand."""
    return [ShapedArray((), x.dtype, False) for x in operands]


def symbols_in(
    trace: Any, op: Any, operands: Sequence[Any], attrs: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The attributes with traced functions, for the kernel, and with their names in the module of `trace`."""
    from wengert.calls import symbol_in

    traced, named = dict(attrs), dict(attrs)
    for key in op.symbols:
        value = attrs[key]
        if not isinstance(value, Computation):
            avals = scalar_avals(operands)
            value = traced[key] = Computation(op.name, value, avals, avals[: len(avals) // 2])
        function = value.function
        named[key] = Symbol(symbol_in(trace.root, function.module, function.name))
    return traced, named
