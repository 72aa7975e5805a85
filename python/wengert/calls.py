# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Calls of functions of modules, plain or through a transform: `func.call`, `wg.jvp`, `wg.vjp`, `wg.vmap`.

`call` records one in the trace that its operands belong to, and runs it at once outside of any: the transform is
expanded in a module of its own and the result is interpreted with the NumPy kernels.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from wengert import errors, trace
from wengert.array import Array
from wengert.config import CHECKING, config
from wengert.interpreter import TRANSFORMS, Program, expanded, has_transforms
from wengert.trace import Root, ShapedArray

_T = TypeVar("_T")
UNBATCHED = -(1 << 63)  # the entry of in_axes and out_axes that prints as `-`


# ---------------------------------------------------------------------------------------------------------------------
# What was derived from a function is kept by what the function is. Python runs at every trace, since its side effects
# count, but a trace that records the same program as one before it derives and translates nothing.

_derived: dict[Any, Any] = {}  # oldest first
_MAX_DERIVED = 1024


def fingerprint(module: Any, name: str) -> bytes | None:
    """What is equal for equal functions; None if nothing that is made of the function may be kept."""
    if hasattr(module, "kept"):  # it calls functions of this process, which would live as long as what was kept
        return None
    found = module.fingerprint(name)
    return None if found is None else hashlib.blake2b(found, digest_size=16).digest()


def derived(module: Any, name: str, how: Any, make: Callable[[], _T]) -> _T:
    """What `make` makes of a function, or made of an equal one; `how` says what is made (hashable)."""
    of = fingerprint(module, name)
    if of is None:
        return make()
    key = of, how, config.trace_key()
    try:
        known = _derived.get(key)
    except TypeError:  # an attribute that is not hashable
        return make()
    if known is None:
        known = _derived[key] = make()
        if len(_derived) > _MAX_DERIVED:
            _derived.pop(next(iter(_derived)), None)
    return known


def clear_derived() -> None:
    """Forget what was derived from functions."""
    _derived.clear()


# ---------------------------------------------------------------------------------------------------------------------
# Calls


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
            how = (self.name, tuple(self.attrs.items()), key)
            program = self._programs[key] = derived(self.module, self.callee, how, lambda: self._program(data))
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
        module, name, _ = self.program_of(data, "wg-expand-transforms,wg-simplify")
        return Program(module, name)

    def program_of(self, data: Sequence[np.ndarray], passes: str = "") -> tuple[Any, str, Sequence[np.ndarray]]:
        """A function that does what the op does with operands like `data`, in a module of its own after some passes.

        Returns:
          the module, the name of the function, and those of `data` that are its arguments.
        """
        from wengert import _native

        fresh = _native.Module()
        callee = fresh.merge(self.module, self.callee)
        builder = fresh.function("main", private=False)
        last = len(data) - self.embedded
        values = [builder.add_argument(_native.aval(x.shape, x.dtype)) for x in data[:last]]
        values += [trace.build_constant(builder.build, x) for x in data[last:]]
        results = builder.build(self.name, values, {**self.attrs, "callee": callee})
        builder.finish(list(results) if isinstance(results, (tuple, list)) else [results])
        if passes:
            fresh.run(passes)
        return fresh, builder.name, data[:last]


class Split:
    """A function split in its forward part, which also gives what the rest needs, a linear part and its transpose.

    Attributes:
      forward, linear, pullback: calls of the three.
      count: how many values the forward part gives besides the results.
    """

    __slots__ = ("forward", "linear", "pullback", "count")

    def __init__(self, module: Any, name: str, wrt: Sequence[int]):
        from wengert import _native

        fresh = _native.Module()
        forward, linear, pullback, self.count = fresh.linearize(fresh.merge(module, name), list(wrt))
        self.forward = CallOp("func.call", fresh, forward)
        self.linear = CallOp("func.call", fresh, linear)
        self.pullback = CallOp("func.call", fresh, pullback)


def split(module: Any, name: str, wrt: tuple[int, ...]) -> Split:
    """A function linearized in the arguments `wrt`."""
    return derived(module, name, ("split", wrt), lambda: Split(module, name, wrt))


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
    where = trace.trace_of(operands)
    if where is None:
        data = [x._data for x in operands]
        results = op.kernel(*data)
        if CHECKING[0]:
            from wengert.nans import check_program

            check_program("", *op.program_of(data), results)
        return [Array._wrap(np.asarray(r), w) for r, w in zip(results, weak, strict=True)]
    attrs = {**op.attrs, "callee": symbol_in(where.root, op.module, op.callee)}
    if op.name in TRANSFORMS:
        where.root.transforms = True
    return trace.record(where, op, operands, attrs, weak)


def splat(value: float, aval: ShapedArray) -> Array:
    """An array of one value: a constant wherever it is an operand."""
    return Array._wrap(np.full(aval.shape, value, aval.dtype), aval.weak_type)
