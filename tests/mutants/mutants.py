"""Known ways in which the site can be broken for readers, and the tests that ought to notice each."""

from dataclasses import dataclass

MENU_JS, BASE, MENU = "static/js/menu.js", "templates/base.html", "templates/components/menu_option.html"
SHEET = "static/css/site.css"
AXE, KEYBOARD, LAYOUT, STRUCTURE, CONTRACT, PRINT, NOTICE, COMFORT, LISTEN, EDITORS = (
    f"tests/browser/test_{name}.py"
    for name in (
        *("accessibility", "keyboard", "layout", "structure", "menu", "print", "at_notice", "comfort_panel", "listen"),
        "editors_accessibility",
    )
)


@dataclass(frozen=True)
class Mutant:
    """A fault: in `file` each `old` of `edits` becomes its `new`. Without an `old`, `new` stands at the file's end.

    `tests` are the files that ought to notice it, `about` is what pytest's -k gets: the kinds of page, or the tests.
    """

    name: str
    criterion: str  # of WCAG 2.2
    file: str
    edits: tuple[tuple[str, str], ...]
    tests: tuple[str, ...]
    about: str = ""

    def applied_to(self, text):
        """`text`, broken. Raises LookupError where what should be changed does not stand in it any more."""
        for old, new in self.edits:
            if old and old not in text:
                raise LookupError(f"{self.name}: {self.file} has no {old!r} any more")
            text = text.replace(old, new) if old else text + new
        return text


def css(name, criterion, rules, test, about):
    return Mutant(name, criterion, SHEET, (("", rules),), (test,), about)


def change(name, criterion, file, old, new, test, about=""):
    return Mutant(name, criterion, file, ((old, new),), (test,), about)


MUTANTS = [
    # The menu's script
    change("state never changes", "4.1.2", MENU_JS, 'setAttribute("aria-expanded", String(open))',
           "dataset.open = open", CONTRACT, "key_does"),
    change("focus lost at Escape", "2.4.3", MENU_JS, "next.focus();",
           'if (key === "Escape") target.blur(); else next.focus();', CONTRACT, "key_does"),
    change("collapsed before the focus arrives", "4.1.3", MENU_JS,
           "setTimeout(setOpen, AFTER_FOCUS, next, false)", "setOpen(next, false)", CONTRACT, "escape"),
    change("two submenus open", "3.2.1", MENU_JS, "options.forEach((option) => setOpen(option, false));", "",
           CONTRACT, "key_does or before"),
    change("menu stays open when the focus leaves", "2.4.11", MENU_JS,
           "if (relatedTarget && !nav.contains(relatedTarget) && !pressed) collapseAll();", "", CONTRACT, "collapses"),
    change("menu stays open at a click outside", "1.4.13", MENU_JS,
           "if (!nav.contains(target)) setTimeout(collapseAll);", "", CONTRACT, "outside"),
    change("keyboard trap", "2.1.2", MENU_JS, "const { key, target } = event;",
           'const { key, target } = event; if (key === "Tab" && target.closest("[data-submenu]")) '
           "event.preventDefault();", CONTRACT, "key_does"),
    change("menu contradicts the notice", "3.3.2", MENU_JS, "ArrowDown: (", "ArrowRight: (", NOTICE),
    change("Home and End do nothing", "2.1.1", MENU_JS, "Home: (links) => links[0],", "", CONTRACT, "key_does"),
    change("submenus open at first", "2.4.1", MENU_JS, "collapseAll();\n  toggle.hidden", "toggle.hidden",
           CONTRACT, "at_first"),
    change("notice contradicts the menu", "3.3.2", "stemcells/content/aliases.yaml", "Press the down arrow",
           "Press the right arrow", "tests/navigation/test_at_notice.py"),
    # What screen readers are told
    change("button without a name", "4.1.2", "templates/components/search_form.html",
           "<button>{% translate \"Search\" %}</button>", "<button></button>", AXE, "home and 1280 and nothing"),
    change("list that only looks like one", "1.3.1", "templates/components/other_types.html", "<li", "<div",
           STRUCTURE, "record"),
    change("heading skipped", "1.3.1", "templates/stemcells/cell_type_detail.html",
           '<h2>{% translate "Facts" %}</h2>', '<h4>{% translate "Facts" %}</h4>', STRUCTURE, "record"),
    change("language of the page removed", "3.1.1", BASE, '<html lang="{{ LANGUAGE_CODE }}">', "<html>",
           "tests/test_pages.py", "english"),
    change("language of a part removed", "3.1.2", BASE,
           '<main id="main"{% lang_attribute shown_language %}', '<main id="main"',
           "tests/mscoe_portal/test_languages.py"),
    change("wrong aria-current", "1.3.1", MENU, "{% if link.current %}", "{% if link.off_site %}",
           "tests/navigation/test_main_menu.py"),
    change("skip link to nowhere", "2.4.1", "templates/components/skip_link.html", 'href="#main"', 'href="#content"',
           STRUCTURE, "home"),
    change("crisis link third in order", "2.4.3", BASE, "{% cms_toolbar %}",
           '<a href="/site-map/">{% translate "Site map" %}</a>{% cms_toolbar %}', KEYBOARD, "skip_link and home"),
    change("picture without words", "1.1.1", "templates/components/drawing.html", ' aria-label="{{ alt }}"', "",
           AXE, "record and 1280 and nothing"),
    Mutant("table without headers", "1.3.1", "templates/components/types_table.html",
           (('<th scope="col">', "<td>"), ('<th scope="row">', "<td>"), ("</th>", "</td>")),
           ("tests/stemcells/test_plugins.py", AXE), "table or place"),
    change("landmark without a name", "1.3.1", "templates/components/toc.html", ' aria-labelledby="toc"', "",
           STRUCTURE, "topic"),
    change("id twice", "4.1.2", "templates/search/search.html", 'id="search-words"', 'id="header-search"',
           STRUCTURE, "search"),
    change("aria-controls to nowhere", "4.1.2", MENU, 'id="menu-{{ number }}"',
           'id="sub-{{ number }}"', STRUCTURE, "home"),
    change("error not tied to its field", "3.3.1", "templates/search/search.html", ' id="search-error"', "",
           STRUCTURE, "search"),
    change("notice hidden from screen readers", "1.3.1", "templates/components/at_notice.html",
           'class="at-notice"', 'class="at-notice" aria-hidden="true"', STRUCTURE, "home"),
    change("title not unique", "2.4.2", "templates/pages/topic.html",
           '{% block title %}{% page_attribute "page_title" %}', "{% block title %}Stem cells", "tests/test_pages.py",
           "title"),
    change("link that leaves the site without words", "3.2.5", "templates/components/offsite.html",
           '<span class="usa-sr-only">', '<span hidden class="usa-sr-only">', STRUCTURE, "leaves and home"),
    change("link named “here”", "2.4.4", "templates/components/site_footer.html",
           '{% translate "Site map" %}</a>', "here</a>", STRUCTURE, "home"),
    change("warning told by color alone", "1.4.1", "templates/components/callout.html",
           '<strong class="callout__word">{{ word }}:</strong> ', "", "tests/stemcells/test_plugins.py"),
    change("field takes the focus by itself", "2.4.3", "templates/components/search_form.html",
           '<input type="search"', '<input autofocus type="search"', KEYBOARD, "skip_link and home"),
    change("no zoom", "1.4.4", BASE, "initial-scale=1", "initial-scale=1, maximum-scale=1", AXE,
           "home and 1280 and nothing"),
    change("voice that cannot be stopped", "1.4.2", "static/js/listen.js", "speechSynthesis.cancel();", "", LISTEN,
           "silent"),
    change("editors’ list that its field does not name", "4.1.2", "static/js/names.js",
           'box.setAttribute("aria-controls"', 'box.setAttribute("data-controls"', EDITORS, "citation and sources"),
    # What is seen
    css("hidden focus", "2.4.7", ":focus-visible{outline:0!important}", KEYBOARD, "ring and results"),
    css("focus under something", "2.4.11",
        ".site-footer{position:fixed;inset:auto 0 0;z-index:99;height:50vh}", KEYBOARD, "covers and home"),
    css("seen in another order than Tab's", "2.4.3", ".site-header__body{order:-1}", KEYBOARD, "seen and home"),
    css("small target", "2.5.8", ".menu__link,.menu__option{min-height:0!important;padding:0!important}", LAYOUT,
        "24 and home"),
    css("list that Safari takes for none", "1.3.1", ".cards{list-style:none}", "tests/test_styles.py", "safari"),
    css("link without a line below", "1.4.1", "main a{text-decoration:none!important}", AXE,
        "place and 1280 and nothing"),
    css("low contrast", "1.4.3", ".page-head p{color:#999!important}", AXE, "home and 1280 and nothing"),
    css("low contrast in the dark", "1.4.3", "@media (prefers-color-scheme:dark){main p{color:#456!important}}", AXE,
        "home and 1280 and nothing"),
    css("invisible in forced colors", "1.4.3",
        "@media (forced-colors:active){.page-head .lead{color:#fff!important;background:CanvasText!important}}", AXE,
        "home and 1280 and nothing"),
    css("text cut at 200 %", "1.4.4", ".badge{height:5.5rem!important;max-height:90px;overflow:hidden}", LAYOUT,
        "double and home"),
    change("text size that does nothing", "1.4.4", SHEET, "[data-comfort-size=", "[data-no-size=", COMFORT,
           "at_least_as_large and home and 320"),
    css("text cut when it is spaced", "1.4.12", ".quick__title{width:6.2em;white-space:nowrap;overflow:hidden}",
        LAYOUT, "spaced and home"),
    css("sideways scrolling at 320 pixels", "1.4.10", ".cards{min-width:24rem}", LAYOUT, "fits_the_window and list"),
    css("something moves although the reader asked for less", "2.3.3",
        ".badge{animation:to-and-fro 2s infinite}@keyframes to-and-fro{to{opacity:.9}}", LAYOUT, "moves and home"),
    css("menu on paper", "none: print", "@media print{nav{display:block!important}}", PRINT, "screen_can_use and home"),
]  # fmt: skip
