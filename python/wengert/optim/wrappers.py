# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Transformations of transformations: only on finite gradients, only at some steps, once for several gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from wengert import lax, tree
from wengert import numpy as wnp
from wengert.optim.base import (
    GradientTransformation,
    GradientTransformationExtraArgs,
    safe_increment,
    squared_norm,
    tree_where,
    with_extra_args_support,
    zero_count,
    zeros_like,
)

__all__ = [
    "ApplyIfFiniteState", "ConditionallyMaskState", "ConditionallyTransformState", "LookaheadParams", "LookaheadState",
    "MultiSteps", "MultiStepsState", "apply_if_finite", "conditionally_mask", "conditionally_transform", "lookahead",
    "skip_large_updates", "skip_not_finite",
]  # fmt: skip


class ApplyIfFiniteState(NamedTuple):
    """The state of `apply_if_finite`: how many updates in a row were not finite, whether the last one was, how many in
    all were not."""

    notfinite_count: Any
    last_finite: Any
    total_notfinite: Any
    inner_state: Any


def _not_finite(updates: Any) -> Any:
    """How many numbers of a pytree are infinite or NaN."""
    return sum((wnp.sum(~wnp.isfinite(u)) for u in tree.leaves(updates)), start=zero_count())


def apply_if_finite(inner: GradientTransformation, max_consecutive_errors: int) -> GradientTransformationExtraArgs:
    """Zeros in place of updates with an infinite number or a NaN, and the inner state as if they had not come.

    Args:
      inner: the transformation of updates that are finite.
      max_consecutive_errors: after so many of them in a row the next one is let through.

    >>> from wengert import optim
    >>> tx = apply_if_finite(optim.sgd(1.0), 5)
    >>> updates, state = tx.update(wnp.array([1.0, wnp.nan]), tx.init(wnp.ones(2)))
    >>> updates.tolist(), int(state.notfinite_count)
    ([0.0, 0.0], 1)
    """
    inner = with_extra_args_support(inner)

    def init(params: Any) -> ApplyIfFiniteState:
        return ApplyIfFiniteState(zero_count(), wnp.asarray(True), zero_count(), inner.init(params))

    def update(updates: Any, state: Any, params: Any = None, **extra: Any) -> Any:
        finite = _not_finite(updates) == 0
        count = wnp.where(finite, 0, safe_increment(state.notfinite_count))
        total = wnp.where(finite, state.total_notfinite, safe_increment(state.total_notfinite))
        do = wnp.logical_or(finite, count > max_consecutive_errors)
        # What is not applied is computed on zeros, so that tools that look for NaNs see only those of the gradient.
        clean = tree.map(lambda u: wnp.where(do, u, 0), updates)
        new, inner_state = inner.update(clean, state.inner_state, params, **extra)
        new = tree.map(lambda u: wnp.where(do, u, 0), new)
        return new, ApplyIfFiniteState(count, finite, total, tree_where(do, inner_state, state.inner_state))

    return GradientTransformationExtraArgs(init, update)


class ConditionallyTransformState(NamedTuple):
    """The state of `conditionally_transform`."""

    inner_state: Any
    step: Any


class ConditionallyMaskState(NamedTuple):
    """The state of `conditionally_mask`."""

    step: Any
    inner_state: Any


def _at_some_steps(inner: Any, condition: Any, forward: bool, otherwise: Any, make_state: Any) -> Any:
    inner = with_extra_args_support(inner)

    def update(updates: Any, state: Any, params: Any = None, **extra: Any) -> Any:
        do = condition(state.step, **(extra if forward else {}))
        new, inner_state = inner.update(updates, state.inner_state, params, **extra)
        new = tree_where(do, new, otherwise(updates))
        kept = tree_where(do, inner_state, state.inner_state)
        return new, make_state(inner_state=kept, step=safe_increment(state.step))

    return GradientTransformationExtraArgs(
        lambda params: make_state(inner_state=inner.init(params), step=zero_count()), update
    )


def conditionally_transform(
    inner: GradientTransformation, should_transform_fn: Callable[..., Any], forward_extra_args: bool = False
) -> GradientTransformationExtraArgs:
    """Transform at the steps where should_transform_fn(step) is true, leave the updates as they are at others.

    Args:
      forward_extra_args: give the extra arguments of update to the condition too.

    >>> from wengert import optim
    >>> tx = conditionally_transform(optim.scale(2.0), lambda step: step > 0)
    >>> first, state = tx.update(wnp.ones(1), tx.init(wnp.ones(1)))
    >>> first.tolist(), tx.update(wnp.ones(1), state)[0].tolist()
    ([1.0], [2.0])
    """
    return _at_some_steps(inner, should_transform_fn, forward_extra_args, lambda u: u, ConditionallyTransformState)


def conditionally_mask(
    inner: GradientTransformation, should_transform_fn: Callable[..., Any], forward_extra_args: bool = False
) -> GradientTransformationExtraArgs:
    """As `conditionally_transform`, but with zeros at the other steps.

    >>> from wengert import optim
    >>> tx = conditionally_mask(optim.scale(2.0), lambda step: step > 0)
    >>> tx.update(wnp.ones(1), tx.init(wnp.ones(1)))[0].tolist()
    [0.0]
    """
    return _at_some_steps(inner, should_transform_fn, forward_extra_args, zeros_like, ConditionallyMaskState)


class LookaheadParams(NamedTuple):
    """The two sets of parameters of `lookahead`.

    >>> LookaheadParams.init_synced(1.0)
    LookaheadParams(fast=1.0, slow=1.0)
    """

    fast: Any
    slow: Any

    @classmethod
    def init_synced(cls, params: Any) -> LookaheadParams:
        """Both equal."""
        return cls(fast=params, slow=params)


class LookaheadState(NamedTuple):
    """The state of `lookahead`."""

    fast_state: Any
    steps_since_sync: Any


def lookahead(
    fast_optimizer: GradientTransformation, sync_period: int, slow_step_size: Any, reset_state: bool = False
) -> GradientTransformation:
    """Slow parameters that after every `sync_period` steps go a part of the way to the fast ones, which start there
    again; parameters and updates are `LookaheadParams`.

    Raises:
      ValueError: the period is less than 1.

    >>> from wengert import optim
    >>> params = LookaheadParams.init_synced(wnp.ones(1))
    >>> tx = lookahead(optim.sgd(1.0), 1, 0.5)
    >>> updates, _ = tx.update(wnp.ones(1), tx.init(params), params)
    >>> updates.slow.tolist()
    [-0.5]
    """
    if sync_period < 1:
        raise ValueError(f"lookahead: expected a sync_period of 1 or more but got {sync_period}")

    def init(params: Any) -> LookaheadState:
        return LookaheadState(fast_optimizer.init(getattr(params, "fast", params)), zero_count())

    def update(updates: Any, state: Any, params: Any) -> Any:
        updates, fast_state = fast_optimizer.update(updates, state.fast_state, params.fast)
        sync = state.steps_since_sync == sync_period - 1
        ahead = tree.map(lambda f, u, s: f + u - s, params.fast, updates, params.slow)
        slow = tree.map(lambda d: wnp.where(sync, slow_step_size * d, 0), ahead)
        fast = tree.map(lambda u, d: wnp.where(sync, u - (1 - slow_step_size) * d, u), updates, ahead)
        if reset_state:
            fast_state = tree_where(sync, fast_optimizer.init(params.fast), fast_state)
        return LookaheadParams(fast, slow), LookaheadState(fast_state, (state.steps_since_sync + 1) % sync_period)

    return GradientTransformation(init, update)


def skip_not_finite(updates: Any, gradient_step: Any, params: Any) -> tuple[Any, Any]:
    """For `MultiSteps`: whether gradients are to be skipped because a number is infinite or NaN.

    >>> bool(skip_not_finite(wnp.array([1.0, wnp.nan]), 0, None)[0])
    True
    """
    count = _not_finite(updates)
    return count > 0, {"should_skip": count > 0, "num_not_finite": count}


def skip_large_updates(updates: Any, gradient_step: Any, params: Any, max_squared_norm: Any) -> tuple[Any, Any]:
    """For `MultiSteps`: whether gradients are to be skipped because their squared norm is too large or NaN.

    >>> bool(skip_large_updates(wnp.array([3.0, 4.0]), 0, None, 24.0)[0])
    True
    """
    squares = squared_norm(updates)
    skip = ~(squares < max_squared_norm)
    return skip, {"should_skip": skip, "norm_squared": squares}


class MultiStepsState(NamedTuple):
    """The state of `MultiSteps`."""

    mini_step: Any
    gradient_step: Any
    inner_opt_state: Any
    acc_grads: Any
    skip_state: Any = ()


class MultiSteps:
    """One step of an optimizer for several gradients, whose mean it gets; zeros come out between.

    Args:
      opt: the optimizer.
      every_k_schedule: how many gradients, or a function of the number of the step that says so.
      use_grad_mean: the mean, otherwise the sum of the gradients.
      should_skip_update_fn: (updates, gradient_step, params) -> (skip, what the state keeps), e.g. `skip_not_finite`.
      accumulator_dtype: the type in which gradients are collected.

    >>> from wengert import optim
    >>> steps = MultiSteps(optim.sgd(1.0), 2)
    >>> first, state = steps.update(wnp.full(1, 1.0), steps.init(wnp.ones(1)))
    >>> first.tolist(), steps.update(wnp.full(1, 3.0), state)[0].tolist()
    ([0.0], [-2.0])
    """

    def __init__(
        self,
        opt: GradientTransformation,
        every_k_schedule: int | Callable[[Any], Any],
        use_grad_mean: bool = True,
        should_skip_update_fn: Callable[..., Any] | None = None,
        accumulator_dtype: Any = "float32",
    ) -> None:
        self.inner_opt = with_extra_args_support(opt)
        self._every = every_k_schedule if callable(every_k_schedule) else lambda step: every_k_schedule
        self._mean = use_grad_mean
        self._skip = should_skip_update_fn or (lambda updates, step, params: (wnp.asarray(False), ()))
        self._dtype = accumulator_dtype

    def init(self, params: Any) -> MultiStepsState:
        """The state for these parameters."""
        zeros = zeros_like(params)
        _, skip_state = self._skip(zeros, zero_count(), params)
        grads = zeros_like(params, self._dtype)
        return MultiStepsState(zero_count(), zero_count(), self.inner_opt.init(params), grads, skip_state)

    def update(self, updates: Any, state: MultiStepsState, params: Any = None, **extra: Any) -> Any:
        """Collect a gradient; the updates of the optimizer if it was the last one of several, otherwise zeros."""
        every = self._every(state.gradient_step)
        skip, skip_state = self._skip(updates, state.gradient_step, params)
        divisor = state.mini_step + 1

        def collect(u: Any, total: Any) -> Any:
            return total + (u - total) / wnp.asarray(divisor, total.dtype) if self._mean else total + u

        total = tree.map(collect, updates, state.acc_grads)
        last = wnp.logical_and(~skip, state.mini_step == every - 1)
        typed = tree.map(lambda t, u: lax.convert_element_type(t, wnp.asarray(u).dtype), total, updates)
        new, inner = self.inner_opt.update(typed, state.inner_opt_state, params, **extra)
        kept = tree_where(skip, state.acc_grads, tree_where(last, zeros_like(total), total))
        return tree.map(lambda u: wnp.where(last, u, 0), new), MultiStepsState(
            mini_step=wnp.where(skip, state.mini_step, safe_increment(state.mini_step) % every),
            gradient_step=wnp.where(last, safe_increment(state.gradient_step), state.gradient_step),
            inner_opt_state=tree_where(last, inner, state.inner_opt_state),
            acc_grads=kept,
            skip_state=skip_state,
        )

    def has_updated(self, state: MultiStepsState) -> Any:
        """Whether the last update was a step of the optimizer."""
        return wnp.logical_and(state.mini_step == 0, state.gradient_step > 0)

    def gradient_transformation(self) -> GradientTransformation:
        """The same as a pair of functions."""
        return GradientTransformationExtraArgs(self.init, self.update)
