# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Looking into programs while they run.

>>> import wengert as wg
>>> @wg.jit
... def f(x):
...     y = x * 2.0
...     wg.debug.print("y = {y:.1f}", y=y)
...     return y + 1.0
>>> f(3.0)
y = 6.0
Array(7., dtype=float32, weak_type=True)
"""

from __future__ import annotations

import os
import string
import sys
from collections.abc import Callable, Sequence
from typing import Any

from wengert import callbacks
from wengert.array import Array
from wengert.trace import Tracer
from wengert.trees import tree_flatten, tree_unflatten

__all__ = ["breakpoint", "callback", "print", "set_breakpoint_hook"]


def callback(function: Callable[..., None], /, *args: Any, ordered: bool = False, **kwargs: Any) -> None:
    """Call a Python function for its side effect, each time that the program gets there; its result is ignored.

    It works under every transform: `grad` and `jvp` call it once with the values, `vmap` for each example (with
    `ordered` it refuses). What is no array among the arguments is passed on as it is.

    Args:
      function: called with arrays in the structure of `args` and `kwargs`.
      ordered: whether the calls of one program keep their order.

    >>> import wengert as wg
    >>> seen = []
    >>> wg.grad(lambda x: (wg.debug.callback(lambda v: seen.append(float(v)), x), x**2)[1])(3.0)
    Array(6., dtype=float32, weak_type=True)
    >>> seen
    [3.0]
    """
    if not callable(function):
        raise TypeError(f"debug.callback: expected a function but got {type(function).__name__}")
    _call(function, args, kwargs, ordered, "debug.callback")


def _call(
    function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], ordered: bool, name: str
) -> None:
    leaves, tree = tree_flatten((args, kwargs))
    at = [i for i, x in enumerate(leaves) if _is_array(x)]

    def with_rest(*arrays: Any) -> None:
        given = list(leaves)
        for i, x in zip(at, arrays, strict=True):
            given[i] = x
        positional, named = tree_unflatten(tree, given)
        function(*positional, **named)

    arrays = tuple(leaves[i] for i in at)
    leaves = [None if i in at else x for i, x in enumerate(leaves)]  # no tracer outlives its trace
    callbacks.call(with_rest, arrays, {}, None, name=name, effect="ordered" if ordered else "unordered")


def _is_array(x: Any) -> bool:
    return type(x) in (Array, Tracer) or (hasattr(x, "__array__") and hasattr(x, "dtype"))


class _Formatter(string.Formatter):
    def check_unused_args(self, used: Any, args: Sequence[Any], kwargs: Any) -> None:
        if unused := [i for i in range(len(args)) if i not in used] + [k for k in kwargs if k not in used]:
            raise ValueError(
                f"debug.print: expected every argument to be named in the format but got {unused[0]!r} besides: "
                "pass the format itself, not an f-string, which is filled while the function is traced"
            )


_formatter = _Formatter()


class _Placeholder:
    """Stands for any value while a format is checked."""

    def __format__(self, spec: str) -> str:
        return ""

    def __getattr__(self, name: str) -> Any:
        return self

    def __getitem__(self, index: Any) -> Any:
        return self


def print(fmt: str, *args: Any, ordered: bool = False, **kwargs: Any) -> None:
    """Print values of a running program, formatted as by `str.format`.

    Args:
      fmt: the format, with a place for each argument.
      args, kwargs: arrays, or anything else that Python can format.
      ordered: whether the lines of one program keep their order; `vmap` refuses such a print.

    Raises:
      ValueError: an argument has no place in `fmt`; KeyError, IndexError: a place has no argument.

    >>> import wengert as wg
    >>> wg.vmap(lambda x: wg.debug.print("x = {}", x))(wg.numpy.arange(2))
    x = 0
    x = 1
    """
    if not isinstance(fmt, str):
        raise TypeError(f"debug.print: expected a format of type str but got {type(fmt).__name__}")
    _formatter.vformat(fmt, [_Placeholder()] * len(args), dict.fromkeys(kwargs, _Placeholder()))

    def write(*values: Any, **named: Any) -> None:
        sys.stdout.write(fmt.format(*values, **named) + "\n")

    _call(write, args, kwargs, ordered, "debug.print")


def breakpoint(
    *args: Any,
    stdin: Any = None,
    stdout: Any = None,
    ordered: bool = False,
    hook: Any = None,
    backend: Any = None,
    filter_frames: bool = True,
    num_frames: int | None = None,
    token: Any = None,
    **kwargs: Any,
) -> None:
    """Stop when the program gets here, and look at the values of local variables in a small debugger.

    Under `jit` it stops each time that the compiled program gets here, under `grad` once with the values, under `vmap`
    for each example. What the debugger sees are the local variables of the calling function as they were when it was
    traced, with the values that arrays have now; `h` lists its commands (`p`, `locals`, `where`, `list`, `c`, `q`).
    With PYTHONBREAKPOINT=0 nothing stops. Without a terminal, or an end of input, it prints where it is and goes on.

    Args:
      args, kwargs: further values, shown as `args` and by their names.
      stdin, stdout: files in the place of the terminal.
      ordered: whether the stops of one program keep their order; `vmap` refuses then.
      hook: called with a `wengert.debugger.Frame` instead of the debugger; `set_breakpoint_hook` sets one for all.
      backend, filter_frames, num_frames, token: accepted for programs that pass them.

    Raises:
      SystemExit: the user has quit.

    >>> import wengert as wg
    >>> @wg.jit
    ... def f(x):
    ...     y = x * 2.0
    ...     wg.debug.breakpoint(hook=lambda frame: frame.locals["y"])
    ...     return y
    >>> f(3.0)
    Array(6., dtype=float32, weak_type=True)
    """
    from wengert import debugger

    if os.environ.get("PYTHONBREAKPOINT") == "0":
        return
    frame, values = debugger.capture(args, kwargs)

    def stop(values: dict[str, Any]) -> None:
        debugger.stop(frame.with_values(values), hook, stdin, stdout)

    _call(stop, (values,), {}, ordered, "debug.breakpoint")


def set_breakpoint_hook(hook: Callable[[Any], None] | None) -> Callable[[Any], None] | None:
    """Call `hook` with a `wengert.debugger.Frame` where programs stop, in the place of the debugger; None ends that.

    Returns:
      the hook before it.

    >>> import wengert as wg
    >>> def show(frame):
    ...     wg.debug.print("x is {}", frame.locals["x"])
    >>> before = wg.debug.set_breakpoint_hook(show)
    >>> def f(x):
    ...     wg.debug.breakpoint()
    ...     return x * x
    >>> wg.grad(f)(3.0)
    x is 3.0
    Array(6., dtype=float32, weak_type=True)
    >>> wg.debug.set_breakpoint_hook(before) is show
    True
    """
    from wengert import debugger

    before, debugger.hook = debugger.hook, hook
    return before
