"""Making finished pages: once for each state of the site, for nobody in particular, and again as soon as it changes."""

import logging
import sys
import threading
import time
from collections import deque
from dataclasses import replace
from io import BytesIO
from typing import NamedTuple

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from mscoe_portal.counts import Counts
from mscoe_portal.delivery.files import FileTree, locked
from mscoe_portal.delivery.generation import UNKNOWN
from mscoe_portal.delivery.store import Entry, today
from mscoe_portal.errors import server_error, too_busy
from mscoe_portal.public_state import PUBLIC_STATE
from mscoe_portal.request_id import identified

logger = logging.getLogger(__name__)

# A response says so of itself: it is the same for every reader (set by middleware.MarkPublicPages, never sent on).
PUBLIC_MARK = "X-Public-Page"
ANY_QUERY = "any-query"
# How many hosts that nobody named have entries: an address may carry any port, and ALLOWED_HOSTS any subdomain.
MAX_OTHER_HOSTS = 8
# Seconds for which "not found" is remembered, and how many addresses.
NOT_FOUND_SECONDS, MAX_NOT_FOUND = 10, 500
# Seconds for which a failed render is not tried again while there is something to show.
FAILURE_SECONDS = 0.3
# Seconds that an editor waits, at most, to be told that the page is live.
LIVE_SECONDS = 5


class Answer(NamedTuple):
    """What Django answered. `mark` is "" unless everybody may have it."""

    status: str
    headers: list
    body: bytes
    mark: str = ""

    @property
    def is_failure(self):
        return self.status.startswith("5")


class Pages:
    """The pages that `application` (Django's) makes, in `store`, each for the state that `generation` knows."""

    def __init__(self, application, store, generation):
        self.application = application
        self.store = store
        self.generation = generation
        self.generation.on_look = self._look
        self.files = FileTree(settings.DELIVERY_DIR / "files") if settings.DELIVERY_FILES else None
        self.counts = Counts(settings.DELIVERY_DIR / "counts")
        # A page's own lock, or one that it shares with a few others: as many as that cannot be made to grow.
        self._flights = [threading.Lock() for _ in range(64)]
        self._not_found = {}
        self._failed_at = {}
        self._other_hosts = set()
        self._purge = import_string(settings.DELIVERY_PURGE) if settings.DELIVERY_PURGE else lambda addresses: None
        self._changed_addresses = deque()
        self._warmed = UNKNOWN, ""
        self._is_warming = threading.Lock()

    def find(self, key, query=""):
        """What to answer at `key`: an Entry, or an Answer of Django's that is not kept."""
        page = self._finish(key)
        is_entry = isinstance(page, Entry)
        if not query or not self.generation.database_answers or (is_entry and page.is_found and page.ignores_query):
            return page
        answer = self._ask_django(key, query)
        # The page without an answer to the query is better than none.
        return page if is_entry and answer.is_failure else self._explained(answer)

    def _finish(self, key):
        """Make the page at `key`, once however many wait for it, or take the older copy when it cannot be made."""
        with self.counts.waiting(self._flights[hash(key) % len(self._flights)], "readers"):
            # Both before the page is made: a page made during a publish belongs to the generation before it.
            token, day = self.generation.token, today()
            old = self.store.get(key, token)
            if finished := self.current(key, token, old):
                return finished
            has_just_failed = time.monotonic() - self._failed_at.get(key, -FAILURE_SECONDS) < FAILURE_SECONDS
            if not self.generation.database_answers or (old and has_just_failed):
                return self._older(old) if old else unavailable()
            self.counts["rendered"] += 1
            answer = self._ask_django(key)
            if answer.is_failure and old:
                logger.warning("%r could not be made: its older copy is served.", key[-1])
                self._failed_at[key] = time.monotonic()
                return self._older(old)
            if answer.is_failure:
                return self._explained(answer)
            self._failed_at.pop(key, None)
            if not answer.mark:
                self._keep(key, None, old)
                return answer
            entry = Entry.finish(token, day, answer, ignores_query=answer.mark == ANY_QUERY)
            self._keep(key, entry, old)
            return entry

    def current(self, key, token, entry):
        """What holds at `key`: `entry`, or that there is no such page; None when it must be made."""
        if token == UNKNOWN:
            return None
        if entry is not None and entry.is_current(token):
            return entry
        missing, until = self._not_found.get(key, (None, 0))
        return missing if missing and missing.is_current(token) and time.monotonic() < until else None

    def _keep(self, key, entry, old):
        """Keep `entry` (None: there is no page for everybody) in the place of `old`."""
        is_found = entry is not None and entry.is_found
        if old and not (is_found and entry.etag == old.etag):
            self._changed_addresses.append("{}://{}{}".format(*key))
        if old and not is_found:
            self.store.remove(key)
        if entry is None or entry.token == UNKNOWN or not self._is_our_host(key):
            return
        if is_found:
            self.store.put(key, entry)
            if self.files:
                self.files.write(key, entry)
            return
        if len(self._not_found) >= MAX_NOT_FOUND:
            self._not_found.clear()
        self._not_found[key] = entry, time.monotonic() + NOT_FOUND_SECONDS

    def _is_our_host(self, key):
        host = key[1]
        if host.removesuffix(f":{settings.PORT}") in settings.ALLOWED_HOSTS:
            return True
        if len(self._other_hosts) < MAX_OTHER_HOSTS:
            self._other_hosts.add(host)
        return host in self._other_hosts

    def _ask_django(self, key, query=""):
        started, began = [], time.monotonic()

        def start(status, headers, exc_info=None):
            started[:] = status, headers

        try:
            response = self.application(environ_of(key, query) | self._public_state(), start)
            body = b"".join(response)
            getattr(response, "close", lambda: None)()
        except Exception:
            # An address at which there never was a page may say anything.
            is_known = self.store.get(key, UNKNOWN) is not None
            logger.exception("The page %r could not be made.", key[-1] if is_known else "of an unknown address")
            return unavailable("500 Internal Server Error")
        finally:
            self.counts.observe("render", time.monotonic() - began)
        status, headers = started
        mark, headers = take_mark(headers)
        is_cookie_set = any(name.lower() == "set-cookie" for name, _value in headers)
        is_public = status.startswith(("200", "404")) and not is_cookie_set
        return Answer(status, identified(status, headers), body, mark if is_public else "")

    def _public_state(self):
        token = self.generation.token
        return {PUBLIC_STATE: (token, today())} if token != UNKNOWN else {}

    def _older(self, entry):
        self.counts["stale"] += 1
        return replace(entry, headers=[*entry.headers, ["X-Delivery", "stale"]])

    def _explained(self, answer):
        """`answer`; where it is a failure because the database is gone, that is said."""
        if not answer.is_failure:
            return answer
        self.counts["failed"] += 1
        return answer if self.refresh() else unavailable()

    def refresh(self):
        """Know the current state now. Returns whether the database answered."""
        try:
            self.generation.refresh()
        except Exception:
            # The watching thread will see the change; the database that failed here fails there too, and is told there.
            logger.debug("The generation could not be read.", exc_info=True)
            return False
        return True

    def warm(self, keys):
        """Finish the pages of `keys`. Gives each key when it is done; ends early when the site changes meanwhile."""
        token = self.generation.token
        for key in keys:
            if self.generation.token != token or not self.generation.database_answers:
                return
            self._finish(key)
            yield key

    def make_live(self, key):
        """Finish the page of `key`, the site having changed, and then those that show it.

        Returns when the page is made: whether every reader of this host gets it.
        """
        if not self.refresh():
            return False
        token, is_made = self.generation.token, threading.Event()
        # In another thread: Django keeps the editor's language and more in this one.
        threading.Thread(target=self._make_first, args=(key, is_made), name="delivery-live", daemon=True).start()
        is_made.wait(LIVE_SECONDS)
        made = self.current(key, token, self.store.get(key, token))
        return made is not None and made.is_found

    def _make_first(self, key, is_made):
        try:
            for _key in self.warm([key, *self.store.showing(key)]):
                is_made.set()
        finally:
            is_made.set()
            connection.close()  # this thread's own

    def _look(self):
        """Called whenever the database has been asked: what is out of date is made anew, in a thread."""
        if self.files:
            self.files.show(self.generation)
        current = self.generation.token, today()
        if (current != self._warmed or self._changed_addresses) and self._is_warming.acquire(blocking=False):
            threading.Thread(target=self._follow_up, args=(current,), name="delivery-warm", daemon=True).start()

    def _follow_up(self, current):
        try:
            if current != self._warmed:
                self._warmed = current
                self.counts["generations"] += 1
                # One process of this host is enough: the others find the pages on disk.
                with locked(settings.DELIVERY_DIR / "warming") as is_mine:
                    for _key in self.warm(self.store.keys() if is_mine else ()):
                        time.sleep(0.005)  # readers first
            addresses = {self._changed_addresses.popleft() for _ in range(len(self._changed_addresses))}
            if addresses:
                self._purge(sorted(addresses))
        except Exception:
            logger.exception("Not everything that a change asks for could be done.")
        finally:
            connection.close()
            self._is_warming.release()


def environ_of(key, query=""):
    """A request for the page at `key` that tells nothing of who reads it."""
    scheme, host, path = key
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_HOST": host,
        "SERVER_NAME": settings.HOST,
        "SERVER_PORT": str(settings.PORT),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": scheme,
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
    }
    if settings.SECURE_PROXY_SSL_HEADER:
        environ[settings.SECURE_PROXY_SSL_HEADER[0]] = scheme
    return environ


def take_mark(headers):
    """Split Django's headers into the mark of a public page ("" without), and the rest."""
    mark = next((value for name, value in headers if name == PUBLIC_MARK), "")
    return mark, [(name, value) for name, value in headers if name != PUBLIC_MARK]


def busy():
    """The answer to one of too many requests at once."""
    status, answer = "503 Service Unavailable", too_busy()
    return Answer(status, identified(status, [*answer.items(), ("Retry-After", "5")]), answer.content)


def unavailable(status="503 Service Unavailable"):
    """The answer for what was never finished and cannot be made now; it names the crisis line."""
    failure = server_error(None)
    return Answer(status, identified(status, [*failure.items(), ("Retry-After", "5")]), failure.content)
