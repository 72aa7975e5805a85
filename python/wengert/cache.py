# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The disk cache of compiled modules, by content.

An entry is three files named by the SHA-256 of the key: `<hash>.vmfb` (the compiled module), `<hash>.json` (what it is,
when it was made, the parts of the key, a checksum) and `<hash>.mlir.gz` (the text it was made from, so that a later
miss can be explained). The key is the text itself and every other thing that the result depends on, see `Key`.

Files are written under another name and renamed, so a reader never sees half an entry; the metadata is written last and
an entry without it does not exist. An entry whose module does not match its checksum is dropped and made anew. One lock
file an entry keeps two processes from compiling the same thing at the same time.

Settings: `cache_dir` (WENGERT_CACHE_DIR), a folder or `off`, and `cache_limit_mb` (WENGERT_CACHE_LIMIT_MB).
"""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import functools
import gzip
import hashlib
import itertools
import json
import os
import tempfile
import threading
import time
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .config import config
from .errors import CacheError

FORMAT = "1"  # of the entries: part of the folder's name, so that an older wengert does not meet newer entries
_TOUCH_SECONDS = 60  # a hit is noted in the file's time at most this often


@dataclasses.dataclass(frozen=True)
class Key:
    """What a compiled module depends on: the text, and named parts such as the target, the flags and the versions."""

    text: str
    parts: Mapping[str, str]

    @functools.cached_property
    def digest(self) -> str:
        h = hashlib.sha256(self.text.encode())
        for name in sorted(self.parts):
            h.update(f"\0{name}\0{self.parts[name]}".encode())
        return h.hexdigest()


@dataclasses.dataclass(frozen=True)
class Entry:
    """One entry as `wengert cache ls` shows it; `meta` is the parsed metadata file."""

    digest: str
    size: int
    used: float
    meta: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.meta.get("name", ""))


class DiskCache:
    """The entries under one folder. All methods may be called from several threads and processes."""

    def __init__(self, root: Path, limit_bytes: int = 1 << 30):
        self.root = Path(root)
        self.limit_bytes = limit_bytes
        self._unseen: int | None = None  # bytes written since the folder was last looked through
        self.entries_dir = self.root / f"v{FORMAT}"
        self.reports_dir = self.root / "reports"
        try:
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.entries_dir.mkdir(mode=0o700, exist_ok=True)
        except OSError as e:
            raise CacheError(
                f"cache: cannot create {self.root}: {e.strerror}; "
                "set WENGERT_CACHE_DIR (or config.update('cache_dir', ...)) to a folder that you can write to, "
                "or to 'off'"
            ) from e

    # --- reading and writing ---

    def get(self, key: Key) -> bytes | None:
        """The module stored for `key`, or None. A damaged entry is removed and counts as none."""
        path = self._path(key.digest, "vmfb")
        try:
            meta = json.loads(self._path(key.digest, "json").read_bytes())
            data = path.read_bytes()
        except (OSError, ValueError):
            self._note_miss(key, "no entry")
            return None
        if meta.get("checksum") != hashlib.sha256(data).hexdigest():
            self.remove(key.digest)
            self._note_miss(key, "the entry was damaged (its checksum did not match) and has been removed")
            return None
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _TOUCH_SECONDS:
                os.utime(path)
        return data

    def made_meanwhile(self, key: Key) -> bool:
        """Whether another process has stored `key` since it was missed."""
        return self._path(key.digest, "json").exists()

    def put(self, key: Key, data: bytes, *, name: str = "", seconds: float = 0.0) -> None:
        """Store `data` for `key`; failing to (a full disk, say) is a warning, not an error."""
        meta = {
            "name": name,
            "made": time.time(),
            "compile_seconds": round(seconds, 3),
            "size": len(data),
            "checksum": hashlib.sha256(data).hexdigest(),
            "parts": dict(key.parts),
            "text_sha256": hashlib.sha256(key.text.encode()).hexdigest(),
        }
        try:
            self._path(key.digest, "vmfb").parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(self._path(key.digest, "mlir.gz"), gzip.compress(key.text.encode(), 1))
            _write(self._path(key.digest, "vmfb"), data)
            _write(self._path(key.digest, "json"), json.dumps(meta, indent=1).encode())
            self._evict_if_full(len(data))
        except OSError as e:
            warnings.warn(f"cache: cannot write to {self.root}: {e.strerror}", RuntimeWarning)

    @contextlib.contextmanager
    def lock(self, key: Key) -> Iterator[bool]:
        """Held while `key` is compiled; whether a process has ended while it held it, as it does if IREE crashes.

        Of a program that failed after that this stays so. A lock that cannot be had (a read-only folder, say) is done
        without.
        """
        import filelock

        path = self._path(key.digest, "lock")
        lock = filelock.FileLock(str(path), mode=0o600)
        was_left = keep = path.exists()
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock.acquire(timeout=600)
        except (OSError, filelock.Timeout):
            yield False
            return
        try:
            yield was_left
            keep = False
        finally:
            lock.release()
            if not keep:
                with contextlib.suppress(OSError):
                    path.unlink()

    def remove(self, digest: str) -> None:
        # The metadata goes first: from then on the entry does not exist.
        for kind in ("json", "vmfb", "mlir.gz", "lock"):
            with contextlib.suppress(OSError):
                self._path(digest, kind).unlink()

    # --- looking after it ---

    def entries(self) -> list[Entry]:
        """All entries, the most recently used first."""
        found = []
        for path in self.entries_dir.glob("*/*.json"):
            digest = path.name.removesuffix(".json")
            try:
                meta = json.loads(path.read_bytes())
                stat = self._path(digest, "vmfb").stat()
                size = stat.st_size + path.stat().st_size + self._path(digest, "mlir.gz").stat().st_size
            except (OSError, ValueError):
                continue
            found.append(Entry(digest, size, stat.st_mtime, meta))
        return sorted(found, key=lambda e: -e.used)

    def size(self) -> int:
        return sum(e.size for e in self.entries())

    def _evict_if_full(self, added: int) -> None:
        # Looking through thousands of entries takes longer than many a compilation: not after each, and only at sizes.
        if self._unseen is not None and self._unseen + added <= self.limit_bytes // 64:
            self._unseen += added
            return
        self._unseen = 0
        folders = [f.path for f in os.scandir(self.entries_dir) if f.is_dir()]
        total = 0
        for file in itertools.chain.from_iterable(map(os.scandir, folders)):
            with contextlib.suppress(OSError):  # another process may have removed it
                total += file.stat().st_size
        if total > self.limit_bytes:
            self.evict()

    def evict(self, limit_bytes: int | None = None) -> int:
        """Remove the least recently used entries until the rest fits into the limit; returns how many."""
        limit = self.limit_bytes if limit_bytes is None else limit_bytes
        entries = self.entries()
        total, removed = sum(e.size for e in entries), 0
        while entries and total > limit:
            oldest = entries.pop()
            total -= oldest.size
            removed += 1
            self.remove(oldest.digest)
        return removed

    def clear(self) -> int:
        """Remove all entries and reports; returns the number of entries."""
        removed = self.evict(limit_bytes=-1)
        for path in [self._miss_path, *self.entries_dir.glob("*/*"), *self.reports_dir.glob("*")]:
            with contextlib.suppress(OSError):
                path.unlink()
        return removed

    def text(self, digest: str) -> str:
        try:
            return gzip.decompress(self._path(digest, "mlir.gz").read_bytes()).decode()
        except (OSError, EOFError, ValueError):
            return ""

    # --- explaining a miss ---

    def explain(self) -> str:
        """Why the last lookup that missed did so: what differs from the entry that is nearest to it."""
        try:
            miss = json.loads(self._miss_path.read_bytes())
        except (OSError, ValueError):
            return "no lookup has missed yet"
        text = gzip.decompress(bytes.fromhex(miss["text"])).decode()
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(miss["when"]))
        lines = [f"last miss: {miss['digest'][:12]} at {when}", f"reason: {miss['reason']}"]
        if miss["reason"] != "no entry":
            return "\n".join(lines)
        near = self._nearest(miss["digest"], miss["parts"], text, miss["when"])
        if near is None:
            return "\n".join([*lines, "the cache held no other entry to compare with"])
        lines.append(f"nearest entry before it: {near.digest[:12]} {near.name}")
        old = near.meta.get("parts", {})
        new = miss["parts"]
        lines += [
            f"  {name}: {old.get(name, '(absent)')} -> {new.get(name, '(absent)')}"
            for name in sorted({*old, *new})
            if old.get(name) != new.get(name)
        ]
        other = self.text(near.digest)
        if other == text:
            lines.append("  the IR is the same")
        else:
            lines.append("  the IR differs:")
            lines_of = (other.splitlines(), text.splitlines())
            diff = list(difflib.unified_diff(*lines_of, "nearest", "missed", n=1, lineterm=""))
            lines += ["    " + line for line in diff[:60]]
            if len(diff) > 60:
                lines.append(f"    ... {len(diff) - 60} more lines")
        return "\n".join(lines)

    def _nearest(self, digest: str, parts: Mapping[str, str], text: str, before: float) -> Entry | None:
        def equal_parts(e: Entry) -> int:
            old = e.meta.get("parts", {})
            return sum(old.get(name) == value for name, value in parts.items())

        def likeness(e: Entry) -> float:
            other = self.text(e.digest)
            if other == text:
                return 2.0
            return difflib.SequenceMatcher(None, other.splitlines(), text.splitlines(), autojunk=False).quick_ratio()

        candidates = [e for e in self.entries() if e.digest != digest and e.meta.get("made", 0) <= before]
        same_text = hashlib.sha256(text.encode()).hexdigest()
        candidates.sort(key=lambda e: (e.meta.get("text_sha256") == same_text, equal_parts(e)), reverse=True)
        # The likeness of texts costs a file and a comparison each, so it only ranks the first few.
        return max(candidates[:32], key=lambda e: (likeness(e) >= 2, equal_parts(e), likeness(e)), default=None)

    def _note_miss(self, key: Key, reason: str) -> None:
        miss = {
            "digest": key.digest,
            "when": time.time(),
            "reason": reason,
            "parts": dict(key.parts),
            "text": gzip.compress(key.text.encode(), 1).hex(),
        }
        with contextlib.suppress(OSError):
            _write(self._miss_path, json.dumps(miss).encode())

    @property
    def _miss_path(self) -> Path:
        return self.root / "last_miss.json"

    def _path(self, digest: str, kind: str) -> Path:
        return self.entries_dir / digest[:2] / f"{digest}.{kind}"


def _write(path: Path, data: bytes) -> None:
    """Write under a temporary name and rename: readers see the old file or the new one, never a part."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".tmp-")  # mkstemp: mode 0600
    try:
        with os.fdopen(handle, "wb") as f:
            f.write(data)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def default_dir() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir("wengert"))


def configured_dir() -> Path | None:
    """The folder that the settings name; None when the cache is off."""
    setting = config.cache_dir
    if setting is None:
        return default_dir()
    return None if str(setting).lower() in {"off", "", "0"} else Path(setting).expanduser()


_lock = threading.Lock()
_open: dict[Path, DiskCache] = {}
_broken: set[Path] = set()


def default() -> DiskCache | None:
    """The cache that the settings name, or None when it is off or its folder cannot be used (warned once)."""
    root = configured_dir()
    if root is None or root in _broken:
        return None
    with _lock:
        cache = _open.get(root)
        if cache is None or not cache.entries_dir.is_dir():
            try:
                cache = _open[root] = DiskCache(root)
            except CacheError as e:
                _broken.add(root)
                warnings.warn(f"{e}; going on without a disk cache", RuntimeWarning)
                return None
        cache.limit_bytes = int(config.cache_limit_mb * (1 << 20))
        return cache


def reports_dir() -> Path:
    """Where reports of failed compilations go: into the cache's folder, or a private temporary one when it is off."""
    cache = default()
    folder = cache.reports_dir if cache else Path(tempfile.gettempdir()) / f"wengert-reports-{os.getuid()}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
