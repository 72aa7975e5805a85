# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A traced program for programs that walk it: JAX's `.jaxpr`, `.eqns`, `.invars`, ... over a `wg` function.

It prints as `wg` IR, which can be parsed back (`wengert.from_text`) and given to `wg-opt`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wengert import errors
from wengert.calls import CallOp, call
from wengert.interpreter import short_name
from wengert.trace import Function, ShapedArray, from_native, operand
from wengert.trees import tree_flatten, tree_structure, tree_unflatten


def _letters(i: int) -> str:
    name = ""
    while True:
        name = chr(ord("a") + i % 26) + name
        i = i // 26 - 1
        if i < 0:
            return name


class Primitive:
    """An op by its name."""

    __slots__ = ("name",)

    def __init__(self, name: str):
        self.name = name

    def __repr__(self) -> str:
        return self.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Primitive) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def multiple_results(self) -> bool:
        return self.name in ("jit", "checkpoint", "sort", "threefry2x32")


class Var:
    """A value of the program."""

    __slots__ = ("aval", "count")

    def __init__(self, aval: ShapedArray, count: int):
        self.aval = aval
        self.count = count

    def __repr__(self) -> str:
        return _letters(self.count)


class Literal:
    """A constant operand: `val` is its value, a NumPy scalar if it has rank 0."""

    __slots__ = ("val", "aval")

    def __init__(self, val: Any, aval: ShapedArray):
        self.val = val
        self.aval = aval

    def __repr__(self) -> str:
        return str(self.val)


class SourceInfo(tuple[str, int]):
    """Where an op comes from: `(file, line)` in the user's program.

    Attributes:
      name_stack: the named scopes around it, joined by slashes.
      function_name: the function that the line is in.
    """

    name_stack: str
    function_name: str

    @classmethod
    def of(cls, position: tuple[str, int], names: Sequence[str]) -> SourceInfo:
        """Of a position and the names around it, outermost first."""
        info = cls(position)
        info.name_stack = "/".join(names[:-1])
        info.function_name = names[-1] if names else ""
        return info


class JaxprEqn:
    """One op: `outvars = primitive[params] invars`."""

    __slots__ = ("primitive", "invars", "outvars", "params", "source_info")

    def __init__(self, primitive: Primitive, invars: list[Any], outvars: list[Var], params: dict[str, Any], line: Any):
        self.primitive = primitive
        self.invars = invars
        self.outvars = outvars
        self.params = params
        self.source_info = line  # a SourceInfo, or None

    def __repr__(self) -> str:
        outs = " ".join(f"{v}:{v.aval.str_short()}" for v in self.outvars)
        params = " ".join(f"{k}={v}" for k, v in self.params.items() if k != "jaxpr")
        return f"{outs} = {self.primitive}{f'[{params}]' if params else ''} {' '.join(map(str, self.invars))}"


class Jaxpr:
    """The program of one function; `constvars` are its hidden arguments (captured arrays)."""

    def __init__(self, module: Any, name: str, explicit: int | None = None):
        self.module = module
        self.name = name
        instructions, arguments, results = module.program(name)[:3]
        types = module.value_types(name)
        values: dict[int, Any] = {}

        def variable(i: int) -> Var:
            values[i] = Var(from_native(types[i]), len(values) - literals)
            return values[i]

        literals = 0
        variables = [variable(i) for i in arguments]
        explicit = len(variables) if explicit is None else explicit
        self.invars, self.constvars = variables[:explicit], variables[explicit:]
        self.eqns: list[JaxprEqn] = []
        for (full_name, operands, outs, attrs, line, *_), names in zip(instructions, module.scopes(name), strict=True):
            op = short_name(full_name)
            if op == "constant":
                value = np.asarray(attrs["value"])
                values[outs[0]] = Literal(value[()] if value.ndim == 0 else value, from_native(types[outs[0]]))
                literals += 1
                continue
            params = dict(attrs or {})
            if op == "func.call":
                callee = params.pop("callee")
                op, params = "jit", {"name": callee, "jaxpr": ClosedJaxpr(module, callee)}
                if (policy := module.get_attr(callee, "wg.checkpoint")) is not None:
                    op, params = "checkpoint", {**params, "policy": policy}
            invars = [values[i] for i in operands]
            source = None if line is None else SourceInfo.of(line, names)
            self.eqns.append(JaxprEqn(Primitive(op), invars, [variable(i) for i in outs], params, source))
        self.outvars = [values[i] for i in results]

    @property
    def in_avals(self) -> list[ShapedArray]:
        return [v.aval for v in self.invars]

    @property
    def out_avals(self) -> list[ShapedArray]:
        return [v.aval for v in self.outvars]

    def __str__(self) -> str:
        return str(self.module)

    __repr__ = __str__


class ClosedJaxpr:
    """A traced program with the arrays that it captured.

    Calling it takes arguments and returns results of the structure of the traced function's.

    >>> import wengert as wg
    >>> program = wg.make_jaxpr(lambda x: wg.numpy.sin(x) * 2.0)(1.0)
    >>> [eqn.primitive.name for eqn in program.eqns]
    ['sin', 'mul']
    >>> program.eqns[1].invars[1].val
    np.float32(2.0)
    >>> float(program(0.0))
    0.0
    """

    def __init__(
        self,
        module: Any,
        name: str,
        consts: Sequence[Any] = (),
        in_tree: Any = None,
        out_tree: Any = None,
        avals: tuple[list[ShapedArray], list[ShapedArray]] | None = None,
    ):
        self.module = module
        self.name = name
        self.consts = list(consts)
        self.in_tree = in_tree
        self.out_tree = out_tree
        self._avals = avals

    @classmethod
    def of(cls, module: Any, name: str, function: Function, in_tree: Any, out_tree: Any) -> ClosedJaxpr:
        """The program of a traced function, now `name` in `module`."""
        return cls(module, name, function.captures, in_tree, out_tree, (function.in_avals, function.out_avals))

    @functools.cached_property
    def jaxpr(self) -> Jaxpr:
        """The program without its constants."""
        return Jaxpr(self.module, self.name, None if self._avals is None else len(self._avals[0]))

    @property
    def eqns(self) -> list[JaxprEqn]:
        return self.jaxpr.eqns

    @property
    def literals(self) -> list[Any]:
        return self.consts

    @property
    def in_avals(self) -> list[ShapedArray]:
        return self._avals[0] if self._avals is not None else self.jaxpr.in_avals

    @property
    def out_avals(self) -> list[ShapedArray]:
        return self._avals[1] if self._avals is not None else self.jaxpr.out_avals

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        given: Any = (args, kwargs) if self.in_tree is not None else args
        leaves, tree = tree_flatten(given)
        expected = self.in_tree if self.in_tree is not None else tree_structure((0,) * len(self.in_avals))
        if tree != expected:
            raise errors.make(
                errors.TreeError, self.name, f"expected arguments of the structure {expected} but got {tree}"
            )
        op = CallOp("func.call", self.module, self.name)
        results = call(op, [operand(x) for x in leaves] + self.consts, [a.weak_type for a in self.out_avals])
        if self.out_tree is not None:
            return tree_unflatten(self.out_tree, results)
        return results

    def __str__(self) -> str:
        return str(self.module).strip()

    __repr__ = __str__

    def pretty_print(self, *, source_info: bool = False, name_stack: bool = False, **_: Any) -> str:
        """The IR; with `source_info` or `name_stack` its locations are printed too, and the named scopes with them."""
        return self.module.to_text(debug_info=True).strip() if source_info or name_stack else str(self)


def make_jaxpr(
    fun: Callable[..., Any], static_argnums: Any = (), axis_env: Any = None, return_shape: bool = False
) -> Callable[..., Any]:
    """A function that returns the traced program of `fun`; transforms in it are expanded and simplified.

    >>> import wengert as wg
    >>> print(wg.make_jaxpr(lambda x: x + x)(1.0).eqns[0])
    b:f32[] = add a a
    """
    from wengert import stages
    from wengert.frames import api_boundary
    from wengert.functions import name_of
    from wengert.interpreter import expanded
    from wengert.trace import native_failure

    traced = stages.JitFunction(fun, static_argnums=static_argnums or None)
    traced.label = traced.label.replace("jit(", "make_jaxpr(", 1)

    @api_boundary
    def program_of(*args: Any, **kwargs: Any) -> Any:
        plan = traced.plan_for(args, kwargs, "make_jaxpr")
        function = plan.function
        if function.alone:
            module, name = function.module, function.module.publish(function.name, "main")
            function.name = name
        else:
            module, name = stages.extracted(function.module, function.name)
        if function.transforms:
            try:
                module, name = expanded(module, name)
            except Exception as error:
                raise native_failure(error, traced.label) from None
        program = ClosedJaxpr.of(module, name, function, plan.in_tree, plan.out_tree)
        return (program, stages.Traced(traced, plan).out_info) if return_shape else program

    program_of.__name__ = traced.label
    program_of.__qualname__ = f"make_jaxpr({getattr(fun, '__qualname__', name_of(fun))})"
    return program_of
