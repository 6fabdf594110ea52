from django.dispatch import Signal

# Somebody has done what no version keeps, and what readers may see at once. Arguments: `act`, one of these names;
# `user`; `subject`, the object; `note`, in words. Who writes such acts down listens.
acted_without_version = Signal()

HOME_SET = "home set"
PAGE_SETTINGS = "page settings"
PERSON_CHANGED = "person changed"
SETTING_CHANGED = "setting changed"
SOURCE_STATUS = "source status"
SOURCE_CHANGED = "source changed"
DELETED = "deleted"


def tell(act, user, subject, form=None, note=""):
    """Tell who listens of an act that no version keeps; of a form, what was changed in it, if anything was."""
    if form and not form.changed_data:
        return
    if form:
        note = ", ".join(str(form.fields[name].label or name) for name in form.changed_data)
    acted_without_version.send(type(subject), act=act, user=user, subject=subject, note=note)
