# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The command line: `wengert cache ls|clear|explain` and `wengert doctor`."""

import subprocess
import sys
from pathlib import Path

import pytest

import wengert.cli
from wengert import cache as disk_cache
from wengert.cache import Key
from wengert.cli import doctor, main
from wengert.config import config
from wengert.errors import CacheError


@pytest.fixture(autouse=True)
def cache(tmp_path):
    before = config.cache_dir
    config.update("cache_dir", str(tmp_path / "cache"))
    yield disk_cache.default()
    config.update("cache_dir", before)


def test_cache_ls_clear_explain(cache, capsys):
    assert main(["cache", "ls"]) == 0
    assert "0 entries" in capsys.readouterr().out
    cache.put(Key("a", {"target": "llvm-cpu (host)"}), b"x" * 5000, name="predict", seconds=1.5)
    cache.get(Key("b", {"target": "llvm-cpu (host)"}))
    main(["cache", "ls"])
    out = capsys.readouterr().out
    assert "predict" in out and "llvm-cpu (host)" in out and "1.50 s" in out and "1 entries" in out
    main(["cache", "explain"])
    assert "reason: no entry" in capsys.readouterr().out
    main(["cache", "clear"])
    assert "removed 1 entries" in capsys.readouterr().out
    assert cache.entries() == []


def test_cache_that_is_off(capsys):
    config.update("cache_dir", "off")
    for action in ("ls", "clear", "explain"):
        assert main(["cache", action]) == 0
        assert capsys.readouterr().out == "the cache is off\n"


def test_doctor_reports_and_fails_if_something_is_wrong(capsys, monkeypatch):
    def broken():
        raise RuntimeError("no compiler")

    monkeypatch.setattr(doctor, "_grad_of_jit", broken)
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    for word in ("iree-base-compiler", "local-task", "CPU features", "entries", "no compiler", "something is wrong"):
        assert word in out, word


def test_doctor_finds_everything_right(capsys):
    code = main(["doctor"])
    out = capsys.readouterr().out
    assert code == 0, out
    assert "everything works" in out


def test_errors_of_wengert_are_one_line(capsys, monkeypatch):
    def fail(_):
        raise CacheError("cache: cannot")

    monkeypatch.setattr(wengert.cli.parser().__class__, "parse_args", lambda *_: type("A", (), {"run": fail}))
    assert main([]) == 1
    assert capsys.readouterr().err == "wengert: cache: cannot\n"


def test_module_and_version():
    path = str(Path(wengert.cli.__file__).parents[2])
    result = subprocess.run(
        [sys.executable, "-m", "wengert", "--version"], capture_output=True, text=True, check=True, cwd=path
    )
    assert result.stdout.startswith("wengert ")
    result = subprocess.run([sys.executable, "-m", "wengert"], capture_output=True, text=True, check=False, cwd=path)
    assert result.returncode == 2 and "command" in result.stderr
