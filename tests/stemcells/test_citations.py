"""Citations: numbered links to a list of sources at the page's end."""

import pytest
from djangocms_text.utils import plugin_to_tag

from mscoe_portal.content_area import LONG_PAGE
from mscoe_portal.loading import loading
from tests.factories import add_plugin, add_text, make_clinic_risk_article, make_page, make_reference
from tests.navigation.test_plugins import add_in_the_admin
from tests.site import page, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return make_page("Home", home=True)


def cite(text, *references):
    """Put a citation of each of `references` at the end of the text plugin `text`, published or not."""
    for reference in references:
        plugin = add_plugin(text.placeholder, "CitationPlugin", "en", target=text, reference=reference)
        text.body += f"<p>So it is.{plugin_to_tag(plugin)}</p>"
    with loading():
        text.save()


def citations(page):
    """The citations in the text: pairs of address and words."""
    return [(link.get("href"), words(link)) for link in page.xpath("//sup[@class='citation']/a")]


def sources(page):
    """The list of sources: pairs of id and words."""
    return [(item.get("id"), words(item)) for item in page.xpath("//ol[@class='sources']/li")]


def test_citation_is_a_numbered_link_to_its_source(client, home):
    cite(add_text(home, ""), make_reference(title="On cells"))
    shown = page(client, "/")
    assert citations(shown) == [("#source-1", "[ Source 1]")]
    ((source_id, text),) = sources(shown)
    assert source_id == "source-1"
    assert "On cells" in text


def test_a_sources_title_ends_in_a_period_without_a_gap(client, home):
    cite(add_text(home, ""), make_reference(title="On cells"))
    (source,) = page(client, "/").xpath("//ol[@class='sources']/li")
    assert "On cells (on another website). " in source.text_content()


def test_source_leads_back_to_each_place_that_cites_it(client, home):
    one, other = make_reference(), make_reference()
    cite(add_text(home, ""), one, other, one)
    shown = page(client, "/")
    back = [link for link in shown.xpath("//ol[@class='sources']//a") if link.get("href").startswith("#")]
    assert [(link.get("href"), words(link)) for link in back] == [
        ("#cited-1-1", "Back to the text (1) , from source 1"),
        ("#cited-1-2", "Back to the text (2) , from source 1"),
        ("#cited-2-1", "Back to the text , from source 2"),
    ]
    places = [link.get("id") for link in shown.xpath("//sup[@class='citation']/a")]
    assert places == ["cited-1-1", "cited-2-1", "cited-1-2"]


def test_sources_are_numbered_in_the_order_of_the_text(client, home):
    first, second = make_reference(title="First"), make_reference(title="Second")
    cite(add_text(home, ""), second, first)
    assert ["Second" in text for _id, text in sources(page(client, "/"))] == [True, False]


def test_source_that_is_cited_twice_has_one_number(client, home):
    one, other = make_reference(), make_reference()
    cite(add_text(home, ""), one, other, one)
    shown = page(client, "/")
    assert [href for href, _words in citations(shown)] == ["#source-1", "#source-2", "#source-1"]
    assert len(sources(shown)) == 2


def test_source_that_is_cited_in_two_texts_has_one_number(client, home):
    reference = make_reference()
    cite(add_text(home, ""), reference)
    cite(add_text(home, ""), reference)
    shown = page(client, "/")
    assert [href for href, _words in citations(shown)] == ["#source-1", "#source-1"]
    assert len(sources(shown)) == 1


def test_numbers_begin_anew_on_each_page(client, home):
    make_page("Other", slug="other")
    cite(add_text(home, ""), make_reference(), make_reference())
    page(client, "/")
    assert citations(page(client, "/other/")) == []
    assert [href for href, _words in citations(page(client, "/"))] == ["#source-1", "#source-2"]


def test_article_shown_inside_a_page_is_numbered_with_the_page(client, home):
    reference = make_reference()
    cite(add_text(home, ""), make_reference(), reference)
    article = make_clinic_risk_article()
    text = add_plugin(article.prose, "TextPlugin", "en", body="")
    cite(text, reference)
    placeholder = home.get_placeholders("en").get(slot="content")
    add_plugin(placeholder, "ClinicRiskTeaserPlugin", "en", article=article.clinic_risk_article, extent="whole")
    shown = page(client, "/")
    assert [href for href, _words in citations(shown)] == ["#source-1", "#source-2", "#source-2"]
    assert len(sources(shown)) == 2


def test_page_that_cites_nothing_has_no_list_of_sources(client, home):
    add_text(home, "<p>So it is.</p>")
    shown = page(client, "/")
    assert sources(shown) == []
    assert not shown.xpath("//*[@id='sources']")


def test_sources_are_reached_from_on_this_page(client, home):
    cite(add_text(home, "<h2>One</h2>"), make_reference())
    make_page("Other", slug="other")
    topic = make_page("Topic", slug="topic")
    words = f"<p>{'word ' * LONG_PAGE['words']}</p>"
    cite(add_text(topic, f"<h2>One</h2><h2>Two</h2>{words}"), make_reference())
    assert "#sources" in page(client, "/topic/").xpath("//nav[@class='toc']//a/@href")


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("current", ""),
        ("superseded", "Newer work has replaced this source."),
        ("retracted", "This source was retracted."),
    ],
)
def test_reader_learns_whether_a_source_may_be_relied_on(client, home, status, said):
    cite(add_text(home, ""), make_reference(status=status))
    ((_id, text),) = sources(page(client, "/"))
    warnings = [
        words for words in ("Newer work has replaced this source.", "This source was retracted.") if words in text
    ]
    assert warnings == ([said] if said else [])


def test_markup_in_a_source_is_shown_as_text(client, home):
    cite(add_text(home, ""), make_reference(title="<script>alert(1)</script>"))
    shown = page(client, "/")
    assert not shown.xpath("//main//script")
    assert "<script>alert(1)</script>" in sources(shown)[0][1]


def test_a_source_that_is_no_number_is_told_at_its_field(admin_client, admin_user):
    text = add_text(make_page(published=False, user=admin_user), "<p>A claim.</p>")
    response = add_in_the_admin(admin_client, text, "CitationPlugin", text, reference="no number")
    assert "Select a valid choice." in str(response.context["adminform"].form.errors["reference"])
