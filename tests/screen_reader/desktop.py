"""A desktop that nobody sees: an X server, a session bus on which a screen reader is in use, and a window manager."""

import os
import subprocess
import tempfile
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

# A window manager that takes no key for itself and gives each window the whole screen.
WINDOW_MANAGER = """<openbox_config xmlns="http://openbox.org/3.4/rc"><keyboard/><applications>
<application class="*" type="normal"><decor>no</decor><maximized>yes</maximized></application>
</applications></openbox_config>"""
SCREEN = "1280x900x24"


class Desktop:
    """Has a `folder` that goes with it, and starts programs that end with it."""

    def __init__(self, folder, stack):
        home = folder / "home"
        runtime = folder / "run"
        home.mkdir()
        runtime.mkdir(mode=0o700)
        self.folder = folder
        self.home = home
        # Nothing of this user's own desktop, above all not its session bus.
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(runtime),
            "GSETTINGS_BACKEND": "memory",
            "LC_ALL": "C.UTF-8",
        }
        self._stack = stack

    def start(self, *command, **options):
        """Start a program that runs on; returns its process."""
        output = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL} | options
        process = subprocess.Popen(command, env=self.environment, text=True, **output)
        self._stack.callback(_end, process)
        return process

    def run(self, *command):
        """Run a program to its end. Raises CalledProcessError if it fails."""
        subprocess.run(command, env=self.environment, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def open_desktop():
    """Start a desktop, and end it and all that was started on it."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="orca-", ignore_cleanup_errors=True)))
        desktop = Desktop(folder, stack)
        _start_display(desktop)
        _start_bus(desktop)
        settings = folder / "openbox.xml"
        settings.write_text(WINDOW_MANAGER)
        desktop.start("openbox", "--config-file", str(settings))
        yield desktop


def _start_display(desktop):
    server = desktop.start(
        "Xvfb", "-screen", "0", SCREEN, "-nolisten", "tcp", "-displayfd", "1", stdout=subprocess.PIPE
    )
    desktop.environment["DISPLAY"] = f":{server.stdout.readline().strip()}"


def _start_bus(desktop):
    """Start a session bus and tell it that a screen reader is in use, so that browsers build their trees for it."""
    bus = desktop.start("dbus-daemon", "--session", "--nofork", "--print-address=1", stdout=subprocess.PIPE)
    desktop.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
    call = ["gdbus", "call", "--session", "--dest", "org.a11y.Bus", "--object-path", "/org/a11y/bus"]
    for name in ("IsEnabled", "ScreenReaderEnabled"):
        desktop.run(*call, "--method", "org.freedesktop.DBus.Properties.Set", "org.a11y.Status", name, "<true>")


def _end(process):
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(1)
    process.kill()
    process.wait()
    if process.stdout:
        process.stdout.close()
