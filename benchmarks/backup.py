"""`python -m benchmarks.backup`: how long backup and restore take for a site of 1,000 pages, on each database.

Each command in a process of its own, as an operator starts it; the restore makes all tables first, as on an empty
machine. Every page has a text of its own, and there are uploads that cannot be packed any smaller.
"""

import os
import statistics
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from subprocess import run

from tests.backup.machine import Machine
from tests.postgresql import USER, NotAvailableError, find_programs, server

PAGES, UPLOADS, BYTES_OF_AN_UPLOAD = 1000, 100, 200_000
ROUNDS = 3
# Issue 6: backup and restore together.
SECONDS_TO_REACH = 60


def fill():
    """Load the first content and add pages up to `PAGES` in all, and uploads. Runs in the process of the machine."""
    import django

    django.setup()
    from cms.api import add_plugin
    from cms.models import Page, PageContent
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.core.management import call_command
    from djangocms_text.models import Text

    from mscoe_portal.loading import loading
    from tests.growth import add_pages

    settings.LOGGING["root"]["level"] = "CRITICAL"
    call_command("migrate", verbosity=0)
    call_command("load_content", verbosity=0)
    body = max(Text.objects.values_list("body", flat=True), key=len)
    add_pages(PAGES - Page.objects.count(), get_user_model().objects.first(), in_menu=8)
    with loading():
        for content in PageContent.objects.filter(title__startswith="more "):
            placeholder = content.placeholders.create(slot="content")
            add_plugin(placeholder, "TextPlugin", content.language, body=body)
    Path(settings.MEDIA_ROOT).mkdir()
    for number in range(UPLOADS):
        (Path(settings.MEDIA_ROOT) / f"{number}.jpg").write_bytes(os.urandom(BYTES_OF_AN_UPLOAD))


@contextmanager
def postgresql_urls():
    """A function that gives the URL of a new database."""
    with server() as folder:

        def new(name):
            run([find_programs() / "createdb", "--host", folder, "--username", USER, name], check=True)
            return f"postgres://{USER}@/{name}?host={folder}"

        yield new


@contextmanager
def sqlite_urls():
    """The same."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        yield lambda name: f"sqlite:///{folder}/{name}.sqlite3"


def measure(new_url):
    """The medians of the seconds that a backup and a restore take, and the bytes of the archive."""
    with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        source = machine(new_url, folder, "source")
        source.run("-m", "benchmarks.backup", "fill")
        backups, restores = [], []
        for number in range(ROUNDS):
            archives, target = Path(folder, f"archives{number}"), machine(new_url, folder, f"target{number}")
            backups.append(seconds(source, "backup", "--output", archives))
            (archive,) = archives.iterdir()
            restores.append(seconds(target, "restore", archive))
        return statistics.median(backups), statistics.median(restores), archive.stat().st_size


def machine(new_url, folder, name):
    Path(folder, name).mkdir()
    return Machine(new_url(name), Path(folder, name))


def seconds(machine, *command):
    started = time.monotonic()
    machine.manage(*command)
    return time.monotonic() - started


def main():
    lines = [
        f"{PAGES:,} pages and {UPLOADS} uploads of {BYTES_OF_AN_UPLOAD / 1000:.0f} kB: medians of {ROUNDS} rounds",
        "",
        "| database | backup | restore | together | to reach | archive |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, urls in (("SQLite", sqlite_urls), ("PostgreSQL", postgresql_urls)):
        with suppress(NotAvailableError), urls() as new_url:
            backup, restore, size = measure(new_url)
            lines.append(
                f"| {name} | {backup:.1f} s | {restore:.1f} s | {backup + restore:.1f} s | {SECONDS_TO_REACH} s "
                f"| {size / 1e6:.1f} MB |"
            )
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    fill() if sys.argv[1:] == ["fill"] else main()
