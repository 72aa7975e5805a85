# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Black-box variational inference: fit a normal distribution to any log density by gradients through its samples.

The density is Neal's funnel, a narrow valley that a normal distribution of independent parts cannot fill; the evidence
lower bound (the entropy plus the mean log density of samples) says how well it does.

    python examples/variational_inference.py [--steps STEPS] [--output FOLDER]
"""

from __future__ import annotations

import sys

import numpy as np
from common import arguments, figures, save

import wengert as wg
import wengert.numpy as wnp
from wengert import optim, random
from wengert.scipy.stats import norm

SAMPLES = 200


def log_density(x):
    """Of the funnel: x[1] is normal, and x[0] is normal with the deviation exp(x[1] / 2)."""
    return norm.logpdf(x[1], 0.0, 1.35) + norm.logpdf(x[0], 0.0, wnp.exp(x[1] / 2))


def lower_bound(params, key):
    """The evidence lower bound of the normal distribution of this mean and these logarithms of deviations."""
    mean, log_deviation = params
    samples = mean + wnp.exp(log_deviation) * random.normal(key, (SAMPLES, len(mean)))
    entropy = wnp.sum(log_deviation) + 0.5 * len(mean) * (1 + wnp.log(2 * wnp.pi))
    return entropy + wnp.mean(wg.vmap(log_density)(samples))


def main() -> int:
    args = arguments(__doc__, steps=300)
    tx = optim.adam(0.05)

    @wg.jit
    def step(params, state, key):
        value, grads = wg.value_and_grad(lambda p: -lower_bound(p, key))(params)
        updates, state = tx.update(grads, state, params)
        return optim.apply_updates(params, updates), state, -value

    params = (wnp.array([1.5, -1.5]), wnp.array([-2.0, -2.0]))
    state, bounds, path = tx.init(params), [], [params]
    for key in random.split(random.key(0), args.steps):
        params, state, bound = step(params, state, key)
        bounds.append(float(bound))
        path.append(params)
    first, last = np.mean(bounds[:10]), np.mean(bounds[-10:])
    print(f"evidence lower bound {first:.3f} -> {last:.3f} (0 would be a perfect fit)")
    mean, deviation = np.asarray(params[0]), np.exp(np.asarray(params[1]))
    print("mean", mean.round(2), "deviations", deviation.round(2))

    # The density over a grid: the same function of one point, mapped twice.
    x, y = np.meshgrid(np.linspace(-4, 4, 120, dtype=np.float32), np.linspace(-5, 3, 120, dtype=np.float32))
    density = np.exp(wg.vmap(wg.vmap(log_density))(wnp.stack([x, y], axis=-1)))
    plt = figures()
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.5), layout="constrained")
    left.contourf(x, y, density, levels=12, cmap="Greys")
    angle = np.linspace(0, 2 * np.pi, 100)
    for k in np.linspace(0, len(path) - 1, 6).astype(int):
        m, s = np.asarray(path[k][0]), np.exp(np.asarray(path[k][1]))
        left.plot(m[0] + 2 * s[0] * np.cos(angle), m[1] + 2 * s[1] * np.sin(angle), label=f"step {k}")
    left.set(title="the density, and two deviations of the fit", xlim=(-4, 4), ylim=(-5, 3))
    left.legend(fontsize=8)
    right.plot(bounds)
    right.set(xlabel="step", ylabel="evidence lower bound")
    save(figure, args.output / "variational_inference.png")
    return 0 if last > first and last < 0.05 else 1


if __name__ == "__main__":
    sys.exit(main())
