# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.example_libraries.optimizers`: optimizers as triples (init, update, get_params) over trees.

>>> init, update, get_params = sgd(0.1)
>>> state = init({"w": wnp.ones(2)})
>>> get_params(update(0, {"w": wnp.ones(2)}, state))
{'w': Array([0.9, 0.9], dtype=float32)}
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from wengert import numpy as wnp
from wengert.errors import TreeError, make
from wengert.tree_util import (
    PyTreeDef,
    register_pytree_node,
    tree_flatten,
    tree_leaves,
    tree_map,
    tree_unflatten,
)

__all__ = [
    "JoinPoint", "Optimizer", "OptimizerState", "adagrad", "adam", "adamax", "clip_grads", "constant",
    "exponential_decay", "inverse_time_decay", "l2_norm", "make_schedule", "momentum", "nesterov", "optimizer",
    "pack_optimizer_state", "piecewise_constant", "polynomial_decay", "rmsprop", "rmsprop_momentum", "sgd", "sm3",
    "unpack_optimizer_state",
]  # fmt: skip

Schedule = Callable[[Any], Any]


class Optimizer(NamedTuple):
    """init(params) -> state, update(step, gradients, state) -> state, get_params(state) -> params."""

    init_fn: Callable[..., Any]
    update_fn: Callable[..., Any]
    params_fn: Callable[..., Any]


class OptimizerState(NamedTuple):
    """For each parameter its state, and the structure of the parameters; a pytree.

    Attributes:
      packed_state: the states in the order of the parameters, each a list of its leaves.
      tree_def: the structure of the parameters.
      subtree_defs: the structure of each state.
    """

    packed_state: Any
    tree_def: PyTreeDef
    subtree_defs: tuple[PyTreeDef, ...]


register_pytree_node(
    OptimizerState,
    lambda s: ((s.packed_state,), (s.tree_def, s.subtree_defs)),
    lambda aux, children: OptimizerState(*children, *aux),
)


def _packed(states: Sequence[Any], tree_def: PyTreeDef) -> OptimizerState:
    flat = [tree_flatten(s) for s in states]
    return OptimizerState(tuple(tuple(leaves) for leaves, _ in flat), tree_def, tuple(d for _, d in flat))


def _states(state: OptimizerState) -> list[Any]:
    return [tree_unflatten(d, x) for d, x in zip(state.subtree_defs, state.packed_state, strict=True)]


def optimizer(maker: Callable[..., Any]) -> Callable[..., Optimizer]:
    """Make a function that gives (init, update, get_params) for one array give the triple for trees.

    >>> @optimizer
    ... def descent(size):
    ...     return (lambda x: x), (lambda i, g, x: x - size * g), (lambda x: x)
    >>> triple = descent(0.5)
    >>> triple.params_fn(triple.update_fn(0, [2.0], triple.init_fn([3.0])))
    [2.0]
    """

    def tree_maker(*args: Any, **kwargs: Any) -> Optimizer:
        init, update, get_params = maker(*args, **kwargs)

        def tree_init(params: Any) -> OptimizerState:
            leaves, tree_def = tree_flatten(params)
            return _packed([init(x) for x in leaves], tree_def)

        def tree_update(i: Any, grads: Any, state: OptimizerState) -> OptimizerState:
            leaves, tree_def = tree_flatten(grads)
            if tree_def != state.tree_def:
                raise make(
                    TreeError, "update", f"expected gradients in the structure {state.tree_def} but got {tree_def}",
                    remedy="pass the gradient of a function of the parameters that init was called with",
                )  # fmt: skip
            pairs = zip(leaves, _states(state), strict=True)
            return _packed([update(i, g, s) for g, s in pairs], tree_def)

        def tree_params(state: OptimizerState) -> Any:
            return tree_unflatten(state.tree_def, [get_params(s) for s in _states(state)])

        return Optimizer(tree_init, tree_update, tree_params)

    tree_maker.__name__ = tree_maker.__qualname__ = maker.__name__
    tree_maker.__doc__ = maker.__doc__
    return tree_maker


def _first(state: Any) -> Any:
    return state[0]


def _itself(x: Any) -> Any:
    return x


@optimizer
def sgd(step_size: Any) -> Any:
    """Gradient descent.

    >>> len(sgd(0.1))
    3
    """
    size = make_schedule(step_size)
    return _itself, lambda i, g, x: x - size(i) * g, _itself


@optimizer
def momentum(step_size: Any, mass: float) -> Any:
    """Gradient descent with momentum.

    >>> len(momentum(0.1, 0.9))
    3
    """
    size = make_schedule(step_size)

    def update(i: Any, g: Any, state: Any) -> Any:
        x, v = state
        v = mass * v + g
        return x - size(i) * v, v

    return lambda x: (x, wnp.zeros_like(x)), update, _first


@optimizer
def nesterov(step_size: Any, mass: float) -> Any:
    """Gradient descent with Nesterov's momentum.

    >>> len(nesterov(0.1, 0.9))
    3
    """
    size = make_schedule(step_size)

    def update(i: Any, g: Any, state: Any) -> Any:
        x, v = state
        v = mass * v + g
        return x - size(i) * (mass * v + g), v

    return lambda x: (x, wnp.zeros_like(x)), update, _first


@optimizer
def adagrad(step_size: Any, momentum: float = 0.9) -> Any:
    """Adagrad: steps divided by the root of the sum of squared gradients, with momentum.

    >>> len(adagrad(0.1))
    3
    """
    size = make_schedule(step_size)

    def update(i: Any, g: Any, state: Any) -> Any:
        x, squares, m = state
        squares = squares + wnp.square(g)
        scale = wnp.where(squares > 0, 1.0 / wnp.sqrt(squares), 0.0)
        m = (1 - momentum) * (g * scale) + momentum * m
        return x - size(i) * m, squares, m

    return lambda x: (x, wnp.zeros_like(x), wnp.zeros_like(x)), update, _first


@optimizer
def rmsprop(step_size: Any, gamma: float = 0.9, eps: float = 1e-8) -> Any:
    """RMSProp: steps divided by the root of a running mean of squared gradients.

    >>> len(rmsprop(0.1))
    3
    """
    size = make_schedule(step_size)

    def update(i: Any, g: Any, state: Any) -> Any:
        x, mean = state
        mean = mean * gamma + wnp.square(g) * (1 - gamma)
        return x - size(i) * g / wnp.sqrt(mean + eps), mean

    return lambda x: (x, wnp.zeros_like(x)), update, _first


@optimizer
def rmsprop_momentum(step_size: Any, gamma: float = 0.9, eps: float = 1e-8, momentum: float = 0.9) -> Any:
    """RMSProp with momentum.

    >>> len(rmsprop_momentum(0.1))
    3
    """
    size = make_schedule(step_size)

    def update(i: Any, g: Any, state: Any) -> Any:
        x, mean, m = state
        mean = mean * gamma + wnp.square(g) * (1 - gamma)
        m = momentum * m + size(i) * g / wnp.sqrt(mean + eps)
        return x - m, mean, m

    return lambda x: (x, wnp.zeros_like(x), wnp.zeros_like(x)), update, _first


@optimizer
def adam(step_size: Any, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8) -> Any:
    """Adam.

    >>> len(adam(0.1))
    3
    """
    size = make_schedule(step_size)

    def update(i: Any, g: Any, state: Any) -> Any:
        x, m, v = state
        m = (1 - b1) * g + b1 * m
        v = (1 - b2) * wnp.square(g) + b2 * v
        mean = m / (1 - wnp.asarray(b1, m.dtype) ** (i + 1))
        variance = v / (1 - wnp.asarray(b2, m.dtype) ** (i + 1))
        return x - size(i) * mean / (wnp.sqrt(variance) + eps), m, v

    return lambda x: (x, wnp.zeros_like(x), wnp.zeros_like(x)), update, _first


@optimizer
def adamax(step_size: Any, b1: float = 0.9, b2: float = 0.999, eps: float = 1e-8) -> Any:
    """Adamax: Adam with the maximum norm.

    >>> len(adamax(0.1))
    3
    """
    size = make_schedule(step_size)

    def update(i: Any, g: Any, state: Any) -> Any:
        x, m, u = state
        m = (1 - b1) * g + b1 * m
        u = wnp.maximum(b2 * u, wnp.abs(g))
        return x - (size(i) / (1 - wnp.asarray(b1, m.dtype) ** (i + 1))) * m / (u + eps), m, u

    return lambda x: (x, wnp.zeros_like(x), wnp.zeros_like(x)), update, _first


def _over_others(x: Any, axis: int) -> Any:
    return wnp.max(x, axis=tuple(d for d in range(x.ndim) if d != axis))


@optimizer
def sm3(step_size: Any, momentum: float = 0.9) -> Any:
    """SM3: Adagrad whose sums of squares are kept by row and by column only.

    >>> len(sm3(0.1))
    3
    """
    size = make_schedule(step_size)

    def init(x: Any) -> Any:
        return x, wnp.zeros_like(x), [wnp.zeros(n, x.dtype) for n in x.shape]

    def update(i: Any, g: Any, state: Any) -> Any:
        x, m, vectors = state
        squares = wnp.square(g)
        if vectors:
            shape = lambda d: [-1 if other == d else 1 for other in range(x.ndim)]
            spread = [wnp.broadcast_to(v.reshape(shape(d)), x.shape) for d, v in enumerate(vectors)]
            squares = squares + wnp.min(wnp.stack(spread), axis=0)
        scale = wnp.where(squares > 0, 1.0 / wnp.sqrt(squares), 0.0)
        m = (1 - momentum) * (g * scale) + momentum * m
        return x - size(i) * m, m, [_over_others(squares, d) for d in range(x.ndim)]

    return init, update, _first


# ---------------------------------------------------------------------------------------------------------------------
# Sizes of steps


def constant(step_size: Any) -> Schedule:
    """The same size always.

    >>> constant(0.1)(7)
    0.1
    """
    return lambda i: step_size


def exponential_decay(step_size: Any, decay_steps: Any, decay_rate: Any) -> Schedule:
    """step_size * decay_rate ** (i / decay_steps).

    >>> exponential_decay(1.0, 2, 0.25)(1)
    0.5
    """
    return lambda i: step_size * decay_rate ** (i / decay_steps)


def inverse_time_decay(step_size: Any, decay_steps: Any, decay_rate: Any, staircase: bool = False) -> Schedule:
    """step_size / (1 + decay_rate * i / decay_steps), in steps with `staircase`.

    >>> inverse_time_decay(1.0, 2, 1.0)(2)
    0.5
    """
    if staircase:
        return lambda i: step_size / (1 + decay_rate * wnp.floor(i / decay_steps))
    return lambda i: step_size / (1 + decay_rate * i / decay_steps)


def polynomial_decay(step_size: Any, decay_steps: Any, final_step_size: Any, power: float = 1.0) -> Schedule:
    """From step_size to final_step_size in decay_steps, by a power.

    >>> float(polynomial_decay(1.0, 10, 0.0)(5))
    0.5
    """

    def schedule(step: Any) -> Any:
        step = wnp.minimum(step, decay_steps)
        return (1 - step / decay_steps) ** power * (step_size - final_step_size) + final_step_size

    return schedule


def piecewise_constant(boundaries: Any, values: Any) -> Schedule:
    """The value of the interval between boundaries that a step is in.

    Raises:
      ValueError: not one value more than boundaries.

    >>> float(piecewise_constant([10], [1.0, 0.5])(11))
    0.5
    """
    bounds, sizes = wnp.array(boundaries), wnp.array(values)
    if bounds.ndim != 1 or sizes.shape != (bounds.shape[0] + 1,):
        shapes = f"{sizes.shape} and {bounds.shape}"
        raise ValueError(f"piecewise_constant: expected one value more than boundaries but got shapes {shapes}")
    return lambda i: sizes[wnp.sum(i > bounds)]


def make_schedule(scalar_or_schedule: Any) -> Schedule:
    """A function of the step, of one or of a number.

    Raises:
      TypeError: neither.

    >>> make_schedule(0.5)(3)
    0.5
    """
    if callable(scalar_or_schedule):
        return scalar_or_schedule
    if wnp.ndim(scalar_or_schedule) == 0:
        return constant(scalar_or_schedule)
    raise TypeError(f"make_schedule: expected a number or a function of the step but got {type(scalar_or_schedule)}")


# ---------------------------------------------------------------------------------------------------------------------
# Gradients and states


def l2_norm(tree: Any) -> Any:
    """The root of the sum of the squares of all elements.

    >>> float(l2_norm([wnp.array([3.0]), 4.0]))
    5.0
    """
    return wnp.sqrt(sum(wnp.vdot(x, x).real for x in map(wnp.asarray, tree_leaves(tree))))


def clip_grads(grad_tree: Any, max_norm: float) -> Any:
    """The gradients, scaled down to the norm `max_norm` if theirs is greater.

    >>> clip_grads([wnp.array([3.0, 4.0])], 1.0)
    [Array([0.6, 0.8], dtype=float32)]
    """
    norm = l2_norm(grad_tree)
    return tree_map(lambda g: wnp.where(norm < max_norm, g, g * (max_norm / norm)), grad_tree)


class JoinPoint:
    """Holds the state of one parameter as one leaf, in the tree of `unpack_optimizer_state`."""

    def __init__(self, subtree: Any):
        self.subtree = subtree

    def __iter__(self) -> Any:
        yield self.subtree


def unpack_optimizer_state(opt_state: OptimizerState) -> Any:
    """The state as a tree of the parameters' structure, with a JoinPoint for each parameter.

    >>> tree = unpack_optimizer_state(sgd(0.1).init_fn({"w": 1.0}))
    >>> tree["w"].subtree
    1.0
    """
    return tree_unflatten(opt_state.tree_def, [JoinPoint(s) for s in _states(opt_state)])


def pack_optimizer_state(marked_pytree: Any) -> OptimizerState:
    """The state of a tree that `unpack_optimizer_state` gave.

    Raises:
      TreeError: a leaf is no JoinPoint.

    >>> state = momentum(0.1, 0.9).init_fn({"w": wnp.ones(2)})
    >>> again = pack_optimizer_state(unpack_optimizer_state(state))
    >>> again.tree_def == state.tree_def, again.subtree_defs == state.subtree_defs
    (True, True)
    """
    points, tree_def = tree_flatten(marked_pytree)
    if not all(isinstance(p, JoinPoint) for p in points):
        raise make(
            TreeError, "pack_optimizer_state", f"expected a JoinPoint at every leaf but got {points}",
            remedy="pass what unpack_optimizer_state gives",
        )  # fmt: skip
    return _packed([p.subtree for p in points], tree_def)
