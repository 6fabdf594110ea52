"""Writes docs/accessibility-conformance.md from accessibility-conformance.yaml: `make conformance`.

An Accessibility Conformance Report after VPAT 2.5 (Information Technology Industry Council), the edition for Revised
Section 508, with the criteria of WCAG 2.2. What it says rests on tests: a criterion without one, or a test that is
gone, ends the command with exit code 1 and one line for each.
"""

import ast
import sys
from functools import cache
from pathlib import Path

import yaml

DOCS = Path(__file__).parent
ROOT = DOCS.parent
DATA = DOCS / "accessibility-conformance.yaml"
REPORT = DOCS / "accessibility-conformance.md"
# The terms of VPAT 2.5.
VERDICTS = {
    "supports": "Supports",
    "partially supports": "Partially Supports",
    "does not support": "Does Not Support",
    "not applicable": "Not Applicable",
}
# The success criteria of WCAG 2.2, levels A and AA (W3C Recommendation, 12 December 2024).
WCAG = {
    "A": {
        "1.1.1": "Non-text Content",
        "1.2.1": "Audio-only and Video-only (Prerecorded)",
        "1.2.2": "Captions (Prerecorded)",
        "1.2.3": "Audio Description or Media Alternative (Prerecorded)",
        "1.3.1": "Info and Relationships",
        "1.3.2": "Meaningful Sequence",
        "1.3.3": "Sensory Characteristics",
        "1.4.1": "Use of Color",
        "1.4.2": "Audio Control",
        "2.1.1": "Keyboard",
        "2.1.2": "No Keyboard Trap",
        "2.1.4": "Character Key Shortcuts",
        "2.2.1": "Timing Adjustable",
        "2.2.2": "Pause, Stop, Hide",
        "2.3.1": "Three Flashes or Below Threshold",
        "2.4.1": "Bypass Blocks",
        "2.4.2": "Page Titled",
        "2.4.3": "Focus Order",
        "2.4.4": "Link Purpose (In Context)",
        "2.5.1": "Pointer Gestures",
        "2.5.2": "Pointer Cancellation",
        "2.5.3": "Label in Name",
        "2.5.4": "Motion Actuation",
        "3.1.1": "Language of Page",
        "3.2.1": "On Focus",
        "3.2.2": "On Input",
        "3.2.6": "Consistent Help",
        "3.3.1": "Error Identification",
        "3.3.2": "Labels or Instructions",
        "3.3.7": "Redundant Entry",
        "4.1.2": "Name, Role, Value",
    },
    "AA": {
        "1.2.4": "Captions (Live)",
        "1.2.5": "Audio Description (Prerecorded)",
        "1.3.4": "Orientation",
        "1.3.5": "Identify Input Purpose",
        "1.4.3": "Contrast (Minimum)",
        "1.4.4": "Resize Text",
        "1.4.5": "Images of Text",
        "1.4.10": "Reflow",
        "1.4.11": "Non-text Contrast",
        "1.4.12": "Text Spacing",
        "1.4.13": "Content on Hover or Focus",
        "2.4.5": "Multiple Ways",
        "2.4.6": "Headings and Labels",
        "2.4.7": "Focus Visible",
        "2.4.11": "Focus Not Obscured (Minimum)",
        "2.5.7": "Dragging Movements",
        "2.5.8": "Target Size (Minimum)",
        "3.1.2": "Language of Parts",
        "3.2.3": "Consistent Navigation",
        "3.2.4": "Consistent Identification",
        "3.3.3": "Error Suggestion",
        "3.3.4": "Error Prevention (Legal, Financial, Data)",
        "3.3.8": "Accessible Authentication (Minimum)",
        "4.1.3": "Status Messages",
    },
}
# The parts of Revised Section 508 (36 CFR 1194, appendix C) that a website and its support answer for.
SECTION_508 = {
    "Chapter 3: Functional Performance Criteria": {
        "302.1": "Without Vision",
        "302.2": "With Limited Vision",
        "302.3": "Without Perception of Color",
        "302.4": "Without Hearing",
        "302.5": "With Limited Hearing",
        "302.6": "Without Speech",
        "302.7": "With Limited Manipulation",
        "302.8": "With Limited Reach and Strength",
        "302.9": "With Limited Language, Cognitive, and Learning Abilities",
    },
    "Chapter 5: Software": {
        "504.2": "Content Creation or Editing",
        "504.2.1": "Preservation of Information Provided for Accessibility in Format Conversion",
        "504.2.2": "PDF Export",
        "504.3": "Prompts",
        "504.4": "Templates",
    },
    "Chapter 6: Support Documentation and Services": {
        "602.2": "Accessibility and Compatibility Features",
        "602.3": "Electronic Support Documentation",
        "602.4": "Alternate Formats for Non-Electronic Support Documentation",
        "603.2": "Information on Accessibility and Compatibility Features",
        "603.3": "Accommodation of Communication Needs",
    },
}
PARTS = {f"WCAG 2.2, level {level}": criteria for level, criteria in WCAG.items()} | SECTION_508


@cache
def tests_in(path):
    """The names of the test functions in the file at `path` (from the project's folder); none if there is no file."""
    file = ROOT / path
    tree = ast.parse(file.read_text()) if file.is_file() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def problems_in(criteria):
    """What is wrong with `criteria` ({number: row}), one line each: what the report must not be written with."""
    known = {number for part in PARTS.values() for number in part}
    yield from (f"{number}: nothing is said of it." for number in sorted(known - criteria.keys()))
    yield from (f"{number}: there is no such criterion." for number in sorted(criteria.keys() - known))
    for number, row in criteria.items():
        if row["verdict"] not in VERDICTS:
            yield f"{number}: “{row['verdict']}” is not one of: {', '.join(VERDICTS)}."
        if not row.get("remarks", "").strip():
            yield f"{number}: it has no remarks."
        if not row.get("tests"):
            yield f"{number}: no test shows it."
        for test in row.get("tests") or []:
            path, _, name = test.partition("::")
            if name not in tests_in(path):
                yield f"{number}: the test {test} is gone."


def report(data):
    """The report, in Markdown, from the data file's content (a dict)."""
    lines = [
        f"# {data['title']}",
        "",
        "<!-- Written by `make conformance` from accessibility-conformance.yaml. -->",
        "",
    ]
    lines += [f"**{name}:** {text.strip()}  " for name, text in data["product"].items()]
    for title, text in data["sections"].items():
        lines += ["", f"## {title}", "", text.strip()]
    lines += ["", "## Terms", ""]
    lines += [f"- **{VERDICTS[verdict]}**: {meaning}" for verdict, meaning in data["terms"].items()]
    for title, part in PARTS.items():
        lines += [
            "",
            f"## {title}",
            "",
            "| criterion | conformance | remarks | shown by |",
            "| --- | --- | --- | --- |",
        ]
        for number, name in part.items():
            row = data["criteria"][number]
            remarks = " ".join(row["remarks"].split())
            tests = "<br>".join(f"`{test.removeprefix('tests/')}`" for test in row["tests"])
            lines.append(f"| {number} {name} | {VERDICTS[row['verdict']]} | {remarks} | {tests} |")
    for title, text in data["after"].items():
        lines += ["", f"## {title}", "", text.strip()]
    return "\n".join(lines) + "\n"


def main():
    """Write the report. Returns the exit code: 1 where something is wrong with the data."""
    data = yaml.safe_load(DATA.read_text())
    problems = list(problems_in(data["criteria"]))
    if problems:
        sys.stderr.write("\n".join(problems) + "\n")
        return 1
    REPORT.write_text(report(data))
    return 0


if __name__ == "__main__":
    sys.exit(main())
