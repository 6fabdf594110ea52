"""The outermost WSGI layer: hands out finished responses, and asks Django for what is not finished or not public."""

import threading
from functools import lru_cache

from django.conf import settings

from mscoe_portal.counts import COUNTS
from mscoe_portal.delivery.generation import CurrentGeneration
from mscoe_portal.delivery.pages import Pages, busy, take_mark, unavailable
from mscoe_portal.delivery.store import Entry, Store
from mscoe_portal.delivery.turns import SESSION_COOKIE, BusyError, Turns
from mscoe_portal.request_id import begin, identified

# Where Django finds the pages: for what it publishes itself (middleware.TellWhenLive).
PAGES = "mscoe_portal.delivery.pages"
SAFE_METHODS = {"GET", "HEAD"}
MAX_PATH = 500
# Where the scheme stands, and its value when it is the secure one.
SCHEME, HTTPS = settings.SECURE_PROXY_SSL_HEADER or ("wsgi.url_scheme", "https")
# Files have their own, immutable names, a health check must not wait; the rest is nobody's page.
ALONE = (settings.STATIC_URL, settings.MEDIA_URL, "/healthz/")
NEVER_PUBLIC = (*ALONE, "/admin/", "/shared-draft/")


class Delivery:
    """A WSGI application in front of `application` (Django's)."""

    def __init__(self, application, store=None, generation=None):
        self.application = application
        store = store or Store(settings.DELIVERY_DIR / "pages")
        self.pages = Pages(application, store, generation or CurrentGeneration())
        self._start = threading.Lock()
        self._is_started = False
        self._turns = Turns()

    def __call__(self, environ, start_response):
        if not self._is_started:
            self.start()
        begin(environ)
        if not could_be_public(environ):
            return self._pass_on(environ, start_response)
        key, pages = key_of(environ), self.pages
        query = environ.get("QUERY_STRING")
        entry = pages.store.entries.get(key)
        if query or entry is None or not entry.is_current(pages.generation.token):
            return send(pages.find(key, query), environ, start_response, pages.counts)
        pages.counts["finished"] += 1
        pages.store.used(key)
        return send_entry(entry, environ, start_response, pages.counts)

    def start(self):
        """Find out what is current; once in each process, and never before its fork."""
        with self._start:
            if not self._is_started:
                self.pages.generation.start_watching()
                self.pages.counts.share()
                self._is_started = True

    def _pass_on(self, environ, start_response):
        """Let Django answer. When it may have changed the site, the change is known here before the answer goes out."""
        started = []

        def start(status, headers, exc_info=None):
            started[:] = status, identified(status, take_mark(headers)[1])

        environ[PAGES], environ[COUNTS] = self.pages, self.pages.counts
        if environ["PATH_INFO"].startswith(ALONE):
            response = self.application(environ, start)
            count_status(self.pages.counts, started[0])
            start_response(*started)
            return response
        try:
            with self._turns.place(environ):
                response = self.application(environ, start) if self.pages.generation.database_answers else None
        except BusyError:
            self.pages.counts["turned away"] += 1
            page = self.pages.find(key_of(environ)) if is_page(environ) else busy()
            return send(page, environ, start_response, self.pages.counts)
        is_known = response is not None and self.pages.refresh()
        if response is not None and (is_known or not started[0].startswith("5")):
            count_status(self.pages.counts, started[0])
            start_response(*started)
            return response
        getattr(response, "close", lambda: None)()
        # Who is signed in is nobody without a database, and gets what everybody gets.
        page = self.pages.find(key_of(environ)) if is_page(environ) else unavailable()
        return send(page, environ, start_response, self.pages.counts)


def could_be_public(environ):
    """Whether the answer is the same for every reader: that to somebody without a session who reads a page."""
    return (
        is_page(environ)
        and "HTTP_AUTHORIZATION" not in environ
        and SESSION_COOKIE not in environ.get("HTTP_COOKIE", "")
    )


def is_page(environ):
    """Whether it is a GET or HEAD of an address that a page could have."""
    path = environ["PATH_INFO"]
    return (
        environ["REQUEST_METHOD"] in SAFE_METHODS
        and not path.startswith(NEVER_PUBLIC)
        and len(path) <= MAX_PATH
        and "HTTP_HOST" in environ
    )


def key_of(environ):
    """What an entry is kept under: scheme, host and path, as Django would see them."""
    is_secure = environ.get(SCHEME, "").split(",", 1)[0].strip() == HTTPS
    return "https" if is_secure else "http", environ["HTTP_HOST"].lower(), environ["PATH_INFO"]


def send(page, environ, start_response, counts):
    """Send an Entry, or an Answer as it is."""
    if isinstance(page, Entry):
        return send_entry(page, environ, start_response, counts)
    count_status(counts, page.status)
    start_response(page.status, page.headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [page.body]


def send_entry(entry, environ, start_response, counts):
    """Send `entry` in the encoding that the reader's browser takes best, or 304 when it has these bytes already."""
    etag, short, headers, body = entry.answers[chosen_encoding(environ.get("HTTP_ACCEPT_ENCODING", "")[:200])]
    known = environ.get("HTTP_IF_NONE_MATCH")
    if known and entry.is_found:
        tags = {tag.strip().removeprefix("W/") for tag in known[:2000].split(",")}
        if etag in tags or "*" in tags:
            counts["3xx"] += 1
            start_response("304 Not Modified", short)
            return []
    count_status(counts, entry.status)
    start_response(entry.status, headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]


def count_status(counts, status):
    """Count an answer in the class of its status: "2xx", "3xx" …"""
    counts[f"{status[0]}xx"] += 1


@lru_cache(maxsize=256)
def chosen_encoding(accept_encoding):
    """The best encoding that the header allows (RFC 9110, 12.5.3): "br", "gzip" or "" for the body as it is."""
    allowed = {}
    for part in accept_encoding.lower().split(","):
        name, _semicolon, parameters = part.partition(";")
        allowed[name.strip()] = parameters.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return next((name for name in ("br", "gzip") if allowed.get(name)), "")
