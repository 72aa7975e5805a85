# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Optimizers, schedules and losses against the stored numbers of optax; eager and compiled; messages."""

from __future__ import annotations

import json

import numpy as np
import pytest
from optim_cases import (
    LOSSES,
    SCHEDULES,
    STORE,
    TRANSFORMATIONS,
    loss_and_gradient,
    params_and_gradients,
    steps,
    values_of,
)

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, optim, random

STORED = json.loads(STORE.read_text())


def close(got, expected, rtol=2e-5, atol=2e-6):
    assert len(got) == len(expected)
    for a, b in zip(got, expected, strict=True):
        np.testing.assert_allclose(np.asarray(a, "float64"), b, rtol=rtol, atol=atol)


@pytest.mark.parametrize("case", TRANSFORMATIONS)
def test_updates(case):
    # What is kept in bfloat16 may round the other way.
    close(steps(case, optim, wg), STORED[case], *((2e-2, 1e-3) if "bfloat16" in case else ()))


@pytest.mark.parametrize("case", SCHEDULES)
def test_schedule(case):
    schedule = eval(case, {"O": optim})
    close(values_of(schedule), STORED[case])
    np.testing.assert_allclose(
        wg.vmap(lambda count: schedule(count) + 0 * count)(wnp.arange(12)), STORED[case], rtol=2e-5
    )


@pytest.mark.parametrize("case", LOSSES)
def test_loss(case):
    close(loss_and_gradient(case, optim, wg), STORED[case], 1e-4, 1e-5)


COMPILED = [
    "O.adamw(0.1, weight_decay=0.1)", "O.lamb(0.1, weight_decay=0.1)", "O.sgd(O.linear_schedule(0.1, 0.0, 3))",
    "O.rmsprop(0.1, centered=True, bias_correction=True, eps=0.1)", "O.novograd(0.1, weight_decay=0.1)",
    "O.partition({'x': O.adam(0.1), 'y': O.sgd(0.1)}, {'w': 'x', 'b': 'y'})", "O.MultiSteps(O.adam(0.1), 2)",
    "O.scale_by_lbfgs(2)", "O.apply_if_finite(O.adam(0.1), 2)", "O.clip_by_global_norm(0.5)",
    "O.inject_hyperparams(O.adam)(O.linear_schedule(0.1, 0.0, 3), b1=0.8)", "O.lookahead",
]  # fmt: skip


def test_compiled_updates():
    """Many optimizers in one program, over several steps."""
    params, grads = params_and_gradients()
    made = {case: eval(case, {"O": optim}) for case in COMPILED[:-1]}
    starts = {case: tx.init(params) for case, tx in made.items()}

    @wg.jit
    def run(starts, params, grads):
        out = {}
        for case, tx in made.items():
            here, state, out[case] = params, starts[case], []
            for grad in grads[:3]:
                updates, state = tx.update(grad, state, here)
                here = optim.apply_updates(here, updates)
                out[case] += [updates["w"], updates["b"]]
        return out

    got = run(starts, params, grads)
    for case in made:
        close(got[case], STORED[case][:6])


def test_gradients_through_updates():
    """A learning rate can be learned: the derivative of two steps of adam against a difference."""

    def after(rate):
        tx, x = optim.adam(rate), wnp.asarray([1.0, -2.0])
        state = tx.init(x)
        for _ in range(2):
            updates, state = tx.update(wg.grad(lambda x: wnp.sum(x**2 * wnp.asarray([1.0, 3.0])))(x), state, x)
            x = optim.apply_updates(x, updates)
        return wnp.sum(x**2)

    with wg.enable_x64():
        np.testing.assert_allclose(wg.grad(after)(0.1), (after(0.1 + 1e-6) - after(0.1 - 1e-6)) / 2e-6, rtol=1e-6)


def test_vmap_over_learning_rates():
    x, rates = wnp.ones(3), wnp.array([0.1, 0.5])
    step = lambda rate: optim.sgd(rate).update(x, optim.sgd(rate).init(x))[0]
    np.testing.assert_allclose(wg.vmap(step)(rates), -np.outer(rates, np.ones(3)))


def test_apply_if_finite_lets_through_after_errors():
    tx = optim.apply_if_finite(optim.sgd(1.0), 1)
    bad, state = wnp.array([wnp.nan]), tx.init(wnp.ones(1))
    first, state = tx.update(bad, state)
    second, state = tx.update(bad, state)
    assert first.tolist() == [0] and bool(wnp.isnan(second[0]))
    good, state = tx.update(wnp.ones(1), state)
    assert good.tolist() == [-1] and int(state.notfinite_count) == 0 and int(state.total_notfinite) == 2


def test_multi_steps_skips():
    tx = optim.MultiSteps(optim.sgd(1.0), 2, should_skip_update_fn=optim.skip_not_finite)
    state = tx.init(wnp.ones(1))
    out = []
    for value in (1.0, np.nan, 3.0):
        updates, state = tx.update(wnp.asarray([value]), state)
        out.append(updates.tolist())
    assert out == [[0], [0], [-2]] and bool(tx.has_updated(state))


def test_lookahead():
    params = optim.LookaheadParams.init_synced(wnp.zeros(1))
    tx = optim.lookahead(optim.sgd(1.0), 2, 0.5, reset_state=True)
    state = tx.init(params)
    for _ in range(4):
        updates, state = tx.update(-wnp.ones(1), state, params)
        params = optim.apply_updates(params, updates)
    assert params.fast.tolist() == params.slow.tolist() == [2]
    with pytest.raises(ValueError, match="lookahead: expected a sync_period of 1 or more but got 0"):
        optim.lookahead(optim.sgd(1.0), 0, 0.5)


def test_noise():
    tx = optim.noisy_sgd(1.0, eta=0.01, gamma=0.0, key=random.key(0))
    updates, state = tx.update(wnp.zeros(10000), tx.init(wnp.zeros(10000)))
    again, _ = tx.update(wnp.zeros(10000), state)
    assert float(wnp.std(updates)) == pytest.approx(0.1, rel=0.05) and not wnp.array_equal(updates, again)


def test_polyak():
    x = wnp.array([3.0, 4.0])
    tx = optim.polyak_sgd(max_learning_rate=1.0)
    updates, _ = tx.update(2 * x, tx.init(x), x, value=wnp.sum(x**2))
    np.testing.assert_allclose(updates, -2 * x * 0.25, rtol=1e-6)


def test_hyperparameters_can_be_replaced():
    tx = optim.inject_hyperparams(optim.sgd)(learning_rate=0.5)
    state = tx.init(wnp.ones(1))
    state = state._replace(hyperparams={**state.hyperparams, "learning_rate": wnp.float32(2.0)})
    assert tx.update(wnp.ones(1), state)[0].tolist() == [-2]
    with pytest.raises(ValueError, match=r"inject_hyperparams: expected names among .* but got \['rate'\]"):
        optim.inject_hyperparams(optim.sgd, static_args="rate")


def test_trees_and_types():
    params = {"a": wnp.ones(2, "bfloat16"), "b": [wnp.ones((), "float32"), None]}
    tx = optim.adam(0.1)
    updates, state = tx.update(params, tx.init(params), params)
    assert wg.tree.structure(updates) == wg.tree.structure(params)
    assert updates["a"].dtype == "bfloat16" and optim.apply_updates(params, updates)["a"].dtype == "bfloat16"
    assert isinstance(state[0], optim.ScaleByAdamState) and int(state[0].count) == 1
    assert optim.incremental_update(wnp.ones(1), wnp.zeros(1), 0.1)[0] == pytest.approx(0.1)
    assert optim.periodic_update(wnp.ones(1), wnp.zeros(1), 3, 2).tolist() == [0]


MESSAGES = [
    (
        lambda: optim.add_decayed_weights(0.1).update(1.0, optim.EmptyState()),
        "add_decayed_weights: expected the parameters",
    ),
    (lambda: optim.chain(optim.adam(0.1)).update(1.0, ()), "chain: expected the states of 1 transformations but got 0"),
    (
        lambda: optim.named_chain(("a", optim.sgd(1.0)), ("a", optim.sgd(1.0))),
        "named_chain: expected names that differ",
    ),
    (
        lambda: optim.partition({"a": optim.sgd(1.0)}, "b").init(1.0),
        r"partition: expected labels among \['a'\] but got \['b'\]",
    ),
    (lambda: optim.scale_by_lbfgs(0), "scale_by_lbfgs: expected a memory_size of 1 or more but got 0"),
    (lambda: optim.scale_by_polyak(variant="x"), "scale_by_polyak: expected the variant 'sps' or 'sps"),
    (
        lambda: optim.scale_by_zoom_linesearch(3, initial_guess_strategy="x"),
        "expected the strategy 'keep' or 'one' but got 'x'",
    ),
    (
        lambda: optim.piecewise_constant_schedule(1.0, {1: -1.0}),
        "piecewise_constant_schedule: expected scales that are not negative",
    ),
    (lambda: optim.piecewise_interpolate_schedule("x", 1.0), "expected the type 'linear' or 'cosine' but got 'x'"),
    (
        lambda: optim.cosine_decay_schedule(1.0, 0),
        "cosine_decay_schedule: expected a positive number of decay_steps but got 0",
    ),
    (
        lambda: optim.linear_onecycle_schedule(0, 1.0),
        "linear_onecycle_schedule: expected a positive number of transition_steps",
    ),
    (
        lambda: optim.per_example_global_norm_clip([wnp.ones(2), wnp.ones(3)], 1.0),
        r"expected arrays \(batch, ...\) of one batch size",
    ),
    (
        lambda: optim.value_and_grad_from_state(wnp.sum)(wnp.ones(1), state=()),
        "expected a state that keeps value and grad",
    ),
    (
        lambda: optim.l2_loss(wnp.ones(2), wnp.ones((2, 1))),
        r"l2_loss: expected predictions and targets of one shape .*\(2, 1\)",
    ),
    (
        lambda: optim.squared_error(wnp.arange(2)),
        "squared_error: expected predictions of a floating type but got int32",
    ),
    (
        lambda: optim.softmax_cross_entropy_with_integer_labels(wnp.ones((2, 3)), wnp.ones(2)),
        "softmax_cross_entropy_with_integer_labels: expected labels of an integer type but got float32",
    ),
    (
        lambda: optim.ntxent(wnp.ones((2, 3)), wnp.ones(3)),
        r"ntxent: expected embeddings \(batch, features\) and labels",
    ),
    (
        lambda: optim.ctc_loss(wnp.ones((2, 3, 4)), wnp.ones((2, 2)), wnp.ones((2, 1), int), wnp.ones((2, 1))),
        r"ctc_loss: expected logits \(batch, time, classes\)",
    ),
]


@pytest.mark.parametrize(("call", "message"), MESSAGES, ids=[m[:40] for _, m in MESSAGES])
def test_messages(call, message):
    with pytest.raises((ValueError, errors.WengertError), match=message):
        call()


def test_dice_refuses():
    x = wnp.ones((2, 3, 4))
    with pytest.raises(errors.ShapeError, match="dice_loss: expected predictions and targets of one shape"):
        optim.losses.dice_loss(x, wnp.ones((2, 3, 5)))
    with pytest.raises(ValueError, match="dice_loss: expected a reduction among"):
        optim.losses.dice_loss(x, x, reduction="median")
    with pytest.raises(ValueError, match="dice_loss: expected probabilities of classes, whose sum is 1"):
        optim.losses.dice_loss(x, x, apply_softmax=False)
    p = wnp.full((2, 3, 4), 0.25)
    assert optim.losses.dice_loss(p, p, apply_softmax=False).shape == (2,)
    assert optim.losses.dice_loss(wnp.ones((2, 3)), wnp.ones((2, 3, 1))).shape == (2,)
    assert optim.losses.dice_loss(wnp.ones((2, 3, 1)), wnp.ones((2, 3))).shape == (2,)


def test_measurements():
    """What is measured in a chain, compiled, with a measure that has a state and one that takes more arguments."""
    with_value = optim.GradientTransformationExtraArgs(
        lambda params: optim.EmptyState(), lambda updates, state, params=None, *, value: (2 * value, state)
    )
    average = optim.measure_with_ema(lambda u: optim.global_norm(u) > 4.0, 0.5, accumulator_dtype="float32")
    tx = optim.chain(optim.monitor({"mean": average, "value": with_value}), optim.snapshot("max", wnp.max))
    params = wnp.zeros(2)
    step = wg.jit(lambda g, state, value: tx.update(g, state, params, value=value))
    state = tx.init(params)
    assert state[0].measurements == {} and state[1].measurement["max"] == 0
    for size, mean in ((3.0, 0.0), (6.0, 2 / 3)):
        updates, state = step(wnp.array([size, 0.0]), state, size)
        assert updates.tolist() == [size, 0] and state[1].measurement["max"] == size
        np.testing.assert_allclose(state[0].measurements["mean"], mean, rtol=1e-6)
        assert state[0].measurements["value"] == 2 * size


def test_adafactor_in_one_program():
    params = {"w": wnp.ones((4, 3)), "b": wnp.ones(3)}
    tx = optim.adafactor(0.1, min_dim_size_to_factor=3, momentum=0.9)
    state = tx.init(params)
    assert (state[0].v_row["w"].shape, state[0].v_col["w"].shape, state[0].v["w"].shape) == ((3,), (4,), (1,))
    loss = lambda p: wnp.sum(p["w"] ** 2) + wnp.sum(p["b"] ** 2)
    eager = tx.update(wg.grad(loss)(params), state, params)[0]
    compiled = wg.jit(lambda p, s: tx.update(wg.grad(loss)(p), s, p)[0])(params, state)
    np.testing.assert_allclose(compiled["w"], eager["w"], rtol=1e-5)
    with pytest.raises(ValueError, match="scale_by_factored_rms: expected the parameters but got none"):
        tx.update(params, state)
