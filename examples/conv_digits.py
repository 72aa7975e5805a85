# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A multilayer perceptron and a convolutional network on handwritten digits, of `nn.layers` and `optim.adamw`.

python examples/conv_digits.py [--steps STEPS] [--output FOLDER]
"""

from __future__ import annotations

import sys
import time

import numpy as np
from common import arguments, batches, digits, figures, save

import wengert as wg
import wengert.numpy as wnp
from wengert import optim, random
from wengert.nn.layers import BatchNorm, Conv, Dense, Dropout, Flatten, MaxPool, Relu, serial

BATCH = 64
NETWORKS = {
    "perceptron": serial(Flatten, Dense(128), Relu, Dropout(0.1), Dense(64), Relu, Dense(10)),
    "convolutions": serial(
        Conv(16, (3, 3), padding="SAME"),
        BatchNorm(),
        Relu,
        MaxPool((2, 2), (2, 2)),
        Conv(32, (3, 3), padding="SAME"),
        BatchNorm(),
        Relu,
        MaxPool((2, 2), (2, 2)),
        Flatten,
        Dropout(0.1),
        Dense(10),
    ),
}


def train(network, steps, images, labels, test_images, test_labels):
    """The losses of the steps, and the guesses for the held-out images."""
    schedule = optim.warmup_cosine_decay_schedule(0.0, 5e-3, max(steps // 10, 1), steps)
    tx = optim.adamw(schedule, weight_decay=1e-3)

    def loss(params, x, y, key):
        return wnp.mean(optim.softmax_cross_entropy_with_integer_labels(network.apply(params, x, key=key), y))

    @wg.jit
    def step(params, state, x, y, key):
        value, grads = wg.value_and_grad(loss)(params, x, y, key)
        updates, state = tx.update(grads, state, params)
        return optim.apply_updates(params, updates), state, value

    key = random.key(0)
    shape, params = network.init(key, (-1, *images.shape[1:]))
    assert shape == (-1, 10)
    state, losses, seconds = tx.init(params), [], []
    for i, batch in enumerate(batches(len(labels), BATCH, steps)):
        start = time.perf_counter()
        params, state, value = step(params, state, images[batch], labels[batch], random.fold_in(key, i))
        losses.append(float(value))
        seconds.append(time.perf_counter() - start)
    guesses = np.asarray(wg.jit(network.apply)(params, test_images)).argmax(1)
    count = sum(p.size for p in wg.tree.leaves(params))
    accuracy = np.mean(guesses == test_labels)
    print(f"{count:6} parameters, {1e6 * np.median(seconds):7.0f} us a step, accuracy {accuracy:.4f}")
    return losses, guesses


def main() -> int:
    args = arguments(__doc__, steps=600)
    data = digits()
    results = {}
    for name, network in NETWORKS.items():
        print(f"{name:13}", end=" ", flush=True)
        results[name] = train(network, args.steps, *data)

    plt = figures()
    figure = plt.figure(figsize=(10, 6), layout="constrained")
    top, bottom = figure.subfigures(2, 1)
    axes = top.subplots()
    test_images, test_labels = data[2:]
    accuracies = []
    for name, (losses, guesses) in results.items():
        accuracies.append(np.mean(guesses == test_labels))
        axes.semilogy(losses, label=f"{name}: {accuracies[-1]:.3f} of the held-out digits right", alpha=0.8)
    axes.set(xlabel="step", ylabel="loss of the batch")
    axes.legend()
    guesses = results["convolutions"][1]
    wrong = np.flatnonzero(guesses != test_labels)[:12]
    bottom.suptitle("misclassified by the convolutions (label, guess)")
    for i, ax in enumerate(bottom.subplots(1, 12)):
        ax.axis("off")
        if i < len(wrong):
            ax.imshow(test_images[wrong[i], ..., 0], cmap="gray_r")
            ax.set_title(f"{test_labels[wrong[i]]}, {guesses[wrong[i]]}", fontsize=9)
    save(figure, args.output / "conv_digits.png")
    return 0 if min(accuracies) > 0.9 else 1


if __name__ == "__main__":
    sys.exit(main())
