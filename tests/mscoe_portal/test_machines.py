"""What machines read: the sitemap, robots.txt, and the health checks of a supervisor."""

import pytest
from django.db import DatabaseError, connection
from django.db.migrations.recorder import MigrationRecorder
from djangocms_versioning.models import Version
from lxml import etree

from tests.factories import make_cell_type, make_page, make_user, page_content

pytestmark = pytest.mark.django_db


def addresses_in_sitemap(client, **request):
    """The addresses that `/sitemap.xml` lists; `request` is as for `client.get`."""
    sitemap = etree.fromstring(client.get("/sitemap.xml", **request).content)
    return sitemap.xpath("//s:loc/text()", namespaces={"s": "http://www.sitemaps.org/schemas/sitemap/0.9"})


def test_drafts_and_what_is_withdrawn_are_not_in_the_sitemap(client):
    make_page("Home", home=True)
    make_page("Types", slug="types", apphook="CellTypesApphook")
    make_page("Draft", published=False)
    withdrawn = make_page("Withdrawn")
    Version.objects.get_for_content(page_content(withdrawn)).unpublish(make_user())
    make_cell_type(published=False)
    Version.objects.get_for_content(make_cell_type()).unpublish(make_user())
    make_cell_type(slug="shown")
    client.get("/")
    assert addresses_in_sitemap(client) == [f"http://testserver{path}" for path in ("/", "/types/", "/types/shown/")]


def test_page_that_leads_to_another_website_is_not_in_the_sitemap(client):
    make_page("Home", home=True)
    make_page("Elsewhere", redirect="https://www.va.gov/")
    assert addresses_in_sitemap(client) == ["http://testserver/"]


def test_record_is_not_in_the_sitemap_while_no_page_carries_it(client):
    make_page("Home", home=True)
    make_cell_type()
    assert addresses_in_sitemap(client) == ["http://testserver/"]


def test_addresses_of_the_sitemap_are_on_the_host_that_was_asked(client):
    make_page("Home", home=True)
    assert addresses_in_sitemap(client, headers={"host": "localhost:8123"}) == ["http://localhost:8123/"]


def test_addresses_of_the_sitemap_have_the_scheme_that_was_asked(client):
    make_page("Home", home=True)
    assert addresses_in_sitemap(client, secure=True) == ["https://testserver/"]


def test_robots_txt_names_the_sitemap_and_keeps_robots_out_of_the_admin(client):
    response = client.get("/robots.txt", headers={"host": "localhost:8123"})
    assert response.headers["Content-Type"].startswith("text/plain")
    assert "Disallow: /admin/\n" in response.content.decode()
    assert "Sitemap: http://localhost:8123/sitemap.xml\n" in response.content.decode()


def test_live_says_ok(client):
    response = client.get("/healthz/live")
    assert (response.status_code, response.content) == (200, b"ok")


def test_ready_names_each_part(client):
    response = client.get("/healthz/ready")
    assert response.status_code == 200
    assert response.json()["ready"] is True
    parts = response.json()["parts"]
    assert [parts[name] for name in ("database", "migrations", "static files", "uploads")] == ["ok"] * 4


def test_site_is_not_ready_while_a_migration_is_due(client):
    MigrationRecorder.Migration.objects.filter(app="stemcells").delete()
    response = client.get("/healthz/ready")
    assert response.status_code == 503
    assert response.json()["ready"] is False
    assert response.json()["parts"]["migrations"] == "pending"


def test_site_is_not_ready_while_the_database_fails(client):
    def fail(*args):
        raise DatabaseError

    with connection.execute_wrapper(fail):
        response = client.get("/healthz/ready")
    assert response.status_code == 503
    assert response.json()["ready"] is False
    assert response.json()["parts"]["database"] == "unreachable"


STRANGERS = {
    "by an address of elsewhere": {"REMOTE_ADDR": "203.0.113.9"},
    "by a private address": {"REMOTE_ADDR": "10.0.0.1"},
    "by an address that is none": {"REMOTE_ADDR": "unix:"},
    "without an address, where there is no Unix socket": {"REMOTE_ADDR": ""},
    "with a wrong token": {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer wrong"},
    **{
        f"through a proxy on this host that sets {name}": {"REMOTE_ADDR": "127.0.0.1", name: value}
        for name in ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")
        for value in ("127.0.0.1", "")
    },
}


@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_is_told_whether_the_site_is_ready_and_nothing_else(client, settings, who):
    settings.METRICS_TOKEN = "long and random"
    assert client.get("/healthz/ready", **STRANGERS[who]).json() == {"ready": True}
    MigrationRecorder.Migration.objects.filter(app="stemcells").delete()
    response = client.get("/healthz/ready", **STRANGERS[who])
    assert (response.status_code, response.json()) == (503, {"ready": False})


def test_a_stranger_through_nginx_at_a_unix_socket_is_told_nothing_else(client, settings):
    settings.SOCKET = "/srv/portal/current/var/portal.sock"
    response = client.get("/healthz/ready", REMOTE_ADDR="", HTTP_X_FORWARDED_FOR="203.0.113.9")
    assert response.json() == {"ready": True}


@pytest.mark.parametrize("token", ["", "long and random"])
def test_no_token_is_none(client, settings, token):
    settings.METRICS_TOKEN = token
    response = client.get("/healthz/ready", REMOTE_ADDR="203.0.113.9", HTTP_AUTHORIZATION="Bearer ")
    assert response.json() == {"ready": True}


OPERATORS = {
    "on this host": {"REMOTE_ADDR": "127.0.0.1"},
    "on this host, by IPv6": {"REMOTE_ADDR": "::1"},
    "at the Unix socket": {"REMOTE_ADDR": ""},
    "with the token": {"REMOTE_ADDR": "203.0.113.9", "HTTP_AUTHORIZATION": "Bearer long and random"},
    "with the token, through a proxy": {
        "HTTP_X_FORWARDED_FOR": "203.0.113.9",
        "HTTP_AUTHORIZATION": "Bearer long and random",
    },
}


@pytest.mark.parametrize("who", OPERATORS)
def test_who_runs_the_site_is_told_each_part(client, settings, who):
    settings.METRICS_TOKEN, settings.SOCKET = "long and random", "/run/portal.sock"
    assert client.get("/healthz/ready", **OPERATORS[who]).json()["parts"]["database"] == "ok"


@pytest.mark.parametrize("address", ["/healthz/live", "/healthz/ready"])
def test_health_is_never_answered_from_a_cache(client, address):
    assert "no-store" in client.get(address).headers["Cache-Control"]


@pytest.mark.parametrize("address", ["/healthz/live", "/healthz/ready", "/sitemap.xml", "/robots.txt"])
def test_what_machines_read_cannot_be_posted_to(client, address):
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("address", ["/healthz/live", "/healthz/ready", "/sitemap.xml", "/robots.txt"])
def test_what_machines_read_sets_no_cookie(client, address):
    assert not client.get(address).cookies
