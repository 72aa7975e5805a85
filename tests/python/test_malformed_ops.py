# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wg-opt on broken text for every op: a clean error at the place, never a crash, never an invalid program let through.

The texts come from the records: the generic form of one correct use, with an operand, an attribute or a type spoilt.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from op_cases import cases_of

import wengert as wg
from wengert import _native, errors
from wengert.lax._records import RECORDS

ROOT = Path(__file__).resolve().parents[2]
WG_OPT = Path(os.environ.get("WENGERT_BUILD_DIR", ROOT / "build/dev")) / "bin/wg-opt"
CRASH = re.compile(r"Assertion|LLVM ERROR|PLEASE submit|Stack dump|terminate called|Segmentation")
# What stands in the place of an attribute: another kind, sizes that are out of range, too long, too short.
SPOILT = (
    '"word"', "unit", "0.5 : f64", "-9 : i64", "9223372036854775807 : i64", "i1", "tensor<2xf32>", "@nothing",
    "array<i64>", "array<i64: -7>", "array<i64: 0, 0, 0, 0, 0, 0, 0, 0>", "dense<1.0> : tensor<3xf32>",
    "array<i64: 9223372036854775807, 9223372036854775807>",
)  # fmt: skip
TYPES = (
    "tensor<7x7x7xf16>",
    "tensor<*xf32>",
    "tensor<?x3xf32>",
    "tensor<2x3xindex>",
    "f32",
    "none",
    "tensor<i1>",
    "tensor<2x3xui8>",
)


CONSTANT = """
"func.func"() <{function_type = () -> tensor<2xf32>, sym_name = "main"}> ({
  %0 = "wg.constant"() <{value = dense<1.0> : tensor<2xf32>}> : () -> tensor<2xf32>
  "func.return"(%0) : (tensor<2xf32>) -> ()
}) : () -> ()
"""


def a_use(op: str) -> str:
    """One correct function with the op, in the generic form."""
    if op == "constant":
        return CONSTANT
    case = next(cases_of(op))
    with wg.enable_x64():
        return wg.make_jaxpr(case.function())(*case.operands()).module.to_text(generic=True)


def pieces(attributes: str) -> list[str]:
    """`a = 1 : i64, b = array<i64: 0, 1>` cut at the commas between attributes."""
    return re.split(r", (?=\w+ = )", attributes)


def spoilt(text: str, op: str) -> Iterator[tuple[str, str]]:
    """(what was done, text) for each way to spoil the line of the op."""
    line = next(v for v in text.splitlines() if f'"wg.{op}"' in v)
    match = re.match(rf'(.*"wg\.{op}"\()(.*?)(\))( <\{{(.*)\}}>)?( : \()(.*)(\) -> )(.*)$', line)
    assert match, line
    head, operands, close, _, attributes, colon, types, arrow, results = match.groups()
    names, kinds = (operands.split(", ") if operands else []), (re.split(r", (?=tensor)", types) if types else [])
    held = pieces(attributes) if attributes else []

    def build(what: str, names=names, kinds=kinds, held=held, results=results) -> tuple[str, str]:
        inside = f" <{{{', '.join(held)}}}>" if held else ""
        new = f"{head}{', '.join(names)}{close}{inside}{colon}{', '.join(kinds)}{arrow}{results}"
        return f"{op}: {what}", text.replace(line, new)

    if names:
        yield build("an operand less", names=names[:-1], kinds=kinds[:-1])
        yield build("no operand", names=[], kinds=[])
        yield build("an operand more", names=[*names, names[0]], kinds=[*kinds, kinds[0]])
        yield build("an unknown value", names=["%nothing", *names[1:]])
    for i in range(len(held)):
        name = held[i].split(" = ")[0]
        yield build(f"without {name}", held=held[:i] + held[i + 1 :])
        for value in SPOILT:
            yield build(f"{name} = {value}", held=[*held[:i], f"{name} = {value}", *held[i + 1 :]])
    yield build("an unknown attribute", held=[*held, "nothing = 1 : i64"])
    for t in TYPES:
        yield build(f"a result of type {t}", results=t)
        for i in range(len(kinds)):
            # The arguments of the function change along, so that only the op is wrong.
            new = [*kinds[:i], t, *kinds[i + 1 :]]
            what, changed = build(f"operand {i} of type {t}", kinds=new)
            changed = changed.replace(f"function_type = ({types})", f"function_type = ({', '.join(new)})")
            yield what, re.sub(rf"{re.escape(names[i])}: tensor<[^>]*>+", f"{names[i]}: {t}", changed)


@pytest.mark.skipif(not WG_OPT.exists(), reason="wg-opt is not built")
@pytest.mark.parametrize("op", sorted(RECORDS))
def test_wg_opt_refuses(op: str, tmp_path: Path) -> None:
    """All spoilt texts of an op in one run of the tool, through the whole pipeline: it ends, and says why."""
    text = a_use(op)
    cases = list(spoilt(text, op))
    file = tmp_path / f"{op}.mlir"
    file.write_text("\n// -----\n".join(body for _, body in cases))
    run = subprocess.run(
        [str(WG_OPT), "-split-input-file", "--wg-pipeline=stop-after=linalg", str(file)],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert run.returncode == 1, f"{op}: wg-opt ended with {run.returncode}\n{run.stderr[-2000:]}"
    assert not CRASH.search(run.stderr), f"{op}\n{run.stderr[-2000:]}"
    refused = {int(n) for n in re.findall(r":(\d+):\d+: error: ", run.stderr)}
    assert refused, run.stderr[-2000:]


@pytest.mark.parametrize("op", sorted(RECORDS))
def test_python_refuses(op: str) -> None:
    """From Python the same texts are refused with an exception of ours; a missing attribute is named."""
    text = a_use(op)
    required = {a.name for a in RECORDS[op].attributes}
    for what, body in spoilt(text, op):
        try:
            _native.parse(body)
        except _native.NativeError as error:
            messages = [d[1] for d in error.diagnostics]
            assert messages, what
            assert all(len(m) < 600 for m in messages), f"{what}: {messages}"
            if " without " in what:
                assert any(what.split(" without ")[1] in m for m in messages), f"{what}: {messages}"
        else:
            assert what.split(" without ")[-1] not in required or " without " not in what, f"{what} was accepted"


def test_from_text_names_the_place() -> None:
    """The error of from_text shows the line and what is wrong in it."""
    text = a_use("pad")
    with pytest.raises(errors.WengertError, match="pad"):
        wg.from_text(text.replace("low = array<i64: 1, 0>", "low = array<i64: 1>"))
