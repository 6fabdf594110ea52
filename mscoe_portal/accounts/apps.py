from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Who may sign in, and how that is proved."""

    name = "mscoe_portal.accounts"
    label = "accounts"
    verbose_name = _("Sign-in")

    def ready(self):
        from django.contrib.auth.signals import user_logged_in

        from mscoe_portal import reauthentication
        from mscoe_portal.accounts import checks, idle, second_factor, views  # noqa: F401 - registers them

        user_logged_in.connect(idle.note_sign_in)
        user_logged_in.connect(second_factor.note_sign_in)
        reauthentication.ASKS.append(views.ask_again)
