# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Settings: values, overrides, threads, the environment."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest

import wengert as wg
from wengert.config import Config, parse_bool, threefry_partitionable


def test_update_and_read():
    assert wg.config.enable_x64 is False
    wg.config.update("enable_x64", True)
    try:
        assert wg.config.enable_x64 is True and wg.config.read("enable_x64") is True
    finally:
        wg.config.update("jax_enable_x64", False)
    assert wg.config.enable_x64 is False


def test_overrides_nest_and_end_after_an_error():
    with pytest.raises(KeyError), wg.enable_x64():
        with wg.disable_x64():
            assert not wg.config.enable_x64
        assert wg.config.enable_x64
        raise KeyError
    assert not wg.config.enable_x64


def test_overrides_belong_to_their_thread():
    seen = []
    with wg.enable_x64():
        thread = threading.Thread(target=lambda: seen.append(wg.config.enable_x64))
        thread.start()
        thread.join()
    assert seen == [False]


def test_trace_key_changes_with_what_tracing_reads():
    before = wg.config.trace_key()
    with threefry_partitionable():
        assert wg.config.trace_key() != before
    assert wg.config.trace_key() == before


def test_environment():
    program = "import wengert as wg; print(wg.config.enable_x64)"
    run = lambda value: subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "WENGERT_ENABLE_X64": value, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
    )
    assert run("1").stdout.strip() == "True"
    assert "expected a bool such as 1, 0, true, false but got 'maybe'" in run("maybe").stderr


def test_messages():
    with pytest.raises(AttributeError, match=r"expected one of .* but got 'nothing'"):
        wg.config.update("nothing", 1)
    with pytest.raises(AttributeError, match=r"expected config.update\('enable_x64', True\) but got an assignment"):
        wg.config.enable_x64 = True
    with pytest.raises(ValueError, match="expected a bool"):
        parse_bool("perhaps")
    fresh = Config()
    fresh.define("a", 1, "a number")
    with pytest.raises(ValueError, match="'a' is defined already"):
        fresh.define("a", 2, "another")
    fresh.update("a", "5")
    assert fresh.a == 5
