# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random numbers: JAX's stored numbers in both layouts, under transforms, and the messages."""

from __future__ import annotations

import json

import numpy as np
import pytest
from random_cases import CLOSE, EXACT, STORE, WIDE

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, lax, random
from wengert.config import debug_key_reuse, threefry_partitionable

VALUES = json.loads(STORE.read_text())
EPSILON = {"float16": 2e-3, "bfloat16": 2e-2, "float32": 1e-6, "float64": 1e-14}


def value(case, wide, partitionable):
    with wg.enable_x64(wide), threefry_partitionable(partitionable):
        result = np.asarray(eval(case, {"R": random, "m": wnp, "k": random.PRNGKey(42)}))
    return result, np.asarray(VALUES[f"{partitionable} {wide} {case}"])


@pytest.mark.parametrize("partitionable", [False, True])
@pytest.mark.parametrize("case", EXACT)
def test_exactly_jax(case, partitionable):
    result, stored = value(case, False, partitionable)
    np.testing.assert_array_equal(result.astype(stored.dtype) if result.dtype.kind not in "biu" else result, stored)


@pytest.mark.parametrize("partitionable", [False, True])
@pytest.mark.parametrize("case", CLOSE)
def test_jax_but_for_the_last_digit(case, partitionable):
    result, stored = value(case, False, partitionable)
    np.testing.assert_allclose(result.astype(np.float64), stored, rtol=EPSILON.get(result.dtype.name, 0), atol=1e-6)


@pytest.mark.parametrize("partitionable", [False, True])
@pytest.mark.parametrize("case", WIDE)
def test_64_bits(case, partitionable):
    result, stored = value(case, True, partitionable)
    np.testing.assert_allclose(result.astype(stored.dtype), stored, rtol=1e-14)


def test_normal_prints_as_in_jax():
    _, w_key, b_key = random.split(random.PRNGKey(42), 3)
    assert str(random.normal(w_key, (3, 2))) == (
        "[[-1.8231415  -0.472541  ]\n [ 0.41849834 -1.598711  ]\n [ 1.1073328   1.028033  ]]"
    )
    assert f"{random.normal(b_key, ())}" == "-1.2226542234420776"


@pytest.mark.parametrize("partitionable", [False, True])
def test_traced_equals_eager(partitionable):
    def draw(key):
        a, b = random.split(key)
        return (
            random.bits(a, (5,)),
            random.uniform(a, (3,)),
            random.normal(b, (2, 3)),
            random.randint(a, (4,), 0, 9),
            random.permutation(b, 5),
            random.bernoulli(a, 0.5, (6,)),
            random.fold_in(a, 3),
            random.choice(a, 5, (3,), False),
            random.categorical(a, wnp.zeros(4)),
            random.gumbel(a, (2,)),
            random.truncated_normal(a, -1.0, 1.0, (3,)),
        )

    with threefry_partitionable(partitionable):
        keys = random.split(random.PRNGKey(1), 3)
        expected = [draw(k) for k in keys]
        batched = wg.vmap(draw)(keys)
        compiled = wg.jit(draw)(keys[0])
    for i, per_key in enumerate(expected):
        for one, all_ in zip(per_key, batched, strict=True):
            np.testing.assert_allclose(all_[i], one, rtol=1e-6)
    for one, other in zip(expected[0], compiled, strict=True):
        np.testing.assert_allclose(other, one, rtol=2e-6, atol=1e-6)


def test_typed_keys():
    key = random.key(7)
    assert repr(key) == "Array((), dtype=key<fry>) overlaying:\n[0 7]" and key.shape == () and key.size == 1
    keys = random.split(key, (2, 3))
    assert (
        keys.shape == (2, 3) and len(keys) == 2 and keys[1].shape == (3,) and keys[0, 1].shape == () and keys.ndim == 2
    )
    assert [k.shape for k in keys[0]] == [(), (), ()]
    assert keys.ravel().shape == (6,) and keys.reshape(3, -1).shape == (3, 2)
    assert random.key_impl(key) == "threefry2x32" and bool(random.clone(key) == key)
    raw = random.split(random.PRNGKey(7), (2, 3))
    np.testing.assert_array_equal(random.key_data(keys), raw)
    assert bool(wnp.all(random.wrap_key_data(raw) == keys))
    assert wg.vmap(lambda k: random.uniform(k))(keys[0]).shape == (3,)
    assert isinstance(random.fold_in(key, 1), random.PRNGKeyArray)
    for call in (len, iter):
        with pytest.raises(TypeError):
            call(key)


def test_arrays_of_keys_move_like_arrays():
    keys = random.split(random.key(7), (2, 3))
    words = np.asarray(random.key_data(keys))
    cases = {
        "stack": (wnp.stack([keys, keys], 1), np.stack([words, words], 1)),
        "concatenate": (wnp.concatenate((keys, keys), axis=1), np.concatenate((words, words), 1)),
        "reshape": (wnp.reshape(keys, (3, -1)), words.reshape(3, 2, 2)),
        "ravel": (wnp.ravel(keys), words.reshape(6, 2)),
        "transpose": (keys.T, words.transpose(1, 0, 2)),
        "axes": (keys.transpose(1, 0), words.transpose(1, 0, 2)),
        "expand_dims": (wnp.expand_dims(keys, -1), words[:, :, None]),
        "squeeze": (keys[:1].squeeze(), words[0]),
        "broadcast_to": (wnp.broadcast_to(keys[0], (4, 3)), np.broadcast_to(words[0], (4, 3, 2))),
        "where": (wnp.where(wnp.array([True, False, True]), keys[0], keys[1]), words[[0, 1, 0], range(3)]),
        "take": (wnp.take(keys, wnp.array([2, 0]), axis=1), words[:, [2, 0]]),
        "index": (keys[:, 1], words[:, 1]),
    }
    for name, (got, expected) in cases.items():
        assert isinstance(got, random.PRNGKeyArray), name
        np.testing.assert_array_equal(random.key_data(got), expected, err_msg=name)


def test_lax_moves_arrays_of_keys():
    keys = random.split(random.key(7), (2, 3))
    words = np.asarray(random.key_data(keys))
    rows = lax.GatherDimensionNumbers((1,), (0,), (0,))
    entries = lax.ScatterDimensionNumbers((1,), (0,), (0,))
    cases = {
        "broadcast": (lax.broadcast(keys, (2,)), np.stack([words, words])),
        "broadcast_in_dim": (lax.broadcast_in_dim(keys[0], (4, 3), (1,)), np.broadcast_to(words[0], (4, 3, 2))),
        "collapse": (lax.collapse(keys, 0), words.reshape(6, 2)),
        "concatenate": (lax.concatenate([keys, keys], 1), np.concatenate([words, words], 1)),
        "dynamic_index": (lax.dynamic_index_in_dim(keys, wnp.array(1), 1), words[:, 1:2]),
        "dynamic_slice": (wg.jit(lambda k, i: lax.dynamic_slice(k, (i, 1), (1, 2)))(keys, 1), words[1:, 1:]),
        "dynamic_update_slice": (
            lax.dynamic_update_slice(keys, keys[:1, :1], (1, 2)),
            np.stack([words[0], [*words[1, :2], words[0, 0]]]),
        ),
        "expand_dims": (lax.expand_dims(keys, (1,)), words[:, None]),
        "gather": (lax.gather(keys, wnp.array([[1]]), rows, (1, 3)), words[1:]),
        "named": (lax.reshape(operand=keys, new_sizes=(6,)), words.reshape(6, 2)),
        "reshape": (lax.reshape(keys, (3, 2)), words.reshape(3, 2, 2)),
        "rev": (lax.rev(keys, (1,)), words[:, ::-1]),
        "scatter": (lax.scatter(keys, wnp.array([[0]]), keys[1:], entries), words[[1, 1]]),
        "select": (
            lax.select(wnp.eye(2, 3) > 0, keys, keys[::-1]),
            np.where(np.eye(2, 3)[..., None], words, words[::-1]),
        ),
        "slice": (lax.slice(keys, (0, 1), (2, 3)), words[:, 1:]),
        "split": (lax.split(keys, (1, 2), 1)[1], words[:, 1:]),
        "squeeze": (lax.squeeze(keys[:1], (0,)), words[0]),
        "tile": (lax.tile(keys, (1, 2)), np.tile(words, (1, 2, 1))),
        "transpose": (lax.transpose(keys, (1, 0)), words.transpose(1, 0, 2)),
    }
    for name, (got, expected) in cases.items():
        assert isinstance(got, random.PRNGKeyArray), name
        np.testing.assert_array_equal(random.key_data(got), expected, err_msg=name)
    with pytest.raises(errors.DtypeError, match=r"expected an array of numbers but got key<fry>\[2,3\]"):
        lax.pad(keys, keys[0, 0], [(1, 1, 0)] * 2)


def test_keys_compare_key_by_key():
    keys = random.split(random.key(7), 3)
    for same in (lambda a, b: a == b, wnp.equal, lax.eq):
        for run in (same, wg.jit(same), wg.vmap(same)):
            np.testing.assert_array_equal(run(keys, keys), [True] * 3)
            np.testing.assert_array_equal(run(keys, keys[::-1]), [False, True, False])
    for differ in (lambda a, b: a != b, wnp.not_equal, lax.ne):
        np.testing.assert_array_equal(wg.jit(differ)(keys, keys[::-1]), [True, False, True])
    np.testing.assert_array_equal(keys == keys[1], [False, True, False])
    assert (keys[0] == 1) is False
    with pytest.raises(errors.DtypeError, match=r"equal: expected keys on both sides .*(?s:.*)random.key_data"):
        wnp.equal(keys, 1)


def test_arrays_of_keys_are_made_and_updated():
    key = random.key(7)
    keys = random.split(key, 3)
    words = np.asarray(random.key_data(keys))
    assert isinstance(key, wg.Array) and not isinstance(3, wg.Array)
    cases = {
        "full_like": (wnp.full_like(keys, key), [[0, 7]] * 3),
        "of another shape": (lax.full_like(keys, key, shape=(2,)), [[0, 7]] * 2),
        "zeros_like": (wnp.zeros_like(keys), [[0, 0]] * 3),
        "empty_like": (wnp.empty_like(key), [0, 0]),
        "asarray": (wnp.asarray(key), [0, 7]),
        "array": (wnp.array([key, key]), [[0, 7]] * 2),
        "set": (keys.at[0].set(key), [[0, 7], *words[1:]]),
        "set by a mask": (
            wg.jit(lambda k: k.at[wnp.array([True, False, True])].set(key))(keys),
            [[0, 7], words[1], [0, 7]],
        ),
        "get": (keys.at[1:].get(), words[1:]),
    }
    for name, (got, expected) in cases.items():
        assert isinstance(got, random.PRNGKeyArray), name
        np.testing.assert_array_equal(random.key_data(got), expected, err_msg=name)
    with pytest.raises(errors.DtypeError, match=r"at\[\].set: expected keys but got int"):
        keys.at[0].set(1)


def test_keys_in_control_flow():
    key = random.key(3)
    keys = random.split(key, 3)
    data = random.key_data

    def by_hand(n, k):
        for i in range(n):
            k = random.fold_in(k, i)
        return data(k)

    def step(k, x):
        k, sub = random.split(k)
        return k, random.normal(sub) + x

    programs = {
        "cond": lambda p, k: data(lax.cond(p, lambda k: random.split(k)[0], lambda k: k, k)),
        "switch": lambda p, k: data(lax.switch(p + 0, [lambda k: k, lambda k: random.fold_in(k, 1)], k)),
        "fori": lambda p, k: data(lax.fori_loop(0, 3, lambda i, k: random.fold_in(k, i), k)),
        "while": lambda p, k: data(
            lax.while_loop(lambda c: c[0] < 2 + p, lambda c: (c[0] + 1, random.fold_in(c[1], c[0])), (0, k))[1]
        ),
        "scan": lambda p, k: lax.scan(step, k, wnp.arange(2.0))[1],
        "map": lambda p, k: lax.map(random.uniform, random.split(k)),
    }
    predicates = wnp.array([1, 0, 1])
    for name, program in programs.items():
        eager = [program(int(p), k) for p, k in zip(predicates, keys, strict=True)]
        compiled = wg.jit(wg.vmap(program))(predicates, keys)
        np.testing.assert_allclose(compiled, np.stack([np.asarray(x) for x in eager]), rtol=1e-6, err_msg=name)
    np.testing.assert_array_equal(programs["while"](1, key), by_hand(3, key))
    np.testing.assert_array_equal(programs["fori"](1, key), by_hand(3, key))
    slope = wg.grad(lambda x: lax.scan(lambda c, k: (c * random.normal(k), None), x, keys)[0])(2.0)
    np.testing.assert_allclose(slope, np.prod([random.normal(k) for k in keys]), rtol=1e-6)


def test_keys_under_transforms():
    keys = random.split(random.key(1), (2, 3))
    draw = lambda k: random.uniform(k, (2,))
    expected = np.stack([[draw(k) for k in row] for row in keys])
    np.testing.assert_array_equal(wg.vmap(wg.vmap(draw))(keys), expected)
    np.testing.assert_array_equal(wg.vmap(wg.vmap(draw), in_axes=-1)(keys), expected.swapaxes(0, 1))
    np.testing.assert_array_equal(wg.jit(wg.vmap(wg.vmap(draw)))(keys), expected)
    split = wg.vmap(random.split, in_axes=-1, out_axes=-1)(keys[0])
    assert split.shape == (2, 3)
    stacked = wg.jit(lambda a, b: wnp.stack([a, b]))(keys[0, 0], keys[0, 1])
    assert isinstance(stacked, random.PRNGKeyArray) and bool(wnp.all(stacked == keys[0, :2]))
    loss = lambda w, k: wnp.sum(w * random.normal(k, (2,)))
    np.testing.assert_array_equal(wg.grad(loss)(wnp.ones(2), keys[0, 0]), random.normal(keys[0, 0], (2,)))
    with pytest.raises(errors.InAxesError, match=r"but got axis 0 for key<fry> of shape \(\)"):
        wg.vmap(draw)(keys[0, 0])


@pytest.mark.parametrize(
    "call",
    [lambda k: k + 1, lambda k: 2 * k, lambda k: -k, lambda k: k < k, lambda k: k @ k, lambda k: wnp.sin(k)]
    + [lambda k: wnp.add(k, 1), lambda k: wnp.ones(2) * k, float, bool, lambda k: wg.lax.neg(k)],
)
def test_keys_have_no_arithmetic(call):
    with pytest.raises(errors.DtypeError, match=r"expected .*numbers but got key<fry>\[\].*(?s:.*)random.key_data"):
        call(random.key(0))


def test_moments():
    key = random.key(0)
    x = np.asarray(random.normal(key, (20000,)))
    assert abs(x.mean()) < 0.03 and abs(x.std() - 1) < 0.03
    u = np.asarray(random.uniform(key, (20000,), minval=-1.0, maxval=3.0))
    assert u.min() >= -1 and u.max() < 3 and abs(u.mean() - 1) < 0.05
    assert abs(np.asarray(random.exponential(key, (20000,))).mean() - 1) < 0.05
    for draw in (
        random.lognormal(key, 1.0, (9,)),
        random.rayleigh(key, 1.0, (9,)),
        random.pareto(key, 2.0, (9,)),
        random.weibull_min(key, 1.0, 2.0, (9,)),
    ):
        assert draw.shape == (9,) and bool(wnp.all(draw > 0))
    assert sorted(random.shuffle(key, wnp.arange(5)).tolist()) == [0, 1, 2, 3, 4]


def test_seeds_of_more_than_32_bits():
    for seed, low in ((2**40 + 3, 3), (-(2**40), 0), (-2147483748, 2147483548), (np.uint64(2**63 + 7), 7)):
        assert random.PRNGKey(seed).tolist() == [0, low]
    with wg.enable_x64():
        assert random.PRNGKey(2**40 + 3).tolist() == [256, 3]
    key = random.key(1, dtype=random.key(0).dtype)
    assert key.block_until_ready() is key and key.devices() == {key.device}
    assert random.key_data(key.copy()).tolist() == [0, 1]
    with pytest.raises(TypeError, match="key: expected an array of numbers to convert to NumPy but got keys"):
        np.asarray(key)


def test_full_range_of_integers():
    x = np.asarray(random.randint(random.key(0), (1000,), -(2**31), 2**31))
    assert x.min() < -(2**30) and x.max() > 2**30
    y = np.asarray(random.randint(random.key(0), (1000,), 0, 256, "uint8"))
    assert y.min() == 0 and y.max() == 255


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda k: random.PRNGKey(1.5), errors.DtypeError, "PRNGKey: expected an integer scalar but got float32"),
        (lambda k: random.permutation(k, 10, axis=3), errors.AxisError, "permutation: expected an axis from -1 to 0"),
        (lambda k: random.key(0, impl="fry", dtype="fry"), ValueError, "key: expected one of impl and dtype"),
        (lambda k: random.PRNGKey(2**70), errors.DtypeError, "PRNGKey: expected a seed of at most 64 bits"),
        (
            lambda k: random.key(0, impl="rbg"),
            errors.DtypeError,
            "expected the implementation threefry2x32 but got 'rbg'",
        ),
        (lambda k: random.uniform(3), errors.DtypeError, "uniform: expected a key but got an array of int32"),
        (lambda k: random.uniform(random.split(k)), errors.ShapeError, r"uniform: expected one key but .* \(2,\)"),
        (lambda k: random.uniform(k, (2,), int), errors.DtypeError, "uniform: expected a floating type but got int32"),
        (
            lambda k: random.uniform(k, (2,), float, wnp.zeros(3)),
            errors.ShapeError,
            "uniform: expected shapes that broadcast",
        ),
        (lambda k: random.bits(k, (2,), int), errors.DtypeError, "bits: expected an unsigned integer type"),
        (lambda k: random.randint(k, (2,), 0, 3, float), errors.DtypeError, "randint: expected an integer type"),
        (lambda k: random.uniform(k, 1.5), errors.ShapeError, "uniform: expected a shape of ints but got 1.5"),
        (lambda k: random.choice(k, 3, (4,), False), errors.ShapeError, "choice: expected at most 3 draws"),
        (lambda k: random.choice(k, 3, (4,), p=wnp.ones(2)), errors.ShapeError, "choice: expected 3 probabilities"),
        (lambda k: random.permutation(k, 1.5), errors.DtypeError, "permutation: expected an int or an array"),
        (lambda k: random.categorical(k, wnp.ones((2, 3)), shape=(5,)), errors.ShapeError, "categorical: expected"),
        (lambda k: random.fold_in(k, 1.5), errors.DtypeError, "fold_in: expected an integer scalar"),
    ],
)
def test_message(call, error, words):
    with pytest.raises(error, match=words):
        call(random.key(0))


def test_key_reuse_is_refused():
    def reuse(key):
        return random.normal(key) + random.uniform(key)

    with debug_key_reuse():
        for use in (reuse, wg.jit(reuse), wg.grad(lambda x, k: x * reuse(k), argnums=0)):
            args = (random.key(0),) if use is reuse or hasattr(use, "lower") else (1.0, random.key(0))
            with pytest.raises(errors.KeyReuseError, match=r"uniform: expected a key .* used but got(?s:.*)split it"):
                use(*args)
        keys = random.split(random.key(0), 3)
        with pytest.raises(errors.KeyReuseError, match="uniform: expected a key"):
            wg.vmap(reuse)(keys)
        key = random.key(0)
        random.split(key)
        for again in (random.split, lambda k: random.bits(k.reshape(())), lambda k: random.gamma(k, 2.0)):
            with pytest.raises(errors.KeyReuseError):
                again(key)
        random.bits(random.clone(key))
        fresh = random.key(1)
        random.fold_in(fresh, 0), random.fold_in(fresh, 1)  # gives new keys, as often as one likes
        for draw in (
            lambda k: random.poisson(k, 3.0),
            lambda k: random.binomial(k, 5, 0.3),
            lambda k: random.multinomial(k, 5, wnp.ones(3) / 3),
            lambda k: random.beta(k, 2.0, 3.0),
            lambda k: random.permutation(k, 5),
            lambda k: random.choice(k, 5, (2,), p=wnp.ones(5) / 5),
            lambda k: random.categorical(k, wnp.zeros(3)),
            lambda k: random.ball(k, 2),
            lambda k: random.normal(k, (2,), "complex64"),
        ):
            key = random.key(2)
            draw(key)
            with pytest.raises(errors.KeyReuseError):
                draw(key)
    reuse(random.key(0))
    raw = random.PRNGKey(0)
    with debug_key_reuse():
        reuse(raw)  # words are not typed keys
