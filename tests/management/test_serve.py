"""`manage.py serve`, as `make run` calls it: what can go wrong is told in one line, and nothing traps a person."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection

from mscoe_portal.accounts import demo
from mscoe_portal.delivery.models import Generation
from mscoe_portal.last_runs import first_run_due
from mscoe_portal.management.commands import serve
from mscoe_portal.search.models import SearchEntry
from tests.factories import make_page

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

BROKEN_SETTINGS = """
from mscoe_portal.settings import *
INSTALLED_APPS += ["broken"]
"""
BROKEN_MIGRATION = """
from django.db import migrations
class Migration(migrations.Migration):
    operations = [migrations.RunSQL("select * from no_such_table")]
"""


def start(tmp_path, **environment):
    """Run `manage.py serve` as a process of its own, which must end by itself; returns the finished process."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "mscoe_portal.settings",
        "DEMO": "on",
        "SECRET_KEY": "only-for-tests",
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
        "PORT": str(free_port()),
        **environment,
    }
    command = [sys.executable, ROOT / "manage.py", "serve"]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False
    )


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def told_in_one_line(process, words):
    return process.returncode == 1 and process.stderr.count("\n") == 1 and words in process.stderr


def test_busy_port_is_told_and_the_database_is_not_touched(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        process = start(tmp_path, PORT=str(server.getsockname()[1]))

    assert told_in_one_line(process, "Address already in use. Choose another, as in: make run PORT=")
    assert not (tmp_path / "db.sqlite3").exists()


def test_a_server_at_the_same_socket_is_told_and_what_a_killed_one_left_is_taken_away(tmp_path):
    path = str(tmp_path / "portal.sock")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        with pytest.raises(CommandError, match="a server answers there"):
            serve.free_socket(path)
    serve.free_socket(path)
    assert not Path(path).exists()


def test_a_file_in_the_place_of_a_socket_is_told_and_stays(tmp_path):
    file = tmp_path / ".env"
    file.write_text("SECRET_KEY=")
    with pytest.raises(CommandError, match="it is a file"):
        serve.free_socket(str(file))
    assert file.exists()


def test_at_a_socket_no_port_is_listened_at():
    command = serve.server_command("127.0.0.1", 8000, workers=1, unix_socket="/run/portal.sock")
    assert command[command.index("--uds") + 1] == "/run/portal.sock"
    assert command[command.index("--uds-permissions") + 1] == "0660"


def test_unreachable_database_is_told(tmp_path):
    process = start(tmp_path, DATABASE_URL=f"postgres://portal:secret-word@127.0.0.1:{free_port()}/portal")

    assert told_in_one_line(process, "The database of DATABASE_URL cannot be reached")
    assert "secret-word" not in process.stderr


def test_failing_migration_is_told_by_its_name(tmp_path):
    (tmp_path / "broken" / "migrations").mkdir(parents=True)
    (tmp_path / "broken" / "__init__.py").touch()
    (tmp_path / "broken" / "migrations" / "__init__.py").touch()
    (tmp_path / "broken" / "migrations" / "0001_impossible.py").write_text(BROKEN_MIGRATION)
    (tmp_path / "broken_settings.py").write_text(BROKEN_SETTINGS)

    process = start(tmp_path, DJANGO_SETTINGS_MODULE="broken_settings", PYTHONPATH=str(tmp_path))

    assert told_in_one_line(process, "Applying broken.0001_impossible: no such table")


@pytest.mark.django_db
def test_a_start_notes_since_when_the_portal_is_on_this_host(monkeypatch, settings, tmp_path):
    settings.LAST_RUNS_DIR = tmp_path
    monkeypatch.setattr(serve, "hold_database", lambda: None)

    def stop(self):
        raise CommandError("far enough")

    monkeypatch.setattr(serve.Command, "migrate", stop)
    with pytest.raises(CommandError, match="far enough"):
        call_command("serve", prepare=True)
    assert first_run_due("backup")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", "", "SECRET_KEY is not set"),
        ("PORT", "http", "PORT must be a whole"),
        ("PORT", "99999", "port 99999: bind(): port must be 0-65535.\n"),
    ],
)
def test_unusable_setting_is_told(tmp_path, name, value, words):
    assert told_in_one_line(start(tmp_path, **{"DEMO": "off", name: value}), words)


def test_unknown_host_is_told():
    with pytest.raises(CommandError, match=r"Cannot serve at no-such-host\.invalid"):
        serve.check_address_is_free("no-such-host.invalid", free_port())


@pytest.mark.django_db
def test_demo_editors_are_made_once_with_the_password_asked_for(monkeypatch):
    monkeypatch.setenv("DEMO_PASSWORD", "a word of mine")
    Group.objects.get_or_create(name="Authors")

    first, second = serve.demo_sign_in(), serve.demo_sign_in()

    author = get_user_model().objects.get(username="author")
    assert "author / a word of mine" in first
    assert author.check_password("a word of mine")
    assert author.is_staff
    assert not author.is_superuser
    assert [group.name for group in author.groups.all()] == ["Authors"]
    assert "a word of mine" not in second
    assert get_user_model().objects.count() == len(demo.EDITORS)


@pytest.mark.django_db
def test_each_demo_editor_has_a_password_of_its_own():
    printed = [line.split(" / ")[1] for line in serve.demo_sign_in().splitlines()]

    assert len(set(printed)) == len(demo.EDITORS)


@pytest.mark.django_db
def test_inactive_user_who_loads_the_content_is_no_hindrance():
    get_user_model().objects.create_user("content", is_active=False)

    assert "author / " in serve.demo_sign_in()


@pytest.mark.django_db
def test_demo_editors_are_not_added_to_a_site_with_users():
    get_user_model().objects.create_user("someone")

    serve.demo_sign_in()

    assert not get_user_model().objects.filter(username="author").exists()


def test_changed_static_file_is_noticed(tmp_path, settings):
    settings.STATICFILES_DIRS = [tmp_path]
    before = serve.static_files_state()
    (tmp_path / "new.css").write_text("a{}")

    assert serve.static_files_state() != before


@pytest.fixture
def indexed(db, tmp_path, settings):
    """A function that starts the site as far as the search, whose index has been lost, and tells what is found then."""
    settings.VAR_DIR = settings.BASE_DIR = tmp_path
    (tmp_path / "requirements.txt").write_text("Django==5.2.18\n")
    make_page("Home", home=True)

    def start():
        SearchEntry.objects.all().delete()
        serve.Command().make_the_search_ready()
        return list(SearchEntry.objects.values_list("title", flat=True))

    assert start() == ["Home"]
    return start


def test_search_is_not_indexed_again_while_nothing_has_changed(indexed):
    assert indexed() == indexed() == []


def test_search_is_indexed_again_when_what_is_public_has_changed(indexed):
    make_page("New")
    connection.check_constraints()  # on PostgreSQL the generation moves when a transaction ends
    assert sorted(indexed()) == ["Home", "New"]


def test_search_is_indexed_again_by_other_code(indexed, settings):
    (settings.BASE_DIR / "requirements.txt").write_text("Django==5.2.19.1\n")
    assert indexed() == ["Home"]


def test_finished_pages_are_out_of_date_after_each_start(indexed):
    before = Generation.objects.get().token
    indexed()
    assert Generation.objects.get().token != before
