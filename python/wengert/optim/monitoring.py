# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Transformations that leave the updates as they are and keep what is measured of them in their state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from wengert.optim.base import (
    GradientTransformation,
    GradientTransformationExtraArgs,
    chain,
    stateless,
    with_extra_args_support,
)
from wengert.optim.transforms import ema

__all__ = ["MonitorState", "SnapshotState", "measure_with_ema", "monitor", "snapshot"]


class SnapshotState(NamedTuple):
    """The state of `snapshot`: what was measured last, by its name."""

    measurement: dict[str, Any]


def snapshot(measure_name: str, measure: Callable[[Any], Any]) -> GradientTransformation:
    """Keep `measure(updates)` in the state; in a chain the updates are those of that place.

    >>> import wengert.numpy as wnp
    >>> from wengert import optim
    >>> tx = optim.chain(optim.scale(2.0), snapshot("norm", optim.global_norm))
    >>> updates, state = tx.update(wnp.array([3.0, 4.0]), tx.init(wnp.ones(2)))
    >>> float(state[1].measurement["norm"])
    10.0
    """

    def update(updates: Any, state: Any, params: Any = None) -> tuple[Any, SnapshotState]:
        return updates, SnapshotState({measure_name: measure(updates)})

    return GradientTransformation(lambda params: SnapshotState({measure_name: measure(params)}), update)


class MonitorState(NamedTuple):
    """The state of `monitor`: what was measured last, by name (nothing before the first update), and the states of the
    measures."""

    measurements: dict[str, Any]
    measure_states: tuple[Any, ...]


def monitor(measures: Mapping[str, Any]) -> GradientTransformationExtraArgs:
    """Keep several measurements of the updates, which may have a state of their own.

    Args:
      measures: by name a function of the updates, or a transformation whose updates are what is measured, such as
        `measure_with_ema`.

    >>> import wengert.numpy as wnp
    >>> from wengert import optim
    >>> tx = monitor({"norm": optim.global_norm, "mean": measure_with_ema(optim.global_norm, 0.5)})
    >>> state = tx.init(wnp.ones(2))
    >>> for size in (3.0, 6.0):
    ...     updates, state = tx.update(wnp.array([size, 0.0]), state)
    >>> {name: float(state.measurements[name]) for name in ("mean", "norm")}
    {'mean': 5.0, 'norm': 6.0}
    """

    def transformation(measure: Any) -> GradientTransformationExtraArgs:
        return with_extra_args_support(stateless(lambda u, _: measure(u)) if callable(measure) else measure)

    made = {name: transformation(measure) for name, measure in measures.items()}

    def init(params: Any) -> MonitorState:
        return MonitorState({}, tuple(tx.init(params) for tx in made.values()))

    def update(updates: Any, state: MonitorState, params: Any = None, **extra: Any) -> tuple[Any, MonitorState]:
        results = [
            tx.update(updates, inner, params, **extra)
            for tx, inner in zip(made.values(), state.measure_states, strict=True)
        ]
        measured = {name: value for name, (value, _) in zip(made, results, strict=True)}
        return updates, MonitorState(measured, tuple(inner for _, inner in results))

    return GradientTransformationExtraArgs(init, update)


def measure_with_ema(
    measure: Callable[[Any], Any], decay: Any, debias: bool = True, accumulator_dtype: Any = None
) -> GradientTransformationExtraArgs:
    """The moving average of `measure(updates)`, for `monitor`.

    >>> import wengert.numpy as wnp
    >>> tx = measure_with_ema(wnp.max, 0.5)
    >>> float(tx.update(wnp.array([3.0, 4.0]), tx.init(wnp.ones(2)))[0])
    4.0
    """
    average = ema(decay, debias, accumulator_dtype)
    first = stateless(lambda updates, _: measure(updates))
    out: GradientTransformationExtraArgs = chain(
        first, GradientTransformation(lambda params: average.init(measure(params)), average.update)
    )
    return out
