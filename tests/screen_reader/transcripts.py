"""How the site sounds: what was heard in each test, kept in docs/transcripts/ as Markdown, a file a module."""

import difflib
import re
from itertools import pairwise
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "transcripts"
SILENCE = "(nothing)"


def file_name(test):
    return test.path.stem.removeprefix("test_").replace("_", "-") + ".md"


def title(test):
    """What a test shows, in words: its name."""
    return test.name.removeprefix("test_").replace("_", " ").capitalize()


def section(heard):
    """What was done and what was said then, a line each."""
    return "\n".join(f"- **{done}**: {' / '.join(said) or SILENCE}" for done, said in heard)


def sections(file):
    """The sections of a transcript: {title: text}."""
    if not file.exists():
        return {}
    parts = re.split(r"^## (.+)\n\n", file.read_text(), flags=re.MULTILINE)
    return dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))


def write(file, docstring, sections):
    """Write a transcript. The first line of the docstring, which is its module's, is its heading."""
    heading, _, introduction = docstring.partition("\n")
    parts = [f"# {heading.rstrip('.')}", introduction.strip()]
    parts += [f"## {title}\n\n{text}" for title, text in sections.items()]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n\n".join(part for part in parts if part) + "\n")


def utterances(text):
    """What was said, in order, without what hangs on how busy the machine is.

    That is after which key it was said; "leaving list.", which Orca says only while the list is still there; and the
    beginning of what it has just said once more, when its caret comes to a link later than the focus.
    """
    steps = re.findall(r"^- \*\*.+?\*\*: (.+)$", text, flags=re.MULTILINE)
    said = [words for step in steps if step != SILENCE for words in step.split(" / ")]
    said = [re.sub(r"\bleaving [a-z ]+\. ", "", words) for words in said]
    return [words for before, words in pairwise(["", *said]) if not before.startswith(words)]


def difference(file, test, heard):
    """How what was heard differs from the transcript, as lines of a diff; empty when it does not."""
    kept, now = (utterances(text) for text in (sections(file).get(title(test), ""), section(heard)))
    return "\n".join(difflib.unified_diff(kept, now, "kept", "heard", lineterm=""))
