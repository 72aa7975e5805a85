# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Products with a Hessian that is never formed, and what they are good for: Newton's method on a large problem.

`jvp` of `grad` costs a few gradients whatever the number of parameters; the Hessian costs a row for each of them. The
picture shows both, and how gradient descent and Newton's method with conjugate gradients go down.

    python examples/hessian_vector_products.py [--steps STEPS] [--output FOLDER]
"""

from __future__ import annotations

import sys
import time

import numpy as np
from common import arguments, digits, figures, save

import wengert as wg
import wengert.numpy as wnp
from wengert import lax, optim

images, labels = (x[:600] for x in digits()[:2])
FEATURES = images.reshape(len(images), -1)


def loss(weights, features):
    """The cross entropy of a linear classifier (10 weights for each feature) with some weight decay."""
    logits = features @ weights.reshape(-1, 10)
    cross_entropy = optim.softmax_cross_entropy_with_integer_labels(logits, labels)
    return wnp.mean(cross_entropy) + 1e-3 * wnp.sum(weights**2)


def forward_over_reverse(f, x, v):
    return wg.jvp(wg.grad(f), (x,), (v,))[1]


def reverse_over_forward(f, x, v):
    return wg.grad(lambda x: wg.jvp(f, (x,), (v,))[1])(x)


def reverse_over_reverse(f, x, v):
    return wg.grad(lambda x: wnp.vdot(wg.grad(f)(x), v))(x)


PRODUCTS = (forward_over_reverse, reverse_over_forward, reverse_over_reverse)


def conjugate_gradients(product, b, iterations):
    """x with product(x) = b, approximately."""

    def step(_, state):
        x, r, p, squares = state
        ap = product(p)
        alpha = squares / wnp.vdot(p, ap)
        x, r = x + alpha * p, r - alpha * ap
        new = wnp.vdot(r, r)
        return x, r, r + new / squares * p, new

    return lax.fori_loop(0, iterations, step, (wnp.zeros_like(b), b, b, wnp.vdot(b, b)))[0]


def descend(steps):
    """The losses of gradient descent and of Newton's method."""
    f = lambda w: loss(w, FEATURES)

    @wg.jit
    def gradient_step(w):
        value, grad = wg.value_and_grad(f)(w)
        return w - 0.5 * grad, value

    @wg.jit
    def newton_step(w):
        value, grad = wg.value_and_grad(f)(w)
        return w - conjugate_gradients(lambda v: forward_over_reverse(f, w, v), grad, 20), value

    curves = []
    for step in (gradient_step, newton_step):
        w, values = wnp.zeros(FEATURES.shape[1] * 10), []
        for _ in range(steps):
            w, value = step(w)
            values.append(float(value))
        curves.append(values)
    return curves


def seconds(f, *args, repeat=5):
    f(*args)
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        np.asarray(f(*args))
        times.append(time.perf_counter() - start)
    return min(times)


def timings():
    """Seconds of a product and of a Hessian for growing numbers of parameters, and by how much the products differ."""
    rows, worst = [], 0.0
    for width in (8, 16, 32):
        f = lambda w, width=width: loss(w, FEATURES[:, 16 : 16 + width])
        w, v = np.random.default_rng(0).normal(size=(2, 10 * width)).astype(np.float32)
        hessian = wg.jit(wg.hessian(f))
        every = wg.jit(lambda w, v, f=f: [product(f, w, v) for product in PRODUCTS])
        expected = np.asarray(hessian(w)) @ v
        worst = max(worst, *(float(np.abs(p - expected).max() / np.abs(expected).max()) for p in every(w, v)))
        one = wg.jit(lambda w, v, f=f: forward_over_reverse(f, w, v))
        rows.append((10 * width, seconds(one, w, v), seconds(hessian, w)))
    return np.array(rows), worst


def main() -> int:
    args = arguments(__doc__, steps=15)
    times, worst = timings()
    for count, product, hessian in times:
        print(f"{int(count):4} parameters: product {1e6 * product:8.0f} us, Hessian {1e6 * hessian:8.0f} us")
    print(f"products of three kinds differ from the Hessian's by at most {worst:.1e} of it")
    gradient, newton = descend(args.steps)
    print(f"loss after {args.steps} steps: gradient descent {gradient[-1]:.4f}, Newton's method {newton[-1]:.4f}")

    plt = figures()
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    left.loglog(times[:, 0], 1e6 * times[:, 1:], "o-", label=["Hessian-vector product", "Hessian"])
    left.set(xlabel="parameters", ylabel="microseconds")
    left.legend()
    right.semilogy(gradient, label="gradient descent")
    right.semilogy(newton, label="Newton, by conjugate gradients")
    right.set(xlabel="step", ylabel="loss")
    right.legend()
    save(figure, args.output / "hessian_vector_products.png")
    return 0 if worst < 1e-3 and newton[-1] < gradient[-1] else 1


if __name__ == "__main__":
    sys.exit(main())
