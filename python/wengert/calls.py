# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Calls of functions of modules, plain or through a transform: `func.call`, `wg.jvp`, `wg.vjp`, `wg.vmap`.

`call` records one in the trace that its operands belong to, and runs it at once outside of any: the transform is
expanded in a module of its own and the result is interpreted with the NumPy kernels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert import axes, errors, trace
from wengert.array import Array
from wengert.interpreter import TRANSFORMS, Program, expanded, has_transforms
from wengert.trace import Root, ShapedArray

UNBATCHED = -(1 << 63)  # the entry of in_axes and out_axes that prints as `-`


class CallOp:
    """A call-like op: what `Op` is to ops of the table.

    Args:
      name: "func.call", "jvp", "vjp" or "vmap".
      module, callee: the function that it calls.
      attrs: its attributes but the symbol.
      embedded: how many of the last operands are constants of the program when it is run at once.
    """

    __slots__ = ("name", "module", "callee", "attrs", "embedded", "_programs")
    types = ()  # the callee's own ops check theirs

    def __init__(self, name: str, module: Any, callee: str, attrs: dict[str, Any] | None = None, embedded: int = 0):
        self.name = name
        self.module = module
        self.callee = callee
        self.attrs = attrs or {}
        self.embedded = embedded
        self._programs: dict[Any, Any] = {}

    def kernel(self, *data: np.ndarray, **_: Any) -> list[np.ndarray]:
        """Run it at once. Programs are kept by the types of the operands."""
        constants = data[len(data) - self.embedded :] if self.embedded else ()
        key = tuple((x.shape, x.dtype) for x in data), tuple(x.tobytes() for x in constants)
        program = self._programs.get(key)
        if program is None:
            program = self._programs[key] = self._program(data)
        return program(data[: len(data) - self.embedded])

    def _program(self, data: Sequence[np.ndarray]) -> Any:
        try:
            if self.name == "func.call":
                return self._called()
            return self._transformed(data)
        except errors.WengertError:
            raise
        except Exception as error:
            raise trace.native_failure(error, self.name) from None

    def _called(self) -> Any:
        module, callee = self.module, self.callee
        if module.get_attr(callee, "wg.jit") is not None:
            from wengert import stages

            return stages.compile_symbol(module, callee)
        if has_transforms(module, callee):
            module, callee = expanded(module, callee)
        return Program(module, callee)

    def _transformed(self, data: Sequence[np.ndarray]) -> Program:
        from wengert import _native

        fresh = _native.Module()
        callee = fresh.merge(self.module, self.callee)
        builder = fresh.function("main", private=False)
        last = len(data) - self.embedded
        values = [builder.add_argument(_native.aval(x.shape, x.dtype)) for x in data[:last]]
        values += [trace.build_constant(builder.build, x) for x in data[last:]]
        results = builder.build(self.name, values, {**self.attrs, "callee": callee})
        builder.finish(list(results) if isinstance(results, (tuple, list)) else [results])
        fresh.run("wg-expand-transforms,wg-simplify")
        return Program(fresh, builder.name)


def symbol_in(root: Root, module: Any, name: str) -> str:
    """The name of a function in the module of `root`, copied there with all it calls if it is in another module."""
    if module is root.module:
        return name
    entry = root.merged.get((id(module), name))
    if entry is None:
        root.transforms = root.transforms or has_transforms(module, name)
        entry = root.merged[id(module), name] = (module, root.module.merge(module, name))
    return entry[1]


def call(op: CallOp, operands: Sequence[Any], weak: Sequence[bool]) -> list[Any]:
    """The results of `op`; `weak` says which of them are weakly typed."""
    where = axes.trace_of(operands, [(op.module, op.callee)])
    if where is None:
        results = op.kernel(*[x._data for x in operands])
        return [Array._wrap(np.asarray(r), w) for r, w in zip(results, weak, strict=True)]
    attrs = {**op.attrs, "callee": symbol_in(where.root, op.module, op.callee)}
    if op.name in TRANSFORMS:
        where.root.transforms = True
    return trace.record(where, op, operands, attrs, weak)


def splat(value: float, aval: ShapedArray) -> Array:
    """An array of one value: a constant wherever it is an operand."""
    return Array._wrap(np.full(aval.shape, value, aval.dtype), aval.weak_type)
