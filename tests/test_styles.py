"""The style sheet that is committed, and the rules that the templates keep."""

import re
import shutil
import subprocess
from pathlib import Path

import brotli
import pytest
from django.conf import settings

from tests.browser.test_keyboard import contrast

STYLES = Path(settings.BASE_DIR) / "styles"
SHEET = Path(settings.BASE_DIR) / "static" / "css" / "site.css"
TEMPLATES = Path(settings.BASE_DIR) / "templates"
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
# The colors of each scheme, over those of the ones before it.
SCHEMES = {"light": [":root"], "dark": [":root", "[data-comfort-theme=dark]"]}
SCHEMES["high contrast"] = [*SCHEMES["light"], "[data-comfort-theme=contrast]"]
GROUNDS = ["page", "band", "panel"]
# What is written on what
WRITTEN = [
    *((text, ground) for text in ("text", "text-soft", "heading", "link", "link-visited") for ground in GROUNDS),
    ("crisis-text", "crisis"),
    ("deep-text", "deep"),
    ("focus-text", "focus-fill"),
]
NAMED = {"black": "#000000", "white": "#ffffff"}
# The places of an alias: they need the page's context.
PLACES = {"components/official_banner.html", "components/seal.html"}


def named(path):
    return str(path.relative_to(TEMPLATES))


@pytest.fixture(scope="module")
def compiler():
    if not shutil.which("npm"):
        pytest.skip("npm is not installed; on Debian: apt install npm")
    if not (STYLES / "node_modules").is_dir():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=STYLES, check=True)
    return ["node", "build.mjs"]


@pytest.mark.slow
def test_committed_style_sheets_are_what_their_sources_compile_to(compiler, tmp_path):
    subprocess.run([*compiler, tmp_path], cwd=STYLES, check=True)
    compiled = {sheet.name: sheet.read_text() for sheet in tmp_path.iterdir()}
    assert SHEET.name in compiled
    assert {name: (SHEET.parent / name).read_text() for name in compiled} == compiled, "Run: make css"


def test_style_sheet_is_at_most_8_kb_over_the_wire():
    assert len(brotli.compress(SHEET.read_bytes())) <= 8_000


def test_list_without_marks_is_a_list_in_safari_too():
    """There `list-style: none` takes the list away from screen readers; an empty mark does not."""
    assert "list-style:none" not in SHEET.read_text()


def test_style_sheet_asks_for_nothing_beyond_its_own_files():
    addresses = re.findall(r"url\(\"?([^)\"]+)", SHEET.read_text())
    assert addresses
    assert [address for address in addresses if not (SHEET.parent / address).resolve().is_file()] == []


def colors(scheme):
    """The value of each color role in `scheme`: {role: [red, green, blue]}."""
    roles = {}
    for selector in SCHEMES[scheme]:
        rule = re.search(rf"(?:^|[{{}}]){re.escape(selector)}\{{([^}}]*--page:[^}}]*)\}}", SHEET.read_text())
        roles |= dict(re.findall(r"--([\w-]+): *(#\w+|black|white)\b", rule[1]))
    return {role: [int(NAMED.get(color, color)[n : n + 2], 16) for n in (1, 3, 5)] for role, color in roles.items()}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_all_text_has_a_contrast_of_seven_to_one(scheme):
    """WCAG 1.4.6."""
    color = colors(scheme)
    low = {(text, ground): contrast(color[text], color[ground]) for text, ground in WRITTEN}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 7} == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_borders_that_mean_something_and_the_focus_have_a_contrast_of_three_to_one(scheme):
    """WCAG 1.4.11."""
    color = colors(scheme)
    lines = {(line, "page"): contrast(color[line], color["page"]) for line in ("line-strong", "mark", "focus")}
    assert {pair: ratio for pair, ratio in lines.items() if ratio < 3} == {}


@pytest.mark.parametrize("component", COMPONENTS, ids=named)
def test_component_lists_its_parameters_first(component):
    assert re.match(r"\{# .+ #\}\n", component.read_text())


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=named)
def test_components_see_only_what_they_are_given(template):
    includes = re.findall(r"\{% include \"(components/[^\"]+)\"(.*?)%\}", template.read_text())
    assert [name for name, rest in includes if not rest.rstrip().endswith("only") and name not in PLACES] == []


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=named)
def test_template_has_no_inline_style_or_script(template):
    # What is said to be JSON is data: no browser runs it, and `script-src` does not ask about it.
    script = r"<script(?! type=\"application/ld\+json\">)(?![^>]* src=)"
    assert not re.search(rf"\sstyle=|\son[a-z]+=\"|<style|{script}|javascript:|data:", template.read_text())
