"""The Nu HTML checker finds nothing wrong with any kind of page."""

import json
import subprocess

import pytest

from tests.page_kinds import PATHS, STATUS

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def messages(answers, nu_checker, tmp_path_factory):
    """What the checker says, of all pages in one run: {kind: [message with the markup that it is about]}."""
    folder = tmp_path_factory.mktemp("pages")
    files = {kind: folder / f"{number}.html" for number, kind in enumerate(PATHS)}
    for kind, file in files.items():
        file.write_bytes(answers[kind].content)
    run = subprocess.run([*nu_checker, "--format", "json", folder], capture_output=True, check=False, text=True)
    messages = {kind: [] for kind in PATHS}
    kinds = {file.as_uri(): kind for kind, file in files.items()}
    for message in json.loads(run.stderr)["messages"]:
        messages[kinds[message["url"]]].append(f"{message['message']}: {message.get('extract', '')}")
    return messages


@pytest.mark.parametrize("kind", PATHS)
def test_page_is_answered_with_the_status_of_its_kind(answers, kind):
    assert answers[kind].status_code == STATUS.get(kind, 200)


@pytest.mark.parametrize("kind", PATHS)
def test_checker_finds_nothing_wrong(messages, kind):
    assert messages[kind] == []
