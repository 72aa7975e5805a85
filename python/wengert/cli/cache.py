# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`wengert cache ls|clear|explain`."""

from __future__ import annotations

import argparse
import time
from typing import Any

from wengert import cache as disk_cache


def add(commands: Any) -> None:
    """Add the command to a parser."""
    command = commands.add_parser("cache", help="list, clear or explain the compile cache on disk")
    actions = command.add_subparsers(title="actions", required=True, metavar="action")
    for name, run, text in (
        ("ls", ls, "the entries, the most recently used first"),
        ("clear", clear, "remove all entries and reports"),
        ("explain", explain, "why the last lookup that missed did so"),
    ):
        actions.add_parser(name, help=text, description=text).set_defaults(run=run)


def ls(_: argparse.Namespace) -> int:
    """List the entries."""
    from rich.console import Console
    from rich.table import Table

    cache = disk_cache.default()
    if cache is None:
        print("the cache is off")
        return 0
    entries = cache.entries()
    table = Table(box=None, pad_edge=False)
    for title in ("entry", "name", "target"):
        table.add_column(title, no_wrap=True)
    for title in ("size", "compiled in", "made", "last used"):
        table.add_column(title, justify="right", no_wrap=True)
    for entry in entries:
        table.add_row(
            entry.digest[:12],
            entry.name,
            entry.meta.get("parts", {}).get("target", ""),
            human_size(entry.size),
            f"{entry.meta.get('compile_seconds', 0):.2f} s",
            human_age(entry.meta.get("made", 0)),
            human_age(entry.used),
        )
    console = Console()
    if not console.is_terminal:
        console.width = 200  # for pipes: whole lines
    if entries:
        console.print(table)
    total, limit = human_size(sum(e.size for e in entries)), human_size(cache.limit_bytes)
    console.print(f"{len(entries)} entries, {total} of {limit}, in {cache.root}", highlight=False, soft_wrap=True)
    return 0


def clear(_: argparse.Namespace) -> int:
    """Remove all entries and reports."""
    cache = disk_cache.default()
    print("the cache is off" if cache is None else f"removed {cache.clear()} entries from {cache.root}")
    return 0


def explain(_: argparse.Namespace) -> int:
    """Why the last lookup that missed did so."""
    cache = disk_cache.default()
    print("the cache is off" if cache is None else cache.explain())
    return 0


def human_size(size: float) -> str:
    """A number of bytes for people.

    >>> human_size(900), human_size(12_345), human_size(3 << 30)
    ('900 B', '12.3 kB', '3.2 GB')
    """
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def human_age(moment: float) -> str:
    """How long ago a moment was.

    >>> import time
    >>> human_age(time.time() - 7300)
    '2 h ago'
    """
    seconds = max(time.time() - moment, 0)
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit} ago"
    return "now"
