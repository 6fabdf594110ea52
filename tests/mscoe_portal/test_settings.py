"""The settings by themselves: safe without any environment, and relaxed only where it says so."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from mscoe_portal.settings import text_of

SHOWN = """
import json
from django.conf import settings
values = {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
print(json.dumps(values, default=lambda value: type(value).__name__))
"""

# What `makemigrations --check` says of a site in these languages.
MIGRATIONS = """
import django
from django.conf import settings
from django.core.management import call_command
settings.LANGUAGES = [(code, code) for code in {codes}]
settings.CMS_LANGUAGES[settings.SITE_ID] = [{{"code": code, "name": code}} for code in {codes}]
django.setup()
call_command("makemigrations", check_changes=True, dry_run=True)
"""


def run(code, **environment):
    """Run `code` by a Python of its own, with nothing of ours in its environment."""
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "mscoe_portal.settings",
        "SECRET_KEY": "",
        "DEMO": "off",
        "DEBUG": "off",
        **environment,
    }
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False)


def settings_with(**environment):
    """The settings under `environment`, as JSON can say them."""
    result = run(SHOWN, **environment)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def production():
    return settings_with(SECRET_KEY="long and random")


def test_site_refuses_to_start_without_a_secret_key_and_says_what_to_do():
    result = run(SHOWN)
    assert result.returncode != 0
    message = result.stderr.splitlines()[-1]
    assert "SECRET_KEY is not set, so sessions could be forged." in message
    assert "make run" in message


def test_a_file_that_this_user_may_not_read_is_named_and_not_taken_for_missing(tmp_path):
    assert text_of(tmp_path / ".env") == ""
    with pytest.raises(ImproperlyConfigured, match=r"cannot be read .* Run this as the user that runs the portal"):
        text_of(tmp_path)  # root, who may run the tests, may read every file, but no folder


def test_server_refuses_to_start_without_a_secret_key():
    result = run("import mscoe_portal.wsgi")
    assert result.returncode != 0
    assert "SECRET_KEY is not set" in result.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eight"),
        ("WORKERS", "0"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "mysql://host/name"),
        ("DATABASE_URL", "postgresql://localhost:abc/portal"),
        ("DATABASE_URL", "postgresql://localhost:65536/portal"),
        ("DATABASE_URL", "postgresql://portal:abc/secret@localhost/portal"),
        ("EMAIL_URL", "nonsense://host"),
        ("EMAIL_URL", "smtp://portal:abc/secret@localhost"),
    ],
)
def test_setting_that_makes_no_sense_is_named_in_one_line(name, value):
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "mscoe_portal.settings", "SECRET_KEY": "x", name: value}
    command = [sys.executable, "manage.py", "check"]
    result = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode != 0
    [line] = result.stderr.splitlines()
    assert f"{name} must" in line
    assert "abc" not in line  # what looks like a port may be a part of the password


def test_errors_never_show_code_unless_asked_for(production):
    assert production["DEBUG"] is False
    assert settings_with(SECRET_KEY="x", DEBUG="on")["DEBUG"] is True


def test_cookies_and_pages_travel_by_https_only(production):
    assert production["SESSION_COOKIE_SECURE"] is True
    assert production["CSRF_COOKIE_SECURE"] is True
    assert production["SECURE_SSL_REDIRECT"] is True
    a_year = 31_536_000
    assert production["SECURE_HSTS_SECONDS"] >= a_year
    assert production["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is True


def test_session_cookie_is_kept_from_scripts_and_other_sites(production):
    assert production["SESSION_COOKIE_HTTPONLY"] is True
    assert production["SESSION_COOKIE_SAMESITE"] in ("Lax", "Strict")


@pytest.mark.parametrize("setting", ["SESSION_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS"])
def test_trial_on_ones_own_computer_needs_no_https(setting):
    assert not settings_with(SECRET_KEY="x", DEMO="on")[setting]


def test_forwarded_scheme_is_believed_behind_a_proxy_only(production):
    assert production["SECURE_PROXY_SSL_HEADER"] is None
    assert settings_with(SECRET_KEY="x", BEHIND_PROXY="on")["SECURE_PROXY_SSL_HEADER"]


def test_unknown_hosts_are_refused(production):
    assert "*" not in production["ALLOWED_HOSTS"]
    assert settings_with(SECRET_KEY="x", ALLOWED_HOSTS="a.example,b.example")["ALLOWED_HOSTS"] == [
        "a.example",
        "b.example",
    ]


def test_content_security_policy_allows_nothing_inline_and_no_other_host(production):
    directives = production["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert directives["default-src"] == ["'none'"]
    assert {source for sources in directives.values() for source in sources} <= {"'self'", "'none'"}


def test_postgresql_is_used_when_the_environment_names_it():
    database = settings_with(SECRET_KEY="x", DATABASE_URL="postgres://me:secret@db.example:5433/portal")["DATABASES"]
    assert database["default"]["ENGINE"] == "django.db.backends.postgresql"
    assert (database["default"]["HOST"], database["default"]["PORT"]) == ("db.example", 5433)


def test_sqlite_lets_readers_read_while_somebody_writes(production):
    assert "journal_mode=WAL" in production["DATABASES"]["default"]["OPTIONS"]["init_command"]
    assert production["DATABASES"]["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.parametrize(
    ("environment", "form"), [({}, "json"), ({"DEMO": "on"}, "plain"), ({"DEMO": "on", "DEBUG": "on"}, "line")]
)
def test_log_is_for_machines_unless_a_person_tries_the_portal_out(environment, form):
    logging = settings_with(SECRET_KEY="x", **environment)["LOGGING"]
    assert logging["handlers"]["console"]["formatter"] == form


def test_templates_are_compiled_once(production):
    (engine,) = production["TEMPLATES"]
    assert "loaders" not in engine["OPTIONS"]  # so that Django takes its cached loader
    assert not engine["OPTIONS"].get("debug")


@pytest.mark.slow
@pytest.mark.parametrize("codes", [["en", "es"], ["en", "es", "fr"]])
def test_another_language_needs_no_migration(codes, tmp_path):
    result = run(MIGRATIONS.format(codes=codes), SECRET_KEY="x", DATABASE_URL=f"sqlite:///{tmp_path}/empty")
    assert (result.returncode, result.stdout) == (0, "No changes detected\n"), result.stderr
