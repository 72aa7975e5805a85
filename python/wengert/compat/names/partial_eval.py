# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.interpreters.partial_eval`: which results of a function are known when some arguments are not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from wengert.api import typeof
from wengert.avals import ShapedArray
from wengert.compat.names.linear_util import WrappedFun
from wengert.key_arrays import is_keys
from wengert.random import key_dtype, wrap_key_data
from wengert.trace import Trace, operand
from wengert.tracer import Tracer

__all__ = ["PartialVal", "trace_to_jaxpr_nounits"]


class PartialVal(NamedTuple):
    """A value that is known, `(None, value)`, or of which only the type is, `(type, None)`.

    >>> PartialVal.known(3).is_known(), PartialVal.unknown(ShapedArray((2,), "float32")).get_aval()
    (True, ShapedArray(float32[2]))
    """

    aval: ShapedArray | None
    const: Any

    @classmethod
    def known(cls, const: Any) -> PartialVal:
        """A value."""
        return cls(None, const)

    @classmethod
    def unknown(cls, aval: ShapedArray) -> PartialVal:
        """A type."""
        return cls(aval, None)

    def is_known(self) -> bool:
        """Whether there is a value."""
        return self.aval is None

    def get_aval(self) -> ShapedArray:
        """The type."""
        return typeof(self.const) if self.aval is None else self.aval


def _argument(trace: Trace, aval: ShapedArray) -> Any:
    if aval.dtype == key_dtype():
        return wrap_key_data(trace.argument(ShapedArray((*aval.shape, 2), "uint32")))
    return trace.argument(aval)


def trace_to_jaxpr_nounits(
    fun: WrappedFun, pvals: Sequence[PartialVal], instantiate: bool = False
) -> tuple[Any, list[PartialVal], list[Any]]:
    """Run a function of flat arguments as far as the known ones determine it.

    Returns:
      The recorded rest (a native function, not a jaxpr), each result as a PartialVal, and what the rest captured. A
      known result has been computed; an unknown one depends on an unknown argument.

    >>> two = PartialVal.known(2.0), PartialVal.unknown(ShapedArray((), "float32"))
    >>> _, results, _ = trace_to_jaxpr_nounits(WrappedFun(lambda x, y: (x + 1, x * y)), two)
    >>> results[0].const, results[1].aval
    (3.0, ShapedArray(float32[]))
    """
    trace = Trace("partial_eval", f"partial_eval({fun.__name__})", fun.__name__)
    with trace:
        arguments = [p.const if p.is_known() else _argument(trace, p.get_aval()) for p in pvals]
        results = list(fun.call_wrapped(*arguments))
        numbers = [r.words if is_keys(r) else r for r in results]
        ours = [instantiate or (type(x) is Tracer and x._trace is trace) for x in numbers]
        avals = [typeof(r) if own else None for r, own in zip(results, ours, strict=True)]
        trace.builder.finish([trace.lift(operand(x)) for x, own in zip(numbers, ours, strict=True) if own])
    found = [PartialVal(a, None if own else r) for a, own, r in zip(avals, ours, results, strict=True)]
    return trace.builder, found, [x for x, _ in trace.captures.values()]
