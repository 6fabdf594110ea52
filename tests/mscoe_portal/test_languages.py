"""Pages and records in the reader's language, and in English where they are not translated."""

import ast
import re
from gettext import GNUTranslations

import pytest
from cms.api import create_page_content
from cms.models import PageContent
from cms.toolbar.utils import get_object_edit_url, get_object_preview_url
from django.conf import settings
from django.utils.translation.template import templatize
from lxml import html

from mscoe_portal.shown_language import translations_of
from tests.factories import (
    add_plugin,
    add_text,
    make_alias,
    make_cell_type,
    make_disclaimer,
    make_page,
    make_user,
    page_content,
    publish,
)
from tests.site import ADDRESSES, read_addresses

pytestmark = pytest.mark.django_db


def get(client, address):
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code, response.get("Location"))
    return html.fromstring(response.content.decode())


def translate_page(page, title, *, user=None, published=True, text="", **values):
    user = user or make_user()
    content = create_page_content("es", title, page, created_by=user, **values)
    if text:
        add_text(page, text, language="es")
    return publish(content, user) if published else content


def make_types_page(**values):
    page = make_page("Types", slug="types", apphook="CellTypesApphook", apphook_namespace=None, **values)
    read_addresses()
    return page


def language_at(element):
    """The language that assistive technology speaks `element` in: of the nearest `lang` (WCAG 3.1.1, 3.1.2)."""
    return element.xpath("ancestor-or-self::*[@lang][1]/@lang")[0]


def main_of(page):
    return page.find(".//main")


def footer_links(page):
    return {link.text: link.get("href") for link in page.iterfind(".//footer//a")}


def alternates_of(page):
    return {link.get("hreflang"): link.get("href") for link in page.iterfind(".//link[@rel='alternate']")}


def canonical_of(page):
    return page.find(".//link[@rel='canonical']").get("href")


def test_untranslated_page_is_served_in_english_under_its_own_address(client):
    add_text(make_page("Research", slug="research"), "<p>Animal studies.</p>")
    page = get(client, "/es/research/")
    assert main_of(page).get("lang") == "en"
    assert "Animal studies." in main_of(page).text_content()


def test_frame_of_an_untranslated_page_is_in_the_readers_language(client):
    make_page("Research", slug="research")
    page = get(client, "/es/research/")
    assert page.get("lang") == "es"
    assert language_at(page.find(".//footer")) == "es"
    assert page.find(".//a[@class='usa-skipnav']").text == "Saltar al contenido principal"


def test_foot_of_a_printed_sheet_is_in_the_readers_language_with_the_numbers_of_the_settings(client, settings):
    settings.CRISIS_LINE = settings.CRISIS_LINE | {"phone": "111", "press": "2", "text": "33333"}
    make_page("Research", slug="research")
    foot = "Línea de Crisis para Veteranos: marque el 111 y oprima 2. Envíe un texto al 33333."
    assert get(client, "/es/research/").find(".//p[@class='crisis__foot']").text == foot


def test_printed_page_says_its_own_address(client):
    translate_page(make_page("Research", slug="research"), "Investigación", slug="investigacion")
    said = get(client, "/es/investigacion/").find(".//p[@class='page-address']").text
    assert said.startswith("Esta página: http://testserver/es/investigacion/. ")


def test_untranslated_page_says_so_in_the_readers_language(client):
    make_page("Research", slug="research")
    notice = get(client, "/es/research/").find(".//p[@class='untranslated wrap']")
    assert language_at(notice) == "es"
    assert "inglés" in notice.text


def test_page_in_its_own_language_has_no_such_notice(client):
    page = make_page("Research", slug="research")
    translate_page(page, "Investigación", slug="investigacion")
    for address in ("/research/", "/es/investigacion/"):
        assert get(client, address).find(".//p[@class='untranslated wrap']") is None


def test_translated_page_is_served_in_its_language_at_its_own_slug(client):
    page = make_page("Research", slug="research")
    translate_page(page, "Investigación", slug="investigacion", text="<p>Estudios con animales.</p>")
    shown = get(client, "/es/investigacion/")
    assert main_of(shown).get("lang") is None
    assert main_of(shown).find(".//h1").text.strip() == "Investigación"
    assert "Estudios con animales." in main_of(shown).text_content()


def test_translated_page_is_not_served_at_the_english_slug(client):
    translate_page(make_page("Research", slug="research"), "Investigación", slug="investigacion")
    assert client.get("/es/research/")["Location"] == "/es/investigacion/"


def test_unpublished_translation_changes_nothing_for_readers(client):
    page = make_page("Research", slug="research")
    translate_page(page, "Borrador", slug="borrador", text="<p>Secreto.</p>", published=False)
    shown = get(client, "/es/research/")
    assert main_of(shown).get("lang") == "en"
    assert "Borrador" not in html.tostring(shown, encoding="unicode")
    assert list(footer_links(shown)) == list(footer_links(get(client, "/es/research/")))
    assert "Español" not in footer_links(get(client, "/research/"))


def test_english_page_stays_english_whatever_language_the_query_names(client):
    page = make_page("Research", slug="research")
    translate_page(page, "Investigación", slug="investigacion", text="<p>Estudios.</p>")
    add_text(page, "<p>Studies.</p>")
    for language in ("es", "xx", ""):
        shown = get(client, f"/research/?language={language}")
        assert shown.find(".//title").text.startswith("Research")
        assert "Studies." in main_of(shown).text_content()


def test_preferred_language_of_the_browser_does_not_change_an_address(client):
    translate_page(make_page("Research", slug="research"), "Investigación", slug="investigacion")
    response = client.get("/research/", headers={"accept-language": "es"})
    assert response.status_code == 200
    assert b'<html lang="en">' in response.content


def test_links_of_untranslated_content_keep_readers_in_their_language(client):
    page = make_page("Research", slug="research")
    add_text(page, '<p><a href="/about/#us">On site</a> <a href="https://www.va.gov/">Off site</a></p>')
    addresses = [link.get("href") for link in main_of(get(client, "/es/research/")).iterfind(".//p/a")]
    assert addresses == ["/es/about/#us", "https://www.va.gov/"]


def test_links_of_content_in_its_own_language_are_left_alone(client):
    add_text(make_page("Research", slug="research"), '<p><a href="/about/">On site</a></p>')
    assert [link.get("href") for link in main_of(get(client, "/research/")).iterfind(".//p/a")] == ["/about/"]


def test_untranslated_record_is_served_in_english_under_its_own_address(client):
    make_types_page()
    make_cell_type(slug="hsc", plural="Blood-forming stem cells")
    page = get(client, "/es/types/hsc/")
    assert page.get("lang") == "es"
    assert main_of(page).get("lang") == "en"
    assert "Blood-forming stem cells" in main_of(page).find(".//h1").text


def test_untranslated_record_shows_its_prose(client):
    make_types_page()
    user = make_user()
    draft = make_cell_type(slug="hsc", user=user, published=False)
    add_plugin(draft.prose, "TextPlugin", "en", body="<p>Longer text.</p>")
    publish(draft, user)
    assert "Longer text." in main_of(get(client, "/es/types/hsc/")).text_content()


def test_record_that_does_not_exist_is_not_found_in_any_language(client):
    make_types_page()
    assert client.get("/types/nothing/").status_code == 404
    assert client.get("/es/types/nothing/").status_code == 404


def test_draft_record_is_not_found_in_any_language(client):
    make_types_page()
    make_cell_type(slug="hsc", published=False)
    assert client.get("/es/types/hsc/").status_code == 404


def test_translated_record_is_served_in_its_language_at_its_own_slug(client):
    make_types_page()
    english = make_cell_type(slug="hsc")
    make_cell_type(record=english.cell_type, language="es", slug="cmh", plural="Células madre de la sangre")
    page = get(client, "/es/types/cmh/")
    assert main_of(page).get("lang") is None
    assert "Células madre de la sangre" in main_of(page).find(".//h1").text


def test_english_slug_of_a_translated_record_leads_to_its_translation(client):
    make_types_page()
    english = make_cell_type(slug="hsc")
    make_cell_type(record=english.cell_type, language="es", slug="cmh")
    assert client.get("/es/types/hsc/")["Location"] == "/es/types/cmh/"


def test_record_has_one_address_in_each_language_whatever_is_translated(client):
    translate_page(make_types_page(), "Tipos", slug="tipos")
    read_addresses()
    english = make_cell_type(slug="hsc")
    page = get(client, "/es/types/hsc/")
    assert main_of(page).get("lang") == "en"
    assert page.find(".//nav[@class='breadcrumb wrap']//li").text_content() == "Tipos"
    assert client.get("/es/tipos/hsc/")["Location"] == "/es/types/hsc/"
    make_cell_type(record=english.cell_type, language="es", slug="cmh")
    assert main_of(get(client, "/es/tipos/cmh/")).get("lang") is None
    assert [client.get(f"/es/{path}/")["Location"] for path in ("types/hsc", "tipos/hsc", "types/cmh")] == [
        "/es/tipos/cmh/",
        "/es/tipos/cmh/",
        "/es/tipos/cmh/",
    ]


def test_untranslated_records_on_a_translated_page_are_marked_as_english(client):
    page = make_page("Types", slug="types")
    make_cell_type(plural="Blood-forming stem cells")
    make_disclaimer(title="About links", shown="off_site_pages")
    content = create_page_content("es", "Tipos", page, created_by=(user := make_user()), slug="tipos")
    placeholder = content.get_placeholders().get(slot="content")
    for layout in ("table", "cards"):
        add_plugin(placeholder, "CellTypeListPlugin", "es", layout=layout)
    add_text(page, '<p><a href="https://www.va.gov/">VA</a></p>', language="es")
    publish(content, user)
    main = main_of(get(client, "/es/tipos/"))
    named = [el for el in main.iter() if (el.text or "").strip() in {"Blood-forming stem cells", "About links"}]
    assert {el.text.strip() for el in named} == {"Blood-forming stem cells", "About links"}
    assert {language_at(el) for el in named} == {"en"}
    assert language_at(main.find(".//caption")) == "es"


def test_untranslated_alias_is_marked_as_english_with_all_its_words(client):
    make_page("Research", slug="research")
    make_alias("at-notice", plugins=[("AtNoticePlugin", {"heading": "Attention", "intro": "Now", "steps": "One"})])
    notice = get(client, "/es/research/").find(".//div[@class='at-notice']")
    assert language_at(notice) == "en"


def test_translated_alias_takes_the_english_ones_place(client):
    make_page("Research", slug="research")
    make_alias("at-notice", plugins=[("AtNoticePlugin", {"heading": "Attention", "intro": "Now", "steps": "One"})])
    make_alias(
        "at-notice",
        language="es",
        plugins=[("AtNoticePlugin", {"heading": "Atención", "intro": "Ahora", "steps": "Uno"})],
    )
    notice = get(client, "/es/research/").find(".//div[@class='at-notice']")
    assert notice.find(".//strong").text == "Atención"
    assert language_at(notice) == "es"


def test_alternates_are_named_only_where_a_translation_is_published(client):
    page = make_page("Research", slug="research")
    assert alternates_of(get(client, "/research/")) == {}
    translate_page(page, "Investigación", slug="investigacion")
    expected = {"en": "http://testserver/research/", "es": "http://testserver/es/investigacion/"}
    assert alternates_of(get(client, "/research/")) == expected
    assert alternates_of(get(client, "/es/investigacion/")) == expected


def test_alternates_of_a_record(client):
    make_types_page()
    english = make_cell_type(slug="hsc")
    assert alternates_of(get(client, "/types/hsc/")) == {}
    make_cell_type(record=english.cell_type, language="es", slug="cmh")
    expected = {"en": "http://testserver/types/hsc/", "es": "http://testserver/es/types/cmh/"}
    assert alternates_of(get(client, "/es/types/cmh/")) == expected


def test_canonical_address_is_that_of_the_language_shown(client):
    page = make_page("Research", slug="research")
    assert canonical_of(get(client, "/es/research/")) == "http://testserver/research/"
    translate_page(page, "Investigación", slug="investigacion")
    assert canonical_of(get(client, "/es/investigacion/")) == "http://testserver/es/investigacion/"


def test_footer_links_to_the_translation_of_this_very_page(client):
    page = make_page("Research", slug="research")
    make_page("Other", slug="other")
    translate_page(page, "Investigación", slug="investigacion")
    assert footer_links(get(client, "/research/"))["Español"] == "http://testserver/es/investigacion/"
    assert footer_links(get(client, "/es/investigacion/"))["English"] == "http://testserver/research/"
    assert "Español" not in footer_links(get(client, "/other/"))


def test_preview_of_a_translation_has_the_frame_of_its_readers(client):
    user = make_user(is_superuser=True)
    client.force_login(user)
    page = make_page("Research", slug="research")
    draft = translate_page(page, "Borrador", slug="borrador", text="<p>Texto.</p>", user=user, published=False)
    for address in (get_object_preview_url(draft), get_object_edit_url(draft)):
        shown = get(client, address)
        assert shown.get("lang") == "es"
        assert main_of(shown).get("lang") is None
        assert "Texto." in html.tostring(main_of(shown), encoding="unicode")


def test_page_exists_in_the_languages_of_its_published_contents_only():
    page = make_page("Research", slug="research")
    draft = translate_page(page, "Borrador", published=False)
    assert [content.language for content in translations_of(page_content(page))] == ["en"]
    publish(PageContent.admin_manager.get(pk=draft.pk))
    assert [content.language for content in translations_of(page_content(page))] == ["en", "es"]


def texts_by_language(page):
    """All that a page says to people, in words and attributes: pairs of its language and the text."""
    for element in page.iter():
        if not isinstance(element.tag, str) or element.tag in {"script", "style"}:
            continue
        language = language_at(element)
        texts = [element.text, *(element.get(name) for name in ("aria-label", "alt", "title", "placeholder"))]
        if element.tag == "meta" and element.get("name") == "description":
            texts.append(element.get("content"))
        yield from ((language, text) for text in texts if text)
        if element.getparent() is not None and element.tail:
            yield language_at(element.getparent()), element.tail


def words_in(page, language):
    texts = {" ".join(text.split()) for spoken_in, text in texts_by_language(page) if spoken_in == language}
    return {text for text in texts if any(letter.isalpha() for letter in text)}


# Names that are the same in both languages.
NAMES = {"My HealtheVet", "eBenefits"}


@pytest.fixture(scope="module")
def spanish_pages(site):
    """The public pages of the first content under their Spanish addresses: {address without /es: parsed page}."""
    return {address: get(site, f"/es{address}") for address in ADDRESSES}


@pytest.mark.slow
@pytest.mark.parametrize("address", ADDRESSES)
def test_no_english_words_are_said_to_be_spanish(pages, spanish_pages, address):
    assert_no_english_is_called_spanish(pages[address], spanish_pages[address])


def test_no_english_words_are_said_to_be_spanish_where_nothing_is_found(site):
    assert_no_english_is_called_spanish(
        *(html.fromstring(site.get(address).content.decode()) for address in ("/nothing/", "/es/nothing/"))
    )


def assert_no_english_is_called_spanish(english, spanish):
    assert words_in(spanish, "es") & words_in(english, "en") - NAMES == set()
    assert "Saltar al contenido principal" in words_in(spanish, "es")


def test_titles_are_unique_in_spanish_too(spanish_pages):
    titles = [page.find(".//title").text for page in spanish_pages.values()]
    assert sorted(titles) == sorted(set(titles))


def test_every_page_of_the_site_is_there_in_every_language(pages, spanish_pages):
    assert set(pages) == set(spanish_pages) == set(ADDRESSES)


def test_links_of_the_spanish_site_stay_in_it(spanish_pages):
    for address, page in spanish_pages.items():
        own = {link.get("href") for link in page.iter("a") if link.get("href").startswith("/")}
        assert {href for href in own if not href.startswith("/es/")} == set(), address


MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
MARKS_WITH_CONTEXT = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}


def interface_texts():
    """Every text of our templates and modules that is marked for translation."""
    text = r"""u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*\""""
    marked = re.compile(rf"(?:\bpgettext\(({text}), *|(?:gettext|\b_)\()({text})")
    for template in (settings.BASE_DIR / "templates").rglob("*.*"):
        for context, words in marked.findall(templatize(template.read_text())):
            yield "\x04".join(ast.literal_eval(part) for part in (context, words) if part)  # as gettext writes them
    for app in ("mscoe_portal", "stemcells"):
        for module in (settings.BASE_DIR / app).rglob("*.py"):
            for call in ast.walk(ast.parse(module.read_text())):
                match call:
                    case ast.Call(func=ast.Name(name), args=[ast.Constant(text), *_]) if name in MARKS:
                        yield text
                    case ast.Call(func=ast.Name(name), args=[ast.Constant(context), ast.Constant(text), *_]) if (
                        name in MARKS_WITH_CONTEXT
                    ):
                        yield f"{context}\x04{text}"  # as gettext writes them


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE])
def test_every_text_of_the_interface_is_translated(language):
    with (settings.BASE_DIR / "locale" / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        translated = GNUTranslations(file)
    singular = {text[0] if isinstance(text, tuple) else text for text in translated._catalog}
    missing = set(interface_texts()) - singular
    assert missing == set(), "Collect them with `make messages`, translate them in locale/, run it again."
