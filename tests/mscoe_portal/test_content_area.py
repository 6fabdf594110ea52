import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.safestring import SafeString
from django.utils.translation import override

from mscoe_portal.content_area import FRAME_IDS, LONG_PAGE, ContentArea, Heading, shift_headings

WORDS = '<span class="usa-sr-only"> (on another website)</span>'
VA_WORDS = '<span class="usa-sr-only"> (on VA.gov)</span>'


def read(html, *own_hosts):
    return ContentArea.from_html(html, own_hosts or ["portal.example"])


def ids(html):
    return [heading.id for heading in read(html).headings]


def texts(html):
    return [heading.text for heading in read(html).headings]


# Citations


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<p>In 2016.\n{}\n It asked.</p>", "<p>In 2016.{}\n It asked.</p>"),
        ("<p>In 2016 \n{}\n, it asked.</p>", "<p>In 2016{}, it asked.</p>"),
        ("<p>In <b>2016</b> {} (and {} ).</p>", "<p>In <b>2016</b>{} (and{}).</p>"),
    ],
)
def test_a_citation_stands_right_after_its_words_and_right_before_punctuation(written, shown):
    citation = '<sup class="citation"><a href="#source-1">[1]</a></sup>'
    assert read(written.replace("{}", citation)).html == shown.replace("{}", citation)


# Headings


def test_a_second_level_heading_is_listed_with_the_id_it_gets():
    area = read("<h2>What are stem cells?</h2>")
    assert area.headings == [Heading("What are stem cells?", "what-are-stem-cells")]
    assert area.html == '<h2 id="what-are-stem-cells">What are stem cells?</h2>'


def long_text(sections=LONG_PAGE["sections"], words=LONG_PAGE["words"]):
    """So many sections, of so many words in all, their headings included."""
    return "<h2>Part</h2>" * sections + "<p>" + "word " * (words - sections) + "</p>"


def test_a_long_page_lists_its_parts():
    assert [heading.id for heading in read(long_text()).toc] == ["part", "part-2", "part-3"]


@pytest.mark.parametrize("html", [long_text(sections=2), long_text(words=199), "<svg><title>word</title></svg>"])
def test_a_page_of_few_parts_or_words_lists_none(html):
    assert read(html).toc == []


def test_a_third_level_heading_gets_an_id_and_is_not_listed():
    area = read("<h3>Bone marrow</h3>")
    assert area.headings == []
    assert area.html == '<h3 id="bone-marrow">Bone marrow</h3>'


def test_other_headings_stay_as_they_are():
    html = "<h1>One</h1><h4>Four</h4>"
    assert read(html).html == html


def test_an_id_that_is_there_is_kept():
    assert ids('<h2 id="study">The study of 2016</h2>') == ["study"]


def test_equal_headings_get_different_ids():
    assert ids("<h2>Risks</h2><h2>Risks</h2><h3>Risks</h3><h2>Risks</h2>") == ["risks", "risks-2", "risks-4"]


def test_an_id_given_twice_is_replaced_the_second_time():
    assert ids('<h2 id="study">Old</h2><h2 id="study">New</h2>') == ["study", "new"]


def test_an_id_of_another_element_is_not_given_again():
    assert ids('<h2>Types</h2><section id="types"></section>') == ["types-2"]


@pytest.mark.parametrize("frame_id", sorted(FRAME_IDS))
def test_an_id_of_the_frame_is_not_given(frame_id):
    assert ids(f"<h2>{frame_id}</h2>") == [f"{frame_id}-2"]


def test_ids_that_could_be_the_menus_or_a_forms_get_a_prefix():
    assert ids("<h2>Menu health</h2><h2>Menu, health</h2>") == ["part-menu-health", "part-menu-health-2"]


def test_an_id_begins_with_a_letter():
    assert ids("<h2>5 types</h2>") == ["part-5-types"]


def test_a_heading_without_latin_letters_has_an_id_all_the_same():
    assert ids("<h2>幹細胞</h2><h2>!?</h2>") == ["幹細胞", "part"]


def test_ids_are_the_same_each_time():
    html = "<h2>Risks</h2><p>x</p><h2>Risks</h2>"
    assert read(html) == read(html)
    assert read(read(html).html).html == read(html).html


def test_citations_and_hidden_words_are_no_part_of_a_headings_text():
    html = (
        "<h2>The\n  <em>study</em>"
        '<sup class="citation"><a href="#source-1"><span class="usa-sr-only">source </span>1</a></sup>'
        '<span class="usa-sr-only">, part one</span><svg><title>drawing</title></svg> of 2016</h2>'
    )
    assert texts(html) == ["The study of 2016"]


def test_words_in_superscript_stay_in_a_headings_text():
    assert texts("<h2>The 1<sup>st</sup> study</h2>") == ["The 1st study"]


def test_the_words_that_mark_a_link_are_no_part_of_a_headings_text():
    assert texts('<h2>Read <a href="https://example.org">the study</a></h2>') == ["Read the study"]


@pytest.mark.parametrize("html", ["<h2></h2>", "<h2> \n</h2>", '<h2><span class="usa-sr-only">Sources</span></h2>'])
def test_a_heading_without_visible_words_is_not_listed(html):
    assert read(html).headings == []


# Links


def test_a_link_that_leaves_the_site_says_so_in_words():
    area = read('<p>See <a href="https://example.org/a">the whole study</a>.</p>')
    assert area.html == f'<p>See <a href="https://example.org/a" class="offsite">the whole study{WORDS}</a>.</p>'
    assert area.links_off_site == ["https://example.org/a"]


@pytest.mark.parametrize("host", ["va.gov", "www.va.gov", "WWW.MENTALHEALTH.VA.GOV"])
def test_a_link_to_va_gov_says_that_it_goes_there(host):
    assert VA_WORDS in read(f'<a href="https://{host}/">VA</a>').html


@pytest.mark.parametrize("host", ["nova.gov", "va.gov.example.org", "va.gov@example.org"])
def test_a_host_that_only_looks_like_va_gov_is_another_website(host):
    assert WORDS in read(f'<a href="https://{host}/">VA</a>').html


def test_the_words_are_translated():
    with override("es"):
        assert (
            '<span class="usa-sr-only"> (en otro sitio web)</span>' in read('<a href="https://example.org">x</a>').html
        )


@pytest.mark.parametrize(
    "link",
    [
        '<a href="/stem-cell-therapy/">x</a>',
        '<a href="#sources">x</a>',
        '<a href="https://portal.example/">x</a>',
        '<a href="mailto:someone@example.org">x</a>',
        '<a href="tel:988">x</a>',
        '<a href="sms:838255">x</a>',
        '<a href="https://example.org/a.pdf" download>x</a>',
        '<a id="place">x</a>',
    ],
)
def test_any_other_link_stays_as_it_is(link):
    area = read(link)
    assert area.html == link
    assert area.links_off_site == []


def test_a_link_that_is_marked_already_is_counted_and_stays_as_it_is():
    link = '<a class="menu__link offsite" href="https://example.org">x</a>'
    area = read(link)
    assert area.html == link
    assert area.links_off_site == ["https://example.org"]


def test_reading_twice_marks_once():
    once = read('<a href="https://example.org">the study</a>')
    assert read(once.html) == once


def test_an_address_is_listed_once_and_in_order():
    html = '<a href="https://b.example">x</a><a href="https://a.example">y</a><a href="https://b.example">z</a>'
    assert read(html).links_off_site == ["https://b.example", "https://a.example"]


def test_other_classes_of_a_link_stay():
    assert 'class="card__link offsite"' in read('<a class="card__link" href="https://example.org">x</a>').html


def test_the_name_given_to_a_link_says_that_it_leaves_too():
    html = '<a href="https://example.org" aria-label="Study">x</a>'
    assert 'aria-label="Study (on another website)"' in read(html).html


@pytest.mark.parametrize(
    "inside", ["the <cite>whole study</cite>", '<img src="/a.png" alt="Study">', "<svg><title>Study</title></svg>", ""]
)
def test_the_words_come_last_whatever_the_link_holds(inside):
    html = f'<a href="https://example.org">{inside}</a>'
    assert read(html).html == f'<a href="https://example.org" class="offsite">{inside}{WORDS}</a>'


# The markup itself


@pytest.mark.parametrize(
    "html",
    [
        "",
        "Words alone",
        "<p>One</p> and <p>two</p>",
        "<p>5 &lt; 6 &amp; 7 &gt; 6</p>",
        "<p>a\u00a0b – “quoted” é 幹 😀 👩\u200d⚕️</p>",
        "<p>a<br>b<wbr>c</p><hr>",
        '<picture><source srcset="/a.avif"><img src="/a.png" alt="A cell" width="2" height="1"></picture>',
        '<img src="/a.png" alt="">',
        '<svg viewBox="0 0 1 1" preserveAspectRatio="none" focusable="false"><use href="#art"></use></svg>',
        '<table><caption>c</caption><thead><tr><th scope="col">a</th></tr></thead></table>',
        "<table><tbody><tr><td>b</td></tr></tbody></table>",
        "<details open><summary>a</summary><p>b</p></details>",
        '<a href="/search/?q=a&amp;page=2">x</a>',
        '<p lang="es">Hola</p>',
        "<dl><div><dt>a</dt><dd>b</dd></div></dl>",
        '<a href="/card/"><article><h4>a</h4><p>b</p></article></a>',
        "<pre>\n  a\n</pre>",
    ],
)
def test_well_formed_markup_survives_to_the_letter(html):
    assert read(html).html == html


def test_named_entities_become_their_characters():
    assert read("<p>a&nbsp;b&shy;c&copy;</p>").html == "<p>a\u00a0b\u00adc©</p>"


@pytest.mark.parametrize(
    ("html", "mended"),
    [
        ("<p>a", "<p>a</p>"),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("a</div></section>b", "ab"),
        ("a</body></html>b", "ab"),
        ("<!doctype html><html><head></head><body class=x>a", "a"),
        ("<", "&lt;"),
        ("a<b>c", "a<b>c</b>"),
        ("a<!-- b -->c<!-- d", "ac"),
        ("\x00", "\ufffd"),
    ],
)
def test_malformed_markup_is_mended(html, mended):
    assert read(html).html == mended


@pytest.mark.parametrize(
    "html",
    [
        "<!--",
        "<a href=",
        "<![CDATA[x",
        "<?xml version='1.0' encoding='utf-8'?>",
        "\ud800",
        "&#x110000;",
        "<svg><title>",
        "<h2><template><h2>x",
        "<b>" * 9000,
        '<a href="https://[">x</a>',
        '<a href="https://example.org"><!-- x --></a>',
    ],
)
def test_no_markup_is_too_odd_to_read(html):
    assert isinstance(read(html).html, str)


def test_deeply_nested_content_is_not_cut_off():
    assert "end" in read("<div>" * 2000 + "end").html


def test_the_markup_is_safe_to_print():
    assert isinstance(read("<p>a</p>").html, SafeString)


# Levels


@pytest.mark.parametrize(
    ("html", "level", "shifted"),
    [
        ("<h2>a</h2><h3>b</h3>", 3, "<h3>a</h3><h4>b</h4>"),
        ("<h4>a</h4><h3>b</h3>", 2, "<h3>a</h3><h2>b</h2>"),
        ("<h2>a</h2><h3>b</h3>", 2, "<h2>a</h2><h3>b</h3>"),
        ('<h2 id="a">a</h2><h4>b</h4>', 5, '<h5 id="a">a</h5><h6>b</h6>'),
        ("<h2>a</h2>", "3", "<h3>a</h3>"),
        ("<p>a</p><hr><header>b</header>", 3, "<p>a</p><hr><header>b</header>"),
        ("", 3, ""),
    ],
)
def test_headings_shift_together(html, level, shifted):
    assert shift_headings(html, level) == shifted


# In templates


def render(source, rf=None, **context):
    request = rf.get("/", headers={"host": "testserver"}) if rf else None
    return Template("{% load content_area %}" + source).render(Context({"request": request, **context}))


def test_the_tag_prints_nothing_and_keeps_the_area_for_what_follows(rf):
    source = (
        "{% content_area as area %}<h2>{{ title }}</h2>{% endcontent_area %}[{{ area.headings.0.id }}]{{ area.html }}"
    )
    assert render(source, rf, title="A & B") == '[a-b]<h2 id="a-b">A &amp; B</h2>'


def test_the_tag_knows_the_sites_own_hosts(rf, settings):
    settings.ALLOWED_HOSTS = ["testserver", "also.example"]
    links = '<a href="https://testserver/">a</a><a href="https://also.example/">b</a><a href="https://c.example/">c</a>'
    source = "{% content_area as area %}" + links + "{% endcontent_area %}{{ area.links_off_site|join:' ' }}"
    assert render(source, rf) == "https://c.example/"


def test_the_tag_needs_no_request():
    assert render("{% content_area as area %}<h2>A</h2>{% endcontent_area %}{{ area.html }}") == '<h2 id="a">A</h2>'


@pytest.mark.parametrize("mode", ["edit_mode_active", "structure_mode_active"])
def test_while_the_page_is_edited_its_markup_is_left_alone(rf, mode):
    class Toolbar:
        edit_mode_active = structure_mode_active = False

    setattr(Toolbar, mode, True)
    request = rf.get("/")
    request.toolbar = Toolbar()
    html = '<template class="cms-plugin"></template><h2>A</h2><a href="https://example.org">x</a>'
    source = "{% load content_area %}{% content_area as area %}" + html + "{% endcontent_area %}{{ area.html }}"
    assert Template(source).render(Context({"request": request})) == html


def test_the_tag_says_how_it_is_written():
    with pytest.raises(TemplateSyntaxError, match="content_area as name"):
        render("{% content_area %}{% endcontent_area %}")


def test_the_filter_shifts_what_is_safe():
    assert render("{{ html|shift_headings:3 }}", html=SafeString("<h1>A</h1>")) == "<h3>A</h3>"


def test_shifting_does_not_make_unclean_markup_safe():
    assert render("{{ html|shift_headings:3 }}", html="<h2>A</h2>") == "&lt;h3&gt;A&lt;/h3&gt;"
