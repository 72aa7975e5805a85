#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Print the requirements that pyproject.toml lists, one a line, for `pip install -r`.

    requirements.py build run test,dev,demo

`build` is build-system.requires (the toolchain pin), `run` is project.dependencies, other words are extras.
The Makefile uses it so that versions stand in one place only.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def requirements(groups: list[str]) -> list[str]:
    """The requirements of the groups, extras that name other extras of the project resolved."""
    data = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = data["project"]
    found: list[str] = []
    for group in groups:
        if group == "build":
            lines = data["build-system"]["requires"]
        elif group == "run":
            lines = project["dependencies"]
        else:
            lines = project["optional-dependencies"][group]
        for line in lines:
            nested = re.fullmatch(rf"{project['name']}\[(.+)\]", line)
            found += requirements(nested[1].split(",")) if nested else [line]
    return list(dict.fromkeys(found))


if __name__ == "__main__":
    words = [word for argument in sys.argv[1:] for word in argument.split(",")]
    print("\n".join(requirements(words or ["run"])))
