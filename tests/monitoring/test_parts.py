"""What the site stands on, as `/healthz/ready` and `doctor` see it."""

import os
import shutil
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection
from django.utils.timezone import localtime, now

from mscoe_portal.last_runs import DAILY, note_run, note_start
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


def test_what_ran_when_the_clock_was_wrong_is_no_run_of_today(all_well, settings):
    later = (now() + timedelta(days=400)).timestamp()
    os.utime(settings.LAST_RUNS_DIR / "backup", (later, later))
    assert wrong()["backup"].startswith("last ran on ")


def test_a_folder_that_cannot_be_read_is_no_error(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.LAST_RUNS_DIR = tmp_path / "file" / "last-runs"
    assert wrong()["backup"] == "has never run on this host"


def new_host(settings, *, age):
    """A host on which the portal was first started some time ago."""
    note_start()
    start = (now() - age).timestamp()
    os.utime(settings.LAST_RUNS_DIR / "first-start", (start, start))


def test_what_runs_daily_may_take_two_days_on_a_new_host(settings, client):
    new_host(settings, age=timedelta(days=1))
    assert wrong() == {}
    due = f"{localtime(now() + timedelta(days=1)):%Y-%m-%d}"
    told = client.get("/healthz/ready").json()
    assert told["parts"]["backup"].startswith(f"not yet, on a host that is new: due by {due}")
    assert told["warnings"] == []


@pytest.mark.parametrize("age", [timedelta(days=2, minutes=1), -timedelta(hours=1)], ids=["old", "clock went back"])
def test_what_has_never_run_on_a_host_that_is_not_new_is_said(settings, age):
    new_host(settings, age=age)
    assert set(wrong().values()) == {"has never run on this host"}
    assert len(wrong()) == len(DAILY)


def test_a_host_stays_as_old_as_it_is_when_it_is_started_again(settings):
    new_host(settings, age=timedelta(days=9))
    note_start()
    assert wrong()["backup"] == "has never run on this host"


def test_a_host_on_which_something_ran_before_is_not_new(settings):
    note_run("check_links")
    note_start()
    assert wrong() == {"reminders": "has never run on this host", "backup": "has never run on this host"}


def test_what_ran_and_then_stopped_is_no_work_of_a_new_host(settings):
    new_host(settings, age=timedelta(hours=1))
    note_run("backup")
    late = (now() - timedelta(days=3)).timestamp()
    os.utime(settings.LAST_RUNS_DIR / "backup", (late, late))
    assert wrong()["backup"].startswith("last ran on ")


def test_a_start_on_a_disk_that_cannot_be_written_is_no_error(settings, tmp_path):
    (tmp_path / "file").touch()
    settings.LAST_RUNS_DIR = tmp_path / "file" / "last-runs"
    note_start()


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
