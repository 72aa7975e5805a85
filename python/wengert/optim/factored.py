# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Adafactor: the squares of gradients are kept as a row and a column for each matrix."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from wengert import lax, tree
from wengert import numpy as wnp
from wengert.optim.base import GradientTransformation, abs_sq, chain, required, safe_increment, zero_count
from wengert.optim.transforms import (
    add_decayed_weights,
    clip_by_block_rms,
    ema,
    scale,
    scale_by_learning_rate,
    scale_by_param_block_rms,
)

__all__ = ["FactoredState", "adafactor", "scale_by_factored_rms"]


class FactoredState(NamedTuple):
    """The state of `scale_by_factored_rms`: for each parameter a row and a column, or all squares."""

    count: Any
    v_row: Any
    v_col: Any
    v: Any


def _power_decay(step: Any, exponent: Any) -> Any:
    return 1.0 - wnp.asarray(step + 1, "float32") ** -exponent


def _largest(shape: Sequence[int], least: int) -> tuple[int, int] | None:
    """The second largest dimension and the largest, None if the former is below `least`."""
    order = np.argsort(shape)
    return (int(order[-2]), int(order[-1])) if len(shape) > 1 and shape[order[-2]] >= least else None


def scale_by_factored_rms(
    factored: bool = True,
    decay_rate: Any = 0.8,
    step_offset: Any = 0,
    min_dim_size_to_factor: int = 128,
    epsilon: Any = 1e-30,
    decay_rate_fn: Callable[[Any, Any], Any] = _power_decay,
) -> GradientTransformation:
    """Divided by the root of the mean square, of which a matrix keeps only the means of its rows and columns.

    Args:
      factored: False keeps all squares.
      decay_rate: the average forgets by 1 - step**-decay_rate.
      step_offset: the step at which a fine-tuning begins.
      min_dim_size_to_factor: arrays whose second largest dimension is smaller keep all squares.
      epsilon: is added to each square.
      decay_rate_fn: (step, decay_rate) -> the weight of what was before.

    Raises:
      ValueError: update is called without parameters.

    >>> tx = scale_by_factored_rms(min_dim_size_to_factor=2)
    >>> state = tx.init(wnp.ones((3, 2)))
    >>> state.v_row.shape, state.v_col.shape
    ((2,), (3,))
    >>> tx.update(wnp.full((3, 2), 5.0), state, wnp.ones((3, 2)))[0].round(3).tolist()
    [[1.0, 1.0], [1.0, 1.0], [1.0, 1.0]]
    """

    def axes(param: Any) -> tuple[int, int] | None:
        return _largest(param.shape, min_dim_size_to_factor) if factored else None

    def nothing(param: Any) -> Any:
        return wnp.zeros((1,), param.dtype)

    def without(param: Any, which: int) -> Any:
        found = axes(param)
        if found is None:
            return nothing(param)
        return wnp.zeros([n for i, n in enumerate(param.shape) if i != found[which]], param.dtype)

    def init(params: Any) -> FactoredState:
        rows, columns = (tree.map(lambda p, w=which: without(p, w), params) for which in (1, 0))
        squares = tree.map(lambda p: wnp.zeros_like(p) if axes(p) is None else nothing(p), params)
        return FactoredState(zero_count(), rows, columns, squares)

    def of_one(decay: Any, grad: Any, row: Any, column: Any, square: Any, param: Any) -> tuple[Any, ...]:
        mixed = lambda old, new: lax.convert_element_type(decay * old + (1.0 - decay) * new, param.dtype)
        squares = abs_sq(grad) + epsilon
        found = axes(param)
        if found is None:
            square = mixed(square, squares)
            return grad * square**-0.5, nothing(param), nothing(param), square
        smaller, larger = found
        row, column = mixed(row, wnp.mean(squares, larger)), mixed(column, wnp.mean(squares, smaller))
        mean = wnp.mean(row, smaller - (smaller > larger), keepdims=True)
        by_row, by_column = (row / mean) ** -0.5, column**-0.5
        update = grad * wnp.expand_dims(by_row, larger) * wnp.expand_dims(by_column, smaller)
        return update, row, column, nothing(param)

    def update(updates: Any, state: FactoredState, params: Any = None) -> tuple[Any, FactoredState]:
        required("scale_by_factored_rms", params)
        decay = decay_rate_fn(state.count - step_offset, decay_rate)
        grads, structure = tree.flatten(updates)
        others = [tree.leaves(x) for x in (state.v_row, state.v_col, state.v, params)]
        new = [of_one(decay, *leaves) for leaves in zip(grads, *others, strict=True)]
        out, *kept = (tree.unflatten(structure, column) for column in zip(*new, strict=True))
        return out, FactoredState(safe_increment(state.count), *kept)

    return GradientTransformation(init, update)


def adafactor(
    learning_rate: Any = None,
    min_dim_size_to_factor: int = 128,
    decay_rate: Any = 0.8,
    decay_offset: Any = 0,
    multiply_by_parameter_scale: bool = True,
    clipping_threshold: Any = 1.0,
    momentum: Any = None,
    dtype_momentum: Any = "float32",
    weight_decay_rate: Any = None,
    eps: Any = 1e-30,
    factored: bool = True,
    weight_decay_mask: Any = None,
) -> GradientTransformation:
    """Adafactor: `scale_by_factored_rms`, clipped, times the size of the parameters; little memory for large matrices.

    Args:
      clipping_threshold: the largest root mean square of an update; None for no limit.
      multiply_by_parameter_scale: the learning rate is relative to the size of each array of parameters.
      momentum: the decay of a moving average, in `dtype_momentum`; None for none.
      weight_decay_rate: a number or a schedule, where `weight_decay_mask` is true.

    >>> tx = adafactor(0.1)
    >>> tx.update(wnp.full(2, 5.0), tx.init(wnp.ones(2)), wnp.ones(2))[0].round(3).tolist()
    [-0.1, -0.1]
    """
    steps = [scale_by_factored_rms(factored, decay_rate, decay_offset, min_dim_size_to_factor, eps)]
    if clipping_threshold is not None:
        steps.append(clip_by_block_rms(clipping_threshold))
    if learning_rate is not None:
        steps.append(scale_by_learning_rate(learning_rate, flip_sign=False))
    if multiply_by_parameter_scale:
        steps.append(scale_by_param_block_rms())
    if momentum is not None:
        steps.append(ema(momentum, debias=False, accumulator_dtype=dtype_momentum))
    if weight_decay_rate is not None:
        steps.append(add_decayed_weights(weight_decay_rate, mask=weight_decay_mask))
    return chain(*steps, scale(-1))
