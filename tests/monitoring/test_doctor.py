"""`manage.py doctor`: a line a check, with the mend."""

import os
import re
import shutil
import smtplib
import ssl
from datetime import UTC, datetime, timedelta
from importlib import metadata
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core import checks
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from mscoe_portal.archives import archive_name
from mscoe_portal.last_runs import note_run, note_start
from mscoe_portal.monitoring import checkup
from mscoe_portal.monitoring.checkup import Finding


@pytest.fixture
def found(monkeypatch):
    """Lets each check give the findings that the test names, nothing else."""

    def found(*findings):
        monkeypatch.setattr(checkup, "parts", lambda: iter([Finding("database", "ok"), *findings]))
        for name in ("last_runs", "newest_backup", "packages", "disks"):
            monkeypatch.setattr(checkup, name, list)
        monkeypatch.setattr(checkup, "settings_and_database", lambda **kwargs: [])

    return found


def run(*arguments):
    out = StringIO()
    error = None
    try:
        call_command("doctor", *arguments, stdout=out, no_color=True)
    except CommandError as caught:
        error = caught
    return out.getvalue().splitlines(), error


def test_each_finding_is_one_line_with_its_mend(found):
    found(Finding("disk", "5% free", "Free\nsome."), Finding("migrations", "pending", "Run it.", is_urgent=True))
    lines, error = run()
    assert lines == [
        "ok    database: ok",
        "note  disk: 5% free -> Free some.",
        "MEND  migrations: pending -> Run it.",
    ]
    assert error.returncode == 1


def test_what_may_wait_is_no_failure(found):
    found(Finding("disk", "5% free", "Free some."))
    assert run()[1] is None


@pytest.mark.django_db
def test_it_looks_at_everything_and_finds_the_installed_packages_right():
    lines, _error = run()
    names = [line[6:].partition(":")[0] for line in lines]
    assert [name for name in ("database", "migrations", "search", "backup", "disk") if name not in names] == []
    assert "ok    packages: ok" in lines


@pytest.mark.django_db
def test_on_a_new_host_the_daily_work_is_due_and_nothing_to_be_mended(settings, tmp_path):
    settings.LAST_RUNS_DIR, settings.DEMO = tmp_path, False
    note_start()
    [backup] = [finding for finding in checkup.parts() if finding.name == "backup"]
    assert re.fullmatch(r"not yet, on a host that is new: due by \d{4}-\d\d-\d\d \d\d:\d\d", backup.found)
    assert "list-timers" in backup.mend
    assert not backup.is_urgent


def test_the_last_runs_are_told_with_their_time(settings, tmp_path):
    settings.LAST_RUNS_DIR = tmp_path
    note_run("backup")
    [finding] = checkup.last_runs()
    assert re.fullmatch(
        r"backup \d{4}-\d\d-\d\d \d\d:\d\d, send_review_reminders never, check_links never", finding.found
    )


@pytest.fixture
def backup(settings, tmp_path):
    """Gives a function that leaves an archive as old as it says, of so many bytes."""
    settings.BACKUPS_DIR = tmp_path / "backups"
    settings.DEMO = False

    def make(age, size=3 * 1024**2):
        settings.BACKUPS_DIR.mkdir(exist_ok=True)
        path = settings.BACKUPS_DIR / archive_name(now() - age)
        path.touch()
        os.truncate(path, size)
        return path.name

    return make


def test_the_newest_backup_is_told_with_its_age_and_size(backup):
    backup(timedelta(days=3))
    name = backup(timedelta(hours=5))
    assert list(checkup.newest_backup()) == [Finding("newest backup", f"{name}, 5\xa0hours old, 3.0 MB")]


def test_a_newest_backup_that_is_days_old_must_be_mended(backup):
    backup(timedelta(days=3))
    [finding] = checkup.newest_backup()
    assert "3\xa0days old" in finding.found
    assert "journalctl -u portal-daily@backup" in finding.mend
    assert finding.is_urgent


def test_a_backup_from_the_future_must_be_mended(backup):
    name = backup(-timedelta(days=3))
    [finding] = checkup.newest_backup()
    assert (finding.found, finding.is_urgent) == (f"{name} is from the future", True)


def test_where_no_backup_is_that_is_a_note(backup):
    [finding] = checkup.newest_backup()
    assert finding.found.startswith("none in ")
    assert finding.mend
    assert not finding.is_urgent


def test_a_folder_of_backups_that_cannot_be_looked_at_is_said(backup, monkeypatch):
    def refuse(folder):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(checkup, "archives_in", refuse)
    [finding] = checkup.newest_backup()
    assert "Permission denied" in finding.found
    assert list(checkup.disks())


def disk_with(monkeypatch, *, free, total=100 * 1024**3):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=free, total=total))


def test_the_free_space_of_the_disk_is_told(backup, monkeypatch):
    disk_with(monkeypatch, free=50 * 1024**3)
    [finding] = checkup.disks()
    assert finding.found.startswith("50% free (50.0 GB)")
    assert not finding.mend


def test_a_disk_that_is_nearly_full_is_a_note(backup, monkeypatch):
    disk_with(monkeypatch, free=9 * 1024**3)
    [finding] = checkup.disks()
    assert finding.mend
    assert not finding.is_urgent


def test_a_disk_on_which_the_next_backup_does_not_fit_must_be_mended(backup, monkeypatch):
    backup(timedelta(hours=5), size=2 * 1024**3)
    disk_with(monkeypatch, free=1024**3)
    [finding] = checkup.disks()
    assert "The next backup, of some 2,048.0 MB, does not fit" in finding.mend
    assert finding.is_urgent


class Place:
    """A folder on the disk `device`."""

    def __init__(self, device):
        self.device = device

    def stat(self):
        return SimpleNamespace(st_dev=self.device)


@pytest.mark.parametrize(("device", "disks"), [(1, 1), (2, 2)])
def test_the_disk_of_the_backups_is_looked_at_where_it_is_another(backup, settings, monkeypatch, device, disks):
    disk_with(monkeypatch, free=50 * 1024**3)
    monkeypatch.setattr(checkup, "_nearest", lambda folder: Place(device if folder == settings.BACKUPS_DIR else 1))
    assert len(list(checkup.disks())) == disks


def test_an_error_of_djangos_checks_must_be_mended(monkeypatch, settings):
    settings.DEMO = False
    asked = {}

    def run_checks(**kwargs):
        asked.update(kwargs)
        return [checks.Warning("No\nHTTPS.", hint="Set it.", id="security.W1"), checks.Info("Hm.", id="x.I1")]

    monkeypatch.setattr(checks, "run_checks", run_checks)
    assert list(checkup.settings_and_database(database_answers=False)) == [
        Finding("security.W1", "No HTTPS.", "Set it.", is_urgent=True),
        Finding("x.I1", "Hm."),
    ]
    assert asked == {"include_deployment_checks": True, "databases": []}


def test_another_release_of_a_package_is_named(monkeypatch):
    real = metadata.version
    monkeypatch.setattr(metadata, "version", lambda name: "0.1" if name == "granian" else real(name))
    [finding] = checkup.packages()
    assert finding.is_urgent
    assert finding.found.startswith("granian 0.1 in place of ")


class Answers:
    """A connection over TLS whose certificate ends at `ends`."""

    def __init__(self, ends):
        self.ends = ends

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def getpeercert(self):
        return {"notAfter": self.ends.strftime("%b %d %H:%M:%S %Y GMT")}


@pytest.mark.parametrize(("days", "kind"), [(60, "ok"), (20, "note"), (3, "MEND")])
def test_a_certificate_is_told_by_the_days_that_it_has_left(monkeypatch, days, kind):
    answers = Answers(datetime.now(UTC) + timedelta(days=days, hours=1))
    monkeypatch.setattr(checkup.socket, "create_connection", lambda address, timeout: answers)
    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", lambda self, connection, server_hostname: answers)
    [finding] = checkup.certificate("https://portal.example/")
    assert f"{days} days" in finding.found
    assert ("MEND" if finding.is_urgent else "note" if finding.mend else "ok") == kind


def test_an_address_that_does_not_answer_is_said_in_one_line(monkeypatch):
    def refuse(*args, **kwargs):
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(checkup.socket, "create_connection", refuse)
    [finding] = checkup.certificate("https://portal.example/")
    assert finding.is_urgent
    assert "Connection refused" in finding.found


def test_without_a_mail_server_that_is_said(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    [finding] = checkup.mail()
    assert finding.is_urgent


@pytest.mark.parametrize("error", [None, smtplib.SMTPAuthenticationError(535, b"no"), ConnectionRefusedError("no")])
def test_the_mail_server_is_asked_and_its_refusal_told(settings, monkeypatch, error):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    def open_connection(self):
        if error:
            raise error

    monkeypatch.setattr("django.core.mail.backends.smtp.EmailBackend.open", open_connection)
    [finding] = checkup.mail()
    assert finding.is_urgent == bool(error)
