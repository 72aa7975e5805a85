# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A generative adversarial network of convolutions (DCGAN) that learns to draw digits of 8 x 8 pixels.

A generator draws images from noise by transposed convolutions, a discriminator tells them from scanned ones; one
compiled step moves both.

    python examples/dcgan_digits.py [--steps STEPS] [--output FOLDER]
"""

from __future__ import annotations

import sys
import time

import numpy as np
from common import arguments, batches, digits, figures, save

import wengert as wg
import wengert.numpy as wnp
from wengert import optim, random
from wengert.nn.layers import (
    BatchNorm,
    Conv,
    ConvTranspose,
    Dense,
    Dropout,
    Flatten,
    Layer,
    LeakyRelu,
    Relu,
    Sigmoid,
    serial,
)

NOISE, BATCH, CHANNELS = 16, 64, 32


unflatten = Layer(
    lambda key, shape: ((shape[0], 2, 2, CHANNELS), ()),
    lambda params, x, key=None: wnp.reshape(x, (x.shape[0], 2, 2, CHANNELS)),
)
GENERATOR = serial(
    Dense(2 * 2 * CHANNELS),
    unflatten,
    BatchNorm(),
    Relu,
    ConvTranspose(CHANNELS, (3, 3), (2, 2), "SAME"),
    BatchNorm(),
    Relu,
    ConvTranspose(1, (3, 3), (2, 2), "SAME"),
    Sigmoid,
)
DISCRIMINATOR = serial(
    Conv(CHANNELS, (3, 3), (2, 2), "SAME"),
    LeakyRelu,
    Dropout(0.3),
    Conv(2 * CHANNELS, (3, 3), (2, 2), "SAME"),
    LeakyRelu,
    Dropout(0.3),
    Flatten,
    Dense(1),
)


def init(key):
    """Parameters of both."""
    k1, k2 = random.split(key)
    shape, generator = GENERATOR.init(k1, (-1, NOISE))
    return generator, DISCRIMINATOR.init(k2, shape)[1]


def cross_entropy(logits, label):
    return wnp.mean(optim.sigmoid_binary_cross_entropy(logits, wnp.full_like(logits, label)))


def discriminator_loss(discriminator, drawn, images, key):
    k1, k2 = random.split(key)
    real = DISCRIMINATOR.apply(discriminator, images, key=k1)
    false = DISCRIMINATOR.apply(discriminator, drawn, key=k2)
    # A label of 0.9 keeps the discriminator from being too sure.
    return cross_entropy(real, 0.9) + cross_entropy(false, 0.0)


def generator_loss(generator, discriminator, noise, key):
    drawn = GENERATOR.apply(generator, noise)
    return cross_entropy(DISCRIMINATOR.apply(discriminator, drawn, key=key), 1.0), drawn


def train(steps, images):
    """The parameters of the generator, and the losses of both."""
    tx = optim.adam(1e-3, b1=0.5)

    @wg.jit
    def step(params, states, x, key):
        (generator, discriminator), (of_generator, of_discriminator) = params, states
        k1, k2, k3 = random.split(key, 3)
        noise = random.normal(k1, (BATCH, NOISE))
        (loss_g, drawn), grads = wg.value_and_grad(generator_loss, has_aux=True)(generator, discriminator, noise, k2)
        updates, of_generator = tx.update(grads, of_generator)
        loss_d, grads = wg.value_and_grad(discriminator_loss)(discriminator, drawn, x, k3)
        new_generator = optim.apply_updates(generator, updates)
        updates, of_discriminator = tx.update(grads, of_discriminator)
        new_discriminator = optim.apply_updates(discriminator, updates)
        return (new_generator, new_discriminator), (of_generator, of_discriminator), (loss_g, loss_d)

    key = random.key(0)
    params = init(key)
    states = tuple(tx.init(p) for p in params)
    losses, seconds = [], []
    for i, batch in enumerate(batches(len(images), BATCH, steps)):
        start = time.perf_counter()
        params, states, values = step(params, states, images[batch], random.fold_in(key, i + 1))
        losses.append([float(v) for v in values])
        seconds.append(time.perf_counter() - start)
    of_generator, of_discriminator = losses[-1]
    print(f"{1e3 * np.median(seconds):.1f} ms a step; losses {of_generator:.3f} and {of_discriminator:.3f}")
    return params[0], np.array(losses)


def main() -> int:
    args = arguments(__doc__, steps=1200)
    images = digits()[0]
    generator, losses = train(args.steps, images)
    drawn = np.asarray(GENERATOR.apply(generator, random.normal(random.key(7), (60, NOISE))))

    # Drawn images should be about as bright and as varied as scanned ones, pixel by pixel.
    apart = np.abs(drawn.mean(0) - images.mean(0)).mean()
    print(f"mean images differ by {apart:.3f} a pixel")
    print(f"deviations of a pixel: {drawn.std(0).mean():.3f}, of the scanned ones {images.std(0).mean():.3f}")

    plt = figures()
    figure = plt.figure(figsize=(11, 5), layout="constrained")
    left, middle, right = figure.subfigures(1, 3, width_ratios=(1.2, 1, 1))
    axes = left.subplots()
    axes.plot(losses, label=["generator", "discriminator"], alpha=0.7)
    axes.set(xlabel="step", ylabel="loss")
    axes.legend()
    for title, part, pictures in (("drawn", middle, drawn), ("scanned", right, images)):
        part.suptitle(title)
        for ax, picture in zip(part.subplots(8, 6).ravel(), pictures, strict=False):
            ax.imshow(picture[..., 0], cmap="gray_r", vmin=0, vmax=1)
            ax.axis("off")
    save(figure, args.output / "dcgan_digits.png")
    return 0 if np.isfinite(losses).all() and apart < 0.3 else 1


if __name__ == "__main__":
    sys.exit(main())
