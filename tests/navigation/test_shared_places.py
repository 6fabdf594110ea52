"""The places of a seal and of an official banner: empty until a site manager fills them."""

import pytest
from django.conf import settings
from django.urls import reverse
from djangocms_alias.models import AliasContent
from djangocms_versioning.models import Version

from tests.factories import add_plugin, make_user
from tests.navigation.test_plugins import add_in_the_admin
from tests.review.people import approve
from tests.site import page, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]

LANGUAGES = [code for code, _name in settings.LANGUAGES]
# Where in the header each stands, inside the margins of the page.
PLACES = {"official-banner": "div[@class='wrap']", "seal": "div[@class='site-header__body wrap']"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", settings.FRAME_ALIASES)
def test_each_place_of_the_frame_can_be_filled_in_each_language(code, language):
    content = AliasContent.objects.get(alias__static_code=code, language=language)
    assert content.name


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:No user has been supplied")  # djangocms-alias's copy, which versioning then owns
@pytest.mark.filterwarnings("ignore:get_language_tuple called")  # djangocms-alias does
@pytest.mark.parametrize("code", PLACES)
def test_a_place_that_a_site_manager_fills_is_shown_once_it_is_published(client, code):
    shown = f"//header[@class='site-header']/{PLACES[code]}/p[.='A seal.']"
    manager = make_user(groups=["Site managers"])
    client.force_login(manager)
    public = AliasContent.objects.get(alias__static_code=code, language="en")
    assert public.name in words(page(client, reverse("admin:djangocms_alias_alias_changelist")))
    version = Version.objects.get_for_content(public)
    client.post(reverse("admin:djangocms_versioning_aliascontentversion_edit_redirect", args=[version.pk]))
    draft = AliasContent.admin_manager.exclude(pk=public.pk).get(alias=public.alias, language="en")
    add_in_the_admin(client, draft, "TextPlugin", body="<p>A seal.</p>")
    client.logout()
    assert not page(client, "/").xpath(shown)
    version = approve(Version.objects.get_for_content(draft))
    client.force_login(manager)
    client.post(reverse("admin:djangocms_versioning_aliascontentversion_publish", args=[version.pk]))
    client.logout()
    assert len(page(client, "/").xpath(shown)) == 1


def test_what_fills_a_place_in_english_alone_is_shown_in_spanish_too_and_marked_as_english(client):
    public = AliasContent.objects.get(alias__static_code="seal", language="en")
    add_plugin(public.placeholder, "TextPlugin", body="<p>A seal.</p>")
    assert len(page(client, "/es/").xpath("//header//*[@lang='en']/p[.='A seal.']")) == 1


@pytest.mark.parametrize("address", ["/", "/es/"])
def test_an_empty_place_adds_nothing_to_the_page(client, address):
    before = client.get(address).content
    empty = AliasContent.objects.filter(alias__static_code__in=PLACES)
    assert empty.count() == len(PLACES) * len(LANGUAGES)
    for content in list(empty):
        Version.objects.get_for_content(content).unpublish(make_user())
    assert client.get(address).content == before
