#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Generate everything that repeats the list of ops from the records: read `llvm-tblgen --dump-json`, write one file.

gen_from_ops.py functions --family F OPS.json -o FFunctions.h.inc   C++: the ops of a family as functions on expressions
gen_from_ops.py python OPS.json -o _ops.py               Python: the same with NumPy kernels, and the table OPS
gen_from_ops.py records OPS.json -o _records.py          Python: what tests and documentation want of the records
"""

from __future__ import annotations

import argparse
import ast
import json
import textwrap
from dataclasses import dataclass
from pathlib import Path

LICENSE = "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"

# C++ type and name in Python of each kind of attribute (WgTypes.td).
ATTRIBUTES = {
    "Wg_IntAttr": ("int64_t", "int"),
    "Wg_IntsAttr": ("const Ints &", "ints"),
    "Wg_DtypeAttr": ("mlir::Type", "dtype"),
    "Wg_OptionalDtypeAttr": ("mlir::Type", "dtype"),
    "BoolAttr": ("bool", "bool"),
    "StrAttr": ("llvm::StringRef", "str"),
    "F64Attr": ("double", "float"),
    "ElementsAttr": ("mlir::ElementsAttr", "array"),
    "FlatSymbolRefAttr": ("mlir::FlatSymbolRefAttr", "symbol"),
}

ATTRIBUTE_CLASSES = ("mlir::ElementsAttr", "mlir::FlatSymbolRefAttr")


@dataclass(frozen=True)
class Argument:
    """An operand or attribute of an op."""

    name: str
    constraint: str
    is_attribute: bool
    is_variadic: bool
    is_scalar: bool
    is_optional: bool
    dtypes: tuple[str, ...]


@dataclass(frozen=True)
class Op:
    """One record: what its kind and fields say."""

    record: dict
    name: str
    arguments: tuple[Argument, ...]
    results: tuple[str, ...]
    result_classes: tuple[tuple[str, ...], ...]

    @property
    def operands(self) -> tuple[Argument, ...]:
        return tuple(a for a in self.arguments if not a.is_attribute)

    @property
    def has_many_results(self) -> bool:
        return len(self.results) > 1 or any("Variadic" in r for r in self.result_classes)

    @property
    def family(self) -> str:
        return Path(self.record["!locs"][-1].split(":")[0]).stem if self.record.get("!locs") else ""

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
            is_scalar="Wg_ScalarOf" in base["!superclasses"],
            is_optional="OptionalAttr" in superclasses,
            dtypes=tuple(base.get("dtypes", ())),
        )

    ops = []
    for name in records["!instanceof"]["Wg_Op"]:
        record = records[name]
        arguments = tuple(argument(a) for a in record["arguments"]["args"])
        results = tuple(r[1] for r in record["results"]["args"])
        classes = tuple(tuple(records[r[0]["def"]]["!superclasses"]) for r in record["results"]["args"])
        ops.append(Op(record, record["opName"], arguments, results, classes))
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
                kind = ATTRIBUTES[a.constraint][0]
                default = " = {}" if a.is_optional else ""
                params.append(f"{kind}{'' if kind.endswith('&') else ' '}{a.name}{default}")
                value = f"mlir::Attribute({a.name})" if kind in ATTRIBUTE_CLASSES else a.name
                attributes.append(f'{{"{a.name}", {value}}}')
            else:
                params.append(f"const {'Exprs' if a.is_variadic else 'Expr'} &{a.name}")
                mask |= int(a.is_scalar and not a.is_variadic) << len(operands)
                operands.append(a.name)
        result = "Exprs" if op.has_many_results else "Expr"
        build = "build" if result == "Expr" else "buildMany"
        packed = "{" + ", ".join(operands) + "}"
        if variadic:
            packed = "detail::pack(" + ", ".join(operands) + ")"
        extra = f", {{{', '.join(attributes)}}}, {mask}" if attributes or mask else ""
        lines.append(f"inline {result} {op.name}({', '.join(params)}) {{")
        lines.append(f'  return detail::{build}("wg.{op.name}", {packed}{extra});')
        lines.append("}")
    return "\n".join(lines) + "\n"


def signature(op: Op, annotation: str = "") -> str:
    """The parameters of the op in Python: operands by position, attributes by name."""
    none = " = None" if annotation else "=None"
    operands = [("*" if a.is_variadic else "") + a.name + annotation for a in op.operands]
    star = [] if not op.attributes or any(a.is_variadic for a in op.operands) else ["*"]
    return ", ".join(operands + star + [a.name + annotation + (none if a.is_optional else "") for a in op.attributes])


def kernel(op: Op) -> str:
    """The NumPy reference as a callable: the function itself where the expression only calls it on the operands."""
    text = op.record["numpy"]
    call = ast.parse(text, mode="eval").body
    plain = isinstance(call, ast.Call) and not call.keywords and not op.attributes
    plain = plain and not any(a.is_variadic for a in op.operands)  # the kernel takes these as one sequence
    if plain and [ast.unparse(a) for a in call.args] == [a.name for a in op.operands]:
        return ast.unparse(call.func)
    return f"lambda {signature(op)}: {text}"


def symbols(op: Op) -> str:
    """The attributes that name functions, as one more argument of Op."""
    names = tuple(a.name for a in op.attributes if ATTRIBUTES[a.constraint][1] == "symbol")
    return f", {names!r}" if names else ""


def docstring(op: Op) -> str:
    """What help() says: summary, operands with their element types, attributes."""
    lines = [f"{op.record['summary']}."[:1].upper() + f"{op.record['summary']}."[1:]]
    if description := " ".join(op.record["description"].split()):
        lines += ["", *textwrap.wrap(description, 112)]
    lines += ["", "Args:"] if op.arguments else []
    for a in op.arguments:
        kind = ATTRIBUTES[a.constraint][1] if a.is_attribute else ", ".join(a.dtypes)
        words = ["any number of arrays of"] if a.is_variadic else [] if a.is_attribute else ["an array of"]
        lines += textwrap.wrap(
            f"{a.name}: {' '.join([*words, kind])}", 108, initial_indent="  ", subsequent_indent="    "
        )
    body = "\n".join(f"    {line}".rstrip() for line in lines)
    return f'    """{body.strip()}\n    """' if len(lines) > 1 else f'    """{body.strip()}"""'


def python(ops: list[Op]) -> str:
    """Python: every op as a function and as an `Op` with its NumPy kernel."""
    lines = [
        f"# {LICENSE}",
        '"""The ops of the dialect, generated from their records by gen_from_ops.py.',
        "",
        "Element types and shapes must match exactly: promotion and broadcasting are the business of wengert.numpy.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "from typing import Any",
        "",
        "import numpy as np",
        "",
        "from wengert import kernels as k",
        "from wengert.lax._op import Op",
        "from wengert.trace import bind",
        "",
    ]
    for op in ops:
        name = op.name.upper()
        operands = "".join(f"{'*' if a.is_variadic else ''}{a.name}, " for a in op.operands).rstrip()
        attributes = ", ".join(f'"{a.name}": {a.name}' for a in op.attributes)
        lines += [
            f'{name} = Op("{op.name}", {kernel(op)}{symbols(op)})',
            "",
            "",
            f"def {op.name}({signature(op, ': Any')}) -> Any:",
            docstring(op),
            f"    return bind({name}, ({operands.removesuffix(',') if len(op.operands) > 1 else operands})"
            + (f", {{{attributes}}})" if attributes else ")"),
            "",
            "",
        ]
    lines.append("OPS: dict[str, Op] = {")
    lines += [f'    "{op.name}": {op.name.upper()},' for op in ops]
    return "\n".join([*lines, "}"]) + "\n"


def rules(op: Op) -> dict:
    """The expression strings of the record by the name of the rule."""
    fields = ("partials", "transposes", "batches", "derivative", "definition")
    return {f: op.record[f] for f in fields if op.record.get(f)}


def records(ops: list[Op]) -> str:
    """Python: the records, for tests and documentation."""
    lines = [
        f"# {LICENSE}",
        '"""The records of the ops, generated by gen_from_ops.py."""',
        "",
        "from __future__ import annotations",
        "",
        "import operator",
        "",
        "import numpy as np",
        "",
        "from wengert.lax._op import Argument, Record",
        "",
        "inf = np.inf",
        "",
        "",
        "def pair(a, b, x, y):",
        '    """A computation of two accumulators for samples: affine maps, one after the other."""',
        "    return a * x, b * x + y",
        "",
        "",
        "RECORDS: dict[str, Record] = {",
    ]

    def argument(a: Argument) -> str:
        kind = ATTRIBUTES[a.constraint][1] if a.is_attribute else "operand"
        return f"Argument({a.name!r}, {kind!r}, {a.dtypes!r}, {a.is_variadic}, {a.is_scalar}, {a.is_optional})"

    for op in ops:
        r = op.record
        domain = [*r["domain"], *["(-3, 3)"] * (len(op.operands) - len(r["domain"]))]
        same = r["kind"] == "elementwise" or op.name == "threefry2x32"
        fields = {
            "kind": repr(r["kind"]),
            "operands": "(" + "".join(argument(a) + ", " for a in op.operands) + ")",
            "attributes": "(" + "".join(argument(a) + ", " for a in op.attributes) + ")",
            "results": repr(
                tuple(("*" if "Variadic" in c else "") + n for n, c in zip(op.results, op.result_classes, strict=True))
            ),
            "same": repr(same),
            "reference": repr(r["numpy"]),
            "rules": repr(rules(op)),
            "domain": "(" + "".join(d + ", " for d in domain) + ")",
            "samples": "(" + "".join(s + ", " for s in r["samples"]) + ")",
            "summary": repr(r["summary"]),
            "description": repr(" ".join(r["description"].split())),
            "family": repr(op.family),
            "assembly": repr(" ".join((r.get("assemblyFormat") or "").split())),
        }
        lines.append(f'    "{op.name}": Record(')
        lines += [f"        {key}={value}," for key, value in fields.items()]
        lines.append("    ),")
    return "\n".join([*lines, "}"]) + "\n"


GENERATORS = {"functions": functions, "python": python, "records": records}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=sorted(GENERATORS))
    parser.add_argument("ops", type=Path)
    parser.add_argument("--family", help="only the ops of this file of dialects/wg/Ops")
    parser.add_argument("-o", "--output", type=Path, required=True)
    args = parser.parse_args()
    text = GENERATORS[args.what]([op for op in read_ops(args.ops) if args.family in (None, op.family)])
    args.output.parent.mkdir(parents=True, exist_ok=True)
    # What did not change stays untouched, so that nothing that includes it is compiled again.
    if not args.output.exists() or args.output.read_text() != text:
        args.output.write_text(text)


if __name__ == "__main__":
    main()
