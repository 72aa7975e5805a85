# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A program written for wengert, run over another library with the same names: JAX.

The source is executed once more with the modules of JAX under the names of wengert's. What JAX has no counterpart of
and is itself written over these names, `wengert.optim` and `wengert.nn.layers`, is executed once more in the same way,
so that both libraries run the same lines. What does not compute (messages of errors, shapes) stays wengert's.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

SHARED = ("wengert.optim", "wengert.nn.layers")  # written over the other modules, by their public names
ELSEWHERE = {"wengert.autodiff": "jax", "wengert.ode": "jax.experimental.ode"}


class First(Exception):
    """Raised by a call of the jitted function that is looked for: `function` and `args` are its own."""

    def __init__(self, function: Callable[..., Any], args: tuple[Any, ...]):
        super().__init__(function.__name__)
        self.function, self.args = function, args


class _Caught:
    """What `jit` gives for a function that is looked for."""

    def __init__(self, function: Callable[..., Any]):
        self.function = function

    def __call__(self, *args: Any) -> Any:
        raise First(self.function, args)

    trace = __call__  # the first stage of those who compile before they call


def _operands() -> dict[str, Any]:
    """The helpers of wengert.lax that its optimizers use, for JAX's arrays."""
    import jax

    from wengert.lax._operands import axis_tuple

    return {
        "as_array": lambda function, x: jax.numpy.asarray(x),
        "axis_tuple": axis_tuple,
        "convert": lambda x, dtype, weak=False: jax.lax.convert_element_type(x, dtype),
    }


class _View(ModuleType):
    """A module of wengert's name: the names of JAX's, or else wengert's own."""

    def __getattr__(self, name: str) -> Any:
        world, _, path = self.__name__.partition(".")
        over, own = _WORLDS[world], ".".join(filter(None, ("wengert", path)))
        if name.startswith("__"):
            raise AttributeError(name)
        if over.library != "wengert" and any(m.startswith(f"{own}.{name}") for m in (*SHARED, *ELSEWHERE)):
            return importlib.import_module(f"{self.__name__}.{name}")
        # Functions of shapes compute no arrays, and wengert's take more.
        homes = (own,) if name.endswith("_shape_tuple") else (over.theirs(own), own)
        for home in filter(None, homes):
            try:
                return getattr(importlib.import_module(home), name)
            except (AttributeError, ImportError):
                continue
        raise AttributeError(f"{self.__name__} has no {name}")


_WORLDS: dict[str, Over] = {}


class Over(MetaPathFinder, Loader):
    """Modules over `library` ("wengert" or "jax"), imported under a root of their own; see `over`."""

    def __init__(self, library: str):
        self.library, self.root = library, f"_over_{library}"
        self.wanted = ""
        _WORLDS[self.root] = self
        sys.meta_path.insert(0, self)

    def first_call(
        self, path: Path, wanted: str, run: Callable[[ModuleType], object]
    ) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """The first call, in `run` of the program at `path`, of a jitted function of the name `wanted`.

        Returns:
          the function and its arguments.

        Raises:
          LookupError: there was none.
        """
        if str(path.parent) not in sys.path:
            sys.path.append(str(path.parent))  # its neighbours
        self.wanted = wanted
        try:
            module = ModuleType(path.stem)
            self._execute(path.read_text(), module)
            run(module)
        except First as found:
            return found.function, found.args
        finally:
            self.wanted = ""
        raise LookupError(f"{path.name}: expected a call of a jitted {wanted} but there was none")

    def theirs(self, own: str) -> str | None:
        """The module that stands for `own` of wengert; None if it is only wengert's."""
        if self.library == "wengert":
            return own
        name = ELSEWHERE.get(own, "jax" + own.removeprefix("wengert"))
        try:
            importlib.import_module(name)
        except ImportError:
            return None
        return name

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        return ModuleSpec(fullname, self, is_package=True) if fullname.partition(".")[0] == self.root else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _View(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        own = "wengert" + module.__name__.removeprefix(self.root)
        if own == "wengert":
            module.__dict__["jit"] = self._jit
        elif self.library != "wengert" and own.startswith(SHARED):
            self._execute(inspect.getsource(importlib.import_module(own)), module)
        elif self.library != "wengert" and own == "wengert.lax._operands":
            module.__dict__.update(_operands())

    def _execute(self, source: str, module: ModuleType) -> None:
        translated = re.sub(r"\bwengert\b", self.root, source)
        exec(compile(translated, module.__name__, "exec"), module.__dict__)

    def _jit(self, function: Callable[..., Any], **settings: Any) -> Any:
        if function.__name__ == self.wanted:
            return _Caught(function)
        return importlib.import_module(self.library).jit(function, **settings)


@functools.cache
def over(library: str) -> Over:
    """The one world of a library."""
    return Over(library)
