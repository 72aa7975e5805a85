# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every record is complete: a page, a summary, samples, rules that are expressions over known names, a kernel."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import numpy as np
import pytest

from wengert import kernels
from wengert.lax._ops import OPS
from wengert.lax._records import RECORDS

ROOT = Path(__file__).resolve().parents[2]
HEADERS = [
    ROOT / "dialects/wg/IR/Expr.h",
    ROOT / "dialects/wg/Ops/ElementwiseFunctions.h",
    ROOT / "dialects/wg/Ops/Functions.h",
    ROOT / "dialects/wg/Ops/WindowFunctions.h",
]
FLOATS = {"float16", "bfloat16", "float32", "float64"}
INTS = {f"{sign}int{width}" for sign in ("", "u") for width in (8, 16, 32, 64)}
DTYPES = {"bool", "complex64", "complex128", *INTS, *FLOATS}


def rule_functions() -> set[str]:
    """What a rule may call: the ops, and the functions of expressions and lists of integers in the headers."""
    text = "".join(header.read_text() for header in HEADERS)
    return {*OPS, *re.findall(r"^(?:template <[^>]*> )?(?:Expr|Ints) (\w+)\(", text, re.MULTILINE)}


def is_differentiable(name: str) -> bool:
    """Whether the op has a derivative in a float operand."""
    record = RECORDS[name]
    if record.kind == "nondifferentiable" or not any(FLOATS & set(a.dtypes) for a in record.operands):
        return False
    return record.kind != "elementwise" or any(record.rules.get("partials", ()))


def rule_strings(name: str) -> list[str]:
    strings = []
    for value in RECORDS[name].rules.values():
        strings += [value] if isinstance(value, str) else [s for s in value if s]
    return strings


def test_tables_agree():
    assert set(OPS) == set(RECORDS)
    assert all(OPS[name].name == name and OPS[name].record is RECORDS[name] for name in OPS)


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_page(name):
    """tests/ops/<op>.mlir shows what the op has; tools/dev/op_pages.py writes it."""
    page = ROOT / "tests/ops" / f"{name}.mlir"
    assert page.exists(), f"no {page.relative_to(ROOT)}: run tools/dev/op_pages.py"
    runs = [line for line in page.read_text().splitlines() if line.startswith("// RUN:")]
    wanted = ["%s | FileCheck %s", "--mlir-print-op-generic | wg-opt", "--wg-pipeline=stop-after=linalg"]
    if RECORDS[name].operands:
        wanted.append("--wg-batch=")
    if is_differentiable(name):
        wanted += ["--wg-jvp=", "--wg-vjp="]
    for words in wanted:
        assert any(words in run for run in runs), f"{page.name} has no RUN line with {words!r}"


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_record(name):
    record = RECORDS[name]
    assert record.summary, "write a summary"
    assert not record.summary.endswith("."), "a summary is no sentence"
    for operand in record.operands:
        assert operand.dtypes, f"{operand.name} has no element types"
        assert set(operand.dtypes) <= DTYPES
    attributes = {a.name for a in record.attributes}
    assert bool(record.samples) >= bool(attributes), "give samples with values of the attributes"
    for sample in record.samples:
        given = set(sample) - {"shapes", "dtypes"}
        assert {a.name for a in record.attributes if not a.optional} <= given <= attributes
    for low, high in record.domain:
        assert low < high


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_rules_are_expressions(name):
    """Rules are in the intersection of C++ and Python, over the op's own names and the language of the rules."""
    record = RECORDS[name]
    own = {a.name for a in (*record.operands, *record.attributes)} | {f"d{a.name}" for a in record.operands}
    known = own | {"out", "ct", "size"} | rule_functions()
    for text in rule_strings(name):
        tree = ast.parse(text, mode="eval")
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert names <= known, f"{text}: {names - known}"


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_reference_is_numpy(name):
    record = RECORDS[name]
    own = {a.name for a in (*record.operands, *record.attributes)}
    tree = ast.parse(record.reference, mode="eval")
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            assert node.id in own | {"np", "k"}
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert hasattr({"np": np, "k": kernels}[node.value.id], node.attr)
    assert callable(OPS[name].kernel)


def test_functions_have_docstrings():
    import wengert.lax._ops as ops

    for name in OPS:
        function = getattr(ops, name)
        assert function.__doc__, name
        for argument in (*RECORDS[name].operands, *RECORDS[name].attributes):
            assert f"{argument.name}:" in function.__doc__


def test_masked_branch_has_a_finite_gradient():
    """A select that does not take a branch keeps its infinite derivative out."""
    import wengert as wg
    import wengert.numpy as jnp

    x = np.array([0.0, 1.0, 4.0], np.float32)
    log = wg.grad(lambda x: jnp.where(x > 0, jnp.log(x), 0.0).sum())(x)
    np.testing.assert_allclose(log, [0, 1, 0.25])
    entropy = wg.grad(lambda x: jnp.where(x > 0, x * jnp.log(x), 0.0).sum())(x)
    np.testing.assert_allclose(entropy, [0, 1, 1 + np.log(4)], rtol=1e-6)
    root = wg.jit(wg.grad(lambda x: jnp.where(x > 0, jnp.sqrt(x), 0.0).sum()))(x)
    np.testing.assert_allclose(root, [0, 0.5, 0.25])
    norm = wg.grad(lambda x: jnp.sqrt((x * x).sum()))(np.zeros(3, np.float32))
    np.testing.assert_allclose(norm, [0, 0, 0])
    power = wg.grad(lambda x: (x ** np.float32(0.5)).sum())(x)
    assert np.isfinite(np.asarray(power)).all()
    hessian = wg.hessian(lambda x: jnp.where(x > 0, jnp.log(x), 0.0).sum())(x)
    np.testing.assert_allclose(hessian, np.diag([0, -1, -1 / 16]))
