"""What every test runs under: the browser, the database, and that nothing is skipped unseen in CI."""

import functools
import gc
import os
import shutil
from pathlib import Path

import pytest
from cms import appresolver
from cms.utils import apphook_reload
from django.conf import settings
from django.contrib import admin
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import TransactionTestCase
from django.urls import base as urls
from django.urls import path, resolvers
from django.utils import translation
from django.utils.translation import get_language

from tests import migrated
from tests.browser.server import AXE, Server

ON_POSTGRESQL = os.environ.get("TEST_DATABASE") == "postgresql"
NODE_MODULES = Path(__file__).parent / "node_modules"
CHROMIUM = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]

# Playwright keeps an event loop running, which Django takes for asynchronous code; the tests are not.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


# After a test that writes for good.
TransactionTestCase._fixture_teardown = lambda test: migrated.put_back()


def read_once(read):
    """Let a resolver of addresses read its patterns once for each language, not whenever one above it is new."""
    return lambda resolver: get_language() in resolver._reverse_dict or read(resolver)


# The CMS makes the resolvers of all addresses anew whenever an address changes under which views hang, as it does in
# most tests. Those of the admin, which has most addresses, stay the same here, and with them what they have read.
resolvers.normalize = functools.cache(resolvers.normalize)
resolvers.URLResolver._populate = read_once(resolvers.URLResolver._populate)
type(admin.site).urls = [path("", admin.site.urls)], None, None
urls.get_ns_resolver = functools.lru_cache(maxsize=50)(resolvers.get_ns_resolver.__wrapped__)
urls.get_ns_resolver.cache_clear = lambda: None


def pytest_report_header():
    return f"database: {'PostgreSQL' if ON_POSTGRESQL else 'SQLite'}"


def uses_database(item):
    return item.get_closest_marker("django_db") or "django_db_setup" in item.fixturenames


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config, items):
    """Mark tests by what they need; leave out those that need to run only once, or only on the other database.

    What is slow comes first, or the others would have ended long before it.
    """
    left_out = []
    for item in items:
        if ON_POSTGRESQL and not uses_database(item):
            left_out.append(item)
        if "browser" in item.fixturenames:
            item.add_marker("browser")
        # What a browser or a checker says of a page is the same on every database.
        looks_at_pages = "browser" in item.fixturenames or item.path.parent.name == "browser"
        if ON_POSTGRESQL and looks_at_pages and not item.get_closest_marker("postgres"):
            left_out.append(item)
        if "orca" in item.fixturenames:
            item.add_marker("screen_reader")
            # It runs alone: a user has one Orca at a time, and tests at its side would make it slow.
            if ON_POSTGRESQL or "PYTEST_XDIST_WORKER" in os.environ:
                left_out.append(item)
        if item.get_closest_marker("needs_postgresql") and not ON_POSTGRESQL:
            left_out.append(item)
        if settings.NO_POSTGRESQL:
            item.add_marker(pytest.mark.skip(reason=settings.NO_POSTGRESQL))
    config.hook.pytest_deselected(items=left_out)
    left_out = set(left_out)
    items[:] = [item for item in items if item not in left_out]
    yield
    first = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in first)


def pytest_collection_finish():
    """What is in memory now stays until the end: the garbage collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """In CI nothing may be missing, so a skipped test is a failed one there."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, which CI does not allow: {report.longrepr[2]}"
    return report


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The test database, which says of itself, as a migrated one does, that no migration is due."""
    with django_db_blocker.unblock():
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        for app, name in MigrationLoader(connection).disk_migrations:
            recorder.record_applied(app, name)
        # Without a revision of the addresses, the first request of each test would read them anew.
        apphook_reload.set_local_revision(apphook_reload.get_global_revision())
        migrated.remember()


@pytest.fixture(autouse=True)
def language_at_start():
    """Each test begins in the site's default language: a request leaves its own active in the thread."""
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def addresses_at_start():
    """No test finds the addresses that another one read: what hung there is gone with its pages."""
    before = appresolver.APP_RESOLVERS
    yield
    # Where nothing hung and nothing hangs, the next test need not read that anew.
    if appresolver.APP_RESOLVERS is not before and (before or appresolver.APP_RESOLVERS):
        apphook_reload.set_local_revision("of another test")


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """A reader’s client of the site with its first content; all tests of a module share it.

    The tests are marked `django_db`: what one of them changes is undone after it.
    """
    from tests.site import ReadersClient, load

    with django_db_blocker.unblock(), transaction.atomic():
        load()
        yield ReadersClient()
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def rendered_pages():
    """What `pages` gives, once a module has asked for it: to render all of them takes seconds."""
    return {}


@pytest.fixture(scope="module")
def pages(site, rendered_pages):
    """The public pages of the first content: {address: parsed page}. Tests only look at them."""
    from tests.site import ADDRESSES, page

    if not rendered_pages:
        rendered_pages.update({address: page(site, address) for address in ADDRESSES})
    return rendered_pages


@pytest.fixture(scope="session")
def page_server():
    """A server of pages that stand still, for those browser tests that tell it what to answer."""
    server = Server()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, playwright, page_server):
    """Start the machine's own Chromium, else the one that `playwright install` fetched.

    Best without the windows around a page, which nobody sees here: a fifth less to do.
    """
    browser_type_launch_args |= {"args": [f"--host-resolver-rules={page_server.rules}"]}
    chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if chromium:
        return {**browser_type_launch_args, "executable_path": chromium}
    if not Path(playwright.chromium.executable_path).exists():
        pytest.skip("There is no Chromium; on Debian: apt install chromium, elsewhere: .venv/bin/playwright install")
    return browser_type_launch_args


@pytest.fixture(scope="session")
def axe_script():
    """The source of axe-core, to run in a page with `page.evaluate`, which a strict CSP allows."""
    if not AXE.exists():
        pytest.skip("axe-core is not installed; npm brings it: npm --prefix tests ci --ignore-scripts")
    return AXE.read_text()


@pytest.fixture(scope="session")
def nu_checker():
    """The command (a list) that runs the Nu HTML checker; files and options follow it."""
    jar = NODE_MODULES / "vnu-jar" / "build" / "dist" / "vnu.jar"
    if not jar.exists():
        pytest.skip("The Nu HTML checker is not installed; npm brings it: npm --prefix tests ci --ignore-scripts")
    if not shutil.which("java"):
        pytest.skip(
            "The Nu HTML checker needs Java, which is not installed; on Debian: apt install default-jre-headless"
        )
    return ["java", "-Xss1024k", "-jar", jar]
