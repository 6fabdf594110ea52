"""What happens after a change: the page is made, the editor is told, caches are told."""

import re
import threading
from io import StringIO

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction

from mscoe_portal.delivery.generation import CurrentGeneration
from mscoe_portal.delivery.pages import PUBLIC_MARK, Pages
from mscoe_portal.delivery.store import Store
from mscoe_portal.delivery.wsgi import PAGES
from tests import factories
from tests.review.people import approve

HOME, ABOUT, GONE = (("http", "localhost", path) for path in ("/", "/about/", "/gone/"))


class Django:
    """A stand-in for Django: answers 404 at what is in `missing`, and path, `words`, `links` to others elsewhere."""

    def __init__(self):
        self.words, self.missing, self.links, self.asked = b"old", set(), {}, []

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        self.asked.append(path)
        status = "404 Not Found" if path in self.missing else "200 OK"
        start_response(status, [("Content-Type", "text/html"), (PUBLIC_MARK, "any-query")])
        return [path.encode() + self.words + self.links.get(path, b"")]


@pytest.fixture
def django():
    return Django()


@pytest.fixture
def generation(tmp_path):
    return CurrentGeneration(tmp_path / "generation")


@pytest.fixture
def pages(tmp_path, django, generation):
    move(generation, 1)
    return Pages(django, Store(tmp_path / "pages"), generation)


def move(generation, token):
    with generation.shared.locked() as write:
        write(token)


def look(pages):
    """Look for changes as the watching thread does, and wait for what it starts."""
    pages._look()
    wait_for_thread("delivery-warm")


def wait_for_thread(name):
    for thread in threading.enumerate():
        if thread.name == name:
            thread.join()


def test_after_a_change_pages_are_made_anew_the_last_used_first(pages, django, generation):
    for key in (HOME, ABOUT, GONE):
        pages.find(key)
    pages.store.used(ABOUT)
    move(generation, 2)
    django.asked.clear()
    look(pages)
    assert django.asked == ["/about/", "/gone/", "/"]
    assert pages.store.entries[HOME].is_current(2)


def test_a_page_that_was_published_is_made_at_once_and_then_those_that_show_it(pages, django, generation, monkeypatch):
    menu = b'<nav><a href="/about/">About</a></nav><main>'
    django.links = {"/": menu + b'<a href="/about/">About</a>', "/gone/": menu}
    for key in (HOME, ABOUT, GONE):
        pages.find(key)
    django.asked.clear()
    monkeypatch.setattr(generation, "refresh", lambda: move(generation, 2))
    assert pages.make_live(ABOUT)
    wait_for_thread("delivery-live")
    assert django.asked == ["/about/", "/"]


def test_a_page_that_readers_do_not_find_is_not_called_live(pages, django, generation, monkeypatch):
    django.missing.add("/gone/")
    monkeypatch.setattr(generation, "refresh", lambda: move(generation, 2))
    assert not pages.make_live(GONE)


def test_making_pages_anew_stops_when_the_site_changes_again(pages, django, generation):
    for done, _key in enumerate(pages.warm([HOME, ABOUT, GONE])):
        move(generation, 10 + done)
    assert django.asked == ["/"]


def test_a_page_that_was_withdrawn_is_not_shown_when_the_database_goes(tmp_path, pages, django, generation):
    other = Pages(django, Store(tmp_path / "pages"), generation)
    for process in (pages, other):
        assert process.find(GONE).is_found
    django.missing.add("/gone/")
    move(generation, 2)
    look(pages)
    generation._failures = 2
    for process in (pages, other):
        assert not process.find(GONE).status.startswith("200")


def test_a_cache_is_told_the_addresses_that_changed_and_no_others(pages, django, generation):
    told = []
    pages._purge = told.extend
    for key in (HOME, ABOUT, GONE):
        pages.find(key)
    look(pages)
    assert told == []
    move(generation, 2)
    django.missing.add("/gone/")
    look(pages)
    assert told == ["http://localhost/gone/"]
    move(generation, 3)
    django.words = b"new"
    look(pages)
    assert told[1:] == ["http://localhost/", "http://localhost/about/"]


def test_after_midnight_or_a_clock_set_back_every_page_is_made_for_the_day(pages, django, monkeypatch):
    for day in ("2026-11-22", "2026-11-23", "2026-11-22"):
        monkeypatch.setattr("mscoe_portal.delivery.store.today", lambda day=day: day)
        monkeypatch.setattr("mscoe_portal.delivery.pages.today", lambda day=day: day)
        django.words = day.encode()
        assert pages.find(HOME).body.endswith(day.encode())


def test_ports_that_nobody_named_do_not_fill_the_store(pages):
    for port in range(1000):
        pages.find(("http", f"localhost:{port}", "/"))
    assert len(pages.store.entries) < 20
    assert len(pages.find(HOME).body) == len(pages.store.entries[HOME].body)


def test_what_cannot_be_made_names_the_crisis_line(pages, generation):
    generation._failures = 2
    answer = pages.find(HOME)
    assert answer.status == "503 Service Unavailable"
    assert b"988" in answer.body


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_editor_is_told_after_how_many_seconds_the_page_is_live(client, tmp_path):
    user = factories.make_user(is_superuser=True)
    page = factories.make_page("About", published=False)
    factories.add_text(page, "<p>What it is about.</p>")
    content = factories.page_content(page)
    generation = CurrentGeneration(tmp_path / "generation")
    pages = Pages(WSGIHandler(), Store(tmp_path / "pages"), generation)
    client.force_login(user)
    version = approve(content.versions.get())
    address = f"/admin/djangocms_versioning/pagecontentversion/{version.pk}/publish/"
    client.post(address, **{PAGES: pages})
    told = client.get("/admin/").content.decode()
    seconds = float(re.search(r"<li[^>]*>\s*Live for every reader after ([\d.]+) seconds", told)[1])
    assert 0 <= seconds < 60
    assert b"<h1>About" in pages.store.entries["http", "testserver", "/about/"].body


@pytest.fixture
def portal(monkeypatch, tmp_path, transactional_db):
    """The portal's own WSGI application, with a store and a generation of the test's."""
    from mscoe_portal.wsgi import application

    generation = CurrentGeneration(tmp_path / "generation")
    monkeypatch.setattr(generation, "start_watching", lambda: None)
    monkeypatch.setattr(application, "pages", Pages(WSGIHandler(), Store(tmp_path / "pages"), generation))
    monkeypatch.setattr(application, "_is_started", False)
    return application


def test_warm_makes_every_page_of_the_sitemap_and_of_the_store(portal):
    with transaction.atomic():
        factories.make_page("Home", home=True)
    factories.make_page("About")
    portal.pages.refresh()
    portal.pages.find(("https", "localhost", "/about/"))
    out = StringIO()
    call_command("warm", "http://localhost", stdout=out)
    made = set(portal.pages.store.entries)
    assert {HOME, ABOUT, ("https", "localhost", "/about/")} <= made
    assert out.getvalue() == "Pages ...\n3 pages are finished.\n"


def test_warm_says_when_the_host_is_not_ours(portal):
    with pytest.raises(CommandError, match="ALLOWED_HOSTS"):
        call_command("warm", "http://evil.example")
