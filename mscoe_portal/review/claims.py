"""Which sentences read like a medical claim: they name an effect, or how many people something happens to.

Words alone do not tell a claim. So a question is none, nor is a statement that says no or asks whether, unless it names
a share of people; and plain words such as “help” or “repair” are left out, which nearly every text has.
"""

import re

from mscoe_portal.review.readability import sentences_of

# {language: an effect}
_EFFECTS = {
    "en": r"cur(?:e|es|ed|ing)|heal(?:s|ed|ing)?|revers(?:e|es|ed|ing)|stop(?:s|ped|ping)?|halt(?:s|ed|ing)?"
    r"|restor(?:e|es|ed|ing)|proven|proves|guarantee(?:s|d)?|safe|safely|effective|effectively|risk[- ]free",
    "es": r"cur(?:a|an|ar|ó|aron)|sanan?|sanar|reviert(?:e|en)|revertir|det(?:iene|ienen|ener)|fren(?:a|an|ar)"
    r"|restaur(?:a|an|ar)|(?:com)?probad[oa]s?|demostrad[oa]s?|garanti(?:zan?|zar|zad[oa]s?)"
    r"|(?<!el )(?<!un )(?<!su )(?<!mi )segur[oa]s?(?! (?:m[eé]dic|social|de ))"  # which is insurance, too
    r"|efica(?:z|ces)|efectiv[oa]s?",
}
# {language: how it is said that this is not so, or not known}
_DOUBTS = {
    "en": r"no|not|none|never|nobody|nothing|cannot|whether|how (?:\w+ )?(?:safe|effective)|\w+n[’']t",
    "es": r"no|nunca|ning[uú]n[oa]?s?|nadie|nada|tampoco",
}
# {language: where a statement ends within a sentence, and what is denied beside it is another}
_JOINTS = {
    "en": r"(;|\bbut\b|\band (?:it|they|these|we|you)\b)",
    "es": r"(;|\bpero\b|\by (?:es|son|está|están|puede|pueden)\b)",
}
_REVERSALS = {"but", "pero"}
# At most the whole of them: what is enlarged to 400 percent are no people.
_SHARE = re.compile(
    r"(?<![\d.,])(?:100|\d{1,2}(?:[.,]\d+)?)\s?(?:%|percent\b|per cent\b|por ciento\b)"
    r"|\b(?:\d+|one|two|three|four|five|six|seven|eight|nine) (?:out of|in) (?:every )?(?:\d{1,3}|ten)\b"
    r"(?! (?:hour|day|week|month|year)s)"
    r"|\b(?:\d+|un[oa]?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve) de cada (?:\d+|dos|tres|cuatro|cinco|diez|cien)\b",
    re.IGNORECASE,
)


def _pattern(words):
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


_EFFECT = {language: _pattern(words) for language, words in _EFFECTS.items()}
_DOUBT = {language: _pattern(words) for language, words in _DOUBTS.items()}
_JOINT = {language: re.compile(words, re.IGNORECASE) for language, words in _JOINTS.items()}


def claim_in(text, language):
    """The words by which `text`, a paragraph or the like, reads like a medical claim; "" where it does not."""
    for sentence in sentences_of(text):
        found = _SHARE.search(sentence)
        if not found and language in _EFFECT and not sentence.rstrip('”"’)]*').endswith("?"):
            found = _effect_in(sentence, language)
        if found:
            return found[0]
    return ""


def _effect_in(sentence, language):
    """The first effect that a statement of `sentence` names and does not deny; or None."""
    parts = _JOINT[language].split(sentence)
    for statement, joint, following in zip(parts[::2], [*parts[1::2], ""], [*parts[2::2], ""], strict=True):
        # “They say it cures, but nothing shows this”: what follows denies it.
        around = f"{statement} {following}" if joint.lower() in _REVERSALS else statement
        found = _EFFECT[language].search(statement)
        if found and not _DOUBT[language].search(around):
            return found
    return None
