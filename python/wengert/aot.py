# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Ahead of time: a function as a `.vmfb` file that runs without Python.

    aot.export(predict, wg.ShapeDtypeStruct((1, 64), "float32"), path="predict.vmfb")

    iree-run-module --module=predict.vmfb --device=local-task --function=main --input=@images.npy --output=@out.npy

Arrays that the function closes over are embedded. The file knows its types and the structure of its arguments and
results, so `load_exported("predict.vmfb")` gives back a callable.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from . import compiler, runtime
from .array import Array
from .compiler import Target
from .errors import CompilationError, ShapeError, TreeError, UnsupportedTypeError, describe
from .failures import native_failure
from .runtime import Spec
from .version import __version__

PORTABLE = Target(cpu="generic")
_METADATA = "wengert.signature"
_FLAT = "flat"  # stands for a structure that holds nodes which JSON cannot: leaves are passed one by one


def export(
    fun: Callable[..., Any],
    /,
    *avals: Any,
    path: str | os.PathLike[str] | None = None,
    target: Target | None = None,
    name: str = "main",
    **kwavals: Any,
) -> bytes:
    """Compile a function for arguments of the given types; returns the module, and writes it to `path` if given.

    Args:
      fun: a function, a jitted function, or what its `trace`, `lower` or `compile` gave (then without `avals`).
      avals, kwavals: the arguments' types: arrays, numbers or ShapeDtypeStruct, in any pytrees.
      path: the file to write.
      target: what to compile for; by default any CPU of this machine's architecture. `Target()` is this machine,
        and faster.
      name: the name of the function in the module.
    """
    from .stages import JitFunction, Stage, extracted

    if isinstance(fun, Stage):
        plan = fun.plan
    else:
        plan = (fun if isinstance(fun, JitFunction) else JitFunction(fun)).plan_for(avals, kwavals)
    if not plan.closed:
        problem = "expected a function of its arguments but it uses values of a trace around it"
        raise CompilationError(describe("export", problem, remedy="export it outside of the transformed function"))
    module, entry = extracted(plan.function.module, plan.function.name)
    try:
        module.pipeline("linalg", f"target={(target or PORTABLE).backend}")
    except Exception as error:
        kind = UnsupportedTypeError if "does not support" in str(error) else CompilationError
        raise native_failure(error, "export", kind) from None
    data = export_text(
        module.to_text(debug_info=False, generic=True),
        entry,
        plan.function.in_avals,
        plan.function.out_avals,
        target=target,
        name=name,
        captured=plan.captured,
        in_tree=_structure(plan.in_tree, len(plan.function.in_avals)),
        out_tree=_structure(plan.out_tree, len(plan.function.out_avals)),
    )
    if path is not None:
        write(path, data)
    return data


def export_text(
    text: str,
    entry: str,
    in_avals: Sequence[Any],
    out_avals: Sequence[Any],
    *,
    target: Target | None = None,
    name: str = "main",
    captured: Sequence[np.ndarray] = (),
    in_tree: Any = _FLAT,
    out_tree: Any = _FLAT,
) -> bytes:
    """The same for text of linalg: `captured` are the values of the arguments of `entry` after `in_avals`."""
    target = target or PORTABLE
    inputs, outputs = [Spec.of(a) for a in in_avals], [Spec.of(a) for a in out_avals]
    metadata = {
        "wengert": __version__,
        "target": target.backend,
        "inputs": [[s.dtype.name, list(s.shape)] for s in inputs],
        "outputs": [[s.dtype.name, list(s.shape)] for s in outputs],
        "in_tree": in_tree,
        "out_tree": out_tree,
    }
    full = runtime.add_entry(
        *(text, entry, inputs, outputs),
        name=name,
        storage=False,
        reflection={_METADATA: json.dumps(metadata)},
        constants=captured,
    )
    return compiler.compile_text(full, target=target, entry_points=(name,))


def write(path: str | os.PathLike[str], data: bytes) -> None:
    """Write a file under another name and rename it, so that nobody reads half a module."""
    path = Path(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(data)
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


class Exported:
    """A function of an exported module. Call it with arrays in the structure that it was exported for.

    Attributes:
      name: its name in the module.
      metadata: what the module says of itself: types, structures, target, version of wengert.
      executable: the loaded function, on a flat list of NumPy arrays.
    """

    def __init__(self, data: bytes, name: str | None = None, driver: str | None = None):
        found = runtime.functions(data)
        described = {n: json.loads(r[_METADATA]) for n, r in found.items() if _METADATA in r}
        if name is None and len(described) == 1:
            name = next(iter(described))
        if name is None or name not in described:
            problem = f"expected a function exported by wengert, one of {sorted(described)}, but got {name!r}"
            raise ValueError(f"load_exported: {problem} (the module has {', '.join(sorted(found))})")
        self.name = name
        self.metadata = described[name]
        inputs, outputs = (
            [Spec(tuple(shape), runtime.dtype_of(dtype)) for dtype, shape in self.metadata[key]]
            for key in ("inputs", "outputs")
        )
        if driver is None and self.metadata["target"] != "llvm-cpu":
            driver = compiler.DRIVERS[self.metadata["target"]]
        self.executable = runtime.load(data, name, inputs, outputs, driver=driver)

    def __repr__(self) -> str:
        return f"<Exported {self.executable!r}>"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        leaves: list[Any] = []
        if self.metadata["in_tree"] == _FLAT:
            leaves = [*args, *kwargs.values()]
        else:
            _flatten(self.metadata["in_tree"], (args, kwargs), leaves, self.name)
        specs = self.executable.inputs
        if len(leaves) != len(specs):
            raise ShapeError(f"{self.name}: expected {len(specs)} arrays but got {len(leaves)}")
        arrays = [np.asarray(leaf, spec.dtype) for leaf, spec in zip(leaves, specs, strict=True)]
        results = [Array._wrap(r) for r in self.executable(arrays)]
        if self.metadata["out_tree"] == _FLAT:
            return results[0] if len(results) == 1 else tuple(results)
        return _unflatten(self.metadata["out_tree"], results)


def load_exported(
    source: str | os.PathLike[str] | bytes, name: str | None = None, driver: str | None = None
) -> Exported:
    """The function `name` (if there is more than one) of an exported file, or of its bytes.

    `driver` is where to run; by default what suits the target that it was compiled for.
    """
    return Exported(source if isinstance(source, bytes) else Path(source).read_bytes(), name, driver)


# --- structures as JSON: a leaf is its number, a tuple {"t": [...]}, a list {"l": [...]}, a dict {"d": {...}}


def _structure(tree: Any, size: int) -> Any:
    from .trees import tree_unflatten

    try:
        return _encode(tree_unflatten(tree, list(range(size))))
    except (TypeError, ValueError, KeyError):  # nodes of the user's that refuse numbers, or that JSON cannot hold
        return _FLAT


def _encode(sample: Any) -> Any:
    kind = type(sample)
    if sample is None or kind is int:
        return sample
    if kind is tuple or kind is list:
        return {"t" if kind is tuple else "l": [_encode(x) for x in sample]}
    if kind is dict and all(type(k) is str for k in sample):
        return {"d": {k: _encode(v) for k, v in sample.items()}}
    raise TypeError(f"export: no structure for {kind.__name__}")


def _flatten(structure: Any, value: Any, out: list[Any], name: str) -> None:
    """Append the leaves of `value`, in the order of their numbers, which is the order in which they were flattened."""
    found: list[tuple[int, Any]] = []

    def walk(node: Any, part: Any, where: str) -> None:
        if isinstance(node, int):
            found.append((node, part))
        elif node is None:
            if part is not None:
                raise TreeError(f"{name}: expected None at {where} but got {type(part).__name__}")
        else:
            ((kind, children),) = node.items()
            expected = {"t": tuple, "l": list, "d": dict}[kind]
            keys = list(children) if kind == "d" else list(range(len(children)))
            if not isinstance(part, expected) or (sorted(part) if kind == "d" else len(part)) != (
                sorted(keys) if kind == "d" else len(keys)
            ):
                wanted = f"{expected.__name__} with {keys if kind == 'd' else len(keys)}"
                raise TreeError(f"{name}: expected a {wanted} at {where} but got {str(part)[:100]}")
            for key in keys:
                walk(children[key], part[key], f"{where}[{key!r}]")

    args, kwargs = structure["t"]
    walk(args, value[0], "args")
    walk(kwargs, value[1], "kwargs")
    out += [leaf for _, leaf in sorted(found, key=lambda pair: pair[0])]


def _unflatten(structure: Any, leaves: Sequence[Any]) -> Any:
    if isinstance(structure, int):
        return leaves[structure]
    if structure is None:
        return None
    ((kind, children),) = structure.items()
    if kind == "d":
        return {k: _unflatten(v, leaves) for k, v in children.items()}
    made = [_unflatten(v, leaves) for v in children]
    return tuple(made) if kind == "t" else made
