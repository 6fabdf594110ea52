"""What WCAG 2.2 asks and no rule checker looks at, read off the pages and what they are made of."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from tests.site import main, words

pytestmark = pytest.mark.django_db

STATIC = Path(settings.BASE_DIR) / "static"
SHEET = STATIC / "css" / "site.css"
SHEETS = sorted((STATIC / "css").glob("*.css"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))
DRAWINGS = sorted((STATIC / "img").rglob("*.svg"))

# What scripts may wait for: {event: why every reader can give it, or that none has to}.
EVENTS = {
    "click": "a key, a tap, a mouse, a switch and a voice all give it, at their release",
    "keydown": "adds keys to controls that work without them",
    "focusin": "tells where the reader is",
    "focusout": "tells where the reader is",
    "change": "of a form field, however it is changed",
    "input": "of a form field, however it is changed",
    "submit": "of a form, however it is sent",
    "reset": "of a form, however it is asked for",
    "comfort": "our own: the reader's settings have changed (first-paint.js)",
    "toggle": "of a native disclosure",
    "close": "of a native dialog, however it is closed",
    "pointerdown": "only tells that a press has begun, and does nothing by itself",
    "pointerup": "only tells that a press has ended",
    "pointercancel": "only tells that a press has ended",
    "load": "the browser's own",
    "DOMContentLoaded": "the browser's own",
    "pagehide": "the browser's own",
    "pageshow": "the browser's own",
    "storage": "the browser's own",
    "visibilitychange": "the browser's own",
    "voiceschanged": "the browser's own",
    "boundary": "the voice's own",
    "start": "the voice's own",
    "end": "the voice's own",
    "error": "the voice's own",
}
# Declarations that show something which was hidden.
SHOWS = re.compile(r"(?:^|;)(?:display|visibility|opacity|content|clip|clip-path|height|max-height|transform):")
# Words that say where or what something looks like, instead of what it is called (WCAG 1.3.3, 1.4.1).
POINTS_BY_LOOK = re.compile(
    r"\b(?:on|to) the (?:left|right)\b|\b(?:left|right)-hand\b"
    r"|\b(?:red|green|blue|yellow|gray|round|square|large|small) (?:button|link|icon|box|text|words)\b"
    r"|\bin (?:red|green|blue|yellow|bold)\b",
    re.IGNORECASE,
)


def test_no_page_has_sound_a_film_or_a_moving_picture(pages):
    """1.2.1 to 1.2.5, 1.4.2, 2.2.2: there is nothing to caption, to describe, to mute or to stop."""
    moving = "//audio | //video | //object | //embed | //iframe | //canvas | //marquee | //blink | //animate"
    assert [address for address, page in pages.items() if page.xpath(moving)] == []
    assert [file.name for file in DRAWINGS if re.search(r"<(?:animate|set\b)|@keyframes", file.read_text())] == []


def test_no_page_points_at_something_by_its_look_or_place_alone(pages):
    found = {address: POINTS_BY_LOOK.findall(main(page)) for address, page in pages.items()}
    assert {address: words for address, words in found.items() if words} == {}


def test_no_drawing_holds_text():
    """1.4.5: words that are a picture grow blurred, and no reader can give them another font or color."""
    assert DRAWINGS
    assert [file.name for file in DRAWINGS if re.search(r"<(?:text|image|foreignObject)\b", file.read_text())] == []


def test_nothing_is_shown_by_pointing_at_something():
    """1.4.13: what shows only while a pointer rests somewhere is lost to a tremor, and to fingers."""
    rules = re.findall(r"([^{}]*:hover[^{}]*)\{([^}]*)\}", SHEET.read_text())
    assert rules
    assert [selector for selector, declarations in rules if SHOWS.search(declarations.replace(" ", ""))] == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_nothing_flashes(sheet):
    """2.2.2, 2.3.1: no animation is repeated."""
    animations = re.findall(r"animation(?:-\w+)*:([^;}]*)", sheet.read_text())
    assert [animation for animation in animations if re.search(r"infinite|alternate|iteration", animation)] == []


@pytest.mark.parametrize("file", [*SHEETS, *SCRIPTS], ids=lambda file: file.name)
def test_nothing_asks_how_a_phone_is_held(file):
    """1.3.4: what fits a window of that size fits it either way, and nothing is locked or turned."""
    assert re.findall(r"orientation", file.read_text()) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_script_waits_only_for_what_every_reader_can_give(script):
    """2.1.1, 2.5.1, 2.5.2, 2.5.4, 2.5.7: no gesture, no dragging, no motion, nothing that happens at a press."""
    source = script.read_text()
    waited_for = re.findall(r"addEventListener\(\s*\"(\w+)\"|\.on([a-z]+) = ", source)
    assert {event for names in waited_for for event in names if event} - EVENTS.keys() == set()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_script_takes_no_letter_or_sign_for_a_command(script):
    """2.1.4: somebody who speaks to the computer, or whose hands shake, sends letters without meaning to."""
    source = script.read_text()
    assert re.findall(r"\bkey === \"[^\"]\"", source) == []
    assert re.findall(r"\bcase \"[a-zA-Z]\":|accesskey", source, re.IGNORECASE) == []


def test_no_page_has_an_access_key_or_a_time_limit(pages):
    limits = "//@accesskey | //meta[translate(@http-equiv, 'REFSH', 'refsh')='refresh']"
    assert [address for address, page in pages.items() if page.xpath(limits)] == []


def test_what_every_page_offers_has_the_same_names_in_the_same_order(pages):
    """3.2.3, 3.2.4, 3.2.6: crisis help, search, menu, quick links and the footer."""
    frames = {}
    for address, page in pages.items():
        frame = page.xpath("//header//a | //header//button | //*[@id='quick-links']//a | //footer//a")
        frames.setdefault(tuple((link.tag, link.get("href"), words(link)) for link in frame), []).append(address)
    assert len(next(iter(frames))) > len(pages)
    assert len(frames) == 1, list(frames.values())


def test_a_password_may_be_filled_in_by_the_browser(client):
    """3.3.8, 1.3.5: nobody has to remember or copy it."""
    page = client.get("/admin/login/").content.decode()
    assert re.search(r"<input[^>]*name=\"username\"[^>]*autocomplete=\"username\"", page)
    assert re.search(r"<input[^>]*name=\"password\"[^>]*autocomplete=\"current-password\"", page)
    assert "onpaste" not in page
