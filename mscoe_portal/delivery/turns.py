"""How many at once ask Django for what is no finished page, so that nobody keeps readers or editors waiting for long.

A process has so many threads. Without limits a few strangers would take them all: with forms whose end they never send,
or with names and passwords to try, each of which costs a processor 0.2 s.
"""

import threading
from contextlib import contextmanager, nullcontext

from django.conf import settings

# Requests in work in one process: with a session, which may be made up; and forms without one, which sign in.
EDITORS, STRANGERS = 6, 2
# Of the latter so many wait so many seconds: colleagues behind one address of a hospital sign in one after the other.
WAITING, PATIENCE = 2, 3
# So that some are left for readers, who need them for milliseconds.
THREADS = EDITORS + STRANGERS + WAITING + 4
SESSION_COOKIE = f"{settings.SESSION_COOKIE_NAME}="
SIGN_IN = "/admin/login/"


class BusyError(Exception):
    """There are too many at once. It can be tried again in a moment."""


class Places:
    """As many as `places` at once, and `of_one` of them for one address; so many others wait, `patience` seconds."""

    def __init__(self, places, of_one, waiting=0, patience=0):
        self.places, self.of_one, self.waiting, self.patience = places, of_one, waiting, patience
        self._taken = []
        self._number_waiting = 0
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, address):
        """Hold a place. Raises BusyError when none is free in time, or too many wait: that takes a thread, too."""
        with self._changed:
            if not self._is_free(address):
                self._wait(address)
            self._taken.append(address)
        try:
            yield
        finally:
            with self._changed:
                self._taken.remove(address)
                self._changed.notify_all()

    def _is_free(self, address):
        return len(self._taken) < self.places and self._taken.count(address) < self.of_one

    def _wait(self, address):
        if self._number_waiting >= self.waiting:
            raise BusyError
        self._number_waiting += 1
        try:
            if not self._changed.wait_for(lambda: self._is_free(address), self.patience):
                raise BusyError
        finally:
            self._number_waiting -= 1


class Turns:
    """The places of one process."""

    def __init__(self, patience=PATIENCE):
        self._editors = Places(EDITORS, EDITORS)
        self._strangers = Places(STRANGERS, 1, WAITING, patience)

    def place(self, environ):
        """Hold the place that the request needs (a context manager). Raises BusyError."""
        is_form = environ["REQUEST_METHOD"] == "POST"
        has_session = SESSION_COOKIE in environ.get("HTTP_COOKIE", "")
        if is_form and (not has_session or environ["PATH_INFO"] == SIGN_IN):
            return self._strangers.taken(client_address(environ))
        return self._editors.taken(client_address(environ)) if has_session else nullcontext()


def client_address(environ):
    """The address that the request comes from, as the proxies of ours tell it (settings.PROXY_COUNT)."""
    if settings.PROXY_COUNT:
        told = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
        return told[-min(settings.PROXY_COUNT, len(told))].strip()
    return environ.get("REMOTE_ADDR", "")
