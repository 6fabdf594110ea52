"""After the editor has the answer to a publish, no reader gets the text from before it."""

import random

import pytest

from tests.faults.server import Editor, Load, draft_of, get

pytestmark = pytest.mark.slow

READS = 60


# In `make test` readers leave the processors to the tests beside this one.
@pytest.mark.parametrize(("publishes", "pause"), [(4, 0.02), pytest.param(40, 0.002, marks=pytest.mark.faults)])
def test_no_reader_gets_old_text_after_the_publish(site, server, tell, publishes, pause):
    stale, reads = [], 0
    paths = list(site)
    with Load(server.port, ["/page-0/", "/"], readers=3, pause=pause) as load, Editor(server.port) as editor:
        for number in range(publishes):
            # Page 0 is busy, page 1 is quiet; both stand in the menu of every page.
            path = f"/page-{number % 2}/"
            draft = draft_of(site[path], f"After {number}", editor.user)
            status, _headers = editor.publish(draft)
            assert status == 302
            for read in range(READS):
                asked = path if read < READS / 3 else random.choice(paths)  # noqa: S311
                answered, _headers, body = get(server.port, asked, Accept_Encoding="identity")
                reads += 1
                if answered != 200 or f"After {number}".encode() not in body:
                    stale.append((number, read, asked, answered))
    tell(f"{publishes} publishes, {reads} reads after them, {len(stale)} stale; meanwhile {load}")
    assert not stale
    assert not load.counts["failures"] + load.counts["connections lost"]
