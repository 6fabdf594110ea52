"""What django CMS keeps for each editor: the language of the toolbar, and the clipboard."""

from cms.models import Placeholder, UserSettings
from django.db import transaction
from django.utils.translation import get_language


@transaction.atomic
def make_user_settings(user, **kwargs):
    """Receiver of `user_logged_in`: make them for `user`, who has none.

    The CMS would make them with the first page, and of two that are opened at once the second would fail.
    """
    settings, is_new = UserSettings.objects.get_or_create(user=user, defaults={"language": get_language()})
    if is_new:
        settings.clipboard = Placeholder.objects.create(slot="clipboard", source=settings)
        settings.save()
