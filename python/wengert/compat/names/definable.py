# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.extend.core.Primitive`: a primitive that a library defines, with its rules in the tables of `jax.interpreters`.

A call with known values runs the implementation. A traced call becomes a call of the function that the primitive is
lowered to (`mlir.lower_fun`), or of its implementation, with the rules for tangents and batches that the tables have.
A primitive is transposed as the function that it is lowered to; the table of transposes is not read.

>>> double_p = Primitive("double")
>>> _ = double_p.def_impl(lambda x: 2 * x)
>>> primitive_batchers[double_p] = lambda xs, dims: (double_p.bind(*xs), dims[0])
>>> primitive_jvps[double_p] = lambda xs, ts: (double_p.bind(*xs), 2 * ts[0])
>>> import wengert as wg
>>> wg.vmap(wg.grad(lambda x: double_p.bind(x) * x))(wg.numpy.arange(3.0))
Array([0., 4., 8.], dtype=float32)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wengert import jaxpr, trace
from wengert import numpy as wnp
from wengert.avals import ShapedArray
from wengert.compat.errors import CompatError
from wengert.custom import SymbolicZero, custom_jvp
from wengert.custom.batching import custom_vmap
from wengert.custom.zeros import zeros_of
from wengert.errors import WengertError, make
from wengert.tracer import is_tracer

__all__ = ["LoweredFunction", "Primitive", "Zero", "axis_primitive_batchers", "instantiate_zeros", "lowerings",
           "primitive_batchers", "primitive_jvps", "primitive_transposes"]  # fmt: skip


class Zero:
    """A tangent that is known to be zero.

    Attributes:
      aval: its type.
    """

    __slots__ = ("aval",)

    def __init__(self, aval: ShapedArray):
        self.aval = aval

    def __repr__(self) -> str:
        return f"Zero({self.aval})"


def instantiate_zeros(tangent: Any) -> Any:
    """A tangent as an array.

    >>> instantiate_zeros(Zero(ShapedArray((2,), "float32")))
    Array([0., 0.], dtype=float32)
    """
    return zeros_of(tangent.aval) if isinstance(tangent, (Zero, SymbolicZero)) else tangent


class LoweredFunction:
    """A function that a primitive is lowered to."""

    def __init__(self, fun: Callable[..., Any], multiple_results: bool):
        self.fun, self.multiple_results = fun, multiple_results


# The tables of jax.interpreters.ad, batching and mlir: rules by primitive.
primitive_jvps: dict[Any, Callable[..., Any]] = {}
primitive_transposes: dict[Any, Callable[..., Any]] = {}
primitive_batchers: dict[Any, Callable[..., Any]] = {}
axis_primitive_batchers: dict[Any, Callable[..., Any]] = {}
lowerings: dict[Any, Any] = {}


class _Rules(custom_jvp):
    """Rules of a library, which JAX would not call before they are needed: none that fails is a fault yet."""

    mistakes = ()


class Primitive(jaxpr.Primitive):
    """A primitive of a library.

    Attributes:
      name: its name; a primitive is equal to itself only.
      multiple_results: whether it returns a list.
    """

    __slots__ = ("_abstract_eval", "_impl", "_kept", "_multiple", "__weakref__")

    def __init__(self, name: str):
        super().__init__(name)
        self._multiple = False
        self._impl: Callable[..., Any] | None = None
        self._abstract_eval: Callable[..., Any] | None = None
        self._kept: list[Any] = []  # functions that compiled programs may still ask for rules

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    @property
    def multiple_results(self) -> bool:
        return self._multiple

    @multiple_results.setter
    def multiple_results(self, value: bool) -> None:
        self._multiple = value

    def def_impl(self, impl: Callable[..., Any]) -> Callable[..., Any]:
        """Give the function of arrays that computes it; usable as a decorator."""
        self._impl = impl
        return impl

    def def_abstract_eval(self, rule: Callable[..., Any]) -> Callable[..., Any]:
        """Give the types of the results, which the function that it is lowered to has anyway; usable as a decorator."""
        self._abstract_eval = rule
        return rule

    def def_effectful_abstract_eval(self, rule: Callable[..., Any]) -> Callable[..., Any]:
        """As `def_abstract_eval`, for a rule that returns (types, effects)."""
        self._abstract_eval = lambda *avals, **params: rule(*avals, **params)[0]
        return rule

    def abstract_eval(self, *avals: Any, **params: Any) -> Any:
        """The types of the results."""
        if self._abstract_eval is None:
            raise self._without("a rule given with def_abstract_eval")
        return self._abstract_eval(*avals, **params)

    def impl(self, *args: Any, **params: Any) -> Any:
        """The results for known values."""
        if self._impl is None:
            raise self._without("a function given with def_impl")
        return self._impl(*args, **params)

    def bind(self, *args: Any, **params: Any) -> Any:
        """Apply it to arrays; `params` go to each rule.

        Raises:
          CompatError: it has no implementation, or it is lowered to IR of its own.
        """
        if trace.staging_trace() is None and not any(map(is_tracer, args)):
            return self.impl(*args, **params)
        function = self._with_rules(self._lowered(), params)
        return function(*args)

    def _lowered(self) -> Callable[..., Any]:
        lowered = lowerings.get(self)
        if lowered is None:
            return self.impl
        if isinstance(lowered, LoweredFunction):
            return lowered.fun
        raise make(
            CompatError, self.name, "expected a primitive that is lowered to a function but got one with IR of its own",
            remedy="register mlir.lower_fun(fun) as its lowering: wengert's programs are no StableHLO",
        )  # fmt: skip

    def _with_rules(self, lowered: Callable[..., Any], params: dict[str, Any]) -> Callable[..., Any]:
        def function(*args: Any) -> Any:
            out = lowered(*args, **params)
            return list(out) if self._multiple else out

        function.__name__ = self.name
        if self in primitive_jvps:
            function = _Rules(function)  # type: ignore[assignment]
            function.defjvp(self._jvp_rule(params), symbolic_zeros=True)  # type: ignore[attr-defined]
        if self in primitive_batchers or self in axis_primitive_batchers:
            function = custom_vmap(function)  # type: ignore[assignment]
            function.def_vmap(self._batch_rule(params))  # type: ignore[attr-defined]
            self._kept.append(function)
        return function

    def _jvp_rule(self, params: dict[str, Any]) -> Callable[..., Any]:
        def one(tangent: Any) -> Any:
            return zeros_of(tangent.aval) if isinstance(tangent, Zero) else tangent

        def rule(primals: Any, tangents: Any) -> Any:
            given = [Zero(t.aval) if isinstance(t, SymbolicZero) else t for t in tangents]
            out, out_tangents = primitive_jvps[self](list(primals), given, **params)
            if self._multiple:
                return list(out), [one(t) for t in out_tangents]
            return out, one(out_tangents)

        return rule

    def _batch_rule(self, params: dict[str, Any]) -> Callable[..., Any]:
        def rule(size: int, batched: list[bool], *args: Any) -> Any:
            dims = [0 if b else None for b in batched]
            if self in axis_primitive_batchers:
                out, out_dims = axis_primitive_batchers[self](size, None, None, list(args), dims, **params)
            else:
                out, out_dims = primitive_batchers[self](list(args), dims, **params)
            if not self._multiple:
                return (wnp.moveaxis(out, out_dims, 0), True) if out_dims is not None else (out, False)
            front = [x if d is None else wnp.moveaxis(x, d, 0) for x, d in zip(out, out_dims, strict=True)]
            return front, [d is not None for d in out_dims]

        return rule

    def _without(self, what: str) -> WengertError:
        return make(CompatError, self.name, f"expected {what} but there is none", remedy="define the primitive first")
