# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Losses, with optax's names: a number for each example, not yet averaged over the batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wengert import dtypes, errors, lax, nn
from wengert import numpy as wnp
from wengert.lax._operands import as_array, axis_tuple, convert
from wengert.optim.structured_losses import (
    binary_dice_loss,
    dice_loss,
    make_fenchel_young_loss,
    multiclass_generalized_dice_loss,
    multiclass_sparsemax_loss,
)

__all__ = [
    "binary_dice_loss", "convex_kl_divergence", "cosine_distance", "cosine_similarity", "ctc_loss",
    "ctc_loss_with_forward_probs", "dice_loss", "generalized_kl_divergence", "hinge_loss", "huber_loss",
    "kl_divergence", "kl_divergence_with_log_targets", "l2_loss", "log_cosh", "make_fenchel_young_loss",
    "multiclass_generalized_dice_loss", "multiclass_hinge_loss", "multiclass_perceptron_loss",
    "multiclass_sparsemax_loss", "ntxent", "perceptron_loss", "poly_loss_cross_entropy", "ranking_softmax_loss",
    "safe_softmax_cross_entropy", "sigmoid_binary_cross_entropy", "sigmoid_focal_loss", "smooth_labels",
    "softmax_cross_entropy", "softmax_cross_entropy_with_integer_labels", "sparsemax_loss", "squared_error",
    "triplet_margin_loss",
]  # fmt: skip


def _floats(name: str, what: str, x: Any) -> Any:
    x = as_array(name, x)
    if not wnp.issubdtype(x.dtype, wnp.floating):
        raise errors.make(
            errors.DtypeError, name, f"expected {what} of a floating type but got {x.dtype}",
            remedy='convert them first: x.astype("float32")',
        )  # fmt: skip
    return x


def _differences(name: str, predictions: Any, targets: Any) -> Any:
    predictions = _floats(name, "predictions", predictions)
    if targets is None:
        return predictions
    targets = as_array(name, targets)
    if targets.shape not in ((), predictions.shape):
        raise errors.make(
            errors.ShapeError,
            name,
            f"expected predictions and targets of one shape but got {predictions.shape} and {targets.shape}",
            remedy="bring them to one shape: broadcasting is refused because it is rarely meant here",
        )
    return predictions - targets


def squared_error(predictions: Any, targets: Any = None) -> Any:
    """(predictions - targets)**2.

    Raises:
      DtypeError: the predictions are not floating.
      ShapeError: the shapes differ.

    >>> squared_error(wnp.array([1.0, 3.0]), wnp.array([0.0, 1.0])).tolist()
    [1.0, 4.0]
    """
    return _differences("squared_error", predictions, targets) ** 2


def l2_loss(predictions: Any, targets: Any = None) -> Any:
    """Half of `squared_error`.

    >>> l2_loss(wnp.array([1.0, 3.0]), wnp.array([0.0, 1.0])).tolist()
    [0.5, 2.0]
    """
    return 0.5 * _differences("l2_loss", predictions, targets) ** 2


def huber_loss(predictions: Any, targets: Any = None, *, delta: Any = 1.0) -> Any:
    """Half the square of differences up to `delta`, linear from there on.

    >>> huber_loss(wnp.array([0.5, 3.0])).tolist()
    [0.125, 2.5]
    """
    distance = wnp.abs(_differences("huber_loss", predictions, targets))
    inner = wnp.minimum(distance, delta)
    return 0.5 * inner**2 + delta * (distance - inner)


def log_cosh(predictions: Any, targets: Any = None) -> Any:
    """log(cosh(predictions - targets)) without overflow.

    >>> log_cosh(wnp.array([0.0, 100.0])).round(3).tolist()
    [0.0, 99.30699920654297]
    """
    x = _differences("log_cosh", predictions, targets)
    return wnp.logaddexp(x, -x) - 0.6931471805599453


def cosine_similarity(predictions: Any, targets: Any, *, epsilon: Any = 0.0, axis: Any = -1, where: Any = None) -> Any:
    """The cosine of the angle between vectors along `axis`.

    Args:
      epsilon: a lower bound of the squared norms; with 0 a vector of zeros gives NaN.
      where: bools; only where it is true numbers count.

    >>> cosine_similarity(wnp.array([3.0, 4.0]), wnp.array([4.0, 3.0])).round(3)
    Array(0.96, dtype=float32)
    """
    name = "cosine_similarity"
    a, b = _floats(name, "predictions", predictions), _floats(name, "targets", targets)

    def unit(x: Any) -> Any:
        return x / wnp.sqrt(wnp.maximum(wnp.sum(wnp.square(x), axis=axis, keepdims=True, where=where), epsilon))

    return wnp.sum(unit(a) * unit(b), axis=axis, where=where)


def cosine_distance(predictions: Any, targets: Any, *, epsilon: Any = 0.0, axis: Any = -1, where: Any = None) -> Any:
    """1 - cosine_similarity.

    >>> cosine_distance(wnp.array([3.0, 0.0]), wnp.array([0.0, 3.0]))
    Array(1., dtype=float32)
    """
    return 1.0 - cosine_similarity(predictions, targets, epsilon=epsilon, axis=axis, where=where)


def smooth_labels(labels: Any, alpha: Any, *, axis: Any = -1, where: Any = None) -> Any:
    """Probabilities mixed with `alpha` of the uniform distribution.

    >>> smooth_labels(wnp.array([1.0, 0.0]), 0.2).round(3).tolist()
    [0.8999999761581421, 0.10000000149011612]
    """
    labels = _floats("smooth_labels", "labels", labels)
    ones = wnp.ones_like(labels) if where is None else convert(wnp.broadcast_to(where, labels.shape), labels.dtype)
    return (1.0 - alpha) * labels + alpha / wnp.sum(ones, axis=axis, keepdims=True)


def sigmoid_binary_cross_entropy(logits: Any, labels: Any) -> Any:
    """-labels log(sigmoid(logits)) - (1 - labels) log(1 - sigmoid(logits)), element by element.

    Raises:
      DtypeError: the logits are not floating.

    >>> sigmoid_binary_cross_entropy(wnp.array([0.0, 100.0]), wnp.array([1, 1])).round(4).tolist()
    [0.6930999755859375, 0.0]
    """
    logits = _floats("sigmoid_binary_cross_entropy", "logits", logits)
    labels = convert(as_array("sigmoid_binary_cross_entropy", labels), logits.dtype)
    return -labels * nn.log_sigmoid(logits) - (1.0 - labels) * nn.log_sigmoid(-logits)


def sigmoid_focal_loss(logits: Any, labels: Any, *, alpha: Any = None, gamma: Any = 2.0) -> Any:
    """`sigmoid_binary_cross_entropy` times (1 - p)**gamma, where p is the probability of the label.

    Args:
      alpha: also times alpha for labels 1 and 1 - alpha for labels 0.

    >>> sigmoid_focal_loss(wnp.array([0.0]), wnp.array([1.0])).round(4).tolist()
    [0.17329999804496765]
    """
    loss = sigmoid_binary_cross_entropy(logits, labels)
    logits = as_array("sigmoid_focal_loss", logits)
    labels = convert(as_array("sigmoid_focal_loss", labels), logits.dtype)
    wrong = nn.sigmoid(logits) * (1 - labels) + nn.sigmoid(-logits) * labels
    # The power of exactly 0 has no finite derivative for every gamma; 0 stands in for it.
    some = wrong > 0
    loss = loss * wnp.where(some, wnp.where(some, wrong, 1.0) ** gamma, 0.0)
    return loss if alpha is None else (alpha * labels + (1.0 - alpha) * (1.0 - labels)) * loss


def hinge_loss(predictor_outputs: Any, targets: Any) -> Any:
    """max(0, 1 - outputs targets) for targets -1 and 1.

    >>> hinge_loss(wnp.array([0.5, -2.0]), wnp.array([1.0, 1.0])).tolist()
    [0.5, 3.0]
    """
    return wnp.maximum(0, 1 - predictor_outputs * targets)


def perceptron_loss(predictor_outputs: Any, targets: Any) -> Any:
    """max(0, -outputs targets) for targets -1 and 1.

    >>> perceptron_loss(wnp.array([0.5, -2.0]), wnp.array([1.0, 1.0])).tolist()
    [0.0, 2.0]
    """
    return wnp.maximum(0, -predictor_outputs * targets)


def sparsemax_loss(logits: Any, labels: Any) -> Any:
    """The binary loss of sparsemax: 0 for logits far enough on the side of the label.

    >>> sparsemax_loss(wnp.array([2.0, -2.0]), wnp.array([1, 1])).tolist()
    [0.0, 2.0]
    """
    return nn.sparse_plus(wnp.where(labels, -logits, logits))


def _one_hot(scores: Any, labels: Any) -> Any:
    return nn.one_hot(labels, scores.shape[-1], dtype=scores.dtype)


def multiclass_hinge_loss(scores: Any, labels: Any) -> Any:
    """How much the best score, 1 more for each wrong class, exceeds that of the label (an int).

    >>> multiclass_hinge_loss(wnp.array([0.0, 0.5, 3.0]), 1)
    Array(3.5, dtype=float32)
    """
    right = _one_hot(scores, labels)
    return wnp.max(scores + 1.0 - right, axis=-1) - wnp.sum(scores * right, axis=-1)


def multiclass_perceptron_loss(scores: Any, labels: Any) -> Any:
    """How much the best score exceeds that of the label (an int).

    >>> multiclass_perceptron_loss(wnp.array([0.0, 0.5, 3.0]), 1)
    Array(2.5, dtype=float32)
    """
    return wnp.max(scores, axis=-1) - wnp.sum(scores * _one_hot(scores, labels), axis=-1)


def _spread(where: Any, x: Any, axis: Any) -> Any:
    """A mask of the dimensions of x, from one that may lack `axis`."""
    return where if where is None or wnp.ndim(where) == x.ndim else wnp.expand_dims(where, axis)


def softmax_cross_entropy(logits: Any, labels: Any, axis: Any = -1, where: Any = None) -> Any:
    """-sum(labels log_softmax(logits)) over `axis`, for labels that are probabilities.

    Args:
      where: bools; classes that count.

    Raises:
      DtypeError: the logits are not floating.

    >>> softmax_cross_entropy(wnp.array([0.0, 0.0]), wnp.array([0.5, 0.5])).round(4)
    Array(0.6931, dtype=float32)
    """
    logits = _floats("softmax_cross_entropy", "logits", logits)
    where = _spread(where, logits, axis)
    terms = labels * nn.log_softmax(logits, axis, where)
    if where is not None:
        terms = wnp.where(where, terms, 0)
    return -wnp.sum(terms, axis=axis)


def safe_softmax_cross_entropy(logits: Any, labels: Any) -> Any:
    """`softmax_cross_entropy` that takes logits of -inf where the label is 0.

    >>> safe_softmax_cross_entropy(wnp.array([0.0, -wnp.inf]), wnp.array([1.0, 0.0]))
    Array(0., dtype=float32)
    """
    logits = _floats("safe_softmax_cross_entropy", "logits", logits)
    logs = nn.log_softmax(logits)
    counts = wnp.asarray(labels) != 0
    return -wnp.sum(wnp.where(counts, labels * wnp.where(counts, logs, 0), 0), axis=-1)


def softmax_cross_entropy_with_integer_labels(logits: Any, labels: Any, axis: Any = -1, where: Any = None) -> Any:
    """-log_softmax(logits) at the label, an int for each example.

    Args:
      logits: floats; `axis` (or several axes together) runs over the classes.
      labels: ints of the shape of logits without `axis`.
      where: bools; classes that count. An example without any has loss 0.

    Raises:
      DtypeError: the logits are not floating or the labels are not integers.

    >>> softmax_cross_entropy_with_integer_labels(wnp.array([[0.0, 0.0]]), wnp.array([1])).round(4).tolist()
    [0.6930999755859375]
    """
    name = "softmax_cross_entropy_with_integer_labels"
    logits, labels = _floats(name, "logits", logits), as_array(name, labels)
    if not wnp.issubdtype(labels.dtype, wnp.integer):
        raise errors.make(
            errors.DtypeError, name, f"expected labels of an integer type but got {labels.dtype}",
            remedy="softmax_cross_entropy takes probabilities",
        )  # fmt: skip
    where = _spread(where, logits, axis)
    classes = axis_tuple(name, axis, logits.ndim)
    order = [d for d in range(logits.ndim) if d not in classes] + list(classes)

    def last(x: Any) -> Any:
        x = wnp.transpose(x, order)
        return wnp.reshape(x, (*x.shape[: x.ndim - len(classes)], -1))

    logits = last(logits)
    where = None if where is None else last(wnp.broadcast_to(where, wnp.shape(where)))
    chosen = wnp.take_along_axis(logits, labels[..., None], axis=-1)[..., 0]
    loss = nn.logsumexp(logits, axis=-1, where=where) - chosen
    return loss if where is None else wnp.where(wnp.any(where, axis=-1), loss, 0.0)


def poly_loss_cross_entropy(logits: Any, labels: Any, *, epsilon: Any = 2.0, axis: Any = -1, where: Any = None) -> Any:
    """`softmax_cross_entropy` plus epsilon sum(labels (1 - softmax(logits))).

    >>> poly_loss_cross_entropy(wnp.array([0.0, 0.0]), wnp.array([0.5, 0.5])).round(4)
    Array(1.6931, dtype=float32)
    """
    missed = wnp.sum(labels * (1 - nn.softmax(logits, axis, where)), axis=axis, where=where)
    return softmax_cross_entropy(logits, labels, axis, where) + epsilon * missed


def kl_divergence(log_predictions: Any, targets: Any, axis: Any = -1, where: Any = None) -> Any:
    """sum(targets (log(targets) - log_predictions)) over `axis`; a target of 0 contributes 0.

    >>> kl_divergence(wnp.log(wnp.array([0.5, 0.5])), wnp.array([1.0, 0.0])).round(4)
    Array(0.6931, dtype=float32)
    """
    name = "kl_divergence"
    log_predictions, targets = _floats(name, "log_predictions", log_predictions), _floats(name, "targets", targets)
    zero = targets == 0
    logs = wnp.where(zero, 0, wnp.log(wnp.where(zero, 1, targets)))
    return wnp.sum(targets * (logs - log_predictions), axis=axis, where=where)


def kl_divergence_with_log_targets(log_predictions: Any, log_targets: Any, axis: Any = -1, where: Any = None) -> Any:
    """`kl_divergence` of the logarithms of the targets.

    >>> logs = wnp.log(wnp.array([0.5, 0.5]))
    >>> kl_divergence_with_log_targets(logs, logs)
    Array(0., dtype=float32)
    """
    name = "kl_divergence_with_log_targets"
    p, t = _floats(name, "log_predictions", log_predictions), _floats(name, "log_targets", log_targets)
    return wnp.sum(wnp.exp(t) * (t - p), axis=axis, where=where)


def generalized_kl_divergence(log_predictions: Any, targets: Any, axis: Any = -1, where: Any = None) -> Any:
    """`kl_divergence` plus sum(predictions - targets): of measures that need not sum to 1.

    >>> generalized_kl_divergence(wnp.zeros(2), wnp.ones(2))
    Array(0., dtype=float32)
    """
    excess = wnp.sum(wnp.exp(log_predictions) - targets, axis=axis, where=where)
    return kl_divergence(log_predictions, targets, axis, where) + excess


convex_kl_divergence = generalized_kl_divergence  # its name before optax 0.2.5


def ranking_softmax_loss(
    logits: Any,
    labels: Any,
    *,
    where: Any = None,
    weights: Any = None,
    reduce_fn: Callable[..., Any] | None = wnp.mean,
) -> Any:
    """-sum(labels log_softmax(logits)) over the items (last axis) of each list, reduced over the lists.

    Args:
      where: bools; items that count.
      weights: factors of the labels.
      reduce_fn: a function (losses, where), by default the mean; None for a loss of each list.

    >>> ranking_softmax_loss(wnp.array([[0.0, 0.0]]), wnp.array([[1.0, 0.0]])).round(4)
    Array(0.6931, dtype=float32)
    """
    logits = _floats("ranking_softmax_loss", "logits", logits)
    labels = convert(as_array("ranking_softmax_loss", labels), logits.dtype)
    labels = labels if weights is None else labels * weights
    logs = nn.log_softmax(logits, -1, where)
    if where is None:
        loss = -wnp.sum(labels * logs, axis=-1)
        return loss if reduce_fn is None else reduce_fn(loss)
    loss = -wnp.sum(wnp.where(where, labels * wnp.where(where, logs, 0), 0), axis=-1)
    lists = wnp.any(where, axis=-1)
    if reduce_fn is None:
        return wnp.where(lists, loss, 0.0)
    if reduce_fn is wnp.mean:  # 0, not 0 / 0, where no list counts
        return wnp.sum(loss, where=lists) / wnp.maximum(wnp.sum(lists), 1)
    return reduce_fn(loss, where=lists)


def ntxent(embeddings: Any, labels: Any, temperature: Any = 0.07) -> Any:
    """The contrastive loss of embeddings (batch, features): those of one label are to be alike, others not.

    >>> ntxent(wnp.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), wnp.array([0, 0, 1]), 1.0).round(4)
    Array(0.3133, dtype=float32)
    """
    embeddings = _floats("ntxent", "embeddings", embeddings)
    labels = as_array("ntxent", labels)
    if labels.shape != embeddings.shape[:1]:
        raise errors.make(
            errors.ShapeError,
            "ntxent",
            f"expected embeddings (batch, features) and labels (batch,) but got {embeddings.shape} and {labels.shape}",
        )
    tiny = float(wnp.finfo(embeddings.dtype).eps)
    alike = cosine_similarity(embeddings[None], embeddings[:, None], epsilon=tiny) / temperature
    same = labels[:, None] == labels[None, :]
    pairs = wnp.logical_and(same, ~wnp.eye(len(labels), dtype=bool))
    others = nn.logsumexp(alike, axis=1, keepdims=True, where=~same)
    losses = wnp.where(pairs, wnp.logaddexp(others, alike) - alike, 0)
    return wnp.sum(losses) / wnp.sum(pairs)


def triplet_margin_loss(
    anchors: Any,
    positives: Any,
    negatives: Any,
    axis: int = -1,
    norm_degree: Any = 2,
    margin: Any = 1.0,
    eps: Any = 1e-6,
) -> Any:
    """max(0, |anchor - positive| - |anchor - negative| + margin).

    >>> triplet_margin_loss(wnp.zeros(2), wnp.zeros(2), wnp.array([3.0, 4.0]))
    Array(0., dtype=float32)
    """
    name = "triplet_margin_loss"
    anchors = _floats(name, "anchors", anchors)

    def distance(x: Any) -> Any:
        powers = wnp.power(anchors - _floats(name, "examples", x), norm_degree)
        return wnp.power(wnp.sum(powers, axis=axis) + eps, 1 / norm_degree)

    return wnp.maximum(distance(positives) - distance(negatives) + margin, 0)


def ctc_loss_with_forward_probs(
    logits: Any, logit_paddings: Any, labels: Any, label_paddings: Any, *, blank_id: int = 0, log_epsilon: Any = -1e5
) -> tuple[Any, Any, Any]:
    """`ctc_loss`, and the logarithms of the forward probabilities of blanks (time, batch, labels + 1) and labels.

    >>> shapes = ctc_loss_with_forward_probs(
    ...     wnp.zeros((1, 3, 4)), wnp.zeros((1, 3)), wnp.array([[1, 2]]), wnp.zeros((1, 2)))
    >>> [x.shape for x in shapes]
    [(1,), (3, 1, 3), (3, 1, 2)]
    """
    name = "ctc_loss"
    logits, labels = _floats(name, "logits", logits), as_array(name, labels)
    paddings, ends = as_array(name, logit_paddings), as_array(name, label_paddings)
    fits = logits.ndim == 3 and labels.ndim == 2 and labels.shape == ends.shape
    if not fits or paddings.shape != logits.shape[:2] or labels.shape[0] != logits.shape[0]:
        raise errors.make(
            errors.ShapeError,
            name,
            "expected logits (batch, time, classes), their paddings (batch, time), labels and their paddings "
            f"(batch, labels) but got {logits.shape}, {paddings.shape}, {labels.shape} and {ends.shape}",
        )
    batch, length = labels.shape
    logs = nn.log_softmax(logits)
    of_blank = wnp.transpose(logs[:, :, blank_id : blank_id + 1], (1, 0, 2))
    of_label = wnp.transpose(wnp.einsum("btk,bnk->btn", logs, _one_hot(logs, labels)), (1, 0, 2))
    # Between two equal labels there must be a blank.
    repeated = convert(wnp.pad(labels[:, :-1] == labels[:, 1:], ((0, 0), (0, 1))), logs.dtype)

    def entered(blank: Any, added: Any) -> Any:
        return wnp.concatenate([blank[:, :1], wnp.logaddexp(blank[:, 1:], added)], axis=-1)

    def step(carry: Any, x: Any) -> Any:
        blank, label = carry
        emit, skip, pad = x
        at = entered(blank, label + log_epsilon * repeated)
        new_label = wnp.logaddexp(at[:, :-1] + emit, label + emit)
        new_blank = entered(at + skip, label + skip + log_epsilon * (1.0 - repeated))
        pad = pad[:, None]
        new = pad * blank + (1.0 - pad) * new_blank, pad * label + (1.0 - pad) * new_label
        return new, new

    start = wnp.full((batch, length + 1), log_epsilon, logs.dtype).at[:, 0].set(0.0)
    none = wnp.full((batch, length), log_epsilon, logs.dtype)
    pads = convert(wnp.transpose(paddings), logs.dtype)
    _, (blanks, emitted) = lax.scan(step, (start, none), (of_label, of_blank, pads))
    last = entered(blanks[-1], emitted[-1])
    lengths = length - wnp.sum(convert(ends, dtypes.int32), axis=1)
    loss = -wnp.take_along_axis(last, lengths[:, None], axis=1)[:, 0]
    return loss, blanks.at[-1].set(last), emitted


def ctc_loss(
    logits: Any, logit_paddings: Any, labels: Any, label_paddings: Any, *, blank_id: int = 0, log_epsilon: Any = -1e5
) -> Any:
    """-log of the probability that a sequence of classes, repetitions and blanks removed, is the labels (CTC).

    Args:
      logits: floats (batch, time, classes).
      logit_paddings: (batch, time): 1 where a time is padding, else 0.
      labels: ints (batch, labels).
      label_paddings: (batch, labels): 1 where a label is padding; padding comes last.
      blank_id: the class that stands for no label.
      log_epsilon: the logarithm of 0.

    Returns:
      An array of shape (batch,).

    Raises:
      ShapeError: the shapes do not fit together.

    >>> zeros = wnp.zeros
    >>> ctc_loss(zeros((1, 1, 2)), zeros((1, 1)), wnp.array([[1]]), zeros((1, 1))).round(4).tolist()
    [0.6930999755859375]
    """
    return ctc_loss_with_forward_probs(
        logits, logit_paddings, labels, label_paddings, blank_id=blank_id, log_epsilon=log_epsilon
    )[0]
