"""From text to words that can be compared: one spelling, no accents, and the stem beside a word's own form."""

import re
import unicodedata
from functools import lru_cache

import snowballstemmer
from django.utils.translation import get_language_info

# British spelling to American. The same is done to texts and to questions, so a false swap ("hour") does no harm.
_SPELLING = [
    (re.compile(british), american)
    for british, american in [
        ("[ao]e", "e"),
        ("our", "or"),
        ("(?<=[bt])re(?=s?$)", "er"),
        ("(?<=[iy])s(?=e|ing|ation)", "z"),
    ]
]
# "M.S." is "MS", "e-mail" is "email".
_WITHIN_A_WORD = re.compile(r"(?<=\b[^\W\d_])\.(?=[^\W\d_]\b)|(?<=\be)-(?=mail)")
# Said in a question, they tell nothing of what is looked for.
_FILLERS = frozenset(
    re.findall(
        r"\w+",
        """
        a about an and any are as at be by can could did do does for from get has have how i if in is it me my of on or
        should so that the their them there these they this to us was we were what when where which who why will with
        would you your
        al como con cual cuando de del donde el en es la las lo los mi para por que se si son su un una y
        """,
    )
)
# Shorter ones are often abbreviations: "MSC" must not find "MSCoE".
_SHORTEST_BEGINNING = 4


def searchable(text, language):
    """Return the words of `text` (in the language of code `language`) in the form that `pattern` finds words in."""
    words = []
    for word in _split(text):
        plain, stem = _plain(word), _stem(word, language)
        found_by_stem = f" {plain} ".startswith(pattern(stem))
        words.append(plain if found_by_stem else f"{plain} {stem}")
    return f" {' '.join(words)} "


def asked(question, languages):
    """Return what `question` asks for: for each of its words, once, the set of its forms in `languages` (codes).

    Words that only fill a question do not count, unless there are no others.
    """
    words = _split(question)
    telling = [word for word in words if len(word) > 1 and word not in _FILLERS]
    # Itself, too: the stem of a beginning ("embry") may be none of the whole word.
    terms = [frozenset([_plain(word), *(_stem(word, language) for language in languages)]) for word in telling or words]
    return list(dict.fromkeys(terms))


def pattern(form):
    """Return the part of a `searchable` text that shows that a word in it has `form` as its stem, or begins with it."""
    return f" {form}" if len(form) >= _SHORTEST_BEGINNING else f" {form} "


def _split(text):
    text = unicodedata.normalize("NFKC", text).casefold()
    return re.findall(r"[^\W_]+", _WITHIN_A_WORD.sub("", text))


def _plain(word):
    """Without accents, in American spelling."""
    letters = unicodedata.normalize("NFKD", word)
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    for british, american in _SPELLING:
        plain = british.sub(american, plain)
    return plain


@lru_cache(maxsize=10_000)
def _stem(word, language):
    name = get_language_info(language)["name"].lower()
    if name not in snowballstemmer.algorithms():
        return _plain(word)
    # Spelling first, where it is English; accents last, because the rules of other languages know them. A stemmer of
    # its own for each word: it keeps what it works on, which two threads must not share.
    snowball = snowballstemmer.stemmer(name)
    stem = _plain(snowball.stemWord(_plain(word) if word.isascii() else word))
    # Snowball leaves the plural of an abbreviation, such as MSCs.
    return stem.removesuffix("s") if len(stem) >= _SHORTEST_BEGINNING else stem
