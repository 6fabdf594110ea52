"""Two acts at the same moment, on PostgreSQL: the first is done, its transaction still open, when the second begins."""

import threading
from concurrent.futures import ThreadPoolExecutor

from django.db import connection, transaction
from djangocms_versioning.exceptions import ConditionFailed

from mscoe_portal.permissions import RefusedError

PATIENCE = 20


def race(first, second):
    """Run `first`, keep its transaction open until `second` waits for it or has ended; return what both give.

    What a refusal raises counts as given.
    """
    is_done, may_commit = threading.Event(), threading.Event()

    def run_first():
        with transaction.atomic():
            given = first()
            is_done.set()
            assert may_commit.wait(PATIENCE)
        return given

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(run, run_first)
        assert is_done.wait(PATIENCE), one.exception()
        two = pool.submit(run, second)
        let_run(two)
        may_commit.set()
        return one.result(PATIENCE), two.result(PATIENCE)


def run(act):
    """What `act` gives, in a thread of its own."""
    try:
        return act()
    except (RefusedError, ConditionFailed) as refusal:
        return refusal
    finally:
        connection.close()


def let_run(act):
    """Return when `act`, in its thread, has ended or waits for a lock."""
    while not act.done() and not somebody_waits():
        pass


def somebody_waits():
    with connection.cursor() as cursor:
        # In a transaction, what was seen first would be seen for ever.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return cursor.fetchone()[0]
