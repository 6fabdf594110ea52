"""How fast the portal answers, beside its peers, in one run: `python -m benchmarks.delivery`.

Writes docs/delivery-bench.md and docs/images/delivery-bench.svg. Takes some ten minutes, most of them to build the
peers from PyPI; `--folder` keeps what was built for the next run.
"""

import argparse
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack, suppress
from http import HTTPStatus
from pathlib import Path

import brotli
from lxml import html

from benchmarks.delivery import load, nginx, page, report, sites
from benchmarks.delivery.nginx import BROTLI
from benchmarks.delivery.report import CMS, CONSTANT, NGINX, NGINX_FILES, PORTAL, WAGTAIL
from benchmarks.delivery.servers import LOAD_CORE, SERVER_CORE, on_core
from tests import postgresql

# What is looked for, and the package of Debian that has it.
PROGRAMS = {"wrk": "wrk", "nginx": "nginx-light", "taskset": "util-linux", BROTLI: "libnginx-mod-http-brotli-static"}
# The tests that count stale answers, and what they print.
FAULTS = ["-m", "faults", "tests/faults/test_stale.py", "tests/faults/test_hosts.py"]
STALE = re.compile(r": (?P<publishes>\d+) publishes, (?P<reads>\d+) reads after them, (?P<stale>\d+) stale")
ELSEWHERE = re.compile(r": (?P<publishes>\d+) publishes; stale elsewhere .*, (?P<seconds>[\d.]+) s at most")
PEER = "mysite.wsgi:application"
UNCACHED_REQUESTS, STARTS = 40, 3
FIRST_PORT = 9340


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=int, default=2, help="of each load in each round")
    options.add_argument("--folder", type=Path, help="build here, and use what an earlier run built here")
    options = options.parse_args()
    install_programs()
    with ExitStack() as stack:
        folder = options.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="delivery-bench-")))
        folder.mkdir(exist_ok=True)
        folder.chmod(0o755)  # nginx reads as another user
        results = measure(folder.resolve(), options.rounds, options.seconds)
    for path in report.write(results):
        say(f"Written: {path.relative_to(page.ROOT)}")


def say(text):
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def install_programs():
    """See that the programs and cores that the bench needs are there. Ends it with one line where they are not."""
    if not {int(SERVER_CORE), int(LOAD_CORE)} <= os.sched_getaffinity(0):
        raise SystemExit("The bench needs two processor cores, 0 and 1: one serves, one asks.")
    os.environ["PATH"] += ":/usr/sbin"  # where Debian puts nginx
    missing = [
        package for program, package in PROGRAMS.items() if not (shutil.which(program) or Path(program).exists())
    ]
    try:
        postgresql.find_programs()
    except postgresql.NotAvailableError:
        missing.append("postgresql")
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"Installing {', '.join(missing)} ...")
        with suppress(RuntimeError):  # what is not there then, is said below
            sites.run("apt-get", "update", folder="/")
            sites.run("apt-get", "install", "--yes", "--no-install-recommends", *missing, folder="/")
            return
    if missing:
        raise SystemExit(f"Programs are missing. On Debian or Ubuntu: apt install {' '.join(missing)}")


def measure(folder, rounds, seconds):
    """Build what is not there yet, measure, and return the Results."""
    small = sites.built(folder / "portal", sites.build_portal, sites.SMALL)
    large = sites.built(folder / "portal-large", sites.build_portal, sites.LARGE, folder / "portal")
    cms = sites.built(folder / "djangocms", sites.build_djangocms)
    wagtail = sites.built(folder / "wagtail", sites.build_wagtail)
    ports = iter(range(FIRST_PORT, FIRST_PORT + 20))
    applications = [
        small.server(PORTAL, "mscoe_portal.wsgi:application", next(ports)),
        cms.server(CMS, PEER, next(ports)),
        wagtail.server(WAGTAIL, PEER, next(ports)),
    ]
    results = report.Results(rounds, seconds)

    with ExitStack() as running:
        start(running, applications)
        servers = [*applications, constant_server(folder / "constant", applications[0], small, next(ports))]
        plain = (folder / "constant" / "plain").read_bytes()
        servers += [
            nginx.file_server(NGINX, folder / "nginx", plain, next(ports)),
            files_server(running, folder, small, ports),
        ]
        start(running, servers[len(applications) :])
        nginx.wait_for_file(servers[-1], folder / "portal-files" / "delivery" / "files")
        for encoding in (load.PLAIN, load.COMPRESSED):
            say(f"Asking {len(servers)} servers in turn, {rounds} times {seconds} s each ({encoding}) ...")
            results.sizes[encoding] = {server.name: check(server, encoding) for server in servers}
            results.loads[encoding] = load.measure_loads(servers, rounds, seconds, encoding)
            for server in servers:
                check(server, encoding)
    results.commands = [on_core(SERVER_CORE, server.command) for server in servers]
    results.commands.append(load.wrk_command(servers[0].url, seconds, encoding))

    say("Counting queries ...")
    for name, site, application in (
        (PORTAL, small, "mscoe_portal.wsgi:application"),
        (CMS, cms, PEER),
        (WAGTAIL, wagtail, PEER),
    ):
        results.queries[name] = float(site.run(sites.HERE / "queries.py", application, page.PATH).splitlines()[-1])

    say("Making pages anew ...")
    makers = [
        small.server(report.SMALL, "benchmarks.delivery.uncached:application", next(ports)),
        large.server(report.LARGE, "benchmarks.delivery.uncached:application", next(ports)),
        cms.server(CMS, PEER, next(ports), BENCH_UNCACHED="1"),
        wagtail.server(WAGTAIL, PEER, next(ports), BENCH_UNCACHED="1"),
    ]
    with ExitStack() as running:
        start(running, makers)
        results.uncached = load.measure_times(makers, UNCACHED_REQUESTS)

    say("Starting and stopping ...")
    for _number in range(STARTS):
        for server in applications:
            shutil.rmtree(folder / "portal" / "delivery", ignore_errors=True)
            results.starts.setdefault(server.name, []).append(server.start())
            server.stop()
    say("Publishing, and looking for old text ...")
    results.stale, results.elsewhere = count_stale_answers()
    results.versions = {
        "Machine": machine(),
        PORTAL: small.versions("django", "django-cms", "granian"),
        CMS: cms.versions("django", "django-cms", "djangocms-versioning", "granian"),
        WAGTAIL: wagtail.versions("django", "wagtail", "granian"),
    }
    return results


def count_stale_answers():
    """Have the fault tests publish under load, on one host and on two. Returns what they counted, as dicts of text."""
    command = [sys.executable, "-m", "pytest", *FAULTS]
    environment = os.environ | {"TEST_DATABASE": "postgresql"}
    # Their own bounds do not matter here: what was counted is reported, whatever it is.
    done = subprocess.run(command, cwd=page.ROOT, env=environment, capture_output=True, text=True, check=False)
    stale, elsewhere = STALE.search(done.stdout), ELSEWHERE.search(done.stdout)
    if not (stale and elsewhere):
        raise RuntimeError(f"The tests of faults counted nothing:\n{done.stdout[-3000:]}")
    return stale.groupdict(), elsewhere.groupdict()


def constant_server(folder, portal, site, port):
    """The portal's own server, with an application that always gives the answers that `portal` gives now."""
    folder.mkdir(exist_ok=True)
    for name, encoding in (("plain", load.PLAIN), ("compressed", load.COMPRESSED)):
        _status, headers, body = portal.ask(encoding)
        own = {"server", "date"}  # each server says its own
        (folder / f"{name}.json").write_text(json.dumps([pair for pair in headers if pair[0].lower() not in own]))
        (folder / name).write_bytes(body)
    return site.server(CONSTANT, "benchmarks.delivery.constant:application", port, CONSTANT_ANSWER=str(folder))


def files_server(running, folder, site, ports):
    """nginx before a portal that writes its pages as files; starts that portal."""
    own = folder / "portal-files"
    settings = {"BENCH_DIR": str(own), "DELIVERY_FILES": "on", "BEHIND_PROXY": "on"}
    portal = site.server("Portal behind nginx", "mscoe_portal.wsgi:application", next(ports), **settings)
    start(running, [portal])
    files = own / "delivery" / "files"
    return nginx.portal_server(NGINX_FILES, folder / "portal-nginx", portal, files, ports)


def start(stack, servers):
    """Start `servers` and warm them; they stop with `stack`."""
    for server in servers:
        server.start()
        stack.callback(server.stop)
        for _number in range(10):
            server.ask()


def check(server, encoding):
    """See that the server gives the page: whole, and with its menu. Returns the number of bytes that it sent."""
    status, headers, body = server.ask(encoding)
    sent = next((value for name, value in headers if name.lower() == "content-encoding"), "")
    decoded = {"": bytes, "gzip": gzip.decompress, "br": brotli.decompress}[sent](body)
    # django CMS hyphenates by soft hyphens, which nobody reads.
    text = " ".join(html.fromstring(decoded).text_content().replace("\xad", "").split())
    position = 0
    for passage in page.passages_of(page.sections()):
        position = text.find(passage, position)
        if position < 0:
            raise RuntimeError(f"{server.name} does not show: {passage}")
    titles = [item["title"] for topic in page.menu() for item in (topic, *topic["pages"])]
    missing = [title for title in titles if title not in text]
    if status != HTTPStatus.OK or missing or sent not in encoding:
        raise RuntimeError(f"{server.name}: status {status}, encoding {sent}, not in the menu: {missing}")
    return len(body)


def machine():
    """What it was measured on, and with."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    processor = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown")
    said = subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=True).stderr
    wrk = subprocess.run(["wrk", "-v"], capture_output=True, text=True, check=False).stdout.split()[1]
    return (
        f"{os.cpu_count()} cores of {processor}, load {os.getloadavg()[0]:.1f}; Linux {os.uname().release}; "
        f"Python {sys.version.split()[0]}; nginx {said.split('/')[-1].strip()}; wrk {wrk}"
    )


if __name__ == "__main__":
    main()
