"""The acts by which somebody gains or loses rights, or what they sign in with: before each, the second factor again.

So a session that was stolen, or left open on a desk, gives nobody a way in of their own. NIST SP 800-63B-4, 2.2.3 and
4.1.2; OWASP, Authentication Cheat Sheet, "Require Re-authentication for Sensitive Features". `middleware` asks, for
whatever is sent to one of these addresses: a new action of one of these lists is asked for without being named here.
What gives one's own second factor is not here: `views.after_second_factor` asks before its form is shown.
"""

from django.utils.translation import gettext_lazy as _

_GROUP = _("Change what a group of editors may do")
# Letters of reminders and invitations lead there: to a page of the portal, or to one that looks like it.
_SITE = _("Change the address that letters lead to")

# Name of the address: what the person is told that they are about to do.
ACTS = {
    "admin:auth_user_add": _("Invite an editor"),
    "admin:auth_user_change": _("Change a person’s account"),
    "admin:auth_user_changelist": _("Change several people’s accounts"),
    "admin:auth_user_delete": _("Delete a person’s account"),
    "admin:auth_user_password_change": _("Set a person’s password"),
    "accounts:invite-again": _("Send an invitation again"),
    "accounts:reset-second-factor": _("Reset a colleague’s second factor"),
    "admin:auth_group_add": _GROUP,
    "admin:auth_group_change": _GROUP,
    "admin:auth_group_changelist": _GROUP,
    "admin:auth_group_delete": _GROUP,
    "admin:sites_site_add": _SITE,
    "admin:sites_site_change": _SITE,
    "admin:sites_site_changelist": _SITE,
    "admin:sites_site_delete": _SITE,
    "admin:password_change": _("Change your password"),
}
