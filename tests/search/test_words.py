import pytest

from mscoe_portal.search.words import asked, pattern, searchable


def finds(question, text, *, languages=("en",)):
    """Whether each word of `question` is in `text`, which is in the first of `languages`."""
    words = searchable(text, languages[0])
    terms = asked(question, languages)
    return bool(terms) and all(any(pattern(stem) in words for stem in term) for term in terms)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("tumour", "May cause tumors."),
        ("tumors", "a TUMOUR"),
        ("cell", "Stem cells"),
        ("cells", "one cell"),
        ("therapy", "These therapies"),
        ("therapies", "Stem cell therapy"),
        ("used", "to use it"),
        ("haematopoietic", "Hematopoietic stem cells"),
        ("specialised", "specialized cells"),
        ("centre", "The Centers of Excellence"),
        ("analyse", "analyzed"),
        ("MSCs", "Mesenchymal stem cells (MSC)"),
        ("embry", "embryonic"),
        ("differentiat", "This is called “differentiate.”"),
        ("Veteran's", "for Veterans"),
        ("for-profit", "For-profit clinics"),
        ("naïve", "naive"),
        ("ｃｅｌｌ", "cell"),
        ("2016", "June 2016"),
        ("M.S.", "living with MS"),
        ("email", "Send an e-mail"),
        ("e-mails", "by email"),
    ],
)
def test_word_finds_its_other_forms_and_spellings(question, text):
    assert finds(question, text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("MS", "MSC"),
        ("MS clinic", "a clinic"),
        ("MSC", "MSCoE"),
        ("ell", "cell"),
        ("clinic", "clinch"),
        ("skin brain", "skin"),
    ],
)
def test_word_does_not_find_what_only_looks_like_it(question, text):
    assert not finds(question, text)


@pytest.mark.parametrize(
    ("question", "text"), [("células", "célula"), ("celulas", "Las células"), ("tratamientos", "tratamiento")]
)
def test_spanish_words_have_spanish_stems(question, text):
    assert finds(question, text, languages=("es", "en"))


def test_filling_words_of_a_question_do_not_count():
    assert asked("What is the risk of it?", ["en"]) == asked("risk", ["en"])


def test_filling_words_alone_are_looked_for():
    assert asked("the", ["en"]) == [frozenset({"the"})]


def test_word_asked_twice_counts_once():
    assert asked("cell Cell CELL", ["en"]) == asked("cell", ["en"])


@pytest.mark.parametrize("question", ["", " ", "\0", "%", '"', "'", "*", "(", "\\", "_", "-", "’", "—", "♥"])
def test_signs_alone_ask_for_nothing(question):
    assert asked(question, ["en"]) == []
