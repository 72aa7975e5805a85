# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Where a nan or an infinity comes from: `debug_nans` and `debug_infs`.

An eager op is checked at once. The results of a compiled function, or of a derivative that is run at once, are checked
as a whole; if one is not what was asked for, the program is interpreted op by op, and the first op on the way to that
result that made a nan of operands without one is named, with the user's line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, NoReturn

import numpy as np

from wengert import dtypes, errors
from wengert.array import start_quiet, stop_quiet
from wengert.config import _debug_infs, _debug_nans
from wengert.interpreter import Program, expanded, has_transforms, short_name
from wengert.kernels.control import FUNCTIONS, STRUCTURED
from wengert.trace import transform_chain


def unwanted(x: Any) -> str:
    """What an array holds that the settings forbid: "nan", "inf" or ""."""
    x = np.asarray(x)
    if not dtypes.is_inexact(x.dtype):
        return ""
    if _debug_nans.get() and np.isnan(x).any():
        return "nan"
    return "inf" if _debug_infs.get() and np.isinf(x).any() else ""


def first_unwanted(xs: Sequence[Any]) -> int | None:
    """The place of the first array with something unwanted."""
    return next((i for i, x in enumerate(xs) if unwanted(x)), None)


def check_op(name: str, operands: Sequence[Any], results: Sequence[Any]) -> None:
    """Refuse the results of an op that has just run on arrays.

    Raises:
      NonFiniteError: one of them holds what is forbidden.
    """
    i = first_unwanted(results)
    if i is not None:
        raise errors.make(errors.NonFiniteError, name, _problem(operands, results[i]), remedy=_REMEDY)


def check_program(label: str, module: Any, name: str, operands: Sequence[Any], results: Sequence[Any]) -> None:
    """Refuse the results of a function of a module that has run on `operands`; `label` is what messages call it.

    Raises:
      NonFiniteError: one of them holds what is forbidden; the message names the op that made it.
    """
    i = first_unwanted(results)
    if i is None:
        return
    module, name = expanded(module, name, "wg-expand-transforms")
    found = _search(module, name, [np.asarray(x) for x in operands])
    if found is None:
        problem = f"expected finite numbers but got {unwanted(results[i])} in result {i}"
        hint = "the program gives finite numbers op by op: the compiled code reorders them, or calls of Python differ"
        raise errors.make(errors.NonFiniteError, label, problem, remedy=hint)
    _refuse(found, label)


class _Found(NamedTuple):
    """The op (or the argument) that is to blame."""

    op: str
    position: tuple[str, int] | None
    names: tuple[str, ...]
    operands: list[Any]
    result: Any


def _run(module: Any, name: str, data: Sequence[Any], into: dict[int, Any] | None = None) -> list[Any]:
    """The results of a function, every call interpreted; all values are put `into` a dict by their ids."""
    program = Program(module, name)
    instructions = [i for i in module.program(name)[0] if short_name(i[0]) != "constant"]
    values = {i: x for i, x in enumerate(program.template) if x is not None} if into is None else into
    values.update((i, x) for i, x in enumerate(program.template) if x is not None)
    values.update(zip(program.arguments, data, strict=True))
    for (kernel, operands, results, _), (op, *_, attrs, _) in zip(program.steps, instructions, strict=True):
        given = [values[i] for i in operands]
        if op in ("func.call", "call"):
            made: Any = _run(module, attrs["callee"], given)
        else:
            made = kernel(*given)
        if isinstance(results, int):
            values[results] = made
        else:
            values.update(zip(results, made, strict=True))
    return [values[i] for i in program.results]


def _search(module: Any, name: str, data: Sequence[Any]) -> _Found | None:
    values: dict[int, Any] = {}
    token = start_quiet()
    try:
        results = _run(module, name, data, values)
    finally:
        stop_quiet(token)
    place = first_unwanted(results)
    if place is None:
        return None
    instructions, arguments, outputs = module.program(name)[:3]
    maker = {r: k for k, instruction in enumerate(instructions) for r in instruction[2]}
    value = outputs[place]
    while value in maker:
        operands = instructions[maker[value]][1]
        sources = [i for i in operands if unwanted(values[i])]
        if not sources:
            break
        value = sources[0]
    if value not in maker:
        return _Found(f"argument {arguments.index(value)}", None, (), [], values[value])
    at = maker[value]
    op, operands, _, attrs, position, *_ = instructions[at]
    given = [values[i] for i in operands]
    if op in ("func.call", "call"):
        deeper = _search(module, attrs["callee"], given)
    elif op in STRUCTURED:
        functions = {key: _all_of(attrs[key], module) for key in FUNCTIONS[op]}
        rest = {key: value for key, value in attrs.items() if key not in functions}
        deeper = _search_inside(op, functions, rest, given)
    else:
        deeper = None
    return deeper or _Found(short_name(op), position, module.scopes(name)[at], given, values[value])


def _all_of(names: Any, module: Any) -> Any:
    return [(module, n) for n in names] if isinstance(names, tuple) else (module, names)


def _search_inside(op: str, functions: dict[str, Any], attrs: dict[str, Any], data: Sequence[Any]) -> _Found | None:
    """Search the run of a function that made something unwanted of operands without, among those that an op runs."""
    suspects: list[tuple[Any, str, tuple[Any, ...]]] = []

    def runner(module: Any, name: str) -> Any:
        if has_transforms(module, name):
            module, name = expanded(module, name, "wg-expand-transforms")

        def run(*given: Any) -> list[Any]:
            results = _run(module, name, given)
            if not suspects and first_unwanted(results) is not None and first_unwanted(given) is None:
                suspects.append((module, name, given))
            return results

        return run

    runners = {key: [runner(*f) for f in v] if isinstance(v, list) else runner(*v) for key, v in functions.items()}
    token = start_quiet()
    try:
        STRUCTURED[op](*data, **runners, **attrs)
    finally:
        stop_quiet(token)
    return _search(*suspects[0]) if suspects else None


def check_structured(op: Any, operands: Sequence[Any], results: Sequence[Any]) -> None:
    """Refuse the results of a branch or loop that has just run on arrays; see `check_program`."""
    i = first_unwanted(results)
    if i is None:
        return
    found = _search_inside(op.name, op.functions, op.attrs, operands)
    if found is None:
        check_op(op.name, operands, results)
    else:
        _refuse(found, op.name)


_GIVEN = "look where the argument comes from, or end the check with config.update('debug_nans', False)"
_REMEDY = (
    "keep its operands where it is defined, e.g. wengert.numpy.where(x > 0, x, 1) before a log; "
    "config.update('debug_nans', False) ends the check"
)


def _refuse(found: _Found, label: str) -> NoReturn:
    problem = _problem(found.operands, found.result)
    chain = list(transform_chain())
    if found.position is None:  # no op is to blame
        problem, location = f"{problem} of {found.op}", errors.user_location()
        message = errors.describe(label or "call", problem, location=location, transforms=chain, remedy=_GIVEN)
        raise errors.NonFiniteError(message) from None
    # The names are the scopes, among which traces put theirs while results are checked, and the function of the line.
    scopes = found.names[0].split("/") if len(found.names) > 1 else []
    chain += scopes[len(chain) :] if scopes[: len(chain)] == chain else scopes
    location = (*found.position, found.names[-1] if found.names else "?")
    message = errors.describe(found.op, problem, location=location, transforms=chain, remedy=_REMEDY)
    raise errors.NonFiniteError(message) from None


def _problem(operands: Sequence[Any], result: Any) -> str:
    """What is wrong with a result: the first place, and what stands there in operands of the same shape."""
    result = np.asarray(result)
    what = unwanted(result)
    bad = np.isnan(result) if what == "nan" else np.isinf(result)
    index = tuple(int(i) for i in np.argwhere(bad)[0])
    at = f" at index {index}" if index else ""
    shape = f"{result.dtype.name}[{','.join(map(str, result.shape))}]"
    near = [x for x in map(np.asarray, operands) if x.shape in (result.shape, ()) and x.dtype.kind != "V"]
    given = [str(x[index] if x.shape == result.shape else x[()]) for x in near]
    source = f", from {' and '.join(given)}" if given else ""
    return f"expected finite numbers but got {what} in {shape}{at}{source}"
