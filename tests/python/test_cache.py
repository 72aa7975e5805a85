# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The disk cache: entries, damage, eviction, explained misses, settings. Nothing is compiled here."""

import os
import stat
import threading

import pytest

from wengert import cache as disk_cache
from wengert.cache import DiskCache, Key
from wengert.config import config
from wengert.errors import CacheError


def key(text="a\nb\nc", **parts):
    return Key(text, {"iree": "3.13", "flags": "-x", **parts})


@pytest.fixture
def cache(tmp_path):
    return DiskCache(tmp_path / "cache")


def test_what_is_put_is_got(cache):
    assert cache.get(key()) is None
    cache.put(key(), b"module", name="f")
    assert cache.get(key()) == b"module"
    assert DiskCache(cache.root).get(key()) == b"module"
    assert cache.text(key().digest) == key().text
    assert [e.name for e in cache.entries()] == ["f"]


def test_key_depends_on_every_part():
    digests = {k.digest for k in (key(), key("a"), key(iree="3.14"), key(flags="-y"), key(more=""))}
    assert len(digests) == 5
    assert key().digest == key().digest


def test_files_are_private(cache):
    cache.put(key(), b"module")
    for path in [cache.root, *cache.entries_dir.rglob("*")]:
        assert stat.S_IMODE(os.stat(path).st_mode) & 0o077 == 0, path


def test_damaged_entry_counts_as_none_and_is_removed(cache):
    cache.put(key(), b"module")
    (path,) = cache.entries_dir.rglob("*.vmfb")
    path.write_bytes(b"modul")
    assert cache.get(key()) is None
    assert not path.exists()
    assert "damaged" in cache.explain()
    cache.put(key(), b"module")
    assert cache.get(key()) == b"module"


def test_damaged_metadata_counts_as_none(cache):
    cache.put(key(), b"module")
    (path,) = cache.entries_dir.rglob("*.json")
    path.write_text("{")
    assert cache.get(key()) is None
    assert cache.entries() == []


def test_least_recently_used_goes_first(cache):
    for i in range(4):
        cache.put(key(str(i)), bytes(1000))
        (path,) = cache.entries_dir.rglob(key(str(i)).digest + ".vmfb")
        os.utime(path, (i, i))
    assert cache.get(key("0"))  # used now: the oldest is "1"
    cache.evict(cache.size() - 1)
    assert [cache.get(key(str(i))) is not None for i in range(4)] == [True, False, True, True]


def test_put_keeps_to_the_limit(tmp_path):
    cache = DiskCache(tmp_path, limit_bytes=5000)
    for i in range(10):
        cache.put(key(str(i)), bytes(1000))
    assert 0 < cache.size() <= 5000


def test_clear(cache):
    cache.put(key(), b"module")
    cache.get(key("other"))
    assert cache.clear() == 1
    assert cache.entries() == []
    assert cache.explain() == "no lookup has missed yet"


def test_explain_names_the_parts_that_differ(cache):
    cache.put(key(), b"module", name="f")
    cache.get(key(iree="3.14"))
    said = cache.explain()
    assert "iree: 3.13 -> 3.14" in said
    assert "the IR is the same" in said
    assert "flags" not in said


def test_explain_shows_how_the_ir_differs(cache):
    cache.put(key(), b"module", name="near")
    cache.put(key("x\ny", iree="1", flags="-z"), b"module", name="far")
    cache.get(key("a\nB\nc"))
    said = cache.explain()
    assert "nearest entry before it" in said and "near" in said
    assert "-b" in said and "+B" in said
    assert "iree" not in said


def test_explain_without_anything_to_compare(cache):
    assert cache.explain() == "no lookup has missed yet"
    cache.get(key())
    assert "no other entry" in cache.explain()


def test_threads_write_the_same_entry(cache):
    def write():
        for _ in range(20):
            cache.put(key(), b"module" * 1000)
            assert cache.get(key()) == b"module" * 1000

    threads = [threading.Thread(target=write) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not list(cache.entries_dir.rglob(".tmp-*"))


def test_lock_excludes_and_leaves_nothing(cache):
    order = []
    with cache.lock(key()):
        thread = threading.Thread(target=lambda: _locked(cache, order))
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def _locked(cache, order):
    with cache.lock(key()):
        order.append("second")


def test_settings_move_and_disable_it(tmp_path, monkeypatch):
    before = config.cache_dir
    try:
        config.update("cache_dir", str(tmp_path / "here"))
        config.update("cache_limit_mb", 2.0)
        found = disk_cache.default()
        assert found.root == tmp_path / "here"
        assert found.limit_bytes == 2 << 20
        config.update("cache_dir", "off")
        assert disk_cache.default() is None
        assert disk_cache.reports_dir().is_dir()
        config.update("cache_dir", None)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
        assert disk_cache.configured_dir().name == "wengert"
    finally:
        config.update("cache_dir", before)
        config.update("cache_limit_mb", 1024.0)


def test_unusable_folder_is_an_error_with_a_remedy_and_a_warning_by_default(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CacheError, match=r"cannot create .*WENGERT_CACHE_DIR"):
        DiskCache(tmp_path / "file" / "cache")
    before = config.cache_dir
    try:
        config.update("cache_dir", str(tmp_path / "file" / "cache"))
        with pytest.warns(RuntimeWarning, match="without a disk cache"):
            assert disk_cache.default() is None
        assert disk_cache.default() is None  # warned once
    finally:
        config.update("cache_dir", before)
