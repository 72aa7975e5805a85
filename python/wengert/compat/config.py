# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax.config`: settings by the names of JAX. Each does what it says or is refused."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from types import ModuleType
from typing import Any

from wengert.compat.errors import CompatError
from wengert.config import config as own
from wengert.errors import make

__all__ = ["ConfigModule", "JaxConfig", "config"]

# Other names of settings that wengert has.
_RENAMED = {"compilation_cache_dir": "cache_dir"}

# Settings of which some values say how things are here anyway; the first is the value that a program reads.
_TRUE_HERE: dict[str, tuple[Any, ...]] = {
    "custom_prng_impl": ("threefry2x32",),
    "default_prng_impl": ("threefry2x32", "threefry"),
    "dynamic_shapes": (False,),
    "numpy_dtype_promotion": ("standard",),
    "numpy_rank_promotion": ("allow",),
    "platform_name": ("cpu", "", None),
    "platforms": ("cpu", "", None),
    "softmax_custom_jvp": (True,),
    "enable_custom_prng": (False, True),
    "legacy_prng_key": ("allow",),
    "use_shardy_partitioner": (True, False),
}

# Settings about what does not exist here, or about reports: any value is kept and changes nothing. Products of
# matrices are always computed in their own type, which is at least the precision that a program asks for.
_KEPT: dict[str, Any] = {
    "array_garbage_collection_guard": "allow",
    "captured_constants_warn_bytes": -1,
    "cpu_collectives_implementation": None,
    "cpu_enable_async_dispatch": True,
    "default_matmul_precision": None,
    "enable_checks": False,
    "enable_compilation_cache": True,
    "include_full_tracebacks_in_locations": True,
    "log_compiles": False,
    "logging_level": None,
    "num_cpu_devices": 1,
    "persistent_cache_enable_xla_caches": "",
    "persistent_cache_min_compile_time_secs": 0.0,
    "persistent_cache_min_entry_size_bytes": 0,
    "raise_persistent_cache_errors": False,
    "traceback_filtering": "auto",
    "transfer_guard": "allow",
    "transfer_guard_device_to_device": "allow",
    "transfer_guard_device_to_host": "allow",
    "transfer_guard_host_to_device": "allow",
}


def _short(name: str) -> str:
    short = name.removeprefix("jax_")
    return _RENAMED.get(short, short)


class JaxConfig:
    """The object `jax.config`.

    >>> config.update("jax_enable_x64", False)
    >>> config.jax_enable_x64, config.jax_numpy_rank_promotion
    (False, 'allow')
    """

    def __init__(self) -> None:
        self._kept = dict(_KEPT)

    def update(self, name: str, value: Any) -> None:
        """Set a value for the process.

        Raises:
          CompatError: wengert cannot do what the value says, or JAX and wengert have no such setting.
        """
        short = _short(name)
        if short in own.options:
            own.update(short, value)
        elif short in _TRUE_HERE:
            self._check(short, value)
        elif short in _KEPT:
            if short == "num_cpu_devices" and value not in (1, -1):
                raise make(
                    CompatError, "jax.config", f"expected num_cpu_devices to be 1 but got {value!r}",
                    remedy="wengert runs on one device; use jax.vmap with axis_name for its collectives",
                )  # fmt: skip
            self._kept[short] = value
        else:
            raise self._unknown(name)

    def _check(self, short: str, value: Any) -> None:
        wanted = _TRUE_HERE[short]
        words = str(value).split(",") if short == "platforms" and value else [value]
        if not any(word in wanted for word in words):
            raise make(
                CompatError, "jax.config", f"expected {short} to be {wanted[0]} but got {value!r}",
                remedy="leave the setting out: wengert has nothing else",
            )  # fmt: skip

    def _unknown(self, name: str) -> Exception:
        settings = sorted({*own.options, *_TRUE_HERE, *_KEPT, *_RENAMED})
        return make(
            CompatError, "jax.config", f"expected one of {', '.join(settings)} but got {name!r}",
            remedy="leave the setting out, or run the program under JAX",
        )  # fmt: skip

    def read(self, name: str) -> Any:
        """The value of a setting."""
        short = _short(name)
        if short == "x64_enabled":
            short = "enable_x64"
        if short in own.options:
            return own.read(short)
        if short in _TRUE_HERE:
            return _TRUE_HERE[short][0]
        if short in _KEPT:
            return self._kept[short]
        raise self._unknown(name)

    @contextlib.contextmanager
    def override(self, name: str, value: Any) -> Iterator[None]:
        """A value inside a `with`."""
        before = self.read(name)
        self.update(name, value)
        try:
            yield
        finally:
            self.update(name, before)

    @property
    def values(self) -> dict[str, Any]:
        """All settings."""
        names = (*own.options, *_TRUE_HERE, *_KEPT)
        return {f"jax_{name}": self.read(name) for name in names}

    def parse_flags_with_absl(self) -> None:
        """Nothing: settings come from `update` and from the environment (`WENGERT_<NAME>`)."""

    config_with_absl = parse_flags_with_absl

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return self.read(name)
        except CompatError as error:
            raise AttributeError(str(error)) from None

    def __repr__(self) -> str:
        return f"<jax.config: {len(self.values)} settings>"


config = JaxConfig()


class ConfigModule(ModuleType):
    """`jax.config` both as the object and as the module of old programs (`from jax.config import config`)."""

    def __getattr__(self, name: str) -> Any:
        return config if name == "config" else getattr(config, name)
