# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The documents themselves, run unmodified through the door of `wengert.compat`.

They are no part of the repository: WENGERT_SEEDS names their folder, which is `../shared/seeds` by default. Without
them only the rules that find programs in documents are tested here; the other files of this folder hold the same
programs translated by hand.
"""

from __future__ import annotations

import importlib.util
import os
import re
import sys
from pathlib import Path

import documents
import numpy as np
import pytest
from printed import same_print

import wengert.compat as compat

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("WENGERT_SEEDS", ROOT.parent / "shared" / "seeds"))
FORMS = {"000": "notebook", "001": "notebook", "002": "joined", "003": "notebook", "004": "slides"}

JAXPR = "jaxprs are printed as MLIR here"
TIMES = "times"
NOT_SHOWN = "the document shows no output"
NOT_PYTHON = "no program: a trace, shown as text"
# Cells that do not print just what their document shows: what comes instead, and why.
EXPECTED = {
    "000": {
        **{f"In [{n}]": ("different", JAXPR) for n in (52, 53, 56, 58, 27, 28, 80)},
        "In [81]": ("cut", "breaks off; Wk and Wq are rounding around 0"),
        "In [59]": ("different", NOT_SHOWN),
    },
    "001": {
        "In [11]": ("cut", "breaks off"),
        "In [12]": ("different", TIMES),
        "In [13]": ("different", TIMES),
        "In [14]": ("cut", "breaks off"),
    },
    "002": {f"block {n}": ("different", NOT_SHOWN) for n in (1, 2, 3, 4, 6)},
    "004": {"block 5": ("different", TIMES), "block 8": ("no program", NOT_PYTHON)},
}
# Differences of float32 losses near 3 divided by 1e-4 carry an error of about 5e-3; derivatives of a softmax of one
# number are rounding.
TOLERANCES = {("003", "In [16]"): {"atol": 6e-3}, ("000", "In [81]"): {"atol": 2e-5}}


def cells(number: str) -> list[documents.Cell]:
    found = sorted(FOLDER.glob(f"{number}_*.txt"))
    if not found:
        pytest.skip(f"the documents are not in {FOLDER}; WENGERT_SEEDS names their folder")
    return documents.FORMS[FORMS[number]](found[0].read_text())


@pytest.fixture
def door():
    """`import jax` means wengert."""
    import matplotlib

    matplotlib.use("Agg")
    with compat.installed():
        yield


@pytest.fixture
def optax(monkeypatch):
    """The package where it is installed, otherwise what wengert has of it."""
    if importlib.util.find_spec("optax") is None:
        monkeypatch.setitem(sys.modules, "optax", pytest.importorskip("wengert.optim"))


def run_all(number: str) -> tuple[dict[str, str], dict]:
    printed, namespace = {}, {}
    for cell in cells(number):
        wanted = EXPECTED.get(number, {}).get(cell.name, ("same", ""))[0]
        if wanted == "no program":
            continue
        printed[cell.name] = documents.run(cell, namespace)
        got = documents.compare(printed[cell.name], cell, **TOLERANCES.get((number, cell.name), {}))
        assert got in (wanted, "silent"), f"{cell.name}\n{cell.code}\n--- printed\n{printed[cell.name]}"
        assert got != "silent" or wanted == "same", cell.name
    return printed, namespace


def test_000(door):
    printed, names = run_all("000")
    assert len(printed) == 16 and "wg.div" in printed["In [58]"]
    same_print(printed["In [59]"], "Array([[ 8., 11.]], dtype=float32)")
    np.testing.assert_allclose(names["gradient"](2.0), 1 / (2 * np.log(2)), rtol=1e-6)


def test_001(door, optax):
    printed, names = run_all("001")
    assert len(printed) == 18 and names["H"].shape == (5, 2, 3, 2, 3, 2)
    assert re.fullmatch(r"[\d.]+ ms per loop\n", printed["In [12]"])


def test_002(door):
    printed, names = run_all("002")
    assert list(printed) == [f"block {n}" for n in range(1, 7)]
    same_print(printed["block 1"], "[0. 2. 4.]")
    same_print(
        printed["block 2"],
        "dpoly_3d/dx is [0. 2. 4.]\n"
        "dpoly_3d/dxdydz is (Array([0., 2., 4.], dtype=float32), Array([ 0., 3., 12.], dtype=float32), "
        "Array([ 0., 4., 32.], dtype=float32))\n"
        "dpoly_3d/dx is [0. 2. 4.] dpoly_3d_dy is [ 0. 3. 12.] dpoly_3d_dz is [ 0. 4. 32.]",
    )
    # Whether the last line of block 3 belongs to its loop is lost; its last print is the same in both readings.
    last = [float(x) for x in re.findall(r"[\d.]+", printed["block 3"].splitlines()[-1])]
    np.testing.assert_allclose(last, [5, 2], atol=0.1)
    same_print(printed["block 4"], "[[0.]\n [0.]\n [0.]\n [0.]\n [0.]]")
    np.testing.assert_allclose(names["dy"], np.cos(np.linspace(0, 2 * np.pi, 100)), atol=1e-6)
    assert printed["block 6"] == "True\n"


def test_003(door):
    printed, _ = run_all("003")
    assert len(printed) == 12


@pytest.mark.slow
def test_004(door):
    printed, names = run_all("004")
    assert list(printed) == [f"block {n}" for n in range(1, 8)]
    assert names["out_shape"] == (-1, 10) and names["predictions"].shape == (128, 10)
    assert all(callable(names[n]) for n in ("gradient_fun", "hvp", "gf", "fast_f", "predict"))


# ---------------------------------------------------------------------------------------------------------------------
# The rules


def test_cells_of_a_notebook():
    text = """Title

In [1]:
x = 2

def f(y):
    z = y

    return z

print(f(x))
f(x)

2

2

Some prose.

In [7]:
%timeit -n10 f(x)

3.62 ms

In [8]:
print('b:', x)

b: 2

In [9]:
a = [1,
  2]

[1, 2]
"""
    found = documents.notebook(text)
    assert [c.name for c in found] == ["In [1]", "In [7]", "In [8]", "In [9]"]
    assert found[0].code.endswith("f(x)") and found[0].after == ["2", "2", "Some prose."]
    names: dict = {}
    printed = [documents.run(c, names) for c in found]
    assert printed[0] == "2\n2\n" and printed[2] == "b: 2\n" and printed[3] == ""
    assert [documents.compare(p, c) for p, c in zip(printed, found, strict=True)] == [
        "same", "different", "same", "silent"
    ]  # fmt: skip


def test_comparison():
    cell = documents.Cell("a", "", ["[[1.00001 2.]\n [3.  4.", "prose"])
    assert documents.compare("[[1. 2.]\n [3. 4.]]", cell) == "cut"
    assert documents.compare("[[1. 2.]\n [7. 4.]]", cell) == "different"
    assert documents.compare("[[1.1 2.]\n [3. 4.", cell) == "different"
    assert documents.compare("[[1. 2.]\n [3. 4.", cell) == "same"
    assert documents.compare("\n", cell) == "silent"


def test_programs_on_one_line():
    line = (
        "import sys # Make b=1 by hand a=3 f = lambda x: x + a def g(x, y=None): if y is None: return f(x) "
        "else: return f(y) # Then run b = g(1) for i in range(2): b += i print(b)"
    )
    assert documents.with_lines(line) == (
        "import sys\n# Make b=1 by hand\na=3\nf = lambda x: x + a\ndef g(x, y=None):\n    if y is None:\n"
        "        return f(x)\n    else:\n        return f(y)\n# Then run\nb = g(1)\nfor i in range(2):\n    b += i\n"
        "    print(b)"
    )
    (cell,) = documents.joined(f"# Prose from here\n\n{line}\n\nimport this was prose")[:1]
    assert documents.run(cell, {}) == "4\n5\n"
    assert documents.statements("import this was prose") == []


def test_blocks_of_slides():
    numbered = " 9 def f(x):\n10 ····return x\n11 %timeit -n3 f(1)····# fast\n"
    text = f"# T\n```\n{numbered}```\n```py\ng = [\n .... 1,\n]\n```\n"
    first, second = documents.slides(text)
    assert first.code == "def f(x):\n    return x\n%timeit -n3 f(1)    # fast"
    names: dict = {}
    assert documents.run(first, names).endswith("ms per loop\n") and documents.run(second, names) == ""
    assert names["g"] == [1]
