#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Print the sizes of the extension, the shared library, the tools and the wheel.

size_report.py [build folder, default build/dev]
"""

import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def built(build: Path) -> Iterator[tuple[str, int]]:
    package = ROOT / "python/wengert"
    for path in sorted([*package.rglob("*.so"), *package.rglob("*.so.*"), *package.rglob("*.dylib")]):
        if not path.is_symlink():
            yield path.relative_to(ROOT).as_posix(), path.stat().st_size
    for path in sorted((build / "bin").glob("*")):
        if path.is_file() and not path.is_symlink():
            yield path.relative_to(ROOT).as_posix(), path.stat().st_size


def in_wheel(wheel: Path) -> Iterator[tuple[str, int]]:
    """The ten largest members, unpacked, and the rest together."""
    with zipfile.ZipFile(wheel) as archive:
        members = sorted(((info.file_size, info.filename) for info in archive.infolist()), reverse=True)
    for size, name in members[:10]:
        yield f"  {name}", size
    yield f"  ({max(len(members) - 10, 0)} more files)", sum(size for size, _ in members[10:])


def main() -> None:
    build = Path(sys.argv[1] if len(sys.argv) > 1 else "build/dev")
    rows = list(built(build if build.is_absolute() else ROOT / build))
    for wheel in sorted((ROOT / "dist").glob("*.whl")):
        rows += [(wheel.relative_to(ROOT).as_posix(), wheel.stat().st_size), *in_wheel(wheel)]
    for name, size in rows:
        print(f"{size / 1e6:9.2f} MB  {name}")


if __name__ == "__main__":
    main()
