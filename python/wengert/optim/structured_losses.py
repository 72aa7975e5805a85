# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Losses of segmentations, and of the scores that a maximum is taken over; part of `wengert.optim.losses`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wengert import errors, lax, nn
from wengert import numpy as wnp
from wengert.lax._operands import as_array
from wengert.tracer import is_tracer

__all__ = [
    "binary_dice_loss", "dice_loss", "make_fenchel_young_loss", "multiclass_generalized_dice_loss",
    "multiclass_sparsemax_loss",
]  # fmt: skip


def _with_classes(name: str, predictions: Any, targets: Any) -> tuple[Any, Any]:
    """Both with a last axis for the classes, of which there may be one."""
    predictions, targets = as_array(name, predictions), as_array(name, targets)
    if predictions.ndim == targets.ndim - 1:
        predictions = predictions[..., None]
    elif targets.ndim == predictions.ndim - 1:
        targets = targets[..., None]
    if predictions.shape != targets.shape:
        raise errors.make(
            errors.ShapeError, name,
            f"expected predictions and targets of one shape but got {predictions.shape} and {targets.shape}",
            remedy="encode the classes of the targets as the last axis: nn.one_hot(labels, classes)",
        )  # fmt: skip
    return predictions, targets


def _probabilities(name: str, predictions: Any, are_logits: bool) -> Any:
    if are_logits:
        return nn.sigmoid(predictions) if predictions.shape[-1] == 1 else nn.softmax(predictions, axis=-1)
    if not is_tracer(predictions) and not wnp.allclose(predictions.sum(-1), 1.0, rtol=1e-5):
        raise ValueError(
            errors.describe(name, "expected probabilities of classes, whose sum is 1, but got others",
                            location=errors.user_location(), remedy="give logits, or divide by the sum")
        )  # fmt: skip
    return predictions


def dice_loss(
    predictions: Any,
    targets: Any,
    *,
    class_weights: Any = None,
    smooth: Any = 1.0,
    alpha: Any = 0.5,
    beta: Any = 0.5,
    apply_softmax: bool = True,
    reduction: str = "mean",
    ignore_background: bool = False,
    axis: Any = None,
) -> Any:
    """1 - (hits + smooth) / (hits + alpha false positives + beta false negatives + smooth) of each class.

    With `alpha` = `beta` = 1/2 it is the Dice coefficient, otherwise that of Tversky.

    Args:
      predictions: logits, classes along the last axis; one class is a binary segmentation.
      targets: the classes, one-hot.
      class_weights: a factor for each class.
      smooth: what keeps classes that do not occur from dividing by zero.
      apply_softmax: False if `predictions` are probabilities, which are checked unless they are traced.
      reduction: over the classes: "mean", "sum" or "none".
      ignore_background: leave class 0 out.
      axis: the axes of the pixels; by default all but the first and the last.

    Raises:
      ShapeError: the shapes differ.
      ValueError: an unknown reduction, or probabilities whose sum is not 1.

    >>> dice_loss(wnp.array([[[9.0], [-9.0]]]), wnp.array([[[1.0], [0.0]]])).round(3).tolist()
    [0.0]
    """
    reductions = {"mean": lambda x: wnp.mean(x, axis=-1), "sum": lambda x: wnp.sum(x, axis=-1), "none": lambda x: x}
    if reduction not in reductions:
        raise ValueError(
            errors.describe("dice_loss", f"expected a reduction among {sorted(reductions)} but got {reduction!r}",
                            location=errors.user_location(), remedy='use "none" and reduce the result')
        )  # fmt: skip
    predictions, targets = _with_classes("dice_loss", predictions, targets)
    p = _probabilities("dice_loss", predictions, apply_softmax)
    pixels = tuple(range(1, p.ndim - 1)) if axis is None else axis
    hits = wnp.sum(p * targets, axis=pixels)
    false_positives = wnp.sum(p, axis=pixels) - hits
    false_negatives = wnp.sum(targets, axis=pixels) - hits
    loss = 1.0 - (hits + smooth) / (hits + alpha * false_positives + beta * false_negatives + smooth)
    if class_weights is not None:
        loss = loss * class_weights
    if ignore_background and p.shape[-1] > 1:
        loss = loss[..., 1:]
    return reductions[reduction](loss)


def multiclass_generalized_dice_loss(
    predictions: Any, targets: Any, *, smooth: Any = 1.0, apply_softmax: bool = True, ignore_background: bool = False
) -> Any:
    """The mean of `dice_loss` with classes weighted by the inverse square of how often they occur in the batch.

    Raises:
      ShapeError, ValueError: as `dice_loss`.

    >>> targets = wnp.array([[[1.0, 0.0], [0.0, 1.0]]])
    >>> multiclass_generalized_dice_loss(9 * targets, targets).round(3)
    Array(0., dtype=float32)
    """
    predictions, targets = _with_classes("multiclass_generalized_dice_loss", predictions, targets)
    weights = 1.0 / (wnp.sum(targets, axis=tuple(range(targets.ndim - 1))) ** 2 + 1e-7)
    weights = weights / wnp.sum(weights) * weights.shape[0]
    loss = dice_loss(
        predictions, targets, class_weights=weights, smooth=smooth, apply_softmax=apply_softmax, reduction="none",
        ignore_background=ignore_background,
    )  # fmt: skip
    return wnp.mean(loss)


def binary_dice_loss(predictions: Any, targets: Any, *, smooth: Any = 1.0, apply_sigmoid: bool = True) -> Any:
    """`dice_loss` of one class, whose axis may be left out.

    Raises:
      ShapeError, ValueError: as `dice_loss`.

    >>> binary_dice_loss(wnp.array([[9.0, -9.0]]), wnp.array([[1.0, 0.0]])).round(3).tolist()
    [0.0]
    """
    predictions, targets = as_array("binary_dice_loss", predictions), as_array("binary_dice_loss", targets)
    if predictions.ndim == targets.ndim and predictions.shape[-1] != 1:
        predictions, targets = predictions[..., None], targets[..., None]
    return dice_loss(predictions, targets, smooth=smooth, apply_softmax=apply_sigmoid)


def make_fenchel_young_loss(max_fun: Callable[..., Any]) -> Callable[..., Any]:
    """The loss max_fun(scores) - <targets, scores> over the last axis, of a maximum over scores that is made smooth.

    Args:
      max_fun: a function of a vector of scores, and of what else the loss is called with.

    >>> from wengert.nn import logsumexp
    >>> make_fenchel_young_loss(logsumexp)(wnp.zeros(2), wnp.array([1.0, 0.0])).round(4)
    Array(0.6931, dtype=float32)
    """

    def loss(scores: Any, targets: Any, *args: Any, **kwargs: Any) -> Any:
        one = lambda s: max_fun(s, *args, **kwargs)
        highest = wnp.vectorize(one, signature="(n)->()")(scores)
        return highest - wnp.vectorize(wnp.vdot, signature="(n),(n)->()")(targets, scores)

    return loss


def _on_simplex(scores: Any) -> Any:
    """The nearest point whose coordinates are not negative and have the sum 1, over the last axis."""
    descending = -wnp.sort(-scores, axis=-1)
    excess = wnp.cumsum(descending, axis=-1) - 1.0
    counts = wnp.arange(1, scores.shape[-1] + 1, dtype=scores.dtype)
    support = wnp.sum(descending * counts > excess, axis=-1, keepdims=True)
    threshold = wnp.take_along_axis(excess, support - 1, axis=-1) / support
    return wnp.maximum(scores - threshold, 0.0)


def multiclass_sparsemax_loss(scores: Any, labels: Any) -> Any:
    """max over probabilities p of <p, s> - |p|^2 / 2, plus 1/2, minus the score of the label.

    Args:
      scores: for each example a number for each class, which no function is applied to.
      labels: the classes, integers.

    >>> multiclass_sparsemax_loss(wnp.array([[2.0, 0.0], [0.0, 0.0]]), wnp.array([0, 0])).tolist()
    [0.0, 0.25]
    """
    scores, labels = as_array("multiclass_sparsemax_loss", scores), as_array("multiclass_sparsemax_loss", labels)
    # At the maximum p need not be differentiated: the derivative of the loss is p minus the label's unit vector.
    p = lax.stop_gradient(_on_simplex(scores))
    right = wnp.take_along_axis(scores, labels[..., None], axis=-1)
    above = wnp.where(p > 0, scores - right - 0.5 * p, 0.0)  # differences, so that large scores cancel
    return wnp.sum(p * above, axis=-1) + 0.5
