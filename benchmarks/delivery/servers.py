"""Start and stop the servers of the bench, all on the same core, and read the processor time that they used."""

import http.client
import os
import subprocess
import time
from dataclasses import dataclass, field
from functools import cache
from http import HTTPStatus
from pathlib import Path

from benchmarks.delivery.page import PATH

SERVER_CORE, LOAD_CORE = "0", "1"
# Before all else that runs on the machine, where that is allowed: a busy machine slows down fast servers most.
REAL_TIME = ["chrt", "--rr", "1"]
# As `manage.py serve` starts it, with one process: there is one core to serve on.
GRANIAN = ["--workers", "1", "--respawn-failed-workers", "--blocking-threads", "14", "--workers-kill-timeout", "5"]
START_SECONDS = 30
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass
class Server:
    """One server: `command` starts it in `folder`, at `port`."""

    name: str
    command: list
    folder: Path
    port: int
    environment: dict = field(default_factory=dict)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}{PATH}"

    def start(self):
        """Start it and return the seconds until the page was there. Raises RuntimeError when it never is."""
        began = time.perf_counter()
        command = on_core(SERVER_CORE, self.command)
        self.process = subprocess.Popen(command, cwd=self.folder, env=self.environment)
        while time.perf_counter() - began < START_SECONDS and self.process.poll() is None:
            try:
                if self.ask()[0] == HTTPStatus.OK:
                    return time.perf_counter() - began
            except OSError:
                pass  # not listening yet
            time.sleep(0.005)
        self.stop()
        raise RuntimeError(f"{self.name} does not answer at {self.url}")

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            for pid in reversed(_family(self.process.pid)):
                os.kill(pid, 9)
            self.process.wait()

    def ask(self, encoding="identity"):
        """GET the page; returns status, headers (a list of pairs) and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_SECONDS)
        try:
            connection.request("GET", PATH, headers={"Accept-Encoding": encoding})
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    def processor_seconds(self):
        """User and system time of all its processes so far (proc(5), fields 14 and 15 of `stat`)."""
        ticks = 0
        for pid in _family(self.process.pid):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / TICKS_A_SECOND


@cache
def is_real_time():
    """Whether programs may run at real-time priority."""
    return subprocess.run([*REAL_TIME, "true"], capture_output=True, check=False).returncode == 0


def on_core(core, command):
    """`command` on that core alone, before all else if that is allowed."""
    return [*(REAL_TIME if is_real_time() else []), "taskset", "--cpu-list", core, *command]


def granian(python, application, port):
    """The command that serves a WSGI application."""
    address = ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    return [str(python), "-m", "granian", "--interface", "wsgi", application, *address, *GRANIAN]


def _family(pid):
    """The process and all below it."""
    pids = [pid]
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            pids += _family(int(child))
    return pids
