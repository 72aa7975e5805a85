# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""custom_jvp: a function with a derivative of its own, as `wg.custom_jvp` on its symbol."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from wengert import errors, lax, trace
from wengert.computation import Symbol
from wengert.custom.rules import UNKNOWN, CustomFunction, Entry, Signature, check_results, fitted, pair, placed
from wengert.custom.zeros import SymbolicZero, has_tangent, masks, no_tangent, zeros_of
from wengert.functions import name_of
from wengert.trace import Function, trace_function
from wengert.tracer import is_tracer
from wengert.trees import tree_flatten, tree_map, tree_unflatten

_MOST_RULES = 16  # with symbolic zeros a rule is traced for each choice of tangents up to so many


def _is_differentiated(x: Any) -> bool:
    return is_tracer(x) and x._trace.kind in ("grad", "jvp", "vjp", "linearize")


class _Rule:
    """A traced rule, with the positions of the arguments that have a tangent."""

    def __init__(self, function: Function, wrt: tuple[int, ...]):
        self.functions = [function]
        self.wrt = wrt


class custom_jvp(CustomFunction):
    """A function with a derivative of its own.

    The rule takes the arguments and their tangents and returns the result and its tangent, in which it is linear;
    reverse mode transposes it. It serves every transform, to every order, in compiled programs and in their text.

    Args:
      fun: the function, of arrays in any pytrees.
      nondiff_argnums, nondiff_argnames: arguments by which it is not differentiated: functions, static values. They are
        handed to the rule first, by position.

    Raises:
      AttributeError: it is called before `defjvp`.
      TreeError, ShapeError, DtypeError: the rule returns something else than a result and its tangent.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> @wg.custom_jvp
    ... def log1pexp(x):
    ...     return wnp.log(1.0 + wnp.exp(x))
    >>> @log1pexp.defjvp
    ... def log1pexp_jvp(primals, tangents):
    ...     (x,), (dx,) = primals, tangents
    ...     return log1pexp(x), (1 - 1 / (1 + wnp.exp(x))) * dx
    >>> wg.grad(log1pexp)(100.0)
    Array(1., dtype=float32, weak_type=True)
    """

    kind = "custom_jvp"
    mistakes: tuple[type[Exception], ...] = (errors.WengertError,)  # what is no refusal of a rule but a fault in it

    def __init__(
        self, fun: Callable[..., Any], nondiff_argnums: Sequence[int] = (), nondiff_argnames: Sequence[str] = ()
    ):
        super().__init__(fun, nondiff_argnums, nondiff_argnames)
        self.jvp: Callable[..., Any] | None = None
        self.symbolic_zeros = False

    def defjvp(self, jvp: Callable[..., Any], symbolic_zeros: bool = False) -> Callable[..., Any]:
        """Give the rule: `jvp(primals, tangents)` returns `(result, tangent of the result)`; usable as a decorator.

        Args:
          jvp: takes the nondiff arguments, then a tuple of the others and a tuple of their tangents. Integers and bools
            have tangents of the type float0, and so have results of these types.
          symbolic_zeros: tangents that are zero come as `custom_derivatives.SymbolicZero`, and may be returned as such.
        """
        self.jvp = jvp
        self.symbolic_zeros = symbolic_zeros
        return jvp

    def defjvps(self, *jvps: Callable[..., Any] | None) -> None:
        """Give a rule for each argument: `jvp(tangent, result, *primals)` returns its share of the tangent.

        None stands for a share of zero.

        >>> import wengert as wg
        >>> f = custom_jvp(lambda x, y: x * y)
        >>> f.defjvps(lambda dx, out, x, y: 10 * y * dx, None)
        >>> wg.grad(f, argnums=(0, 1))(2.0, 3.0)
        (Array(30., dtype=float32, weak_type=True), Array(0., dtype=float32, weak_type=True))
        """
        if self.nondiff_argnums:
            raise TypeError(f"{self.label}: expected defjvp, not defjvps, because nondiff_argnums is set")

        def jvp(primals: Any, tangents: Any) -> Any:
            out = self(*primals)
            shares = [rule(t, out, *primals) for t, rule in zip(tangents, jvps, strict=False) if rule is not None]
            if not shares:
                return out, tree_map(lambda x: zeros_of(trace.aval_of(x)), out)
            return out, tree_map(lambda x, *dx: sum(dx[1:], dx[0]), out, *shares)

        self.defjvp(jvp)

    def check_rules(self) -> None:
        if self.jvp is None:
            raise AttributeError(f"{self.label}: expected a rule given with defjvp or defjvps but there is none")

    def static_argument(self, x: Any) -> Any:
        # One constant for one tracer: the rule hands on what it got, and calls of the function in it are known by that.
        def stop(leaf: Any) -> Any:
            if not is_tracer(leaf):
                return leaf
            known = trace.current().root.rules
            entry = known.get(("stopped", id(leaf._value)))
            if entry is None:
                stopped = lax.stop_gradient(leaf)
                entry = leaf, stopped
                known["stopped", id(leaf._value)] = entry
                known["stopped", id(stopped._value)] = stopped, stopped
            return entry[1]

        leaves, tree = tree_flatten(x)
        return tree_unflatten(tree, [stop(y) for y in leaves]) if any(map(is_tracer, leaves)) else x

    def trace_rules(self, signature: Signature, entry: Entry) -> list[_Rule]:
        inexact = tuple(i for i, a in enumerate(signature.avals) if has_tangent(a))
        return self._rules_by_tangents(
            signature, entry, masks(inexact, _MOST_RULES) if self.symbolic_zeros else [inexact]
        )

    def _rules_by_tangents(self, signature: Signature, entry: Entry, choices: Sequence[tuple[int, ...]]) -> list[_Rule]:
        """The rules for those choices of arguments with tangents that the rule does not refuse by an exception.

        That the program is not differentiated so is known only later; then nobody misses them.
        """
        rules: list[_Rule] = []
        refused: Exception | None = None
        for wrt in choices:
            if rules and not set(wrt) <= set(rules[0].wrt):
                continue
            try:
                rules.append(_Rule(self._trace_rule(signature, entry, wrt), wrt))
            except self.mistakes:
                raise
            except Exception as error:
                refused = refused or error
        if refused is not None and not rules and any(map(_is_differentiated, signature.operands)):
            raise refused
        return rules

    def _trace_rule(self, signature: Signature, entry: Entry, wrt: tuple[int, ...]) -> Function:
        rule = self.jvp
        assert rule is not None
        name, count, avals = name_of(rule), len(signature.operands), signature.avals
        static = signature.static.values()

        def flat(*tracers: Any) -> list[Any]:
            given = dict(zip(wrt, tracers[count:], strict=True))
            tangents = [given[i] if i in given else self._no_tangent(a) for i, a in enumerate(avals)]
            leaves = tracers[:count]
            primals = tuple(tree_unflatten(signature.tree, leaves))
            with self.inside_rule(leaves, entry):
                result = rule(*static, primals, tuple(tree_unflatten(signature.tree, tangents)))
            out, tangent = pair(self.label, name, result, "result", "tangent of the result")
            return check_results(self.label, name, out, entry) + self._tangents(name, tangent, entry)

        given = [*signature.given, *(avals[i] for i in wrt)]
        return trace_function(flat, given, self.kind, self.label, f"{self.__name__}.rule")

    def _no_tangent(self, aval: Any) -> Any:
        return SymbolicZero(aval) if self.symbolic_zeros else no_tangent(aval)

    def _tangents(self, rule: str, tangent: Any, entry: Entry) -> list[Any]:
        """The tangents of the results of float or complex type, checked."""
        leaves, tree = tree_flatten(tangent)
        if tree != entry.out_tree:
            raise errors.make(
                errors.TreeError,
                self.label,
                f"expected a tangent of the structure of the result {entry.out_tree} from its rule {rule} but got "
                + str(tree),
            )
        return [
            zeros_of(a)
            if isinstance(t, SymbolicZero)
            else fitted(self.label, f"the tangent of result {i} of its rule {rule}", t, a)
            for i, (t, a) in enumerate(zip(leaves, entry.out_avals, strict=True))
            if has_tangent(a)
        ]

    def attach(self, entry: Entry, rules: list[_Rule]) -> None:
        if not rules:
            return entry.module.set_attr(entry.name, "wg.custom_jvp", UNKNOWN)
        count = len(rules[0].functions[0].in_avals) - len(rules[0].wrt)
        attributes = []
        for rule in rules:
            function = rule.functions[0]
            name = placed(function, count + len(rule.wrt), count, entry.sources)
            attributes.append({"rule": Symbol(name), "wrt": rule.wrt})
        entry.module.set_attr(entry.name, "wg.custom_jvp", attributes[0] if len(attributes) == 1 else tuple(attributes))
