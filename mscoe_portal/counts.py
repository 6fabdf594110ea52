"""What the processes of a host count while they answer, added up when somebody asks.

To count is to add to a number in memory. A thread of each process writes its numbers to a small file every second, so
that any process can tell those of all. Not by memory that is shared through a file, as prometheus_client's own way is:
where the disk is full, to touch such memory ends the process (SIGBUS).
"""

import fcntl
import json
import threading
import time
from bisect import bisect_left
from collections import Counter
from contextlib import contextmanager, suppress
from itertools import count

# Where Django finds the counts of its process, in the WSGI environ.
COUNTS = "mscoe_portal.counts"
WRITE_SECONDS = 1
# Upper bounds of the classes of durations, in seconds.
BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Counts(Counter):
    """The numbers of one process by name; those of all, once it shares them, lie in `directory`."""

    def __init__(self, directory):
        super().__init__()
        self.directory = directory
        self._lock = self._path = self._written = None

    def share(self):
        """Show the numbers to the other processes from now on; called once, after the fork.

        They go on from those of a process that has ended, so that no sum ever falls. A disk that cannot be written does
        no harm: the numbers are missing in the sum.
        """
        with suppress(OSError):
            self.directory.mkdir(parents=True, exist_ok=True)
            self._path = next(path for path in map(self._take, count()) if path)
            with suppress(FileNotFoundError, ValueError):
                self.update(json.loads(self._path.read_text()))
            threading.Thread(target=self._go_on_writing, name="counts", daemon=True).start()

    def _take(self, number):
        """The file of this number, if no process that lives has it; held by a lock that ends with this one."""
        lock = (self.directory / f"{number}.lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return None
        self._lock = lock
        return self.directory / f"{number}.json"

    def _go_on_writing(self):
        while True:
            self.write()
            time.sleep(WRITE_SECONDS)

    def write(self):
        """Write the numbers for other processes to read, if they have changed."""
        numbers = dict(self)
        if self._path is None or numbers == self._written:
            return
        with suppress(OSError):
            temporary = self._path.with_suffix(".new")
            temporary.write_text(json.dumps(numbers))
            temporary.replace(self._path)
            self._written = numbers

    def of_all(self):
        """The numbers of each process of this host, this one's as they are now; of one that has ended, too."""
        self.write()
        if self._path is None:
            return [dict(self)]
        return [json.loads(path.read_text()) for path in sorted(self.directory.glob("*.json"))]

    def observe(self, name, seconds):
        """Count a duration: how many, their sum, and the class it falls into (the last one has no bound)."""
        self[f"{name} sum"] += seconds
        self[f"{name} {bisect_left(BOUNDS, seconds)}"] += 1

    @contextmanager
    def waiting(self, lock, name):
        """Hold `lock`; whoever must wait for it is counted, and for how long."""
        if not lock.acquire(blocking=False):
            began = time.monotonic()
            lock.acquire()
            self[f"{name} waited"] += 1
            self[f"{name} waited seconds"] += time.monotonic() - began
        try:
            yield
        finally:
            lock.release()
