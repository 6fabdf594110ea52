"""What readers get when something is wrong: with their request, or with the site."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper
from django.test import Client
from django.utils.translation import override
from djangocms_versioning.models import Version
from lxml import html

from mscoe_portal import errors
from tests.factories import make_alias, make_page, make_user, page_content, publish
from tests.navigation.pages import breadcrumb_of, menu_of
from tests.site import ADDRESSES, ReadersClient

pytestmark = pytest.mark.django_db

LONG = "a" * 5000
HOSTILE_PARTS = [
    "%00",
    "x%00y",
    "%",
    "%zz",
    "%ff%fe",
    "%ED%A0%80",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "..%5c..%5c",
    "%0d%0aSet-Cookie:%20a=b",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "%F0%9F%A7%A0",
    "'%20OR%201=1--",
    "{{7*7}}",
    "-1",
    "9" * 400,
    LONG,
]
# Each address whose last part the reader may write.
WRITABLE = [
    "/{}",
    "/{}/",
    "/es/{}/",
    "/xx/{}/",
    "/stem-cell-therapy/{}/",
    "/stem-cell-therapy/cell-types/{}/",
    "/stem-cell-therapy/clinic-risks/{}/",
    "/es/stem-cell-therapy/cell-types/{}/",
    "/es/stem-cell-therapy/clinic-risks/{}/",
    "/media/{}",
    "/static/{}",
    "/search/?q={}",
    "/es/search/?q={}",
    "/search/?page={}",
    "/?language={}",
    "/?edit={}&cms_path={}",
    "/es/?language={}&preview={}&structure",
    "/?{}",
    "/?toolbar_off&cms_toolbar_login_error={}",
    "/sitemap.xml?p={}",
    "/robots.txt?{}",
    "/healthz/live?{}",
    "/healthz/{}",
    "/cms_wizard/{}",
    "/admin/{}",
    "/admin/login/?next={}",
]
# One that each of the modules reads which are behind them, and what has been worst for such modules.
OF_EACH_READER = [
    "/es/{}/",
    "/stem-cell-therapy/cell-types/{}/",
    "/media/{}",
    "/search/?q={}",
    "/search/?page={}",
    "/es/?language={}&preview={}&structure",
    "/admin/login/?next={}",
]
WORST = ["%00", "%ff%fe", "%F0%9F%A7%A0", LONG]
PUBLIC = [*ADDRESSES, "/es/", "/es/stem-cell-therapy/cell-types/hsc/", "/sitemap.xml", "/robots.txt", "/nothing/"]


def parse(response):
    return html.fromstring(response.content.decode())


def crisis_numbers(page):
    return [link.get("href") for link in page.iterfind(".//section[@class='crisis']//a")]


CRISIS = ["tel:988", "sms:838255", "https://www.veteranscrisisline.net/"]


@pytest.mark.parametrize("address", ["/nothing/", "/es/nothing/", "/stem-cell-therapy/cell-types/nothing/"])
def test_page_that_is_not_found_has_the_whole_frame(site, address):
    response = site.get(address)
    page = parse(response)
    assert response.status_code == 404
    assert page.find(".//body/a").get("href") == "#main"
    assert crisis_numbers(page) == CRISIS
    assert len(menu_of(page)) > 5
    assert len(page.findall(".//h1")) == 1
    assert [page.find(f".//{tag}") is not None for tag in ("header", "main", "footer")] == [True] * 3
    assert page.find(".//section[@class='quick']") is not None


def test_page_that_is_not_found_says_so_in_its_title_and_breadcrumb(site):
    page = parse(site.get("/nothing/"))
    assert page.find(".//title").text.startswith("Page not found | ")
    assert breadcrumb_of(page) == [("Home", "/"), ("Page not found", None)]


def test_page_that_is_not_found_is_in_the_readers_language(site):
    page = parse(site.get("/es/nothing/"))
    assert page.get("lang") == "es"
    assert page.find(".//main").get("lang") is None


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_ways_onward_from_a_page_that_is_not_found_lead_somewhere(site, prefix):
    page = parse(site.get(f"{prefix}/nothing/"))
    ways = [link.get("href") for link in page.find(".//main").iterfind(".//a")]
    assert len(ways) >= 3
    assert {site.get(way).status_code for way in ways} == {200}
    assert all(way.startswith(f"{prefix}/") for way in ways)


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_page_that_is_not_found_offers_a_search(site, prefix):
    main = parse(site.get(f"{prefix}/nothing/")).find(".//main")
    form = main.find(".//form")
    assert form.get("action").startswith(f"{prefix}/")
    assert form.find("label").text not in [heading.text for heading in main.iterfind(".//h2")]
    assert site.get(form.get("action"), {"q": "cells"}).status_code == 200


def ways_to_reach_us(client, error_page):
    """What the page links to of phones and mail where `error_page` leads whoever wants to ask about its number."""
    number = error_page.find(".//p[@class='request-number']")
    address, anchor = number.getnext().find("a").get("href").split("#")
    heading = parse(client.get(address)).get_element_by_id(anchor)
    return [link.get("href").split(":")[0] for link in heading.getnext().getnext().iterfind(".//a")]


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_page_that_is_not_found_leads_to_where_its_number_can_be_told(site, prefix):
    page = parse(site.get(f"{prefix}/nothing/"))
    assert ways_to_reach_us(site, page) == ["tel", "tel", "mailto", "https"]
    assert page.find(".//p[@class='request-number']").getnext().find("a").get("href").startswith(f"{prefix}/acc")


@pytest.mark.parametrize(
    "answer",
    [errors.bad_request, errors.permission_denied, errors.csrf_failure, errors.server_error],
    ids=lambda view: view.__name__,
)
def test_error_page_leads_to_where_its_number_can_be_told(site, rf, page_file, answer):
    assert ways_to_reach_us(site, parse(answer(rf.get("/")))) == ["tel", "tel", "mailto", "https"]


def test_written_page_leads_to_where_its_number_can_be_told(site, page_file):
    errors.write_server_error_page()
    assert ways_to_reach_us(site, html.fromstring(page_file.read_text())) == ["tel", "tel", "mailto", "https"]


@pytest.mark.slow
@pytest.mark.parametrize("part", HOSTILE_PARTS, ids=lambda part: part[:20])
def test_bad_input_is_never_a_server_error(site, part):
    for address in WRITABLE if part in WORST else OF_EACH_READER:
        target = address.replace("{}", part)
        assert site.get(target).status_code < 500, target


@pytest.mark.slow
@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "MADEUP"])
def test_no_method_is_a_server_error(site, method):
    for address in [*PUBLIC, "/healthz/live", "/healthz/ready", "/media/nothing.png", "/admin/", "/admin/login/"]:
        assert site.generic(method, address).status_code < 500, address


@pytest.mark.slow
@pytest.mark.parametrize("cookie", ["\x00", "x" * 5000, "\udcff", '"\\000"', "{", "é"])
@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "messages", "django_language"])
def test_bad_cookie_is_never_a_server_error(site, name, cookie):
    header = f'{name}="{cookie}"'.encode("utf-8", "surrogateescape").decode("latin-1")
    client = ReadersClient(headers={"cookie": header})
    assert client.get("/").status_code < 500


def test_nul_in_a_session_cookie_is_refused():
    client = Client()
    client.cookies["sessionid"] = "abcdefgh\x00"
    assert client.get("/").status_code == 400


@pytest.mark.parametrize("address", ["/%00/", "/?q=%00", "/?%00", "/media/a%00b", "/media/%2e%2e/%2e%2e/secret"])
def test_request_that_cannot_be_right_is_refused_in_plain_words(client, address):
    response = client.get(address)
    page = parse(response)
    assert response.status_code == 400
    assert page.find(".//h1").text == "This request did not work"
    assert crisis_numbers(page) == CRISIS


def test_plain_page_leads_on_in_the_language_of_the_reader(client):
    for address, home in [("/?q=%00", "/"), ("/es/?q=%00", "/es/")]:
        links = [link.get("href") for link in parse(client.get(address)).iterfind(".//main//a")]
        assert links == [f"{home}accessibility/#tell-us-about-a-barrier", home]


def test_unknown_host_is_refused_in_plain_words(client):
    response = client.get("/", headers={"host": "evil.example"})
    assert response.status_code == 400
    assert crisis_numbers(parse(response)) == CRISIS
    assert b"evil.example" not in response.content
    assert b"Traceback" not in response.content


def test_form_without_its_token_is_refused_in_plain_words():
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "author"})
    page = parse(response)
    assert response.status_code == 403
    assert page.find(".//h1").text == "The form was not sent"
    assert crisis_numbers(page) == CRISIS


def test_editor_who_may_not_do_something_is_told_in_plain_words(client):
    client.force_login(make_user())
    response = client.get("/admin/auth/user/add/")
    assert response.status_code == 403
    assert parse(response).find(".//h1").text == "This page is not open to you"
    assert crisis_numbers(parse(response)) == CRISIS


@pytest.fixture
def database_that_fails(monkeypatch):
    def fail(*args, **kwargs):
        raise OperationalError("server closed the connection unexpectedly")

    def start():
        monkeypatch.setattr(CursorWrapper, "execute", fail)

    return start


@pytest.fixture
def failing_client():
    return Client(raise_request_exception=False)


@pytest.fixture
def page_file():
    settings.SERVER_ERROR_PAGE.unlink(missing_ok=True)
    yield settings.SERVER_ERROR_PAGE
    settings.SERVER_ERROR_PAGE.unlink(missing_ok=True)


@pytest.mark.parametrize("address", ["/", "/es/", "/nothing/", "/sitemap.xml"])
def test_reader_gets_the_written_page_while_the_database_fails(failing_client, page_file, database_that_fails, address):
    page_file.write_text("<h1>As written</h1>")
    database_that_fails()
    response = failing_client.get(address)
    assert (response.status_code, response.content) == (500, b"<h1>As written</h1>")


def test_reader_gets_a_plain_page_while_none_is_written(failing_client, page_file, database_that_fails):
    database_that_fails()
    response = failing_client.get("/")
    assert response.status_code == 500
    assert crisis_numbers(parse(response)) == CRISIS
    assert b"server closed" not in response.content


def test_process_is_alive_while_the_database_fails(client, database_that_fails):
    database_that_fails()
    assert client.get("/healthz/live").status_code == 200
    assert client.get("/healthz/ready").status_code == 503


def test_written_page_has_the_whole_frame(site, page_file):
    errors.write_server_error_page()
    page = html.fromstring(page_file.read_text())
    assert page.get("lang") == "en"
    assert page.find(".//body/a").get("href") == "#main"
    assert crisis_numbers(page) == CRISIS
    assert menu_of(page) == menu_of(parse(site.get("/")))
    assert [name for name, _address in breadcrumb_of(page)] == ["Home", "Something went wrong"]
    assert len(page.findall(".//h1")) == 1
    assert page.find(".//section[@class='quick']") is not None
    assert page.find(".//div[@class='at-notice']") is not None


def test_written_page_is_in_english_whatever_language_is_active(site, page_file):
    with override("es"):
        errors.write_server_error_page()
    assert html.fromstring(page_file.read_text()).get("lang") == "en"


@pytest.fixture
def committing(django_capture_on_commit_callbacks):
    """Does at the block's end what a commit would do."""

    @contextmanager
    def commit():
        connection.run_on_commit.clear()  # what the test did before
        with django_capture_on_commit_callbacks(execute=True) as callbacks:
            yield callbacks

    return commit


def test_publishing_a_page_brings_it_into_the_written_page(page_file, committing):
    make_page("Home", home=True)
    with committing():
        page = make_page("Newly published", published=False)
        publish(page_content(make_page("Another", published=False)))
    assert "Another" in page_file.read_text()
    assert "Newly published" not in page_file.read_text()
    with committing():
        publish(page_content(page))
    assert "Newly published" in page_file.read_text()


def test_unpublishing_a_page_takes_it_out_of_the_written_page(page_file, committing):
    user = make_user()
    make_page("Home", home=True)
    page = make_page("Withdrawn", user=user)
    errors.write_server_error_page()
    assert "Withdrawn" in page_file.read_text()
    with committing():
        Version.objects.get_for_content(page_content(page)).unpublish(user)
    assert "Withdrawn" not in page_file.read_text()


def test_moving_a_page_changes_the_written_page(page_file, committing, client):
    client.force_login(make_user(is_superuser=True))
    make_page("Home", home=True)
    make_page("First")
    second = make_page("Second")
    with committing():
        client.post(f"/admin/cms/page/{second.pk}/move-page/", {"id": second.pk, "position": 1})
    written = menu_of(html.fromstring(page_file.read_text()))
    assert [name for name, _links in written].index("Second") < [name for name, _links in written].index("First")


def test_publishing_a_quick_link_brings_it_into_the_written_page(page_file, committing):
    with committing():
        make_alias("quick-links", plugins=[("QuickLinksPlugin", {"title": "New links"})])
    assert "New links" in page_file.read_text()


def test_many_changes_in_one_transaction_write_the_page_once(page_file, committing):
    with committing() as callbacks:
        make_page("One")
        make_page("Two")
    assert sum(callback.__module__ == "mscoe_portal.errors" for callback in callbacks) == 1


def test_publishing_stands_when_the_page_cannot_be_written(committing, settings, caplog, client):
    settings.SERVER_ERROR_PAGE = Path("/dev/null/500.html")
    with committing():
        make_page("Research", slug="research")
    assert client.get("/research/").status_code == 200
    assert "could not be written" in caplog.text


def test_page_before_stays_when_a_new_one_cannot_be_made(page_file, monkeypatch):
    page_file.write_text("the one before")
    monkeypatch.setattr(errors, "render_to_string", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        errors.write_server_error_page()
    assert page_file.read_text() == "the one before"
    assert [file.name for file in page_file.parent.glob("tmp*")] == []


WITHOUT_DATABASE = """
import json, os, django
from pathlib import Path
from django.conf import settings
django.setup()
settings.SERVER_ERROR_PAGE = Path(os.environ["PAGE"])
settings.ALLOWED_HOSTS = ["testserver"]
from django.test import Client
client = Client(raise_request_exception=False)
answers = {path: client.get(path) for path in ("/", "/es/nothing/", "/healthz/live", "/healthz/ready")}
print(json.dumps({path: [answer.status_code, answer.content.decode()] for path, answer in answers.items()}))
"""


@pytest.mark.slow
def test_site_without_any_database_answers_with_the_written_page(page_file):
    """In a process of its own, which never had a database."""
    page_file.write_text("<h1>As written</h1>")
    environment = os.environ | {
        "DATABASE_URL": "sqlite:////dev/null/none.sqlite3",
        "DJANGO_SETTINGS_MODULE": "mscoe_portal.settings",
        "PAGE": str(page_file),
    }
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_DATABASE], env=environment, capture_output=True, text=True, check=True
    )
    answers = json.loads(done.stdout)
    assert answers["/"] == answers["/es/nothing/"] == [500, "<h1>As written</h1>"]
    assert answers["/healthz/live"] == [200, "ok"]
    assert answers["/healthz/ready"][0] == 503
