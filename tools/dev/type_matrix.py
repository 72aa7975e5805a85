#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Render docs/reference/types.md: which op works on which element type, on which target.

    pytest tests/python/test_op_laws.py tests/python/test_targets.py --type-matrix docs/reference/types.json
    type_matrix.py            writes the page from that file
    type_matrix.py --check    says what the page lacks, and fails if there is anything

The file says what passed: for each op the types on which eager, interpreted and compiled results agreed, and for each
other target the types whose programs compiled, or were refused before IREE was called. What the record of an op does
not list is refused by its type rule.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python"))

from wengert.dtypes import STORAGE  # noqa: E402
from wengert.lax._records import RECORDS  # noqa: E402

RESULTS = ROOT / "docs/reference/types.json"
PAGE = ROOT / "docs/reference/types.md"

INTS = [f"int{n}" for n in (8, 16, 32, 64)]
TYPES = [
    "bool", *INTS, *(f"u{t}" for t in INTS), "float16", "bfloat16", "float32", "float64", "complex64", "complex128",
    *STORAGE,
]  # fmt: skip
# The columns of the page: types that most ops treat alike.
COLUMNS = {
    "bool": ["bool"],
    "int8-64": INTS,
    "uint8-64": [f"u{t}" for t in INTS],
    "float16": ["float16"],
    "bfloat16": ["bfloat16"],
    "float32": ["float32"],
    "float64": ["float64"],
    "complex64": ["complex64"],
    "complex128": ["complex128"],
    "storage": list(STORAGE),
}

HEADER = """\
# Types

<!-- Made by tools/dev/type_matrix.py from what passed in the tests: change that. -->

Types for storage are floats of 8 bits (`float8_e4m3fn`, `float8_e5m2`, ...) and integers of 2 and 4 bits (`int4`, ...):
they convert, move and choose; everything else refuses them and asks for a conversion. They have no tangents.

## Ops by type

yes: eager, interpreted and compiled results agree in the tests. A list: only these. no: refused by the type rule, in
eager mode too, with the remedy. untested: no case has this type.

"""

TARGETS_HEADER = """
## Types by target

yes: a program that moves, computes, compares, reduces and converts compiles. refused: before IREE is called, with the
line of the program and the remedy. Graphics processors are those that IREE assumes if none is named.

"""


def accepted(op: str) -> list[str]:
    """The element types that some operand (or, without operands, the result) of the op may have, in order."""
    record = RECORDS[op]
    if not record.operands:
        return TYPES
    widest = max((a.dtypes for a in record.operands), key=len)
    return [t for t in TYPES if t in widest]


def cell(op: str, types: list[str], passed: list[str]) -> str:
    """What the matrix says of an op on a group of types."""
    listed = [t for t in types if t in accepted(op)]
    if not listed:
        return "no"
    done = [t for t in listed if t in passed]
    if not done:
        return "untested"
    return "yes" if done == types else ", ".join(done)


def page(results: dict[str, Any]) -> str:
    """The whole page."""
    lines = [f"| op | {' | '.join(COLUMNS)} |", "|---" * (len(COLUMNS) + 1) + "|"]
    for op in sorted(RECORDS):
        cells = [cell(op, types, results["ops"].get(op, [])) for types in COLUMNS.values()]
        lines.append(f"| `{op}` | {' | '.join(cells)} |")
    targets = results["targets"]
    rows = [f"| type | {' | '.join(targets)} |", "|---" * (len(targets) + 1) + "|"]
    rows += [f"| {t} | {' | '.join(targets[name].get(t, 'untested') for name in targets)} |" for t in TYPES]
    return HEADER + "\n".join(lines) + "\n" + TARGETS_HEADER + "\n".join(rows) + "\n"


def problems(results: dict[str, Any]) -> list[str]:
    """Ops and types of the records without a result, and whether the page is another one."""
    found = [
        f"{op}: no result in {RESULTS.name}" for op in RECORDS if op not in results["ops"] and RECORDS[op].operands
    ]
    for op, passed in results["ops"].items():
        if op not in RECORDS:
            found.append(f"{op}: there is no such op")
        elif RECORDS[op].operands and not any("dtypes" in s for s in RECORDS[op].samples[:1]):
            found += [f"{op}: no result on {t}" for t in accepted(op) if t not in passed]
    if not PAGE.exists() or PAGE.read_text() != page(results):
        found.append(f"{PAGE.name} is not what {RESULTS.name} says: run tools/dev/type_matrix.py")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    results = json.loads(RESULTS.read_text())
    if not args.check:
        PAGE.write_text(page(results))
        return 0
    found = problems(results)
    print("\n".join(found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
