"""Every kind of page in one window of a real browser, for the tests that look at each of them."""

import pytest
from django.contrib.staticfiles import finders
from django.db import transaction

from tests import page_kinds

SITE = "http://testserver"


@pytest.fixture(scope="session")
def answers(django_db_setup, django_db_blocker):
    """What the server answers for each kind of page: {kind: response}; rendered once, and the content undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        answers = page_kinds.answers()
        transaction.set_rollback(True)
    return answers


@pytest.fixture(scope="module")
def window(browser, answers):
    """A browser window in which the site stands still: the server's answers are shown as they were given."""
    context = browser.new_context(base_url=SITE, reduced_motion="reduce")

    def answer(route):
        path = route.request.url.removeprefix(SITE)
        kind = page_kinds.kind_at(path)
        if kind:
            answer = answers[kind]
            route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.content)
        elif file := finders.find(path.partition("?")[0].removeprefix("/static/")):
            route.fulfill(path=file)
        else:
            route.abort()

    context.route("**/*", answer)
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
