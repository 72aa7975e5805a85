# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Python functions as functions of the module that branches and loops run, and the ops that run them.

What a function uses from outside (a tracer, a large array) becomes one more operand of the op, after those that its
arguments stand for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wengert import axes, errors, trace
from wengert.array import Array
from wengert.calls import symbol_in
from wengert.computation import Symbol
from wengert.config import CHECKING
from wengert.functions import name_of
from wengert.interpreter import structured_kernel
from wengert.trace import Function, ShapedArray, trace_function
from wengert.tracer import is_tracer
from wengert.trees import tree_flatten, tree_unflatten


class Body:
    """A traced function with the structure of its results.

    Attributes:
      function: takes the leaves of the arguments, then what it captured.
      out_tree: the structure of what it returned.
    """

    __slots__ = ("function", "out_tree")

    def __init__(self, function: Function, out_tree: Any):
        self.function = function
        self.out_tree = out_tree

    @property
    def captures(self) -> list[Any]:
        return self.function.captures

    @property
    def out_avals(self) -> list[ShapedArray]:
        return self.function.out_avals


def trace_body(which: str, fun: Callable[..., Any], avals: Sequence[ShapedArray], in_tree: Any) -> Body:
    """Trace `fun(*args)`, whose arguments have the structure `in_tree` and leaves of these types."""
    if not callable(fun):
        raise TypeError(f"{which}: expected a function but got {type(fun).__name__}")
    out_tree = None

    def flat(*tracers: Any) -> list[Any]:
        nonlocal out_tree
        leaves, out_tree = tree_flatten(fun(*tree_unflatten(in_tree, tracers)))
        return leaves

    name = name_of(fun)
    function = trace_function(flat, avals, which, f"{which}({name})", name)
    return Body(function, out_tree)


def _identity(x: Any) -> int:
    return id(x._value) if is_tracer(x) else id(x._data)


def share_captures(functions: Sequence[Function]) -> tuple[list[tuple[Any, str]], list[Any]]:
    """The functions, each taking its explicit arguments and then what any of them captured; and these captures."""
    union: dict[int, Any] = {}
    for f in functions:
        for x in f.captures:
            union.setdefault(_identity(x), x)
    return [(f.module, _taking(f, union)) for f in functions], list(union.values())


def _taking(function: Function, captures: dict[int, Any]) -> str:
    """The name of a function that also takes the captures that it does not use."""
    own = [_identity(x) for x in function.captures]
    if own == list(captures):
        return function.name
    module = function.module
    types = module.signature(function.name)[0]
    builder = module.function(function.name)
    explicit = [builder.add_argument(t) for t in types[: len(types) - len(own)]]
    given = {key: builder.add_argument(_native_type(x)) for key, x in captures.items()}
    results = builder.build("func.call", [*explicit, *(given[key] for key in own)], {"callee": function.name})
    builder.finish(results if isinstance(results, tuple) else [results])
    return builder.name


def captures_first(module: Any, name: str, count: int) -> tuple[Any, str]:
    """A function that takes its last `count` arguments, which it captured, first: as loops take their consts."""
    if not count:
        return module, name
    types = module.signature(name)[0]
    explicit = len(types) - count
    builder = module.function(name)
    arguments = [builder.add_argument(t) for t in (*types[explicit:], *types[:explicit])]
    results = builder.build("func.call", [*arguments[count:], *arguments[:count]], {"callee": name})
    builder.finish(results if isinstance(results, tuple) else [results])
    return module, builder.name


def _native_type(x: Any) -> Any:
    from wengert import _native

    return _native.aval(x.shape, x.dtype)


def converted(function: Function, wanted: Sequence[ShapedArray]) -> Function:
    """The function with its results converted to the dtypes of `wanted`."""
    if all(a.dtype == w.dtype for a, w in zip(function.out_avals, wanted, strict=True)):
        return function
    module = function.module
    builder = module.function(function.name)
    arguments = [builder.add_argument(t) for t in module.signature(function.name)[0]]
    results = builder.build("func.call", arguments, {"callee": function.name})
    results = results if isinstance(results, tuple) else (results,)
    builder.finish(
        [
            r if a.dtype == w.dtype else builder.build("convert", (r,), {"dtype": w.dtype})
            for r, a, w in zip(results, function.out_avals, wanted, strict=True)
        ]
    )
    return function.renamed(builder.name, list(wanted))


class StructuredOp:
    """An op that runs functions: what `Op` is to ops of the table.

    Args:
      name: its name without `wg.`.
      functions: for each attribute that names functions, `(module, name)` or a list of these.
      attrs: its other attributes.
    """

    __slots__ = ("name", "functions", "attrs", "_kernel")
    types = ()  # the functions' own ops check theirs

    def __init__(self, name: str, functions: dict[str, Any], attrs: dict[str, Any] | None = None):
        self.name = name
        self.functions = functions
        self.attrs = attrs or {}
        self._kernel: Any = None

    def kernel(self, *data: np.ndarray, **_: Any) -> Sequence[np.ndarray]:
        """Run it at once."""
        if self._kernel is None:
            self._kernel = structured_kernel(self.name, self.functions, self.attrs)
        return self._kernel(*data)

    @property
    def run(self) -> list[tuple[Any, str]]:
        """The functions that it runs, each a module and a name there."""
        return [f for value in self.functions.values() for f in (value if isinstance(value, list) else [value])]

    def symbols_in(self, root: Any) -> dict[str, Any]:
        """The attributes, with the names of the functions in the module of `root`."""
        named: dict[str, Any] = dict(self.attrs)
        for key, value in self.functions.items():
            if isinstance(value, list):
                named[key] = tuple(Symbol(symbol_in(root, m, f)) for m, f in value)
            else:
                named[key] = Symbol(symbol_in(root, *value))
        return named


def apply(op: StructuredOp, operands: Sequence[Any], weak: Sequence[bool]) -> list[Any]:
    """The results of `op`: recorded in the trace that its operands belong to, or run at once outside of any."""
    where = axes.trace_of(operands, op.run)
    if where is None:
        data = [x._data for x in operands]
        results = op.kernel(*data)
        if CHECKING[0]:
            from wengert.nans import check_structured

            check_structured(op, data, results)
        return [Array._wrap(np.asarray(r), w) for r, w in zip(results, weak, strict=True)]
    return trace.record(where, op, operands, op.symbols_in(where.root), weak)


def common_results(which: str, bodies: Sequence[Body], names: Sequence[str]) -> list[ShapedArray]:
    """The types that the results of all bodies can be converted to: weak ones give way.

    Raises:
      TreeError: the results have different structures.
      ShapeError, DtypeError: or different types.
    """
    first = bodies[0]
    for name, body in zip(names[1:], bodies[1:], strict=True):
        if body.out_tree != first.out_tree:
            raise errors.make(
                errors.TreeError,
                which,
                f"expected results of one structure but got {first.out_tree} from {names[0]} and {body.out_tree} from "
                + name,
            )
    return [_common(which, i, avals, names) for i, avals in enumerate(zip(*[b.out_avals for b in bodies], strict=True))]


def _common(which: str, index: int, avals: Sequence[ShapedArray], names: Sequence[str]) -> ShapedArray:
    strong = [a for a in avals if not a.weak_type]
    dtypes = {a.dtype for a in strong or avals}
    same_shape = len({a.shape for a in avals}) == 1
    if same_shape and len(dtypes) == 1:
        return ShapedArray(avals[0].shape, dtypes.pop(), not strong)
    words = ", ".join(f"{a} from {name}" for a, name in zip(avals, names, strict=True))
    raise errors.make(
        errors.DtypeError if same_shape else errors.ShapeError,
        which,
        f"expected result {index} of one type but got {words}",
        remedy="convert with astype, or reshape, so that they agree",
    )
