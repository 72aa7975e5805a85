#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Run the test suite of the Python array API standard on `wengert.numpy`.

    conformance.py path/to/array-api-tests [--module jax.numpy] [--max-examples 5] [--jobs 2] [-- pytest arguments]

The suite is a checkout of github.com/data-apis/array-api-tests with its submodule `array-api`; it is no package and no
part of this repository. 64-bit types are on; the examples are the same in every run unless `--random` is given.
tests/conformance/skips.txt names the tests of the suite that do not apply, each with its reason; it serves
`wengert.numpy` only, so that other modules are measured whole.

Prints the tests that failed, then one line with the numbers; exits 1 if one failed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SKIPS = ROOT / "tests/conformance/skips.txt"
STANDARD = "2024.12"


def read_skips(text: str) -> dict[str, str]:
    """Test ids with their reasons, from lines `id  # reason`; empty lines and comments are left out.

    >>> read_skips("array_api_tests/test_a.py::test_b[x -> y]  # no such thing")
    {'array_api_tests/test_a.py::test_b[x -> y]': 'no such thing'}
    """
    skips = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, reason = line.partition("  # ")
        if not name.startswith("array_api_tests/") or not reason.strip():
            raise SystemExit(f"{SKIPS.name}:{number}: expected `array_api_tests/...  # reason` but got {line!r}")
        skips[name.strip()] = reason.strip()
    return skips


def outcomes(report: Path) -> dict[str, str]:
    """Each test of a JUnit report with passed, failed or skipped."""
    found = {}
    for case in ET.parse(report).getroot().iter("testcase"):
        tags = {child.tag for child in case}
        outcome = "failed" if tags & {"failure", "error"} else "skipped" if "skipped" in tags else "passed"
        path = case.get("classname", "").replace(".", "/")
        found[f"{path}::{case.get('name')}"] = outcome
    return found


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    options, rest = parse(arguments)
    suite = options.suite.resolve()
    if not (suite / "array_api_tests").is_dir():
        raise SystemExit(f"{suite}: expected a checkout of data-apis/array-api-tests but found no array_api_tests/")
    if not (suite / "array-api").is_dir() or not any((suite / "array-api").iterdir()):
        raise SystemExit(f"{suite}/array-api: expected the submodule; remedy: git submodule update --init")
    env = os.environ | {
        "ARRAY_API_TESTS_MODULE": options.module,
        "ARRAY_API_TESTS_VERSION": STANDARD,
        "WENGERT_ENABLE_X64": "1",
        "JAX_ENABLE_X64": "1",
    }
    with tempfile.TemporaryDirectory() as scratch:
        skips, report = Path(scratch) / "skips.txt", Path(scratch) / "report.xml"
        skips.write_text("\n".join(read_skips(SKIPS.read_text()) if options.module == "wengert.numpy" else []) + "\n")
        command = [
            sys.executable, "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", "--disable-warnings",
            f"--max-examples={options.max_examples}", "--disable-deadline", f"--skips-file={skips}",
            f"--junitxml={report}", "--tb=short" if options.verbose else "--tb=no",
            *([] if options.random else ["--derandomize"]), *(["-n", str(options.jobs)] if options.jobs > 1 else []),
            *(rest or ["array_api_tests"]),
        ]  # fmt: skip
        done = subprocess.run(command, cwd=suite, env=env, check=False)
        if not report.exists():
            return done.returncode or 1
        found = outcomes(report)
    for name in sorted(name for name, outcome in found.items() if outcome == "failed"):
        print(f"failed: {name}")
    counts = Counter(found.values())
    numbers = ", ".join(f"{counts[outcome]} {outcome}" for outcome in ("passed", "failed", "skipped"))
    print(f"conformance of {options.module} with {STANDARD}: {numbers} of {len(found)}")
    return 1 if counts["failed"] or done.returncode not in (0, 1) else 0


def parse(arguments: list[str] | None) -> tuple[argparse.Namespace, list[str]]:
    """The options, and what follows `--`."""
    given = sys.argv[1:] if arguments is None else arguments
    own, rest = (given[: given.index("--")], given[given.index("--") + 1 :]) if "--" in given else (given, [])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suite", type=Path, help="a checkout of data-apis/array-api-tests")
    parser.add_argument("--module", default="wengert.numpy", help="the namespace to test (default: %(default)s)")
    parser.add_argument("--max-examples", type=int, default=5, help="examples a test (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=1, help="processes (default: %(default)s)")
    parser.add_argument("--random", action="store_true", help="other examples in every run")
    parser.add_argument("--verbose", action="store_true", help="show what the failures say")
    return parser.parse_args(own), rest


if __name__ == "__main__":
    sys.exit(main())
