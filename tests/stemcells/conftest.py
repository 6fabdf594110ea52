import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command

from mscoe_portal.backup.rows import empty
from tests.conftest import forget_content_types


@pytest.fixture
def emptied():
    """Gives a function that leaves of the database what `migrate` makes."""

    def forget():
        ContentType.objects.clear_cache()
        forget_content_types()

    def empty_and_migrate():
        empty()
        forget()
        call_command("migrate", verbosity=0)

    yield empty_and_migrate
    forget()
