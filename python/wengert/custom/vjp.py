# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""custom_vjp: a function with a reverse-mode derivative of its own, as `wg.custom_vjp` on its symbol."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import optree

from wengert import dtypes, errors
from wengert.array import Array
from wengert.computation import Symbol
from wengert.custom.rules import (
    UNKNOWN,
    Captures,
    CustomFunction,
    Entry,
    Signature,
    check_results,
    fitted,
    forwarding,
    pair,
    placed,
    types_of,
)
from wengert.custom.zeros import SymbolicZero, has_tangent, masks, no_tangent, zeros_of
from wengert.functions import name_of
from wengert.interpreter import interpret
from wengert.lax._operands import convert
from wengert.trace import Function, ShapedArray, operand, trace_function
from wengert.tracer import concrete_value, is_tracer
from wengert.trees import tree_flatten, tree_leaves, tree_map, tree_unflatten

_MOST_RULES = 8  # with symbolic zeros the rules are traced for each choice of arguments and of results up to so many


class CustomVJPPrimal:
    """An argument of a forward rule with `symbolic_zeros`.

    Attributes:
      value: the argument.
      perturbed: whether it is differentiated.
    """

    __slots__ = ("perturbed", "value")

    def __init__(self, value: Any, perturbed: bool):
        self.value = value
        self.perturbed = perturbed

    def __repr__(self) -> str:
        return f"CustomVJPPrimal({self.value}, perturbed={self.perturbed})"


def custom_vjp_primal_tree_values(tree: Any) -> Any:
    """A tree of CustomVJPPrimal as the tree of their values.

    >>> custom_vjp_primal_tree_values((CustomVJPPrimal(1.0, True), CustomVJPPrimal(2.0, False)))
    (1.0, 2.0)
    """

    def value(leaf: Any) -> Any:
        if not isinstance(leaf, CustomVJPPrimal):
            raise TypeError(f"custom_vjp_primal_tree_values: expected CustomVJPPrimal but got {type(leaf).__name__}")
        return leaf.value

    return tree_map(value, tree)


class _Rule:
    """The traced rules for one choice of differentiated arguments: one forward, one backward for each of `cts`."""

    def __init__(self, forward: Function, wrt: tuple[int, ...], residuals: int):
        self.forward = forward
        self.wrt = wrt
        self.residuals = residuals
        self.backward: list[tuple[tuple[int, ...], Function]] = []

    @property
    def functions(self) -> list[Function]:
        return [self.forward, *(f for _, f in self.backward)]


class custom_vjp(CustomFunction):
    """A function with a reverse-mode derivative of its own.

    The forward rule takes the arguments and returns the result and what the backward rule needs; that one takes this
    and the cotangent of the result and returns a tuple with a cotangent for each argument, None for a zero. Both are
    traced: `vjp`, `grad` and `jacrev` use them, to every order; forward mode is refused.

    Args:
      fun: the function, of arrays in any pytrees.
      nondiff_argnums, nondiff_argnames: arguments by which it is not differentiated: functions, static values. The
        forward rule takes them at their places, the backward rule takes them first.

    Raises:
      AttributeError: it is called before `defvjp`.
      LeakedTracerError: a traced array is passed at one of nondiff_argnums.
      TreeError, ShapeError, DtypeError: a rule returns something else than described.
      VerificationError: it is differentiated in forward mode, or by a value that it closes over.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> @wg.custom_vjp
    ... def clip_gradient(lo, hi, x):
    ...     return x
    >>> def forward(lo, hi, x):
    ...     return x, (lo, hi)
    >>> def backward(bounds, ct):
    ...     return None, None, wnp.clip(ct, *bounds)
    >>> clip_gradient.defvjp(forward, backward)
    >>> wg.grad(lambda x: 10 * clip_gradient(-0.5, 0.5, x))(1.0)
    Array(0.5, dtype=float32, weak_type=True)
    """

    kind = "custom_vjp"

    def __init__(
        self, fun: Callable[..., Any], nondiff_argnums: Sequence[int] = (), nondiff_argnames: Sequence[str] = ()
    ):
        super().__init__(fun, nondiff_argnums, nondiff_argnames)
        self.fwd: Callable[..., Any] | None = None
        self.bwd: Callable[..., Any] | None = None
        self.symbolic_zeros = False

    def defvjp(
        self,
        fwd: Callable[..., Any],
        bwd: Callable[..., Any],
        symbolic_zeros: bool = False,
        optimize_remat: bool = False,
    ) -> None:
        """Give the rules.

        Args:
          fwd: `fwd(*args)` returns `(result, residuals)`.
          bwd: `bwd(*nondiff arguments, residuals, cotangent)` returns a tuple with a cotangent for each other argument.
          symbolic_zeros: `fwd` gets each leaf as CustomVJPPrimal, with `value` and `perturbed`; `bwd` gets cotangents
            that are zero as SymbolicZero.
          optimize_remat: accepted for programs that pass it.
        """
        self.fwd, self.bwd, self.symbolic_zeros = fwd, bwd, symbolic_zeros

    def check_rules(self) -> None:
        if self.fwd is None or self.bwd is None:
            raise AttributeError(f"{self.label}: expected rules given with defvjp but there are none")

    def static_argument(self, x: Any) -> Any:
        if any(map(is_tracer, tree_leaves(x))):
            raise errors.make(
                errors.LeakedTracerError,
                self.label,
                "expected arguments at nondiff_argnums that are not traced but got a traced array",
                remedy="take arrays out of nondiff_argnums and return None as their cotangent",
            )
        return x

    # Tracing.

    def trace_rules(self, signature: Signature, entry: Entry) -> list[_Rule]:
        inexact = tuple(i for i, a in enumerate(signature.avals) if has_tangent(a))
        outs = tuple(i for i, a in enumerate(entry.out_avals) if has_tangent(a))
        rules = []
        for wrt in masks(inexact, _MOST_RULES) if self.symbolic_zeros else [inexact]:
            forward, tree = self._trace_forward(signature, entry, wrt)
            rule = _Rule(forward, wrt, tree.num_leaves)
            residuals = self._residuals(signature, entry, forward)
            for cts in masks(outs, _MOST_RULES) if self.symbolic_zeros else [outs]:
                rule.backward.append((cts, self._trace_backward(signature, entry, rule, residuals, tree, cts)))
            rules.append(rule)
        return rules

    def _trace_forward(self, signature: Signature, entry: Entry, wrt: tuple[int, ...]) -> tuple[Function, Any]:
        rule, tree = self.fwd, None
        assert rule is not None
        name = name_of(rule)

        def flat(*tracers: Any) -> list[Any]:
            nonlocal tree
            leaves: list[Any] = list(tracers)
            if self.symbolic_zeros:
                leaves = [CustomVJPPrimal(x, i in wrt) for i, x in enumerate(tracers)]
            with self.inside_rule(tracers, entry):
                result = rule(*signature.arguments(leaves))
            out, residuals = pair(self.label, name, result, "result", "residuals")
            saved, tree = tree_flatten(residuals)
            return check_results(self.label, name, out, entry) + saved

        function = trace_function(flat, signature.given, self.kind, self.label, f"{self.__name__}.forward")
        return function, tree

    def _residuals(self, signature: Signature, entry: Entry, forward: Function) -> list[Any]:
        """What the tracers of the residuals are made from: their types, or with values the residuals themselves."""
        count = len(entry.out_avals)
        avals = forward.out_avals[count:]
        if not signature.with_values:
            return avals
        data = [concrete_value(x) for x in [*signature.operands, *forward.captures]]
        results = interpret(forward.module, forward.name, data)[count:]
        return [Array._wrap(r, a.weak_type) for r, a in zip(results, avals, strict=True)]

    def _trace_backward(
        self,
        signature: Signature,
        entry: Entry,
        rule: _Rule,
        residuals: list[Any],
        tree: Any,
        cts: tuple[int, ...],
    ) -> Function:
        bwd = self.bwd
        assert bwd is not None
        count = rule.residuals

        def flat(*tracers: Any) -> list[Any]:
            given = dict(zip(cts, tracers[count:], strict=True))
            leaves = [given[i] if i in given else self._no_cotangent(a) for i, a in enumerate(entry.out_avals)]
            cotangent = tree_unflatten(entry.out_tree, leaves)
            result = bwd(*signature.static.values(), tree_unflatten(tree, tracers[:count]), cotangent)
            return self._cotangents(result, signature, rule.wrt)

        given = [*residuals, *(entry.out_avals[i] for i in cts)]
        return trace_function(flat, given, self.kind, self.label, f"{self.__name__}.backward")

    def _no_cotangent(self, aval: ShapedArray) -> Any:
        return SymbolicZero(aval) if self.symbolic_zeros else no_tangent(aval)

    def _cotangents(self, result: Any, signature: Signature, wrt: tuple[int, ...]) -> list[Any]:
        """The cotangents of the arguments `wrt`, from what the backward rule returned."""
        assert self.bwd is not None
        name, count = name_of(self.bwd), len(signature.places)
        if isinstance(result, list) and len(result) == count:
            result = tuple(result)
        if not isinstance(result, tuple) or len(result) != count:
            got = f"a tuple of length {len(result)}" if isinstance(result, tuple) else f"a {type(result).__name__}"
            raise errors.make(
                errors.TreeError,
                self.label,
                f"expected a tuple of {count} cotangents, one for each argument, from its rule {name} but got {got}",
                remedy="return a tuple, with None for an argument whose cotangent is zero",
            )
        leaves = self._spread(name, result, signature.tree)
        avals = signature.avals
        return [
            zeros_of(avals[i])
            if leaves[i] is None or isinstance(leaves[i], SymbolicZero)
            else fitted(
                self.label, f"the cotangent of argument {i} of its rule {name}", _cast(leaves[i], avals[i]), avals[i]
            )
            for i in wrt
        ]

    def _spread(self, name: str, result: tuple[Any, ...], tree: Any) -> list[Any]:
        """`result`, of which None stands for a whole argument, as a leaf for each leaf of the arguments."""
        whole = tree_unflatten(tree, [_LEAF] * tree.num_leaves)
        try:
            spread = optree.broadcast_prefix(result, whole, none_is_leaf=True, namespace="wengert")
        except ValueError:
            raise errors.make(
                errors.TreeError,
                self.label,
                f"expected cotangents of the structure of the arguments {tree} from its rule {name} but got "
                + str(tree_flatten(result)[1]),
            ) from None
        places = optree.tree_leaves(whole, none_is_leaf=True, namespace="wengert")
        return [x for x, place in zip(spread, places, strict=True) if place is _LEAF]

    # Attributes.

    def attach(self, entry: Entry, rules: list[_Rule]) -> None:
        if not rules:
            return entry.module.set_attr(entry.name, "wg.custom_vjp", UNKNOWN)
        entries = [e for rule in rules for e in self._attributes(entry, rule)]
        entry.module.set_attr(entry.name, "wg.custom_vjp", entries[0] if len(entries) == 1 else tuple(entries))

    def _attributes(self, entry: Entry, rule: _Rule) -> list[dict[str, Any]]:
        """What the backward rules captured is handed to them as further residuals."""
        module, forward, captures = entry.module, rule.forward, entry.sources
        extra = captures if any(f.captures for _, f in rule.backward) else Captures([])
        count = len(forward.in_avals)
        if extra.values:
            types = [*module.signature(forward.name)[0][:count], *types_of(captures.values)]
            places = [*range(count), *(count + captures.place(x) for x in forward.captures)]
            fwd = forwarding(module, forward.name, types, places, range(count, len(types)))
        else:
            fwd = placed(forward, count, count, captures)
        entries = []
        for cts, function in rule.backward:
            bwd = placed(function, rule.residuals + len(cts), rule.residuals, extra)
            entries.append({"fwd": Symbol(fwd), "bwd": Symbol(bwd), "wrt": rule.wrt, "cts": cts})
        return entries


_LEAF = object()


def _cast(x: Any, aval: ShapedArray) -> Any:
    """A cotangent of another precision than its argument in that of the argument."""
    if not has_tangent(aval) or getattr(x, "dtype", aval.dtype) == aval.dtype:
        return x
    x = operand(x)
    return convert(x, aval.dtype) if dtypes.is_float(x.dtype) and dtypes.is_float(aval.dtype) else x


def custom_gradient(fun: Callable[..., Any]) -> Callable[..., Any]:
    """A function that returns its result and the function that pulls a cotangent back, as a differentiable function.

    >>> import wengert as wg
    >>> @custom_gradient
    ... def f(x):
    ...     return x**2, lambda ct: (ct * 10.0,)
    >>> f(3.0), wg.grad(f)(3.0)
    (9.0, Array(10., dtype=float32, weak_type=True))
    """

    def primal(*args: Any) -> Any:
        return fun(*args)[0]

    wrapped = custom_vjp(primal)
    wrapped.defvjp(lambda *args: (fun(*args)[0], args), lambda args, ct: _pulled(fun(*args)[1](ct)))
    wrapped.__name__ = name_of(fun)
    return wrapped


def _pulled(result: Any) -> tuple[Any, ...]:
    return tuple(result) if isinstance(result, (tuple, list)) else (result,)
