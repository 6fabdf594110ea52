"""Takes the pictures of README.md and docs/editors.md: `make screenshots`. A throw-away site, as its editors see it."""

# ruff: noqa: E402 - Django is set up before its parts are imported

import os
import shutil
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop running

import django

django.setup()

from django.test.runner import DiscoverRunner
from playwright.sync_api import expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tests import site
from tests.factories import make_user

IMAGES = Path(__file__).parent / "images"
WIDTH, HEIGHT = 1100, 700


class Editor:
    """A person's browser."""

    def __init__(self, browser, address, name=None):
        context = browser.new_context(base_url=address, viewport={"width": WIDTH, "height": HEIGHT})
        self.page = context.new_page()
        if name:
            self.page.goto("/admin/")
            self.page.get_by_label("Username").fill(name)
            self.page.get_by_label("Password").fill("password")
            self.page.get_by_role("button", name="Log in").click()
            expect(self.page.get_by_role("heading", name="What you can edit")).to_be_visible()

    def take(self, name, height=HEIGHT):
        """Save what the window shows, down to `height`, as docs/images/<name>.png."""
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate("document.activeElement.blur()")
        clip = {"x": 0, "y": 0, "width": WIDTH, "height": height}
        self.page.screenshot(path=IMAGES / f"{name}.png", clip=clip, animations="disabled")
        print(IMAGES / f"{name}.png")  # noqa: T201 - a command tells what it made

    def open_record(self, kind, name):
        self.page.goto("/admin/")
        self.page.get_by_role("link", name=kind, exact=True).click()
        self.page.get_by_role("link", name=name, exact=True).click()

    def open_structure(self):
        self.page.locator(".cms-toolbar-item-cms-mode-switcher a").click()
        expect(self.page.locator(".cms-structure")).to_be_visible()
        self.page.wait_for_timeout(500)  # the panel slides in


def take_all(browser, address):
    reader, author = Editor(browser, address), Editor(browser, address, "author")
    reviewer = Editor(browser, address, "reviewer")
    page = author.page

    reader.page.goto("/stem-cell-therapy/")
    reader.take("topic", 800)

    author.open_record("Cell types", "Hematopoietic stem cells")
    author.take("published", 480)
    page.get_by_role("button", name="New draft").click()
    page.get_by_label("Where found").fill("In the bone marrow and in the blood")
    page.get_by_label("Summary").scroll_into_view_if_needed()
    author.take("draft")
    page.get_by_role("button", name="Save and preview").click()
    page.locator(".cms-toolbar").get_by_role("link", name="Submit for review").click()
    page.get_by_label("Note to the reviewer").fill("Only where they are found: the blood was missing.")
    author.take("submit", 600)
    page.get_by_role("button", name="Submit for review").click()
    page.goto("/admin/stemcells/celltype/add/")
    page.get_by_role("button", name="Save", exact=True).click()
    author.take("mistakes", 560)

    reviewer.page.goto("/admin/")
    reviewer.take("start")
    waiting = reviewer.page.locator("section", has=reviewer.page.locator("#desk-waiting"))
    waiting.get_by_role("link", name="Hematopoietic stem cells", exact=True).click()
    reviewer.take("review", 220)
    reviewer.page.locator(".cms-toolbar").get_by_role("link", name="Approve").click()
    reviewer.take("approve", 600)
    reviewer.page.get_by_role("button", name="Approve").click()
    reviewer.take("publish", 220)
    reviewer.page.locator(".cms-toolbar").get_by_role("link", name="Publish").click()
    author.open_record("Cell types", "Hematopoietic stem cells")
    page.get_by_role("link", name="Versions").click()
    author.take("versions", 380)
    take_texts(author)


def take_texts(author):
    page = author.page
    page.goto("/admin/stemcells/reference/add/")
    author.take("source")
    author.open_record("Clinic risks", "For-profit stem cell clinics")
    page.get_by_role("button", name="New draft").click()
    page.get_by_role("link", name="Edit the page’s text").click()
    author.open_structure()
    page.locator(".cms-dragitem-text:visible").first.dblclick()
    text = page.frame_locator(".cms-modal iframe")
    text.locator("p", has_text="The number of").click()
    text.locator(".dropdown", has=text.locator("[data-cmsplugin=CitationPlugin]")).last.click()
    author.take("cite")

    page.goto("/admin/djangocms_alias/alias/")
    page.get_by_role("link", name="Quick links", exact=True).click()
    page.locator(".cms-toolbar").get_by_role("link", name="New Draft").click()
    author.open_structure()
    page.locator(".cms-collapsable-container, .cms-dragitem-handler, .cms-dragitem-collapsable").first.click()
    author.take("quick-links", 420)
    page.goto("/admin/cms/pagecontent/")
    expect(page.get_by_text("About these pages")).to_be_visible()
    author.take("pages")


def main():
    IMAGES.mkdir(exist_ok=True)
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    site.load()
    make_user("author", groups=["Authors"])
    make_user("reviewer", groups=["Clinical reviewers"])
    server = LiveServer("localhost")
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            take_all(browser, server.url)
    finally:
        server.stop()
        runner.teardown_databases(databases)


main()
