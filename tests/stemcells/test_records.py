"""Records and sources: what is refused, in which language a record shows, and where its address leads."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils.timezone import localdate
from djangocms_versioning.models import Version

from stemcells.models import CellTypeContent, Reference
from tests.factories import (
    make_cell_type,
    make_clinic_risk_article,
    make_disclaimer,
    make_page,
    make_recommendation,
    make_reference,
    make_user,
)
from tests.site import read_addresses

pytestmark = pytest.mark.django_db


def problems(instance):
    """What `full_clean` says of `instance`: {field: message}."""
    try:
        instance.full_clean()
    except ValidationError as error:
        return {field: " ".join(messages) for field, messages in error.message_dict.items()}
    return {}


# --- Addresses ---


@pytest.mark.parametrize("make", [make_cell_type, make_clinic_risk_article])
@pytest.mark.parametrize("published", [True, False])
def test_address_of_another_record_is_refused_at_the_field(make, published):
    taken = make(slug="a", published=published)
    assert problems(make(slug="a", published=False)) == {
        "slug": f"“{taken}” already has this address. Choose another one."
    }


@pytest.mark.parametrize("make", [make_cell_type, make_clinic_risk_article])
def test_new_version_keeps_the_address_of_its_record(make):
    version = Version.objects.get_for_content(make(slug="a"))
    assert problems(version.copy(make_user()).content) == {}


@pytest.mark.parametrize("make", [make_cell_type, make_clinic_risk_article])
def test_same_address_in_another_language_is_allowed(make):
    make(slug="a", language="en")
    assert problems(make(slug="a", language="es", published=False)) == {}


def test_address_of_a_withdrawn_record_is_free():
    withdrawn = make_cell_type(slug="a")
    Version.objects.get_for_content(withdrawn).unpublish(make_user())
    assert problems(make_cell_type(slug="a", published=False)) == {}


@pytest.mark.parametrize("of_page", ["en", "es"])
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("apphook", "make"), [("CellTypesApphook", make_cell_type), ("ClinicRisksApphook", make_clinic_risk_article)]
)
def test_address_of_a_page_is_refused_at_the_field(apphook, make, language, of_page):
    make_page("Top", slug="top", apphook=apphook)
    make_page("About", slug="about", overwrite_url="top/about", language=of_page)
    read_addresses()
    refused = {"slug": "A page already has the address /top/about/. Choose another one."}
    assert problems(make(slug="about", language=language, published=False)) == refused
    assert problems(make(slug="about-us", language=language, published=False)) == {}


def test_address_with_blanks_is_refused_at_the_field():
    assert "slug" in problems(make_cell_type(slug="a b", published=False))


def test_record_has_no_address_while_no_page_carries_it(client):
    make_page("Home", home=True)
    client.get("/")
    assert make_cell_type().get_absolute_url() == ""


def test_record_has_its_address_below_the_page_that_carries_it(client):
    make_page("Types", slug="types", apphook="CellTypesApphook")
    content = make_cell_type(slug="a")
    client.get("/")
    assert content.get_absolute_url() == "/types/a/"


# --- Pictures ---


def test_drawing_without_a_text_alternative_is_refused_at_the_field():
    content = make_cell_type(drawing="cells/hsc", alt_text=" ", published=False)
    assert problems(content) == {"alt_text": "Say in words what the drawing or picture shows."}


# --- Languages ---


def test_each_record_shows_once_in_the_language_asked_for_where_it_is_published_in_it():
    translated = make_cell_type(language="es", position=1)
    make_cell_type(record=translated.cell_type, language="en", position=1)
    untranslated = make_cell_type(language="en", position=2)
    assert list(CellTypeContent.objects.shown_in("es")) == [translated, untranslated]


def test_draft_of_a_translation_does_not_take_the_place_of_the_english_words():
    english = make_cell_type(language="en")
    make_cell_type(record=english.cell_type, language="es", published=False)
    assert list(CellTypeContent.objects.shown_in("es")) == [english]


def test_record_that_is_not_written_in_english_does_not_show_in_english():
    make_cell_type(language="es")
    assert list(CellTypeContent.objects.shown_in("en")) == []


def test_records_show_in_their_order():
    last, first = make_cell_type(position=2), make_cell_type(position=1)
    assert list(CellTypeContent.objects.shown_in("en")) == [first, last]


@pytest.mark.parametrize(
    "make", [make_cell_type, make_clinic_risk_article, make_recommendation, make_disclaimer], ids=lambda f: f.__name__
)
def test_record_is_named_by_its_latest_words(make):
    content = make(published=False)
    assert str(content.record) == str(content)


@pytest.mark.parametrize(
    ("make", "title"),
    [
        (make_cell_type, "plural"),
        (make_clinic_risk_article, "title"),
        (make_recommendation, "title"),
        (make_disclaimer, "title"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_record_is_named_in_the_sites_own_language(make, title):
    """Whichever title comes first in the alphabet, and whichever words are newer."""
    spanish = make(**{title: "A"}, language="es")
    assert str(spanish.record) == "A"
    make(**{title: "B"}, record=spanish.record)
    make(**{title: "A"}, record=spanish.record, language="es", published=False)
    assert str(spanish.record) == "B"


def test_record_that_has_words_cannot_be_deleted():
    with pytest.raises(ProtectedError):
        make_cell_type().cell_type.delete()


# --- Sources ---


def source(**values):
    values = {"key": "a", "title": "T", "authors": "A", "year": 2016} | values
    return Reference(**values)


@pytest.mark.parametrize("doi", ["10.1016/j.stem.2016.06.007", "10.1234/ABC(d)e;f:1_2-3/4", "10.123456789/x"])
def test_doi_of_the_right_form_is_taken(doi):
    assert problems(source(doi=doi)) == {}


@pytest.mark.parametrize(
    "doi",
    [
        "10.1016",
        "11.1016/x",
        "10.12/x",
        "doi:10.1016/x",
        "https://doi.org/10.1016/x",
        "10.1016/x y",
        "10.1016/",
        "10.1016/<x>",
    ],
)
def test_doi_of_another_form_is_refused_at_the_field(doi):
    assert problems(source(doi=doi)) == {
        "doi": "A DOI begins with 10. and has a slash, such as 10.1016/j.stem.2016.06.007."
    }


@pytest.mark.parametrize("pubmed_id", ["1", "27345837", "123456789"])
def test_pubmed_id_of_the_right_form_is_taken(pubmed_id):
    assert problems(source(pubmed_id=pubmed_id)) == {}


@pytest.mark.parametrize("pubmed_id", ["0", "012", "PMC123", "12 3", "-1", "1234567890", "१२३"])
def test_pubmed_id_of_another_form_is_refused_at_the_field(pubmed_id):
    assert "pubmed_id" in problems(source(pubmed_id=pubmed_id))


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,a", "ftp://example.org/a", "example.org", "//a.example/"]
)
def test_address_that_no_link_may_have_is_refused_at_the_field(url):
    assert "url" in problems(source(url=url))


@pytest.mark.parametrize("year", [16, 0, -2016, 99999, localdate().year + 2, "soon", None])
def test_year_that_is_none_is_refused_at_the_field(year):
    assert "year" in problems(source(year=year, doi="10.1016/x"))


def test_source_that_readers_cannot_find_is_refused():
    assert "Give a DOI, a PubMed id or a web address" in problems(source())["__all__"]


@pytest.mark.parametrize(
    ("found_by", "address"),
    [
        ({"doi": "10.1016/x"}, "https://doi.org/10.1016/x"),
        ({"pubmed_id": "27345837"}, "https://pubmed.ncbi.nlm.nih.gov/27345837/"),
        ({"url": "https://example.org/a"}, "https://example.org/a"),
        ({"doi": "10.1016/x", "pubmed_id": "1", "url": "https://example.org/a"}, "https://doi.org/10.1016/x"),
        ({"pubmed_id": "1", "url": "https://example.org/a"}, "https://pubmed.ncbi.nlm.nih.gov/1/"),
    ],
)
def test_address_of_a_source_is_derived(found_by, address):
    assert source(**found_by).address == address


def test_short_name_of_a_source_is_given_once():
    make_reference(key="a")
    assert "key" in problems(source(doi="10.1016/x"))
