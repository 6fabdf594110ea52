"""The Nu HTML checker finds nothing wrong with any kind of page."""

import json
import re
import subprocess

import pytest

from tests.page_kinds import PATHS, STATUS

pytestmark = pytest.mark.django_db

# A page with the parts that a reader opens in it: where each is put, and its address.
OPENED = "topic, with its parts"
PARTS = {"comfort-panel": "/comfort-panel/", "listen": "/listen/"}


@pytest.fixture(scope="module")
def messages(answers, parts, nu_checker, tmp_path_factory):
    """What the checker says, of all pages in one run: {kind: [message with the markup that it is about]}."""
    folder = tmp_path_factory.mktemp("pages")
    pages = {kind: answers[kind].content for kind in PATHS} | {OPENED: with_parts(answers["topic"], parts)}
    files = {kind: folder / f"{number}.html" for number, kind in enumerate(pages)}
    for kind, file in files.items():
        file.write_bytes(pages[kind])
    run = subprocess.run([*nu_checker, "--format", "json", folder], capture_output=True, check=False, text=True)
    messages = {kind: [] for kind in pages}
    kinds = {file.as_uri(): kind for kind, file in files.items()}
    for message in json.loads(run.stderr)["messages"]:
        messages[kinds[message["url"]]].append(f"{message['message']}: {message.get('extract', '')}")
    return messages


def with_parts(answer, parts):
    page = answer.content
    for place, path in PARTS.items():
        page, number = re.subn(rb"(<div [^>]*id=\"%b\"[^>]*>)" % place.encode(), rb"\1" + parts[path].content, page)
        assert number == 1
    return page


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.parametrize("kind", PATHS)
def test_page_is_answered_with_the_status_of_its_kind(answers, kind):
    assert answers[kind].status_code == STATUS.get(kind, 200)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [*PATHS, OPENED])
def test_checker_finds_nothing_wrong(messages, kind):
    assert messages[kind] == []
