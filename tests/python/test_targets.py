# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What other targets can do with each element type: compiled, or refused before IREE is called. Nothing runs here."""

from __future__ import annotations

import numpy as np
import pytest
from op_cases import np_dtype

import wengert as wg
from wengert import aot, errors
from wengert.compiler import Target
from wengert.dtypes import STORAGE
from wengert.lax import _ops
from wengert.lax._records import RECORDS

TARGETS = {"vulkan-spirv": Target("vulkan-spirv"), "cuda": Target("cuda")}
TYPES = [*dict.fromkeys(t for a in RECORDS["convert"].operands for t in a.dtypes)]
# What the verifier refuses, with a word of the remedy; everything else has to compile.
REFUSED = {
    "vulkan-spirv": {"float64", "bfloat16", "int64", "uint8", "uint16", "uint64", "complex64", "complex128"},
    "cuda": set(),
}


def program(dtype: str):
    """Arithmetic, comparison, movement, reduction and conversion, as far as the type has them."""

    def takes(op: str) -> bool:
        return dtype in RECORDS[op].operands[0].dtypes

    def f(x, y):
        results = [_ops.transpose(x, permutation=(1, 0)), _ops.concatenate(x, y, dimension=0)]
        results.append(_ops.slice(x, start=(0, 1), limit=(4, 5), strides=(1, 2)))
        binary = [op for op in ("add", "mul", "sub", "div", "max", "lt", "eq", "bitwise_and") if takes(op)]
        results += [getattr(_ops, op)(x, y) for op in binary]
        results += [getattr(_ops, op)(x) for op in ("exp", "sqrt", "tanh", "sin", "neg", "abs") if takes(op)]
        results += [getattr(_ops, op)(x, axes=(1,)) for op in ("reduce_sum", "reduce_max") if takes(op)]
        if not dtype.startswith("complex"):
            results.append(_ops.convert(x, dtype=np.dtype("float32")))
        return results

    return f


def compile_for(target: Target, dtype: str) -> None:
    x = np.ones((4, 8), np_dtype(dtype))
    with wg.enable_x64():
        aot.export(program(dtype), x, x, target=target)


@pytest.mark.slow
@pytest.mark.parametrize("dtype", [t for t in TYPES if t not in STORAGE or t in ("float8_e4m3fn", "int4")])
@pytest.mark.parametrize("target", TARGETS)
def test_compiles_or_is_refused(target, dtype, record_property):
    if dtype in REFUSED[target]:
        with pytest.raises(errors.UnsupportedTypeError, match=r"does not support(.|\n)*test_targets.py(.|\n)*"):
            compile_for(TARGETS[target], dtype)
    else:
        compile_for(TARGETS[target], dtype)
    what = "refused" if dtype in REFUSED[target] else "yes"
    alike = [t for t in STORAGE if ("int" in t) == ("int" in dtype)] if dtype in STORAGE else [dtype]
    record_property("types", [(target, t, what) for t in alike])
