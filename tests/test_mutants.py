"""The faults that `make mutants` puts into a copy of the site still fit it."""

import re

import pytest
from django.conf import settings

from tests.mutants.mutants import MUTANTS, SHEET

BROKEN = pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)


def test_there_are_at_least_thirty_and_each_has_its_own_name():
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 30


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
