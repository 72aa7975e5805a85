# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Functions that compiled modules call in this process: NumPy kernels where no compiler has a good one.

The lowering makes a call of an imported function of an op such as a factorisation, and the function's name says all
that is needed to provide it: `wengert_host.sort(tensor<4xf32>) -> (tensor<4xf32>) {"dimension":0}`. So the functions
of a module are found in its text, and a module from the disk cache needs nothing else. The kernel is that of the op's
record, which eager mode and the reference interpreter run as well.

A kernel reads its operands in the memory of the program; it must not keep them, and its results are copied.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .array import start_quiet, stop_quiet
from .avals import ShapedArray

MODULE = "wengert_host"
_NAME = re.compile(rf'"{MODULE}\.((?:[^"\\]|\\.)*)"')
_TYPE = re.compile(r"tensor<((?:\d+x)*)([^<>]+(?:<\w+>)?)>")


CALLBACK = "callback"
_CALLBACK = re.compile(rf'("{MODULE}\.{CALLBACK}\((?:[^"\\]|\\.)*?\\22id\\22:)(\d+)')


@dataclass(frozen=True)
class HostFunction:
    """A function that a module imports.

    Attributes:
      name: its name in the module `wengert_host`.
      op: the op that it computes.
      inputs, outputs: shape and dtype of each operand and result.
      attributes: the attributes of the op.
    """

    name: str
    op: str
    inputs: tuple[tuple[tuple[int, ...], np.dtype], ...]
    outputs: tuple[tuple[tuple[int, ...], np.dtype], ...]
    attributes: dict[str, Any]

    @property
    def convention(self) -> str:
        """The calling convention in IREE's words: as many references in and out."""
        return f"0{'r' * len(self.inputs) or 'v'}_{'r' * len(self.outputs) or 'v'}"

    def kernel(self) -> Callable[..., Any]:
        """The kernel with the attributes; that of a callback knows its function by number only."""
        from .kernels.host import callback

        if self.op == CALLBACK:
            return functools.partial(callback, **self.attributes)
        return functools.partial(_op(self.op).kernel, **self.attributes)

    def compute(self, kernel: Callable[..., Any], operands: Sequence[np.ndarray]) -> list[np.ndarray]:
        """The results of `kernel`, checked: the module relies on their types."""
        if self.op == CALLBACK:
            return [np.asarray(r) for r in kernel(*[x.copy() for x in operands])]  # a user's function may keep them
        token = start_quiet()
        try:
            given = kernel(*operands)
        finally:
            stop_quiet(token)
        results = given if isinstance(given, (tuple, list)) else (given,)
        arrays = [np.asarray(r) for r in results]
        got = tuple((a.shape, a.dtype) for a in arrays)
        if got != self.outputs:
            raise TypeError(f"{self.op}: expected results of types {_words(self.outputs)} but got {_words(got)}")
        return arrays


def _op(name: str) -> Any:
    from .lax._ops import OPS

    return OPS[name]


def functions_of(text: str, callbacks: Sequence[int] = ()) -> list[HostFunction]:
    """The functions that the module in `text` imports from the host, in the order of their names.

    `callbacks` are the numbers of this process's functions for those in the text, as `localized` gives them.
    """
    if MODULE not in text:
        return []
    return [parse(_unescaped(name), callbacks) for name in sorted(set(_NAME.findall(text)))]


def localized(text: str) -> tuple[str, list[int]]:
    """The text with its callbacks numbered from 0 in the order in which they appear, and the numbers that they had.

    So the text of a program is the same in each process, and its module may come from the disk cache.
    """
    numbers: dict[int, int] = {}
    if f'"{MODULE}.{CALLBACK}(' in text:
        replace = lambda match: f"{match[1]}{numbers.setdefault(int(match[2]), len(numbers))}"
        text = _CALLBACK.sub(replace, text)
    return text, list(numbers)


def parse(name: str, callbacks: Sequence[int] = ()) -> HostFunction:
    """The function that a name describes."""
    match = re.fullmatch(r"(\w+)\((.*)\) -> \((.*)\) (\{.*\})", name, re.DOTALL)
    if match is None:
        raise ValueError(f"{MODULE}: expected a name such as op(types) -> (types) {{attributes}} but got {name!r}")
    op, inputs, outputs, text = match.groups()
    attributes, results = json.loads(text), _types(outputs)
    if op == CALLBACK:
        attributes["id"] = callbacks[attributes["id"]]
        attributes["types"] = tuple(ShapedArray(shape, dtype) for shape, dtype in results)
    else:
        kinds = {a.name: a.kind for a in _op(op).record.attributes}
        attributes = {n: _CONVERT.get(kinds[n], lambda v: v)(value) for n, value in attributes.items()}
    return HostFunction(name, op, _types(inputs), results, attributes)


def _types(text: str) -> tuple[tuple[tuple[int, ...], np.dtype], ...]:
    return tuple(
        (tuple(int(d) for d in dims.split("x")[:-1]), _dtype(element)) for dims, element in _TYPE.findall(text)
    )


def _dtype(element: str) -> np.dtype:
    """The dtype of an element type in the IR, unsigned ones with their sign."""
    from .runtime import ELEMENT_TYPES, dtype_of

    if re.fullmatch(r"ui\d+", element):
        return dtype_of("u" + "int" + element[2:])
    return dtype_of(next(name for name, (mlir, _) in ELEMENT_TYPES.items() if mlir == element))


_CONVERT: dict[str, Callable[[Any], Any]] = {"ints": tuple, "float": float, "dtype": _dtype}


def _words(types: Sequence[tuple[tuple[int, ...], np.dtype]]) -> str:
    return ", ".join(f"{dtype}[{','.join(map(str, shape))}]" for shape, dtype in types) or "none"


def _unescaped(text: str) -> str:
    """A string of MLIR's: a backslash stands before two hexadecimal digits or another backslash."""
    raw = re.sub(rb"\\(?:([0-9A-Fa-f]{2})|(.))", _character, text.encode())
    return raw.decode(errors="replace")


def _character(match: re.Match[bytes]) -> bytes:
    return bytes.fromhex(match[1].decode()) if match[1] else match[2]


# --- for IREE's runtime, which runtime.py hands over as `rt`: nothing else imports it


class Failure:
    """The exception that ended the last host function of a context: IREE itself passes on only its text."""

    __slots__ = ("error",)

    def __init__(self) -> None:
        self.error: BaseException | None = None

    def take(self) -> BaseException | None:
        """The exception, with the traceback from the kernel on; it is forgotten here."""
        error, self.error = self.error, None
        if error is None:
            return None
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None and trace.tb_frame.f_code.co_filename == __file__:
            trace = trace.tb_next
        return error.with_traceback(trace)


class _Instance:
    """IREE makes one for each context; the functions below need none."""

    def __init__(self, interface: Any):
        pass


def module_for(rt: Any, device: Any, functions: Sequence[HostFunction], failure: Failure) -> Any:
    """A VM module that provides the functions to one context on `device`."""
    interface = rt.PyModuleInterface(MODULE, _Instance)
    for function in functions:
        interface.export(function.name, function.convention, _provider(rt, device, function, failure))
    return interface.create()


def _provider(rt: Any, device: Any, function: HostFunction, failure: Failure) -> Callable[..., Any]:
    """What IREE calls, with references to buffers. It must not refer to its context: that would never be freed."""
    from .runtime import ELEMENT_TYPES

    kernel, view_class, allocate = function.kernel(), rt.HalBufferView, device.allocator.allocate_buffer_copy
    inputs = [(shape, dtype, int(np.prod(shape, dtype=int))) for shape, dtype in function.inputs]
    elements = [getattr(rt.HalElementType, ELEMENT_TYPES[dtype.name][1]) for _, dtype in function.outputs]
    memory, usage = rt.MemoryType.DEVICE_LOCAL, rt.BufferUsage.DEFAULT | rt.BufferUsage.MAPPING

    def operand(ref: Any, shape: tuple[int, ...], dtype: np.dtype, size: int) -> np.ndarray:
        if not size:
            return np.empty(shape, dtype)
        return np.frombuffer(ref.deref(view_class).map(), dtype, size).reshape(shape)

    def provide(_: Any, *refs: Any) -> Any:
        try:
            operands = [operand(ref, *each) for ref, each in zip(refs, inputs, strict=True)]
            results = [
                # Copied: IREE knows an imported array by its address only, and frees nothing when it is done with it.
                allocate(
                    memory_type=memory, allowed_usage=usage, device=device,
                    buffer=_plain(np.ascontiguousarray(array).reshape(array.shape)), element_type=element,
                ).ref
                for array, element in zip(function.compute(kernel, operands), elements, strict=True)
            ]  # fmt: skip
        except BaseException as error:
            failure.error = error
            raise
        return results[0] if len(results) == 1 else tuple(results) if results else None

    return provide


def _plain(array: np.ndarray) -> np.ndarray:
    """An array of a type that the buffer protocol has no code for as unsigned integers of its width."""
    if array.dtype.kind in "iufc":
        return array
    return array.view(f"u{array.dtype.itemsize}")
