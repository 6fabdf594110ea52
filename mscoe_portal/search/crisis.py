"""Tells who seems to be in a crisis by what they search for. They are shown the Veterans Crisis Line before all else.

Rather too often than too seldom: who did not mean it has lost a line, who meant it has found help.
"""

import re
import unicodedata
from functools import cache

from mscoe_portal.search.crisis_signs import FILLERS, ORDINARY, SIGNS, WORDS

# Of letters that sound alike in English or Spanish one stands for all. In this order.
_SOUNDS = [
    (re.compile(letters), letter)
    for letters, letter in [("qu|ck", "k"), ("c(?=[eiy])|z", "s"), ("[cq]", "k"), ("y", "i"), ("v", "b")]
]
_ORDINARY = frozenset(ORDINARY.split("|"))
_DOUBLED = re.compile(r"([^aeiou\d])\1+")
# A mistake in a shorter word could make it any other one.
_SHORTEST_MISTAKEN = 4
# More than anybody types, so that what nobody types takes no time.
_MOST_WORDS = 200


def is_crisis(question):
    """Tell whether `question` sounds like a crisis of the reader or of someone close to them."""
    words = [word for word in _words(question)[:_MOST_WORDS] if word not in _FILLERS]
    # As typed, too: a word that is run together or apart is none that could be mistaken.
    return any(_signs().search(said) for said in {" ".join(words), " ".join(map(_meant, words))})


def _words(text):
    """The words of `text`, without capitals, accents and apostrophes, and as they sound."""
    plain = re.sub(r"['’‘`´\u0300-\u036f]", "", unicodedata.normalize("NFKD", text.casefold()))
    return [word if word in _ORDINARY else _sound(word) for word in re.findall(r"[^\W_]+", plain)]


def _sound(word):
    for letters, letter in _SOUNDS:
        word = letters.sub(letter, word)
    return word


def _single(word):
    """`word` with each double consonant as one."""
    return _DOUBLED.sub(r"\1", word)


def _without_a_letter(word):
    return [word[:place] + word[place + 1 :] for place in range(len(word))]


def _groups(sign):
    """The groups of `sign`, a line of SIGNS: of each its words (or `^`, `$`), and whether it may be missing."""
    for group in sign.split():
        names = group.removesuffix("?")
        yield [word for name in names.split("|") for word in _words(WORDS.get(name, name)) or [name]], names != group


def _pattern(sign):
    """The regular expression of `sign`: a space may be missing between its words, or be too much in one."""
    groups = [
        rf"(?:(?:{'|'.join(' ?'.join(map(_letter, _single(word))) for word in words)})\ ?){'?' * is_optional}"
        for words, is_optional in _groups(sign)
    ]
    return "".join(groups)


@cache
def _signs():
    """The pattern that finds any sign. Compiled at the first question: that takes a fifth of a second."""
    signs = "|".join(_pattern(line) for line in SIGNS.splitlines() if line.strip())
    return re.compile(rf"\bi?(?:{signs})(?<! )(?= |$)")


def _letter(letter):
    return letter if letter in "aeiou^$" else f"{letter}{{1,2}}"


def _meant(word):
    """The word of the signs that `word` is, or becomes when a letter is added, left out, changed or moved in it."""
    single = _single(word)
    if word in _ORDINARY or len(single) > _LONGEST:
        return word
    if single in _KNOWN or len(single) < _SHORTEST_MISTAKEN:
        return _KNOWN.get(single, word)
    return next((_MISTAKEN[form] for form in [single, *_without_a_letter(single)] if form in _MISTAKEN), word)


# The words in lists first: when two could be meant, the first is, and these are said most.
_ALL = [word for words in WORDS.values() for word in _words(words)]
_ALL += [word for line in SIGNS.splitlines() for words, _is_optional in _groups(line) for word in words]
_KNOWN = {_single(word): word for word in _ALL}
_MISTAKEN = {
    form: word
    for single, word in reversed(_KNOWN.items())
    if len(single) >= _SHORTEST_MISTAKEN
    for form in [single, *_without_a_letter(single)]
}
_LONGEST = max(map(len, _KNOWN)) + 1
_FILLERS = frozenset(_words(FILLERS))
