import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command

from mscoe_portal.backup.rows import empty
from mscoe_portal.review import currency


@pytest.fixture
def emptied():
    """Gives a function that leaves of the database what `migrate` makes."""

    def forget():
        # The content types are numbered anew, and these remember those that they saw.
        ContentType.objects.clear_cache()
        for item in apps.get_app_config("djangocms_versioning").cms_extension.versionables:
            vars(item).pop("content_types", None)
        currency._question_of_public_rows.cache_clear()
        currency._question_of_contents.cache_clear()

    def empty_and_migrate():
        empty()
        forget()
        call_command("migrate", verbosity=0)

    yield empty_and_migrate
    forget()
