"""The style sheet that is committed, and the rules that the templates keep."""

import re
import shutil
import subprocess
from pathlib import Path

import brotli
import pytest
from django.conf import settings

STYLES = Path(settings.BASE_DIR) / "styles"
SHEET = Path(settings.BASE_DIR) / "static" / "css" / "site.css"
TEMPLATES = Path(settings.BASE_DIR) / "templates"
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))
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
