# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What compiled programs compute outside of themselves: callbacks, Fourier transforms; and random bits."""

from __future__ import annotations

from benchmarks import programs
from benchmarks.harness import Case
from benchmarks.programs import Program

CALLBACK = "lib.pure_callback(numpy.asarray, lib.ShapeDtypeStruct(x.shape, x.dtype), x)"
BITS = "lib.random.bits(lib.random.PRNGKey(0) + (x[0] > 9), x.shape, '{}')"
PROGRAMS = [
    Program("pure_callback", CALLBACK, {"x": (10,)}, {"x": (1_000_000,)}),
    Program("rfft", "np.fft.rfft(x)", {"x": (1000,)}, {"x": (1_000_000,)}, {"numpy": "np.fft.rfft(x)"}),
    Program("fft of rows", "np.fft.fft(z)", {"z": (8, 256)}, {"z": (1000, 256)}, {"numpy": "np.fft.fft(z)"}),
    Program("random uint32", BITS.format("uint32"), {"x": (100,)}, {"x": (1_000_000,)}),
    Program("random uint8", BITS.format("uint8"), {"x": (100,)}, {"x": (1_000_000,)}),
]


def cases() -> list[Case]:
    return programs.cases(PROGRAMS, goal="below JAX")
