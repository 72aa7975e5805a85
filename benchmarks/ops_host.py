# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What compiled programs compute outside of themselves: callbacks, Fourier transforms; and random bits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.harness import Case, optional


def programs(lib: Any) -> dict[str, Callable[[], Any]]:
    """The same programs for both libraries, jitted, by name."""
    wnp, random = lib.numpy, lib.random
    rng = np.random.default_rng(0)
    ten = wnp.asarray(rng.normal(size=10).astype("float32"))
    thousand, million = (wnp.asarray(rng.normal(size=n).astype("float32")) for n in (1000, 1_000_000))
    batch = wnp.asarray((rng.normal(size=(1000, 256)) + 0j).astype("complex64"))
    key = random.PRNGKey(0)

    def callback(x: Any) -> Any:
        return lib.pure_callback(np.asarray, lib.ShapeDtypeStruct(x.shape, x.dtype), x)

    def run(f: Callable[..., Any], *args: Any) -> Callable[[], Any]:
        jitted = lib.jit(f)
        return lambda: jitted(*args).block_until_ready()

    return {
        "pure_callback of 10 floats": run(callback, ten),
        "pure_callback of 1e6 floats": run(callback, million),
        "rfft of 1e3 floats": run(wnp.fft.rfft, thousand),
        "rfft of 1e6 floats": run(wnp.fft.rfft, million),
        "fft of 1000 x 256": run(wnp.fft.fft, batch),
        "1e6 random uint32": run(lambda k: random.bits(k, (1_000_000,)), key),
        "1e6 random uint8": run(lambda k: random.bits(k, (1_000_000,), "uint8"), key),
    }


def cases() -> list[Case]:
    import wengert

    ours, jax = programs(wengert), optional("jax")
    theirs = programs(jax) if jax else {}
    return [
        Case(name, {"wengert": ours[name], **({"jax": theirs[name]} if theirs else {})}, goal="below JAX")
        for name in ours
    ]
