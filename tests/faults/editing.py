"""Editors in their browsers: they sign in, write, submit, approve and publish by the pages' own forms."""

import queue
import threading
import time
from functools import wraps
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urljoin, urlsplit

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from lxml import html

from tests import factories
from tests.faults.server import Crowd, connect

PASSWORD = "correct horse battery staple"
FORM_HEADERS = {"Content-Type": "application/x-www-form-urlencoded"}
REDIRECTS = {301, 302, 303}
# Seconds that an editor looks at a page, far less than people do.
PAUSE = 0.5


class UnexpectedError(Exception):
    """A page is not what the editor needs next; says which, and what was missing."""


def make_editor(name, group):
    """An editor who signs in with PASSWORD as in production. (The tests' own passwords are no such hashes.)"""
    user = factories.make_user(name, groups=[group])
    user.password = PBKDF2PasswordHasher().encode(PASSWORD, PBKDF2PasswordHasher().salt())
    user.save()
    return user


def one_at_a_time(sign_in):
    """People do not sign in at the same moment, and the portal takes one of an address at a time."""
    lock = threading.Lock()

    @wraps(sign_in)
    def wrapper(*args):
        with lock:
            sign_in(*args)

    return wrapper


class Browser:
    """Keeps cookies, follows redirects, and sends forms as they stand. `counts` has the number of each status."""

    def __init__(self, port, counts):
        self.port = port
        self.counts = counts
        self.cookies = {}
        self.connection = connect(port)

    def open(self, path):
        return self._ask("GET", path)

    def send(self, form, **values):
        """Send a form of the page that was opened last, as it stands but for `values`."""
        data = dict(form.form_values()) | values
        return self._ask("POST", urljoin(self.path, form.get("action") or self.path), urlencode(data))

    def _ask(self, method, path, body=None):
        for _redirect in range(6):
            cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            headers = {"Cookie": cookie, **(FORM_HEADERS if body is not None else {})}
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
            text, status = response.read(), response.status
            self.counts["requests"] += 1
            self.counts[status] += 1
            for header in response.headers.get_all("set-cookie", []):
                self.cookies |= {name: cookie.value for name, cookie in SimpleCookie(header).items()}
            if status not in REDIRECTS:
                break
            target = urlsplit(urljoin(path, response.headers["location"]))
            method, path, body = "GET", f"{target.path}?{target.query}" if target.query else target.path, None
        self.path = path
        if status != 200:
            raise UnexpectedError(f"{status} at {path.partition('?')[0]}")
        self.page = html.fromstring(text.decode())
        return self.page

    def form(self, *, having):
        """The form of the open page that has a field of this name, or an address that ends with it."""
        for form in self.page.xpath("//form[@id != 'logout-form' or not(@id)]"):
            if having in form.fields or urlsplit(form.get("action") or "").path.endswith(having):
                return form
        raise UnexpectedError(f"no form with {having} at {self.path.partition('?')[0]}")

    @one_at_a_time
    def sign_in(self, name):
        self.open("/admin/login/?next=/admin/")
        self.send(self.form(having="password"), username=name, password=PASSWORD)
        if self.path != "/admin/":
            raise UnexpectedError(f"{name} is not signed in")


class Editors(Crowd):
    """Authors who each write one record again and again, and a reviewer who approves and publishes what they submit.

    `counts` has requests, each status, `published`, and each kind of error.
    """

    def __init__(self, port, records, authors, reviewer):
        self._port = port
        self._submitted = queue.Queue()
        write = [(self._do, self._write, name, record) for name, record in zip(authors, records, strict=True)]
        super().__init__([*write, (self._do, self._review, reviewer)])

    @property
    def errors(self):
        """The number of what went wrong, by its kind."""
        statuses = {
            f"status {key}": number for key, number in self.counts.items() if isinstance(key, int) and key >= 400
        }
        return statuses | {key: number for key, number in self.counts.items() if str(key).startswith("error: ")}

    def _do(self, work, name, *arguments):
        browser = Browser(self._port, self.counts)
        is_signed_in = False
        while not self._stop.wait(PAUSE):
            try:
                if not is_signed_in:
                    browser.sign_in(name)
                    is_signed_in = True
                work(browser, *arguments)
            except Exception as error:  # noqa: BLE001 - each kind is counted and told
                self.counts[f"error: {type(error).__name__}: {error}"] += 1
            finally:
                # The server ends one that is idle for half a minute; browsers then open another (RFC 9112, 9.3.1).
                browser.connection.close()

    def _write(self, browser, record):
        browser.open(record)
        if any("edit-redirect" in (form.get("action") or "") for form in browser.page.forms):
            browser.send(browser.form(having="/edit-redirect/"))
        form = browser.form(having="content__concern")
        browser.send(form, content__concern=f"Written at {time.time():.2f}.", _save="Save")
        browser.open(record)
        [button] = browser.page.xpath("//button[@name='_then' and contains(@value, '/submit/')]")
        submit = urlsplit(button.get("value")).path
        browser.open(submit)
        browser.send(browser.form(having="note"), note="Changed, to try it out.")
        is_published = threading.Event()
        self._submitted.put((submit, is_published))
        while not is_published.wait(PAUSE) and not self._stop.is_set():
            pass

    def _review(self, browser):
        try:
            submit, is_published = self._submitted.get(timeout=PAUSE)
        except queue.Empty:
            return
        try:
            browser.open(submit.replace("/submit/", "/approve/"))
            form = browser.form(having="seen")
            reasons = {name: "It was so before." for name in form.fields if name.startswith("waiver_")}
            browser.send(form, **reasons)
            browser.open(submit.replace("/submit/", "/publish/"))
            browser.send(browser.form(having="csrfmiddlewaretoken"))
            self.counts["published"] += 1
        finally:
            is_published.set()
