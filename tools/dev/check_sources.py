#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Check what every source file owes: the licence line, no binary junk, a length one can read (a warning)."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SPDX = "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"
# Files of these kinds carry the line; data, prose and pictures do not.
KINDS = {".py", ".cpp", ".h", ".td", ".mlir", ".cmake", ".toml", ".sh", ".in", ".yml", ".yaml"}
NAMES = {"CMakeLists.txt", "Makefile", ".clang-format", "run"}
LONGEST = 600


def main() -> int:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.splitlines()  # fmt: skip
    failed = False
    for name in listed:
        path = ROOT / name
        if not path.is_file() or not (path.suffix in KINDS or path.name in NAMES) or path.stat().st_size == 0:
            continue
        lines = path.read_text(errors="replace").splitlines()
        if not any(SPDX in line for line in lines[:3]):
            print(f"{name}:1: no licence line: put '{SPDX}' into the first line's comment")
            failed = True
        if len(lines) > LONGEST and not name.startswith("tests/"):
            print(f"{name}: warning: {len(lines)} lines, more than {LONGEST}: split it by topic")
    if not failed:
        print("sources: clean")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
