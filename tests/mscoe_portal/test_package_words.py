"""What packages say in terms of their own is said in plain words."""

from pathlib import Path

import cms
import djangocms_alias
import djangocms_versioning
from django.conf import settings
from django.utils.translation import gettext, override

PLACE = "locale/en/LC_MESSAGES/django.po"
OURS = settings.BASE_DIR / "mscoe_portal" / "package_words" / "en" / "LC_MESSAGES" / "django.po"


def texts_in(path):
    """The lines of the texts to translate, as they stand in the file."""
    return {line for line in path.read_text().splitlines() if line.startswith("msgid ")}


def test_packages_still_have_what_is_said_otherwise_here():
    packages = [Path(package.__file__).parent / PLACE for package in (cms, djangocms_alias, djangocms_versioning)]
    assert texts_in(OURS) - set().union(*map(texts_in, packages)) == set()


def test_editors_read_our_words():
    with override("en"):
        assert gettext("Drop a plugin here") == "Nothing here yet. Press + to add a part."
