"""nginx that hands out the finished pages itself: the portal's own bytes and headers, and never staler."""

import json
import random
import time

import pytest
from djangocms_versioning.constants import PUBLISHED
from djangocms_versioning.models import Version

from tests.faults.killer import STEPS
from tests.faults.server import Editor, Load, ask, connect, draft_of, get, wait_for

pytestmark = pytest.mark.faults

PUBLISHES, READS = 20, 60
# Of nginx itself, or differing between any two answers.
OWN = {"date", "server", "connection", "etag"}


def file_of(nginx, path):
    return nginx.server.directory / "files" / "current" / "https" / f"127.0.0.1:{int(nginx.port)}" / path.strip("/")


def is_file(nginx, path):
    return (file_of(nginx, path) / "index.html").exists()


def own_left_out(headers):
    return {name: value for name, value in headers.items() if name not in OWN}


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
def test_bytes_and_headers_are_those_of_the_portal(behind_nginx, site, encoding):
    wait_for(lambda: behind_nginx.server.directory.joinpath("files/current").is_symlink(), 5)
    for path in [*site, "/es/"]:
        reader = {"Accept_Encoding": encoding}
        by_portal = get(behind_nginx.port, path, **reader)
        assert is_file(behind_nginx, path)
        by_nginx = get(behind_nginx.port, path, **reader)
        assert by_nginx[1]["etag"] != by_portal[1]["etag"]  # so it was nginx
        assert by_nginx[0] == by_portal[0] == 200
        assert by_nginx[2] == by_portal[2]
        assert own_left_out(by_nginx[1]) == own_left_out(by_portal[1])
        assert get(behind_nginx.port, path, **reader, If_None_Match=by_nginx[1]["etag"])[0] == 304


@pytest.mark.parametrize("headers", [{}, {"X_Forwarded_For": "127.0.0.1"}, {"Connection": "X-Forwarded-For"}])
def test_a_stranger_hears_from_the_portal_only_whether_it_is_ready(behind_nginx, headers):
    status, _headers, body = get(behind_nginx.port, "/healthz/ready", **headers)
    assert (status, json.loads(body)) == (200, {"ready": True})
    assert "parts" in json.loads(get(behind_nginx.server.port, "/healthz/ready")[2])


@pytest.mark.parametrize(
    ("method", "path", "headers"),
    [
        ("GET", "/page-0/", {"Cookie": "a=b; sessionid=1"}),
        ("GET", "/page-0/?q=1", {}),
        ("GET", "/page-0/", {"Authorization": "Basic x"}),
        ("POST", "/page-0/", {}),
    ],
)
def test_what_is_not_for_everybody_is_asked_of_the_portal(behind_nginx, method, path, headers):
    wait_for(lambda: behind_nginx.server.directory.joinpath("files/current").is_symlink(), 5)
    get(behind_nginx.port, "/page-0/")
    (file_of(behind_nginx, "/page-0/") / "index.html").write_text("the file")
    reader = connect(behind_nginx.port)
    _status, _headers, body = ask(reader, path, {"Accept_Encoding": "identity"} | headers, method)
    reader.close()
    assert body != b"the file"


def test_no_reader_gets_old_text_after_the_publish(behind_nginx, site, tell):
    stale, reads, by_nginx = [], 0, 0
    paths = list(site)
    with Load(behind_nginx.port, ["/page-0/", "/"], readers=3) as load, Editor(behind_nginx.port) as editor:
        for number in range(PUBLISHES):
            path = f"/page-{number % 2}/"
            draft = draft_of(site[path], f"After {number}", editor.user)
            assert editor.publish(draft)[0] == 302
            for read in range(READS):
                asked = path if read < READS / 3 else random.choice(paths)  # noqa: S311
                status, headers, body = get(behind_nginx.port, asked, Accept_Encoding="identity")
                reads += 1
                by_nginx += len(headers["etag"]) < 30
                if status != 200 or f"After {number}".encode() not in body:
                    stale.append((number, read, asked, status))
    tell(f"{PUBLISHES} publishes, {reads} reads after them, {by_nginx} by nginx, {len(stale)} stale; meanwhile {load}")
    assert not stale
    assert not load.counts["failures"] + load.counts["connections lost"]
    assert by_nginx > reads / 4


@pytest.mark.parametrize("step", STEPS)
def test_a_publish_that_is_killed_leaves_the_old_or_the_new_page_everywhere(behind_nginx, site, tell, step):
    for path in site:
        get(behind_nginx.port, path)
    wait_for(lambda: all(is_file(behind_nginx, path) for path in site), 5)
    with Editor(behind_nginx.port) as editor:
        draft = draft_of(site["/page-0/"], "After", editor.user)
        (behind_nginx.server.directory / "kill-at").write_text(step)
        assert editor.publish(draft)[0] == 502  # what nginx says of it
    died = time.monotonic()
    is_new = Version.objects.get(pk=Version.objects.get_for_content(draft).pk).state == PUBLISHED
    assert is_new == (step in STEPS[3:])
    reads, settled = 0, died
    while time.monotonic() < died + 2.5:
        for path in site:
            asked = time.monotonic()
            status, _headers, body = get(behind_nginx.port, path, Accept_Encoding="identity")
            reads += 1
            if status != 200 or (b"After" in body) != is_new:
                settled = asked
    tell(
        f"{'new' if is_new else 'old'} page in {reads} reads; the last other one {settled - died:.3f} s after the kill"
    )
    assert settled - died < 0.3


def test_no_old_text_is_left_when_the_whole_server_dies_after_the_commit(behind_nginx, site):
    for path in site:
        get(behind_nginx.port, path)
    wait_for(lambda: all(is_file(behind_nginx, path) for path in site), 5)
    with Editor(behind_nginx.port) as editor:
        draft = draft_of(site["/page-0/"], "After", editor.user)
        (behind_nginx.server.directory / "kill-at").write_text("after the commit, the whole server")
        assert editor.publish(draft)[0] == 502
    assert {get(behind_nginx.port, path)[0] for path in site} == {502}
