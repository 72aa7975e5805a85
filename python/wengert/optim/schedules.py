# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Schedules: functions from the number of the step to a number, for learning rates and other settings."""

from __future__ import annotations

import functools
import inspect
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from wengert import dtypes, tree
from wengert import numpy as wnp
from wengert.optim.base import GradientTransformationExtraArgs, safe_increment, with_extra_args_support, zero_count

__all__ = [
    "InjectHyperparamsState", "constant_schedule", "cosine_decay_schedule", "cosine_onecycle_schedule",
    "exponential_decay", "inject_hyperparams", "join_schedules", "linear_onecycle_schedule", "linear_schedule",
    "piecewise_constant_schedule", "piecewise_interpolate_schedule", "polynomial_schedule", "sgdr_schedule",
    "warmup_constant_schedule", "warmup_cosine_decay_schedule", "warmup_exponential_decay_schedule",
]  # fmt: skip

Schedule = Callable[[Any], Any]


def constant_schedule(value: Any) -> Schedule:
    """Always `value`.

    >>> constant_schedule(0.1)(7)
    0.1
    """
    return lambda count: value


def polynomial_schedule(
    init_value: Any, end_value: Any, power: Any, transition_steps: int, transition_begin: int = 0
) -> Schedule:
    """From `init_value` to `end_value` in `transition_steps` steps, as (1 - t)**power.

    Args:
      transition_steps: 0 or less for the constant `init_value`.
      transition_begin: how many steps the start is kept.

    >>> [float(polynomial_schedule(1.0, 0.0, 2, 4)(step)) for step in (0, 2, 4, 9)]
    [1.0, 0.25, 0.0, 0.0]
    """
    if transition_steps <= 0:
        return constant_schedule(init_value)
    begin = max(transition_begin, 0)

    def schedule(count: Any) -> Any:
        left = 1 - wnp.clip(wnp.asarray(count) - begin, 0, transition_steps) / transition_steps
        return (init_value - end_value) * left**power + end_value

    return schedule


def linear_schedule(init_value: Any, end_value: Any, transition_steps: int, transition_begin: int = 0) -> Schedule:
    """In a straight line from `init_value` to `end_value`.

    >>> [float(linear_schedule(1.0, 0.0, 4)(step)) for step in (0, 1, 4, 9)]
    [1.0, 0.75, 0.0, 0.0]
    """
    return polynomial_schedule(init_value, end_value, 1, transition_steps, transition_begin)


def _no_negative(name: str, scales: Iterable[Any]) -> None:
    if any(scale < 0 for scale in scales):
        raise ValueError(f"{name}: expected scales that are not negative but got {list(scales)}")


def piecewise_constant_schedule(init_value: Any, boundaries_and_scales: dict[int, float] | None = None) -> Schedule:
    """Constant, but from each boundary on times its scale.

    Raises:
      ValueError: a scale is negative.

    >>> [float(piecewise_constant_schedule(1.0, {2: 0.5, 4: 0.5})(step)) for step in (0, 1, 2, 3, 4)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    """
    pairs = sorted((boundaries_and_scales or {}).items())
    _no_negative("piecewise_constant_schedule", [scale for _, scale in pairs])

    def schedule(count: Any) -> Any:
        value = init_value
        for boundary, scale in pairs:
            value = wnp.where(wnp.asarray(count) < boundary, value, value * scale)
        return value

    return schedule


def exponential_decay(
    init_value: Any,
    transition_steps: int,
    decay_rate: Any,
    transition_begin: int = 0,
    staircase: bool = False,
    end_value: Any = None,
) -> Schedule:
    """init_value decay_rate**(count / transition_steps).

    Args:
      transition_steps: 0 or less for the constant `init_value`, as for a rate of 0.
      transition_begin: how many steps the start is kept.
      staircase: whole powers only.
      end_value: where it ends: a lower bound of a decay, an upper bound of a growth.

    >>> [float(exponential_decay(1.0, 2, 0.25)(step)) for step in (0, 1, 2)]
    [1.0, 0.5, 0.25]
    """
    if transition_steps <= 0 or decay_rate == 0:
        return constant_schedule(init_value)
    begin = max(transition_begin, 0)

    def schedule(count: Any) -> Any:
        since = wnp.asarray(count) - begin
        power = since / transition_steps
        power = wnp.floor(power) if staircase else power
        value = wnp.where(since <= 0, init_value, init_value * wnp.power(decay_rate, power))
        if end_value is None:
            return value
        return wnp.maximum(value, end_value) if decay_rate < 1 else wnp.minimum(value, end_value)

    return schedule


def cosine_decay_schedule(init_value: Any, decay_steps: Any, alpha: Any = 0.0, exponent: Any = 1.0) -> Schedule:
    """Half a period of a cosine from `init_value` to alpha init_value, to the power `exponent` between.

    Raises:
      ValueError: the number of steps is not positive.

    >>> [round(float(cosine_decay_schedule(1.0, 4)(step)), 3) for step in (0, 1, 2, 4, 9)]
    [1.0, 0.854, 0.5, 0.0, 0.0]
    """
    if not decay_steps > 0:
        raise ValueError(f"cosine_decay_schedule: expected a positive number of decay_steps but got {decay_steps}")

    def schedule(count: Any) -> Any:
        part = wnp.minimum(wnp.asarray(count) / decay_steps, 1.0)
        decayed = (1 - alpha) * (0.5 * (1 + wnp.cos(wnp.pi * part))) ** exponent + alpha
        return init_value * decayed

    return schedule


def piecewise_interpolate_schedule(
    interpolate_type: str, init_value: Any, boundaries_and_scales: dict[int, float] | None = None
) -> Schedule:
    """Through the values that `piecewise_constant_schedule` has at the boundaries, along lines or cosines.

    Args:
      interpolate_type: "linear" or "cosine".

    Raises:
      ValueError: the type is none of these, or a scale is negative.

    >>> [float(piecewise_interpolate_schedule("linear", 1.0, {2: 0.5})(step)) for step in (0, 1, 2, 3)]
    [1.0, 0.75, 0.5, 0.5]
    """
    name = "piecewise_interpolate_schedule"
    if interpolate_type not in ("linear", "cosine"):
        raise ValueError(f"{name}: expected the type 'linear' or 'cosine' but got {interpolate_type!r}")
    pairs = sorted((boundaries_and_scales or {}).items())
    _no_negative(name, [scale for _, scale in pairs])
    times = [0, *(boundary for boundary, _ in pairs)]
    values = list(itertools.accumulate([init_value, *(scale for _, scale in pairs)], lambda a, b: a * b))

    def schedule(count: Any) -> Any:
        count = wnp.asarray(count)
        out = values[-1] * wnp.ones((), dtypes.default_float())
        # From the last piece to the first: each covers what comes before its end.
        for i in reversed(range(len(pairs))):
            part = (count - times[i]) / max(times[i + 1] - times[i], 1)
            if interpolate_type == "cosine":
                part = (1 - wnp.cos(wnp.pi * part)) / 2
            out = wnp.where(count < times[i + 1], values[i] + (values[i + 1] - values[i]) * part, out)
        return out

    return schedule


def _positive(name: str, steps: int) -> None:
    if steps <= 0:
        raise ValueError(f"{name}: expected a positive number of transition_steps but got {steps}")


def linear_onecycle_schedule(
    transition_steps: int,
    peak_value: Any,
    pct_start: float = 0.3,
    pct_final: float = 0.85,
    div_factor: float = 25.0,
    final_div_factor: float = 1e4,
) -> Schedule:
    """Up to the peak, down again, and further down, along lines.

    Args:
      pct_start, pct_final: where the peak is, and where the start is reached again, as parts of the whole.
      div_factor: the peak divided by the start.
      final_div_factor: the start divided by the end.

    Raises:
      ValueError: the number of steps is not positive.

    >>> [round(float(linear_onecycle_schedule(100, 1.0)(step)), 3) for step in (0, 30, 85, 100)]
    [0.04, 1.0, 0.04, 0.0]
    """
    _positive("linear_onecycle_schedule", transition_steps)
    steps = {
        int(pct_start * transition_steps): div_factor,
        int(pct_final * transition_steps): 1 / div_factor,
        transition_steps: 1 / final_div_factor,
    }
    return piecewise_interpolate_schedule("linear", peak_value / div_factor, steps)


def cosine_onecycle_schedule(
    transition_steps: int,
    peak_value: Any,
    pct_start: float = 0.3,
    div_factor: float = 25.0,
    final_div_factor: float = 1e4,
) -> Schedule:
    """Up to the peak and down again, along cosines; the arguments are those of `linear_onecycle_schedule`.

    >>> [round(float(cosine_onecycle_schedule(100, 1.0)(step)), 3) for step in (0, 30, 100)]
    [0.04, 1.0, 0.0]
    """
    _positive("cosine_onecycle_schedule", transition_steps)
    steps = {int(pct_start * transition_steps): div_factor, transition_steps: 1 / (div_factor * final_div_factor)}
    return piecewise_interpolate_schedule("cosine", peak_value / div_factor, steps)


def join_schedules(schedules: Sequence[Schedule], boundaries: Sequence[int]) -> Schedule:
    """One schedule after the other; each counts from its own boundary.

    >>> [join_schedules([constant_schedule(1.0), linear_schedule(2.0, 0.0, 2)], [2])(i).item() for i in range(4)]
    [1.0, 1.0, 2.0, 1.0]
    """

    def schedule(step: Any) -> Any:
        step = wnp.asarray(step)
        out = schedules[0](step)
        for boundary, following in zip(boundaries, schedules[1:], strict=False):
            out = wnp.where(step < boundary, out, following(step - boundary))
        return out

    return schedule


def warmup_constant_schedule(init_value: Any, peak_value: Any, warmup_steps: int) -> Schedule:
    """A line up to the peak, constant from there on.

    >>> [float(warmup_constant_schedule(0.0, 1.0, 2)(step)) for step in (0, 1, 2, 3)]
    [0.0, 0.5, 1.0, 1.0]
    """
    return linear_schedule(init_value, peak_value, warmup_steps)


def warmup_cosine_decay_schedule(
    init_value: Any, peak_value: Any, warmup_steps: int, decay_steps: int, end_value: Any = 0.0, exponent: Any = 1.0
) -> Schedule:
    """A line up to the peak, a cosine down from there.

    Args:
      decay_steps: the steps of both together.

    >>> [round(float(warmup_cosine_decay_schedule(0.0, 1.0, 2, 6)(step)), 3) for step in (0, 1, 2, 4, 6)]
    [0.0, 0.5, 1.0, 0.5, 0.0]
    """
    alpha = 0.0 if peak_value == 0 else end_value / peak_value
    down = cosine_decay_schedule(peak_value, decay_steps - warmup_steps, alpha, exponent)
    return join_schedules([linear_schedule(init_value, peak_value, warmup_steps), down], [warmup_steps])


def warmup_exponential_decay_schedule(
    init_value: Any,
    peak_value: Any,
    warmup_steps: int,
    transition_steps: int,
    decay_rate: Any,
    transition_begin: int = 0,
    staircase: bool = False,
    end_value: Any = None,
) -> Schedule:
    """A line up to the peak, then `exponential_decay`.

    >>> [float(warmup_exponential_decay_schedule(0.0, 1.0, 2, 1, 0.5)(step)) for step in (0, 1, 2, 3, 4)]
    [0.0, 0.5, 1.0, 0.5, 0.25]
    """
    down = exponential_decay(peak_value, transition_steps, decay_rate, transition_begin, staircase, end_value)
    return join_schedules([linear_schedule(init_value, peak_value, warmup_steps), down], [warmup_steps])


def sgdr_schedule(cosine_kwargs: Iterable[dict[str, Any]]) -> Schedule:
    """Several `warmup_cosine_decay_schedule`, given by their arguments, one after the other.

    >>> one = {"init_value": 0.0, "peak_value": 1.0, "warmup_steps": 1, "decay_steps": 3}
    >>> [round(float(sgdr_schedule([one, one])(step)), 3) for step in range(6)]
    [0.0, 1.0, 0.5, 0.0, 1.0, 0.5]
    """
    each = list(cosine_kwargs)
    ends = list(itertools.accumulate(options["decay_steps"] for options in each))
    return join_schedules([warmup_cosine_decay_schedule(**options) for options in each], ends[:-1])


class InjectHyperparamsState(NamedTuple):
    """The state of `inject_hyperparams`: the settings can be read and replaced in it."""

    count: Any
    hyperparams: dict[str, Any]
    inner_state: Any


def inject_hyperparams(
    inner_factory: Callable[..., Any], static_args: str | Iterable[str] = (), hyperparam_dtype: Any = None
) -> Callable[..., GradientTransformationExtraArgs]:
    """A maker of transformations that keeps the numbers among its arguments in the state, and takes schedules for them.

    Args:
      inner_factory: e.g. `adam`.
      static_args: names of arguments that are handed on as they are.
      hyperparam_dtype: the type of the settings, by default the widest of the parameters.

    Raises:
      ValueError: a static argument is none of the maker's.

    >>> from wengert import optim
    >>> tx = inject_hyperparams(optim.sgd)(learning_rate=linear_schedule(1.0, 0.0, 4))
    >>> state = tx.init(wnp.ones(1))
    >>> for _ in range(2):
    ...     updates, state = tx.update(wnp.ones(1), state, wnp.ones(1))
    >>> state.hyperparams["learning_rate"]
    Array(0.75, dtype=float32)
    """
    static = {static_args} if isinstance(static_args, str) else set(static_args)
    signature = inspect.signature(inner_factory)
    if not static.issubset(signature.parameters):
        unknown = sorted(static - set(signature.parameters))
        raise ValueError(f"inject_hyperparams: expected names among {list(signature.parameters)} but got {unknown}")

    @functools.wraps(inner_factory)
    def make(*args: Any, **kwargs: Any) -> GradientTransformationExtraArgs:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        numbers, schedules, others = {}, {}, {}
        for name, value in bound.arguments.items():
            if name in static or isinstance(value, bool):
                others[name] = value
            elif callable(value):
                schedules[name] = value
            elif isinstance(value, (int, float, np.ndarray, np.generic)) or hasattr(value, "weak_type"):
                numbers[name] = value
            else:
                others[name] = value

        def typed(value: Any, like: Any) -> Any:
            value = wnp.asarray(value)
            if not wnp.issubdtype(value.dtype, wnp.floating):
                return value
            kind = hyperparam_dtype or dtypes.result_type(*tree.leaves(like))
            return value.astype(kind)

        def init(params: Any) -> InjectHyperparamsState:
            values = {**numbers, **{name: schedule(zero_count()) for name, schedule in schedules.items()}}
            values = {name: typed(value, params) for name, value in values.items()}
            return InjectHyperparamsState(zero_count(), values, inner_factory(**others, **values).init(params))

        def update(updates: Any, state: Any, params: Any = None, **extra: Any) -> Any:
            scheduled = {name: typed(schedule(state.count), updates) for name, schedule in schedules.items()}
            values = {**state.hyperparams, **scheduled}
            inner = with_extra_args_support(inner_factory(**others, **values))
            updates, inner_state = inner.update(updates, state.inner_state, params, **extra)
            return updates, InjectHyperparamsState(safe_increment(state.count), values, inner_state)

        return GradientTransformationExtraArgs(init, update)

    return make
