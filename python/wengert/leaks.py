# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tracers that outlive their trace, found when it ends (`check_tracer_leaks`) rather than when they are used."""

from __future__ import annotations

import gc
import sys
import types
from typing import TYPE_CHECKING, Any

from wengert import errors
from wengert.failures import origin
from wengert.tracer import Tracer

if TYPE_CHECKING:
    from wengert.trace import Trace

_MOST = 3  # so many of them are described
_DEPTH = 4  # how far the description goes from the tracer towards who holds it


def check(trace: Trace) -> None:
    """Refuse tracers that are still alive once the function of `trace` has returned.

    Raises:
      LeakedTracerError: there are such.
    """
    gc.collect()
    left = [x for x in gc.get_referrers(trace) if type(x) is Tracer]
    if not left:
        return
    # A tracer holds those that it was computed from: who keeps one for another reason is to blame.
    inner = {id(x._source) for x in left} | {id(left)}  # and, as the search goes on, what the search itself makes
    for x in left:
        if type(x._source) is tuple:
            inner.update(map(id, x._source))
    holders = [_holder(x, inner, _DEPTH) for x in left]
    blamed = [(x, h) for x, h in zip(left, holders, strict=True) if h] or [(x, "") for x in left]
    described = "; ".join(_described(x, h) for x, h in blamed[:_MOST])
    more = f", and {len(blamed) - _MOST} more" if len(blamed) > _MOST else ""
    raise errors.make(
        errors.LeakedTracerError,
        trace.label,
        f"expected no traced value to outlive the function but got {described}{more}",
        remedy="return the value from the function instead of storing it in a global, an attribute or a list",
    )


def _described(x: Tracer, holder: str) -> str:
    made = getattr(x._value, "location", None)
    at = f", made at {made[0]}:{made[1]}" if made else ""
    return f"one of type {x.aval}, {origin(x)}{at}" + (f", in {holder}" if holder else "")


def _holder(x: Any, inner: set[int], depth: int) -> str:
    """Who holds `x`, in words; "" if only the machinery of tracing does."""
    referrers = gc.get_referrers(x)
    inner.add(id(referrers))
    for holder in referrers:
        if id(holder) in inner or isinstance(holder, types.FrameType):
            continue
        if isinstance(holder, Tracer) or type(holder).__name__ in ("list_iterator", "tuple_iterator"):
            continue
        return _words(x, holder, inner, depth)
    return ""


def _words(x: Any, holder: Any, inner: set[int], depth: int) -> str:
    if isinstance(holder, types.CellType):
        return _closure(holder)
    if isinstance(holder, dict):
        key = next((k for k, v in list(holder.items()) if v is x), None)
        for module in list(sys.modules.values()):
            if getattr(module, "__dict__", None) is holder:
                return f"the global {key} of the module {module.__name__}"
        for owner in gc.get_referrers(holder):
            if getattr(owner, "__dict__", None) is holder:
                return f"the attribute {key} of an object of type {type(owner).__name__}"
        here = f"a dict under the key {key!r}"
    elif isinstance(holder, (list, tuple, set)):
        here = f"a {type(holder).__name__}"
    else:
        key = next((k for k, v in getattr(holder, "__dict__", {}).items() if v is x), None)
        kind = type(holder).__name__
        return f"the attribute {key} of an object of type {kind}" if key else f"an object of type {kind}"
    outer = _holder(holder, inner, depth - 1) if depth else ""
    return f"{here}, in {outer}" if outer else here


def _closure(cell: types.CellType) -> str:
    for owner in gc.get_referrers(cell):
        if not isinstance(owner, tuple):
            continue
        for fun in gc.get_referrers(owner):
            if isinstance(fun, types.FunctionType) and fun.__closure__ is owner:
                name = fun.__code__.co_freevars[[c is cell for c in owner].index(True)]
                return f"the variable {name} of the function {fun.__name__}"
    return "a variable of an enclosing function"
