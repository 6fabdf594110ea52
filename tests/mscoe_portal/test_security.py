"""What every answer says to browsers, and what no reader can do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils.crypto import get_random_string
from djangocms_versioning.models import Version

from tests.factories import make_cell_type
from tests.site import ADDRESSES

pytestmark = pytest.mark.django_db

OTHERS = ["/es/", "/nothing/", "/sitemap.xml", "/robots.txt", "/admin/login/", "/healthz/live", "/?q=%00"]
EVERYWHERE = [*ADDRESSES, *OTHERS]


@pytest.fixture(scope="module")
def answers(site):
    """What a reader gets at each address: {address: response}."""
    return {address: site.get(address) for address in EVERYWHERE}


@pytest.fixture
def upload():
    """Makes a file among the uploads."""
    made = []

    def make(name, content=b"content"):
        path = Path(settings.MEDIA_ROOT) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        made.append(path)
        return f"{settings.MEDIA_URL}{name}"

    yield make
    for path in made:
        path.unlink()


def close(response):
    """Close the file of the answer, and not the database as `response.close()` would."""
    for closer in response._resource_closers:
        closer()


@pytest.mark.parametrize("address", EVERYWHERE)
def test_every_answer_has_a_strict_content_security_policy(answers, address):
    policy = answers[address]["Content-Security-Policy"]
    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == directives["form-action"] == "'self'"
    assert directives["base-uri"] == "'none'"
    assert "unsafe" not in policy


@pytest.mark.parametrize("address", EVERYWHERE)
def test_every_answer_tells_browsers_to_be_careful(answers, address):
    headers = answers[address].headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    to_others = "same-origin" if address.startswith("/admin/") else "strict-origin-when-cross-origin"
    assert headers["Referrer-Policy"] == to_others
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    for feature in ("camera", "geolocation", "microphone", "payment", "usb"):
        assert f"{feature}=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("address", [*ADDRESSES, "/es/", "/nothing/", "/sitemap.xml", "/robots.txt", "/healthz/ready"])
def test_no_reader_gets_a_cookie(site, address):
    assert not site.get(address, {"language": "es", "toolbar_off": "", "edit": ""}).cookies


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PUT", "PATCH", "DELETE", "MADEUP"])
@pytest.mark.parametrize("address", ["/", "/nothing/", "/admin/", "/healthz/live"])
def test_unknown_methods_are_refused(site, address, method):
    response = site.generic(method, address)
    assert response.status_code == 405
    assert "GET" in response["Allow"]


@pytest.mark.parametrize("address", [*ADDRESSES, "/es/", "/sitemap.xml", "/robots.txt", "/healthz/live"])
def test_what_readers_see_takes_no_form(site, address):
    assert site.post(address).status_code == 405


def test_methods_of_a_page_can_be_asked_for(site):
    response = site.options("/")
    assert (response.status_code, response.content) == (204, b"")
    assert response["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("address", ["/", "/es/", "/nothing/", "/sitemap.xml"])
def test_head_says_what_get_would(site, address):
    head, get = site.head(address), site.get(address)
    assert (head.status_code, head["Content-Type"]) == (get.status_code, get["Content-Type"])
    assert head.content == b""


def test_editors_can_sign_in_and_out(site):
    assert Client().post("/admin/login/", {"username": "a", "password": "b"}).status_code == 200
    assert Client().post("/admin/logout/").status_code == 302


@pytest.mark.parametrize("address", ["/cms_login/", "/es/cms_login/"])
def test_the_cms_has_no_sign_in_of_its_own(site, address):
    """It would tell apart whose password is right and who may not enter the admin, and say nothing to who mistypes."""
    with pytest.raises(NoReverseMatch):
        reverse("cms_login")
    assert site.get(address).status_code == 404
    assert site.post(address, {"username": "a", "password": "b"}).status_code == 405


def test_answer_never_leads_to_another_host(client):
    client.raise_request_exception = False
    for address in ("//evil.example/", "/%2f%2fevil.example/", "/admin/login/?next=//evil.example/"):
        for method in ("GET", "POST"):
            assert "evil.example" not in client.generic(method, address).get("Location", "").partition("?")[0]


@pytest.mark.parametrize(
    "back", ["https://evil.example/admin/", "//evil.example/admin/", "javascript:/admin/?alert(1):0"]
)
def test_editors_way_back_never_leads_to_another_host(admin_client, back):
    version = Version.objects.get_for_content(make_cell_type())
    compare = reverse("admin:djangocms_versioning_celltypecontentversion_compare", args=[version.pk])
    assert admin_client.get(compare, {"back": "/admin/stemcells/celltype/"}).status_code == 200
    assert admin_client.get(compare, {"back": back}).status_code == 400


def test_uploaded_picture_is_shown_and_can_do_nothing(client, upload):
    response = client.get(upload("test.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml"
    assert {"sandbox", "default-src 'none'"} <= set(response["Content-Security-Policy"].split("; "))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response["Content-Disposition"].startswith("attachment")
    close(response)


def test_uploaded_page_is_not_shown_but_saved(client, upload):
    response = client.get(upload("test.html", b"<script>alert(1)</script>"))
    assert response["Content-Disposition"].startswith("attachment")
    assert {"sandbox", "default-src 'none'"} <= set(response["Content-Security-Policy"].split("; "))
    close(response)


def test_picture_that_the_reader_has_is_not_sent_again(client, upload):
    address = upload("test.png")
    first = client.get(address)
    close(first)
    assert client.get(address, headers={"if-modified-since": first["Last-Modified"]}).status_code == 304


def test_folder_of_uploads_is_not_listed(client, upload):
    upload("folder/test.png")
    assert client.get("/media/").status_code == client.get("/media/folder/").status_code == 404


@pytest.mark.parametrize("path", ["../secret", "%2e%2e/secret", "..%2fsecret", "a/../../secret", "//etc/passwd", "../"])
def test_no_path_leads_out_of_the_uploads(client, path):
    secret = Path(settings.MEDIA_ROOT).parent / "secret"
    secret.write_text("secret")
    response = client.get(f"/media/{path}")
    secret.unlink()
    assert response.status_code in {400, 404}


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "a b", "localhost:x", "[::1", ""])
def test_unknown_host_is_refused(client, host):
    assert client.get("/", headers={"host": host}).status_code == 400


def test_readers_are_sent_to_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    response = client.get("/stem-cell-therapy/?a=b")
    assert (response.status_code, response["Location"]) == (301, "https://testserver/stem-cell-therapy/?a=b")


@pytest.mark.parametrize("address", ["/healthz/live", "/healthz/ready"])
def test_health_checks_are_answered_without_https(client, settings, address):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(address).status_code == 200


def test_https_is_promised_for_two_years(client, settings):
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = 63_072_000, True
    assert client.get("/healthz/live", secure=True)["Strict-Transport-Security"].startswith("max-age=63072000; incl")


@pytest.mark.slow
def test_djangos_own_check_for_production_finds_nothing():
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": get_random_string(60),
        "ALLOWED_HOSTS": "portal.example.org",
        "BEHIND_PROXY": "on",
        "PROXY_COUNT": "1",
        "DATABASE_URL": "sqlite://:memory:",
        "EMAIL_URL": "smtp+tls://portal:secret@mail.example.org:587",
        "DEFAULT_FROM_EMAIL": "portal@example.org",
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
