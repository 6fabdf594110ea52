"""Every kind of page in one window of a real browser, for the tests that look at each of them."""

import pytest
from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import Client

from tests import page_kinds

SITE = "http://testserver"


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
def still_site(answers, parts):
    """A function that lets a browser's context show the server's answers as they were given, from then on."""

    def answer(route):
        path = route.request.url.removeprefix(SITE)
        kind = page_kinds.kind_at(path)
        if answer := answers[kind] if kind else parts.get(path):
            route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.content)
        elif file := finders.find(path.partition("?")[0].removeprefix("/static/")):
            route.fulfill(path=file)
        else:
            route.abort()

    return lambda context: context.route("**/*", answer)


@pytest.fixture(scope="module")
def window(browser, still_site):
    """A browser window in which the site stands still."""
    context = browser.new_context(base_url=SITE, reduced_motion="reduce")
    still_site(context)
    yield context.new_page()
    context.close()


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
