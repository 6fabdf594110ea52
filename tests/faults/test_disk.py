"""The disk of the finished pages is full, cannot be written, or gives back nonsense: readers notice nothing."""

import pytest

from tests.faults.server import Editor, Server, draft_of, get

pytestmark = pytest.mark.slow

READS = 3  # of each page: both processes get some


def check_publishes(server, site, editor):
    """Publish twice, and read every page of the new text after each."""
    for number in range(2):
        assert editor.publish(draft_of(site["/page-0/"], f"After {number}", editor.user))[0] == 302
        for path in [*site] * READS:
            status, _headers, body = get(server.port, path, Accept_Encoding="identity")
            assert status == 200
            assert f"After {number}".encode() in body


def test_where_nothing_can_be_written_pages_are_current_and_it_is_told_once(site, tmp_path, tell):
    no_folder = tmp_path / "a file"
    no_folder.write_text("")
    with Server(tmp_path / "delivery", DELIVERY_DIR=str(no_folder)) as server, Editor(server.port) as editor:
        check_publishes(server, site, editor)
        log = server.log.read_text()
    told = log.count("The generation cannot be shared")
    tell(f"{2 * READS * len(site)} reads, all current; told {told} times by 2 processes")
    assert 1 <= told <= 2


@pytest.mark.needs_postgresql  # SQLite itself needs a disk
def test_on_a_full_disk_pages_are_current_and_it_is_told_once(site, tmp_path, tell):
    # No file can grow beyond 4 kB: there is room for the generation and for no page.
    with Server(tmp_path / "delivery", largest_file=4096) as server, Editor(server.port) as editor:
        check_publishes(server, site, editor)
        log = server.log.read_text()
    told = log.count("Finished pages cannot be written to disk")
    tell(f"{2 * READS * len(site)} reads, all current; told {told} times by 2 processes")
    assert 1 <= told <= 2


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda data: data[: len(data) // 2], id="half-written"),
        pytest.param(lambda data: data.replace(b"Before", b"Behind"), id="changed", marks=pytest.mark.faults),
        pytest.param(lambda data: b"mscoe-page-1" + data[12:], id="of an older release", marks=pytest.mark.faults),
    ],
)
def test_damaged_files_are_made_anew(site, tmp_path, tell, damage):
    server = Server(tmp_path / "delivery")
    with server:
        for path in site:
            get(server.port, path)
    files = list((tmp_path / "delivery" / "pages").glob("*/*"))
    assert len(files) == len(site)
    for path in files:
        path.write_bytes(damage(path.read_bytes()))
    with server:
        answers = [get(server.port, path, Accept_Encoding="identity") for path in [*site] * READS]
        log = server.log.read_text()
    assert {status for status, _headers, _body in answers} == {200}
    assert all(b"Before" in body for _status, _headers, body in answers)
    told = log.count("A finished page on disk is damaged")
    tell(f"{len(answers)} reads, all right; told {told} times by 2 processes")
    assert 1 <= told <= 2
