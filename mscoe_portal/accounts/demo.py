"""The editors of a demo. Their passwords are printed and short, so they exist in demo mode alone."""

import os
import secrets

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import transaction

from mscoe_portal.accounts.models import DemoEditor

# User name: group
EDITORS = {"author": "Authors", "reviewer": "Clinical reviewers"}


@transaction.atomic
def create_editors():
    """Create the demo editors, or let those in again whom the end of demo mode has shut out; returns {name: password}.

    Does nothing where somebody can sign in.
    """
    users = get_user_model().objects
    if users.filter(is_active=True).exists():
        return {}
    passwords = {name: os.environ.get("DEMO_PASSWORD") or secrets.token_urlsafe(9) for name in EDITORS}
    for name, password in passwords.items():
        editor = users.filter(demo_editor__isnull=False, username=name).first() or users.create_user(name)
        editor.is_active = editor.is_staff = True
        editor.set_password(password)
        editor.save()
        editor.groups.set(Group.objects.filter(name=EDITORS[name]))
        DemoEditor.objects.get_or_create(user=editor)
    return passwords


@transaction.atomic
def disable_editors():
    """Take password and access from the demo editors, which signs them out, too. Returns how many had access."""
    editors = get_user_model().objects.filter(demo_editor__isnull=False, is_active=True)
    for editor in editors:
        editor.is_active = False
        editor.set_unusable_password()
        editor.save(update_fields=["is_active", "password"])
    return len(editors)
