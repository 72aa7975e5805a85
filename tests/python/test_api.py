# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The top-level names."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp


@pytest.mark.parametrize("name", sorted(set(wg.__all__)))
def test_every_name_is_there(name):
    assert getattr(wg, name) is not None
    assert name in dir(wg)


def test_unknown_name():
    with pytest.raises(AttributeError, match="module 'wengert' has no attribute 'pmap_'"):
        wg.pmap_


def test_config_is_the_object():
    assert wg.config.enable_x64 is False
    wg.config.update("enable_x64", False)


def test_import_loads_little():
    code = (
        "import sys, wengert; heavy = ('wengert._native', 'iree', 'scipy', 'wengert.trace', 'wengert.numpy');"
        "print([m for m in heavy if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_env())
    assert out.stdout.strip() == "[]"


def test_eager_programs_do_not_load_the_compiler():
    code = (
        "import sys, wengert.numpy as wnp; print(float(wnp.sin(wnp.ones(3)).sum() * 0));"
        "print([m for m in ('wengert._native', 'iree') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_env())
    assert out.stdout.split("\n")[:2] == ["0.0", "[]"]


def _env():
    import os

    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


def test_devices():
    assert [str(d) for d in wg.devices()] == ["CpuDevice(id=0)"]
    assert wg.devices()[0].platform == wg.default_backend() == "cpu"
    assert wg.devices("cpu") == wg.local_devices()
    assert wg.device_count() == wg.local_device_count() == 1
    assert len({wg.devices()[0], wg.devices()[0]}) == 1
    with pytest.raises(RuntimeError, match="expected the backend 'cpu'"):
        wg.devices("tpu")


def test_moving_data():
    tree = wg.device_put({"a": np.arange(3.0), "b": 1})
    assert isinstance(tree["a"], wg.Array)
    assert tree["a"].dtype == np.float32
    back = wg.device_get(tree)
    assert type(back["a"]) is np.ndarray
    assert wg.block_until_ready(tree) is tree
    assert tree["a"].block_until_ready() is tree["a"]


def test_typeof():
    assert str(wg.typeof(wnp.ones((2, 3)))) == "float32[2,3]"


def test_named_scope_and_call():
    with wg.named_scope("layer"):
        assert float(wg.named_call(wnp.sin, name="s")(0.0)) == 0.0


def test_a_jax_program_with_the_import_changed():
    import wengert as jax
    import wengert.numpy as jnp

    @jax.jit
    def step(params, x, y):
        loss = lambda p: jnp.mean((jnp.dot(x, p["w"]) + p["b"] - y) ** 2)
        grads = jax.grad(loss)(params)
        return jax.tree_map(lambda p, g: p - 0.1 * g, params, grads)

    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 2)).astype(np.float32)
    y = x @ np.float32([1.0, -2.0]) + 0.5
    params = {"w": jnp.zeros(2), "b": jnp.zeros(())}
    for _ in range(100):
        params = step(params, x, y)
    np.testing.assert_allclose(params["w"], [1, -2], atol=1e-3)
    np.testing.assert_allclose(params["b"], 0.5, atol=1e-3)


def test_device_put_and_aliases():
    x = wnp.arange(3)
    assert wg.device_put(x) is x and wg.device_put(x, may_alias=True) is x
    y = wg.device_put(x, may_alias=False)
    assert y is not x and y.tolist() == x.tolist() and y.dtype == x.dtype
    with pytest.raises(ValueError, match="device_put: expected one of donate and may_alias but got both"):
        wg.device_put(x, donate=True, may_alias=True)
    tree = [x, "text", 1]
    assert wg.copy_to_host_async(tree) is tree


def test_shapes_and_types_of_values():
    assert wg.ShapeDtypeStruct.like(wnp.ones(2)) == wg.ShapeDtypeStruct((2,), "float32")
    assert wg.ShapeDtypeStruct.like(1.0).weak_type
    with pytest.raises(ValueError, match="ShapeDtypeStruct: expected a dtype but got None"):
        wg.ShapeDtypeStruct((), None)
    assert wg.make_jaxpr(wnp.sin).__name__ == "make_jaxpr(sin)"
    assert wnp.zeros((2,), wg.float0).shape == (2,) and wnp.zeros((2,), wg.float0).dtype == wg.float0
