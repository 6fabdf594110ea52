"""The portal's own checks of how it is set up: each holds in production, and each can fail."""

import inspect
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.checks import registry
from django.db import DatabaseError, connection

from mscoe_portal import checks
from mscoe_portal.checks import DATABASE_RULES, RULES, Rule

STRONG = "iGrcBRkwUy6Tm8b0qJ0oZ5Qe4vV1hXn2sLd7pKf9aYtM3uWxEz"
PRODUCTION = {
    "DEBUG": False,
    "DEMO": False,
    "SECRET_KEY": STRONG,
    "SECRET_KEY_FALLBACKS": [],
    "ALLOWED_HOSTS": ["www.example.org"],
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 1,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
    "EMAIL_HOST": "mail.example.org",
    "DEFAULT_FROM_EMAIL": "Portal <portal@example.org>",
    "USE_TZ": True,
    "TIME_ZONE": "America/Chicago",
    "BEHIND_PROXY": True,
    "PROXY_COUNT": 1,
}
# What breaks each rule.
FAULTS = [
    ("debug", {"DEBUG": True}),
    ("demo", {"DEMO": True}),
    ("secret", {"SECRET_KEY": "secret"}),
    ("secret", {"SECRET_KEY": "a" * 100}),
    ("secret", {"SECRET_KEY": f"django-insecure-{STRONG}"}),
    ("secret", {"SECRET_KEY_FALLBACKS": ["secret"]}),
    ("hosts", {"ALLOWED_HOSTS": []}),
    ("hosts", {"ALLOWED_HOSTS": ["www.example.org", "*"]}),
    ("hosts", {"ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]", "0.0.0.0"]}),  # noqa: S104 - not bound to
    ("https", {"SECURE_SSL_REDIRECT": False}),
    ("https", {"SECURE_HSTS_SECONDS": 0}),
    ("https", {"SESSION_COOKIE_SECURE": False}),
    ("https", {"CSRF_COOKIE_SECURE": False}),
    ("e-mail", {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}),
    ("e-mail", {"EMAIL_HOST": ""}),
    ("sender", {"DEFAULT_FROM_EMAIL": "Portal <webmaster@localhost>"}),
    ("time zone", {"TIME_ZONE": "America/Nowhere"}),
    ("time zone", {"USE_TZ": False}),
    ("uploads", {"MEDIA_ROOT": f"{__file__}/media"}),
    ("finished pages", {"DELIVERY_DIR": f"{__file__}/pages"}),
    ("proxies", {"PROXY_COUNT": 0}),
    ("proxies", {"BEHIND_PROXY": False}),
]


@pytest.fixture
def production(tmp_path):
    """Settings of which every rule holds, as keyword arguments."""
    return PRODUCTION | {"MEDIA_ROOT": tmp_path / "media", "DELIVERY_DIR": tmp_path / "not" / "there"}


def broken(**values):
    settings = SimpleNamespace(**values)
    return [rule.name for rule in RULES if not rule.holds(settings)]


def test_every_rule_holds_in_production(production):
    assert broken(**production) == []


@pytest.mark.parametrize(("name", "fault"), FAULTS)
def test_a_fault_breaks_its_rule_and_no_other(production, name, fault):
    assert broken(**production | fault) == [name]


def test_every_rule_can_fail():
    assert {name for name, _fault in FAULTS} == {rule.name for rule in RULES}


def test_every_function_of_the_settings_or_the_connection_is_in_the_table():
    in_tables = {rule.holds for rule in [*RULES, *DATABASE_RULES]}
    rules = {
        function
        for _name, function in inspect.getmembers(checks, inspect.isfunction)
        if list(inspect.signature(function).parameters) in (["settings"], ["connection"])
    }
    assert rules == in_tables


def test_every_rule_has_a_number_and_a_name_of_its_own_and_says_what_to_do():
    rules = [*RULES, *DATABASE_RULES]
    assert len({rule.number for rule in rules}) == len({rule.name for rule in rules}) == len(rules)
    assert all(rule.message and rule.hint for rule in rules)


def test_a_fault_is_told_with_its_mend(settings):
    settings.ALLOWED_HOSTS = ["*"]
    told = {message.id: message for message in checks.check_settings(None)}
    assert "ALLOWED_HOSTS=www.example.org" in told["mscoe_portal.E004"].hint


def test_both_checks_are_for_deployment_alone():
    assert {checks.check_settings, checks.check_databases} <= registry.registry.deployment_checks


@pytest.mark.django_db
def test_the_clock_of_the_database_is_that_of_this_host():
    assert checks.check_databases(None, databases=["default"]) == []


@pytest.mark.django_db
@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_goes_wrong_is_told(monkeypatch, hours):
    now = time.time() + timedelta(hours=hours).total_seconds()
    monkeypatch.setattr(checks.time, "time", lambda: now)
    assert [message.id for message in checks.check_databases(None, databases=["default"])] == ["mscoe_portal.E012"]


def test_a_database_that_cannot_be_reached_is_told(monkeypatch):
    def fail(connection):
        raise DatabaseError("no answer")

    monkeypatch.setattr(checks, "DATABASE_RULES", [Rule(12, "clock", fail, "", "")])
    assert [message.id for message in checks.told_of_database(connection)] == ["mscoe_portal.E013"]
