"""Somebody guesses passwords, or sends sign-in forms so slowly that they never end: readers and editors go on."""

import faulthandler
import json
import select
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from statistics import median

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import transaction

from tests import factories
from tests.faults.guess_passwords import Client
from tests.faults.server import ROOT, Editor, ask, connect, get

pytestmark = pytest.mark.slow

TRIES, SECONDS = 1000, 600
PASSWORD = "kX9-correct-horse"


def waits(port, condition):
    """For how many seconds each request of a reader waited, one every 20 ms, while `condition()` holds."""
    reader, waited = connect(port), []
    while condition():
        asked = time.monotonic()
        assert ask(reader, "/")[0] == 200
        waited.append(time.monotonic() - asked)
        time.sleep(0.02)
    reader.close()
    return sorted(waited)


def for_seconds(seconds):
    end = time.monotonic() + seconds
    return lambda: time.monotonic() < end


def told(waited):
    return f"median {median(waited) * 1000:.1f} ms, of 95 % {waited[int(len(waited) * 0.95)] * 1000:.1f} ms"


@pytest.mark.faults
def test_a_thousand_tries_let_nobody_in_and_slow_no_reader(site, server, tell):
    faulthandler.cancel_dump_traceback_later()  # it may take longer than a test that hangs is given, and ends by itself
    with transaction.atomic():
        user = factories.make_user("victim")
        # As the server keeps it; the tests' own hash would cost no time.
        user.password = PBKDF2PasswordHasher().encode(PASSWORD, PBKDF2PasswordHasher().salt())
        user.save()
    client = Client(server.port)
    assert client.sign_in("victim", PASSWORD)[1]
    client.connection.close()
    before = waits(server.port, for_seconds(5))
    command = [
        sys.executable,
        "-m",
        "tests.faults.guess_passwords",
        str(server.port),
        "victim",
        str(TRIES),
        str(SECONDS),
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as attack, Editor(server.port) as editor:
        time.sleep(1)
        seen = []
        during = waits(server.port, for_seconds(5))
        for _ in range(10):
            asked = time.monotonic()
            assert editor.see("/admin/")[0] == 200
            seen.append(time.monotonic() - asked)
        during = sorted(during + waits(server.port, lambda: attack.poll() is None))
        counts = json.load(attack.stdout)
    tell(f"{counts['tries']} tries, {counts.pop('let in')} let in; all answers: {counts}")
    tell(
        f"readers before: {told(before)}; during: {told(during)}; "
        f"ratio of medians {median(during) / median(before):.2f}"
    )
    tell(f"an editor's page: {median(seen) * 1000:.0f} ms (median), {max(seen) * 1000:.0f} ms (longest)")
    assert counts["tries"] >= TRIES
    client = Client(server.port)
    # Locked out at this address, also with the right one.
    assert not client.sign_in("victim", PASSWORD)[1]
    client.connection.close()
    assert median(during) < 2 * median(before) + 0.002


def test_forms_that_never_end_stop_neither_readers_nor_editors(site, server):
    head = (
        b"POST /admin/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        b"Content-Length: 1000\r\nCookie: csrftoken=%s%s\r\n\r\ncsrf"
    )
    senders = []
    with ExitStack() as stack, Editor(server.port) as editor:
        for number in range(24):
            sender = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            sender.sendall(head % (b"x" * 32, b"; sessionid=made-up" if number % 2 else b""))
            senders.append(sender)
        for _ in range(8):
            assert get(server.port, "/page-1/")[0] == 200
            assert editor.see("/admin/")[0] == 200
        turned_away, *_ = select.select(senders, [], [], 0)
        assert len(turned_away) < len(senders)  # the others still hold what they could take
