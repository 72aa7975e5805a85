# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The steps that optimizers are chained of: scalings, momentum, weight decay, noise, clipping."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from wengert import numpy as wnp
from wengert import random, tree
from wengert.optim.base import (
    EmptyState,
    GradientTransformation,
    abs_sq,
    cast,
    global_norm,
    identity,
    masked,
    no_state,
    of_leaves,
    required,
    safe_increment,
    squared_norm,
    zero_count,
    zeros_like,
)

__all__ = [
    "AddNoiseState", "ApplyEvery", "EmaState", "ScaleByScheduleState", "TraceState", "WeightDecaySchedule",
    "ZeroNansState", "adaptive_grad_clip", "add_decayed_weights", "add_noise", "apply_every", "centralize", "clip",
    "clip_by_block_rms", "clip_by_global_norm", "ema", "keep_params_nonnegative", "normalize_by_update_norm",
    "per_example_global_norm_clip", "safe_norm", "safe_root_mean_squares", "scale", "scale_by_learning_rate",
    "scale_by_param_block_norm", "scale_by_param_block_rms", "scale_by_schedule", "scale_by_sign",
    "scale_by_trust_ratio", "trace", "zero_nans",
]  # fmt: skip


def scale(step_size: Any) -> GradientTransformation:
    """Times `step_size`.

    >>> scale(-0.5).update(wnp.ones(1), EmptyState())[0].tolist()
    [-0.5]
    """
    return of_leaves(lambda u: step_size * u)


class ScaleByScheduleState(NamedTuple):
    """The state of `scale_by_schedule`."""

    count: Any


def scale_by_schedule(step_size_fn: Callable[[Any], Any]) -> GradientTransformation:
    """Times step_size_fn(count), where count is how many updates there were.

    >>> tx = scale_by_schedule(lambda count: 1.0 - 0.5 * count)
    >>> updates, state = tx.update(wnp.ones(1), tx.init(wnp.ones(1)))
    >>> tx.update(wnp.ones(1), state)[0].tolist()
    [0.5]
    """

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        size = step_size_fn(state.count)
        new = tree.map(lambda u: wnp.asarray(size, u.dtype) * u, updates)
        return new, ScaleByScheduleState(safe_increment(state.count))

    return GradientTransformation(lambda params: ScaleByScheduleState(zero_count()), update)


def scale_by_learning_rate(learning_rate: Any = None, *, flip_sign: bool = True) -> GradientTransformation:
    """Times -learning_rate, a number or a schedule; nothing if it is None.

    >>> scale_by_learning_rate(0.5).update(wnp.ones(1), EmptyState())[0].tolist()
    [-0.5]
    """
    if learning_rate is None:
        return identity()
    sign = -1 if flip_sign else 1
    if callable(learning_rate):
        return scale_by_schedule(lambda count: sign * learning_rate(count))
    return scale(sign * learning_rate)


def scale_by_sign() -> GradientTransformation:
    """The sign of each number.

    >>> scale_by_sign().update(wnp.array([-3.0, 0.0]), EmptyState())[0].tolist()
    [-1.0, 0.0]
    """
    return of_leaves(wnp.sign)


def safe_norm(x: Any, min_norm: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """The norm, at least `min_norm`, with the derivative 0 where it is that small.

    >>> float(safe_norm(wnp.zeros(2), 0.5))
    0.5
    """
    small = wnp.linalg.norm(x, ord=ord, axis=axis, keepdims=True) <= min_norm
    norm = wnp.linalg.norm(wnp.where(small, 1.0, x), ord=ord, axis=axis, keepdims=True)
    out = wnp.where(small, min_norm, norm)
    return out if keepdims else wnp.squeeze(out, axis=axis)


def safe_root_mean_squares(x: Any, min_rms: Any) -> Any:
    """The root of the mean of the squares, at least `min_rms`, with the derivative 0 where it is that small.

    >>> float(safe_root_mean_squares(wnp.array([3.0, 3.0]), 0.5))
    3.0
    """
    mean = wnp.mean(abs_sq(x))
    small = wnp.sqrt(mean) <= min_rms
    return wnp.where(small, min_rms, wnp.sqrt(wnp.where(small, 1.0, mean)))


def _by_params(name: str, function: Callable[[Any, Any], Any]) -> GradientTransformation:
    return no_state(lambda updates, params: tree.map(function, updates, required(name, params)))


def scale_by_param_block_norm(min_scale: Any = 1e-3) -> GradientTransformation:
    """Times the norm of the array of parameters, at least `min_scale`.

    >>> scale_by_param_block_norm().update(wnp.ones(1), EmptyState(), wnp.full(1, 3.0))[0].tolist()
    [3.0]
    """
    return _by_params("scale_by_param_block_norm", lambda u, p: u * safe_norm(p, min_scale))


def scale_by_param_block_rms(min_scale: Any = 1e-3) -> GradientTransformation:
    """Times the root mean square of the array of parameters, at least `min_scale`.

    >>> scale_by_param_block_rms().update(wnp.ones(2), EmptyState(), wnp.full(2, 3.0))[0].tolist()
    [3.0, 3.0]
    """
    return _by_params("scale_by_param_block_rms", lambda u, p: u * safe_root_mean_squares(p, min_scale))


def scale_by_trust_ratio(min_norm: Any = 0.0, trust_coefficient: Any = 1.0, eps: Any = 0.0) -> GradientTransformation:
    """Times |params| / |updates| of each array, 1 if either is 0.

    >>> scale_by_trust_ratio().update(wnp.ones(1), EmptyState(), wnp.full(1, 3.0))[0].tolist()
    [3.0]
    """

    def ratio(u: Any, p: Any) -> Any:
        of_p, of_u = safe_norm(p, min_norm), safe_norm(u, min_norm)
        zero = wnp.logical_or(of_p == 0, of_u == 0)
        return u * wnp.where(zero, 1.0, trust_coefficient * of_p / wnp.where(zero, 1.0, of_u + eps))

    return _by_params("scale_by_trust_ratio", ratio)


def normalize_by_update_norm(scale_factor: Any = 1.0, eps: Any = 1e-6) -> GradientTransformation:
    """Divided by the norm of all updates together.

    >>> normalize_by_update_norm().update(wnp.array([3.0, 4.0]), EmptyState())[0].round(3).tolist()
    [0.6000000238418579, 0.800000011920929]
    """

    def update(updates: Any, params: Any) -> Any:
        norm = (global_norm(updates) + eps) / scale_factor
        return tree.map(lambda u: u / norm, updates)

    return no_state(update)


def centralize() -> GradientTransformation:
    """Less the mean over all axes but the first, for arrays of two dimensions and more.

    >>> centralize().update(wnp.array([[1.0, 3.0]]), EmptyState())[0].tolist()
    [[-1.0, 1.0]]
    """
    return of_leaves(lambda u: u - wnp.mean(u, tuple(range(1, u.ndim)), keepdims=True) if u.ndim > 1 else u)


class TraceState(NamedTuple):
    """The state of `trace`."""

    trace: Any


def trace(decay: Any, nesterov: bool = False, accumulator_dtype: Any = None) -> GradientTransformation:
    """Momentum: the sum of all updates, each earlier one times `decay` once more.

    Args:
      nesterov: look one step ahead.
      accumulator_dtype: the type in which the sum is kept, that of the parameters by default.

    >>> tx = trace(0.5)
    >>> updates, state = tx.update(wnp.ones(1), tx.init(wnp.ones(1)))
    >>> tx.update(wnp.ones(1), state)[0].tolist()
    [1.5]
    """

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        together = lambda u, t: u + decay * t
        new = tree.map(together, updates, state.trace)
        out = tree.map(together, updates, new) if nesterov else new
        return out, TraceState(cast(new, accumulator_dtype))

    return GradientTransformation(lambda params: TraceState(zeros_like(params, accumulator_dtype)), update)


class EmaState(NamedTuple):
    """The state of `ema`."""

    count: Any
    ema: Any


def update_moment(updates: Any, moments: Any, decay: Any, power: Callable[[Any], Any]) -> Any:
    return tree.map(lambda u, m: (1 - decay) * power(u) + decay * m, updates, moments)


def bias_correction(moments: Any, decay: Any, count: Any) -> Any:
    """A moving average that began with zeros, divided by the weight that was given to anything else."""
    weight = 1 - decay**count
    return tree.map(lambda m: m / wnp.asarray(weight, m.dtype), moments)


def ema(decay: Any, debias: bool = True, accumulator_dtype: Any = None) -> GradientTransformation:
    """The moving average of the updates.

    Args:
      debias: divide by the weights so far, so that the zeros at the start do not count.

    >>> tx = ema(0.5)
    >>> tx.update(wnp.ones(1), tx.init(wnp.ones(1)))[0].tolist()
    [1.0]
    """

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        new = update_moment(updates, state.ema, decay, lambda u: u)
        count = safe_increment(state.count)
        out = bias_correction(new, decay, count) if debias else new
        return out, EmaState(count, cast(new, accumulator_dtype))

    return GradientTransformation(lambda params: EmaState(zero_count(), zeros_like(params, accumulator_dtype)), update)


class WeightDecaySchedule(NamedTuple):
    """The state of `add_decayed_weights` by a schedule."""

    count: Any


def add_decayed_weights(weight_decay: Any = 0.0, mask: Any = None) -> GradientTransformation:
    """Plus `weight_decay` (a number or a schedule) times the parameters, where the mask of `masked` is true.

    >>> add_decayed_weights(0.5).update(wnp.ones(1), EmptyState(), wnp.full(1, 4.0))[0].tolist()
    [3.0]
    """
    scheduled = callable(weight_decay)

    def init(params: Any) -> Any:
        return WeightDecaySchedule(zero_count()) if scheduled else EmptyState()

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        required("add_decayed_weights", params)
        rate = weight_decay(state.count) if scheduled else weight_decay
        new = WeightDecaySchedule(safe_increment(state.count)) if scheduled else state
        return tree.map(lambda u, p: u + rate * p, updates, params), new

    tx = GradientTransformation(init, update)
    return tx if mask is None else masked(tx, mask)


class AddNoiseState(NamedTuple):
    """The state of `add_noise`."""

    count: Any
    rng_key: Any


def add_noise(eta: Any, gamma: Any, key: Any) -> GradientTransformation:
    """Plus normal numbers of variance eta / count**gamma.

    Args:
      key: a key, or an int to make one of.

    >>> tx = add_noise(0.1, 0.5, random.key(0))
    >>> tx.update(wnp.ones(3), tx.init(wnp.ones(3)))[0].shape
    (3,)
    """

    def init(params: Any) -> AddNoiseState:
        return AddNoiseState(zero_count(), random.key(key) if isinstance(key, int) else key)

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        count = safe_increment(state.count)
        deviation = wnp.sqrt(eta / count**gamma)
        following, key = random.split(state.rng_key)
        leaves, structure = tree.flatten(updates)
        keys = random.split(key, len(leaves))
        noisy = [
            u + wnp.asarray(deviation, u.dtype) * random.normal(k, u.shape, u.dtype)
            for u, k in zip(leaves, keys, strict=True)
        ]
        return tree.unflatten(structure, noisy), AddNoiseState(count, following)

    return GradientTransformation(init, update)


class ApplyEvery(NamedTuple):
    """The state of `apply_every`."""

    count: Any
    grad_acc: Any


def apply_every(k: int = 1) -> GradientTransformation:
    """The sum of k updates at every k-th update, zeros between.

    >>> tx = apply_every(2)
    >>> first, state = tx.update(wnp.ones(1), tx.init(wnp.ones(1)))
    >>> first.tolist(), tx.update(wnp.ones(1), state)[0].tolist()
    ([0.0], [2.0])
    """

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        at = state.count % k
        total = tree.map(lambda u, t: u + wnp.where(at == 0, 0, t), updates, state.grad_acc)
        out = tree.map(lambda t: wnp.where(at == k - 1, t, 0), total)
        return out, ApplyEvery(safe_increment(state.count) % k, total)

    return GradientTransformation(lambda params: ApplyEvery(zero_count(), zeros_like(params)), update)


def clip(max_delta: Any) -> GradientTransformation:
    """Each number moved into [-max_delta, max_delta].

    >>> clip(1.0).update(wnp.array([-3.0, 0.5]), EmptyState())[0].tolist()
    [-1.0, 0.5]
    """
    return of_leaves(lambda u: wnp.clip(u, -max_delta, max_delta))


def clip_by_block_rms(threshold: Any) -> GradientTransformation:
    """Each array divided by what its root mean square exceeds `threshold` by.

    >>> clip_by_block_rms(1.0).update(wnp.array([2.0, 2.0]), EmptyState())[0].tolist()
    [1.0, 1.0]
    """
    return of_leaves(lambda u: u / wnp.maximum(1.0, wnp.sqrt(wnp.mean(abs_sq(u))) / threshold))


def clip_by_global_norm(max_norm: Any) -> GradientTransformation:
    """All updates times one factor, such that their norm together is at most `max_norm`.

    >>> clip_by_global_norm(1.0).update(wnp.array([3.0, 4.0]), EmptyState())[0].round(3).tolist()
    [0.6000000238418579, 0.800000011920929]
    """

    def update(updates: Any, params: Any) -> Any:
        squares = squared_norm(updates)
        inside = squares < max_norm**2
        norm = wnp.sqrt(wnp.where(inside, 1.0, squares))
        return tree.map(lambda u: wnp.where(inside, u, u / wnp.asarray(norm, u.dtype) * max_norm), updates)

    return no_state(update)


def per_example_global_norm_clip(grads: Any, l2_norm_clip: Any) -> tuple[Any, Any]:
    """The sum over examples of gradients whose norms were clipped, and how many were.

    Args:
      grads: a pytree of arrays (batch, ...).

    Raises:
      ValueError: the arrays have no common batch dimension.

    >>> total, clipped = per_example_global_norm_clip(wnp.array([[3.0, 4.0], [0.3, 0.4]]), 1.0)
    >>> total.round(3).tolist(), int(clipped)
    ([0.8999999761581421, 1.2000000476837158], 1)
    """
    leaves = tree.leaves(grads)
    if any(g.ndim < 1 or g.shape[0] != leaves[0].shape[0] for g in leaves):
        raise ValueError(
            "per_example_global_norm_clip: expected arrays (batch, ...) of one batch size "
            f"but got shapes {[g.shape for g in leaves]}"
        )
    squares = sum(wnp.sum(abs_sq(g).reshape(g.shape[0], -1), axis=1) for g in leaves)
    factors = wnp.minimum(1.0, l2_norm_clip / wnp.sqrt(wnp.where(squares > 0, squares, 1.0)))
    factors = wnp.where(squares > 0, factors, 1.0)
    return tree.map(lambda g: wnp.tensordot(factors, g, axes=1), grads), wnp.sum(factors < 1)


def _unit_norms(x: Any, axis: Any) -> Any:
    """The norms of the columns of what one unit of a layer reads, broadcast to the shape of x."""
    if axis is None:
        axis = tuple(range(x.ndim)) if wnp.squeeze(x).ndim <= 1 else 0 if x.ndim in (2, 3) else tuple(range(x.ndim - 1))
    return wnp.broadcast_to(wnp.sqrt(wnp.sum(abs_sq(x), axis=axis, keepdims=True)), x.shape)


def adaptive_grad_clip(clipping: Any, eps: Any = 1e-3, axis: Any = None) -> GradientTransformation:
    """For each unit of a layer: its gradient clipped to `clipping` times the norm of its parameters, at least `eps`.

    >>> adaptive_grad_clip(0.5).update(wnp.full(1, 9.0), EmptyState(), wnp.full(1, 2.0))[0].tolist()
    [1.0]
    """

    def clipped(u: Any, p: Any) -> Any:
        norm, most = _unit_norms(u, axis), clipping * wnp.maximum(_unit_norms(p, axis), eps)
        return wnp.where(norm < most, u, u * (most / wnp.maximum(norm, 1e-6)))

    return _by_params("adaptive_grad_clip", clipped)


def keep_params_nonnegative() -> GradientTransformation:
    """Updates that would make a parameter negative make it 0.

    >>> keep_params_nonnegative().update(wnp.full(1, -3.0), EmptyState(), wnp.ones(1))[0].tolist()
    [-1.0]
    """
    return _by_params("keep_params_nonnegative", lambda u, p: wnp.where(p + u < 0, -p, u))


class ZeroNansState(NamedTuple):
    """The state of `zero_nans`: for each array whether the last update had a NaN."""

    found_nan: Any


def zero_nans() -> GradientTransformation:
    """Zeros in place of NaNs.

    >>> tx = zero_nans()
    >>> tx.update(wnp.array([1.0, wnp.nan]), tx.init(wnp.ones(2)))
    (Array([1., 0.], dtype=float32), ZeroNansState(found_nan=Array(True, dtype=bool)))
    """

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        found = tree.map(lambda u: wnp.any(wnp.isnan(u)), updates)
        return tree.map(lambda u: wnp.where(wnp.isnan(u), 0, u), updates), ZeroNansState(found)

    return GradientTransformation(lambda params: ZeroNansState(tree.map(lambda p: wnp.asarray(False), params)), update)
