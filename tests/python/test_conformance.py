# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""tools/dev/conformance.py on a suite of three tests, and what it found in the real one."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
from wengert import errors

ROOT = Path(__file__).resolve().parents[2]
BOTH = pytest.mark.parametrize("transform", [lambda f: f, wg.jit], ids=["eager", "jit"])


@pytest.fixture
def tool(monkeypatch):
    spec = importlib.util.spec_from_file_location("conformance", ROOT / "tools/dev/conformance.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "python"))
    return module


@pytest.fixture
def suite(tmp_path):
    (tmp_path / "array-api").mkdir()
    (tmp_path / "array-api/LICENSE").touch()
    (tmp_path / "array_api_tests").mkdir()
    (tmp_path / "conftest.py").write_text(
        "def pytest_addoption(parser):\n"
        "    for name in '--max-examples', '--skips-file':\n        parser.addoption(name)\n"
        "    for name in '--disable-deadline', '--derandomize':\n        parser.addoption(name, action='store_true')\n"
        "def pytest_collection_modifyitems(config, items):\n"
        "    import pytest\n"
        "    for item in items:\n"
        "        if item.nodeid in open(config.getoption('--skips-file')).read().splitlines():\n"
        "            item.add_marker(pytest.mark.skip)\n"
    )
    (tmp_path / "array_api_tests/test_all.py").write_text(
        "import importlib, os\n"
        "xp = importlib.import_module(os.environ['ARRAY_API_TESTS_MODULE'])\n"
        "def test_types():\n    assert str(xp.ones(1).dtype) == 'float64'\n"
        "def test_wrong():\n    assert False\n"
        "def test_other():\n    assert False\n"
    )
    return tmp_path


def test_runs_a_suite(tool, suite, capfd, monkeypatch):
    skips = suite / "skips.txt"
    skips.write_text("# why\n\narray_api_tests/test_all.py::test_other  # another reason\n")
    monkeypatch.setattr(tool, "SKIPS", skips)
    assert tool.main([str(suite)]) == 1
    printed = capfd.readouterr().out.splitlines()
    assert printed[-2:] == [
        "failed: array_api_tests/test_all::test_wrong",
        "conformance of wengert.numpy with 2024.12: 1 passed, 1 failed, 1 skipped of 3",
    ]


def test_says_what_is_missing(tool, tmp_path):
    with pytest.raises(SystemExit, match=r"expected a checkout of data-apis/array-api-tests but found no array_api_te"):
        tool.main([str(tmp_path)])
    (tmp_path / "array_api_tests").mkdir()
    with pytest.raises(SystemExit, match=r"array-api: expected the submodule; remedy: git submodule update --init"):
        tool.main([str(tmp_path)])
    with pytest.raises(SystemExit, match=r"skips.txt:2: expected `array_api_tests/...  # reason` but got 'array_api_t"):
        tool.read_skips("\narray_api_tests/test_a.py::test_b")


def test_every_skip_has_a_reason(tool):
    skips = tool.read_skips(tool.SKIPS.read_text())
    assert len(skips) < 30 and all(len(reason) > 20 for reason in skips.values())


# What follows was wrong when the suite was first run.

ENDS = np.array([-0.0, 0.0, 1, -1, np.inf, -np.inf, np.nan, 5.5, -5.5])


@BOTH
def test_quotients_and_remainders_are_those_of_numpy(transform):
    for dtype in (np.float32, np.float64):
        x, y = (v.ravel().astype(dtype) for v in np.meshgrid(ENDS, ENDS))
        with wg.enable_x64(), np.errstate(all="ignore"):
            got = transform(lambda x, y: (*wnp.divmod(x, y), x // y, x % y))(wnp.array(x), wnp.array(y))
            for g, e in zip(got, (*np.divmod(x, y), x // y, x % y), strict=True):
                np.testing.assert_array_equal(g, e)
                np.testing.assert_array_equal(np.signbit(g)[~np.isnan(e)], np.signbit(e)[~np.isnan(e)])


@BOTH
@pytest.mark.parametrize("dtype", ["int8", "int32", "uint8"])
def test_quotients_of_integers(transform, dtype):
    values = np.array([0, 1, -1, 7, -7, 100, -128, 127]).astype(dtype)
    x, y = (v.ravel() for v in np.meshgrid(values, values[1:]))
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(transform(wnp.floor_divide)(x, y), x // y)
        np.testing.assert_array_equal(transform(wnp.remainder)(x, y), x % y)
    assert transform(wnp.remainder)(x[:1], x[:1] * 0).shape == (1,)


@pytest.mark.parametrize(("x", "y"), [(4, 2), (-4, 2), (4, -2), (-4, -2), (5.5, -2), (0, 3)])
def test_remainders_have_derivatives_where_they_are_0(x, y):
    for f in (wnp.remainder, lambda x, y: wnp.divmod(x, y)[1]):
        assert [float(g) for g in wg.grad(f, (0, 1))(float(x), float(y))] == [1, -(x // y)]


@BOTH
def test_signs_of_zeros(transform):
    got = np.asarray(transform(wnp.sign)(np.array([-0.0, 0.0, -2, np.nan], np.float32)))
    np.testing.assert_array_equal(got, [0, 0, -1, np.nan])
    assert not np.signbit(got[:2]).any()


def test_expm1_of_infinite_complex_numbers():
    inf, nan = np.inf, np.nan
    with wg.enable_x64():
        given = [0j, complex(-inf, inf), complex(inf, 0), complex(inf, inf), complex(inf, nan), complex(nan, 0)]
        expected = [0j, -1 + 0j, complex(inf, 0), complex(inf, nan), complex(inf, nan), complex(nan, 0)]
        np.testing.assert_array_equal(wnp.expm1(wnp.array(given)), expected)
        z = np.array([1 + 1j, 1e-9 + 1e-9j, -40 + 3j, 0.3 - 2j])
        np.testing.assert_allclose(wnp.expm1(z), np.expm1(z), 1e-15)


def test_tanh_of_infinite_complex_numbers():
    z = wnp.array([complex(np.inf, 2), complex(-np.inf, -2), complex(np.inf, np.nan), 1 + 1j])
    got = np.asarray(wnp.tanh(z))
    np.testing.assert_array_equal(got.real[:3], [1, -1, 1])
    np.testing.assert_array_equal(np.signbit(got.imag[:2]), [False, True])
    np.testing.assert_allclose(got[3], np.tanh(1 + 1j), 1e-6)


def test_types_by_name_are_not_weak():
    with wg.enable_x64():
        assert wnp.result_type(wnp.int8, wnp.int64) == np.int64
        assert not (wnp.float64 == None) and wnp.float64 == np.float64  # noqa: E711
        assert wnp.result_type(wnp.float16, wnp.float64) == np.float64
        assert wnp.result_type(wnp.float16, float) == np.float16
        assert wnp.finfo(wnp.ones(1)).bits == 64 and wnp.iinfo(wnp.ones(1, "int8")).max == 127


def test_cumulative_sums_do_not_wrap():
    x = np.full(3, 200, np.uint8)
    assert wnp.cumulative_sum(x).tolist() == [200, 400, 600] and wnp.cumulative_sum(x).dtype == np.uint32
    assert wnp.cumulative_prod(x, dtype="uint8").dtype == np.uint8


def test_vecdot():
    x = np.ones(3, np.int8)
    assert wnp.vecdot(x, x).dtype == np.int8
    with pytest.raises(errors.ShapeError, match=r"vecdot: expected equal sizes along axis -1 but got"):
        wnp.vecdot(x, x[:1])
    with pytest.raises(errors.ShapeError, match="vecdot: expected an axis from -1 to 0 but got axis 2"):
        wnp.vecdot(x, x, axis=2)


def test_tolerances_of_several_matrices():
    x = np.stack([np.diag([1.0, 0.1]), np.diag([1.0, 0.1])]).astype(np.float32)
    rtol = np.array([0.2, 0.01], np.float32)
    np.testing.assert_allclose(wnp.linalg.pinv(x, rtol=rtol), np.linalg.pinv(x, rtol=rtol), 1e-6)
    assert wnp.linalg.matrix_rank(x, rtol=rtol).tolist() == [1, 2]


def test_nonzero_of_a_scalar():
    with pytest.raises(errors.ShapeError, match=r"nonzero: expected an array of rank 1 or more but got a scalar"):
        wnp.nonzero(wnp.array(1))


def test_the_namespace_describes_itself():
    x = wnp.ones(2)
    assert x.__array_namespace__() is wnp and x.__array_namespace__(api_version="2024.12") is wnp
    assert wnp.__array_api_version__ == "2024.12"
    info = wnp.__array_namespace_info__()
    assert info.devices() == [info.default_device()] == wg.devices() and info.default_device() == x.device
    assert info.default_dtypes(device=x.device)["complex floating"] == np.complex64
    assert list(info.dtypes(kind=("bool", "real floating"))) == ["bool", "float32"]
    with wg.enable_x64():
        assert list(info.dtypes(kind="real floating")) == ["float32", "float64"] and len(info.dtypes()) == 13
    with pytest.raises(errors.DeviceError, match="dtypes: expected the device"):
        info.dtypes(device="gpu")


def test_axes_that_are_not_there_are_index_errors_too():
    for call in (lambda: wnp.expand_dims(wnp.array(1.0), -2), lambda: wnp.sum(wnp.ones(2), 1)):
        with pytest.raises(IndexError) as raised:
            call()
        assert isinstance(raised.value, errors.AxisError) and isinstance(raised.value, ValueError)


def test_diagonals_far_outside():
    for k in (2**40, -(2**40), 3, -2):
        for f, g in ((wnp.eye, np.eye), (wnp.tri, np.tri)):
            np.testing.assert_array_equal(f(2, 3, k), g(2, 3, k))
        for f, g in ((wnp.tril, np.tril), (wnp.triu, np.triu)):
            np.testing.assert_array_equal(f(wnp.ones((2, 3)), k), g(np.ones((2, 3)), k))


@BOTH
def test_linalg_takes_the_last_two_dimensions(transform):
    x = np.arange(24.0, dtype=np.float32).reshape(2, 3, 4)
    f = lambda x: (wnp.linalg.diagonal(x, offset=1), wnp.linalg.trace(x, offset=-1), wnp.linalg.diagonal(x[:0]))
    got = transform(f)(x)
    for g, e in zip(
        got, (np.linalg.diagonal(x, offset=1), np.linalg.trace(x, offset=-1), np.ones((0, 3))), strict=True
    ):
        np.testing.assert_array_equal(g, e)


def test_diagonals_need_a_matrix():
    for f in (wnp.diagonal, wnp.trace, wnp.linalg.diagonal):
        with pytest.raises(errors.ShapeError, match=r"diagonal: expected rank 2 or more but got shape \(2,\)"):
            f(wnp.ones(2))


def test_negative_powers_of_matrices():
    x = np.array([[2.0, 1.0], [0.0, 4.0]], np.float32)
    np.testing.assert_allclose(wnp.linalg.matrix_power(x, -2), np.linalg.matrix_power(x, -2), 1e-6)
    assert wnp.linalg.matrix_power(wnp.zeros((0, 0)), -1).shape == (0, 0)


def test_masks_may_be_empty():
    for shape, key in (((0, 1), (0, 0)), ((2, 3), (2, 0)), ((2, 3), (0,))):
        assert wnp.ones(shape)[np.ones(key, bool)].shape == np.ones(shape)[np.ones(key, bool)].shape
