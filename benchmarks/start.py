"""From a fresh clone to the first page, and what a reader's first visit then transfers."""

import os
import re
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urljoin
from urllib.request import Request, urlopen

import brotli

ROOT = Path(__file__).parents[1]
LONGEST_START = 600
# What is set here must not reach the clone.
SETTINGS = {"ALLOWED_HOSTS", "DATABASE_URL", "DEBUG", "DJANGO_SETTINGS_MODULE", "HOST", "SECRET_KEY", "VIRTUAL_ENV"}
_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
_SCRIPT = re.compile(r'<script[^>]* src="([^"]+)"')
_IMPORT = re.compile(r'\bfrom\s*"(\.[^"]+)"')


def measure(addresses):
    """Clone the last commit, `make run` it twice, and visit `addresses` after the first time.

    Returns (seconds of the first start, seconds of the second, {address: {"HTML", "CSS", "JS": bytes}}).
    """
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        clone = Path(folder) / "clone"
        started = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        with running(clone) as url:
            first = time.monotonic() - started
            sizes = {address: _first_visit(urljoin(url, address)) for address in addresses}
        started = time.monotonic()
        with running(clone):
            second = time.monotonic() - started
    return first, second, sizes


@contextmanager
def running(clone):
    """`make run` in the folder `clone`, from the first page it answers with on; gives that page's address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    environment = {name: value for name, value in os.environ.items() if name not in SETTINGS} | {"PORT": str(port)}
    make = ["make", "--silent", "run"]
    server = subprocess.Popen(make, cwd=clone, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        _wait_for(url, server)
        yield url
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def _wait_for(url, server):
    started = time.monotonic()
    while time.monotonic() - started < LONGEST_START and server.poll() is None:
        try:
            _get(url)
        except (URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return
    raise SystemExit("The clone could not be started; make says why above.")


def _get(url):
    """The body of the answer as it is transferred, and its text."""
    with urlopen(Request(url, headers={"Accept-Encoding": "br"})) as response:  # noqa: S310 - our own server
        body = response.read()
        compressed = response.headers["Content-Encoding"] == "br"
    return body, (brotli.decompress(body) if compressed else body).decode()


def _first_visit(url):
    """Bytes of the page at `url`, of its style sheets, and of its scripts with all that they import."""
    page, text = _get(url)
    styles = [urljoin(url, path) for path in _STYLE.findall(text)]
    waiting, scripts = [urljoin(url, path) for path in _SCRIPT.findall(text)], {}
    while waiting:
        address = waiting.pop()
        if address not in scripts:
            body, code = _get(address)
            scripts[address] = len(body)
            waiting += [urljoin(address, path) for path in _IMPORT.findall(code)]
    return {"HTML": len(page), "CSS": sum(len(_get(style)[0]) for style in styles), "JS": sum(scripts.values())}
