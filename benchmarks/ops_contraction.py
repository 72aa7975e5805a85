# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Contractions and convolutions: run time at a small and a large size, compile time."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.compiling import fresh
from benchmarks.harness import Case, optional

LAYOUT = ("NHWC", "HWIO", "NHWC")
# (batch, height, width, input features, output features) of a 3x3 kernel.
IMAGES = {"small": (4, 16, 16, 8, 16), "large": (16, 32, 32, 32, 64)}


def matmul(library: Any, dtype: str) -> Any:
    return library.jit(lambda x, y: library.numpy.matmul(x, y, preferred_element_type=dtype))


def convolution(library: Any) -> Any:
    def forward(x: Any, w: Any) -> Any:
        return library.lax.conv_general_dilated(x, w, (1, 1), "SAME", dimension_numbers=LAYOUT)

    return forward


def gradient(library: Any, wrt: int) -> Any:
    """The cotangent of one operand, given that of the result."""
    forward = convolution(library)

    def f(x: Any, w: Any, ct: Any) -> Any:
        g = (lambda x: forward(x, w)) if wrt == 0 else (lambda w: forward(x, w))
        return library.vjp(g, (x, w)[wrt])[1](ct)[0]

    return library.jit(f)


def runs(make: Any, *operands: np.ndarray, torch: Any = None) -> dict[str, Any]:
    """The same jitted function of wengert and JAX on the same operands; `torch` makes PyTorch's run."""
    import wengert as wg

    mine, f = [wg.numpy.asarray(x) for x in operands], make(wg)
    found = {"wengert": lambda: f(*mine)}
    jax = optional("jax")
    if jax:
        theirs, g = [jax.numpy.asarray(x) for x in operands], make(jax)
        found["jax"] = lambda: g(*theirs).block_until_ready()
    if torch is not None and (library := optional("torch")):
        tensors = [library.from_numpy(np.asarray(x, np.float32)) for x in operands]
        found["torch"] = torch(library, tensors)
    return found


def compilation(name: str, make: Any, *operands: np.ndarray) -> Case:
    """From Python function to executable; a constant that no cache has seen goes with it."""
    import wengert as wg

    def compiler(library: Any) -> Any:
        arrays, f = [library.numpy.asarray(x) for x in operands], make(library)

        def run() -> Any:
            c = 1.0 + next(fresh) / 1e5
            return library.jit(lambda *x: f(*x) * c).lower(*arrays).compile()

        return run

    found = {"wengert": compiler(wg)}
    if jax := optional("jax"):
        found["jax"] = compiler(jax)
    return Case(name, found, "ms", rounds=2, seconds=0)


def cases() -> list[Case]:
    rng = np.random.default_rng(0)
    normal = lambda *shape: rng.normal(size=shape).astype(np.float32)
    found = []
    for n, unit in ((256, "us"), (1024, "ms")):
        product = lambda t, x: lambda: t.matmul(*x)
        x, y = normal(n, n), normal(n, n)
        found.append(Case(f"matmul {n}, f32", runs(lambda l: matmul(l, "float32"), x, y, torch=product), unit))
    import ml_dtypes

    halves = [normal(512, 512).astype(ml_dtypes.bfloat16) for _ in range(2)]
    found.append(Case("matmul 512, bf16 into f32", runs(lambda l: matmul(l, "float32"), *halves), "ms"))
    bytes = [rng.integers(-100, 100, (512, 512)).astype(np.int8) for _ in range(2)]
    found.append(Case("matmul 512, i8 into i32", runs(lambda l: matmul(l, "int32"), *bytes), "ms"))
    for shapes in (((64, 128, 32), (64, 32, 128)), ((16, 512, 64), (16, 64, 512))):
        batch = [normal(*s) for s in shapes]
        name = "batched matmul " + " x ".join(str(list(s)) for s in shapes)
        found.append(
            Case(name, runs(lambda l: matmul(l, "float32"), *batch, torch=lambda t, x: lambda: t.matmul(*x)), "us")
        )
    for size, (b, h, w, c, o) in IMAGES.items():
        image, kernel, ct = normal(b, h, w, c), normal(3, 3, c, o), normal(b, h, w, o)
        first = lambda t, x: _torch_forward(t, x)
        forward = lambda l: l.jit(convolution(l))
        found.append(Case(f"conv 3x3 {size}", runs(forward, image, kernel, torch=first), "us"))
        for wrt, what in enumerate(("input", "kernel")):
            back = lambda l, wrt=wrt: gradient(l, wrt)
            found.append(Case(f"conv 3x3 {size}, gradient of {what}", runs(back, image, kernel, ct), "us"))
        if size == "large":
            found.append(compilation("compile conv 3x3", convolution, image, kernel))
            found.append(
                compilation("compile conv 3x3, gradient of kernel", lambda l: gradient(l, 1), image, kernel, ct)
            )
    return found


def _torch_forward(torch: Any, tensors: Any) -> Any:
    x, w = tensors[0].permute(0, 3, 1, 2), tensors[1].permute(3, 2, 0, 1).contiguous()
    return lambda: torch.nn.functional.conv2d(x, w, padding=1)
