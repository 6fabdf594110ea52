import pytest
from cms.utils.urlutils import admin_reverse
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from tests import migrated
from tests.factories import add_plugin, add_text, make_page, make_reference, make_user


@pytest.fixture(scope="module")
def address(django_db_setup, django_db_blocker):
    """Address of a server that all tests here share; each makes a page of its own."""
    with django_db_blocker.unblock():
        server = LiveServer("localhost")
        yield server.url
        server.stop()
        migrated.put_back()


@pytest.fixture
def author(client, page, address):
    """A superuser who is signed in in the browser."""
    user = make_user(is_superuser=True)
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}
    page.context.add_cookies([cookie])
    return user


def open_editor(page, address, text):
    page.goto(address + admin_reverse("cms_placeholder_edit_plugin", args=[text.pk]) + "?cms_path=/")
    expect(page.locator(".tiptap")).to_be_visible()


def save(page):
    with page.expect_navigation():
        page.locator("form").first.evaluate("form => form.requestSubmit()")


def test_what_is_allowed_survives_the_editor(address, page, author):
    text = add_text(make_page(user=author, published=False), "<p>a</p>")
    citation = add_plugin(text.placeholder, "CitationPlugin", "en", target=text, reference=make_reference())
    words = (
        '<h2 id="risks" lang="es">Riesgos</h2><p>a <span lang="es">hola</span> <cite>Work</cite> '
        '<abbr title="multiple sclerosis">MS</abbr> <strong>b</strong> <em>c</em> <a href="/x/">d</a> x<sub>2</sub></p>'
        '<table><tbody><tr><th scope="col"><p>e</p></th></tr><tr><td><p>f</p></td></tr></tbody></table>'
        "<ul><li><p>g</p></li></ul><blockquote><p>h</p></blockquote><p>"
    )
    text.body = words + f'<cms-plugin id="{citation.pk}" alt="x" title="x"></cms-plugin></p>'
    text.save()

    open_editor(page, address, text)
    page.locator(".tiptap h2").click()
    page.keyboard.press("End")
    page.keyboard.type("!")
    save(page)

    text.refresh_from_db()
    assert text.body.partition("<cms-plugin")[0] == words.replace("Riesgos", "Riesgos!")
    assert f'id="{citation.pk}"' in text.body


def test_an_abbreviation_is_given_its_meaning(address, page, author):
    text = add_text(make_page(user=author, published=False), "<p>MS</p>")
    open_editor(page, address, text)
    page.locator(".tiptap p").click()
    page.keyboard.press("Control+A")
    page.locator("[data-action=Abbreviation]").first.click()
    page.get_by_label("Stands for").fill("multiple sclerosis")
    page.keyboard.press("Enter")
    expect(page.locator(".tiptap abbr")).to_have_attribute("title", "multiple sclerosis")
    save(page)
    text.refresh_from_db()
    assert text.body == '<p><abbr title="multiple sclerosis">MS</abbr></p>'


def test_the_editor_offers_no_colors_sizes_or_first_level_headings(address, page, author):
    text = add_text(make_page(user=author, published=False), "<p>a</p>")
    open_editor(page, address, text)
    offered = set(page.locator("[data-action]").evaluate_all("buttons => buttons.map(b => b.dataset.action)"))
    assert {"Heading2", "Heading3", "Heading4", "Bold", "Italic", "Link", "BulletedList", "Table"} <= offered
    assert not offered & {"Heading1", "TextColor", "Highlight", "Underline", "JustifyCenter", "BlockStyles", "Source"}


def test_a_refusal_is_shown_above_the_editors_words(address, page, author):
    text = add_text(make_page(user=author, published=False), "<p>before</p>")
    open_editor(page, address, text)
    page.locator(".tiptap p").click()
    page.locator(".tiptap").evaluate("e => e.editor.commands.insertContent('<p>new</p><img src=/media/a.png>')")
    save(page)
    expect(page.get_by_text("Give the picture a text alternative, or take it out: a.png.", exact=True)).to_be_visible()
    expect(page.locator(".tiptap")).to_contain_text("new")
    text.refresh_from_db()
    assert text.body == "<p>before</p>"
