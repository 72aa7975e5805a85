# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Scalings of updates by their own history: the inner parts of adam, rmsprop, adagrad and their kin."""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

from wengert import dtypes, tree
from wengert import numpy as wnp
from wengert.optim.base import (
    GradientTransformation,
    GradientTransformationExtraArgs,
    abs_sq,
    cast,
    init_empty_state,
    required,
    safe_increment,
    squared_norm,
    tree_where,
    zero_count,
    zeros_like,
)
from wengert.optim.transforms import bias_correction, update_moment

__all__ = [
    "ScaleByAdaDeltaState", "ScaleByAdamState", "ScaleByAdanState", "ScaleByAmsgradState", "ScaleByBeliefState",
    "ScaleByLionState", "ScaleByNovogradState", "ScaleByOptimisticGradientState", "ScaleByRStdDevState",
    "ScaleByRmsState", "ScaleByRpropState", "ScaleByRssState", "ScaleBySM3State", "scale_by_adadelta", "scale_by_adam",
    "scale_by_adamax", "scale_by_adan", "scale_by_amsgrad", "scale_by_belief", "scale_by_lion", "scale_by_novograd",
    "scale_by_optimistic_gradient", "scale_by_polyak", "scale_by_radam", "scale_by_rms", "scale_by_rprop",
    "scale_by_rss", "scale_by_sm3", "scale_by_stddev", "scale_by_yogi",
]  # fmt: skip


def _first(updates: Any, moments: Any, decay: Any) -> Any:
    return update_moment(updates, moments, decay, lambda u: u)


def _second(updates: Any, moments: Any, decay: Any) -> Any:
    return update_moment(updates, moments, decay, abs_sq)


def _looked_ahead(mu: Any, updates: Any, decay: Any, count: Any, nesterov: bool) -> Any:
    """The first moment without its bias; of Nesterov's kind mixed with the updates once more."""
    if not nesterov:
        return bias_correction(mu, decay, count)
    ahead = bias_correction(mu, decay, safe_increment(count))
    return tree.map(lambda m, u: decay * m + (1 - decay) * u, ahead, bias_correction(updates, decay, count))


def _divided(mu: Any, nu: Any, eps: Any, eps_root: Any) -> Any:
    return tree.map(lambda m, v: m / (wnp.sqrt(v + eps_root) + eps), mu, nu)


class ScaleByRssState(NamedTuple):
    """The state of `scale_by_rss`."""

    sum_of_squares: Any


def scale_by_rss(initial_accumulator_value: Any = 0.1, eps: Any = 1e-7) -> GradientTransformation:
    """Divided by the root of the sum of all squares so far (AdaGrad).

    >>> tx = scale_by_rss(0.0)
    >>> tx.update(wnp.full(1, 3.0), tx.init(wnp.ones(1)))[0].tolist()
    [1.0]
    """

    def init(params: Any) -> ScaleByRssState:
        return ScaleByRssState(tree.map(lambda p: wnp.full_like(p, initial_accumulator_value), params))

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        total = tree.map(lambda u, t: abs_sq(u) + t, updates, state.sum_of_squares)
        new = tree.map(lambda u, t: wnp.where(t > 0, wnp.rsqrt(wnp.where(t > 0, t, 1) + eps), 0) * u, updates, total)
        return new, ScaleByRssState(total)

    return GradientTransformation(init, update)


class ScaleByRmsState(NamedTuple):
    """The state of `scale_by_rms`."""

    nu: Any


class ScaleByRmsWithCountState(NamedTuple):
    """As `ScaleByRmsState`, with correction of the bias."""

    count: Any
    nu: Any


class ScaleByRStdDevState(NamedTuple):
    """The state of `scale_by_stddev`."""

    mu: Any
    nu: Any


class ScaleByRStdDevWithCountState(NamedTuple):
    """As `ScaleByRStdDevState`, with correction of the bias."""

    count: Any
    mu: Any
    nu: Any


def _by_deviation(centered: bool, decay: Any, eps: Any, initial: Any, eps_in_sqrt: bool, corrected: bool) -> Any:
    """Divided by the root of a moving average of squares, or of squared distances from the mean."""

    def pack(count: Any, mu: Any, nu: Any) -> Any:
        if centered:
            return ScaleByRStdDevWithCountState(count, mu, nu) if corrected else ScaleByRStdDevState(mu, nu)
        return ScaleByRmsWithCountState(count, nu) if corrected else ScaleByRmsState(nu)

    def init(params: Any) -> Any:
        nu = tree.map(lambda p: wnp.full_like(p, initial), params)
        return pack(zero_count(), zeros_like(params) if centered else None, nu)

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        count = safe_increment(state.count) if corrected else None
        unbiased = (lambda m: bias_correction(m, decay, count)) if corrected else (lambda m: m)
        nu = _second(updates, state.nu, decay)
        mu = _first(updates, state.mu, decay) if centered else None
        squares = unbiased(nu)
        if centered:
            squares = tree.map(lambda n, m: n - abs_sq(m), squares, unbiased(mu))
        if eps_in_sqrt:
            new = tree.map(lambda u, n: u * wnp.rsqrt(n + eps), updates, squares)
        else:
            new = tree.map(lambda u, n: u / (wnp.sqrt(n) + eps), updates, squares)
        return new, pack(count, mu, nu)

    return GradientTransformation(init, update)


def scale_by_rms(
    decay: Any = 0.9, eps: Any = 1e-8, initial_scale: Any = 0.0, eps_in_sqrt: bool = True, bias_correction: bool = False
) -> GradientTransformation:
    """Divided by the root of a moving average of the squares (RMSProp).

    >>> tx = scale_by_rms(0.75)
    >>> tx.update(wnp.full(1, 3.0), tx.init(wnp.ones(1)))[0].tolist()
    [2.0]
    """
    return _by_deviation(False, decay, eps, initial_scale, eps_in_sqrt, bias_correction)


def scale_by_stddev(
    decay: Any = 0.9, eps: Any = 1e-8, initial_scale: Any = 0.0, eps_in_sqrt: bool = True, bias_correction: bool = False
) -> GradientTransformation:
    """Divided by a moving estimate of the standard deviation.

    >>> tx = scale_by_stddev(0.5)
    >>> tx.update(wnp.full(1, 3.0), tx.init(wnp.ones(1)))[0].tolist()
    [2.0]
    """
    return _by_deviation(True, decay, eps, initial_scale, eps_in_sqrt, bias_correction)


class ScaleByAdamState(NamedTuple):
    """The state of `scale_by_adam`: count, first and second moments."""

    count: Any
    mu: Any
    nu: Any


def _adam_state(params: Any, mu_dtype: Any = None) -> ScaleByAdamState:
    return ScaleByAdamState(zero_count(), zeros_like(params, mu_dtype), zeros_like(params))


def scale_by_adam(
    b1: Any = 0.9,
    b2: Any = 0.999,
    eps: Any = 1e-8,
    eps_root: Any = 0.0,
    mu_dtype: Any = None,
    *,
    nesterov: bool = False,
) -> GradientTransformation:
    """The moving average of the updates divided by the root of that of their squares, both without bias (Adam).

    Args:
      b1, b2: the decay of the averages.
      eps, eps_root: added to the root, and below it.
      mu_dtype: the type in which the first average is kept.
      nesterov: look one step ahead (NAdam).

    >>> tx = scale_by_adam()
    >>> tx.update(wnp.array([-3.0, 5.0]), tx.init(wnp.ones(2)))[0].round(4).tolist()
    [-1.0, 1.0]
    """

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        mu, nu = _first(updates, state.mu, b1), _second(updates, state.nu, b2)
        count = safe_increment(state.count)
        ahead = _looked_ahead(mu, updates, b1, count, nesterov)
        new = _divided(ahead, bias_correction(nu, b2, count), eps, eps_root)
        return new, ScaleByAdamState(count, cast(mu, mu_dtype), nu)

    return GradientTransformation(lambda params: _adam_state(params, mu_dtype), update)


class ScaleByAmsgradState(NamedTuple):
    """The state of `scale_by_amsgrad`."""

    count: Any
    mu: Any
    nu: Any
    nu_max: Any


def scale_by_amsgrad(
    b1: Any = 0.9,
    b2: Any = 0.999,
    eps: Any = 1e-8,
    eps_root: Any = 0.0,
    mu_dtype: Any = None,
    bias_correction_mu: bool = True,
    bias_correction_nu: bool = True,
) -> GradientTransformation:
    """Adam, divided by the greatest average of squares so far.

    >>> tx = scale_by_amsgrad()
    >>> tx.update(wnp.full(1, 3.0), tx.init(wnp.ones(1)))[0].round(4).tolist()
    [1.0]
    """

    def init(params: Any) -> ScaleByAmsgradState:
        return ScaleByAmsgradState(*_adam_state(params, mu_dtype), zeros_like(params))

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        mu, nu = _first(updates, state.mu, b1), _second(updates, state.nu, b2)
        count = safe_increment(state.count)
        mean = bias_correction(mu, b1, count) if bias_correction_mu else mu
        squares = bias_correction(nu, b2, count) if bias_correction_nu else nu
        most = tree.map(wnp.maximum, state.nu_max, squares)
        return _divided(mean, most, eps, eps_root), ScaleByAmsgradState(count, cast(mu, mu_dtype), nu, most)

    return GradientTransformation(init, update)


def scale_by_adamax(b1: Any = 0.9, b2: Any = 0.999, eps: Any = 1e-8) -> GradientTransformation:
    """Adam with a decaying maximum in place of the average of squares.

    >>> tx = scale_by_adamax()
    >>> tx.update(wnp.full(1, 3.0), tx.init(wnp.ones(1)))[0].round(4).tolist()
    [1.0]
    """

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        count = safe_increment(state.count)
        mu = _first(updates, state.mu, b1)
        nu = tree.map(lambda u, n: wnp.maximum(wnp.abs(u) + eps, b2 * n), updates, state.nu)
        new = tree.map(lambda m, n: m / n, bias_correction(mu, b1, count), nu)
        return new, ScaleByAdamState(count, mu, nu)

    return GradientTransformation(_adam_state, update)


class ScaleByBeliefState(NamedTuple):
    """The state of `scale_by_belief`."""

    count: Any
    mu: Any
    nu: Any


def scale_by_belief(
    b1: Any = 0.9, b2: Any = 0.999, eps: Any = 1e-16, eps_root: Any = 1e-16, *, nesterov: bool = False
) -> GradientTransformation:
    """Adam with the distance of the update from its average in place of the update in the average of squares.

    >>> tx = scale_by_belief(b1=0.5)
    >>> tx.update(wnp.full(1, 3.0), tx.init(wnp.ones(1)))[0].round(4).tolist()
    [2.0]
    """

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        mu = _first(updates, state.mu, b1)
        surprise = tree.map(lambda u, m: u - m, updates, mu)
        nu = tree.map(lambda n: n + eps_root, _second(surprise, state.nu, b2))
        count = safe_increment(state.count)
        ahead = _looked_ahead(mu, updates, b1, count, nesterov)
        return _divided(ahead, bias_correction(nu, b2, count), eps, 0.0), ScaleByBeliefState(count, mu, nu)

    return GradientTransformation(lambda params: ScaleByBeliefState(*_adam_state(params)), update)


def scale_by_yogi(
    b1: Any = 0.9, b2: Any = 0.999, eps: Any = 1e-3, eps_root: Any = 0.0, initial_accumulator_value: Any = 1e-6
) -> GradientTransformation:
    """Adam with a second moment that grows and shrinks by the same amount.

    >>> tx = scale_by_yogi()
    >>> tx.update(wnp.full(1, 3.0), tx.init(wnp.ones(1)))[0].round(2).tolist()
    [1.0]
    """

    def init(params: Any) -> ScaleByAdamState:
        start = tree.map(lambda p: wnp.full_like(p, initial_accumulator_value), params)
        return ScaleByAdamState(zero_count(), start, start)

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        mu = _first(updates, state.mu, b1)
        nu = tree.map(lambda u, n: n - (1 - b2) * wnp.sign(n - abs_sq(u)) * abs_sq(u), updates, state.nu)
        count = safe_increment(state.count)
        new = _divided(bias_correction(mu, b1, count), bias_correction(nu, b2, count), eps, eps_root)
        return new, ScaleByAdamState(count, mu, nu)

    return GradientTransformation(init, update)


def scale_by_radam(
    b1: Any = 0.9,
    b2: Any = 0.999,
    eps: Any = 1e-8,
    eps_root: Any = 0.0,
    threshold: Any = 5.0,
    *,
    nesterov: bool = False,
) -> GradientTransformation:
    """Adam that takes plain averages as long as the variance of its second moment is not yet known (RAdam).

    >>> tx = scale_by_radam()
    >>> tx.update(wnp.full(1, 3.0), tx.init(wnp.ones(1)))[0].round(4).tolist()
    [3.0]
    """
    most = 2.0 / (1.0 - b2) - 1.0

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        mu, nu = _first(updates, state.mu, b1), _second(updates, state.nu, b2)
        count = safe_increment(state.count)
        decayed = b2**count
        length = most - 2 * count * decayed / (1 - decayed)
        known = length >= threshold
        safe = wnp.where(known, length, most)
        factor = wnp.sqrt((safe - 4) * (safe - 2) * most / ((most - 4) * (most - 2) * safe))
        ahead = _looked_ahead(mu, updates, b1, count, nesterov)
        scaled = _divided(ahead, bias_correction(nu, b2, count), eps, eps_root)
        new = tree.map(lambda s, m: wnp.where(known, wnp.asarray(factor, m.dtype) * s, m), scaled, ahead)
        return new, ScaleByAdamState(count, mu, nu)

    return GradientTransformation(_adam_state, update)


class ScaleByLionState(NamedTuple):
    """The state of `scale_by_lion`."""

    count: Any
    mu: Any


def scale_by_lion(b1: Any = 0.9, b2: Any = 0.99, mu_dtype: Any = None) -> GradientTransformation:
    """The sign of a mixture of the update and its moving average.

    >>> tx = scale_by_lion()
    >>> tx.update(wnp.full(1, -3.0), tx.init(wnp.ones(1)))[0].tolist()
    [-1.0]
    """

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        new = tree.map(lambda u, m: wnp.sign((1 - b1) * u + b1 * m), updates, state.mu)
        mu = cast(_first(updates, state.mu, b2), mu_dtype)
        return new, ScaleByLionState(safe_increment(state.count), mu)

    return GradientTransformation(lambda params: ScaleByLionState(zero_count(), zeros_like(params, mu_dtype)), update)


class ScaleByAdaDeltaState(NamedTuple):
    """The state of `scale_by_adadelta`."""

    e_g: Any
    e_x: Any


def scale_by_adadelta(rho: Any = 0.9, eps: Any = 1e-6) -> GradientTransformation:
    """Times the root of the average of squared steps over that of squared gradients.

    >>> tx = scale_by_adadelta(0.0, 0.0)
    >>> tx.update(wnp.ones(1), tx.init(wnp.ones(1)))[0].tolist()
    [0.0]
    """

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        e_g = _second(updates, state.e_g, rho)
        new = tree.map(lambda u, g, x: wnp.sqrt(x + eps) / wnp.sqrt(g + eps) * u, updates, e_g, state.e_x)
        return new, ScaleByAdaDeltaState(e_g, _second(new, state.e_x, rho))

    return GradientTransformation(lambda params: ScaleByAdaDeltaState(zeros_like(params), zeros_like(params)), update)


class ScaleByAdanState(NamedTuple):
    """The state of `scale_by_adan`."""

    m: Any
    v: Any
    n: Any
    g: Any
    t: Any


def scale_by_adan(
    b1: Any = 0.98, b2: Any = 0.92, b3: Any = 0.99, eps: Any = 1e-8, eps_root: Any = 0.0
) -> GradientTransformation:
    """Averages of the updates, of their differences and of squares of both together (Adan).

    >>> tx = scale_by_adan()
    >>> tx.update(wnp.full(1, 3.0), tx.init(wnp.ones(1)))[0].round(4).tolist()
    [1.0]
    """

    def init(params: Any) -> ScaleByAdanState:
        zeros = zeros_like(params)
        return ScaleByAdanState(zeros, zeros, zeros, zeros, zero_count())

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        change = tree.map(lambda u, g: wnp.where(state.t == 0, 0, u - g), updates, state.g)
        m, v = _first(updates, state.m, b1), _first(change, state.v, b2)
        n = _second(tree.map(lambda u, d: u + (1 - b2) * d, updates, change), state.n, b3)
        t = safe_increment(state.t)
        mean, drift = bias_correction(m, b1, t), bias_correction(v, b2, t)
        step = tree.map(lambda a, b: a + (1 - b2) * b, mean, drift)
        return _divided(step, bias_correction(n, b3, t), eps, eps_root), ScaleByAdanState(m, v, n, updates, t)

    return GradientTransformation(init, update)


class ScaleByRpropState(NamedTuple):
    """The state of `scale_by_rprop`."""

    step_sizes: Any
    prev_updates: Any


def scale_by_rprop(
    learning_rate: Any,
    eta_minus: Any = 0.5,
    eta_plus: Any = 1.2,
    min_step_size: Any = 1e-6,
    max_step_size: Any = 50.0,
) -> GradientTransformation:
    """Steps of each number's own size, which grows while the sign of the gradient stays and shrinks when it changes.

    As in optax, a step is given out with the gradient that follows, whose sign may take it back.

    >>> tx = scale_by_rprop(0.5)
    >>> _, state = tx.update(wnp.full(1, -3.0), tx.init(wnp.ones(1)))
    >>> tx.update(wnp.full(1, -3.0), state)[0].tolist()
    [-0.5]
    """

    def init(params: Any) -> ScaleByRpropState:
        return ScaleByRpropState(tree.map(lambda p: wnp.full_like(p, learning_rate), params), zeros_like(params))

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        agree = tree.map(lambda u, before: u * before, updates, state.prev_updates)

        def resized(a: Any, size: Any) -> Any:
            new = wnp.clip(size * wnp.where(a > 0, eta_plus, eta_minus), min_step_size, max_step_size)
            return wnp.where(a == 0, size, new)

        sizes = tree.map(resized, agree, state.step_sizes)
        steps = tree.map(lambda a, u, s: wnp.where(a < 0, 0, s * wnp.sign(u)), agree, updates, sizes)
        # Where the sign has changed nothing is done, and the next step counts as a first one.
        late = tree.map(lambda a, before: wnp.where(a < 0, 0, before), agree, state.prev_updates)
        return late, ScaleByRpropState(sizes, steps)

    return GradientTransformation(init, update)


class ScaleByOptimisticGradientState(NamedTuple):
    """The state of `scale_by_optimistic_gradient`."""

    is_initial_step: Any
    previous_gradient: Any


def scale_by_optimistic_gradient(alpha: Any = 1.0, beta: Any = 1.0) -> GradientTransformation:
    """(alpha + beta) times the update less beta times the one before.

    >>> tx = scale_by_optimistic_gradient()
    >>> tx.update(wnp.full(1, 3.0), tx.init(wnp.ones(1)))[0].tolist()
    [3.0]
    """

    def init(params: Any) -> ScaleByOptimisticGradientState:
        return ScaleByOptimisticGradientState(wnp.asarray(True), zeros_like(params))

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        before = tree_where(state.is_initial_step, updates, state.previous_gradient)
        new = tree.map(lambda u, b: (alpha + beta) * u - beta * b, updates, before)
        return new, ScaleByOptimisticGradientState(wnp.asarray(False), updates)

    return GradientTransformation(init, update)


class ScaleBySM3State(NamedTuple):
    """The state of `scale_by_sm3`."""

    mu: Any
    nu: Any


def scale_by_sm3(b1: Any = 0.9, b2: Any = 1.0, eps: Any = 1e-8) -> GradientTransformation:
    """AdaGrad that keeps one number for each row and column only (SM3).

    >>> tx = scale_by_sm3(b1=0.0)
    >>> tx.update(wnp.full((1, 1), 3.0), tx.init(wnp.ones((1, 1))))[0].tolist()
    [[1.0]]
    """

    def init(params: Any) -> ScaleBySM3State:
        mu = tree.map(lambda p: [wnp.zeros(n, p.dtype) for n in p.shape], params)
        return ScaleBySM3State(mu, zeros_like(params))

    def accumulated(u: Any, mu: Any) -> Any:
        along = [m.reshape([n if d == axis else 1 for d, n in enumerate(u.shape)]) for axis, m in enumerate(mu)]
        least = functools.reduce(wnp.minimum, along) if along else 0.0
        return (1.0 - b2 if b2 != 1.0 else 1.0) * u**2 + b2 * least

    def greatest(total: Any) -> Any:
        return [wnp.max(total, tuple(d for d in range(total.ndim) if d != axis)) for axis in range(total.ndim)]

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        total = tree.map(accumulated, updates, state.mu)
        scaled = tree.map(lambda u, t: u * wnp.where(t > 0, wnp.rsqrt(wnp.where(t > 0, t, 1) + eps), 0), updates, total)
        nu = _first(scaled, state.nu, b1)
        return nu, ScaleBySM3State(tree.map(greatest, total), nu)

    return GradientTransformation(init, update)


class ScaleByNovogradState(NamedTuple):
    """The state of `scale_by_novograd`."""

    count: Any
    mu: Any
    nu: Any


def scale_by_novograd(
    b1: Any = 0.9,
    b2: Any = 0.25,
    eps: Any = 1e-8,
    eps_root: Any = 0.0,
    weight_decay: Any = 0.0,
    mu_dtype: Any = None,
) -> GradientTransformation:
    """Momentum of gradients divided by an average of the norm of their array (NovoGrad).

    >>> tx = scale_by_novograd()
    >>> tx.update(wnp.array([3.0, 4.0]), tx.init(wnp.ones(2)), wnp.ones(2))[0].round(3).tolist()
    [0.6000000238418579, 0.800000011920929]
    """

    def init(params: Any) -> ScaleByNovogradState:
        nu = tree.map(lambda p: wnp.zeros((), p.dtype), params)
        return ScaleByNovogradState(zero_count(), zeros_like(params, mu_dtype), nu)

    def update(updates: Any, state: Any, params: Any = None) -> Any:
        required("scale_by_novograd", params)
        first = state.count == 0
        squares = tree.map(lambda u: wnp.sum(abs_sq(u)), updates)
        nu = tree.map(lambda s, n: wnp.where(first, s, (1 - b2) * s + b2 * n), squares, state.nu)
        step = tree.map(lambda u, p, n: u / (wnp.sqrt(n + eps_root) + eps) + weight_decay * p, updates, params, nu)
        mu = cast(tree.map(lambda s, m: wnp.where(first, s, b1 * m + s), step, state.mu), mu_dtype)
        return mu, ScaleByNovogradState(safe_increment(state.count), mu, nu)

    return GradientTransformation(init, update)


def scale_by_polyak(
    f_min: Any = 0.0, max_learning_rate: Any = 1.0, eps: Any = 0.0, variant: str = "sps"
) -> GradientTransformationExtraArgs:
    """Times (value - f_min) / |updates|^2, at most `max_learning_rate`; update takes `value`.

    Args:
      variant: "sps", or "sps+" for no negative steps; ValueError for others.

    >>> tx = scale_by_polyak()
    >>> tx.update(wnp.full(1, 2.0), tx.init(wnp.ones(1)), value=2.0)[0].tolist()
    [1.0]
    """
    if variant not in ("sps", "sps+"):
        raise ValueError(f"scale_by_polyak: expected the variant 'sps' or 'sps+' but got {variant!r}")

    def update(updates: Any, state: Any, params: Any = None, *, value: Any, **extra: Any) -> Any:
        squares = squared_norm(updates) + eps
        gap = wnp.asarray(value - f_min, squares.dtype)
        gap = wnp.maximum(gap, 0) if variant == "sps+" else gap
        tiny = squares <= wnp.finfo(dtypes.default_float()).eps
        step = wnp.where(tiny, 0.0, wnp.minimum(gap / wnp.where(tiny, 1.0, squares), max_learning_rate))
        return tree.map(lambda u: wnp.asarray(step, u.dtype) * u, updates), state

    return GradientTransformationExtraArgs(init_empty_state, update)
