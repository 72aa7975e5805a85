# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What libraries for JAX take from below its functions: primitives of their own, references, traces, meshes."""

from __future__ import annotations

import gzip
import json

import numpy as np
import pytest

import wengert as wg
import wengert.compat as compat
import wengert.errors


@pytest.fixture
def jax():
    with compat.installed():
        import jax

        yield jax


def test_a_primitive_of_a_library(jax):
    from jax.extend.core import Primitive
    from jax.interpreters import ad, batching, mlir

    seen = []
    sine_p = Primitive("my_sine")
    sine_p.def_impl(lambda x, scale: jax.numpy.sin(scale * x))
    sine_p.def_abstract_eval(lambda x, scale: x)
    mlir.register_lowering(sine_p, mlir.lower_fun(lambda x, scale: jax.numpy.sin(scale * x), multiple_results=False))

    def jvp(primals, tangents, *, scale):
        seen.append(type(tangents[0]).__name__)
        return sine_p.bind(*primals, scale=scale), 10.0 * tangents[0]

    def batch(args, dims, *, scale):
        seen.append(dims[0])
        return sine_p.bind(*args, scale=scale) + 1.0, dims[0]

    ad.primitive_jvps[sine_p] = jvp
    batching.primitive_batchers[sine_p] = batch
    x = jax.numpy.arange(3.0)
    np.testing.assert_allclose(sine_p.bind(x, scale=2.0), np.sin(2 * np.arange(3.0)), rtol=1e-6)
    np.testing.assert_allclose(jax.jit(lambda x: sine_p.bind(x, scale=2.0))(x), np.sin(2 * np.arange(3.0)), rtol=1e-6)
    assert jax.grad(lambda x: sine_p.bind(x, scale=2.0))(0.3) == 10.0
    np.testing.assert_allclose(jax.vmap(lambda x: sine_p.bind(x, scale=1.0))(x), np.sin(np.arange(3.0)) + 1, rtol=1e-6)
    assert 0 in seen and "Zero" not in seen[:1] and sine_p != Primitive("my_sine") and not sine_p.multiple_results
    assert sine_p.abstract_eval(1.0, scale=1.0) == 1.0


def test_a_primitive_with_several_results(jax):
    from jax.extend.core import Primitive
    from jax.interpreters import ad, batching

    split_p = Primitive("split_in_two")
    split_p.multiple_results = True
    split_p.def_impl(lambda x: [x + 1, 2 * x])
    split_p.def_effectful_abstract_eval(lambda x: ([x, x], set()))
    ad.primitive_jvps[split_p] = lambda xs, ts: (split_p.bind(*xs), [ts[0], ad.Zero(jax.typeof(xs[0]))])
    batching.axis_primitive_batchers[split_p] = lambda size, name, kind, xs, dims: (split_p.bind(*xs), [dims[0]] * 2)
    assert jax.grad(lambda x: sum(split_p.bind(x)))(3.0) == 1.0
    ones, twos = jax.vmap(split_p.bind)(jax.numpy.ones(2))
    assert ones.tolist() == [2, 2] and twos.tolist() == [2, 2] and len(split_p.abstract_eval(1)) == 2


def test_tables_of_rules(jax):
    from jax.extend.core import Primitive
    from jax.interpreters import ad, batching, mlir

    half_p = Primitive("half")
    half_p.def_impl(lambda x: x / 2)
    ad.deflinear(half_p, lambda ct, x: [half_p.bind(ct)])
    batching.defvectorized(half_p)
    assert jax.grad(half_p.bind)(1.0) == 0.5 and jax.vmap(half_p.bind)(np.ones(2, np.float32)).tolist() == [0.5, 0.5]
    assert not ad.is_undefined_primal(1.0) and ad.is_undefined_primal(ad.UndefinedPrimal(None))
    opaque_p = Primitive("opaque")
    mlir.register_lowering(opaque_p, lambda ctx, x: [x])
    with pytest.raises(compat.CompatError, match="opaque: expected a primitive that is lowered to a function"):
        jax.jit(opaque_p.bind)(1.0)
    with pytest.raises(compat.CompatError, match="opaque: expected a function given with def_impl"):
        opaque_p.bind(1.0)
    with pytest.raises(compat.CompatError, match="opaque: expected a rule given with def_abstract_eval"):
        opaque_p.abstract_eval(1.0)


def test_a_rule_that_raises_is_heard_of_when_it_is_needed(jax):
    from jax.extend.core import Primitive
    from jax.interpreters import ad

    stuck_p = Primitive("stuck")
    stuck_p.def_impl(lambda x: x)

    def refuse(*_, **__):
        raise RuntimeError("no derivative")

    ad.primitive_jvps[stuck_p] = refuse
    assert jax.jit(stuck_p.bind)(2.0) == 2.0
    with pytest.raises(RuntimeError, match="no derivative"):
        jax.grad(stuck_p.bind)(2.0)
    with pytest.raises(wg.errors.WengertError, match="custom derivative of @stuck"):
        jax.grad(jax.jit(stuck_p.bind))(2.0)


def test_partial_evaluation(jax):
    from jax.api_util import debug_info, flatten_fun, shaped_abstractify
    from jax.extend import linear_util as lu
    from jax.interpreters import partial_eval as pe

    def function(key, x, y):
        return {"known": jax.random.split(key), "unknown": x * y, "kept": key}

    keys = jax.random.key(0), jax.ShapeDtypeStruct((), "float32"), 2.0
    leaves, tree = jax.tree.flatten((keys, {}))
    flat, out_tree = flatten_fun(lu.wrap_init(function, debug_info=debug_info("test", function)), tree)
    types = [pe.PartialVal.unknown(shaped_abstractify(x)) if i == 1 else pe.PartialVal.known(x)
             for i, x in enumerate(leaves)]  # fmt: skip
    _, results, _ = pe.trace_to_jaxpr_nounits(flat, types)
    assert jax.tree.structure({"kept": 0, "known": 0, "unknown": 0}) == out_tree()
    assert [r.is_known() for r in results] == [True, True, False]
    assert results[2].get_aval() == jax.core.ShapedArray((), "float32") and results[0].get_aval().dtype == keys[0].dtype
    key_type = pe.PartialVal.unknown(jax.typeof(keys[0]))
    _, (drawn,), _ = pe.trace_to_jaxpr_nounits(lu.wrap_init(lambda k: [jax.random.uniform(k, (2,))]), [key_type])
    assert drawn.get_aval().shape == (2,)


def test_wrapped_functions(jax):
    from jax.extend import linear_util as lu

    def with_count(x):
        out = yield (x,), {}
        yield out, "more"

    wrapped, more = lu.transformation_with_aux(with_count, lu.wrap_init(lambda x: x + 1))
    with pytest.raises(IndexError):
        more()
    assert lu.merge_linear_aux(more, lambda: "second") == (False, "second")
    assert wrapped.call_wrapped(1) == 2 and more() == "more" and lu.merge_linear_aux(more, more) == (True, "more")
    assert lu.cache(lambda f, x: f.call_wrapped(x))(lu.wrap_init(abs), -1) == 1


def test_traces(jax):
    from jax.extend.core import get_opaque_trace_state

    outside, inside = get_opaque_trace_state(), []
    jax.jit(lambda x: (inside.extend([get_opaque_trace_state(convention="a"), get_opaque_trace_state()]), x)[1])(1.0)
    assert outside == get_opaque_trace_state() and hash(outside) == hash(get_opaque_trace_state())
    assert inside[0] == inside[1] != outside and jax.core.trace_state_clean()


def test_frames_of_libraries(jax):
    import jax._src.traceback_util as traceback_util
    from jax.extend import source_info_util

    source_info_util.register_exclusion(__file__)
    try:
        assert not traceback_util.include_frame(test_traces.__code__) and traceback_util.api_boundary(abs) is abs
        with pytest.raises(TypeError) as caught:
            jax.numpy.sin("a")
        assert __file__ not in str(caught.value)
    finally:
        traceback_util._exclude_paths.remove(__file__)


def test_programs_and_their_primitives(jax):
    from jax.extend.core import jaxpr_as_fun, primitives

    program = jax.make_jaxpr(lambda x: jax.lax.select(x > 0, x, -x))(1.0)
    assert [e.primitive for e in program.eqns] == [jax.lax.gt_p, jax.lax.neg_p, primitives.select_n_p]
    assert jax.lax.while_p.name == "while" and "add_p" in dir(jax.lax) and primitives.squeeze_p != primitives.add_p
    assert not hasattr(jax.lax, "no_such_op_p") and float(jaxpr_as_fun(program)(-2.0)[0]) == 2
    assert float(jax.core.eval_jaxpr(program.jaxpr, program.consts, -3.0)[0]) == 3
    aval = jax.core.ShapedArray((3, 2), "float32", sharding=None)
    assert jax.extend.core.unmapped_aval(4, None, aval) == aval == jax.extend.core.mapped_aval(4, None, aval)
    assert aval.to_tangent_aval() == aval and jax.typeof(1).to_tangent_aval().dtype == jax.dtypes.float0
    assert jax.ShapeDtypeStruct((2,), "float32").update(shape=(3,)).shape == (3,)
    assert jax.ShapeDtypeStruct((2,), "float32").sharding is None
    assert jax.core.concrete_or_error(None, 3) == 3 and jax.extend.core.valid_jaxtype(np.ones(2))
    assert jax.core.find_top_trace([1.0]) is None
    seen = []
    jax.jvp(lambda x: (seen.append(jax.extend.core.find_top_trace([x, 1.0]).main is x._trace), x)[1], (1.0,), (1.0,))
    assert seen == [True]
    with pytest.raises(compat.CompatError, match="take_current_trace: expected a program that transforms functions"):
        jax.extend.core.set_current_trace(None)
    with pytest.raises(jax.errors.ConcretizationTypeError):
        jax.jit(lambda x: jax.core.concrete_or_error(int, x))(1)


def test_references(jax):
    def total(xs):
        ref = jax.new_ref(jax.numpy.zeros(()))
        for x in xs:
            ref[...] += x
        jax.ref.addupdate(ref, ..., 1.0)
        return jax.freeze(ref)

    assert jax.jit(total)(np.float32([1, 2])) == 4 and jax.grad(lambda x: total([x, x]))(1.0) == 2
    ref = jax.empty_ref(jax.ShapeDtypeStruct((2,), "float32"))
    ref[0] = 3.0
    assert (ref.shape, ref.ndim, ref.size, len(ref), ref.dtype) == ((2,), 1, 2, 2, "float32")
    assert jax.ref.get(ref).tolist() == [3, 0] and isinstance(ref, jax.Ref) and "Ref" in repr(ref)
    with pytest.raises(compat.CompatError, match=r"expected to read a reference where it was made, outside of any tr"):
        jax.jit(lambda x: x + ref[0])(1.0)
    with pytest.raises(compat.CompatError, match="expected to write to a reference where it was made"):
        jax.grad(lambda x: (jax.ref.set(ref, 0, x), x)[1])(1.0)
    jax.free_ref(ref)
    assert repr(ref) == "Ref(frozen)" and "Ref" in repr(ref.aval)
    with pytest.raises(compat.CompatError, match="expected a reference that is alive"):
        ref[0]


def test_one_device(jax):
    from jax.sharding import AbstractMesh, PartitionSpec

    mesh = jax.make_mesh((1, 1), ("x", "y"))

    @jax.shard_map(mesh=mesh, in_specs=PartitionSpec("x"), out_specs=PartitionSpec())
    def total(x):
        return {"sum": jax.lax.psum(x.sum(), ("x", "y")), "index": jax.lax.axis_index("x")}

    out = jax.jit(total)(np.arange(4.0))
    assert out["sum"] == 6 and out["index"] == 0
    with pytest.raises(compat.CompatError, match="shard_map: expected a mesh but there is none"):
        jax.shard_map(lambda x: x, in_specs=None, out_specs=None)
    with jax.set_mesh(mesh):
        assert jax.sharding.get_abstract_mesh().axis_names == ("x", "y") and jax.sharding.get_mesh() == mesh
        assert jax.shard_map(lambda x: jax.lax.pmean(x, "y"), in_specs=None, out_specs=None)(2.0) == 2
    assert jax.sharding.get_mesh().empty
    with pytest.raises(compat.CompatError, match=r"AbstractMesh: expected axes of size 1 but got \(2,\)"):
        AbstractMesh((2,), ("x",))
    assert PartitionSpec.UNCONSTRAINED is None and jax.NamedSharding(mesh, jax.P("x")).update(spec=jax.P()).spec == ()
    data = np.arange(4.0, dtype=np.float32)
    made = jax.make_array_from_callback((4,), None, lambda index: data[index])
    assert made.tolist() == data.tolist() == jax.make_array_from_process_local_data(None, data).tolist()
    assert jax.make_array_from_single_device_arrays((4,), None, [data]).shape == (4,)
    with pytest.raises(compat.CompatError, match="expected 1 part but got 2"):
        jax.make_array_from_single_device_arrays((8,), None, [data, data])
    with pytest.raises(compat.CompatError, match=r"expected data of the shape \(3,\) but got \(4,\)"):
        jax.make_array_from_callback((3,), None, lambda index: data)
    assert jax.random.normal(jax.random.key(0), (2,), out_sharding=None).shape == (2,)
    assert "normal" in dir(jax.random) and jax.lax.with_sharding_constraint(3, None) == 3


def test_one_process(jax):
    jax.distributed.initialize()
    assert jax.distributed.is_initialized()
    jax.distributed.shutdown()
    with pytest.raises(compat.CompatError, match=r"distributed\.initialize: expected one process but got 4"):
        jax.distributed.initialize("localhost:1234", 4, 0)


def test_profiles(jax, tmp_path):
    @jax.profiler.annotate_function
    def step(x):
        return x + 1

    with jax.profiler.trace(tmp_path), jax.profiler.StepTraceAnnotation("train", step_num=3):
        step(1)
        with pytest.raises(RuntimeError, match="start_trace: expected no trace"):
            jax.profiler.start_trace(tmp_path)
    (path,) = tmp_path.glob("plugins/profile/*/*.trace.json.gz")
    events = json.loads(gzip.open(path).read())["traceEvents"]
    assert [e["name"] for e in events] == ["test_profiles.<locals>.step", "train"]
    assert events[1]["args"] == {"step_num": "3"}
    with pytest.raises(RuntimeError, match="stop_trace: expected a trace"):
        jax.profiler.stop_trace()


def test_smaller_names(jax, capsys, caplog):
    from jax.ad_checkpoint import Offloadable, Recompute, Saveable

    assert Offloadable("device", "pinned_host") and Saveable and not Recompute and repr(Recompute) == "Recompute"
    jax.debug.visualize_array_sharding(jax.numpy.ones(3))
    assert "CPU 0" in capsys.readouterr().out
    with pytest.raises(ValueError, match="expected a shape of 1 or 2 dimensions"):
        jax.debug.visualize_array_sharding(jax.numpy.ones(()))
    with caplog.at_level("INFO"):
        jax.jit(lambda x: (jax.debug.log("x is {}", x), x)[1])(1.5)
    assert "x is 1.5" in caplog.text
    assert jax.stages.ArgInfo(jax.typeof(1.0), False).dtype == "float32" and jax.stages.CompilerOptions
    assert isinstance(jax.custom_derivatives.zero_from_primal(1.0, True), wg.custom_derivatives.SymbolicZero)
    with pytest.raises(compat.CompatError, match="scaled_dot_general: expected a product in the types of its operands"):
        jax.nn.get_scaled_dot_general_config("mxfp8")
    assert jax.numpy.result_type(jax.random.key(0)) == jax.random.key(0).dtype
    assert jax.numpy.issubdtype(jax.random.key(0).dtype, jax.dtypes.prng_key)


def test_old_forms(jax):
    from jax.experimental import sparse

    f = lambda p: jax.lax.cond(p, 2.0, lambda x: 3 * x, (4.0, 1.0), lambda y: y[0] + y[1])
    assert f(True) == 6 and jax.jit(f)(False) == 5
    assert jax.eval_shape(lambda: jax.ShapeDtypeStruct((2,), "float32")).shape == (2,)
    assert not isinstance(jax.numpy.ones(2), sparse.BCOO)
    with pytest.raises(compat.CompatError, match="BCOO: expected dense arrays but got a sparse one"):
        sparse.BCOO.fromdense(np.eye(2))


def test_types_of_their_own_are_refused_at_use(jax):
    from jax._src import dtypes, tree_util, xla_bridge
    from jax.experimental import hijax

    class New(hijax.HiPrimitive):
        pass

    assert repr(New("new")) == "new" and issubclass(hijax.MutableHiType, hijax.HiType)
    hijax.control_flow_allowed_effects.add_type(jax.extend.core.Effect)
    assert hijax.control_flow_allowed_effects.contains(jax.extend.core.Effect)
    hijax.register_hitype(New, type)
    for use in (lambda: New("new").bind(1), lambda: hijax.AvalQDD(1, 2), hijax.VJPHiPrimitive()):
        with pytest.raises(
            compat.CompatError, match="expected values that are arrays but got one of a type of its own"
        ):
            use()
    assert list(xla_bridge._backends) == ["cpu"]
    assert dict in tree_util._registry and int not in tree_util._registry and dtypes.supports_inf("float32")
    assert hijax.aval_property(abs).fget is abs and hijax.aval_method(abs).fun is abs
