"""`manage.py doctor`: a line a check, with the mend."""

import re
import smtplib
import ssl
from datetime import UTC, datetime, timedelta
from importlib import metadata
from io import StringIO

import pytest
from django.core import checks
from django.core.management import CommandError, call_command

from mscoe_portal.last_runs import note_run
from mscoe_portal.monitoring import checkup
from mscoe_portal.monitoring.checkup import Finding


@pytest.fixture
def found(monkeypatch):
    """Lets each check give the findings that the test names, nothing else."""

    def found(*findings):
        monkeypatch.setattr(checkup, "parts", lambda: iter([Finding("database", "ok"), *findings]))
        for name in ("last_runs", "packages", "disk"):
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


def test_the_last_runs_are_told_with_their_time(settings, tmp_path):
    settings.LAST_RUNS_DIR = tmp_path
    note_run("backup")
    [finding] = checkup.last_runs()
    assert re.fullmatch(
        r"backup \d{4}-\d\d-\d\d \d\d:\d\d, send_review_reminders never, check_links never", finding.found
    )


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
