"""Finished pages as plain files for a web server."""

import gzip
import logging

import brotli
import pytest

from mscoe_portal.delivery.files import FileTree, locked
from mscoe_portal.delivery.pages import Answer
from mscoe_portal.delivery.store import Entry, today

HEADERS = [("Content-Type", "text/html; charset=utf-8")]


class Generation:
    """A generation that the test sets."""

    token = 1

    def refresh(self):
        pass


def make_entry(body=b"A page", token=1):
    return Entry.finish(token, today(), Answer("200 OK", HEADERS, body))


@pytest.fixture
def tree(tmp_path):
    return FileTree(tmp_path)


def shown(tree, path="https/example.org/about/index.html"):
    file = tree.directory / "current" / path
    return file.read_bytes() if file.exists() else None


def test_a_page_is_shown_in_every_encoding(tree):
    tree.write(("https", "example.org", "/about/"), make_entry())
    tree.show(Generation())
    assert shown(tree) == b"A page"
    assert gzip.decompress(shown(tree, "https/example.org/about/index.html.gz")) == b"A page"
    assert brotli.decompress(shown(tree, "https/example.org/about/index.html.br")) == b"A page"


def test_two_texts_of_one_length_differ_in_time(tree):
    # nginx makes the ETag of both.
    times = []
    for body in (b"1,000 mg", b"2,000 mg"):
        tree.write(("https", "example.org", "/about/"), make_entry(body))
        tree.show(Generation())
        times.append((tree.directory / "current/https/example.org/about/index.html").stat().st_mtime)
    assert times[0] != times[1]


def test_a_page_of_another_generation_is_not_shown(tree):
    generation = Generation()
    tree.write(("https", "example.org", "/about/"), make_entry())
    tree.show(generation)
    generation.token = 2
    tree.show(generation)
    assert shown(tree) is None
    assert [path.name for path in tree.directory.glob("1-*")] == []


def test_nothing_is_shown_while_the_site_may_be_changing(tree):
    generation = Generation()
    tree.write(("https", "example.org", "/about/"), make_entry())
    tree.show(generation)
    with tree.withdrawn():
        tree.show(generation)  # another process would
        assert shown(tree) is None
    tree.show(generation)
    assert shown(tree) == b"A page"


def test_the_database_is_asked_what_is_current_before_anything_is_shown_again(tree):
    generation = Generation()

    def published_by_a_process_that_was_killed_then():
        generation.token = 2

    generation.refresh = published_by_a_process_that_was_killed_then
    tree.write(("https", "example.org", "/about/"), make_entry(b"old", token=1))
    tree.write(("https", "example.org", "/about/"), make_entry(b"new", token=2))
    tree.show(generation)
    assert shown(tree) == b"new"


def test_a_change_waits_until_the_files_have_been_shown(tree):
    tree.directory.mkdir(exist_ok=True)
    with tree.withdrawn(), locked(tree.directory / "lock") as is_mine:
        assert not is_mine


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("..", "/about/"),
        (".example.org", "/about/"),
        ("example.org", "/../about/"),
        ("example.org", "/about"),
        ("example.org", "/sitemap.xml"),
        ("example.org", "//about/"),
        ("example.org", "/\0/"),
    ],
)
def test_an_address_that_is_no_plain_path_is_not_written(tree, host, path):
    tree.write(("https", host, path), make_entry())
    assert list(tree.directory.rglob("*")) == []


def test_a_disk_that_cannot_be_written_is_told_once(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    tree = FileTree(tmp_path / "file")
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            tree.write(("https", "example.org", "/about/"), make_entry())
    assert len(caplog.records) == 1
