"""Two servers on one PostgreSQL, as on two hosts: nothing else is shared."""

import time
from statistics import median

import pytest

from tests.faults.server import Editor, Server, draft_of, get, settled

pytestmark = [pytest.mark.faults, pytest.mark.needs_postgresql]


def test_another_host_is_current_within_a_third_of_a_second(site, server, tmp_path, tell):
    delays = []
    with Server(tmp_path / "other") as other, Editor(server.port) as editor:
        for path in site:
            get(server.port, path)
            get(other.port, path)
        for number in range(30):
            draft = draft_of(site["/page-0/"], f"After {number}", editor.user)
            assert editor.publish(draft)[0] == 302
            answered = time.monotonic()
            new = f"After {number}".encode()
            path = list(site)[number % len(site)]
            delays.append(settled(other.port, path, new, answered, seconds=0.6))
    tell(f"30 publishes; stale elsewhere for {median(delays):.3f} s (median), {max(delays):.3f} s at most")
    assert max(delays) < 0.3
