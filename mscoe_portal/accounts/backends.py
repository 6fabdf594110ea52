from django.conf import settings
from django.contrib.auth.backends import ModelBackend

from mscoe_portal.accounts.models import DemoEditor


class PasswordBackend(ModelBackend):
    """Sign-in by password. Outside demo mode it knows no demo editor, whatever the database says of their access."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        # Whoever was invited has an e-mail address as the user name, in small letters; people write them as they like.
        if username and "@" in username:
            username = username.lower()
        return super().authenticate(request, username, password, **kwargs)

    def user_can_authenticate(self, user):
        if not super().user_can_authenticate(user):
            return False
        return settings.DEMO or not DemoEditor.objects.filter(user=user).exists()
