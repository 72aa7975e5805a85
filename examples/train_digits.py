# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Train a classifier of handwritten digits through the whole compiler, export it, and run the export without Python.

The data are scikit-learn's 1,797 scanned digits of 8 x 8 pixels. A third is held out. The training step (forward pass,
gradient, momentum update) is one Python function: traced, differentiated as IR, lowered to linalg, compiled by IREE.

    python examples/train_digits.py [--epochs N] [--output FOLDER]
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

import wengert as wg
import wengert.numpy as wnp
from wengert import aot, nn, random
from wengert.progress import track

SIZES = (64, 128, 64, 10)
BATCH = 128


def load_data():
    """Train and test images (n, 64) in [0, 1] and labels (n,), a third held out."""
    digits = load_digits()
    order = np.random.default_rng(0).permutation(len(digits.target))
    images = (digits.data[order] / 16).astype(np.float32)
    labels = digits.target[order].astype(np.int32)
    held_out = len(labels) // 3
    return images[held_out:], labels[held_out:], images[:held_out], labels[:held_out]


def init_params(key):
    """One (weights, biases) pair a layer."""
    keys = random.split(key, len(SIZES) - 1)
    return [
        (random.normal(k, (m, n)) * np.float32(m**-0.5), wnp.zeros(n))
        for k, (m, n) in zip(keys, itertools.pairwise(SIZES), strict=True)
    ]


def predict(params, images):
    """Logits (batch, 10) of images (batch, 64)."""
    hidden = images
    for w, b in params[:-1]:
        hidden = wnp.tanh(hidden @ w + b)
    w, b = params[-1]
    return hidden @ w + b


def loss(params, images, one_hot_labels):
    """Mean cross entropy."""
    return -wnp.mean(wnp.sum(nn.log_softmax(predict(params, images)) * one_hot_labels, axis=-1))


@wg.jit
def step(params, velocity, images, one_hot_labels):
    """One step of gradient descent with momentum: new parameters, new velocity, loss."""
    value, grads = wg.value_and_grad(loss)(params, images, one_hot_labels)
    velocity = wg.tree.map(lambda v, g: 0.9 * v - 0.1 * g, velocity, grads)
    params = wg.tree.map(lambda p, v: p + v, params, velocity)
    return params, velocity, value


def compile_step(*args):
    """Compile the training step in its stages and tell how long each takes."""
    start = time.perf_counter()
    traced = step.trace(*args)
    after_trace = time.perf_counter()
    lowered = traced.lower()
    after_passes = time.perf_counter()
    compiled = lowered.compile()
    end = time.perf_counter()
    print(f"trace    {1e3 * (after_trace - start):8.1f} ms")
    print(f"passes   {1e3 * (after_passes - after_trace):8.1f} ms")
    print(f"compile  {1e3 * (end - after_passes):8.1f} ms   (kept in the cache: the next run takes a few ms)")
    return compiled


def train(epochs, images, labels, test_images, test_labels):
    """The trained parameters, and per epoch the mean loss and the accuracy on the held-out third."""
    one_hot = np.eye(10, dtype=np.float32)[labels]
    params = init_params(random.key(0))
    velocity = wg.tree.map(wnp.zeros_like, params)
    run = compile_step(params, velocity, images[:BATCH], one_hot[:BATCH])
    classify = wg.jit(predict)
    shuffle = np.random.default_rng(1)
    losses, accuracies, seconds = [], [], []
    for _ in track(range(epochs), "training"):
        order = shuffle.permutation(len(labels))
        epoch_losses = []
        for at in range(0, len(labels) - BATCH + 1, BATCH):
            batch = order[at : at + BATCH]
            x, y = images[batch], one_hot[batch]
            start = time.perf_counter()
            params, velocity, value = run(params, velocity, x, y)
            seconds.append(time.perf_counter() - start)
            epoch_losses.append(float(value))
        losses.append(np.mean(epoch_losses))
        accuracies.append(float(np.mean(np.argmax(classify(params, test_images), axis=1) == test_labels)))
    print(f"step     {1e6 * np.median(seconds):8.1f} us   (median of {len(seconds)}, batch of {BATCH})")
    return params, losses, accuracies


def save_picture(path, losses, accuracies, images, labels, predictions):
    """The learning curve above the misclassified digits with their predictions."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    wrong = np.flatnonzero(predictions != labels)[:24]
    figure = plt.figure(figsize=(10, 7), layout="constrained")
    curve, digits = figure.subfigures(2, 1, height_ratios=(1, 1.1))
    axes = curve.subplots()
    axes.plot(losses, color="tab:blue")
    axes.set(xlabel="epoch", yscale="log")
    axes.set_ylabel("training loss", color="tab:blue")
    right = axes.twinx()
    right.plot(accuracies, color="tab:orange")
    right.set_ylabel("accuracy on the held-out third", color="tab:orange")
    right.set_ylim(top=1.0)
    axes.set_title(f"{accuracies[-1]:.3f} of {len(labels)} held-out digits right")
    digits.suptitle(f"misclassified: {np.sum(predictions != labels)} (label, prediction)")
    for i, ax in enumerate(digits.subplots(2, 12).ravel()):
        ax.axis("off")
        if i < len(wrong):
            ax.imshow(images[wrong[i]].reshape(8, 8), cmap="gray_r")
            ax.set_title(f"{labels[wrong[i]]}, {predictions[wrong[i]]}", fontsize=9)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def run_export(folder, params, images):
    """Export the predictor with its parameters, run the file by iree-run-module alone; its logits."""
    module = folder / "digits.vmfb"
    aot.export(lambda x: predict(params, x), wg.ShapeDtypeStruct(images.shape, images.dtype), path=module)
    print(f"exported {module} ({module.stat().st_size / 1e3:.0f} kB)")
    np.save(folder / "images.npy", images)
    tool = shutil.which("iree-run-module", path=str(Path(sys.executable).parent)) or "iree-run-module"
    command = [tool, f"--module={module}", "--device=local-task", "--function=main"]
    command += [f"--input=@{folder / 'images.npy'}", f"--output=@{folder / 'logits.npy'}"]
    print("running  " + " ".join([Path(tool).name, *command[1:]]))
    subprocess.run(command, check=True, capture_output=True)
    return np.load(folder / "logits.npy")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--output", type=Path, default=Path("build/demo"), help="folder of the picture and the export")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)

    images, labels, test_images, test_labels = load_data()
    print(f"{len(labels)} digits to train on, {len(test_labels)} held out")
    params, losses, accuracies = train(args.epochs, images, labels, test_images, test_labels)
    logits = np.asarray(wg.jit(predict)(params, test_images))
    predictions = logits.argmax(axis=1)
    print(f"accuracy {accuracies[-1]:8.4f}      on the held-out third")
    picture = args.output / "digits.png"
    save_picture(picture, losses, accuracies, test_images, test_labels, predictions)
    print(f"picture  {picture}")

    exported = run_export(args.output, params, test_images)
    agree = np.array_equal(exported.argmax(axis=1), predictions)
    difference = np.abs(exported - logits).max()
    print(f"agrees   {agree}: {len(predictions)} predictions, logits differ by at most {difference:.1e}")
    return 0 if agree and difference < 1e-3 and accuracies[-1] >= 0.96 else 1


if __name__ == "__main__":
    sys.exit(main())
