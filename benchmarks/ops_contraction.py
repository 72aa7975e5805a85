# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Contractions and convolutions."""

from __future__ import annotations

from benchmarks import programs
from benchmarks.harness import Case
from benchmarks.programs import Program

CONV = "lax.conv_general_dilated({}, {}, (1, 1), 'SAME', dimension_numbers=('NHWC', 'HWIO', 'NHWC'))"
TORCH_CONV = "torch.nn.functional.conv2d(x.permute(0, 3, 1, 2), y.permute(3, 2, 0, 1).contiguous(), padding=1)"
# x: images, y: a 3x3 kernel, v: the cotangent of the result
IMAGES: tuple[dict[str, tuple[int, ...]], ...] = (
    {"x": (4, 16, 16, 8), "y": (3, 3, 8, 16), "v": (4, 16, 16, 16)},
    {"x": (16, 32, 32, 32), "y": (3, 3, 32, 64), "v": (16, 32, 32, 64)},
)
PROGRAMS = [
    Program("matmul", "x @ y", {"x": (256, 256), "y": (256, 256)}, {"x": (1024, 1024), "y": (1024, 1024)},
            {"torch": "x @ y", "numpy": "x @ y"}),
    Program("matmul of bfloat16 into float32", "np.matmul(h, k, preferred_element_type='float32')",
            {"h": (64, 64), "k": (64, 64)}, {"h": (512, 512), "k": (512, 512)}),
    Program("matmul of int8 into int32, scaled", "np.matmul(q, r, preferred_element_type='int32') * x",
            {"q": (64, 64), "r": (64, 64), "x": ()}, {"q": (512, 512), "r": (512, 512), "x": ()}),
    Program("batched matmul", "x @ y", {"x": (64, 128, 32), "y": (64, 32, 128)},
            {"x": (16, 512, 64), "y": (16, 64, 512)}, {"torch": "x @ y", "numpy": "x @ y"}),
    Program("conv 3x3", CONV.format("x", "y"), *IMAGES, {"torch": TORCH_CONV}),
    Program("its gradient by the input", f"lib.vjp(lambda x: {CONV.format('x', 'y')}, x)[1](v)", *IMAGES),
    Program("its gradient by the kernel", f"lib.vjp(lambda y: {CONV.format('x', 'y')}, y)[1](v)", *IMAGES),
]  # fmt: skip


def cases() -> list[Case]:
    return programs.cases(PROGRAMS)
