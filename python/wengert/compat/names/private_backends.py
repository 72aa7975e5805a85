# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""`jax._src.xla_bridge`: which backends there are, of which chex asks before it sets a number of devices: the one."""

from typing import Any

from wengert.places import CPU

__all__ = ["_backends"]

_backends: dict[str, Any] = {"cpu": CPU}
