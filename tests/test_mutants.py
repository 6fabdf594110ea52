"""The faults that `make mutants` puts into a copy of the site still fit it."""

import re

import pytest
from django.conf import settings

from tests.mutants.__main__ import first_failure, is_enough
from tests.mutants.mutants import MUTANTS, SHEET

BROKEN = pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)


def test_there_are_at_least_thirty_and_each_has_its_own_name():
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 30


def test_one_fault_may_be_missed_but_none_that_was_asked_for_by_name():
    assert is_enough(["one"], asked_for_by_name=False)
    assert not is_enough(["one", "another"], asked_for_by_name=False)
    assert not is_enough(["one"], asked_for_by_name=True)


def test_fixture_that_breaks_notices_no_fault():
    assert first_failure("ERROR tests/browser/test_menu.py::test_menu - OSError: no browser\n1 error in 2s\n") is None
    assert (
        first_failure("FAILED tests/browser/test_menu.py::test_menu - assert 1 == 2\n1 failed in 2s\n") == "test_menu"
    )


@BROKEN
def test_fault_still_applies_and_its_tests_are_there(mutant):
    text = (settings.BASE_DIR / mutant.file).read_text()
    assert mutant.applied_to(text) != text
    assert [name for name in mutant.tests if not (settings.BASE_DIR / name).is_file()] == []


@BROKEN
def test_fault_in_the_style_sheet_is_about_parts_that_it_has(mutant):
    sheet = (settings.BASE_DIR / SHEET).read_text()
    selectors = [new.partition("{")[0] for old, new in mutant.edits if mutant.file == SHEET and not old]
    classes = re.findall(r"\.[a-z][\w-]+", " ".join(selectors))
    assert [name for name in classes if name not in sheet] == []
