from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Who may sign in, and how that is proved."""

    name = "mscoe_portal.accounts"
    label = "accounts"
    verbose_name = _("Sign-in")
