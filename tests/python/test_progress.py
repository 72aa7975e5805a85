# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Progress appears on a terminal only, after a second, and can be switched off."""

import os
import pty
import time

import pytest

from wengert import progress
from wengert.config import config


@pytest.fixture
def terminal(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "DELAY_SECONDS", 0.05)
    controller, terminal = pty.openpty()
    with os.fdopen(terminal, "w") as stream:
        yield stream, controller
    os.close(controller)


def shown(controller):
    os.set_blocking(controller, False)
    try:
        return os.read(controller, 100_000).decode(errors="replace")
    except BlockingIOError:
        return ""


def test_long_work_shows_a_line(terminal):
    stream, controller = terminal
    with progress.status("compiling main", stream):
        time.sleep(0.6)
    assert "compiling main" in shown(controller)


def test_short_work_shows_nothing(terminal):
    stream, controller = terminal
    with progress.status("compiling main", stream):
        pass
    assert shown(controller) == ""


def test_one_setting_switches_it_off(terminal):
    stream, controller = terminal
    config.update("progress", False)
    try:
        assert not progress.enabled(stream)
        with progress.status("compiling main", stream):
            time.sleep(0.2)
    finally:
        config.update("progress", True)
    assert shown(controller) == ""


def test_no_terminal_no_progress(tmp_path):
    with open(tmp_path / "log", "w") as stream, progress.status("compiling", stream):
        assert not progress.enabled(stream)
    assert list(progress.track([1, 2], "counting")) == [1, 2]


def test_only_one_display_at_a_time(terminal):
    stream, controller = terminal
    with progress.status("outer", stream):
        time.sleep(0.4)
        with progress.status("inner", stream):
            time.sleep(0.2)
    assert "inner" not in shown(controller)
