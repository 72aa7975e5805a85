# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The door: `import jax` means wengert, names that are not there say what is nearest, a real jax is never mixed in."""

from __future__ import annotations

import inspect
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest

import wengert as wg
import wengert.compat as compat
from wengert import sharding, test_util


@pytest.fixture
def jax():
    with compat.installed():
        import jax

        yield jax


def run(*arguments, code=0, **options):
    done = subprocess.run(
        [sys.executable, "-m", "wengert.compat", *arguments], capture_output=True, text=True, **options
    )
    assert done.returncode == code, done.stderr
    return done


def test_a_program(jax):
    import jax.numpy as jnp
    import jax.scipy.special
    from jax import grad, lax, nn, random, tree_util, vmap  # noqa: F401
    from jax.experimental import checkify, io_callback  # noqa: F401
    from jax.experimental.jet import jet  # noqa: F401
    from jax.nn.initializers import glorot_normal  # noqa: F401
    from jax.scipy.special import logsumexp

    assert jnp.sin is wg.numpy.sin and jax.Array is wg.Array and jax.lax is lax
    np.testing.assert_allclose(grad(lambda x: jnp.sum(jnp.sin(x) ** 2))(jnp.ones(2)), np.sin(2.0) * np.ones(2), 1e-6)
    np.testing.assert_allclose(logsumexp(jnp.zeros(4)), np.log(4), 1e-6)
    assert jax.process_count() == 1 and jax.version.__version__ == jax.__version__
    assert isinstance(random.normal(random.key(0)), jax.Array)
    assert jax.typing.ArrayLike and isinstance(1.0, jax.typing.ArrayLike)
    assert jax.core.Tracer and issubclass(jax.errors.TracerBoolConversionError, TypeError)
    assert "sin" in dir(jnp) and "numpy" in dir(jax) and repr(jax).startswith("<module 'jax'")


def test_star_import(jax):
    names: dict = {}
    exec("from jax.numpy import *\nfrom jax.lax import *", names)
    assert names["sin"] is wg.lax.sin and names["arange"] is wg.numpy.arange
    assert not [n for n, v in names.items() if isinstance(v, types.ModuleType) and not v.__name__.startswith("jax.")]


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("jax.numpy.sine", AttributeError, "nearest that wengert has: jax.numpy.sin"),
        ("jax.numpy.relu", AttributeError, "nearest that wengert has: jax.nn.relu"),
        ("jax.tree_multimap", AttributeError, "use jax.tree.map"),
        ("jax.random.randn", AttributeError, r"use jax.random.normal\(key, shape\)"),
        ("jax.ffi", AttributeError, "jax.pure_callback"),
        ("from jax import nothing_like_it", ImportError, r"dir\(jax\) lists what wengert has"),
        ("from jax.experimental import multihost_utils", ImportError, "one device of one process"),
        ("from jax.numpy import relu", ImportError, "nearest that wengert has: jax.nn.relu"),
        ("import jax.experimental.pallas", ModuleNotFoundError, "write the kernel with jax.numpy or jax.lax"),
        ("from jax._src import pjit", ModuleNotFoundError, "JAX's implementation"),
        ("import jaxlib.xla_client", ModuleNotFoundError, "a name of jax that wengert has but got 'xla_client'"),
        ("import jax.scipy.nothing.more", ModuleNotFoundError, "jax.scipy.nothing: expected"),
    ],
)
def test_names_that_are_not_there(jax, code, kind, words):
    with pytest.raises(kind, match=words) as caught:
        exec(code, {"jax": jax})
    assert "at: <string>:1 in <module>" in str(caught.value)


def test_asking_is_not_an_error(jax):
    assert not hasattr(jax, "nothing_like_it") and getattr(jax.numpy, "sine", 3) == 3
    try:
        from jax.experimental import stax_of_the_future as found
    except ImportError:
        found = None
    assert found is None
    with pytest.raises(ModuleNotFoundError) as caught:
        import jax.nothing_like_it
    assert caught.value.name == "jax.nothing_like_it"


def test_settings(jax):
    from jax.config import config

    assert config.jax_enable_x64 is False and jax.config.x64_enabled is False
    with jax.experimental.enable_x64():
        assert jax.config.jax_enable_x64 and jax.numpy.arange(2.0).dtype == "float64"
    jax.config.update("jax_platform_name", "cpu")
    jax.config.update("jax_platforms", "cuda,cpu")
    jax.config.update("jax_log_compiles", True)
    assert jax.config.jax_log_compiles and jax.config.values["jax_numpy_rank_promotion"] == "allow"
    jax.config.update("jax_log_compiles", False)
    config.parse_flags_with_absl()
    with pytest.raises(compat.CompatError, match="expected platform_name to be cpu but got 'gpu'"):
        jax.config.update("jax_platform_name", "gpu")
    with pytest.raises(compat.CompatError, match="expected num_cpu_devices to be 1 but got 8"):
        jax.config.update("jax_num_cpu_devices", 8)
    with pytest.raises(compat.CompatError, match="but got 'jax_no_such_setting'"):
        jax.config.update("jax_no_such_setting", 1)
    assert not hasattr(jax.config, "jax_no_such_setting")
    with jax.default_matmul_precision("highest"), jax.transfer_guard("disallow"), jax.numpy_rank_promotion("allow"):
        assert jax.config.jax_default_matmul_precision == "highest"
    with pytest.raises(compat.CompatError, match="numpy_rank_promotion"), jax.numpy_rank_promotion("raise"):
        pass


def test_disable_jit(jax):
    seen = []
    f = jax.jit(lambda x: (seen.append(type(x) is wg.Array), x + 1)[1])
    assert f(jax.numpy.ones(2)).tolist() == [2, 2] and seen == [False]
    with jax.disable_jit():
        assert f(jax.numpy.ones(2)).tolist() == [2, 2] and seen == [False, True]
    f(jax.numpy.ones(2))
    assert len(seen) == 2
    jax.config.update("jax_disable_jit", True)
    try:
        f(jax.numpy.ones(2))
        f(jax.numpy.ones(2))
    finally:
        jax.config.update("jax_disable_jit", False)
    assert seen == [False, True, True, True]


def test_one_device(jax):
    mesh = jax.make_mesh((1,), ("x",))
    with mesh, jax.set_mesh(mesh):
        x = jax.device_put(np.ones((4, 2), np.float32), jax.sharding.NamedSharding(mesh, jax.P("x", None)))
    assert x.sharding == sharding.SingleDeviceSharding() and x.sharding.device_set == set(jax.devices())
    assert jax.typeof(x).sharding.mesh.empty and not mesh.empty and not mesh.are_all_axes_explicit
    assert hash(mesh) == hash(jax.sharding.Mesh(jax.devices(), "x")) and mesh == jax.sharding.Mesh(jax.devices(), "x")
    assert jax.jit(lambda x: x + 1, in_shardings=None, out_shardings=None)(x)[0, 0] == 2
    doubled = jax.pmap(lambda x: jax.lax.psum(2 * x, "i"), axis_name="i")(np.ones((1, 3), np.float32))
    assert doubled.tolist() == [[2, 2, 2]]
    with pytest.raises(compat.CompatError, match="expected an axis of size 1 for the one device but got 2"):
        jax.pmap(lambda x: x)(np.ones(2))
    powers = jax.pmap(lambda n, x, m=1: x**n * m, static_broadcasted_argnums=0)
    assert powers(3, np.full((1, 1), 2.0, np.float32)).tolist() == [[8]]
    assert powers(2, np.full((1, 1), 2.0, np.float32), m=np.ones((1, 1), np.float32)).tolist() == [[4]]
    assert list(inspect.signature(powers).parameters) == ["n", "x", "m"]
    jitted = jax.jit(lambda x, y=1: x)
    assert list(inspect.signature(jitted, follow_wrapped=False).parameters) == ["x", "y"]
    with pytest.raises(compat.CompatError, match="pmap: expected no no_such_option"):
        jax.pmap(lambda x: x, no_such_option=0)
    with pytest.raises(compat.CompatError, match="default_device: expected CpuDevice"):
        jax.default_device("gpu")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: sharding.make_mesh((2,), ("x",)), r"make_mesh: expected axes of size 1 but got \(2,\)"),
        (lambda: sharding.Mesh(wg.devices() * 2, ("x",)), "Mesh: expected the one device"),
        (lambda: sharding.Mesh(wg.devices(), ("x", "y")), "Mesh: expected a name for each of 1 axes"),
        (
            lambda: sharding.NamedSharding(sharding.make_mesh((1,), "x"), sharding.PartitionSpec(("x", "y"))),
            r"NamedSharding: expected axes of Mesh\('x': 1\) but got y",
        ),
    ],
)
def test_more_than_one_device(make, message):
    with pytest.raises(sharding.ShardingError, match=message):
        make()


def test_export(jax):
    exported = jax.export.export(jax.jit(lambda x: {"y": x * 2}))(jax.ShapeDtypeStruct((3,), "float32"))
    back = jax.export.deserialize(exported.serialize())
    assert back.call(np.arange(3, dtype=np.float32))["y"].tolist() == [0, 2, 4]
    with pytest.raises(NotImplementedError, match="expected vjp_order=0"):
        exported.serialize(vjp_order=1)
    with pytest.raises(NotImplementedError, match="expected platforms"):
        jax.export.export(jax.jit(lambda x: x), platforms=("tpu",))


def test_small_modules(jax):
    assert jax.dtypes.issubdtype(jax.random.key(0).dtype, jax.dtypes.prng_key)
    assert jax.numpy.issubdtype(jax.random.key(0).dtype, jax.dtypes.prng_key)
    assert not jax.dtypes.issubdtype(jax.random.PRNGKey(0).dtype, jax.dtypes.prng_key)
    assert jax.dtypes.canonicalize_dtype("float64") == "float32" and jax.dtypes.scalar_type_of(1) is int
    seen = []
    jax.monitoring.register_event_duration_secs_listener(lambda e, d, **kw: seen.append((e, d)))
    jax.monitoring.register_scalar_listener(lambda e, v, **kw: seen.append((e, v)))
    jax.monitoring.record_event_duration_secs("a", 1.0)
    jax.monitoring.record_scalar("b", 2)
    jax.monitoring.clear_event_listeners()
    jax.monitoring.record_scalar("b", 3)
    assert seen == [("a", 1.0), ("b", 2)]
    kinds = {"event": ("c",), "event_duration": ("c", 1.0), "event_time_span": ("c", 1.0, 2.0), "scalar": ("c", 1)}
    for kind, arguments in kinds.items():
        listener = lambda *got, **_: seen.append(got)
        secs = "_secs" if kind == "event_duration" else ""
        getattr(jax.monitoring, f"register_{kind}{secs}_listener")(listener)
        getattr(jax.monitoring, f"record_{kind}{secs}")(*arguments)
        getattr(jax.monitoring, f"unregister_{kind}_listener")(listener)
        getattr(jax.monitoring, f"record_{kind}{secs}")(*arguments)
        assert seen.pop() == arguments and len(seen) == 2
    with jax.log_compiles(), jax.enable_checks(True), jax.softmax_custom_jvp(True):
        assert jax.reshard(3, None) == 3 and jax.host_ids() == [0]
    with jax.profiler.TraceAnnotation("step"), jax.profiler.StepTraceAnnotation("step", step_num=1):
        assert jax.profiler.annotate_function(abs)(-1) == 1
    with pytest.raises(AttributeError, match="use Python's cProfile"):
        jax.profiler.start_server(9999)
    assert jax.extend.safe_zip([1], [2]) == [(1, 2)] and jax.extend.safe_map(abs, [-1]) == [1]
    assert jax.lax.with_sharding_constraint(3, None) == 3 and jax.lax.platform_dependent(2, default=abs) == 2
    with pytest.raises(NotImplementedError, match=r"expected a function for cpu or a default but got \['tpu'\]"):
        jax.lax.platform_dependent(2, tpu=abs)
    assert [x.tolist() for x in jax.lax.unstack(np.eye(2), axis=1)] == [[1, 0], [0, 1]]
    assert jax.lax.dtype(1) == "int32" and jax.lax.empty((2,), "int8").shape == (2,) and jax.lax.sin(0.0) == 0
    assert jax.dlpack.from_dlpack(np.ones(2)).shape == (2,) and jax.dlpack.is_supported_dtype(np.float32)
    assert jax.ops.segment_sum(np.ones(2), np.array([0, 0])).tolist() == [2]
    assert not jax.distributed.is_initialized() and "names of jax" in jax.print_environment_info(True)
    assert jax.process_indices() == [0] and jax.clear_caches() is None and jax.effects_barrier() is None
    kept = jax.numpy.ones(3)
    assert any(x is kept for x in jax.live_arrays()) and jax.copy_to_host_async(kept) is kept


def test_real_jax_is_refused(monkeypatch):
    real = types.ModuleType("jax")
    real.__version__, real.__file__ = "0.10.2", "/lib/jax/__init__.py"
    monkeypatch.setitem(sys.modules, "jax", real)
    with pytest.raises(compat.CompatError, match=r"has not imported jax but got jax 0.10.2 from /lib/jax/__init__.py"):
        compat.install()
    assert not compat.is_installed()


def test_open_and_close():
    assert not compat.is_installed()
    compat.install()
    compat.install()
    import jax

    with compat.installed():
        pass
    assert compat.is_installed() and sys.modules["jax"] is jax
    compat.uninstall()
    compat.uninstall()
    assert not compat.is_installed() and "jax" not in sys.modules


def test_command_line(tmp_path: Path):
    (tmp_path / "helper.py").write_text("import jax.numpy as jnp\nx = jnp.arange(3)\n")
    script = tmp_path / "program.py"
    script.write_text("import sys, helper\nprint(__name__, sys.argv[1:], helper.x.sum())\nsys.exit(len(sys.argv))\n")
    assert run(str(script), "--steps", "3", code=3).stdout == "__main__ ['--steps', '3'] 3\n"
    assert run("-m", "helper", cwd=tmp_path).stdout == ""
    assert run("-c", "import jax; print(jax.grad(lambda x: x * x)(3.0))").stdout == "6.0\n"
    assert run("--help").stdout.startswith("usage: python -m wengert.compat script.py")
    assert "usage" in run(code=2).stderr
    assert "expected a program after -m" in run("-m", code=2).stderr
    assert "there is no 'none.py'" in run("none.py", code=2).stderr


def test_check_grads():
    test_util.check_grads(lambda x, y: {"a": wg.numpy.sin(x) @ y}, (0.3 * np.ones((3, 2)), np.arange(2.0)), order=2)
    test_util.check_grads(lambda x, n: x**n, (1.5, 3), order=2)
    with wg.enable_x64():
        test_util.check_grads(lambda z: z * wg.numpy.conj(z) * z, (np.complex128(1 + 2j),), order=1)
    with pytest.raises(AssertionError, match="jvp: the derivative and finite differences disagree"):
        test_util.check_grads(lambda x: x * wg.lax.stop_gradient(x), (0.5,), order=1)
    with pytest.raises(AssertionError, match="vjp: the derivative and finite differences disagree"):
        test_util.check_grads(lambda x: x * wg.lax.stop_gradient(x), (0.5,), order=1, modes=("rev",))
    with pytest.raises(ValueError, match="expected the modes"):
        test_util.check_grads(wg.numpy.sin, (0.5,), order=1, modes=("back",))
