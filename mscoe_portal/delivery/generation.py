"""Which state of the public site is current, known to every process of this host without asking the database.

The database holds the truth (`models.Generation`). The processes of a host share its token in a small file that is
mapped into memory. Who changes the site writes the token before the editor gets an answer; a thread in each process
watches the database for what others changed: PostgreSQL tells at once (NOTIFY), and both are asked again and again.
"""

import fcntl
import logging
import mmap
import os
import select
import struct
import threading
import time
from contextlib import contextmanager, suppress

import psycopg2.extensions
from django.conf import settings
from django.db import connection

from mscoe_portal.delivery.models import Generation
from mscoe_portal.delivery.triggers import CHANNEL

logger = logging.getLogger(__name__)

UNKNOWN = 0
TOKEN = struct.Struct("=q")
NO_TOKEN = TOKEN.pack(UNKNOWN)
# Seconds between two questions to the database, on PostgreSQL only for what its notification did not tell.
POLL = {"sqlite": 0.1, "postgresql": 0.25}
# Seconds until a lost database is tried again, after which it counts as lost, and for which a start waits for it.
RETRY, PATIENCE, START = 0.25, 3, 2
# One failure may be a connection that was cut.
LOST_AFTER = 2


class SharedToken:
    """A number that all processes of this host see, in the file `path`.

    Where the file cannot be written the number is UNKNOWN: then nothing counts as current, and no page is stale.
    """

    def __init__(self, path):
        self._path = path
        self._map, self._inode = NO_TOKEN, None
        self._is_lost = False
        with suppress(OSError), path.open("rb") as file:
            self._share(file.fileno())

    @property
    def value(self):
        return TOKEN.unpack_from(self._map)[0]

    @contextmanager
    def locked(self):
        """Hold the file; gives a function that writes a token. Who reads the database later must write later."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            self._lose(error)
            yield lambda token: None
            return
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield lambda token: self._write(descriptor, token)
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)  # closing would not: the map keeps the file open
            os.close(descriptor)

    def _write(self, descriptor, token):
        try:
            # Not through the map: a full disk would end the process there (SIGBUS).
            os.pwrite(descriptor, TOKEN.pack(token), 0)
            self._share(descriptor)
        except OSError as error:
            self._lose(error)

    def _share(self, descriptor):
        """Map the file, again if it is another one: somebody may have deleted it meanwhile."""
        stat = os.fstat(descriptor)
        if stat.st_size >= TOKEN.size and stat.st_ino != self._inode:
            self._map = mmap.mmap(descriptor, TOKEN.size, prot=mmap.PROT_READ)
            self._inode = stat.st_ino
            self._is_lost = False

    def _lose(self, error):
        if not self._is_lost:
            logger.warning("The generation cannot be shared (%s): every page is made anew.", error.strerror)
        self._map, self._inode, self._is_lost = NO_TOKEN, None, True


class CurrentGeneration:
    """The current token, and whether the database can be asked. A thread keeps both right.

    `on_look` is called in that thread whenever the database has been asked.
    """

    def __init__(self, path=None):
        self.on_look = lambda: None
        self.shared = SharedToken(path or settings.DELIVERY_DIR / "generation")
        self._lock = threading.Lock()
        self._watcher = None
        self._has_looked = threading.Event()
        self._answered = time.monotonic()
        self._failures = 0

    @property
    def token(self):
        return self.shared.value

    @property
    def database_answers(self):
        return self._failures < LOST_AFTER and time.monotonic() - self._answered < PATIENCE

    def refresh(self):
        """Take the token from the database. Raises DatabaseError when it cannot be reached."""
        with self._lock, self.shared.locked() as write:
            write(Generation.objects.values_list("token", flat=True).first() or UNKNOWN)
            self._answered = time.monotonic()

    def start_watching(self):
        """Follow the database in a thread. Returns when the token is right, or the database cannot be asked."""
        if connection.vendor == "postgresql":
            psycopg2.extensions.set_wait_callback(self._wait_for_answer)
        self._answered = time.monotonic()  # made before the fork of this process, which may be days ago
        # Made after the fork, too: in Python 3.13 a thread that was made before it cannot be started.
        self._watcher = threading.Thread(target=self._watch, name="delivery-generation", daemon=True)
        self._watcher.start()
        self._has_looked.wait(START)

    def _wait_for_answer(self, server):
        """Wait for a server of PostgreSQL as psycopg2 does, but not for one that hangs: each thread would, for ever.

        Raises OperationalError when the database does not answer.
        """
        give_up = time.monotonic() + (PATIENCE if threading.current_thread() is self._watcher else 0)
        while (state := server.poll()) != psycopg2.extensions.POLL_OK:
            event = select.POLLIN if state == psycopg2.extensions.POLL_READ else select.POLLOUT
            if not happens(event, server, RETRY) and time.monotonic() > give_up and not self.database_answers:
                raise psycopg2.OperationalError("no answer")

    def _watch(self):
        while True:
            try:
                self._follow()
            except Exception as error:  # noqa: BLE001 - whatever it is, this thread must go on
                self._failures += 1
                if self._failures == LOST_AFTER:
                    logger.warning("The database does not answer (%s): finished pages are served.", error)
                with suppress(Exception):
                    connection.close()
                if self._failures >= LOST_AFTER:
                    self._has_looked.set()
                    time.sleep(RETRY)

    def _follow(self):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"LISTEN {CHANNEL}")
        while True:
            self.refresh()
            if self._failures >= LOST_AFTER:
                logger.warning("The database answers again.")
            self._failures = 0
            self._has_looked.set()
            self.on_look()
            self._wait()

    @staticmethod
    def _wait():
        if connection.vendor == "sqlite":
            time.sleep(POLL["sqlite"])
            return
        server = connection.connection
        # What came along with an answer is not announced again.
        if not server.notifies and happens(select.POLLIN, server, POLL["postgresql"]):
            server.poll()
        server.notifies.clear()


def happens(event, connection, seconds):
    """Whether it happens on a connection of psycopg2 within so many seconds. (select.select knows 1,024 files only.)"""
    poll = select.poll()
    poll.register(connection, event)
    return bool(poll.poll(seconds * 1000))
