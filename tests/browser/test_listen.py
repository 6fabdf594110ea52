"""Reading aloud in a real browser, with voices that only note what they are told to say (fake_voices.js)."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import page_kinds
from tests.browser.axe import BRING_AXE, EVERY_RULE, RULES_ON_COLORS, findings
from tests.browser.server import SITE
from tests.browser.test_comfort_panel import STRONGEST, choose
from tests.browser.test_layout import ENLARGED, PHONE, SMALL, broken_words, expect_all_in_sight
from tests.browser.views import THEMES, WINDOWS

pytestmark = pytest.mark.django_db

ARTICLE = page_kinds.PATHS["article"]
EVERYTHING = page_kinds.PATHS["with all that an editor can place"]
UNTRANSLATED = page_kinds.PATHS["untranslated"]
VOICES = (Path(__file__).parent / "fake_voices.js").read_text()
NOW = "voices.now"
# Hears the page to its end; returns all that was said.
HEAR_ALL = """async () => {
    for (let n = 0; n < 1000 && voices.now; n += 1) voices.finish();
    return voices.spoken.map(({text, lang, voice}) => ({text, lang, voice: voice?.lang, isOwn: voice?.localService}));
}"""
MARKED = """[...(CSS.highlights.get("listen") || [])]
    .map((range) => range.toString().replace(/\\s+/g, " ").trim()).join()"""


@pytest.fixture(scope="module")
def window(browser, still_site):
    context = browser.new_context(base_url=SITE, viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.add_init_script(VOICES)
    yield context.new_page()
    context.close()


@pytest.fixture
def page(window):
    """The article, found by a reader whose device has voices."""
    window.set_viewport_size({"width": 1280, "height": 900})
    window.emulate_media(**THEMES["light"])
    window.goto(ARTICLE)
    window.evaluate("localStorage.clear()")
    return window


def button(page, name="Listen"):
    return page.locator("main").get_by_role("button", name=name, exact=True)


def listen(page):
    button(page).press("Enter")
    expect(button(page, "Pause")).to_be_visible()


def finish(page, times=1):
    for _time in range(times):
        page.evaluate("voices.finish()")


# --- Where it is, and where not ---


def test_button_is_the_first_stop_of_the_main_content_and_nothing_is_said_until_it_is_pressed(page):
    expect(button(page)).to_be_visible()
    assert page.evaluate("voices.spoken.length") == 0
    page.locator(".usa-skipnav").press("Enter")
    page.keyboard.press("Tab")
    expect(button(page)).to_be_focused()
    assert page.evaluate("document.querySelectorAll('[aria-live], [role=status]').length") == 0


@pytest.mark.parametrize(
    "without",
    [
        "",  # this browser as it is: it could speak, but has no voice
        "delete Window.prototype.speechSynthesis; delete window.speechSynthesis",
        f"""{VOICES}; speechSynthesis.getVoices = () =>
            [{{lang: "en-US", localService: false}}, {{lang: "de-DE", localService: true}}]""",
    ],
    ids=["no voice", "no support", "no voice of the device's own for this language"],
)
def test_button_is_absent(browser, still_site, without):
    context = browser.new_context(base_url=SITE)
    context.add_init_script(without)
    page = context.new_page()
    page.goto(ARTICLE)
    expect(page.locator("[data-menu='ready']")).to_be_attached()
    expect(page.locator(".listen button")).to_be_attached()
    expect(page.locator(".listen button")).to_be_hidden()
    context.close()


def test_page_loads_nothing_of_it_before_it_is_pressed(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(SITE)))
    page.goto(ARTICLE)
    expect(button(page)).to_be_visible()
    assert [path for path in asked if "listen" in path] == []
    listen(page)
    assert sorted(path for path in asked if "listen" in path) == [
        "/listen/",
        "/static/css/listen-controls.css",
        "/static/js/listen.js",
    ]


# --- What is said ---


def test_whole_page_is_read_in_its_order_and_nothing_else(page):
    listen(page)
    said = [sentence["text"] for sentence in page.evaluate(HEAR_ALL)]
    assert said[:4] == [
        "Clinic risks",
        "For-profit stem cell clinics",
        "These clinics are growing in number.",
        "They are unregulated, and none has shown medical evidence that its treatments work or are safe.",
    ]
    in_order = ["In short", "What the clinics say", "What a 2016 study found", "Our recommendation", "Sources"]
    assert [words for words in said if words in in_order] == in_order
    for never in ("On this page", "Listen", "Search", "Menu"):
        assert never not in said
    assert not any("10.1016" in words for words in said)
    expect(button(page)).to_be_visible()  # at the end it could be read again
    expect(page.get_by_role("button", name="Stop")).to_be_hidden()


def test_number_of_a_source_is_said_as_one(page):
    listen(page)
    said = [sentence["text"] for sentence in page.evaluate(HEAR_ALL)]
    assert "Source 1" in said
    assert not any("[" in words for words in said)
    after = said[said.index("Source 1") + 1]
    assert after == "It confirmed that such clinics offer many different unproven stem cell treatments."


def test_voice_is_the_device_s_own_in_the_language_of_the_words(page):
    page.goto(EVERYTHING)
    listen(page)
    said = page.evaluate(HEAR_ALL)
    assert {"text": "une phrase", "lang": "fr", "voice": "fr-FR", "isOwn": True} in said
    assert {(one["lang"], one["voice"]) for one in said} == {("en", "en_US"), ("fr", "fr-FR")}
    page.goto(UNTRANSLATED)
    page.locator("[data-on-demand$='/listen/']").click()
    page.wait_for_function("() => voices.spoken.length")
    spanish, *_rest = page.evaluate(HEAR_ALL)
    assert spanish["voice"] == {"es": "es-US", "en": "en_US"}[spanish["lang"]]


def test_words_in_a_language_without_a_voice_of_the_device_are_not_sent_to_another(page):
    """The browser's own choice may be a voice of its maker, to whom it sends the text."""
    page.goto(EVERYTHING)
    page.evaluate("""() => {
        const voices = [{lang: "fr-FR", localService: false, default: true}, {lang: "en-US", localService: true}];
        speechSynthesis.getVoices = () => voices;
    }""")
    listen(page)
    said = page.evaluate(HEAR_ALL)
    assert "une phrase" in [one["text"] for one in said]
    assert {(one["voice"], one["isOwn"]) for one in said} == {("en-US", True)}


def test_nothing_is_said_once_the_device_has_lost_its_voices(page):
    page.evaluate("speechSynthesis.getVoices = () => []")
    button(page).press("Enter")
    expect(page.get_by_role("alert")).to_have_text("The voice of this device does not answer. Please try again.")
    assert page.evaluate("voices.spoken.length") == 0


def test_cell_of_a_table_is_said_with_the_head_of_its_column(page):
    page.goto(page_kinds.PATHS["list"])
    listen(page)
    said = [sentence["text"] for sentence in page.evaluate(HEAR_ALL)]
    assert "Hematopoietic stem cells HSC" in said
    assert "Where found: Bone marrow and blood" in said
    assert "Where found" not in said[: said.index("Where found: Bone marrow and blood")]


def test_old_browser_reads_the_same_words_a_sentence_at_a_time(page):
    sentences = """async () => (await import("/static/js/listen.js"))
        .sentencesOf(document.querySelector("main")).map(({words}) => words)"""
    before = page.evaluate(sentences)
    page.evaluate("Intl.Segmenter = undefined")
    assert " ".join(page.evaluate(sentences)) == " ".join(before)
    assert len(page.evaluate(sentences)) > 30


# --- How it is followed ---


def test_sentence_that_is_read_is_marked_and_kept_in_sight_and_the_page_stays_as_it_is(page):
    before = page.locator(".content").inner_html()
    listen(page)
    seen = []
    for _sentence in range(12):
        seen.append((page.evaluate(NOW), page.evaluate(MARKED)))
        finish(page)
    assert [said for said, marked in seen if said != marked] == []
    assert len(set(seen)) == 12
    assert page.evaluate("""() => {
        const { top, bottom } = [...CSS.highlights.get("listen")][0].getBoundingClientRect();
        return top >= 0 && bottom <= innerHeight && scrollY > 0;
    }""")
    assert page.locator(".content").inner_html() == before
    page.get_by_role("button", name="Stop").press("Enter")
    assert page.evaluate(MARKED) == ""


def test_every_sentence_is_kept_in_sight_where_a_paragraph_is_higher_than_the_window(page):
    page.set_viewport_size(ENLARGED)
    choose(page, {"size": "200"})
    listen(page)
    hidden = page.evaluate("""() => {
        const hidden = [];
        for (let n = 0; n < 1000 && voices.now; n += 1) {
            const {top, bottom} = [...CSS.highlights.get("listen")][0].getBoundingClientRect();
            if (top < -1 || top > 1 && bottom > innerHeight + 1) hidden.push([voices.now, top, bottom]);
            voices.finish();
        }
        return hidden;
    }""")
    choose(page, {})
    assert page.evaluate("voices.spoken.length") > 30
    assert hidden == []


def test_reader_who_looks_elsewhere_is_left_there(page):
    listen(page)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    there = page.evaluate("scrollY")
    finish(page, 3)
    assert page.evaluate("scrollY") == there


def test_browser_without_highlights_marks_the_paragraph(page):
    page.evaluate("Object.defineProperty(CSS, 'highlights', {value: undefined})")
    listen(page)
    finish(page)
    expect(page.locator("[data-listen-here]")).to_have_text("For-profit stem cell clinics")


# --- Pause, speed, stop ---


def test_pause_is_silent_and_continue_begins_the_sentence_anew(page):
    listen(page)
    finish(page, 2)
    sentence = page.evaluate(NOW)
    button(page, "Pause").press("Enter")
    assert page.evaluate(NOW) is None
    button(page, "Continue").press("Enter")
    assert page.evaluate(NOW) == sentence
    expect(button(page, "Pause")).to_be_focused()


def test_stop_is_silent_and_gives_the_focus_back(page):
    listen(page)
    finish(page, 2)
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Stop")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate(NOW) is None
    expect(button(page)).to_be_focused()
    listen(page)
    assert page.evaluate(NOW) == "Clinic risks"


def test_speed_holds_at_once_and_on_the_next_page(page):
    listen(page)
    sentence = page.evaluate(NOW)
    page.get_by_label("Speed").select_option("Slower")
    assert page.evaluate("voices.spoken.map(({text, rate}) => [text, rate])") == [[sentence, 1], [sentence, 0.8]]
    page.reload()
    listen(page)
    expect(page.get_by_label("Speed")).to_have_value("0.8")
    assert page.evaluate("voices.spoken[0].rate") == 0.8


def test_voice_falls_silent_when_the_page_is_left(page):
    listen(page)
    assert page.evaluate("localStorage.getItem('hushed')") is None
    page.goto(EVERYTHING)
    assert page.evaluate("localStorage.getItem('hushed')") == ARTICLE


def test_voice_that_fails_half_way_is_told_of_and_goes_on_from_there(page):
    listen(page)
    finish(page, 4)
    sentence = page.evaluate(NOW)
    page.evaluate("voices.fail()")
    expect(page.get_by_role("alert")).to_have_text("The voice of this device does not answer. Please try again.")
    button(page, "Continue").press("Enter")
    expect(page.get_by_role("alert")).to_have_count(0)
    assert page.evaluate(NOW) == sentence


def test_page_that_is_silent_takes_no_other_page_s_voice_away(page):
    """A browser has one voice for all its tabs."""
    listen(page)
    page.get_by_role("button", name="Stop").press("Enter")
    page.evaluate("localStorage.removeItem('hushed')")
    page.goto(EVERYTHING)
    assert page.evaluate("localStorage.getItem('hushed')") is None


def test_second_press_while_the_controls_are_on_their_way_does_not_pause(page):
    """A hand that trembles presses twice, and so does a reader to whom nothing seems to happen."""
    with page.expect_request("**/listen/"):
        button(page).dblclick()
    expect(button(page, "Pause")).to_be_visible()
    assert page.evaluate(NOW) == "Clinic risks"


def test_mark_of_the_sentence_is_not_printed(page):
    """Paper is read later."""
    color = """() => getComputedStyle(document.querySelector("main h1"), "::highlight(listen)").color"""
    listen(page)
    finish(page)
    page.emulate_media(media="print")
    printed = page.evaluate(color)
    page.emulate_media(media="screen")
    assert printed != page.evaluate(color)


def test_nothing_is_announced_while_it_speaks(page):
    page.evaluate("""() => {
        window.changes = [];
        new MutationObserver((changes) => window.changes.push(...changes.map(({target}) => target.outerHTML)))
            .observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true});
    }""")
    listen(page)
    page.evaluate("window.changes = []")
    finish(page, 5)
    assert page.evaluate("window.changes") == []


# --- How it looks ---


def test_no_word_of_the_controls_is_broken_on_a_phone_with_the_largest_text(page):
    page.set_viewport_size(PHONE)
    choose(page, {"size": "200"})
    listen(page)
    assert set(broken_words(page)) & {"Pause", "Stop", "Speed", "Usual"} == set()
    choose(page, {})


@pytest.mark.parametrize("wanted", [{}, STRONGEST], ids=["plain", "strongest comfort"])
def test_controls_fit_a_phone_and_axe_finds_nothing_at_any_width_in_light_and_dark(page, axe_script, wanted):
    page.set_viewport_size(PHONE)
    choose(page, wanted)
    listen(page)
    expect_all_in_sight(page)
    assert page.evaluate(SMALL, [".listen", 44]) == []
    assert page.locator(".listen select").bounding_box()["height"] >= 44
    page.evaluate(BRING_AXE)
    found = {"phone": findings(page)}
    for size in WINDOWS:
        page.set_viewport_size(size)
        for theme, rules in {"light": EVERY_RULE, "dark": RULES_ON_COLORS}.items():
            page.emulate_media(**THEMES[theme])
            found[size["width"], theme] = findings(page, rules, within=".listen")
    assert {view: faults for view, faults in found.items() if faults} == {}
    choose(page, {})
