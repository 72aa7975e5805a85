# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""One compilation by IREE in this process: nothing is printed, everything said is in the result."""

from __future__ import annotations

import contextlib
import ctypes
import dataclasses
import functools
import json
import os
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any


@dataclasses.dataclass
class Attempt:
    """One run of IREE: its flags, and what it said if it failed."""

    flags: list[str]
    vmfb: bytes | None = None
    diagnostics: list[str] = dataclasses.field(default_factory=list)
    console: str = ""


_setup_lock = threading.Lock()


def _iree() -> Any:
    """iree.compiler.api, set up once for the process: IREE ends it if that is done twice."""
    with _setup_lock:
        return _set_up()


@functools.cache
def _set_up() -> Any:
    from iree.compiler import api

    # MLIR's own threads do not pay for modules of our size, and cost a third of the time of a small one. Our
    # parallelism is that of several compilations at a time.
    api._initializeGlobalCL("wengert", "--mlir-disable-threading")
    return api


_DIAGNOSTIC = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_void_p)
_SEVERITY = ("note", "warning", "error", "remark")


def run_iree(text: str, flags: Sequence[str], buffer_name: str = "module.mlir") -> Attempt:
    """Compile `text` with `flags`; a failure leaves `vmfb` empty."""
    api = _iree()
    attempt = Attempt(list(flags))

    @_DIAGNOSTIC
    def on_diagnostic(severity: int, message: int, size: int, _: Any) -> None:
        said = ctypes.string_at(message, size).decode(errors="replace")
        attempt.diagnostics.append(f"{_SEVERITY[severity] if severity < 4 else severity}: {said}")

    with ConsoleCapture() as console, api.Session() as session:
        try:
            session.set_flags(*flags)
        except ValueError as e:
            attempt.diagnostics.append(f"error: {e}")
            console.failed = True
            return attempt
        with session.invocation() as invocation:
            attempt.vmfb = _bytecode(invocation, text, buffer_name, on_diagnostic)
            console.failed = attempt.vmfb is None
    attempt.console = console.text
    return attempt


def _bytecode(invocation: Any, text: str, buffer_name: str, on_diagnostic: Any) -> bytes | None:
    from iree.compiler.api import Output, Source

    # The wrapper offers only printing to the console; the C interface it stands on has the callback.
    _call("InvocationEnableCallbackDiagnostics", invocation, ctypes.c_int(0), on_diagnostic, None)
    session = invocation.session
    has_branches = re.search(r"\b(?:scf|cf)\.", text) is not None
    if has_branches:
        _call("InvocationSetCompileToPhase", invocation, b"vm")
    source = Source.wrap_buffer(session, text.encode(), buffer_name=buffer_name)
    if not (invocation.parse_source(source) and invocation.execute()):
        return None
    if has_branches:
        with Output.open_membuffer() as output:
            invocation.output_ir(output)
            code = bytes(output.map_memory()).decode()
        with session.invocation() as last:
            _call("InvocationEnableCallbackDiagnostics", last, ctypes.c_int(0), on_diagnostic, None)
            _call("InvocationSetCompileFromPhase", last, b"vm")
            source = Source.wrap_buffer(session, distinct_references(code).encode(), buffer_name=buffer_name)
            return _output(last) if last.parse_source(source) and last.execute() else None
    return _output(invocation)


def _call(name: str, invocation: Any, *arguments: Any) -> None:
    from iree.compiler.api import ctypes_dl

    getattr(ctypes_dl._dylib, f"ireeCompiler{name}")(ctypes.c_void_p(invocation._inv_p), *arguments)


def _output(invocation: Any) -> bytes:
    from iree.compiler.api import Output

    with Output.open_membuffer() as output:
        invocation.output_vm_bytecode(output)
        return bytes(output.map_memory())


def run_apart(text: str, flags: Sequence[str], buffer_name: str = "module.mlir") -> Attempt:
    """`run_iree` in a process of its own: that IREE ends it is a failure like any other. Takes 0.4 s longer."""
    with tempfile.TemporaryDirectory() as folder:
        job, result, vmfb = (Path(folder, name) for name in ("job.json", "result.json", "module.vmfb"))
        job.write_text(json.dumps([text, list(flags), buffer_name]))
        code = "import sys; sys.path.insert(0, sys.argv[1]); from wengert.invocation import _serve; _serve(sys.argv[2])"
        command = [sys.executable, "-c", code, str(Path(__file__).parents[1]), folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not result.exists():
            said = f"error: the compiler ended its process with code {done.returncode}"
            return Attempt(list(flags), None, [said], done.stderr)
        diagnostics, console = json.loads(result.read_text())
        return Attempt(list(flags), vmfb.read_bytes() if vmfb.exists() else None, diagnostics, console)


def _serve(folder: str) -> None:
    attempt = run_iree(*json.loads(Path(folder, "job.json").read_text()))
    if attempt.vmfb is not None:
        Path(folder, "module.vmfb").write_bytes(attempt.vmfb)
    Path(folder, "result.json").write_text(json.dumps([attempt.diagnostics, attempt.console]))


# --- branches of the virtual machine -------------------------------------------------------------------------------

_BRANCH = re.compile(r"^(\s*)vm\.(?:br|cond_br|br_table) .*!vm\.ref<.*$", re.MULTILINE)
_DESTINATION = re.compile(r"(\^bb\d+)\(([^:()]*) : ([^()]*)\)")


def distinct_references(code: str) -> str:
    """IREE's code for its virtual machine, with branches that hand over no reference twice.

    Where a branch is the last use of a reference, IREE 3.13 moves it to the last of the arguments that get it. If one
    of the others has the register of the reference itself, it is left with nothing: "indirect buffer reference is out
    of range", or a fence that nobody waits for. IREE packs what a region computes into one buffer, so this is what
    loops and branches of several values have. A select between the reference and null is the same in a register of
    its own, and nothing simplifies it.
    """
    count = 0

    def branch(match: re.Match[str]) -> str:
        before: list[str] = []

        def destination(found: re.Match[str]) -> str:
            nonlocal count
            names, types = found[2].split(", "), found[3].split(", ")
            for i, (name, kind) in enumerate(zip(names, types, strict=True)):
                if kind.startswith("!vm.ref") and name in names[:i] and not name.startswith("%null"):
                    names[i], null, known = f"%again{count}", f"%again{count}_null", f"%again{count}_known"
                    count += 1
                    before.append(f"{null} = vm.const.ref.zero : {kind}")
                    before.append(f"{known} = vm.cmp.nz.ref {name} : {kind}")
                    before.append(f"{names[i]} = vm.select.ref {known}, {name}, {null} : {kind}")
            return f"{found[1]}({', '.join(names)} : {found[3]})"

        line = _DESTINATION.sub(destination, match[0])
        return "\n".join([*(match[1] + b for b in before), line])

    return _BRANCH.sub(branch, code)


# --- what is printed -----------------------------------------------------------------------------------------------


class ConsoleCapture:
    """Catches what IREE and the linker it starts print to descriptor 2, while at least one compilation runs.

    A failed compilation puts it into its report. What was caught while none failed is printed after all: it may
    belong to another thread of the program.
    """

    _lock = threading.Lock()
    _users = 0
    _failures = 0
    _saved = -1
    _file: Any = None

    def __enter__(self) -> ConsoleCapture:
        cls = type(self)
        self.text, self.failed, self._start = "", False, 0
        with cls._lock:
            if cls._users == 0:
                with contextlib.suppress(OSError, ValueError, AttributeError):
                    sys.stderr.flush()
                with contextlib.suppress(OSError):  # the program may have closed descriptor 2
                    cls._saved = os.dup(2)
                    cls._file = tempfile.TemporaryFile("a+b")
                    os.dup2(cls._file.fileno(), 2)
            cls._users += 1
            if cls._file is not None:
                self._start = os.fstat(cls._file.fileno()).st_size
        return self

    def __exit__(self, kind: Any, *_: Any) -> None:
        cls = type(self)
        with cls._lock:
            cls._users -= 1
            cls._failures += self.failed or kind is not None
            if cls._file is None:
                return
            size = os.fstat(cls._file.fileno()).st_size
            self.text = os.pread(cls._file.fileno(), size - self._start, self._start).decode(errors="replace")
            if cls._users == 0:
                os.dup2(cls._saved, 2)
                if size and not cls._failures:
                    os.write(2, os.pread(cls._file.fileno(), size, 0))
                os.close(cls._saved)
                cls._file.close()
                cls._saved, cls._file, cls._failures = -1, None, 0
