"""Each rule for publication, both ways: what breaks it, and what is like it and obeys it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from cms.models import PageContent
from django.utils.timezone import now

from mscoe_portal.navigation.models import AtNotice
from mscoe_portal.navigation.publication_rules import MOST_LETTERS
from mscoe_portal.publication_rules import Level
from mscoe_portal.review.draft import Draft, FieldText
from mscoe_portal.review.rules import HIGHEST_GRADE, RULES, findings_in, rules
from stemcells.citations import Citations
from stemcells.models import CellTypeContent, Citation, ClinicRiskArticleContent, RecommendationContent, Reference

HARD = (
    "Notwithstanding considerable enthusiasm, regulatory authorities characterize administration of investigational "
    "preparations as indefensible."
)
THIRTY_ONE_WORDS = f"<p>{'We go on and on ' * 6}so.</p>"
THIRTY_WORDS = f"<p>{'We go on and on ' * 6}.</p>"
STUDY = "https://doi.org/10.1016/j.stem.2016.06.007"


def html(markup, **values):
    return Draft.from_html(markup, **values)


def checked(days, problem=""):
    """A draft that links to a study, which was checked so many days ago."""
    check = SimpleNamespace(checked_at=now() - timedelta(days=days), problem=problem)
    return html(f'<p><a href="{STUDY}">The study</a></p>', link_checks={STUDY: check})


def citing(status="current", content=None, markup=""):
    """A draft that cites a source of that status."""
    citations = Citations()
    citations.cite(Reference(pk=1, title="A study", authors="Author A", year=2016, status=status))
    request = SimpleNamespace(_stemcells_citations=citations)
    return html(markup, request=request, content=content, plugins=[Citation()])


def article(markup=""):
    return html(f'<div class="content">{markup}</div>', request=SimpleNamespace(), content=ClinicRiskArticleContent())


def text(markup):
    """A draft whose text, where a citation can stand, is `markup`."""
    return html(f'<div class="content">{markup}</div>')


STEPS = (
    "Turn auto forms mode off. Press Enter to expand an option. Press the down arrow to enter its submenu. "
    "Tab or the up and down arrows move through the links."
)


def notice(steps, **values):
    return html(
        "", plugins=[AtNotice(heading="Attention A T users", intro="To reach the menus:", steps=steps)], **values
    )


CITED = '<sup class="citation"><a href="#source-1">[<span class="usa-sr-only">Source </span>1]</a></sup>'
IN_SHORT = '<div class="in-short"><h2>In short</h2><ul><li>A point.</li></ul></div>'

# {code: (drafts that break the rule, drafts that obey it)}
CASES = {
    "picture-text": (
        [
            html('<img src="/media/a.png">'),
            html('<img src="/media/a.png" alt=" ">'),
            html('<svg role="img"></svg>'),
        ],
        [
            html('<img src="/media/a.png" alt="A cell">'),
            html('<img src="/static/img/a.svg" alt="">'),
            html('<svg role="img" aria-label="A cell"></svg><svg aria-hidden="true"></svg>'),
        ],
    ),
    "picture-file-name": (
        [
            html('<img src="/media/a.png" alt="cells.png">'),
            html('<img src="/media/a.png" alt="IMG_2041">'),
            html('<img src="/media/bone-marrow.png" alt="bone-marrow">'),
        ],
        [html('<img src="/media/a.png" alt="Cells of the blood">'), html('<img src="/static/img/a.svg" alt="">')],
    ),
    "heading-order": (
        [html("<h1>A</h1><h3>B</h3>"), html("<h1>A</h1><h2>B</h2><h4>C</h4>"), html("<h2>A</h2>")],
        [html("<h1>A</h1><h2>B</h2><h3>C</h3><h2>D</h2>"), html("<p>A</p>")],
    ),
    "link-words": (
        [
            html('<a href="/a/">here</a>'),
            html('<a href="/a/">Read more …</a>'),
            html('<a href="/a/">https://www.va.gov/health/</a>'),
            html('<a href="/a/">va.gov</a>'),
            html('<a href="/a/">Haga clic aquí</a>'),
            html('<a href="/a/">Más información</a>'),
            html('<a href="/a/"><img src="/a.png" alt=""></a>'),
            html(f'<a href="{STUDY}">here<span class="usa-sr-only"> (on another website)</span></a>'),
        ],
        [
            html('<a href="/a/">What a 2016 study found</a>'),
            html('<a href="/a/">Read more about stem cells</a>'),
            html('<a href="/a/"><img src="/a.png" alt="Veterans Crisis Line"></a>'),
            html('<a href="/a/" aria-label="Stem cells">more</a>'),
            html(f"<p>A claim.{CITED}</p>"),
        ],
    ),
    "table-headers": (
        [html("<table><tr><td>A</td></tr></table>")],
        [html('<table><tr><th scope="col">A</th></tr><tr><td>B</td></tr></table>')],
    ),
    "inline-style": (
        [html('<p style="color: red">A</p>'), html("<style>p { color: red }</style>")],
        [html('<p class="callout">A</p>')],
    ),
    "foreign-picture": (
        [
            html('<img src="https://example.org/a.png" alt="A cell">'),
            html('<img src="//example.org/a.png" alt="A cell">'),
            html('<img src="data:image/png;base64,AAAA" alt="A cell">'),
        ],
        [html('<img src="/media/a.png" alt="A cell">'), html('<img src="https://testserver/a.png" alt="A cell">')],
    ),
    "dead-link": (
        [
            html('<a href="/a/#b">The page</a>', dead_addresses={"/a/"}),
            html('<a href="https://testserver/a/">The page</a>', dead_addresses={"/a/"}),
        ],
        [html('<a href="/b/">The page</a> <a href="#a">A part</a>', dead_addresses={"/a/"})],
    ),
    "empty-field": (
        [html("", fields=[FieldText("Title", " ", is_required=True)])],
        [html("", fields=[FieldText("Title", "A", is_required=True), FieldText("Concern", "", is_required=False)])],
    ),
    "empty-page": (
        [
            html("<h1>A</h1>", needs_words=True),
            html('<h1>A</h1><img src="/media/a.png" alt="">', needs_words=True),
            html('<h1>A</h1><p class="page-head__changed">Last changed today</p><h2>B</h2><p> </p>', needs_words=True),
        ],
        [
            html("<h1>A</h1><p>Words.</p>", needs_words=True),
            html('<h1>A</h1><img src="/media/a.png" alt="A cell">', needs_words=True),
            html("<h1>A</h1>"),
        ],
    ),
    "taken-address": ([html("", taken_path="admin")], [html("<h1>A</h1>")]),
    "same-title": ([html("", title="A", namesake="/a/")], [html("<h1>A</h1>", title="A")]),
    "retracted-source": ([citing("retracted")], [citing(), citing("superseded")]),
    "no-source": (
        [
            html("", content=ClinicRiskArticleContent(), request=SimpleNamespace()),
            html("", content=RecommendationContent(), request=SimpleNamespace()),
        ],
        [citing(content=RecommendationContent()), html("", request=SimpleNamespace())],
    ),
    "reading-grade": (
        [html(f"<p>{HARD}</p>")],
        [
            html("<p>We look for the best cells. It takes time.</p>"),
            html("<p>The multiple sclerosis.</p>", technical_names={"multiple sclerosis"}),
            html(f"<p>{HARD}</p>", language="es"),
        ],
    ),
    "reading-grade-names": (
        [html("<p>The multiple sclerosis.</p>", technical_names={"multiple sclerosis"})],
        [html("<p>We look for the best cells. It takes time.</p>"), html(f"<p>{HARD}</p>")],
    ),
    "superseded-source": ([citing("superseded")], [citing(), citing("retracted")]),
    "abbreviation": (
        [html("<p>The FDA says so.</p>"), html("<p>The FDA (it) says so, the NIH does not.</p>")],
        [
            html("<p>The Food and Drug Administration (FDA) says so. The FDA is right.</p>"),
            html("<p>The FDA (Food and Drug Administration) says so.</p>"),
            html('<p>The <abbr title="Food and Drug Administration">FDA</abbr> says so.</p>'),
            html("<p>Induced pluripotent stem cells <abbr>iPSC</abbr></p>"),
            html("<p>Living with MS, Part II.</p>", known_abbreviations={"MS"}),
        ],
    ),
    "long-sentence": ([html(THIRTY_ONE_WORDS)], [html(THIRTY_WORDS), html(THIRTY_WORDS * 2)]),
    "language": (
        [
            html("<p>She said: la ciencia que los estudia es muy nueva.</p>"),
            html("<p>The cells grew in vitro.</p>"),
            html("<p>Los estudios dicen que the cells are from the blood.</p>", language="es"),
        ],
        [
            html('<p>She said: <span lang="es">la ciencia que los estudia es muy nueva</span>.</p>'),
            html('<p lang="es">La ciencia que los estudia es muy nueva.</p>'),
            html('<p>The cells grew <span lang="la">in vitro</span>.</p>'),
            html("<p>La ciencia que los estudia es muy nueva.</p>", language="es"),
            html("<p>Doctor Ibáñez works in Los Angeles and in La Jolla.</p>"),
        ],
    ),
    "no-key-points": (
        [
            html("<p>A text.</p>", content=CellTypeContent()),
            html("<p>A text.</p>", content=ClinicRiskArticleContent()),
            html("<p>A claim.</p>", content=PageContent(), plugins=[Citation()]),
        ],
        [
            html(IN_SHORT, content=CellTypeContent()),
            html(IN_SHORT, content=PageContent(), plugins=[Citation()]),
            html("<p>About this site.</p>", content=PageContent()),
            html("<p>A position.</p>", content=RecommendationContent(), plugins=[Citation()]),
        ],
    ),
    "uncited-paragraph": (
        [article("<p>A claim without a source.</p>")],
        [article(f"<p>A claim.{CITED}</p>"), html("<p>A page, which is no article.</p>")],
    ),
    "uncited-claim": (
        [
            text('<p class="callout callout--warning"><strong>Warning:</strong> Stem cells cure MS.</p>'),
            text(f"<p>They cure MS.</p><p>A claim.{CITED}</p>"),
            text(f"<p>A claim.{CITED}</p><ul><li>They are safe.</li></ul><ul><li>They are safe.</li></ul>"),
            text("<table><tr><td>Cures MS</td></tr></table>"),
            text("<dl><div><dt>What they do</dt><dd>Reverse MS</dd></div></dl>"),
            html('<p class="lead">They cure MS.</p>'),
            html("<h1>A proven cure</h1>"),
            html('<p lang="es">Las células curan la enfermedad.</p>'),
            html("<p>Son seguras.</p>", language="es"),
        ],
        [
            text(f"<p>They cure MS.{CITED}</p>"),
            text(f"<p>The study found:{CITED}</p><ul><li>They are safe.</li></ul>"),
            text(f'<p class="concern">They cure no one and stop MS.</p><p>A claim.{CITED}</p>'),
            html(f'<h1>A proven cure</h1><p class="lead">They cure MS.</p><p>A claim.{CITED}</p>'),
            text('<ul class="cards"><li class="card"><p class="concern">They cure MS.</p></li></ul>'),
            text("<p>Do they cure MS?</p>"),
            html("<p>They cure MS.</p>", language="fr"),
        ],
    ),
    "unchecked-link": (
        [html(f'<p><a href="{STUDY}">The study</a></p>'), checked(31)],
        [checked(29), html('<a href="/a/">A page of ours</a> <a href="tel:988">Call 988</a>')],
    ),
    "broken-link": ([checked(1, "not found")], [checked(1), html(f'<a href="{STUDY}">The study</a>')]),
    "menu-key-left-out": (
        [
            notice(STEPS.replace(words, ""))
            for words in ("auto forms mode", "Enter", "down arrow ", "Tab", "up and down")
        ],
        [notice(STEPS), html("<p>A page without a notice.</p>")],
    ),
    "notice-too-long": (
        [notice("A" * 2000), notice("A" * (MOST_LETTERS - 39))],
        [notice("A" * (MOST_LETTERS - 40)), html(f"<p>{'A' * 2000}</p>")],
    ),
    "menu-key-unknown": (
        [
            notice(f"{STEPS} Press Alt to leave."),
            notice(f"{STEPS} Press the right arrow."),
            notice("Pulse Insertar.", language="es"),
        ],
        [notice(f"{STEPS} Press Escape to close, Home and End for the first and last link."), html("<p>Press F6.</p>")],
    ),
}


def codes():
    return [rule.code for rule in rules()]


def found(code, draft):
    rule = next(rule for rule in rules() if rule.code == code)
    return list(rule.find(draft))


def test_every_rule_has_a_draft_that_breaks_it_and_one_that_obeys_it():
    assert sorted(CASES) == sorted(codes())
    assert [code for code, (broken, obeyed) in CASES.items() if not (broken and obeyed)] == []


def test_every_rule_has_a_code_of_its_own_that_a_waiver_can_keep():
    from mscoe_portal.review.models import Waiver

    assert len(set(codes())) == len(codes())
    assert max(map(len, codes())) <= Waiver._meta.get_field("rule").max_length


@pytest.mark.parametrize(
    ("code", "number"), [(code, n) for code, (broken, _obeyed) in CASES.items() for n in range(len(broken))]
)
def test_a_draft_that_breaks_the_rule_is_told_where_and_how_to_mend_it(code, number):
    findings = found(code, CASES[code][0][number])
    assert findings
    assert all(place and advice for place, advice in findings)


@pytest.mark.parametrize(
    ("code", "number"), [(code, n) for code, (_broken, obeyed) in CASES.items() for n in range(len(obeyed))]
)
def test_a_draft_that_obeys_the_rule_is_told_nothing(code, number):
    assert found(code, CASES[code][1][number]) == []


def test_the_gravest_findings_come_first():
    draft = html(f"<p>{HARD} In vitro.</p><table></table>", request=SimpleNamespace())
    levels = [finding.rule.level for finding in findings_in(draft)]
    assert levels == sorted(levels, key=list(Level).index)
    assert set(levels) == set(Level)


def test_the_levels_are_those_of_the_issue():
    blocked = [rule.code for rule in RULES if rule.level == Level.BLOCK]
    assert len(blocked) == 11
    assert HIGHEST_GRADE == 8
