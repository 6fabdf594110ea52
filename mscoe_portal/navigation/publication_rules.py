"""What must be right about the notice for users of assistive technology: it says how the main menu works, and no more.

The review asks these beside the site's own. The menu's contract is in `docs/architecture.md`; `MENU_WORDS` are those of
its keys that the notice has to name, from the content brief.
"""

import re

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mscoe_portal.navigation.models import AtNotice
from mscoe_portal.publication_rules import Level, Rule

# Half of a small phone's screen, 320 by 640 pixels: 14 lines of 30 letters, of which the step to the Menu
# button, which is not the editors', takes two. Below 640 pixels every page ends with the notice.
MOST_LETTERS = 360
# {what to name: {language: how it is written there}}. "Enter" is a key, "to enter its submenu" is not.
MENU_WORDS = {
    "auto forms mode": {"en": r"(?i:auto forms mode)", "es": r"(?i:auto forms mode)"},
    "Enter": {"en": r"\b(?:Enter|ENTER)\b", "es": r"\b(?:Enter|ENTER|Intro)\b"},
    "the down arrow": {"en": r"(?i:\bdown arrow\b)", "es": r"(?i:\bflecha (?:hacia )?abajo\b)"},
    "Tab": {"en": r"\b(?:Tab|TAB)\b", "es": r"\b(?:Tab|TAB)\b"},
    "the up and down arrows": {
        "en": r"(?i:\bup and down arrows\b|\bup arrow\b)",
        "es": r"(?i:\bflechas (?:hacia )?arriba y (?:hacia )?abajo\b|\bflecha (?:hacia )?arriba\b)",
    },
}
# Keys that the menu leaves to the browser and the screen reader.
_OTHER_KEYS = {
    "en": r"\b(?:alt|control|ctrl|insert|caps lock|option key|command key|delete|backspace|page (?:up|down)"
    r"|(?:left|right) arrows?|f1[0-2]|f[1-9])\b",
    "es": r"\b(?:alt|control|ctrl|insert(?:ar)?|bloq mayús|suprimir|retroceso|(?:re|av) pág|f1[0-2]|f[1-9]"
    r"|flechas? (?:(?:hacia|a) la )?(?:izquierda|derecha))\b",
}


def _notices(draft):
    """The notices of `draft`: (heading, all words of one, the language that they are in)."""
    language = draft.language if draft.language in _OTHER_KEYS else settings.LANGUAGE_CODE
    for plugin in draft.plugins:
        if isinstance(plugin, AtNotice):
            yield plugin.heading, f"{plugin.heading} {plugin.intro} {plugin.steps}", language


def menu_words_left_out(draft):
    """A screen reader's user is told every key that the way to a submenu's link takes."""
    for place, words, language in _notices(draft):
        for name, written in MENU_WORDS.items():
            if not re.search(written[language], words):
                yield place, _("Tell readers of “%(name)s”: the main menu is used so.") % {"name": name}


def keys_the_menu_does_not_know(draft):
    """A key that does nothing sends a screen reader's user astray."""
    for place, words, language in _notices(draft):
        for key in sorted({found[0].casefold() for found in re.finditer(_OTHER_KEYS[language], words, re.IGNORECASE)}):
            yield place, _("The main menu does nothing at “%(key)s”. Leave that key out.") % {"key": key}


def too_long(draft):
    """Who hears it hears all of it, on every page."""
    for place, words, _language in _notices(draft):
        if (length := len(words)) > MOST_LETTERS:
            yield (
                place,
                _("The notice has %(length)s letters. Say it in %(most)s: it is heard first on every page.")
                % {"length": length, "most": MOST_LETTERS},
            )


PUBLICATION_RULES = [
    Rule(
        "menu-key-left-out",
        Level.WAIVE,
        gettext_lazy("The notice does not say how the menu is used"),
        menu_words_left_out,
    ),
    Rule(
        "menu-key-unknown",
        Level.WAIVE,
        gettext_lazy("The notice names a key that the menu does not know"),
        keys_the_menu_does_not_know,
    ),
    Rule("notice-too-long", Level.WAIVE, gettext_lazy("The notice is too long for a phone"), too_long),
]
