# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Shardings over one device: meshes whose axes are of size 1, on which nothing is split. Names of `jax.sharding`.

>>> import wengert as wg, wengert.numpy as wnp
>>> wnp.ones(3).sharding
SingleDeviceSharding(device=CpuDevice(id=0))
>>> wg.typeof(wnp.ones(3)).sharding
NamedSharding(mesh=Mesh(), spec=PartitionSpec(None))
"""

from __future__ import annotations

import collections
import contextlib
import enum
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from wengert.errors import WengertError, make
from wengert.places import CPU, Sharding, SingleDeviceSharding

__all__ = [
    "AxisType", "Mesh", "NamedSharding", "PartitionSpec", "Sharding", "ShardingError", "SingleDeviceSharding",
    "get_mesh", "make_mesh", "set_mesh", "use_mesh",
]  # fmt: skip


class ShardingError(WengertError, ValueError):
    """A mesh or a sharding needs more than the one device that there is.

    >>> import wengert.sharding
    >>> try:
    ...     wengert.sharding.make_mesh((2,), ("x",))
    ... except wengert.sharding.ShardingError as e:
    ...     print(str(e).splitlines()[0])
    make_mesh: expected axes of size 1 but got (2,)
    """


class AxisType(enum.Enum):
    """Who decides how an axis is split. Over one device nothing is."""

    Auto = enum.auto()
    Explicit = enum.auto()
    Manual = enum.auto()


class PartitionSpec(tuple):
    """For each dimension the axis (or the axes) of the mesh that it is split over, or None.

    >>> PartitionSpec("x", None)
    PartitionSpec('x', None)
    """

    def __new__(cls, *partitions: Any, **_: Any) -> PartitionSpec:
        return super().__new__(cls, partitions)

    UNCONSTRAINED = None  # over one device there is nothing to choose

    def __repr__(self) -> str:
        return f"PartitionSpec({', '.join(map(repr, self))})"


class Mesh(contextlib.ContextDecorator):
    """An array of devices with named axes; there is one device, so every axis is of size 1.

    Raises:
      ShardingError: another number of devices, or of names.

    >>> dict(Mesh(np.array([CPU]), ("data",)).shape)
    {'data': 1}
    """

    def __init__(self, devices: Any, axis_names: str | Sequence[str], *, axis_types: Any = None):
        self.devices = np.asarray(devices, dtype=object)
        self.axis_names = (axis_names,) if isinstance(axis_names, str) else tuple(axis_names)
        self.axis_types = axis_types if axis_types is not None else (AxisType.Auto,) * len(self.axis_names)
        if self.devices.ndim == 0 and not self.axis_names:
            return
        if self.devices.size != 1 or self.devices.flat[0] != CPU:
            got = self.devices.ravel().tolist()
            raise make(
                ShardingError, "Mesh", f"expected the one device {[CPU]} but got {got}",
                remedy="make the mesh of jax.devices() with axes of size 1",
            )  # fmt: skip
        if self.devices.ndim != len(self.axis_names):
            raise make(
                ShardingError, "Mesh",
                f"expected a name for each of {self.devices.ndim} axes but got {self.axis_names}",
                remedy="give as many names as the array of devices has dimensions",
            )  # fmt: skip

    @property
    def shape(self) -> collections.OrderedDict[str, int]:
        """The sizes by name."""
        return collections.OrderedDict(zip(self.axis_names, self.devices.shape, strict=True))

    @property
    def size(self) -> int:
        """The number of devices."""
        return int(self.devices.size)

    @property
    def empty(self) -> bool:
        """Whether there are no axes."""
        return not self.axis_names

    @property
    def are_all_axes_explicit(self) -> bool:
        """Whether every axis is explicit, False without axes."""
        return bool(self.axis_types) and all(t is AxisType.Explicit for t in self.axis_types)

    @property
    def are_all_axes_auto(self) -> bool:
        """Whether every axis is automatic, False without axes."""
        return bool(self.axis_types) and all(t is AxisType.Auto for t in self.axis_types)

    def __enter__(self) -> Mesh:
        _active.meshes = (*_meshes(), self)
        return self

    def __exit__(self, *_: Any) -> None:
        _active.meshes = _meshes()[:-1]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Mesh) and (self.axis_names, self.shape) == (other.axis_names, other.shape)

    def __hash__(self) -> int:
        return hash(self.axis_names)

    def __repr__(self) -> str:
        axes = ", ".join(f"{name!r}: {size}" for name, size in self.shape.items())
        return f"Mesh({axes})"


class NamedSharding(Sharding):
    """An array whose dimensions are named after the axes of a mesh; over one device none is split.

    Raises:
      ShardingError: the mesh has no axis of a name in the spec.

    >>> NamedSharding(make_mesh((1,), ("x",)), PartitionSpec("x")).shard_shape((4, 2))
    (4, 2)
    """

    def __init__(self, mesh: Mesh, spec: PartitionSpec, *, memory_kind: str | None = None):
        named = {n for part in spec if part is not None for n in ((part,) if isinstance(part, str) else part)}
        unknown = sorted(map(str, named - set(mesh.axis_names)))
        if unknown:
            raise make(
                ShardingError, "NamedSharding", f"expected axes of {mesh} but got {', '.join(unknown)}",
                remedy="name axes that the mesh has",
            )  # fmt: skip
        self.mesh, self.spec, self.memory_kind = mesh, spec, memory_kind

    def update(self, **changes: Any) -> NamedSharding:
        """This sharding with another `mesh`, `spec` or `memory_kind`."""
        return NamedSharding(**{"mesh": self.mesh, "spec": self.spec, **changes})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NamedSharding) and (self.mesh, self.spec) == (other.mesh, other.spec)

    def __hash__(self) -> int:
        return hash((self.mesh, self.spec))

    def __repr__(self) -> str:
        return f"NamedSharding(mesh={self.mesh!r}, spec={self.spec!r})"


def make_mesh(
    axis_shapes: Sequence[int], axis_names: Sequence[str], axis_types: Any = None, *, devices: Any = None
) -> Mesh:
    """The mesh of the one device.

    Raises:
      ShardingError: an axis of another size than 1.

    >>> make_mesh((1, 1), ("data", "model"))
    Mesh('data': 1, 'model': 1)
    """
    shape = tuple(axis_shapes)
    if any(size not in (1, -1) for size in shape):
        raise make(
            ShardingError, "make_mesh", f"expected axes of size 1 but got {shape}",
            remedy="there is one device: give every axis the size 1",
        )  # fmt: skip
    found = list(devices) if devices is not None else [CPU]
    return Mesh(np.array(found, dtype=object).reshape((1,) * len(shape)), axis_names, axis_types=axis_types)


def of_aval(aval: Any) -> NamedSharding:
    """The sharding of an abstract value: over a mesh without axes."""
    return NamedSharding(_EMPTY, PartitionSpec(*(None,) * len(aval.shape)))


class set_mesh(contextlib.AbstractContextManager[Mesh]):
    """From now on, or inside a `with`, `get_mesh` gives this mesh; everything is on the one device anyway.

    >>> with set_mesh(make_mesh((1,), ("x",))) as mesh:
    ...     print(get_mesh())
    Mesh('x': 1)
    >>> get_mesh()
    Mesh()
    """

    def __init__(self, mesh: Mesh):
        self.mesh = mesh
        self._before = _meshes()
        _active.meshes = (*self._before, mesh)

    def __enter__(self) -> Mesh:
        return self.mesh

    def __exit__(self, *_: Any) -> None:
        _active.meshes = self._before


def get_mesh() -> Mesh:
    """The mesh that was set last, one without axes if none is.

    >>> with make_mesh((1,), ("x",)):
    ...     print(get_mesh())
    Mesh('x': 1)
    """
    meshes = _meshes()
    return meshes[-1] if meshes else _EMPTY


use_mesh = set_mesh

_EMPTY = Mesh(None, ())
_active = threading.local()


def _meshes() -> tuple[Mesh, ...]:
    return getattr(_active, "meshes", ())
