"""`manage.py demo_reset`: deletes only what the demo made, and only after a yes."""

import os
import subprocess
import sys

import pytest
from django.core.management import CommandError, call_command

from tests.management.test_serve import ROOT


@pytest.fixture
def demo(settings, tmp_path, monkeypatch):
    """A demo's folder with a database and an upload, which the settings name; nothing serves it."""
    settings.VAR_DIR = tmp_path
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "portal.sqlite3")}
    monkeypatch.setitem(settings.DATABASES, "default", database)
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.DELIVERY_DIR = tmp_path / "delivery"
    settings.MEDIA_ROOT.mkdir()
    settings.DELIVERY_DIR.mkdir()
    for name in ("portal.sqlite3", "portal.sqlite3-wal", "media/drawing.svg", "delivery/home", "secret_key"):
        (tmp_path / name).touch()
    return tmp_path


def left_in(folder):
    return {path.name for path in folder.rglob("*")}


EVERYTHING = {"portal.sqlite3", "portal.sqlite3-wal", "media", "drawing.svg", "delivery", "home", "secret_key"}


def test_database_and_uploads_are_deleted_after_a_yes(demo, monkeypatch):
    monkeypatch.setenv("CONFIRM", "yes")

    call_command("demo_reset")

    assert left_in(demo) == {"secret_key"}


def test_nothing_is_deleted_where_nobody_can_be_asked(demo):
    with pytest.raises(CommandError, match="CONFIRM=yes"):
        call_command("demo_reset")

    assert left_in(demo) == EVERYTHING


@pytest.mark.parametrize("answer", ["no", "y", ""])
def test_nothing_is_deleted_without_a_yes(demo, monkeypatch, answer):
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda _: answer)

    with pytest.raises(CommandError, match="Nothing was deleted"):
        call_command("demo_reset")

    assert left_in(demo) == EVERYTHING


@pytest.mark.slow
def test_nothing_is_deleted_while_any_server_uses_the_database(demo, monkeypatch):
    """Whatever its address: this one has none."""
    monkeypatch.setenv("CONFIRM", "yes")
    environment = {"DJANGO_SETTINGS_MODULE": "mscoe_portal.settings", "SECRET_KEY": "only-for-tests"}
    environment |= {"DATABASE_URL": f"sqlite:///{demo}/portal.sqlite3"}
    server = subprocess.Popen(
        [sys.executable, "-c", "import mscoe_portal.wsgi; print('serves', flush=True); input()"],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout.readline() == "serves\n"
    try:
        with pytest.raises(CommandError, match="Stop it first"):
            call_command("demo_reset")
        assert left_in(demo) >= EVERYTHING
    finally:
        server.communicate("ends\n")

    call_command("demo_reset")

    assert not left_in(demo) & {"portal.sqlite3", "media", "delivery"}


def test_database_that_is_not_the_demos_own_is_left_alone(demo, settings, tmp_path_factory, monkeypatch):
    monkeypatch.setenv("CONFIRM", "yes")
    settings.VAR_DIR = tmp_path_factory.mktemp("var")

    with pytest.raises(CommandError, match="does not lie under"):
        call_command("demo_reset")

    assert left_in(demo) == EVERYTHING


def test_postgresql_is_left_alone_and_the_way_told(demo, settings):
    settings.DATABASES["default"].update(ENGINE="django.db.backends.postgresql", NAME="portal")

    with pytest.raises(CommandError, match="dropdb portal && createdb portal"):
        call_command("demo_reset")
