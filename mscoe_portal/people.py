"""What people are called who write and review here."""


def person_name(user):
    """The full name of `user`, or, without one, the name that they sign in with."""
    return user.get_full_name() or user.get_username()
