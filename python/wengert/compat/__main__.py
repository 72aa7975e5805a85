# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`python -m wengert.compat script.py [args]`: a program that imports jax, run on wengert."""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Sequence

from wengert.compat import install

USAGE = """usage: python -m wengert.compat script.py [arguments]
       python -m wengert.compat -m module [arguments]
       python -m wengert.compat -c command [arguments]
Runs a program for which `import jax` means wengert."""


def main(argv: Sequence[str]) -> int:
    """Run the program of a command line; returns the exit code for a command line without one."""
    if not argv or argv[0] in ("-h", "--help"):
        print(USAGE, file=sys.stdout if argv else sys.stderr)
        return 0 if argv else 2
    kind, rest = (argv[0], argv[1:]) if argv[0] in ("-m", "-c") else ("", list(argv))
    if not rest:
        print(f"wengert.compat: expected a program after {kind}\n{USAGE}", file=sys.stderr)
        return 2
    program = rest[0]
    sys.argv = [kind or program, *rest[1:]]
    install()
    if kind == "-m":
        sys.path[0] = os.getcwd()
        runpy.run_module(program, run_name="__main__", alter_sys=True)
    elif kind == "-c":
        sys.path[0] = ""
        exec(compile(program, "<string>", "exec"), {"__name__": "__main__"})
    else:
        if not os.path.exists(program):
            print(f"wengert.compat: expected a script but there is no {program!r}", file=sys.stderr)
            return 2
        sys.path[0] = os.path.dirname(os.path.abspath(program))
        runpy.run_path(program, run_name="__main__")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
