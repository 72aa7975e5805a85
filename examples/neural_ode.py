# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A neural ordinary differential equation: learn the motion of a pendulum with friction from what is seen of it.

The right-hand side is a small network; `ode.odeint` integrates it with steps of adaptive length, and its gradient comes
from the adjoint equation, so that nothing of the steps is kept.

    python examples/neural_ode.py [--steps STEPS] [--output FOLDER]
"""

from __future__ import annotations

import sys
import time

import numpy as np
from common import arguments, figures, save

import wengert as wg
import wengert.numpy as wnp
from wengert import optim, random
from wengert.nn.layers import Dense, Tanh, serial
from wengert.ode import odeint

NETWORK = serial(Dense(32), Tanh, Dense(2))
TIMES = np.linspace(0.0, 6.0, 25, dtype=np.float32)


def pendulum(state, t):
    """Angle and velocity: the truth that is to be learned."""
    angle, velocity = state[..., 0], state[..., 1]
    return wnp.stack([velocity, -wnp.sin(angle) - 0.2 * velocity], axis=-1)


def learned(state, t, params):
    return NETWORK.apply(params, state)


def solve(params, starts, times):
    """The states (time, batch, 2) of the learned motion."""
    return odeint(learned, starts, times, params, rtol=1e-4, atol=1e-4)


def main() -> int:
    args = arguments(__doc__, steps=150)
    rng = np.random.default_rng(0)
    starts = rng.uniform(-1.5, 1.5, (12, 2)).astype(np.float32)
    seen = np.asarray(wg.jit(lambda x: odeint(pendulum, x, TIMES))(starts))
    seen = seen + 0.02 * rng.normal(size=seen.shape).astype(np.float32)
    tx = optim.adam(optim.cosine_decay_schedule(2e-2, args.steps))

    @wg.jit
    def step(params, state, until):
        def loss(params):
            # Short motions first: a long one of a poor network tells little.
            weights = (wnp.arange(len(TIMES)) <= until)[:, None, None]
            return wnp.sum(weights * (solve(params, starts, TIMES) - seen) ** 2) / (wnp.sum(weights) * starts.size)

        value, grads = wg.value_and_grad(loss)(params)
        updates, state = tx.update(grads, state, params)
        return optim.apply_updates(params, updates), state, value

    _, params = NETWORK.init(random.key(0), (-1, 2))
    state, losses, seconds = tx.init(params), [], []
    for i in range(args.steps):
        start = time.perf_counter()
        params, state, value = step(params, state, 5 + 2 * len(TIMES) * i // args.steps)
        losses.append(float(value))
        seconds.append(time.perf_counter() - start)
    print(f"{1e3 * np.median(seconds):.1f} ms a step, loss {losses[0]:.4f} -> {losses[-1]:.4f}")

    other = np.array([[1.2, -0.3], [-0.7, 0.9]], np.float32)  # starts that were not in the data
    fine = np.linspace(0, 6, 100, dtype=np.float32)
    truth, found = (np.asarray(wg.jit(f)(other)) for f in (
        lambda x: odeint(pendulum, x, fine), lambda x: solve(params, x, fine)))  # fmt: skip
    error = float(np.sqrt(np.mean((truth - found) ** 2)))
    print(f"on starts that were not seen: root mean square error {error:.3f}")

    plt = figures()
    figure, (left, middle, right) = plt.subplots(1, 3, figsize=(13, 4), layout="constrained")
    left.semilogy(losses)
    left.set(xlabel="step", ylabel="loss")
    for i, colour in enumerate(("tab:blue", "tab:orange")):
        middle.plot(fine, truth[:, i, 0], color=colour, label="true angle")
        middle.plot(fine, found[:, i, 0], "--", color=colour, label="learned")
    middle.set(xlabel="time")
    middle.legend(fontsize=8)
    x, v = np.meshgrid(np.linspace(-1.5, 1.5, 15, dtype=np.float32), np.linspace(-1.5, 1.5, 15, dtype=np.float32))
    flow = np.asarray(learned(np.stack([x, v], -1).reshape(-1, 2), 0.0, params)).reshape(15, 15, 2)
    right.streamplot(x, v, flow[..., 0], flow[..., 1], density=0.8)
    right.set(xlabel="angle", ylabel="velocity", title="the learned field")
    save(figure, args.output / "neural_ode.png")
    return 0 if losses[-1] < losses[0] and np.isfinite(error) else 1


if __name__ == "__main__":
    sys.exit(main())
