# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Trees of arrays in files: `save` and `load`, as safetensors or as NumPy's npz. Nothing is ever pickled.

Every leaf is a tensor whose name is its path, e.g. `layers.0.weight`, so that other programs read the files too. The
structure stands beside them as JSON. It brings back tuples, lists, dicts and None; a tree with nodes of other classes
is loaded into a template of the same structure.

>>> import os, tempfile
>>> import wengert.io, wengert.numpy as wnp
>>> folder = tempfile.mkdtemp()
>>> path = os.path.join(folder, "state.safetensors")
>>> wengert.io.save(path, {"layers": [(wnp.ones(2), None)], "step": 7})
>>> wengert.io.load(path)
{'layers': [(Array([1., 1.], dtype=float32), None)], 'step': 7}
>>> sorted(wengert.io.contents(path)[0])
['layers.0.0', 'step']
"""

from __future__ import annotations

import json
import os
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from wengert import dtypes, errors, io_formats
from wengert.array import Array
from wengert.io_formats import FormatError
from wengert.random import PRNGKeyArray, key_data, key_impl, wrap_key_data
from wengert.stages import ShapeDtypeStruct
from wengert.tracer import is_tracer
from wengert.tree_util import (
    flatten_one_level,
    flatten_one_level_with_keys,
    is_tree_node,
    keystr,
    tree_leaves_with_path,
    tree_structure,
    tree_unflatten,
)

__all__ = ["FormatError", "contents", "load", "save"]

_STRUCTURE = "wengert.structure"
_NUMBERS: dict[str, type] = {"bool": bool, "int": int, "float": float, "complex": complex}
_PLAIN = (str, int, float, bool, type(None))


def _refuse(op: str, problem: str, remedy: str) -> errors.WengertError:
    return errors.make(errors.TreeError, op, problem, remedy=remedy)


# ---------------------------------------------------------------------------------------------------------------------
# Leaves


def _kind(leaf: Any, name: str) -> str:
    """What a leaf is: "array", "key:<implementation>", or the name of a Python number's type."""
    if is_tracer(leaf):
        raise _refuse("save", f"expected arrays but got a traced value at {name}", "save outside of the function")
    if isinstance(leaf, PRNGKeyArray):
        return f"key:{key_impl(leaf)}"
    if type(leaf).__name__ in _NUMBERS and type(leaf) is _NUMBERS[type(leaf).__name__]:
        return type(leaf).__name__
    if isinstance(leaf, (Array, np.ndarray, np.generic)):
        return "array"
    raise _refuse(
        "save", f"expected arrays, keys and numbers but got {type(leaf).__name__} at {name}",
        "take it out of the tree, or make it a part of the structure (tree_util.register_dataclass, tree.static)",
    )  # fmt: skip


def _data(leaf: Any, kind: str, name: str) -> np.ndarray:
    if kind.startswith("key:"):
        leaf = key_data(leaf)
    data = np.asarray(leaf)
    if not dtypes.is_known(data.dtype.newbyteorder("=")):
        raise _refuse(
            "save", f"expected numbers or bools but got {data.dtype} at {name}", "convert it to numbers first"
        )
    # Not ascontiguousarray, which makes a vector of a scalar.
    return np.asarray(data, data.dtype.newbyteorder("="), order="C")


def _restored(data: np.ndarray, kind: str) -> Any:
    if kind in _NUMBERS:
        return _NUMBERS[kind](data[()])
    narrow = dtypes.canonical(data.dtype)
    if kind.startswith("key:"):
        return wrap_key_data(Array._wrap(data), impl=kind.removeprefix("key:"))
    return Array._wrap(data if narrow == data.dtype else data.astype(narrow))


def _is_key(x: Any) -> bool:
    # Keys are nodes, which must be told from plain arrays of numbers.
    return isinstance(x, PRNGKeyArray)


def _named(tree: Any) -> tuple[list[str], list[Any]]:
    """The names of the leaves and the leaves. Short names, unless two leaves would share one."""
    pairs = tree_leaves_with_path(tree, _is_key)
    names = [keystr(path, simple=True, separator=".") or "value" for path, _ in pairs]
    if len(set(names)) < len(names):
        names = [keystr(path) or "value" for path, _ in pairs]
    return names, [leaf for _, leaf in pairs]


# ---------------------------------------------------------------------------------------------------------------------
# Structures as JSON: a leaf is [name, kind], None is null, a node is {"class": children}


def _key_json(key: Any) -> Any:
    if isinstance(key, tuple):
        return {"tuple": [_key_json(k) for k in key]}
    if type(key) in _PLAIN:
        return key
    raise _refuse(
        "save", f"expected keys of dicts that are text or numbers but got {key!r}", "use text as keys of the dict"
    )


def _key_back(key: Any) -> Any:
    return tuple(map(_key_back, key["tuple"])) if isinstance(key, dict) else key


def _encode(tree: Any, leaves: Any) -> Any:
    if tree is None:
        return None
    if _is_key(tree) or not is_tree_node(type(tree)):
        return list(next(leaves))
    children, _ = flatten_one_level(tree)
    encoded = [_encode(child, leaves) for child in children]
    if type(tree) in (tuple, list):
        return {type(tree).__name__: encoded}
    if type(tree) in (dict, OrderedDict):
        keys = [key.key for key, _ in flatten_one_level_with_keys(tree)[0]]
        kind = "dict" if type(tree) is dict else "ordered_dict"
        return {kind: [[_key_json(k), child] for k, child in zip(keys, encoded, strict=True)]}
    return {"other": encoded, "class": f"{type(tree).__module__}.{type(tree).__qualname__}"}


def _decode(node: Any, arrays: Mapping[str, np.ndarray], path: str) -> Any:
    if node is None:
        return None
    if isinstance(node, list) and len(node) == 2:
        name, kind = node
        if name not in arrays:
            raise io_formats.refuse("load", f"expected the tensor {name!r} of the structure but it is not in {path}")
        return _restored(arrays[name], kind)
    if not isinstance(node, dict):
        raise io_formats.refuse("load", f"expected the structure of a tree but got {node!r} in {path}")
    if "other" in node:
        raise _refuse(
            "load", f"expected a template for a node of the class {node.get('class')} in {path}",
            "load(path, template) with a tree of that structure",
        )  # fmt: skip
    ((kind, children),) = node.items()
    if kind in ("dict", "ordered_dict"):
        made = {_key_back(k): _decode(child, arrays, path) for k, child in children}
        return made if kind == "dict" else OrderedDict(made)
    below = [_decode(child, arrays, path) for child in children]
    return below if kind == "list" else tuple(below)


# ---------------------------------------------------------------------------------------------------------------------
# The functions


def save(path: str | os.PathLike[str], tree: Any, *, metadata: Mapping[str, str] | None = None) -> None:
    """Write the arrays of a tree, and its structure, into a file. An old file is replaced in one step.

    Args:
      path: ends in `.safetensors` or `.npz`, which says how it is written.
      tree: arrays, typed keys and Python numbers of any shape and type, in any pytree.
      metadata: texts to keep beside; `contents` gives them back.

    Raises:
      TreeError: a leaf is something else, or a traced value.
      FormatError: the path ends otherwise.

    >>> import os, tempfile
    >>> import wengert.numpy as wnp
    >>> path = os.path.join(tempfile.mkdtemp(), "weights.npz")
    >>> save(path, {"w": wnp.ones(3, wnp.bfloat16)})
    >>> load(path)
    {'w': Array([1, 1, 1], dtype=bfloat16)}
    """
    form = io_formats.of_path(path, "save")
    names, leaves = _named(tree)
    kinds = [_kind(leaf, name) for name, leaf in zip(names, leaves, strict=True)]
    tensors = {n: _data(leaf, kind, n) for n, leaf, kind in zip(names, leaves, kinds, strict=True)}
    structure = json.dumps(_encode(tree, iter(zip(names, kinds, strict=True))))
    texts = {**(metadata or {}), _STRUCTURE: structure}
    wrong = [k for k, v in texts.items() if not isinstance(k, str) or not isinstance(v, str)]
    if wrong:
        raise _refuse("save", f"expected metadata of texts but got another value for {wrong}", "use str or json.dumps")
    form.write(path, tensors, texts)


def contents(path: str | os.PathLike[str]) -> tuple[dict[str, ShapeDtypeStruct], dict[str, str]]:
    """The shapes and types of the tensors in a file by name, and the texts beside them; no tensor is read.

    Raises:
      FormatError: the file is not of its format.
      FileNotFoundError: there is no file.

    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "weights.safetensors")
    >>> save(path, {"w": np.ones(3, np.int8)}, metadata={"step": "4"})
    >>> contents(path)
    ({'w': ShapeDtypeStruct(shape=(3,), dtype=int8)}, {'step': '4'})
    """
    types, texts = io_formats.of_path(path, "contents").header(path)
    texts.pop(_STRUCTURE, None)
    # Not of the class itself, which narrows 64-bit types.
    return {name: _struct(shape, dtype) for name, (shape, dtype) in types.items()}, texts


def _struct(shape: Sequence[int], dtype: np.dtype) -> ShapeDtypeStruct:
    from wengert.config import enable_x64

    with enable_x64():
        return ShapeDtypeStruct(tuple(shape), dtype)


def load(path: str | os.PathLike[str], template: Any = None) -> Any:
    """The tree in a file.

    64-bit numbers become 32-bit ones unless `enable_x64` is set, as everywhere.

    Args:
      path: a file of `save`, or of another program that writes `.safetensors` or `.npz`.
      template: a tree of the structure that is wanted, with arrays, keys, numbers or `ShapeDtypeStruct` as leaves.
        Without one, the structure is the stored one, or a dict of the names for files of other programs.

    Raises:
      TreeError: the names, shapes or types in the file are not those of the template, or there is none and the
        structure has nodes of other classes than tuple, list and dict.
      FormatError: the file is not of its format.

    >>> import collections, os, tempfile
    >>> Layer = collections.namedtuple("Layer", "w b")
    >>> path = os.path.join(tempfile.mkdtemp(), "layer.safetensors")
    >>> save(path, Layer(np.ones(2, np.float32), np.zeros(1, np.float32)))
    >>> load(path, Layer(ShapeDtypeStruct((2,), "float32"), ShapeDtypeStruct((1,), "float32")))
    Layer(w=Array([1., 1.], dtype=float32), b=Array([0.], dtype=float32))
    """
    form = io_formats.of_path(path, "load")
    if template is not None:
        return _into(template, form.read(path)[0], os.fspath(path))
    arrays, texts = form.read(path)
    if _STRUCTURE not in texts:
        return {name: _restored(data, "array") for name, data in arrays.items()}
    try:
        node = json.loads(texts[_STRUCTURE])
    except ValueError:
        raise io_formats.refuse("load", f"expected the structure as JSON but it is damaged in {path}") from None
    return _decode(node, arrays, os.fspath(path))


def _into(template: Any, arrays: Mapping[str, np.ndarray], path: str) -> Any:
    names, wanted = _named(template)
    missing, extra = sorted(set(names) - set(arrays)), sorted(set(arrays) - set(names))
    if missing or extra:
        parts = [f"{len(n)} {word} ({', '.join(n[:5])})" for word, n in (("missing", missing), ("more", extra)) if n]
        raise _refuse(
            "load", f"expected the names of the template but {path} has {' and '.join(parts)}",
            "contents(path) shows what is there",
        )  # fmt: skip
    leaves = [_fitted(arrays[name], leaf, name) for name, leaf in zip(names, wanted, strict=True)]
    return tree_unflatten(tree_structure(template, _is_key), leaves)


def _fitted(data: np.ndarray, wanted: Any, name: str) -> Any:
    kind = "array" if isinstance(wanted, ShapeDtypeStruct) else _kind(wanted, name)
    got = f"{data.dtype.name}{list(data.shape)}"
    if kind in _NUMBERS:
        if data.ndim:
            raise _refuse("load", f"expected a number at {name} but got {got}", "give a template with its type there")
        return _restored(data, kind)
    shape, dtype = wanted.shape, wanted.dtype
    if kind.startswith("key:"):
        shape, dtype = key_data(wanted).shape, np.dtype(np.uint32)
    if shape != data.shape or dtypes.canonical(dtype) != dtypes.canonical(data.dtype):
        raise _refuse(
            "load", f"expected {np.dtype(dtype).name}{list(shape)} at {name} but got {got}",
            "give a template with its type there, and convert what load returns",
        )  # fmt: skip
    return _restored(data, kind)
