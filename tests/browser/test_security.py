"""In a real browser: the Content-Security-Policy is never broken, no other host is asked, no reader gets a cookie.

What editors use is looked at in test_editors_accessibility.py.
"""

from collections import defaultdict
from urllib.parse import urlsplit

import pytest

from tests import site

pytestmark = pytest.mark.django_db

READERS = [*site.ADDRESSES, "/es/", "/es/stem-cell-therapy/", "/nothing/", "/es/nothing/", "/?q=%00"]


@pytest.fixture
def context(browser):
    context = browser.new_context()
    yield context
    context.close()


def complaints_in(context, addresses):
    """Open `addresses`, each in a tab: {address: (what the browser refused there, the other hosts that it asked)}."""
    refused, asked, tabs = defaultdict(list), defaultdict(set), {}

    def note_message(message):
        if "Content Security Policy" in message.text:
            refused[message.page].append(message.text)

    def note_request(request):
        asked[request.frame.page].add(urlsplit(request.url).netloc)

    context.on("console", note_message)
    context.on("request", note_request)
    for address in addresses:
        tabs[address] = context.new_page()
        tabs[address].goto(address)
    for tab in tabs.values():
        tab.wait_for_load_state("networkidle")
    return {address: (refused[tab], asked[tab] - {urlsplit(address).netloc, ""}) for address, tab in tabs.items()}


@pytest.fixture(scope="module")
def seen_by_a_reader(address, browser):
    """What `complaints_in` finds on all pages for readers, by path; and the cookies that there are then."""
    context = browser.new_context()
    complaints = complaints_in(context, [address + path for path in READERS])
    cookies = context.cookies()
    context.close()
    return {seen.removeprefix(address): found for seen, found in complaints.items()}, cookies


@pytest.mark.parametrize("path", READERS)
def test_public_page_keeps_to_the_policy_and_asks_no_other_host(seen_by_a_reader, path):
    complaints, _cookies = seen_by_a_reader
    assert complaints[path] == ([], set())


def test_reader_who_saw_every_page_has_no_cookie(seen_by_a_reader):
    _complaints, cookies = seen_by_a_reader
    assert cookies == []


def test_a_cookie_would_be_noticed(address, context):
    complaints_in(context, [f"{address}/admin/login/"])
    assert context.cookies() != []


def test_a_broken_policy_and_another_host_would_be_noticed(address, context):
    context.route(
        "**/research/",
        lambda route: route.fulfill(
            body="<!doctype html><p style='color:red'><img src='https://elsewhere.example/'>",
            headers={"Content-Security-Policy": "style-src 'none'"},
        ),
    )
    ((refused, hosts),) = complaints_in(context, [f"{address}/research/"]).values()
    assert len(refused) == 1
    assert hosts == {"elsewhere.example"}
