"""Finished responses: in memory, and on disk for the next process. An entry says which generation it belongs to."""

import gzip
import hashlib
import json
import logging
import os
import threading
import time
from collections import OrderedDict
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property, lru_cache

import brotli
from django.utils import timezone

logger = logging.getLogger(__name__)

# The form of a file. A file of another form is as good as none.
FORMAT = b"mscoe-page-2\n"
# Of a page of 37 kB 9 takes 18 times as long and saves 27 bytes.
BROTLI_QUALITY = 6
MAX_ENTRIES = 2_000
MAX_BYTES = 64 * 1024 * 1024
QUARTER_HOUR = 15 * 60
# No copy may be shown without asking whether it is still current; the answer to that is a 304.
CACHE_CONTROL = "no-cache"
# Each reader gets these as the store sends them.
OWN_HEADERS = {"content-length", "etag", "vary", "cache-control", "expires", "last-modified"}


def today():
    """The day by which due dates lapse: an entry holds for the day on which it was made."""
    return _day_of(time.time() // QUARTER_HOUR)


@lru_cache(maxsize=1)
def _day_of(quarter):
    # Asked for each answer, worked out four times an hour: in every time zone midnight begins a quarter of an hour.
    return timezone.localdate(datetime.fromtimestamp(quarter * QUARTER_HOUR, UTC)).isoformat()


@dataclass(frozen=True)
class Entry:
    """A finished response: status line, headers, and the body in each encoding ("" is as it is)."""

    token: int
    day: str
    status: str
    headers: list
    etag: str
    ignores_query: bool
    bodies: dict

    @classmethod
    def finish(cls, token, day, answer, *, ignores_query=False):
        """Make an entry of Django's answer: compressed, with an ETag. `token` and `day` are those from before it."""
        kept = [[name, value] for name, value in answer.headers if name.lower() not in OWN_HEADERS]
        content = json.dumps([answer.status, kept]).encode() + answer.body
        bodies = {
            "": answer.body,
            "gzip": gzip.compress(answer.body, 6, mtime=0),
            "br": brotli.compress(answer.body, quality=BROTLI_QUALITY),
        }
        return cls(token, day, answer.status, kept, hashlib.sha256(content).hexdigest()[:32], ignores_query, bodies)

    @property
    def body(self):
        return self.bodies[""]

    @property
    def is_found(self):
        return self.status.startswith("200")

    @property
    def size(self):
        return sum(map(len, self.bodies.values()))

    def is_current(self, token):
        return self.token == token and self.day == today()

    @cached_property
    def answers(self):
        """What is sent, for each encoding: ETag, the headers that a 304 has too, all headers, body."""
        return {encoding: self._answer(encoding, body) for encoding, body in self.bodies.items()}

    def _answer(self, encoding, body):
        etag = f'"{self.etag}-{encoding}"' if encoding else f'"{self.etag}"'
        short = [("ETag", etag), ("Vary", "Accept-Encoding, Cookie"), ("Cache-Control", CACHE_CONTROL)]
        headers = [*short, *map(tuple, self.headers), ("Content-Length", str(len(body)))]
        if encoding:
            headers.append(("Content-Encoding", encoding))
        return etag, short, headers, body


class Store:
    """The entries of one process, over the files that all processes of a host share. Keys are tuples of text.

    Both are bounded: what was not used (memory) or made (disk) for the longest time goes.
    """

    def __init__(self, directory, max_entries=MAX_ENTRIES, max_bytes=MAX_BYTES):
        self.directory = directory
        self.max_entries = max_entries
        self.max_bytes = max_bytes
        self.entries = OrderedDict()
        self.size = 0
        self._lock = threading.Lock()
        self._told = set()
        self._files = len(self._paths())

    def get(self, key, token):
        """The newest entry of `key`, whether current or not; None when there is none. Current ones come from memory."""
        entry = self.entries.get(key)
        if entry is None or not entry.is_current(token):
            entry = self._read(key, entry)
            if entry is not None and entry.is_current(token):
                self._remember(key, entry)
        return entry

    def put(self, key, entry):
        """Keep `entry`, here and on disk. A disk that cannot be written is told once and does no harm."""
        self._remember(key, entry)
        path = self._path(key)
        temporary = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        try:
            self._files += not path.exists()
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_bytes(pack(key, entry))
            temporary.replace(path)
            self._told.discard("write")
            if self._files > self.max_entries:
                self._delete_oldest()
        except OSError as error:
            self._tell("write", f"Finished pages cannot be written to disk: {error.strerror}")
            with suppress(OSError):
                temporary.unlink()

    def remove(self, key):
        """Forget `key`: there is no such page any more, so no older copy of it may be shown either."""
        with self._lock:
            entry = self.entries.pop(key, None)
            self.size -= entry.size if entry else 0
        try:
            self._path(key).unlink(missing_ok=True)
        except OSError as error:
            self._tell("delete", f"A page that is gone cannot be deleted from disk: {error.strerror}")

    def used(self, key):
        """Note that `key` was asked for: it is kept longer, and made anew earlier."""
        with suppress(KeyError):  # another thread may just have dropped it
            self.entries.move_to_end(key)

    def keys(self):
        """All keys: those in memory, the last used first, then those on disk, the last made first."""
        yield from (known := list(reversed(self.entries)))
        for path in reversed(self._paths()):
            with suppress(OSError):
                key, _entry = unpack(path.read_bytes())
                if key and key not in known:
                    yield key

    def showing(self, key):
        """Keys of pages in memory that show what is at `key`, the last used first: their own text links to it."""
        link = f'href="{key[-1]}"'.encode()
        entries = reversed(list(self.entries.items()))
        return [other for other, entry in entries if link in entry.body.partition(b"<main")[2] and other[:2] == key[:2]]

    def _remember(self, key, entry):
        with self._lock:
            old = self.entries.pop(key, None)
            self.size += entry.size - (old.size if old else 0)
            self.entries[key] = entry
            while len(self.entries) > self.max_entries or self.size > self.max_bytes:
                _key, oldest = self.entries.popitem(last=False)
                self.size -= oldest.size

    def _read(self, key, remembered):
        try:
            found, entry = unpack(self._path(key).read_bytes())
        except FileNotFoundError:
            # Another process has removed it, unless the disk is such that it was never there.
            return remembered if "write" in self._told else None
        except OSError:
            return remembered
        if found is None:
            self._tell("damage", "A finished page on disk is damaged; it is made anew.")
        return entry if found == key else remembered

    def _path(self, key):
        name = hashlib.sha256("\n".join(key).encode()).hexdigest()
        return self.directory / name[:2] / name

    def _paths(self):
        """All files, the oldest first, those that a killed process left half-written too."""

        def age(path):
            try:
                return path.stat().st_mtime
            except OSError:
                return 0

        return sorted(self.directory.glob("*/*"), key=age)

    def _delete_oldest(self):
        paths = self._paths()
        for path in paths[: len(paths) - self.max_entries * 9 // 10]:
            path.unlink(missing_ok=True)
        self._files = len(self._paths())

    def _tell(self, what, message):
        if what not in self._told:
            logger.warning(message)
        self._told.add(what)


def pack(key, entry):
    """The bytes of a file: form, checksum, a line of JSON, the bodies."""
    head = asdict(entry) | {"key": key, "bodies": [[encoding, len(body)] for encoding, body in entry.bodies.items()]}
    content = json.dumps(head).encode() + b"\n" + b"".join(entry.bodies.values())
    return FORMAT + hashlib.sha256(content).hexdigest().encode() + b"\n" + content


def unpack(data):
    """The key and the entry of a file's bytes; (None, None) when it is damaged, half-written or of another release."""
    checksum, _newline, content = data.removeprefix(FORMAT).partition(b"\n")
    if not data.startswith(FORMAT) or hashlib.sha256(content).hexdigest().encode() != checksum:
        return None, None
    line, _newline, rest = content.partition(b"\n")
    head = json.loads(line)
    bodies = {}
    for encoding, length in head["bodies"]:
        bodies[encoding], rest = rest[:length], rest[length:]
    return tuple(head.pop("key")), Entry(**head | {"bodies": bodies})
