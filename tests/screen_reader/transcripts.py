"""Writes docs/transcripts/: how each kind of page sounds, from a real screen reader. `make transcripts`, 2 minutes."""

# ruff: noqa: E402 - Django is set up before its parts are imported

import os
import subprocess
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop running

import django

django.setup()

from django.test.runner import DiscoverRunner
from playwright.sync_api import sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests import site
from tests.page_kinds import PATHS
from tests.screen_reader.orca import NotAvailableError, Orca

FOLDER = Path(__file__).parents[2] / "docs" / "transcripts"
# The others need a server that fails, or an editor's page.
KINDS = [
    *("home", "topic", "list", "record", "articles", "article", "research", "recommendation", "disclaimers"),
    *("accessibility", "site map", "search", "search, results", "search, nothing found", "search, in crisis"),
    *("not found", "untranslated record"),
]
ROLES = {
    *("link", "image", "entry", "push button", "caption", "column header", "row header", "collapsed", "expanded"),
    *("description term", "description value", "heading level 1", "heading level 2", "heading level 3"),
}
END_OF_PAGE = "Wrapping to top."


def transcript(orca, kind, address):
    """What is said as the page opens, and at each heading and landmark, as Markdown."""
    opened = in_lines(orca.open(address + PATHS[kind]))
    parts = [f"# {kind.capitalize()}", f"Address: `{PATHS[kind]}`", "## The page opens and is read", listed(opened)]
    for name, key in (("Heading by heading (H)", "h"), ("Landmark by landmark (M)", "m")):
        orca.press("ctrl+Home")
        parts += [f"## {name}", listed(all_by(orca, key))]
    return "\n\n".join(parts) + "\n"


def all_by(orca, key):
    """What `key` finds from the top of the page to its end."""
    found = []
    while len(found) < 60:
        said = orca.press(key)
        if not said or END_OF_PAGE in said or said.startswith("No more"):
            break
        found.append(said)
    return found


def in_lines(words):
    """Each thing with its roles on a line, as they are heard."""
    lines = []
    for said in words:
        if said in ROLES and lines:
            lines[-1] += f", {said}"
        elif said != "Loading. Please wait.":
            lines.append(said)
    return lines


def listed(lines):
    return "\n".join(f"- {line}" for line in lines)


def versions():
    commands = (["orca", "--version"], ["chromium", "--version"])
    outputs = [subprocess.run(command, capture_output=True, check=True, text=True).stdout for command in commands]
    orca, chromium = (output.strip().split(" built")[0] for output in outputs)
    return f"Orca {orca} and {chromium}"


def write_all(orca, address):
    FOLDER.mkdir(parents=True, exist_ok=True)
    contents = []
    for kind in KINDS:
        file = FOLDER / f"{kind.replace(',', '').replace(' ', '-')}.md"
        file.write_text(transcript(orca, kind, address))
        contents.append(f"- [{kind.capitalize()}]({file.name})")
        print(file)  # noqa: T201 - a command tells what it made
    introduction = (
        f"# How the site sounds\n\nRead by {versions()}, one thing a line, in the order in which it is said. "
        "It is evidence for this screen reader alone. `make transcripts` writes these files anew.\n\n"
    )
    (FOLDER / "README.md").write_text(introduction + "\n".join(contents) + "\n")


def main():
    runner = DiscoverRunner(verbosity=0)
    runner.setup_test_environment()
    databases = runner.setup_databases()
    try:
        site.load()
        server = LiveServer("localhost")
        try:
            with sync_playwright() as playwright, Orca(playwright) as orca:
                write_all(orca, server.url)
        except NotAvailableError as error:
            raise SystemExit(str(error)) from None
        finally:
            server.stop()
    finally:
        runner.teardown_databases(databases)
        runner.teardown_test_environment()


if __name__ == "__main__":
    main()
