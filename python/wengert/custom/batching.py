# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""custom_vmap: a function with a batched form of its own.

The rule depends on the size of the batch and on which arguments have it, so it is traced when a transform meets the
function: the compiler asks for it by a number on the symbol (`wg.custom_vmap_source`), and the traced rule stays there
as `wg.custom_vmap`.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from wengert import errors, trace
from wengert.avals import ShapedArray
from wengert.custom.rules import CustomFunction, Entry, Signature, fitted, pair, types_of
from wengert.functions import name_of
from wengert.trace import Function, trace_function
from wengert.tracer import is_tracer
from wengert.trees import tree_flatten, tree_map, tree_unflatten

_numbers = itertools.count(1)
_sources: weakref.WeakValueDictionary[int, _Source] = weakref.WeakValueDictionary()


class _Source:
    """A function of one signature, of which rules can be asked for."""

    def __init__(self, owner: custom_vmap, signature: Signature, entry: Entry):
        self.owner = owner
        self.tree = signature.tree
        self.avals = signature.avals
        self.out_tree = entry.out_tree
        self.out_avals = entry.out_avals
        self.captured = types_of(entry.captures)
        self.number = next(_numbers)

    def rule(self, batched: Sequence[bool], size: int) -> tuple[Any, str, list[bool]]:
        """The rule for a batch: a function of a module, and which of its results have the batch."""
        count = len(self.avals)
        if any(batched[count:]):
            raise errors.make(
                errors.InAxesError,
                self.owner.label,
                "expected mapped values as arguments of the function but it closes over one",
                remedy="pass it as an argument, or use closure_convert",
            )
        given = [_with_batch(a, size) if b else a for a, b in zip(self.avals, batched, strict=False)]
        outs: list[bool] = []

        def flat(*tracers: Any) -> list[Any]:
            results, outs[:] = self.owner.apply_rule(self, tracers, batched[:count], size)
            return results

        with _alone():
            label = self.owner.label
            function = trace_function(flat, given, "custom_vmap", label, f"{self.owner.__name__}.batched")
        return function.module, self._closed(function), outs

    def _closed(self, function: Function) -> str:
        """The rule as a function of what the function itself takes; arrays that it uses become constants."""
        if any(map(is_tracer, function.captures)):
            raise errors.make(
                errors.LeakedTracerError,
                self.owner.label,
                "expected a rule for batches that uses its arguments but it closes over a traced value",
                remedy="pass it as an argument of the function",
            )
        module = function.module
        builder = module.function(function.name)
        count = len(self.avals)
        arguments = [builder.add_argument(t) for t in module.signature(function.name)[0][:count]]
        for aval in self.captured:
            builder.add_argument(aval)
        arguments += [trace.build_constant(builder.build, x._data) for x in function.captures]
        results = builder.build("func.call", arguments, {"callee": function.name})
        builder.finish(list(results) if isinstance(results, tuple) else [results])
        name: str = builder.name
        return name


def _with_batch(aval: ShapedArray, size: int) -> ShapedArray:
    return ShapedArray((size, *aval.shape), aval.dtype, aval.weak_type)


@contextmanager
def _alone() -> Iterator[None]:
    """While something is traced that belongs to none of the traces around it."""
    state = trace._STATE
    before = state.stack, state.staging
    state.stack, state.staging = [], None
    try:
        yield
    finally:
        state.stack, state.staging = before


def _rule_for(number: int, batched: tuple[bool, ...], size: int) -> tuple[Any, str, list[bool]] | None:
    source = _sources.get(number)
    return None if source is None else source.rule(batched, size)


class custom_vmap(CustomFunction):
    """A function with a batched form of its own, which `vmap` uses instead of batching its body.

    Derivatives are those of the body, and under a batch those of the rule: also of `vmap(jvp(f))`, where a primal is
    batched. Reverse mode inside `vmap`, which JAX refuses, is that of the body.

    Args:
      fun: the function, of arrays in any pytrees.

    Raises:
      AttributeError: it is called before `def_vmap`.
      TreeError, ShapeError, DtypeError: the rule returns something else than described.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> @custom_vmap
    ... def f(x, y):
    ...     return x + y
    >>> @f.def_vmap
    ... def rule(axis_size, in_batched, xs, ys):
    ...     assert in_batched == [True, True] and axis_size == 3
    ...     return xs * ys, True
    >>> wg.vmap(f)(wnp.arange(3), wnp.arange(3))
    Array([0, 1, 4], dtype=int32)
    """

    kind = "custom_vmap"

    def __init__(self, fun: Callable[..., Any]):
        super().__init__(fun)
        self.vmap_rule: Callable[..., Any] | None = None
        self._kept: dict[Any, _Source] = {}

    def def_vmap(self, vmap_rule: Callable[..., Any]) -> Callable[..., Any]:
        """Give the rule: `rule(axis_size, in_batched, *args)` returns `(result, out_batched)`; usable as a decorator.

        Args:
          vmap_rule: `in_batched` is a list with a tree of bools for each argument; those that are True have the batch
            as axis 0. `out_batched` has the structure of the result and says the same of it.
        """
        self.vmap_rule = vmap_rule
        return vmap_rule

    def check_rules(self) -> None:
        if self.vmap_rule is None:
            raise AttributeError(f"{self.label}: expected a rule given with def_vmap but there is none")

    def trace_rules(self, signature: Signature, entry: Entry) -> list[Any]:
        key = signature.key, tuple(types_of(entry.captures))
        source = self._kept.get(key)
        if source is None:
            source = self._kept[key] = _Source(self, signature, entry)
            _sources[source.number] = source
            _listen()
        entry.module.set_attr(entry.name, "wg.custom_vmap_source", source.number)
        return []

    def _rules(self, signature: Signature, entry: Entry) -> list[Any]:
        return self.trace_rules(signature, entry)

    def attach(self, entry: Entry, rules: list[Any]) -> None:
        pass

    def apply_rule(
        self, source: _Source, leaves: Sequence[Any], batched: Sequence[bool], size: int
    ) -> tuple[list[Any], list[bool]]:
        """The leaves of what the rule returns, checked, and which of them have the batch."""
        rule = self.vmap_rule
        assert rule is not None
        name = name_of(rule)
        in_batched = list(tree_unflatten(source.tree, batched))
        result = rule(size, in_batched, *tree_unflatten(source.tree, leaves))
        out, out_batched = pair(self.label, name, result, "result", "out_batched")
        results, tree = tree_flatten(out)
        if isinstance(out_batched, bool) and tree.num_leaves > 1:
            out_batched = tree_map(lambda _: out_batched, out)
        flags, flags_tree = tree_flatten(out_batched)
        for got, what in ((tree, "a result"), (flags_tree, "out_batched")):
            if got != source.out_tree:
                raise errors.make(
                    errors.TreeError,
                    self.label,
                    f"expected {what} of the structure {source.out_tree} from its rule {name} but got {got}",
                )
        checked = [
            fitted(self.label, f"result {i} of its rule {name}", x, _with_batch(a, size) if b else a)
            for i, (x, a, b) in enumerate(zip(results, source.out_avals, flags, strict=True))
        ]
        return checked, [bool(b) for b in flags]


def _listen() -> None:
    from wengert import _native

    _native.set_vmap_rule_source(_rule_for)


def sequential_vmap(fun: Callable[..., Any]) -> custom_vmap:
    """`fun` as a function whose batches are computed one element after the other, by `lax.map`.

    Args:
      fun: the function, of arrays in any pytrees.

    Raises:
      InAxesError: under `vmap`, it closes over a mapped value.

    >>> import wengert as wg, wengert.numpy as wnp
    >>> wg.vmap(sequential_vmap(lambda x: 2 * x))(wnp.arange(3.0))
    Array([0., 2., 4.], dtype=float32)
    """
    mapped = custom_vmap(fun)

    def rule(axis_size: int, in_batched: list[Any], *args: Any) -> tuple[Any, Any]:
        from wengert.control.scans import map as in_loop

        leaves, tree = tree_flatten(args)
        flags = tree_flatten(tuple(in_batched))[0]
        moving = [x for x, b in zip(leaves, flags, strict=True) if b]

        def single(xs: list[Any]) -> Any:
            given = iter(xs)
            return fun(*tree_unflatten(tree, [next(given) if b else x for x, b in zip(leaves, flags, strict=True)]))

        out = in_loop(single, moving)
        return out, tree_map(lambda _: True, out)

    mapped.def_vmap(rule)
    return mapped
