"""The search page. A question is in the address (`?q=`), so that a result can be kept and sent to others."""

import re
from collections import defaultdict
from difflib import get_close_matches
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import InvalidPage, Paginator
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from mscoe_portal.search.crisis import is_crisis
from mscoe_portal.search.models import SearchEntry
from mscoe_portal.search.words import asked

TEMPLATE = "search/search.html"
LONGEST_QUESTION = 200  # letters
MOST_WORDS = 20
RESULTS_A_PAGE = 10
SHORTEST_MISSPELLED = 5  # letters: "pain" is no "plain"
SHORTEST_RUN_TOGETHER = 3  # letters
# Where a question that is none for this site is most likely answered.
WIDER_SEARCH = "https://www.va.gov/search/"
WORD = re.compile(r"[\w’'-]+")


@require_safe
def search(request):
    """Answer the question `q`, in the reader's language; `page` counts from 1, and what is no page is the first."""
    typed = " ".join("".join(letter if letter.isprintable() else " " for letter in request.GET.get("q", "")).split())
    question = typed[:LONGEST_QUESTION].rstrip()
    terms = _terms(question)
    entries = SearchEntry.objects.public().shown_in(get_language())
    in_crisis = is_crisis(typed)
    found, has_all = entries.none(), True
    if terms:
        found = entries.with_all(terms)
        has_all = len(terms) == 1 or found.exists()
    # Who is in a crisis needs help, not pages that happen to have one of their words.
    if not has_all and not in_crisis:
        found = entries.with_any(terms)
    page = _page(Paginator(found.by_relevance(terms), RESULTS_A_PAGE), request.GET.get("page", 1))
    is_unanswered = bool(question) and not (in_crisis or (has_all and page.object_list))
    context = {
        "question": question,
        "longest": LONGEST_QUESTION if len(typed) > LONGEST_QUESTION else 0,
        "in_crisis": in_crisis,
        "has_all": has_all,
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "suggestion": _similar(question, entries) if is_unanswered else "",
        "elsewhere": f"{WIDER_SEARCH}?{urlencode({'query': question})}" if is_unanswered else "",
        "has_untranslated": is_unanswered and entries.exclude(language=get_language()).exists(),
    }
    return TemplateResponse(request, TEMPLATE, context)


def _terms(question):
    return asked(question, {get_language(), settings.LANGUAGE_CODE})[:MOST_WORDS]


def _page(paginator, number):
    try:
        return paginator.page(number)
    except InvalidPage:
        return paginator.page(1)


def _similar(question, entries):
    """`question` with its misspelled words right, if `entries` then have all of them; "" if there is no such.

    Misspelled is a word of five letters or more that stands in no title or summary, whatever its language. Right is the
    one most like it in the reader's language, or those that it is run together of. A question that is misspelled for
    the most part is in another language.
    """
    known = defaultdict(set)
    for language, *texts in SearchEntry.objects.public().values_list("language", "title", "summary"):
        known[language] |= set(WORD.findall(" ".join(texts).casefold()))
    words = WORD.findall(question.casefold())[:MOST_WORDS]
    misspelled = {word for word in words if len(word) >= SHORTEST_MISSPELLED}.difference(*known.values())
    ours = known[get_language()]
    right = {word: get_close_matches(word, ours, n=1, cutoff=0.81) or _apart(word, ours) for word in misspelled}
    better = [" ".join(right.get(word, [])) or word for word in words]
    changes = sum(word != instead for word, instead in zip(words, better, strict=True))
    if not 0 < changes <= max(1, len(words) // 2):
        return ""
    proposal = " ".join(better)
    return proposal if entries.with_all(_terms(proposal)).exists() else ""


def _apart(word, known):
    """The words of `known` that `word` is run together of, such as "stemcells"; none if there are no such."""
    for end in range(len(word) - SHORTEST_RUN_TOGETHER, SHORTEST_RUN_TOGETHER - 1, -1):
        head, rest = word[:end], word[end:]
        tail = head in known and ([rest] if rest in known else _apart(rest, known))
        if tail:
            return [head, *tail]
    return []
