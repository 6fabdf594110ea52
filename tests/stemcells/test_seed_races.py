"""Two hosts that start at the same moment load the content once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from cms.models import Page
from django.db import connection
from djangocms_alias.models import Alias

from stemcells.models import Reference
from stemcells.seed import LOADERS
from tests.races import race
from tests.stemcells.loading import load
from tests.stemcells.test_seed_mistakes import item, page, reference

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["an empty site", "a site that was loaded before"])
def folder(tmp_path, request):
    """A folder with a source, a page and an alias that are not loaded yet."""
    for name in LOADERS:
        (tmp_path / name).write_text("[]")
    if request.param != "an empty site":
        load(tmp_path)
    (tmp_path / "references.yaml").write_text(reference())
    (tmp_path / "pages.yaml").write_text(page())
    (tmp_path / "aliases.yaml").write_text(item(code="a", name="A", plugins=[]))
    return tmp_path


def loaded(told):
    return [line.strip() for line in told.splitlines() if " 1 " in line]


def numbers():
    return [Reference.objects.count(), Page.objects.filter(reverse_id="a").count(), Alias.objects.count()]


@pytest.mark.needs_postgresql
def test_who_is_second_waits_and_keeps_what_the_first_has_loaded(folder):
    first, second = race(lambda: load(folder), lambda: load(folder))
    assert [line.partition(":")[2] for line in loaded(first)] == [" 1 loaded, 0 kept"] * 3
    assert [line.partition(":")[2] for line in loaded(second)] == [" 0 loaded, 1 kept"] * 3
    assert numbers() == [1, 1, 1]


def test_two_at_once_both_succeed_and_load_each_item_once(folder):
    together = Barrier(2)

    def run(_number):
        together.wait()
        try:
            return load(folder)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        told = [line for text in pool.map(run, range(2)) for line in loaded(text)]
    assert len(told) == 6
    assert numbers() == [1, 1, 1]
