# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Which fields of a dataclass are children of a tree node, and which belong to the structure."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from wengert import errors

__all__ = ["fields_of", "static"]


def static(**kwargs: Any) -> Any:
    """A field of a dataclass that belongs to the structure: `dataclasses.field` with the mark of `register_dataclass`.

    >>> from wengert.tree_util import register_dataclass, tree_leaves
    >>> @register_dataclass
    ... @dataclasses.dataclass
    ... class Scaled:
    ...     x: float
    ...     unit: str = static(default="m")
    >>> tree_leaves(Scaled(1.5, unit="s"))
    [1.5]
    """
    metadata = {"static": True, **(kwargs.pop("metadata", None) or {})}
    return dataclasses.field(metadata=metadata, **kwargs)


def fields_of(nodetype: type, data: Any, meta: Any, drop: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fields that are children and those that belong to the structure, from what `register_dataclass` was given."""
    if both := sorted({*(data or ())} & {*(meta or ())}):
        raise errors.make(
            errors.TreeError, "register_dataclass",
            f"expected each field of {nodetype.__name__} in one of data_fields and meta_fields but got {both} in both",
        )  # fmt: skip
    if (data is None) != (meta is None) and not dataclasses.is_dataclass(nodetype):
        data, meta = data or (), meta or ()
    if not dataclasses.is_dataclass(nodetype):
        if data is None:
            problem = f"expected a dataclass but got {nodetype.__name__}"
            raise errors.make(
                errors.TreeError, "register_dataclass", problem, remedy="give data_fields and meta_fields"
            )
        return tuple(data), tuple(meta)
    fields = [f for f in dataclasses.fields(nodetype) if f.init and f.name not in drop]
    if data is None and meta is None:
        data = [f.name for f in fields if not f.metadata.get("static", False)]
    data = [f.name for f in fields if f.name not in meta] if data is None else data
    meta = [f.name for f in fields if f.name not in data] if meta is None else meta
    if {*data, *meta} != {f.name for f in fields}:
        raise errors.make(
            errors.TreeError, "register_dataclass",
            f"expected the fields {[f.name for f in fields]} of {nodetype.__name__} but got {[*data, *meta]}",
            remedy="list every field in data_fields, meta_fields or drop_fields",
        )  # fmt: skip
    return tuple(data), tuple(meta)
