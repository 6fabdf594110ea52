"""What reads like a medical claim, and what is like it and is none."""

import pytest

from mscoe_portal.review.claims import claim_in

CLAIMS = {
    "Stem cells cure MS in 90% of people.": "90%",
    "Nobody relapsed in 70 percent of the trials.": "70 percent",
    "It helped 8 out of 10 people.": "8 out of 10",
    "It helped one in 3 people.": "one in 3",
    "We ask a question. They cure MS.": "cure",
    "The treatment heals nerves.": "heals",
    "It has reversed MS.": "reversed",
    "It stops relapses.": "stops",
    "A proven treatment.": "proven",
    "It is safe.": "safe",
    "Results are guaranteed.": "guaranteed",
    "Without side effects, it cures MS.": "cures",
    "Did you know that 90% got better?": "90%",
    "It can stop MS, and it is not expensive.": "stop",
    "It is not cheap, but it cures MS.": "cures",
    "Nobody pays; it is safe.": "safe",
}
SPANISH_CLAIMS = {
    "Las células curan la enfermedad.": "curan",
    "El tratamiento es seguro.": "seguro",
    "Un tratamiento comprobado.": "comprobado",
    "Detiene la enfermedad.": "Detiene",
    "Ayudó al 90 por ciento.": "90 por ciento",
    "Ayudó a 9 de cada 10 personas.": "9 de cada 10",
    "No es caro y puede curar la enfermedad.": "curar",
}
NO_CLAIMS = [
    "Are they safe, and do they work in MS?",
    "None has shown medical evidence that its treatments work or are safe.",
    "There is no cure for MS.",
    "They offer unproven treatments.",
    "The aim is to learn how safe and how truly effective the therapy is in MS.",
    "Ask whether it is safe.",
    "It isn’t proven.",
    "They come from blastocysts, 8 to 10 days after fertilization.",
    "A study was published in June 2016.",
    "Text can be enlarged to 400 percent.",
    "It raised concerns about safety.",
    "They repair nerve tissue in the brain or spinal cord.",
    "Interest is great and the idea is promising.",
    "Secure sites have a lock. Curious people care.",
    "They report once in 6 months.",
    "Some clinics say that it can cure MS, but nothing shows this.",
    "We do not know whether it is safe, effective and worth its price.",
]
NO_SPANISH_CLAIMS = [
    *("¿Son seguras?", "No hay cura.", "Ninguna es segura.", "La seguridad se estudia."),
    *("Lávese las manos antes de cada visita.", "Su seguro médico puede pagar.", "Pregunte al Seguro Social."),
]


@pytest.mark.parametrize(("text", "words"), CLAIMS.items())
def test_an_effect_and_a_share_of_people_read_like_a_claim(text, words):
    assert claim_in(text, "en") == words


@pytest.mark.parametrize(("text", "words"), SPANISH_CLAIMS.items())
def test_so_they_do_in_spanish(text, words):
    assert claim_in(text, "es") == words


@pytest.mark.parametrize("text", NO_CLAIMS)
def test_a_question_a_doubt_and_what_is_no_effect_read_like_no_claim(text):
    assert claim_in(text, "en") == ""


@pytest.mark.parametrize("text", NO_SPANISH_CLAIMS)
def test_nor_do_they_in_spanish(text):
    assert claim_in(text, "es") == ""
