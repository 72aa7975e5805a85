# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What arrays and tracers answer when they are asked where they are: in the memory of the CPU, whole and ready."""

from __future__ import annotations

from typing import Any

from wengert.places import CPU, Device, Format, Shard, SingleDeviceSharding, check_device

_SHARDING = SingleDeviceSharding()


class PlacedMethods:
    """The methods and properties about devices. A subclass has `ndim` and `nbytes`."""

    __slots__ = ()

    @property
    def device(self) -> Device:
        """Where the data is: always the memory of the CPU."""
        return CPU

    def devices(self) -> set[Device]:
        """The set of devices that hold the data."""
        return {CPU}

    def platform(self) -> str:
        """The kind of the device."""
        return CPU.platform

    @property
    def sharding(self) -> SingleDeviceSharding:
        """How the data is spread over devices: it is on one."""
        return _SHARDING

    @property
    def format(self: Any) -> Format:
        """The order of the dimensions in memory, and the sharding."""
        return Format(tuple(range(self.ndim)), _SHARDING)

    @property
    def committed(self) -> bool:
        """Whether the data was put on its device on purpose; with one device nobody can tell."""
        return False

    @property
    def is_fully_addressable(self) -> bool:
        """Whether this process can read all of the data."""
        return True

    @property
    def is_fully_replicated(self) -> bool:
        """Whether every device has all of the data."""
        return True

    def addressable_data(self: Any, index: int) -> Any:
        """The part of the array on device number `index`, of which there is one: the array itself.

        Raises:
          IndexError: `index` is not 0.
        """
        if index not in (0, -1):
            raise IndexError(f"addressable_data: expected the index of the only device, 0, but got {index}")
        return self

    @property
    def addressable_shards(self) -> list[Shard]:
        """The parts of the array on devices of this process: one, the array itself."""
        return [Shard(self)]

    @property
    def global_shards(self) -> list[Shard]:
        """The parts of the array on all devices: one, the array itself."""
        return [Shard(self)]

    def on_device_size_in_bytes(self: Any) -> int:
        """The bytes that the data takes."""
        return self.nbytes

    def to_device(self: Any, device: Any, /, *, stream: Any = None) -> Any:
        """The array itself, which is in the memory of the CPU.

        Raises:
          DeviceError: `device` is not the CPU's.

        >>> import wengert.numpy as wnp
        >>> wnp.ones(1).to_device("cpu")
        Array([1.], dtype=float32)
        """
        check_device("to_device", device)
        return self

    def block_until_ready(self: Any) -> Any:
        """The array itself: it is ready when a function returns it."""
        return self

    def copy_to_host_async(self) -> None:
        """Nothing: the data is in the memory of the host."""

    def is_ready(self) -> bool:
        """Whether the data has been computed."""
        return True

    def is_deleted(self) -> bool:
        """Whether `delete` has been called."""
        return False

    def clone(self: Any) -> Any:
        """The array itself: nobody can change it."""
        return self

    @property
    def traceback(self) -> None:
        """None: arrays do not remember where they were made."""
        return None

    def __dlpack_device__(self) -> tuple[int, int]:
        """The kind and number of the device in the words of DLPack: the CPU."""
        return (1, 0)
