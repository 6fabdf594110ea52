"""Before a session ends the browser says so: heard, in every tab, and one press goes on."""

import re

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import expect

from tests.factories import make_user

pytestmark = [pytest.mark.django_db(transaction=True)]

FORM = "/admin/stemcells/celltype/add/"


@pytest.fixture
def tabs(browser, live_server):
    """Two tabs of one signed-in person, whose clock the test sets forward."""
    client = Client()
    client.force_login(make_user("ana", groups=["Authors"]))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(base_url=live_server.url, reduced_motion="reduce")
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    context.clock.install()
    yield context.new_page(), context.new_page()
    context.close()


def dialog(page, title):
    return page.get_by_role("alertdialog", name=title)


def test_the_end_of_a_session_is_told_before_one_press_goes_on_in_all_tabs_and_no_text_is_lost(tabs, axe_script):
    here, there = tabs
    for page in tabs:
        page.goto(FORM)
    here.get_by_label("Summary").fill("My words.")
    here.clock.fast_forward("25:01")
    for page in tabs:
        expect(dialog(page, "You will be signed out soon")).to_be_visible()
    stay = here.get_by_role("button", name="Stay signed in")
    expect(stay).to_be_focused()
    expect(dialog(here, "You will be signed out soon")).to_have_accessible_description(re.compile(r"out at \d+:\d\d"))
    here.evaluate(axe_script)
    assert here.evaluate("axe.run('dialog[open]').then(({violations}) => violations.map(({id}) => id))") == []
    stay.press("Enter")
    for page in tabs:
        expect(dialog(page, "You will be signed out soon")).to_be_hidden()

    # To press a key in one tab is activity in both.
    here.clock.fast_forward("24:00")
    with there.expect_response("**/admin/session/"):
        there.keyboard.press("Shift")
    here.clock.fast_forward("24:00")
    expect(dialog(here, "You will be signed out soon")).to_be_hidden()

    Session.objects.all().delete()
    here.clock.fast_forward("06:01")
    expect(dialog(here, "You are signed out")).to_be_visible()
    here.get_by_role("link", name="Sign in again").press("Enter")
    here.get_by_label("Username").fill("ana")
    here.locator("#id_password").fill("password")
    here.get_by_role("button", name="Log in").press("Enter")
    here.get_by_role("button", name="Restore it").press("Enter")
    expect(here.get_by_label("Summary")).to_have_value("My words.")
