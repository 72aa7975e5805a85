# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Expressions whose numbers optax gives too: transformations over several steps, schedules, losses and their gradients.

`python optim_cases.py`, with optax and JAX installed, stores optax's answers. An expression is over `O` (the module of
optimizers), `m` (the numpy module), and for losses the arrays of `loss_operands`.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

STORE = Path(__file__).with_name("optim_values.json")
STEPS = 4

TRANSFORMATIONS = [
    "O.sgd(0.1)", "O.sgd(0.1, momentum=0.9)", "O.sgd(0.1, momentum=0.9, nesterov=True)",
    "O.sgd(O.linear_schedule(0.1, 0.0, 3))", "O.adam(0.1)", "O.adam(0.1, 0.8, 0.95, 1e-3, 1e-4)",
    "O.adam(0.1, mu_dtype='bfloat16')", "O.nadam(0.1)", "O.adamw(0.1, weight_decay=0.1)", "O.nadamw(0.1)",
    "O.adamw(0.1, weight_decay=0.1, mask={'w': True, 'b': False})",
    "O.adamw(0.1, weight_decay=O.linear_schedule(1., 0., 3))",
    "O.amsgrad(0.1)", "O.amsgrad(0.1, bias_correction_mu=False, bias_correction_nu=False)", "O.adamax(0.1)",
    "O.adamaxw(0.1, weight_decay=0.1)", "O.adabelief(0.1)", "O.adabelief(0.1, nesterov=True)",
    "O.adan(0.1, weight_decay=0.1)", "O.adagrad(0.1)", "O.adagrad(0.1, 0.0)", "O.adadelta(0.5)",
    "O.adadelta(weight_decay=0.1)",
    "O.rmsprop(0.1)", "O.rmsprop(0.1, eps_in_sqrt=False, bias_correction=True, momentum=0.9)",
    "O.rmsprop(0.1, centered=True, initial_scale=1.0)", "O.rmsprop(0.1, centered=True, bias_correction=True, eps=0.1)",
    "O.rmsprop(0.1, centered=True, eps_in_sqrt=False, eps=0.1)", "O.yogi(0.1)", "O.radam(0.1)",
    "O.radam(0.1, b2=0.5, threshold=1.0)",
    "O.radam(0.1, nesterov=True)", "O.lion(0.1)", "O.lamb(0.1, weight_decay=0.1)", "O.lars(0.1, weight_decay=0.1)",
    "O.lars(0.1, trust_ratio_mask={'w': True, 'b': False}, nesterov=True)", "O.fromage(0.1)",
    "O.fromage(O.linear_schedule(.1, 0., 9))",
    "O.sign_sgd(0.1)", "O.signum(0.1)", "O.novograd(0.1, weight_decay=0.1)",
    "O.optimistic_gradient_descent(0.1, 0.5, 2.0)",
    "O.optimistic_adam_v2(0.1)", "O.rprop(0.1)", "O.sm3(0.1)", "O.scale_by_sm3(0.5, 0.9)", "O.ema(0.9)",
    "O.ema(0.9, debias=False)",
    "O.identity()", "O.set_to_zero()", "O.clip(0.2)", "O.clip_by_block_rms(0.3)", "O.clip_by_global_norm(0.5)",
    "O.clip_by_global_norm(1e3)", "O.adaptive_grad_clip(0.1)", "O.keep_params_nonnegative()", "O.zero_nans()",
    "O.centralize()",
    "O.normalize_by_update_norm(2.0)", "O.scale_by_param_block_norm()", "O.scale_by_param_block_rms(2.0)",
    "O.scale_by_trust_ratio(0.1, 0.5, 0.1)", "O.apply_every(2)",
    "O.chain(O.clip(0.3), O.adam(0.1), O.add_decayed_weights(0.1))",
    "O.named_chain(('a', O.clip(0.3)), ('b', O.adam(0.1)))", "O.masked(O.adam(0.1), {'w': True, 'b': False})",
    "O.partition({'x': O.adam(0.1), 'y': O.sgd(0.1)}, {'w': 'x', 'b': 'y'})", "O.freeze({'w': True, 'b': False})",
    "O.multi_transform({'x': O.adam(0.1), 'y': O.sgd(0.1)}, lambda p: {'w': 'x', 'b': 'y'})",
    "O.selective_transform(O.adam(0.1), freeze_mask={'w': True, 'b': False})", "O.apply_if_finite(O.adam(0.1), 2)",
    "O.conditionally_transform(O.adam(0.1), lambda step: step % 2 == 0)",
    "O.conditionally_mask(O.adam(0.1), lambda step: step % 2 == 0)", "O.MultiSteps(O.adam(0.1), 2)",
    "O.MultiSteps(O.adam(0.1), 2, use_grad_mean=False)",
    "O.inject_hyperparams(O.adam)(O.linear_schedule(0.1, 0.0, 3), b1=0.8)",
    "O.adafactor(0.1)", "O.adafactor(0.1, 2)", "O.adafactor(0.1, 2, 0.6, -3, False, None, 0.9, weight_decay_rate=0.1)",
    "O.scale_by_factored_rms(False)", "O.scale_by_factored_rms(min_dim_size_to_factor=2, epsilon=0.1)",
    "O.chain(O.sgd(0.1), O.snapshot('norm', O.global_norm), O.monitor({'norm': O.global_norm}))",
    "O.stateless(lambda u, p: u)", "O.scale_by_lbfgs(2)", "O.scale_by_lbfgs(3, scale_init_precond=False)",
    "O.chain(O.scale_by_schedule(O.cosine_decay_schedule(1.0, 4)), O.scale(-0.1))",
]  # fmt: skip

SCHEDULES = [
    "O.constant_schedule(0.3)", "O.linear_schedule(1.0, 0.1, 7)", "O.linear_schedule(1.0, 0.1, 7, 3)",
    "O.linear_schedule(1.0, 0.1, 0)",
    "O.polynomial_schedule(1.0, 0.1, 2, 7, 2)", "O.exponential_decay(1.0, 3, 0.5)",
    "O.exponential_decay(1.0, 3, 0.5, 2, True, 0.2)",
    "O.exponential_decay(1.0, 3, 2.0, end_value=3.0)", "O.cosine_decay_schedule(1.0, 7, 0.1, 1.5)",
    "O.piecewise_constant_schedule(1.0, {3: 0.5, 6: 0.1})",
    "O.piecewise_interpolate_schedule('linear', 1.0, {3: 0.5, 6: 2.0})",
    "O.piecewise_interpolate_schedule('cosine', 1.0, {3: 0.5, 6: 2.0})", "O.linear_onecycle_schedule(10, 2.0)",
    "O.cosine_onecycle_schedule(10, 2.0)", "O.warmup_constant_schedule(0.1, 1.0, 4)",
    "O.warmup_cosine_decay_schedule(0.1, 1.0, 3, 9, 0.05, 2.0)",
    "O.warmup_exponential_decay_schedule(0.1, 1.0, 3, 2, 0.5)",
    "O.sgdr_schedule([dict(init_value=0.1, peak_value=1.0, warmup_steps=2, decay_steps=5)] * 2)",
    "O.join_schedules([O.constant_schedule(0.1), O.linear_schedule(1.0, 0.0, 4)], [5])",
]  # fmt: skip

LOSSES = [
    "O.squared_error(x, y)", "O.squared_error(x)", "O.l2_loss(x, y)", "O.huber_loss(x, y, delta=0.7)",
    "O.log_cosh(x, y)",
    "O.cosine_similarity(x, y)", "O.cosine_similarity(x, y, axis=0, epsilon=1e-3, where=mask)",
    "O.cosine_distance(x, y)",
    "O.losses.smooth_labels(x, 0.1)", "O.sigmoid_binary_cross_entropy(x, bits)", "O.sigmoid_focal_loss(x, bits)",
    "O.sigmoid_focal_loss(x, bits, alpha=0.3, gamma=1.5)", "O.hinge_loss(x, 2.0 * bits - 1)",
    "O.losses.perceptron_loss(x, 2.0 * bits - 1)", "O.losses.sparsemax_loss(x, bits)",
    "O.losses.multiclass_hinge_loss(x, labels)",
    "O.losses.multiclass_perceptron_loss(x, labels)", "O.softmax_cross_entropy(x, p)",
    "O.softmax_cross_entropy(x, p, axis=0)",
    "O.safe_softmax_cross_entropy(x, p)",
    "O.safe_softmax_cross_entropy(m.where(p > 0.2, x, -m.inf), m.where(p > 0.2, p, 0.0))",
    "O.softmax_cross_entropy_with_integer_labels(x, labels)",
    "O.softmax_cross_entropy_with_integer_labels(x, columns, axis=0)",
    "O.softmax_cross_entropy_with_integer_labels(x, labels, where=seen)",
    "O.losses.poly_loss_cross_entropy(x, p, epsilon=1.5)",
    "O.softmax_cross_entropy_with_integer_labels(x[None], m.array([7]), axis=(1, 2))",
    "O.kl_divergence(m.log(p), q)", "O.kl_divergence(x, m.where(mask, q, 0.0))",
    "O.losses.kl_divergence_with_log_targets(x, y)",
    "O.losses.generalized_kl_divergence(x, q)", "O.losses.ranking_softmax_loss(x, p)",
    "O.losses.dice_loss(x, p)", "O.losses.dice_loss(x[None], p[None])",
    "O.losses.dice_loss(x, p, class_weights=q[0], smooth=0.1, alpha=0.3, beta=0.9, reduction='sum')",
    "O.losses.dice_loss(x[None], p[None], reduction='none', ignore_background=True, axis=(0, 1))",
    "O.losses.multiclass_generalized_dice_loss(x, p)", "O.losses.binary_dice_loss(x, bits)",
    "O.losses.multiclass_generalized_dice_loss(x, p, smooth=0.1, ignore_background=True)",
    "O.losses.multiclass_sparsemax_loss(x, labels)", "O.losses.multiclass_sparsemax_loss(9 * x, labels)",
    "O.losses.make_fenchel_young_loss(lambda s: m.log(m.sum(m.exp(s))))(x, p)",
    "O.losses.ranking_softmax_loss(x, p, where=mask, weights=q)",
    "O.losses.ranking_softmax_loss(x, p, where=mask, reduce_fn=None)",
    "O.losses.ntxent(x, m.array([0, 1, 0]), 0.5)", "O.losses.triplet_margin_loss(x, y, q, margin=2.0)",
    "O.ctc_loss(frames, pads, words, word_pads)",
    "O.losses.ctc_loss(frames, 0 * pads, words, 0 * word_pads, blank_id=2)",
]  # fmt: skip


def params_and_gradients():
    """Parameters, and one tree of gradients for each step; one number of a gradient is exactly zero."""
    rng = np.random.default_rng(0)
    draw = lambda: {"w": rng.normal(size=(3, 2)).astype("float32"), "b": rng.normal(size=2).astype("float32")}
    params, grads = draw(), [draw() for _ in range(STEPS)]
    grads[0]["b"][1] = 0
    return params, grads


def loss_operands():
    rng = np.random.default_rng(1)
    positive = lambda: rng.dirichlet(np.ones(4), 3).astype("float32")
    seen = rng.random((3, 4)) > 0.4
    labels = np.array([2, 0, 3])
    seen[np.arange(3), labels] = True
    return {
        "x": rng.normal(size=(3, 4)).astype("float32"), "y": rng.normal(size=(3, 4)).astype("float32"),
        "p": positive(), "q": positive(), "bits": rng.integers(0, 2, (3, 4)).astype("float32"),
        "labels": labels, "columns": np.array([2, 0, 1, 1]), "mask": rng.random((3, 4)) > 0.4, "seen": seen,
        "frames": rng.normal(size=(2, 6, 5)).astype("float32"), "words": np.array([[1, 1, 3], [4, 3, 1]]),
        "pads": np.array([[0] * 6, [0] * 5 + [1]], "float32"), "word_pads": np.array([[0, 0, 0], [0, 0, 1]], "float32"),
    }  # fmt: skip


def loss_and_gradient(case, optim, library):
    """The value, and the gradients of its sum in the floating operands that it names first."""
    operands = {name: library.numpy.asarray(value) for name, value in loss_operands().items()}
    first = "frames" if "frames" in case else "x" if "x" in case.replace("exp", "").replace("max", "") else "p"
    names = {"O": optim, "m": library.numpy}

    def f(value):
        return eval(case, {**names, **operands, first: value})

    weights = library.numpy.cos(library.numpy.arange(np.size(f(operands[first])), dtype="float32"))
    total = lambda value: library.numpy.sum(library.numpy.ravel(f(value)) * weights)
    return [f(operands[first]), library.grad(total)(operands[first])]


def steps(case, optim, library, jit=None):
    """The updates of each step; the parameters move by them."""
    params, grads = params_and_gradients()
    tx = eval(case, {"O": optim, "m": library.numpy})
    params = library.tree.map(library.numpy.asarray, params)
    update = tx.update if jit is None else jit(tx.update)
    state, out = tx.init(params), []
    for grad in grads:
        updates, state = update(library.tree.map(library.numpy.asarray, grad), state, params)
        params = optim.apply_updates(params, updates)
        out += [updates["w"], updates["b"]]
    return out


def values_of(schedule):
    return [schedule(count) for count in range(12)]


def plain(x):
    return np.asarray(x, "float64").round(9).tolist()


def main():
    import jax
    import optax

    store = {case: [plain(x) for x in steps(case, optax, jax)] for case in TRANSFORMATIONS}
    store |= {case: [plain(x) for x in values_of(eval(case, {"O": optax}))] for case in SCHEDULES}
    store |= {case: [plain(x) for x in loss_and_gradient(case, optax, jax)] for case in LOSSES}
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(value)}" for name, value in store.items())
    STORE.write_text("{\n" + lines + "\n}\n")


if __name__ == "__main__":
    main()
