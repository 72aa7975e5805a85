#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Check the dependency direction of the tree: which layer may include or import which.

C++: `#include "wg/<Layer>/..."` may only name the includer's own layer or one before it, and some foreign headers are
closed to some layers. Python: an import at module level may only name the importer's own layer or one before it;
an import inside a function is how a cycle is broken on purpose, and is free, except for the two IREE packages.

    check_layers.py [root]        prints one line a violation, exits 1 if there is one
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

# Each row may use itself and the rows above it.
CPP_LAYERS = [
    {"Interfaces", "IR", "Ops"},  # the dialect; the interfaces speak Expr, Expr builds ops
    {"Transforms"},
    {"Lowering"},
    {"Pipeline"},
    {"CAPI"},
]
CPP_RANK = {name: rank for rank, row in enumerate(CPP_LAYERS) for name in row}

# Headers that a folder must not include, with the reason that is printed.
CPP_CLOSED: list[tuple[str, str, str]] = [
    (r"dialects/wg/", r"(Python\.h|nanobind/|pybind11/|numpy/)", "nothing in dialects/ knows Python"),
    (r"dialects/wg/(Interfaces|IR|Ops|Transforms)/", r"mlir/Dialect/(Linalg|Tensor|SCF|Bufferization|Vector)/",
     "the dialect and its transforms do not know what they are lowered to"),
    (r"dialects/wg/(Interfaces|IR|Ops|Transforms)/", r"iree", "only the lowering knows IREE"),
    (r"python/.*\.(h|cpp)$", r"wg/(?!CAPI/)", "the Python extensions see only wg/CAPI/"),
    (r"python/", r"mlir/(?!Bindings/Python/|CAPI/)", "the Python extensions see MLIR through mlir-c/ only"),
]  # fmt: skip

PYTHON_LAYERS = [
    {"version", "errors", "config", "progress", "frames", "avals", "failures", "places", "_native", "mlir"},
    {"tree_keys", "tree_fields"},
    {"trees"},
    {"dtypes", "kernels", "tree_util", "dlpack", "array_places"},
    {"array_methods", "tree"},
    {"array", "cache", "typing"},
    {"tracer", "trace", "interpreter", "leaks"},
    {"computation", "key_arrays", "nans"},
    {"compiler", "host", "invocation", "runtime"},
    {"lax"},
    {
        "arguments",
        "axes",
        "functions",
        "calls",
        "callbacks",
        "checks",
        "collectives",
        "control",
        "custom",
        "custom_batching",
        "custom_derivatives",
        "misses",
    },
    {
        "stages",
        "autodiff",
        "jacobians",
        "batching",
        "text",
        "jaxpr",
        "residuals",
        "ad_checkpoint",
        "api",
        "housekeeping",
    },
    {"numpy", "random", "nn", "scipy", "optim", "flatten_util", "sharding", "ops", "image", "ode"},
    {"aot", "checkify", "debug", "debugger", "experimental", "io", "io_formats", "test_util", "testing"},
    {"__init__"},
    {"cli", "compat", "__main__"},
]
_ABOVE_THE_PACKAGE = {"cli", "compat", "__main__", "testing"}
PYTHON_RANK = {name: rank for rank, row in enumerate(PYTHON_LAYERS) for name in row}

# Third-party packages with one owner each; they are slow to load, so even the owner imports them inside a function.
PYTHON_OWNED = {"iree.runtime": {"runtime"}, "iree.compiler": {"invocation"}}

INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]')


def cpp_violations(root: Path) -> Iterator[str]:
    for path in sorted([*root.glob("dialects/**/*"), *root.glob("python/native/**/*"), *root.glob("python/mlir/**/*")]):
        if path.suffix not in {".h", ".cpp", ".td"} or not path.is_file():
            continue
        name = path.relative_to(root).as_posix()
        layer = path.relative_to(root / "dialects/wg").parts[0] if name.startswith("dialects/wg/") else None
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(line) or re.match(r'^include "([^"]+)"', line)
            if not match:
                continue
            target = match[1]
            used = re.match(r"wg/(\w+)/", target)
            if layer in CPP_RANK and used and CPP_RANK.get(used[1], 99) > CPP_RANK[layer]:
                yield f"{name}:{number}: {layer} must not include {target}: {used[1]} is a later layer"
            for where, closed, why in CPP_CLOSED:
                if re.match(where, name) and re.match(closed, target):
                    yield f"{name}:{number}: must not include {target}: {why}"


def imports(tree: ast.Module, package: list[str]) -> Iterator[tuple[str, int, bool]]:
    """(absolute dotted name, line, inside a function) of every import outside `if TYPE_CHECKING`."""

    def walk(node: ast.AST, lazy: bool) -> Iterator[tuple[str, int, bool]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield alias.name, child.lineno, lazy
            elif isinstance(child, ast.ImportFrom):
                base = package[: len(package) - child.level + 1] if child.level else []
                stem = [*base, *([child.module] if child.module else [])]
                for alias in child.names:
                    yield ".".join([*stem, alias.name]), child.lineno, lazy
            elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
                continue
            else:
                function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
                yield from walk(child, lazy or function)

    return walk(tree, False)


def python_violations(root: Path) -> Iterator[str]:
    base = root / "python/wengert"
    for path in sorted(base.rglob("*.py")):
        inside = path.relative_to(base)
        if inside.parts[0] == "mlir":
            continue
        layer = inside.parts[0].removesuffix(".py")
        package = ["wengert", *inside.parts[:-1]]
        name = path.relative_to(root).as_posix()
        if layer not in PYTHON_RANK:
            yield f"{name}: {layer} has no layer: give it one in PYTHON_LAYERS of tools/dev/check_layers.py"
            continue
        for target, line, lazy in imports(ast.parse(path.read_text()), package):
            for owned, owners in PYTHON_OWNED.items():
                if not (target == owned or target.startswith(owned + ".")):
                    continue
                if layer not in owners:
                    yield f"{name}:{line}: must not import {target}: only {', '.join(sorted(owners))} does"
                elif not lazy:
                    yield f"{name}:{line}: import {target} inside a function: it is slow to load"
            words = target.split(".")
            if words[0] != "wengert" or lazy or len(words) < 2:
                continue
            # A name that is no module (`from . import api` is, `from . import jit` is not) belongs to the package.
            used = words[1] if words[1] in PYTHON_RANK else "__init__"
            if (
                used == "__init__"
                and inside.name != "__init__.py"
                and layer in {"cli", "compat", "__main__", "testing"}
            ):
                continue
            if PYTHON_RANK[used] > PYTHON_RANK[layer]:
                yield f"{name}:{line}: {layer} must not import {target} at module level: {used} is a later layer"


def main() -> int:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2]
    found = [*cpp_violations(root), *python_violations(root)]
    print("\n".join(found) if found else "layers: clean")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
