from django.utils.functional import empty


def toolbar_in_use(request):
    """The toolbar of `request`; None where nobody has asked it for anything, as on most pages of the admin.

    To make it asks the database for the settings of the person.
    """
    toolbar = getattr(request, "toolbar", None)
    return None if getattr(toolbar, "_wrapped", None) is empty else toolbar
