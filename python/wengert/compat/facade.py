# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The modules that stand for those of jax, and the finder that puts them into `import`."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from wengert.compat import modules
from wengert.compat.errors import JaxModuleError, JaxNameError
from wengert.compat.missing import module_of, refuse

_ROOTS = ("jax", "jaxlib")
_NOTHING = object()
_OURS = frozenset(("annotations", "TYPE_CHECKING", "Any"))  # what a module of wengert has imported for itself


def _public(value: Any, name: str) -> bool:
    # Modules are shown by the table only: wengert.numpy has imported numpy and its own parts.
    return not name.startswith("_") and name not in _OURS and not isinstance(value, ModuleType)


def _names(module: str) -> set[str]:
    found = {n.rpartition(".")[2] for n in modules.known() if n.rpartition(".")[0] == module}
    for source in modules.sources(module):
        home = module_of(source)
        held = getattr(home, "__dict__", {})
        parts = {part.name for part in pkgutil.iter_modules(held.get("__path__", []))}
        # A package that looks names up when they are used says which in __dir__.
        listed = dir(home) if "__dir__" in held or "__all__" not in held else held["__all__"]
        for name in listed:
            # Parts of the package that are not loaded yet are no names either.
            if _public(held.get(name, _NOTHING), name) and (name in held or name not in parts):
                found.add(name)
    return found


def lookup(module: str, name: str) -> Any:
    """The object that a name of a module of jax stands for.

    Raises:
      AttributeError: wengert has none.
    """
    if modules.sources(f"{module}.{name}") and module_of(modules.sources(f"{module}.{name}")[0]) is not None:
        return importlib.import_module(f"{module}.{name}")
    for source in modules.sources(module):
        home = module_of(source)
        value = getattr(home, name, _NOTHING)
        # `__version__` is public, other names with underscores are not.
        if value is not _NOTHING and (_public(value, name) or (name in getattr(home, "__all__", ()))):
            return value
    raise AttributeError(name)


class Facade(ModuleType):
    """A module of jax: a view of modules of wengert. A name is looked up when it is first used."""

    def __getattr__(self, name: str) -> Any:
        own = self.__name__
        if name == "__all__":
            return sorted(_names(own))
        if name.startswith("__") and name.endswith("__") and name not in ("__version__", "__version_info__"):
            raise AttributeError(f"module {own!r} has no attribute {name!r}")
        try:
            value = lookup(own, name)
        except AttributeError:
            raise refuse(JaxNameError, own, name, _names(own)) from None
        self.__dict__[name] = value
        return value

    def __dir__(self) -> list[str]:
        return sorted({*_names(self.__name__), *self.__dict__})

    def __repr__(self) -> str:
        return f"<module {self.__name__!r}: wengert behind the names of jax>"


class FacadeLoader(Loader):
    """Makes the views."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        if spec.name == "jax.config":
            from wengert.compat.config import ConfigModule

            return ConfigModule(spec.name)
        return Facade(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        found = [s for s in modules.sources(module.__name__) if module_of(s) is not None]
        module.__doc__ = f"`{module.__name__}` as wengert has it: the names of {', '.join(found) or 'wengert'}."


class Finder(MetaPathFinder):
    """Finds `jax` and everything below it, whether it is there or not: a real jax is never mixed in."""

    _loader = FacadeLoader()

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: Any = None) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in _ROOTS:
            return None
        found = modules.sources(fullname)
        if not any(module_of(s) is not None for s in found):
            raise self._missing(fullname)
        return ModuleSpec(fullname, self._loader, is_package=True, origin="wengert.compat")

    def _missing(self, fullname: str) -> JaxModuleError:
        parent, _, last = fullname.rpartition(".")
        error = refuse(JaxModuleError, parent, last, _names(parent))
        # `from jax import x` asks for a module jax.x when jax has no x, and forgets an error that names just that
        # module; then Python says less than we do.
        error.name = parent if _in_fromlist() else fullname
        return error


def _in_fromlist() -> bool:
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith((__file__, "<frozen importlib")):
        if frame.f_code.co_name == "_handle_fromlist":
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False
