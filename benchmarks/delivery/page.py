"""The page that every site of the bench is given: about 20 kB of real, varied text, in a menu of 8 by 8.

The text is the portal's own: first all of `stemcells/content`, each passage once, then prose of `docs/`.
"""

import re
from html import escape
from pathlib import Path

import yaml
from lxml import html

ROOT = Path(__file__).parents[2]
TEXT_BYTES = 20_000
TOPICS = ["Stem cell therapy", "Research", "Clinics", "Living with MS", "Benefits", "Resources", "News", "Contact"]
PAGES_A_TOPIC = 8
# The page that is measured.
PATH = "/living-with-ms/living-with-ms-page-5/"
_CITATION = re.compile(r"\[cite:[-\w]+\]")
# A table, code, a heading or nothing.
_NOT_PROSE = re.compile(r"[|`#]|\s*$")
# Where a paragraph or an item of a list begins.
_PARAGRAPH = re.compile(r"\n\n|\n(?=- |\d\. )")
_MARKDOWN = re.compile(r"\[([^]]*)\]\([^)]*\)|[`*]")


def sections():
    """The measured page's text: HTML of headings, paragraphs and lists, a text each of about 2 kB."""
    blocks, size = [], 0
    for tag, text in _passages():
        blocks.append(f"<{tag}>{escape(text, quote=False)}</{tag}>")
        size += len(blocks[-1].encode())
        if size >= TEXT_BYTES:
            break
    count = 10
    return ["\n".join(blocks[len(blocks) * part // count : len(blocks) * (part + 1) // count]) for part in range(count)]


def passages_of(sections):
    """The texts of `sections`, in the order in which a reader of the page finds them."""
    blocks = [block for part in sections for block in html.fromstring(f"<div>{part}</div>")]
    return [" ".join(block.text_content().split()) for block in blocks]


def menu():
    """The menu: topics with `title`, `slug` and `pages`, and each page with `title` and `slug`."""
    return [
        {
            "title": topic,
            "slug": _slug(topic),
            "pages": [
                {"title": f"{topic}, page {number}", "slug": f"{_slug(topic)}-page-{number}"}
                for number in range(1, PAGES_A_TOPIC + 1)
            ],
        }
        for topic in TOPICS
    ]


def path_of(topic, child):
    """The address of a page of the menu."""
    return f"/{topic['slug']}/{child['slug']}/"


def _slug(title):
    return title.lower().replace(" ", "-")


def _passages():
    seen = set()
    for tag, text in [*_content_passages(), *_documentation_passages()]:
        if text not in seen:
            seen.add(text)
            yield tag, " ".join(_CITATION.sub("", text).split())


def _content_passages():
    for path in sorted((ROOT / "stemcells" / "content").glob("*.yaml")):
        for body in _bodies(yaml.safe_load(path.read_text())):
            for block in html.fromstring(f"<div>{body}</div>").iter("h2", "h3", "p", "li"):
                tag = {"h3": "h2", "li": "p"}.get(block.tag, block.tag)
                yield tag, " ".join(block.text_content().split())


def _bodies(value):
    if isinstance(value, list):
        for item in value:
            yield from _bodies(item)
    elif isinstance(value, dict):
        if "body" in value:
            yield value["body"]
        for item in value.values():
            yield from _bodies(item)


def _documentation_passages():
    for path in [*sorted((ROOT / "docs" / "decisions").glob("*.md")), ROOT / "docs" / "architecture.md"]:
        heading, *paragraphs = _PARAGRAPH.split(path.read_text())
        yield "h2", heading.splitlines()[0].lstrip("# ")
        for paragraph in paragraphs:
            if not _NOT_PROSE.match(paragraph):
                yield "p", " ".join(_MARKDOWN.sub(r"\1", paragraph.removeprefix("- ")).split())
