"""Finished pages as plain files, for a web server in front that hands them out itself (deploy/nginx.conf).

`<token>-<day>/<scheme>/<host>/<path>/index.html`, and the same compressed. The link `current` leads to the tree that
holds. It is taken away before a change can be made and set again when the database has told what is current then: a
process that is killed anywhere in between leaves no link, and a missing link or file is the portal's own to answer.
"""

import fcntl
import logging
import os
import re
import shutil
import threading
from contextlib import contextmanager, suppress

from mscoe_portal.delivery.store import today

logger = logging.getLogger(__name__)

# Other addresses are answered by the portal. No host starts with a dot, so none leads out of its folder.
ADDRESS = re.compile(r"[a-z0-9\[][a-z0-9.:\]-]*/([a-z0-9_-]+/)*")
HTML = ["Content-Type", "text/html; charset=utf-8"]
SUFFIXES = {"": "", "gzip": ".gz", "br": ".br"}


class FileTree:
    """The files under `directory`, written by all processes of this host."""

    def __init__(self, directory):
        self.directory = directory
        self._current = directory / "current"
        self._lock = directory / "lock"
        self._told = set()

    def write(self, key, entry):
        """Write `entry` for the generation and day that it was made for. A disk that cannot be written does no harm."""
        scheme, host, path = key
        if not ADDRESS.fullmatch(host + path) or HTML not in entry.headers:
            return
        folder = self.directory / tree_of(entry.token, entry.day) / scheme / host / path.strip("/")
        with self._told_once("Files for the web server cannot be written"):
            folder.mkdir(parents=True, exist_ok=True)
            for encoding, suffix in SUFFIXES.items():
                temporary = folder / f"{os.getpid()}-{threading.get_ident()}"
                temporary.write_bytes(entry.bodies[encoding])
                # nginx makes the ETag of the time and the length: two texts of one length in one second must differ.
                os.utime(temporary, (int(entry.etag[:8], 16),) * 2)
                temporary.replace(folder / f"index.html{suffix}")

    @contextmanager
    def withdrawn(self):
        """Show no file while the site may be changing. Raises OSError when they cannot be taken away."""
        with locked(self._lock, fcntl.LOCK_SH):
            self._current.unlink(missing_ok=True)
            yield

    def show(self, generation):
        """Show the tree of the current generation and day, and delete the others; not while the site may be changing.

        Asks the database. Raises DatabaseError when it cannot be reached.
        """
        if self._shown() == tree_of(generation.token, today()):
            return
        with self._told_once("Other files cannot be shown to the web server"), locked(self._lock) as is_mine:
            if not is_mine:
                return
            generation.refresh()
            tree = tree_of(generation.token, today())
            temporary = self.directory / f"link-{os.getpid()}"
            temporary.unlink(missing_ok=True)
            temporary.symlink_to(tree)
            temporary.replace(self._current)
            for path in self.directory.glob("*-*-*-*"):
                if path.name != tree:
                    shutil.rmtree(path, ignore_errors=True)

    def _shown(self):
        with suppress(OSError):
            return str(self._current.readlink())
        return ""

    @contextmanager
    def _told_once(self, what):
        try:
            yield
        except OSError as error:
            if what not in self._told:
                logger.warning("%s: %s", what, error.strerror)
            self._told.add(what)
        else:
            self._told.discard(what)


def tree_of(token, day):
    """The name of the tree for a generation and day."""
    return f"{token}-{day}"


@contextmanager
def locked(path, how=fcntl.LOCK_EX | fcntl.LOCK_NB):
    """Hold a lock that ends with the process at the latest; gives whether it could be had."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, how)
        except BlockingIOError:
            yield False
        else:
            yield True
