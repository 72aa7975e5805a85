# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`python -m benchmarks [GROUP...]`: measure the groups named, or all of them, and print a table for each."""

from __future__ import annotations

import argparse
import importlib
import json
from dataclasses import asdict
from pathlib import Path

from benchmarks.harness import print_table

GROUPS = {
    "startup": "Start-up and memory",
    "tracing": "Tracing and passes",
    "calls": "Call overhead",
    "eager": "Functions called one by one",
    "compiling": "Compile time",
    "families": "One program of each family of ops",
    "ops_reduction": "Reductions, cumulative ops, windows",
    "ops_host": "Callbacks, Fourier transforms, random bits",
    "ops_linalg": "Factorisations",
    "ops_special": "Special functions",
    "loops": "Loops of unknown length",
    "scans": "Scans",
    "training": "Training step of the demo",
    "examples": "One step of each example",
    "ops_contraction": "Contractions and convolutions",
    "ops_indexing": "Indexing and sorting",
    "transforms": "Transforms of programs",
    "memory": "Memory of derivatives",
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="GROUP", help=f"one of {', '.join(GROUPS)}; all by default")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    args = parser.parse_args()
    unknown = set(args.groups) - set(GROUPS)
    if unknown:
        parser.error(f"no group {', '.join(sorted(unknown))}: expected some of {', '.join(GROUPS)}")
    figures = {}
    for group in args.groups or GROUPS:
        cases = [case.measure() for case in importlib.import_module(f"benchmarks.{group}").cases()]
        print_table(GROUPS[group], cases)
        for case in cases:
            figures[f"{group}/{case.name}"] = {k: v for k, v in asdict(case).items() if k in ("measured", "goal")}
    if args.json:
        args.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
