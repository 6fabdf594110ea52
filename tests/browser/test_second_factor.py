"""The whole way of a second factor, in a browser: by an authenticator app, and by a passkey."""

import re
from base64 import b32decode
from importlib import import_module

import pytest
from django.conf import settings as django_settings
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import expect

from mscoe_portal.review import workflow
from mscoe_portal.review.models import Submission
from tests.factories import make_cell_type
from tests.review.people import make_author, make_reviewer, step_url, version_of

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser, live_server, settings):
    """A window of somebody who is not signed in; outside of a demo."""
    settings.SECOND_FACTOR_MAY_BE_PUT_OFF = False
    context = browser.new_context(base_url=live_server.url, reduced_motion="reduce")
    page = context.new_page()
    refused = []
    page.on("console", lambda message: refused.append(message.text) if "Security Policy" in message.text else None)
    yield page
    context.close()
    assert refused == []


@pytest.fixture
def is_accessible(page, axe_script):
    """A function that looks at the page as it is, on a telephone and in the dark: nothing for axe-core to find."""

    def look():
        page.evaluate(axe_script)
        page.set_viewport_size({"width": 320, "height": 800})
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            found = page.evaluate(
                "axe.run().then(({violations}) => violations.map(({id, nodes}) => [id, nodes[0].html]))"
            )
            assert found == []
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0

    return look


def sign_in(page, address="/admin/"):
    page.goto(address)
    page.get_by_label("Username").fill("rosa")
    page.get_by_label("Password").fill("password")
    page.get_by_role("button", name="Log in").click()


def sign_out(page):
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("heading", name="Logged out")).to_be_visible()


def let_16_minutes_pass(page):
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    store = import_module(django_settings.SESSION_ENGINE).SessionStore(cookies[django_settings.SESSION_COOKIE_NAME])
    store["second_factor_given_at"] -= 16 * 60
    store.save()


def code_of(app):
    """The code that an app with this device's key shows; the one before is as good as long past."""
    TOTPDevice.objects.update(last_t=-1)
    return f"{TOTP(app.bin_key).token():06}"


def test_first_sign_in_recovery_code_sign_in_by_code_and_a_signature_that_asks_again(page, is_accessible):
    make_reviewer("rosa")
    content = make_cell_type(user=make_author(), published=False)
    version = version_of(content)
    workflow.submit(version, version.created_by)

    # Set up at the first sign-in, by the key as a person would type it.
    sign_in(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up an authenticator app")
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    page.get_by_role("button", name="Set up").click()
    expect(page.locator(".error-summary")).to_be_focused()
    app = TOTPDevice(key=_hex(page.locator(".set-up__key").inner_text()))
    page.get_by_label("One-time code").fill(code_of(app))
    page.get_by_label("One-time code").press("Enter")
    expect(page.locator(".recovery-codes li")).to_have_count(10)
    codes = page.locator(".recovery-codes li").all_inner_texts()
    is_accessible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Save them as a text file").click()
    assert all(code in download.value.path().read_text() for code in codes)
    page.get_by_role("link", name="go on").click()
    expect(page.get_by_role("heading", name="Your desk")).to_be_visible()
    sign_out(page)

    # By a recovery code.
    sign_in(page)
    page.get_by_text("Use a recovery code").click()
    page.get_by_label("Recovery code").fill(codes[3])
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("9 recovery codes left")).to_be_visible()
    sign_out(page)

    # By a code, on the way to the page that was asked for.
    sign_in(page, step_url(version, "approve"))
    page.get_by_label("One-time code").fill(code_of(app))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_label("Comment")).to_be_visible()
    for field in page.get_by_label("Why may this stay?").all():
        field.fill("It is a test.")
    page.get_by_label("Comment").fill("Read it all.\nTwice.")

    # A signature asks again, and nothing that was typed is lost.
    let_16_minutes_pass(page)
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    page.get_by_label("One-time code").fill("123")
    page.get_by_role("button", name="Confirm and go on").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_label("One-time code").fill(code_of(app))
    page.get_by_role("button", name="Confirm and go on").click()
    expect(page.get_by_text("Approved. It can be published now.")).to_be_visible()
    assert Submission.objects.get().comment.splitlines() == ["Read it all.", "Twice."]


def _hex(key):
    assert re.fullmatch(r"([A-Z2-7]{4} )+[A-Z2-7]{4}", key)
    return b32decode(key.replace(" ", "")).hex()


def test_a_passkey_is_made_and_signs_in(page, is_accessible):
    make_reviewer("rosa")
    authenticator = page.context.new_cdp_session(page)
    authenticator.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options |= {"isUserVerified": True, "automaticPresenceSimulation": True}
    authenticator.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    sign_in(page)
    page.get_by_role("link", name="Use a passkey instead").click()
    page.get_by_label("Name").fill("Laptop at work")
    page.get_by_role("button", name="Make a passkey").click()
    page.get_by_role("link", name="go on").click()
    sign_out(page)

    sign_in(page, "/admin/your-sign-in/")
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your sign-in")
    expect(page.get_by_text("Laptop at work", exact=True)).to_be_visible()
    is_accessible()
