"""What is typed as a password can be looked at before it is sent."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_a_box_shows_what_was_typed_and_it_is_hidden_again_when_it_is_sent(browser, live_server):
    page = browser.new_page(base_url=live_server.url)
    page.goto("/admin/login/")
    page.get_by_label("Username").fill("ana")
    field = page.locator("#id_password")
    field.fill("four odd socks")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Show what I type")).to_be_focused()
    page.keyboard.press("Space")
    expect(field).to_have_attribute("type", "text")
    page.evaluate("document.querySelector('#login-form').addEventListener('submit', (event) => event.preventDefault())")
    field.press("Enter")
    expect(field).to_have_attribute("type", "password")
    expect(field).to_have_value("four odd socks")
    page.close()
