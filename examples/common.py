# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What the examples share: their command line, the digits, pictures."""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import numpy as np


def arguments(doc: str, steps: int) -> argparse.Namespace:
    """`--steps` and `--output`; the folder of the output is there afterwards."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=steps, help=f"how much work to do (default: {steps})")
    parser.add_argument("--output", type=Path, default=Path("build/examples"), help="folder of the picture")
    args = parser.parse_args()
    args.output.mkdir(parents=True, exist_ok=True)
    return args


def digits():
    """scikit-learn's scanned digits: train images (n, 8, 8, 1) in [0, 1] and labels (n,), and a third held out."""
    from sklearn.datasets import load_digits

    data = load_digits()
    order = np.random.default_rng(0).permutation(len(data.target))
    images = (data.images[order] / 16).astype(np.float32)[..., None]
    labels = data.target[order].astype(np.int32)
    third = len(labels) // 3
    return images[third:], labels[third:], images[:third], labels[:third]


def batches(count: int, size: int, steps: int, seed: int = 0):
    """`steps` arrays of `size` indices below `count`, shuffled anew in every epoch."""
    rng = np.random.default_rng(seed)
    per_epoch = count // size
    epochs = math.ceil(steps / per_epoch)
    orders = [rng.permutation(count)[: per_epoch * size].reshape(-1, size) for _ in range(epochs)]
    return np.concatenate(orders)[:steps]


def figures():
    """matplotlib.pyplot that draws into files."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    return plt


def save(figure, path: Path) -> None:
    figure.savefig(path, dpi=120)
    figures().close(figure)
    print(f"picture  {path}")
