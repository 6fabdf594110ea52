"""Requests that nobody sends by accident, to every address: none is an error of the server, none tells of a draft.

`make hostile` sends many more of them to a running server (tests/faults/test_hostile.py).
"""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.hostile.addresses import addresses
from tests.hostile.attacks import attacks
from tests.hostile.targets import MARKER, Targets
from tests.review.people import undone

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # of what packages will take away, in views that no page of the site leads to
]

SHOWS_THE_PROGRAM = ["Traceback (most recent call last)", "site-packages", "Exception Value", "django.db"]


@pytest.fixture
def targets(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return Targets()


def send(session, attack):
    """The answer to `attack` by the person of `session` (a cookie's value, "" of a stranger)."""
    # A client of its own: whoever signs out in one attack is signed in for the next.
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = session
    headers = dict(attack.headers)
    cookie = {"HTTP_COOKIE": headers.pop("Cookie")} if "Cookie" in headers else {}
    query = {"QUERY_STRING": attack.query}
    return client.generic(
        attack.method, attack.path, attack.body, attack.content_type, headers=headers, **query, **cookie
    )


def text_of(answer):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace") + str(answer.headers)


@pytest.fixture
def sessions(targets):
    """The session of each person, and none of a stranger."""
    sessions = {"stranger": ""}
    for name, user in targets.people.items():
        client = Client()
        client.force_login(user)
        sessions[name] = client.cookies["sessionid"].value
    return sessions


def mistakes(status, headers, text, *, is_stranger, attack, secret):
    """What is wrong with an answer, in words; [] if nothing is. `headers`: {name in small letters: value}."""
    host = urlsplit(headers.get("location", "")).netloc
    found = {
        "an error of the server": status >= 500,
        "tells of the program": any(sign in text for sign in SHOWS_THE_PROGRAM),
        "tells of a draft": is_stranger and MARKER in text and secret not in attack.path,
        "leads elsewhere": "evil" in host,
        "sets a made-up cookie": "a=b" in headers.get("set-cookie", ""),
    }
    return [words for words, is_so in found.items() if is_so]


def test_no_hostile_request_is_an_error_or_tells_of_a_draft(targets, sessions):
    table, values = addresses(), targets.values()

    # The same ones each time: this run is to find what a change breaks, the large one what nobody thought of.
    @settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(sorted(sessions)), attacks(table, values))
    def attack_is_withstood(person, attack):
        with undone():
            answer = send(sessions[person], attack)
            text = text_of(answer)
        headers = {name.lower(): value for name, value in answer.headers.items()}
        headers["set-cookie"] = answer.cookies.output()
        is_stranger = person == "stranger"
        assert (
            mistakes(answer.status_code, headers, text, is_stranger=is_stranger, attack=attack, secret=targets.secret)
            == []
        ), (person, attack)

    attack_is_withstood()
