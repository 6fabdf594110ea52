import pytest

from mscoe_portal.search.crisis import is_crisis
from mscoe_portal.search.index import rebuild
from tests.factories import make_page
from tests.search.results import ask, links, words_of


@pytest.mark.parametrize(
    "question",
    [
        "suicide",
        "Suicidal thoughts",
        "i want to kill myself",
        "KILL MYSELF",
        "crisis line",
        "988",
        "I want to die",
        "I wish I was dead",
        "wish i were dead",
        "i don't want to live",
        "i don’t want to live anymore",
        "end my life",
        "end it all",
        "taking my own life",
        "self-harm",
        "self harm",
        "hurting myself",
        "no reason to live",
        "better off dead",
        "can't go on",
        "overdose",
        "my husband wants to die",
        "he wants to kill himself",
        "I feel hopeless",
        "suicidio",
        "quiero morir",
        "hacerme daño",
    ],
)
def test_words_of_a_crisis_are_recognized(question):
    assert is_crisis(question)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "stem cells",
        "do cells die",
        "kill cancer cells",
        "critical illness",
        "study",
        "diet",
        "tumor",
        "live donor",
        "end of the trial",
        "hope",
        "why do I hurt",
        "life with MS",
        "for-profit clinics",
        "text alternative",
    ],
)
def test_other_words_are_not_taken_for_a_crisis(question):
    assert not is_crisis(question)


def test_crisis_line_stands_before_the_form_and_the_results(client, search_page):
    main = ask(client, "i want to die").find(".//main")
    addresses = [link.get("href") for link in main.iterfind(".//a")][:3]
    assert addresses == ["tel:988", "sms:838255", "https://www.veteranscrisisline.net/"]
    tags = [element.tag for element in main.iter() if element.get("href") == "tel:988" or element.tag == "form"]
    assert tags == ["a", "form"]


def test_pages_with_some_of_the_words_only_are_no_answer_to_a_crisis(client, search_page):
    make_page("What people want")
    rebuild()
    page = ask(client, "I do not want to live")
    assert links(page) == []
    assert "Nothing was found" not in words_of(page)


def test_words_beyond_those_that_are_searched_count_too(client, search_page):
    assert "Are you in crisis" in words_of(ask(client, "x" * 300 + " suicide"))


def test_other_questions_show_no_call_out(client, search_page):
    main = ask(client, "stem cells").find(".//main")
    assert main.find(".//a[@href='tel:988']") is None
