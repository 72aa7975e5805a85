# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What programs ask of the process: caches, arrays, versions, settings; names of jax at the top."""

from __future__ import annotations

import logging

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import dtypes, errors, random

X = np.array([1, 2, 3], np.float32)


def test_clear_caches():
    traces = []

    @wg.jit
    def f(x):
        traces.append(1)
        return x + 1

    for _ in range(2):
        f(X)
    assert len(traces) == 1
    wg.clear_caches()
    np.testing.assert_array_equal(f(X), X + 1)
    assert len(traces) == 2


def test_live_arrays():
    x = wnp.ones(3)
    assert any(y is x for y in wg.live_arrays())
    with pytest.raises(RuntimeError, match="expected the platform 'cpu' but got 'tpu'"):
        wg.live_arrays("tpu")


def test_one_process():
    assert (wg.process_index(), wg.process_count(), wg.process_indices()) == (0, 1, [0])
    assert (wg.host_id(), wg.host_count(), wg.host_ids()) == (0, 1, [0])
    wg.effects_barrier()
    np.testing.assert_array_equal(wg.copy_to_host_async({"a": wnp.ones(2)})["a"], [1, 1])


def test_environment(capsys):
    assert wg.print_environment_info() is None
    text = capsys.readouterr().out
    assert text == wg.print_environment_info(return_string=True) + "\n"
    for word in ("wengert: ", "numpy: ", "iree-base-compiler: ", "python: ", "enable_x64: False"):
        assert word in text


def test_slices():
    x = wnp.arange(10)
    for index, wanted in ((wg.ds(2, 3), [2, 3, 4]), (wg.ds(2), [0, 1]), (wg.ds(1, 3, 2), [1, 3, 5])):
        assert x[index].tolist() == wanted
    assert x[wg.ds(None)].size == 10 and x[wg.ds(wnp.array(8), 2)].tolist() == [8, 9]
    with pytest.raises(errors.ConcretizationError, match=r"ds: expected numbers(?s:.*)use lax.dynamic_slice"):
        wg.jit(lambda i: x[wg.ds(i, 2)])(1)


def test_the_two_passes():
    forward, backward = wg.fwd_and_bwd(lambda x, w: (wnp.sin(x) * w, x), (0, 1), has_aux=True)
    for x in (X, 2 * X):
        value, residuals, aux = forward(x, 3.0)
        dx, dw = backward(residuals, wnp.ones(3))
        np.testing.assert_allclose(value, 3 * np.sin(x), rtol=1e-6)
        np.testing.assert_allclose(dx, 3 * np.cos(x), rtol=1e-5)
        np.testing.assert_allclose(dw, np.sin(x).sum(), rtol=1e-5)
        np.testing.assert_array_equal(aux, x)
    forward, backward = wg.fwd_and_bwd(lambda n, x: x**n, 1, jitted=False)
    np.testing.assert_allclose(backward(forward(3, 2.0)[1], 1.0), 12.0)


def test_strict_types():
    assert (wnp.ones(2) + wnp.arange(2)).dtype == np.float32
    with wg.numpy_dtype_promotion("strict"):
        for run in (lambda f: f, wg.jit):
            np.testing.assert_array_equal(run(lambda x: x * 2 + 1.5)(X), 2 * X + 1.5)
            with pytest.raises(errors.TypePromotionError, match="because numpy_dtype_promotion is strict, but got"):
                run(lambda x: x + wnp.arange(3))(X)
    with pytest.raises(ValueError, match="expected 'standard' or 'strict' but got 'loose'"):
        wg.numpy_dtype_promotion("loose")


def test_compilations_in_the_log(caplog):
    with wg.log_compiles(), caplog.at_level(logging.WARNING, "wengert"):
        wg.jit(lambda x: x * 7.25)(X)
    assert any("Compiling" in m and "float32[3]" in m for m in caplog.messages)


def test_accepted_settings():
    with wg.default_matmul_precision("highest"), wg.softmax_custom_jvp(True):
        np.testing.assert_allclose(wnp.dot(X, X), 14.0)
    with pytest.raises(errors.DtypeError, match="expected a precision"):
        wg.default_matmul_precision("sloppy")
    with wg.check_tracer_leaks(), wg.threefry_partitionable(True), wg.debug_key_reuse():
        assert wg.config.check_tracer_leaks and wg.config.threefry_partitionable and wg.config.debug_key_reuse


def test_names_of_types():
    key = random.key(0)
    assert dtypes.issubdtype(key.dtype, dtypes.prng_key) and wnp.issubdtype(key.dtype, dtypes.extended)
    assert not dtypes.issubdtype(np.float32, dtypes.prng_key) and not dtypes.issubdtype(key.dtype, np.floating)
    assert dtypes.canonicalize_dtype("float64") == np.float32 and wg.float0 == dtypes.float0
    assert [dtypes.scalar_type_of(x) for x in (True, 1, 1.0, 1j)] == [bool, int, float, complex]
    converted, values = wg.closure_convert(lambda x: x + 1, 1.0)
    assert float(converted(1.0, *values)) == 2
