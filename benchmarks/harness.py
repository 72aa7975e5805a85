# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""How a case is measured and printed.

Machines are noisy, so contenders take turns in one process: in each round every contender runs for about the same
time, and the median over rounds counts (or the smallest, where the case says so). Ratios are ours / theirs: below 1 we
are faster.
"""

from __future__ import annotations

import importlib
import itertools
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

CONTENDERS = ("wengert", "jax", "torch", "numpy")

fresh = itertools.count(time.time_ns() % 10**5)  # constants that no cache has seen


@dataclass
class Case:
    """One line of the table: what each contender runs, the units of work in a run, and the goal, if one was set.

    `clock` tells seconds (`time.process_time`: those of the processor, in all threads), `summary` makes one number of
    the rounds.
    """

    name: str
    runs: dict[str, Callable[[], object]]
    unit: str = "us"
    work: float = 1.0
    goal: str = ""
    rounds: int = 7
    seconds: float = 0.05
    clock: Callable[[], float] = time.perf_counter
    summary: Callable[[list[float]], float] = statistics.median
    measured: dict[str, float] = field(default_factory=dict)

    def measure(self) -> Case:
        """Fill `measured` with the seconds per unit of work: the summary over the rounds, the median by default."""
        times: dict[str, list[float]] = {name: [] for name in self.runs}
        loops = {name: calibrate(run, self.seconds) for name, run in self.runs.items()}
        for _ in range(self.rounds):
            for name, run in self.runs.items():
                times[name].append(time_once(run, loops[name], self.clock))
        self.measured = {name: self.summary(t) / self.work for name, t in times.items()}
        return self


def time_once(run: Callable[[], object], loops: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """Mean seconds of `loops` runs."""
    start = clock()
    for _ in range(loops):
        run()
    return (clock() - start) / loops


def calibrate(run: Callable[[], object], seconds: float) -> int:
    """How many runs take about `seconds`, one for 0; the first call, which may compile, does not count otherwise."""
    if not seconds:
        return 1
    run()
    once = max(time_once(run, 1), 1e-8)
    return max(1, int(seconds / once))


def optional(name: str):
    """The module, or None where it is not installed (the `bench` extra has them)."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


# Units of the figures; a case in MB measures megabytes.
SCALE = {"MB": 1.0, "s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}


def print_table(title: str, cases: list[Case]) -> None:
    """The measured cases as a table on the terminal."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column("case")
    for name in CONTENDERS:
        table.add_column(name, justify="right")
    table.add_column("ours / jax", justify="right")
    table.add_column("goal")
    for case in cases:
        cells = []
        for name in CONTENDERS:
            value = case.measured.get(name)
            cells.append("-" if value is None else f"{value * SCALE[case.unit]:.3g} {case.unit}")
        ratio = "-"
        if "jax" in case.measured and "wengert" in case.measured:
            ratio = f"{case.measured['wengert'] / case.measured['jax']:.2f}"
        table.add_row(case.name, *cells, ratio, case.goal)
    Console(width=130).print(table)
