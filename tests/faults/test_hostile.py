"""Ten thousand hostile requests to a running server, over real connections: made up by Hypothesis, and raw bytes.

`make hostile` runs it. HOSTILE_SEED chooses other ones; the seed is printed with what was counted.
"""

import faulthandler
import os
import random
import socket
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from itertools import count
from queue import Queue

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.faults.server import Editor, Server, get
from tests.hostile.addresses import addresses
from tests.hostile.attacks import attacks
from tests.hostile.targets import Targets
from tests.hostile.test_requests import mistakes

pytestmark = pytest.mark.faults

REQUESTS, RAW, SECONDS, SENDERS = 10_000, 1_000, 900, 4
SEED = int(os.environ.get("HOSTILE_SEED", "1"))
# After so many requests everybody signs in anew: some of them sign people out.
SIGNED_IN_FOR = 200
# Seconds after which a request has no answer: a whole one, and one that may have no end.
PATIENCE, PATIENCE_WITH_RAW = 30, 0.3
TRIES = 50
LINES = [
    b"GET / HTTP/1.1",
    b"POST /admin/login/ HTTP/1.1",
    b"GET /admin/ HTTP/1.1",
    b"GET http://evil.example/ HTTP/1.1",
]
LINES += [b"GET //evil.example/%2e%2e HTTP/1.1", b"GET /\xff\xfe HTTP/1.1", b"GET /%00 HTTP/1.1", b"GET * HTTP/1.1"]
LINES += [
    b"OPTIONS * HTTP/1.1",
    b"GET / HTTP/9.9",
    b"GET /",
    b"\x16\x03\x01",
    b"PRI * HTTP/2.0",
    b"get / http/1.1",
    b"",
]
FIELDS = [b"Host: localhost", b"Host: evil.example", b"Host: a b", b"Content-Length: 5", b"Content-Length: -1"]
FIELDS += [b"Content-Length: 99999999999999999999", b"Transfer-Encoding: chunked", b"Transfer-Encoding: x, chunked"]
FIELDS += [b"Cookie: sessionid=\xff\x00", b"Cookie: " + b"a=b; " * 3000, b"X: " + b"y" * 70_000, b"No colon", b" : x"]
FIELDS += [b"Expect: 100-continue", b"Connection: Upgrade", b"Upgrade: websocket", b"X-Forwarded-For: \x80", b"\x00: x"]
ENDS = [b"\r\n\r\n", b"\n\n", b"\r\r", b"\r\n\r\n5\r\nhello\r\n0\r\n\r\n", b"\r\n\r\nhello", b"\r\n\r\nzz\r\n", b""]


def head_and_body(answer):
    """Status (0: none), headers and text of what a connection gave back."""
    head, _empty, body = answer.partition(b"\r\n\r\n")
    line, *fields = head.decode("latin-1").split("\r\n")
    status = int(line.split()[1]) if line.startswith("HTTP/1.") else 0
    pairs = (field.split(": ", 1) for field in fields if ": " in field)
    return status, {name.lower(): value for name, value in pairs}, body.decode("utf-8", "replace")


def ask_raw(port, request, patience):
    """What the server answers to the bytes `request`, until it closes the connection or `patience` (s) ends."""
    received = b""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=patience) as sender:
        sender.sendall(request)
        while chunk := sender.recv(65_536):
            received += chunk
    return head_and_body(received)


def as_bytes(attack, cookie):
    """`attack` as it goes over the wire, signed in by `cookie` and with the token of a form."""
    headers = {"Host": "localhost", "Connection": "close", "Content-Length": len(attack.body)}
    headers |= {"Content-Type": attack.content_type} if attack.content_type else {}
    headers |= {"Cookie": cookie, "X-CSRFToken": "x" * 32} | attack.headers
    lines = [f"{attack.method} {attack.target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode("utf-8", "surrogatepass") + b"\r\n\r\n" + attack.body


class Attackers:
    """Send what is put into `queue` from some threads, and count the answers and what is wrong with them."""

    def __init__(self, port, targets):
        self.port, self.targets = port, targets
        self.statuses, self.failures = Counter(), []
        self.queue = Queue(maxsize=50)
        self.sign_in()

    def sign_in(self):
        """Sign everybody in, whatever the requests so far have done to their accounts and sessions."""
        self.editors = {}
        for name, user in self.targets.people.items():
            user.save()
            self.editors[name] = Editor(self.port, user)

    def work(self):
        while (item := self.queue.get()) is not None:
            person, attack = item
            cookie = self.editors[person].cookie if person in self.editors else "csrftoken=" + "x" * 32
            for _ in range(TRIES):
                status, headers, text = ask_raw(self.port, as_bytes(attack, cookie), PATIENCE)
                if status != HTTPStatus.SERVICE_UNAVAILABLE:
                    break
                # Another form of a stranger was looked at: as the answer says, it is sent again.
                self.statuses["sent again"] += 1
                time.sleep(0.05)
            self.statuses[status] += 1
            what = {"is_stranger": person not in self.editors, "attack": attack, "secret": self.targets.secret}
            if wrong := mistakes(status, headers, text, **what):
                self.failures.append((wrong, person, attack))

    def send(self, requests, seconds):
        """Send `requests` made-up requests, or as many as there is time for."""
        end = time.monotonic() + seconds
        numbers = count(1)
        people = st.sampled_from(["stranger", *sorted(self.editors)])

        @seed(SEED)
        @settings(
            max_examples=requests,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(people, attacks(addresses(), self.targets.values()))
        def attack(person, attack):
            if time.monotonic() < end:
                if next(numbers) % SIGNED_IN_FOR == 0:
                    self.sign_in()
                self.queue.put((person, attack))

        with ThreadPoolExecutor(SENDERS) as threads:
            for _ in range(SENDERS):
                threads.submit(self.work)
            attack()
            for _ in range(SENDERS):
                self.queue.put(None)


@pytest.fixture
def targets(transactional_db):
    with transaction.atomic():
        return Targets()


@pytest.fixture
def server(targets, tmp_path):
    with Server(tmp_path / "delivery") as server:
        yield server
    connection.close()


def test_no_hostile_request_is_an_error_or_tells_of_a_draft(targets, server, tell):
    faulthandler.cancel_dump_traceback_later()  # it takes longer than a test that hangs is given, and ends by itself
    attackers = Attackers(server.port, targets)
    begin = time.monotonic()
    attackers.send(REQUESTS, SECONDS)
    sent = sum(number for status, number in attackers.statuses.items() if isinstance(status, int))
    seconds = time.monotonic() - begin
    tell(f"seed {SEED}: {sent} requests in {seconds:.0f} s, {len(attackers.failures)} failures: {attackers.statuses}")
    assert attackers.failures == []
    assert not attackers.statuses[0], "no answer"
    assert sent >= REQUESTS
    assert get(server.port, "/")[0] == 200


def test_raw_bytes_are_answered_or_refused_and_the_server_lives(server, tell):
    chosen, statuses = random.Random(SEED), Counter()  # noqa: S311 - no secret
    for _ in range(RAW):
        fields = chosen.sample(FIELDS, chosen.randint(0, 4))
        request = b"\r\n".join([chosen.choice(LINES), *fields]) + chosen.choice(ENDS)
        if chosen.random() < 0.2:
            request = request[: chosen.randint(0, len(request))] + chosen.randbytes(20)
        status, _headers, text = ask_raw(server.port, request, PATIENCE_WITH_RAW)
        statuses[status] += 1
        assert status < 500, request[:300]
        assert "Traceback" not in text
    tell(f"seed {SEED}: {RAW} raw requests (0: closed without an answer): {statuses}")
    assert get(server.port, "/")[0] == 200
    assert len(server.workers()) == 2
