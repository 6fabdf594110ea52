"""What holds of the rig itself, without Orca."""

import re
from pathlib import Path

import pytest

from tests.screen_reader import browsers, orca, transcripts


def test_missing_program_is_told_by_its_package(monkeypatch):
    monkeypatch.setattr("shutil.which", lambda program: None if program == "Xvfb" else f"/usr/bin/{program}")
    with pytest.raises(orca.NotAvailableError, match=r"apt install xvfb$"):
        orca.check_programs(browsers.Chromium)


def test_transcripts_are_of_all_tests_that_listen_and_of_no_other():
    listening = {}
    for module in Path(__file__).parent.glob("test_*.py"):
        if tests := re.findall(r"^def test_(\w+)\(orca\b", module.read_text(), flags=re.MULTILINE):
            name = module.stem.removeprefix("test_").replace("_", "-") + ".md"
            listening[name] = {test.replace("_", " ").capitalize() for test in tests}
    kept = {file.name: set(transcripts.sections(file)) for file in transcripts.FOLDER.glob("*.md")}
    assert kept | {"README.md": set()} == listening | {"README.md": set()}


def test_words_that_come_after_the_next_key_are_no_difference():
    in_time = transcripts.section([("Escape", ["leaving list. Health", "collapsed"]), ("Tab", ["Benefits"])])
    late = transcripts.section([("Escape", ["Health"]), ("Tab", ["collapsed", "Benefits"])])
    assert transcripts.utterances(in_time) == transcripts.utterances(late)


def test_a_link_that_is_said_once_more_is_no_difference():
    once = transcripts.section([("Enter", ["[Source 1] link."])])
    again = transcripts.section([("Enter", ["[Source 1] link.", "[Source 1]"])])
    assert transcripts.utterances(once) == transcripts.utterances(again)


def test_other_words_are_a_difference():
    one = transcripts.section([("Escape", ["Health", "collapsed"])])
    other = transcripts.section([("Escape", ["collapsed"])])
    assert transcripts.utterances(one) != transcripts.utterances(other)
