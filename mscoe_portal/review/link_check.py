"""Whether the links that leave the site still lead somewhere: asked slowly, and never inside one's own network."""

import http.client
import ipaddress
import socket
import ssl
import time
from contextlib import suppress
from http import HTTPStatus
from threading import Thread
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import (
    HTTPDefaultErrorHandler,
    HTTPErrorProcessor,
    HTTPHandler,
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    Request,
    UnknownHandler,
)
from urllib.robotparser import RobotFileParser

from django.utils.translation import gettext as _

USER_AGENT = "MSCoE-portal-link-check"
# Seconds: until an answer must be there, redirects included; and between two questions to one host.
TIMEOUT, PACE = 15, 2
LONGEST_ROBOTS = 500_000
# "NAT64": such an IPv6 address has an IPv4 address in its last 32 bits (RFC 6052).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
# The address is there, but its host does not want robots, or not now.
_SHY = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
# The host knows no HEAD.
_NO_HEAD = {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED}


class NotPublicError(OSError):
    """A link leads to an address that only one's own network has."""


class LinkChecker:
    """Asks for one link after the other; `pace` and `timeout` as above."""

    def __init__(self, *, timeout=TIMEOUT, pace=PACE):
        self.timeout, self.pace = timeout, pace
        self._asked_at = {}
        self._robots = {}
        self._opener = OpenerDirector()
        # Not `build_opener`: that would follow a redirect to ftp, and ask the proxy, which knows one's own network.
        for handler in (
            HTTPDefaultErrorHandler,
            HTTPRedirectHandler,
            HTTPErrorProcessor,
            UnknownHandler,
            _Http,
            _Https,
        ):
            self._opener.add_handler(handler())

    def may_ask(self, address):
        """Whether the host of `address` lets robots ask for it (robots.txt, RFC 9309). One that is silent does."""
        parts = urlsplit(address)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._robots:
            robots = RobotFileParser()
            robots.parse(self._robots_of(host).splitlines())
            self._robots[host] = robots
        return self._robots[host].can_fetch(USER_AGENT, address)

    def problem_with(self, address):
        """In words, why `address` (http, https) does not open; "" when it does."""
        for method in ("HEAD", "GET"):
            try:
                self._ask(address, method)
            except HTTPError as error:
                error.close()
                if method == "HEAD" and error.code in _NO_HEAD:
                    continue
                return "" if error.code in _SHY else _("the website answers %(code)s") % {"code": error.code}
            except (OSError, http.client.HTTPException, ValueError) as error:
                return _in_words(error.reason if isinstance(error, URLError) else error)
            return ""
        return ""

    def _robots_of(self, host):
        try:
            return self._ask(f"{host}/robots.txt", "GET", LONGEST_ROBOTS).decode(errors="replace")
        except HTTPError as error:
            error.close()
        except (OSError, http.client.HTTPException, ValueError):
            pass
        return ""

    def _ask(self, address, method, length=0):
        """The first `length` bytes of the answer. Raises what `problem_with` puts into words."""
        self._wait(urlsplit(address).hostname)
        request = Request(address, method=method, headers={"User-Agent": USER_AGENT, "Accept": "*/*"})  # noqa: S310

        def answer():
            with self._opener.open(request, timeout=self.timeout) as response:
                return response.read(length)

        return _within(self.timeout, answer)

    def _wait(self, host):
        since = time.monotonic() - self._asked_at.get(host, -self.pace)
        time.sleep(max(0, self.pace - since))
        self._asked_at[host] = time.monotonic()


def is_public(ip):
    """Whether the address `ip` (text) is one of the internet's, whatever other address it may hide."""
    address = ipaddress.ip_address(ip.partition("%")[0])
    if address.version == 6:  # noqa: PLR2004 - IPv6
        hidden = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            hidden = ipaddress.ip_address(address.packed[-4:])
        if hidden:
            return is_public(str(hidden))
    return address.is_global and not address.is_multicast


def _connect(host, port, timeout):
    """A socket to `host`, at an address that was looked at first: the name is not looked up a second time."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    public = [place[0] for *_rest, place in found if is_public(place[0])]
    if not public:
        raise NotPublicError
    for ip in public[:-1]:
        with suppress(OSError):
            return socket.create_connection((ip, port), timeout)
    return socket.create_connection((public[-1], port), timeout)


class _Connection(http.client.HTTPConnection):
    def connect(self):
        self.sock = _connect(self.host, self.port, self.timeout)


class _SecureConnection(http.client.HTTPSConnection):
    tls = ssl.create_default_context()

    def connect(self):
        sock = _connect(self.host, self.port, self.timeout)
        self.sock = self.tls.wrap_socket(sock, server_hostname=self.host)


class _Http(HTTPHandler):
    def http_open(self, req):
        return self.do_open(_Connection, req)


class _Https(HTTPSHandler):
    def https_open(self, req):
        return self.do_open(_SecureConnection, req)


def _within(seconds, function):
    """What `function` returns or raises; TimeoutError after `seconds`, however slowly a server dribbles its answer."""
    done = []

    def run():
        try:
            done.append((function(), None))
        except Exception as error:  # noqa: BLE001 - raised again below
            done.append((None, error))

    thread = Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if not done:
        raise TimeoutError
    result, error = done[0]
    if error:
        raise error
    return result


def _in_words(error):
    if isinstance(error, NotPublicError):
        return _("it leads into a private network")
    if isinstance(error, TimeoutError):
        return _("the website does not answer in time")
    if isinstance(error, socket.gaierror):
        return _("there is no website of this name")
    if isinstance(error, ssl.SSLError):
        return _("the website’s certificate is not valid")
    return _("the website cannot be reached")
