"""In a real browser: the Content-Security-Policy is never broken, no other host is asked, no reader gets a cookie."""

from urllib.parse import urlsplit

import pytest
from cms.toolbar.utils import get_object_edit_url, get_object_preview_url, get_object_structure_url
from cms.utils.urlutils import admin_reverse
from django.core.management import call_command
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from stemcells.models import CellTypeContent
from tests import site
from tests.factories import add_text, make_page, make_user, page_content

pytestmark = pytest.mark.django_db

PUBLIC = [*site.ADDRESSES, "/es/", "/es/stem-cell-therapy/", "/nothing/", "/es/nothing/", "/?q=%00", "/admin/login/"]


@pytest.fixture(scope="module")
def address(django_db_setup, django_db_blocker):
    """Address of a server with the first content, one for all tests here."""
    with django_db_blocker.unblock():
        site.load()
        server = LiveServer("localhost")
        yield server.url
        server.stop()
        call_command("flush", verbosity=0, interactive=False)


@pytest.fixture(scope="module")
def tab(browser):
    """A reader's browser, which remembers nothing of the other tests."""
    context = browser.new_context()
    yield context.new_page()
    context.close()


def complaints_of(tab, address):
    """Open `address`; return what the browser refused there, and the other hosts that it asked."""
    refused, hosts = [], set()

    def note_message(message):
        if "Content Security Policy" in message.text:
            refused.append(message.text)

    def note_request(request):
        hosts.add(urlsplit(request.url).netloc)

    tab.on("console", note_message)
    tab.on("request", note_request)
    tab.goto(address, wait_until="networkidle")
    tab.remove_listener("console", note_message)
    tab.remove_listener("request", note_request)
    return refused, hosts - {urlsplit(address).netloc, ""}


@pytest.mark.parametrize("path", PUBLIC)
def test_public_page_keeps_to_the_policy_and_asks_no_other_host(address, tab, path):
    assert complaints_of(tab, address + path) == ([], set())


def test_reader_who_saw_every_page_has_no_cookie(address, browser):
    context = browser.new_context()
    page = context.new_page()
    for path in site.ADDRESSES:
        page.goto(address + path)
    assert context.cookies() == []
    context.close()


def test_policy_that_is_broken_would_be_noticed(address, tab):
    tab.route(
        "**/research/",
        lambda route: route.fulfill(
            body="<!doctype html><p style='color:red'>", headers={"Content-Security-Policy": "default-src 'none'"}
        ),
    )
    refused, _hosts = complaints_of(tab, f"{address}/research/")
    assert len(refused) == 1
    tab.unroute("**/research/")


ADMIN = [
    "/admin/",
    "/admin/stemcells/celltype/",
    "/admin/stemcells/celltype/add/",
    "/admin/stemcells/clinicriskarticle/",
    "/admin/stemcells/recommendation/",
    "/admin/stemcells/disclaimer/",
    "/admin/stemcells/reference/",
    "/admin/stemcells/reference/add/",
    "/admin/cms/pagecontent/",
    "/admin/djangocms_alias/alias/",
    "/admin/auth/user/",
    "/admin/review/auditentry/",
    "/admin/password_change/",
]
TOOLS = ["page", "edit", "preview", "structure", "preview of a record", "form of a record", "text editor"]


@pytest.fixture(scope="module")
def seen_by_an_editor(address, browser, django_db_blocker):
    """What `complaints_of` finds for a superuser: {path of the admin, or tool of the CMS: ...}.

    Visited before the tests begin: on SQLite the transaction of a test would keep the server from writing.
    """
    with django_db_blocker.unblock():
        user = make_user(is_superuser=True)
        client = Client()
        client.force_login(user)
        draft = page_content(make_page("Draft", user=user, published=False))
        text = add_text(draft.page, "<p>Text</p>")
        record = CellTypeContent.objects.first()
        tools = [
            "/",
            get_object_edit_url(draft),
            get_object_preview_url(draft),
            get_object_structure_url(draft),
            get_object_preview_url(record),
            f"/admin/stemcells/celltype/{record.cell_type_id}/change/",
            admin_reverse("cms_placeholder_edit_plugin", args=[text.pk]) + "?cms_path=/",
        ]
    context = browser.new_context()
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}])
    tab = context.new_page()
    places = {path: path for path in ADMIN} | dict(zip(TOOLS, tools, strict=True))
    seen = {name: complaints_of(tab, address + path) for name, path in places.items()}
    context.close()
    return seen


@pytest.mark.parametrize("place", [*ADMIN, *TOOLS])
def test_what_editors_use_keeps_to_the_policy_and_asks_no_other_host(seen_by_an_editor, place):
    assert seen_by_an_editor[place] == ([], set())
