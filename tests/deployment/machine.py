"""A machine to install on: this computer's Debian under a layer of its own, with systemd, that is gone afterwards."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BOOT = Path(__file__).with_name("boot.sh")
PATH = "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
# What must be there, by Debian's packages: inside, nothing is fetched.
PROGRAMS = {
    "/lib/systemd/systemd": "systemd",
    "/usr/sbin/nginx": "nginx",
    "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so": "libnginx-mod-http-brotli-static",
    "/usr/bin/pg_createcluster": "postgresql",
    "/usr/share/doc/python3-venv": "python3-venv",
    "/usr/bin/curl": "curl",
    "/usr/sbin/ip": "iproute2",
}


class NotPossibleError(Exception):
    """No such machine can be made here; the text says why."""


class Machine:
    """A Debian with systemd. `wheels` is the folder of the packages that pip finds in it. Raises NotPossibleError."""

    def __init__(self, wheels):
        if os.geteuid():
            raise NotPossibleError("only root may make it")
        if missing := [package for path, package in PROGRAMS.items() if not Path(path).exists()]:
            raise NotPossibleError(f"install first: apt install {' '.join(missing)}")
        self._wheels = wheels

    def __enter__(self):
        self._folder = Path(tempfile.mkdtemp(prefix="portal-machine-"))
        command = ["unshare", "--mount", "--pid", "--net", "--uts", "--ipc", "--cgroup", "--fork", "--kill-child"]
        self._output = (self._folder / "boot.log").open("w+")
        self._process = subprocess.Popen(
            [*command, "bash", BOOT, self._folder, self._wheels], stdout=self._output, stderr=subprocess.STDOUT
        )
        try:
            self._wait_for_systemd()
        except BaseException:
            self.__exit__()
            raise
        return self

    def _wait_for_systemd(self):
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        until = time.monotonic() + 30
        while time.monotonic() < until and self._process.poll() is None:
            if found := children.read_text().split():
                self.first = int(found[0])
                if self.run("systemctl is-system-running", check=False).stdout.strip() in {"running", "degraded"}:
                    return
            time.sleep(0.2)
        self._output.seek(0)
        raise NotPossibleError(f"systemd does not start in it: {self._output.read().strip() or 'it says nothing'}")

    def __exit__(self, *exception):
        self._process.kill()  # and with it, by --kill-child, the first process, and all others
        self._process.wait()
        self._output.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def enter(self, *command):
        """The command line that runs `command` in the machine."""
        return [
            *("nsenter", "--target", str(self.first), "--all", "--"),
            *("env", "--ignore-environment", f"PATH={PATH}", "HOME=/root", "LANG=C.UTF-8", *command),
        ]

    def run(self, script, *, check=True, timeout=300):
        """Run a line of shell in it; returns the finished process, with all that it said as `stdout`."""
        return subprocess.run(
            self.enter("bash", "-c", script),
            check=check,
            timeout=timeout,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def put(self, source, names, target):
        """Copy the files and folders `names` of the folder `source` to the folder `target` in it."""
        pack = ["tar", "--create", "--exclude=__pycache__", "--directory", source, *names]
        unpack = self.enter("bash", "-c", f"mkdir -p {target} && tar --extract --directory {target}")
        with subprocess.Popen(pack, stdout=subprocess.PIPE) as packing:
            subprocess.run(unpack, stdin=packing.stdout, check=True)

    def from_outside(self, *arguments):
        """The command line of our Python on its network."""
        return ["nsenter", "--target", str(self.first), "--net", "--", sys.executable, *arguments]
