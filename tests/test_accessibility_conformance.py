"""The conformance report rests on tests that exist, says something of each criterion, and is what its data makes."""

import re
from itertools import pairwise

import pytest
import yaml
from django.conf import settings

from docs import accessibility_conformance as conformance

DOCUMENTS = sorted([settings.BASE_DIR / "README.md", *(settings.BASE_DIR / "docs").glob("*.md")])
MISSING, GONE = "2.4.2", "tests/browser/test_accessibility.py::test_that_was_taken_out"


@pytest.fixture
def criteria():
    return yaml.safe_load(conformance.DATA.read_text())["criteria"]


def test_the_report_is_what_its_data_makes():
    assert conformance.REPORT.read_text() == conformance.report(yaml.safe_load(conformance.DATA.read_text())), (
        "Run: make conformance"
    )


def test_nothing_is_wrong_with_the_report(criteria):
    assert list(conformance.problems_in(criteria)) == []


def test_the_criteria_are_those_of_wcag_2_2():
    assert {level: len(criteria) for level, criteria in conformance.WCAG.items()} == {"A": 31, "AA": 24}


def test_a_criterion_that_nothing_is_said_of_is_told(criteria):
    del criteria[MISSING]
    assert list(conformance.problems_in(criteria)) == [f"{MISSING}: nothing is said of it."]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"tests": []}, "no test shows it."),
        ({"tests": [GONE]}, f"the test {GONE} is gone."),
        ({"tests": ["tests/no_such_file.py::test_a"]}, "the test tests/no_such_file.py::test_a is gone."),
        ({"verdict": "fully supports"}, "“fully supports” is not one of:"),
        ({"remarks": " "}, "it has no remarks."),
    ],
)
def test_a_row_that_says_too_little_is_told(criteria, change, told):
    criteria[MISSING] |= change
    (problem,) = conformance.problems_in(criteria)
    assert problem.startswith(f"{MISSING}: {told}")


def test_the_command_ends_with_an_error_and_writes_nothing(criteria, tmp_path, monkeypatch, capsys):
    criteria[MISSING]["tests"] = [GONE]
    data, report = tmp_path / "data.yaml", tmp_path / "report.md"
    data.write_text(yaml.safe_dump({"criteria": criteria}))
    monkeypatch.setattr(conformance, "DATA", data)
    monkeypatch.setattr(conformance, "REPORT", report)
    assert conformance.main() == 1
    assert GONE in capsys.readouterr().err
    assert not report.exists()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_documents_skip_no_heading_and_describe_their_pictures(document):
    """Section 508, 602.3."""
    text = re.sub(r"^```.*?^```|`[^`\n]+`", "", document.read_text(), flags=re.MULTILINE | re.DOTALL)
    levels = [len(marks) for marks in re.findall(r"^(#+) ", text, re.MULTILINE)]
    assert levels[0] == 1
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []
    assert re.findall(r"!\[\s*\]|<img(?![^>]*\salt=\"[^\"]+\")", text) == []
