# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""checkpoint: derivatives that compute the values of a function again in place of keeping them.

A checkpointed function is one function of the module with the attribute `wg.checkpoint`, the policy as text: what
of its values its derivative saves. It survives every transform; calls of it are inlined at the end.

>>> import wengert as wg, wengert.numpy as wnp
>>> f = wg.checkpoint(lambda x: wnp.sin(wnp.sin(x)), policy=wg.checkpoint_policies.nothing_saveable)
>>> wg.grad(f)(1.0)
Array(0.36003944, dtype=float32, weak_type=True)
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from types import SimpleNamespace
from typing import Any

from wengert import errors, trace
from wengert.arguments import named as static_arguments
from wengert.calls import CallOp, call
from wengert.frames import api_boundary
from wengert.functions import name_of, transform
from wengert.interpreter import short_name
from wengert.jaxpr import Primitive
from wengert.lax._ops import OPS
from wengert.residuals import print_saved_residuals
from wengert.trace import from_native, operand, trace_function
from wengert.trees import tree_flatten, tree_unflatten

__all__ = ["checkpoint", "checkpoint_name", "checkpoint_policies", "print_saved_residuals", "remat"]

# ---------------------------------------------------------------------------------------------------------------------
# Policies


class Policy:
    """What a checkpointed function saves: the terms of `wg.checkpoint` (Transforms/Checkpoint.h).

    Called like a policy of JAX, with an op and its attributes, it says whether the results of the op are saved.
    """

    __slots__ = ("terms",)

    def __init__(self, *terms: str):
        self.terms = terms

    def __call__(self, prim: Any, *_: Any, **params: Any) -> bool:
        name = getattr(prim, "name", str(prim))
        if name == "checkpoint_name":
            if f"not {params['name']}" in self.terms:
                return False
            if "names" in self.terms or f"name {params['name']}" in self.terms:
                return True
        if "dots" in self.terms and name in ("dot_general", "conv_general_dilated"):
            return True
        if "plain dots" in self.terms and name == "dot_general" and not params.get("lhs_batch"):
            return True
        return "everything" in self.terms or f"op {name}" in self.terms

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Policy) and set(self.terms) == set(other.terms)

    def __hash__(self) -> int:
        return hash(frozenset(self.terms))

    def __repr__(self) -> str:
        return f"Policy({'; '.join(self.terms)})"


def _names(which: str, names: Sequence[str]) -> list[str]:
    for name in names:
        if not isinstance(name, str) or ";" in name or name != name.strip():
            raise errors.make(
                errors.UnsupportedTypeError,
                which,
                f"expected names as strings without ';' or space around them but got {name!r}",
                remedy="give each name as an argument of its own",
            )
    return list(names)


def save_only_these_names(*names: str) -> Policy:
    """Save what `checkpoint_name` has given one of these names, and nothing else.

    >>> save_only_these_names("hidden")
    Policy(name hidden)
    """
    return Policy(*(f"name {n}" for n in _names("save_only_these_names", names)))


def save_any_names_but_these(*names: str) -> Policy:
    """Save what has a name, but none of these names.

    >>> save_any_names_but_these("hidden")
    Policy(names; not hidden)
    """
    return Policy("names", *(f"not {n}" for n in _names("save_any_names_but_these", names)))


def save_anything_except_these_names(*names: str) -> Policy:
    """Save everything but what has one of these names; the value before it was named counts as named, too.

    >>> save_anything_except_these_names("hidden")
    Policy(everything; not hidden)
    """
    return Policy("everything", *(f"not {n}" for n in _names("save_anything_except_these_names", names)))


def save_from_both_policies(first: Policy, second: Policy) -> Policy:
    """Save what either policy saves.

    >>> save_from_both_policies(checkpoint_policies.dots_saveable, save_only_these_names("hidden"))
    Policy(dots; name hidden)
    """
    for policy in (first, second):
        if not isinstance(policy, Policy):
            raise errors.make(
                errors.UnsupportedTypeError,
                "save_from_both_policies",
                f"expected two of wengert.checkpoint_policies but got {policy!r}",
            )

    def saves(policy: Policy, name: str) -> bool:
        return policy(Primitive("checkpoint_name"), name=name)

    terms = dict.fromkeys(t for t in (*first.terms, *second.terms) if not t.startswith("not "))
    for term in (*first.terms, *second.terms):
        if term.startswith("not ") and not (saves(first, term[4:]) or saves(second, term[4:])):
            terms[term] = None
    return Policy(*terms)


_DOTS = Policy("dots")
_PLAIN_DOTS = Policy("plain dots")
checkpoint_policies = SimpleNamespace(
    everything_saveable=Policy("everything"),
    nothing_saveable=Policy("nothing"),
    dots_saveable=_DOTS,
    checkpoint_dots=_DOTS,
    dots_with_no_batch_dims_saveable=_PLAIN_DOTS,
    checkpoint_dots_with_no_batch_dims=_PLAIN_DOTS,
    save_only_these_names=save_only_these_names,
    save_any_names_but_these=save_any_names_but_these,
    save_anything_except_these_names=save_anything_except_these_names,
    save_from_both_policies=save_from_both_policies,
)


def _policy_of(policy: Callable[..., Any], module: Any, function: str) -> Policy:
    """A policy that is any callable, asked about every op of the function."""
    answers: dict[str, bool] = {}
    todo, seen = [function], {function}
    while todo:
        name = todo.pop()
        types = module.value_types(name)
        for full_name, operands, _, attrs, *_ in module.program(name)[0]:
            op = short_name(full_name)
            if op in ("func.call", "call"):
                callee = attrs["callee"]
                if callee not in seen:
                    seen.add(callee)
                    todo.append(callee)
                continue
            saved = bool(policy(Primitive(op), *(from_native(types[i]) for i in operands), **(attrs or {})))
            if answers.setdefault(op, saved) != saved:
                raise errors.make(
                    errors.UnsupportedTypeError,
                    "checkpoint",
                    f"expected a policy that treats all ops of a kind alike but it saves some of {op} and others not",
                    remedy="name the values with checkpoint_name and choose them with save_only_these_names",
                )
    return Policy(*(f"op {op}" for op, saved in answers.items() if saved))


# ---------------------------------------------------------------------------------------------------------------------
# checkpoint


@transform
def checkpoint(
    fun: Callable[..., Any] | None = None,
    *,
    prevent_cse: bool = True,
    policy: Callable[..., Any] | None = None,
    static_argnums: int | Iterable[int] = (),
    static_argnames: str | Iterable[str] = (),
    concrete: bool = False,
) -> Callable[..., Any]:
    """`fun`, whose derivatives compute its values again where they need them in place of saving them.

    The arguments of `fun` are saved, and what `policy` says.

    Args:
      prevent_cse: keep the compiler from sharing the second computation with the first one, which would save its
        values after all. Not needed in the body of a loop.
      policy: one of `wengert.checkpoint_policies`, default `nothing_saveable`; or a function of an op, the types of its
        operands and its attributes (as in JAX), which treats all ops of one name alike.
      static_argnums, static_argnames: arguments that are Python values, like strings.
      concrete: accepted for programs that pass it: Python control flow works wherever it does without checkpoint.

    Raises:
      UnsupportedTypeError: an argument is neither an array nor static, or `policy` is no policy.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> layer = lambda w, x: wnp.tanh(x @ w)
    >>> loss = lambda layer: lambda w, x: wnp.sum(layer(w, layer(w, x)))
    >>> w, x = wnp.full((64, 64), 0.01), wnp.ones((8, 64))
    >>> wg.explain_residuals(loss(layer))(w, x).num_bytes
    24576
    >>> wg.explain_residuals(loss(wg.checkpoint(layer)))(w, x).num_bytes
    20480
    """
    if fun is None:
        options: dict[str, Any] = {"static_argnums": static_argnums, "static_argnames": static_argnames}
        return functools.partial(checkpoint, prevent_cse=prevent_cse, policy=policy, **options)
    if not callable(fun):
        raise TypeError(f"checkpoint: expected a function but got {type(fun).__name__}")
    if policy is not None and not callable(policy):
        raise errors.make(
            errors.UnsupportedTypeError,
            "checkpoint",
            f"expected one of wengert.checkpoint_policies as policy but got {policy!r}",
        )
    positions, names = static_arguments(fun, static_argnums, static_argnames)
    label = f"checkpoint({name_of(fun)})"

    @api_boundary
    @functools.wraps(fun, updated=())
    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        if not trace.is_tracing():
            return fun(*args, **kwargs)
        static = {i % len(args) for i in positions if -len(args) <= i < len(args)}
        return _record(fun, label, args, kwargs, (static, names), policy, prevent_cse)

    return checkpointed


remat = checkpoint


def _record(
    fun: Callable[..., Any],
    label: str,
    args: Sequence[Any],
    kwargs: dict[str, Any],
    static: tuple[set[int], Sequence[str]],
    policy: Callable[..., Any] | None,
    prevent_cse: bool,
) -> Any:
    """A call of `fun` inside a trace, as a function of its own."""
    fixed = {k: v for k, v in kwargs.items() if k in static[1]}
    moving = {k: v for k, v in kwargs.items() if k not in fixed}
    leaves, in_tree = tree_flatten(([None if i in static[0] else x for i, x in enumerate(args)], moving))
    operands = [operand(x) for x in leaves]
    out_tree = None

    def flat(*tracers: Any) -> list[Any]:
        nonlocal out_tree
        new, keywords = tree_unflatten(in_tree, tracers)
        new = [x if i in static[0] else y for i, (x, y) in enumerate(zip(args, new, strict=True))]
        results, out_tree = tree_flatten(fun(*new, **keywords, **fixed))
        return results

    function = trace_function(flat, operands, "checkpoint", label, name_of(fun))
    module, name = function.module, function.name
    chosen = checkpoint_policies.nothing_saveable if policy is None else policy
    if not isinstance(chosen, Policy):
        chosen = _policy_of(chosen, module, name)
    module.set_attr(
        name, "wg.checkpoint", "; ".join((*chosen.terms, *(() if prevent_cse else ("share",)))) or "nothing"
    )
    op = CallOp("func.call", module, name)
    results = call(op, [*operands, *function.captures], [a.weak_type for a in function.out_avals])
    return tree_unflatten(out_tree, results)


def checkpoint_name(x: Any, name: str) -> Any:
    """`x`, an array or a tree of them, under a name for policies like `save_only_these_names`.

    >>> checkpoint_name(1.0, "one")
    Array(1., dtype=float32, weak_type=True)
    """
    (name,) = _names("checkpoint_name", [name])
    leaves, tree = tree_flatten(x)
    op, attrs = OPS["checkpoint_name"], {"name": name}
    return tree_unflatten(tree, [trace.bind(op, (operand(leaf),), attrs) for leaf in leaves])
