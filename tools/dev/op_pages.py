#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Write tests/ops/<op>.mlir, the checked page of an op: round trip, jvp, vjp, vmap, linalg.

    op_pages.py              the pages that are missing
    op_pages.py sin cos      these again, from what the compiler prints now: read the difference before committing it

The operands are those of the op's first law sample. Of a long function only the beginning is checked.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python"))

from gen_reference import example, example_module, sample_of  # noqa: E402
from wengert.lax._op import Record  # noqa: E402
from wengert.lax._records import RECORDS  # noqa: E402

WG_OPT = Path(os.environ.get("WENGERT_BUILD_DIR", ROOT / "build/dev")) / "bin/wg-opt"
ELEMENTS = {
    "bool": "i1", "int8": "i8", "int16": "i16", "int32": "i32", "int64": "i64",
    "uint8": "ui8", "uint16": "ui16", "uint32": "ui32", "uint64": "ui64",
    "float16": "f16", "bfloat16": "bf16", "float32": "f32", "float64": "f64",
    "complex64": "complex<f32>", "complex128": "complex<f64>",
}  # fmt: skip
LONGEST = 16  # checked lines of a function


def tensor(shape: tuple[int, ...], dtype: str) -> str:
    return f"tensor<{''.join(f'{n}x' for n in shape)}{ELEMENTS[dtype]}>"


def operand_names(record: Record, count: int) -> list[str]:
    """x, starts0, starts1: the names in the record, numbered in a list."""
    names = [a.name for a in record.operands if not a.variadic]
    return names + [f"{record.operands[-1].name.rstrip('s')}{i}" for i in range(count - len(names))]


def program(name: str, record: Record) -> tuple[str, list[str], list[str]]:
    """A function with one use of the op, the names of its operands and their types in NumPy's words."""
    sample = sample_of(name, record)
    names = operand_names(record, len(sample["shapes"]))
    types = [tensor(s, t) for s, t in zip(sample["shapes"], sample["types"], strict=True)]
    line = example(name, record)
    assert line, f"{name}: give its record a sample with all attributes"
    for i in reversed(range(len(names))):
        line = line.replace(f"%arg{i}", f"%{names[i]}")
    head = f"func.func @f({', '.join(f'%{n}: {t}' for n, t in zip(names, types, strict=True))})"
    values = []
    for value, _, many in re.findall(r"(%\w+)(:(\d+))?", line.split(" = ")[0]):
        values += [f"{value}#{i}" for i in range(int(many))] if many else [value]
    applied = computations(name, record)
    outs = result_types(f"{head} {{\n  {line}\n  return\n}}\n{applied}")
    signature = f"{head} -> {outs[0] if len(outs) == 1 else '(' + ', '.join(outs) + ')'}"
    text = f"{signature} {{\n  {line}\n  return {', '.join(values)} : {', '.join(outs)}\n}}\n{applied}"
    return text, names, sample["types"]


def computations(name: str, record: Record) -> str:
    """The functions that the op applies, as they stand in the module of its example."""
    if not any(a.kind == "symbol" for a in record.attributes):
        return ""
    found = re.findall(r"^  (func\.func private .*?^  \})$", example_module(name, record), re.MULTILINE | re.DOTALL)
    return "".join(re.sub(r"^  ", "", f, flags=re.MULTILINE) + "\n" for f in found)


def opt(text: str, *options: str) -> str:
    done = subprocess.run([WG_OPT, *options, "-"], input=text, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{done.stderr}in\n{text}")
    return done.stdout


def needs_host(text: str, pipeline: str) -> bool:
    """Whether no form without a library of the host exists."""
    done = subprocess.run([WG_OPT, f"--wg-pipeline={pipeline}", "-"], input=text, capture_output=True, text=True)
    return done.returncode != 0 and "it is computed in Python" in done.stderr


def result_types(text: str) -> list[str]:
    generic = opt(text, "--mlir-print-op-generic")
    line = next(line for line in generic.splitlines() if '"wg.' in line)
    after = line[line.rindex("-> ") + 3 :]
    return re.findall(r"tensor<[^<>]*(?:<[^<>]*>)?>", after)


def escape(line: str) -> str:
    return line.replace("[[", "{{\\[\\[}}").replace("]]", "{{\\]\\]}}")


def checks(prefix: str, printed: str, function: str, names: list[str]) -> list[str]:
    """CHECK lines for one function, its values under names."""
    lines = printed.split(f"func.func @{function}(", 1)[1].split("\n  }", 1)[0].splitlines()
    seen: dict[str, str] = {f"%arg{i}": n.upper() for i, n in enumerate(names)}

    def name(match: re.Match[str]) -> str:
        value = match[0]
        if value in seen:
            return f"%[[{seen[value]}]]"
        seen[value] = "V" + value[1:] if value[1:].isdigit() else value[1:].upper()
        return f"%[[{seen[value]}:.*]]"

    arguments = ", ".join(f"%[[{n.upper()}:[^:]*]]" + ": {{[^,]*}}" for n in names[:-1])
    last = f"%[[{names[-1].upper()}:[^:]*]]: {{{{.*}}}}" if names else ""
    text = [
        f"// {prefix}-LABEL: func.func @{function}(",
        f"// {prefix}-SAME: {', '.join(filter(None, [arguments, last]))}",
    ]
    body = [escape(line.strip().split(" : ")[0]) for line in lines[1:]]
    return text + [f"// {prefix}-NEXT: " + re.sub(r"%\w+", name, line) for line in body[:LONGEST]]


def page(name: str) -> str:
    record = RECORDS[name]
    text, names, types = program(name, record)
    floats = [i for i, t in enumerate(types) if "float" in t or "complex" in t]
    differentiable = record.kind not in ("nondifferentiable", "underivable") and floats
    if record.kind == "elementwise" and not any(record.rules.get("partials", ())):
        differentiable = False
    head = ["// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception", f"// {name}: {record.summary}."]
    runs = ["%s", "%s --mlir-print-op-generic | wg-opt"]
    head += [f"// RUN: wg-opt {run} | FileCheck %s" for run in runs]
    line = text.splitlines()[1].strip()
    body = ["// CHECK: " + re.sub(r"%\w+", "%{{.*}}", escape(line))]

    def section(title: str, prefix: str, option: str, function: str, names: list[str]) -> None:
        simplify = " --wg-simplify" if "fn=" in option else ""
        head.append(f"// RUN: wg-opt %s --{option}{simplify} | FileCheck %s --check-prefix={prefix}")
        printed = opt(text, "--" + option.replace('"', ""), *simplify.split())
        body.extend(["", f"// {title}", *checks(prefix, printed, function, names)])

    if differentiable:
        wrt = ",".join(map(str, floats))
        tangents = [f"d{names[i]}" for i in floats]
        outs = result_types(f"{text}")
        cts = [f"ct{i}" if len(outs) > 1 else "ct" for i, t in enumerate(outs) if re.search(r"[x<]b?f\d\d>", t)]
        if cts:
            section("The derivative along a tangent.", "JVP", f'wg-jvp="fn=f wrt={wrt}"', "f.jvp", names + tangents)
            section("The cotangents of the operands.", "VJP", f'wg-vjp="fn=f wrt={wrt}"', "f.vjp", names + cts)
    if names:
        axes = ",".join("0" for _ in names)
        section("Over a batch of eight.", "VMAP", f'wg-batch="fn=f in-axes={axes} size=8"', "f.vmap", names)
    pipeline, title = "stop-after=linalg", "As IREE gets it."
    if needs_host(text, pipeline):
        pipeline, title = f"{pipeline} host-calls=true", "As IREE gets it, with a library of the host."
    quoted = f'"{pipeline}"' if " " in pipeline else pipeline
    head.append(f"// RUN: wg-opt %s --wg-pipeline={quoted} | FileCheck %s --check-prefix=LINALG")
    body += ["", f"// {title}", *linalg(opt(text, f"--wg-pipeline={pipeline}"))]
    return "\n".join([*head, "", *body, "", text])


def linalg(printed: str) -> list[str]:
    """The ops of the lowered function by name, and that none of ours is left."""
    dialects = r"\b(?:linalg|tensor|arith|math|complex|scf|iree_linalg_ext)\.\w+"
    words = re.findall(rf'(?:{dialects}|(?<== )call @"wengert_host\.\w+)', printed)
    ops = [w for w in words if w not in ("arith.constant", "tensor.empty")]
    if len(ops) > 8:  # of a long lowering only what it is made of
        ops = [w for w in ops if w.startswith("linalg.") and w not in ("linalg.yield", "linalg.index")][:4]
    return [
        "// LINALG-LABEL: func.func @f(",
        "// LINALG-NOT: wg.",
        *[f"// LINALG: {w}" for w in ops],
        "// LINALG: return",
    ]


def main() -> None:
    folder = ROOT / "tests/ops"
    folder.mkdir(exist_ok=True)
    asked = sys.argv[1:]
    for name in asked or sorted(RECORDS):
        file = folder / f"{name}.mlir"
        if asked or not file.exists():
            file.write_text(page(name))


if __name__ == "__main__":
    main()
