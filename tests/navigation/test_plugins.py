import io
from urllib.parse import urlencode

import pytest
from cms.plugin_pool import plugin_pool
from cms.utils.plugins import get_plugin_restrictions
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db.models import ProtectedError
from django.urls import reverse
from djangocms_alias.models import AliasContent
from filer.models import Image
from PIL import Image as Pixels

from mscoe_portal.navigation.models import AtNotice, Path, Picture, QuickLink
from tests.factories import add_plugin, make_alias, make_page, page_content, publish
from tests.navigation.pages import get

pytestmark = pytest.mark.django_db


def make_image():
    """An uploaded picture."""
    picture = io.BytesIO()
    Pixels.new("RGB", (4, 4)).save(picture, "PNG")
    return Image.objects.create(file=ContentFile(picture.getvalue(), "badge.png"), original_filename="badge.png")


def make_quick_links(*links, title="Quick Links"):
    """The published alias of the quick links, one for each mapping of fields."""
    alias = make_alias("quick-links", published=False)
    content = AliasContent.admin_manager.get(alias=alias)
    group = add_plugin(content.placeholder, "QuickLinksPlugin", "en", title=title)
    for values in links:
        fields = {"name": "My HealtheVet", "address": "https://www.myhealth.va.gov/"} | values
        add_plugin(content.placeholder, "QuickLinkPlugin", "en", target=group, **fields)
    publish(content)


def add_paths(page, *paths):
    """Put ways onward on the draft `page`, one for each mapping of fields, and publish it."""
    content = page_content(page)
    placeholder = content.get_placeholders().get(slot="content")
    group = add_plugin(placeholder, "PathsPlugin", "en")
    for values in paths:
        add_plugin(placeholder, "PathPlugin", "en", target=group, **values)
    publish(content)


def errors_of(plugin):
    """What the editor is told of `plugin`, by field."""
    with pytest.raises(ValidationError) as raised:
        plugin.full_clean(exclude=["placeholder", "plugin_type", "language", "position"])
    return raised.value.message_dict


def test_quick_links_are_on_every_page_in_their_order(client):
    make_page("Home", home=True)
    make_page("Other", slug="other")
    make_quick_links({"name": "First", "note": "A note"}, {"name": "Second"}, title="Quick Links")
    for path in ("/", "/other/"):
        section = get(client, path).find(".//section[@class='quick']")
        assert section.findtext(".//h2") == "Quick Links"
        assert [name.text for name in section.iterfind(".//*[@class='badge__name']")] == ["First", "Second"]
        assert [link.get("href") for link in section.iterfind(".//a")] == ["https://www.myhealth.va.gov/"] * 2


def test_drawing_of_a_quick_link_has_its_text_alternative(client):
    make_page("Home", home=True)
    make_quick_links({"drawing": "badges/health", "alt_text": "A heart and a form"})
    drawing = get(client, "/").find(".//section[@class='quick']//svg")
    assert drawing.get("aria-label") == "A heart and a form"


def test_name_of_a_quick_link_is_not_said_twice(client):
    make_page("Home", home=True)
    make_quick_links({"name": "My HealtheVet", "drawing": "badges/health", "alt_text": "My HealtheVet"})
    link = get(client, "/").find(".//section[@class='quick']//a")
    assert link.find("svg").get("aria-label") == "My HealtheVet"
    assert link.find(".//*[@class='badge__name']").get("aria-hidden") == "true"


def test_uploaded_picture_takes_the_place_of_the_drawing(client):
    make_page("Home", home=True)
    image = make_image()
    make_quick_links({"drawing": "badges/health", "image": image, "alt_text": "A heart"})
    section = get(client, "/").find(".//section[@class='quick']")
    assert section.find(".//svg[@class='badge__art']") is None
    assert (section.find(".//img").get("src"), section.find(".//img").get("alt")) == (image.url, "A heart")


def test_picture_in_use_cannot_be_deleted():
    image = make_image()
    make_quick_links({"image": image, "alt_text": "A heart"})
    with pytest.raises(ProtectedError):
        image.delete()


def test_a_seal_is_a_picture_with_its_text_alternative_on_every_page(client):
    make_page("Home", home=True)
    image = make_image()
    make_alias("seal", plugins=[("PicturePlugin", {"image": image, "alt_text": "Seal of the Department"})])
    [seal] = get(client, "/").xpath("//header//img")
    assert (seal.get("src"), seal.get("alt")) == (image.url, "Seal of the Department")


@pytest.mark.parametrize("left_out", ["image", "alt_text"])
def test_a_picture_without_file_or_text_alternative_is_refused_at_the_field(left_out):
    picture = Picture(image=make_image(), alt_text="A seal")
    setattr(picture, left_out, None if left_out == "image" else "")
    assert list(errors_of(picture)) == [left_out]


def test_drawing_without_text_alternative_is_refused_at_the_field():
    link = QuickLink(name="A", address="https://www.va.gov/", drawing="badges/health", alt_text=" ")
    assert list(errors_of(link)) == ["alt_text"]


def test_picture_without_text_alternative_is_refused_at_the_field():
    link = QuickLink(name="A", address="https://www.va.gov/", image=make_image())
    assert list(errors_of(link)) == ["alt_text"]


def test_address_with_a_dangerous_scheme_is_refused_at_the_field():
    assert list(errors_of(QuickLink(name="A", address="javascript:alert(1)"))) == ["address"]
    assert list(errors_of(Path(name="A", address="javascript:alert(1)"))) == ["address"]


@pytest.mark.parametrize("plugin_type", ["QuickLinksPlugin", "AtNoticePlugin", "PicturePlugin"])
def test_what_all_pages_share_can_be_placed_in_aliases_only(plugin_type):
    make_alias("quick-links")
    page = page_content(make_page())
    names = {plugin.__name__ for plugin in plugin_pool.get_all_plugins("content", page, root_plugin=True)}
    assert plugin_type not in names
    alias = AliasContent.objects.get()
    names = {plugin.__name__ for plugin in plugin_pool.get_all_plugins("quick-links", alias, root_plugin=True)}
    assert plugin_type in names


@pytest.mark.parametrize(("group", "child"), [("QuickLinksPlugin", "QuickLinkPlugin"), ("PathsPlugin", "PathPlugin")])
def test_group_holds_its_own_kind_of_link_only(group, child):
    content = AliasContent.objects.get(alias=make_alias("any"))
    plugin = add_plugin(content.placeholder, group, "en")
    assert get_plugin_restrictions(plugin, page=content)[0] == [child]
    names = {plugin.__name__ for plugin in plugin_pool.get_all_plugins("any", content, root_plugin=True)}
    assert group in names
    assert child not in names


def test_notice_numbers_one_step_a_line(client):
    make_page("Home", home=True)
    fields = {"heading": "Attention A T users", "intro": "To reach the menus:", "steps": "First.\n\n Second. \n"}
    make_alias("at-notice", plugins=[("AtNoticePlugin", fields)])
    notice = get(client, "/").find(".//div[@class='at-notice']")
    assert notice.findtext(".//strong") == "Attention A T users"
    assert "To reach the menus:" in notice.find(".//p").text_content()
    assert [step.text for step in notice.xpath(".//ol/li[not(@class)]")] == ["First.", "Second."]


def test_markup_in_the_notice_is_shown_as_text(client):
    make_page("Home", home=True)
    make_alias("at-notice", plugins=[("AtNoticePlugin", {"heading": "A", "intro": "<script>", "steps": "<b>"})])
    assert b"&lt;script&gt;" in client.get("/").content


def test_withdrawn_notice_leaves_the_page_standing(client):
    make_page("Home", home=True)
    make_alias("at-notice", published=False, plugins=[("AtNoticePlugin", {"heading": "A", "intro": "B", "steps": "C"})])
    response = client.get("/")
    assert response.status_code == 200
    assert b"at-notice__body" not in response.content


def test_way_onward_follows_its_page_and_leads_to_addresses(client):
    target = make_page("Target", slug="target", parent=make_page("Top", slug="top"))
    page = make_page("Home", home=True, published=False)
    add_paths(page, {"name": "A page", "note": "A note.", "page": target}, {"name": "Help", "address": "tel:988"})
    entries = get(client, "/").find(".//ul[@class='paths']")
    assert [(link.text, link.get("href")) for link in entries.iterfind(".//a")] == [
        ("A page", "/top/target/"),
        ("Help", "tel:988"),
    ]
    assert entries.findtext(".//p") == "A note."


def test_way_onward_to_a_page_that_is_not_public_is_left_out(client):
    draft = make_page("Draft", published=False)
    page = make_page("Home", home=True, published=False)
    add_paths(page, {"name": "Draft", "page": draft}, {"name": "Help", "address": "tel:988"})
    assert [link.text for link in get(client, "/").iterfind(".//ul[@class='paths']//a")] == ["Help"]


def test_way_onward_has_one_target():
    page = make_page()
    assert list(errors_of(Path(name="A"))) == ["page"]
    assert list(errors_of(Path(name="A", page=page, address="tel:988"))) == ["page"]


def test_editor_chooses_among_published_pages(rf, admin_user):
    published = make_page("Published")
    make_page("Draft", published=False)
    request = rf.get("/")
    request.user = admin_user
    form = plugin_pool.get_plugin("PathPlugin")(Path, admin.site).get_form(request)()
    assert list(form.fields["page"].queryset) == [published]


def test_steps_of_the_notice_are_its_lines():
    assert AtNotice(steps="One\r\nTwo\n\n").lines == ["One", "Two"]


def add_in_the_admin(client, content, plugin_type, parent=None, **fields):
    """The answer to an editor who fills in the form of a new plugin in `content`'s first placeholder."""
    where = {
        "placeholder_id": content.placeholder.pk,
        "plugin_type": plugin_type,
        "plugin_language": "en",
        "cms_path": "/",
        "plugin_position": 1 if parent is None else 2,
        **({} if parent is None else {"plugin_parent": parent.pk}),
    }
    return client.post(f"{reverse('admin:cms_placeholder_add_plugin')}?{urlencode(where)}", fields)


def test_editor_is_told_at_the_field_what_is_missing_and_nothing_is_saved(admin_client, admin_user):
    content = AliasContent.admin_manager.get(alias=make_alias("quick-links", published=False, user=admin_user))
    group = add_plugin(content.placeholder, "QuickLinksPlugin", "en", title="Quick Links")
    fields = {"name": "A", "address": "javascript:alert(1)", "drawing": "badges/health"}
    response = add_in_the_admin(admin_client, content, "QuickLinkPlugin", group, **fields)
    assert set(response.context["adminform"].form.errors) == {"address", "alt_text"}
    assert not QuickLink.objects.exists()


def test_editor_adds_a_quick_link(admin_client, admin_user):
    content = AliasContent.admin_manager.get(alias=make_alias("quick-links", published=False, user=admin_user))
    group = add_plugin(content.placeholder, "QuickLinksPlugin", "en", title="Quick Links")
    fields = {"name": "A", "address": "https://www.va.gov/", "drawing": "badges/health", "alt_text": "A heart"}
    response = add_in_the_admin(admin_client, content, "QuickLinkPlugin", group, **fields)
    assert response.status_code == 200
    assert QuickLink.objects.get().alt_text == "A heart"
