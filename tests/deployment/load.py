"""Readers of a site on this machine's port 443, each with an address of its own; `python -m tests.deployment.load`.

They read until this process gets SIGTERM; then it prints what they got, as JSON.
"""

import http.client
import json
import re
import signal
import ssl
import sys
import threading
import time
from collections import Counter

READERS, PAUSE = 16, 0.06
# Each reader asks for these in turn, and for every page of the sitemap, and for the style sheet that the page named.
ASKED = ["/search/?q=stem", "/admin/login/", "/", "/healthz/live"]
STYLE = re.compile(rb'href="(/static/css/site\.[^"]+\.css)"')
RELEASE = re.compile(rb'name="trial-release" content="([^"]+)"')


class Reader(threading.Thread):
    """One browser that keeps its connection."""

    def __init__(self, number, name, paths, stop):
        super().__init__()
        self.address = f"127.0.1.{number + 1}"
        self.name, self.paths, self.stop, self.turn = name, paths, stop, number
        self.counts, self.longest = Counter(), 0
        self.releases, self.failures = Counter(), []

    def run(self):
        self.connection, is_used = self.connect(), False
        extra = None
        while not self.stop.wait(PAUSE):
            self.turn += 1
            path, extra = extra or self.paths[self.turn % len(self.paths)], None
            asked = time.monotonic()
            try:
                try:
                    status, body = self.ask(path)
                except (http.client.RemoteDisconnected, ConnectionError):
                    # Closed between two requests, which a browser asks again without a word (RFC 9112, 9.3.1).
                    self.connection.close()
                    if not is_used:
                        raise
                    self.counts["asked again"] += 1
                    status, body = self.ask(path)
                is_used = True
            except (OSError, http.client.HTTPException) as error:
                self.connection.close()
                status, body, is_used = type(error).__name__, b"", False
            self.longest = max(self.longest, time.monotonic() - asked)
            self.counts["requests"] += 1
            if status != 200:
                self.counts["failed"] += 1
                self.failures.append([path, status])
            if found := RELEASE.search(body):
                self.releases[found[1].decode()] += 1
            if self.turn % 5 == 0 and (style := STYLE.search(body)):
                extra = style[1].decode()
        self.connection.close()

    def connect(self):
        trusting = ssl._create_unverified_context()  # noqa: S323 - the machine's own certificate
        return http.client.HTTPSConnection("127.0.0.1", timeout=15, context=trusting, source_address=(self.address, 0))

    def ask(self, path):
        self.connection.request("GET", path, headers={"Host": self.name, "Accept-Encoding": "identity"})
        response = self.connection.getresponse()
        return response.status, response.read()


def main(name):
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    first = Reader(200, name, [], stop)
    first.connection = first.connect()
    pages = re.findall(rb"<loc>https://[^/]+([^<]+)", first.ask("/sitemap.xml")[1])
    first.connection.close()
    paths = [path for page in pages for path in (page.decode(), ASKED[len(page) % len(ASKED)])]
    readers = [Reader(number, name, paths, stop) for number in range(READERS)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    counts, releases = Counter(), Counter()
    for reader in readers:
        counts.update(reader.counts)
        releases.update(reader.releases)
    failures = [failure for reader in readers for failure in reader.failures]
    longest = max(reader.longest for reader in readers)
    told = {"requests": 0, "failed": 0, "asked again": 0} | counts
    print(json.dumps(told | {"longest": longest, "releases": releases, "failures": failures[:5]}))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1])
