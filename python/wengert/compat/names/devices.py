# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Programs for many devices, over the one that there is: `shard_map`, and arrays made of the parts on each device."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from wengert import api
from wengert import numpy as wnp
from wengert.compat.errors import CompatError
from wengert.errors import make
from wengert.sharding import AxisType, Mesh, get_mesh
from wengert.sharding import set_mesh as use_abstract_mesh
from wengert.trees import tree_map

__all__ = [
    "AbstractMesh", "get_abstract_mesh", "make_array_from_callback",
    "make_array_from_process_local_data", "make_array_from_single_device_arrays", "reshard", "shard_map",
    "use_abstract_mesh",
]  # fmt: skip


def reshard(xs: Any, out_shardings: Any) -> Any:
    """`xs`: over one device there is one way to lay it out.

    >>> reshard(3, None)
    3
    """
    return xs


class AbstractMesh(Mesh):
    """The names and sizes of the axes of a mesh; as there is one device, they are of size 1.

    Raises:
      CompatError: an axis is of another size.

    >>> AbstractMesh((1, 1), ("x", "y")).size
    1
    """

    def __init__(self, axis_sizes: Sequence[int], axis_names: Sequence[str], axis_types: Any = None, **_: Any):
        if any(n != 1 for n in axis_sizes):
            raise make(
                CompatError, "AbstractMesh", f"expected axes of size 1 but got {tuple(axis_sizes)}",
                remedy="use jax.vmap with axis_name, whose collectives work",
            )  # fmt: skip
        import numpy as np

        from wengert.places import CPU

        devices = np.empty((1,) * len(axis_names), object)
        if axis_names:
            devices.flat[0] = CPU
        if isinstance(axis_types, AxisType):
            axis_types = (axis_types,) * len(axis_names)
        super().__init__(devices, axis_names, axis_types=axis_types)


def get_abstract_mesh() -> AbstractMesh:
    """The names of the axes of the mesh that was set last.

    >>> get_abstract_mesh().empty
    True
    """
    mesh = get_mesh()
    return AbstractMesh((1,) * len(mesh.axis_names), mesh.axis_names, mesh.axis_types)


def shard_map(
    f: Callable[..., Any] | None = None, /, *, mesh: Any = None, in_specs: Any = None, out_specs: Any = None, **_: Any
) -> Any:
    """The function on the part of each device: over one device, on the whole, with the axes of the mesh for its
    collectives.

    Raises:
      CompatError: there is no mesh.

    >>> from wengert.sharding import make_mesh
    >>> from wengert import lax
    >>> mean = shard_map(lambda x: lax.pmean(x.sum(), "x"), mesh=make_mesh((1,), ("x",)), in_specs=None, out_specs=None)
    >>> float(mean(wnp.arange(4.0)))
    6.0
    """
    if f is None:
        return lambda fun: shard_map(fun, mesh=mesh, in_specs=in_specs, out_specs=out_specs)
    mesh = get_mesh() if mesh is None else mesh
    if mesh.empty:
        raise make(
            CompatError, "shard_map", "expected a mesh but there is none",
            remedy="pass mesh=jax.make_mesh((1,), (name,))",
        )  # fmt: skip
    call: Callable[..., Any] = f
    for name in mesh.axis_names:
        call = _with_axis(call, name)
    return call


def _with_axis(fun: Callable[..., Any], name: str) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        whole = api.vmap(fun, in_axes=None, axis_size=1, axis_name=name)(*args)
        return tree_map(lambda x: x[0], whole)

    return call


def make_array_from_callback(
    shape: Sequence[int], sharding: Any, data_callback: Callable[[Any], Any], dtype: Any = None
) -> Any:
    """The array whose part for an index is what the callback returns; the one part is the whole.

    >>> import numpy as np
    >>> make_array_from_callback((3,), None, lambda index: np.arange(10)[:3][index])
    Array([0, 1, 2], dtype=int32)
    """
    return _of_shape(data_callback((slice(None),) * len(shape)), shape, dtype, "make_array_from_callback")


def make_array_from_process_local_data(sharding: Any, local_data: Any, global_shape: Any = None) -> Any:
    """The array of the data of each process, of which there is one."""
    return _of_shape(local_data, global_shape, None, "make_array_from_process_local_data")


def make_array_from_single_device_arrays(
    shape: Sequence[int], sharding: Any, arrays: Sequence[Any], *, dtype: Any = None
) -> Any:
    """The array of the parts on each device, of which there is one.

    Raises:
      CompatError: there is another number of parts, or the part has another shape.
    """
    if len(arrays) != 1:
        raise make(
            CompatError, "make_array_from_single_device_arrays", f"expected 1 part but got {len(arrays)}",
            remedy="wengert runs on one device: concatenate the parts",
        )  # fmt: skip
    return _of_shape(arrays[0], shape, dtype, "make_array_from_single_device_arrays")


def _of_shape(data: Any, shape: Any, dtype: Any, function: str) -> Any:
    x = wnp.asarray(data, dtype)
    if shape is not None and x.shape != tuple(shape):
        raise make(CompatError, function, f"expected data of the shape {tuple(shape)} but got {x.shape}")
    return x
