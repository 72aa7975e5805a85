# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The reference interpreter: a function of a `wg` module, run with the NumPy kernels of its ops' records.

`Program` turns a function into a flat list of kernel calls once and runs it as often as wanted. A call to a function
with the attribute `wg.jit` runs compiled code; every other call is interpreted.

>>> import numpy as np
>>> import wengert as wg
>>> module = wg.make_jaxpr(lambda x: wg.numpy.sin(x) * 2.0)(1.0).module
>>> Program(module, module.functions()[0])([np.float32(0.5)])
[array(0.9588511, dtype=float32)]
"""

from __future__ import annotations

import contextvars
import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from wengert import errors
from wengert.array import start_quiet, stop_quiet
from wengert.kernels.checks import check
from wengert.kernels.control import FUNCTIONS, STRUCTURED
from wengert.kernels.host import callback

_ndarray = np.ndarray
# Ops whose kernels return a list even of one result.
_LISTS = frozenset(("func.call", "call", "callback", "check", *STRUCTURED))
TRANSFORMS = frozenset(("jvp", "vjp", "vmap"))


def short_name(name: str) -> str:
    """The name of an op without its dialect: `sin` for `wg.sin`; ops of other dialects keep theirs."""
    return name[3:] if name.startswith("wg.") else name


class Program:
    """A function of a module as a flat list of kernel calls.

    Args:
      module: a module without transform ops in what the function calls (see `expanded`).
      name: the function.
      programs: the programs of the functions that were met already, shared by a whole module.
    """

    __slots__ = ("steps", "arguments", "results", "template")

    def __init__(self, module: Any, name: str, programs: dict[str, Program] | None = None):
        from wengert.lax._ops import OPS

        programs = {} if programs is None else programs
        instructions, self.arguments, self.results = module.program(name)[:3]
        size = 1 + max((i for ids in (self.arguments, *(r for _, _, r, *_ in instructions)) for i in ids), default=-1)
        self.template: list[Any] = [None] * size
        last_use = {i: None for i in self.results}
        self.steps: list[tuple[Callable[..., Any], tuple[int, ...], Any, tuple[int, ...]]] = []
        steps: list[Any] = []
        for full_name, operands, results, attrs, at in reversed(instructions):
            op = short_name(full_name)
            dead = []
            for i in (*operands, *results):
                if i not in last_use:
                    last_use[i] = None
                    dead.append(i)
            if op == "constant":
                self.template[results[0]] = np.asarray(attrs["value"])
                continue
            if op in ("func.call", "call"):
                kernel = _callee(module, attrs["callee"], programs)
            elif op in STRUCTURED:
                kernel = structured_kernel(op, *_split(module, op, attrs), programs)
            elif op == "check":
                where = f"{at[0]}:{at[1]}" if at is not None else ""
                kernel = functools.partial(check, **{"at": where, **attrs})
            elif "axis_name" in attrs:
                raise _unbound(op, attrs["axis_name"])
            else:
                op_class = None if op == "callback" else OPS[op]
                kernel = callback if op_class is None else op_class.kernel
                for symbol in op_class.symbols if op_class is not None else ():
                    attrs[symbol] = ScalarFunction(module, attrs[symbol], programs)
                if attrs:
                    kernel = functools.partial(kernel, **attrs)
            single = len(results) == 1 and op not in _LISTS
            steps.append((kernel, tuple(operands), results[0] if single else tuple(results), tuple(dead)))
        steps.reverse()
        constants = {i for i, value in enumerate(self.template) if value is not None}
        self.steps = [(k, o, r, tuple(i for i in dead if i not in constants)) for k, o, r, dead in steps]

    def __call__(self, data: Sequence[Any]) -> list[_ndarray]:
        values = self.template.copy()
        for i, x in zip(self.arguments, data, strict=True):
            values[i] = x
        token = start_quiet()
        try:
            for kernel, operands, results, dead in self.steps:
                result = kernel(*[values[i] for i in operands])
                if type(results) is int:
                    values[results] = result
                else:
                    for i, r in zip(results, result, strict=True):
                        values[i] = r
                for i in dead:
                    values[i] = None
        finally:
            stop_quiet(token)
        return [r if type(r) is _ndarray else np.asarray(r) for r in [values[i] for i in self.results]]


def _split(module: Any, op: str, attrs: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The functions that an op runs, as `(module, name)` or lists of these, and its other attributes."""
    functions: dict[str, Any] = {}
    for key in FUNCTIONS[op]:
        value = attrs[key]
        functions[key] = [(module, name) for name in value] if isinstance(value, tuple) else (module, value)
    return functions, {key: value for key, value in attrs.items() if key not in functions}


def structured_kernel(
    op: str, functions: dict[str, Any], attrs: dict[str, Any], programs: dict[str, Program] | None = None
) -> Callable[..., Sequence[_ndarray]]:
    """The kernel of an op that runs functions, which become runners (see kernels.control).

    Args:
      functions: for each attribute that names functions, `(module, name)` or a list of these.
      attrs: the other attributes.
      programs: as of Program, if all functions belong to the module of these.
    """

    def runner(module: Any, name: str) -> _Runner:
        known = programs
        if known is None:
            known = {}
            if has_transforms(module, name):
                module, name = expanded(module, name)
        return _Runner(module, name, _callee(module, name, known))

    runners: dict[str, Any] = {
        key: [runner(*f) for f in value] if isinstance(value, list) else runner(*value)
        for key, value in functions.items()
    }
    return functools.partial(STRUCTURED[op], compiled=_Compiled(op, functions, attrs), **runners, **attrs)


class _Runner:
    """A function of a module that the kernel of an op runs."""

    __slots__ = ("run", "_cost", "_module", "_name")

    def __init__(self, module: Any, name: str, run: Callable[..., Sequence[_ndarray]]):
        self.run = run
        self._module = module
        self._name = name
        self._cost: int | None = None

    @property
    def results(self) -> Any:
        """The types of its results."""
        return self._module.signature(self._name)[1]

    @property
    def cost(self) -> int:
        """How many kernels one run calls, about: at least 1."""
        if self._cost is None:
            self._cost = _cost(self._module, self._name, {})
        return self._cost


def _cost(module: Any, name: str, known: dict[str, int]) -> int:
    if name in known:
        return known[name]
    known[name] = 1
    total = 1
    for full_name, _, _, attrs, *_ in module.program(name)[0]:
        op = short_name(full_name)
        callees = _symbols(op, attrs) if op in STRUCTURED or op in ("func.call", "call") else []
        steps = attrs.get("length", 1) if callees else 1
        total += steps * (1 + sum(_cost(module, callee, known) for callee in callees))
    known[name] = total
    return total


class _Compiled:
    """An op that runs functions, compiled when it is called: loops of many steps are not interpreted."""

    __slots__ = ("_op", "_functions", "_attrs", "_executable")

    def __init__(self, op: str, functions: dict[str, Any], attrs: dict[str, Any]):
        self._op = op
        self._functions = functions
        self._attrs = attrs
        self._executable: Any = None

    def __call__(self, data: Sequence[_ndarray]) -> Sequence[_ndarray]:
        if self._executable is None:
            self._executable = self._compile(data)
        return self._executable([np.asarray(x) for x in data])  # type: ignore[no-any-return]

    def _compile(self, data: Sequence[_ndarray]) -> Any:
        from wengert import _native, stages
        from wengert.computation import Symbol

        fresh = _native.Module()
        attrs: dict[str, Any] = dict(self._attrs)
        for key, value in self._functions.items():
            merged = [Symbol(fresh.merge(*f)) for f in (value if isinstance(value, list) else [value])]
            attrs[key] = tuple(merged) if isinstance(value, list) else merged[0]
        builder = fresh.function("main", private=False)
        values = [builder.add_argument(_native.aval(x.shape, x.dtype)) for x in data]
        results = builder.build(self._op, values, attrs)
        builder.finish(results if isinstance(results, (tuple, list)) else [] if results is None else [results])
        return stages.compile_symbol(fresh, builder.name)


# What makes callables of the functions that ops run while somebody looks for what goes wrong in them; else None.
watch: contextvars.ContextVar[Callable[[Any, str], Callable[..., Any]] | None] = contextvars.ContextVar(
    "watch", default=None
)


def _callee(module: Any, name: str, programs: dict[str, Program]) -> Callable[..., Sequence[_ndarray]]:
    if (watched := watch.get()) is not None:
        return watched(module, name)
    if module.get_attr(name, "wg.jit") is not None:
        executable: list[Any] = []

        def compiled(*data: _ndarray) -> Sequence[_ndarray]:
            if not executable:
                from wengert import stages

                executable.append(stages.compile_symbol(module, name))
            return executable[0](list(data))

        return compiled

    def interpreted(*data: _ndarray) -> Sequence[_ndarray]:
        program = programs.get(name)
        if program is None:
            if only_transposed(module, name):
                raise errors.make(
                    errors.VerificationError,
                    f"custom_vjp function @{name.split('.tangents')[0]}",
                    "cannot be differentiated in forward mode (jvp, jacfwd, linearize): it has a rule for reverse "
                    "mode only",
                    remedy="use vjp, grad or jacrev, or give a rule with custom_jvp",
                )
            program = programs[name] = Program(module, name, programs)
        return program(data)

    return interpreted


class ScalarFunction:
    """A function of scalars in a module, applied to each element of arrays of one shape.

    Args:
      module, name: the function.
      programs: as of Program.
    """

    __slots__ = ("_module", "_name", "_program", "_programs", "_vectorized")

    def __init__(self, module: Any, name: str, programs: dict[str, Program] | None = None):
        self._module = module
        self._name = name
        self._programs = programs
        self._program: Program | None = None
        self._vectorized = True

    def __call__(self, *data: _ndarray) -> tuple[_ndarray, ...]:
        program = self._program
        if program is None:
            program = self._program = self._load()
        shape = np.shape(data[0])
        if shape == () or self._vectorized:
            results = program(data)
        else:
            rows = [program(row) for row in zip(*[np.reshape(x, -1) for x in data], strict=True)]
            avals = self._module.signature(self._name)[1]
            columns = zip(*rows, strict=True) if rows else [()] * len(avals)
            results = [np.array(c, a.dtype).reshape(shape) for c, a in zip(columns, avals, strict=True)]
        return tuple(r if r.shape == shape else np.broadcast_to(r, shape).copy() for r in results)

    def _load(self) -> Program:
        from wengert.lax._ops import OPS

        module, name = self._module, self._name
        if has_transforms(module, name):
            module, name = expanded(module, name)
            self._programs = None
        # Kernels of elementwise ops take arrays of any shape in the place of scalars.
        for full_name, *_ in module.program(name)[0]:
            op = short_name(full_name)
            known = op in OPS and OPS[op].record.kind in ("elementwise", "composite")
            if not known and op not in ("constant", "convert", "bitcast_convert"):
                self._vectorized = False
        return Program(module, name, self._programs)


def only_transposed(module: Any, name: str) -> bool:
    """Whether a function has no body: it is known by its transpose alone, and cannot be run."""
    if module.get_attr(name, "wg.custom_transpose") is None:
        return False
    from wengert import _native

    try:
        module.program(name)
    except _native.NativeError:
        return True
    return False


def has_transforms(module: Any, name: str) -> bool:
    """Whether the function, or one that it calls, holds a `wg.jvp`, `wg.vjp` or `wg.vmap`."""
    seen, todo = {name}, [name]
    while todo:
        current = todo.pop()
        if only_transposed(module, current):
            continue
        for op, _, _, attrs, *_ in module.program(current)[0]:
            if short_name(op) in TRANSFORMS:
                return True
            for callee in _symbols(short_name(op), attrs):
                if callee not in seen:
                    seen.add(callee)
                    todo.append(callee)
    return False


def _unbound(op: str, axis: str) -> errors.WengertError:
    problem = f"expected a vmap around it that names an axis {axis!r} but there is none"
    return errors.make(errors.AxisNameError, op, problem, remedy=f"pass axis_name={axis!r} to the vmap")


def free_axes(module: Any, name: str) -> frozenset[str]:
    """The names of axes that a function, or one that it calls, refers to and no `wg.vmap` in them binds."""
    known: dict[str, frozenset[str]] = {}

    def visit(function: str) -> frozenset[str]:
        if function not in known:
            known[function] = frozenset()  # of a function that calls itself, which is refused elsewhere
            found: set[str] = set()
            for full_name, _, _, attrs, *_ in module.program(function)[0]:
                op = short_name(full_name)
                bound = {attrs["axis_name"]} if op == "vmap" and "axis_name" in attrs else set()
                for callee in _symbols(op, attrs):
                    found |= visit(callee) - bound
                if not bound and attrs and "axis_name" in attrs:
                    found.add(attrs["axis_name"])
            known[function] = frozenset(found)
        return known[function]

    return visit(name)


def _symbols(op: str, attrs: dict[str, Any]) -> list[str]:
    """The names of the functions that an op calls, applies or runs."""
    from wengert.lax._ops import OPS

    keys = FUNCTIONS.get(op) or (OPS[op].symbols if op in OPS else ("callee",))
    found: list[str] = []
    for key in keys:
        value = attrs.get(key) if attrs else None
        found += value if isinstance(value, tuple) else [value] if value is not None else []
    return found


def expanded(module: Any, name: str, passes: str = "wg-expand-transforms,wg-simplify") -> tuple[Any, str]:
    """The function and what it calls in a new module, transforms expanded; and its name there."""
    from wengert import _native

    fresh = _native.Module()
    new = fresh.publish(fresh.merge(module, name))
    fresh.run(passes)
    return fresh, new


def interpret(module: Any, name: str, data: Sequence[Any]) -> list[_ndarray]:
    """Run one function of a module, transforms expanded first if it has any."""
    if has_transforms(module, name):
        module, name = expanded(module, name)
    return Program(module, name)([np.asarray(x) for x in data])
