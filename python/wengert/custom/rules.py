# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions with rules of their own: what the kinds of rules share.

A call that is traced becomes a call of a function of the module, and the rules become functions that hang on its symbol
as attributes. They are traced for the types of the arguments, and once more with the values of the arguments, where
these are known, if Python asks for a value. What function and rules use from outside becomes a further
argument of all of them.
"""

from __future__ import annotations

import functools
import inspect
import operator
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from wengert import errors, trace
from wengert.array import Array
from wengert.calls import CallOp, call
from wengert.frames import api_boundary
from wengert.functions import name_of
from wengert.trace import Function, ShapedArray, aval_of, operand, trace_function
from wengert.tracer import is_tracer
from wengert.trees import tree_flatten, tree_unflatten

UNKNOWN = "unknown"  # in the place of rules that are not known to this order
_DIFFERENTIATING = frozenset(("grad", "jvp", "vjp", "linearize"))


class _State(threading.local):
    """How many orders of derivatives the rules that are traced now are for; None outside of rules."""

    def __init__(self) -> None:
        self.order: int | None = None


_STATE = _State()


def _order() -> int:
    """How often what is traced now may be differentiated: one more than the transforms around it say, at least twice.

    The rule of a function may call it with other static arguments, whose rule may do so again without an end, as the
    adjoint of a fixed point is one. So rules inside of rules are traced for one order less.
    """
    if _STATE.order is not None:
        return _STATE.order
    around, count = trace.current(), 1
    while around is not None:
        count += around.kind in _DIFFERENTIATING
        around = around.parent  # type: ignore[assignment]
    return max(count, 2)


def identity(x: Any) -> int:
    """The same for two tracers of one value, and for two arrays of one buffer."""
    return id(x._value) if is_tracer(x) else id(x._data)


class Captures:
    """What a function and its rules use from outside, in the order in which all of them take it.

    An array with the elements of one that is known counts as that one: a rule that makes it anew each time it is
    traced captures it once.
    """

    __slots__ = ("_places", "_seen", "values")

    def __init__(self, values: Sequence[Any]):
        self.values = list(values)
        self._places = {identity(x): i for i, x in enumerate(self.values)}
        self._seen: list[Any] = []  # their identities stand in _places

    def place(self, x: Any) -> int:
        """Where `x` is."""
        return self._places[identity(x)]

    def add(self, functions: Sequence[Function]) -> bool:
        """Add what the functions captured; whether there was something new."""
        before = len(self.values)
        for x in (x for function in functions for x in function.captures):
            if identity(x) in self._places:
                continue
            at = self._equal(x)
            if at is None:
                at = len(self.values)
                self.values.append(x)
            self._seen.append(x)
            self._places[identity(x)] = at
        return len(self.values) > before

    def _equal(self, x: Any) -> int | None:
        if is_tracer(x):
            return None
        for i, y in enumerate(self.values):
            if is_tracer(y) or (y.shape, y.dtype) != (x.shape, x.dtype):
                continue
            if x._data.tobytes() == y._data.tobytes():
                return i
        return None


class Entry:
    """A traced function: its symbol, what it captured, and the types and the structure of its results."""

    __slots__ = ("captures", "kept", "module", "name", "order", "out_avals", "out_tree", "sources")

    def __init__(self, function: Function, name: str, sources: Captures, out_tree: Any):
        self.module = function.module
        self.name = name
        self.sources = sources
        self.captures = list(sources.values)
        self.out_avals: list[ShapedArray] = function.out_avals
        self.out_tree = out_tree
        self.kept: Any = None  # the key that it was traced for
        self.order = 0

    @property
    def closed(self) -> bool:
        """Whether it uses nothing of an outer trace, so that it outlives the call that it was traced for."""
        return not any(is_tracer(x) for x in self.captures)


class Signature:
    """One call: the arguments that are traced, flat, and those that are not.

    Attributes:
      operands: the leaves of the traced arguments.
      given: what their tracers are made from: their types, or the operands themselves for tracing with values.
      tree: the structure of the tuple of traced arguments.
      static: the arguments at the positions of nondiff_argnums.
    """

    __slots__ = ("given", "key", "operands", "places", "static", "tree", "with_values")

    def __init__(self, operands: list[Any], tree: Any, places: Sequence[int], static: dict[int, Any], key: Any):
        self.operands = operands
        self.tree = tree
        self.places = places
        self.static = static
        self.key = key
        self.given: list[Any] = [aval_of(x) for x in operands]
        self.with_values = False

    @property
    def avals(self) -> list[ShapedArray]:
        return [aval_of(x) for x in self.operands]

    def valued(self) -> Signature:
        """The same for tracing with values."""
        new = Signature(self.operands, self.tree, self.places, self.static, self.key)
        new.given, new.with_values = self.operands, True
        return new

    def arguments(self, leaves: Sequence[Any]) -> list[Any]:
        """All arguments, with these leaves in the traced ones."""
        traced = tree_unflatten(self.tree, leaves)
        merged = dict(zip(self.places, traced, strict=True)) | self.static
        return [merged[i] for i in range(len(merged))]


class CustomFunction:
    """A function with rules of its own; see the kinds of it."""

    kind = "custom"

    def __init__(
        self, fun: Callable[..., Any], nondiff_argnums: Sequence[int] = (), nondiff_argnames: Sequence[str] = ()
    ):
        if not callable(fun):
            raise TypeError(f"{self.kind}: expected a function but got {type(fun).__name__}")
        functools.update_wrapper(self, fun)
        self.fun = fun
        self.__name__ = name_of(fun)
        self.label = f"{self.kind}({self.__name__})"
        try:
            self._parameters: inspect.Signature | None = inspect.signature(fun)
        except (TypeError, ValueError):
            self._parameters = None
        self.nondiff_argnums = self._positions(nondiff_argnums, nondiff_argnames)

    def __repr__(self) -> str:
        return f"<wengert.{self.label}>"

    def _positions(self, numbers: Sequence[int] | int, names: Sequence[str] | str) -> tuple[int, ...]:
        found = {numbers} if isinstance(numbers, int) else set(numbers)
        parameters = list(self._parameters.parameters) if self._parameters is not None else []
        for name in (names,) if isinstance(names, str) else names:
            if name not in parameters:
                raise ValueError(f"{self.label}: expected nondiff_argnames among {parameters} but got {name!r}")
            found.add(parameters.index(name))
        return tuple(sorted(i + len(parameters) if i < 0 else i for i in found))

    # What a kind of rules adds.

    def check_rules(self) -> None:
        """Raise AttributeError if no rule has been given."""
        raise NotImplementedError

    def static_argument(self, x: Any) -> Any:
        """An argument at one of nondiff_argnums, as function and rules see it."""
        return x

    def trace_rules(self, signature: Signature, entry: Entry) -> list[Any]:
        """Trace the rules; what is returned is given to `attach`."""
        raise NotImplementedError

    def attach(self, entry: Entry, rules: list[Any]) -> None:
        """Hang the rules on the symbol of the entry; without any, that they are not known to this order."""
        raise NotImplementedError

    def captured(self, x: Any) -> Any:
        """What a call hands over for a value that function or rules use from outside."""
        return x

    # Calls.

    @api_boundary
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.check_rules()
        args = self._positional(args, kwargs)
        static = {i: self.static_argument(args[i]) for i in self.nondiff_argnums if i < len(args)}
        places = [i for i in range(len(args)) if i not in static]
        leaves, tree = tree_flatten(tuple(args[i] for i in places))
        operands = [operand(x) for x in leaves]
        if trace.trace_of(operands) is None:
            return self.fun(*[static.get(i, x) for i, x in enumerate(args)])
        avals = tuple((a.shape, a.dtype, a.weak_type) for a in map(aval_of, operands))
        key = (self, avals, tree, tuple(_static_key(x) for x in static.values()))
        entry = self._entry(Signature(operands, tree, places, static, key))
        op = CallOp("func.call", entry.module, entry.name)
        captures = [self.captured(x) for x in entry.captures]
        results = call(op, [*operands, *captures], [a.weak_type for a in entry.out_avals])
        return tree_unflatten(entry.out_tree, results)

    def _positional(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        if self._parameters is None:
            if kwargs:
                raise TypeError(f"{self.label}: expected positional arguments but got {sorted(kwargs)} by name")
            return args
        try:
            bound = self._parameters.bind(*args, **kwargs)
        except TypeError as error:
            raise TypeError(f"{self.label}: {error}") from None
        bound.apply_defaults()
        # What a partial holds by name is given by the partial itself.
        held = getattr(self.fun, "keywords", {}) if isinstance(self.fun, functools.partial) else {}
        if named := sorted(k for k in bound.kwargs if k in kwargs or k not in held):
            raise TypeError(f"{self.label}: expected arguments that can be given by position but got {named} by name")
        return bound.args

    def _entry(self, signature: Signature) -> Entry:
        """The traced function for a call; inside of its own rules the one that they belong to."""
        known = trace.current().root.rules
        entry: Entry | None = known.get(signature.key)
        if entry is not None and entry.order >= _order():
            return entry
        for leaves, entry in self._active():
            same_call = entry.kept[2:] == signature.key[2:] and len(leaves) == len(signature.operands)
            if same_call and all(map(operator.is_, leaves, signature.operands)):
                return entry
        try:
            entry = self._trace(signature)
        except errors.ConcretizationError:
            return self._trace(signature.valued())
        if entry.closed:
            known[signature.key] = entry
        return entry

    def _active(self) -> list[tuple[Sequence[Any], Entry]]:
        """The arguments of the rules that are being traced, with the function that they belong to."""
        active: list[Any] = trace.current().root.rules.setdefault((id(self), "active"), [])
        return active

    @contextmanager
    def inside_rule(self, tracers: Sequence[Any], entry: Entry) -> Iterator[None]:
        """While a rule with these arguments is traced."""
        active = self._active()
        active.append((tracers, entry))
        try:
            yield
        finally:
            active.pop()

    def _trace(self, signature: Signature) -> Entry:
        out_tree = None

        def flat(*tracers: Any) -> list[Any]:
            nonlocal out_tree
            results, out_tree = tree_flatten(self.fun(*signature.arguments(tracers)))
            return results

        function = trace_function(flat, signature.given, self.kind, self.label, self.__name__)
        captures = Captures(function.captures)
        count = len(signature.operands)
        while True:
            name = placed(function, count, count, captures)
            entry = Entry(function, name, captures, out_tree)
            entry.kept = signature.key
            rules = self._rules(signature, entry)
            if not captures.add([f for rule in rules for f in rule.functions]):
                break  # otherwise calls inside of the rules lack what is new: once more
        self.attach(entry, rules)
        return entry

    def _rules(self, signature: Signature, entry: Entry) -> list[Any]:
        """The rules, traced to the order that is wanted."""
        order, outside = _order(), _STATE.order
        known = trace.current().root.rules
        if order == 0:
            return []
        before = known.get(signature.key)
        if not signature.with_values:
            known[signature.key] = entry  # for calls inside of the rules
        entry.order = 1 << 30
        _STATE.order = order - 1
        try:
            return self.trace_rules(signature, entry)
        finally:
            _STATE.order = outside
            entry.order = order
            known.pop(signature.key, None)
            if before is not None:
                known[signature.key] = before


def _static_key(x: Any) -> Any:
    """Equal for equal arguments that are not traced."""
    leaves, tree = tree_flatten(x)
    return tree, tuple(_leaf_key(y) for y in leaves)


def _leaf_key(x: Any) -> Any:
    try:
        hash(x)
    except TypeError:
        return _Identity(x)
    return _Identity(x) if is_tracer(x) or hasattr(x, "__array__") else (type(x), x)


class _Identity:
    """A value that is equal to itself only."""

    __slots__ = ("value",)

    def __init__(self, value: Any):
        self.value = value

    def __hash__(self) -> int:
        return id(self.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Identity) and self.value is other.value


# ---------------------------------------------------------------------------------------------------------------------
# Functions of the module


def types_of(values: Sequence[Any]) -> list[Any]:
    """The native types of arrays and tracers."""
    from wengert import _native

    return [_native.aval(x.shape, x.dtype) for x in values]


def forwarding(module: Any, callee: str, types: Sequence[Any], places: Sequence[int], extra: Sequence[int] = ()) -> str:
    """A function of arguments of `types` that returns `callee(arguments at places)`, then the arguments at `extra`."""
    builder = module.function(callee)
    arguments = [builder.add_argument(t) for t in types]
    results = builder.build("func.call", [arguments[i] for i in places], {"callee": callee})
    results = list(results) if isinstance(results, tuple) else [results]
    builder.finish(results + [arguments[i] for i in extra])
    name: str = builder.name
    return name


def placed(function: Function, count: int, before: int, captures: Captures) -> str:
    """The name of the function with `count` explicit arguments, of which `before` stand before `captures`.

    Captures that it does not use are accepted.
    """
    own = [captures.place(x) for x in function.captures]
    number = len(captures.values)
    if before == count and own == list(range(number)):
        return function.name
    types = function.module.signature(function.name)[0][:count]
    all_types = [*types[:before], *types_of(captures.values), *types[before:]]
    places = [i if i < before else i + number for i in range(count)] + [before + i for i in own]
    return forwarding(function.module, function.name, all_types, places)


# ---------------------------------------------------------------------------------------------------------------------
# What a rule returned


def pair(label: str, rule: str, result: Any, first: str, second: str) -> tuple[Any, Any]:
    """The two parts of what a rule returned."""
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        got = type(result).__name__
        got += f" of length {len(result)}" if isinstance(result, (tuple, list)) else ""
        raise errors.make(
            errors.TreeError, label, f"expected a pair ({first}, {second}) from its rule {rule} but got a {got}"
        )
    return result[0], result[1]


def check_results(label: str, rule: str, result: Any, entry: Entry) -> list[Any]:
    """The leaves of the results that a rule returned, checked to be of the types of the function's."""
    leaves, tree = tree_flatten(result)
    if tree != entry.out_tree:
        raise errors.make(
            errors.TreeError,
            label,
            f"expected results of the structure {entry.out_tree}, that of the function's, from its rule {rule} but got "
            + str(tree),
        )
    what = f"of its rule {rule}"
    return [
        fitted(label, f"result {i} {what}", x, a) for i, (x, a) in enumerate(zip(leaves, entry.out_avals, strict=True))
    ]


def fitted(label: str, what: str, x: Any, aval: ShapedArray) -> Any:
    """`x` as an operand, checked to be of the type `aval`; Python numbers take its dtype."""
    weak_scalar = type(x) in (int, float) or (type(x) is complex and aval.dtype.kind == "c")
    x = operand(x)
    if weak_scalar and x.dtype != aval.dtype:
        x = Array._wrap(x._data.astype(aval.dtype), True)
    if x.shape != aval.shape:
        raise errors.make(
            errors.ShapeError, label, f"expected {what} to have shape {aval.shape} but got shape {x.shape}"
        )
    if x.dtype != aval.dtype:
        raise errors.make(
            errors.DtypeError,
            label,
            f"expected {what} to be of type {aval.dtype.name} but got {x.dtype.name}",
            remedy=f"convert it with .astype({aval.dtype.name!r})",
        )
    return x
