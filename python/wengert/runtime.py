# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Running compiled modules: devices, loading, and calling with NumPy arrays.

On the CPU a compiled function is called by `VmContext.invoke` directly. Argument arrays are imported without a copy
when their address is a multiple of 64 (IREE reads with aligned vector instructions and does not check), and copied
into aligned memory otherwise. Results are written by the program into memory that this module allocates
(`iree.abi.output`): they own it, and `invoke` is cheaper so. On other drivers arguments and results are copied.

Two CPU devices are held a process: `local-sync` runs in the calling thread and costs a third of the other per call,
`local-task` uses all cores. `estimate_work` decides from the program's text which one is used; both give the same bits.

Calls are thread safe: a call takes a `Frame` (a VM context of its own) from the executable's pool and puts it back.
Donated arguments are accepted by the callers of this module, and never written into: IREE gives no guarantee that a
program has read an argument before it writes a result into the same memory, and with a transposition it has not.
"""

from __future__ import annotations

import atexit
import ctypes
import dataclasses
import functools
import math
import os
import re
import threading
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import dtypes
from .errors import CompilationError, DtypeError, ShapeError, UnsupportedTypeError, describe
from .host import Failure, HostFunction, functions_of, localized, module_for
from .kernels.host import find_callback

ALIGNMENT = 64  # IREE's own; an import at any other address ends in a segmentation fault

# --- element types -------------------------------------------------------------------------------------------------

# dtype name -> (MLIR element type, HalElementType); unsigned is signless in MLIR and viewed back by the caller's aval.
ELEMENT_TYPES = {
    "bool": ("i1", "BOOL_8"),
    "int8": ("i8", "SINT_8"),
    "int16": ("i16", "SINT_16"),
    "int32": ("i32", "SINT_32"),
    "int64": ("i64", "SINT_64"),
    "uint8": ("i8", "SINT_8"),
    "uint16": ("i16", "SINT_16"),
    "uint32": ("i32", "SINT_32"),
    "uint64": ("i64", "SINT_64"),
    "float16": ("f16", "FLOAT_16"),
    "bfloat16": ("bf16", "BFLOAT_16"),
    "float32": ("f32", "FLOAT_32"),
    "float64": ("f64", "FLOAT_64"),
    "complex64": ("complex<f32>", "COMPLEX_64"),
    "complex128": ("complex<f64>", "COMPLEX_128"),
    **dict.fromkeys(dtypes.STORAGE, ("i8", "SINT_8")),
}


@dataclasses.dataclass(frozen=True)
class Spec:
    """Shape and dtype of one argument or result."""

    shape: tuple[int, ...]
    dtype: np.dtype

    @classmethod
    def of(cls, aval: Any) -> Spec:
        """From anything with `shape` and `dtype`."""
        dtype = np.dtype(aval.dtype)
        if dtype.name not in ELEMENT_TYPES:
            problem = f"expected an element type of {', '.join(ELEMENT_TYPES)} but got {dtype}"
            raise UnsupportedTypeError(describe("runtime", problem, remedy="convert with astype"))
        return cls(tuple(int(d) for d in aval.shape), dtype)

    @functools.cached_property
    def nbytes(self) -> int:
        return math.prod(self.shape) * self.dtype.itemsize

    @property
    def mlir_type(self) -> str:
        return f"tensor<{''.join(f'{d}x' for d in self.shape)}{ELEMENT_TYPES[self.dtype.name][0]}>"

    def __str__(self) -> str:
        return f"{self.dtype.name}[{','.join(map(str, self.shape))}]"


def aligned_empty(shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """Like numpy.empty, at an address that is a multiple of 64 (arrays made so are never copied for a call)."""
    dtype = np.dtype(dtype)
    size = math.prod(shape) * dtype.itemsize
    raw = np.empty(size + ALIGNMENT, np.uint8)
    start = -raw.ctypes.data % ALIGNMENT
    return raw[start : start + size].view(dtype).reshape(shape)


def is_aligned(array: np.ndarray) -> bool:
    return array.ctypes.data % ALIGNMENT == 0


# --- devices -------------------------------------------------------------------------------------------------------


@functools.cache
def _rt() -> Any:
    """iree.runtime, imported on first use."""
    import iree.runtime

    return iree.runtime


_lock = threading.RLock()
_devices: dict[str, Any] = {}


@functools.cache
def _native_launcher() -> Any:
    """The class of native launchers; None if the extension is not built."""
    try:
        from wengert._native import Launcher
    except ImportError:
        return None
    return Launcher


@functools.cache
def _instance() -> Any:
    return _rt().VmInstance()


def drivers() -> list[str]:
    """The names of the drivers that the installed runtime has."""
    return sorted(_rt().query_available_drivers())


def device(driver: str) -> Any:
    """The process's device of `driver`: local-sync, local-task, vulkan, cuda or hip, or a URI such as vulkan://0."""
    with _lock:
        if driver not in _devices:
            name = driver.split(":")[0]
            if name not in drivers():
                raise ValueError(f"device: expected a driver of {', '.join(drivers())} but got {driver!r}")
            try:
                made = _rt().get_driver(name)
                by_uri = "://" in driver
                _devices[driver] = made.create_device_by_uri(driver) if by_uri else made.create_default_device()
            except Exception as e:  # IREE raises whatever its status code maps to
                problem = f"expected a working device but got: {str(e).splitlines()[0][:300]}"
                remedy = "install its driver (`python -m wengert doctor` lists the devices), or use the target llvm-cpu"
                raise CompilationError(describe(f"device {driver}", problem, remedy=remedy)) from e
        return _devices[driver]


def device_names(driver: str) -> list[str]:
    """The devices that a driver finds; an exception of its own if it cannot work."""
    found = _rt().get_driver(driver).query_available_devices()
    return [str(d.get("name") or d.get("path") or driver) for d in found]


# --- how much work -------------------------------------------------------------------------------------------------

# Measured on two AVX-512 cores: what one core does in a microsecond, and what a dispatch costs beside its work.
_ELEMENTS_PER_US, _MULTIPLY_ADDS_PER_US = 2500.0, 32000.0
_SYNC_DISPATCH_US, _TASK_DISPATCH_US, _TASK_CALL_US = 1.5, 5.0, 7.0
_WORTH_SPLITTING_US = 100.0  # below it, waking the other cores takes longer than they save
_CONTRACTIONS = ("matmul", "batch_matmul", "matvec", "vecmat", "dot", "conv", "contract", "mmt4d")
_TENSOR = re.compile(r"tensor<((?:\d+x)*)(?:[a-z]+\d+|complex)")


@dataclasses.dataclass(frozen=True)
class Work:
    """Predicted microseconds of a call on one core, and on all cores."""

    sync_us: float = 0.0
    task_us: float = 0.0

    @property
    def cpu_driver(self) -> str:
        return "local-task" if self.task_us < self.sync_us else "local-sync"


def estimate_work(text: str, cores: int | None = None) -> Work:
    """What running the program in `text` (linalg on tensors, either form) will cost, by its linalg ops' operand sizes.

    A loop's body counts once: that changes both predictions by the same factor, and the comparison not at all.
    """
    cores = cores or os.cpu_count() or 1
    sync = task = 0.0
    kind = ""
    for line in text.splitlines():
        op = re.search(r"linalg(?:_ext)?\.(\w+)", line)
        if op and op[1] not in ("yield", "index"):
            kind = "reduction" if "reduction" in line or op[1].startswith(_CONTRACTIONS) else "parallel"
        sizes = [math.prod(map(int, dims[:-1].split("x"))) if dims else 1 for dims in _TENSOR.findall(line)]
        if not kind or not sizes or (op is None and "->" not in line):
            continue
        us = max(sizes) / _ELEMENTS_PER_US
        if kind == "reduction" and len(sizes) >= 3:  # lhs, rhs and result of a contraction: m*k, k*n, m*n
            us = max(us, math.sqrt(math.prod(sizes[:3])) / _MULTIPLY_ADDS_PER_US)
        split = us / min(cores, 16) if us > _WORTH_SPLITTING_US else us
        sync, task, kind = sync + us + _SYNC_DISPATCH_US, task + split + _TASK_DISPATCH_US, ""
    return Work(sync, task + _TASK_CALL_US)


# --- the entry point -----------------------------------------------------------------------------------------------

ENTRY_SUFFIX = "$call"


def add_entry(
    text: str,
    entry: str,
    inputs: Sequence[Spec],
    outputs: Sequence[Spec],
    *,
    name: str | None = None,
    storage: bool = True,
    reflection: dict[str, str] | None = None,
    constants: Sequence[np.ndarray] = (),
) -> str:
    """`text` with a public function `name` that calls `entry`, which becomes private.

    `inputs` are its arguments; `constants` are embedded and passed on after them. With `storage` it takes one buffer a
    result, at the end, and writes the results there. Every argument has an affinity to the device: without it IREE
    copies whatever a loop carries, every iteration.
    """
    name = name or entry + ENTRY_SUFFIX
    body = entry + "$body"
    symbol = re.escape(entry)
    text = re.sub(rf"@{symbol}(?![\w$.\-])", f"@{body}", text)
    pretty = rf"func\.func (?:public |private )?@{re.escape(body)}(?![\w$.\-])"
    text = re.sub(pretty, f"func.func private @{body}", text)
    generic = rf'sym_name = "{symbol}"(?:, sym_visibility = "\w+")?'
    text = re.sub(generic, f'sym_name = "{body}", sym_visibility = "private"', text)
    affinity = "{iree.abi.affinity = #hal.device.promise<@__device_0>}"
    params = [f"%a{i}: {s.mlir_type} {affinity}" for i, s in enumerate(inputs)]
    operands = [f"%a{i}" for i in range(len(inputs))] + [f"%c{i}" for i in range(len(constants))]
    operand_types = [s.mlir_type for s in (*inputs, *map(Spec.of, constants))]
    literals = "".join(f"    %c{i} = arith.constant {literal(c)}\n" for i, c in enumerate(constants))
    if storage:
        params += [f"%o{i}: !hal.buffer {{iree.abi.output = {i} : index}}" for i in range(len(outputs))]
    types = ", ".join(s.mlir_type for s in outputs)
    attributes = ""
    if reflection:
        pairs = ", ".join(f"{key} = {_string(value)}" for key, value in reflection.items())
        attributes = f" attributes {{iree.reflection = {{{pairs}}}}}"
    results = [f"%r#{i}" if len(outputs) > 1 else "%r" for i in range(len(outputs))]
    assign = "" if not outputs else f"%r:{len(outputs)} = " if len(outputs) > 1 else "%r = "
    wrapper = (
        f"  func.func public @{name}({', '.join(params)}) -> ({types}){attributes} {{\n{literals}"
        f"    {assign}func.call @{body}({', '.join(operands)}) : ({', '.join(operand_types)}) -> ({types})\n"
        f"    func.return{' ' + ', '.join(results) + ' : ' + types if outputs else ''}\n  }}\n"
    )
    if not re.search(r'^\s*(?:"builtin\.module"|module\b|builtin\.module\b)', text, re.MULTILINE):
        return text + "\n" + wrapper
    end = text.rindex("\n}") + 1  # the module's own brace: location aliases may follow it
    return text[:end] + wrapper + text[end:]


def literal(array: np.ndarray) -> str:
    """An array as an MLIR attribute of dense elements."""
    spec = Spec.of(array)
    if spec.dtype.name == "bool":
        text = str(array.tolist()).lower()
    else:
        text = f'"0x{np.ascontiguousarray(array).tobytes().hex().upper()}"'
    return f"dense<{text if array.size else ''}> : {spec.mlir_type}"


def _string(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


# --- calling -------------------------------------------------------------------------------------------------------


class Frame:
    """A VM context and its entry function: what one call uses at a time. `host` are functions that it imports."""

    __slots__ = ("context", "function", "invoke")

    def __init__(self, device: Any, module: Any, entry: str, host: Sequence[HostFunction] = ()):
        rt = _rt()
        modules = [rt.create_hal_module(_instance(), device), module]
        failure = Failure()
        if host:
            modules.insert(1, module_for(rt, device, host, failure))
        self.context = rt.VmContext(_instance(), modules)
        self.function = module.lookup_function(entry)
        self.invoke = functools.partial(_invoke, self.context, failure) if host else self.context.invoke


def _invoke(context: Any, failure: Failure, function: Any, arguments: Any, returned: Any) -> None:
    """Run a function; what a host function raises comes out as it was raised."""
    try:
        context.invoke(function, arguments, returned)
        return
    except BaseException:
        if (error := failure.take()) is None:
            raise
    raise error  # outside of the handler: it has its own cause and context


_with_host: weakref.WeakSet[Executable] = weakref.WeakSet()


@atexit.register
def _drop_frames() -> None:
    """A context refers to Python through IREE, where the garbage collector cannot look: it would never be freed."""
    for executable in list(_with_host):
        executable.drop_frames()


class Executable:
    """A loaded function. Called with a list of arrays, it gives a list of arrays that own their memory.

    Attributes:
      inputs, outputs: a `Spec` for each argument and result.
      driver: where it runs.
      host: the functions of this process that it calls.
    """

    def __init__(
        self,
        vmfb: bytes,
        entry: str,
        inputs: Sequence[Spec],
        outputs: Sequence[Spec],
        *,
        driver: str,
        storage: bool,
        name: str = "",
        host: Sequence[HostFunction] = (),
    ):
        rt = _rt()
        self.vmfb, self.entry, self.driver, self.storage = vmfb, entry, driver, storage
        self.name, self.host = name or entry, tuple(host)
        self.inputs, self.outputs = tuple(inputs), tuple(outputs)
        self.device = device(driver)
        self.on_host = driver.startswith("local")
        self._module = rt.VmModule.copy_buffer(_instance(), vmfb)
        if self._module.lookup_function(entry) is None:
            names = ", ".join(self._module.function_names)
            raise ValueError(f"load: expected a function of the module, one of {names}, but got {entry!r}")
        self._frames: list[Frame] = []
        self.callbacks: tuple[Any, ...] = ()  # what `host` knows by number lives as long as this
        self._types = [getattr(rt.HalElementType, ELEMENT_TYPES[s.dtype.name][1]) for s in self.inputs]
        self._memory = rt.MemoryType.HOST_LOCAL | rt.MemoryType.DEVICE_VISIBLE
        self._usage = rt.BufferUsage.DEFAULT | rt.BufferUsage.MAPPING
        self._shapes = [list(s.shape) for s in self.inputs]
        self._import = self.device.allocator.import_host_allocation
        if self.host:
            _with_host.add(self)

    def __repr__(self) -> str:
        arguments, results = (", ".join(map(str, specs)) for specs in (self.inputs, self.outputs))
        return f"<Executable {self.name}({arguments}) -> ({results}) on {self.driver}>"

    def __call__(self, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        if self.launcher is not None and (results := self.launcher(arrays)) is not None:
            return results
        rt = _rt()
        if len(arrays) != len(self.inputs):
            raise ShapeError(f"{self.name}: expected {len(self.inputs)} arguments but got {len(arrays)}")
        keep: list[Any] = []  # what the argument list refers to by address only
        arguments = rt.VmVariantList(len(self.inputs) + len(self.outputs))
        for index, array in enumerate(arrays):
            arguments.push_ref(self._argument(index, array, keep))
        results = []
        if self.storage:
            for spec in self.outputs:
                results.append(aligned_empty(spec.shape, spec.dtype))
                arguments.push_ref(self.import_memory(results[-1], keep))
        frame = self.take_frame()
        try:
            returned = rt.VmVariantList(max(len(self.outputs), 1))
            frame.invoke(frame.function, arguments, returned)
        finally:
            self.give_frame(frame)
        if not self.storage:
            results = [self._result(returned, i, spec) for i, spec in enumerate(self.outputs)]
        return results

    # --- the native way of calling ---

    @functools.cached_property
    def launcher(self) -> Any:
        """The `_native.Launcher` of a CPU program whose results go where the caller says; None for others."""
        if not (self.on_host and self.storage) or (launcher := _native_launcher()) is None:
            return None
        specs = [[(s.dtype, s.shape) for s in specs] for specs in (self.inputs, self.outputs)]
        return launcher(*specs, self._make_frame, self._lend_input, self._lend_output, _rt().VmVariantList)

    def _make_frame(self, staged: list[bool]) -> tuple[Any, ...]:
        """What a launcher uses for one call at a time: a context, and imported memory for the arrays it copies."""
        rt, keep = _rt(), list[Any]()
        frame = Frame(self.device, self._module, self.entry, self.host)
        arguments, returned = rt.VmVariantList(max(len(staged), 1)), rt.VmVariantList(max(len(self.outputs), 1))
        addresses, refs = [], []
        for index, (spec, copied) in enumerate(zip((*self.inputs, *self.outputs), staged, strict=True)):
            address, ref = 0, None
            if copied:
                memory = aligned_empty((max(spec.nbytes, 1),), np.uint8)[: spec.nbytes]
                address, ref = memory.ctypes.data, self.import_memory(memory, keep)
                if index < len(self.inputs):
                    ref = rt.HalBufferView(ref, list(spec.shape), self._types[index])
                arguments.push_ref(ref)
            addresses.append(address)
            refs.append(ref)
        n = len(self.inputs)
        keep.append(frame)
        return (
            *(frame.invoke, frame.function, arguments, returned),
            *(addresses[:n], addresses[n:], refs[:n], refs[n:], keep),
        )

    def _lend_input(self, memory: memoryview, index: int) -> Any:
        buffer = self._lend_output(memory)
        return _rt().HalBufferView(buffer, self._shapes[index], self._types[index])

    def _lend_output(self, memory: memoryview) -> Any:
        return self._import(memory, self._memory, self._usage)

    # --- frames ---

    def drop_frames(self) -> None:
        """Forget the contexts that are kept for later calls."""
        self._frames.clear()
        if "launcher" in self.__dict__ and self.launcher is not None:
            self.launcher.drop_frames()

    def take_frame(self) -> Frame:
        """A frame that no other thread uses; appending to and popping from a list is atomic."""
        try:
            return self._frames.pop()
        except IndexError:
            return Frame(self.device, self._module, self.entry, self.host)

    def give_frame(self, frame: Frame) -> None:
        self._frames.append(frame)

    # --- arguments and results ---

    def _argument(self, index: int, array: np.ndarray, keep: list[Any]) -> Any:
        spec, array = self.inputs[index], np.asarray(array)
        if array.dtype != spec.dtype:
            raise DtypeError(f"{self.name}: expected argument {index} to be {spec} but got dtype {array.dtype}")
        if array.shape != spec.shape:
            raise ShapeError(f"{self.name}: expected argument {index} to be {spec} but got shape {array.shape}")
        rt = _rt()
        if not self.on_host and spec.nbytes:
            data = np.ascontiguousarray(array).reshape(spec.shape)
            return self.device.allocator.allocate_buffer_copy(
                memory_type=rt.MemoryType.DEVICE_LOCAL,
                allowed_usage=self._usage,
                device=self.device,
                buffer=data.view(np.uint8) if spec.dtype.name == "bool" else _plain(data),
                element_type=self._types[index],
            )
        if not (array.flags.c_contiguous and is_aligned(array)):
            copy = aligned_empty(spec.shape, spec.dtype)
            np.copyto(copy, array)
            array = copy
        view = rt.HalBufferView(self.import_memory(array, keep), list(spec.shape), self._types[index])
        keep.append(view)
        return view

    def import_memory(self, array: np.ndarray, keep: list[Any]) -> Any:
        """A HalBuffer over the memory of an aligned array, which `keep` keeps alive."""
        if array.nbytes == 0:
            return self.device.allocator.allocate_buffer(self._memory, self._usage, 0)
        # By address: IREE asks for a writable buffer, and arrays of ours are flagged read-only.
        memory = (ctypes.c_char * array.nbytes).from_address(array.ctypes.data)
        buffer = self.device.allocator.import_host_allocation(memory, self._memory, self._usage)
        keep += (array, buffer)
        return buffer

    def _result(self, returned: Any, index: int, spec: Spec) -> np.ndarray:
        rt = _rt()
        view = returned.get_as_object(index, rt.HalBufferView)
        result = aligned_empty(spec.shape, spec.dtype)
        if spec.nbytes:
            raw = rt.DeviceArray(self.device, view, implicit_host_transfer=True).to_host()
            np.copyto(result, np.ascontiguousarray(raw).reshape(-1).view(spec.dtype).reshape(spec.shape))
        return result


def _plain(array: np.ndarray) -> np.ndarray:
    """Types of ml_dtypes as unsigned integers: they have no code in the buffer protocol."""
    return array if array.dtype.isbuiltin == 1 else array.view(np.dtype(f"u{array.dtype.itemsize}"))


def dtype_of(name: str) -> np.dtype:
    """The dtype of a name in `ELEMENT_TYPES`."""
    return dtypes.named(name)


def functions(vmfb: bytes) -> dict[str, dict[str, str]]:
    """The functions that a module exports, with what each says of itself."""
    module = _rt().VmModule.copy_buffer(_instance(), vmfb)
    return {n: dict(module.lookup_function(n).reflection) for n in module.function_names if not n.startswith("__")}


def load(
    vmfb: bytes,
    entry: str,
    in_avals: Sequence[Any],
    out_avals: Sequence[Any],
    *,
    driver: str | None = None,
    work: Work | None = None,
    storage: bool = False,
    name: str = "",
) -> Executable:
    """Load a compiled module.

    Args:
      vmfb: the module.
      entry: the name of its function.
      in_avals, out_avals: objects with `shape` and `dtype` for the arguments and results.
      driver: where to run; the CPU device that suits `work` if not given.
      work: from `estimate_work`; without it the number of elements of arguments and results decides.
      storage: the entry was made by `add_entry(..., storage=True)`: it takes the memory of its results as arguments.
    """
    inputs, outputs = [Spec.of(a) for a in in_avals], [Spec.of(a) for a in out_avals]
    if driver is None:
        if work is None:
            us = max((math.prod(s.shape) for s in (*inputs, *outputs)), default=0) / _ELEMENTS_PER_US
            work = Work(us, us / 2 + _WORTH_SPLITTING_US / 2)
        driver = work.cpu_driver
    return Executable(vmfb, entry, inputs, outputs, driver=driver, storage=storage, name=name)


# --- from text and modules -----------------------------------------------------------------------------------------

_loaded: dict[str, Executable] = {}
_code: dict[str, bytes] = {}  # of programs with callbacks, which are loaded anew: nothing here keeps a user's function
_LOADED_LIMIT = 4096


def executable_from_text(
    text: str,
    entry: str,
    in_avals: Sequence[Any],
    out_avals: Sequence[Any],
    target: Any = None,
    *,
    debug_text: Callable[[], str] | None = None,
) -> Executable:
    """Compile text of linalg and load it; a text that this process has loaded before gives the same executable."""
    from . import compiler

    target = target or compiler.HOST
    inputs, outputs = [Spec.of(a) for a in in_avals], [Spec.of(a) for a in out_avals]
    storage = target.backend == "llvm-cpu"
    name = entry + ENTRY_SUFFIX

    def complete(text: str) -> tuple[str, list[int]]:
        return localized(add_entry(text, entry, inputs, outputs, storage=storage))

    full, callbacks = complete(text)
    # Signed and unsigned integers have the same text.
    key = " ".join([compiler.cache_key(full, target, (name,)).digest, *map(str, (*inputs, "->", *outputs))])
    if not callbacks and (found := _loaded.get(key)) is not None:
        return found
    vmfb = _code.get(key)
    if vmfb is None:
        debug = (lambda: complete(debug_text())[0]) if debug_text else None
        vmfb = compiler.compile_text(full, target=target, entry_points=(name,), debug_text=debug)
    driver = estimate_work(text).cpu_driver if storage else target.driver
    host = functions_of(full, callbacks)
    made = Executable(vmfb, name, inputs, outputs, driver=driver, storage=storage, name=entry, host=host)
    if callbacks:
        made.callbacks = tuple(map(find_callback, callbacks))
        _remember(_code, key, vmfb)
        return made
    return _remember(_loaded, key, made)


def _remember(kept: dict[str, Any], key: str, value: Any) -> Any:
    """What `kept` has under `key`, `value` if it had nothing; the oldest entry makes room."""
    with _lock:
        while len(kept) >= _LOADED_LIMIT:
            kept.pop(next(iter(kept)))
        return kept.setdefault(key, value)
