"""Orca, a browser and the site with its first content; what is heard is compared with the transcripts, or written."""

import fcntl
import os
import tempfile
import time
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from tests import migrated, site
from tests.screen_reader import orca as screen_reader
from tests.screen_reader import transcripts

BROWSER = os.environ.get("SCREEN_READER_BROWSER", "chromium")
# A user can run one Orca at a time.
LOCK = Path(tempfile.gettempdir()) / f"orca-{os.getuid()}.lock"
LONGEST_WAIT = 900  # seconds
# A folder into which transcripts are written; without it they are compared with those that are kept.
TRANSCRIPTS = os.environ.get("TRANSCRIPTS")
WRITTEN = pytest.StashKey[dict]()  # {file: {title: text}}


def pytest_collection_finish(session):
    """Wait until no other tests run an Orca: here, where what is printed is seen, and no test's time runs."""
    if not any("orca" in item.fixturenames for item in session.items):
        return
    lock = LOCK.open("a+")
    session.config.add_cleanup(lock.close)
    for second in range(LONGEST_WAIT):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if not second:
                print(f"Another Orca is under test on this machine; waiting for it, {LONGEST_WAIT} s at most ...")  # noqa: T201
            time.sleep(1)
        else:
            return
    pytest.exit(f"An Orca has been under test for {LONGEST_WAIT} s; `fuser {LOCK}` names its process.", returncode=1)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Compare what was heard in a test that passed with its transcript, or write it."""
    result = yield
    if "orca" in item.fixturenames:
        keep_transcript(item, item.funcargs["orca"].heard)
    return result


def keep_transcript(test, heard):
    name = transcripts.file_name(test)
    if TRANSCRIPTS:
        sections = test.config.stash.setdefault(WRITTEN, {}).setdefault(name, {})
        sections[transcripts.title(test)] = transcripts.section(heard)
        transcripts.write(Path(TRANSCRIPTS) / name, test.module.__doc__, sections)
    elif BROWSER == "chromium" and (difference := transcripts.difference(transcripts.FOLDER / name, test, heard)):
        pytest.fail(f"docs/transcripts/{name} is out of date (make transcripts):\n{difference}", pytrace=False)


@pytest.fixture(scope="session")
def address(django_db_setup, django_db_blocker):
    """The address of a server with the first content, one for all tests here, which only read."""
    with django_db_blocker.unblock():
        site.load()
        server = LiveServer("localhost")
        yield server.url
        server.stop()
        migrated.put_back()


@pytest.fixture(scope="session")
def session(playwright, address):
    """Orca and its browser, one for all tests."""
    try:
        with screen_reader.start(BROWSER, playwright, address) as session:
            yield session
    except screen_reader.NotAvailableError as error:
        pytest.skip(str(error))


@pytest.fixture
def orca(session):
    """Orca, that has been told nothing yet."""
    session.heard.clear()
    return session
