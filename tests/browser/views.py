"""The windows in which the browser tests look at a page, and its main menu, open and closed."""

NARROW, MEDIUM, WIDE = WINDOWS = [{"width": width, "height": 900} for width in (320, 768, 1280)]
LIGHT = {"color_scheme": "light", "forced_colors": "none"}
THEMES = {
    "light": LIGHT,
    "dark": LIGHT | {"color_scheme": "dark"},
    "forced colors": LIGHT | {"forced_colors": "active"},
}

# By scripts, in one step: a press as a hand does it, which test_menu.py tries, takes ten times as long.
OPEN = """() => {
    for (const part of ["[data-menu-toggle]", "[data-menu-option]"]) {
        const shown = [...document.querySelectorAll(`nav ${part}`)].filter((button) => button.getClientRects().length);
        if (shown.at(-1)?.ariaExpanded === "false") shown.at(-1).click();
    }
}"""
# Returns how many parts have stayed open: none, as a rule at the first look after the press.
CLOSE = """async () => {
    const open = () => document.querySelectorAll("nav [aria-expanded=true]").length;
    document.querySelector("h1").dispatchEvent(new PointerEvent("pointerup", {bubbles: true}));
    for (let look = 0; look < 100 && open(); look += 1) await new Promise((done) => setTimeout(done, look));
    return open();
}"""


def open_menu(page):
    """Open an option of the main menu, and before it the narrow menu. A page without a menu stays as it is."""
    page.evaluate(OPEN)


def close_menu(page):
    """Close the main menu, as a click elsewhere does."""
    assert page.evaluate(CLOSE) == 0
