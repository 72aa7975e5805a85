# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions with a transpose of their own, as `wg.custom_transpose` on the symbol; and closures made explicit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from wengert import errors
from wengert.calls import CallOp, call
from wengert.computation import Symbol
from wengert.custom.rules import CustomFunction, Entry, Signature, fitted, placed
from wengert.custom.zeros import has_tangent, no_tangent
from wengert.frames import api_boundary
from wengert.functions import name_of
from wengert.trace import Function, aval_of, operand, trace_function
from wengert.tracer import is_tracer
from wengert.trees import tree_flatten, tree_structure, tree_unflatten


class TransposeRule:
    """A traced transpose: it takes the leaves that are not linear, then the cotangents of the results.

    Attributes:
      linear: the positions of the leaves in which the function is linear.
      before: how many leaves stand before the cotangents.
    """

    def __init__(self, function: Function, linear: tuple[int, ...], before: int):
        self.functions = [function]
        self.linear = linear
        self.before = before

    def attach(self, entry: Entry) -> None:
        function = self.functions[0]
        name = placed(function, len(function.in_avals), self.before, entry.sources)
        entry.module.set_attr(entry.name, "wg.custom_transpose", {"rule": Symbol(name), "linear": self.linear})


def trace_transpose(
    owner: CustomFunction,
    signature: Signature,
    entry: Entry,
    linear: Sequence[int],
    transpose: Callable[[list[Any], Any], Sequence[Any]],
) -> TransposeRule:
    """Trace `transpose(leaves, cotangent)`, which returns a cotangent for each of the leaves `linear`.

    The leaves at these positions are None.
    """
    avals = signature.avals
    constant = [i for i in range(len(avals)) if i not in linear]
    outs = [i for i, a in enumerate(entry.out_avals) if has_tangent(a)]

    def flat(*tracers: Any) -> list[Any]:
        leaves: list[Any] = [None] * len(avals)
        for i, x in zip(constant, tracers, strict=False):
            leaves[i] = x
        given = dict(zip(outs, tracers[len(constant) :], strict=True))
        cts = [given[i] if i in given else no_tangent(a) for i, a in enumerate(entry.out_avals)]
        results = transpose(leaves, tree_unflatten(entry.out_tree, cts))
        return [
            fitted(owner.label, f"the cotangent of argument {i} of its transpose", x, avals[i])
            for i, x in zip(linear, results, strict=True)
        ]

    given = [*(signature.given[i] for i in constant), *(entry.out_avals[i] for i in outs)]
    function = trace_function(flat, given, owner.kind, owner.label, f"{owner.__name__}.transposed")
    return TransposeRule(function, tuple(linear), len(constant))


class _LinearCall(CustomFunction):
    """A function of residuals and of linear arguments, and its transpose."""

    kind = "linear_call"

    def __init__(self, fun: Callable[..., Any], fun_transpose: Callable[..., Any], lin_tree: Any):
        super().__init__(fun)
        self.fun_transpose = fun_transpose
        self.lin_tree = lin_tree

    def _positional(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, ...]:
        return args

    def check_rules(self) -> None:
        pass

    def trace_rules(self, signature: Signature, entry: Entry) -> list[TransposeRule]:
        count = len(signature.operands) - self.lin_tree.num_leaves
        linear = [i for i in range(count, len(signature.operands))]

        def transpose(leaves: list[Any], cotangent: Any) -> list[Any]:
            residuals = signature.arguments([x if x is not None else 0 for x in leaves])[0]
            results, tree = tree_flatten(self.fun_transpose(residuals, cotangent))
            if tree != self.lin_tree:
                raise errors.make(
                    errors.TreeError,
                    self.label,
                    f"expected a result of the structure of the linear arguments {self.lin_tree} from "
                    f"{name_of(self.fun_transpose)} but got {tree}",
                )
            return results

        return [trace_transpose(self, signature, entry, linear, transpose)]

    def attach(self, entry: Entry, rules: list[Any]) -> None:
        for rule in rules:
            rule.attach(entry)


@api_boundary
def linear_call(
    fun: Callable[..., Any], fun_transpose: Callable[..., Any], residual_args: Any, linear_args: Any
) -> Any:
    """`fun(residual_args, linear_args)`, which is linear in `linear_args` and has a transpose of its own.

    Args:
      fun: a function of two pytrees.
      fun_transpose: `fun_transpose(residual_args, cotangent)` returns the cotangent of `linear_args`.
      residual_args: what the function is not linear in.
      linear_args: arrays of float or complex type.

    Raises:
      TreeError, ShapeError, DtypeError: the transpose returns something else than `linear_args` have.

    >>> import wengert as wg
    >>> f = lambda x: linear_call(lambda r, x: x / r, lambda r, ct: 10 * ct / r, 4.0, x)
    >>> f(2.0), wg.grad(f)(2.0)
    (0.5, Array(2.5, dtype=float32, weak_type=True))
    """
    return _LinearCall(fun, fun_transpose, tree_structure(linear_args))(residual_args, linear_args)


@api_boundary
def closure_convert(fun: Callable[..., Any], *example_args: Any) -> tuple[Callable[..., Any], list[Any]]:
    """`fun` with the traced values that it closes over as further arguments, and these values.

    A rule has tangents for arguments only; a function that is handed to a function with rules is converted first, so
    that what it closes over can be differentiated.

    Args:
      example_args: arguments of the types that `fun` will be called with.

    Returns:
      `(converted, values)`: `converted(*args, *values)` is `fun(*args)`.

    Raises:
      TreeError: `converted` is called with arguments of another structure.

    >>> closure_convert(lambda x: 2 * x, 1.0)[1]
    []
    """
    leaves, in_tree = tree_flatten(tuple(example_args))
    name = name_of(fun)
    out_tree = None

    def flat(*tracers: Any) -> list[Any]:
        nonlocal out_tree
        results, out_tree = tree_flatten(fun(*tree_unflatten(in_tree, tracers)))
        return results

    avals = [aval_of(x) for x in leaves]
    function = trace_function(flat, avals, "closure_convert", f"closure_convert({name})", name)
    hoisted = [i for i, x in enumerate(function.captures) if is_tracer(x) and has_tangent(aval_of(x))]
    values = [function.captures[i] for i in hoisted]
    op = CallOp("func.call", function.module, function.name)
    weak = [a.weak_type for a in function.out_avals]

    @api_boundary
    def converted(*args: Any) -> Any:
        count = len(args) - len(values)
        given, tree = tree_flatten(tuple(args[:count]))
        if tree != in_tree:
            raise errors.make(
                errors.TreeError,
                f"closure_convert({name})",
                f"expected arguments of the structure of the examples {in_tree} but got {tree}",
            )
        operands = [
            fitted(f"closure_convert({name})", f"argument {i}", x, a)
            for i, (x, a) in enumerate(zip(given, avals, strict=True))
        ]
        captures = list(function.captures)
        for i, x in zip(hoisted, args[count:], strict=True):
            captures[i] = operand(x)
        return tree_unflatten(out_tree, call(op, [*operands, *captures], weak))

    return converted, values
