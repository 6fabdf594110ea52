"""Finished pages in memory and on disk."""

import logging
from datetime import datetime
from pathlib import Path

import pytest

from mscoe_portal.delivery.pages import Answer
from mscoe_portal.delivery.store import Entry, Store, today

KEY = ("https", "example.org", "/")
HEADERS = [("Content-Type", "text/html"), ("Content-Length", "5"), ("Vary", "Cookie")]


def make_entry(body=b"A finished page", token=1):
    return Entry.finish(token, today(), Answer("200 OK", HEADERS, body))


def only_file(directory):
    [path] = Path(directory).glob("*/*")
    return path


def test_an_entry_comes_back_from_disk_in_another_process(tmp_path):
    Store(tmp_path).put(KEY, make_entry())
    entry = Store(tmp_path).get(KEY, token=1)
    assert entry.bodies[""] == b"A finished page"
    assert entry.is_current(1)


def test_an_entry_of_another_generation_is_found_but_not_current(tmp_path):
    store = Store(tmp_path)
    store.put(KEY, make_entry())
    assert not store.get(KEY, token=2).is_current(2)


def test_an_entry_of_another_day_is_not_current(tmp_path, monkeypatch):
    entry = make_entry()
    monkeypatch.setattr("mscoe_portal.delivery.store.today", lambda: "2099-01-01")
    assert not entry.is_current(1)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        pytest.param("2026-11-22T04:59:59+00:00", "2026-11-21", id="before"),
        pytest.param("2026-11-22T05:00:00+00:00", "2026-11-22", id="at"),
    ],
)
def test_the_day_begins_at_midnight_where_the_site_is(monkeypatch, now, day):
    monkeypatch.setattr("time.time", datetime.fromisoformat(now).timestamp)
    assert today() == day


def test_headers_that_depend_on_the_reader_are_left_out():
    assert make_entry().headers == [["Content-Type", "text/html"]]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[: len(data) // 2], id="half-written"),
        pytest.param(lambda data: data[:-1] + b"X", id="a changed byte"),
        pytest.param(lambda data: b"", id="empty"),
        pytest.param(lambda data: data.replace(b"mscoe-page-2", b"mscoe-page-1"), id="an older release"),
    ],
)
def test_a_damaged_file_is_as_good_as_none(tmp_path, damage):
    Store(tmp_path).put(KEY, make_entry())
    path = only_file(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    assert Store(tmp_path).get(KEY, token=1) is None


def test_a_file_of_another_address_is_not_served(tmp_path):
    store = Store(tmp_path)
    store.put(KEY, make_entry())
    other = ("https", "example.org", "/other/")
    store._path(other).parent.mkdir(parents=True, exist_ok=True)
    only_file(tmp_path).rename(store._path(other))
    assert Store(tmp_path).get(other, token=1) is None


def test_entries_in_memory_are_bounded_in_number(tmp_path):
    store = Store(tmp_path, max_entries=3)
    for number in range(10):
        store.put(("https", "example.org", f"/{number}/"), make_entry())
    assert len(store.entries) == 3


def test_entries_in_memory_are_bounded_in_bytes(tmp_path):
    store = Store(tmp_path, max_bytes=5_000)
    for number in range(10):
        store.put(("https", "example.org", f"/{number}/"), make_entry(bytes(2_000)))
    assert store.size <= 5_000
    assert store.size == sum(entry.size for entry in store.entries.values())


def test_files_are_bounded_in_number(tmp_path):
    store = Store(tmp_path, max_entries=3)
    for number in range(10):
        store.put(("https", f"{number}.example.org", "/"), make_entry())
    assert 0 < len(list(tmp_path.glob("*/*"))) <= 3


def test_a_full_disk_is_told_once_and_pages_are_still_served(tmp_path, monkeypatch, caplog):
    store = Store(tmp_path)

    def no_space(path, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", no_space)
    with caplog.at_level(logging.WARNING):
        store.put(KEY, make_entry())
        store.put(KEY, make_entry())
    assert len(caplog.records) == 1
    assert store.get(KEY, token=1).bodies[""] == b"A finished page"
