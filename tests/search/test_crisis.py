import re
import time

import pytest

from mscoe_portal.search.crisis import is_crisis
from mscoe_portal.search.index import rebuild
from stemcells.seed import CONTENT_DIR
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


# fmt: off
IN_ENGLISH = [
    # misspelled
    "suicde", "sucide", "suiside", "suisidio", "suicied", "suicidle", "sucidal", "siucide", "suacide", "sueside",
    "sucuide", "suicidaly", "su1cide", "kil myself", "kll myself", "kill mysef", "kil my slef", "killin myself",
    "hert myself", "cuting myself", "self harn", "overdoze", "hopless", "krisis", "i wnat to die", "i wanna dye",
    "wan to die", "want 2 die", "want too die", "i want to dei", "wish i were ded", "no reson to live",
    "end my lfe", "end it al",
    # run together, apart
    "hurt my self", "kill my self", "killmyself", "iwanttodie", "wanttodie", "dontwanttolive", "suicidalthoughts",
    "sui side", "over dose", "selfharm", "self-harming", "help line", "do not want to be here any more",
    "endmylife",
    # apostrophes
    "dont want to be here anymore", "don t want to live", "don´t want to live", "don`t want to live",
    "do'nt want to live", "i cant go on", "im a burden",
    # singular and plural
    "suicides", "overdoses", "crises", "ways to die", "reasons to live",
    # in other words
    "i do not want to be here", "don't want to be in this world", "i dont want to exist", "i don't want to wake up",
    "i just really want to die", "i wish i was never born", "i want it all to end",
    "want the pain to end", "i can't take it anymore", "i can't do this any more", "can't live like this",
    "nothing to live for", "what's the point of living", "no will to live", "tired of being alive",
    "done with life", "i hate my life", "i am worthless", "feel like a burden", "i feel so alone",
    "ready to give up", "better without me", "everyone would be better off without me", "nobody would miss me",
    "nobody cares", "painless death", "how to die", "how much tylenol to die", "took all my pills",
    "jump off a bridge", "slit my wrists", "gun to my head", "goodbye letter", "i need someone to talk to",
    "i need help now", "please help me", "i have no one", "my life has no purpose", "no way out", "lost all hope",
    "never wake up", "stop living", "im done", "ending it", "kms", "unalive myself",
    "why am i still alive", "why should i keep living", "whats the point", "nothing matters", "i should be dead",
    "i've had enough of life", "my life sucks", "im useless", "say goodbye to my family", "mental breakdown",
    "step in front of a train", "i need help", "help me", "no longer wish to live",
    "euthanasia", "death with dignity", "medical aid in dying", "i have a loaded gun", "gun in my lap",
    "they would be better off", "wish i didnt wake up", "drinking myself to death", "crying all the time",
    "panic attack", "my husband hits me", "worried about my buddy", "help", "SOS", "help me please", "its over",
    "goodbye",
    # of violence
    "kill them all", "i will kill them", "voices tell me to kill them", "shoot them", "killing him",
    "thinking of killing her", "he keeps hurting me", "my husband hurts me", "cutting me", "end me",
    # of somebody else
    "suicidality", "feeling hopelessly lost",
    "my wife talks about suicide", "my husband wants to end his life", "he doesn't want to live",
    "she tried to kill her self", "dad says he wants to die", "how to help someone suicidal",
    "want to hurt someone", "suicide prevention", "veterans crisis line",
]
IN_SPANISH = [
    # misspelled
    "suisidarme", "suicidarce", "me kiero matar", "kiero morir", "quero morir", "quiero morrir", "no kiero bibir",
    "kitarme la vida", "aserme daño", "autolecion", "boy a matarme", "quieromorir", "no quierovivir", "sobre dosis",
    # in other words
    "me quiero matar", "no quiero vivir", "ya no quiero vivir más", "quiero morirme", "me voy a matar",
    "quiero estar muerto", "me quiero suicidar", "pienso en la muerte", "pensamientos de muerte",
    "no quiero estar aquí", "no quiero existir", "no quiero despertar", "no quiero seguir",
    "no quiero seguir viviendo", "no puedo más", "ya no puedo", "no aguanto más", "ya no aguanto",
    "no soporto mi vida", "no tengo ganas de vivir", "sin razones para vivir", "no vale la pena vivir",
    "mi vida no tiene sentido", "la vida no vale nada", "cansado de vivir", "harta de todo", "odio mi vida",
    "me odio", "soy una carga", "estarían mejor sin mí", "mejor muerto", "nadie me quiere", "no le importo a nadie",
    "quitarme la vida", "acabar con mi vida", "acabar con todo", "poner fin a mi vida", "hacerme dano",
    "me hago daño", "me corto", "cortarme las venas", "ahorcarme", "tirarme de un puente",
    "tomarme todas las pastillas", "cómo morir sin dolor", "formas de morir", "dormir y no despertar",
    "quiero desaparecer", "ojalá estuviera muerto", "ojala no hubiera nacido", "me siento sola",
    "estoy desesperado", "sin esperanza", "no hay salida", "no veo salida", "necesito ayuda urgente",
    "necesito hablar con alguien",
    "para qué seguir viviendo", "no valgo nada", "soy inútil", "no quiero esta vida", "ya no quiero nada", "ayúdame",
    "suicidándose", "suicidándome", "autolesionándose",
    # of somebody else
    "mi hija se corta", "mi esposo quiere morir", "mi marido se quiere matar", "mi hijo quiere quitarse la vida",
    "intento de suicidio", "ayuda", "eutanasia",
    "línea de crisis", "linea de ayuda",
]
ORDINARY = [
    # English
    "side effects", "side efects", "cell death", "sudden death", "risk of death", "death", "deaths in trials",
    "dead cells", "nerve cells die", "dying cells", "how do stem cells die", "how many people died",
    "can you die from multiple sclerosis", "does ms kill you", "kill", "killing cells", "kill cancer cells",
    "natural killer cells", "hurt", "hurts when walking", "will it hurt", "does it hurt me", "burning feet",
    "shooting pain", "harm", "can stem cells harm", "can stem cells hurt me", "cells harm", "clinics hurt people",
    "nerve injury", "self injection", "self care", "self catheter", "take care of myself", "end",
    "end of treatment", "end of life care", "end stage ms", "ending treatment", "end date",
    "want to stop treatment", "dont want to continue treatment", "dont want surgery", "can't walk anymore",
    "can't sleep", "cannot feel my legs", "cant take interferon anymore", "what diet do i want", "want to diet",
    "want to donate cells", "want bone marrow transplant", "i want treatment", "i want to live", "live longer",
    "living donor", "life expectancy", "quality of life", "ms makes my life hard", "life insurance",
    "life threatening", "is there hope for ms", "new hope for ms", "tired", "tired of injections", "sick",
    "fatigue", "subside", "will symptoms subside", "inside", "outside", "decide", "homicide", "cyanide",
    "depression", "ms and depression", "waking up with pain", "trouble sleeping", "is stem cell therapy worth it",
    "no evidence", "no reason given", "reasons to join a trial", "what is the point of stem cell therapy",
    "way out", "ways to give stem cells", "is the trial over", "give blood", "gave up smoking", "how many pills",
    "take my pills", "want to talk to my doctor", "thinking about a clinic", "feel numb", "feel better", "alone",
    "lost vision", "born with ms", "nose", "kiss", "cms", "homeless veterans", "clinic prices", "outline", "call",
    "veterans", "caregiver burden", "need help walking", "stop the pain", "dead leg", "my legs feel dead",
    "help my wife", "cut on my foot", "ready to be treated", "is hsct worth it", "live alone", "take all doses",
    "swallow pills", "does it help", "help with forms", "would i be better off with stem cells",
    "is it over the counter", "heart attack", "worried about my treatment", "dignity", "ayuda para veteranos",
    # Spanish
    "células madre", "celulas madre", "muerte celular", "muerte", "las células mueren", "riesgo de muerte",
    "matar células cancerosas", "puedo morir de esclerosis múltiple", "efectos secundarios", "fin del tratamiento",
    "terminar el tratamiento", "daño a los nervios", "puede hacer daño", "me duele", "vida", "mi vida con em",
    "calidad de vida", "esperanza de vida", "esperanza", "vivir", "vivir con em", "quiero vivir mejor",
    "quiero tratamiento", "quiero células madre", "quiero donar", "voy a la clínica", "no quiero agujas",
    "no quiero tratamiento", "no puedo caminar", "ya no puedo caminar", "no puedo dormir", "no aguanto el calor",
    "no hay cura", "no tengo seguro", "estoy cansado", "cansancio", "subsidio", "ahorrarme dinero",
    "necesito ayuda para caminar", "cómo tomar las pastillas", "hablar con mi médico", "me siento cansado",
    "mejor tratamiento", "número de teléfono", "dejar de fumar", "mi familia", "sin dolor",
]
# fmt: on


@pytest.mark.parametrize("question", IN_ENGLISH)
def test_crisis_is_recognized_however_it_is_written(question):
    assert is_crisis(question)


@pytest.mark.parametrize("question", IN_SPANISH)
def test_crisis_is_recognized_in_spanish_too(question):
    assert is_crisis(question)


@pytest.mark.parametrize(
    "question", ["SUICDE", "SUICIDÓ", "Ｓｕｉｃｉｄｅ", "s\u0075\u0301icide", "¡no quiero vivir!", "suicide?"]
)
def test_capitals_accents_and_signs_hide_no_crisis(question):
    assert is_crisis(question)


@pytest.mark.parametrize("question", ORDINARY)
def test_question_about_the_subject_is_not_taken_for_a_crisis(question):
    assert not is_crisis(question)


def test_no_text_of_the_site_sounds_like_a_crisis_but_where_it_names_one():
    texts = [file.read_text() for file in CONTENT_DIR.glob("*.yaml")]
    parts = [part for text in texts for part in re.split(r"[.:;\n]", text) if "crisis" not in part.lower()]
    assert len(parts) > 500
    assert [part for part in parts if is_crisis(part)] == []


@pytest.mark.parametrize(
    "question",
    [
        "t" * 100_000,
        "want " * 20_000,
        "i want to be " * 10_000,
        "no reason to " * 10_000,
        "take all of my " * 10_000,
        "killkill" * 10_000,
        "´" * 100_000,
        " ".join(f"suicid{number}e" for number in range(10_000)),
    ],
    ids=lambda question: question[:12],
)
def test_question_that_nobody_types_is_answered_at_once(question):
    start = time.process_time()
    is_crisis(question)
    assert time.process_time() - start < 2


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


@pytest.mark.parametrize("address", ["/search/", "/es/search/"])
@pytest.mark.parametrize("question", ["suicde", "sucide", "me quiero matar", "no quiero vivir", "hurt my self"])
def test_misspelled_crisis_gets_the_line_and_no_other_spelling(client, search_page, address, question):
    make_page("Side made now cells self hurts", meta_description="Side effects. Now quiet.")
    rebuild()
    main = ask(client, question, address).find(".//main")
    links_in_order = [link.get("href") for link in main.iterfind(".//a")]
    assert links_in_order[0] == "tel:988"
    assert not any("?q=" in address for address in links_in_order)


def test_who_is_shown_the_line_still_gets_the_pages_that_have_all_words(client, search_page):
    make_page("Suicide genes in stem cells")
    rebuild()
    page = ask(client, "suicide genes")
    assert [title for title, _address in links(page)] == ["Suicide genes in stem cells"]
    assert "Are you in crisis" in words_of(page)
