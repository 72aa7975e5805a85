# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Gaussian process regression: the covariance matrix by `vmap` in `vmap` of a function of two points, the settings of
the kernel by gradients of the marginal likelihood through a Cholesky factorisation.

    python examples/gaussian_process.py [--steps STEPS] [--output FOLDER]
"""

from __future__ import annotations

import sys

import numpy as np
from common import arguments, figures, save

import wengert as wg
import wengert.numpy as wnp
from wengert import optim
from wengert.scipy.linalg import cho_solve, solve_triangular


def kernel(params, x, y):
    """The covariance of the function at two points."""
    return wnp.exp(2 * params["amplitude"]) * wnp.exp(-0.5 * wnp.sum((x - y) ** 2) / wnp.exp(2 * params["length"]))


def covariance(params, xs, ys):
    """The matrix (len(xs), len(ys)) of the kernel at every pair."""
    of_row = lambda x: wg.vmap(lambda y: kernel(params, x, y))(ys)
    return wg.vmap(of_row)(xs)


def factor(params, xs):
    noise = wnp.exp(2 * params["noise"]) + 1e-5
    return wnp.linalg.cholesky(covariance(params, xs, xs) + noise * wnp.eye(len(xs)))


def negative_log_likelihood(params, xs, ys):
    lower = factor(params, xs)
    white = solve_triangular(lower, ys, lower=True)
    return 0.5 * wnp.sum(white**2) + wnp.sum(wnp.log(wnp.diagonal(lower))) + 0.5 * len(ys) * wnp.log(2 * wnp.pi)


def posterior(params, xs, ys, at):
    """Mean and variance of the function at other points."""
    lower = factor(params, xs)
    across = covariance(params, xs, at)
    mean = across.T @ cho_solve((lower, True), ys)
    explained = wnp.sum(solve_triangular(lower, across, lower=True) ** 2, axis=0)
    return mean, wnp.exp(2 * params["amplitude"]) - explained


def main() -> int:
    args = arguments(__doc__, steps=150)
    rng = np.random.default_rng(0)
    truth = lambda x: np.sin(3 * x) + 0.5 * x
    xs = np.sort(np.concatenate([rng.uniform(-3, -0.5, 18), rng.uniform(1, 3, 14)])).astype(np.float32)[:, None]
    ys = (truth(xs[:, 0]) + 0.2 * rng.normal(size=len(xs))).astype(np.float32)

    tx = optim.adam(0.05)

    @wg.jit
    def step(params, state):
        value, grads = wg.value_and_grad(negative_log_likelihood)(params, xs, ys)
        updates, state = tx.update(grads, state, params)
        return optim.apply_updates(params, updates), state, value

    params = {name: wnp.zeros(()) for name in ("amplitude", "length", "noise")}
    state, values = tx.init(params), []
    for _ in range(args.steps):
        params, state, value = step(params, state)
        values.append(float(value))
    found = {name: float(np.exp(p)) for name, p in params.items()}
    print("negative log likelihood", f"{values[0]:.2f} -> {values[-1]:.2f};", found)

    at = np.linspace(-4, 4, 200, dtype=np.float32)[:, None]
    mean, variance = (np.asarray(x) for x in wg.jit(posterior)(params, xs, ys, at))
    deviation = np.sqrt(np.maximum(variance, 0))
    inside = np.abs(at[:, 0]) < 3
    covered = np.mean(np.abs(truth(at[:, 0]) - mean)[inside] < 2 * deviation[inside] + 0.05)
    print(f"the truth is within two deviations at {covered:.0%} of the points of the range of the data")

    plt = figures()
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained", width_ratios=(2, 1))
    left.fill_between(at[:, 0], mean - 2 * deviation, mean + 2 * deviation, alpha=0.25, label="two deviations")
    left.plot(at[:, 0], mean, label="mean")
    left.plot(at[:, 0], truth(at[:, 0]), "k--", linewidth=1, label="truth")
    left.plot(xs[:, 0], ys, "k.", label="data")
    left.legend()
    right.plot(values)
    right.set(xlabel="step", ylabel="negative log likelihood")
    save(figure, args.output / "gaussian_process.png")
    return 0 if values[-1] < values[0] and covered > 0.8 else 1


if __name__ == "__main__":
    sys.exit(main())
