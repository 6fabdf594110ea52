"""Templates of packages that stand under the same name in templates/: each was written for one version of the package.

A test here fails when a package has another version or has changed its own template: compare the two, take over what is
new, and write down the version and the new digest (the failure shows both).
"""

import hashlib
from importlib.metadata import version
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

OWN = settings.BASE_DIR / "templates"
# {template: package, the version that ours was written for, digest of the package's template}
WRITTEN_FOR = {
    "admin/auth/user/change_password.html": ("Django", "5.2.19", "caf9414dcd6b08c2"),
    "admin/base.html": ("Django", "5.2.19", "49c62197ece3d8a3"),
    "admin/base_site.html": ("Django", "5.2.19", "182897817c02fd96"),
    "admin/change_form.html": ("Django", "5.2.19", "e85dacd09dd7731a"),
    "admin/cms/page/tree/base.html": ("django-cms", "5.1.3", "07d7d940d4ee03cc"),
    "admin/djangocms_versioning/change_list.html": ("djangocms-versioning", "2.8.0", "9ae1a02627405335"),
    "admin/djangocms_versioning/page/change_form.html": ("djangocms-versioning", "2.8.0", "55fee0488cade2d4"),
    "admin/filer/folder/directory_listing.html": ("django-filer", "3.6.0", "fcad21a483886869"),
    "admin/login.html": ("Django", "5.2.19", "15903e7771c42125"),
    "cms/toolbar/items/button_list.html": ("django-cms", "5.1.3", "01ffd127a21387a9"),
    "cms/toolbar/items/dark_mode_toggle.html": ("django-cms", "5.1.3", "b2b5e81f9734bfb9"),
    "cms/toolbar/toolbar.html": ("django-cms", "5.1.3", "93d0d724e7db25bf"),
    "django/forms/label.html": ("Django", "5.2.19", "d1b2427488fc1b97"),
    "django/forms/widgets/attrs.html": ("Django", "5.2.19", "f729483efe44660f"),
    "djangocms_alias/alias_content_preview.html": ("djangocms-alias", "3.2.0", "28b711ab78bb0384"),
    "djangocms_alias/default/alias.html": ("djangocms-alias", "3.2.0", "4ffe91fe5476bf5c"),
    "djangocms_versioning/admin/archive_confirmation.html": ("djangocms-versioning", "2.8.0", "d9b81fb7002cc9ff"),
    "djangocms_versioning/admin/lock_indicator.html": ("djangocms-versioning", "2.8.0", "092126d3b8033147"),
    "djangocms_versioning/admin/revert_confirmation.html": ("djangocms-versioning", "2.8.0", "ba74dd877f28b76b"),
    "registration/password_change_form.html": ("Django", "5.2.19", "e38cecec67a69083"),
}
# Not in templates/ under the same name, but ours fill its blocks.
FILLED = {"admin/base.html"}


def of_package(name):
    """The package's own template `name`, a path; None if no package has one."""
    loaders = engines["django"].engine.template_loaders
    places = [Path(origin.name) for loader in _flat(loaders) for origin in loader.get_template_sources(name)]
    return next((place for place in places if place.exists() and OWN not in place.parents), None)


def _flat(loaders):
    for loader in loaders:
        yield from getattr(loader, "loaders", [loader])


def test_every_template_that_takes_the_place_of_a_package_s_is_written_down():
    names = {str(path.relative_to(OWN)) for path in OWN.rglob("*.html")}
    assert {name for name in names if of_package(name)} == WRITTEN_FOR.keys() - FILLED


@pytest.mark.parametrize("name", WRITTEN_FOR)
def test_the_package_s_template_is_the_one_that_ours_was_written_for(name):
    package, written_for, digest = WRITTEN_FOR[name]
    now = hashlib.sha256(of_package(name).read_bytes()).hexdigest()[:16]
    assert (version(package), now) == (written_for, digest), f"compare {name} with {package}’s own"
