"""The windows in which the browser tests look at a page, and its main menu, open and closed."""

from playwright.sync_api import expect

NARROW, MEDIUM, WIDE = WINDOWS = [{"width": width, "height": 900} for width in (320, 768, 1280)]
LIGHT = {"color_scheme": "light", "forced_colors": "none"}
THEMES = {
    "light": LIGHT,
    "dark": LIGHT | {"color_scheme": "dark"},
    "forced colors": LIGHT | {"forced_colors": "active"},
}


def open_menu(page):
    """Open an option of the main menu, and before it the narrow menu. A page without a menu stays as it is."""
    for part in ("[data-menu-toggle]", "[data-menu-option]"):
        button = page.locator(f"nav {part}").locator("visible=true").last
        if button.count() and button.get_attribute("aria-expanded") == "false":
            button.click()


def close_menu(page):
    """Close the main menu, as a click elsewhere does."""
    page.locator("h1").dispatch_event("pointerup", {"bubbles": True})
    expect(page.locator("nav [aria-expanded=true]")).to_have_count(0)
