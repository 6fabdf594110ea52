"""The notice for users of assistive technology names what the main menu does, in each language."""

import pytest
import yaml
from django.conf import settings
from djangocms_versioning.models import Version

from mscoe_portal.navigation.models import AtNotice
from mscoe_portal.navigation.publication_rules import MENU_WORDS, PUBLICATION_RULES
from mscoe_portal.review.draft import Draft
from mscoe_portal.review.rules import findings_of
from tests.factories import make_alias

FIRST_CONTENT = settings.BASE_DIR / "stemcells" / "content" / "aliases.yaml"
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def notices():
    """The notices of the first content: {language: AtNotice}."""
    found = {}
    for alias in yaml.safe_load(FIRST_CONTENT.read_text()):
        if alias["code"] == "at-notice":
            ((plugin),) = alias["plugins"]
            found[alias.get("language", "en")] = AtNotice(**{key: plugin[key] for key in ("heading", "intro", "steps")})
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_contents_notice_names_all_that_the_menu_needs_and_nothing_else(language):
    draft = Draft.from_html("", language=language, plugins=[notices()[language]])
    assert [finding for rule in PUBLICATION_RULES for finding in rule.find(draft)] == []


def test_each_key_is_known_in_each_language():
    assert {name: sorted(written) for name, written in MENU_WORDS.items()} == dict.fromkeys(MENU_WORDS, LANGUAGES)


@pytest.mark.django_db
def test_an_editor_whose_notice_no_longer_names_a_key_is_told_so():
    fields = {"heading": "Attention", "intro": "To reach the menus:", "steps": "Press Enter, then Tab."}
    make_alias("at-notice", published=False, plugins=[("AtNoticePlugin", fields)])
    advice = " ".join(finding.advice for finding in findings_of(Version.objects.get()))
    assert "the down arrow" in advice
    assert "auto forms mode" in advice
    assert "“Tab”" not in advice
