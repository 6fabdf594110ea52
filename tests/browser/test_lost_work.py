"""No work is lost: two people in one draft, an expired session, a crashed tab, a shared computer."""

import re

import pytest
from cms.toolbar.utils import get_object_edit_url
from cms.utils.urlutils import admin_reverse
from django.conf import settings
from django.contrib.sessions.models import Session
from django.templatetags.static import static
from django.test import Client
from playwright.sync_api import expect

from stemcells.models import CellTypeContent
from tests.factories import add_text, make_cell_type, make_page, make_user, page_content

pytestmark = [pytest.mark.django_db(transaction=True)]

KEPT = "() => Object.entries(localStorage).filter(([key]) => key.startsWith('kept-text:')).map(([, value]) => value)"


@pytest.fixture(scope="module")
def spare_tabs():
    """Tabs, each in a browser of its own, that a test has left: a new one compiles every script anew."""
    tabs = []
    yield tabs
    for tab in tabs:
        tab.context.close()


@pytest.fixture
def person(browser, live_server, spare_tabs):
    """A function that gives the browser page of a reviewer of this name, signed in, and the user."""
    tabs = []

    def open_browser(name, user=None, **options):
        user = user or make_user(name, groups=["Clinical reviewers"])
        if spare_tabs and not options:
            tab = spare_tabs.pop()
        else:
            tab = browser.new_context(base_url=live_server.url, reduced_motion="reduce", **options).new_page()
        tabs.append(tab)
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        tab.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        return tab, user

    yield open_browser
    for tab in tabs:
        if tab.is_closed():
            continue
        # A file of the site asks the server for nothing more while the database is emptied.
        tab.goto(static("img/icon.svg"))
        tab.evaluate("localStorage.clear(), sessionStorage.clear()")
        tab.context.clear_cookies()
        spare_tabs.append(tab)


def record_url(content):
    return admin_reverse("stemcells_celltype_change", args=[content.cell_type_id]) + "?language=en"


def wait_until_kept(page, words):
    page.wait_for_function(f"words => ({KEPT})().some(value => value.includes(words))", arg=words)


def wait_until_nothing_is_kept(page):
    """The script that drops what is saved runs a moment after the words of the page are there."""
    page.wait_for_function(f"({KEPT})().length === 0")


def save(page):
    page.get_by_role("button", name="Save", exact=True).click()


def violations(page, axe_script):
    page.evaluate(axe_script)
    found = page.evaluate("axe.run().then(result => result.violations)")
    return [(rule["id"], [node["html"] for node in rule["nodes"]][:3]) for rule in found]


def test_two_people_write_one_record_and_neither_text_is_lost(person, axe_script):
    (ana, user), (ben, _) = person("ana"), person("ben")
    record = make_cell_type(user=user, published=False, concern="Old concern.")
    ana.goto(record_url(record))
    ana.get_by_label("Concern").fill("Ana’s concern.")

    ben.goto(record_url(record))
    expect(ben.get_by_text("ana is writing this draft.")).to_be_visible()
    ben.get_by_role("button", name="Take over").click()
    ben.get_by_label("Concern").fill("Ben’s concern.")
    save(ben)
    expect(ben.get_by_text("was changed successfully")).to_be_visible()

    save(ana)
    expect(ana.get_by_text("Your text was not saved.")).to_be_visible()
    expect(ana.get_by_text("Ben’s concern.").first).to_be_visible()
    assert violations(ana, axe_script) == []
    ana.get_by_role("link", name="Back to the form").last.click()
    expect(ana.get_by_text("ben has taken over your draft")).to_be_visible()
    ana.get_by_role("button", name="Take over").click()

    expect(ana.get_by_role("status").filter(has_text="You have text from")).to_be_visible()
    ana.get_by_role("button", name="Restore it").press("Enter")
    expect(ana.get_by_role("status").filter(has_text="stands in the form again")).to_be_focused()
    save(ana)
    conflicts = ana.get_by_role("region", name="Not saved: this was changed while you were writing")
    expect(conflicts).to_contain_text("ben saved it")
    assert violations(ana, axe_script) == []
    conflicts.get_by_label("Take the text that is saved").press("ArrowUp")
    ana.get_by_role("textbox", name="Concern").fill("Both concerns.")
    save(ana)
    expect(ana.get_by_text("was changed successfully")).to_be_visible()
    assert CellTypeContent.admin_manager.get(pk=record.pk).concern == "Both concerns."
    wait_until_nothing_is_kept(ana)


def test_two_people_write_one_text_and_each_sees_the_others(person):
    (ana, user), (ben, _) = person("ana"), person("ben", user=None)
    text = add_text(make_page(user=user, published=False), "<p>Old words.</p>")
    url = admin_reverse("cms_placeholder_edit_plugin", args=[text.pk]) + "?cms_path=/"
    second, _user = person("ana", user=user)
    for page, words in ((ana, "Ana’s words. "), (second, "Words of the second window. ")):
        page.goto(url)
        page.locator(".tiptap p").click()
        page.keyboard.press("Home")
        page.keyboard.type(words)
    ben.goto(url)
    expect(ben.get_by_text("ana is writing this draft.")).to_be_visible()

    save(second)
    second.wait_for_selector(".cms-close-frame", state="attached")
    save(ana)
    conflicts = ana.get_by_role("region", name="Not saved: this was changed while you were writing")
    expect(conflicts).to_contain_text("Words of the second window.")
    expect(conflicts).to_contain_text("Ana’s words.")
    expect(ana.locator(".tiptap")).to_contain_text("Ana’s words.")
    save(ana)
    ana.wait_for_selector(".cms-close-frame", state="attached")
    text.refresh_from_db()
    assert text.body == "<p>Ana’s words. Old words.</p>"


def test_a_text_survives_the_end_of_the_session_in_the_pages_own_window(person):
    page, user = person("ana")
    content = page_content(make_page(user=user, published=False))
    text = add_text(content.page, "<p>Old words.</p>")
    page.goto(get_object_edit_url(content))
    page.locator(f".cms-plugin-{text.pk}").first.dblclick()
    frame = page.frame_locator(".cms-modal-frame iframe")
    frame.locator(".tiptap p").click()
    page.keyboard.type("Typed before the session ended. ")

    Session.objects.all().delete()
    page.locator(".cms-modal-buttons").get_by_role("link", name="Save", exact=True).click()
    frame.get_by_label("Username").fill("ana")
    frame.get_by_label("Password").fill("password")
    frame.get_by_label("Password").press("Enter")
    frame.get_by_role("button", name="Restore it").click()
    expect(frame.locator(".tiptap")).to_contain_text("Typed before the session ended.")
    page.locator(".cms-modal-buttons").get_by_role("link", name="Save", exact=True).click()
    expect(page.locator(".cms-modal-frame iframe")).to_have_count(0)
    text.refresh_from_db()
    assert "Typed before the session ended." in text.body


def test_a_save_without_a_connection_says_so_and_the_text_is_offered_when_its_window_opens_again(person):
    page, user = person("ana")
    content = page_content(make_page(user=user, published=False))
    text = add_text(content.page, "<p>Old words.</p>")
    page.goto(get_object_edit_url(content))
    page.locator(f".cms-plugin-{text.pk}").first.dblclick()
    frame = page.frame_locator(".cms-modal-frame iframe")
    frame.locator(".tiptap p").click()
    page.keyboard.type("Typed on the train. ")
    wait_until_kept(page, "Typed on the train.")
    page.context.set_offline(True)
    page.locator(".cms-modal-buttons").get_by_role("link", name="Save", exact=True).click()
    expect(page.locator(".cms-messages-inner")).to_contain_text("Not saved: the site cannot be reached.")
    page.context.set_offline(False)
    page.locator(f".cms-plugin-{text.pk}").first.dblclick()
    frame.get_by_role("button", name="Restore it").click()
    expect(frame.locator(".tiptap")).to_contain_text("Typed on the train.")


def test_a_crashed_tab_loses_nothing_and_a_shared_computer_keeps_nothing(person, axe_script):
    page, user = person("ana")
    record = make_cell_type(user=user, published=False, concern="Old concern.")
    page.goto(record_url(record))
    page.get_by_label("Concern").fill("Typed before the crash.")
    wait_until_kept(page, "Typed before the crash.")
    storage = page.context.storage_state()
    page.context.close()

    other, _user = person("ben", storage_state=storage)
    other.goto(record_url(record))
    expect(other.get_by_role("button", name="Restore it")).to_be_hidden()

    page, _user = person("ana", user=user, storage_state=storage)
    page.goto(record_url(record))
    expect(page.get_by_role("status")).to_have_text(re.compile(r"You have text from .+ here that was not saved\."))
    assert violations(page, axe_script) == []
    page.get_by_role("button", name="Restore it").click()
    expect(page.get_by_label("Concern")).to_have_value("Typed before the crash.")
    page.goto(record_url(record))
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_role("status")).to_have_text("The text that was not saved is gone.")
    wait_until_nothing_is_kept(page)

    page.get_by_label("Concern").fill("Typed eight days ago.")
    wait_until_kept(page, "Typed eight days ago.")
    page.evaluate(
        "for (const key of Object.keys(localStorage).filter(key => key.startsWith('kept-text:')))"
        'localStorage[key] = localStorage[key].replace(/"at":(\\d+)/, (_, at) => `"at":${at - 8 * 864e5}`)'
    )
    page.goto(record_url(record))
    wait_until_nothing_is_kept(page)

    page.get_by_label("Concern").fill("Typed before signing out.")
    wait_until_kept(page, "Typed before signing out.")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in again")).to_be_visible()
    wait_until_nothing_is_kept(page)
