"""A real screen reader: Orca on a display of its own reads a real Chromium, and its words are kept instead of spoken.

Keys are pressed as a person presses them, through the X server; Playwright is attached to the same browser, so that a
test can compare the words with the page. It is evidence for Orca alone.
"""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path

# What it starts: the program, and the Debian package that has it
PROGRAMS = {
    "chromium": "chromium",
    "orca": "orca",
    "Xvfb": "xvfb",
    "dbus-daemon": "dbus",
    "gdbus": "libglib2.0-bin",
    "openbox": "openbox",
    "xdotool": "xdotool",
    "/usr/libexec/at-spi-bus-launcher": "at-spi2-core",
}
LOCK = Path(tempfile.gettempdir()) / "screen-reader-test.lock"
WARM_UP = "data:text/html,<title>Warm up</title><p>Warm up"
# Seconds without a word after which Orca has finished, and after which it has nothing to say to a key
QUIET = 0.5
SILENT = 2.5
LONGEST = 15


class NotAvailableError(Exception):
    """Orca cannot run here; the message says why."""


class Orca:
    """One Orca with its browser, from `with Orca(playwright) as orca:`; others on this machine wait until it has ended."""

    def __init__(self, playwright):
        """Raise NotAvailableError when a program is missing; the message names its package."""
        missing = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
        if missing:
            raise NotAvailableError(f"For a screen reader, install first, on Debian: apt install {' '.join(missing)}")
        self._playwright = playwright

    def __enter__(self):
        with ExitStack() as stack:
            lock = stack.enter_context(LOCK.open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX)  # `orca --replace` would end another's
            self._folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
            self._log = self._folder / "spoken"
            self._read = 0
            self._environment = self._prepare()
            self._start_display(stack)
            self._start(stack, "openbox", "--config-file", str(self._folder / "openbox.xml"))
            self._start(stack, "orca", "--replace")
            if not self._words(after="say"):
                raise NotAvailableError(f"Orca was started and said nothing within {LONGEST} seconds.")
            self.page = self._open_browser(stack)
            self.open(WARM_UP)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error):
        self._stack.close()

    def open(self, url, until=""):
        """Open `url`; return all that is said, the title first and then the whole page, down to its foot."""
        self.page.goto(url)
        return self._words(after="say", quiet=2 * QUIET, until=until)

    def press(self, *keys, until=""):
        """Press keys, named as in X ("Tab", "shift+h"); return what is said after the last, once `until` was said."""
        for key in keys:
            subprocess.run(["xdotool", "key", "--clearmodifiers", key], env=self._environment, check=True)
            words = self._words(after="key", until=until if key == keys[-1] else "")
        return " / ".join(words)

    def write(self, text):
        """Type `text`, which is not said letter by letter."""
        subprocess.run(["xdotool", "type", "--delay", "20", text], env=self._environment, check=True)
        self._words(after="key")

    def focus(self, locator):
        """Move the focus to a part of the page, as many presses of Tab would; return what is said."""
        locator.focus()
        return " / ".join(self._words(after="say"))

    def _prepare(self):
        """Make a home for Orca; return an environment in which nothing of this user's desktop is left."""
        customizations = self._folder / "home/.local/share/orca/orca-customizations.py"
        customizations.parent.mkdir(parents=True)
        shutil.copy(Path(__file__).with_name("orca_customizations.py"), customizations)
        # A window manager that takes no key for itself
        (self._folder / "openbox.xml").write_text(
            '<openbox_config xmlns="http://openbox.org/3.4/rc"><keyboard/></openbox_config>'
        )
        runtime = self._folder / "run"
        runtime.mkdir(mode=0o700)
        home = self._folder / "home"
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(runtime),
            "XDG_DATA_HOME": str(home / ".local/share"),
            "GSETTINGS_BACKEND": "memory",
            "LC_ALL": "C.UTF-8",
            "ORCA_SPOKEN": str(self._log),
        }

    def _start(self, stack, *command, **options):
        """Start a program that ends with `stack`."""
        output = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | options
        process = subprocess.Popen(command, env=self._environment, text=True, **output)
        stack.callback(_end, process)
        return process

    def _start_display(self, stack):
        """Start an X server and a session bus, and tell the bus that a screen reader is in use."""
        server = ("Xvfb", "-screen", "0", "1280x900x24", "-nolisten", "tcp", "-displayfd", "1")
        display = self._start(stack, *server, stdout=subprocess.PIPE)
        self._environment["DISPLAY"] = f":{display.stdout.readline().strip()}"
        bus = self._start(stack, "dbus-daemon", "--session", "--nofork", "--print-address=1", stdout=subprocess.PIPE)
        self._environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        for name in ("IsEnabled", "ScreenReaderEnabled"):
            call = ["gdbus", "call", "--session", "--dest", "org.a11y.Bus", "--object-path", "/org/a11y/bus"]
            call += ["--method", "org.freedesktop.DBus.Properties.Set", "org.a11y.Status", name, "<true>"]
            subprocess.run(call, env=self._environment, check=True, stdout=subprocess.DEVNULL)

    def _open_browser(self, stack):
        """Start Chromium; return its page, for Playwright."""
        profile = self._folder / "profile"
        options = ["--no-sandbox", "--disable-gpu", "--force-renderer-accessibility", "--remote-debugging-port=0"]
        options += ["--no-first-run", "--no-default-browser-check", "--disable-background-networking", "--disable-sync"]
        options += ["--disable-component-update", "--disable-search-engine-choice-screen", "--password-store=basic"]
        options += ["--disable-features=Translate", "--start-maximized"]
        self._start(stack, "chromium", *options, f"--user-data-dir={profile}", WARM_UP)
        port = profile / "DevToolsActivePort"
        end = time.monotonic() + LONGEST
        while not (port.exists() and port.read_text()):
            if time.monotonic() > end:
                raise NotAvailableError(f"Chromium was started and did not answer within {LONGEST} seconds.")
            time.sleep(0.1)
        browser = self._playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port.read_text().split()[0]}")
        stack.callback(browser.close)
        self._words(after="say")
        return browser.contexts[0].pages[0]

    def _words(self, after, quiet=QUIET, until=""):
        """Wait for a line of the kind `after`, for `until` to be said, and for silence; return what Orca said."""
        said, heard = [], False
        last = started = time.monotonic()
        while time.monotonic() - started < LONGEST:
            silence = time.monotonic() - last
            if heard and silence > (quiet if said else SILENT) and until in " / ".join(said):
                break
            for kind, text in self._lines():
                last = time.monotonic()
                heard = heard or kind == after
                if kind == "say":
                    said.append(" ".join(text.split()))
            time.sleep(0.02)
        return [words for words in said if words]

    def _lines(self):
        """What Orca wrote since the last time."""
        if not self._log.exists():
            return []
        with self._log.open("rb") as log:
            log.seek(self._read)
            whole = log.read().rpartition(b"\n")[0]
        if not whole:
            return []
        self._read += len(whole) + 1
        return [json.loads(line) for line in whole.splitlines()]


def _end(process):
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(1)
    process.kill()
    process.wait()
