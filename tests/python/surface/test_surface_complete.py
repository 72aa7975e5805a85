# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The table is whole: each public name has a record or a reason to have none, and no entry is about nothing."""

from __future__ import annotations

import importlib
import pkgutil
import types
from pathlib import Path

import pytest

import wengert.scipy.stats
from surface.all_cases import TABLE
from surface.exemptions import EXEMPT

MODULES = [
    "numpy",
    "numpy.linalg",
    "numpy.fft",
    "nn",
    "scipy.special",
    "scipy.linalg",
    "scipy.fft",
    "scipy.signal",
    "scipy.integrate",
    "scipy.interpolate",
    "scipy.ndimage",
    "scipy.optimize",
    "scipy.cluster",
    "scipy.cluster.vq",
    "scipy.sparse",
    "scipy.sparse.linalg",
    "scipy.spatial",
    "scipy.spatial.transform",
    "scipy.stats",
]
LAWS = [m.name for m in pkgutil.iter_modules(wengert.scipy.stats.__path__) if m.name in wengert.scipy.stats.__all__]


def public(name: str) -> list[str]:
    """The names of `__all__`; where a module has none, those of its functions, classes, types and objects."""
    module = importlib.import_module(f"wengert.{name}")
    if hasattr(module, "__all__"):
        return [n for n in module.__all__ if n not in LAWS or name != "scipy.stats"]
    return [
        n
        for n, v in vars(module).items()
        if not n.startswith("_") and not isinstance(v, types.ModuleType) and n != "annotations"
    ]


def functions_of_law(law: str) -> list[str]:
    """What the module of a distribution defines."""
    module = importlib.import_module(f"wengert.scipy.stats.{law}")
    return [
        n for n, v in vars(module).items() if getattr(v, "__module__", "") == module.__name__ and not n.startswith("_")
    ]


RECORDED = {(r.module, r.name) for r in TABLE.values()}
NAMES = [(m, n) for m in MODULES for n in public(m)] + [
    (f"scipy.stats.{law}", n) for law in LAWS for n in functions_of_law(law)
]


@pytest.mark.parametrize("module", sorted({m for m, _ in NAMES}))
def test_every_name_has_a_record_or_a_reason(module: str) -> None:
    names = {n for m, n in NAMES if m == module}
    exempt = EXEMPT.get(module, {})
    recorded = {n for m, n in RECORDED if m == module}
    assert not names - recorded - set(exempt), "neither in the table nor exempt"
    assert not recorded & set(exempt), "both in the table and exempt"
    assert not (recorded | set(exempt)) - names, "no public name"


def test_the_reasons_name_files_that_exist() -> None:
    here = Path(__file__).parents[1]
    for reasons in EXEMPT.values():
        for reason in reasons.values():
            for word in reason.replace(",", " ").replace(":", " ").split():
                assert not word.endswith(".py") or (here / word).exists(), reason
