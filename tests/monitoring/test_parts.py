"""What the site stands on, as `/healthz/ready` and `doctor` see it."""

import os
import shutil
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection
from django.utils.timezone import now

from mscoe_portal.last_runs import DAILY, note_run
from mscoe_portal.monitoring import parts
from tests.factories import make_page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folders(settings, tmp_path):
    for name in ("DELIVERY_DIR", "MEDIA_ROOT", "LAST_RUNS_DIR"):
        setattr(settings, name, tmp_path / name)


@pytest.fixture
def all_well():
    for command in DAILY:
        note_run(command)


def wrong():
    return {part.name: problem for part, problem in parts.what_is_wrong().items()}


def test_nothing_is_wrong_with_a_site_that_is_well(all_well):
    assert wrong() == {}


def test_what_runs_daily_is_missed_after_two_days(all_well, settings):
    late = (now() - timedelta(days=3)).timestamp()
    os.utime(settings.LAST_RUNS_DIR / "check_links", (late, late))
    (settings.LAST_RUNS_DIR / "backup").unlink()
    assert wrong()["link check"].startswith("last ran on ")
    assert wrong()["backup"] == "has never run on this host"
    assert "reminders" not in wrong()


def test_a_disk_that_is_nearly_full_is_said(all_well, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=5 * 1024**2))
    assert wrong() == {"page store": "only 5 MB free", "uploads": "only 5 MB free"}


def test_a_folder_that_cannot_be_written_is_said(all_well, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert wrong() == {"page store": "cannot be written", "uploads": "cannot be written"}


def test_an_empty_index_of_a_site_with_pages_is_said(all_well):
    make_page()
    assert wrong() == {"search": "empty"}


def test_without_the_static_files_nobody_can_be_served(all_well, monkeypatch, client):
    def missing(name):
        raise ValueError(name)

    monkeypatch.setattr(parts.staticfiles_storage, "url", missing)
    response = client.get("/healthz/ready")
    assert response.status_code == 503
    assert response.json()["parts"]["static files"] == "not collected"


def test_what_rests_on_the_database_is_not_asked_while_that_is_gone(all_well):
    asked = []

    def fail(*args):
        asked.append(args)
        raise DatabaseError

    with connection.execute_wrapper(fail):
        found = wrong()
    assert found == {"database": "unreachable", "migrations": "unknown", "search": "unknown"}
    assert len(asked) == 1


def test_a_warning_leaves_the_site_ready(client):
    response = client.get("/healthz/ready")
    assert response.status_code == 200
    assert response.json()["ready"] is True
    assert response.json()["warnings"] == ["reminders", "link check", "backup"]
