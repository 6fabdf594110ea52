"""What stands against publishing a content: the table of rules, and what they find in a version.

Each rule is a pure function of a `Draft`: what readers would get. Other apps declare theirs in `cms_config.py`
(`publication_rules`). Nothing here runs for a reader.
"""

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import unquote, urlsplit

from django.apps import apps
from django.conf import settings
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from djangocms_versioning.constants import DRAFT
from djangocms_versioning.exceptions import ConditionFailed

from mscoe_portal.page_address import TAKEN
from mscoe_portal.publication_rules import Finding, Level, Rule
from mscoe_portal.review import readability
from mscoe_portal.review.claims import claim_in
from mscoe_portal.review.draft import HEADINGS, address_off_site, draft_of, language_of, text_of
from mscoe_portal.review.models import Signature
from mscoe_portal.review.permissions import approval_of, not_approved
from mscoe_portal.review.public_addresses import address_on_site
from mscoe_portal.web_address import is_off_site

# Plain-language guidance for readers of health topics (NIH, AMA) names grade 6; above 8 half of the readers are lost.
TARGET_GRADE, HIGHEST_GRADE = 6, 8
LONGEST_SENTENCE = 30
LINK_CHECK_DAYS = 30
# Findings that a message names one by one; the form and the preview list them all.
MOST_TOLD = 3
# How a finding is told that is waived; the others are told by their level.
WAIVED = "waived"

# --- Pictures, headings, tables and links -----------------------------------------------------------------------------

_FILE_NAME = re.compile(
    r"\S+\.(?:avif|bmp|gif|jpe?g|png|svg|tiff?|webp)|(?:img|dsc|dscn|image|screenshot)[-_ ]?\d+", re.IGNORECASE
)
_BARE_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|[\w-]+(?:\.[\w-]+)*\.(?:com|edu|gov|mil|net|org)(?:/\S*)?", re.IGNORECASE
)
VAGUE_WORDS = {
    *("here", "click here", "tap here", "see here", "read here", "this", "this link", "this page", "this site", "link"),
    *("more", "read more", "learn more", "see more", "find out more", "more info", "more information", "details", "go"),
    *("see", "continue", "continue reading", "website", "the website", "page", "article", "click", "download"),
    *("aquí", "aqui", "haga clic aquí", "haga clic", "clic aquí", "pulse aquí", "vea aquí", "este enlace", "enlace"),
    *("más", "leer más", "lea más", "ver", "ver más", "vea más", "saber más", "más información", "más detalles"),
    *("esta página", "este sitio", "continuar", "continuar leyendo", "sitio web", "página", "artículo", "descargar"),
    "source",
}
# What readers get besides names of what is to come, and the date of the last change.
_MATTER = (
    ".//img[normalize-space(@alt)] | .//svg[@role='img']"
    " | .//text()[normalize-space(translate(., '\u00a0\u200b\u2060\ufeff', '    '))]"
    f"[not({' or '.join(f'ancestor::{heading}' for heading in HEADINGS)} or ancestor::*[@class='page-head__changed'])]"
)


def pictures_without_text(draft):
    for picture in draft.root.iter("img"):
        alt = picture.get("alt")
        # The site's own drawings may be decoration; what editors upload says something.
        is_decoration = alt == "" and picture.get("src", "").startswith(settings.STATIC_URL)
        if not (alt and alt.strip()) and not is_decoration:
            yield draft.place_of(picture), _("Say in words what the picture shows, as its text alternative.")
    for drawing in draft.root.xpath(".//svg[@role='img'][not(normalize-space(@aria-label))][not(@aria-labelledby)]"):
        yield draft.place_of(drawing), _("Say in words what the drawing shows, as its text alternative.")


def pictures_named_like_files(draft):
    for picture in draft.root.xpath(".//img[@alt] | .//svg[@aria-label]"):
        alt = (picture.get("alt") or picture.get("aria-label") or "").strip()
        name = unquote(urlsplit(picture.get("src", "")).path.rpartition("/")[2])
        if alt and (_FILE_NAME.fullmatch(alt) or alt in (name, name.rpartition(".")[0])):
            yield (
                draft.place_of(picture),
                _("“%(name)s” is the name of a file. Say what the picture shows.") % {"name": alt},
            )


def skipped_headings(draft):
    last = 0
    for heading in draft.headings:
        level = HEADINGS.index(heading.tag) + 1
        if level > last + 1:
            yield (
                draft.place_of(heading),
                _("This is a heading %(level)s and follows a heading %(last)s. Make it a heading %(wanted)s.")
                % {"level": level, "last": last, "wanted": last + 1}
                if last
                else _("This is a heading %(level)s. Begin with a heading 1.") % {"level": level},
            )
        last = level


def vague_links(draft):
    for link in draft.links:
        words = _name_of(link)
        plain = words.casefold().strip(" .:;…»›>→!?\"“”'’[]()")
        if not plain:
            yield draft.place_of(link), _("Give the link words that say where it leads.")
        elif plain in VAGUE_WORDS or _BARE_ADDRESS.fullmatch(words):
            yield (
                draft.place_of(link),
                _("Say where the link leads: name the page or study instead of “%(words)s”.") % {"words": words},
            )


def _name_of(link):
    """What a screen reader calls `link`, without the words that the site adds for links that leave it."""
    if label := (link.get("aria-label") or "").strip():
        return label
    alternatives = link.xpath(".//img/@alt | .//svg/@aria-label")
    return " ".join(f"{text_of(link)} {' '.join(alternatives)}".split())


def tables_without_headers(draft):
    for table in draft.root.iter("table"):
        if table.find(".//th") is None:
            yield draft.place_of(table), _("Make the first row, or the first cell of each row, header cells.")


def inline_styles(draft):
    for element in draft.root.xpath(".//*[@style] | .//style"):
        yield draft.place_of(element), _("Take its colors, sizes and fonts away: “Remove formatting” in the editor.")


def foreign_pictures(draft):
    for picture in draft.root.xpath(".//img[@src] | .//source[@srcset]"):
        source = picture.get("src") or picture.get("srcset")
        if source.startswith("data:") or is_off_site(source, settings.ALLOWED_HOSTS):
            yield draft.place_of(picture), _("Upload the picture to this site, then place it here again.")


def dead_links(draft):
    for link in draft.links:
        if address_on_site(link.get("href")) in draft.dead_addresses:
            yield (
                draft.place_of(link),
                _("Readers cannot open %(address)s. Publish or approve that page first, or take the link out.")
                % {"address": link.get("href")},
            )


def empty_fields(draft):
    for text in draft.fields:
        if text.is_required and (text.value is None or not str(text.value).strip()):
            yield text.label, _("Fill in this field.")


def empty_page(draft):
    if draft.needs_words and not draft.root.xpath(_MATTER):
        yield (
            _("The whole text"),
            _("It has no words but its title and headings. Write the text, or let the page redirect to another."),
        )


def same_title(draft):
    if draft.namesake:
        yield (
            _("“%(words)s”") % {"words": draft.title},
            _("The page %(address)s has this title, too. Say in the title what sets this page apart.")
            % {"address": draft.namesake},
        )


def taken_address(draft):
    if draft.taken_path:
        yield _("The address"), TAKEN % {"path": draft.taken_path}


# --- Words ------------------------------------------------------------------------------------------------------------

# Where claims are made, but for what stands in records that it shows: it is signed with them.
_STATEMENTS = (
    f".//*[{' or '.join(f'self::{tag}' for tag in ('p', 'li', 'td', 'dd', *HEADINGS))}][not(.//p or .//li or .//dd)]"
    "[not(ancestor-or-self::*[self::nav or contains(@class, 'card') or contains(@class, 'other-types')]"
    " or ancestor::*[@class='types' or @class='note' or @class='sources' or @class='site-map'])]"
)
_CITATION = ".//sup[@class='citation']"
_CAN_BE_CITED = (
    "self::*[self::p or self::li or self::td][not(@class) or starts-with(@class, 'callout')]"
    "/ancestor::div[starts-with(@class, 'content')]"
)
# A list may be cited by the words that lead to it.
_CITED_THERE = f"{_CITATION} | ancestor::*[self::ul or self::ol]/preceding-sibling::*[1]{_CITATION[1:]}"


def hard_reading(draft):
    with_names, without_names = _grades(draft)
    if without_names > HIGHEST_GRADE:
        yield (
            _("The whole text"),
            _(
                "It reads at grade %(without).1f without technical names, %(with).1f with them. "
                "Aim at grade %(target)s: shorter sentences, and shorter words where there are some."
            )
            % {"without": without_names, "with": with_names, "target": TARGET_GRADE},
        )


def hard_names(draft):
    with_names, without_names = _grades(draft)
    if with_names > HIGHEST_GRADE >= without_names:
        yield (
            _("The whole text"),
            _(
                "It reads at grade %(with).1f with its technical names, %(without).1f without them. "
                "Use the names less often, and put plain words beside each."
            )
            % {"without": without_names, "with": with_names},
        )


def _grades(draft):
    """The reading grade with all words, and without technical names. The formula was made for English: else 0."""
    if draft.language != "en":
        return 0, 0
    texts = [passage.text for passage in draft.passages]
    return readability.grade(texts), readability.grade(texts, draft.technical_names)


def unexplained_abbreviations(draft):
    explained = {text_of(abbreviation) for abbreviation in draft.root.xpath(".//abbr[@title]")}
    known = draft.known_abbreviations | explained
    for abbreviation in readability.unexplained_abbreviations(draft.text, known):
        yield (
            draft.place_of_word(abbreviation),
            _(
                "“%(words)s”: if it is short for something, spell it out where it is first used, with the short form "
                "in parentheses after it. If not, write it in small letters."
            )
            % {"words": abbreviation},
        )


def long_sentences(draft):
    for passage in draft.passages:
        for sentence in readability.sentences_of(passage.text):
            number = len(readability.words_of(sentence))
            if number > LONGEST_SENTENCE:
                yield (
                    passage.place,
                    ngettext(
                        "A sentence has %(number)s word. Make two or more of it.",
                        "A sentence has %(number)s words. Make two or more of it.",
                        number,
                    )
                    % {"number": number},
                )


def claims_without_source(draft):
    cites_any = bool(draft.root.xpath(_CITATION))
    for element in draft.root.xpath(_STATEMENTS):
        words = claim_in(text_of(element), language_of(element, draft.language))
        if not words:
            continue
        # A heading or a field cannot hold a citation: there a source anywhere on the page will do.
        is_cited = element.xpath(_CITED_THERE) if element.xpath(_CAN_BE_CITED) else cites_any
        if not is_cited:
            yield (
                draft.place_of(element),
                _("“%(words)s” reads like a medical claim. Say it in a paragraph that cites its source (“Citation”).")
                % {"words": words},
            )


def unmarked_languages(draft):
    for element in draft.root.iter("p", "li", "td", "th", "dd", *HEADINGS):
        if element.xpath(".//p or .//li"):
            continue
        # Words inside that are marked are of no concern.
        own = f".//text()[count(ancestor::*[@lang]) = {len(element.xpath('ancestor-or-self::*[@lang]'))}]"
        text = " ".join("".join(element.xpath(own)).split())
        for words in readability.words_of_another_language(text, language_of(element, draft.language)):
            yield (
                draft.place_of(element),
                _("If “%(words)s” is another language, mark it so: “Styles” in the editor.") % {"words": words},
            )


# --- Links that leave the site ----------------------------------------------------------------------------------------


def unchecked_links(draft):
    oldest = now() - timedelta(days=LINK_CHECK_DAYS)
    for address, link in _links_off_site(draft).items():
        check = draft.link_checks.get(address)
        if check is None or check.checked_at < oldest:
            yield (
                draft.place_of(link),
                _("The site has not checked this link for %(days)s days. Open it, and see that it says what you mean.")
                % {"days": LINK_CHECK_DAYS},
            )


def broken_links(draft):
    for address, link in _links_off_site(draft).items():
        check = draft.link_checks.get(address)
        if check is not None and check.problem:
            yield (
                draft.place_of(link),
                _("When the site last asked for it: %(problem)s. Mend the link, or take it out.")
                % {"problem": check.problem},
            )


def _links_off_site(draft):
    """The first link to each address of another website."""
    found = {}
    for link in draft.links:
        if address := address_off_site(link.get("href")):
            found.setdefault(address, link)
    return found


RULES = [
    Rule("picture-text", Level.BLOCK, gettext_lazy("A picture has no text alternative"), pictures_without_text),
    Rule("picture-file-name", Level.BLOCK, gettext_lazy("A text alternative names a file"), pictures_named_like_files),
    Rule("heading-order", Level.BLOCK, gettext_lazy("A level of heading is left out"), skipped_headings),
    Rule("link-words", Level.BLOCK, gettext_lazy("The words of a link do not say where it leads"), vague_links),
    Rule("table-headers", Level.BLOCK, gettext_lazy("A table has no headers"), tables_without_headers),
    Rule("inline-style", Level.BLOCK, gettext_lazy("Text has a look of its own"), inline_styles),
    Rule("foreign-picture", Level.BLOCK, gettext_lazy("A picture comes from another website"), foreign_pictures),
    Rule("dead-link", Level.BLOCK, gettext_lazy("A link leads to what is neither public nor approved"), dead_links),
    Rule("empty-field", Level.BLOCK, gettext_lazy("A field that must be filled in is empty"), empty_fields),
    Rule("empty-page", Level.BLOCK, gettext_lazy("Readers would get an empty page"), empty_page),
    Rule("taken-address", Level.BLOCK, gettext_lazy("Readers get something else at the address"), taken_address),
    # Two pages may need it for the time in which one takes the place of the other.
    Rule("same-title", Level.WAIVE, gettext_lazy("Another public page has this title"), same_title),
    Rule("reading-grade", Level.WAIVE, gettext_lazy("The text is hard to read"), hard_reading),
    Rule("reading-grade-names", Level.WAIVE, gettext_lazy("Technical names make the text hard to read"), hard_names),
    Rule(
        "abbreviation",
        Level.WAIVE,
        gettext_lazy("An abbreviation is not spelled out, or a word is in capitals"),
        unexplained_abbreviations,
    ),
    Rule("long-sentence", Level.WAIVE, gettext_lazy("A sentence is too long"), long_sentences),
    Rule("language", Level.NOTE, gettext_lazy("Words look like another language"), unmarked_languages),
    Rule("uncited-claim", Level.NOTE, gettext_lazy("A medical claim has no source"), claims_without_source),
    Rule("unchecked-link", Level.NOTE, gettext_lazy("A link was not checked lately"), unchecked_links),
    Rule("broken-link", Level.NOTE, gettext_lazy("A link is broken"), broken_links),
]


def rules():
    """All rules: the site's own and those that apps declare."""
    return [*RULES, *apps.get_app_config("review").cms_extension.publication_rules]


def findings_in(draft):
    """What the rules find in `draft` (a Draft), the gravest first."""
    found = [Finding(rule, place, advice) for rule in rules() for place, advice in rule.find(draft)]
    return sorted(found, key=lambda finding: list(Level).index(finding.rule.level))


def findings_of(version, approval=None):
    """What the rules find in `version`, the gravest first. What `approval` (a Signature) waived is marked."""
    findings = findings_in(draft_of(version))
    waived = set(approval.waivers.values_list("rule", flat=True)) if approval else set()
    return [
        replace(finding, is_waived=finding.rule.level == Level.WAIVE and finding.rule.code in waived)
        for finding in findings
    ]


@dataclass(frozen=True)
class Group:
    """The findings of one level, under a title that says how many they are and what they ask for."""

    title: str
    findings: list


def grouped(findings):
    """`findings` as a list of Group, the gravest first, what was waived last; a level without any is left out."""
    groups = {weight: [] for weight in [*Level, WAIVED]}
    for finding in findings:
        groups[WAIVED if finding.is_waived else finding.rule.level].append(finding)
    return [Group(_in_words(weight, len(found)), found) for weight, found in groups.items() if found]


def against_publishing(findings):
    """Those of `findings` that must be mended, or waived, before their version can be published."""
    return [finding for finding in findings if finding.stands_against_publishing]


def _in_words(weight, number):
    words = {
        Level.BLOCK: ngettext("%(number)s thing must be mended", "%(number)s things must be mended", number),
        Level.WAIVE: ngettext(
            "%(number)s thing must be mended, or waived in writing",
            "%(number)s things must be mended, or waived in writing",
            number,
        ),
        Level.NOTE: ngettext("%(number)s thing is worth a look", "%(number)s things are worth a look", number),
        WAIVED: ngettext(
            "%(number)s thing was waived in writing with the approval",
            "%(number)s things were waived in writing with the approval",
            number,
        ),
    }
    return words[weight] % {"number": number}


def refuse_blocked(findings):
    """Raise ConditionFailed when one of `findings` cannot be waived."""
    refuse_publishing([finding for finding in findings if finding.rule.level == Level.BLOCK])


def refuse_unwaived(findings, waivers):
    """Raise ConditionFailed when one of `findings` must be waived and `waivers` ({code: reason}) does not.

    Returns those of the waivers that are needed, in the same form.
    """
    broken = {finding.rule for finding in findings if finding.rule.level == Level.WAIVE}
    reasons = {rule.code: waivers.get(rule.code, "").strip() for rule in broken}
    if missing := [rule for rule in broken if not reasons[rule.code]]:
        names = ", ".join(sorted(str(rule.message) for rule in missing))
        raise ConditionFailed(_("Mend this, or give a reason for each: %(names)s") % {"names": names})
    return reasons


def is_approved_and_obeys_rules(version, user=None):
    """Condition of `Version.check_publish`. Raises ConditionFailed, saying whether an approval has lapsed.

    Also when a draft breaks a rule, and nobody waived it. A source may have been retracted since, or a page that it
    links to withdrawn. Waivers hold for their approval alone.
    """
    if version.state != DRAFT:
        return
    approval = approval_of(version)
    if approval is None:
        raise not_approved(was_signed=Signature.objects.filter(version_id=version.pk).exists())
    refuse_publishing(against_publishing(findings_of(version, approval)))


def refuse_publishing(findings):
    """Raise ConditionFailed where there are `findings`, which stand against publishing; it tells the first of them."""
    if not findings:
        return
    told = " ".join(f"{finding.place}: {finding.advice}" for finding in findings[:MOST_TOLD])
    more = len(findings) - MOST_TOLD
    if more > 0:
        told += " " + ngettext("And %(number)s more.", "And %(number)s more.", more) % {"number": more}
    words = _("First mend what the rules for publication ask for. %(findings)s")
    if all(finding.rule.level == Level.WAIVE for finding in findings):
        words = _("Mend this, or submit the draft for review again: a reviewer may waive it in writing. %(findings)s")
    raise ConditionFailed(words % {"findings": told})
