"""Every kind of page in one window of a real browser, for the tests that look at each of them."""

import pytest
from django.db import transaction
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from tests import migrated, page_kinds, site
from tests.browser.server import SITE


@pytest.fixture(scope="session")
def answers(django_db_setup, django_db_blocker):
    """What the server answers for each kind of page: {kind: response}; rendered once, and the content undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        answers = page_kinds.answers()
        transaction.set_rollback(True)
    return answers


@pytest.fixture(scope="session")
def parts(django_db_setup, django_db_blocker):
    """What the server answers for each part of a page that is fetched on demand: {path: response}."""
    with django_db_blocker.unblock():
        return {path: Client().get(path) for path in page_kinds.PARTS}


@pytest.fixture(scope="module")
def still_site(page_server, answers, parts):
    """The browser finds at `SITE` what the server answered, as it was given."""

    def answer(path):
        kind = page_kinds.kind_at(path)
        found = answers[kind] if kind else parts.get(path)
        return found and (found.status_code, dict(found.headers), found.content)

    page_server.answer = answer
    yield
    page_server.silent()


@pytest.fixture(scope="module")
def window(browser, still_site):
    """A browser window in which the site stands still."""
    context = browser.new_context(base_url=SITE, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def address(django_db_setup, django_db_blocker):
    """Address of a server with the first content, one for all tests of a module, which only read."""
    with django_db_blocker.unblock():
        site.load()
        server = LiveServer("localhost")
        yield server.url
        server.stop()
        migrated.put_back()


@pytest.fixture(scope="module", params=page_kinds.PATHS)
def kind(request):
    """The kind of page that a test is about: each in turn."""
    return request.param


@pytest.fixture(scope="module")
def opened(window, kind):
    """The window with the page of this kind. The tests of one kind share it, and only look at it."""
    window.goto(page_kinds.PATHS[kind])
    return window


@pytest.fixture
def page(opened):
    """The page, 1280 pixels wide, light, and with its menu closed."""
    opened.set_viewport_size({"width": 1280, "height": 900})
    opened.emulate_media(media="screen", color_scheme="light", forced_colors="none", reduced_motion="reduce")
    return opened
