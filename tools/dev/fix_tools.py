#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Set the run bit on the tools of the LLVM and MLIR wheels: some unpackers drop it."""

import stat
import sysconfig
from pathlib import Path


def main() -> None:
    site = Path(sysconfig.get_path("purelib"))
    for package in ("llvm", "mlir"):
        for tool in (site / package / "bin").glob("*"):
            mode = tool.stat().st_mode
            if tool.is_file() and not mode & stat.S_IXUSR:
                tool.chmod(mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)


if __name__ == "__main__":
    main()
