# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Solutions of equations, differentiated by the equation instead of through the solver."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from wengert import errors, lax
from wengert.custom.jvp import custom_jvp
from wengert.custom.linear import TransposeRule, closure_convert, trace_transpose
from wengert.custom.rules import Entry, Signature
from wengert.custom.zeros import has_tangent, no_tangent, zeros_of
from wengert.frames import api_boundary
from wengert.functions import name_of
from wengert.trace import aval_of, operand, staging_trace
from wengert.tracer import is_tracer
from wengert.trees import tree_flatten, tree_leaves, tree_map, tree_structure


class _Solver(custom_jvp):
    """A solver as a function of the equation's parameters; what else it closes over does not count."""

    kind = "custom_jvp"

    def __init__(self, fun: Callable[..., Any], label: str):
        super().__init__(fun)
        self.label = label
        self.transpose: Callable[..., Any] | None = None

    def captured(self, x: Any) -> Any:
        return lax.stop_gradient(x) if is_tracer(x) else x

    def trace_rules(self, signature: Signature, entry: Entry) -> list[Any]:
        rules: list[Any] = list(super().trace_rules(signature, entry))
        transpose = self.transpose
        if transpose is None:
            return rules
        sizes = [tree_structure(x).num_leaves for x in signature.arguments([0] * len(signature.operands))]
        linear = [i for i in range(sizes[0]) if has_tangent(signature.avals[i])]

        def transposed(leaves: list[Any], cotangent: Any) -> list[Any]:
            filled = [x if x is not None else 0 for x in leaves]
            consts = signature.arguments(filled)[1:]
            results = tree_leaves(transpose(cotangent, *consts))
            return [results[i] for i in linear]

        return [*rules, trace_transpose(self, signature, entry, linear, transposed)]

    def attach(self, entry: Entry, rules: list[Any]) -> None:
        super().attach(entry, [r for r in rules if not isinstance(r, TransposeRule)])
        for rule in rules:
            if isinstance(rule, TransposeRule):
                rule.attach(entry)


def _zero_tangents(tree: Any) -> Any:
    def zero(x: Any) -> Any:
        aval = aval_of(x)
        return zeros_of(aval) if has_tangent(aval) else no_tangent(aval)

    return tree_map(zero, tree)


def _checked(label: str, what: str, x: Any, like: Any) -> Any:
    """`x`, whose structure and shapes are those of `like`."""
    (got, got_tree), (want, want_tree) = tree_flatten(x), tree_flatten(like)
    if got_tree != want_tree:
        raise errors.make(errors.TreeError, label, f"expected {what} of the structure {want_tree} but got {got_tree}")
    for a, b in zip(map(aval_of, got), map(aval_of, want), strict=True):
        if a.shape != b.shape:
            raise errors.make(errors.ShapeError, label, f"expected {what} of shape {b.shape} but got shape {a.shape}")
    return x


def _solution(label: str, result: Any, has_aux: bool, like: Any) -> tuple[Any, Any]:
    """The solution and the auxiliary data that a solver returned."""
    if has_aux and (not isinstance(result, (tuple, list)) or len(result) != 2):
        raise errors.make(
            errors.TreeError,
            label,
            f"expected (solution, aux) from solve, because has_aux is set, but got a {type(result).__name__}",
        )
    x, aux = result if has_aux else (result, None)
    return _checked(label, "a solution", x, like), aux


def _runs_at_once(values: Sequence[Any]) -> bool:
    return staging_trace() is None and not any(map(is_tracer, values))


@api_boundary
def custom_root(
    f: Callable[[Any], Any],
    initial_guess: Any,
    solve: Callable[[Callable[[Any], Any], Any], Any],
    tangent_solve: Callable[[Callable[[Any], Any], Any], Any],
    has_aux: bool = False,
) -> Any:
    """A root of `f`, found by `solve` and differentiated by the implicit function theorem.

    Derivatives are by what `f` closes over; the solver is not differentiated and may use any control flow.

    Args:
      f: a function of one pytree that returns one of the same structure.
      initial_guess: where the solver starts.
      solve: `solve(f, initial_guess)` returns x with f(x) = 0; with `has_aux` `(x, aux)`.
      tangent_solve: `tangent_solve(g, y)` returns x with g(x) = y for a linear function g; it is linear in y.

    Raises:
      TreeError, ShapeError: a function returns another structure or shape than that of `initial_guess`.

    >>> import wengert as wg
    >>> def newton(f, x):
    ...     for _ in range(20):
    ...         x = x - f(x) / wg.grad(f)(x)
    ...     return x
    >>> sqrt = lambda a: custom_root(lambda x: x * x - a, a, newton, lambda g, y: y / g(1.0))
    >>> wg.grad(sqrt)(4.0)
    Array(0.25, dtype=float32, weak_type=True)
    """
    from wengert.autodiff import jvp, linearize

    label = f"custom_root({name_of(f)})"
    initial_guess = tree_map(operand, initial_guess)
    converted, values = closure_convert(lambda x: _checked(label, "a result of f", f(x), initial_guess), initial_guess)

    def run(guess: Any, *consts: Any) -> Any:
        x, aux = _solution(label, solve(lambda x: converted(x, *consts), guess), has_aux, guess)
        return (x, aux) if has_aux else x

    if _runs_at_once([*tree_leaves(initial_guess), *values]):
        return run(initial_guess, *values)
    root = _Solver(run, label)

    def rule(primals: Any, tangents: Any) -> Any:
        result = root(*primals)
        x, aux = result if has_aux else (result, None)
        consts, moving = primals[1:], tangents[1:]
        if not consts:
            return result, _zero_tangents(result)
        rhs = jvp(lambda *c: converted(x, *c), tuple(consts), tuple(moving))[1]
        linear = linearize(lambda x: converted(x, *consts), x)[1]
        solved = _checked(label, "a result of tangent_solve", tangent_solve(linear, rhs), x)
        dx = tree_map(lambda t: -t, solved)
        return result, (dx, _zero_tangents(aux)) if has_aux else dx

    root.defjvp(rule)
    return root(initial_guess, *values)


@api_boundary
def custom_linear_solve(
    matvec: Callable[[Any], Any],
    b: Any,
    solve: Callable[[Callable[[Any], Any], Any], Any],
    transpose_solve: Callable[[Callable[[Any], Any], Any], Any] | None = None,
    symmetric: bool = False,
    has_aux: bool = False,
) -> Any:
    """The solution x of `matvec(x) = b`, found by `solve` and differentiated by the equation.

    Derivatives are by `b` and by what `matvec` closes over; the solver is not differentiated.

    Args:
      matvec: a linear function of one pytree.
      b: the right hand side.
      solve: `solve(matvec, b)` returns x; with `has_aux` `(x, aux)`.
      transpose_solve: `transpose_solve(vecmat, b)` solves with the transpose of `matvec`, for reverse mode.
      symmetric: `matvec` is its own transpose: `solve` serves for both.

    Raises:
      TreeError, ShapeError: a function returns another structure or shape than that of `b`.
      VerificationError: it is differentiated in reverse mode without `transpose_solve`.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> a = wnp.array([[2.0, 0.0], [1.0, 4.0]])
    >>> f = lambda b: custom_linear_solve(
    ...     lambda x: a @ x, b, lambda _, b: wnp.linalg.solve(a, b), lambda _, b: wnp.linalg.solve(a.T, b))
    >>> wg.grad(lambda b: f(b).sum())(wnp.ones(2))
    Array([0.375, 0.25 ], dtype=float32)
    """
    label = f"custom_linear_solve({name_of(matvec)})"
    if symmetric and transpose_solve is None:
        transpose_solve = solve
    b = tree_map(operand, b)
    converted, values = closure_convert(lambda x: _checked(label, "a result of matvec", matvec(x), b), b)

    def transposed(y: Any, *consts: Any) -> Any:
        from wengert.autodiff import linear_transpose

        return linear_transpose(lambda x: converted(x, *consts), y)(y)[0]

    forward = _linear_solver(label, converted, solve, has_aux)
    if _runs_at_once([*tree_leaves(b), *values]):
        return forward.fun(b, *values)
    if transpose_solve is not None:
        backward = _linear_solver(label, converted if symmetric else transposed, transpose_solve, has_aux)
        forward.transpose = lambda ct, *consts: _first(backward(_first(ct, has_aux), *consts), has_aux)
        backward.transpose = lambda ct, *consts: _first(forward(_first(ct, has_aux), *consts), has_aux)
    return forward(b, *values)


def _first(result: Any, has_aux: bool) -> Any:
    return result[0] if has_aux else result


def _linear_solver(label: str, product: Callable[..., Any], solve: Callable[..., Any], has_aux: bool) -> _Solver:
    """`solve` for `product(x, *consts) = b` as a function of b and the constants."""
    from wengert.autodiff import jvp

    def run(b: Any, *consts: Any) -> Any:
        x, aux = _solution(label, solve(lambda x: product(x, *consts), b), has_aux, b)
        return (x, aux) if has_aux else x

    solver = _Solver(run, label)

    def rule(primals: Any, tangents: Any) -> Any:
        result = solver(*primals)
        (_, *consts), (db, *moving) = primals, tangents
        x = _first(result, has_aux)
        if consts:
            moved = jvp(lambda *c: product(x, *c), tuple(consts), tuple(moving))[1]
            db = tree_map(lambda t, m: t - m, db, moved)
        dx = _first(solver(db, *consts), has_aux)
        return result, (dx, _zero_tangents(result[1])) if has_aux else dx

    solver.defjvp(rule)
    return solver
