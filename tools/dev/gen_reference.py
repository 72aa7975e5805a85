#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Write the reference pages of the ops, one a family, from the generated table of records.

    gen_reference.py FOLDER        FOLDER/index.md, FOLDER/elementwise.md, ...

An entry has syntax, an example as IR, meaning, types, derivative, batching and lowering, all from the op's record.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python"))

from wengert import _native  # noqa: E402
from wengert.lax._op import Record  # noqa: E402
from wengert.lax._records import RECORDS  # noqa: E402

KINDS = {
    "elementwise": "acts on each element; its derivative is one partial for each operand",
    "linear": "linear in the operands that have a transpose; its jvp is the op on the tangents",
    "bilinear": "linear in each operand alone; its jvp is the product rule",
    "nonlinear": "its jvp is an expression",
    "nondifferentiable": "its derivative is zero",
    "custom": "its rules are C++ beside the record",
    "structured": "it applies functions of the module; it is differentiated through other ops and their transforms",
    "composite": "defined by other ops; every rule follows from its definition",
}


def sample_of(name: str, record: Record) -> dict:
    """The first sample that the law tests take, with a shape and a type for each operand."""
    given = dict(record.samples[0]) if record.samples else {}
    count = len(given.get("shapes", record.operands))
    shapes = given.pop("shapes", [(2, 3)] * count)
    dtypes = given.pop("dtypes", None)
    types = []
    for i in range(count):
        allowed = record.operands[min(i, len(record.operands) - 1)].dtypes
        fitting = [t for t in allowed if not dtypes or t in dtypes]
        types.append(next((t for t in ("float32", "int32") if t in fitting), fitting[0]))
    return {"shapes": shapes, "types": types, "attrs": given}


def example(name: str, record: Record) -> str | None:
    """One use of the op as text, printed by the compiler itself."""
    text = example_module(name, record)
    return text and next(line.strip() for line in text.splitlines() if f"wg.{name} " in line)


def example_module(name: str, record: Record) -> str | None:
    """One use of the op in a function @f, with the functions that it applies."""
    import numpy as np

    sample = sample_of(name, record)
    module = _native.Module()
    function = module.function("f", private=False)
    operands = [
        function.add_argument(_native.aval(tuple(shape), np.dtype(dtype)))
        for shape, dtype in zip(sample["shapes"], sample["types"], strict=True)
    ]
    kinds = {a.name: a.kind for a in record.attributes}
    attrs = {k: np.dtype(v) if kinds.get(k) == "dtype" else v for k, v in sample["attrs"].items()}
    if not {a.name for a in record.attributes if not a.optional} <= set(attrs) <= set(kinds):
        return None
    for a in record.attributes:
        if a.kind == "symbol":
            attrs[a.name] = symbol(module, name, attrs[a.name], sample["types"])
    built = function.build(f"wg.{name}", operands, attrs)
    function.finish(list(built) if isinstance(built, tuple) else [built])
    return module.to_text()


def symbol(module: _native.Module, name: str, function: object, types: list[str]) -> str:
    """The name of a Python function of scalars in the module, traced for operands of these types."""
    import numpy as np

    from wengert.computation import Computation, Symbol
    from wengert.trace import ShapedArray

    avals = [ShapedArray((), np.dtype(t), False) for t in types]
    traced = Computation(name, function, avals, avals[: len(avals) // 2]).function
    return Symbol(module.merge(traced.module, traced.name))


def derivative(record: Record) -> list[str]:
    operands = [a.name for a in record.operands]
    rules = record.rules
    lines = []
    for operand, partial in zip(operands, rules.get("partials", ()), strict=False):
        lines.append(f"- ∂out/∂{operand} = `{partial}`" if partial else f"- no derivative in {operand}")
    for operand, transpose in zip(operands, rules.get("transposes", ()), strict=False):
        if transpose:
            lines.append(f"- cotangent of {operand}: `{transpose}`")
    if rules.get("derivative"):
        lines.append(f"- tangent: `{rules['derivative']}`")
    return lines


def entry(name: str, record: Record) -> str:
    arguments = [("*" if a.variadic else "") + a.name for a in record.operands]
    if record.attributes:
        arguments += ["*", *(a.name for a in record.attributes)] if not any("*" in a for a in arguments) else [
            a.name for a in record.attributes
        ]  # fmt: skip
    results = ", ".join(r.lstrip("*") for r in record.results)
    parts = [f"## {name}", f"`{name}({', '.join(arguments)}) -> {results}`"]
    if record.summary:
        parts.append(record.summary[0].upper() + record.summary[1:] + "." if record.summary else "")
    if record.description:
        parts.append(record.description)
    if text := example(name, record):
        parts.append(f"```mlir\n{text}\n```")
    rows = []
    for a in record.operands:
        shape = "a scalar of " if a.scalar else ""
        rows.append(f"| `{a.name}` | {shape}{', '.join(a.dtypes)} |")
    rows += [f"| `{a.name}` | attribute: {a.kind}{', optional' if a.optional else ''} |" for a in record.attributes]
    if rows:
        parts.append("\n".join(["| | |", "|---|---|", *rows]))
    if record.same and len(record.operands) > 1:
        parts.append("All operands have one shape and one type.")
    parts.append(f"Kind: {record.kind}, {KINDS[record.kind]}.")
    if lines := derivative(record):
        parts.append("Derivative:\n\n" + "\n".join(lines))
    if batches := record.rules.get("batches"):
        parts.append(f"Over a leading batch dimension: {', '.join(f'`{b}`' for b in batches)}.")
    if definition := record.rules.get("definition"):
        parts.append(f"By other ops: `{definition}`.")
    parts.append(f"In NumPy: `{record.reference}` (`k` is `wengert.kernels`).")
    return "\n\n".join(parts)


def write(folder: Path) -> None:
    families: dict[str, list[str]] = {}
    for name, record in RECORDS.items():
        families.setdefault(record.family, []).append(name)
    folder.mkdir(parents=True, exist_ok=True)
    for family, names in families.items():
        entries = "\n\n".join(entry(name, RECORDS[name]) for name in sorted(names))
        (folder / f"{family.lower()}.md").write_text(f"# {family}\n\n{entries}\n")
    table = "\n".join(
        f"| [{name}]({RECORDS[name].family.lower()}.md#{name.replace('_', '-')}) | {RECORDS[name].summary} |"
        for name in sorted(RECORDS)
    )
    pages = "\n".join(sorted(family.lower() for family in families))
    (folder / "index.md").write_text(
        f"# Ops\n\nGenerated from the records in `dialects/wg/Ops/`. In the rules, operands, attributes and the result "
        f"`out` stand under their names, `ct` is the cotangent of the result.\n\n| | |\n|---|---|\n{table}\n\n"
        f"```{{toctree}}\n:hidden:\n\n{pages}\n```\n"
    )


if __name__ == "__main__":
    write(Path(sys.argv[1]))
