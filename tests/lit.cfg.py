# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# ruff: noqa: F821  (lit defines `config` and `lit_config`)
"""lit over tests/**/*.mlir: `lit build/dev/tests` (CMake writes a site configuration there) or plain `lit tests`."""

import os
import shutil
import sys
import sysconfig
from pathlib import Path

import lit.formats

root = Path(__file__).resolve().parents[1]
site_packages = Path(sysconfig.get_path("purelib"))

config.name = "wengert"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir"]
config.excludes = ["python", "seeds", "e2e", "Inputs"]
config.test_source_root = str(root / "tests")

# What the site configuration says, or where the dev preset and the LLVM wheel put the tools.
build = Path(getattr(config, "wengert_build_dir", os.environ.get("WENGERT_BUILD_DIR", root / "build/dev")))
llvm_tools = getattr(config, "llvm_tools_dir", site_packages / "llvm/bin")
config.test_exec_root = str(build / "tests")


def tool(name: str, *folders: object) -> str:
    found = shutil.which(name, path=os.pathsep.join(map(str, folders))) or shutil.which(name)
    if not found:
        lit_config.fatal(f"{name} not found in {', '.join(map(str, folders))} or on PATH: run `make build`")
    return found


config.substitutions += [
    ("%python", sys.executable),
    (r"\bwg-opt\b", tool("wg-opt", build / "bin")),
    (r"\bFileCheck\b", tool("FileCheck", llvm_tools)),
    (r"(?<![\w-])not\b", tool("not", llvm_tools)),
]
config.environment["FILECHECK_OPTS"] = "--dump-input-filter=all"
# For the asan preset: LLVM's own libraries are not instrumented, so their containers look overflown.
config.environment["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "detect_container_overflow=0")
