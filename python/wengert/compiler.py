# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""From text of linalg, tensor, arith, math and scf to a compiled module (vmfb), by IREE in this process.

`compile_text` checks that the target can do what the text asks, chooses the flags by the rules of this module, looks
into the disk cache, and calls IREE with the interpreter lock released, so threads compile side by side.
A failure becomes a `CompilationError` that names the user's line and a report file with everything IREE said, the text
and a command line that reproduces it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import os
import platform
import re
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from . import cache as disk_cache
from . import progress, runtime
from .config import config
from .errors import CompilationError, UnsupportedTypeError, describe
from .invocation import Attempt, run_apart, run_iree
from .version import __version__

PIPELINE_VERSION = "3"  # raise it when the meaning of the text or of an entry's calling convention changes

# --- targets -------------------------------------------------------------------------------------------------------

_DEFAULT_ARCH = {"llvm-cpu": "", "vulkan-spirv": "", "cuda": "sm_80"}
DRIVERS = {"llvm-cpu": "local-task", "vulkan-spirv": "vulkan", "cuda": "cuda"}

# Flags that a user may add. Only names: IREE refuses a bad value of these with an error, while a bad value of, say,
# --iree-llvmcpu-target-cpu-features ends the process; those have fields of Target, which are checked in a subprocess.
SAFE_FLAGS = frozenset(
    "--iree-" + name
    for name in (
        "opt-level", "opt-data-tiling", "opt-const-eval", "opt-strip-assertions", "opt-generalize-matmul",
        "opt-aggressively-propagate-transposes", "dispatch-creation-opt-level", "llvmcpu-enable-ukernels",
        "llvmcpu-enable-inner-tiled", "llvmcpu-stack-allocation-limit", "llvmcpu-loop-unrolling",
        "llvmcpu-loop-vectorization", "llvmcpu-slp-vectorization", "llvmcpu-loop-interleaving",
        "llvmcpu-reassociate-fp-reductions", "llvmcpu-use-fast-min-max-ops", "llvmcpu-debug-symbols",
        "llvmcpu-link-embedded", "llvmcpu-skip-intermediate-roundings", "vm-bytecode-module-strip-source-map",
        "hal-executable-debug-level", "hal-dump-executable-files-to",
    )
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Target:
    """What to compile for.

    Args:
      backend: "llvm-cpu", "vulkan-spirv" or "cuda".
      cpu: llvm-cpu: "host" (this machine), "generic" (any machine of its architecture) or a name that LLVM knows.
      features: llvm-cpu: features to add or remove, such as ("+avx2", "-avx512f").
      triple: llvm-cpu: the target triple, if it is not this machine's.
      arch: cuda: "sm_80", "sm_86", "sm_89" ...; vulkan-spirv: a target that IREE knows, such as "rdna3".
      extra_flags: flags of iree-compile from `SAFE_FLAGS`.

    >>> Target().describe()
    'llvm-cpu (host)'
    """

    backend: str = "llvm-cpu"
    cpu: str = "host"
    features: tuple[str, ...] = ()
    triple: str = ""
    arch: str = ""
    extra_flags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.backend not in _DEFAULT_ARCH:
            raise ValueError(f"target: expected a backend of {', '.join(_DEFAULT_ARCH)} but got {self.backend!r}")
        object.__setattr__(self, "arch", self.arch or _DEFAULT_ARCH[self.backend])
        object.__setattr__(self, "features", tuple(self.features))
        object.__setattr__(self, "extra_flags", tuple(self.extra_flags))
        words = (self.cpu, self.triple, self.arch, *self.features)
        bad = [w for w in words if not re.fullmatch(r"[\w.+-]*", w)]
        bad += [f for f in self.features if f[:1] not in "+-" or len(f) < 2]
        if bad:
            raise ValueError(f"target: expected names such as 'skylake', '+avx2', 'sm_80' but got {bad[0]!r}")
        if self.backend == "cuda" and not re.fullmatch(r"sm_\d+[a-z]?", self.arch):
            raise ValueError(f"target: expected a cuda arch such as 'sm_80' but got {self.arch!r}")
        for flag in self.extra_flags:
            if flag.split("=")[0] not in SAFE_FLAGS:
                raise ValueError(
                    f"target: expected extra flags from wengert.compiler.SAFE_FLAGS but got {flag!r}: "
                    "other flags can end the process on a bad value"
                )

    @property
    def is_host(self) -> bool:
        """Compiled for exactly this machine."""
        return self.backend == "llvm-cpu" and self.cpu == "host" and not self.triple

    @property
    def driver(self) -> str:
        """The IREE driver that runs it (for the CPU: `local-task`, or `local-sync` for small programs)."""
        return DRIVERS[self.backend]

    def flags(self) -> list[str]:
        """The flags that choose the target."""
        if self.backend == "llvm-cpu":
            flags = ["--iree-hal-target-device=local", "--iree-hal-local-target-device-backends=llvm-cpu"]
            flags.append(f"--iree-llvmcpu-target-cpu={self.cpu}")
            if self.triple:
                flags.append(f"--iree-llvmcpu-target-triple={self.triple}")
            if self.features:
                flags.append(f"--iree-llvmcpu-target-cpu-features={','.join(self.features)}")
            return flags
        if self.backend == "cuda":
            return ["--iree-hal-target-device=cuda", f"--iree-cuda-target={self.arch}"]
        return ["--iree-hal-target-device=vulkan", *([f"--iree-vulkan-target={self.arch}"] if self.arch else [])]

    def describe(self) -> str:
        detail = self.cpu if self.backend == "llvm-cpu" else self.arch
        return f"{self.backend} ({detail})" if detail else self.backend


HOST = Target()


def default_target() -> Target:
    """The target that jit compiles for: `config.target`, a backend (for the CPU: this machine)."""
    return HOST if config.target == "llvm-cpu" else Target(config.target)


# --- flags as rules ------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class FlagRule:
    """Flags for some backends, and why (measured with IREE 3.13 on AVX-512)."""

    flags: tuple[str, ...]
    backends: tuple[str, ...]
    reason: str


ALL = tuple(_DEFAULT_ARCH)
BASE_RULES = (
    FlagRule(
        ("--iree-input-demote-f64-to-f32=false",), ALL, "IREE computes f64 in f32 by default, and says nothing about it"
    ),
    FlagRule(
        ("--iree-opt-const-eval=false",), ALL, "constants are folded before; evaluating again costs 5% of the time"
    ),
    FlagRule(("--iree-llvmcpu-debug-symbols=false",), ("llvm-cpu",), "5-10% of the compile time, and larger modules"),
)
# Alternatives for a module with `iree.opt.data_tiling` hints, tried in this order until one compiles.
INNER_TILED = FlagRule(
    ("--iree-opt-data-tiling", "--iree-llvmcpu-enable-ukernels=none", "--iree-llvmcpu-enable-inner-tiled"),
    ("llvm-cpu",),
    "a large matmul alone: 0.96-1.25 of JAX's time, where ukernels have 1.5; but it cannot fuse an epilogue",
)
UKERNELS = FlagRule(
    (
        "--iree-opt-data-tiling",
        "--iree-llvmcpu-enable-ukernels=default",
        "--iree-llvmcpu-stack-allocation-limit=262144",
    ),
    ("llvm-cpu",),
    "matmuls with epilogues: attention gradient 0.69 of JAX's time, without data tiling 0.8",
)
PLAIN = FlagRule((), ALL, "no data tiling: always compiles")
LOOP_VECTORIZER = FlagRule(
    ("--iree-llvmcpu-loop-vectorization",),
    ("llvm-cpu",),
    "MLIR does not vectorise complex numbers, LLVM does: a product with exp 8 times faster",
)
KERNELS = FlagRule(
    ("--iree-llvmcpu-loop-vectorization", "--iree-llvmcpu-stack-allocation-limit=262144"),
    ("llvm-cpu",),
    "loops of small arrays as one dispatch: LLVM makes vectors of their code, and small arrays are on the stack",
)
SYSTEM_LINKER = FlagRule(
    ("--iree-llvmcpu-link-embedded=false",),
    ("llvm-cpu",),
    "64-bit functions that IREE takes from libm are only found by the system's linker",
)


def flag_ladder(text: str, target: Target) -> list[list[str]]:
    """The flag sets to try, in this order; a later one is for a module that an earlier one cannot compile."""
    base = [*target.flags(), *(f for r in BASE_RULES if target.backend in r.backends for f in r.flags)]
    rungs = [PLAIN]
    if target.backend == "llvm-cpu":
        if "iree.opt.data_tiling" in text:
            rungs = [UKERNELS, PLAIN]
            if _only_contractions(text):
                rungs.insert(0, INNER_TILED)
        if target.is_host and re.search(r"[x<]f64>", text):
            rungs.append(SYSTEM_LINKER)
        if "hal.executable.source" in text:
            base += KERNELS.flags
        elif "complex<f" in text:
            base += LOOP_VECTORIZER.flags
    return [[*base, *rung.flags, *target.extra_flags] for rung in rungs]


def _only_contractions(text: str) -> bool:
    """Whether every linalg op is a fill, a hinted matmul or a data movement, so that nothing is fused into a matmul."""
    for line in text.splitlines():
        op = re.search(r"\b(?:linalg|iree_linalg_ext)\.(\w+)", line)
        if op and op[1] not in ("fill", "matmul", "yield", "transpose", "index"):
            if not (op[1] == "generic" and "iree.opt.data_tiling" in line):
                return False
    return True


# --- what a target cannot do ---------------------------------------------------------------------------------------

# backend -> (pattern in the text, the type's name, remedy)
_UNSUPPORTED: dict[str, tuple[tuple[str, str, str], ...]] = {
    "vulkan-spirv": (
        (r"(?:[x<:(,\s])f64\b", "float64", "use float32 (x.astype('float32')), or the target llvm-cpu"),
        (
            r"complex<f",
            "complex numbers",
            "keep real and imaginary parts as two float arrays, or use the target llvm-cpu",
        ),
    ),
}


def check_types(text: str, target: Target, name: str = "main") -> None:
    """Refuse, before IREE is called, the types that the target cannot compute with."""
    for pattern, type_name, remedy in _UNSUPPORTED.get(target.backend, ()):
        for number, line in enumerate(text.splitlines(), 1):
            # In generic form f64 also stands in attributes such as `1.0 : f64`; only types of values count.
            if re.search(pattern, re.sub(r"<\{.*?\}>|\{[^{}]*\}(?=\s*:)", "", line)):
                where = _location_in(line) or f"line {number} of the lowered text"
                problem = f"the target {target.describe()} does not support {type_name} (at {where})"
                raise UnsupportedTypeError(describe(name, problem, remedy=remedy))


def _location_in(line: str) -> str | None:
    match = re.search(r'loc\("([^"]+)":(\d+)', line)
    return f"{match[1]}:{match[2]}" if match else None


# --- versions and the host, for keys -------------------------------------------------------------------------------


@functools.cache
def iree_version() -> str:
    """The version of the installed compiler, without importing it."""
    try:
        return metadata.version("iree-base-compiler")
    except metadata.PackageNotFoundError:
        return "unknown"


@functools.cache
def host_cpu() -> str:
    """What `--iree-llvmcpu-target-cpu=host` depends on: model and features of this machine's processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines()
        wanted = ("model name", "flags", "Features", "CPU part", "CPU implementer")
        found = [line.split(":", 1)[1].strip() for line in lines if line.startswith(wanted)]
    except OSError:
        found = []
    return " ".join([platform.machine(), *found]) or platform.processor()


def cache_key(text: str, target: Target, entry_points: Sequence[str] = ()) -> disk_cache.Key:
    """The key of the disk cache for `text`: everything that the result depends on."""
    import hashlib

    parts = {
        "wengert": __version__,
        "pipeline": PIPELINE_VERSION,
        "iree": iree_version(),
        "target": target.describe(),
        "flags": " | ".join(" ".join(rung) for rung in flag_ladder(text, target)),
        "entry points": " ".join(entry_points),
    }
    if target.is_host:
        parts["host cpu"] = hashlib.sha256(host_cpu().encode()).hexdigest()[:16]
    return disk_cache.Key(text, parts)


# --- compiling -----------------------------------------------------------------------------------------------------


@dataclasses.dataclass
class Statistics:
    """What compiling has cost this process."""

    compiled: int = 0
    disk_hits: int = 0
    seconds: float = 0.0


statistics = Statistics()
_key_locks: dict[str, threading.Lock] = {}
_state_lock = threading.Lock()


def compile_text(
    text: str,
    *,
    target: Target = HOST,
    entry_points: Sequence[str] = (),
    debug_text: Callable[[], str] | None = None,
) -> bytes:
    """The compiled module (vmfb) of `text`, from the disk cache if it is there.

    `debug_text` gives the same text with locations, for messages: the key must not depend on them, so that moving a
    function in its file does not compile it again.
    Raises UnsupportedTypeError before IREE is called, CompilationError if IREE fails.
    """
    name = (entry_points[0] if entry_points else "main").removesuffix(runtime.ENTRY_SUFFIX)
    if target.backend in _UNSUPPORTED:
        check_types(debug_text() if debug_text else text, target, name)
    cache = disk_cache.default()
    key = cache_key(text, target, entry_points)
    with _state_lock:
        lock = _key_locks.setdefault(key.digest, threading.Lock())
    with lock:  # a second thread that wants the same module waits for the first one's
        data = cache.get(key) if cache else None
        if data is not None:
            statistics.disk_hits += 1
            return data
        with cache.lock(key) if cache else contextlib.nullcontext(False) as is_apart:
            data = cache.get(key) if cache and cache.made_meanwhile(key) else None
            if data is None:
                start = time.perf_counter()
                with progress.status(f"compiling {name} for {target.describe()}"):
                    data = _compile(debug_text() if debug_text else text, target, name, is_apart)
                seconds = time.perf_counter() - start
                statistics.compiled += 1
                statistics.seconds += seconds
                if cache:
                    cache.put(key, data, name=name, seconds=seconds)
    with _state_lock:
        _key_locks.pop(key.digest, None)
    return data


def _compile(text: str, target: Target, name: str, is_apart: bool = False) -> bytes:
    # A program that has ended a process once does not do so again.
    run = run_apart if is_apart else run_iree
    validate_target(target)
    attempts: list[Attempt] = []
    said = lambda words: any(words in d for a in attempts for d in a.diagnostics)
    for flags in flag_ladder(text, target):
        if SYSTEM_LINKER.flags[0] in flags and not said("failed to link"):
            continue
        attempts.append(run(text, flags, f"{name}.mlir"))
        if (vmfb := attempts[-1].vmfb) is not None:
            return vmfb
    if said("maximum iteration count exceeded in fixed point pipeline"):
        text = keeping_loops(text)
        attempts.append(run(text, attempts[0].flags, f"{name}.mlir"))
        if (vmfb := attempts[-1].vmfb) is not None:
            return vmfb
    raise _failure(text, target, name, attempts)


_LOOP = re.compile(r'^( *)(%\w+)(?::(\d+))? = "scf\.(?:while|for)"\(')
_TYPES = re.compile(r"^ *}\) : .* -> (\(.*?\)|[^(].*?)(?: loc\(.*)?$")


def keeping_loops(text: str) -> str:
    """The program with every result of every loop in use.

    IREE does not come to an end with a loop when it finds, by folding constants, that nothing of its result is.
    """
    lines: list[str] = []
    open_loops: list[tuple[str, str, int]] = []
    for line in text.splitlines():
        lines.append(line)
        if loop := _LOOP.match(line):
            open_loops.append((loop[1], loop[2], int(loop[3] or 1)))
        elif open_loops and line.startswith(open_loops[-1][0] + "}) : ") and (types := _TYPES.match(line)):
            indent, name, count = open_loops.pop()
            results = ", ".join(f"{name}#{i}" for i in range(count)) if count > 1 else name
            kinds = types[1] if types[1].startswith("(") else f"({types[1]})"
            kept = f"%kept_{len(lines)}" + (f":{count}" if count > 1 else "")
            lines.append(f'{indent}{kept} = "util.optimization_barrier"({results}) : {kinds} -> {kinds}')
    return "\n".join(lines) + "\n"


# --- failures ------------------------------------------------------------------------------------------------------


def _failure(text: str, target: Target, name: str, attempts: list[Attempt]) -> CompilationError:
    report = write_report(text, target, name, attempts)
    last = attempts[-1]
    first = next((d for d in last.diagnostics if d.startswith("error")), "") or last.console or "no diagnostics"
    what = first.removeprefix("error: ").splitlines()[0]
    op = re.search(r"operation '([\w.]+)'", first)
    where = _user_line(last.diagnostics, f"{name}.mlir")
    problem = f"expected a module that IREE {iree_version()} can compile for {target.describe()} but got: {what[:300]}"
    lines = [f"{name}: {problem}"]
    if op:
        lines.append(f"  op: {op[1]}")
    if where:
        lines.append(f"  at: {where}")
    lines.append(f"  report: {report} (all diagnostics, the command, and the reproducer {report.with_suffix('.mlir')})")
    lines.append("  remedy: try another target or other types for this op, or report it with these two files")
    error = CompilationError("\n".join(lines))
    error.report = report  # type: ignore[attr-defined]
    return error


def _user_line(diagnostics: Sequence[str], own_name: str) -> str | None:
    """The first place in a user's file that a diagnostic names (places in the text itself do not count)."""
    for file, line in re.findall(r"(?:^|: |\s)([^\s:\"]+\.py):(\d+):\d+: ", "\n".join(diagnostics)):
        if file != own_name:
            return f"{file}:{line}"
    return None


def write_report(text: str, target: Target, name: str, attempts: Sequence[Attempt]) -> Path:
    """Write what happened to `<reports>/<time>-<name>.log`, and the text beside it as .mlir; returns the .log."""
    folder = disk_cache.reports_dir()
    stem = re.sub(r"\W+", "_", name)[:40]
    handle, log_name = tempfile.mkstemp(dir=folder, prefix=time.strftime(f"%Y%m%d-%H%M%S-{stem}-"), suffix=".log")
    log = Path(log_name)
    source = log.with_suffix(".mlir")
    source.write_text(text)
    with os.fdopen(handle, "w") as f:
        print(f"wengert {__version__}, IREE {iree_version()}, target {target.describe()}", file=f)
        for number, attempt in enumerate(attempts, 1):
            command = shlex.join(["iree-compile", *attempt.flags, str(source), "-o", "module.vmfb"])
            print(f"\n--- attempt {number} of {len(attempts)}\n{command}\n", file=f)
            print("\n".join(attempt.diagnostics), attempt.console, sep="\n", file=f)
    _limit_reports(folder)
    return log


def _limit_reports(folder: Path, keep: int = 50) -> None:
    logs = sorted(folder.glob("*.log"), key=lambda p: p.name)
    for log in logs[:-keep]:
        with contextlib.suppress(OSError):
            log.unlink()
            log.with_suffix(".mlir").unlink()


# --- from a module of the dialect ---


@dataclasses.dataclass(frozen=True)
class LoweredModule:
    """A function after the pipeline: `module` is the linalg form, `text` the same as it goes to IREE."""

    module: Any
    text: str
    entry: str
    inputs: Sequence[Any]
    outputs: Sequence[Any]

    def load(self, target: Target = HOST) -> runtime.Executable:
        """Compile, or take it from a cache, and load."""
        return runtime.executable_from_text(
            self.text, self.entry, self.inputs, self.outputs, target,
            debug_text=lambda: self.module.to_text(debug_info=True, generic=True),
        )  # fmt: skip


def pipeline_options(target: Target = HOST) -> str:
    """The options of the pipeline for a module that this process will run on `target`."""
    return f"target={target.backend} host-calls={'true' if target.backend == 'llvm-cpu' else 'false'}"


def lower_module(module: Any, entry: str, target: Target = HOST) -> LoweredModule:
    """Run the pipeline to linalg on a copy of `module`, a `_native.Module`."""
    inputs, outputs = module.signature(entry)
    lowered = module.clone()
    lowered.pipeline("linalg", pipeline_options(target))
    return LoweredModule(lowered, lowered.to_text(debug_info=False, generic=True), entry, inputs, outputs)


# --- checking a target ---------------------------------------------------------------------------------------------

_PROBE = "func.func @main(%x: tensor<f32>) -> tensor<f32> { return %x : tensor<f32> }\n"
_probed: dict[tuple[str, ...], str] = {}


def validate_target(target: Target) -> None:
    """Raise CompilationError if IREE does not know the target's CPU, features or flags.

    IREE ends the process on some bad values, so a target with any of its own is tried out in a subprocess first.
    """
    if target.cpu in ("host", "generic") and not (target.features or target.triple or target.extra_flags):
        if target.backend != "vulkan-spirv" or not target.arch:
            return
    flags = (*target.flags(), *target.extra_flags)
    if flags not in _probed:
        _probed[flags] = _probe(flags)
    if _probed[flags]:
        said = _probed[flags].strip().splitlines()
        problem = f"expected a target that IREE knows but got {' '.join(flags)}: {' '.join(said)[:600]}"
        raise CompilationError(describe("target", problem, remedy="choose another cpu, features, arch or flags"))


def _probe(flags: Sequence[str]) -> str:
    """What is wrong with `flags`, or nothing."""
    code = (
        "import sys; from iree.compiler import api; s = api.Session(); s.set_flags(*sys.argv[2:]); i = s.invocation();"
        "i.enable_console_diagnostics();"
        "sys.exit(not (i.parse_source(api.Source.wrap_buffer(s, sys.argv[1].encode())) and i.execute()))"
    )
    result = subprocess.run([sys.executable, "-c", code, _PROBE, *flags], capture_output=True, text=True, check=False)
    return "" if result.returncode == 0 else result.stderr or f"the compiler ended with code {result.returncode}"


@contextlib.contextmanager
def timed() -> Iterator[Statistics]:
    """What the compilations inside the body have cost."""
    before = dataclasses.replace(statistics)
    spent = Statistics()
    try:
        yield spent
    finally:
        for field in dataclasses.fields(Statistics):
            setattr(spent, field.name, getattr(statistics, field.name) - getattr(before, field.name))
