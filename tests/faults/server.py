"""A real server, as `manage.py serve` starts it, on the test's own database; and readers and an editor of it."""

import http.client
import os
import resource
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, transaction
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice
from djangocms_versioning.models import Version

from tests import factories
from tests.review.people import approve

ROOT = Path(__file__).parents[2]
# What `manage.py serve` does last, when it has the database ready, to which no connection is open then.
SERVE = """
import django
django.setup()
from django.db import connection
connection.ensure_connection()
connection.close()
from mscoe_portal.management.commands.serve import become_the_server
become_the_server()
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class TlsPort(int):
    """A port at which TLS is spoken, with a certificate that nobody has to trust."""


def connect(port):
    """A connection to `port` of this machine."""
    if isinstance(port, TlsPort):
        trusting = ssl._create_unverified_context()  # noqa: S323 - the test's own certificate
        return http.client.HTTPSConnection("127.0.0.1", int(port), timeout=15, context=trusting)
    return http.client.HTTPConnection("127.0.0.1", port, timeout=15)


def database_url():
    """The URL of the database that the tests run on."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    return f"postgres://{values['USER']}@/{values['NAME']}?host={quote(values['HOST'] or values['OPTIONS']['host'])}"


class Server:
    """granian with two workers; `directory` is its DELIVERY_DIR, `log` the file of its log.

    No file that it writes can grow beyond `largest_file` bytes.
    """

    def __init__(self, directory, *, largest_file=None, **environment):
        self.largest_file = largest_file
        self.directory = directory
        self.port = free_port()
        directory.mkdir(parents=True, exist_ok=True)
        self.log = directory.with_suffix(".log")
        # DATABASE_URL is read by tests/settings.py too, whose own must not be taken.
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.faults.settings",
            "DATABASE_URL": database_url(),
            "DELIVERY_DIR": str(directory),
            "SECRET_KEY": settings.SECRET_KEY,
            "DEMO": "on",
            "MALLOC_ARENA_MAX": "2",  # as in deploy/portal@.service
            "PORT": str(self.port),
            "WORKERS": "2",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "PGOPTIONS": "-c statement_timeout=10s",
            **environment,
        }

    def __enter__(self):
        # Through another program: the log may grow beyond the largest file that the server may write.
        self.logger = subprocess.Popen(["tee", "--append", self.log], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE],
            cwd=ROOT,
            env=self.environment,
            stdout=self.logger.stdin,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        if self.largest_file:
            resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (self.largest_file,) * 2)
        wait_for(lambda: get(self.port, "/healthz/live")[0] == 200, 30)
        return self

    def __exit__(self, *exception):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        finally:
            end_group(self.process.pid)
            self.logger.stdin.close()
            self.logger.wait()

    def workers(self):
        """The process numbers of its workers."""
        command = ["pgrep", "--parent", str(self.process.pid)]
        listed = subprocess.run(command, capture_output=True, text=True, check=False)
        return [int(line) for line in listed.stdout.split()]

    def kill_workers(self):
        """Kill one worker after another, as crashes do, each when the one before has been replaced."""
        for worker in self.workers():
            os.kill(worker, signal.SIGKILL)
            wait_for(lambda dead=worker: dead not in self.workers(), 20)
            wait_for(lambda: self.listening() == 2, 20)

    def restart_workers(self):
        """Have granian replace every worker by a new one, as after an update."""
        old = self.workers()
        self.process.send_signal(signal.SIGHUP)
        wait_for(lambda: not set(old) & set(self.workers()) and self.listening() == len(old), 30)

    def listening(self):
        """How many sockets listen at its port: one for each worker that is ready."""
        lines = Path("/proc/net/tcp").read_text().splitlines()
        return sum(line.split()[1].endswith(f":{self.port:04X}") and line.split()[3] == "0A" for line in lines)


def end_group(group):
    """End what is left of a server's processes."""
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def wait_for(condition, seconds):
    """Wait until `condition()` is true; returns after how many seconds. Raises TimeoutError."""
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        try:
            if condition():
                return time.monotonic() - start
        except OSError:
            pass
        time.sleep(0.005)
    raise TimeoutError(f"{condition} was not true within {seconds} s")


def get(port, path, **headers):
    """Status, headers and body of `path`, over a connection of its own."""
    reader = connect(port)
    try:
        return ask(reader, path, headers)
    finally:
        reader.close()


def ask(reader, path, headers=None, method="GET", body=None):
    reader.request(method, path, body, {name.replace("_", "-"): value for name, value in (headers or {}).items()})
    response = reader.getresponse()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()


def settled(port, path, new, since, seconds=2):
    """Read `path` for some seconds; returns how long after the time `since` the last answer without `new` came."""
    last, end = since, time.monotonic() + seconds
    while time.monotonic() < end:
        asked = time.monotonic()
        if new not in get(port, path, Accept_Encoding="identity")[2]:
            last = asked
    return last - since


class Crowd:
    """People who each do something of their own from the beginning of a `with` block until `_stop` is set, at its end.

    `acts` has for each a function and its arguments.
    """

    def __init__(self, acts):
        self.counts = Counter()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=act, args=arguments) for act, *arguments in acts]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exception):
        self._stop.set()
        for thread in self._threads:
            thread.join()


class Load(Crowd):
    """Readers that ask for `paths` again and again, each over one connection, as browsers do.

    `counts` has the number of requests, of failures (a status of 500 and more), of connections lost without an answer,
    of answers with each status, and of requests sent once more since the connection was closed between two of them
    (RFC 9112, 9.3.1). `longest` is how many seconds a reader waited at most, `pause` how many after each answer.
    """

    def __init__(self, port, paths, *, readers=4, pause=0.002, encodings=("gzip, br",)):
        self.longest = 0
        super().__init__([(self._read, number, port, paths, pause, encodings) for number in range(readers)])

    def _read(self, number, port, paths, pause, encodings):
        reader, is_used = connect(port), False
        while not self._stop.wait(pause):
            number += 1
            path, encoding = paths[number % len(paths)], encodings[number % len(encodings)]
            asked = time.monotonic()
            try:
                try:
                    status = ask(reader, path, {"Accept_Encoding": encoding})[0]
                except (http.client.RemoteDisconnected, ConnectionError):
                    reader.close()
                    if not is_used:
                        raise
                    self.counts["sent once more"] += 1
                    status = ask(reader, path, {"Accept_Encoding": encoding})[0]
                is_used = True
            except (OSError, http.client.HTTPException) as error:
                reader.close()
                status, is_used = type(error).__name__, False
            self.longest = max(self.longest, time.monotonic() - asked)
            self.counts["requests"] += 1
            self.counts[status] += 1
            if not isinstance(status, int):
                self.counts["connections lost"] += 1
            elif status >= 500:
                self.counts["failures"] += 1
        reader.close()

    def __str__(self):
        counts = {"failures": 0, "connections lost": 0, **self.counts, "longest wait": f"{self.longest:.2f} s"}
        return ", ".join(f"{name}: {number}" for name, number in counts.items())


class Editor:
    """`user` (without one, a superuser), signed in at a server with a second factor, as production asks for."""

    def __init__(self, port, user=None):
        self.port = port
        self.user = user or factories.make_user(is_superuser=True)
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(self.user.pk)
        session[BACKEND_SESSION_KEY] = "mscoe_portal.accounts.backends.PasswordBackend"
        session[HASH_SESSION_KEY] = self.user.get_session_auth_hash()
        app = TOTPDevice.objects.create(user=self.user, name="app")
        session[DEVICE_ID_SESSION_KEY] = app.persistent_id
        session["second_factor_given_at"] = time.time()
        session.save()
        self.cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}; csrftoken={'x' * 32}"
        self.connection = connect(port)

    def publish(self, content):
        """Publish the draft `content` by the button; returns status and headers of the answer."""
        version = Version.objects.get_for_content(content)
        model = version.versionable.version_model_proxy._meta.model_name
        path = f"/admin/djangocms_versioning/{model}/{version.pk}/publish/"
        headers = {"Cookie": self.cookie, "X_CSRFToken": "x" * 32, "Referer": f"https://127.0.0.1:{int(self.port)}/"}
        try:
            return ask(self.connection, path, headers, "POST", b"")[:2]
        except http.client.RemoteDisconnected:
            self.connection.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.connection.close()

    def see(self, path):
        return ask(self.connection, path, {"Cookie": self.cookie})


@transaction.atomic
def draft_of(page, title, user, **values):
    """A new draft of `page` with another title, approved."""
    draft = Version.objects.get_for_content(factories.page_content(page)).copy(user).content
    for name, value in ({"title": title} | values).items():
        setattr(draft, name, value)
    draft.save()
    approve(Version.objects.get_for_content(draft))
    return draft
