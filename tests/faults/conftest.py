"""Servers for the tests of faults; what they counted is printed at the end of the run."""

import pytest
from django.db import connection, transaction

from tests import factories
from tests.faults.database import cut_other_connections
from tests.faults.nginx import Nginx
from tests.faults.server import Server, wait_for

RESULTS = pytest.StashKey[list]()


@pytest.fixture
def tell(request):
    """Print a line with what was counted, at the end of the run."""
    lines = request.config.stash.setdefault(RESULTS, [])
    return lambda text: lines.append(f"{request.node.name}: {text}")


def pytest_collection_modifyitems(config, items):
    """Leave out what takes minutes unless it is asked for."""
    is_asked = "faults" in config.option.markexpr
    left_out = [item for item in items if item.get_closest_marker("faults") and not is_asked]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter, config):
    for line in config.stash.get(RESULTS, []):
        terminalreporter.write_line(line)


@pytest.fixture
def site(transactional_db):
    """A site of a home page and six others, on the database that servers of the test share with it."""
    with transaction.atomic():
        user = factories.make_user(is_superuser=True)
        pages = {"/": factories.make_page_with_words("Home", user=user, home=True)}
        for number in range(6):
            page = factories.make_page_with_words(f"Before {number}", user=user, slug=f"page-{number}")
            pages[f"/page-{number}/"] = page
    yield pages
    if connection.vendor == "postgresql":  # it notices the end of a killed process a little later
        wait_for(lambda: cut_other_connections() == 0, 10)
    connection.close()


@pytest.fixture
def server(site, tmp_path):
    with Server(tmp_path / "delivery") as server:
        yield server


@pytest.fixture
def behind_nginx(site, tmp_path):
    """nginx, and the server behind it, as in production."""
    production = {"DEMO": "off", "BEHIND_PROXY": "on", "DELIVERY_FILES": "on"}
    with Server(tmp_path / "delivery", **production) as server, Nginx(server, tmp_path / "nginx") as nginx:
        nginx.server = server
        yield nginx
