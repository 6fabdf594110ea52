"""A real screen reader: Orca reads a real browser, keys are pressed as a person presses them, and its words are kept.

Keys go through the X server to Orca and the browser, nothing goes through the page. It is evidence for Orca alone.
"""

import re
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from tests.screen_reader import browsers
from tests.screen_reader.desktop import open_desktop
from tests.screen_reader.speech import NotSaidError, Speech

ORCA_VERSION = 43
# What is started: the program, and the Debian package that has it
PROGRAMS = {
    "orca": "orca",
    "Xvfb": "xvfb",
    "dbus-daemon": "dbus",
    "gdbus": "libglib2.0-bin",
    "openbox": "openbox",
    "xdotool": "xdotool",
    "/usr/libexec/at-spi-bus-launcher": "at-spi2-core",
}
# Keys that a person names otherwise than the X server does. Orca's own key, the modifier of its commands, is Insert.
KEYSYMS = {"Enter": "Return", "Space": "space", "Keypad Plus": "KP_Add"}


# What Orca says while a page loads, and of each page that is loaded.
LOADING = "Loading. Please wait."
SUMMARY = ("Page has", "Skip to main content")


class NotAvailableError(Exception):
    """No screen reader can run here; the message says why and what to do."""


class Orca:
    """Orca, and a browser that it reads; `start` makes one."""

    def __init__(self, desktop, browser, speech, site):
        self._desktop = desktop
        self._browser = browser
        self._speech = speech
        self._site = site
        self.heard = []  # pairs of what was done and the utterances that followed; each test begins with none

    def open(self, path, *, says=""):
        """Open a page of the site; wait until its title (`says`), its summary and its first words are said.

        Without `says`, wait until it is loaded: where a field has the focus at once, Orca says the field, or the title,
        or neither.
        """
        self._browser.open(self._site + path)
        beginning = [f"Finished loading {says}", "Page has", "Skip to main content"] if says else [self._browser.OPENED]
        said = self._listen(*beginning)
        self._keep(f"opens `{re.sub('[0-9]+', '…', path)}`", said, beginning)

    def press(self, key, *, says, varies=False):
        """Press a key, and wait until `says` follows: words, or several in their order.

        Keys are named as in "Tab", "shift+Tab", "h". With `varies` other words come, too, in an order that hangs on the
        speed of the machine, and are not kept. Raises NotSaidError with what was said instead.
        """
        self._send(key)
        expected = [says] if isinstance(says, str) else says
        self._keep(key, self._listen(*expected, keys=1), expected, varies=varies)

    def press_unanswered(self, key, *, then, says):
        """Press a key to which nothing is said, `then` another to which `says` is, with nothing before it.

        Silence alone would prove nothing, since a word may still be on its way. It would come before those of the next
        key: the browser and Orca work off one thing after the other.
        """
        self._send(key)
        self._send(then)
        said = self._listen(says, keys=2)
        if not said[0].startswith(says):
            raise NotSaidError(f"Nothing was expected after {key}. Said before {says!r}: {' / '.join(said)}")
        self._keep(key, [])
        self._keep(then, said)

    def write(self, text, *, says="", varies=False):
        """Type text, which Orca is set not to say letter by letter, and wait until `says` follows; see `press`."""
        self._desktop.run("xdotool", "type", "--delay", "20", text)
        expected = [says] if says else []
        said = self._listen(*expected, keys=len(text))
        self._keep(f"types “{text}”", said if expected else [], expected, varies=varies)

    def command(self, key, *, times=1, says):
        """Press Orca's own key with another, some times in quick succession, and wait until `says` follows."""
        self._desktop.run("xdotool", "keydown", "Insert", *["key", key] * times, "keyup", "Insert")
        self._keep(f"Orca+{key}, {times} times" if times > 1 else f"Orca+{key}", self._listen(says, keys=times))

    def wait_without(self, selector):
        """Wait until nothing on the page is `selector`: for what a page does without a word."""
        self._browser.wait_without(selector)

    def wait_for_focus(self, selector):
        """Wait until the focus is on what is `selector`, in any frame: for what gets it without a word."""
        self._browser.wait_for_focus(selector)

    def zoom_in(self):
        """Make pages larger, so that there is no more room on them than on a phone."""
        for words in self._browser.ZOOM:
            self.press("ctrl+plus", says=words, varies=True)

    def zoom_out(self):
        """Make pages as large as they are at first."""
        self._send("ctrl+0")
        self._listen(keys=1)

    def _listen(self, *expected, keys=0):
        return self._speech.listen(*expected, keys=keys, draw=self._browser.draw)

    def _send(self, key):
        self._desktop.run(
            "xdotool", "key", "--clearmodifiers", "+".join(KEYSYMS.get(part, part) for part in key.split("+"))
        )

    def _keep(self, done, said, expected=(), *, varies=False):
        """Keep what was said; where it varies, only what was expected, and where a page loads, its title, too.

        The rest, and in which order it comes, varies with the speed of the machine, or counts what editors change.
        """
        if varies:
            said = expected
        elif LOADING in said:
            said = [
                next(words for words in said if part in words) if part.startswith("Finished loading") else part
                for part in expected
                if part not in SUMMARY
            ]
        self.heard.append((done, said))


def check_programs(browser):
    """Raise NotAvailableError when a program is missing, or when Orca is one whose inside this was not written for."""
    programs = PROGRAMS | browser.PROGRAMS
    missing = sorted({package for program, package in programs.items() if not shutil.which(program)})
    if missing:
        raise NotAvailableError(f"The screen reader needs, on Debian: apt install {' '.join(missing)}")
    version = subprocess.run(["orca", "--version"], capture_output=True, check=True, text=True).stdout.strip()
    if not version.startswith(f"{ORCA_VERSION}."):
        raise NotAvailableError(
            f"The screen reader's tests are written for Orca {ORCA_VERSION}, and this is Orca {version}."
        )


@contextmanager
def start(browser_name, playwright, site):
    """Start Orca and a browser ("chromium" or "firefox") for the site at an address, on a desktop of their own.

    Raises NotAvailableError when a program is missing, or when this user already runs an Orca, which is left alone.
    """
    browser_class = browsers.BROWSERS[browser_name]
    check_programs(browser_class)
    with open_desktop() as desktop:
        customizations = desktop.home / ".local/share/orca/orca-customizations.py"
        customizations.parent.mkdir(parents=True)
        shutil.copy(Path(__file__).with_name("orca_customizations.py"), customizations)
        desktop.environment["ORCA_SPOKEN"] = str(desktop.folder / "spoken")
        process = desktop.start("orca")
        speech = Speech(desktop.folder / "spoken", process)
        try:
            speech.listen("Screen reader on")
        except NotSaidError:
            if process.poll() is None:
                raise
            message = "Orca ended at once. It does so where the same user already runs one; that one is left alone."
            raise NotAvailableError(message) from None
        browser = browser_class(desktop, playwright)
        speech.listen("Start")
        yield Orca(desktop, browser, speech, site)
        browser.close()
