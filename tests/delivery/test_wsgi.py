"""The layer in front of Django, with Django behind it or with a stand-in that counts how often it is asked."""

import gzip
import json
import logging
import threading
from contextlib import ExitStack
from http import HTTPStatus
from wsgiref.util import setup_testing_defaults

import brotli
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections, connection
from django.test.utils import CaptureQueriesContext
from djangocms_versioning.models import Version

from mscoe_portal.delivery.generation import UNKNOWN, CurrentGeneration
from mscoe_portal.delivery.pages import ANY_QUERY, MAX_NOT_FOUND, PUBLIC_MARK
from mscoe_portal.delivery.store import Store, today
from mscoe_portal.delivery.turns import EDITORS, BusyError, Turns
from mscoe_portal.delivery.wsgi import Delivery
from mscoe_portal.public_state import PUBLIC_STATE
from tests import factories
from tests.site import read_addresses

HTML = b"<!doctype html><title>Page</title>" + b"words " * 100


class UnwatchedGeneration(CurrentGeneration):
    """A generation that changes only when the test says so."""

    def start_watching(self):
        pass

    def refresh(self):
        connection.check_constraints()  # on PostgreSQL the triggers run at the commit, or when they are asked to
        super().refresh()

    def set(self, token):
        with self.shared.locked() as write:
            write(token)


class Answer:
    """What a reader gets: `status` (int), `headers` (dict, small letters) and `body`."""

    def __init__(self, application, path="/", method="GET", **environ):
        asked = {"PATH_INFO": path, "REQUEST_METHOD": method, "HTTP_HOST": "localhost", "QUERY_STRING": ""} | environ
        setup_testing_defaults(asked)
        self.body = b"".join(application(asked, self.start))

    def start(self, status, headers, exc_info=None):
        self.status = int(status[:3])
        self.headers = {name.lower(): value for name, value in headers}


class Page:
    """A stand-in for Django: counts its renders and answers what it is told to."""

    def __init__(self):
        self.renders = []
        self.status = "200 OK"
        self.headers = [("Content-Type", "text/html"), (PUBLIC_MARK, "1")]
        self.body = HTML
        self.error = None
        self.before_answer = lambda: None

    def __call__(self, environ, start_response):
        self.renders.append(environ)
        self.before_answer()
        if self.error:
            raise self.error
        start_response(self.status, self.headers)
        return [self.body]


@pytest.fixture
def generation(tmp_path):
    generation = UnwatchedGeneration(tmp_path / "generation")
    generation.set(1)
    return generation


@pytest.fixture
def django():
    return Page()


@pytest.fixture
def delivery(tmp_path, generation, django):
    return Delivery(django, Store(tmp_path / "pages"), generation)


def test_a_page_is_made_once(delivery, django):
    assert Answer(delivery).body == Answer(delivery).body == HTML
    assert len(django.renders) == 1


def test_a_page_is_made_again_when_the_site_has_changed(delivery, django, generation):
    Answer(delivery)
    generation.set(2)
    django.body = b"new"
    assert Answer(delivery).body == b"new"


def test_another_process_finds_the_page_on_disk(tmp_path, delivery, django, generation):
    Answer(delivery)
    other = Delivery(django, Store(tmp_path / "pages"), generation)
    assert Answer(other).body == HTML
    assert len(django.renders) == 1


def test_django_is_told_which_state_of_the_site_it_makes_a_page_for(delivery, django):
    Answer(delivery)
    assert django.renders[0][PUBLIC_STATE] == (1, today())


def test_django_is_told_no_state_that_nobody_knows(delivery, django, generation):
    generation.set(UNKNOWN)
    Answer(delivery)
    assert PUBLIC_STATE not in django.renders[0]


def test_django_is_told_no_state_for_one_reader_alone(delivery, django):
    Answer(delivery, HTTP_COOKIE="sessionid=1")
    assert PUBLIC_STATE not in django.renders[0]


def test_a_page_made_during_a_publish_is_not_kept_as_new(delivery, django, generation):
    def publish_meanwhile():
        generation.set(2)

    django.before_answer = publish_meanwhile
    Answer(delivery)
    django.before_answer, django.body = lambda: None, b"new"
    assert Answer(delivery).body == b"new"


@pytest.mark.parametrize(
    ("accepted", "encoding", "decode"),
    [
        ("", None, bytes),
        ("br", "br", brotli.decompress),
        ("gzip, deflate, br;q=1.0", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip", "gzip", gzip.decompress),
        ("identity", None, bytes),
        ("*;q=0, nonsense;;q=x,,,", None, bytes),
        ("x" * 5000, None, bytes),
    ],
)
def test_the_body_comes_in_the_best_encoding_that_is_accepted(delivery, accepted, encoding, decode):
    answer = Answer(delivery, HTTP_ACCEPT_ENCODING=accepted)
    assert answer.headers.get("content-encoding") == encoding
    assert decode(answer.body) == HTML
    assert int(answer.headers["content-length"]) == len(answer.body)
    assert answer.headers["vary"] == "Accept-Encoding, Cookie"


def test_a_reader_who_has_the_page_gets_304_and_no_body(delivery):
    etag = Answer(delivery).headers["etag"]
    again = Answer(delivery, HTTP_IF_NONE_MATCH=f'"other", W/{etag}')
    assert (again.status, again.body) == (HTTPStatus.NOT_MODIFIED, b"")


def test_no_cache_on_the_way_shows_a_finished_page_without_asking(delivery):
    first = Answer(delivery)
    known = Answer(delivery, HTTP_IF_NONE_MATCH=first.headers["etag"])
    assert first.headers["cache-control"] == known.headers["cache-control"] == "no-cache"


def test_each_answer_is_counted_by_its_status_and_a_finished_page_as_such(delivery, django):
    etag = Answer(delivery).headers["etag"]
    Answer(delivery)
    Answer(delivery, HTTP_IF_NONE_MATCH=etag)
    django.status = "404 Not Found"
    Answer(delivery, path="/nothing/")
    Answer(delivery, path="/admin/")
    counts = delivery.pages.counts
    assert {name: counts[name] for name in ("2xx", "3xx", "4xx", "finished")} == {
        "2xx": 2,
        "3xx": 1,
        "4xx": 2,
        "finished": 2,
    }
    assert counts["rendered"] == 2


def test_who_is_turned_away_is_counted_and_told_the_id_of_the_request(delivery, monkeypatch):
    def no_place(environ):
        raise BusyError

    monkeypatch.setattr(delivery._turns, "place", no_place)
    answer = Answer(delivery, path="/admin/")
    assert answer.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.headers["x-request-id"]
    assert delivery.pages.counts["turned away"] == 1


def test_only_an_answer_that_failed_says_the_id_of_its_request(delivery, django):
    assert "x-request-id" not in Answer(delivery).headers
    django.status = "404 Not Found"
    ids = {Answer(delivery, path=path).headers["x-request-id"] for path in ("/nothing/", "/admin/nothing/", "/media/x")}
    assert len(ids) == 3


def test_the_etag_differs_by_encoding(delivery):
    assert Answer(delivery).headers["etag"] != Answer(delivery, HTTP_ACCEPT_ENCODING="br").headers["etag"]


def test_head_has_the_headers_and_no_body(delivery):
    head = Answer(delivery, method="HEAD")
    assert (head.status, head.body) == (HTTPStatus.OK, b"")
    assert int(head.headers["content-length"]) == len(HTML)


@pytest.mark.parametrize(
    "environ",
    [
        {"HTTP_COOKIE": "sessionid=abc"},
        {"method": "POST"},
        {"HTTP_AUTHORIZATION": "Basic abc"},
        {"path": "/" + "x" * 1000},
        {"path": "/admin/login/"},
    ],
    ids=str,
)
def test_what_is_not_for_everyone_is_never_kept(delivery, django, environ):
    Answer(delivery, **environ)
    Answer(delivery, **environ)
    assert len(django.renders) == 2
    assert not delivery.pages.store.entries


def test_an_answer_to_a_query_is_never_kept(delivery, django):
    Answer(delivery)
    for _ in range(2):
        Answer(delivery, QUERY_STRING="q=asked")
    assert [asked["QUERY_STRING"] for asked in django.renders] == ["", "q=asked", "q=asked"]


def test_a_page_that_ignores_queries_is_made_once_for_all_of_them(delivery, django):
    django.headers = [("Content-Type", "text/html"), (PUBLIC_MARK, ANY_QUERY)]
    for query in ("", "made=up", "utm_source=letter", "language=es"):
        assert Answer(delivery, QUERY_STRING=query).body == HTML
    assert [asked["QUERY_STRING"] for asked in django.renders] == [""]


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        ("200 OK", [("Content-Type", "text/html")]),
        ("301 Moved Permanently", [("Location", "/"), (PUBLIC_MARK, "1")]),
        ("400 Bad Request", [(PUBLIC_MARK, "1")]),
    ],
    ids=["unmarked", "redirect", "bad request"],
)
def test_an_answer_that_is_not_a_public_page_is_never_kept(delivery, django, status, headers):
    django.status, django.headers = status, headers
    assert Answer(delivery).status == int(status[:3])
    assert not delivery.pages.store.entries


def test_the_mark_is_never_sent_on(delivery):
    answers = [Answer(delivery), Answer(delivery), Answer(delivery, HTTP_COOKIE="sessionid=abc")]
    assert not any(PUBLIC_MARK.lower() in answer.headers for answer in answers)


def test_a_page_is_made_for_nobody_in_particular(delivery, django):
    Answer(delivery, HTTP_COOKIE="theme=dark", HTTP_ACCEPT_LANGUAGE="es", HTTP_USER_AGENT="x", HTTP_REFERER="y")
    assert not {"HTTP_COOKIE", "HTTP_ACCEPT_LANGUAGE", "HTTP_USER_AGENT", "HTTP_REFERER"} & django.renders[0].keys()


def test_a_missing_page_is_remembered_shortly_and_only_so_many(delivery, django):
    django.status = "404 Not Found"
    Answer(delivery, "/missing/")
    assert Answer(delivery, "/missing/").status == HTTPStatus.NOT_FOUND
    assert len(django.renders) == 1
    for number in range(MAX_NOT_FOUND + 10):
        Answer(delivery, f"/missing/{number}/")
    assert len(delivery.pages._not_found) <= MAX_NOT_FOUND


def test_a_missing_page_appears_as_soon_as_it_is_published(delivery, django, generation):
    django.status = "404 Not Found"
    Answer(delivery)
    generation.set(2)
    django.status = "200 OK"
    assert Answer(delivery).status == HTTPStatus.OK


@pytest.mark.parametrize("failure", ["exception", "status"])
def test_when_a_page_cannot_be_made_its_older_copy_is_served(delivery, django, generation, failure):
    Answer(delivery)
    generation.set(2)
    if failure == "exception":
        django.error = OperationalError("the database is gone")
    else:
        django.status = "500 Internal Server Error"
    old = Answer(delivery, HTTP_ACCEPT_ENCODING="br")
    assert (old.status, brotli.decompress(old.body)) == (HTTPStatus.OK, HTML)
    assert old.headers["x-delivery"] == "stale"
    assert delivery.pages.counts["stale"] == 1


def test_a_process_that_has_just_started_serves_older_copies_too(tmp_path, delivery, django, generation):
    Answer(delivery)
    generation.set(2)
    django.error = OperationalError("the database is gone")
    just_started = Delivery(django, Store(tmp_path / "pages"), generation)
    assert Answer(just_started).body == HTML


def test_a_page_is_served_again_when_the_database_returns(delivery, django, generation, monkeypatch):
    Answer(delivery)
    generation.set(2)
    django.error = OperationalError("the database is gone")
    Answer(delivery)
    django.error, django.body = None, b"new"
    monkeypatch.setattr("mscoe_portal.delivery.pages.FAILURE_SECONDS", 0)
    assert Answer(delivery).body == b"new"


def test_a_page_never_made_is_503_while_the_database_is_gone(delivery, django, generation, caplog):
    generation._failures = 2
    django.status = "500 Internal Server Error"
    with caplog.at_level(logging.CRITICAL):
        answer = Answer(delivery)
    assert answer.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.headers["retry-after"] == "5"


def test_a_page_that_cannot_be_made_is_one_line_of_the_log_whatever_its_address(delivery, django, caplog):
    django.error = OperationalError("the database is gone")
    Answer(delivery, "/\n2026-01-01 ERROR made up")
    assert "\n" not in caplog.records[0].getMessage()


def test_who_is_signed_in_does_not_wait_for_a_database_that_is_gone(delivery, django, generation):
    Answer(delivery)
    generation._failures = 2
    assert Answer(delivery, HTTP_COOKIE="sessionid=1").body == HTML
    assert Answer(delivery, "/admin/", HTTP_COOKIE="sessionid=1").status == HTTPStatus.SERVICE_UNAVAILABLE
    assert len(django.renders) == 1


def test_a_made_up_query_gets_the_older_copy_when_the_page_cannot_be_made(delivery, django):
    Answer(delivery)
    django.status = "500 Internal Server Error"
    assert Answer(delivery, QUERY_STRING="utm_source=x").body == HTML


def test_http_and_https_are_kept_apart(delivery, django):
    Answer(delivery)
    Answer(delivery, **{"wsgi.url_scheme": "https"})
    assert len(django.renders) == 2


def test_a_hundred_readers_of_a_page_that_is_not_there_make_it_once(delivery, django):
    all_wait = threading.Barrier(100)

    def read():
        all_wait.wait()
        Answer(delivery)

    readers = [threading.Thread(target=read) for _ in range(100)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert len(django.renders) == 1


SIGN_IN_OF_ONE = {"path": "/admin/login/", "method": "POST", "REMOTE_ADDR": "192.0.2.1"}


def test_too_many_at_once_are_told_to_try_again(delivery, django):
    def send_another():
        django.before_answer = lambda: None
        answers.append(Answer(delivery, **SIGN_IN_OF_ONE))

    answers, delivery._turns = [], Turns(patience=0)
    django.before_answer = send_another
    assert Answer(delivery, **SIGN_IN_OF_ONE).status == HTTPStatus.OK
    assert (answers[0].status, answers[0].headers["retry-after"]) == (HTTPStatus.SERVICE_UNAVAILABLE, "5")
    assert b"Wait a few seconds" in answers[0].body


SESSION = {"HTTP_COOKIE": "sessionid=made-up", "REQUEST_METHOD": "GET", "PATH_INFO": "/"}


def test_a_reader_with_too_many_made_up_sessions_gets_the_page_of_everybody(delivery, django):
    Answer(delivery)
    with ExitStack() as all_places:
        for _ in range(EDITORS):
            all_places.enter_context(delivery._turns.place(SESSION))
        assert Answer(delivery, HTTP_COOKIE=SESSION["HTTP_COOKIE"]).status == HTTPStatus.OK
    assert len(django.renders) == 1


@pytest.fixture
def portal(tmp_path, generation, db):
    """The store in front of the real site, with a home page and a cell type's page."""
    # As Django's own test client does: the test's connection stays open from one request to the next.
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    factories.make_page("Home", home=True)
    generation.refresh()
    yield Delivery(WSGIHandler(), Store(tmp_path / "pages"), generation)
    for signal in signals:
        signal.connect(close_old_connections)


def test_a_finished_page_asks_the_database_nothing(portal):
    assert Answer(portal).status == HTTPStatus.OK
    with CaptureQueriesContext(connection) as queries:
        assert Answer(portal).status == HTTPStatus.OK
    assert len(queries) == 0


@pytest.fixture
def pages_of_cell_types(portal):
    """The paths of a page of the CMS and of a record's, both with a plugin that says that no cache may keep it."""
    page = factories.make_page("Types", apphook="CellTypesApphook")
    cell_type = factories.make_cell_type(slug="hsc")
    for placeholder in (factories.page_content(page).get_placeholders().get(slot="content"), cell_type.prose):
        factories.add_plugin(placeholder, "CellTypeListPlugin", layout="table")
    read_addresses()
    portal.pages.refresh()
    return "/types/", "/types/hsc/"


def test_a_plugin_that_no_cache_may_keep_is_kept_by_none_where_the_answer_is_for_one_reader(
    portal, pages_of_cell_types
):
    for path in pages_of_cell_types:
        answer = Answer(portal, path, HTTP_COOKIE=SESSION["HTTP_COOKIE"])
        assert {"no-store", "private"} <= set(answer.headers["cache-control"].split(", "))
    assert not portal.pages.store.entries


def test_a_finished_page_with_such_a_plugin_is_made_anew_when_what_it_shows_has_changed(portal, pages_of_cell_types):
    for path in pages_of_cell_types:
        Answer(portal, path)
    assert len(portal.pages.store.entries) == len(pages_of_cell_types)
    factories.make_cell_type(short_name="NEW")
    portal.pages.refresh()
    assert all(b"NEW" in Answer(portal, path).body for path in pages_of_cell_types)


def test_older_copies_are_counted_where_a_supervisor_looks(portal, generation):
    Answer(portal)
    generation.set(2)
    portal.pages.application = Page()
    portal.pages.application.status = "500 Internal Server Error"
    Answer(portal)
    told = json.loads(Answer(portal, "/healthz/ready", REMOTE_ADDR="127.0.0.1").body)
    assert told["answers"]["stale"] == 1


def test_a_published_change_is_in_the_next_answer(portal, generation):
    page = factories.make_page("Before")
    generation.refresh()
    assert b"<h1>Before" in Answer(portal, "/before/").body
    version = Version.objects.get_for_content(factories.page_content(page))
    draft = version.copy(factories.make_user())
    draft.content.title = "After"
    draft.content.save()
    factories.publish(draft.content)
    generation.refresh()
    assert b"<h1>After" in Answer(portal, "/before/").body


def test_a_changed_menu_title_is_in_every_page(portal, generation):
    Answer(portal)
    factories.make_page("A new page of the menu")
    generation.refresh()
    assert b"A new page of the menu" in Answer(portal).body


def test_a_host_that_is_not_ours_is_refused_and_not_kept(portal):
    assert Answer(portal, HTTP_HOST="evil.example").status == HTTPStatus.BAD_REQUEST
    assert not portal.pages.store.entries


def test_a_page_of_the_portal_sets_no_cookie(portal):
    assert "set-cookie" not in Answer(portal).headers


def test_a_retracted_source_is_marked_in_the_next_answer(portal, generation):
    reference = factories.make_reference(title="A trial")
    page = factories.make_page("Cites", published=False)
    text = factories.add_text(page, "<p>A claim.</p>")
    citation = factories.add_plugin(text.placeholder, "CitationPlugin", "en", target=text, reference=reference)
    text.body = f'<p>A claim.<cms-plugin id="{citation.pk}"></cms-plugin></p>'
    text.save()
    factories.publish(factories.page_content(page))
    generation.refresh()
    assert b"was retracted" not in Answer(portal, "/cites/").body
    reference.status = "retracted"
    reference.save()
    generation.refresh()
    assert b"This source was retracted." in Answer(portal, "/cites/").body
