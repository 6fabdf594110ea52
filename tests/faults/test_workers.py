"""A process of the server is killed: the others go on, and no page is half old and half new."""

import http.client
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from djangocms_versioning.constants import PUBLISHED
from djangocms_versioning.models import Version

from tests.faults.killer import STEPS
from tests.faults.server import Editor, Load, draft_of, get, wait_for

pytestmark = pytest.mark.faults


def test_a_killed_worker_costs_readers_next_to_nothing(site, server, tell):
    for path in site:
        get(server.port, path)
    with Load(server.port, list(site)) as load:
        for _ in range(2):
            time.sleep(3)
            # The older: granian ends when the same one dies twice within 5.5 seconds.
            dead = server.workers()[0]
            os.kill(dead, signal.SIGKILL)
            wait_for(lambda dead=dead: dead not in server.workers() and server.listening() == 2, 30)
        time.sleep(3)
    tell(f"2 workers killed: {load}")
    assert server.process.poll() is None
    assert load.counts["failures"] + load.counts["connections lost"] <= load.counts["requests"] / 1000


@pytest.mark.parametrize("step", STEPS)
def test_a_publish_that_is_killed_leaves_the_old_or_the_new_page_everywhere(site, server, tell, step):
    for path in site:
        get(server.port, path)
    with Editor(server.port) as editor:
        draft = draft_of(site["/page-0/"], "After", editor.user)
        (server.directory / "kill-at").write_text(step)
        with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
            editor.publish(draft)
    died = time.monotonic()
    # Asked of the database: the content remembers its version's state of before.
    is_new = Version.objects.get(pk=Version.objects.get_for_content(draft).pk).state == PUBLISHED
    assert is_new == (step in STEPS[3:])
    reads, wrong, settled = 0, 0, died
    while time.monotonic() < died + 2.5:
        for path in site:
            try:
                status, _headers, body = get(server.port, path, Accept_Encoding="identity")
            except ConnectionError:  # of those that the killed process had taken
                continue
            reads += 1
            if status != 200 or (b"After" in body) != is_new:
                wrong += 1
                settled = time.monotonic()
    tell(
        f"{'new' if is_new else 'old'} page in {reads} reads; the last other one {settled - died:.3f} s after the kill"
    )
    assert settled - died < 0.3


def test_two_publishes_at_once_are_both_live(site, server, tell):
    with Editor(server.port) as one, Editor(server.port) as other, ThreadPoolExecutor(2) as pool:
        for number in range(10):
            drafts = [
                (one, draft_of(site["/page-0/"], f"One {number}", one.user)),
                (other, draft_of(site["/page-1/"], f"Other {number}", other.user)),
            ]
            answers = list(pool.map(lambda pair: pair[0].publish(pair[1])[0], drafts))
            assert answers == [302, 302]
            for path in site:
                body = get(server.port, path, Accept_Encoding="identity")[2]
                assert f"One {number}".encode() in body
                assert f"Other {number}".encode() in body
    tell("10 times two publishes at once: all live")
