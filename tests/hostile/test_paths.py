"""Names and addresses that try to lead out of a folder. (Uploads: test_security.py; stored pages: test_files.py.)"""

from contextlib import suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.urls import reverse
from filer.models import Folder

from mscoe_portal.delivery.store import Store
from tests.factories import make_file, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

OUTSIDE = [
    "../../manage.py",
    "%2e%2e/%2e%2e/manage.py",
    "..%2f..%2fmanage.py",
    "..\\..\\manage.py",
    "//etc/passwd",
    "....//manage.py",
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_no_static_address_leads_out_of_the_static_files(client, path):
    for folder in ("/static/", "/static/css/"):
        assert client.get(f"{folder}{path}", follow=True).status_code in {400, 404}


@pytest.mark.parametrize("name", ["../../evil.svg", "/etc/evil.svg", "..\\..\\evil.svg", "a/../../evil.svg", ".."])
def test_an_uploads_name_leads_nowhere(tmp_path, settings, name):
    settings.MEDIA_ROOT = tmp_path / "media"
    folder = Folder.objects.create(name="../../folder")
    with suppress(SuspiciousFileOperation):  # so Django refuses some names itself
        assert Path(make_file(name, folder=folder).path).resolve().is_relative_to(tmp_path / "media")
    assert not [path for path in tmp_path.rglob("*.svg") if not path.is_relative_to(tmp_path / "media")]


def test_a_folders_name_is_a_name(client, tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(make_user(is_superuser=True))
    for name in ("../../etc", "<script>alert(1)</script>", "a\0b", "/"):
        client.post(reverse("admin:filer-directory_listing-make_root_folder"), {"name": name})
    page = client.get(reverse("admin:filer-directory_listing-root")).content.decode()
    assert "<script>alert(1)" not in page
    assert list(tmp_path.iterdir()) == []


def test_no_address_is_the_name_of_a_stored_pages_file(tmp_path):
    store = Store(tmp_path / "pages")
    for path in ("/../../x", "/..", "/a/../../../x", "/\0", "/" + "x" * 500):
        assert store._path(("http", "localhost/../..", path)).parent.is_relative_to(tmp_path / "pages")


def test_no_secret_of_the_server_is_a_page(client):
    for name in (".env", "var/secret_key", "var/portal.sqlite3", ".git/config", "manage.py", "static/../.env"):
        assert client.get(f"/{name}").status_code in {301, 400, 404}, name
    assert Path(settings.BASE_DIR, "manage.py").exists()
