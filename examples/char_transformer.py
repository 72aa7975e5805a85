# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A small transformer that learns a text by its characters, and writes.

The text is the Zen of Python (PEP 20, in the public domain), which ships with Python. Windows of it are the batches;
one compiled step computes the loss at every position, its gradient, and the update of adamw.

    python examples/char_transformer.py [--steps STEPS] [--output FOLDER]
"""

from __future__ import annotations

import codecs
import contextlib
import io
import sys
import time

import numpy as np
from common import arguments, figures, save

import wengert as wg
import wengert.numpy as wnp
from wengert import optim, random
from wengert.nn.layers import (
    Dense,
    Embedding,
    FanInSum,
    FanOut,
    Gelu,
    Identity,
    LayerNorm,
    MultiHeadAttention,
    parallel,
    serial,
)

with contextlib.redirect_stdout(io.StringIO()):  # importing it prints it
    import this

TEXT = codecs.decode(this.s, "rot13")
ALPHABET = sorted(set(TEXT))
CODES = np.array([ALPHABET.index(c) for c in TEXT], np.int32)
LENGTH, WIDTH, HEADS, BLOCKS, BATCH = 48, 64, 4, 2, 16


def plus(*layers):
    """What the layers make of the input, added to it."""
    return serial(FanOut(2), parallel(Identity, serial(LayerNorm(), *layers)), FanInSum)


def transformer():
    """(init, apply) from positions and characters, two ints each, to logits of the next character."""
    block = [
        plus(MultiHeadAttention(HEADS, causal=True)),
        plus(Dense(4 * WIDTH), Gelu, Dense(WIDTH)),
    ]
    return serial(
        parallel(Embedding(len(ALPHABET), WIDTH), Embedding(LENGTH, WIDTH)),
        FanInSum,
        *block * BLOCKS,
        LayerNorm(),
        Dense(len(ALPHABET)),
    )


NETWORK = transformer()


def logits(params, characters):
    """(batch, time, alphabet) for characters (batch, time)."""
    positions = wnp.broadcast_to(wnp.arange(characters.shape[1]), characters.shape)
    return NETWORK.apply(params, (characters, positions))


def loss(params, windows):
    """The mean cross entropy of each character, given those before it."""
    return wnp.mean(optim.softmax_cross_entropy_with_integer_labels(logits(params, windows[:, :-1]), windows[:, 1:]))


def train(steps):
    """The parameters and the losses."""
    schedule = optim.warmup_cosine_decay_schedule(0.0, 4e-3, max(steps // 10, 1), steps)
    tx = optim.chain(optim.clip_by_global_norm(1.0), optim.adamw(schedule, weight_decay=1e-2))

    @wg.jit
    def step(params, state, windows):
        value, grads = wg.value_and_grad(loss)(params, windows)
        updates, state = tx.update(grads, state, params)
        return optim.apply_updates(params, updates), state, value

    shape = (-1, LENGTH)
    _, params = NETWORK.init(random.key(0), [shape, shape])
    state, losses, seconds = tx.init(params), [], []
    rng = np.random.default_rng(0)
    for _ in range(steps):
        starts = rng.integers(0, len(CODES) - LENGTH, BATCH)
        windows = CODES[starts[:, None] + np.arange(LENGTH + 1)]
        start = time.perf_counter()
        params, state, value = step(params, state, windows)
        losses.append(float(value))
        seconds.append(time.perf_counter() - start)
    count = sum(p.size for p in wg.tree.leaves(params))
    print(f"{count} parameters, {1e3 * np.median(seconds):.1f} ms a step, loss {losses[0]:.3f} -> {losses[-1]:.3f}")
    return params, losses


def write(params, prompt, count, key):
    """The prompt, continued by `count` characters drawn from the predictions, at half the temperature."""

    @wg.jit
    def following(params, window, at, key):
        return random.categorical(key, 2.0 * logits(params, window)[0, at])

    codes = [ALPHABET.index(c) for c in prompt]
    for k in random.split(key, count):
        last = codes[-LENGTH:]
        # A window of one length always, so that one compiled program does; what comes later is not seen.
        window = np.array([last + [0] * (LENGTH - len(last))], np.int32)
        codes.append(int(following(params, window, len(last) - 1, k)))
    return "".join(ALPHABET[c] for c in codes)


def main() -> int:
    args = arguments(__doc__, steps=500)
    params, losses = train(args.steps)
    written = write(params, "Beautiful is", 160, random.key(1))
    print("it writes:", *written.splitlines(), sep="\n  ")

    plt = figures()
    figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4.5), layout="constrained")
    left.plot(losses)
    left.axhline(np.log(len(ALPHABET)), color="grey", linestyle="--", label="guessing")
    left.set(xlabel="step", ylabel="cross entropy of a character", ylim=(0, None))
    left.legend()
    right.axis("off")
    right.text(0, 0.95, written, family="monospace", va="top", fontsize=9, wrap=True)
    right.set_title("what it writes")
    save(figure, args.output / "char_transformer.png")
    return 0 if losses[-1] < 0.8 * np.log(len(ALPHABET)) else 1


if __name__ == "__main__":
    sys.exit(main())
