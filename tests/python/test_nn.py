# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Activations, softmax and initialisers against SciPy and formulas; gradients where they are delicate."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.special

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, nn, random

X = np.linspace(-4, 4, 17, dtype=np.float32)
sigmoid = scipy.special.expit
softplus = lambda x: np.logaddexp(x, 0)

FORMULAS = {
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "sigmoid": sigmoid,
    "softplus": softplus,
    "silu": lambda x: x * sigmoid(x),
    "swish": lambda x: x * sigmoid(x),
    "log_sigmoid": lambda x: -softplus(-x),
    "soft_sign": lambda x: x / (1 + abs(x)),
    "elu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "tanh": np.tanh,
    "celu": lambda x: np.where(x > 0, x, np.expm1(x)),
    "leaky_relu": lambda x: np.where(x >= 0, x, 0.01 * x),
    "selu": lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x)),
    "gelu": lambda x: 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))),
    "hard_tanh": lambda x: np.clip(x, -1, 1),
    "hard_sigmoid": lambda x: np.clip(x + 3, 0, 6) / 6,
    "hard_silu": lambda x: x * np.clip(x + 3, 0, 6) / 6,
    "mish": lambda x: x * np.tanh(softplus(x)),
    "squareplus": lambda x: (x + np.sqrt(x * x + 4)) / 2,
    "identity": lambda x: x,
    "sparse_sigmoid": lambda x: np.clip(x + 1, 0, 2) / 2,
    "sparse_plus": lambda x: np.where(x <= -1, 0, np.where(x >= 1, x, (x + 1) ** 2 / 4)),
    "softmax": scipy.special.softmax,
    "log_softmax": scipy.special.log_softmax,
    "logsumexp": scipy.special.logsumexp,
    "glu": lambda x: x[:8] * sigmoid(x[8:16]),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_formula(name):
    x = X[:16] if name == "glu" else X
    np.testing.assert_allclose(getattr(nn, name)(wnp.asarray(x)), FORMULAS[name](x), rtol=2e-6, atol=1e-6)
    assert getattr(nn, name)(wnp.asarray(x, "float16")).dtype == np.float16


@pytest.mark.parametrize("name", sorted(set(FORMULAS) - {"softmax", "log_softmax", "logsumexp", "glu"}))
def test_gradients_are_finite_everywhere(name):
    points = wnp.array([-1e4, -100.0, -3.0, -1.0, 0.0, 1.0, 3.0, 100.0, 1e4])
    assert bool(wnp.all(wnp.isfinite(wg.vmap(wg.grad(getattr(nn, name)))(points))))


def test_gelu_exact():
    np.testing.assert_allclose(
        nn.gelu(wnp.asarray(X * 3), approximate=False), X * 3 * scipy.special.ndtr(X * 3), rtol=2e-5
    )


def test_softmax_axes_masks_and_extremes():
    x = np.random.default_rng(0).normal(size=(3, 4)).astype(np.float32)
    np.testing.assert_allclose(nn.softmax(wnp.asarray(x), 0), scipy.special.softmax(x, 0), rtol=1e-6)
    np.testing.assert_allclose(nn.log_softmax(wnp.asarray(x), (0, 1)), scipy.special.log_softmax(x, (0, 1)), rtol=1e-5)
    masked = nn.softmax(wnp.asarray(x), where=wnp.asarray(x > 0))
    np.testing.assert_allclose(masked, scipy.special.softmax(np.where(x > 0, x, -np.inf), 1), rtol=1e-6)
    assert nn.softmax(wnp.array([1e30, 0.0])).tolist() == [1, 0]
    assert nn.logsumexp(wnp.array([-np.inf, -np.inf])).item() == -np.inf
    assert nn.logsumexp(wnp.array([1000.0, 1000.0])).item() == pytest.approx(1000 + np.log(2))
    z = np.array([1 + 1j, 2 - 1j, -2 + 3j], np.complex64)
    np.testing.assert_allclose(nn.logsumexp(z), np.log(np.exp(z).sum()), rtol=1e-5)
    value, sign = nn.logsumexp(z, return_sign=True)
    assert value.dtype == np.float32 and sign.dtype == np.complex64
    np.testing.assert_allclose(sign * np.exp(value), np.exp(z).sum(), rtol=1e-5)
    left_out = lambda x: nn.logsumexp(x, b=wnp.array([1.0, 0.0]))
    x = wnp.array([-1000.0, -2.0])
    assert left_out(x).item() == -1000 and wg.grad(left_out)(x).tolist() == [1, 0]
    value, sign = nn.logsumexp(wnp.array([0.0, 1.0]), b=wnp.array([1.0, -1.0]), return_sign=True)
    assert sign.item() == -1 and value.item() == pytest.approx(np.log(np.e - 1), rel=1e-5)


def test_softmax_derivative():
    x = wnp.array([0.3, -1.0, 2.0])
    p = np.asarray(nn.softmax(x))
    np.testing.assert_allclose(wg.jacrev(nn.softmax)(x), np.diag(p) - np.outer(p, p), rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(wg.grad(nn.logsumexp)(x), p, rtol=1e-6)
    np.testing.assert_allclose(wg.grad(lambda v: nn.log_softmax(v)[0])(x), np.eye(3)[0] - p, rtol=1e-5, atol=1e-6)


def test_one_hot_and_standardize():
    assert nn.one_hot(wnp.array([1, 5]), 3, dtype=int).tolist() == [[0, 1, 0], [0, 0, 0]]
    assert nn.one_hot(wnp.array([1, 0]), 3, axis=0).tolist() == [[0, 1], [1, 0], [0, 0]]
    z = np.asarray(nn.standardize(wnp.asarray(X)))
    assert abs(z.mean()) < 1e-6 and abs(z.std() - 1) < 1e-3
    assert nn.logmeanexp(wnp.array([2.0, 2.0])).item() == pytest.approx(2)


OTHERS = ("constant", "delta_orthogonal", "variance_scaling")


@pytest.mark.parametrize("name", [n for n in nn.initializers.__all__ if n not in OTHERS])
def test_initializers(name):
    make = getattr(nn.initializers, name)
    init = make if name in ("zeros", "ones") else make()
    w = init(random.key(0), (30, 20), "float32")
    assert w.shape == (30, 20) and w.dtype == np.float32
    fan = {"glorot": 25, "xavier": 25, "he": 15, "kaiming": 15, "lecun": 30}.get(name.split("_")[0])
    if fan:
        assert float(wnp.std(w)) == pytest.approx(1 / np.sqrt(fan), rel=0.1)


def test_initializer_messages():
    with pytest.raises(errors.ShapeError, match=r"variance_scaling: expected a shape of rank 2 or more, .* \(3,\)"):
        nn.initializers.he_normal()(random.key(0), (3,))
    with pytest.raises(errors.ShapeError, match="expected a known mode and distribution"):
        nn.initializers.variance_scaling(1.0, "fan", "normal")(random.key(0), (3, 3))
    with pytest.raises(errors.ShapeError, match=r"orthogonal: expected a shape of rank 2 or more but got \(3,\)"):
        nn.initializers.orthogonal()(random.key(0), (3,))
    with pytest.raises(errors.ShapeError, match=r"delta_orthogonal: expected a shape .* but got \(3, 4, 2\)"):
        nn.initializers.delta_orthogonal()(random.key(0), (3, 4, 2))
    assert nn.initializers.constant(2.0)(None, (1,)).tolist() == [2]


def test_softmax_of_what_is_left_out_is_zero():
    where = wnp.array([True, True, False])
    f = lambda x: nn.softmax(x, axis=0, where=where)
    x = wnp.ones((2, 3))
    np.testing.assert_array_equal(f(x), [[0.5, 0.5, 0], [0.5, 0.5, 0]])
    np.testing.assert_array_equal(wg.grad(lambda x: f(x).sum())(x), np.zeros((2, 3)))


@pytest.mark.parametrize("distribution", ["normal", "uniform", "truncated_normal"])
@pytest.mark.parametrize("dtype", ["float32", "complex64"])
def test_variance_scaling_of_groups_of_axes(distribution, dtype):
    init = nn.initializers.variance_scaling(2.0, "fan_geo_avg", distribution, (0, 1), -1, batch_axis=2, dtype=dtype)
    w = np.asarray(init(random.key(0), (6, 4, 10, 54)))
    assert w.dtype == dtype
    assert np.var(w) == pytest.approx(2 / np.sqrt(6 * 4 * 54), rel=0.1)
    assert np.abs(np.mean(w)) < 0.02
    if distribution == "truncated_normal":
        cut = 2 / (0.95311 if dtype == "complex64" else 0.87963)
        assert np.max(np.abs(w)) <= cut * np.sqrt(2 / np.sqrt(6 * 4 * 54)) * 1.001


def test_initializers_of_vectors_and_types():
    vector = nn.initializers.variance_scaling(1.0, "fan_in", "normal", in_axis=(), out_axis=())(random.key(0), (3,))
    assert vector.shape == (3,)
    wide = wnp.asarray(1.0, "float32")
    for init in (nn.initializers.normal, nn.initializers.uniform, nn.initializers.truncated_normal):
        assert init(wide, "bfloat16")(random.key(0), (2,)).dtype == wnp.bfloat16
    assert nn.initializers.zeros(None, (2,), None).dtype == np.float32


def test_standardize_algorithms():
    x = wnp.array([1e6, 1e6 + 1, 1e6 + 2])
    stable = nn.standardize(x, algorithm="stable")
    np.testing.assert_allclose(stable, np.sqrt(1.5) * np.array([-1, 0, 1]), rtol=1e-5, atol=1e-6)
    assert bool(wnp.all(wnp.isfinite(nn.standardize(x, algorithm="fast"))))
    with pytest.raises(ValueError, match="standardize: expected the algorithm 'stable' or 'fast' but got 'slow'"):
        nn.standardize(x, algorithm="slow")


def test_orthogonal_initializers():
    w = np.asarray(nn.initializers.orthogonal(2.0, column_axis=0)(random.key(0), (3, 2, 5)))
    np.testing.assert_allclose(w.reshape(3, 10) @ w.reshape(3, 10).T, 4 * np.eye(3), atol=1e-5)
    assert nn.initializers.orthogonal()(random.key(0), (0, 3)).shape == (0, 3)
    d = np.asarray(nn.initializers.delta_orthogonal()(random.key(1), (3, 4, 2, 5)))
    np.testing.assert_allclose(d[1, 1] @ d[1, 1].T, np.eye(2), atol=1e-6)
    assert np.count_nonzero(d) == np.count_nonzero(d[1, 1])


def test_log1mexp():
    x = np.array([1e-6, 0.1, 0.7, 5.0, 60.0], "float32")
    wide = x.astype("float64")
    exact = np.where(wide < 1, np.log(-np.expm1(-wide)), np.log1p(-np.exp(-wide)))
    np.testing.assert_allclose(nn.log1mexp(wnp.asarray(x)), exact, rtol=1e-6)
    slope = 1 / np.expm1(wide)
    np.testing.assert_allclose(wg.vmap(wg.grad(nn.log1mexp))(wnp.asarray(x)), slope, rtol=1e-5, atol=1e-25)


def attention(q, k, v, bias=0.0, seen=True):
    """The formula, head by head."""
    k, v = (np.repeat(x, q.shape[2] // k.shape[2], axis=2) for x in (k, v))
    logits = np.einsum("btnh,bsnh->bnts", q, k) / np.sqrt(q.shape[-1]) + bias
    return np.einsum("bnts,bsnh->btnh", scipy.special.softmax(np.where(seen, logits, -np.inf), -1), v)


def test_dot_product_attention():
    rng = np.random.default_rng(0)
    q, k, v = (rng.normal(size=(2, n, h, 4)).astype("float32") for n, h in ((3, 6), (5, 2), (5, 2)))
    bias, mask = rng.normal(size=(2, 1, 3, 5)).astype("float32"), rng.random((1, 6, 3, 5)) > 0.3
    mask[..., 0] = True
    att = nn.dot_product_attention
    close = lambda got, expected: np.testing.assert_allclose(got, expected, rtol=2e-5, atol=1e-6)
    close(att(q, k, v, bias, mask), attention(q, k, v, bias, mask))
    close(att(q[0], k[0], v[0]), attention(q, k, v)[0])
    t, s = np.arange(3)[:, None], np.arange(5)
    close(att(q, k, v, is_causal=True), attention(q, k, v, seen=s <= t))
    close(att(q, k, v, local_window_size=(1, 0)), attention(q, k, v, seen=(s >= t - 1) & (s <= t)))
    lengths, counts = np.array([2, 4]), np.array([3, 1])
    ragged = attention(q, k, v, seen=s < lengths[:, None, None, None])
    close(att(q, k, v, key_value_seq_lengths=lengths), ragged)
    both = att(q, k, v, key_value_seq_lengths=lengths, query_seq_lengths=counts)
    close(both, ragged * (np.arange(3) < counts[:, None])[..., None, None])
    out, residual = att(q, k, v, scale=1.0, return_residual=True)
    logits = np.einsum("btnh,bsnh->btns", q, np.repeat(k, 3, 2))
    close(residual, scipy.special.logsumexp(logits, -1))
    assert out.dtype == np.float32 and att(*(wnp.asarray(x, "bfloat16") for x in (q, k, v))).dtype == "bfloat16"

    def checks(q, k, v):
        value, grads = wg.value_and_grad(lambda *a: (att(*a, is_causal=True) ** 2).sum(), (0, 1, 2))(q, k, v)
        return value, grads, wg.vmap(lambda a, b, c: att(a, b, c))(q, k, v)

    eager, compiled = checks(q, k, v), wg.jit(checks)(q, k, v)
    for a, b in zip(wg.tree.leaves(eager), wg.tree.leaves(compiled), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
    close(compiled[2], attention(q, k, v))


def test_attention_messages():
    x = wnp.ones((1, 3, 4, 2))
    with pytest.raises(errors.ShapeError, match=r"dot_product_attention: expected a query .* but got \(1, 3, 4, 2\)"):
        nn.dot_product_attention(x, wnp.ones((1, 3, 3, 2)), wnp.ones((1, 3, 3, 2)))
    with pytest.raises(errors.ShapeError, match=r"expected a bias that broadcasts to the logits, \(1, 4, 3, 3\)"):
        nn.dot_product_attention(x, x, x, wnp.ones((2, 4, 3, 3)))
    with pytest.raises(errors.DtypeError, match="expected a mask of type bool but got float32"):
        nn.dot_product_attention(x, x, x, mask=wnp.ones((3, 3)))
    with pytest.raises(ValueError, match="expected the implementation None or 'xla' but got 'cudnn'"):
        nn.dot_product_attention(x, x, x, implementation="cudnn")


def test_scaled_matmul():
    rng = np.random.default_rng(0)
    a, b = (rng.normal(size=(2, n, 6)).astype("float32") for n in (3, 4))
    p, q = (rng.normal(size=(2, n, 2)).astype("float32") for n in (3, 4))
    expected = np.einsum("bmk,bnk->bmn", a * np.repeat(p, 3, -1), b * np.repeat(q, 3, -1))
    np.testing.assert_allclose(nn.scaled_matmul(a, b, p, q), expected, rtol=1e-5)
    with pytest.raises(errors.ShapeError, match=r"scaled_matmul: expected lhs .* but got \(2, 3, 6\)"):
        nn.scaled_matmul(a, b, p[..., :1], q)
