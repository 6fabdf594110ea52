"""Who may do what with a colleague's sign-in."""

from mscoe_portal.permissions import MANAGE_SITE


def user_can_reset_second_factor(user, person):
    """Whether `user`, a site manager, may take the second factor of `person` away.

    Never one's own: who has another's session could so do without the factor. Nor that of who stands above.
    """
    is_above = person.is_superuser and not user.is_superuser
    return user.has_perm(MANAGE_SITE) and user.pk != person.pk and not is_above
