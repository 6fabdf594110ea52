"""Fifty readers and five editors at once: nothing fails, and the processes do not grow.

A reader opens a page every second and an editor needs seconds for what takes people minutes, so that five minutes hold
what two hours of such a site do: 50 readers with a page every 30 seconds open 12,000.
"""

import faulthandler
import os
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from stemcells.models import CellType
from tests.faults.database import cut_other_connections
from tests.faults.editing import Editors, make_editor
from tests.faults.server import Load, Server, wait_for
from tests.site import ADDRESSES

pytestmark = pytest.mark.faults

SECONDS = int(os.environ.get("LOAD_SECONDS", "300"))
# Until every page has been made a few times, and each thread has its connections and compiled templates.
WARM_UP = SECONDS / 5
READERS = 50
PATHS = [
    *ADDRESSES,
    "/es/",
    "/es/stem-cell-therapy/",
    "/search/?q=cells",
    "/search/?q=clinic",
    "/comfort-panel/",
    "/nothing/",
    "/sitemap.xml",
]


@pytest.fixture
def server(transactional_db, tmp_path):
    """A server of the site with its first content."""
    call_command("load_content", verbosity=0)
    with Server(tmp_path / "delivery") as server:
        yield server
    if connection.vendor == "postgresql":
        wait_for(lambda: cut_other_connections() == 0, 10)
    connection.close()


def resident(processes):
    """The resident memory of the processes together, in MB."""
    status = "\n".join(Path(f"/proc/{process}/status").read_text() for process in processes)
    return sum(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024


def test_nothing_fails_and_memory_stays_flat_while_fifty_read_and_five_edit(server, tell):
    faulthandler.cancel_dump_traceback_later()  # it takes longer than a test that hangs is given, and ends by itself
    authors = [f"author-{number}" for number in range(4)]
    with transaction.atomic():
        for name in authors:
            make_editor(name, "Authors")
        make_editor("reviewer", "Clinical reviewers")
        cell_types = CellType.objects.order_by("pk")[: len(authors)]
        records = [
            f"/admin/stemcells/celltype/{pk}/change/?language=en" for pk in cell_types.values_list("pk", flat=True)
        ]
    connection.close()
    workers = server.workers()
    with (
        Load(server.port, PATHS, readers=READERS, pause=1) as readers,
        Editors(server.port, records, authors, "reviewer") as editors,
    ):
        time.sleep(WARM_UP)
        sizes = [resident(workers)]
        for _part in range(5):
            time.sleep(SECONDS / 5)
            sizes.append(resident(workers))
    failures = {key: number for key, number in readers.counts.items() if key in ("failures", "connections lost")}
    tell(
        f"{connection.vendor}, {SECONDS} s after {WARM_UP:.0f} s: readers: {readers}; editors: "
        f"{editors.counts['requests']} requests, {editors.counts['published']} published; errors: "
        f"{failures | editors.errors or 'none'}; memory of {len(workers)} workers: "
        f"{', '.join(f'{size:.0f}' for size in sizes)} MB ({sizes[-1] / sizes[0] - 1:+.1%})"
    )
    assert not failures
    assert not editors.errors
    assert editors.counts["published"]
    assert server.workers() == workers
    assert sizes[-1] < sizes[0] * 1.05
