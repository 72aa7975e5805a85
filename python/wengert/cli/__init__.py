# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The command `wengert`, also `python -m wengert`: `doctor` looks at the installation, `cache` at the compile cache."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence

from wengert.errors import WengertError
from wengert.version import __version__


def parser() -> argparse.ArgumentParser:
    """The command line."""
    from wengert.cli import cache, doctor

    top = argparse.ArgumentParser(prog="wengert", description="Tools around the wengert compiler.")
    top.add_argument("--version", action="version", version=f"wengert {__version__}")
    commands = top.add_subparsers(title="commands", required=True, metavar="command")
    doctor.add(commands)
    cache.add(commands)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.run(arguments))
    except WengertError as error:
        print(f"wengert: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # `wengert cache ls | head`: nobody reads on, and Python must not flush into the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
