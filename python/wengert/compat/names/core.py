# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.core` and `jax.extend.core`: tracers, abstract values and the parts of a jaxpr."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from wengert.avals import ShapedArray
from wengert.compat.names.errors import InconclusiveDimensionOperation
from wengert.compat.names.tracing import (
    TraceTag,
    get_opaque_trace_state,
    set_current_trace,
    take_current_trace,
    trace_state_clean,
)
from wengert.jaxpr import ClosedJaxpr, Jaxpr, JaxprEqn, Literal, Primitive, Var
from wengert.trace import Trace, aval_of
from wengert.trace import aval_of as get_aval
from wengert.trace import eager as ensure_compile_time_eval
from wengert.tracer import Tracer
from wengert.trees import tree_leaves

AbstractValue = ShapedArray
Atom = Var | Literal

__all__ = [
    "AbstractValue", "Atom", "ClosedJaxpr", "DropVar", "Effect", "InconclusiveDimensionOperation", "Jaxpr",
    "JaxprEqn", "Literal", "Primitive", "ShapedArray", "Trace", "TraceTag", "Tracer", "Var", "array_types",
    "concrete_or_error", "ensure_compile_time_eval", "eval_jaxpr", "find_top_trace", "get_aval",
    "get_opaque_trace_state", "jaxpr_as_fun", "mapped_aval", "no_effects", "set_current_trace",
    "take_current_trace", "trace_state_clean", "unmapped_aval", "valid_jaxtype",
]  # fmt: skip

no_effects: frozenset[Any] = frozenset()
array_types: set[type] = set()


class DropVar(Var):
    """A result that nobody uses. Programs here have none: every result is a Var."""


class Effect:
    """What an op does beside its results; libraries derive their own kinds."""


def jaxpr_as_fun(closed: ClosedJaxpr) -> Callable[..., list[Any]]:
    """A program as a function of its flat arguments that returns the list of its results.

    >>> import wengert as wg
    >>> f = jaxpr_as_fun(wg.make_jaxpr(lambda d: {"y": d["x"] + 1})({"x": 1}))
    >>> [int(x) for x in f(2)]
    [3]
    """
    flat = ClosedJaxpr(closed.module, closed.name, closed.consts, avals=closed._avals)
    return lambda *args: list(flat(*args))


def eval_jaxpr(jaxpr: Jaxpr, consts: Sequence[Any], *args: Any, **_: Any) -> list[Any]:
    """The results of a program for its constants and arguments, flat.

    >>> import wengert as wg
    >>> program = wg.make_jaxpr(lambda x: x * 2)(3)
    >>> [int(x) for x in eval_jaxpr(program.jaxpr, program.consts, 4)]
    [8]
    """
    closed = ClosedJaxpr(jaxpr.module, jaxpr.name, consts, avals=(jaxpr.in_avals, jaxpr.out_avals))
    return list(closed(*args))


def mapped_aval(size: int, axis: int | None, aval: ShapedArray) -> ShapedArray:
    """The type without the axis that is mapped over.

    >>> mapped_aval(3, 0, ShapedArray((3, 2), "float32"))
    ShapedArray(float32[2])
    """
    if axis is None:
        return aval
    return aval.update(shape=(*aval.shape[:axis], *aval.shape[axis + 1 :]))


def unmapped_aval(size: int, axis: int | None, aval: ShapedArray, *_: Any) -> ShapedArray:
    """The type with the axis that is mapped over.

    >>> unmapped_aval(3, 1, ShapedArray((2,), "float32"))
    ShapedArray(float32[2,3])
    """
    if axis is None:
        return aval
    return aval.update(shape=(*aval.shape[:axis], size, *aval.shape[axis:]))


def find_top_trace(values: Sequence[Any]) -> Trace | None:
    """The innermost trace that one of the values belongs to, None without tracers.

    >>> find_top_trace([1.0]) is None
    True
    """
    traces = [x._trace for x in values if isinstance(x, Tracer)]
    return max(traces, key=lambda t: t.level, default=None)


def valid_jaxtype(x: Any) -> bool:
    """Whether a value is an array, a number or a tracer.

    >>> valid_jaxtype(1.0), valid_jaxtype("a")
    (True, False)
    """
    if len(tree_leaves(x)) != 1 or isinstance(x, (str, bytes)):
        return False
    try:
        aval_of(x)
    except Exception:
        return False
    return True


def concrete_or_error(force: Any, value: Any, context: str = "") -> Any:
    """The value, or `force` of it, for what has to be known while a program is traced.

    Raises:
      ConcretizationError: it is a tracer without a value.

    >>> concrete_or_error(int, 3.0)
    3
    """
    if isinstance(value, Tracer):
        from wengert.tracer import concrete_value

        value = concrete_value(value, context or "its value")
    return value if force is None else force(value)
