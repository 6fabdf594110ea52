"""A web server for pages that stand still: what a test has made goes to the browser as it is, and files are kept there.

Playwright could answer in its place (`route`), but then the browser keeps nothing: it would fetch and compile every
style sheet and script anew for each page.
"""

import mimetypes
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders

HOST = "testserver"
SITE = f"http://{HOST}"
AXE = Path(__file__).parent.parent / "node_modules" / "axe-core" / "axe.min.js"


@cache
def static_file(path):
    """The answer to a request for a static file, or for axe-core; None where there is none."""
    file = AXE if path == "/axe" else path.startswith("/static/") and finders.find(path.removeprefix("/static/"))
    if not file:
        return None
    headers = {"Content-Type": mimetypes.guess_type(file)[0] or "", "Cache-Control": "max-age=3600"}
    return 200, headers, Path(file).read_bytes()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        found = static_file(urlsplit(self.path).path) or self.server.answer(self.path)
        status, headers, body = found or (404, {}, b"")
        self.send_response(status)
        for header in (headers | {"Content-Length": len(body)}).items():
            self.send_header(*header)
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        """Nothing is changed here: the connection ends without an answer."""
        self.close_connection = True

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    """Serves `SITE` to the browser, which finds it by `rules`. Whose turn it is sets `answer`."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.silent()
        Thread(target=self.serve_forever, daemon=True).start()

    @property
    def rules(self):
        """Where Chromium finds which host. There is no other than this one and the live servers."""
        return f"MAP {HOST} 127.0.0.1:{self.server_port}, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"

    def silent(self):
        self.answer = lambda path: None  # path with its query: (status, headers, body)

    def stop(self):
        self.shutdown()
        self.server_close()
