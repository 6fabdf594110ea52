"""The token that all processes of a host share."""

import logging
import os
import resource
import select
import socket
import subprocess
import sys

import pytest

from mscoe_portal.delivery.generation import UNKNOWN, CurrentGeneration, SharedToken, happens
from mscoe_portal.delivery.models import Generation


def write(shared, token):
    with shared.locked() as write:
        write(token)


def test_what_one_process_writes_another_sees(tmp_path):
    one, other = SharedToken(tmp_path / "generation"), SharedToken(tmp_path / "generation")
    write(other, 1)  # maps the file, which was not there when it started
    write(one, 42)
    assert other.value == 42


def test_a_process_that_starts_knows_the_last_token(tmp_path):
    write(SharedToken(tmp_path / "generation"), 42)
    assert SharedToken(tmp_path / "generation").value == 42


def test_processes_share_again_after_the_file_was_deleted(tmp_path):
    one, other = SharedToken(tmp_path / "generation"), SharedToken(tmp_path / "generation")
    write(one, 1)
    write(other, 1)
    (tmp_path / "generation").unlink()
    write(one, 2)
    write(other, 2)  # each asks the database a few times a second
    write(one, 3)
    assert other.value == 3


def test_a_file_that_cannot_be_written_makes_the_token_unknown_and_is_told_once(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    shared = SharedToken(tmp_path / "file" / "generation")
    with caplog.at_level(logging.WARNING):
        write(shared, 42)
        write(shared, 43)
    assert shared.value == UNKNOWN
    assert len(caplog.records) == 1


def test_a_worker_that_is_forked_late_has_not_lost_the_database(tmp_path, monkeypatch):
    """Which is slow to answer for the first time."""
    monkeypatch.setattr(CurrentGeneration, "_watch", lambda self: self._has_looked.set())
    generation = CurrentGeneration(tmp_path / "generation")
    generation._answered -= 24 * 60 * 60
    generation.start_watching()
    assert generation.database_answers


IN_A_WORKER = """
import os, sys
from pathlib import Path
import django
django.setup()
from mscoe_portal.delivery.generation import CurrentGeneration
CurrentGeneration._watch = lambda self: self._has_looked.set()
generation = CurrentGeneration(Path(sys.argv[1]))
if worker := os.fork():
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(worker, 0)[1]))
generation.start_watching()
"""


@pytest.mark.slow
def test_a_worker_follows_the_database_in_a_thread_of_its_own(tmp_path):
    """In Python 3.13 one that was made before the fork cannot be started, and each page was an error."""
    command = [sys.executable, "-c", IN_A_WORKER, str(tmp_path / "generation")]
    assert subprocess.run(command, check=False, capture_output=True, text=True).stderr == ""


@pytest.mark.django_db
def test_a_new_database_has_a_generation(tmp_path):
    generation = CurrentGeneration(tmp_path / "generation")
    generation.refresh()
    assert generation.token == Generation.objects.get().token != UNKNOWN


@pytest.mark.django_db
def test_a_start_moves_the_generation():
    before = Generation.objects.get().token
    Generation.objects.move()
    assert Generation.objects.get().token != before


def test_the_database_is_heard_however_many_readers_are_connected():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, 2048), hard))
    number = 1500
    one, other = socket.socketpair()
    os.dup2(one.fileno(), number)
    try:
        assert not happens(select.POLLIN, number, 0)
        other.send(b"x")
        assert happens(select.POLLIN, number, 1)
    finally:
        os.close(number)
        one.close()
        other.close()
