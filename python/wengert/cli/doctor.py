# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`wengert doctor`: versions, devices, cache folder, thread settings, and whether compiling and running works."""

from __future__ import annotations

import argparse
import importlib
import os
import platform
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from typing import Any

from wengert import cache as disk_cache
from wengert import compiler, runtime
from wengert.cli.cache import human_size
from wengert.config import config
from wengert.version import __version__

Row = tuple[str, str, bool]  # what, what was found, whether it is all right
PACKAGES = ("iree-base-compiler", "iree-base-runtime", "numpy", "scipy", "optree", "ml_dtypes")
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
FEATURES = ("sse4_2", "avx", "avx2", "fma", "f16c", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "sve")


def add(commands: Any) -> None:
    """Add the command to a parser."""
    text = "versions, devices, folders and settings, and a self-test"
    commands.add_parser("doctor", help=text, description=text).set_defaults(run=run)


def run(_: argparse.Namespace) -> int:
    """Print what there is; exit code 1 if something that is needed is missing or wrong."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    fine = True
    for title, rows in (
        ("versions", versions),
        ("machine", machine),
        ("devices", devices),
        ("settings", settings),
        ("self-test", self_test),
    ):
        table = Table(title=title, title_justify="left", title_style="bold", box=None, show_header=False)
        table.add_column(min_width=22, no_wrap=True)
        table.add_column(overflow="fold")
        for what, found, good in rows():
            fine &= good
            table.add_row(what, Text(found, style="" if good else "red"))
        console.print(table)
    console.print("everything works" if fine else "something is wrong: see the red lines", style="" if fine else "red")
    return 0 if fine else 1


def versions() -> Iterator[Row]:
    """The packages that wengert stands on."""
    yield "wengert", __version__, True
    yield "Python", platform.python_version(), True
    for package in PACKAGES:
        try:
            yield package, metadata.version(package), True
        except metadata.PackageNotFoundError:
            yield package, "is not installed: pip install wengert", False
    try:
        importlib.import_module("wengert._native")
        yield "wengert._native", "loads", True
    except ImportError as error:
        yield "wengert._native", f"does not load ({error}): build it with `make build`", False


def machine() -> Iterator[Row]:
    """The processor."""
    yield "system", f"{platform.system()} {platform.release()} {platform.machine()}", True
    words = compiler.host_cpu().replace(".", "_").split()
    yield "CPU features", " ".join(f for f in FEATURES if f in words) or "unknown", True
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    yield "cores", f"{usable} usable of {os.cpu_count()}", True


def devices() -> Iterator[Row]:
    """What each driver of the runtime finds; only the CPU's must work."""
    for driver in runtime.drivers():
        needed = driver.startswith("local")
        try:
            names = runtime.device_names(driver)
        except Exception:  # a driver without its library or its hardware says so in its own way
            yield driver, "not available (no library or no device)", not needed
            continue
        yield driver, ", ".join(names) or "no device", bool(names) or not needed


def settings() -> Iterator[Row]:
    """The settings, the cache's folder, and what decides the number of threads."""
    cache = disk_cache.default()
    if cache is None:
        yield "cache", "off", True
    else:
        entries = cache.entries()
        size = f"{human_size(sum(e.size for e in entries))} of {human_size(cache.limit_bytes)}"
        yield "cache", f"{cache.root} ({len(entries)} entries, {size})", True
    for name in sorted(config.options):
        if name not in ("cache_dir", "cache_limit_mb"):
            yield name, str(config.read(name)), True
    for name in THREADS:
        if name in os.environ:
            yield name, os.environ[name], True
    yield "IREE threads", "one a core for large programs (local-task), the caller's for small ones (local-sync)", True


SQUARE_PLUS_ONE = """func.func @main(%x: tensor<8xf32>) -> tensor<8xf32> {
  %y = arith.mulf %x, %x : tensor<8xf32>
  %one = arith.constant dense<1.0> : tensor<8xf32>
  %z = arith.addf %y, %one : tensor<8xf32>
  return %z : tensor<8xf32>
}
"""


def self_test() -> Iterator[Row]:
    """Compile and run something, without the disk cache."""
    before = config.cache_dir
    config.update("cache_dir", "off")
    try:
        yield _timed("compile and run IR", _compile_text)
        yield _timed("trace, compile and run", _grad_of_jit)
    finally:
        config.update("cache_dir", before)


def _timed(what: str, test: Callable[[], bool]) -> Row:
    start = time.perf_counter()
    try:
        good = test()
    except Exception as error:  # whatever is broken is what the doctor reports
        return what, f"fails: {type(error).__name__}: {str(error).splitlines()[0][:200]}", False
    seconds = time.perf_counter() - start
    return what, f"right, in {seconds:.2f} s" if good else "gives a wrong result", good


def _compile_text() -> bool:
    import numpy as np

    spec = runtime.Spec((8,), np.dtype(np.float32))
    x = np.arange(8, dtype=np.float32)
    (y,) = runtime.executable_from_text(SQUARE_PLUS_ONE, "main", [spec], [spec])([x])
    return bool((y == x * x + 1).all())


def _grad_of_jit() -> bool:
    import wengert

    derivative = wengert.jit(wengert.grad(lambda x: x * x * x))
    return abs(float(derivative(2.0)) - 12.0) < 1e-4
