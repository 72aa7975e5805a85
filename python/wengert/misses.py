# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Why a jitted function was traced or compiled again: `explain_cache_misses`.

A call of a jitted function misses when its signature is new: the structure of the arguments, the types of the leaves,
the static values, the settings. The explanation is the difference from the most similar signature before it. A function
object that was never seen is compared with the last one of the same code, by the program that it was traced to.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Sequence
from typing import Any

from wengert import errors
from wengert.config import _explain_misses, config
from wengert.trees import keystr, tree_flatten_with_path, tree_unflatten

_MOST_LINES = 40  # of a difference of programs
_MOST_MISSES = 256  # that one function remembers


class Miss:
    """One signature that was traced: its key, where it was asked for, and why no earlier one served."""

    __slots__ = ("key", "where", "reasons")

    def __init__(self, key: Any, where: str, reasons: list[str]):
        self.key = key
        self.where = where
        self.reasons = reasons


def wanted() -> bool:
    """Whether misses are printed as they happen."""
    return bool(_explain_misses.get())


def note(label: str, fun: Callable[..., Any], before: list[Miss], key: Any) -> None:
    """Remember that a call with the signature `key` missed, and say why if that is wanted."""
    if any(m.key == key for m in before):  # inside other traces a function is traced once for each
        return
    location = errors.user_location()
    where = f"{location[0]}:{location[1]}" if location else "?"
    if before:
        near = min(reversed(before), key=lambda m: _distance(m.key, key))
        reasons = differences(fun, near.key, key)
    else:
        reasons = _first(fun)
    miss = Miss(key, where, reasons)
    if len(before) < _MOST_MISSES:
        before.append(miss)
    if wanted():
        print(_text(label, miss), file=sys.stderr)


def _text(label: str, miss: Miss) -> str:
    lines = [f"{label}: traced at {miss.where}, because"]
    return "\n".join([*lines, *[f"  {reason}" for reason in miss.reasons]])


def report(label: str, misses: Sequence[Miss]) -> str:
    """All that was noted of one function."""
    if not misses:
        return f"{label}: not traced yet"
    return "\n".join(_text(label, miss) for miss in misses)


# ---------------------------------------------------------------------------------------------------------------------
# Signatures


def _distance(old: Any, new: Any) -> tuple[int, int]:
    """How far apart two keys are: in parts, then in leaves."""
    parts = sum(a != b for a, b in zip(old, new, strict=True))
    types = sum(a != b for a, b in zip(old[-1], new[-1])) + abs(len(old[-1]) - len(new[-1]))  # noqa: B905 - may differ
    return parts, types


def differences(fun: Callable[..., Any], old: Any, new: Any) -> list[str]:
    """What differs between two keys (see stages.Signature), in words."""
    (old_tree, old_static, old_config, old_axes, old_types), (tree, static, settings, axes, types) = old, new
    found = _static_differences(fun, dict(old_static), dict(static))
    was, now = _typed_paths(fun, old_tree, old_types), _typed_paths(fun, tree, types)
    for path in dict.fromkeys([*was, *now]):
        a, b = was.get(path, "(absent)"), now.get(path, "(absent)")
        if a != b:
            found.append(f"{path}: {a} -> {b}")
    if old_tree != tree and was.keys() == now.keys():
        found.append(f"the structure of the arguments: {old_tree} -> {tree}")
    names = [name for name, option in config.options.items() if option.affects_trace]
    for name, a, b in zip(names, old_config, settings, strict=True):
        if a != b:
            found.append(f"the setting {name}: {a!r} -> {b!r}")
    if old_axes != axes:
        found.append(f"the named axes around it: {_axes(old_axes)} -> {_axes(axes)}")
    return found


def _axes(key: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{name} of {size}" for name, size in key) or "none"


def _static_differences(fun: Callable[..., Any], old: dict[Any, Any], new: dict[Any, Any]) -> list[str]:
    found = []
    for where in dict.fromkeys([*old, *new]):
        a, b = old.get(where), new.get(where)
        if a != b:
            words = [repr(x.value)[:80] if x is not None else "(absent)" for x in (a, b)]
            name = _parameter(fun, where) if isinstance(where, int) else where
            same = " (equal text, other object: it has no __eq__ and __hash__ by value)" if words[0] == words[1] else ""
            found.append(f"static argument {name}: {words[0]} -> {words[1]}{same}")
    return found


def _typed_paths(fun: Callable[..., Any], tree: Any, types: Sequence[Any]) -> dict[str, str]:
    """The type of each leaf by its path from the name of the argument."""
    leaves = [f"{d.name}[{','.join(map(str, s))}]{' (weak)' if w else ''}" for s, d, w in types]
    try:
        pairs = tree_flatten_with_path(tree_unflatten(tree, leaves))[0]
    except Exception:  # a class that takes no texts as its children
        return {f"leaf {i}": leaf for i, leaf in enumerate(leaves)}
    if len(pairs) != len(leaves):
        return {f"leaf {i}": leaf for i, leaf in enumerate(leaves)}
    named = {}
    for path, leaf in pairs:
        kind, key, *rest = path
        name = _parameter(fun, key.idx) if kind.idx == 0 else str(key.key)
        named[name + keystr(rest)] = leaf
    return named


def _parameter(fun: Callable[..., Any], position: int) -> str:
    try:
        parameters = list(inspect.signature(fun).parameters.values())
    except (ValueError, TypeError):
        return f"args[{position}]"
    for i, p in enumerate(parameters[: position + 1]):
        if p.kind is p.VAR_POSITIONAL:
            return f"{p.name}[{position - i}]"
    return parameters[position].name if position < len(parameters) else f"args[{position}]"


# ---------------------------------------------------------------------------------------------------------------------
# Function objects and their programs

_programs: dict[Any, str] = {}  # the last program of each code; filled only while misses are explained


def _code(fun: Callable[..., Any]) -> Any:
    code = getattr(fun, "__code__", None)
    return None if code is None else (code.co_filename, code.co_firstlineno, code.co_qualname)


def _first(fun: Callable[..., Any]) -> list[str]:
    code = _code(fun)
    if code is not None and code in _programs:
        return [
            f"it is a new function object; one of the same code ({code[0]}:{code[1]}) was traced before",
            "remedy: define and jit the function once, outside of the loop or function that calls it",
        ]
    return ["it was never traced before"]


def note_program(label: str, fun: Callable[..., Any], text: str) -> None:
    """Compare the program of a function with the one before it of the same code, and say how they differ."""
    code = _code(fun)
    if code is None:
        return
    old = _programs.get(code)
    _programs[code] = text
    if old is None or not wanted():
        return
    if old == text:
        print(f"{label}: its program is the same as before: what was compiled serves again", file=sys.stderr)
        return
    import difflib  # takes milliseconds to load, and few programs need it

    diff = list(difflib.unified_diff(old.splitlines(), text.splitlines(), "before", "now", n=1, lineterm=""))
    lines = [f"{label}: compiled, because its program differs from the one before it:"]
    lines += ["  " + line for line in diff[:_MOST_LINES]]
    if len(diff) > _MOST_LINES:
        lines.append(f"  ... {len(diff) - _MOST_LINES} more lines")
    print("\n".join(lines), file=sys.stderr)
