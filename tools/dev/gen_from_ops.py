#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Generate everything that repeats the list of ops from the records: read `llvm-tblgen --dump-json`, write one file.

Usage: gen_from_ops.py {functions} OPS.json -o FILE
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

LICENSE = "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"

# C++ type and conversion of each kind of attribute (WgTypes.td).
ATTRIBUTES = {
    "Wg_IntAttr": "int64_t",
    "Wg_IntsAttr": "const Ints &",
    "Wg_DtypeAttr": "mlir::Type",
    "BoolAttr": "bool",
    "StrAttr": "llvm::StringRef",
    "F64Attr": "double",
    "ElementsAttr": "mlir::ElementsAttr",
}


@dataclass(frozen=True)
class Argument:
    """An operand or attribute of an op."""

    name: str
    constraint: str
    is_attribute: bool
    is_variadic: bool
    is_scalar: bool
    dtypes: tuple[str, ...]


@dataclass(frozen=True)
class Op:
    """One record: what its kind and fields say."""

    record: dict
    name: str
    arguments: tuple[Argument, ...]
    results: tuple[str, ...]

    @property
    def operands(self) -> tuple[Argument, ...]:
        return tuple(a for a in self.arguments if not a.is_attribute)

    @property
    def attributes(self) -> tuple[Argument, ...]:
        return tuple(a for a in self.arguments if a.is_attribute)


def read_ops(path: Path) -> list[Op]:
    """All ops of the dialect that have a NumPy reference, in the order of their definition."""
    records = json.loads(path.read_text())

    def argument(entry: list) -> Argument:
        constraint = records[entry[0]["def"]]
        superclasses = constraint["!superclasses"]
        is_variadic = "Variadic" in superclasses
        base = records[constraint["baseType"]["def"]] if is_variadic else constraint
        return Argument(
            name=entry[1],
            constraint=entry[0]["def"],
            is_attribute="Attr" in superclasses,
            is_variadic=is_variadic,
            is_scalar="Wg_ScalarOf" in superclasses,
            dtypes=tuple(base.get("dtypes", ())),
        )

    ops = []
    for name in records["!instanceof"]["Wg_Op"]:
        record = records[name]
        arguments = tuple(argument(a) for a in record["arguments"]["args"])
        results = tuple(r[1] for r in record["results"]["args"])
        ops.append(Op(record, record["opName"], arguments, results))
    return ops


def functions(ops: list[Op]) -> str:
    """C++: every op as a function on expressions."""
    lines = [f"// {LICENSE}", "// Generated from the records of the ops by gen_from_ops.py.", ""]
    for op in ops:
        if not op.operands:
            continue
        params, operands, attributes, mask = [], [], [], 0
        variadic = any(a.is_variadic for a in op.operands)
        for a in op.arguments:
            if a.is_attribute:
                kind = ATTRIBUTES[a.constraint]
                params.append(f"{kind}{'' if kind.endswith('&') else ' '}{a.name}")
                value = f"mlir::Attribute({a.name})" if kind == "mlir::ElementsAttr" else a.name
                attributes.append(f'{{"{a.name}", {value}}}')
            else:
                params.append(f"const {'Exprs' if a.is_variadic else 'Expr'} &{a.name}")
                mask |= int(a.is_scalar) << len(operands)
                operands.append(a.name)
        result = "Expr" if len(op.results) == 1 and not (variadic and op.name == "sort") else "Exprs"
        build = "build" if result == "Expr" else "buildMany"
        packed = "{" + ", ".join(operands) + "}"
        if variadic:
            packed = "detail::pack(" + ", ".join(operands) + ")"
        extra = f", {{{', '.join(attributes)}}}, {mask}" if attributes or mask else ""
        lines.append(f"inline {result} {op.name}({', '.join(params)}) {{")
        lines.append(f'  return detail::{build}("wg.{op.name}", {packed}{extra});')
        lines.append("}")
    return "\n".join(lines) + "\n"


GENERATORS = {"functions": functions}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=sorted(GENERATORS))
    parser.add_argument("ops", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    args = parser.parse_args()
    text = GENERATORS[args.what](read_ops(args.ops))
    args.output.parent.mkdir(parents=True, exist_ok=True)
    args.output.write_text(text)


if __name__ == "__main__":
    main()
