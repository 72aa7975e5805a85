# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What a gradient transformation is, how several are put together, and how updates are applied."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, NamedTuple

from wengert import errors, lax, tree
from wengert import numpy as wnp

__all__ = [
    "EmptyState", "GradientTransformation", "GradientTransformationExtraArgs", "MaskedNode", "MaskedState",
    "PartitionState", "apply_updates", "chain", "freeze", "global_norm", "identity", "incremental_update", "masked",
    "multi_transform", "named_chain", "partition", "periodic_update", "safe_increment", "selective_transform",
    "set_to_zero", "stateless", "stateless_with_tree_map", "with_extra_args_support",
]  # fmt: skip


class GradientTransformation(NamedTuple):
    """A pair of functions: init(params) -> state, update(updates, state, params=None) -> (updates, state).

    Updates are a pytree like the parameters: gradients go in, and what is added to the parameters comes out.

    >>> halve = GradientTransformation(lambda params: (), lambda updates, state, params=None: (updates / 2, state))
    >>> halve.update(wnp.ones(2), halve.init(wnp.zeros(2)))[0].tolist()
    [0.5, 0.5]
    """

    init: Callable[..., Any]
    update: Callable[..., Any]


class GradientTransformationExtraArgs(GradientTransformation):
    """A gradient transformation whose update takes more arguments by name, such as the value of the function.

    >>> isinstance(chain(identity()), GradientTransformationExtraArgs)
    True
    """


class EmptyState(NamedTuple):
    """The state of a transformation that needs none."""


def init_empty_state(params: Any) -> EmptyState:
    return EmptyState()


def no_state(update: Callable[..., Any]) -> GradientTransformation:
    """The transformation of a function update(updates, params) -> updates."""
    return GradientTransformation(
        init_empty_state, lambda updates, state, params=None: (update(updates, params), state)
    )


def of_leaves(function: Callable[[Any], Any]) -> GradientTransformation:
    """The transformation that applies `function` to each array of the updates."""
    return no_state(lambda updates, params: tree.map(function, updates))


def required(name: str, params: Any) -> Any:
    if params is None:
        raise ValueError(
            errors.describe(name, "expected the parameters but got none", location=errors.user_location(),
                            remedy="give them as third argument: update(updates, state, params)")
        )  # fmt: skip
    return params


def zero_count() -> Any:
    return wnp.zeros((), "int32")


def zeros_like(params: Any, dtype: Any = None) -> Any:
    return tree.map(lambda p: wnp.zeros_like(p, dtype=dtype), params)


def cast(values: Any, dtype: Any) -> Any:
    return values if dtype is None else tree.map(lambda x: lax.convert_element_type(x, dtype), values)


def abs_sq(x: Any) -> Any:
    """|x|^2, a real number of complex x too."""
    return wnp.square(wnp.real(x)) + wnp.square(wnp.imag(x)) if wnp.iscomplexobj(x) else wnp.square(x)


def identity() -> GradientTransformation:
    """Leave the updates as they are.

    >>> identity().update(wnp.ones(1), EmptyState())[0].tolist()
    [1.0]
    """
    return GradientTransformation(init_empty_state, lambda updates, state, params=None: (updates, state))


def set_to_zero() -> GradientTransformation:
    """Zeros in place of the updates.

    >>> set_to_zero().update(wnp.ones(1), EmptyState())[0].tolist()
    [0.0]
    """
    return of_leaves(wnp.zeros_like)


def stateless(f: Callable[[Any, Any], Any]) -> GradientTransformation:
    """The transformation f(updates, params) -> updates.

    >>> stateless(lambda updates, params: updates + params).update(1.0, EmptyState(), 2.0)[0]
    3.0
    """
    return no_state(f)


def stateless_with_tree_map(f: Callable[[Any, Any], Any]) -> GradientTransformation:
    """The transformation f(update, param) -> update of each array; param is None if there are no parameters.

    >>> stateless_with_tree_map(lambda u, p: u + p).update({"a": 1.0}, EmptyState(), {"a": 2.0})[0]
    {'a': 3.0}
    """

    def update(updates: Any, params: Any) -> Any:
        return tree.map(lambda u: f(u, None), updates) if params is None else tree.map(f, updates, params)

    return no_state(update)


def with_extra_args_support(tx: GradientTransformation) -> GradientTransformationExtraArgs:
    """The same transformation with an update that ignores arguments it does not know.

    >>> with_extra_args_support(identity()).update(1.0, EmptyState(), None, value=2.0)[0]
    1.0
    """
    if isinstance(tx, GradientTransformationExtraArgs):
        return tx
    return GradientTransformationExtraArgs(
        tx.init, lambda updates, state, params=None, **extra: tx.update(updates, state, params)
    )


def chain(*args: GradientTransformation) -> GradientTransformationExtraArgs:
    """One transformation after the other; the state is a tuple of their states.

    >>> from wengert import optim
    >>> tx = chain(optim.clip(1.0), optim.scale(-0.5))
    >>> tx.update(wnp.array([3.0, -0.5]), tx.init(wnp.zeros(2)))[0].tolist()
    [-0.5, 0.25]
    """
    parts = [with_extra_args_support(tx) for tx in args]

    def update(updates: Any, state: Any, params: Any = None, **extra: Any) -> Any:
        if len(state) != len(parts):
            raise ValueError(
                errors.describe("chain", f"expected the states of {len(parts)} transformations but got {len(state)}",
                                location=errors.user_location(), remedy="make the state by init of the same chain")
            )  # fmt: skip
        new = []
        for tx, part in zip(parts, state, strict=True):
            updates, part = tx.update(updates, part, params, **extra)
            new.append(part)
        return updates, tuple(new)

    return GradientTransformationExtraArgs(lambda params: tuple(tx.init(params) for tx in parts), update)


def named_chain(*args: tuple[str, GradientTransformation]) -> GradientTransformationExtraArgs:
    """`chain` of pairs (name, transformation); the state is a dict.

    Raises:
      ValueError: two names are equal.

    >>> from wengert import optim
    >>> list(named_chain(("clip", optim.clip(1.0)), ("scale", optim.scale(-1.0))).init(0.0))
    ['clip', 'scale']
    """
    parts = {name: with_extra_args_support(tx) for name, tx in args}
    if len(parts) != len(args):
        raise ValueError(f"named_chain: expected names that differ but got {[name for name, _ in args]}")

    def update(updates: Any, state: Any, params: Any = None, **extra: Any) -> Any:
        new = {}
        for name, tx in parts.items():
            updates, new[name] = tx.update(updates, state[name], params, **extra)
        return updates, new

    return GradientTransformationExtraArgs(lambda params: {name: tx.init(params) for name, tx in parts.items()}, update)


class MaskedState(NamedTuple):
    """The state of `masked`."""

    inner_state: Any


class MaskedNode(NamedTuple):
    """Stands where an array is hidden from a masked transformation: a node without leaves."""


def _hide(values: Any, mask: Any) -> Any:
    return tree.map(lambda keep, sub: sub if keep else MaskedNode(), mask, values)


def masked(
    inner: GradientTransformation, mask: Any, *, mask_compatible_extra_args: bool = False
) -> GradientTransformationExtraArgs:
    """Transform the updates where the mask is true, leave the others.

    Args:
      inner: the transformation; its state holds nothing of what is masked out.
      mask: a pytree of bools that is a prefix of the parameters, or a function of the parameters that gives one.
      mask_compatible_extra_args: mask extra arguments too that have the structure of the updates.

    >>> from wengert import optim
    >>> tx = masked(optim.scale(2.0), {"w": True, "b": False})
    >>> updates = {"w": 1.0, "b": 1.0}
    >>> tx.update(updates, tx.init(updates))[0] == {"w": 2.0, "b": 1.0}
    True
    """
    inner = with_extra_args_support(inner)

    def mask_of(values: Any) -> Any:
        leaves = tree.leaves(mask)
        return mask(values) if leaves and all(callable(leaf) for leaf in leaves) else mask

    def init(params: Any) -> MaskedState:
        return MaskedState(inner.init(_hide(params, mask_of(params))))

    def update(updates: Any, state: Any, params: Any = None, **extra: Any) -> Any:
        where = mask_of(updates)
        if mask_compatible_extra_args:
            structure = tree.structure(updates)
            extra = {k: _hide(v, where) if tree.structure(v) == structure else v for k, v in extra.items()}
        hidden = None if params is None else _hide(params, where)
        new, inner_state = inner.update(_hide(updates, where), state.inner_state, hidden, **extra)
        out = tree.map(lambda keep, changed, old: changed if keep else old, where, new, updates)
        return out, MaskedState(inner_state)

    return GradientTransformationExtraArgs(init, update)


class PartitionState(NamedTuple):
    """The state of `partition`: one state for each label."""

    inner_states: Any


def partition(
    transforms: Mapping[Hashable, GradientTransformation],
    param_labels: Any,
    *,
    mask_compatible_extra_args: bool = False,
) -> GradientTransformationExtraArgs:
    """Another transformation for each group of parameters.

    Args:
      transforms: label -> transformation.
      param_labels: a pytree of labels that is a prefix of the parameters, or a function that gives one.
      mask_compatible_extra_args: as in `masked`.

    Raises:
      ValueError: a label has no transformation.

    >>> from wengert import optim
    >>> tx = partition({"slow": optim.sgd(0.1), "fast": optim.sgd(1.0)}, {"w": "slow", "b": "fast"})
    >>> params = {"w": wnp.ones(1), "b": wnp.ones(1)}
    >>> updates, _ = tx.update(params, tx.init(params))
    >>> float(updates["w"][0]), float(updates["b"][0])
    (-0.10000000149011612, -1.0)
    """

    def each(values: Any) -> dict[Hashable, GradientTransformationExtraArgs]:
        labels = param_labels(values) if callable(param_labels) else param_labels
        unknown = {label for label in tree.leaves(labels) if label not in transforms}
        if unknown:
            raise ValueError(
                f"partition: expected labels among {sorted(map(str, transforms))} but got {sorted(map(str, unknown))}"
            )
        return {
            group: masked(
                tx,
                tree.map(lambda label, group=group: label == group, labels),
                mask_compatible_extra_args=mask_compatible_extra_args,
            )
            for group, tx in transforms.items()
        }

    def update(updates: Any, state: Any, params: Any = None, **extra: Any) -> Any:
        new = {}
        for group, tx in each(updates).items():
            updates, new[group] = tx.update(updates, state.inner_states[group], params, **extra)
        return updates, PartitionState(new)

    return GradientTransformationExtraArgs(
        lambda params: PartitionState({group: tx.init(params) for group, tx in each(params).items()}), update
    )


multi_transform = partition


def freeze(mask: Any) -> GradientTransformationExtraArgs:
    """Zeros in place of the updates where the mask is true.

    >>> freeze({"w": True, "b": False}).update({"w": 1.0, "b": 1.0}, MaskedState(EmptyState()))[0]["b"]
    1.0
    """
    return masked(set_to_zero(), mask)


def selective_transform(optimizer: GradientTransformation, *, freeze_mask: Any) -> GradientTransformationExtraArgs:
    """`optimizer` where the mask is false, zeros where it is true.

    >>> from wengert import optim
    >>> tx = selective_transform(optim.sgd(1.0), freeze_mask={"w": True, "b": False})
    >>> params = {"w": wnp.ones(()), "b": wnp.ones(())}
    >>> updates, _ = tx.update(params, tx.init(params))
    >>> float(updates["w"]), float(updates["b"])
    (0.0, -1.0)
    """
    labels = tree.map(lambda frozen: "freeze" if frozen else "train", freeze_mask)
    return partition({"train": optimizer, "freeze": set_to_zero()}, labels)


def apply_updates(params: Any, updates: Any) -> Any:
    """params + updates, in the types of the parameters.

    >>> apply_updates({"w": wnp.ones(2)}, {"w": wnp.array([-0.5, 0.5])})
    {'w': Array([0.5, 1.5], dtype=float32)}
    """

    def add(p: Any, u: Any) -> Any:
        p = wnp.asarray(p)
        return lax.convert_element_type(p + u, p.dtype)

    return tree.map(add, params, updates)


def incremental_update(new_tensors: Any, old_tensors: Any, step_size: Any) -> Any:
    """step_size new + (1 - step_size) old: a moving average of parameters.

    >>> incremental_update(1.0, 0.0, 0.25)
    0.25
    """
    return tree.map(lambda new, old: step_size * new + (1.0 - step_size) * old, new_tensors, old_tensors)


def periodic_update(new_tensors: Any, old_tensors: Any, steps: Any, update_period: Any) -> Any:
    """The new tensors if `update_period` divides `steps`, else the old ones.

    >>> periodic_update(wnp.ones(1), wnp.zeros(1), 4, 2).tolist()
    [1.0]
    """
    now = wnp.equal(wnp.mod(steps, update_period), 0)
    return tree.map(lambda new, old: wnp.where(now, new, old), new_tensors, old_tensors)


def squared_norm(values: Any) -> Any:
    return sum((wnp.sum(abs_sq(x)) for x in tree.leaves(values)), start=wnp.zeros(()))


def tree_vdot(x: Any, y: Any) -> Any:
    return sum(
        (wnp.sum(wnp.conj(a) * b) for a, b in zip(tree.leaves(x), tree.leaves(y), strict=True)), start=wnp.zeros(())
    )


def tree_where(condition: Any, x: Any, y: Any) -> Any:
    return tree.map(lambda a, b: wnp.where(condition, a, b), x, y)


def global_norm(updates: Any) -> Any:
    """The Euclidean norm of all numbers of a pytree together.

    >>> global_norm({"a": wnp.array([3.0]), "b": wnp.array([4.0])})
    Array(5., dtype=float32)
    """
    return wnp.sqrt(squared_norm(updates))


def safe_increment(count: Any) -> Any:
    """count + 1, but the greatest number of the type stays what it is.

    >>> safe_increment(wnp.int32(2**31 - 1))
    Array(2147483647, dtype=int32)
    """
    count = wnp.asarray(count)
    most = (wnp.iinfo if wnp.issubdtype(count.dtype, wnp.integer) else wnp.finfo)(count.dtype).max
    return wnp.where(count < most, count + 1, count)
