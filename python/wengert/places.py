# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Where arrays are: always the memory of the CPU, under the names that programs ask by.

Compiled modules may run elsewhere (the target of `jit`); their results come back to this memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from wengert import errors

__all__ = ["CPU", "Device", "Format", "Shard", "Sharding", "SingleDeviceSharding", "check_device"]


class Device:
    """A device that arrays live on: the CPU's memory.

    >>> import wengert as wg
    >>> wg.numpy.ones(2).device, wg.numpy.ones(2).device.platform
    (CpuDevice(id=0), 'cpu')
    """

    def __init__(self, platform: str = "cpu", id: int = 0):
        self.platform = platform
        self.device_kind = platform
        self.id = id
        self.process_index = 0

    def __repr__(self) -> str:
        return f"{self.platform.capitalize()}Device(id={self.id})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Device) and (self.platform, self.id) == (other.platform, other.id)

    def __hash__(self) -> int:
        return hash((self.platform, self.id))


CPU = Device()


class Sharding:
    """How an array is laid out over devices: always whole, on the one device."""

    is_fully_replicated = is_fully_addressable = True
    num_devices = 1
    memory_kind: str | None = "device"

    @property
    def device_set(self) -> set[Device]:
        """The set of its devices."""
        return {CPU}

    addressable_devices = device_set

    def shard_shape(self, global_shape: Sequence[int]) -> tuple[int, ...]:
        """The shape of the part of an array on the device, which is all of it."""
        return tuple(global_shape)


class SingleDeviceSharding(Sharding):
    """An array on one device.

    Raises:
      DeviceError: `device` is not the CPU.

    >>> import wengert as wg
    >>> wg.numpy.ones(2).sharding
    SingleDeviceSharding(device=CpuDevice(id=0))
    """

    def __init__(self, device: Any = None, *, memory_kind: str | None = None):
        check_device("SingleDeviceSharding", device)
        self.device = CPU

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SingleDeviceSharding)

    def __hash__(self) -> int:
        return hash(SingleDeviceSharding)

    def __repr__(self) -> str:
        return f"SingleDeviceSharding(device={CPU})"


class Format(NamedTuple):
    """How an array lies in memory: the dimensions from the slowest to the fastest, and the sharding."""

    major_to_minor: tuple[int, ...]
    sharding: SingleDeviceSharding


class Shard:
    """The part of an array on one device: all of it."""

    device = CPU
    replica_id = 0

    def __init__(self, data: Any):
        self.data = data
        self.index = (slice(None),) * data.ndim

    def __repr__(self) -> str:
        return f"Shard(device={CPU}, index={self.index}, replica_id=0, data={self.data})"


def check_device(function: str, device: Any) -> None:
    """Refuse a device that arrays cannot be on; None, "cpu", the CPU's device and a sharding on it pass.

    Raises:
      DeviceError: it is another.

    >>> check_device("zeros", "cpu")
    """
    if device is None or device is CPU or isinstance(device, Sharding):
        return
    if device != "cpu" and device != CPU:
        raise errors.make(
            errors.DeviceError,
            function,
            f"expected the device {CPU!r}, which may be written 'cpu', but got {device!r}",
            remedy="leave the argument out; the setting `target` says what jit compiles for",
        )
