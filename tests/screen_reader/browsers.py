"""The browsers that Orca reads: each is started on a desktop and opens addresses in its one window."""

import time

# A frame is drawn, and told to Orca, between its call and the next.
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
HAS_FOCUS = "selector => document.hasFocus() && document.activeElement.matches(selector)"
POLL = 0.05  # seconds
QUIET = 0.25  # seconds
START_PAGE = "<!doctype html><html lang=en><title>Start</title><p>Start"
LONGEST_START = 60  # seconds
LONGEST_ANSWER = 10  # seconds
LONGEST_WAY = 20  # seconds that the focus may take to where it goes by itself


def _start_page(desktop):
    file = desktop.folder / "start.html"
    file.write_text(START_PAGE)
    return file.as_uri()


class Chromium:
    """The machine's Chromium. Playwright is attached to it to open addresses; all else comes by keyboard."""

    PROGRAMS = {"chromium": "chromium"}
    OPENED = "Loading. Please wait."  # what is said of every page
    ZOOM = ("110%", "125%", "150%")  # what is said at each step
    OPTIONS = (
        *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-port=0"),
        *("--no-first-run", "--no-default-browser-check", "--disable-search-engine-choice-screen"),
        *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
        *("--password-store=basic", "--disable-features=Translate", "--force-renderer-accessibility"),
        "--incognito",  # or links that an earlier test opened are "visited"
    )

    def __init__(self, desktop, playwright):
        profile = desktop.folder / "profile"
        desktop.start("chromium", *self.OPTIONS, f"--user-data-dir={profile}", _start_page(desktop))
        self._browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{_port(profile)}")
        self._page = self._browser.contexts[0].pages[0]
        self._asked = set()  # requests without an answer
        self._page.on("request", self._begin)
        self._page.on("requestfinished", self._end)
        self._page.on("requestfailed", self._end)

    def _begin(self, request):
        self._asked.add(request)

    def _end(self, request):
        self._asked.discard(request)

    def open(self, address):
        self._page.goto(address)

    def draw(self):
        """Return when the page is loaded, with all that it asked for, and has drawn all that it has done by now.

        With what is drawn goes to Orca what happened at the focus.
        """
        self._page.wait_for_load_state()
        self._page.evaluate(TWO_FRAMES)
        end = time.monotonic() + LONGEST_ANSWER
        while self._asked and time.monotonic() < end:
            self._page.wait_for_timeout(POLL * 1000)  # in which it tells of answers
            self._page.evaluate(TWO_FRAMES)

    def wait_without(self, selector):
        self._page.wait_for_selector(selector, state="detached")

    def wait_for_focus(self, selector):
        end = time.monotonic() + LONGEST_WAY
        while not any(frame.evaluate(HAS_FOCUS, selector) for frame in self._page.frames):
            assert time.monotonic() < end, f"{selector} has not got the focus"
            self._page.wait_for_timeout(POLL * 1000)

    def close(self):
        self._browser.close()


def _port(profile):
    """The port of Chromium's debugger, once it has written it down."""
    file = profile / "DevToolsActivePort"
    end = time.monotonic() + LONGEST_START
    while not (file.exists() and file.read_text()):
        if time.monotonic() > end:
            raise TimeoutError(f"Chromium was started and is not ready after {LONGEST_START} s.")
        time.sleep(POLL)
    return file.read_text().split()[0]


class Firefox:
    """The machine's Firefox ESR. It opens an address in a new tab: Playwright drives only its own Firefox."""

    PROGRAMS = {"firefox-esr": "firefox-esr"}
    OPENED = "page tab."
    ZOOM = ((), (), ())
    SETTINGS = {
        "browser.aboutwelcome.enabled": "false",
        "browser.privatebrowsing.autostart": "true",  # or links that an earlier test opened are "visited"
        "browser.shell.checkDefaultBrowser": "false",
        "browser.urlbar.autoFill": "false",
        "browser.urlbar.suggest.history": "false",
        "browser.urlbar.suggest.openpage": "false",
        "browser.urlbar.suggest.searches": "false",
        "browser.urlbar.suggest.topsites": "false",
        "datareporting.policy.dataSubmissionEnabled": "false",
    }

    def __init__(self, desktop, _playwright):
        profile = desktop.folder / "profile"
        profile.mkdir()
        settings = [f'user_pref("{name}", {value});' for name, value in self.SETTINGS.items()]
        (profile / "user.js").write_text("\n".join(settings))
        self._desktop = desktop
        self._command = ["firefox-esr", "--profile", str(profile)]
        desktop.start(*self._command, _start_page(desktop))

    def open(self, address):
        self._desktop.run(*self._command, address)

    def draw(self):
        """Wait, since nothing tells what the page is about; on an idle machine its words come within 0.1 s."""
        time.sleep(QUIET)

    def wait_without(self, selector):
        time.sleep(4 * QUIET)  # nothing tells

    wait_for_focus = wait_without

    def close(self):
        """It ends with its desktop."""


BROWSERS = {"chromium": Chromium, "firefox": Firefox}
