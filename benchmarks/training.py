# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The training step of examples/train_digits.py, the same program for us and for JAX."""

from __future__ import annotations

import importlib
import itertools

import numpy as np

from benchmarks.harness import Case, optional

SIZES = (64, 128, 64, 10)
BATCH = 128


class Task:
    """A digit classifier for `library`: wengert or jax."""

    def __init__(self, library, scale: float = 1.0):
        self.numpy = importlib.import_module(library.__name__ + ".numpy")
        self.nn = importlib.import_module(library.__name__ + ".nn")
        self.library = library
        self.scale = scale

    def arguments(self):
        """Parameters, velocities and a batch, the same numbers for every library."""
        rng = np.random.default_rng(0)
        layers = [
            (rng.normal(size=(m, n)).astype(np.float32) / np.sqrt(m).astype(np.float32), np.zeros(n, np.float32))
            for m, n in itertools.pairwise(SIZES)
        ]
        array = self.numpy.asarray
        params = [(array(w), array(b)) for w, b in layers]
        velocity = [(array(0 * w), array(0 * b)) for w, b in layers]
        x = array(rng.uniform(size=(BATCH, SIZES[0])).astype(np.float32))
        y = array(np.eye(SIZES[-1], dtype=np.float32)[rng.integers(0, SIZES[-1], BATCH)])
        return params, velocity, x, y

    def loss(self, params, x, y):
        for w, b in params[:-1]:
            x = self.numpy.tanh(x @ w + b)
        w, b = params[-1]
        logits = (x @ w + b) * self.scale
        return -self.numpy.mean(self.numpy.sum(self.nn.log_softmax(logits) * y, axis=-1))

    def step(self, params, velocity, x, y):
        """One step of gradient descent with momentum."""
        tree_map = self.library.tree_util.tree_map
        value, grads = self.library.value_and_grad(self.loss)(params, x, y)
        velocity = tree_map(lambda v, g: 0.9 * v - 0.1 * g, velocity, grads)
        params = tree_map(lambda p, v: p + v, params, velocity)
        return params, velocity, value


def torch_step(torch):
    """The same step in PyTorch, eager."""
    import wengert as wg

    params, velocity, x, y = Task(wg).arguments()
    tensor = lambda a: torch.from_numpy(np.array(a))
    weights = [tensor(a).requires_grad_() for layer in params for a in layer]
    velocities = [tensor(a) for layer in velocity for a in layer]
    inputs, targets = tensor(x), tensor(y)

    def step():
        h = inputs
        for i in range(0, len(weights), 2):
            h = h @ weights[i] + weights[i + 1]
            if i + 2 < len(weights):
                h = torch.tanh(h)
        loss = -(torch.log_softmax(h, -1) * targets).sum(-1).mean()
        grads = torch.autograd.grad(loss, weights)
        with torch.no_grad():
            for w, v, g in zip(weights, velocities, grads, strict=True):
                v.mul_(0.9).sub_(g, alpha=0.1)
                w.add_(v)
        return loss

    return step


def cases() -> list[Case]:
    import wengert as wg

    def run(library, ready):
        task = Task(library)
        step = library.jit(task.step)
        args = task.arguments()
        return lambda: ready(step(*args))

    runs = {"wengert": run(wg, lambda r: r)}
    jax = optional("jax")
    if jax:
        runs["jax"] = run(jax, jax.block_until_ready)
    torch = optional("torch")
    if torch:
        runs["torch"] = torch_step(torch)
    return [Case(f"MLP {'-'.join(map(str, SIZES))}, batch {BATCH}", runs, rounds=15, goal="< 1.3 x JAX")]
