# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tracing: `bind` applies an op, at once to arrays or by recording it in the innermost trace.

A root trace owns one native module; a trace inside it adds a function to that module. What a function uses of the
traces around it (a tracer, a large array) becomes a hidden argument after its explicit ones, recursively up to
the root, where large arrays become hidden arguments of the main function. Small arrays become `constant` ops.

An op is recorded in the innermost trace that one of its operands belongs to, or in the innermost *staging* trace
(jit, make_jaxpr), whichever is deeper; without either it runs at once with the NumPy kernel of its record. So a
computation inside `grad` or `vmap` that does not depend on their arguments stays outside of them.
"""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from wengert import dtypes
from wengert.array import Array, _ignore, _start_quiet, _stop_quiet, enter_staging, leave_staging
from wengert.avals import ShapedArray, _strong_avals, _weak_avals, from_native
from wengert.config import CHECKING, _leak_checks
from wengert.failures import kernel_failure, leaked, native_failure, type_failure
from wengert.tracer import ENDED, Tracer, aval_of, operand

SMALL = 16  # arrays of at most this many elements become constants in the IR, larger ones hidden arguments
_SPLAT = 1 << 16  # repeated single values up to this size are constants too
_NO_ATTRS: dict[str, Any] = {}
_STRONG = frozenset(("convert", "bitcast_convert", "iota", "constant"))  # results are never weakly typed
_ndarray = np.ndarray
_wrap = Array._wrap
_new = object.__new__

# ---------------------------------------------------------------------------------------------------------------------
# Traces


def _native() -> Any:
    from wengert import _native  # on first use: eager programs never load the compiler

    return _native


class _State(threading.local):
    """The traces that are active in this thread, outermost first, and the innermost staging one."""

    def __init__(self) -> None:
        self.stack: list[Trace] = []
        self.staging: Trace | None = None
        self.scopes: list[tuple[int, str]] = []  # named scopes, each with the number of traces around it


_STATE = _State()


class Root:
    """What all traces inside one root trace share: the module, and functions already in it."""

    __slots__ = ("merged", "module", "rules", "transforms")

    def __init__(self) -> None:
        import wengert.numpy  # noqa: F401  the methods of tracers call it

        self.module = _native().Module()
        self.merged: dict[tuple[int, str], tuple[Any, str]] = {}  # functions copied from other modules
        self.transforms = False  # whether a function of the module holds a transform op
        self.rules: dict[Any, Any] = {}  # functions traced with rules of their own, by what they depend on


class Trace:
    """The recording of one function.

    Args:
      kind: "jit", "make_jaxpr", "eval_shape", "checkify" (these stage), "grad", "jvp", "vjp", "linearize", "vmap".
      label: how the chain of transforms in messages calls it, e.g. "grad(loss)".
      name: the name of the function in the module, made unique.
    """

    __slots__ = (
        "kind", "label", "parent", "level", "staging", "root", "builder", "build", "captures", "constants",
        "scalars", "_outer_staging", "_scoped", "__weakref__",
    )  # fmt: skip
    UNKNOWN = frozenset(  # kinds of trace whose arguments have no value
        ("jit", "make_jaxpr", "eval_shape", "cond", "switch", "scan", "while_loop", "fori_loop", "map", "vmap")
    )
    STAGING = UNKNOWN - {"vmap"} | {
        "checkpoint",
        "checkify",
        "custom_jvp",
        "custom_vjp",
        "custom_vmap",
        "linear_call",
        "closure_convert",
    }

    def __init__(self, kind: str, label: str, name: str):
        stack = _STATE.stack
        self.kind = kind
        self.label = label
        self.parent = stack[-1] if stack else None
        self.level = len(stack)
        self.staging = kind in self.STAGING
        self.root: Root = self.parent.root if self.parent is not None else Root()
        self.builder = self.root.module.function(name)
        self.build = self.builder.build
        self.captures: dict[int, tuple[Any, Any]] = {}  # id of an outer value or array -> (it, the hidden argument)
        self.constants: dict[Any, Any] = {}
        self.scalars: dict[Any, Tracer] = {}  # Python numbers in the types of their partners
        self._outer_staging: Trace | None = None

    @property
    def main(self) -> Trace:
        """The trace itself, by the name that libraries for JAX tell traces apart by."""
        return self

    def __enter__(self) -> Trace:
        _STATE.stack.append(self)
        self._outer_staging = _STATE.staging
        self._scoped = bool(CHECKING[0])
        if self._scoped:  # a nan may be found long after: the locations say what the op was traced for
            _native().push_scope(self.label)
        if self.staging:
            _STATE.staging = self
            enter_staging()
        return self

    def __exit__(self, *_: Any) -> None:
        _STATE.stack.pop()
        _STATE.staging = self._outer_staging
        self.level = ENDED
        if self._scoped:
            _native().pop_scope()
        self.scalars.clear()  # they refer to this trace: without them it is freed at once
        if self.staging:
            leave_staging()

    def argument(self, given: Any) -> Tracer:
        """A new explicit argument. `given` is its type, or the operand that the function will be called with."""
        aval = given if isinstance(given, ShapedArray) else aval_of(given)
        value = self.builder.add_argument(_native().aval(aval.shape, aval.dtype))
        known = self.kind not in self.UNKNOWN and not isinstance(given, ShapedArray)
        return Tracer(self, value, from_native(value.aval, aval.weak_type), given if known else None)

    def lift(self, x: Any) -> Any:
        """The native value that stands for `x`, an array or a tracer of this or an outer trace, in this function."""
        if type(x) is Tracer:
            trace = x._trace
            if trace is self:
                return x._value
            if trace.level > self.level:
                leaked(x)
            return self._capture(x._value, x)
        if type(x) is not Array:
            x = operand(x)
        data = x._data
        if data.size > SMALL and not is_splat(data):
            return self._capture(data, x)
        key = (data.dtype, data.shape, data.tobytes() if data.size <= SMALL else data.flat[0].tobytes())
        value = self.constants.get(key)
        if value is None:
            value = self.constants[key] = build_constant(self.build, data)
        return value

    def _capture(self, identity: Any, x: Any) -> Any:
        entry = self.captures.get(id(identity))
        if entry is None:
            aval = _native().aval(x.shape, x.dtype)
            entry = self.captures[id(identity)] = (x, self.builder.add_argument(aval))
        return entry[1]


def is_splat(data: _ndarray) -> bool:
    """Whether an array of moderate size holds one value only."""
    return 1 < data.size <= _SPLAT and bool((data == data.flat[0]).all())


def build_constant(build: Callable[..., Any], data: _ndarray) -> Any:
    """A constant: its elements, or for one repeated value a scalar that is broadcast."""
    if not is_splat(data):
        return build("constant", (), {"value": data})
    scalar = build("constant", (), {"value": np.asarray(data.flat[0])})
    return build("broadcast_in_dim", (scalar,), {"shape": data.shape, "broadcast_dimensions": ()})


def transform_chain() -> list[str]:
    """The labels of the active traces and named scopes, outermost first, e.g. ["jit(step)", "grad(loss)"]."""
    chain = [trace.label for trace in _STATE.stack]
    for done, (depth, name) in enumerate(_STATE.scopes):
        chain.insert(depth + done, name)
    return chain


def enter_scope(name: str) -> None:
    """What this thread records from now on belongs to a scope of this name, inside those that it is in."""
    _native().push_scope(name)
    _STATE.scopes.append((len(_STATE.stack), name))


def leave_scope() -> None:
    """Leave the innermost scope."""
    _STATE.scopes.pop()
    _native().pop_scope()


def current() -> Trace:
    """The innermost active trace."""
    return _STATE.stack[-1]


def is_tracing() -> bool:
    """Whether any trace is active in this thread."""
    return bool(_STATE.stack)


def staging_trace() -> Trace | None:
    """The innermost staging trace of this thread."""
    return _STATE.staging


@contextlib.contextmanager
def eager() -> Iterator[None]:
    """Inside, operations without tracer operands run at once even under `jit`."""
    before, _STATE.staging = _STATE.staging, None
    try:
        yield
    finally:
        _STATE.staging = before


def scalar_like(x: Tracer, number: Any) -> Tracer | None:
    """A Python number as a constant of the shape and type of `x`; None if it cannot take that type."""
    kind = type(number)
    if kind is not float and kind is not int and kind is not complex:
        return None
    trace = x._trace
    staging = _STATE.staging
    if trace.level == ENDED or (staging is not None and staging.level > trace.level):
        return None
    native = x._value.aval
    key = (number if number and kind is not complex else str(number), kind, native)  # str: 0.0 and -0.0 are equal
    known = trace.scalars.get(key)
    if known is None:
        if (dtype := native.dtype).kind == "b" or (kind is float and not dtypes.is_inexact(dtype)):
            return None
        if kind is complex and dtype.kind != "c":
            return None
        try:
            array = _wrap(np.asarray(number, dtype), True)
        except OverflowError:
            return None
        known = Tracer(trace, trace.lift(array), from_native(_native().aval((), dtype), True), array)
        if native.shape:
            known = bind(_broadcast(), (known,), {"shape": native.shape, "broadcast_dimensions": ()})
        trace.scalars[key] = known
    return known


@functools.cache
def _broadcast() -> Any:
    from wengert.lax._ops import BROADCAST_IN_DIM

    return BROADCAST_IN_DIM


def with_weak_type(x: Any, weak: bool) -> Any:
    """`x` as a weakly or strongly typed value; nothing is recorded."""
    if x.weak_type == weak:
        return x
    if type(x) is Array:
        return _wrap(x._data, weak)
    alias = Tracer(x._trace, x._value, from_native(x._value.aval, weak), x._source)
    alias._known = x._known
    return alias


# ---------------------------------------------------------------------------------------------------------------------
# Applying an op


def bind(op: Any, operands: Sequence[Any], attrs: dict[str, Any] = _NO_ATTRS) -> Any:
    """Apply `op` to operands of matching types: an Array, a Tracer, or a tuple of them for several results."""
    staging = _STATE.staging
    weak = True
    if staging is None:  # arrays only: at once
        data = []
        for x in operands:
            if type(x) is not Array:
                break
            data.append(x._data)
            if not x.weak_type:
                weak = False
        else:
            return run(op, data, attrs, weak and bool(data))
        weak = True
    # The usual case in one pass: tracers of one trace, and arrays that become constants.
    trace: Any = None
    values: list[Any] = []
    lift = False
    for x in operands:
        kind = type(x)
        if kind is Tracer:
            if x._trace is not trace:
                if trace is not None:
                    return _bind(op, operands, attrs)
                trace = x._trace
            values.append(x._value)
            if weak and not x.aval.weak_type:
                weak = False
        elif kind is Array:
            lift = True
            values.append(x)
            if weak and not x.weak_type:
                weak = False
        else:
            return bind(op, [operand(y) for y in operands], attrs)
    if trace is None or trace.level == ENDED or (staging is not None and staging.level > trace.level):
        return _bind(op, operands, attrs)
    if lift:
        values = [trace.lift(x) if type(x) is Array else x for x in values]
    return _record(trace, op, values, operands, attrs, weak)


def _bind(op: Any, operands: Sequence[Any], attrs: dict[str, Any]) -> Any:
    """`bind` for operands of several traces, and for traces that stage what does not belong to them."""
    trace = trace_of(operands)
    weak = bool(operands) and all(x.weak_type for x in operands)
    if trace is None:
        return run(op, [x._data for x in operands], attrs, weak)
    return _record(trace, op, [trace.lift(x) for x in operands], operands, attrs, weak)


def _record(
    trace: Trace, op: Any, values: list[Any], operands: Sequence[Any], attrs: dict[str, Any], weak: bool
) -> Any:
    name = op.name
    given = attrs
    if op.symbols:
        from wengert.computation import symbols_in

        attrs, given = symbols_in(trace, op, operands, attrs)
    try:
        result = trace.build(name, values, given)
    except Exception as error:
        raise native_failure(error, name) from None
    if weak and (name in _STRONG or not operands):
        weak = False
    if type(result) is tuple:
        cell: list[Any] = []
        return tuple(
            Tracer(trace, r, from_native(r.aval, weak), (op, operands, attrs, (i, cell))) for i, r in enumerate(result)
        )
    native = result.aval
    tracer = _new(Tracer)  # what its constructor does, without the call
    tracer._trace = trace
    tracer._value = result
    tracer.aval = (_weak_avals if weak else _strong_avals).get(native) or from_native(native, weak)
    tracer._source = (op, operands, attrs, None)
    tracer._known = None
    return tracer


def run(op: Any, data: list[_ndarray], attrs: dict[str, Any], weak: bool) -> Any:
    """Apply `op` to NumPy arrays at once; `weak` says whether all of them came from Python numbers."""
    # Written for speed: this is what an eager op costs beside its kernel.
    count = len(data)
    if count == 1:
        types: Any = data[0].dtype
    elif count == 2:
        types = (data[0].dtype, data[1].dtype)
    else:
        types = tuple([x.dtype for x in data])
    if types not in op.accepted:
        _check_types(op, data, types)
    token = _start_quiet(_ignore)
    try:
        result = op.kernel(*data, **attrs) if attrs else op.kernel(*data)
    except (ValueError, TypeError, IndexError) as error:
        raise kernel_failure(op, data, error) from None
    finally:
        _stop_quiet(token)
    if CHECKING[0]:
        from wengert.nans import check_op

        check_op(op.name, data, result if type(result) is tuple else (result,))
    if type(result) is tuple:
        return tuple(_wrap(r, weak) for r in result)
    array = _new(Array)  # what _wrap does, without the call
    array._data = result if type(result) is _ndarray else np.asarray(result)
    array.weak_type = weak and op.name not in _STRONG
    return array


def _check_types(op: Any, data: list[_ndarray], types: Any) -> None:
    """Refuse operands of types that the op does not take, and remember `types`, theirs, if it does."""
    for x, accepted in zip(data, op.types):  # noqa: B905 - a list of operands has one entry
        if x.dtype not in accepted:
            raise type_failure(op, data)
    if len(data) <= len(op.types):  # a list may have any length
        op.accepted.add(types)


def record(trace: Trace, op: Any, operands: Sequence[Any], attrs: dict[str, Any], weak: Sequence[bool]) -> list[Tracer]:
    """Record a call-like op in `trace`; `weak` says which of its results are weakly typed."""
    values = [trace.lift(x) for x in operands]
    try:
        result = trace.build(op.name, values, attrs)
    except Exception as error:
        raise native_failure(error, op.name) from None
    results = result if isinstance(result, (tuple, list)) else (result,) if result is not None else ()
    cell: list[Any] = []
    return [
        Tracer(trace, r, from_native(r.aval, w), (op, operands, attrs, (i, cell)))
        for i, (r, w) in enumerate(zip(results, weak, strict=True))
    ]


def trace_of(operands: Sequence[Any]) -> Trace | None:
    """The trace in which an op on `operands` is recorded, None if it runs at once."""
    trace = _STATE.staging
    level = -1 if trace is None else trace.level
    for x in operands:
        if type(x) is Tracer and x._trace.level > level:
            trace = x._trace
            level = trace.level
            if level == ENDED:
                leaked(x)
    return trace


# ---------------------------------------------------------------------------------------------------------------------
# Traced functions


class Function:
    """A traced function: a symbol in a module, the outer values it captured, and the types of its results.

    Attributes:
      alone: no other trace adds to its module.
      transforms: it, or another function of its module, holds a transform op.
    """

    __slots__ = ("alone", "captures", "in_avals", "module", "name", "out_avals", "transforms")

    def __init__(self, trace: Trace, captures: list[Any], in_avals: list[ShapedArray], out_avals: list[Any]):
        self.module = trace.root.module
        self.name = trace.builder.name
        self.alone = trace.parent is None
        self.transforms = trace.root.transforms
        self.captures = captures
        self.in_avals = in_avals
        self.out_avals = out_avals

    def moved(self) -> Function:
        """The function in a module of its own, with what it calls."""
        new = self.renamed(self.name, self.out_avals)
        new.module = _native().Module()
        new.name = new.module.merge(self.module, self.name)
        new.alone = True
        return new

    def renamed(self, name: str, out_avals: list[Any]) -> Function:
        """Another function of the module with the same arguments, as if it had been traced."""
        new = object.__new__(Function)
        for slot in self.__slots__:
            setattr(new, slot, getattr(self, slot))
        new.name = name
        new.out_avals = out_avals
        return new


def trace_function(
    fun: Callable[..., Sequence[Any]], given: Sequence[Any], kind: str, label: str, name: str = "f"
) -> Function:
    """Trace `fun`, a function of flat arguments that returns a flat sequence of arrays.

    Args:
      given: the type of each argument, or the operand that the function will be called with (see Trace.argument).
      kind, label, name: see Trace.
    """
    trace = Trace(kind, label, name)
    with trace:
        arguments = [trace.argument(g) for g in given]
        results = [operand(r) for r in fun(*arguments)]
        values = [trace.lift(r) for r in results]
        trace.builder.finish(values)
    captures = [x for x, _ in trace.captures.values()]
    in_avals = [a.aval for a in arguments]
    out_avals = [from_native(v.aval, r.weak_type) for v, r in zip(values, results, strict=True)]
    if _leak_checks.get():
        from wengert.leaks import check

        del arguments, results, values
        check(trace)
    return Function(trace, captures, in_avals, out_avals)
