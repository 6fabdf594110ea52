"""The database stops, hangs, or cuts connections: readers notice nothing."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

from tests import factories, postgresql
from tests.faults.database import cut_other_connections, hung, own_server, stopped
from tests.faults.server import Load, draft_of, get, settled, wait_for

pytestmark = [pytest.mark.needs_postgresql, pytest.mark.slow]

SEEN = ["/", "/page-0/", "/page-1/", "/page-2/", "/page-3/"]
NEVER_SEEN = "/page-5/"
ENCODINGS = ["gzip, br", "gzip", "identity", "br;q=0.1", ""]


@pytest.fixture(scope="module", autouse=True)
def server_for_us_alone(django_db_setup):
    """Other tests, of other processes too, go on meanwhile."""
    with own_server():
        yield


@pytest.mark.django_db
def test_the_server_of_the_whole_run_goes_on_while_ours_is_stopped():
    shared = os.environ["DATABASE_URL"].partition("host=")[2]
    with stopped():
        psycopg2.connect(host=shared, user=postgresql.USER, dbname="postgres").close()


def publish_by_script(page, title):
    """Publish another title of `page` without the server; returns the time of the commit."""
    user = factories.make_user()
    draft = draft_of(page, title, user)
    factories.publish(draft, user)
    return time.monotonic()


# In `make test` readers leave the processors to the tests beside this one.
@pytest.mark.parametrize(("seconds", "pause"), [(8, 0.02), pytest.param(90, 0.002, marks=pytest.mark.faults)])
def test_pages_are_served_without_the_database_and_current_when_it_is_back(site, server, tell, seconds, pause):
    for path in SEEN:
        # The other encodings are asked for the first time while the database is gone.
        assert get(server.port, path, Accept_Encoding="gzip")[0] == 200
    with Load(server.port, SEEN, pause=pause, encodings=ENCODINGS) as load:
        with stopped():
            end = time.monotonic() + seconds
            restarts = 0
            while time.monotonic() < end - seconds / 4:
                time.sleep(min(seconds / 2, 15))
                server.restart_workers()
                restarts += 1
            server.kill_workers()
            status, _headers, body = get(server.port, NEVER_SEEN)
            assert status == 503
            assert b"988" in body
        committed = publish_by_script(site["/page-0/"], "After the return")
        current_after = settled(server.port, "/page-1/", b"After the return", committed)
        assert get(server.port, NEVER_SEEN)[0] == 200
    tell(f"{seconds} s without a database, all workers restarted {restarts} times and killed once: {load}")
    tell(f"what was published on its return was live after {current_after:.3f} s")
    assert not load.counts["failures"]
    # Two workers were killed, each with what the four readers had asked of it; in a short run that is more than 0.1 %.
    assert load.counts["connections lost"] <= max(8, load.counts["requests"] / 1000)
    assert current_after < 1


@pytest.mark.faults
def test_pages_are_served_while_the_database_hangs(site, server, tell):
    for path in SEEN:
        get(server.port, path)
    with Load(server.port, SEEN, encodings=ENCODINGS) as load, ThreadPoolExecutor(16) as others, hung():
        # More than the server has threads, and each of them needs the database.
        checks = [others.submit(get, server.port, "/healthz/ready") for _ in range(8)]
        editors = [others.submit(get, server.port, SEEN[0], Cookie="sessionid=x") for _ in range(8)]
        time.sleep(5)
        assert {answer.result()[0] for answer in checks} == {503}
        assert {answer.result()[0] for answer in editors} == {200}
        begin = time.monotonic()
        assert get(server.port, NEVER_SEEN)[0] == 503
        assert time.monotonic() - begin < 1
    tell(str(load))
    assert not load.counts["failures"] + load.counts["connections lost"]
    assert load.longest < 5
    wait_for(lambda: get(server.port, NEVER_SEEN)[0] == 200, 2)


@pytest.mark.faults
def test_cut_connections_are_made_again(site, server, tell):
    for path in SEEN:
        get(server.port, path)
    with Load(server.port, SEEN) as load:
        cut, delays = 0, []
        for number in range(5):
            cut += cut_other_connections()
            committed = publish_by_script(site["/page-0/"], f"After cut {number}")
            delays.append(settled(server.port, "/page-1/", f"After cut {number}".encode(), committed, seconds=1))
    tell(f"{cut} connections cut, publishes live after {max(delays):.3f} s at most; {load}")
    assert max(delays) < 0.5
    assert not load.counts["failures"] + load.counts["connections lost"]
