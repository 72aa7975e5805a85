# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Tracing: which trace records an op, captures, values on demand, leaked tracers, types."""

from __future__ import annotations

import gc
import os
import sys
import weakref

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, lax, trace
from wengert.avals import ShapedArray
from wengert.lax._ops import OPS
from wengert.tracer import aval_of, concrete_value, is_tracer


def op_names(program):
    return [eqn.primitive.name for eqn in program.eqns]


class TestTypes:
    def test_printing(self):
        assert str(ShapedArray((2, 3), np.float32)) == "float32[2,3]"
        assert ShapedArray((2,), np.float32).str_short() == "f32[2]"
        assert repr(ShapedArray((), np.int32, True)) == "ShapedArray(int32[], weak_type=True)"

    def test_equality_and_update(self):
        a = ShapedArray((2,), np.float32)
        assert a == ShapedArray([2], "float32")
        assert hash(a) == hash(ShapedArray([2], "float32"))
        assert a != a.update(weak_type=True)
        assert a.update(shape=(3, 4)).size == 12

    def test_of_values(self):
        assert aval_of(1.0) == ShapedArray((), np.float32, True)
        assert aval_of(np.ones(3)) == ShapedArray((3,), np.float32)
        assert aval_of(wnp.ones(2)) == ShapedArray((2,), np.float32)

    def test_of_a_string(self):
        with pytest.raises(errors.UnsupportedTypeError, match="expected an array or a number but got str"):
            wg.jit(lambda x: x)("a")


class TestWhereOpsGo:
    def test_eager_without_tracers(self):
        assert not is_tracer(wnp.sin(1.0))

    def test_constants_stage_under_jit(self):
        kinds = []

        @wg.jit
        def f(x):
            kinds.append(is_tracer(wnp.sin(wnp.ones(2))))
            return x

        f(1.0)
        assert kinds == [True]

    def test_constants_run_under_grad_and_vmap(self):
        kinds = []

        def f(x):
            kinds.append(is_tracer(wnp.sin(wnp.ones(2))))
            return x

        wg.grad(f)(1.0)
        wg.vmap(f)(wnp.ones(2))
        assert kinds == [False, False]

    def test_what_does_not_depend_on_the_inner_argument_stays_outside(self):
        seen = []

        def f(x):
            def g(y):
                z = wnp.sin(x)
                seen.append(z._trace.label)
                return z * y

            return wg.grad(g)(x)

        wg.make_jaxpr(f)(1.0)
        assert seen == ["make_jaxpr(f)"]

    def test_eager_inside_jit(self):
        @wg.jit
        def f(x):
            with wg.ensure_compile_time_eval():
                n = int(wnp.sum(wnp.arange(4)))
            return x * n

        assert float(f(2.0)) == 12.0


class TestCaptures:
    def test_small_arrays_are_constants(self):
        small = wnp.array([1.0, 2.0, 3.0])
        program = wg.make_jaxpr(lambda x: x * small)(1.0)
        assert program.consts == []
        assert "wg.constant" in str(program)

    def test_large_arrays_are_hidden_arguments(self):
        large = wnp.arange(1000.0)
        program = wg.make_jaxpr(lambda x: x * large + large)(1.0)
        assert len(program.consts) == 1
        assert program.consts[0] is large
        assert len(program.jaxpr.constvars) == 1
        assert len(program.jaxpr.invars) == 1
        np.testing.assert_allclose(program(2.0), 3 * np.arange(1000.0))

    def test_a_repeated_value_is_a_broadcast_constant(self):
        zeros = wnp.zeros(1000)
        program = wg.make_jaxpr(lambda x: x + zeros)(1.0)
        assert program.consts == []
        assert "broadcast_in_dim" in op_names(program)

    def test_a_numpy_array_is_copied(self):
        large = np.arange(100.0, dtype=np.float32)
        f = wg.jit(lambda x: x + large)
        np.testing.assert_array_equal(f(0.0), np.arange(100.0))
        large[:] = 0
        np.testing.assert_array_equal(f(0.0), np.arange(100.0))

    def test_through_two_levels(self):
        large = wnp.arange(20.0)

        def f(x):
            return wg.grad(lambda y: wnp.sum(wg.grad(lambda z: wnp.sum(z * y * x * large))(1.0) * y))(3.0)

        # d/dy (sum(y x large) y) = 2 y x sum(large)
        expected = 2 * 3.0 * 2.0 * np.arange(20.0).sum()
        np.testing.assert_allclose(f(2.0), expected)
        np.testing.assert_allclose(wg.jit(f)(2.0), expected)
        np.testing.assert_allclose(wg.grad(f)(2.0), expected / 2)


class TestValuesOnDemand:
    def test_branch(self):
        def f(x):
            return x**2 if x > 0 else -x

        assert float(wg.grad(f)(3.0)) == 6.0
        assert float(wg.grad(f)(-3.0)) == -1.0

    def test_loop(self):
        def f(x):
            y = x
            while y < 100:
                y = y * x
            return y

        assert float(f(wnp.array(3.0))) == 243.0
        np.testing.assert_allclose(wg.grad(f)(3.0), 5 * 3.0**4)

    def test_recursion(self):
        def power(x, n):
            return x if n < 1 else x * power(x, n - 1)

        np.testing.assert_allclose(wg.grad(power)(2.0, wnp.array(3)), 4 * 2.0**3)

    def test_conversions(self):
        seen = []

        def f(x):
            y = wnp.sin(x)
            seen.append(
                (float(y), int(y * 10), bool(y), y.item(), y.tolist(), f"{y:.2f}", [1, 2][wnp.floor(y).astype(int)])
            )
            return y

        wg.grad(f)(1.0)
        s = float(np.sin(np.float32(1)))
        np.testing.assert_allclose(seen[0][:5], (s, 8, True, s, s), rtol=1e-6)
        assert seen[0][5:] == ("0.84", 1)

    def test_nested_grad_and_transform_results(self):
        def f(x):
            slope = wg.grad(wnp.sin)(x)
            return x * slope if slope > 0 else x

        np.testing.assert_allclose(wg.grad(f)(1.0), np.cos(1) - np.sin(1), rtol=1e-6)
        np.testing.assert_allclose(wg.grad(f)(3.0), 1.0)
        inner = wg.grad(lambda x: wg.grad(lambda y: y * y if y > 2 else y)(x * 2))
        assert float(inner(1.5)) == 4.0

    def test_unmapped_arguments_are_known_under_vmap(self):
        def f(flag, x):
            return x if flag else -x

        np.testing.assert_array_equal(wg.vmap(f, (None, 0))(False, wnp.arange(3.0)), [-0.0, -1, -2])

    def test_other_arguments_are_known_under_grad(self):
        def f(x, n, mode):
            for _ in range(n):
                x = x * x
            return x if mode == "plain" else -x

        assert float(wg.grad(f)(2.0, 2, "plain")) == 32.0

    def test_values_that_depend_on_no_argument_are_known_under_jit(self):
        @wg.jit
        def f(x):
            return x if wnp.sin(1.0) > 0 else -x

        assert float(f(2.0)) == 2.0

    def test_a_deep_chain(self):
        def f(x):
            for _ in range(3000):
                x = x + 1
            return x if x > 0 else -x

        assert float(wg.grad(f)(0.0)) == 1.0

    def test_concrete_value_of_an_array(self):
        assert concrete_value(wnp.array(2.0)) == 2.0


class TestConcretization:
    @pytest.mark.parametrize("convert", [bool, float, int, complex, lambda y: y.item(), lambda y: y.tolist()])
    def test_under_jit(self, convert):
        with pytest.raises(errors.ConcretizationError) as info:
            wg.jit(lambda x: convert(wnp.sin(x)))(1.0)
        message = str(info.value)
        assert message.startswith("sin: expected a Python")
        assert "float32[]" in message
        assert "test_trace.py:" in message
        assert "transforms: jit(lambda)" in message
        assert "static_argnums" in message

    def test_names_the_chain(self):
        def f(x):
            return wg.grad(lambda y: y if y > 0 else -y)(x)

        with pytest.raises(errors.ConcretizationError, match=r"transforms: jit\(f\) > grad\(lambda\)"):
            wg.jit(f)(1.0)

    def test_under_vmap(self):
        with pytest.raises(errors.ConcretizationError, match=r"(?s)under vmap\(lambda\).*wengert.numpy.where"):
            wg.vmap(lambda x: x if x > 0 else -x)(wnp.ones(2))

    def test_of_several_elements(self):
        with pytest.raises(errors.ShapeError, match=r"x.any\(\)"):
            wg.jit(lambda x: x if x > 0 else -x)(wnp.ones(2))

    def test_numpy_functions(self):
        with pytest.raises(errors.ConcretizationError, match=r"(?s)NumPy array.*wengert.numpy instead"):
            wg.grad(lambda x: np.sin(x))(1.0)

    def test_index(self):
        with pytest.raises(errors.DtypeError, match="index: expected an integer scalar"):
            wg.grad(lambda x: [1, 2][x])(1.0)
        with pytest.raises(errors.ConcretizationError, match="a Python index"):
            wg.jit(lambda i: [1, 2][i])(1)


class TestLeaks:
    def test_use_after_the_trace(self):
        kept = []

        @wg.jit
        def f(x):
            kept.append(wnp.sin(x))
            return x

        line = sys._getframe().f_lineno - 3
        f(1.0)
        with pytest.raises(errors.LeakedTracerError) as info:
            kept[0] + 1
        message = str(info.value)
        assert "jit(f)" in message
        assert f"test_trace.py:{line}" in message
        assert "sin" in message
        assert "return the value" in message

    def test_value_after_the_trace(self):
        kept = []
        wg.grad(lambda x: kept.append(x) or x)(1.0)
        with pytest.raises(errors.LeakedTracerError):
            float(kept[0])

    def test_return_from_another_function(self):
        kept = []
        wg.grad(lambda x: kept.append(x * 2) or x)(1.0)
        with pytest.raises(errors.LeakedTracerError):
            wg.jit(lambda x: kept[0])(1.0)

    def test_after_a_failure_the_stack_is_clean(self):
        def fail(x):
            raise KeyError("mine")

        with pytest.raises(KeyError, match="mine"):
            wg.jit(fail)(1.0)
        assert trace.transform_chain() == []
        assert not is_tracer(wnp.sin(1.0))

    def test_a_failure_inside_that_is_caught(self):
        @wg.jit
        def f(x):
            try:
                wg.grad(lambda y: {}["no"])(x)
            except KeyError:
                return x * 2

        assert float(f(2.0)) == 4.0

    def test_no_memory_is_kept(self):
        made = []

        def f(x):
            y = wnp.sin(x)
            made.append(weakref.ref(y._trace))
            return y

        wg.grad(f)(1.0)
        gc.collect()
        assert [r() for r in made] == [None]


class TestErrors:
    def test_shape_error_under_jit(self):
        with pytest.raises(errors.ShapeError) as info:
            wg.jit(lambda x, y: wg.lax.dot_general(x, y, (((0,), (0,)), ((), ()))))(wnp.ones(3), wnp.ones(4))
        message = str(info.value)
        assert "dot_general" in message
        assert "test_trace.py" in message
        assert "jit(lambda)" in message

    def test_dtype_error_of_the_compiler(self):
        from wengert.lax import _ops

        with pytest.raises(errors.DtypeError) as info:
            wg.jit(lambda x: _ops.sin(x))(1)
        message = str(info.value)
        assert message.startswith("sin: expected operand 0 to be a ")
        assert "but got tensor<i32>" in message
        assert "test_trace.py" in message

    def test_shape_error_of_the_compiler(self):
        from wengert.lax import _ops

        with pytest.raises(errors.ShapeError, match="add"):
            wg.jit(lambda x, y: _ops.add(x, y))(wnp.ones(2), wnp.ones(3))

    def test_a_pass_that_fails_names_the_traced_line(self):
        f = wg.from_text(
            """
            func.func @f(%x: tensor<f32>) -> tensor<f32> {
              %0 = func.call @f(%x) : (tensor<f32>) -> tensor<f32>
              return %0 : tensor<f32>
            }""",
            "f",
        )
        with pytest.raises(errors.WengertError, match="recursion"):
            wg.grad(f)(1.0)

    def test_tracebacks_are_filtered(self):
        def mine(x):
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError) as info:
            wg.grad(wg.jit(mine))(1.0)
        package = os.path.dirname(wg.__file__)
        entry, files = info.value.__traceback__, []
        while entry is not None:
            files.append(entry.tb_frame.f_code.co_filename)
            entry = entry.tb_next
        assert [f for f in files if f.startswith(package) and not f.endswith("frames.py")] == []
        assert files[-1] == __file__

    def test_the_filter_can_be_switched_off(self):
        before = wg.config.traceback_filtering
        wg.config.update("traceback_filtering", "off")
        try:
            with pytest.raises(ZeroDivisionError) as info:
                wg.grad(lambda x: 1 // 0)(1.0)
        finally:
            wg.config.update("traceback_filtering", before)
        entry, files = info.value.__traceback__, []
        while entry is not None:
            files.append(os.path.basename(entry.tb_frame.f_code.co_filename))
            entry = entry.tb_next
        assert "autodiff.py" in files


class TestWeakTypes:
    def test_of_operations(self):
        program = wg.make_jaxpr(lambda x: (x * 2.0, x * wnp.ones(()), x > 1))(1.0)
        assert [a.weak_type for a in program.out_avals] == [True, False, True]

    def test_of_results(self):
        assert wg.jit(lambda x: x * 2)(1.0).weak_type
        assert not wg.jit(lambda x: x * 2)(np.float32(1)).weak_type
        assert wg.grad(lambda x: x * x)(1.0).weak_type
        assert not wg.grad(lambda x: x * x)(np.float32(1)).weak_type

    def test_promotion_inside(self):
        half = wnp.ones(2, "float16")
        assert wg.jit(lambda x, y: x * y)(half, 2.0).dtype == np.float16
        assert wg.jit(lambda x, y: x * y)(half, np.float32(2)).dtype == np.float32


def test_tracers_print():
    seen = []
    wg.jit(lambda x: seen.append(repr(x)) or x)(wnp.ones(3))
    assert seen == ["Traced<float32[3]>with<jit(lambda)>"]


def test_locations_are_the_users():
    def f(x):
        return wnp.mean(wnp.sin(x))

    line = f.__code__.co_firstlineno + 1
    program = wg.make_jaxpr(f)(wnp.ones(3))
    assert {os.path.basename(eqn.source_info[0]) for eqn in program.eqns} == {"test_trace.py"}
    assert {eqn.source_info[1] for eqn in program.eqns} == {line}


class TestEagerTypes:
    """An eager op remembers the types that it has accepted, and only these."""

    def test_a_refused_type_is_refused_again(self):
        for _ in range(2):
            np.testing.assert_array_equal(lax.sin(wnp.zeros(2)), [0, 0])
            with pytest.raises(errors.DtypeError, match="sin: expected operand x to be an array of"):
                lax.sin(wnp.zeros(2, int))

    def test_every_operand_counts(self):
        x, shift = wnp.arange(3), wnp.ones(3, int)
        for _ in range(2):
            assert lax.shift_left(x, shift).tolist() == [0, 2, 4]
            with pytest.raises(errors.DtypeError, match="shift_left: expected operand"):
                trace.bind(OPS["shift_left"], (x, wnp.ones(3)))

    def test_a_list_of_any_length_is_not_remembered(self):
        op = OPS["concatenate"]
        before = set(op.accepted)
        for n in range(2, 6):
            assert lax.concatenate([wnp.ones(1)] * n, 0).shape == (n,)
        assert op.accepted == before
