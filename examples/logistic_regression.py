# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Logistic regression on handwritten digits: a convex loss, brought to its minimum by L-BFGS in one compiled step.

python examples/logistic_regression.py [--steps STEPS] [--output FOLDER]
"""

from __future__ import annotations

import sys

import numpy as np
from common import arguments, digits, figures, save

import wengert as wg
import wengert.numpy as wnp
from wengert import optim


def predict(params, images):
    """Logits (batch, 10) of images (batch, 64)."""
    return images @ params["weights"] + params["bias"]


def loss(params, images, labels):
    """The mean cross entropy, with weight decay."""
    cross_entropy = optim.softmax_cross_entropy_with_integer_labels(predict(params, images), labels)
    return wnp.mean(cross_entropy) + 1e-3 * wnp.sum(params["weights"] ** 2)


def train(steps, images, labels):
    """The parameters, and the loss and the norm of the gradient at each step."""
    tx = optim.lbfgs()
    f = lambda params: loss(params, images, labels)

    @wg.jit
    def step(params, state):
        value, grad = wg.value_and_grad(f)(params)
        updates, state = tx.update(grad, state, params, value=value, grad=grad, value_fn=f)
        return optim.apply_updates(params, updates), state, value, optim.global_norm(grad)

    params = {"weights": wnp.zeros((64, 10)), "bias": wnp.zeros(10)}
    state, history = tx.init(params), []
    for _ in range(steps):
        params, state, value, norm = step(params, state)
        history.append((float(value), float(norm)))
    return params, np.array(history)


def main() -> int:
    args = arguments(__doc__, steps=60)
    images, labels, test_images, test_labels = digits()
    images, test_images = (x.reshape(len(x), 64) for x in (images, test_images))
    params, history = train(args.steps, images, labels)
    guesses = np.asarray(predict(params, test_images)).argmax(1)
    accuracy = float(np.mean(guesses == test_labels))
    print(f"loss     {history[-1, 0]:.4f}, gradient {history[-1, 1]:.1e} after {args.steps} steps")
    print(f"accuracy {accuracy:.4f} on the held-out third")

    plt = figures()
    figure = plt.figure(figsize=(10, 5), layout="constrained")
    top, bottom = figure.subfigures(2, 1)
    left, right = top.subplots(1, 2)
    left.plot(history[:, 0])
    left.set(xlabel="step", ylabel="loss")
    right.semilogy(history[:, 1])
    right.set(xlabel="step", ylabel="norm of the gradient")
    bottom.suptitle("the weights of each class: red for, blue against")
    weights = np.asarray(params["weights"])
    for digit, axes in enumerate(bottom.subplots(1, 10)):
        axes.imshow(weights[:, digit].reshape(8, 8), cmap="RdBu_r", vmin=-2, vmax=2)
        axes.set_title(digit)
        axes.axis("off")
    save(figure, args.output / "logistic_regression.png")
    return 0 if accuracy > 0.93 else 1


if __name__ == "__main__":
    sys.exit(main())
