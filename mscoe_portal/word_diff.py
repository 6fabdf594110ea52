"""What changed between two texts, word by word, as a person reads it aloud.

A rich text is read as its words. What an element or attribute adds to a word (bold, a heading, where a link leads, a
language) is a *mark* of the word, in words. So a change of markup alone is a change, and is told.
"""

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from django.utils.translation import gettext as _
from lxml import etree

SAME, ADDED, REMOVED = "same", "added", "removed"
_BREAK = "¶"
_BLOCKS = {"p", "h2", "h3", "h4", "li", "blockquote", "caption", "th", "td", "br"}
# What these add is told by what stands inside them, or is nothing.
_SILENT = {"html", "body", "p", "ul", "thead", "tbody", "tr", "table", "td", "br"}
# Pairs of equal words among which the best are looked for: two versions of a page of 1,000 words have some 8,000. A few
# words again and again have more, and the search would take minutes, in which other editors wait.
_MOST_PAIRS = 50_000


@dataclass(frozen=True)
class Token:
    """A word (or a break between paragraphs) with its marks. Two that differ in the space before them are the same."""

    text: str
    marks: tuple[str, ...] = ()
    follows: str = " "

    @property
    def key(self):
        return self.text, self.marks


@dataclass(frozen=True)
class Piece:
    """Some words that were `kind` (same, added, removed); `note` says in words what their markup adds."""

    kind: str
    text: str
    note: str = ""

    @property
    def space(self):
        """The space before the words: it is not marked with them."""
        return self.text[: len(self.text) - len(self.words)]

    @property
    def words(self):
        return self.text.lstrip()


@dataclass(frozen=True)
class Passage:
    """A paragraph with changes in it; `skipped` counts the unchanged paragraphs before it."""

    pieces: list[Piece]
    skipped: int = 0


def plain_tokens(text):
    """The tokens of plain text; each line is a paragraph."""
    tokens = []
    for line in text.splitlines():
        tokens += [Token(word) for word in line.split()]
        tokens.append(Token(_BREAK))
    return tokens[:-1]


def rich_tokens(html, names=()):
    """The tokens of rich text; `names` are what to call the plugins that stand in it (`<cms-plugin 0>`, 1, …)."""
    html = re.sub(r"<cms-plugin (\d+|None)>", r'<cms-plugin number="\1">', html)
    root = etree.HTML(f"<body>{html}</body>")
    if root is None:
        return []
    reader = _Reader(names)
    reader.read(root)
    if reader.tokens and reader.tokens[-1].text == _BREAK:
        reader.tokens.pop()
    return reader.tokens


def passages(before, after):
    """The paragraphs with changes from the tokens `before` to the tokens `after`; none when these are the same."""
    found, pieces, skipped = [], [], 0
    for piece in [*_pieces(before, after), Piece(SAME, _BREAK)]:
        if piece.text != _BREAK:
            pieces.append(piece)
            continue
        if piece.kind != SAME:
            pieces.append(Piece(piece.kind, _BREAK, _("new paragraph")))
        if any(piece.kind != SAME for piece in pieces):
            found.append(Passage(pieces, skipped))
            skipped = 0
        elif pieces:
            skipped += 1
        pieces = []
    return found


def likeness(before, after):
    """How alike two lists of tokens are, from 0 to 1."""
    old, new = _keys(before), _keys(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return matcher.quick_ratio() if _pairs_of(old, new) > _MOST_PAIRS else matcher.ratio()


def _keys(tokens):
    return [token.key for token in tokens]


def _pairs_of(old, new):
    """How many pairs of equal words there are."""
    counted = Counter(new)
    return sum(counted[key] for key in old)


def _opcodes(old, new):
    """How `old` becomes `new`, as of a SequenceMatcher; where that is too much, between what both begin and end with.

    Where it still is, all between is one change.
    """
    if _pairs_of(old, new) <= _MOST_PAIRS:
        return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    start = _length_of_same_start(old, new)
    end = _length_of_same_start(old[start:][::-1], new[start:][::-1])
    a, b = len(old) - end, len(new) - end
    inner = [("replace", 0, a - start, 0, b - start)]
    if _pairs_of(old[start:a], new[start:b]) <= _MOST_PAIRS:
        inner = SequenceMatcher(None, old[start:a], new[start:b], autojunk=False).get_opcodes()
    return [
        ("equal", 0, start, 0, start),
        *((kind, a1 + start, a2 + start, b1 + start, b2 + start) for kind, a1, a2, b1, b2 in inner),
        ("equal", a, len(old), b, len(new)),
    ]


def _length_of_same_start(old, new):
    return next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))


def _pieces(before, after):
    for kind, a1, a2, b1, b2 in _opcodes(_keys(before), _keys(after)):
        if kind == "equal":
            yield from _grouped(SAME, after[b1:b2], None)
            continue
        old, new = before[a1:a2], after[b1:b2]
        yield from _grouped(REMOVED, old, _known_marks(old, new, after[:b1]))
        yield from _grouped(ADDED, new, _known_marks(new, old, after[:b1]))


def _known_marks(tokens, others, earlier):
    """The marks that need not be told of `tokens`: those of what they replace, or of the word before them."""
    if tokens and others:
        return set.intersection(*({*token.marks} for token in [*tokens, *others]))
    return {*earlier[-1].marks} if earlier else set()


def _grouped(kind, tokens, known):
    """Pieces of `kind`: a break is one of its own, and so are neighbors with the same marks. `known` None: no notes."""
    for (is_break, marks), group in groupby(
        tokens, key=lambda token: (token.text == _BREAK, () if known is None else token.marks)
    ):
        words = list(group)
        if is_break:
            yield from (Piece(kind, _BREAK) for _word in words)
        else:
            note = ", ".join(mark for mark in marks if mark not in (known or ()))
            yield Piece(kind, "".join(word.follows + word.text for word in words), note)


class _Reader:
    """Reads the tokens of an element tree."""

    def __init__(self, names):
        self.names = names
        self.tokens = []
        self.space = ""

    def read(self, element, marks=()):
        if isinstance(element.tag, str):
            inner = (*marks, *_marks_of(element))
            if element.tag in _BLOCKS:
                self.add_break()
            if element.tag == "cms-plugin":
                self.add(f"[{self.name(element.get('number', ''))}]", marks)
            elif element.tag == "img":
                self.add("[{}]".format(_("picture: %s") % element.get("alt", "")), inner)
            self.add_words(element.text, inner)
            for child in element:
                self.read(child, inner)
            if element.tag in _BLOCKS:
                self.add_break()
        self.add_words(element.tail, marks)

    def add_words(self, text, marks):
        for part in re.findall(r"\s+|\S+", text or ""):
            if part.isspace():
                self.space = " "
            else:
                self.add(part, marks)

    def add(self, text, marks):
        self.tokens.append(Token(text, marks, self.space))
        self.space = ""

    def add_break(self):
        if self.tokens and self.tokens[-1].text != _BREAK:
            self.tokens.append(Token(_BREAK))
        self.space = ""

    def name(self, number):
        return self.names[int(number)] if number.isdigit() and int(number) < len(self.names) else _("missing part")


def _marks_of(element):
    if element.tag not in _SILENT and element.tag not in ("a", "img", "span", "cms-plugin"):
        yield _name_of(element)
    for attribute, value in sorted(element.attrib.items()):
        if (element.tag, attribute) in {("img", "alt"), ("a", "rel"), ("cms-plugin", "number")}:
            continue
        if attribute in {"href", "data-cms-href"}:
            yield _("link to %s") % value
        elif attribute == "lang":
            yield _("language: %s") % value
        elif attribute == "title":
            yield _("stands for: %s") % value
        else:
            yield f"{attribute}: {value}"


def _name_of(element):
    names = {
        "h2": _("heading of level 2"),
        "h3": _("heading of level 3"),
        "h4": _("heading of level 4"),
        "ol": _("numbered list"),
        "li": _("list item"),
        "blockquote": _("quotation"),
        "strong": _("bold"),
        "em": _("italic"),
        "abbr": _("abbreviation"),
        "cite": _("title of a work"),
        "sub": _("subscript"),
        "sup": _("superscript"),
        "caption": _("caption of a table"),
        "th": _("heading of a table"),
    }
    return names.get(element.tag, element.tag)
