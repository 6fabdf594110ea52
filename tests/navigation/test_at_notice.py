"""The notice for users of assistive technology names what the main menu does, in each language."""

import re

import pytest
import yaml
from django.conf import settings
from djangocms_versioning.models import Version
from lxml import html

from mscoe_portal.navigation.cms_plugins import ENGLISH_TERMS
from mscoe_portal.navigation.models import AtNotice
from mscoe_portal.navigation.publication_rules import MENU_WORDS, PUBLICATION_RULES
from mscoe_portal.review.draft import Draft
from mscoe_portal.review.rules import findings_of
from tests.factories import make_alias, make_page

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


def words_in(page, language):
    """The passages of `page` that assistive technology speaks in `language`."""
    for text in page.xpath("//body//text()"):
        element = text.getparent().getparent() if text.is_tail else text.getparent()
        if element.xpath("ancestor-or-self::*[@lang][1]/@lang") == [language]:
            yield text


@pytest.mark.django_db
def test_in_the_first_content_no_english_name_is_spoken_in_spanish(site):
    page = html.fromstring(site.get("/es/").content.decode())
    names = {*page.xpath("//nav[@data-menu]//*[@lang='en']/text()"), *ENGLISH_TERMS}
    assert {"Health", "Benefits"} <= names
    named = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")
    assert [text for text in words_in(page, "es") if named.search(text)] == []


@pytest.mark.django_db
def test_words_of_an_editor_stay_words_beside_a_name_of_the_menu_that_is_marked(client):
    make_page("Home", home=True)
    make_page("Health & more")
    fields = {"heading": "Atención", "intro": "Health & more", "steps": "Abra <Health & more>, no Healthy."}
    make_alias("at-notice", language="es", plugins=[("AtNoticePlugin", fields)])
    (step,) = html.fromstring(client.get("/es/").content.decode()).xpath("//div[@class='at-notice']//li[not(@class)]")
    assert step.text_content() == fields["steps"]
    assert step.xpath("span[@lang='en']/text()") == ["Health & more"]


@pytest.mark.django_db
def test_a_notice_in_the_language_of_the_menu_marks_nothing(client):
    make_page("Home", home=True)
    make_page("Health")
    make_alias(
        "at-notice", plugins=[("AtNoticePlugin", {"heading": "Attention", "intro": "", "steps": "Open Health."})]
    )
    assert html.fromstring(client.get("/").content.decode()).xpath("//div[@class='at-notice']//@lang") == []
