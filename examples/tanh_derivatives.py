# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Plot tanh and its derivatives: `grad` applied again and again, `vmap` over the points, `jit` around all of it.

python examples/tanh_derivatives.py [--steps ORDERS] [--output FOLDER]
"""

from __future__ import annotations

import sys

import numpy as np
from common import arguments, figures, save

import wengert as wg
import wengert.numpy as wnp
from wengert.experimental.jet import jet


def derivatives(orders):
    """The functions tanh, tanh', tanh'', ..."""
    functions = [wnp.tanh]
    for _ in range(orders):
        functions.append(wg.grad(functions[-1]))
    return functions


def main() -> int:
    args = arguments(__doc__, steps=4)
    x = wnp.linspace(-5, 5, 400)
    every = wg.jit(lambda x: [wg.vmap(f)(x) for f in derivatives(args.steps)])
    curves = [np.asarray(y) for y in every(x)]

    # The same by one pass of Taylor mode: tanh(x + t) as a series in t, of which each term is a derivative.
    series = [wnp.ones_like(x), *[wnp.zeros_like(x)] * (args.steps - 1)]
    _, terms = jet(wnp.tanh, (x,), (series,))
    difference = max(float(np.abs(a - b).max()) for a, b in zip(curves[1:], terms, strict=True))
    print(f"derivatives up to order {args.steps}; Taylor mode differs by at most {difference:.1e}")

    plt = figures()
    figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
    for order, y in enumerate(curves):
        axes.plot(x, y, label="tanh" + "'" * order)
    axes.set(xlabel="x", title="tanh and its derivatives")
    axes.legend()
    save(figure, args.output / "tanh_derivatives.png")
    return 0 if difference < 1e-2 and np.allclose(curves[1], 1 - curves[0] ** 2, atol=1e-6) else 1


if __name__ == "__main__":
    sys.exit(main())
